//! Targets that are posted to: Telegram, Discord, a webhook.

use super::text::Written;
use crate::config::ChatId;
use lara_bots::seal::Key;
use lara_bots::{Guard, PrivateTargets, app};
use lara_core::model::{Millis, Timestamp};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

/// Why an alert did not arrive for sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotSent {
    /// It did not; the wait the target asked for, and a stable code.
    Later(Option<Millis>, &'static str),
    /// It never will.
    Refused(&'static str),
    /// It may have.
    Uncertain(&'static str),
}

/// The longest wait a target may ask for: an alert is worth nothing tomorrow.
const LONGEST_WAIT: i64 = 15 * 60;

/// A bot of a platform.
#[derive(Debug, Clone)]
pub(crate) struct Bot {
    /// Its token.
    pub(crate) token: SecretString,
    /// The platform's address.
    pub(crate) api: Url,
}

impl Bot {
    fn at(&self, path: &str) -> Result<Url, NotSent> {
        let base = self.api.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{path}")).map_err(|_| NotSent::Refused("address_invalid"))
    }
}

/// Posts, and reads what became of it.
async fn post(request: RequestBuilder) -> Result<Response, NotSent> {
    match request.send().await {
        Ok(response) => Ok(response),
        Err(error) if error.is_builder() => Err(NotSent::Refused("address_invalid")),
        // Nothing was sent where nobody picked up.
        Err(error) if error.is_connect() => Err(NotSent::Later(None, "unreachable")),
        Err(error) if error.is_timeout() => Err(NotSent::Uncertain("timed_out")),
        Err(_) => Err(NotSent::Uncertain("connection_lost")),
    }
}

/// What the status says where a platform has no code of its own.
fn judge(response: &Response) -> Result<(), NotSent> {
    match response.status() {
        status if status.is_success() => Ok(()),
        StatusCode::TOO_MANY_REQUESTS => Err(NotSent::Later(wait(response), "busy")),
        StatusCode::UNAUTHORIZED => Err(NotSent::Refused("unauthorized")),
        StatusCode::FORBIDDEN => Err(NotSent::Refused("forbidden")),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(NotSent::Refused("not_there")),
        // It broke behind the door: nobody knows before or after the deed.
        status if status.is_server_error() => Err(NotSent::Uncertain("target_failing")),
        _ => Err(NotSent::Refused("refused")),
    }
}

/// Whole seconds, never fewer than asked for.
fn seconds(asked: i64) -> Millis {
    Millis::seconds(asked.saturating_add(1).clamp(1, LONGEST_WAIT))
}

/// `Retry-After`; Discord writes fractions of a second.
fn wait(response: &Response) -> Option<Millis> {
    let asked = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    asked.trim().split('.').next()?.parse().ok().map(seconds)
}

/// Telegram's `sendMessage` (<https://core.telegram.org/bots/api#sendmessage>).
pub(crate) async fn telegram(
    client: &reqwest::Client,
    bot: &Bot,
    chat: &ChatId,
    alert: &Written,
) -> Result<(), NotSent> {
    let url = bot.at(&format!("/bot{}/sendMessage", bot.token.expose_secret()))?;
    let chat = match chat {
        ChatId::Number(number) => json!(number),
        ChatId::Name(name) => json!(name),
    };
    let body = json!({
        "chat_id": chat, "text": alert.message(), "link_preview_options": { "is_disabled": true },
    });
    let response = post(client.post(url).json(&body)).await?;
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        let said: Value = response.json().await.unwrap_or_default();
        let wish = said.pointer("/parameters/retry_after").and_then(Value::as_i64).map(seconds);
        return Err(NotSent::Later(wish, "busy"));
    }
    judge(&response)
}

/// A webhook of a Discord server (resources/webhook#execute-webhook).
pub(crate) async fn discord_webhook(
    client: &reqwest::Client,
    url: &SecretString,
    alert: &Written,
) -> Result<(), NotSent> {
    let mut url = Url::parse(url.expose_secret()).map_err(|_| NotSent::Refused("address_invalid"))?;
    url.query_pairs_mut().append_pair("wait", "true");
    let body = json!({ "content": alert.message(), "allowed_mentions": { "parse": [] } });
    judge(&post(client.post(url).json(&body)).await?)
}

/// A direct message of a Discord bot: opens the place, then writes there (resources/user#create-dm). The nonce keeps a
/// message from standing there twice.
pub(crate) async fn discord_user(
    client: &reqwest::Client,
    bot: &Bot,
    user: &str,
    alert: &Written,
) -> Result<(), NotSent> {
    let shown = format!("Bot {}", bot.token.expose_secret());
    let to = |url: Url| client.post(url).header("authorization", shown.clone());
    // Opening a place twice is opening it once.
    let opened = match post(to(bot.at("/users/@me/channels")?).json(&json!({ "recipient_id": user }))).await {
        Err(NotSent::Uncertain(code)) => Err(NotSent::Later(None, code)),
        other => other,
    }?;
    match judge(&opened) {
        Err(NotSent::Uncertain(code)) => return Err(NotSent::Later(None, code)),
        other => other?,
    }
    let place: Value = opened.json().await.map_err(|_| NotSent::Later(None, "answer_unreadable"))?;
    let id =
        place.get("id").and_then(Value::as_str).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    let id = id.ok_or(NotSent::Refused("answer_unreadable"))?;
    let nonce: String = alert.id.simple().to_string().chars().take(25).collect();
    let body = json!({
        "content": alert.message(), "allowed_mentions": { "parse": [] }, "nonce": nonce, "enforce_nonce": true,
    });
    judge(&post(to(bot.at(&format!("/channels/{id}/messages"))?).json(&body)).await?)
}

/// A signed post, like those of an app channel (docs/channels/app.md).
pub(crate) async fn webhook(
    client: &reqwest::Client,
    targets: PrivateTargets,
    url: &Url,
    secret: &SecretString,
    now: Timestamp,
    alert: &Written,
) -> Result<(), NotSent> {
    if !Guard(targets).admits(url) {
        return Err(NotSent::Refused("private_address"));
    }
    let key = Key::parse(secret.expose_secret()).map_err(|_| NotSent::Refused("secret_too_short"))?;
    let body = serde_json::to_string(alert).map_err(|_| NotSent::Refused("not_json"))?;
    let signed = app::signature(&key, now, &body);
    let request = client
        .post(url.clone())
        .header(CONTENT_TYPE, "application/json")
        .header(app::SIGNATURE_HEADER, signed)
        .body(body);
    judge(&post(request).await?)
}
