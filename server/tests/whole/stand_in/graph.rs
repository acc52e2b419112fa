//! A Graph API for Messenger, Instagram and WhatsApp: takes sends, knows the page's token and subscription, and calls the webhook
//! with signed bodies.

use super::faults::FOR_EVER;
use super::{Fault, Faults, Line, Wires};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The app's secret, which signs webhooks.
pub(crate) const APP_SECRET: &str = "the secret of the app at Meta";
/// The page's token.
pub(crate) const PAGE_TOKEN: &str = "EAAB-token-of-the-page";
/// The app's own id, in the echoes of its messages.
pub(crate) const APP: &str = "1517776481860111";

/// The server and what it knows.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    /// The `graph_url` of the channel, with a version.
    pub(crate) url: String,
    /// What fails, and what was sent.
    pub(crate) sends: Faults,
    account: String,
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    numbers: AtomicU64,
    actions: Mutex<Vec<(String, Value)>>,
}

impl Graph {
    /// Listens, for one page, account or number.
    pub(crate) async fn start(account: &str) -> Self {
        let (wires, address) = Wires::listen().await;
        let graph = Self {
            url: format!("http://{address}/v24.0"),
            sends: Faults::default(),
            account: account.to_owned(),
            inner: Arc::default(),
        };
        let app = Router::new().fallback(call).with_state(graph.clone());
        let service = app.into_make_service_with_connect_info::<Line>();
        tokio::spawn(async move { axum::serve(wires, service).await });
        graph
    }

    /// A number nobody had before.
    pub(crate) fn number(&self) -> u64 {
        self.inner.numbers.fetch_add(1, Ordering::SeqCst)
    }

    /// Typing, seen and whatever else is sent to a person that is not a message.
    pub(crate) fn actions(&self) -> Vec<(String, Value)> {
        self.inner.actions.lock().unwrap().clone()
    }

    async fn send(&self, line: &Line, to: &str, body: Value) -> Response {
        let fault = self.sends.next(to);
        let id = fault.is_none_or(Fault::taken).then(|| format!("m_sent-{}", self.number()));
        let answer = if body["messaging_product"] == "whatsapp" {
            json!({ "messaging_product": "whatsapp", "contacts": [{ "input": to, "wa_id": to }], "messages": [{ "id": id }] })
        } else {
            json!({ "recipient_id": to, "message_id": id })
        };
        let whatsapp = body["messaging_product"] == "whatsapp";
        self.sends.note(to, body, fault, id);
        match fault {
            None => axum::Json(answer).into_response(),
            Some(Fault::TooMany { seconds }) => {
                let (code, message) = if whatsapp {
                    (130_429, "(#130429) Rate limit hit")
                } else {
                    (613, "(#613) Calls to this api have exceeded the rate limit.")
                };
                let after = [("retry-after", seconds.to_string())];
                (after, refused(400, code, None, message)).into_response()
            }
            Some(Fault::Broken) => refused(500, 2, None, "Service temporarily unavailable"),
            Some(Fault::Gone) if whatsapp => refused(400, 131_026, None, "Message undeliverable"),
            Some(Fault::Gone) => refused(400, 551, Some(1_545_041), "This person isn't available right now."),
            Some(Fault::CutBefore | Fault::CutAfter) => {
                line.cut();
                axum::Json(answer).into_response()
            }
            Some(Fault::Silent) => {
                tokio::time::sleep(FOR_EVER).await;
                axum::Json(answer).into_response()
            }
        }
    }
}

async fn call(
    State(graph): State<Graph>,
    ConnectInfo(line): ConnectInfo<Line>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let fields: Value = serde_json::from_slice(&body).unwrap_or_default();
    let given = [bearer, query.as_str(), fields["access_token"].as_str().unwrap_or_default()];
    if !given.iter().any(|place| place.contains(PAGE_TOKEN)) {
        return refused(401, 190, Some(463), "Error validating access token: Session has expired");
    }
    let path = uri.path().to_owned();
    let last = path.rsplit('/').next().unwrap_or_default();
    if method == Method::POST && last == "messages" {
        let to = ["/recipient/id", "/recipient/comment_id", "/to", "/recipient"]
            .iter()
            .find_map(|pointer| fields.pointer(pointer)?.as_str().map(ToOwned::to_owned))
            .unwrap_or_default();
        if fields.get("sender_action").is_some() || fields.get("status").is_some() {
            graph.inner.actions.lock().unwrap().push((to.clone(), fields));
            return axum::Json(json!({ "recipient_id": to, "success": true })).into_response();
        }
        return graph.send(&line, &to, fields).await;
    }
    let answer = match (method, last) {
        (Method::GET, "subscribed_apps") => {
            let fields =
                ["messages", "messaging_postbacks", "message_echoes", "message_deliveries", "message_reads"];
            json!({ "data": [{ "id": APP, "name": "Shop", "subscribed_fields": fields }] })
        }
        (Method::GET, "debug_token") => {
            json!({ "data": { "app_id": APP, "is_valid": true, "expires_at": 0, "scopes": ["pages_messaging"] } })
        }
        (Method::GET, "me") => json!({ "id": graph.account, "name": "Shop" }),
        (Method::GET, id) => json!({ "id": id, "name": "Shop", "first_name": "Lan", "last_name": "Nguyen" }),
        _ => json!({ "success": true }),
    };
    axum::Json(answer).into_response()
}

fn refused(status: u16, code: u64, subcode: Option<u64>, message: &str) -> Response {
    let body = json!({ "error": {
        "message": message, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "A1",
    }});
    (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
}

/// `X-Hub-Signature-256` of a body.
pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().iter().fold("sha256=".to_owned(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// Delivers one signed body; what the webhook answered.
pub(crate) async fn delivers(
    http: &reqwest::Client,
    webhook: &str,
    body: &Value,
) -> reqwest::Result<StatusCode> {
    let bytes = serde_json::to_vec(body).unwrap();
    let signed = signature(APP_SECRET, &bytes);
    let request = http.post(webhook).header("X-Hub-Signature-256", signed);
    Ok(request.header(header::CONTENT_TYPE, "application/json").body(bytes).send().await?.status())
}
