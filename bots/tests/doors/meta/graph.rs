//! A server that stands in for the Graph API: it checks what Meta checks, keeps what it was sent, answers what it is told.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use lara_bots::meta::proof;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// A call that came.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Value,
}

type Told = (u16, Vec<(&'static str, String)>, String);

#[derive(Debug, Default)]
struct Inner {
    calls: Vec<Called>,
    answers: VecDeque<Told>,
    pages: Vec<(&'static str, Value)>,
}

/// The server.
#[derive(Clone)]
pub(crate) struct GraphApi {
    pub(crate) url: String,
    inner: Arc<Mutex<Inner>>,
}

impl GraphApi {
    pub(crate) async fn start() -> Self {
        let inner = Arc::<Mutex<Inner>>::default();
        let router = Router::new().fallback(answer).with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v24.0", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner }
    }

    /// The next call is answered so.
    pub(crate) fn will_answer(&self, status: u16, headers: &[(&'static str, &str)], body: &impl ToString) {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.inner.lock().unwrap().answers.push_back((status, headers, body.to_string()));
    }

    /// Every GET of this path is answered so.
    pub(crate) fn has(&self, path: &'static str, page: Value) {
        self.inner.lock().unwrap().pages.push((path, page));
    }

    /// What came since the last look.
    pub(crate) fn calls(&self) -> Vec<Called> {
        std::mem::take(&mut self.inner.lock().unwrap().calls)
    }
}

async fn answer(
    State(inner): State<Arc<Mutex<Inner>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = uri.query().unwrap_or_default().to_owned();
    let path = uri.path().strip_prefix("/v24.0/").unwrap_or_default().to_owned();
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asked = query.split('&').find_map(|part| part.strip_prefix("access_token="));
    let token = bearer.strip_prefix("Bearer ").or(asked).unwrap_or_default().to_owned();
    let expected = proof(&SecretString::from(super::SECRET), &SecretString::from(token.clone())).unwrap();
    let is_app = token.starts_with(super::OUR_APP);
    let mut inner = inner.lock().unwrap();
    inner.calls.push(Called {
        method: method.clone(),
        path: path.clone(),
        query: query.clone(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    });
    // Media are had by the token alone.
    let is_media = path == "media" && bearer == "Bearer EAApage";
    if !is_app && !is_media && !query.contains(&format!("appsecret_proof={expected}")) {
        let error = json!({ "error": { "message": "API calls from the server require an appsecret_proof argument",
            "type": "GraphMethodException", "code": 100 } });
        return (StatusCode::BAD_REQUEST, error.to_string()).into_response();
    }
    if let Some((status, headers, body)) = inner.answers.pop_front() {
        let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
        for (name, value) in headers {
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        return response;
    }
    if method == Method::GET {
        let page = inner.pages.iter().rev().find(|(known, _)| *known == path).map(|(_, page)| page.clone());
        return page
            .map_or_else(|| StatusCode::NOT_FOUND.into_response(), |page| page.to_string().into_response());
    }
    let place = inner.calls.len();
    let body = match path.rsplit('/').next() {
        Some("messages") if path.starts_with("me/") => {
            json!({ "recipient_id": "x", "message_id": format!("m_out_{place}") })
        }
        Some("messages") => {
            json!({ "messaging_product": "whatsapp", "messages": [{ "id": format!("wamid.out{place}") }] })
        }
        Some("subscribed_apps") => json!({ "success": true }),
        _ => json!({ "id": format!("comment_out_{place}") }),
    };
    body.to_string().into_response()
}
