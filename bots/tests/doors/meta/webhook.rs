//! `/webhooks/meta` over HTTP, with the real store behind it.

use super::{
    INSTAGRAM, LAN, NUMBER, PAGE, SECRET, add, channel, event, lan, meta_says, post, shop, signed, talk,
};
use crate::shop::Shop;
use lara_core::model::{ChannelKind, HealthState};
use lara_core::ports::{Brands as _, ChannelHealth as _, Clock as _, OddEvents as _};
use serde_json::{Value, json};
use std::path::Path;
use tokio::task::JoinSet;

fn payload(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(name)).unwrap()
}

async fn page(shop: &Shop) -> lara_core::model::Channel {
    let channels = shop.store.channels(None).await.unwrap();
    channels.into_iter().find(|channel| channel.kind == ChannelKind::Messenger).unwrap()
}

#[tokio::test]
async fn the_address_is_proven_by_the_verify_token() {
    let shop = shop("http://127.0.0.1:1").await;
    let asked = |mode: &str, token: &str| {
        format!("/webhooks/meta?hub.mode={mode}&hub.verify_token={token}&hub.challenge=%3Cb%3E1158201444")
    };
    let right = shop.get(&asked("subscribe", "meatyhamhock"), "").await;
    assert_eq!((right.status.as_u16(), &*right.text), (200, "<b>1158201444"));
    assert!(right.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    for wrong in
        [asked("subscribe", "meatyhamhoc"), asked("subscribe", ""), asked("unsubscribe", "meatyhamhock")]
    {
        assert_eq!(shop.get(&wrong, "").await.refusal(), (403, "wrong_verify_token"));
    }
    assert_eq!(shop.get("/webhooks/meta", "").await.status, 403);
}

#[tokio::test]
async fn only_bytes_the_app_signed_are_believed() {
    let shop = shop("http://127.0.0.1:1").await;
    // As Meta writes it: escaped, so that other bytes would say the same.
    let body = br#"{"object":"page","entry":[{"id":"404217156637689","messaging":[{"sender":{"id":"1423587017700273"},"recipient":{"id":"404217156637689"},"timestamp":1,"message":{"mid":"m1","text":"\u0111\u01a1n c\u1ee7a em"}}]}]}"#;
    let rewritten = serde_json::from_slice::<Value>(body).unwrap().to_string();
    let good = signed(SECRET, body);
    let sha1_only = "sha1=5fcd5d2a8fbff4ac86a07d5d3f0e8bd9a4b9ae2e";
    for (signature, body) in [
        (None, &body[..]),
        (Some(sha1_only), body),
        (Some("sha256="), body),
        (Some("sha256=zz"), body),
        (Some(&*good.replace("sha256=", "")), body),
        (Some(&*signed("another secret of another app", body)), body),
        (Some(&*good), rewritten.as_bytes()),
    ] {
        assert_eq!(post(&shop, signature, body).await.refusal(), (401, "wrong_signature"), "{signature:?}");
    }
    assert!(talk(&shop, ChannelKind::Messenger, LAN).await.is_empty());
    let upper = format!("sha256={}", good.trim_start_matches("sha256=").to_uppercase());
    for signature in [&*good, &*upper] {
        assert_eq!(post(&shop, Some(signature), &body[..]).await.status, 200);
    }
    assert_eq!(talk(&shop, ChannelKind::Messenger, LAN).await, ["customer: đơn của em"]);
}

#[tokio::test]
async fn what_comes_again_is_taken_once() {
    let shop = shop("http://127.0.0.1:1").await;
    for _ in 0..5 {
        meta_says(&shop, &lan("m1", "Đơn MH-10234 của em tới đâu rồi ạ?")).await;
    }
    let mut batch = lan("m1", "Đơn MH-10234 của em tới đâu rồi ạ?");
    let new = lan("m2", "Em cần gấp");
    batch["entry"][0]["messaging"].as_array_mut().unwrap().push(new["entry"][0]["messaging"][0].clone());
    meta_says(&shop, &batch).await;
    assert_eq!(
        talk(&shop, ChannelKind::Messenger, LAN).await,
        ["customer: Đơn MH-10234 của em tới đâu rồi ạ?", "customer: Em cần gấp"]
    );
}

#[tokio::test]
async fn a_button_without_an_id_is_pressed_once_however_often_it_is_told() {
    let shop = shop("http://127.0.0.1:1").await;
    let pressed = |at: i64| {
        event(&json!({ "sender": { "id": LAN }, "recipient": { "id": PAGE }, "timestamp": at,
            "postback": { "title": "Xem đơn hàng", "payload": "ORDERS" } }))
    };
    for at in [1, 1, 2_000_000_000_000_i64, 1] {
        meta_says(&shop, &pressed(at)).await;
    }
    assert_eq!(talk(&shop, ChannelKind::Messenger, LAN).await, ["customer: Xem đơn hàng"; 2]);
}

#[tokio::test]
async fn two_hundred_deliveries_at_once_lose_nothing_and_double_nothing() {
    let shop = std::sync::Arc::new(shop("http://127.0.0.1:1").await);
    let mut posts = JoinSet::new();
    for round in 0..200_usize {
        let shop = shop.clone();
        posts.spawn(async move {
            let number = round % 100;
            let mut body = lan(&format!("m{number}"), &format!("tin {number}"));
            body["entry"][0]["messaging"][0]["sender"]["id"] = json!(format!("person{}", number % 10));
            meta_says(&shop, &body).await;
        });
    }
    posts.join_all().await;
    for person in 0..10 {
        let said = talk(&shop, ChannelKind::Messenger, &format!("person{person}")).await;
        assert_eq!(said.len(), 10, "{said:?}");
    }
}

#[tokio::test]
async fn events_of_one_person_are_stored_in_the_order_of_their_time() {
    let shop = shop("http://127.0.0.1:1").await;
    let said = |at: i64, text: &str| {
        json!({ "sender": { "id": LAN }, "recipient": { "id": PAGE }, "timestamp": at,
            "message": { "mid": text, "text": text } })
    };
    let batch = json!({ "object": "page", "entry": [
        { "id": PAGE, "messaging": [said(1_700_000_003_000, "ba")] },
        { "id": PAGE, "messaging": [said(1_700_000_001_000, "một"), said(1_700_000_002_000, "hai")] },
    ] });
    meta_says(&shop, &batch).await;
    assert_eq!(
        talk(&shop, ChannelKind::Messenger, LAN).await,
        ["customer: một", "customer: hai", "customer: ba"]
    );
}

#[tokio::test]
async fn every_recorded_body_is_taken_whatever_stands_in_it() {
    let shop = shop("http://127.0.0.1:1").await;
    for platform in ["messenger", "instagram", "whatsapp"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(platform);
        for file in std::fs::read_dir(folder).unwrap() {
            let body = std::fs::read(file.unwrap().path()).unwrap();
            for _ in 0..2 {
                assert_eq!(post(&shop, Some(&signed(SECRET, &body)), body.clone()).await.status, 200);
            }
        }
    }
    let said = talk(&shop, ChannelKind::Messenger, LAN).await;
    assert!(said.iter().any(|line| line.contains("Tôi muốn đổi trả đơn hàng số 12345")), "{said:?}");
    assert_eq!(said.iter().filter(|line| *line == "customer: Sharp tools make good work.").count(), 1);
    let aside = shop.store.odd(page(&shop).await.id, 10).await.unwrap();
    assert!(aside.is_empty(), "{aside:?}");
}

#[tokio::test]
async fn what_cannot_be_stored_is_kept_aside_and_the_rest_is_taken() {
    let shop = shop("http://127.0.0.1:1").await;
    let mut batch = lan("m\u{0}1", "độc, thẻ 4111 1111 1111 1111");
    let good = lan("m2", "bình thường")["entry"][0]["messaging"][0].clone();
    batch["entry"][0]["messaging"].as_array_mut().unwrap().push(good);
    meta_says(&shop, &batch).await;
    assert_eq!(talk(&shop, ChannelKind::Messenger, LAN).await, ["customer: bình thường"]);
    let broken = b"{\"object\":\"page\",\"entry\":[";
    assert_eq!(post(&shop, Some(&signed(SECRET, broken)), &broken[..]).await.status, 200);
    let mut aside = Vec::new();
    for channel in shop.store.channels(None).await.unwrap() {
        aside.extend(shop.store.odd(channel.id, 10).await.unwrap());
    }
    let mut reasons: Vec<_> = aside.iter().map(|odd| &*odd.reason).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["not_json", "not_storable"]);
    assert!(!aside.iter().any(|odd| odd.body.contains("4111 1111")), "card numbers are masked");
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused_unread() {
    let shop = shop("http://127.0.0.1:1").await;
    let body = vec![b' '; 10 * 1024 * 1024];
    assert_eq!(post(&shop, Some(&signed(SECRET, &body)), body).await.status, 413);
    // Batches of WhatsApp have up to three.
    let mut body = vec![b' '; 3 * 1024 * 1024];
    body.extend(payload("whatsapp/message__text.json"));
    assert_eq!(post(&shop, Some(&signed(SECRET, &body)), body).await.status, 200);
    assert_eq!(talk(&shop, ChannelKind::Whatsapp, "US.13491208655302741918").await, ["customer: Body Text"]);
}

#[tokio::test]
async fn pages_that_are_not_ours_are_acknowledged_and_nothing_else() {
    let shop = shop("http://127.0.0.1:1").await;
    for object in ["page", "instagram", "whatsapp_business_account", "permissions"] {
        let mut body = lan("m1", "xin chào");
        body["object"] = json!(object);
        body["entry"][0]["id"] = json!("999");
        meta_says(&shop, &body).await;
    }
    for kind in [ChannelKind::Messenger, ChannelKind::Instagram, ChannelKind::Whatsapp] {
        assert!(talk(&shop, kind, LAN).await.is_empty());
    }
}

#[tokio::test]
async fn the_app_of_one_brand_does_not_speak_for_the_page_of_another() {
    let shop = shop("http://127.0.0.1:1").await;
    let mut other = channel(&shop, ChannelKind::Messenger, "555", "http://127.0.0.1:1");
    other.secrets.set(lara_bots::meta::APP_SECRET, "the secret of another app".to_owned().into());
    add(&shop, &other).await;
    let body = lan("m1", "giả mạo").to_string().into_bytes();
    let answer = post(&shop, Some(&signed("the secret of another app", &body)), body).await;
    assert_eq!(answer.status, 200);
    assert!(talk(&shop, ChannelKind::Messenger, LAN).await.is_empty());
}

#[tokio::test]
async fn a_paused_channel_hears_nothing() {
    let shop = shop("http://127.0.0.1:1").await;
    let page = page(&shop).await;
    shop.store.pause_channel(page.id, Some(shop.clock.now()), shop.clock.now()).await.unwrap();
    meta_says(&shop, &lan("m1", "xin chào")).await;
    assert!(talk(&shop, ChannelKind::Messenger, LAN).await.is_empty());
}

#[tokio::test]
async fn a_store_that_is_away_makes_meta_deliver_again() {
    let shop = shop("http://127.0.0.1:1").await;
    meta_says(&shop, &lan("m1", "một")).await;
    shop.store.close().await;
    let body = lan("m2", "hai").to_string().into_bytes();
    let answer = post(&shop, Some(&signed(SECRET, &body)), body).await;
    assert_eq!(answer.refusal(), (503, "unavailable"));
    assert!(answer.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_page_that_is_blocked_is_dead_until_it_is_unblocked() {
    let shop = shop("http://127.0.0.1:1").await;
    let state = async || shop.store.health(None).await.unwrap().first().map(|health| health.state);
    meta_says(&shop, &lan("m1", "xin chào")).await;
    assert_eq!(state().await, Some(HealthState::Well));
    let policy = |action: &str| {
        event(&json!({ "recipient": { "id": PAGE }, "timestamp": 1_458_692_752_478_i64,
            "policy_enforcement": { "action": action, "reason": "The bot violated our Platform Policies" } }))
    };
    meta_says(&shop, &policy("block")).await;
    assert_eq!(state().await, Some(HealthState::Dead));
    meta_says(&shop, &policy("unblock")).await;
    assert_eq!(state().await, Some(HealthState::Well));
}

#[tokio::test]
async fn people_of_whatsapp_stay_themselves_when_an_id_takes_the_place_of_their_number() {
    let shop = shop("http://127.0.0.1:1").await;
    let message = |contact: Value, id: &str, text: &str| {
        json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages",
            "value": { "messaging_product": "whatsapp", "metadata": { "phone_number_id": NUMBER },
                "contacts": [contact], "messages": [{ "from": "84912345678", "id": id,
                    "timestamp": "1784232425", "type": "text", "text": { "body": text } }] } }] }] })
    };
    let before = json!({ "profile": { "name": "Lan" }, "wa_id": "84912345678" });
    let after =
        json!({ "profile": { "name": "Lan" }, "wa_id": "84912345678", "user_id": "VN.1047385771169864" });
    meta_says(&shop, &message(before, "wamid.1", "Shop ơi")).await;
    for id in ["wamid.2", "wamid.3"] {
        meta_says(&shop, &message(after.clone(), id, "còn hàng không ạ?")).await;
    }
    assert_eq!(
        talk(&shop, ChannelKind::Whatsapp, "VN.1047385771169864").await,
        ["customer: Shop ơi", "customer: còn hàng không ạ?", "customer: còn hàng không ạ?"]
    );
    assert!(talk(&shop, ChannelKind::Whatsapp, "84912345678").await.is_empty());
}

#[tokio::test]
async fn instagram_is_taken_in_both_of_its_shapes() {
    let shop = shop("http://127.0.0.1:1").await;
    for name in ["instagram/01_text.json", "instagram/16_changes_style_business_login.json"] {
        let body = payload(name);
        assert_eq!(post(&shop, Some(&signed(SECRET, &body)), body).await.status, 200);
    }
    let test = payload("instagram/17_test_event_entry_id_0.json");
    assert_eq!(post(&shop, Some(&signed(SECRET, &test)), test).await.status, 200);
    assert_eq!(
        talk(&shop, ChannelKind::Instagram, "4567890123").await,
        ["customer: hello", "customer: random_text"]
    );
    assert!(
        talk(&shop, ChannelKind::Instagram, "12334").await.is_empty(),
        "a test of {INSTAGRAM}'s dashboard"
    );
}
