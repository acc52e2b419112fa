//! What platforms tell beside messages. Everything may come twice, late, or about what nobody knows.

use crate::house::House;
use crate::make::{LEASE, Shop, at};
use lara_core::model::{
    Channel, ConversationId, EscalationState, Message, MessageId, MessageState, Millis, Owner, Priority,
};
use lara_core::ports::{
    ChangeKind, Changes as _, Commit, Desk as _, DeskOutcome, HandedTo, Happening, Happenings as _,
    Lanes as _, Moved, NewInbound, Outbox as _, Outcome, Progress, QueueChange, ReceiptOf, Transcripts as _,
};

async fn happens(house: &House, channel: &Channel, happening: &Happening, when: i64) -> Option<Moved> {
    house.store.happen(channel, happening, MessageId::new(house.id()), at(when)).await.unwrap()
}

/// The talk with an address of the push channel, oldest first.
async fn talk(house: &House, channel: &Channel, who: &str) -> Vec<Message> {
    let address = house.store.address(channel.id, who).await.unwrap().unwrap();
    house.store.latest(address.id, 20).await.unwrap()
}

/// Lan said something; the bot's reply is `sending`.
async fn being_answered(house: &House, shop: &Shop) -> (ConversationId, MessageId) {
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", "m1", 0)).await;
    let turn = house.answers(node, &claim, 1);
    let reply = turn.reply.as_ref().unwrap().id;
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    (claim.conversation.id, reply)
}

/// Lan said something and was answered; the platform calls the reply `out-1`.
async fn answered(house: &House, shop: &Shop) -> (ConversationId, MessageId) {
    let (conversation, reply) = being_answered(house, shop).await;
    sent(house, Outcome::Sent(Some("out-1".to_owned()))).await;
    (conversation, reply)
}

/// Whatever waits is sent at 2 and ends so at 3.
async fn sent(house: &House, outcome: Outcome) {
    let node = house.node();
    let sends = house.store.claim_sends(node, at(2), LEASE, 64).await.unwrap();
    let outcomes = sends.into_iter().map(|send| (send.message.id, outcome.clone())).collect();
    house.store.settle(node, at(3), outcomes).await.unwrap();
}

/// State and fault of everything that was to leave, in order.
async fn outgoing(house: &House) -> Vec<String> {
    let sql = "SELECT state || COALESCE(' ' || fault, '') || COALESCE(' ' || external, '') FROM messages \
               WHERE direction = 'out' ORDER BY seq";
    house.peek().await.texts(sql).await
}

fn edited(external: &str, text: &str) -> Happening {
    Happening::Edited { external: external.to_owned(), text: text.to_owned() }
}

fn receipt(external: &str, state: Progress, when: i64) -> Happening {
    Happening::Receipt { of: ReceiptOf::External(external.to_owned()), state, at: at(when) }
}

fn human(external: &str) -> Happening {
    let text = "Em Hà đây ạ, đơn mai tới".to_owned();
    Happening::HumanReplied { address: "lan".to_owned(), external: external.to_owned(), text }
}

pub(crate) async fn a_correction_before_the_decision_is_what_is_decided(house: &House) {
    let shop = house.shop().await;
    house.hears(house.says(&shop.push, "lan", "m1", 0)).await;
    let moved = happens(house, &shop.push, &edited("m1", "đơn MH-2 đâu ạ?"), 1).await;
    let claims = house.store.claim(house.node(), at(2), LEASE, 64).await.unwrap();
    assert_eq!(moved.unwrap().conversation, claims[0].conversation.id);
    let run: Vec<_> = claims[0].run.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(run, ["đơn MH-2 đâu ạ?"]);
    assert_eq!(talk(house, &shop.push, "lan").await[0].after.edited_at, Some(at(1)));
}

pub(crate) async fn a_correction_after_the_decision_asks_nothing_again(house: &House) {
    let shop = house.shop().await;
    answered(house, &shop).await;
    assert!(happens(house, &shop.push, &edited("m1", "đơn MH-2"), 5).await.is_some());
    assert!(happens(house, &shop.push, &edited("m1", "đơn MH-2"), 6).await.is_none(), "told twice");
    assert!(happens(house, &shop.push, &edited("m9", "của ai?"), 6).await.is_none(), "never seen");
    assert!(happens(house, &shop.web, &edited("m1", "kênh khác"), 6).await.is_none(), "another channel's");
    assert!(
        happens(house, &shop.push, &edited("out-1", "lời của bot"), 6).await.is_none(),
        "not a customer's"
    );
    assert!(house.store.claim(house.node(), at(7), LEASE, 64).await.unwrap().is_empty());
    let said = talk(house, &shop.push, "lan").await;
    assert_eq!((said[0].text.as_str(), said[0].after.edited_at), ("đơn MH-2", Some(at(5))));
    assert_eq!(said[1].text, "*Đang giao* ạ");
}

