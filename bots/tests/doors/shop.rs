//! A shop with a web widget and a REST channel, and the people who write to it.

use crate::house::House;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use lara_bots::identity::{self, Claims};
use lara_bots::seal::{Key, sha256_hex};
use lara_bots::{Limits, Shared};
use lara_core::deliver::Deliverer;
use lara_core::desk::DeskService;
use lara_core::engine::Engine;
use lara_core::feed::Feed;
use lara_core::model::{
    Agent, AgentId, Brand, BrandId, BrandSettings, Channel, ChannelId, ChannelKind, ConversationId,
    CustomerId, Delivery, Facts, Language, Millis, NodeId, Role, Timestamp,
};
use lara_core::ports::{Agents, Brands, Clock, Directory, Ids, Lanes, Person, Push};
use lara_core::testing::{FakeClock, ScriptedClassifier};
use lara_store::Store;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub(crate) const IDENTITY_KEY: &str = "identity key of the shop, long enough";
pub(crate) const VISITOR_KEY: &str = "visitor key of the channel, long enough";
pub(crate) const BELIEVED: &str = "a token that may say who somebody is";
pub(crate) const PLAIN: &str = "a token that may not";

/// What a door answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    /// The stable code of an error.
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    /// The status and code of an error, which must say what to do.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        assert!(self.body["error"]["message"].as_str().is_some_and(|text| text.len() > 10), "{}", self.text);
        (self.status.as_u16(), self.code())
    }

    pub(crate) fn str(&self, field: &str) -> String {
        self.body[field].as_str().unwrap_or_else(|| panic!("{field} in {}", self.text)).to_owned()
    }
}

/// The shop.
pub(crate) struct Shop {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) router: Router,
    pub(crate) pushes: Vec<Arc<dyn Push>>,
    pub(crate) brand: Brand,
    pub(crate) shared: Shared,
    pub(crate) ids: Arc<dyn Ids>,
    feed: Arc<Feed>,
    engine: Engine,
    _folder: tempfile::TempDir,
}

impl Shop {
    /// The demo shop, any site may embed its widget.
    pub(crate) async fn demo() -> Self {
        Self::open(true, &[], Limits::default()).await
    }

    pub(crate) async fn open(demo: bool, origins: &[&str], limits: Limits) -> Self {
        let house = House::open(ScriptedClassifier::default(), limits).await;
        let House { store, clock, engine, shared, folder } = house;
        let (ids, feed, shutdown) = (shared.ids.clone(), shared.feed.clone(), shared.shutdown.clone());
        let brand = brand(&*ids, demo);
        furnish(&store, &brand, &*ids, origins, clock.now()).await;
        let (router, pushes) = lara_bots::open(&shared);
        Self { store, clock, shutdown, router, pushes, brand, shared, ids, feed, engine, _folder: folder }
    }

