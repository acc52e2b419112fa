//! Once an agent has been told "it is yours", Lara says no more in that conversation.

use crate::harness::{Agent, Author, Customer, Lara, Line, on_both};
use crate::order::QUESTIONS;
use std::time::Duration;

on_both!(no_bot_word_after_a_confirmed_take_over);

/// Take-overs; `LARA_TEST_TAKE_OVERS` in the environment asks for more.
const TAKE_OVERS: usize = 200;
/// How many conversations are in the air at once.
const AT_ONCE: usize = 20;

async fn no_bot_word_after_a_confirmed_take_over(lara: Lara) {
    let many =
        std::env::var("LARA_TEST_TAKE_OVERS").map_or(TAKE_OVERS, |text| text.parse().expect("a number"));
    let agent = lara.owner().await;
    let mut interrupted = 0;
    let mut numbers = 0..many;
    loop {
        let mut round = tokio::task::JoinSet::new();
        for number in numbers.by_ref().take(AT_ONCE) {
            let customer = lara.app_customer(&format!("interrupted-{number}"));
            round.spawn(is_interrupted(customer, agent.clone(), number));
        }
        if round.is_empty() {
            break;
        }
        interrupted += round.join_all().await.into_iter().filter(|in_time| *in_time).count();
    }
    lara.settles_with_every_message_decided_once().await;
    println!("{interrupted} of {many} take-overs came before Lara's answer");
    assert!(
        interrupted > 0 && interrupted < many,
        "the moments were on both sides of her answer: {interrupted}"
    );

    // The rows say it as well: after the agent's word no bot message has a higher place.
    let talked_over = "SELECT COUNT(*) FROM messages b JOIN messages a ON a.conversation_id = b.conversation_id \
         AND a.author = 'agent' AND a.direction = 'out' AND b.seq > a.seq WHERE b.author = 'bot'";
    assert_eq!(lara.count(talked_over).await, 0);
}

/// Asks, is answered, asks again, and at that moment the agent takes over; whether that was before the second answer.
async fn is_interrupted(mut customer: Customer, mut agent: Agent, number: usize) -> bool {
    let question = QUESTIONS[number % QUESTIONS.len()];
    customer.says(question).await;
    customer.lara_says("").await;
    agent.prepares(&customer.conversation.clone().unwrap()).await;
    // Up to 150 ms between the two, either of them first, in steps that no worker's rhythm shares.
    let gap = Duration::from_micros(u64::try_from(number).unwrap() * 7_919 % 150_000);
    let (question_first, take_over_first) =
        if number.is_multiple_of(4) { (gap, Duration::ZERO) } else { (Duration::ZERO, gap) };
    let asks = async {
        tokio::time::sleep(question_first).await;
        customer.says(question).await;
    };
    let takes_over = async {
        tokio::time::sleep(take_over_first).await;
        agent.takes_over().await;
    };
    tokio::join!(asks, takes_over);

    let before = customer.transcript().await;
    // Asked again after the confirmation: no answer may come any more.
    customer.says(question).await;
    agent.says("An agent is here.").await;
    let mut all = customer.transcript().await;
    while !all.iter().any(|line| line.author == Author::Agent) {
        all = customer.transcript().await;
    }
    let said = |lines: &[Line]| lines.iter().filter(|line| line.author == Author::Lara).count();
    assert_eq!(said(&all), said(&before), "Lara spoke after the take-over was confirmed: {all:#?}");
    said(&before) == 1
}
