//! Discord's gateway goes away while people write on: what was missed is read afterwards, whether the platform replays it or
//! not, once, and answered in order.

use super::shops;
use crate::harness::{Database, eventually};
use crate::order::QUESTIONS;
use crate::stand_in::discord::{Discord, Resume};
use std::time::Duration;

/// How long the gateway is away, in seconds; `LARA_TEST_AWAY` in the environment asks for more.
const AWAY: u64 = 4;
/// People who write meanwhile.
const PEOPLE: usize = 8;

const TAKEN: &str = "SELECT COUNT(*) FROM messages m JOIN channels c ON c.id = m.channel_id \
     WHERE m.direction = 'in' AND c.kind = 'discord'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_is_read_when_the_gateway_replays_it() {
    a_gateway_is_away(Resume::Replays).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_is_read_when_the_gateway_has_forgotten_it() {
    a_gateway_is_away(Resume::Refused).await;
}

async fn a_gateway_is_away(resume: Resume) {
    let (discord, lara) = shops::on_discord(Database::Sqlite).await;
    discord.resumes(resume);
    // Everybody has written before, so that their private channels are known.
    let people: Vec<String> = (0..PEOPLE).map(|person| (5_000 + person).to_string()).collect();
    for person in &people {
        discord.whispers(person, QUESTIONS[0]);
    }
    all_are_answered(&discord, &people, 1).await;

    discord.goes_down();
    for question in &QUESTIONS[1..3] {
        for person in &people {
            discord.whispers(person, question);
        }
    }
    let away = std::env::var("LARA_TEST_AWAY").map_or(AWAY, |text| text.parse().expect("seconds"));
    tokio::time::sleep(Duration::from_secs(away)).await;
    discord.comes_up();
    discord.is_connected().await;

    let many = i64::try_from(3 * PEOPLE).unwrap();
    eventually("what was missed is read", async || (lara.count(TAKEN).await >= many).then_some(())).await;
    all_are_answered(&discord, &people, 2).await;
    lara.settles_with_every_message_decided_once().await;
    assert_eq!(lara.count(TAKEN).await, many, "once each");
    println!(
        "away {away} s, {resume:?}: missed {}, lost 0, twice 0, sessions {}",
        2 * PEOPLE,
        discord.identified()
    );
}

/// Everybody was answered at least so often.
async fn all_are_answered(discord: &Discord, people: &[String], often: usize) {
    for person in people {
        discord.sends.reach(&discord.direct(person), often).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_comes_again_is_one_message() {
    let (discord, lara) = shops::on_discord(Database::Sqlite).await;
    let channel = discord.direct("5000");
    let message = discord.whispers("5000", QUESTIONS[0]);
    for _ in 0..5 {
        discord.repeats(&channel, &message);
    }
    discord.sends.reach(&channel, 1).await;
    lara.settles_with_every_message_decided_once().await;
    assert_eq!(lara.count(TAKEN).await, 1);
    assert_eq!(discord.sends.seen_by(&channel).len(), 1);
}
