//! A shop with a Telegram bot, and a stand-in of the Bot API it talks to.

use crate::house::House;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use http_body_util::BodyExt as _;
use lara_bots::telegram::Account;
use lara_bots::{Door, Limits, Shared};
use lara_core::deliver::Deliverer;
use lara_core::engine::Engine;
use lara_core::model::{
    Brand, BrandId, BrandSettings, Channel, ChannelId, ChannelKind, Delivery, Facts, Health, Message,
    MessageLanguage, Millis, Reading,
};
use lara_core::ports::{Brands as _, ChannelHealth as _, Clock as _, OddEvents as _, Transcripts as _};
use lara_core::testing::{FakeClock, ScriptedClassifier};
use lara_store::Store;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt as _;
use uuid::Uuid;

pub(crate) const TOKEN: &str = "1:BBBB";
/// What the model takes for a complaint.
pub(crate) const COMPLAINT: &str = "Máy hỏng, chán shop này";
pub(crate) const SECRET: &str = "a-secret_of_the_webhook";

/// A Telegram channel with these settings.
pub(crate) fn channel(settings: Value) -> Channel {
    let (id, brand) = (ChannelId::new(Uuid::from_u128(11)), BrandId::new(Uuid::from_u128(12)));
    let mut channel = Channel::new(id, brand, ChannelKind::Telegram, "telegram", Delivery::Push);
    channel.settings = settings;
    channel.secrets = [("token", TOKEN.into()), ("webhook_secret", SECRET.into())].into_iter().collect();
    channel.account = Some("1".to_owned());
    channel
}

pub(crate) fn account(channel: &Arc<Channel>) -> Account {
    Account::open(channel).unwrap()
}

/// The telegram door.
pub(crate) fn door() -> Door {
    *lara_bots::CHANNELS.iter().find(|door| door.kinds.contains(&ChannelKind::Telegram)).unwrap()
}

// ------------------------------------------------------------------------------------------------------------ Telegram

/// What the stand-in of the Bot API was asked, and what it will answer.
#[derive(Default)]
pub(crate) struct Telegram {
    calls: Mutex<Vec<(String, Value)>>,
    answers: Mutex<HashMap<String, VecDeque<(u16, Value)>>>,
    updates: Mutex<Vec<Value>>,
    hook: Mutex<String>,
}

impl Telegram {
    /// Starts it; its address.
    pub(crate) async fn start() -> (Arc<Self>, String) {
        let telegram = Arc::new(Self::default());
        let router = Router::new().route("/{bot}/{method}", post(answer)).with_state(telegram.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (telegram, url)
    }

    /// The next call of this method is answered so.
    pub(crate) fn will_answer(&self, method: &str, status: u16, body: Value) {
        self.answers.lock().unwrap().entry(method.to_owned()).or_default().push_back((status, body));
    }

    /// An update waits to be fetched, until its number is confirmed.
    pub(crate) fn has(&self, update: Value) {
        self.updates.lock().unwrap().push(update);
    }

    /// A webhook is set.
    pub(crate) fn delivers_to(&self, url: &str) {
        url.clone_into(&mut self.hook.lock().unwrap());
    }

    /// What a method was called with.
    pub(crate) fn calls(&self, method: &str) -> Vec<Value> {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|(name, _)| name == method).map(|(_, body)| body.clone()).collect()
    }

    /// Waits until `n` calls of a method were made.
    pub(crate) async fn called(&self, method: &str, n: usize) -> Vec<Value> {
        until(|| {
            let calls = self.calls(method);
            async move { (calls.len() >= n).then_some(calls) }
        })
        .await
    }

    fn result(&self, method: &str, body: &Value) -> Value {
        match method {
            "getMe" => json!({"id": 1, "is_bot": true, "first_name": "Shop", "username": "shop_bot",
                "can_read_all_group_messages": true}),
            "getWebhookInfo" => json!({"url": *self.hook.lock().unwrap(), "pending_update_count": 0}),
            "setWebhook" => {
                self.delivers_to(body["url"].as_str().unwrap());
                json!(true)
            }
            "deleteWebhook" => {
                self.delivers_to("");
                json!(true)
            }
            "getUpdates" => {
                let offset = body["offset"].as_i64().unwrap_or(0);
                let mut updates = self.updates.lock().unwrap();
                updates.retain(|update| update["update_id"].as_i64().unwrap() >= offset);
                json!(*updates)
            }
            "sendMessage" => json!({"message_id": 500 + self.calls("sendMessage").len(), "date": 1}),
            _ => json!(true),
        }
    }
}

