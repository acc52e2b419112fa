//! The outbox.

use crate::house::House;
use crate::make::{LEASE, Shop, at};
use lara_core::model::{Channel, ChannelId, ChannelKind, ConversationId, Direction, MessageId, Millis};
use lara_core::ports::{
    Brands as _, Commit, ConsentChange, Desk as _, Lanes as _, Outbox as _, Outcome, Transcripts as _,
};

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

pub(crate) async fn a_reply_in_pieces_goes_on_behind_those_that_are_done(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let (conversation, reply) = answered(house, &shop, "lan", "m1", 0).await;
    assert_eq!(claimed(house, node, 1).await, [reply]);
    let until = at(1).plus(LEASE);
    assert!(house.store.progress(node, reply, Some(1), Some("mid.1"), until).await.unwrap());
    assert!(house.store.progress(node, reply, Some(2), Some("mid.2"), until).await.unwrap());
    house.store.settle(node, at(2), vec![(reply, Outcome::Defer(at(3), "pace"))]).await.unwrap();

    let again = house.store.claim_sends(node, at(3), LEASE, 64).await.unwrap().remove(0);
    assert_eq!((again.pieces_done, again.attempts), (2, 1), "waiting for the pace is no try");
    assert_eq!(again.message.external.as_deref(), Some("mid.1"));
    assert!(
        !house.store.progress(house.node(), reply, Some(3), None, until).await.unwrap(),
        "somebody else holds it"
    );

    // Each piece begins the lease anew.
    let longer = at(3).plus(LEASE).plus(LEASE);
    assert!(house.store.progress(node, reply, Some(3), None, longer).await.unwrap());
    assert_eq!(house.store.expire(at(4).plus(LEASE)).await.unwrap(), 0);

    let agent = house.agent("an@example.com").await;
    house.store.take_over(conversation, agent.id, at(5)).await.unwrap();
    assert!(!house.store.progress(node, reply, Some(4), None, longer).await.unwrap(), "an agent took over");
    house.store.settle(node, at(6), vec![(reply, Outcome::Defer(at(6), "taken_back"))]).await.unwrap();
    assert!(claimed(house, node, 7).await.is_empty());
}

pub(crate) async fn the_reply_window_is_that_of_the_person(house: &House) {
    let shop = house.shop().await;
    let agent = house.agent("an@example.com").await;
    let (old, _) = answered(house, &shop, "lan", "m1", 0).await;
    house.store.resolve(old, agent.id, None, at(1)).await.unwrap();
    let (new, _) = answered(house, &shop, "lan", "m2", 9).await;
    assert_ne!(old, new);
    assert_eq!(house.store.last_in(old).await.unwrap().map(|(when, _)| when), Some(at(9)));
    // Behind the store's back: the reply of the closed conversation is still to go.
    let sql = format!(
        "UPDATE messages SET state = 'queued', fault = NULL, taken_back = NULL, send_at = 2 \
                       WHERE conversation_id = '{old}' AND direction = 'out'"
    );
    house.peek().await.run(&sql).await;
    let sends = house.store.claim_sends(house.node(), at(10), LEASE, 64).await.unwrap();
    let windows: Vec<_> = sends.iter().map(|send| (send.message.conversation, send.last_in_at)).collect();
    assert!(windows.contains(&(old, Some(at(9)))), "{windows:?}");
}

