//! Sending to a platform that has its troubles: it asks to wait, breaks, hangs up, takes a message and says nothing; and Lara
//! is killed while a message is on the wire. Customers see each reply once; what may not have arrived is shown as that.

use super::shops::{self, Mode};
use super::stood_in::Meta;
use crate::harness::{Database, Lara, client, eventually};
use crate::order::QUESTIONS;
use crate::stand_in::discord::Discord;
use crate::stand_in::graph::{self, Graph};
use crate::stand_in::telegram::Telegram;
use crate::stand_in::{Fault, Faults};
use std::time::Duration;

/// Customers in a run; `LARA_TEST_CUSTOMERS` in the environment asks for more.
const CUSTOMERS: usize = 24;

/// What goes wrong, one after the other, over and over; most sends go well.
const TROUBLES: [Fault; 5] = [
    Fault::TooMany { seconds: 1 },
    Fault::Broken,
    Fault::CutBefore,
    Fault::CutAfter,
    Fault::TooMany { seconds: 2 },
];

/// Messages that came in through a platform.
const ARRIVED: &str = "SELECT COUNT(*) FROM messages m JOIN channels c ON c.id = m.channel_id \
     WHERE m.direction = 'in' AND c.kind IN ('telegram', 'messenger', 'discord')";
/// Replies that still wait or are being sent.
const ON_THE_WAY: &str = "SELECT COUNT(*) FROM messages WHERE state IN ('queued', 'sending')";
/// Replies that may or may not have arrived.
const UNCERTAIN: &str = "SELECT COUNT(*) FROM messages WHERE state = 'uncertain'";
/// Replies given up.
const FAILED: &str = "SELECT COUNT(*) FROM messages WHERE state = 'failed'";

/// A platform on which sends fail.
pub(super) trait Troubled {
    fn sends(&self) -> &Faults;
    /// What customer number `person` sees messages as: a chat, an id, a private channel.
    fn place(&self, person: usize) -> String;
    /// A customer writes.
    async fn writes(&self, lara: &Lara, person: usize, text: &str);
}

impl Troubled for Telegram {
    fn sends(&self) -> &Faults {
        &self.sends
    }

    fn place(&self, person: usize) -> String {
        (5_000 + person).to_string()
    }

    async fn writes(&self, _: &Lara, person: usize, text: &str) {
        let chat = self.place(person).parse().unwrap();
        if self.is_pushed() {
            self.pushes(&client(), &self.text(chat, text)).await;
        } else {
            Self::writes(self, chat, text);
        }
    }
}

impl Troubled for Graph {
    fn sends(&self) -> &Faults {
        &self.sends
    }

    fn place(&self, person: usize) -> String {
        (5_000 + person).to_string()
    }

    async fn writes(&self, lara: &Lara, person: usize, text: &str) {
        let body = Meta::Messenger.text(&self.place(person), &format!("m_in-{}", self.number()), text);
        let status = graph::delivers(&client(), &lara.url("/webhooks/meta"), &body).await.unwrap();
        assert!(status.is_success(), "{status}");
    }
}

impl Troubled for Discord {
    fn sends(&self) -> &Faults {
        &self.sends
    }

    fn place(&self, person: usize) -> String {
        self.direct(&(5_000 + person).to_string())
    }

    async fn writes(&self, _: &Lara, person: usize, text: &str) {
        self.whispers(&(5_000 + person).to_string(), text);
    }
}