async fn answer(
    State(telegram): State<Arc<Telegram>>,
    Path((bot, method)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap();
    telegram.calls.lock().unwrap().push((method.clone(), body.clone()));
    if bot != format!("bot{TOKEN}") {
        return (
            StatusCode::UNAUTHORIZED,
            Json(json!({"ok": false, "error_code": 401, "description": "Unauthorized"})),
        )
            .into_response();
    }
    let planned = {
        let mut answers = telegram.answers.lock().unwrap();
        answers.get_mut(&method).and_then(VecDeque::pop_front)
    };
    if let Some((status, body)) = planned {
        return (StatusCode::from_u16(status).unwrap(), Json(body)).into_response();
    }
    let result = telegram.result(&method, &body);
    if method == "getUpdates" && result.as_array().is_some_and(Vec::is_empty) {
        // The real one holds the question for its time-out.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Json(json!({"ok": true, "result": result})).into_response()
}

/// Asks again and again until there is something, for a while.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    for _ in 0..1_000 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come to pass");
}

// ---------------------------------------------------------------------------------------------------------------- shop

/// The shop.
pub(crate) struct Shop {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) telegram: Arc<Telegram>,
    pub(crate) channel: Channel,
    pub(crate) shared: Shared,
    engine: Engine,
    deliverer: Arc<Deliverer>,
    router: Router,
    _folder: tempfile::TempDir,
}

impl Shop {
    /// A shop whose bot has these settings beside the address of the stand-in.
    pub(crate) async fn open(settings: Value) -> Self {
        let angry = Reading {
            complaint: 0.9,
            ..ScriptedClassifier::reading(MessageLanguage::Vietnamese, "damaged_item")
        };
        let classifier = ScriptedClassifier::default().knows(COMPLAINT, angry);
        let House { store, clock, engine, shared, folder } = House::open(classifier, Limits::default()).await;
        let (telegram, api_url) = Telegram::start().await;
        let (node, feed) = (shared.node, shared.feed.clone());
        let mut channel = channel(settings);
        channel.settings["api_url"] = json!(api_url);
        store.add_brand(&brand(channel.brand), clock.now()).await.unwrap();
        store.put_channel(&channel, clock.now()).await.unwrap();
        let pushes = vec![door().push.unwrap()(&shared)];
        let deliverer = Arc::new(Deliverer::new(store.clone(), pushes, clock.clone(), feed, node));
        let router = door().router.unwrap()(&shared);
        Self { store, clock, telegram, channel, shared, engine, deliverer, router, _folder: folder }
    }

    /// A delivery to the webhook.
    pub(crate) async fn deliver(&self, secret: &str, body: impl Into<Body>) -> (StatusCode, String) {
        let request = Request::post(format!("/webhooks/telegram/{}", self.channel.id));
        let request = if secret.is_empty() {
            request
        } else {
            request.header("x-telegram-bot-api-secret-token", secret)
        };
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let status = response.status();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(response.headers().contains_key("retry-after"));
        }
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// What Telegram itself delivers; it is stored.
    pub(crate) async fn hears(&self, update: Value) {
        let (status, body) = self.deliver(SECRET, update.to_string()).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }

    /// All messages of an address, oldest first.
    pub(crate) async fn talk(&self, address: &str) -> Vec<Message> {
        match self.store.address(self.channel.id, address).await.unwrap() {
            Some(address) => self.store.latest(address.id, 300).await.unwrap(),
            None => Vec::new(),
        }
    }

    /// What was said by an address, or to it.
    pub(crate) async fn said(&self, address: &str) -> Vec<String> {
        self.talk(address).await.into_iter().map(|message| message.text).collect()
    }

    /// Why events were kept that could not be translated.
    pub(crate) async fn odd(&self) -> Vec<(String, String)> {
        let odd = self.store.odd(self.channel.id, 10).await.unwrap();
        odd.into_iter().map(|event| (event.reason, event.body)).collect()
    }

    /// How the channel is.
    pub(crate) async fn health(&self) -> Option<Health> {
        self.store.health(None).await.unwrap().pop()
    }

    /// Time goes on until every run is closed; Lara answers, and what she says is sent.
    pub(crate) async fn lara_answers(&self) {
        self.clock.advance(Millis::seconds(10));
        self.engine.run_once(64).await.unwrap();
        self.deliverer.run_once(64).await.unwrap();
    }

    /// Tries again what could not be sent, after a while.
    pub(crate) async fn later(&self, wait: Millis) {
        self.clock.advance(wait);
        self.deliverer.run_once(64).await.unwrap();
    }
}

fn brand(id: BrandId) -> Brand {
    Brand {
        id,
        slug: "moc".to_owned(),
        name: "Mộc Hiên".to_owned(),
        demo: false,
        settings: BrandSettings::default(),
        facts: Facts::default(),
        rev: 1,
    }
}

/// A private message of customer 77.
pub(crate) fn private(id: i64, text: &str) -> Value {
    json!({"update_id": 1000 + id, "message": {
        "message_id": id, "date": 1_763_769_600, "text": text,
        "from": {"id": 77, "is_bot": false, "first_name": "Lan", "last_name": "Nguyễn", "language_code": "vi"},
        "chat": {"id": 77, "type": "private", "first_name": "Lan"},
    }})
}
