//! A Bot API server: updates that are confirmed by offset or pushed to a webhook with the secret, in order within a chat and again
//! until they are taken; sends that can fail.

use super::faults::FOR_EVER;
use super::{Fault, Faults, Line, Wires};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// The bot's own id.
pub(crate) const BOT: i64 = 7_000;
/// The bot's own name.
pub(crate) const BOT_NAME: &str = "shop_bot";

/// The server and what it knows.
#[derive(Debug, Clone)]
pub(crate) struct Telegram {
    /// The `api_url` of the channel.
    pub(crate) url: String,
    /// The token of the bot.
    pub(crate) token: String,
    /// What fails, and what was sent.
    pub(crate) sends: Faults,
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    updates: Mutex<Vec<Value>>,
    confirmed: AtomicI64,
    numbers: AtomicI64,
    webhook: Mutex<Option<Webhook>>,
    calls: Mutex<Vec<(String, Value)>>,
    more: Notify,
}

/// Where updates are pushed.
#[derive(Debug, Clone)]
struct Webhook {
    url: String,
    secret: Option<String>,
}

impl Telegram {
    /// Listens, for one bot.
    pub(crate) async fn start() -> Self {
        let (wires, address) = Wires::listen().await;
        let telegram = Self {
            url: format!("http://{address}"),
            token: format!("{BOT}:a-token-of-the-stand-in"),
            sends: Faults::default(),
            inner: Arc::default(),
        };
        telegram.inner.numbers.store(100, Ordering::SeqCst);
        let app = Router::new().route("/{bot}/{method}", any(call)).with_state(telegram.clone());
        let service = app.into_make_service_with_connect_info::<Line>();
        tokio::spawn(async move { axum::serve(wires, service).await });
        telegram
    }

    fn number(&self) -> i64 {
        self.inner.numbers.fetch_add(1, Ordering::SeqCst)
    }

    // ------------------------------------------------------------------------------------------------ the customers' side

    /// An update with a text of a private chat; not yet sent to the bot.
    pub(crate) fn text(&self, chat: i64, text: &str) -> Value {
        let (update, message) = (self.number(), self.number());
        json!({ "update_id": update, "message": {
            "message_id": message, "date": 1_790_000_000, "text": text,
            "from": { "id": chat, "is_bot": false, "first_name": "Lan", "language_code": "vi" },
            "chat": { "id": chat, "type": "private", "first_name": "Lan" },
        }})
    }

    /// An update with a text of a group.
    pub(crate) fn in_group(&self, group: i64, person: i64, text: &str) -> Value {
        let (update, message) = (self.number(), self.number());
        let command = text.split(' ').next().unwrap_or_default();
        let kind = if command.starts_with('/') { "bot_command" } else { "mention" };
        json!({ "update_id": update, "message": {
            "message_id": message, "date": 1_790_000_000, "text": text,
            "entities": [{ "type": kind, "offset": 0, "length": command.len() }],
            "from": { "id": person, "is_bot": false, "first_name": "Lan", "language_code": "vi" },
            "chat": { "id": group, "type": "supergroup", "title": "Hội mê gốm" },
        }})
    }

    /// A press on a button under a message of the bot.
    pub(crate) fn press(&self, chat: i64, message: i64, data: &str) -> Value {
        let (update, query) = (self.number(), self.number());
        json!({ "update_id": update, "callback_query": {
            "id": query.to_string(), "chat_instance": "1", "data": data,
            "from": { "id": chat, "is_bot": false, "first_name": "Lan", "language_code": "vi" },
            "message": {
                "message_id": message, "date": 1_790_000_000, "text": "?",
                "from": { "id": BOT, "is_bot": true, "first_name": "Shop", "username": BOT_NAME },
                "chat": { "id": chat, "type": "private", "first_name": "Lan" },
            },
        }})
    }

    /// Has updates ready for a bot that polls, in the order of their numbers.
    pub(crate) fn offers(&self, updates: impl IntoIterator<Item = Value>) {
        let mut waiting = self.inner.updates.lock().unwrap();
        waiting.extend(updates);
        waiting.sort_by_key(|update| update["update_id"].as_i64());
        drop(waiting);
        self.inner.more.notify_waiters();
    }

