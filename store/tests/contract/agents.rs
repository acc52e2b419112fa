//! Who may use the desk.

use crate::house::House;
use crate::make::at;
use lara_core::model::{Agent, AgentId, Role};
use lara_core::ports::{Agents as _, Saved, SecretHash};

fn hash(text: &str) -> SecretHash {
    SecretHash(text.to_owned())
}

pub(crate) async fn a_link_works_once(house: &House) {
    let agent = house.agent("ha@example.com").await;
    let token = hash("link");
    house.store.add_invitation(&token, Some(agent.id), at(100)).await.unwrap();
    assert_eq!(house.store.invitation(&token, at(99)).await.unwrap(), Some(Some(agent.id)));
    assert_eq!(house.store.invitation(&token, at(100)).await.unwrap(), None, "it has ended");
    assert!(!house.store.use_invitation(&token, None, &hash("$argon2id$late"), at(100)).await.unwrap());
    house.store.open_login(&hash("cookie"), agent.id, at(1_000)).await.unwrap();

    assert!(house.store.use_invitation(&token, None, &hash("$argon2id$new"), at(50)).await.unwrap());
    assert!(!house.store.use_invitation(&token, None, &hash("$argon2id$again"), at(50)).await.unwrap());
    let credentials = house.store.credentials("ha@example.com").await.unwrap().unwrap();
    assert_eq!(credentials.password, Some(hash("$argon2id$new")));
    assert_eq!(house.store.login(&hash("cookie"), at(60)).await.unwrap(), None, "older logins end");
}

pub(crate) async fn the_first_owner_comes_by_a_link_without_an_agent(house: &House) {
    let token = hash("first");
    house.store.add_invitation(&token, None, at(100)).await.unwrap();
    assert_eq!(house.store.invitation(&token, at(1)).await.unwrap(), Some(None));
    let owner = Agent {
        id: AgentId::new(house.id()),
        name: "Mai".to_owned(),
        email: "mai@example.com".to_owned(),
        role: Role::Owner,
        disabled_at: None,
    };
    assert!(!house.store.use_invitation(&token, None, &hash("p"), at(2)).await.unwrap(), "nobody to be");
    assert!(house.store.use_invitation(&token, Some(&owner), &hash("p"), at(3)).await.unwrap());
    assert_eq!(house.store.agents().await.unwrap(), [owner]);
}

pub(crate) async fn an_email_is_taken_once(house: &House) {
    let agent = house.agent("ha@example.com").await;
    let twin = Agent { id: AgentId::new(house.id()), ..agent.clone() };
    assert_eq!(house.store.add_agent(&twin, at(0)).await.unwrap(), Saved::Taken);
    assert_eq!(house.store.agents().await.unwrap(), [agent]);
}

pub(crate) async fn failures_count_and_are_forgotten(house: &House) {
    let agent = house.agent("ha@example.com").await;
    house.store.record_failure(agent.id, Some(None)).await.unwrap();
    house.store.record_failure(agent.id, Some(Some(at(500)))).await.unwrap();
    let locked = house.store.credentials("ha@example.com").await.unwrap().unwrap();
    assert_eq!((locked.failures, locked.locked_until, locked.password), (2, Some(at(500)), None));
    house.store.record_failure(agent.id, None).await.unwrap();
    let free = house.store.credentials("ha@example.com").await.unwrap().unwrap();
    assert_eq!((free.failures, free.locked_until), (0, None));
    assert_eq!(house.store.credentials("nobody@example.com").await.unwrap(), None);
}

pub(crate) async fn a_login_ends(house: &House) {
    let agent = house.agent("ha@example.com").await;
    house.store.open_login(&hash("a"), agent.id, at(100)).await.unwrap();
    assert_eq!(house.store.login(&hash("a"), at(99)).await.unwrap(), Some(agent));
    assert_eq!(house.store.login(&hash("a"), at(100)).await.unwrap(), None);
    house.store.end_login(&hash("a")).await.unwrap();
    assert_eq!(house.store.login(&hash("a"), at(1)).await.unwrap(), None);
}

pub(crate) async fn a_disabled_agent_is_out(house: &House) {
    let agent = house.agent("ha@example.com").await;
    house.store.open_login(&hash("a"), agent.id, at(100)).await.unwrap();
    house.store.save_agent(agent.id, "Hà", Role::Admin, None).await.unwrap();
    assert_eq!(house.store.login(&hash("a"), at(1)).await.unwrap().map(|a| a.role), Some(Role::Admin));
    house.store.save_agent(agent.id, "Hà", Role::Admin, Some(at(2))).await.unwrap();
    assert_eq!(house.store.login(&hash("a"), at(3)).await.unwrap(), None);
    house.store.save_agent(agent.id, "Hà", Role::Admin, None).await.unwrap();
    assert_eq!(house.store.login(&hash("a"), at(4)).await.unwrap(), None, "the old cookie is dead");
}
