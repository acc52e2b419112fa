//! Consent of a whole person, and messages nobody asked for.

use crate::house::House;
use crate::make::{LEASE, Shop, at, lan};
use lara_core::model::{
    AddressId, Channel, ConversationId, CustomerId, DecisionKind, Level, MessageId, Millis, Owner, Timestamp,
};
use lara_core::ports::{
    Commit, Consent, ConsentChange, Desk as _, Directory as _, Lanes as _, NewUnasked, Outbox as _,
    Privacy as _, Transcripts as _, Unasked as _,
};
use lara_core::privacy::unasked::Refusal;
use tokio::task::JoinSet;

/// Lan at an address.
async fn lan_at(house: &House, channel: &Channel, external: &str, level: Level) -> CustomerId {
    let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
    house.store.tie(channel, external, &lan(), level, ids, at(0)).await.unwrap().customer.unwrap()
}

/// Says stop, or that messages are wanted again.
async fn asks(house: &House, channel: &Channel, external: &str, when: i64, consent: ConsentChange) {
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(channel, external, &format!("s{when}"), when)).await;
    let mut turn = house.answers(node, &claim, when);
    turn.consent = consent;
    turn.decision.kind =
        if consent == ConsentChange::OptOut { DecisionKind::OptOut } else { DecisionKind::OptIn };
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
}

async fn silent_since(house: &House, channel: &Channel, external: &str) -> Option<Timestamp> {
    house.store.address(channel.id, external).await.unwrap().unwrap().opted_out_at
}

pub(crate) async fn stop_on_one_channel_is_stop_on_every_channel(house: &House) {
    let shop = house.shop().await;
    lan_at(house, &shop.web, "lan-web", Level::Verified).await;
    lan_at(house, &shop.push, "lan-tg", Level::Verified).await;
    // On Telegram an answer waits to be sent.
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan-tg", "q", 1)).await;
    let turn = house.answers(node, &claim, 1);
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);

    asks(house, &shop.web, "lan-web", 2, ConsentChange::OptOut).await;
    assert_eq!(silent_since(house, &shop.web, "lan-web").await, Some(at(2)));
    assert_eq!(silent_since(house, &shop.push, "lan-tg").await, Some(at(2)));
    assert_eq!(house.store.claim_sends(node, at(3), LEASE, 9).await.unwrap(), []);
    // Where she proves who she is later, she is silent too.
    lan_at(house, &shop.push, "lan-tg-2", Level::Verified).await;
    assert_eq!(silent_since(house, &shop.push, "lan-tg-2").await, Some(at(2)));
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan-tg-2", "q2", 4)).await;
    assert_eq!(claim.memory.opted_out_at(), Some(at(2)));

    asks(house, &shop.push, "lan-tg", 5, ConsentChange::OptIn).await;
    for (channel, external) in [(&shop.web, "lan-web"), (&shop.push, "lan-tg"), (&shop.push, "lan-tg-2")] {
        assert_eq!(silent_since(house, channel, external).await, None, "{external}");
    }
}

pub(crate) async fn who_only_says_to_be_somebody_silences_nobody_else(house: &House) {
    let shop = house.shop().await;
    lan_at(house, &shop.web, "lan-web", Level::Verified).await;
    lan_at(house, &shop.push, "stranger", Level::Claimed).await;
    asks(house, &shop.push, "stranger", 2, ConsentChange::OptOut).await;
    assert_eq!(silent_since(house, &shop.push, "stranger").await, Some(at(2)));
    assert_eq!(silent_since(house, &shop.web, "lan-web").await, None);
    let claim = house.heard_and_claimed(house.node(), house.says(&shop.web, "lan-web", "q", 3)).await;
    assert_eq!(claim.memory.opted_out_at(), None);
    // Nor do they wake whom Lan has silenced, nor hear from it.
    asks(house, &shop.web, "lan-web", 100_000, ConsentChange::OptOut).await;
    asks(house, &shop.push, "stranger", 100_001, ConsentChange::OptIn).await;
    assert_eq!(silent_since(house, &shop.web, "lan-web").await, Some(at(100_000)));
}

