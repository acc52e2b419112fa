//! The brand's own server: takes the replies that Lara posts, and can be slow or refuse.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// One post.
#[derive(Debug, Clone)]
pub(crate) struct Posted {
    pub(crate) signature: String,
    /// Meta's signature, when it comes from a Messenger emulator.
    pub(crate) hub_signature: String,
    pub(crate) body: String,
    pub(crate) reply: Value,
}

impl Posted {
    /// Whether it was signed with this secret, checked as a receiver would who knows only the documents.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let (time, signature) = self.signature.split_once(",v1=").unwrap();
        let seconds = time.strip_prefix("t=").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{seconds}.{}", self.body).as_bytes());
        let right = mac.finalize().into_bytes().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        signature == right
    }
}

/// The server and what it got.
#[derive(Debug, Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    posted: Arc<watch::Sender<Vec<Posted>>>,
    refusals: Arc<AtomicUsize>,
    slowness: Duration,
}

impl Receiver {
    /// Listens; keeps each post for `slowness` before it answers.
    pub(crate) async fn listening(slowness: Duration) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/lara", listener.local_addr().unwrap());
        let posted = Arc::new(watch::Sender::new(Vec::new()));
        let receiver = Self { url, posted, refusals: Arc::default(), slowness };
        let app = Router::new().route("/lara", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    /// Answers the next `times` posts with "not now", and forgets them.
    pub(crate) fn refuses(&self, times: usize) {
        self.refusals.store(times, Ordering::SeqCst);
    }

    /// Waits for so many posts.
    pub(crate) async fn has_got(&self, many: usize) -> Vec<Posted> {
        let mut posted = self.posted.subscribe();
        let waiting = posted.wait_for(|posted| posted.len() >= many);
        let got = tokio::time::timeout(2 * super::PATIENCE, waiting).await;
        let got = got.unwrap_or_else(|_| panic!("{many} posts never came: {}", self.posted.borrow().len()));
        got.unwrap().clone()
    }

    /// What came until now.
    pub(crate) fn got(&self) -> Vec<Posted> {
        self.posted.borrow().clone()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let refused =
        receiver.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
    if refused.is_ok() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let body = String::from_utf8(body.to_vec()).unwrap();
    let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    let (signature, hub_signature) = (header("Lara-Signature"), header("X-Hub-Signature-256"));
    let reply = serde_json::from_str(&body).unwrap();
    receiver.posted.send_modify(|posted| posted.push(Posted { signature, hub_signature, body, reply }));
    tokio::time::sleep(receiver.slowness).await;
    StatusCode::OK
}
