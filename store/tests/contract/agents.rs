//! Who may use the desk.

use crate::house::House;
use crate::make::at;
use lara_core::model::{Agent, AgentId, Millis, Role};
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

fn third_locks(failures: i32) -> Option<Millis> {
    (failures >= 3).then_some(Millis(1_000))
}

pub(crate) async fn failures_count_and_are_forgotten(house: &House) {
    let agent = house.agent("ha@example.com").await;
    let fail = async |when| house.store.record_failure(agent.id, at(when), third_locks).await.unwrap();
    let known = async || house.store.credentials("ha@example.com").await.unwrap().unwrap();
    fail(1).await;
    fail(2).await;
    assert_eq!((known().await.failures, known().await.locked_until), (2, None));
    fail(3).await;
    let locked = known().await;
    assert_eq!((locked.failures, locked.locked_until, locked.password), (3, Some(at(1_003)), None));
    fail(2).await;
    assert_eq!(known().await.locked_until, Some(at(1_003)), "a lock is never shortened");
    fail(24 * 60 * 60 * 1_000 + 3).await;
    assert_eq!(known().await.failures, 1, "a day later they are not in a row");
    house.store.forget_failures(agent.id).await.unwrap();
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

pub(crate) async fn guesses_at_once_count_each_other(house: &House) {
    let agent = house.agent("ha@example.com").await;
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let store = house.store.clone();
        guesses.spawn(async move { store.record_failure(agent.id, at(1), third_locks).await.unwrap() });
    }
    guesses.join_all().await;
    let locked = house.store.credentials("ha@example.com").await.unwrap().unwrap();
    assert_eq!((locked.failures, locked.locked_until), (3, Some(at(1_001))));
}

pub(crate) async fn using_a_link_ends_the_others_of_the_agent(house: &House) {
    let (agent, other) = (house.agent("ha@example.com").await, house.agent("long@example.com").await);
    for (token, who) in [("a", agent.id), ("b", agent.id), ("c", other.id)] {
        house.store.add_invitation(&hash(token), Some(who), at(100)).await.unwrap();
    }
    assert!(house.store.use_invitation(&hash("a"), None, &hash("p"), at(1)).await.unwrap());
    assert_eq!(house.store.invitation(&hash("b"), at(2)).await.unwrap(), None);
    assert_eq!(house.store.invitation(&hash("c"), at(2)).await.unwrap(), Some(Some(other.id)));
}

pub(crate) async fn there_is_one_first_owner(house: &House) {
    for token in ["a", "b"] {
        house.store.add_invitation(&hash(token), None, at(100)).await.unwrap();
    }
    let owner = |email: &str| Agent {
        id: AgentId::new(house.id()),
        name: "Mai".to_owned(),
        email: email.to_owned(),
        role: Role::Owner,
        disabled_at: None,
    };
    let first = owner("mai@example.com");
    assert!(house.store.use_invitation(&hash("a"), Some(&first), &hash("p"), at(1)).await.unwrap());
    house.store.add_invitation(&hash("c"), None, at(100)).await.unwrap();
    for token in ["b", "c"] {
        assert_eq!(house.store.invitation(&hash(token), at(2)).await.unwrap(), None, "{token}");
        let second = owner("eve@example.com");
        assert!(!house.store.use_invitation(&hash(token), Some(&second), &hash("p"), at(2)).await.unwrap());
    }
    assert_eq!(house.store.agents().await.unwrap(), [first]);
}

pub(crate) async fn what_has_ended_is_deleted(house: &House) {
    let agent = house.agent("ha@example.com").await;
    for (token, until) in [("old", 10), ("new", 100)] {
        house.store.open_login(&hash(token), agent.id, at(until)).await.unwrap();
        house.store.add_invitation(&hash(token), Some(agent.id), at(until)).await.unwrap();
    }
    assert_eq!(house.store.prune(at(50)).await.unwrap(), 2);
    assert_eq!(house.store.login(&hash("new"), at(51)).await.unwrap(), Some(agent.clone()));
    assert_eq!(house.store.invitation(&hash("new"), at(51)).await.unwrap(), Some(Some(agent.id)));
    assert_eq!(house.store.prune(at(50)).await.unwrap(), 0);
}