pub(crate) async fn of_two_who_are_one_person_the_silence_counts(house: &House) {
    let shop = house.shop().await;
    let known = lan_at(house, &shop.web, "lan-web", Level::Verified).await;
    let other = crate::make::lan();
    let other = lara_core::ports::Person {
        external_id: Some("C-9".to_owned()),
        email: Some("lan2@example.com".to_owned()),
        ..other
    };
    let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
    let tied = house.store.tie(&shop.push, "lan-tg", &other, Level::Verified, ids, at(0)).await.unwrap();
    let merged = tied.customer.unwrap();
    assert!(house.store.set_consent(shop.brand.id, merged, Consent::Silence, at(1)).await.unwrap());
    house
        .peek()
        .await
        .run(&format!(
            "UPDATE customers SET merged_into = '{known}', head_id = '{known}' WHERE id = '{merged}'"
        ))
        .await;
    let claim = house.heard_and_claimed(house.node(), house.says(&shop.web, "lan-web", "q", 2)).await;
    assert_eq!(claim.memory.opted_out_at(), Some(at(1)));
}

fn unasked(house: &House, shop: &Shop, person: CustomerId, address: AddressId, when: i64) -> NewUnasked {
    NewUnasked {
        id: MessageId::new(house.id()),
        conversation: ConversationId::new(house.id()),
        brand: shop.brand.id,
        person,
        address,
        channel: shop.push.id,
        delivery: shop.push.delivery,
        text: "Đơn của bạn đã giao".to_owned(),
        at: at(when),
        send_at: at(when + 1_000),
        since: at(when - 7 * 24 * 3_600_000),
        at_most: 2,
    }
}

/// Lan, who wrote on the web and then on Telegram; her address there.
async fn lan_who_wrote(house: &House, shop: &Shop) -> (CustomerId, AddressId) {
    let person = lan_at(house, &shop.web, "lan-web", Level::Verified).await;
    lan_at(house, &shop.push, "lan-tg", Level::Verified).await;
    house.hears(house.says(&shop.web, "lan-web", "w1", 1)).await;
    let heard = house.hears(house.says(&shop.push, "lan-tg", "t1", 2)).await;
    (person, heard.address)
}

pub(crate) async fn a_brand_writes_first_where_its_customer_wrote_last(house: &House) {
    let shop = house.shop().await;
    let (person, address) = lan_who_wrote(house, &shop).await;
    let to = house.store.reachable(shop.brand.id, person, at(0)).await.unwrap().unwrap().unwrap();
    assert_eq!((to.address, to.channel.id, to.last_in_at), (address, shop.push.id, Some(at(2))));
    assert_eq!((to.opted_out, to.unreachable, to.owner, to.this_week), (false, false, Some(Owner::Bot), 0));
    let new = unasked(house, &shop, person, address, 10);
    house.store.write_unasked(&new).await.unwrap().unwrap();
    assert_eq!(house.store.claim_sends(house.node(), at(500), LEASE, 9).await.unwrap(), [], "it is early");
    let sends = house.store.claim_sends(house.node(), at(1_010), LEASE, 9).await.unwrap();
    assert_eq!((sends.len(), sends[0].unasked, sends[0].message.id), (1, true, new.id));
    let to = house.store.reachable(shop.brand.id, person, at(0)).await.unwrap().unwrap().unwrap();
    assert_eq!(to.this_week, 1);
    let nobody = CustomerId::new(house.id());
    assert_eq!(house.store.reachable(shop.brand.id, nobody, at(0)).await.unwrap(), None);
}

pub(crate) async fn nobody_is_written_to_first_where_they_never_proved_who_they_are(house: &House) {
    let shop = house.shop().await;
    let person = lan_at(house, &shop.push, "stranger", Level::Claimed).await;
    house.hears(house.says(&shop.push, "stranger", "t1", 2)).await;
    assert_eq!(house.store.reachable(shop.brand.id, person, at(0)).await.unwrap(), Some(None));
    // Nor in public, nor where they never wrote.
    lan_at(house, &shop.web, "lan-web", Level::Verified).await;
    assert_eq!(house.store.reachable(shop.brand.id, person, at(0)).await.unwrap(), Some(None));
    let mut public = house.says(&shop.web, "lan-web", "p", 3);
    public.visibility = lara_core::model::Visibility::PublicAddressed;
    house.hears(public).await;
    assert_eq!(house.store.reachable(shop.brand.id, person, at(0)).await.unwrap(), Some(None));
}

