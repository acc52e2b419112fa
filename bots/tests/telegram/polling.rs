//! We ask: what was fetched is stored before it is confirmed.

use super::shop::{Shop, door, private, until};
use lara_core::model::HealthState;
use lara_core::ports::Marks as _;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// A shop that polls.
async fn shop() -> (Shop, JoinHandle<()>) {
    let shop = Shop::open(json!({})).await;
    run(shop)
}

fn run(shop: Shop) -> (Shop, JoinHandle<()>) {
    let run = tokio::spawn(door().run.unwrap()(shop.shared.clone()));
    (shop, run)
}

async fn stop(shop: &Shop, run: JoinHandle<()>) {
    shop.shared.shutdown.cancel();
    run.await.unwrap();
}

#[tokio::test]
async fn what_is_stored_is_confirmed_and_nothing_else() {
    let shop = Shop::open(json!({})).await;
    for id in 1..=3 {
        shop.telegram.has(private(id, &format!("tin {id}")));
    }
    let (shop, run) = run(shop);
    let offset = until(|| async { shop.store.mark(shop.channel.id, "offset").await.unwrap() }).await;
    assert!(offset.starts_with("1004 "), "{offset}");
    assert_eq!(shop.said("77").await, ["tin 1", "tin 2", "tin 3"]);
    shop.telegram.has(private(4, "tin 4"));
    until(|| async { (shop.said("77").await.len() == 4).then_some(()) }).await;
    let asked = shop.telegram.calls("getUpdates");
    assert_eq!(asked[0].get("offset"), None, "the first question confirms nothing");
    assert!(asked.iter().any(|question| question["offset"] == 1004));
    assert!(asked[0]["timeout"].as_i64().unwrap() > 0 && asked[0]["allowed_updates"].is_array());
    stop(&shop, run).await;
}

#[tokio::test]
async fn a_webhook_of_before_is_taken_away_with_nothing_that_waits() {
    let shop = Shop::open(json!({})).await;
    shop.telegram.delivers_to("https://elsewhere.example/hook");
    let (shop, run) = run(shop);
    let deleted = shop.telegram.called("deleteWebhook", 1).await;
    assert_ne!(deleted[0]["drop_pending_updates"], json!(true));
    stop(&shop, run).await;
}

#[tokio::test]
async fn a_press_is_answered() {
    let (shop, run) = shop().await;
    shop.telegram
        .has(json!({"update_id": 7, "callback_query": {"id": "old", "from": {"id": 77}, "data": "x",
        "message": {"date": 0, "message_id": 1, "chat": {"id": 77, "type": "private"}}}}));
    let answered = shop.telegram.called("answerCallbackQuery", 1).await;
    assert_eq!(answered[0]["callback_query_id"], "old");
    stop(&shop, run).await;
}

#[tokio::test]
async fn a_revoked_token_is_seen_at_once() {
    let shop = Shop::open(json!({})).await;
    let revoked = json!({"ok": false, "error_code": 401, "description": "Unauthorized"});
    shop.telegram.will_answer("getUpdates", 401, revoked);
    let (shop, run) = run(shop);
    let health =
        until(|| async { shop.health().await.filter(|health| health.state == HealthState::Dead) }).await;
    assert_eq!(health.last_error.as_deref(), Some("token_revoked"));
    stop(&shop, run).await;
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_confirmed() {
    let (shop, run) = shop().await;
    shop.telegram.has(private(1, "một"));
    until(|| async { (shop.said("77").await.len() == 1).then_some(()) }).await;
    shop.telegram.called("getUpdates", 3).await;
    shop.store.close().await;
    shop.telegram.has(private(2, "hai"));
    let so_far = shop.telegram.calls("getUpdates").len();
    for question in shop.telegram.called("getUpdates", so_far + 3).await {
        assert!(question["offset"].as_i64().unwrap_or_default() <= 1002, "{question}");
    }
    stop(&shop, run).await;
}

#[tokio::test]
async fn another_poller_is_told_of() {
    let shop = Shop::open(json!({})).await;
    let conflict = json!({"ok": false, "error_code": 409, "description": "Conflict: terminated by other getUpdates request"});
    for _ in 0..3 {
        shop.telegram.will_answer("getUpdates", 409, conflict.clone());
    }
    let (shop, run) = run(shop);
    let health =
        until(|| async { shop.health().await.filter(|health| health.state == HealthState::Dead) }).await;
    assert_eq!(health.last_error.as_deref(), Some("second_poller"));
    stop(&shop, run).await;
}

#[tokio::test]
async fn a_check_finds_what_is_to_mend() {
    let shop = Shop::open(json!({})).await;
    let codes = |findings: Vec<lara_core::model::Finding>| -> Vec<String> {
        findings.into_iter().map(|finding| finding.code).collect()
    };
    let ask = door().check.unwrap();
    assert_eq!(codes(ask(&shop.shared, shop.channel.clone()).await), ["token_valid"]);

    let private_bot = json!({"ok": true, "result": {"id": 1, "username": "shop_bot", "can_read_all_group_messages": false}});
    shop.telegram.will_answer("getMe", 200, private_bot);
    shop.telegram.delivers_to("https://elsewhere.example/");
    let hooked = {
        let mut channel = shop.channel.clone();
        channel.settings["mode"] = json!("webhook");
        channel
    };
    let found = codes(ask(&shop.shared, hooked).await);
    assert_eq!(found, ["token_valid", "privacy_mode", "webhook_elsewhere"]);

    let revoked = json!({"ok": false, "error_code": 401, "description": "Unauthorized"});
    shop.telegram.will_answer("getMe", 401, revoked);
    assert_eq!(codes(ask(&shop.shared, shop.channel.clone()).await), ["token_invalid"]);

    let wrong = {
        let mut channel = shop.channel.clone();
        channel.settings = json!({"mode": "carrier pigeon"});
        channel
    };
    let found: Vec<(String, Option<String>)> =
        ask(&shop.shared, wrong).await.into_iter().map(|found| (found.code, found.detail)).collect();
    assert_eq!(found[0].0, "settings_wrong");
    assert!(found[0].1.as_ref().unwrap().contains("mode"));
}

#[tokio::test]
async fn a_file_is_found_by_its_id() {
    let shop = Shop::open(json!({})).await;
    let files = door().fetch.unwrap()(&shop.shared);
    let answer = |path: &str| -> Value { json!({"ok": true, "result": {"file_id": "x", "file_path": path}}) };
    shop.telegram.will_answer("getFile", 200, answer("photos/file_1.jpg"));
    let located = files.locate(&shop.channel, "x").await.unwrap();
    assert!(located.url.path().ends_with("/file/bot1:BBBB/photos/file_1.jpg"), "{}", located.url.path());
    for bad in ["/var/lib/bot/file", "../../etc/passwd", "a//b"] {
        shop.telegram.will_answer("getFile", 200, answer(bad));
        assert!(files.locate(&shop.channel, "x").await.is_err(), "{bad}");
    }
}
