//! `POST /shops/{shop}/webhook`: a shop system tells of orders. The signature is checked over the raw bytes first; what is
//! told is stored before it is acknowledged, once, however often it is told.

mod said;
mod shopify;
mod woocommerce;

use crate::Shared;
use crate::http::Problem;
use crate::seal::sha256_of;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use lara_core::model::{Shop, ShopId, ShopKind, Timestamp};
use lara_core::ports::{ShopEvent, ShopNews, ShopOutcome, StoreError};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::Sha256;

/// The largest body, in bytes; an order with a hundred lines is a tenth of it.
const LARGEST: usize = 2 * 1024 * 1024;
/// The longest name of an event or a topic that is kept, in characters.
const LONGEST: usize = 160;
/// When a shop system may come back to one that is paused, in seconds.
const PAUSED: &str = "300";
/// Its webhook carries another signature than ours of the same bytes.
const SIGNATURE_WRONG: &str = "signature_wrong";

/// The routes.
pub(crate) fn router(shared: &Shared) -> Router {
    Router::new().route("/shops/{shop}/webhook", post(deliver)).with_state(shared.clone())
}

/// The path a shop system's webhooks are posted to.
#[must_use]
pub fn path(shop: ShopId) -> String {
    format!("shops/{shop}/webhook")
}

/// What each system calls its headers (shopify.dev/docs/apps/build/webhooks; developer.woocommerce.com, Webhooks).
struct Names {
    signature: &'static str,
    topic: &'static str,
    ids: &'static [&'static str],
    at: Option<&'static str>,
}

const fn names(kind: ShopKind) -> Names {
    match kind {
        ShopKind::Shopify => Names {
            signature: "x-shopify-hmac-sha256",
            topic: "x-shopify-topic",
            ids: &["x-shopify-webhook-id", "x-shopify-event-id"],
            at: Some("x-shopify-triggered-at"),
        },
        ShopKind::WooCommerce => Names {
            signature: "x-wc-webhook-signature",
            topic: "x-wc-webhook-topic",
            // Its delivery id is a hash of the webhook and the second: two orders of one second would share it.
            ids: &[],
            at: None,
        },
    }
}

/// What an event means, from its topic and the bytes of its body.
#[must_use]
pub fn translate(kind: ShopKind, topic: &str, body: &[u8], at: Timestamp) -> ShopNews {
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return ShopNews::Refused("not_json") };
    match kind {
        ShopKind::Shopify => shopify::translate(topic, &body, at),
        ShopKind::WooCommerce => woocommerce::translate(topic, &body),
    }
}

/// The headers of a body that a shop system would post: for trying whether one comes in.
#[must_use]
pub fn signed(kind: ShopKind, secret: &str, topic: &str, body: &str) -> Vec<(&'static str, String)> {
    let names = names(kind);
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(body.as_bytes()));
    let signature = mac.map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default();
    vec![
        ("content-type", "application/json".to_owned()),
        (names.topic, topic.to_owned()),
        (names.signature, signature),
    ]
}

async fn deliver(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let unknown = || Problem::missing("unknown_shop", "there is no such shop system: see lara shop list");
    let id: ShopId = id.parse().map_err(|_| unknown())?;
    let shop = shared.shops.shop(id).await?.ok_or_else(unknown)?;
    let (parts, body) = request.into_parts();
    let body = whole(body).await?;
    if is_ping(&shop, &parts.headers, &body) {
        return Ok(answered("ping"));
    }
    proven(&shared, &shop, &parts.headers, &body).await?;
    if shop.paused_at.is_some() {
        return Ok((StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, PAUSED)]).into_response());
    }
    let event = understood(&shared, &shop, &parts.headers, &body);
    let outcome = take(&shared, &shop, event).await?;
    let (word, why) = match outcome {
        ShopOutcome::Taken => ("taken", ""),
        ShopOutcome::Replayed => ("replayed", ""),
        ShopOutcome::Ignored(why) => ("ignored", why),
        ShopOutcome::Refused(why) => ("refused", why),
    };
    metrics::counter!("lara_shop_events_total", "kind" => shop.kind.as_str(), "outcome" => word, "why" => why)
        .increment(1);
    if let ShopOutcome::Refused(why) = outcome {
        tracing::warn!(shop = %shop.id, why, "an event of a shop system cannot be taken");
    }
    Ok(answered(word))
}

