//! The load of a platform: signed webhooks in, and this process stands where the platform's API would be, so that it sees
//! what is answered.

use super::lane::TEXTS;
use super::report::{Report, Tally};
use super::{Args, Through};
use crate::commands::progress::{self, Shown};
use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What webhooks and answers share.
struct Load {
    client: reqwest::Client,
    through: Through,
    webhook: url::Url,
    secret: SecretString,
    account: String,
    /// Where this run's ids begin: each run has customers and messages of its own.
    first_id: u64,
    /// What waits for an answer, by customer: which message, when it was due.
    open: Mutex<HashMap<String, Vec<(usize, Instant)>>>,
    tally: Mutex<Tally>,
    last_answer: Mutex<Instant>,
    bar: indicatif::ProgressBar,
}

/// Runs the load; answers are counted when `--platform` says where they go.
pub(super) async fn run(args: &Args) -> Result<Report> {
    let load = Arc::new(Load::new(args)?);
    // Ends with this function.
    let mut platform = JoinSet::new();
    if let Some(address) = args.platform {
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}, where --platform puts the platform"))?;
        let app = axum::Router::new().fallback(answer).with_state(Arc::clone(&load));
        platform.spawn(async move { axum::serve(listener, app).await });
    }
    let rss_before = super::lane::resident_mb(&load.client, &args.url).await;
    let begin = Instant::now() + Duration::from_millis(50);
    let gap = Duration::from_secs_f64(1.0 / args.rate);
    let mut customers = JoinSet::new();
    for number in 0..args.customers.min(args.messages) {
        let load = Arc::clone(&load);
        let (step, total) = (args.customers, args.messages);
        customers.spawn(async move {
            for index in (number..total).step_by(step) {
                let due = begin + gap.mul_f64(f64::from(u32::try_from(index).unwrap_or(u32::MAX)));
                tokio::time::sleep_until(due).await;
                load.deliver(number, index, index / step + number, due).await;
            }
        });
    }
    while let Some(ended) = customers.join_next().await {
        ended.context("a customer's task ended badly")?;
    }
    if args.platform.is_some() {
        load.wait(Duration::from_secs(args.patience)).await;
    }
    load.bar.finish_and_clear();
    let rss = super::lane::resident_mb(&load.client, &args.url).await.or(rss_before);
    let report = Report::of(&lock(&load.tally), rss);
    Ok(if args.platform.is_some() { report.without_order() } else { report.of_acknowledgements() })
}

impl Load {
    fn new(args: &Args) -> Result<Self> {
        let mut bytes = [0_u8; 4];
        getrandom::fill(&mut bytes).context("no randomness")?;
        let secret =
            args.secret.clone().context("--secret is what the channel's webhooks are signed with")?;
        let webhook = match (&args.webhook, args.channel) {
            (Some(webhook), _) => webhook.clone(),
            (None, Through::Messenger) => args.url.join("webhooks/meta")?,
            (None, _) => anyhow::bail!("--webhook is the address the channel has given to the platform"),
        };
        ensure!(
            args.channel != Through::Messenger || args.account.is_some(),
            "--account is the id of the page whose webhooks these are"
        );
        let client = reqwest::Client::builder()
            .timeout(Duration::from_mins(1))
            .pool_max_idle_per_host(args.customers)
            .build()
            .context("cannot make an HTTP client")?;
        Ok(Self {
            client,
            through: args.channel,
            webhook,
            secret,
            account: args.account.clone().unwrap_or_default(),
            first_id: u64::from(u32::from_be_bytes(bytes)) * 100_000,
            open: Mutex::default(),
            tally: Mutex::new(Tally::new(args.messages)),
            last_answer: Mutex::new(Instant::now()),
            bar: progress::bar(Shown::unless_json(args.json), args.messages, "answered"),
        })
    }

