//! Shop systems: every documented body becomes the right changes, and the door takes each event once, if it is signed.

use crate::house::House;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::BodyExt as _;
use lara_bots::shops::translate;
use lara_bots::{Limits, open};
use lara_core::model::{
    Brand, BrandId, BrandSettings, Facts, OrderStatus, Shop, ShopId, ShopKind, Timestamp,
};
use lara_core::ports::{Brands as _, Directory as _, ShopChange, ShopNews, Shops as _};
use lara_core::testing::ScriptedClassifier;
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::Sha256;
use std::fmt::Write as _;
use std::path::Path;
use tower::ServiceExt as _;

const SECRET: &str = "shpss_of_the_tests";
const NOW: Timestamp = Timestamp::from_millis(1_795_400_000_000);

/// A recorded body.
fn body(name: &str) -> Vec<u8> {
    let file = format!("tests/payloads/shops/{name}.json");
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// What each recorded body is about.
const BODIES: &[(&str, ShopKind, &str)] = &[
    ("shopify_customers_data_request", ShopKind::Shopify, "customers/data_request"),
    ("shopify_customers_redact", ShopKind::Shopify, "customers/redact"),
    ("shopify_customers_update", ShopKind::Shopify, "customers/update"),
    ("shopify_fulfillment_events_delivered", ShopKind::Shopify, "fulfillment_events/create"),
    ("shopify_fulfillments_update", ShopKind::Shopify, "fulfillments/update"),
    ("shopify_orders_cancelled", ShopKind::Shopify, "orders/cancelled"),
    ("shopify_orders_create", ShopKind::Shopify, "orders/create"),
    ("shopify_orders_fulfilled", ShopKind::Shopify, "orders/fulfilled"),
    ("shopify_orders_guest", ShopKind::Shopify, "orders/create"),
    ("shopify_orders_nobody", ShopKind::Shopify, "orders/create"),
    ("shopify_orders_updated_delivered", ShopKind::Shopify, "orders/updated"),
    ("shopify_refunds_create", ShopKind::Shopify, "refunds/create"),
    ("shopify_returns_request", ShopKind::Shopify, "returns/request"),
    ("shopify_shop_redact", ShopKind::Shopify, "shop/redact"),
    ("woocommerce_cannot_view", ShopKind::WooCommerce, "order.updated"),
    ("woocommerce_customer_updated", ShopKind::WooCommerce, "customer.updated"),
    ("woocommerce_order_completed", ShopKind::WooCommerce, "order.updated"),
    ("woocommerce_order_created", ShopKind::WooCommerce, "order.created"),
    ("woocommerce_order_deleted", ShopKind::WooCommerce, "order.deleted"),
    ("woocommerce_order_draft", ShopKind::WooCommerce, "order.created"),
    ("woocommerce_order_guest", ShopKind::WooCommerce, "order.created"),
    ("woocommerce_order_refunded", ShopKind::WooCommerce, "order.updated"),
];

#[test]
fn every_documented_body_is_understood() {
    let mut lines = String::new();
    for (name, kind, topic) in BODIES {
        let _ = writeln!(lines, "{name}");
        match translate(*kind, topic, &body(name), NOW) {
            ShopNews::Ignored(why) => drop(writeln!(lines, "  nothing: {why}")),
            ShopNews::Refused(why) => drop(writeln!(lines, "  refused: {why}")),
            ShopNews::Erase(who) => drop(writeln!(lines, "  erase: {who}")),
            ShopNews::Changes(changes) => {
                for change in changes {
                    let _ = writeln!(lines, "  {change:?}");
                }
            }
        }
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn every_recorded_body_is_tried() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads/shops");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), BODIES.len());
}

proptest! {
    /// One value of a recorded body becomes something else: whatever comes out, nothing panics.
    #[test]
    fn no_body_is_too_strange(which in 0..BODIES.len(), place in 0_usize..200, odd in 0_usize..7) {
        let (name, kind, topic) = BODIES[which];
        let mut value: Value = serde_json::from_slice(&body(name)).unwrap();
        let mut left = place;
        disturb(&mut value, &mut left, &odd_value(odd));
        drop(translate(kind, topic, &serde_json::to_vec(&value).unwrap(), NOW));
    }
}

fn odd_value(which: usize) -> Value {
    [
        json!(null),
        json!(-1),
        json!(1e300),
        json!("\u{0}\u{202e}"),
        json!([]),
        json!({}),
        json!("9".repeat(400)),
    ][which]
        .clone()
}

fn disturb(value: &mut Value, left: &mut usize, odd: &Value) {
    if *left == 0 {
        *value = odd.clone();
        return;
    }
    *left -= 1;
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| step(member, left, odd)),
        Value::Array(items) => items.iter_mut().for_each(|item| step(item, left, odd)),
        _ => {}
    }
}

