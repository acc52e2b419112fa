//! What Lara says reaches Telegram once, in order, or it is known why not.

use super::shop::{COMPLAINT, SECRET, Shop, private};
use axum::http::StatusCode;
use lara_core::model::{HealthState, MessageState, Millis};
use serde_json::{Value, json};

/// A shop that has heard a customer.
async fn asked() -> Shop {
    let shop = Shop::open(json!({"mode": "webhook", "username": "shop_bot"})).await;
    shop.hears(private(1, "Cho em hỏi")).await;
    shop
}

fn refusal(code: u16, description: &str) -> Value {
    json!({"ok": false, "error_code": code, "description": description})
}

/// How the answer to the customer is, and why.
async fn end(shop: &Shop) -> (MessageState, Option<String>) {
    let conversation = shop.talk("77").await[0].conversation;
    let talk = shop.store.pages().talk(conversation, None, 10).await.unwrap().unwrap();
    let last = talk.messages.into_iter().last().unwrap();
    (last.state, last.fault)
}

#[tokio::test]
async fn an_answer_is_sent_once_and_known_by_its_id() {
    let shop = asked().await;
    shop.lara_answers().await;
    shop.later(Millis::minutes(5)).await;
    let sent = shop.telegram.calls("sendMessage");
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0]["chat_id"].as_i64(), sent[0]["parse_mode"].as_str()), (Some(77), Some("HTML")));
    assert_eq!(sent[0]["link_preview_options"]["is_disabled"], true);
    assert!(sent[0].get("reply_parameters").is_none());
    let last = shop.talk("77").await.pop().unwrap();
    assert_eq!((last.state, last.external.as_deref()), (MessageState::Sent, Some("77:501")));
}

#[tokio::test]
async fn refused_markup_is_said_plainly() {
    let shop = asked().await;
    shop.telegram.will_answer("sendMessage", 400, refusal(400, "Bad Request: can't parse entities: x"));
    shop.lara_answers().await;
    let sent = shop.telegram.calls("sendMessage");
    assert_eq!((sent.len(), sent[1].get("parse_mode")), (2, None));
    assert_eq!(end(&shop).await.0, MessageState::Sent);
}

#[tokio::test]
async fn too_many_requests_wait_as_long_as_telegram_says() {
    let shop = asked().await;
    let wait = json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 30", "parameters": {"retry_after": 30}});
    shop.telegram.will_answer("sendMessage", 429, wait);
    shop.lara_answers().await;
    shop.later(Millis::seconds(29)).await;
    assert_eq!(shop.telegram.calls("sendMessage").len(), 1);
    shop.later(Millis::seconds(2)).await;
    assert_eq!((shop.telegram.calls("sendMessage").len(), end(&shop).await.0), (2, MessageState::Sent));
}

#[tokio::test]
async fn who_blocked_the_bot_is_not_tried_again() {
    let shop = asked().await;
    shop.telegram.will_answer("sendMessage", 403, refusal(403, "Forbidden: bot was blocked by the user"));
    shop.lara_answers().await;
    shop.later(Millis::minutes(5)).await;
    assert_eq!(end(&shop).await, (MessageState::Failed, Some("blocked".to_owned())));
    let address = shop.shared.transcripts.address(shop.channel.id, "77").await.unwrap().unwrap();
    assert!(address.unreachable_at.is_some());
    assert_eq!(shop.telegram.calls("sendMessage").len(), 1);
}

#[tokio::test]
async fn what_may_have_arrived_is_not_repeated() {
    let shop = asked().await;
    shop.telegram.will_answer("sendMessage", 502, json!("bad gateway"));
    shop.lara_answers().await;
    shop.later(Millis::minutes(5)).await;
    assert_eq!(end(&shop).await, (MessageState::Uncertain, Some("platform_error".to_owned())));
    assert_eq!(shop.telegram.calls("sendMessage").len(), 1);
}