    /// Delivers one message until it is taken, as platforms do.
    async fn deliver(&self, customer: usize, index: usize, turn: usize, due: Instant) {
        let text = TEXTS.get(turn % TEXTS.len()).copied().unwrap_or_default();
        let person = (self.first_id + widen(customer)).to_string();
        let body = self.body(&person, index, text).to_string();
        lock(&self.open).entry(person).or_default().push((index, due));
        lock(&self.tally).sent += 1;
        for _ in 0..100 {
            match self.post(&body).await {
                Ok(status) if status.is_success() => return lock(&self.tally).accepted(due.elapsed()),
                Ok(status) if status.is_server_error() => lock(&self.tally).busy += 1,
                Ok(status) => {
                    return lock(&self.tally).refused(&anyhow::anyhow!("the webhook answered {status}"));
                }
                Err(error) => lock(&self.tally).refused(&error.into()),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn post(&self, body: &str) -> reqwest::Result<reqwest::StatusCode> {
        let request = self.client.post(self.webhook.clone()).header("content-type", "application/json");
        let secret = self.secret.expose_secret();
        let request = match self.through {
            Through::Messenger => request.header("X-Hub-Signature-256", signature(secret, body)),
            _ => request.header("X-Telegram-Bot-Api-Secret-Token", secret),
        };
        Ok(request.body(body.to_owned()).send().await?.status())
    }

    /// The webhook's body, as the platform writes it.
    fn body(&self, person: &str, index: usize, text: &str) -> Value {
        let id = self.first_id + widen(index);
        if self.through == Through::Messenger {
            return json!({ "object": "page", "entry": [{ "id": self.account, "time": id, "messaging": [{
                "sender": { "id": person }, "recipient": { "id": self.account },
                "timestamp": 1_790_000_000_000_u64 + widen(index),
                "message": { "mid": format!("m_load-{id}"), "text": text },
            }]}]});
        }
        let number: u64 = person.parse().unwrap_or_default();
        json!({ "update_id": id, "message": {
            "message_id": index + 1, "date": 1_790_000_000, "text": text,
            "from": { "id": number, "is_bot": false, "first_name": "Load" },
            "chat": { "id": number, "type": "private", "first_name": "Load" },
        }})
    }

    /// Books an answer: it answers all that its customer waits for.
    fn answered(&self, person: &str) {
        let waiting = lock(&self.open).remove(person).unwrap_or_default();
        let mut tally = lock(&self.tally);
        if waiting.is_empty() {
            tally.duplicates += 1;
        }
        for (index, due) in waiting {
            tally.answered(index, due.elapsed());
            self.bar.inc(1);
        }
        *lock(&self.last_answer) = Instant::now();
    }

    /// Waits until nobody waits, or patience ends.
    async fn wait(&self, patience: Duration) {
        *lock(&self.last_answer) = Instant::now();
        while !lock(&self.open).is_empty() && lock(&self.last_answer).elapsed() < patience {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The platform's API: a message to a customer is an answer; whatever else is asked is granted.
async fn answer(State(load): State<Arc<Load>>, uri: Uri, body: Bytes) -> axum::Json<Value> {
    let path = uri.path().to_ascii_lowercase();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    if load.through == Through::Messenger {
        let person = asked.pointer("/recipient/id").and_then(Value::as_str).unwrap_or_default();
        if path.ends_with("/messages") && asked.get("message").is_some() {
            load.answered(person);
        }
        return axum::Json(
            json!({ "recipient_id": person, "message_id": "m_answer", "success": true, "data": [] }),
        );
    }
    let chat = asked.get("chat_id").cloned().unwrap_or_default();
    if path.ends_with("/sendmessage") {
        load.answered(chat.as_str().unwrap_or(&chat.to_string()));
    }
    let result = match path.rsplit('/').next().unwrap_or_default() {
        "sendmessage" => json!({
            "message_id": 1, "date": 1_790_000_000, "text": asked.get("text"),
            "chat": { "id": chat, "type": "private", "first_name": "Load" },
        }),
        "getme" => json!({
            "id": 1, "is_bot": true, "first_name": "Shop", "username": "shop_bot", "can_join_groups": true,
            "can_read_all_group_messages": false, "supports_inline_queries": false,
            "can_connect_to_business": false, "has_main_web_app": false,
        }),
        "getwebhookinfo" => {
            json!({ "url": load.webhook, "has_custom_certificate": false, "pending_update_count": 0 })
        }
        _ => json!(true),
    };
    axum::Json(json!({ "ok": true, "result": result }))
}

/// `X-Hub-Signature-256`, over the bytes that are sent.
fn signature(secret: &str, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body.as_bytes());
    format!("sha256={}", crate::wire::hex(&mac.finalize().into_bytes()))
}

fn widen(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
