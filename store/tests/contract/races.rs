//! Many at once: nothing is lost, doubled, overtaken or said after a take-over.

use crate::house::House;
use crate::make::{LEASE, at, lan};
use lara_core::model::{AddressId, ConversationId, CustomerId, Direction, Level, MessageId, NodeId};
use lara_core::ports::{
    Acceptance, Claim, Commit, Desk as _, DeskOutcome, Directory as _, Inbox as _, Lanes as _, Outbox as _,
    Outcome, Transcripts as _,
};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use tokio::task::JoinSet;

pub(crate) async fn one_delivery_a_hundred_times_at_once_is_one_message(house: &House) {
    let shop = house.shop().await;
    let mut deliveries = JoinSet::new();
    for _ in 0..100 {
        let (store, message) = (house.store.clone(), house.says(&shop.web, "lan", "m1", 0));
        deliveries.spawn(async move { store.accept(vec![message]).await.unwrap().remove(0).unwrap() });
    }
    let answers = deliveries.join_all().await;
    let told: HashSet<MessageId> = answers.iter().map(|answer| message_of(*answer)).collect();
    assert_eq!(told.len(), 1, "all are told of the same message");
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Acceptance::New { .. })).count(), 1);
    assert_eq!(house.number("SELECT COUNT(*) FROM messages").await, 1);
    assert_eq!(house.number("SELECT COUNT(*) FROM conversations").await, 1);
}

const fn message_of(answer: Acceptance) -> MessageId {
    match answer {
        Acceptance::New { message, .. } | Acceptance::Duplicate { message, .. } => message,
    }
}

const LANES: usize = 50;
const MESSAGES: usize = 20;

pub(crate) async fn fifty_lanes_of_twenty_messages_are_decided_in_order_by_two_nodes(house: &House) {
    let shop = house.shop().await;
    let mut work = JoinSet::new();
    for lane in 0..LANES {
        let store = house.store.clone();
        let messages: Vec<_> = (0..MESSAGES)
            .map(|n| house.says(&shop.web, &format!("customer-{lane}"), &format!("{lane}-{n}"), n as i64))
            .collect();
        work.spawn(async move {
            for message in messages {
                store.accept(vec![message]).await.unwrap();
            }
        });
    }
    let seen = Seen::default();
    let (first, second) = (house.node(), house.node());
    tokio::join!(decide(house, first, &seen), decide(house, second, &seen));
    work.join_all().await;

    let done = seen.done.into_inner().unwrap();
    assert_eq!(done.len(), LANES);
    assert!(done.values().all(|numbers| *numbers == (0..MESSAGES).collect::<Vec<_>>()), "{done:?}");
    let answered =
        house.number("SELECT CAST(SUM(last_in_seq - done_seq) AS BIGINT) FROM conversations").await;
    assert_eq!(answered, 0, "nothing waits");
    assert_eq!(
        house.number("SELECT COUNT(*) FROM messages WHERE direction = 'out'").await,
        house.number("SELECT COUNT(*) FROM decisions").await,
    );
}

#[derive(Default)]
struct Seen {
    held: Mutex<HashSet<ConversationId>>,
    /// The numbers in the messages' external ids, in the order they were decided.
    done: Mutex<HashMap<ConversationId, Vec<usize>>>,
}

async fn decide(house: &House, node: NodeId, seen: &Seen) {
    while seen.done.lock().unwrap().values().map(Vec::len).sum::<usize>() < LANES * MESSAGES {
        let claims = house.store.claim(node, at(1_000), LEASE, 8).await.unwrap();
        for claim in &claims {
            assert!(seen.held.lock().unwrap().insert(claim.conversation.id), "held twice");
        }
        tokio::task::yield_now().await;
        let turns: Vec<_> = claims.iter().map(|claim| house.answers(node, claim, 1_000)).collect();
        for claim in &claims {
            let mut done = seen.done.lock().unwrap();
            done.entry(claim.conversation.id).or_default().extend(claim.run.iter().map(number_of));
            seen.held.lock().unwrap().remove(&claim.conversation.id);
        }
        let outcomes = house.store.commit(turns).await.unwrap();
        assert!(outcomes.iter().all(|outcome| *outcome == Commit::Done), "{outcomes:?}");
    }
}

fn number_of(message: &lara_core::model::Message) -> usize {
    message.external.as_ref().unwrap().split_once('-').unwrap().1.parse().unwrap()
}

pub(crate) async fn two_nodes_never_hold_one_lane(house: &House) {
    let shop = house.shop().await;
    let batch = (0..200).map(|n| house.says(&shop.web, &format!("c{n}"), &format!("m{n}"), n)).collect();
    house.store.accept(batch).await.unwrap();
    let mut nodes = JoinSet::new();
    for _ in 0..4 {
        let (store, node) = (house.store.clone(), house.node());
        nodes.spawn(async move {
            let mut mine: Vec<Claim> = Vec::new();
            loop {
                let more = store.claim(node, at(1_000), LEASE, 7).await.unwrap();
                if more.is_empty() {
                    return mine;
                }
                mine.extend(more);
            }
        });
    }
    let held: Vec<_> =
        nodes.join_all().await.into_iter().flatten().map(|claim| claim.conversation.id).collect();
    assert_eq!(held.len(), 200);
    assert_eq!(held.iter().collect::<HashSet<_>>().len(), 200);
}