#[tokio::test]
async fn a_revoked_token_kills_the_channel_not_the_message() {
    let shop = asked().await;
    shop.telegram.will_answer("sendMessage", 401, refusal(401, "Unauthorized"));
    shop.lara_answers().await;
    let health = shop.health().await.unwrap();
    assert_eq!((health.state, health.last_error.as_deref()), (HealthState::Dead, Some("token_revoked")));
    shop.later(Millis::minutes(6)).await;
    assert_eq!(end(&shop).await.0, MessageState::Sent);
}

/// What a customer says in a group, to the bot.
fn in_group(id: i64, chat: i64, text: &str) -> Value {
    json!({"update_id": id, "message": {"message_id": id, "date": 1_763_769_600, "text": format!("@shop_bot {text}"),
        "entities": [{"type": "mention", "offset": 0, "length": 9}], "chat": {"id": chat, "type": "group"},
        "from": {"id": 77, "is_bot": false, "first_name": "Lan"}}})
}

#[tokio::test]
async fn in_a_group_the_answer_replies_to_the_question() {
    let shop = asked().await;
    shop.hears(in_group(9, -5, "mấy giờ mở cửa?")).await;
    shop.lara_answers().await;
    let sent = shop.telegram.calls("sendMessage");
    let group = sent.iter().find(|body| body["chat_id"] == -5).unwrap();
    assert_eq!(group["reply_parameters"]["message_id"], 9);
    assert_eq!(group["reply_parameters"]["allow_sending_without_reply"], true);
}

#[tokio::test]
async fn an_answer_follows_a_group_that_grew() {
    let shop = Shop::open(json!({"mode": "webhook", "username": "shop_bot"})).await;
    shop.hears(in_group(9, -5, "mấy giờ mở cửa?")).await;
    let grown = json!({"ok": false, "error_code": 400, "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": -1005}});
    shop.telegram.will_answer("sendMessage", 400, grown);
    shop.lara_answers().await;
    shop.later(Millis::seconds(5)).await;
    let chats: Vec<i64> =
        shop.telegram.calls("sendMessage").iter().map(|body| body["chat_id"].as_i64().unwrap()).collect();
    assert_eq!(chats, [-5, -1005]);
    assert_eq!(shop.talk("-1005:77").await.pop().unwrap().state, MessageState::Sent);
}

#[tokio::test]
async fn a_complaint_in_a_group_goes_on_in_private_without_being_told_twice() {
    let shop = Shop::open(json!({"mode": "webhook"})).await;
    // The name of the bot is asked from Telegram: no setting says it, so the mention is known by the bot's id.
    let mut update = in_group(9, -5, COMPLAINT);
    update["message"]["entities"][0] =
        json!({"type": "text_mention", "offset": 0, "length": 9, "user": {"id": 1}});
    shop.hears(update).await;
    shop.lara_answers().await;
    let sent = shop.telegram.calls("sendMessage");
    assert_eq!(sent.len(), 1, "a bot cannot write first: {sent:?}");
    let button = &sent[0]["reply_markup"]["inline_keyboard"][0][0];
    let url = button["url"].as_str().unwrap();
    let (address, token) = url.split_once("?start=").unwrap();
    assert_eq!(address, "https://t.me/shop_bot");

    shop.hears(private(20, &format!("/start {token}"))).await;
    shop.lara_answers().await;
    let talk = shop.said("77").await;
    assert_eq!(talk[0], COMPLAINT);
    assert_eq!(talk.len(), 2, "{talk:?}");
    assert_eq!(shop.telegram.calls("sendMessage")[1]["chat_id"], 77);
}

#[tokio::test]
async fn another_bot_is_never_answered() {
    let shop = Shop::open(json!({"mode": "webhook", "username": "shop_bot"})).await;
    let mut update = in_group(9, -5, "ping");
    update["message"]["from"] = json!({"id": 55, "is_bot": true, "first_name": "Other"});
    assert_eq!(shop.deliver(SECRET, update.to_string()).await.0, StatusCode::OK);
    shop.lara_answers().await;
    assert!(shop.telegram.calls("sendMessage").is_empty());
}
