//! Writing and reading over the widget's routes.

use crate::shop::{Shop, message_id, request};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use lara_bots::{Limits, Rate};
use lara_core::model::Millis;
use serde_json::json;

#[tokio::test]
async fn a_stranger_writes_and_is_answered() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;

    let taken = shop.says(&visitor, 1, "Shop ơi").await;
    assert_eq!((taken.status, &taken.body["duplicate"]), (StatusCode::ACCEPTED, &json!(false)));
    assert_eq!(shop.sees(&visitor).await, ["customer: Shop ơi"]);

    assert_eq!(shop.lara_answers().await, 1);
    let seen = shop.sees(&visitor).await;
    assert_eq!(seen.len(), 2);
    assert!(seen[1].starts_with("bot: "), "{seen:?}");
}

#[tokio::test]
async fn the_same_message_sent_again_is_one_message() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    let first = shop.says(&visitor, 1, "Where is my order?").await;
    let again = shop.says(&visitor, 1, "Where is my order?").await;
    assert_eq!((again.status, &again.body["duplicate"]), (StatusCode::ACCEPTED, &json!(true)));
    assert_eq!(again.body["id"], first.body["id"]);
    assert_eq!(shop.sees(&visitor).await.len(), 1);
}

#[tokio::test]
async fn two_visitors_may_use_the_same_id() {
    let shop = Shop::demo().await;
    let (one, other) = (shop.stranger().await, shop.stranger().await);
    shop.says(&one, 1, "one").await;
    let taken = shop.says(&other, 1, "other").await;
    assert_eq!(taken.body["duplicate"], json!(false));
    assert_eq!(shop.sees(&one).await, ["customer: one"]);
    assert_eq!(shop.sees(&other).await, ["customer: other"]);
}

#[tokio::test]
async fn what_a_customer_writes_is_shown_as_they_wrote_it_and_never_runs() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    shop.says(&visitor, 1, "<img src=x onerror=alert(1)> *a* & \"b\"\n[c](javascript:d)").await;
    let page = shop.get("/web/moc/messages", &visitor).await;
    let message = &page.body["messages"][0];
    assert_eq!(
        message["html"],
        "&lt;img src=x onerror=alert(1)&gt; *a* &amp; &quot;b&quot;<br>[c](javascript:d)"
    );
    assert_eq!(message["client_id"], json!(message_id(1)));
    assert_eq!(message["at"], "2026-03-02T03:00:00Z");
}

#[tokio::test]
async fn an_agent_answers_by_name() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    shop.says(&visitor, 1, "Cho mình gặp nhân viên").await;
    shop.clock.advance(Millis::seconds(10));
    shop.mai_writes("Dạ em *đây* ạ <3").await;
    let page = shop.get("/web/moc/messages", &visitor).await;
    let message = &page.body["messages"][1];
    assert_eq!((&message["author"], &message["name"]), (&json!("agent"), &json!("Mai")));
    assert_eq!(
        (&message["text"], &message["html"]),
        (&json!("Dạ em *đây* ạ <3"), &json!("<p>Dạ em *đây* ạ &lt;3</p>"))
    );
}

#[tokio::test]
async fn a_waiting_poll_hears_of_the_message_at_once() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    shop.says(&visitor, 1, "một").await;
    let cursor = shop.get("/web/moc/messages", &visitor).await.str("cursor");
    let path = format!("/web/moc/messages?after={cursor}&wait=25");
    let (heard, _) = tokio::join!(shop.get(&path, &visitor), shop.says(&visitor, 2, "hai"));
    assert_eq!(heard.body["messages"][0]["text"], "hai");
    assert_ne!(heard.str("cursor"), cursor);
}

#[tokio::test]
async fn a_stopping_server_ends_the_poll() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    shop.shutdown.cancel();
    let page = shop.get("/web/moc/messages?wait=25", &visitor).await;
    assert_eq!((page.status, &page.body), (StatusCode::OK, &json!({ "messages": [], "cursor": null })));
}