pub(crate) async fn of_twenty_written_at_once_as_many_as_the_cap_are(house: &House) {
    let shop = house.shop().await;
    let (person, address) = lan_who_wrote(house, &shop).await;
    let mut writing = JoinSet::new();
    for _ in 0..20 {
        let (store, new) = (house.store.clone(), unasked(house, &shop, person, address, 10));
        writing.spawn(async move { store.write_unasked(&new).await.unwrap() });
    }
    let written = writing.join_all().await;
    assert_eq!(written.iter().filter(|one| one.is_ok()).count(), 2);
    assert!(written.iter().all(|one| one.is_ok() || *one == Err(Refusal::TooMany)));
    assert_eq!(house.number("SELECT COUNT(*) FROM messages WHERE unasked").await, 2);
    // A week later there is room again.
    let new = unasked(house, &shop, person, address, 8 * 24 * 3_600_000);
    house.store.write_unasked(&new).await.unwrap().unwrap();
}

pub(crate) async fn stop_takes_back_what_waits_for_the_morning(house: &House) {
    let shop = house.shop().await;
    let (person, address) = lan_who_wrote(house, &shop).await;
    for _ in 0..2 {
        house.store.write_unasked(&unasked(house, &shop, person, address, 10)).await.unwrap().unwrap();
    }
    let node = house.node();
    let claims = house.store.claim(node, at(100), LEASE, 9).await.unwrap();
    let on_the_web = claims.iter().find(|claim| claim.memory.channel.id == shop.web.id).unwrap();
    let mut turn = house.answers(node, on_the_web, 100);
    turn.consent = ConsentChange::OptOut;
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    assert_eq!(house.store.claim_sends(node, at(9_999), LEASE, 9).await.unwrap(), []);
    let cancelled = "SELECT COUNT(*) FROM messages WHERE unasked AND state = 'cancelled'";
    assert_eq!(house.number(cancelled).await, 2);
    let new = unasked(house, &shop, person, address, 200);
    assert_eq!(house.store.write_unasked(&new).await.unwrap(), Err(Refusal::OptedOut));
}

pub(crate) async fn what_waits_for_the_morning_holds_up_no_answer_and_meets_no_agent(house: &House) {
    let shop = house.shop().await;
    let (person, address) = lan_who_wrote(house, &shop).await;
    house.store.write_unasked(&unasked(house, &shop, person, address, 10)).await.unwrap().unwrap();
    let node = house.node();
    let claims = house.store.claim(node, at(100), LEASE, 9).await.unwrap();
    let pushed = claims.iter().find(|claim| claim.memory.channel.id == shop.push.id).unwrap();
    let answer = house.answers(node, pushed, 100);
    let reply = answer.reply.as_ref().unwrap().id;
    assert_eq!(house.store.commit(vec![answer]).await.unwrap(), [Commit::Done]);
    let sends = house.store.claim_sends(node, at(101), LEASE, 9).await.unwrap();
    assert_eq!(sends.iter().map(|send| send.message.id).collect::<Vec<_>>(), [reply]);
    let sent = lara_core::ports::Outcome::Sent(None);
    house.store.settle(node, at(102), vec![(reply, sent)]).await.unwrap();

    let agent = house.agent("ha@shop.test").await;
    house.store.take_over(pushed.conversation.id, agent.id, at(103)).await.unwrap();
    assert_eq!(house.store.claim_sends(node, at(9_999), Millis(1), 9).await.unwrap(), []);
    let new = unasked(house, &shop, person, address, 200);
    assert_eq!(house.store.write_unasked(&new).await.unwrap(), Err(Refusal::InHumanHands));
}
