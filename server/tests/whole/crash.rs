//! `kill -9`, again and again, under load: what was accepted is there, and is answered once.

use crate::harness::{Author, Customer, Lara, on_both};
use crate::order::QUESTIONS;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

on_both!(killed_again_and_again_she_loses_nothing_and_answers_nothing_twice);

/// How often she is killed; `LARA_TEST_KILLS` in the environment asks for more.
const KILLS: usize = 6;
/// Customers who wait for the answer before they ask again, and customers who do not.
const PATIENT: usize = 12;
const HASTY: usize = 12;

/// What the customers did, and whether they should go on.
#[derive(Debug)]
struct Load {
    going: AtomicBool,
    accepted: watch::Sender<usize>,
    answered: AtomicUsize,
}

async fn killed_again_and_again_she_loses_nothing_and_answers_nothing_twice(mut lara: Lara) {
    let load = Arc::new(Load {
        going: AtomicBool::new(true),
        accepted: watch::Sender::new(0),
        answered: AtomicUsize::new(0),
    });
    let mut people = tokio::task::JoinSet::new();
    for name in 0..PATIENT {
        people.spawn(asks_and_waits(lara.app_customer(&format!("patient-{name}")), Arc::clone(&load)));
    }
    for name in 0..HASTY {
        people.spawn(just_asks(lara.app_customer(&format!("hasty-{name}")), Arc::clone(&load)));
    }

    let kills = std::env::var("LARA_TEST_KILLS")
        .map_or(KILLS, |text| text.parse().expect("LARA_TEST_KILLS is a number"));
    let mut accepted = load.accepted.subscribe();
    for round in 0..kills {
        // Another moment each time: soon after the start, in full swing, in the middle of a batch.
        let target = *accepted.borrow() + 7 + 31 * (round % 5);
        // The borrow must end here: who holds it stops the customers from counting.
        let waited = tokio::time::timeout(Duration::from_secs(90), accepted.wait_for(|now| *now >= target))
            .await
            .is_ok();
        assert!(waited, "she takes messages after {round} kills");
        lara.kill();
        lara.wake().await;
    }
    load.going.store(false, Ordering::Relaxed);
    let people = people.join_all().await;

    lara.settles_with_every_message_decided_once().await;
    let stored = lara.messages_from_the_app().await;
    assert_eq!(stored, i64::try_from(*accepted.borrow()).unwrap(), "every accepted message is stored, once");
    for (customer, asked) in people.into_iter().filter_map(|(customer, asked)| Some((customer, asked?))) {
        let replies = customer.transcript().await;
        assert_eq!(replies.len(), asked, "each question was answered once: {replies:#?}");
        assert!(replies.iter().all(|line| line.author == Author::Lara));
    }
    assert!(load.answered.load(Ordering::Relaxed) > 0, "somebody was answered");
}

/// Asks, waits for the answer, asks again: as many answers as questions, or something was lost or said twice.
async fn asks_and_waits(mut customer: Customer, load: Arc<Load>) -> (Customer, Option<usize>) {
    let mut asked = 0;
    while load.going.load(Ordering::Relaxed) {
        customer.insists(&Uuid::now_v7().to_string(), QUESTIONS[asked % QUESTIONS.len()]).await;
        load.accepted.send_modify(|count| *count += 1);
        asked += 1;
        let line = customer.hears().await;
        assert_eq!(line.author, Author::Lara);
        load.answered.fetch_add(1, Ordering::Relaxed);
    }
    (customer, Some(asked))
}

/// Asks without waiting: runs of several messages, and more of them half done when she dies.
async fn just_asks(mut customer: Customer, load: Arc<Load>) -> (Customer, Option<usize>) {
    let mut asked = 0;
    while load.going.load(Ordering::Relaxed) {
        customer.insists(&Uuid::now_v7().to_string(), QUESTIONS[asked % QUESTIONS.len()]).await;
        load.accepted.send_modify(|count| *count += 1);
        asked += 1;
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    (customer, None)
}
