//! The database goes away and comes back: the door says so, nothing accepted is lost, and she recovers by herself.

use crate::harness::{Database, Lara, Proxy, eventually};
use crate::order::QUESTIONS;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use std::io::Write as _;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_gone_and_back() {
    let Database::Postgres(direct) = Database::fresh_postgres().await else { unreachable!() };
    let server = direct.split_once('@').unwrap().1.split_once('/').unwrap().0.to_owned();
    let wire = Proxy::to(&server).await;
    let lara = Lara::start(Database::Postgres(wire.url(&direct))).await;
    let mut customer = lara.app_customer("unlucky");
    customer.says(QUESTIONS[0]).await;
    customer.lara_says("").await;

    wire.cut();
    eventually("she says that she is not ready", async || (!lara.answers_ready().await).then_some(())).await;
    let id = Uuid::now_v7().to_string();
    let refused = customer.delivers(&id, QUESTIONS[1]).await;
    assert_eq!(refused.status, 503, "the door admits it: {}", refused.body);
    assert!(!refused.body.to_string().contains("postgres"), "and leaks nothing: {}", refused.body);

    wire.mend();
    customer.insists(&id, QUESTIONS[1]).await;
    customer.lara_says("").await;
    eventually("she is ready again", async || lara.answers_ready().await.then_some(())).await;
    lara.settles_with_every_message_decided_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_locked_by_somebody_else() {
    let lara = Lara::start(Database::Sqlite).await;
    let mut customer = lara.app_customer("unlucky");
    customer.says(QUESTIONS[0]).await;
    customer.lara_says("").await;

    // Somebody opened the file with another program and sits on it.
    let url = format!("sqlite:{}", lara.data_file("lara.db").display());
    let mut somebody = SqliteConnection::connect(&url).await.unwrap();
    eventually("the file can be locked", async || somebody.execute("BEGIN IMMEDIATE").await.ok()).await;
    let id = Uuid::now_v7().to_string();
    let refused = customer.delivers(&id, QUESTIONS[1]).await;
    assert_eq!(refused.status, 503, "the door admits it: {}", refused.body);

    somebody.execute("ROLLBACK").await.unwrap();
    customer.insists(&id, QUESTIONS[1]).await;
    customer.lara_says("").await;
    lara.settles_with_every_message_decided_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disk_full_until_somebody_makes_room() {
    let lara = Lara::start_on_a_small_disk().await;
    let mut customer = lara.app_customer("unlucky");
    customer.says(QUESTIONS[0]).await;
    customer.lara_says("").await;

    let filler = lara.data_file("somebody-elses-photos");
    let mut photos = std::fs::File::create(&filler).unwrap();
    while photos.write_all(&[0; 4096]).is_ok() {}
    // The write-ahead log has some room inside itself; when that is used up the door must say so.
    let mut accepted = 1;
    let refused = loop {
        let id = Uuid::now_v7().to_string();
        let receipt = customer.delivers(&id, QUESTIONS[1]).await;
        if receipt.status != 202 {
            break (id, receipt);
        }
        accepted += 1;
        assert!(accepted < 20_000, "a full disk is full some day");
    };
    let (id, receipt) = refused;
    assert_eq!(receipt.status, 503, "the door admits it: {}", receipt.body);
    assert_eq!(lara.messages_from_the_app().await, accepted, "what was accepted is there");

    drop(photos);
    std::fs::remove_file(&filler).unwrap();
    customer.insists(&id, QUESTIONS[1]).await;
    lara.settles_with_every_message_decided_once().await;
    assert_eq!(lara.messages_from_the_app().await, accepted + 1);
}