    /// Somebody writes to a bot that polls.
    pub(crate) fn writes(&self, chat: i64, text: &str) {
        self.offers([self.text(chat, text)]);
    }

    /// Updates that the bot has not confirmed.
    pub(crate) fn unconfirmed(&self) -> usize {
        let confirmed = self.inner.confirmed.load(Ordering::SeqCst);
        let updates = self.inner.updates.lock().unwrap();
        updates.iter().filter(|update| update["update_id"].as_i64().unwrap() >= confirmed).count()
    }

    /// Updates that the bot has confirmed.
    pub(crate) fn confirmed(&self) -> usize {
        let all = self.inner.updates.lock().unwrap().len();
        all - self.unconfirmed()
    }

    /// Whether the bot has a webhook.
    pub(crate) fn is_pushed(&self) -> bool {
        self.inner.webhook.lock().unwrap().is_some()
    }

    /// Waits until the bot has set its webhook: its address and secret.
    pub(crate) async fn webhook(&self) -> (String, Option<String>) {
        crate::harness::eventually("the bot sets its webhook", async || {
            self.inner.webhook.lock().unwrap().clone().map(|hook| (hook.url, hook.secret))
        })
        .await
    }

    /// Pushes one update to the webhook until it is taken, as Telegram does; how often it was pushed.
    pub(crate) async fn pushes(&self, http: &reqwest::Client, update: &Value) -> usize {
        let deadline = std::time::Instant::now() + 2 * crate::harness::PATIENCE;
        for attempt in 1.. {
            if self.pushes_once(http, update).await.is_ok_and(|status| status.is_success()) {
                return attempt;
            }
            assert!(std::time::Instant::now() < deadline, "the webhook never took {update}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        unreachable!("an update is pushed until it is taken")
    }

    /// Pushes one update once; what the webhook answered.
    pub(crate) async fn pushes_once(
        &self,
        http: &reqwest::Client,
        update: &Value,
    ) -> reqwest::Result<StatusCode> {
        let (url, secret) = self.webhook().await;
        let mut request = http.post(url).json(update);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        Ok(request.send().await?.status())
    }

    /// Every call of a method other than sends, with its fields.
    pub(crate) fn calls(&self, method: &str) -> Vec<Value> {
        let calls = self.inner.calls.lock().unwrap();
        calls
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(method))
            .map(|(_, body)| body.clone())
            .collect()
    }

    // --------------------------------------------------------------------------------------------------- the bot's side

    fn set_webhook(&self, fields: &Value) -> Value {
        // TLS would end in front of her; here nothing stands there.
        let url = fields["url"].as_str().unwrap_or_default().replacen("https://", "http://", 1);
        let secret = fields["secret_token"].as_str().map(ToOwned::to_owned);
        *self.inner.webhook.lock().unwrap() = (!url.is_empty()).then_some(Webhook { url, secret });
        json!(true)
    }

    /// Confirms what lies before the offset, then waits for what follows.
    async fn updates(&self, fields: &Value) -> Value {
        let number = |name: &str| fields[name].as_i64().or_else(|| fields[name].as_str()?.parse().ok());
        if let Some(offset) = number("offset") {
            self.inner.confirmed.fetch_max(offset, Ordering::SeqCst);
        }
        let limit = usize::try_from(number("limit").unwrap_or(100)).unwrap();
        let until =
            tokio::time::Instant::now() + Duration::from_secs(number("timeout").unwrap_or(0).unsigned_abs());
        loop {
            let more = self.inner.more.notified();
            let confirmed = self.inner.confirmed.load(Ordering::SeqCst);
            let fresh: Vec<Value> = {
                let updates = self.inner.updates.lock().unwrap();
                let open = updates.iter().filter(|update| update["update_id"].as_i64().unwrap() >= confirmed);
                open.take(limit).cloned().collect()
            };
            if !fresh.is_empty() || tokio::time::timeout_at(until, more).await.is_err() {
                return Value::Array(fresh);
            }
        }
    }

    async fn send(&self, line: &Line, body: Value) -> Response {
        let to = plain(&body["chat_id"]);
        let fault = self.sends.next(&to);
        let id = fault.is_none_or(Fault::taken).then(|| self.number());
        let message = json!({
            "message_id": id, "date": 1_790_000_000, "text": body["text"],
            "chat": { "id": to.parse::<i64>().unwrap_or_default(), "type": "private", "first_name": "Lan" },
            "from": { "id": BOT, "is_bot": true, "first_name": "Shop", "username": BOT_NAME },
        });
        self.sends.note(&to, body, fault, id.map(|id| id.to_string()));
        match fault {
            None => good(message),
            Some(Fault::TooMany { seconds }) => refused(
                429,
                &format!("Too Many Requests: retry after {seconds}"),
                json!({ "retry_after": seconds }),
            ),
            Some(Fault::Broken) => refused(500, "Internal Server Error", Value::Null),
            Some(Fault::Gone) => refused(403, "Forbidden: bot was blocked by the user", Value::Null),
            Some(Fault::CutBefore | Fault::CutAfter) => {
                line.cut();
                good(message)
            }
            Some(Fault::Silent) => {
                tokio::time::sleep(FOR_EVER).await;
                good(message)
            }
        }
    }
}

async fn call(
    State(telegram): State<Telegram>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path((bot, method)): Path<(String, String)>,
    headers: axum::http::HeaderMap,
    body: Bytes,
) -> Response {
    if bot.strip_prefix("bot") != Some(&telegram.token) {
        return refused(401, "Unauthorized", Value::Null);
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let fields = fields(kind, &body);
    let method = method.to_ascii_lowercase();
    if method == "sendmessage" {
        return telegram.send(&line, fields).await;
    }
    if method != "getupdates" {
        telegram.inner.calls.lock().unwrap().push((method.clone(), fields.clone()));
    }
    good(match method.as_str() {
        "getme" => json!({
            "id": BOT, "is_bot": true, "first_name": "Shop", "username": BOT_NAME, "can_join_groups": true,
            "can_read_all_group_messages": false, "supports_inline_queries": false,
            "can_connect_to_business": false, "has_main_web_app": false,
        }),
        "getupdates" => telegram.updates(&fields).await,
        "setwebhook" => telegram.set_webhook(&fields),
        "deletewebhook" => telegram.set_webhook(&json!({})),
        "getwebhookinfo" => {
            let url = telegram.inner.webhook.lock().unwrap().clone().map(|hook| hook.url).unwrap_or_default();
            let url = url.replacen("http://", "https://", 1);
            json!({ "url": url, "has_custom_certificate": false, "pending_update_count": 0 })
        }
        _ => json!(true),
    })
}

/// The fields of a call: JSON, a form, or the multipart form in which teloxide sends some.
fn fields(kind: &str, body: &[u8]) -> Value {
    if kind.starts_with("application/json") {
        return serde_json::from_slice(body).unwrap_or_default();
    }
    let text = String::from_utf8_lossy(body);
    let mut found = BTreeMap::new();
    if let Some((_, boundary)) = kind.split_once("boundary=") {
        for part in text.split(&format!("--{boundary}")) {
            let Some((head, value)) = part.split_once("\r\n\r\n") else { continue };
            let Some((_, name)) = head.split_once("name=\"") else { continue };
            let (name, _) = name.split_once('"').unwrap();
            found.insert(name.to_owned(), value.trim_end_matches("\r\n").to_owned());
        }
    } else {
        found.extend(url::form_urlencoded::parse(body).into_owned());
    }
    let read = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
    Value::Object(found.into_iter().map(|(name, text)| (name, read(text))).collect::<Map<_, _>>())
}

/// An id as text, whether it came as a number or as text.
fn plain(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), ToOwned::to_owned)
}

fn good(result: impl Into<Value>) -> Response {
    axum::Json(json!({ "ok": true, "result": result.into() })).into_response()
}

fn refused(code: u16, description: &str, parameters: Value) -> Response {
    let mut body = json!({ "ok": false, "error_code": code, "description": description });
    if !parameters.is_null() {
        body["parameters"] = parameters;
    }
    (StatusCode::from_u16(code).unwrap(), axum::Json(body)).into_response()
}
