//! What the fuzz targets reach (`fuzz/`): every translation, from bytes as a platform may send them, up to the line behind
//! which only the store follows. All that is asked of them is to come back: no panic, no endless loop, no flood of memory.

use crate::meta::Account;
use crate::{discord, meta, shops, telegram};
use lara_core::listen::{self, Event};
use lara_core::model::{BrandId, Channel, ChannelId, ChannelKind, Delivery, ShopKind, Timestamp};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

fn channel(kind: ChannelKind, account: &str) -> Channel {
    let (id, brand) = (ChannelId::new(Uuid::from_u128(1)), BrandId::new(Uuid::from_u128(2)));
    let mut channel = Channel::new(id, brand, kind, "fuzzed", Delivery::Push);
    channel.account = Some(account.to_owned());
    channel
}

/// What the door does to a message before it asks the store.
fn hold(event: &Event) {
    if let Event::Said(said) = event {
        drop(listen::receive(&said.text));
    }
}

/// The body of a webhook of Meta, or an answer of its API, whatever page it names.
pub fn meta(body: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
    let find = |kind, id: &str| Account::of(channel(kind, id)).map(Arc::new);
    for heard in meta::translate(&body, &find) {
        if let meta::What::Event(event) = &heard.what {
            hold(event);
        }
    }
}

/// An update of Telegram.
pub fn telegram(update: &[u8]) {
    let Ok(update) = serde_json::from_slice::<Value>(update) else { return };
    let (channel, settings) =
        (Arc::new(channel(ChannelKind::Telegram, "7000")), telegram::Settings::default());
    let ear =
        telegram::Ear { channel: &channel, settings: &settings, bot: 7_000, username: Some("shop_bot") };
    telegram::translate(ear, &update).events.iter().for_each(hold);
}

/// A frame of Discord's gateway.
pub fn discord(frame: &[u8]) {
    let Ok(frame) = serde_json::from_slice::<Value>(frame) else { return };
    let name = frame.get("t").and_then(Value::as_str).unwrap_or("MESSAGE_CREATE");
    let data = frame.get("d").unwrap_or(&frame);
    discord::heard(&Arc::new(channel(ChannelKind::Discord, "4000")), name, data).iter().for_each(hold);
}

/// The body of a webhook of a shop system, whatever it says to be about.
pub fn shop(body: &[u8]) {
    const TOPICS: &[(ShopKind, &str)] = &[
        (ShopKind::Shopify, "orders/updated"),
        (ShopKind::Shopify, "fulfillments/update"),
        (ShopKind::Shopify, "fulfillment_events/create"),
        (ShopKind::Shopify, "refunds/create"),
        (ShopKind::Shopify, "returns/request"),
        (ShopKind::Shopify, "customers/update"),
        (ShopKind::Shopify, "customers/redact"),
        (ShopKind::WooCommerce, "order.updated"),
        (ShopKind::WooCommerce, "order.deleted"),
        (ShopKind::WooCommerce, "customer.updated"),
    ];
    for (kind, topic) in TOPICS {
        drop(shops::translate(*kind, topic, body, Timestamp::from_millis(0)));
    }
}
