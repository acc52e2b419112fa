//! The REST channel.

use crate::shop::{BELIEVED, PLAIN, Shop, line, request};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use lara_core::model::{ChannelKind, Level};
use lara_core::ports::{Brands as _, Transcripts as _};
use serde_json::{Value, json};

fn said(text: &str) -> Value {
    json!({ "address": "kh-1", "text": text })
}

async fn replies(shop: &Shop, query: &str) -> crate::shop::Answer {
    shop.get(&format!("/app/v1/replies?address=kh-1{query}"), PLAIN).await
}

#[tokio::test]
async fn an_app_writes_and_reads_the_reply() {
    let shop = Shop::demo().await;
    let taken = shop.app_post("k1", PLAIN, &said("Where is my order?")).await;
    assert_eq!((taken.status, &taken.body["duplicate"]), (StatusCode::ACCEPTED, &json!(false)));
    let after = format!("&after={}", taken.str("cursor"));
    assert_eq!(replies(&shop, &after).await.body["replies"], json!([]));

    assert_eq!(shop.lara_answers().await, 1);
    let page = replies(&shop, &after).await;
    let found = page.body["replies"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{}", page.text);
    assert!(line(&found[0]).starts_with("bot: "));
    assert!(found[0]["markup"].is_string() && found[0]["quick_replies"].is_array());
    assert_eq!(found[0]["answers"], json!({ "first": taken.body["cursor"], "last": taken.body["cursor"] }));
    assert_eq!(page.body["cursor"], found[0]["cursor"]);
}

#[tokio::test]
async fn replies_never_repeat_what_the_customer_said() {
    let shop = Shop::demo().await;
    shop.app_post("k1", PLAIN, &said("a")).await;
    shop.app_post("k2", PLAIN, &said("b")).await;
    let page = replies(&shop, "").await;
    assert_eq!(page.body["replies"], json!([]));
    assert!(page.body["cursor"].is_string(), "the cursor moves over them: {}", page.text);
}

#[tokio::test]
async fn a_waiting_app_hears_the_reply_at_once() {
    let shop = Shop::demo().await;
    let taken = shop.app_post("k1", PLAIN, &said("hello")).await;
    let query = format!("&after={}&wait=25", taken.str("cursor"));
    let (page, _) = tokio::join!(replies(&shop, &query), shop.lara_answers());
    assert_eq!(page.body["replies"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_key_is_the_same_message_a_hundred_times() {
    let shop = Shop::demo().await;
    let body = said("Đơn của mình đâu?");
    let all = futures_util::future::join_all((0..100).map(|_| shop.app_post("once", PLAIN, &body))).await;
    let fresh = all.iter().filter(|answer| answer.body["duplicate"] == json!(false)).count();
    assert_eq!(fresh, 1);
    assert!(all.iter().all(|answer| answer.body["message_id"] == all[0].body["message_id"]));
    assert!(all.iter().all(|answer| answer.body["cursor"] == all[0].body["cursor"]));
    assert_eq!(shop.lara_answers().await, 1);
    assert_eq!(replies(&shop, "").await.body["replies"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_a_believed_token_says_who_somebody_is() {
    let shop = Shop::demo().await;
    let body =
        json!({ "address": "kh-1", "text": "hi", "identity": { "external_id": "lan", "name": "Lan" } });
    assert_eq!(shop.app_post("k", PLAIN, &body).await.refusal(), (403, "identity_not_allowed"));
    assert_eq!(shop.app_post("k", BELIEVED, &body).await.status, StatusCode::ACCEPTED);
    let channels = shop.store.channels(Some(shop.brand.id)).await.unwrap();
    let app = channels.iter().find(|channel| channel.kind == ChannelKind::App).unwrap();
    let address = shop.store.address(app.id, "kh-1").await.unwrap().unwrap();
    assert_eq!((address.level, address.customer.is_some()), (Level::Verified, true));
    let nobody = json!({ "address": "kh-1", "text": "hi", "identity": { "name": "Lan" } });
    assert_eq!(shop.app_post("k2", BELIEVED, &nobody).await.refusal(), (400, "identity"));
}

#[tokio::test]
async fn wrong_requests_are_told_what_to_do() {
    let shop = Shop::demo().await;
    let long = "x".repeat(201);
    for (key, token, body, expected) in [
        ("k", "", said("x"), (401, "no_token")),
        ("k", "guess", said("x"), (401, "wrong_token")),
        ("", PLAIN, said("x"), (400, "idempotency_key")),
        (&*long, PLAIN, said("x"), (400, "idempotency_key")),
        ("k", PLAIN, said(" \t"), (400, "empty")),
        ("k", PLAIN, json!({ "address": "", "text": "x" }), (400, "address")),
        ("k", PLAIN, json!({ "address": "a\u{0}", "text": "x" }), (400, "address")),
        ("k", PLAIN, json!({ "address": long, "text": "x" }), (400, "address")),
        ("k", PLAIN, json!({ "adress": "a", "text": "x" }), (400, "json")),
        ("k", PLAIN, json!({ "address": "a", "text": "x", "at": "yesterday" }), (400, "json")),
        ("k", PLAIN, json!({ "address": "a", "text": "x", "at": "2036-01-01T00:00:00Z" }), (400, "at")),
        ("k", PLAIN, said(&"x".repeat(140_000)), (413, "too_large")),
    ] {
        let answer = shop.app_post(key, token, &body).await;
        assert_eq!(answer.refusal(), expected, "{key:?} {}", answer.text);
    }
    let answer = shop.get("/app/v1/replies", PLAIN).await;
    assert_eq!(answer.refusal(), (400, "query"));
    assert!(answer.text.contains("address"), "{}", answer.text);
    let answer = shop.get("/app/v1/replies?address=a&after=1", PLAIN).await;
    assert_eq!(answer.refusal(), (400, "cursor"));
    let basic = request(Method::GET, "/app/v1/replies?address=a", "").header("authorization", "Basic eDp5");
    let answer = shop.ask(basic.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.refusal(), (401, "no_token"));
}

#[tokio::test]
async fn a_database_that_is_away_means_try_again() {
    let shop = Shop::demo().await;
    shop.app_post("k1", PLAIN, &said("một")).await;
    shop.store.close().await;
    let answer = shop.app_post("k2", PLAIN, &said("hai")).await;
    assert_eq!(answer.refusal(), (503, "unavailable"));
    assert_eq!(answer.headers["retry-after"], "2");
}

#[tokio::test]
async fn the_app_is_pushed_to_and_the_widget_is_not() {
    let shop = Shop::demo().await;
    let kinds: Vec<_> = shop.pushes.iter().map(|push| push.kind()).collect();
    assert!(kinds.contains(&ChannelKind::App) && !kinds.contains(&ChannelKind::Web), "{kinds:?}");
}