fn answered(outcome: &'static str) -> Response {
    Json(json!({ "outcome": outcome })).into_response()
}

async fn whole(body: Body) -> Result<Bytes, Problem> {
    to_bytes(body, LARGEST).await.map_err(|_| {
        let advice = "the body is larger than 2 MB, or broke off";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", advice)
    })
}

/// `WooCommerce` asks whether somebody is there when a webhook is made: unsigned, and about nothing.
fn is_ping(shop: &Shop, headers: &HeaderMap, body: &[u8]) -> bool {
    let signed = headers.contains_key(names(shop.kind).signature);
    let digits = body.strip_prefix(b"webhook_id=").is_some_and(|id| id.iter().all(u8::is_ascii_digit));
    shop.kind == ShopKind::WooCommerce && !signed && digits
}

/// Refuses what this shop system did not sign: `base64(hmac_sha256(secret, body))`, compared in constant time.
async fn proven(shared: &Shared, shop: &Shop, headers: &HeaderMap, body: &[u8]) -> Result<(), Problem> {
    let now = shared.clock.now();
    let Some(secret) = shop.secrets.get(Shop::SECRET) else {
        shared.shops.note_shop_error(shop.id, "secrets_locked", now).await?;
        return Err(Problem::unavailable());
    };
    let given = headers.get(names(shop.kind).signature).map(axum::http::HeaderValue::as_bytes);
    let given = given.and_then(|given| STANDARD.decode(given).ok()).unwrap_or_default();
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes());
    let fits = mac.is_ok_and(|mac| mac.chain_update(body).verify_slice(&given).is_ok());
    if fits {
        return Ok(());
    }
    shared.shops.note_shop_error(shop.id, SIGNATURE_WRONG, now).await?;
    metrics::counter!("lara_shop_events_total", "kind" => shop.kind.as_str(), "outcome" => SIGNATURE_WRONG, "why" => "")
        .increment(1);
    let advice = "the signature does not fit: was the secret changed? Give the new one with lara shop secret";
    Err(Problem::unauthorized(SIGNATURE_WRONG, advice))
}

fn understood(shared: &Shared, shop: &Shop, headers: &HeaderMap, body: &[u8]) -> ShopEvent {
    let names = names(shop.kind);
    let word = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?.trim();
        (!value.is_empty()).then(|| value.chars().take(LONGEST).collect::<String>())
    };
    let topic = word(names.topic).unwrap_or_default();
    // Without a name that is its own alone an event is known by what it says.
    let id = names.ids.iter().find_map(|name| word(name)).unwrap_or_else(|| sha256_of(body));
    let at = names.at.and_then(word).and_then(|at| said::when(&at)).unwrap_or_else(|| shared.clock.now());
    let news = translate(shop.kind, &topic, body, at);
    ShopEvent { external: format!("{topic} {id}"), topic, news }
}

/// Takes an event. What the store can never take is marked as refused: told again it would be no better.
async fn take(shared: &Shared, shop: &Shop, event: ShopEvent) -> Result<ShopOutcome, Problem> {
    let (ids, now) = (&*shared.ids, shared.clock.now());
    match shared.shops.take_shop_event(shop, &event, ids, now).await {
        Err(error @ StoreError::Broken(_)) => {
            tracing::error!(shop = %shop.id, error = crate::http::problem::chain(&error), "an event of a shop system cannot be stored");
            let event = ShopEvent { news: ShopNews::Refused("not_storable"), ..event };
            Ok(shared.shops.take_shop_event(shop, &event, ids, now).await?)
        }
        taken => Ok(taken?),
    }
}
