//! What agents do.

use crate::house::House;
use crate::make::{LEASE, at};
use lara_core::model::{
    Agent, AgentId, Channel, ConversationId, Direction, EscalationId, EscalationState, MessageState, Owner,
    Priority,
};
use lara_core::ports::{
    ChangeKind, Changes as _, Commit, Desk as _, DeskOutcome, Lanes as _, Outbox as _, QueueChange,
    Transcripts as _,
};

const DONE: DeskOutcome = DeskOutcome::Done { on_the_way: 0 };

/// Lan complained on `channel`; the bot answered and put her in the queue.
async fn complained(house: &House, channel: &Channel) -> (ConversationId, EscalationId) {
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(channel, "lan", "c1", 0)).await;
    let turn = house.escalating(house.answers(node, &claim, 1), Priority::High, 70, 1_000);
    let QueueChange::Put(escalation) = &turn.queue else { panic!("it escalates") };
    let id = escalation.id;
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    (claim.conversation.id, id)
}

pub(crate) async fn a_take_over_silences_the_bot(house: &House) {
    let shop = house.shop().await;
    let (conversation, escalation) = complained(house, &shop.push).await;
    let agent = house.agent("ha@example.com").await;
    let (before, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    let number = house.store.last_change().await.unwrap();
    assert_eq!(house.store.take_over(conversation, agent.id, at(5)).await.unwrap(), DONE);

    let (after, channel) = house.store.conversation(conversation).await.unwrap().unwrap();
    assert_eq!((after.owner, after.agent), (Owner::Agent, Some(agent.id)));
    assert_eq!((after.epoch, after.rev), (before.epoch + 1, before.rev + 1));
    assert_eq!(channel, shop.push);
    assert!(house.store.claim_sends(house.node(), at(9), LEASE, 64).await.unwrap().is_empty());
    let states = house.peek().await.texts("SELECT state FROM messages WHERE direction = 'out'").await;
    assert_eq!(states, [MessageState::Cancelled.as_str()]);
    let claimed = house.store.escalation(escalation).await.unwrap().unwrap();
    assert_eq!((claimed.state, claimed.agent), (EscalationState::Claimed, Some(agent.id)));
    let changes = house.store.changes(number).await.unwrap();
    assert_eq!((changes[0].kind, changes[0].key), (ChangeKind::Conversation, conversation.get()));
}

pub(crate) async fn a_take_over_counts_what_is_on_its_way(house: &House) {
    let shop = house.shop().await;
    let (conversation, _) = complained(house, &shop.push).await;
    assert_eq!(house.store.claim_sends(house.node(), at(2), LEASE, 64).await.unwrap().len(), 1);
    let agent = house.agent("ha@example.com").await;
    let outcome = house.store.take_over(conversation, agent.id, at(5)).await.unwrap();
    assert_eq!(outcome, DeskOutcome::Done { on_the_way: 1 });
}

pub(crate) async fn another_agents_conversation_can_be_taken_over(house: &House) {
    let shop = house.shop().await;
    let (conversation, escalation) = complained(house, &shop.web).await;
    let (first, second) = (house.agent("ha@example.com").await, house.agent("long@example.com").await);
    house.store.take_over(conversation, first.id, at(5)).await.unwrap();
    assert_eq!(house.store.take_over(conversation, second.id, at(6)).await.unwrap(), DONE);
    assert_eq!(house.store.escalation(escalation).await.unwrap().unwrap().agent, Some(second.id));
    let refused = house.store.hand_back(conversation, first.id, at(7)).await.unwrap();
    assert_eq!(refused, DeskOutcome::Refused(Owner::Agent, Some(second.id)));
}

pub(crate) async fn only_the_owner_replies_but_anybody_notes(house: &House) {
    let shop = house.shop().await;
    let (conversation, _) = complained(house, &shop.push).await;
    let (owner, other) = (house.agent("ha@example.com").await, house.agent("long@example.com").await);
    let write = async |agent: &Agent, direction, when| {
        let message = house.writes(direction, agent, &shop.push, when);
        house.store.write(conversation, agent.id, message).await.unwrap()
    };
    assert_eq!(write(&owner, Direction::Out, 4).await, DeskOutcome::Refused(Owner::Waiting, None));
    house.store.take_over(conversation, owner.id, at(5)).await.unwrap();
    assert_eq!(write(&owner, Direction::Out, 6).await, DONE);
    assert_eq!(write(&other, Direction::Out, 7).await, DeskOutcome::Refused(Owner::Agent, Some(owner.id)));
    assert_eq!(write(&other, Direction::Note, 8).await, DONE);

    let written =
        house.peek().await.texts("SELECT direction || ' ' || state FROM messages ORDER BY seq").await;
    assert_eq!(written, ["in accepted", "out cancelled", "out queued", "note accepted"]);
    let sends = house.store.claim_sends(house.node(), at(9), LEASE, 64).await.unwrap();
    assert_eq!(sends[0].message.agent, Some(owner.id), "an agent's reply is sent");
}

pub(crate) async fn handing_back_resolves_and_forgets(house: &House) {
    let shop = house.shop().await;
    let (conversation, escalation) = complained(house, &shop.web).await;
    let agent = house.agent("ha@example.com").await;
    house.store.take_over(conversation, agent.id, at(5)).await.unwrap();
    assert_eq!(house.store.hand_back(conversation, agent.id, at(6)).await.unwrap(), DONE);

    let (after, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    assert_eq!((after.owner, after.agent, after.misses), (Owner::Bot, None, 0));
    assert_eq!((after.epoch, after.rev), (3, 3), "escalated, taken over, handed back");
    assert_eq!(house.store.escalation(escalation).await.unwrap(), None);
    let again = house.store.hand_back(conversation, agent.id, at(7)).await.unwrap();
    assert_eq!(again, DeskOutcome::Refused(Owner::Bot, None));
}

pub(crate) async fn a_resolved_conversation_is_closed(house: &House) {
    let shop = house.shop().await;
    let (conversation, escalation) = complained(house, &shop.web).await;
    let agent = house.agent("ha@example.com").await;
    assert_eq!(house.store.resolve(conversation, agent.id, None, at(6)).await.unwrap(), DONE);
    assert_eq!(house.store.escalation(escalation).await.unwrap(), None);

    let closed = DeskOutcome::Refused(Owner::Closed, None);
    assert_eq!(house.store.take_over(conversation, agent.id, at(7)).await.unwrap(), closed);
    assert_eq!(house.store.resolve(conversation, agent.id, None, at(7)).await.unwrap(), closed);
    let next = house.hears(house.says(&shop.web, "lan", "c2", 8)).await;
    assert_ne!(next.conversation, conversation);
    assert_eq!(house.store.latest(next.address, 10).await.unwrap().len(), 3);
}

pub(crate) async fn a_message_that_crosses_the_agents_click_goes_to_lara(house: &House) {
    let shop = house.shop().await;
    let (conversation, escalation) = complained(house, &shop.web).await;
    let agent = house.agent("ha@example.com").await;
    let crossing = house.hears(house.says(&shop.web, "lan", "c9", 5)).await;
    assert_eq!(crossing.conversation, conversation);
    assert_eq!(house.store.resolve(conversation, agent.id, None, at(6)).await.unwrap(), DONE);
    assert_eq!(house.store.escalation(escalation).await.unwrap(), None);
    let (found, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    assert_eq!((found.owner, found.agent), (Owner::Bot, None));
}

pub(crate) async fn nothing_is_resolved_that_the_agent_has_not_read(house: &House) {
    let shop = house.shop().await;
    let (conversation, escalation) = complained(house, &shop.web).await;
    let (agent, other) = (house.agent("ha@example.com").await, house.agent("long@example.com").await);
    house.store.take_over(conversation, agent.id, at(4)).await.unwrap();
    let crossing = house.hears(house.says(&shop.web, "lan", "c9", 5)).await;
    let resolve =
        async |who: &Agent, seen| house.store.resolve(conversation, who.id, Some(seen), at(6)).await.unwrap();

    assert_eq!(resolve(&agent, 1).await, DeskOutcome::Crossed);
    assert_eq!(resolve(&other, 1).await, DeskOutcome::Refused(Owner::Agent, Some(agent.id)));
    let (found, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    assert_eq!((found.owner, found.agent), (Owner::Agent, Some(agent.id)));
    assert!(house.store.escalation(escalation).await.unwrap().is_some(), "nothing was changed");
    assert_eq!(resolve(&agent, crossing.seq).await, DONE);
}

pub(crate) async fn what_is_not_there_is_missing(house: &House) {
    let nowhere = ConversationId::new(house.id());
    let agent = AgentId::new(house.id());
    assert_eq!(house.store.take_over(nowhere, agent, at(0)).await.unwrap(), DeskOutcome::Missing);
    assert_eq!(house.store.resolve(nowhere, agent, None, at(0)).await.unwrap(), DeskOutcome::Missing);
    assert_eq!(house.store.conversation(nowhere).await.unwrap(), None);
    assert_eq!(house.store.escalation(EscalationId::new(house.id())).await.unwrap(), None);
}
