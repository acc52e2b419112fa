//! Turns are stored whole, once, and only while what they were decided on still stands.

use crate::house::House;
use crate::make::{LEASE, at, lan, reading};
use lara_core::model::{
    AddressId, CustomerId, Direction, EscalationReason, Level, MessageState, Millis, Owner, Priority,
    Timestamp,
};
use lara_core::ports::{
    ChangeKind, Changes as _, Commit, ConsentChange, Desk as _, Directory as _, Lanes as _, Outbox as _,
    QueueChange, Transcripts as _,
};

pub(crate) async fn a_turn_is_stored_whole(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
    let turn = house.answers(node, &claim, 5);
    let before = house.store.last_change().await.unwrap();
    assert_eq!(house.store.commit(vec![turn.clone()]).await.unwrap(), [Commit::Done]);

    let read = house.store.latest(claim.conversation.address, 10).await.unwrap();
    let reply = &read[1];
    assert_eq!((reply.seq, reply.direction, reply.state), (2, Direction::Out, MessageState::Sent));
    assert_eq!(reply.answers, turn.reply.as_ref().unwrap().answers);
    let (conversation, _) = house.store.conversation(turn.conversation).await.unwrap().unwrap();
    assert_eq!((conversation.last_seq, conversation.last_in_seq, conversation.done_seq), (2, 1, 1));
    assert_eq!(conversation.language, turn.language);
    assert_eq!(conversation.last_at, at(5));
    assert_eq!(house.store.next_ready().await.unwrap(), None);

    let stored = house.peek().await.texts("SELECT reading FROM decisions WHERE policy = 'answer'").await;
    assert_eq!(serde_json::from_str::<lara_core::model::Reading>(&stored[0]).unwrap(), reading());
    let exact = "SELECT COUNT(*) FROM decisions WHERE score = -0.125 AND complaint = 0.25 AND NOT urgent \
                 AND confidence BETWEEN 0.9299 AND 0.9301";
    assert_eq!(house.number(exact).await, 1);
    let changes = house.store.changes(before).await.unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].kind, changes[0].key), (ChangeKind::Conversation, turn.conversation.get()));
    assert_eq!(changes[0].address, Some(turn.address));
}

pub(crate) async fn a_message_costs_at_most_five_rows(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let before = house.rows().await;
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
    house.store.commit(vec![house.answers(node, &claim, 5)]).await.unwrap();
    assert_eq!(house.rows().await - before, 5, "conversation, message, reply, decision, change");
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m2", 6)).await;
    house.store.commit(vec![house.answers(node, &claim, 7)]).await.unwrap();
    assert_eq!(house.rows().await - before, 9, "the second message shares the conversation");
}

pub(crate) async fn a_reply_of_a_push_channel_is_queued(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", "m1", 0)).await;
    house.store.commit(vec![house.answers(node, &claim, 5)]).await.unwrap();

    assert_eq!(house.store.latest(claim.conversation.address, 10).await.unwrap().len(), 1, "not sent yet");
    assert_eq!(house.store.next_send().await.unwrap(), Some(at(5)));
}

pub(crate) async fn newer_messages_stay_ready_by_their_own_silence(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    house.store.claim(node, at(0), Millis(10), 64).await.unwrap();
    let claim = house.store.claim(node, at(20), LEASE, 64).await.unwrap().remove(0);
    assert_eq!(claim.attempts, 2);
    let mut late = house.says(&shop.web, "lan", "m2", 21);
    late.settle = Millis(800);
    late.settle_at_most = Millis(5_000);
    house.hears(late).await;
    assert_eq!(house.store.commit(vec![house.answers(node, &claim, 30)]).await.unwrap(), [Commit::Done]);

    assert!(house.store.claim(node, at(820), LEASE, 64).await.unwrap().is_empty());
    let next = house.store.claim(node, at(821), LEASE, 64).await.unwrap().remove(0);
    assert_eq!(next.attempts, 1);
    assert_eq!(next.run.iter().map(|message| message.seq).collect::<Vec<_>>(), [2]);
}