#[tokio::test]
async fn reading_on_from_the_cursor_shows_nothing_twice() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    shop.says(&visitor, 1, "một").await;
    let cursor = shop.get("/web/moc/messages", &visitor).await.str("cursor");
    let path = format!("/web/moc/messages?after={cursor}");
    assert_eq!(shop.get(&path, &visitor).await.body, json!({ "messages": [], "cursor": cursor }));
    shop.says(&visitor, 2, "hai").await;
    let page = shop.get(&path, &visitor).await;
    assert_eq!(page.body["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn wrong_requests_are_told_what_to_do() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    let text = |text: &str| json!({ "id": message_id(1), "text": text });
    for (path, token, body, expected) in [
        ("/web/nobody/messages", &*visitor, text("x"), (404, "unknown_brand")),
        ("/web/moc/messages?channel=nothing", &*visitor, text("x"), (404, "unknown_channel")),
        ("/web/moc/messages", "", text("x"), (401, "no_visitor")),
        ("/web/moc/messages", "x.y", text("x"), (401, "wrong_visitor")),
        ("/web/moc/messages?channel=no-identity", &*visitor, text("x"), (401, "wrong_visitor")),
        ("/web/moc/messages", &*visitor, text(""), (400, "empty")),
        ("/web/moc/messages", &*visitor, text(" \n\u{200b}\u{feff}\u{0}"), (400, "empty")),
        ("/web/moc/messages", &*visitor, json!({ "id": "1", "text": "x" }), (400, "id")),
        ("/web/moc/messages", &*visitor, json!({ "id": message_id(1) }), (400, "json")),
        ("/web/moc/messages", &*visitor, json!({ "id": message_id(1), "text": 7 }), (400, "json")),
        ("/web/moc/messages", &*visitor, text(&"x".repeat(200_000)), (413, "too_large")),
    ] {
        let answer = shop.post(path, token, &body).await;
        assert_eq!(answer.refusal(), expected, "{path}: {}", answer.text);
    }
    assert!(shop.sees(&visitor).await.is_empty());
    let answer = shop.get("/web/moc/messages?after=nonsense", &visitor).await;
    assert_eq!(answer.refusal(), (400, "cursor"));
}

#[tokio::test]
async fn wrong_json_names_the_field() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    let answer = shop.post("/web/moc/messages", &visitor, &json!({ "id": message_id(1), "text": 7 })).await;
    assert!(answer.text.contains("\\\"text\\\""), "{}", answer.text);
    for body in ["{", "", "[]", r#"{"id":"x","text":"\ud800"}"#] {
        let request =
            request(Method::POST, "/web/moc/messages", &visitor).header("content-type", "application/json");
        let answer = shop.ask(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.refusal(), (400, "json"), "{body}");
    }
    let request = request(Method::POST, "/web/moc/messages", &visitor).header("content-type", "text/plain");
    let answer = shop.ask(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!(answer.refusal(), (415, "not_json"));
}

#[tokio::test]
async fn a_hundred_kilobytes_are_taken_and_kept_within_bounds() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    assert_eq!(shop.says(&visitor, 1, &"ơi ".repeat(25_000)).await.status, StatusCode::ACCEPTED);
    let page = shop.get("/web/moc/messages", &visitor).await;
    assert!(page.body["messages"][0]["text"].as_str().unwrap().chars().count() < 10_000);
}

#[tokio::test]
async fn who_writes_too_fast_waits_and_others_do_not() {
    let visitor = Rate { burst: 2, every: Millis(1_000) };
    let limits = Limits { visitor, ..Limits::default() };
    let shop = Shop::open(true, &[], limits).await;
    let (fast, calm) = (shop.stranger().await, shop.stranger().await);
    for number in 1..=2 {
        assert_eq!(shop.says(&fast, number, "x").await.status, StatusCode::ACCEPTED);
    }
    let refused = shop.says(&fast, 3, "x").await;
    assert_eq!(refused.refusal(), (429, "too_many_requests"));
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(shop.says(&calm, 1, "x").await.status, StatusCode::ACCEPTED);
    shop.clock.advance(Millis::seconds(1));
    assert_eq!(shop.says(&fast, 3, "x").await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_database_that_is_away_means_try_again() {
    let shop = Shop::demo().await;
    let visitor = shop.stranger().await;
    shop.says(&visitor, 1, "một").await;
    shop.store.close().await;
    for answer in [shop.says(&visitor, 2, "hai").await, shop.get("/web/moc/messages", &visitor).await] {
        assert_eq!(answer.refusal(), (503, "unavailable"));
        assert_eq!(answer.headers["retry-after"], "2");
        assert!(!answer.text.contains("sql"), "{}", answer.text);
    }
}

#[tokio::test]
async fn the_demo_page_and_the_script_are_there() {
    let shop = Shop::demo().await;
    let script = shop.get("/widget.js", "").await;
    assert!(script.headers["content-type"].to_str().unwrap().starts_with("text/javascript"));
    let tag = script.headers["etag"].to_str().unwrap().to_owned();
    let again = request(Method::GET, "/widget.js", "").header("if-none-match", tag);
    assert_eq!(shop.ask(again.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_MODIFIED);

    let page = shop.get("/demo", "").await;
    assert!(page.text.contains("Mộc Hiên") && page.text.contains("data-as=\"lan\""));
    assert!(shop.get("/demo?lang=en", "").await.text.contains("Chat as a stranger"));

    let closed = Shop::open(false, &[], Limits::default()).await;
    assert_eq!(closed.get("/demo", "").await.refusal(), (404, "no_demo"));
}
