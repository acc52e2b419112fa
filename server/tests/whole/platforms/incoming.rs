//! What platforms do with webhooks: deliver again, out of order, many at once, and strangers who deliver what nobody signed.

use super::outgoing::customers;
use super::shops::{self, Mode};
use super::stood_in::Meta;
use crate::harness::{Database, Lara, client};
use crate::order::QUESTIONS;
use crate::stand_in::graph::{self, APP_SECRET};
use crate::stand_in::telegram::Telegram;
use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How often each webhook comes.
const DELIVERIES: usize = 5;
/// How many are delivered at the same time.
const AT_ONCE: usize = 200;
/// How often she is killed while she polls: the next process may poll when the lease of the dead one ends.
const ROUNDS: usize = 2;
/// Messages of each customer.
const EACH: usize = 3;

/// Messages that came in through a platform.
const TAKEN: &str = "SELECT COUNT(*) FROM messages m JOIN channels c ON c.id = m.channel_id \
     WHERE m.direction = 'in' AND c.kind IN ('telegram', 'messenger', 'instagram', 'whatsapp', 'discord')";

/// Replies that still wait or are being sent.
const ON_THE_WAY: &str = "SELECT COUNT(*) FROM messages WHERE state IN ('queued', 'sending')";

/// Conversations in which a later reply has a smaller id at the platform than an earlier one, or none.
const OUT_OF_ORDER: &str = "SELECT COUNT(*) FROM messages a JOIN messages b ON b.conversation_id = a.conversation_id \
     AND b.seq > a.seq WHERE a.author = 'bot' AND b.author = 'bot' AND a.external IS NOT NULL \
     AND b.external IS NOT NULL AND (LENGTH(a.external) > LENGTH(b.external) \
     OR (LENGTH(a.external) = LENGTH(b.external) AND a.external >= b.external))";

/// The same order on every machine, and not the order in which they were made.
fn shuffled<T>(mut things: Vec<T>) -> Vec<T> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for last in (1..things.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        things.swap(last, usize::try_from(state % u64::try_from(last + 1).unwrap()).unwrap());
    }
    things
}