pub(crate) async fn what_was_taken_back_is_erased(house: &House) {
    let shop = house.shop().await;
    answered(house, &shop).await;
    let withdrawn = Happening::Withdrawn { external: "m1".to_owned() };
    assert!(happens(house, &shop.push, &withdrawn, 5).await.is_some());
    assert!(happens(house, &shop.push, &withdrawn, 6).await.is_none(), "told twice");
    assert!(happens(house, &shop.push, &edited("m1", "sửa muộn"), 7).await.is_none(), "it stays erased");
    let said = talk(house, &shop.push, "lan").await;
    assert_eq!((said[0].text.as_str(), said[0].after.withdrawn_at), ("", Some(at(5))));
}

pub(crate) async fn a_receipt_never_goes_back(house: &House) {
    let shop = house.shop().await;
    answered(house, &shop).await;
    assert!(happens(house, &shop.push, &receipt("out-1", Progress::Read, 9), 10).await.is_some());
    happens(house, &shop.push, &receipt("out-1", Progress::Delivered, 8), 11).await;
    happens(house, &shop.push, &receipt("out-1", Progress::Sent, 7), 12).await;
    happens(house, &shop.push, &receipt("out-1", Progress::Failed("undeliverable"), 7), 13).await;
    assert!(happens(house, &shop.push, &receipt("out-9", Progress::Read, 9), 14).await.is_none());
    assert!(happens(house, &shop.web, &receipt("out-1", Progress::Read, 9), 14).await.is_none());
    let reply = &talk(house, &shop.push, "lan").await[1];
    assert_eq!((reply.state, &reply.fault), (MessageState::Sent, &None), "what was read did arrive");
    assert!(reply.after.delivered_at.is_some());
    assert_eq!(reply.after.read_at, Some(at(9)));
}

pub(crate) async fn a_receipt_settles_what_nobody_knew(house: &House) {
    let shop = house.shop().await;
    let (_, reply) = being_answered(house, &shop).await;
    sent(house, Outcome::Uncertain("timeout")).await;
    assert_eq!(outgoing(house).await, ["uncertain timeout"]);
    let ours = Happening::Receipt {
        of: ReceiptOf::Ours(reply, Some("out-1".to_owned())),
        state: Progress::Sent,
        at: at(4),
    };
    assert!(happens(house, &shop.push, &ours, 5).await.is_some());
    assert_eq!(outgoing(house).await, ["sent out-1"]);
}

pub(crate) async fn a_receipt_of_one_piece_does_not_speak_for_all(house: &House) {
    let shop = house.shop().await;
    let (_, reply) = being_answered(house, &shop).await;
    let node = house.node();
    house.store.claim_sends(node, at(2), LEASE, 64).await.unwrap();
    let until = at(2).plus(LEASE);
    assert!(house.store.progress(node, reply, None, None, until).await.unwrap());
    assert!(house.store.progress(node, reply, Some(0), None, until).await.unwrap());
    assert_eq!(house.number("SELECT COUNT(*) FROM messages WHERE pieces_done = 0").await, 1);
    house.store.settle(node, at(3), vec![(reply, Outcome::Uncertain("timeout"))]).await.unwrap();
    let external = Some("out-1".to_owned());
    let ours = |state| Happening::Receipt { of: ReceiptOf::Ours(reply, external.clone()), state, at: at(4) };
    assert!(happens(house, &shop.push, &ours(Progress::Sent), 5).await.is_some(), "its id is new");
    assert!(happens(house, &shop.push, &ours(Progress::Sent), 6).await.is_none(), "told twice");
    assert!(happens(house, &shop.push, &receipt("out-1", Progress::Read, 7), 7).await.is_some());
    assert_eq!(outgoing(house).await, ["uncertain timeout out-1"], "nobody knows of the rest");
}

pub(crate) async fn a_reply_refused_after_all_is_failed(house: &House) {
    let shop = house.shop().await;
    answered(house, &shop).await;
    happens(house, &shop.push, &receipt("out-1", Progress::Failed("undeliverable"), 5), 6).await;
    assert_eq!(outgoing(house).await, ["failed undeliverable out-1"]);
}