pub(crate) async fn a_turn_is_stale_after_a_take_over(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
    let agent = house.agent("ha@example.com").await;
    house.store.take_over(claim.conversation.id, agent.id, at(2)).await.unwrap();
    let rows = house.rows().await;

    assert_eq!(house.store.commit(vec![house.answers(node, &claim, 5)]).await.unwrap(), [Commit::Stale]);
    assert_eq!(house.rows().await, rows, "nothing of it is stored");
    let again = house.store.reload(node, &[claim.conversation.id]).await.unwrap().remove(0);
    assert_eq!((again.conversation.owner, again.conversation.agent), (Owner::Agent, Some(agent.id)));
    let mut silent = house.answers(node, &again, 6);
    silent.reply = None;
    silent.decision.reply = None;
    assert_eq!(house.store.commit(vec![silent]).await.unwrap(), [Commit::Done]);
    let (after, _) = house.store.conversation(claim.conversation.id).await.unwrap().unwrap();
    assert_eq!((after.owner, after.agent), (Owner::Agent, Some(agent.id)));
}

pub(crate) async fn a_turn_is_stale_after_the_customer_moved(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
    house.store.tie(&shop.web, "lan", &lan(), Level::Verified, ids, at(0)).await.unwrap();
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 1)).await;
    let other = (AddressId::new(house.id()), CustomerId::new(house.id()));
    house.store.tie(&shop.push, "lan-telegram", &lan(), Level::Verified, other, at(2)).await.unwrap();

    assert_eq!(house.store.commit(vec![house.answers(node, &claim, 5)]).await.unwrap(), [Commit::Stale]);
    let again = house.store.reload(node, &[claim.conversation.id]).await.unwrap().remove(0);
    assert_eq!(house.store.commit(vec![house.answers(node, &again, 6)]).await.unwrap(), [Commit::Done]);
}

pub(crate) async fn a_turn_without_lease_is_lost(house: &House) {
    let shop = house.shop().await;
    let (slow, quick) = (house.node(), house.node());
    house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    let late = house.store.claim(slow, at(0), Millis(10), 64).await.unwrap().remove(0);
    let taken = house.store.claim(quick, at(20), LEASE, 64).await.unwrap().remove(0);

    assert_eq!(house.store.commit(vec![house.answers(slow, &late, 21)]).await.unwrap(), [Commit::Lost]);
    assert_eq!(house.store.commit(vec![house.answers(quick, &taken, 22)]).await.unwrap(), [Commit::Done]);
    assert_eq!(house.store.commit(vec![house.answers(slow, &late, 23)]).await.unwrap(), [Commit::Lost]);
    assert_eq!(house.number("SELECT COUNT(*) FROM decisions").await, 1);
}

pub(crate) async fn a_run_is_decided_once(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    // The same node claims twice after its own lease ended: two deciders at work on one lane.
    let first = house.store.claim(node, at(0), Millis(10), 64).await.unwrap().remove(0);
    let second = house.store.claim(node, at(20), Millis(10), 64).await.unwrap().remove(0);
    assert_eq!(house.store.commit(vec![house.answers(node, &first, 21)]).await.unwrap(), [Commit::Done]);
    house.hears(house.says(&shop.web, "lan", "m2", 22)).await;
    let third = house.store.claim(node, at(22), LEASE, 64).await.unwrap().remove(0);

    assert_eq!(house.store.commit(vec![house.answers(node, &second, 23)]).await.unwrap(), [Commit::Lost]);
    let twice = vec![house.answers(node, &third, 24), house.answers(node, &third, 25)];
    assert_eq!(house.store.commit(twice).await.unwrap(), [Commit::Done, Commit::Lost]);
    assert_eq!(house.number("SELECT COUNT(*) FROM messages WHERE direction = 'out'").await, 2);
}

