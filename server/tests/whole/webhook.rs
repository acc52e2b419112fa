//! Replies that are posted to the brand's own server: signed, in order, and after a crash each is there, known by its id.

use crate::harness::{Database, Lara, Posted, Receiver, WEBHOOK_SECRET, eventually};
use crate::order::QUESTIONS;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use uuid::Uuid;

/// Customers in the crash.
const CUSTOMERS: usize = 40;
/// Kills in the crash.
const KILLS: usize = 4;

/// Replies that still wait or are being sent.
const ON_THE_WAY: &str = "SELECT COUNT(*) FROM messages WHERE state IN ('queued', 'sending')";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_arrive_signed_and_in_order_on_sqlite() {
    replies_arrive_signed_and_in_order(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_arrive_signed_and_in_order_on_postgres() {
    replies_arrive_signed_and_in_order(Database::fresh_postgres().await).await;
}

async fn replies_arrive_signed_and_in_order(database: Database) {
    let app = Receiver::listening(Duration::ZERO).await;
    let lara = Lara::start_with_webhook(database, &app.url).await;
    let mut customer = lara.hooked_customer("called-back");
    // The app is busy at first: Lara tries again, and what comes later waits behind it.
    app.refuses(1);
    for (already, question) in QUESTIONS.iter().enumerate() {
        let receipt = customer.delivers(&Uuid::now_v7().to_string(), question).await;
        assert_eq!(receipt.status, 202, "{}", receipt.body);
        app.has_got(already + 1).await;
    }
    lara.settles_with_every_message_decided_once().await;
    eventually("all is sent", async || (lara.count(ON_THE_WAY).await == 0).then_some(())).await;

    let posted = app.got();
    assert_eq!(posted.len(), QUESTIONS.len(), "{posted:#?}");
    for post in &posted {
        assert!(post.is_signed_with(WEBHOOK_SECRET), "{post:?}");
        assert!(!post.is_signed_with("another secret that is long enough"));
        assert_eq!(post.reply["address"], "called-back");
        assert_eq!(post.reply["author"], "bot");
    }
    assert!(posted.is_sorted_by_key(place), "in order: {posted:#?}");
}

fn place(post: &Posted) -> u64 {
    post.reply["cursor"].as_str().unwrap().rsplit_once('.').unwrap().1.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_posting_every_reply_arrives_and_a_repeated_one_is_known_by_its_id() {
    let app = Receiver::listening(Duration::from_millis(150)).await;
    let mut lara = Lara::start_with_webhook(Database::Sqlite, &app.url).await;
    let mut agent = lara.owner().await;
    let mut conversations = BTreeMap::new();
    for number in 0..CUSTOMERS {
        let mut customer = lara.hooked_customer(&format!("called-back-{number}"));
        customer.insists(&Uuid::now_v7().to_string(), QUESTIONS[number % QUESTIONS.len()]).await;
        conversations.insert(format!("called-back-{number}"), customer.conversation.unwrap());
        if number % (CUSTOMERS / KILLS) == CUSTOMERS / KILLS - 1 {
            // Some of her posts are on the wire right now.
            app.has_got(app.got().len() + 1).await;
            lara.kill();
            lara.wake().await;
        }
    }
    lara.settles_with_every_message_decided_once().await;
    eventually_long("nothing waits to be posted", async || lara.count(ON_THE_WAY).await == 0).await;

    // The app drops what it has: a post that may have been lost comes again, word for word.
    let mut by_id: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for post in app.got() {
        by_id.entry(post.reply["id"].as_str().unwrap().to_owned()).or_default().insert(post.body);
    }
    assert!(by_id.values().all(|bodies| bodies.len() == 1), "one id, one text: {by_id:#?}");
    let written = "SELECT COUNT(*) FROM messages m JOIN channels c ON c.id = m.channel_id \
         WHERE c.name = 'hooked' AND m.author = 'bot'";
    let sent = "SELECT COUNT(*) FROM messages m JOIN channels c ON c.id = m.channel_id \
         WHERE c.name = 'hooked' AND m.author = 'bot' AND m.state = 'sent'";
    let uncertain = "SELECT COUNT(*) FROM messages WHERE state = 'uncertain'";
    let (written, sent, uncertain) =
        (lara.count(written).await, lara.count(sent).await, lara.count(uncertain).await);
    assert_eq!(written, i64::try_from(CUSTOMERS).unwrap(), "everybody was answered once");
    assert_eq!(sent + uncertain, written, "each reply was sent or is shown as uncertain");
    let arrived = i64::try_from(by_id.len()).unwrap();
    assert!((sent..=written).contains(&arrived), "{arrived} arrived, {sent} are known to have been sent");

    // What is uncertain an agent sees beside the message.
    let mut shown = 0;
    for conversation in conversations.values() {
        agent.opens(conversation).await;
        shown += i64::from(agent.page_says("may not have arrived"));
    }
    assert_eq!(shown, uncertain, "the desk says so");
}

/// As long as the longest lease, and then some.
async fn eventually_long(awaited: &str, mut look: impl AsyncFnMut() -> bool) {
    let deadline = std::time::Instant::now() + Duration::from_mins(3);
    while !look().await {
        assert!(std::time::Instant::now() < deadline, "waited in vain: {awaited}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
