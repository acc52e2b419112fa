//! Replies posted to the brand's own server, signed.

use super::replies::ReplyView;
use super::settings::{AppSettings, WebhookSettings};
use crate::guard::{Guard, PrivateTargets, is_private};
use crate::seal::{Key, hex};
use async_trait::async_trait;
use lara_core::model::{ChannelKind, Millis, Timestamp};
use lara_core::ports::{Clock, Dispatch, Piece, PieceTo, Push, SendError};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::{Deserialize as _, Serialize};
use std::sync::Arc;
use url::Url;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "Lara-Signature";

/// The longest wait a webhook may ask for.
const LONGEST_RETRY: i64 = 60 * 60;

/// The HTTP client webhooks are sent with: the server's own time-outs and TLS, our guard, and no redirects, which would
/// lead around it.
pub fn client(
    builder: reqwest::ClientBuilder,
    targets: PrivateTargets,
) -> Result<reqwest::Client, reqwest::Error> {
    builder.dns_resolver(Arc::new(Guard(targets))).redirect(reqwest::redirect::Policy::none()).build()
}

/// Posts replies to the webhook of their channel.
pub struct Webhook {
    client: reqwest::Client,
    guard: Guard,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Posted<'a> {
    address: &'a str,
    conversation_id: String,
    #[serde(flatten)]
    reply: ReplyView,
}

impl Webhook {
    /// A sender over a client made by [`client`] with the same `targets`.
    #[must_use]
    pub fn new(client: reqwest::Client, targets: PrivateTargets, clock: Arc<dyn Clock>) -> Self {
        Self { client, guard: Guard(targets), clock }
    }
}

/// The value of the signature header: `t=<unix seconds>,v1=<hex hmac_sha256(secret, t + "." + body)>`.
#[must_use]
pub fn signature(secret: &Key, at: Timestamp, body: &str) -> String {
    let seconds = at.millis().div_euclid(1_000).to_string();
    let mac = secret.mac(&[seconds.as_bytes(), b".", body.as_bytes()]);
    format!("t={seconds},v1={}", hex(&mac))
}

#[async_trait]
impl Push for Webhook {
    fn kind(&self) -> ChannelKind {
        ChannelKind::App
    }

    /// A reply is one post, in the neutral form: the app shows it as it likes.
    fn compose(&self, dispatch: &Dispatch) -> Result<Vec<Piece>, SendError> {
        let text = dispatch.message.text.clone();
        let quick_replies = dispatch.message.quick_replies.clone();
        Ok(vec![Piece { to: PieceTo::Here, text, quick_replies }])
    }

    async fn send(&self, dispatch: &Dispatch, _: &Piece, _: u32) -> Result<Option<String>, SendError> {
        let settings = AppSettings::deserialize(&dispatch.channel.settings)
            .map_err(|_| SendError::Rejected("settings_unreadable"))?;
        let WebhookSettings { url, secret } =
            settings.webhook.ok_or(SendError::Rejected("webhook_missing"))?;
        let url = Url::parse(&url).map_err(|_| SendError::Rejected("webhook_url_invalid"))?;
        if !self.guard.admits(&url) {
            return Err(SendError::Rejected("webhook_private_address"));
        }
        let key = Key::parse(&secret).map_err(|_| SendError::Rejected("webhook_secret_too_short"))?;
        let posted = Posted {
            address: &dispatch.address,
            conversation_id: dispatch.message.conversation.to_string(),
            reply: ReplyView::new(&dispatch.message),
        };
        let body = serde_json::to_string(&posted).map_err(|_| SendError::Rejected("not_json"))?;
        let signed = signature(&key, self.clock.now(), &body);
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(SIGNATURE_HEADER, signed)
            .body(body);
        match request.send().await {
            Ok(response) => judge(&response),
            Err(error) => Err(excuse(&error)),
        }
    }
}

/// What a status means. The receiver knows a reply by its id (docs/channels/app.md), so that sending again is safe.
fn judge(response: &Response) -> Result<Option<String>, SendError> {
    match response.status() {
        status if status.is_success() => Ok(None),
        StatusCode::GONE => Err(SendError::Gone("webhook_gone")),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => Err(SendError::Retry(None, "webhook_busy")),
        StatusCode::TOO_MANY_REQUESTS => Err(SendError::Retry(wait(response), "webhook_busy")),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(SendError::Rejected("webhook_unauthorized")),
        status if status.is_server_error() => Err(SendError::Retry(wait(response), "webhook_failing")),
        status if status.is_redirection() => Err(SendError::Rejected("webhook_redirects")),
        _ => Err(SendError::Rejected("webhook_refused")),
    }
}

/// The receiver's own wish, in seconds; dates are not worth a parser here.
fn wait(response: &Response) -> Option<Millis> {
    let seconds: i64 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Millis::seconds(seconds.clamp(0, LONGEST_RETRY)))
}

/// What a failed request means. A lost answer is no reason to give up, for the receiver drops what it has.
fn excuse(error: &reqwest::Error) -> SendError {
    if is_private(error) {
        SendError::Rejected("webhook_private_address")
    } else if error.is_builder() {
        SendError::Rejected("webhook_url_invalid")
    } else if error.is_timeout() {
        SendError::Retry(None, "webhook_timed_out")
    } else {
        SendError::Retry(None, "webhook_unreachable")
    }
}