pub(crate) async fn a_watermark_covers_what_was_sent_until_then(house: &House) {
    let shop = house.shop().await;
    answered(house, &shop).await;
    let until = |when, state| Happening::Receipt {
        of: ReceiptOf::Until("lan".to_owned(), at(when)),
        state,
        at: at(when),
    };
    assert!(happens(house, &shop.push, &until(0, Progress::Delivered), 5).await.is_none(), "before it");
    assert!(happens(house, &shop.push, &until(6, Progress::Delivered), 7).await.is_some());
    assert!(happens(house, &shop.push, &until(8, Progress::Read), 9).await.is_some());
    let said = talk(house, &shop.push, "lan").await;
    assert_eq!((said[1].after.delivered_at, said[1].after.read_at), (Some(at(6)), Some(at(8))));
    assert_eq!(said[0].after.read_at, None, "what they wrote themselves has no receipt");
}

pub(crate) async fn a_human_elsewhere_takes_over(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", "m1", 0)).await;
    let turn = house.escalating(house.answers(node, &claim, 1), Priority::High, 5, 10);
    let QueueChange::Put(escalation) = &turn.queue else { panic!("it escalates") };
    let escalation = escalation.id;
    house.store.commit(vec![turn]).await.unwrap();
    let conversation = claim.conversation.id;
    let (before, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    let number = house.store.last_change().await.unwrap();

    let moved = happens(house, &shop.push, &human("echo-1"), 5).await.unwrap();
    assert_eq!(moved.conversation, conversation);
    let (after, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    assert_eq!((after.owner, after.agent), (Owner::Agent, None));
    assert_eq!((after.epoch, after.rev), (before.epoch + 1, before.rev + 1));
    assert!(house.store.claim_sends(node, at(6), LEASE, 64).await.unwrap().is_empty(), "the bot is silent");
    let claimed = house.store.escalation(escalation).await.unwrap().unwrap();
    assert_eq!((claimed.state, claimed.agent), (EscalationState::Claimed, None));
    let said = talk(house, &shop.push, "lan").await;
    assert_eq!((said.len(), said[1].text.as_str()), (2, "Em Hà đây ạ, đơn mai tới"));
    assert_eq!(outgoing(house).await, ["cancelled taken_over", "sent echo-1"]);
    let told = house.store.changes(number).await.unwrap();
    assert_eq!((told[0].kind, told[0].key), (ChangeKind::Conversation, conversation.get()));

    assert!(happens(house, &shop.push, &human("echo-1"), 7).await.is_none(), "the echo came twice");
    assert!(happens(house, &shop.push, &human("echo-2"), 8).await.is_some());
    assert_eq!(outgoing(house).await, ["cancelled taken_over", "sent echo-1", "sent echo-2"]);
    let (later, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    assert_eq!(later.epoch, after.epoch, "whose it is already, it stays");
}

pub(crate) async fn our_own_echo_is_no_take_over(house: &House) {
    let shop = house.shop().await;
    let (conversation, _) = answered(house, &shop).await;
    assert!(happens(house, &shop.push, &human("out-1"), 5).await.is_none());
    let (after, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    assert_eq!(after.owner, Owner::Bot);
}

pub(crate) async fn a_human_who_writes_first_begins_a_conversation(house: &House) {
    let shop = house.shop().await;
    let moved = happens(house, &shop.push, &human("echo-1"), 5).await.unwrap();
    let (made, _) = house.store.conversation(moved.conversation).await.unwrap().unwrap();
    assert_eq!((made.owner, made.agent, made.last_seq), (Owner::Agent, None, 1));
    let heard = house.hears(house.says(&shop.push, "lan", "m1", 6)).await;
    assert_eq!((heard.conversation, heard.seq), (moved.conversation, 2));
}

pub(crate) async fn an_agent_of_the_desk_keeps_what_a_colleague_answers_elsewhere(house: &House) {
    let shop = house.shop().await;
    let (conversation, _) = answered(house, &shop).await;
    let agent = house.agent("ha@example.com").await;
    let done = house.store.take_over(conversation, agent.id, at(4)).await.unwrap();
    assert!(matches!(done, DeskOutcome::Done { .. }));
    happens(house, &shop.push, &human("echo-1"), 5).await.unwrap();
    let (after, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    assert_eq!((after.owner, after.agent), (Owner::Agent, Some(agent.id)));
    assert_eq!(house.store.hand_back_idle(Millis(0), at(1_000_000)).await.unwrap(), 0, "theirs to hand back");
}

pub(crate) async fn what_was_handed_away_comes_back(house: &House) {
    let shop = house.shop().await;
    let (conversation, _) = answered(house, &shop).await;
    let handed = |to| Happening::Handed { address: "lan".to_owned(), to };
    assert!(happens(house, &shop.push, &handed(HandedTo::Lara), 4).await.is_none(), "she has it");
    assert!(happens(house, &shop.push, &handed(HandedTo::Others), 5).await.is_some());
    let owner = async || house.store.conversation(conversation).await.unwrap().unwrap().0.owner;
    assert_eq!(owner().await, Owner::Agent);
    assert_eq!(talk(house, &shop.push, "lan").await.len(), 2, "nobody has said anything");
    assert!(happens(house, &shop.push, &handed(HandedTo::Lara), 6).await.is_some());
    assert_eq!(owner().await, Owner::Bot);
}

pub(crate) async fn a_human_who_went_quiet_gives_it_back(house: &House) {
    let shop = house.shop().await;
    let (conversation, _) = answered(house, &shop).await;
    happens(house, &shop.push, &human("echo-1"), 1_000).await.unwrap();
    assert_eq!(house.store.hand_back_idle(Millis(500), at(1_400)).await.unwrap(), 0);
    assert_eq!(house.store.hand_back_idle(Millis(500), at(1_600)).await.unwrap(), 1);
    let (after, _) = house.store.conversation(conversation).await.unwrap().unwrap();
    assert_eq!((after.owner, after.agent), (Owner::Bot, None));
    assert_eq!(house.store.hand_back_idle(Millis(500), at(1_700)).await.unwrap(), 0);
}

pub(crate) async fn who_cannot_be_reached_is_marked_until_they_write(house: &House) {
    let shop = house.shop().await;
    answered(house, &shop).await;
    let reach = |reachable| Happening::Reach { address: "lan".to_owned(), reachable };
    let since = async || house.store.address(shop.push.id, "lan").await.unwrap().unwrap().unreachable_at;
    assert!(happens(house, &shop.push, &reach(false), 5).await.is_some());
    assert_eq!(since().await, Some(at(5)));
    happens(house, &shop.push, &reach(true), 6).await;
    assert_eq!(since().await, None);
    happens(house, &shop.push, &reach(false), 7).await;
    house.hears(house.says(&shop.push, "lan", "m2", 8)).await;
    assert_eq!(since().await, None, "who writes can be reached");
    let nobody = Happening::Reach { address: "minh".to_owned(), reachable: false };
    assert!(happens(house, &shop.push, &nobody, 9).await.is_none());
}

pub(crate) async fn what_waits_for_somebody_who_is_gone_fails(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    for external in ["m1", "m2"] {
        let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", external, 0)).await;
        house.store.commit(vec![house.answers(node, &claim, 1)]).await.unwrap();
    }
    sent(house, Outcome::Gone("blocked")).await;
    assert_eq!(outgoing(house).await, ["failed blocked", "failed unreachable"]);
    let address = house.store.address(shop.push.id, "lan").await.unwrap().unwrap();
    assert_eq!(address.unreachable_at, Some(at(3)));
}

pub(crate) async fn a_person_keeps_their_talk_when_their_id_changes(house: &House) {
    let shop = house.shop().await;
    let (conversation, _) = answered(house, &shop).await;
    let moves = |from: &str, to: &str| Happening::Moved { from: from.to_owned(), to: to.to_owned() };
    assert_eq!(
        happens(house, &shop.push, &moves("lan", "-100"), 5).await.unwrap().conversation,
        conversation
    );
    assert!(happens(house, &shop.push, &moves("lan", "-100"), 6).await.is_none(), "told twice");
    let next: NewInbound = house.says(&shop.push, "-100", "m2", 7);
    assert_eq!(house.hears(next).await.conversation, conversation);
    house.hears(house.says(&shop.push, "minh", "m3", 8)).await;
    assert!(happens(house, &shop.push, &moves("minh", "-100"), 9).await.is_none(), "that place is taken");
    assert_eq!(talk(house, &shop.push, "minh").await.len(), 1);
}

pub(crate) async fn a_place_moves_with_all_who_are_in_it(house: &House) {
    let shop = house.shop().await;
    for (external, address) in [("m1", "-5:lan"), ("m2", "-5:minh"), ("m3", "-55:lan"), ("m4", "-1005:minh")]
    {
        house.hears(house.says(&shop.push, address, external, 0)).await;
    }
    let moves = Happening::PlaceMoved { from: "-5:".to_owned(), to: "-1005:".to_owned() };
    assert!(happens(house, &shop.push, &moves, 5).await.is_some());
    assert!(happens(house, &shop.push, &moves, 6).await.is_none(), "told twice");
    let count = async |address| talk(house, &shop.push, address).await.len();
    assert_eq!([count("-1005:lan").await, count("-55:lan").await], [1, 1]);
    assert_eq!([count("-1005:minh").await, count("-5:minh").await], [1, 1], "that place is taken");
}
