//! `POST /webhooks/telegram/{channel}`: Telegram delivers an update. It is stored before it is acknowledged; what could not
//! be stored is answered 503, and Telegram brings it again for a day, in the order of its chat.

use super::hear::hear;
use super::settings::Account;
use super::who;
use crate::Shared;
use crate::hearing::{Hearing, NotStored};
use crate::http::cached::Cached;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use lara_core::model::{ChannelId, ChannelKind};
use lara_core::ports::{StoreResult, Symptom};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// The path of a channel's webhook.
pub(super) const PATH: &str = "/webhooks/telegram/";

/// The header that proves Telegram (core.telegram.org/bots/api#setwebhook).
const SECRET: &str = "x-telegram-bot-api-secret-token";

/// The largest update, in bytes; real ones stay under a tenth of it.
const LARGEST: usize = 1024 * 1024;

/// When Telegram may come back after a store that was away, and to a channel that pauses; in seconds.
const AGAIN: (&str, &str) = ("5", "300");

/// What the handler needs.
#[derive(Clone)]
pub(super) struct Door {
    shared: Shared,
    known: Arc<Cached<ChannelId, Option<Arc<Known>>>>,
}

/// A channel and the name of its bot.
struct Known {
    account: Account,
    username: Option<String>,
}

impl Door {
    pub(super) fn new(shared: &Shared) -> Self {
        Self { shared: shared.clone(), known: Arc::default() }
    }

    async fn channel(&self, id: ChannelId) -> StoreResult<Option<Arc<Known>>> {
        let now = self.shared.clock.now();
        if let Some(known) = self.known.get(&id, now) {
            return Ok(known);
        }
        let channels = self.shared.brands.channels(None).await?;
        let found = channels.into_iter().find(|one| one.id == id && one.kind == ChannelKind::Telegram);
        let known = match found.map(|channel| Account::open(&Arc::new(channel))) {
            Some(Ok(account)) => {
                let username = who::known(&self.shared, &account).await;
                Some(Arc::new(Known { account, username }))
            }
            Some(Err(error)) => {
                tracing::error!(channel = %id, %error, "a Telegram channel cannot be used");
                None
            }
            None => None,
        };
        self.known.put(id, known.clone(), now);
        Ok(known)
    }
}

/// Takes a delivery.
pub(super) async fn deliver(State(door): State<Door>, Path(id): Path<String>, request: Request) -> Response {
    let Ok(id) = id.parse::<ChannelId>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let known = match door.channel(id).await {
        Ok(Some(known)) => known,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(_) => return later(AGAIN.0),
    };
    if !is_telegram(request.headers(), &known.account) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if known.account.channel.paused_at.is_some() {
        return later(AGAIN.1);
    }
    let body = match whole(request.into_body()).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    match door.take(&known, &body).await {
        Ok(answer) => answer,
        Err(NotStored) => later(AGAIN.0),
    }
}

impl Door {
    async fn take(&self, known: &Known, body: &Bytes) -> Result<Response, NotStored> {
        let (shared, account) = (&self.shared, &known.account);
        let Ok(update) = serde_json::from_slice::<Value>(body) else {
            // Told again it would be no better: it is kept, and acknowledged.
            let body = String::from_utf8_lossy(body);
            Hearing::new(shared).keep_aside(&account.channel, "not_json", &body).await?;
            return Ok(StatusCode::OK.into_response());
        };
        let press = hear(shared, account, known.username.as_deref(), &update).await?;
        shared.health.note(&account.channel, Symptom::Heard).await;
        Ok(match press {
            // The answer of a webhook may be a call (core.telegram.org/bots/api#making-requests-when-getting-updates).
            Some(id) => axum::Json(json!({ "method": "answerCallbackQuery", "callback_query_id": id }))
                .into_response(),
            None => StatusCode::OK.into_response(),
        })
    }
}

async fn whole(body: Body) -> Result<Bytes, Response> {
    // A body that broke off on its way is too large as far as anybody can tell; Telegram brings it again either way.
    to_bytes(body, LARGEST).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())
}

fn is_telegram(headers: &HeaderMap, account: &Account) -> bool {
    let given = headers.get(SECRET).map(HeaderValue::as_bytes).unwrap_or_default();
    account.webhook_secret.expose_secret().as_bytes().ct_eq(given).into()
}

fn later(seconds: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, seconds)]).into_response()
}