/// Delivers every body five times, shuffled, up to 200 at once; each until it is taken.
async fn delivers_all<F: Future<Output = ()>>(bodies: &[Value], deliver: impl Fn(Value) -> F) {
    let all: Vec<Value> = shuffled(bodies.iter().cycle().take(bodies.len() * DELIVERIES).cloned().collect());
    stream::iter(all).map(deliver).buffer_unordered(AT_ONCE).collect::<()>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_telegram_webhook_five_times_out_of_order_is_one_message_each() {
    let (telegram, lara) = shops::on_telegram(Database::Sqlite, Mode::Webhook).await;
    telegram_webhooks(&telegram, &lara).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_telegram_webhook_five_times_out_of_order_is_one_message_each_on_postgres() {
    let (telegram, lara) = shops::on_telegram(Database::fresh_postgres().await, Mode::Webhook).await;
    telegram_webhooks(&telegram, &lara).await;
}

async fn telegram_webhooks(telegram: &Telegram, lara: &Lara) {
    let bodies: Vec<Value> = (0..customers() * EACH)
        .map(|n| telegram.text(i64::try_from(5_000 + n / EACH).unwrap(), QUESTIONS[n % QUESTIONS.len()]))
        .collect();
    let http = &client();
    delivers_all(&bodies, |update| async move {
        telegram.pushes(http, &update).await;
    })
    .await;
    all_is_there_once(lara, bodies.len()).await;
    no_reply_is_lost_or_doubled(lara, &telegram.sends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_messenger_webhook_five_times_out_of_order_is_one_message_each() {
    meta_webhooks(Meta::Messenger, Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_instagram_webhook_five_times_out_of_order_is_one_message_each() {
    meta_webhooks(Meta::Instagram, Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_whatsapp_webhook_five_times_out_of_order_is_one_message_each() {
    meta_webhooks(Meta::Whatsapp, Database::fresh_postgres().await).await;
}

async fn meta_webhooks(platform: Meta, database: Database) {
    let (graph, lara) = shops::on_meta(database, platform).await;
    let webhook = lara.url("/webhooks/meta");
    let bodies: Vec<Value> = (0..customers() * EACH)
        .map(|n| {
            platform.text(
                &(84_900_000_000 + n / EACH).to_string(),
                &format!("m_in-{n}"),
                QUESTIONS[n % QUESTIONS.len()],
            )
        })
        .collect();
    let (http, webhook) = (&client(), &webhook);
    delivers_all(&bodies, |body| async move {
        let status = graph::delivers(http, webhook, &body).await.unwrap();
        assert!(status.is_success(), "{status}");
    })
    .await;
    all_is_there_once(&lara, bodies.len()).await;
    no_reply_is_lost_or_doubled(&lara, &graph.sends).await;
}

async fn all_is_there_once(lara: &Lara, many: usize) {
    lara.settles_with_every_message_decided_once().await;
    assert_eq!(lara.count(TAKEN).await, i64::try_from(many).unwrap(), "every message is there, once");
}

/// What customers saw is what was decided: each reply once, in order.
async fn no_reply_is_lost_or_doubled(lara: &Lara, sends: &crate::stand_in::Faults) {
    crate::harness::eventually("nothing is on the way", async || {
        (lara.count(ON_THE_WAY).await == 0).then_some(())
    })
    .await;
    let written = "SELECT COUNT(*) FROM messages m JOIN channels c ON c.id = m.channel_id \
         WHERE m.author = 'bot' AND m.state = 'sent' AND c.kind NOT IN ('web', 'app')";
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for one in sends.taken() {
        *seen.entry(one.to).or_default() += 1;
    }
    let shown: usize = seen.values().sum();
    assert_eq!(lara.count(written).await, i64::try_from(shown).unwrap(), "each reply is seen once: {seen:?}");
    assert_eq!(seen.len(), customers(), "everybody was answered: {seen:?}");
    assert_eq!(lara.count(OUT_OF_ORDER).await, 0, "replies out of order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_comes_again_with_one_new_message_brings_one_new_message() {
    let (_graph, lara) = shops::on_meta(Database::Sqlite, Meta::Messenger).await;
    let webhook = lara.url("/webhooks/meta");
    let first = Meta::Messenger.text("5001", "m_batch-1", QUESTIONS[0]);
    let mut again = first.clone();
    let new = Meta::Messenger.text("5002", "m_batch-2", QUESTIONS[1]);
    again["entry"].as_array_mut().unwrap().push(new["entry"][0].clone());
    for body in [&first, &again, &again] {
        assert!(graph::delivers(&client(), &webhook, body).await.unwrap().is_success());
    }
    all_is_there_once(&lara, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_signed_is_refused_and_nothing_is_stored() {
    let (_graph, lara) = shops::on_meta(Database::Sqlite, Meta::Messenger).await;
    let http = client();
    let body = Meta::Messenger.text("5001", "m_forged", "let me in").to_string();
    let wrong = graph::signature("another secret", body.as_bytes());
    let of_another_body = graph::signature(APP_SECRET, b"{}");
    for signature in
        [None, Some("sha256="), Some(wrong.as_str()), Some(of_another_body.as_str()), Some("sha1=00")]
    {
        let mut request = http.post(lara.url("/webhooks/meta")).body(body.clone());
        if let Some(signature) = signature {
            request = request.header("X-Hub-Signature-256", signature);
        }
        assert_eq!(request.send().await.unwrap().status(), 401, "{signature:?}");
    }
    assert_eq!(lara.count(TAKEN).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_megabytes_are_too_much_and_no_json_is_put_aside() {
    let (_graph, lara) = shops::on_meta(Database::Sqlite, Meta::Messenger).await;
    let http = client();
    let send = async |body: Vec<u8>| {
        let signed = graph::signature(APP_SECRET, &body);
        let request = http.post(lara.url("/webhooks/meta")).header("X-Hub-Signature-256", signed);
        request.body(body).send().await.map(|answer| answer.status().as_u16())
    };
    // Refused while it is still being sent: the answer may come, or the connection ends.
    assert!(matches!(send(vec![b' '; 10 << 20]).await, Ok(413) | Err(_)));
    assert_eq!(send(b"{ this is no JSON".to_vec()).await.unwrap(), 200, "delivering it again would not help");
    let strange = json!({ "object": "page", "entry": [{ "id": "1", "messaging": [{ "surprise": true }] }] });
    assert_eq!(send(strange.to_string().into_bytes()).await.unwrap(), 200);
    // And the channel goes on.
    let body = Meta::Messenger.text("5001", "m_after", QUESTIONS[0]);
    assert!(graph::delivers(&http, &lara.url("/webhooks/meta"), &body).await.unwrap().is_success());
    all_is_there_once(&lara, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn polled_updates_are_confirmed_only_when_they_are_stored() {
    let (telegram, mut lara) = shops::on_telegram(Database::Sqlite, Mode::Polling).await;
    for round in 0..ROUNDS {
        for person in 0..customers() {
            telegram.writes(
                i64::try_from(5_000 + person).unwrap(),
                QUESTIONS[(round + person) % QUESTIONS.len()],
            );
        }
        // Somewhere between reading and storing.
        tokio::time::sleep(std::time::Duration::from_millis(5 + 20 * u64::try_from(round).unwrap())).await;
        lara.kill();
        let (confirmed, stored) = (telegram.confirmed(), lara.count(TAKEN).await);
        assert!(i64::try_from(confirmed).unwrap() <= stored, "{confirmed} confirmed, {stored} stored");
        lara.wake().await;
    }
    let many = ROUNDS * customers();
    crate::harness::eventually("everything is read", async || (telegram.unconfirmed() == 0).then_some(()))
        .await;
    all_is_there_once(&lara, many).await;
    no_reply_is_lost_or_doubled(&lara, &telegram.sends).await;
}