fn step(value: &mut Value, left: &mut usize, odd: &Value) {
    if *left != usize::MAX {
        disturb(value, left, odd);
        if *value == *odd {
            *left = usize::MAX;
        }
    }
}

/// A brand with a shop system, and its door.
struct Till {
    house: House,
    brand: BrandId,
    shop: Shop,
    door: axum::Router,
}

impl Till {
    async fn open(kind: ShopKind) -> Self {
        let house = House::open(ScriptedClassifier::default(), Limits::default()).await;
        house.clock.set(NOW);
        let brand = BrandId::new(house.shared.ids.next());
        let row = Brand {
            id: brand,
            slug: "moc".to_owned(),
            name: "Mộc".to_owned(),
            demo: false,
            settings: BrandSettings::default(),
            facts: Facts::default(),
            rev: 0,
        };
        house.store.add_brand(&row, NOW).await.unwrap();
        let shop = Shop {
            id: ShopId::new(house.shared.ids.next()),
            brand,
            kind,
            name: "main".to_owned(),
            secrets: [(Shop::SECRET, SecretString::from(SECRET))].into_iter().collect(),
            prefix: String::new(),
            paused_at: None,
            last_event_at: None,
            last_error: None,
            last_error_at: None,
            created_at: NOW,
        };
        house.store.add_shop(&shop).await.unwrap();
        let (door, _) = open(&house.shared);
        Self { house, brand, shop, door }
    }

