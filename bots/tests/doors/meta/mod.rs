//! Meta's door: recorded bodies through the translation, the webhook with a real store behind it, sends against a server of
//! our own that stands in for the Graph API.

mod graph;
mod payloads;
mod send;
mod talk;
mod webhook;

use crate::shop::{Answer, Shop};
use axum::body::Body;
use axum::http::Request;
use lara_bots::meta::{APP_SECRET, TOKEN, VERIFY_TOKEN};
use lara_bots::seal::{Key, hex};
use lara_core::model::{Channel, ChannelId, ChannelKind, Conversation, Delivery, Message};
use lara_core::ports::{Brands as _, Clock as _, Transcripts as _};
use serde_json::{Value, json};

pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const PAGE: &str = "404217156637689";
pub(crate) const INSTAGRAM: &str = "17841400000000000";
pub(crate) const NUMBER: &str = "1122334455667";
pub(crate) const LAN: &str = "1423587017700273";
pub(crate) const OUR_APP: &str = "205552219930699";

/// The value of `X-Hub-Signature-256`, as Meta makes it.
pub(crate) fn signed(secret: &str, body: &[u8]) -> String {
    format!("sha256={}", hex(&Key::parse(secret).unwrap().mac(&[body])))
}

/// A channel with all its secrets.
pub(crate) fn channel(shop: &Shop, kind: ChannelKind, account: &str, graph_url: &str) -> Channel {
    let id = ChannelId::new(shop.ids.next());
    let mut channel = Channel::new(id, shop.brand.id, kind, format!("{kind}-{account}"), Delivery::Push);
    channel.account = Some(account.to_owned());
    channel.settings = json!({ "graph_url": graph_url, "app_id": OUR_APP });
    for (name, secret) in [(TOKEN, "EAApage"), (APP_SECRET, SECRET), (VERIFY_TOKEN, "meatyhamhock")] {
        channel.secrets.set(name, secret.to_owned().into());
    }
    channel
}

/// A shop with a page, an Instagram account and a number of WhatsApp, whose Graph API is at `graph_url`.
pub(crate) async fn shop(graph_url: &str) -> Shop {
    let shop = Shop::demo().await;
    for (kind, account) in
        [(ChannelKind::Messenger, PAGE), (ChannelKind::Instagram, INSTAGRAM), (ChannelKind::Whatsapp, NUMBER)]
    {
        add(&shop, &channel(&shop, kind, account, graph_url)).await;
    }
    shop
}

pub(crate) async fn add(shop: &Shop, channel: &Channel) {
    shop.store.put_channel(channel, shop.clock.now()).await.unwrap();
}

/// Posts bytes with a signature, or without.
pub(crate) async fn post(shop: &Shop, signature: Option<&str>, body: impl Into<Vec<u8>>) -> Answer {
    let request = Request::post("/webhooks/meta").header("content-type", "application/json");
    let request = match signature {
        Some(signature) => request.header("x-hub-signature-256", signature),
        None => request,
    };
    shop.ask(request.body(Body::from(body.into())).unwrap()).await
}

/// Posts a body as Meta does; it must be taken.
pub(crate) async fn meta_says(shop: &Shop, body: &Value) {
    let bytes = body.to_string().into_bytes();
    let answer = post(shop, Some(&signed(SECRET, &bytes)), bytes).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// A body with one event of the page.
pub(crate) fn event(event: &Value) -> Value {
    json!({ "object": "page", "entry": [{ "id": PAGE, "time": 1_491_796_363_999_i64, "messaging": [event] }] })
}

/// Lan writes to the page.
pub(crate) fn lan(mid: &str, text: &str) -> Value {
    event(&json!({ "sender": { "id": LAN }, "recipient": { "id": PAGE }, "timestamp": 1_491_796_363_181_i64,
        "message": { "mid": mid, "text": text } }))
}

/// Everything said with an address, as `author: text`.
pub(crate) async fn talk(shop: &Shop, kind: ChannelKind, address: &str) -> Vec<String> {
    messages(shop, kind, address).await.iter().map(|one| format!("{}: {}", one.author, one.text)).collect()
}

pub(crate) async fn messages(shop: &Shop, kind: ChannelKind, address: &str) -> Vec<Message> {
    let channels = shop.store.channels(Some(shop.brand.id)).await.unwrap();
    let channel = channels.iter().find(|channel| channel.kind == kind).unwrap();
    match shop.store.address(channel.id, address).await.unwrap() {
        Some(address) => shop.store.latest(address.id, 100).await.unwrap(),
        None => Vec::new(),
    }
}

/// The conversation with an address.
pub(crate) async fn conversation(shop: &Shop, kind: ChannelKind, address: &str) -> Conversation {
    use lara_core::ports::Desk as _;
    let id = messages(shop, kind, address).await.last().unwrap().conversation;
    shop.store.conversation(id).await.unwrap().unwrap().0
}