pub(crate) async fn only_who_lara_answers_sees_her_typing(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let (conversation, reply) = answered(house, &shop, "lan", "m1", 0).await;
    assert!(house.store.is_hers(conversation).await.unwrap());
    let agent = house.agent("an@example.com").await;
    house.store.take_over(conversation, agent.id, at(1)).await.unwrap();
    assert!(!house.store.is_hers(conversation).await.unwrap());
    house.store.hand_back(conversation, agent.id, at(2)).await.unwrap();
    assert!(house.store.is_hers(conversation).await.unwrap());

    let (blocked, reply_2) = answered(house, &shop, "minh", "m2", 3).await;
    assert_eq!(claimed(house, node, 4).await, [reply_2], "{reply} was taken back");
    house.store.settle(node, at(5), vec![(reply_2, Outcome::Gone("blocked"))]).await.unwrap();
    assert!(!house.store.is_hers(blocked).await.unwrap());
    assert!(!house.store.is_hers(ConversationId::new(house.id())).await.unwrap());
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

pub(crate) async fn a_reply_that_cannot_be_read_holds_up_nobody(house: &House) {
    let shop = house.shop().await;
    let (_, bad) = answered(house, &shop, "lan", "m1", 0).await;
    let (_, good) = answered(house, &shop, "minh", "m2", 1).await;
    let sql = format!("UPDATE messages SET visibility = 'xx' WHERE id = '{bad}'");
    house.peek().await.run(&sql).await;

    assert_eq!(claimed(house, house.node(), 5).await, [good]);
    let failed = "SELECT id FROM messages WHERE state = 'failed' AND fault = 'unreadable'";
    assert_eq!(house.peek().await.texts(failed).await, [bad.to_string()]);
}

pub(crate) async fn no_retry_says_a_bot_word_after_a_take_over(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let agent = house.agent("ha@example.com").await;
    let (conversation, reply) = answered(house, &shop, "lan", "m1", 0).await;
    assert_eq!(claimed(house, node, 2).await, [reply]);
    house.store.take_over(conversation, agent.id, at(3)).await.unwrap();
    house.store.hand_back(conversation, agent.id, at(4)).await.unwrap();
    house.store.settle(node, at(5), vec![(reply, Outcome::Retry(at(6), "rate_limited"))]).await.unwrap();

    assert!(claimed(house, node, 100).await.is_empty());
    let cancelled = "SELECT id FROM messages WHERE state = 'cancelled' AND fault = 'taken_over'";
    assert_eq!(house.peek().await.texts(cancelled).await, [reply.to_string()]);
}

pub(crate) async fn no_retry_says_a_bot_word_after_an_opt_out(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let (_, reply) = answered(house, &shop, "lan", "m1", 0).await;
    assert_eq!(claimed(house, node, 1).await, [reply]);
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", "STOP", 2)).await;
    let mut turn = house.answers(node, &claim, 3);
    turn.consent = ConsentChange::OptOut;
    let confirmation = turn.reply.as_ref().unwrap().id;
    house.store.commit(vec![turn]).await.unwrap();
    house.store.settle(node, at(4), vec![(reply, Outcome::Retry(at(900), "rate_limited"))]).await.unwrap();
    assert_eq!(claimed(house, node, 5).await, [confirmation], "what is taken back is in nobody's way");
}

pub(crate) async fn a_resolved_conversation_says_nothing_more(house: &House) {
    let shop = house.shop().await;
    let agent = house.agent("ha@example.com").await;
    let (conversation, _) = answered(house, &shop, "lan", "m1", 0).await;
    house.store.resolve(conversation, agent.id, None, at(1)).await.unwrap();
    assert!(claimed(house, house.node(), 5).await.is_empty());
}

pub(crate) async fn an_agent_does_not_wait_for_a_bot_reply_that_may_not_go(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let agent = house.agent("ha@example.com").await;
    let (conversation, bot) = answered(house, &shop, "lan", "m1", 0).await;
    house.store.take_over(conversation, agent.id, at(1)).await.unwrap();
    let reply = house.writes(Direction::Out, &agent, &shop.push, 2);
    house.store.write(conversation, agent.id, reply.clone()).await.unwrap();
    // Behind the store's back: a bot reply that slipped through, to be tried much later.
    let sql = format!(
        "UPDATE messages SET state = 'queued', taken_back = NULL, send_at = {} WHERE id = '{bot}'",
        at(900_000).millis()
    );
    house.peek().await.run(&sql).await;
    assert_eq!(claimed(house, node, 3).await, [reply.id]);
    assert_eq!(house.number("SELECT COUNT(*) FROM messages WHERE state = 'cancelled'").await, 1);
}

pub(crate) async fn an_app_is_sent_again_what_nobody_knows_the_fate_of(house: &House) {
    let mut shop = house.shop().await;
    shop.push = Channel {
        id: ChannelId::new(house.id()),
        kind: ChannelKind::App,
        name: "app".to_owned(),
        ..shop.push.clone()
    };
    house.store.put_channel(&shop.push, at(0)).await.unwrap();
    let (_, reply) = answered(house, &shop, "lan", "m1", 0).await;
    for attempt in 1..=5_i64 {
        let sends = house.store.claim_sends(house.node(), at(attempt * 100), Millis(10), 64).await.unwrap();
        assert_eq!((sends[0].message.id, i64::from(sends[0].attempts)), (reply, attempt));
        let uncertain = house.store.expire(at(attempt * 100 + 50)).await.unwrap();
        assert_eq!(uncertain, u64::from(attempt == 5), "attempt {attempt}");
    }
    assert!(claimed(house, house.node(), 1_000).await.is_empty(), "five are enough");
}