    // ------------------------------------------------------------------------------------------------------ requests

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, body, text }
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.ask(request(Method::GET, path, token).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        let request = request(Method::POST, path, token).header("content-type", "application/json");
        self.ask(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// A message over the REST channel.
    pub(crate) async fn app_post(&self, key: &str, token: &str, body: &Value) -> Answer {
        let request = request(Method::POST, "/app/v1/messages", token)
            .header("content-type", "application/json")
            .header("idempotency-key", key);
        self.ask(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn visit(&self, body: &Value) -> Answer {
        self.post("/web/moc/visitor", "", body).await
    }

    /// The token of somebody nobody knows.
    pub(crate) async fn stranger(&self) -> String {
        self.visit(&json!({})).await.str("visitor")
    }

    pub(crate) async fn says(&self, visitor: &str, number: u32, text: &str) -> Answer {
        let body = json!({ "id": message_id(number), "text": text });
        self.post("/web/moc/messages", visitor, &body).await
    }

    /// Everything the visitor sees, as `author: text`.
    pub(crate) async fn sees(&self, visitor: &str) -> Vec<String> {
        let page = self.get("/web/moc/messages", visitor).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        page.body["messages"].as_array().unwrap().iter().map(line).collect()
    }

    // -------------------------------------------------------------------------------------------------------- answers

    /// Time goes on until every run is closed, and Lara answers all that waits; how many runs.
    pub(crate) async fn lara_answers(&self) -> usize {
        self.clock.advance(Millis::seconds(10));
        self.engine.run_once(64).await.unwrap()
    }

    /// Everything that waits to be sent is sent.
    pub(crate) async fn delivers(&self) -> usize {
        let (clock, feed) = (self.clock.clone(), self.feed.clone());
        let node = NodeId::new(self.ids.next());
        let deliverer = Deliverer::new(self.store.clone(), self.pushes.clone(), clock, feed, node);
        Arc::new(deliverer).run_once(64).await.unwrap()
    }

    /// Mai of the shop takes the conversation over and writes.
    pub(crate) async fn mai_writes(&self, text: &str) -> ConversationId {
        let mai = Agent {
            id: AgentId::new(self.ids.next()),
            name: "Mai".to_owned(),
            email: format!("mai{}@example.com", self.ids.next().simple()),
            role: Role::Agent,
            disabled_at: None,
        };
        self.store.add_agent(&mai, self.clock.now()).await.unwrap();
        let node = NodeId::new(self.ids.next());
        let claims = self.store.claim(node, self.clock.now(), Millis::seconds(1), 1).await.unwrap();
        let conversation = claims[0].conversation.id;
        let desk =
            DeskService::new(self.store.clone(), self.clock.clone(), self.ids.clone(), self.feed.clone());
        desk.take_over(&mai, conversation).await.unwrap();
        desk.reply(&mai, conversation, text).await.unwrap();
        conversation
    }

    // ------------------------------------------------------------------------------------------------------- identity

    /// Claims of Lan that last an hour.
    pub(crate) fn lan(&self) -> Claims {
        Claims {
            brand: "moc".to_owned(),
            exp: self.clock.now().millis() / 1_000 + 3_600,
            external_id: Some("lan".to_owned()),
            email: Some("Lan@Example.VN".to_owned()),
            name: Some("Lan".to_owned()),
            language: Some("vi-VN".to_owned()),
            ..Claims::default()
        }
    }

    pub(crate) fn sign(claims: &Claims) -> String {
        identity::sign(&Key::parse(IDENTITY_KEY).unwrap(), claims)
    }
}

/// `author: text` of a message as a door gave it.
pub(crate) fn line(message: &Value) -> String {
    format!("{}: {}", message["author"].as_str().unwrap(), message["text"].as_str().unwrap())
}

/// The widget's id of its message number `number`.
pub(crate) fn message_id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

pub(crate) fn request(method: Method, path: &str, token: &str) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    if token.is_empty() { request } else { request.header("authorization", format!("Bearer {token}")) }
}

fn brand(ids: &dyn Ids, demo: bool) -> Brand {
    Brand {
        id: BrandId::new(ids.next()),
        slug: "moc".to_owned(),
        name: "Mộc Hiên".to_owned(),
        demo,
        settings: BrandSettings::default(),
        facts: Facts::default(),
        rev: 1,
    }
}

/// A channel of the brand.
pub(crate) fn channel(
    ids: &dyn Ids,
    brand: BrandId,
    kind: ChannelKind,
    name: &str,
    settings: Value,
) -> Channel {
    let delivery = if settings["webhook"].is_object() { Delivery::Push } else { Delivery::Pull };
    Channel { settings, ..Channel::new(ChannelId::new(ids.next()), brand, kind, name, delivery) }
}

async fn furnish(store: &Store, brand: &Brand, ids: &dyn Ids, origins: &[&str], now: Timestamp) {
    store.add_brand(brand, now).await.unwrap();
    let web = json!({ "visitor_key": VISITOR_KEY, "identity_key": IDENTITY_KEY, "allowed_origins": origins });
    let mute = json!({ "visitor_key": "another visitor key, long enough" });
    let app = json!({ "tokens": [
        { "hash": sha256_hex(BELIEVED), "may_assert_identity": true },
        { "hash": sha256_hex(PLAIN), "may_assert_identity": false },
    ], "webhook": null });
    for (kind, name, settings) in [
        (ChannelKind::Web, "web", web),
        (ChannelKind::Web, "no-identity", mute),
        (ChannelKind::App, "app", app),
    ] {
        store.put_channel(&channel(ids, brand.id, kind, name, settings), now).await.unwrap();
    }
    let lan = Person {
        external_id: Some("lan".to_owned()),
        name: Some("Lan".to_owned()),
        email: Some(lara_bots::web::LAN.to_owned()),
        phone: None,
        language: Some(Language::Vietnamese),
        tier: None,
    };
    let row = (CustomerId::new(ids.next()), lan, Vec::new());
    store.put_customers(brand.id, vec![row], now).await.unwrap();
}