    async fn posts(&self, headers: &[(&str, &str)], body: Vec<u8>) -> (StatusCode, Value) {
        let mut request = Request::post(format!("/shops/{}/webhook", self.shop.id));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.door.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn tells(&self, topic: &str, id: &str, secret: &str, body: Vec<u8>) -> (StatusCode, Value) {
        let signature = signed(secret, &body);
        let headers = match self.shop.kind {
            ShopKind::Shopify => [
                ("x-shopify-topic", topic),
                ("x-shopify-webhook-id", id),
                ("x-shopify-hmac-sha256", &signature),
            ],
            ShopKind::WooCommerce => [
                ("x-wc-webhook-topic", topic),
                ("x-wc-webhook-delivery-id", id),
                ("x-wc-webhook-signature", &signature),
            ],
        };
        self.posts(&headers, body).await
    }

    async fn status(&self) -> Option<OrderStatus> {
        let lan = self.house.store.customer_by_email(self.brand, "lan@example.com").await.unwrap()?;
        self.house.store.profile(self.brand, lan.id).await.unwrap()?.1.first().map(|order| order.status)
    }

    async fn shop(&self) -> Shop {
        self.house.store.shop(self.shop.id).await.unwrap().unwrap()
    }
}

fn signed(secret: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

#[tokio::test]
async fn an_order_of_shopify_travels_as_it_is_told() {
    let till = Till::open(ShopKind::Shopify).await;
    let told = |outcome: &str| (StatusCode::OK, json!({ "outcome": outcome }));
    let steps = [
        ("orders/create", "shopify_orders_create", OrderStatus::Packing),
        ("orders/fulfilled", "shopify_orders_fulfilled", OrderStatus::Shipped),
        ("fulfillments/update", "shopify_fulfillments_update", OrderStatus::Shipped),
        ("fulfillment_events/create", "shopify_fulfillment_events_delivered", OrderStatus::Delivered),
    ];
    for (n, (topic, name, status)) in steps.iter().enumerate() {
        let outcome = if *name == "shopify_fulfillments_update" { "ignored" } else { "taken" };
        let answer = till.tells(topic, &format!("w{n}"), SECRET, body(name)).await;
        assert_eq!(answer, told(outcome), "{name}");
        assert_eq!(till.status().await, Some(*status), "{name}");
    }
    // Told again, told late: nothing moves.
    assert_eq!(
        till.tells("orders/create", "w0", SECRET, body("shopify_orders_create")).await,
        told("replayed")
    );
    assert_eq!(
        till.tells("orders/create", "late", SECRET, body("shopify_orders_create")).await,
        told("ignored")
    );
    assert_eq!(till.status().await, Some(OrderStatus::Delivered));
    // What the customer agreed to in the shop is nothing we keep.
    let nobody = till.tells("orders/create", "n", SECRET, body("shopify_orders_nobody")).await;
    assert_eq!(nobody, told("refused"));
    let refused =
        till.house.store.shop_refusals(NOW.plus(lara_core::model::Millis(-i64::MAX / 4))).await.unwrap();
    assert_eq!(refused[0].reason, "order_without_customer");
    assert_eq!(till.tells("orders/create", "x", SECRET, b"{".to_vec()).await, told("refused"));
}

#[tokio::test]
async fn two_orders_of_woocommerce_in_one_second_are_both_heard() {
    let till = Till::open(ShopKind::WooCommerce).await;
    let told = |outcome: &str| (StatusCode::OK, json!({ "outcome": outcome }));
    let first: Value = serde_json::from_slice(&body("woocommerce_order_created")).unwrap();
    let mut second = first.clone();
    second["id"] = json!(990_001);
    second["number"] = json!("990001");
    // WooCommerce hashes its delivery id of the webhook and the second.
    for order in [&first, &second] {
        let body = serde_json::to_vec(order).unwrap();
        assert_eq!(till.tells("order.updated", "one-second", SECRET, body).await, told("taken"));
    }
    let again = serde_json::to_vec(&first).unwrap();
    assert_eq!(till.tells("order.updated", "another", SECRET, again).await, told("replayed"));
}

#[tokio::test]
async fn only_what_is_signed_is_heard() {
    let till = Till::open(ShopKind::Shopify).await;
    let order = || body("shopify_orders_create");
    let (status, said) = till.tells("orders/create", "w1", "the old secret", order()).await;
    assert_eq!((status, said["error"]["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("signature_wrong")));
    assert_eq!(till.shop().await.last_error.as_deref(), Some("signature_wrong"));
    let unsigned = [("x-shopify-topic", "orders/create"), ("x-shopify-webhook-id", "w1")];
    assert_eq!(till.posts(&unsigned, order()).await.0, StatusCode::UNAUTHORIZED);
    let mut changed = order();
    let signature = signed(SECRET, &changed);
    changed.push(b' ');
    let headers = [("x-shopify-topic", "orders/create"), ("x-shopify-hmac-sha256", signature.as_str())];
    assert_eq!(till.posts(&headers, changed).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(till.status().await, None, "nothing was stored");

    assert_eq!(till.tells("orders/create", "w1", SECRET, order()).await.0, StatusCode::OK);
    assert_eq!(till.shop().await.last_error, None, "it works again");
    assert_eq!(till.posts(&[], vec![b'x'; 2 * 1024 * 1024 + 1]).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_paused_one_is_told_to_come_back_and_a_removed_one_is_nobody() {
    let till = Till::open(ShopKind::Shopify).await;
    let tells = async || till.tells("orders/create", "w1", SECRET, body("shopify_orders_create")).await.0;
    till.house.store.pause_shop(till.shop.id, Some(NOW)).await.unwrap();
    assert_eq!(tells().await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(till.status().await, None);
    till.house.store.pause_shop(till.shop.id, None).await.unwrap();
    assert_eq!(tells().await, StatusCode::OK);
    till.house.store.remove_shop(till.shop.id).await.unwrap();
    assert_eq!(tells().await, StatusCode::NOT_FOUND);
    till.house.store.close().await;
    assert_eq!(
        tells().await,
        StatusCode::SERVICE_UNAVAILABLE,
        "a store that is away is told to come back to"
    );
}

#[tokio::test]
async fn whom_shopify_wants_forgotten_is_erased_once() {
    let till = Till::open(ShopKind::Shopify).await;
    let told = |outcome: &str| (StatusCode::OK, json!({ "outcome": outcome }));
    let redact = |id: i64| serde_json::to_vec(&json!({ "shop_id": 1, "customer": { "id": id } })).unwrap();
    let lan = 115_310_627_314_723_954;
    let order = || body("shopify_orders_create");
    assert_eq!(till.tells("orders/create", "o1", SECRET, order()).await, told("taken"));
    let stranger = till.tells("customers/redact", "r1", "another secret", redact(lan)).await;
    assert_eq!(stranger.0, StatusCode::UNAUTHORIZED);
    assert_eq!(till.tells("customers/redact", "r2", SECRET, redact(4)).await, told("ignored"), "nobody's id");
    assert!(till.status().await.is_some(), "nobody else is erased");

    assert_eq!(till.tells("customers/redact", "r3", SECRET, redact(lan)).await, told("taken"));
    assert_eq!(till.status().await, None);
    assert_eq!(
        till.tells("orders/updated", "o2", SECRET, order()).await,
        told("ignored"),
        "the shop does not bring back what was erased"
    );
    // They buy again, as somebody new: the old wish is not theirs.
    let again = till.tells("customers/create", "c1", SECRET, {
        serde_json::to_vec(&json!({ "id": lan, "email": "lan@example.com" })).unwrap()
    });
    assert_eq!(again.await, told("taken"));
    assert_eq!(till.tells("customers/redact", "r3", SECRET, redact(lan)).await, told("replayed"));
    let found = till.house.store.customer_by_email(till.brand, "lan@example.com").await.unwrap();
    assert!(found.is_some());
    let unnamed = till.tells("customers/redact", "r4", SECRET, b"{\"customer\":{}}".to_vec()).await;
    assert_eq!(unnamed, told("refused"));
}

#[tokio::test]
async fn what_only_the_operator_may_answer_is_kept_for_them() {
    let till = Till::open(ShopKind::Shopify).await;
    for (id, topic, name) in [
        ("a", "customers/data_request", "shopify_customers_data_request"),
        ("b", "shop/redact", "shopify_shop_redact"),
    ] {
        let answer = till.tells(topic, id, SECRET, body(name)).await;
        assert_eq!(answer, (StatusCode::OK, json!({ "outcome": "refused" })), "{name}");
    }
    let refused = till.house.store.shop_refusals(Timestamp::from_millis(0)).await.unwrap();
    let reasons: Vec<_> = refused.iter().map(|one| (one.reason.as_str(), one.count)).collect();
    assert_eq!(reasons, [("data_request", 1), ("shop_redact", 1)]);
    assert!(till.house.store.shop(till.shop.id).await.unwrap().is_some(), "the system is still there");
}

#[tokio::test]
async fn an_order_of_woocommerce_travels_as_it_is_told() {
    let till = Till::open(ShopKind::WooCommerce).await;
    assert_eq!(till.posts(&[], b"webhook_id=7".to_vec()).await.0, StatusCode::OK, "is anybody there?");
    assert_eq!(till.posts(&[], b"webhook_id=7&x".to_vec()).await.0, StatusCode::UNAUTHORIZED);
    let steps = [
        ("order.created", "woocommerce_order_created", OrderStatus::Packing),
        ("order.updated", "woocommerce_order_completed", OrderStatus::Shipped),
        ("order.updated", "woocommerce_order_refunded", OrderStatus::Refunded),
    ];
    for (n, (topic, name, status)) in steps.iter().enumerate() {
        assert_eq!(till.tells(topic, &format!("d{n}"), SECRET, body(name)).await.0, StatusCode::OK, "{name}");
        assert_eq!(till.status().await, Some(*status), "{name}");
    }
    let lan = till.house.store.customer_by_email(till.brand, "lan@example.com").await.unwrap().unwrap();
    let returns = till.house.store.returns_of(till.brand, lan.id).await.unwrap();
    assert_eq!(returns[0].amount_minor, Some(350_000));
}

#[test]
fn what_shops_agreed_to_is_not_said_of_the_customer() {
    let news = translate(ShopKind::Shopify, "orders/create", &body("shopify_orders_create"), NOW);
    let ShopNews::Changes(changes) = news else { panic!("an order is a change") };
    let ShopChange::Order(order) = &changes[0] else { panic!("an order is an order") };
    assert_eq!(order.buyer.name.as_deref(), Some("Nguyễn Thị Lan"), "the family's name first");
    assert_eq!(order.buyer.phone.as_deref(), Some("0901 234 567"), "not that of whom the parcel goes to");
    assert_eq!((order.number.as_str(), order.total_minor), ("MH-10234", 350_000));
    assert_eq!(order.items.len(), 1, "what was taken out of an order again is none");
}