pub(crate) async fn no_bot_word_follows_a_take_over(house: &House) {
    let shop = house.shop().await;
    let agent = house.agent("ha@example.com").await;
    let node = house.node();
    for round in 0..60 {
        let channel = if round % 2 == 0 { &shop.web } else { &shop.push };
        let said = house.says(channel, &format!("c{round}"), &format!("m{round}"), round);
        let claim = house.heard_and_claimed(node, said).await;
        let (lane, address) = (claim.conversation.id, claim.conversation.address);
        let turn = house.answers(node, &claim, 100);
        let (reader, taker, sender, agent) =
            (house.store.clone(), house.store.clone(), house.store.clone(), agent.id);
        let mut race = JoinSet::new();
        let bot = house.store.clone();
        race.spawn(async move {
            bot.commit(vec![turn]).await.unwrap();
            let sends = sender.claim_sends(node, at(101), LEASE, 64).await.unwrap();
            let sent = sends.into_iter().map(|send| (send.message.id, Outcome::Sent(None))).collect();
            sender.settle(node, at(102), sent).await.unwrap();
            0
        });
        race.spawn(async move {
            let outcome = taker.take_over(lane, agent, at(103)).await.unwrap();
            let DeskOutcome::Done { on_the_way } = outcome else { panic!("refused: {outcome:?}") };
            let heard = reader.latest(address, 50).await.unwrap();
            on_the_way + heard.iter().filter(|message| message.direction == Direction::Out).count() as i64
        });
        let confirmed: i64 = race.join_all().await.into_iter().sum();
        let heard = house.store.latest(address, 50).await.unwrap();
        let after = heard.iter().filter(|message| message.direction == Direction::Out).count() as i64;
        assert!(
            after <= confirmed,
            "round {round}: {after} bot words, {confirmed} when the take-over was confirmed"
        );
        assert!(house.store.claim_sends(node, at(200), LEASE, 64).await.unwrap().is_empty());
        house.store.release(node, &[lane], at(1_000_000)).await.unwrap();
    }
}

pub(crate) async fn senders_never_overtake_each_other(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    for n in 0..8 {
        let batch =
            (0..5).map(|c| house.says(&shop.push, &format!("c{c}"), &format!("{c}-{n}"), n)).collect();
        house.store.accept(batch).await.unwrap();
        let claims = house.store.claim(node, at(n), LEASE, 64).await.unwrap();
        let turns = claims.iter().map(|claim| house.answers(node, claim, n)).collect();
        house.store.commit(turns).await.unwrap();
    }
    let sent: Arc<Mutex<HashMap<ConversationId, Vec<i64>>>> = Arc::default();
    let mut senders = JoinSet::new();
    for _ in 0..3 {
        let (store, node, sent) = (house.store.clone(), house.node(), Arc::clone(&sent));
        senders.spawn(async move {
            while store.next_send().await.unwrap().is_some() {
                let sends = store.claim_sends(node, at(1_000), LEASE, 3).await.unwrap();
                let mut outcomes = Vec::new();
                for send in sends {
                    let mut sent = sent.lock().unwrap();
                    sent.entry(send.message.conversation).or_default().push(send.message.seq);
                    outcomes.push((send.message.id, Outcome::Sent(None)));
                }
                store.settle(node, at(1_001), outcomes).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
    }
    senders.join_all().await;
    let sent = sent.lock().unwrap();
    assert_eq!(sent.values().map(Vec::len).collect::<Vec<_>>(), [8; 5]);
    assert!(sent.values().all(|seqs| seqs.is_sorted()), "{sent:?}");
}

pub(crate) async fn a_person_proved_ten_times_at_once_is_one_customer(house: &House) {
    let shop = house.shop().await;
    let by_email = lara_core::ports::Person { external_id: None, ..lan() };
    let mut ties = JoinSet::new();
    for n in 0..10 {
        let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
        let (store, channel) = (house.store.clone(), shop.web.clone());
        let person = if n % 2 == 0 { lan() } else { by_email.clone() };
        let external = format!("device-{}", n / 4);
        ties.spawn(async move {
            store.tie(&channel, &external, &person, Level::Verified, ids, at(n)).await.unwrap().customer
        });
    }
    let customers: HashSet<_> = ties.join_all().await.into_iter().collect();
    assert_eq!(customers.len(), 1);
    assert_eq!(house.number("SELECT COUNT(*) FROM customers").await, 1);
    assert_eq!(house.number("SELECT COUNT(*) FROM addresses").await, 3);
}
