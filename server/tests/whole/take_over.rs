//! Once an agent has been told "it is yours", Lara says no more in that conversation.

use crate::harness::{Agent, Author, Customer, Lara, on_both};
use crate::order::QUESTIONS;
use std::time::Duration;
use uuid::Uuid;

on_both!(no_bot_word_after_a_confirmed_take_over);

/// Take-overs; `LARA_TEST_TAKE_OVERS` in the environment asks for more.
const TAKE_OVERS: usize = 200;
/// How many conversations are in the air at once.
const AT_ONCE: usize = 20;

async fn no_bot_word_after_a_confirmed_take_over(lara: Lara) {
    let many =
        std::env::var("LARA_TEST_TAKE_OVERS").map_or(TAKE_OVERS, |text| text.parse().expect("a number"));
    let agent = lara.owner().await;
    let mut silent = 0;
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
        silent += round.join_all().await.into_iter().filter(|was_silent| *was_silent).count();
    }
    lara.settles_with_every_message_decided_once().await;
    // Some take-overs came before the answer and some after it: the moments were really random.
    println!("{silent} of {many} take-overs came before Lara had said anything");

    // The rows say it as well: after the agent's word no bot message has a higher place.
    let talked_over = "SELECT COUNT(*) FROM messages b JOIN messages a ON a.conversation_id = b.conversation_id \
         AND a.author = 'agent' AND a.direction = 'out' AND b.seq > a.seq WHERE b.author = 'bot'";
    assert_eq!(lara.count(talked_over).await, 0);
}

/// Asks something; the agent takes over at a moment of its own; whether Lara had said nothing before that.
async fn is_interrupted(mut customer: Customer, mut agent: Agent, number: usize) -> bool {
    let question = QUESTIONS[number % QUESTIONS.len()];
    customer.delivers(&Uuid::now_v7().to_string(), question).await;
    let conversation = customer.conversation.clone().unwrap();
    agent.prepares(&conversation).await;
    customer.delivers(&Uuid::now_v7().to_string(), question).await;
    // From at once to long after the answer, in steps that no worker's rhythm shares.
    let pause = Duration::from_micros(u64::try_from(number).unwrap() * 7_919 % 60_000);
    tokio::time::sleep(pause).await;
    agent.takes_over().await;

    let before = customer.transcript().await;
    // Asked again after the confirmation: no answer may come any more.
    customer.delivers(&Uuid::now_v7().to_string(), question).await;
    agent.says("An agent is here.").await;
    let mut all = customer.transcript().await;
    while !all.iter().any(|line| line.author == Author::Agent) {
        all = customer.transcript().await;
    }
    let said =
        |lines: &[crate::harness::Line]| lines.iter().filter(|line| line.author == Author::Lara).count();
    assert_eq!(said(&all), said(&before), "Lara spoke after the take-over was confirmed: {all:#?}");
    said(&before) == 0
}
