//! Listening: nothing is lost, nothing is turned round, nothing is tried for ever.

use crate::brand::{COMPLAINT, Shop, within};
use crate::platform::{BOT, GUILD, Platform};
use lara_core::model::HealthState;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_writes_in_private_is_answered_there() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    platform.whispers("3000", "Xin chào 👋 mình muốn đổi size áo");
    let heard = within("the message", shop.hears("3000", 1)).await;
    assert_eq!(heard, ["customer: Xin chào 👋 mình muốn đổi size áo"]);
    shop.lara_answers().await;
    assert_eq!(platform.shows("93000").len(), 1);
    let sent = platform.called("POST /channels/93000/messages").await;
    assert_eq!(sent["allowed_mentions"], json!({ "parse": [] }));
    assert_eq!((&sent["enforce_nonce"], &sent["flags"]), (&json!(true), &json!(4)));
    assert!(sent["nonce"].as_str().unwrap().len() <= 25);
    assert_eq!(
        within("health", shop.is(|health| health.last_sent_at.is_some())).await.state,
        HealthState::Well
    );
    within("the end", listening.ends()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_the_connection_is_lost_is_fetched_and_answered() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({ "watched": ["2000"] })).await;
    platform.message("3001", "2000", "long ago");
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    platform.whispers("3000", "one");
    platform.says("3000", "2000", &format!("<@{BOT}> eins"));
    within("the first", shop.hears("3000", 1)).await;
    within("the first in public", shop.hears("2000:3000", 1)).await;

    platform.goes_down();
    platform.whispers("3000", "two");
    platform.whispers("3000", "three");
    platform.says("3000", "2000", &format!("<@{BOT}> zwei"));
    platform.comes_up();

    within("another session", platform.sessions(2)).await;
    let heard = within("what was missed", shop.hears("3000", 3)).await;
    assert_eq!(heard, ["customer: one", "customer: two", "customer: three"]);
    let heard = within("what was missed in public", shop.hears("2000:3000", 2)).await;
    assert_eq!(heard, ["customer: eins", "customer: zwei"]);
    assert!(
        shop.messages("2000:3001").await.is_empty(),
        "what was written before anybody listened stays unanswered"
    );
    within("the end", listening.ends()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_fetched_is_fetched_at_the_next_connection_whatever_came_meanwhile() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    platform.whispers("3000", "one");
    within("the first", shop.hears("3000", 1)).await;
    within("the end", listening.ends()).await;

    platform.whispers("3000", "two");
    platform.answers("GET /channels/93000/messages", 400, json!({}));
    let listening = shop.listens();
    within("another session", platform.sessions(2)).await;
    within("a page that is refused", platform.called("GET /channels/93000/messages")).await;
    platform.whispers("3000", "three");
    within("what comes by itself", shop.hears("3000", 2)).await;
    within("the end", listening.ends()).await;

    let listening = shop.listens();
    let heard = within("what was missed", shop.hears("3000", 3)).await;
    assert_eq!(heard, ["customer: one", "customer: three", "customer: two"]);
    within("the end", listening.ends()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resume_nobody_answers_is_given_up_for_a_new_session() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    platform.whispers("3000", "one");
    within("the first", shop.hears("3000", 1)).await;
    platform.is_mute_to_resumes();
    platform.goes_down();
    platform.whispers("3000", "two");
    platform.comes_up();
    assert_eq!(within("what was missed", shop.hears("3000", 2)).await, ["customer: one", "customer: two"]);
    within("the end", listening.ends()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_the_server_is_stopped_is_fetched() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    platform.whispers("3000", "một");
    within("the first", shop.hears("3000", 1)).await;
    within("the end", listening.ends()).await;
    for n in 0..150 {
        platform.whispers("3000", &format!("tin {n}"));
    }
    let listening = shop.listens();
    within("the rest", shop.hears("3000", 100)).await;
    within("another session", platform.sessions(2)).await;
    let heard = within("all", async {
        loop {
            let heard = shop.hears("3000", 100).await;
            if heard.last().is_some_and(|last| last.ends_with("tin 149")) {
                return heard;
            }
        }
    });
    let heard = heard.await;
    let expected: Vec<String> = (50..150).map(|n| format!("customer: tin {n}")).collect();
    assert_eq!(heard, expected);
    within("the end", listening.ends()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_come_turned_round_are_put_in_order() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    let said: Vec<_> = (0..20).map(|n| platform.message("3000", "93000", &format!("tin {n}"))).collect();
    for message in said.iter().rev() {
        platform.publish("MESSAGE_CREATE", message);
    }
    // The same once more, as a resumed session may bring it.
    for message in &said {
        platform.publish("MESSAGE_CREATE", message);
    }
    let heard = within("all", shop.hears("3000", 20)).await;
    let expected: Vec<String> = (0..20).map(|n| format!("customer: tin {n}")).collect();
    assert_eq!(heard, expected);
    within("the end", listening.ends()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_that_overtakes_its_message_is_taken_and_a_message_taken_back_is_erased() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    let message = platform.message("3000", "93000", "size M");
    let mut edited = message.clone();
    edited["content"] = json!("size L");
    edited["edited_timestamp"] = json!("2026-11-21T22:44:10.647000+00:00");
    platform.publish("MESSAGE_UPDATE", &edited);
    platform.publish("MESSAGE_CREATE", &message);
    within("the correction", shop.reads("3000", &["customer: size L"])).await;
    platform.publish("MESSAGE_DELETE", &json!({ "id": message["id"], "channel_id": "93000" }));
    within("nothing of it", shop.reads("3000", &["customer: "])).await;
    within("the end", listening.ends()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_library_cannot_read_is_read_without_it_and_what_nobody_can_is_kept() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    let mut odd = platform.message("3000", "93000", "có ai không?");
    odd["timestamp"] = json!("yesterday");
    odd["attachments"] = json!("none");
    platform.publish("MESSAGE_CREATE", &odd);
    assert_eq!(within("the message", shop.hears("3000", 1)).await, ["customer: có ai không?"]);
    platform.publish("MESSAGE_CREATE", &json!({ "content": "thẻ 4111 1111 1111 1111", "id": "7" }));
    let kept = within("the odd one", shop.odd()).await;
    assert!(kept[0].starts_with("no_channel") && !kept[0].contains("4111 1111"), "{kept:?}");
    platform.publish("SOMETHING_NEW", &json!({ "a": 1 }));
    platform.whispers("3000", "alo");
    within("the next", shop.hears("3000", 2)).await;
    within("the end", listening.ends()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_intent_is_said_and_not_tried_again() {
    let platform = Platform::start().await;
    platform.closes_with(4_014);
    let shop = Shop::open(&platform, json!({ "message_content": true })).await;
    let listening = shop.listens();
    let health = within("death", shop.is(|health| health.state == HealthState::Dead)).await;
    assert_eq!(health.last_error.as_deref(), Some("intent_missing"));
    assert_eq!(platform.begun(), 1);
    within("the end", listening.ends()).await;
    let found = shop.findings().await;
    assert!(found.contains(&"broken intent_missing MESSAGE_CONTENT".to_owned()), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_burns_no_session() {
    let platform = Platform::start().await;
    platform.revokes_the_token();
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    let health = within("death", shop.is(|health| health.state == HealthState::Dead)).await;
    assert_eq!(health.last_error.as_deref(), Some("token_revoked"));
    assert_eq!(platform.begun(), 0);
    within("the end", listening.ends()).await;
    assert_eq!(shop.findings().await, ["broken token_invalid -"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn help_me_is_acknowledged_first_and_answered_for_one_pair_of_eyes() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    let commands = format!("POST /applications/{BOT}/commands");
    within("the commands", async {
        while platform.calls(&commands).len() < 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let registered: Vec<_> = platform.calls(&commands).iter().map(|call| call.body["name"].clone()).collect();
    assert_eq!(registered, ["help-me", "link"]);
    platform.publish("INTERACTION_CREATE", &json!({
        "id": "1573834238149525516", "type": 2, "token": "tkn", "channel_id": "2000", "guild_id": GUILD, "locale": "vi",
        "application_id": BOT, "version": 1, "data": { "id": "1", "name": "help-me", "type": 1 },
        "member": { "user": { "id": "3000", "username": "lan" } },
    }));
    let deferred =
        within("the first answer", platform.called("/interactions/1573834238149525516/tkn/callback")).await;
    assert_eq!(deferred, json!({ "type": 5, "data": { "flags": 64 } }));
    assert_eq!(within("the press", shop.hears("2000:3000", 1)).await, ["customer: Gặp nhân viên"]);
    shop.lara_answers().await;
    let answered =
        within("the answer", platform.called(&format!("PATCH /webhooks/{BOT}/tkn/messages/@original"))).await;
    assert!(!answered["content"].as_str().unwrap().is_empty());
    assert!(platform.shows("2000").is_empty(), "nothing of it stands in the open");
    within("the end", listening.ends()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_of_somebody_who_takes_no_messages_goes_on_behind_a_button_only_they_can_open() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    platform.answers("POST /channels/2000/threads", 403, json!({ "code": 50_013 }));
    platform.answers("POST /channels/93000/messages", 403, json!({ "code": 50_007 }));
    platform.says("3000", "2000", &format!("<@{BOT}> {COMPLAINT}"));
    within("the complaint", shop.hears("2000:3000", 1)).await;
    shop.lara_answers().await;
    let shown = platform.shows("2000");
    assert_eq!(shown.len(), 2, "one line and a button: {shown:?}");
    let door = platform.calls("POST /channels/2000/messages").pop().unwrap().body;
    let id = &door["components"][0]["components"][0]["custom_id"];
    let press = |user: &str, token: &str| {
        json!({
            "id": format!("157383423814952551{}", token.len()), "type": 3, "token": token, "channel_id": "2000", "guild_id": GUILD,
            "application_id": BOT, "version": 1, "data": { "custom_id": id, "component_type": 2 },
            "message": { "id": "5", "flags": 4 }, "member": { "user": { "id": user, "username": "x" } },
        })
    };
    platform.publish("INTERACTION_CREATE", &press("3001", "other"));
    let nothing = within("an answer", platform.called(&format!("PATCH /webhooks/{BOT}/other/"))).await;
    assert_eq!(nothing["content"], "🔒", "it is for somebody else");
    platform.publish("INTERACTION_CREATE", &press("3000", "own"));
    let opened = within("what was said", platform.called(&format!("PATCH /webhooks/{BOT}/own/"))).await;
    let said = shop.messages("2000:3000").await;
    let aside = said.iter().find_map(|message| message.aside.clone()).unwrap();
    assert!(
        aside.chars().count() > 10
            && !opened["content"].as_str().unwrap().is_empty()
            && opened["flags"] == 68
    );
    assert_ne!(opened["content"], "🔒");
    within("the end", listening.ends()).await;
}
