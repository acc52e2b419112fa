//! The outbox.

use crate::house::House;
use crate::make::{LEASE, Shop, at};
use lara_core::model::{ConversationId, MessageId, Millis};
use lara_core::ports::{Commit, Desk as _, Lanes as _, Outbox as _, Outcome, Transcripts as _};

/// One exchange: the customer said something, the bot's reply is queued.
async fn answered(
    house: &House,
    shop: &Shop,
    who: &str,
    external: &str,
    when: i64,
) -> (ConversationId, MessageId) {
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, who, external, when)).await;
    let turn = house.answers(node, &claim, when);
    let reply = turn.reply.as_ref().unwrap().id;
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    (claim.conversation.id, reply)
}

async fn claimed(house: &House, node: lara_core::model::NodeId, when: i64) -> Vec<MessageId> {
    let sends = house.store.claim_sends(node, at(when), LEASE, 64).await.unwrap();
    sends.into_iter().map(|send| send.message.id).collect()
}

pub(crate) async fn replies_leave_in_the_order_of_their_conversation(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let (_, first) = answered(house, &shop, "lan", "m1", 0).await;
    let (_, second) = answered(house, &shop, "lan", "m2", 1).await;
    let (_, other) = answered(house, &shop, "minh", "m3", 2).await;

    let sends = house.store.claim_sends(node, at(5), LEASE, 64).await.unwrap();
    assert_eq!(sends.iter().map(|send| send.message.id).collect::<Vec<_>>(), [first, other]);
    assert_eq!((sends[0].address.as_str(), sends[0].attempts), ("lan", 1));
    assert_eq!(sends[0].channel, shop.push);
    assert!(claimed(house, node, 6).await.is_empty(), "the second waits for the first");

    house.store.settle(node, at(7), vec![(first, Outcome::Sent(None))]).await.unwrap();
    assert_eq!(claimed(house, node, 8).await, [second]);
}

pub(crate) async fn a_retry_holds_up_only_its_own_conversation(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let (_, first) = answered(house, &shop, "lan", "m1", 0).await;
    let (_, second) = answered(house, &shop, "lan", "m2", 1).await;
    assert_eq!(claimed(house, node, 2).await, [first]);
    house.store.settle(node, at(3), vec![(first, Outcome::Retry(at(500), "rate_limited"))]).await.unwrap();
    let (_, other) = answered(house, &shop, "minh", "m3", 4).await;

    assert_eq!(claimed(house, node, 5).await, [other]);
    assert_eq!(house.store.next_send().await.unwrap(), Some(at(1)), "the second is due but stands behind");
    let again = house.store.claim_sends(node, at(500), LEASE, 64).await.unwrap();
    assert_eq!((again[0].message.id, again[0].attempts), (first, 2));
    assert_eq!(again[0].message.fault.as_deref(), Some("rate_limited"));
    house.store.settle(node, at(501), vec![(first, Outcome::Failed("blocked"))]).await.unwrap();
    assert_eq!(claimed(house, node, 502).await, [second], "a failed reply no longer stands in the way");
}

pub(crate) async fn a_settled_send_remembers_its_receipt(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let (conversation, reply) = answered(house, &shop, "lan", "m1", 0).await;
    claimed(house, node, 2).await;
    house.store.settle(node, at(3), vec![(reply, Outcome::Sent(Some("tg-77".to_owned())))]).await.unwrap();

    let (conversation, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    let read = house.store.latest(conversation.address, 10).await.unwrap();
    assert_eq!(read[1].external.as_deref(), Some("tg-77"));
    assert_eq!(read[1].fault, None);
    assert_eq!(house.store.next_send().await.unwrap(), None);
}

pub(crate) async fn an_ended_send_is_uncertain_and_never_repeated(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let (_, reply) = answered(house, &shop, "lan", "m1", 0).await;
    house.store.claim_sends(node, at(2), Millis(10), 64).await.unwrap();
    assert_eq!(house.store.expire(at(12)).await.unwrap(), 0);
    assert_eq!(house.store.expire(at(13)).await.unwrap(), 1);

    assert!(claimed(house, node, 100).await.is_empty());
    let told = "SELECT id FROM messages WHERE state = 'uncertain' AND fault = 'lease_expired'";
    assert_eq!(house.peek().await.texts(told).await, [reply.to_string()]);
}

pub(crate) async fn a_lost_send_is_left_alone(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let (_, reply) = answered(house, &shop, "lan", "m1", 0).await;
    claimed(house, node, 2).await;
    house.store.settle(house.node(), at(3), vec![(reply, Outcome::Failed("other_node"))]).await.unwrap();
    assert_eq!(house.number("SELECT COUNT(*) FROM messages WHERE state = 'sending'").await, 1);
    house.store.settle(node, at(4), vec![(reply, Outcome::Uncertain("timeout"))]).await.unwrap();
    house.store.settle(node, at(5), vec![(reply, Outcome::Sent(None))]).await.unwrap();
    assert_eq!(house.number("SELECT COUNT(*) FROM messages WHERE state = 'uncertain'").await, 1);
}

pub(crate) async fn a_bot_reply_is_not_sent_into_an_agents_conversation(house: &House) {
    let shop = house.shop().await;
    let (conversation, _) = answered(house, &shop, "lan", "m1", 0).await;
    // Behind the store's back: what a take-over would have cancelled itself.
    let sql = format!("UPDATE conversations SET owner = 'agent' WHERE id = '{conversation}'");
    house.peek().await.run(&sql).await;

    assert!(claimed(house, house.node(), 5).await.is_empty());
    assert_eq!(house.number("SELECT COUNT(*) FROM messages WHERE state = 'cancelled'").await, 1);
}
