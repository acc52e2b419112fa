//! A small Discord: REST, and a gateway whose connections can be lost.

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

pub(crate) const BOT: &str = "4000";
pub(crate) const GUILD: &str = "1000";
/// The first id of what is written there: 2026-11-21.
const FIRST: u64 = 1_573_831_167_247_908_864;

/// The platform.
#[derive(Clone)]
pub(crate) struct Platform {
    pub(crate) url: String,
    pub(crate) gateway: String,
    inner: Arc<Mutex<Inner>>,
    /// Sessions that were begun.
    ready: Arc<watch::Sender<usize>>,
    /// Calls that were made.
    called: Arc<watch::Sender<usize>>,
}

/// A call to REST.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) what: String,
    pub(crate) body: Value,
}

#[derive(Default)]
struct Inner {
    last: u64,
    messages: BTreeMap<String, Vec<Value>>,
    calls: Vec<Call>,
    /// Answers to the next calls whose `METHOD path` begins so.
    answers: VecDeque<(String, u16, Value)>,
    sockets: Vec<UnboundedSender<Option<Value>>>,
    down: bool,
    /// The code the gateway closes with when somebody identifies.
    close: Option<u16>,
    token_revoked: bool,
    /// A resume is never answered.
    mute_to_resumes: bool,
    nonces: BTreeMap<String, Value>,
}