/// How many customers take part.
pub(super) fn customers() -> usize {
    std::env::var("LARA_TEST_CUSTOMERS")
        .map_or(CUSTOMERS, |text| text.parse().expect("a number of customers"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telegram_in_trouble_shows_every_reply_once() {
    let (telegram, lara) = shops::on_telegram(Database::Sqlite, Mode::Polling).await;
    in_trouble(&telegram, &lara).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messenger_in_trouble_shows_every_reply_once() {
    let (graph, lara) = shops::on_meta(Database::Sqlite, Meta::Messenger).await;
    in_trouble(&graph, &lara).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discord_in_trouble_shows_every_reply_once() {
    let (discord, lara) = shops::on_discord(Database::Sqlite).await;
    in_trouble(&discord, &lara).await;
    assert_eq!(lara.count(UNCERTAIN).await, 0, "a nonce makes a second try safe, so nothing is uncertain");
}

async fn in_trouble(platform: &impl Troubled, lara: &Lara) {
    let many = customers();
    platform.sends().plan(&TROUBLES.repeat(many / TROUBLES.len()));
    for person in 0..many {
        platform.writes(lara, person, QUESTIONS[person % QUESTIONS.len()]).await;
    }
    let arrived = i64::try_from(many).unwrap();
    eventually("everything is taken", async || (lara.count(ARRIVED).await >= arrived).then_some(())).await;
    lara.settles_with_every_message_decided_once().await;
    // Meta names no time to wait: backing off takes a while.
    eventually_long("nothing is on the way", async || lara.count(ON_THE_WAY).await == 0).await;

    let (mut never, mut twice) = (Vec::new(), Vec::new());
    for person in 0..many {
        match platform.sends().seen_by(&platform.place(person)).len() {
            0 => never.push(person),
            1 => {}
            _ => twice.push(person),
        }
    }
    let uncertain = lara.count(UNCERTAIN).await;
    let asked = platform.sends().asked();
    let broken_off =
        asked.iter().filter(|one| matches!(one.fault, Some(Fault::CutBefore | Fault::CutAfter))).count();
    println!(
        "{many} customers, {} sends tried, {broken_off} broken off: lost without a word 0, seen twice {}, \
         uncertain {uncertain} (of them never seen {}), failed {}",
        asked.len(),
        twice.len(),
        never.len(),
        lara.count(FAILED).await,
    );
    assert_eq!(platform.sends().left(), 0, "every trouble came up");
    assert!(twice.is_empty(), "seen twice: {twice:?}: {asked:#?}");
    assert_eq!(lara.count(FAILED).await, 0, "nothing is given up");
    // Who saw nothing is exactly who the desk is told about: the connection broke before anything was taken.
    assert!(i64::try_from(never.len()).unwrap() <= uncertain, "lost without a word: {never:?}: {asked:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_takes_a_message_and_falls_silent_gets_it_once() {
    let (graph, lara) = shops::on_meta(Database::Sqlite, Meta::Messenger).await;
    graph.sends.plan(&[Fault::Silent]);
    Troubled::writes(&graph, &lara, 0, QUESTIONS[0]).await;
    graph.sends.reach(&graph.place(0), 1).await;
    eventually("the desk is told that it may not have arrived", async || {
        (lara.count(UNCERTAIN).await == 1).then_some(())
    })
    .await;
    // The conversation goes on behind it.
    Troubled::writes(&graph, &lara, 0, QUESTIONS[1]).await;
    assert_eq!(graph.sends.reach(&graph.place(0), 2).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_blocked_the_bot_is_tried_once() {
    let (telegram, lara) = shops::on_telegram(Database::Sqlite, Mode::Polling).await;
    telegram.sends.plan(&[Fault::Gone]);
    Troubled::writes(&telegram, &lara, 0, QUESTIONS[0]).await;
    eventually("the reply is given up", async || (lara.count(FAILED).await == 1).then_some(())).await;
    assert_eq!(telegram.sends.asked().len(), 1, "no storm");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_accept_and_send_telegram_hears_each_reply_once() {
    let (telegram, mut lara) = shops::on_telegram(Database::Sqlite, Mode::Webhook).await;
    killed_between_accept_and_send(&telegram, &mut lara).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_accept_and_send_messenger_hears_each_reply_once() {
    let (graph, mut lara) = shops::on_meta(Database::Sqlite, Meta::Messenger).await;
    killed_between_accept_and_send(&graph, &mut lara).await;
}

async fn killed_between_accept_and_send(platform: &impl Troubled, lara: &mut Lara) {
    for person in 0..customers() {
        platform.writes(lara, person, QUESTIONS[person % QUESTIONS.len()]).await;
        if person % 6 == 5 {
            // Taken (or, when polled, offered), and not yet answered: people are given time to finish their sentence.
            lara.kill();
            lara.wake().await;
        }
    }
    each_hears_once(platform, lara).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_send_and_receipt_messenger_hears_each_reply_once() {
    let (graph, mut lara) = shops::on_meta(Database::Sqlite, Meta::Messenger).await;
    killed_between_send_and_receipt(&graph, &mut lara).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_send_and_receipt_telegram_hears_each_reply_once() {
    let (telegram, mut lara) = shops::on_telegram(Database::Sqlite, Mode::Webhook).await;
    killed_between_send_and_receipt(&telegram, &mut lara).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_send_and_receipt_discord_hears_each_reply_once() {
    let (discord, mut lara) = shops::on_discord(Database::Sqlite).await;
    killed_between_send_and_receipt(&discord, &mut lara).await;
}

async fn killed_between_send_and_receipt(platform: &impl Troubled, lara: &mut Lara) {
    let many = 3;
    // Everybody has been answered before: Discord tells nobody of a private channel that was opened while nobody listened.
    for person in 0..many {
        platform.writes(lara, person, QUESTIONS[3]).await;
        platform.sends().reach(&platform.place(person), 1).await;
    }
    for person in 0..many {
        platform.sends().plan_for(&platform.place(person), &[Fault::Silent]);
        platform.writes(lara, person, QUESTIONS[person % 3]).await;
        platform.sends().reach(&platform.place(person), 2).await;
        // The platform has it, and Lara does not know.
        lara.kill();
        lara.wake().await;
    }
    eventually_long("nothing is on the way", async || lara.count(ON_THE_WAY).await == 0).await;
    for person in 0..many {
        let seen = platform.sends().seen_by(&platform.place(person));
        assert_eq!(seen.len(), 2, "customer {person} sees it once: {seen:#?}");
    }
    println!(
        "killed {many} times with a message on the wire: lost 0, twice 0, uncertain {}",
        lara.count(UNCERTAIN).await
    );
}

/// Everybody is answered, and nobody twice.
async fn each_hears_once(platform: &impl Troubled, lara: &Lara) {
    for person in 0..customers() {
        platform.sends().reach(&platform.place(person), 1).await;
    }
    lara.settles_with_every_message_decided_once().await;
    eventually_long("nothing is on the way", async || lara.count(ON_THE_WAY).await == 0).await;
    for person in 0..customers() {
        let seen = platform.sends().seen_by(&platform.place(person));
        assert_eq!(seen.len(), 1, "customer {person} sees one reply: {seen:#?}");
    }
    println!("{} customers: lost 0, twice 0, uncertain {}", customers(), lara.count(UNCERTAIN).await);
}

/// As long as the longest lease, and then some.
async fn eventually_long(awaited: &str, mut look: impl AsyncFnMut() -> bool) {
    let deadline = std::time::Instant::now() + Duration::from_mins(3);
    while !look().await {
        assert!(std::time::Instant::now() < deadline, "waited in vain: {awaited}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
