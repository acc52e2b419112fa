//! Going on elsewhere: who is signed in gets a code and the links that take it along; nobody else does.

use crate::meta::{INSTAGRAM, NUMBER, PAGE};
use crate::shop::{Shop, channel};
use axum::http::StatusCode;
use lara_core::model::{Channel, ChannelKind, Delivery, Millis};
use lara_core::ports::{Brands as _, Clock as _, Marks as _, Symptom};
use serde_json::{Value, json};

async fn has(shop: &Shop, kind: ChannelKind, name: &str, account: Option<&str>, settings: Value) -> Channel {
    let mut channel = channel(&*shop.ids, shop.brand.id, kind, name, settings);
    channel.delivery = Delivery::Push;
    channel.account = account.map(ToOwned::to_owned);
    shop.store.put_channel(&channel, shop.clock.now()).await.unwrap();
    channel
}

/// A shop that is on every platform.
async fn everywhere() -> Shop {
    let shop = Shop::demo().await;
    let telegram = has(&shop, ChannelKind::Telegram, "telegram", Some("7000"), json!({})).await;
    has(&shop, ChannelKind::Messenger, "page", Some(PAGE), json!({})).await;
    let instagram = has(&shop, ChannelKind::Instagram, "instagram", Some(INSTAGRAM), json!({})).await;
    let whatsapp = has(&shop, ChannelKind::Whatsapp, "whatsapp", Some(NUMBER), json!({})).await;
    has(&shop, ChannelKind::Discord, "discord", Some("4000"), json!({})).await;
    let marks = [
        (&telegram, "username", "moc_bot"),
        (&instagram, "public_name", "moc.hien"),
        (&whatsapp, "public_name", "84901234567"),
    ];
    for (channel, key, value) in marks {
        shop.store.set_mark(channel.id, key, value, shop.clock.now()).await.unwrap();
    }
    shop
}

async fn lan(shop: &Shop) -> String {
    shop.visit(&json!({ "identity": Shop::sign(&shop.lan()) })).await.str("visitor")
}

#[tokio::test]
async fn who_is_signed_in_is_given_a_code_and_the_ways_to_take_it() {
    let shop = everywhere().await;
    let visit = shop.visit(&json!({ "identity": Shop::sign(&shop.lan()) })).await;
    assert_eq!(visit.body["elsewhere"], json!(["messenger", "telegram", "whatsapp", "instagram", "discord"]));
    let given = shop.post("/web/moc/link", &visit.str("visitor"), &json!({})).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    let code = given.str("code");
    assert!(code.starts_with("LARA-") && code.len() == 14, "{code}");
    assert!(given.str("valid_until").ends_with('Z'));
    assert_eq!(
        given.body["links"],
        json!([
            { "kind": "messenger", "name": "page", "url": format!("https://m.me/{PAGE}?ref={code}") },
            { "kind": "telegram", "name": "telegram", "url": format!("https://t.me/moc_bot?start={code}") },
            { "kind": "whatsapp", "name": "whatsapp", "url": format!("https://wa.me/84901234567?text={code}") },
            { "kind": "instagram", "name": "instagram", "url": format!("https://ig.me/m/moc.hien?ref={code}") },
            { "kind": "discord", "name": "discord", "url": "https://discord.com/users/4000",
              "say": format!("/link code:{code}") },
        ])
    );
    let again = shop.post("/web/moc/link", &visit.str("visitor"), &json!({})).await;
    assert_ne!(again.str("code"), code, "each is good once");
}

#[tokio::test]
async fn a_stranger_is_given_no_code() {
    let shop = everywhere().await;
    let stranger = shop.visit(&json!({})).await;
    assert!(stranger.body.get("elsewhere").is_none(), "{}", stranger.text);
    let refused = shop.post("/web/moc/link", &stranger.str("visitor"), &json!({})).await;
    assert_eq!(refused.refusal(), (403, "not_signed_in"));
    assert_eq!(shop.post("/web/moc/link", "", &json!({})).await.refusal(), (401, "no_visitor"));
    // Not even with the token of somebody whose address nobody is tied to any more.
    let lan = lan(&shop).await;
    let foreign = shop.post("/web/moc/link?channel=no-identity", &lan, &json!({})).await;
    assert_eq!(foreign.refusal(), (401, "wrong_visitor"));
}

#[tokio::test]
async fn channels_that_lead_nowhere_are_not_offered() {
    let shop = Shop::demo().await;
    // Nobody has learnt yet what the bot is called.
    has(&shop, ChannelKind::Telegram, "new", Some("7000"), json!({})).await;
    let paused = has(&shop, ChannelKind::Messenger, "page", Some(PAGE), json!({})).await;
    shop.store.pause_channel(paused.id, Some(shop.clock.now()), shop.clock.now()).await.unwrap();
    let dead = has(&shop, ChannelKind::Discord, "discord", Some("4000"), json!({})).await;
    shop.shared.health.note(&dead, Symptom::Died("token_revoked".to_owned())).await;
    let lan = lan(&shop).await;
    let given = shop.post("/web/moc/link", &lan, &json!({})).await;
    assert_eq!(given.body["links"], json!([]), "the code can still be typed: {}", given.text);
    // A name in the settings needs no platform to be asked.
    has(&shop, ChannelKind::Telegram, "told", Some("7001"), json!({ "username": "@moc_bot" })).await;
    let given = shop.post("/web/moc/link", &lan, &json!({})).await;
    assert_eq!(given.body["links"][0]["name"], "told");
}

#[tokio::test]
async fn nobody_collects_codes() {
    let shop = Shop::demo().await;
    let lan = lan(&shop).await;
    for _ in 0..5 {
        assert_eq!(shop.post("/web/moc/link", &lan, &json!({})).await.status, StatusCode::OK);
    }
    let refused = shop.post("/web/moc/link", &lan, &json!({})).await;
    assert_eq!(refused.refusal(), (429, "too_many_requests"));
    shop.clock.advance(Millis::seconds(60));
    assert_eq!(shop.post("/web/moc/link", &lan, &json!({})).await.status, StatusCode::OK);
}