pub(crate) async fn one_bad_lane_does_not_hold_up_the_others(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    for (index, who) in ["lan", "minh", "mai"].into_iter().enumerate() {
        house.hears(house.says(&shop.web, who, &format!("m{index}"), index as i64)).await;
    }
    let claims = house.store.claim(node, at(9), LEASE, 64).await.unwrap();
    let agent = house.agent("ha@example.com").await;
    house.store.take_over(claims[1].conversation.id, agent.id, at(10)).await.unwrap();
    let mut turns: Vec<_> = claims.iter().map(|claim| house.answers(node, claim, 11)).collect();
    turns[2].node = house.node();

    let outcomes = house.store.commit(turns).await.unwrap();
    assert_eq!(outcomes, [Commit::Done, Commit::Stale, Commit::Lost]);
}

pub(crate) async fn the_graver_escalation_stays(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let steps = [
        (Priority::High, 40, 1_000, (EscalationReason::Complaint, Priority::High, 40, 1_000)),
        (Priority::High, 20, 2_000, (EscalationReason::Complaint, Priority::High, 40, 1_000)),
        (Priority::Urgent, 10, 3_000, (EscalationReason::Urgent, Priority::Urgent, 10, 1_000)),
        (Priority::High, 99, 500, (EscalationReason::Urgent, Priority::Urgent, 10, 500)),
    ];
    for (index, (priority, severity, due, expected)) in steps.into_iter().enumerate() {
        let when = index as i64 * 10;
        let claim =
            house.heard_and_claimed(node, house.says(&shop.web, "lan", &format!("m{index}"), when)).await;
        let turn = house.escalating(house.answers(node, &claim, when + 1), priority, severity, due);
        assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);

        let claim =
            house.heard_and_claimed(node, house.says(&shop.web, "lan", &format!("n{index}"), when + 2)).await;
        let stored = claim.memory.escalation.clone().unwrap();
        assert_eq!((stored.reason, stored.priority, stored.severity, stored.due_at), {
            let (reason, priority, severity, due) = expected;
            (reason, priority, severity, at(due))
        });
        house.store.commit(vec![house.answers(node, &claim, when + 3)]).await.unwrap();
    }
    assert_eq!(house.number("SELECT COUNT(*) FROM escalations").await, 1);
    assert_eq!(house.number("SELECT CAST(rank AS BIGINT) FROM escalations").await, 0);
}

pub(crate) async fn opting_out_cancels_what_is_queued_but_not_its_own_confirmation(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", "m1", 0)).await;
    house.store.commit(vec![house.answers(node, &claim, 5)]).await.unwrap();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", "m2", 6)).await;
    let mut turn = house.answers(node, &claim, 7);
    turn.consent = ConsentChange::OptOut;
    let confirmation = turn.reply.as_ref().unwrap().id;
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);

    let sends = house.store.claim_sends(node, at(10), LEASE, 64).await.unwrap();
    assert_eq!(sends.iter().map(|send| send.message.id).collect::<Vec<_>>(), [confirmation]);
    assert_eq!(opted_out(house, &shop.push).await, Some(at(7)));

    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", "m3", 11)).await;
    let mut turn = house.answers(node, &claim, 12);
    turn.consent = ConsentChange::OptIn;
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    assert_eq!(opted_out(house, &shop.push).await, None);
}

async fn opted_out(house: &House, channel: &lara_core::model::Channel) -> Option<Timestamp> {
    house.store.address(channel.id, "lan").await.unwrap().unwrap().opted_out_at
}

pub(crate) async fn a_change_of_owner_moves_epoch_and_rev(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
    let turn = house.answers(node, &claim, 1);
    house.store.commit(vec![turn]).await.unwrap();
    let (same, _) = house.store.conversation(claim.conversation.id).await.unwrap().unwrap();
    assert_eq!((same.epoch, same.rev), (claim.conversation.epoch, claim.conversation.rev));

    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m2", 2)).await;
    let turn = house.escalating(house.answers(node, &claim, 3), Priority::High, 50, 100);
    assert!(matches!(turn.queue, QueueChange::Put(_)));
    house.store.commit(vec![turn]).await.unwrap();
    let (moved, _) = house.store.conversation(claim.conversation.id).await.unwrap().unwrap();
    assert_eq!((moved.epoch, moved.rev), (same.epoch + 1, same.rev + 1));
    assert_eq!(moved.owner, Owner::Waiting);
}