impl Platform {
    pub(crate) async fn start() -> Self {
        let rest = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sockets = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let platform = Self {
            url: format!("http://{}", rest.local_addr().unwrap()),
            gateway: format!("ws://{}", sockets.local_addr().unwrap()),
            inner: Arc::default(),
            ready: Arc::default(),
            called: Arc::default(),
        };
        platform.inner().last = FIRST;
        let app = Router::new().fallback(call).with_state(platform.clone());
        tokio::spawn(async move { axum::serve(rest, app).await });
        let of = platform.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = sockets.accept().await {
                if !of.inner().down {
                    tokio::spawn(of.clone().converse(stream));
                }
            }
        });
        platform
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    // ------------------------------------------------------------------------------------------------------ the people

    /// A message as it stands there.
    pub(crate) fn message(&self, user: &str, channel: &str, text: &str) -> Value {
        let mut inner = self.inner();
        inner.last += 1 << 22;
        let mut message = json!({
            "id": inner.last.to_string(), "channel_id": channel, "content": text, "type": 0, "flags": 0, "tts": false,
            "author": { "id": user, "username": format!("u{user}"), "discriminator": "0", "global_name": null, "avatar": null },
            "timestamp": "2026-11-21T22:43:10.647000+00:00", "edited_timestamp": null, "mention_everyone": false,
            "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false,
        });
        if text.contains(&format!("<@{BOT}>")) {
            message["mentions"] = json!([{ "id": BOT, "username": "shopbot", "discriminator": "0", "avatar": null, "bot": true }]);
        }
        inner.messages.entry(channel.to_owned()).or_default().push(message.clone());
        message
    }

    /// Somebody writes to the bot in private.
    pub(crate) fn whispers(&self, user: &str, text: &str) {
        let message = self.message(user, &format!("9{user}"), text);
        self.publish("MESSAGE_CREATE", &message);
    }

    /// Somebody writes in a channel of the server.
    pub(crate) fn says(&self, user: &str, channel: &str, text: &str) -> String {
        let mut message = self.message(user, channel, text);
        message["guild_id"] = json!(GUILD);
        self.publish("MESSAGE_CREATE", &message);
        message["id"].as_str().unwrap().to_owned()
    }

    /// Tells all who are connected.
    pub(crate) fn publish(&self, name: &str, data: &Value) {
        let event = json!({ "op": 0, "t": name, "s": 9, "d": data });
        self.inner().sockets.retain(|socket| socket.send(Some(event.clone())).is_ok());
    }

    // ------------------------------------------------------------------------------------------------------- accidents

    /// All connections are lost, and none can be made.
    pub(crate) fn goes_down(&self) {
        let mut inner = self.inner();
        inner.down = true;
        for socket in inner.sockets.drain(..) {
            let _ = socket.send(None);
        }
    }

    /// From now on a resume is not answered.
    pub(crate) fn is_mute_to_resumes(&self) {
        self.inner().mute_to_resumes = true;
    }

    pub(crate) fn comes_up(&self) {
        self.inner().down = false;
    }

    /// Who identifies is sent away with this code.
    pub(crate) fn closes_with(&self, code: u16) {
        self.inner().close = Some(code);
    }

    pub(crate) fn revokes_the_token(&self) {
        self.inner().token_revoked = true;
    }

    /// The next call that begins so is answered so.
    pub(crate) fn answers(&self, call: &str, status: u16, body: Value) {
        self.inner().answers.push_back((call.to_owned(), status, body));
    }

    // ------------------------------------------------------------------------------------------------------ what is seen

    /// Waits until that many sessions were begun.
    pub(crate) async fn sessions(&self, count: usize) {
        self.ready.subscribe().wait_for(|begun| *begun >= count).await.unwrap();
    }

    pub(crate) fn begun(&self) -> usize {
        *self.ready.borrow()
    }

    /// Waits for a call whose `METHOD path` contains this; its body.
    pub(crate) async fn called(&self, part: &str) -> Value {
        let mut called = self.called.subscribe();
        loop {
            if let Some(call) = self.calls(part).last() {
                return call.body.clone();
            }
            called.changed().await.unwrap();
        }
    }

    pub(crate) fn calls(&self, part: &str) -> Vec<Call> {
        self.inner().calls.iter().filter(|call| call.what.contains(part)).cloned().collect()
    }

    /// What the bot has said in a channel.
    pub(crate) fn shows(&self, channel: &str) -> Vec<String> {
        let inner = self.inner();
        let messages = inner.messages.get(channel).into_iter().flatten();
        let own = messages.filter(|message| message["author"]["id"] == BOT);
        own.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
    }

    // ------------------------------------------------------------------------------------------------------ the gateway

    async fn converse(self, stream: TcpStream) {
        let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
        let (sender, mut told): (_, UnboundedReceiver<Option<Value>>) = unbounded_channel();
        let hello = json!({ "op": 10, "d": { "heartbeat_interval": 41_250 } });
        socket.send(Message::text(hello.to_string())).await.unwrap();
        loop {
            tokio::select! {
                event = told.recv() => match event {
                    Some(Some(event)) => if socket.send(Message::text(event.to_string())).await.is_err() { return },
                    // Lost: no goodbye.
                    _ => return,
                },
                heard = socket.next() => {
                    let Some(Ok(message)) = heard else { return };
                    let Ok(heard) = serde_json::from_slice::<Value>(&message.into_data()) else { continue };
                    let answer = match heard["op"].as_u64() {
                        Some(1) => json!({ "op": 11 }),
                        Some(2) => {
                            let close = self.inner().close;
                            if let Some(code) = close {
                                let frame = CloseFrame { code: code.into(), reason: "".into() };
                                let _ = socket.close(Some(frame)).await;
                                self.ready.send_modify(|begun| *begun += 1);
                                return;
                            }
                            self.inner().sockets.push(sender.clone());
                            self.session()
                        }
                        Some(6) if self.inner().mute_to_resumes => continue,
                        Some(6) => json!({ "op": 9, "d": false }),
                        _ => continue,
                    };
                    let ready = answer["t"] == "READY";
                    if socket.send(Message::text(answer.to_string())).await.is_err() { return }
                    if ready {
                        self.ready.send_modify(|begun| *begun += 1);
                    }
                }
            }
        }
    }

    fn session(&self) -> Value {
        json!({ "op": 0, "t": "READY", "s": 1, "d": {
            "v": 10, "guilds": [], "session_id": "one", "resume_gateway_url": self.gateway,
            "user": { "id": BOT, "username": "shopbot", "discriminator": "0", "avatar": null, "bot": true, "verified": true,
                "mfa_enabled": false, "flags": 0 },
            "application": { "id": BOT, "flags": 0 },
        }})
    }

    // -------------------------------------------------------------------------------------------------------------- REST

    fn answer(&self, method: &Method, path: &str, query: &str, body: &Value) -> (u16, Value) {
        let what = format!("{method} {path}");
        let mut inner = self.inner();
        inner.calls.push(Call { what: what.clone(), body: body.clone() });
        if let Some(place) = inner.answers.iter().position(|(begin, ..)| what.starts_with(begin.as_str())) {
            let (_, status, body) = inner.answers.remove(place).unwrap();
            return (status, body);
        }
        if inner.token_revoked && !path.starts_with("/gateway") {
            return (401, json!({ "message": "401: Unauthorized", "code": 0 }));
        }
        let steps: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (method.as_str(), &steps[..]) {
            ("GET", ["users", "@me"]) => (200, json!({ "id": BOT, "username": "shopbot", "bot": true })),
            ("GET", ["applications", "@me"]) => (200, json!({ "id": BOT, "flags": 0 })),
            ("GET", ["users", "@me", "guilds"]) => (200, json!([{ "id": GUILD }])),
            ("GET", ["gateway", ..]) => (
                200,
                json!({ "url": self.gateway, "shards": 1,
                "session_start_limit": { "total": 1_000, "remaining": 999, "reset_after": 0, "max_concurrency": 1 } }),
            ),
            ("POST", ["users", "@me", "channels"]) => {
                (200, json!({ "id": format!("9{}", body["recipient_id"].as_str().unwrap()), "type": 1 }))
            }
            ("GET", ["channels", channel, "messages"]) => {
                let after: u64 = query
                    .split('&')
                    .find_map(|part| part.strip_prefix("after="))
                    .map_or(0, |id| id.parse().unwrap());
                let after =
                    |message: &&Value| message["id"].as_str().unwrap().parse::<u64>().unwrap() > after;
                let mut page: Vec<Value> = inner
                    .messages
                    .get(*channel)
                    .into_iter()
                    .flatten()
                    .filter(after)
                    .take(100)
                    .cloned()
                    .collect();
                page.reverse();
                (200, Value::Array(page))
            }
            ("GET", ["channels", channel]) => (200, json!({ "id": channel, "type": 0, "guild_id": GUILD })),
            ("POST", ["channels", channel, "messages"]) => {
                let nonce = body["nonce"].as_str().unwrap_or_default().to_owned();
                if let Some(same) = inner.nonces.get(&nonce) {
                    return (200, same.clone());
                }
                drop(inner);
                let mut message = self.message(BOT, channel, body["content"].as_str().unwrap());
                message["nonce"] = body["nonce"].clone();
                self.inner().nonces.insert(nonce, message.clone());
                (200, message)
            }
            ("POST", ["channels", _, "messages", question, "threads"]) => {
                (201, json!({ "id": question, "type": 11 }))
            }
            ("POST", ["channels", _, "threads"]) => (201, json!({ "id": "2700", "type": 12 })),
            _ => (200, json!({})),
        }
    }
}

async fn call(State(platform): State<Platform>, method: Method, uri: Uri, body: Bytes) -> Response {
    let path = uri.path().strip_prefix("/api/v10").unwrap_or(uri.path());
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (status, body) = platform.answer(&method, path, uri.query().unwrap_or_default(), &body);
    platform.called.send_modify(|count| *count += 1);
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}
