//! Calls to the Graph API: the address, the token, the proof that we hold the app's secret.

use super::errors::Refusal;
use crate::meta::accounts::proof;
use crate::meta::node::Node;
use crate::meta::settings::{APP_SECRET, MetaSettings, TOKEN};
use lara_core::model::{Channel, ChannelKind};
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize as _;
use serde_json::Value;
use std::time::Duration;

/// The longest a call may take: shorter than a send may take altogether.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The Graph API as one channel sees it.
#[derive(Debug)]
pub(in crate::meta) struct Api<'c> {
    client: &'c Client,
    token: &'c SecretString,
    proof: Option<String>,
    base: String,
    kind: ChannelKind,
    /// The channel's settings.
    pub(in crate::meta) settings: MetaSettings,
}

/// Why a channel cannot call at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::meta) enum Unready {
    /// Its settings cannot be read.
    Settings,
    /// It has no token.
    Token,
}

/// How a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::meta) enum CallError {
    /// It did not go out.
    NotSent,
    /// It went out and nothing came back.
    NoAnswer,
    /// It was refused.
    Refused(Refusal),
}

impl<'c> Api<'c> {
    /// For a channel, with its own token.
    pub(in crate::meta) fn of(client: &'c Client, channel: &'c Channel) -> Result<Self, Unready> {
        let settings = MetaSettings::deserialize(&channel.settings).map_err(|_| Unready::Settings)?;
        let token = channel.secrets.get(TOKEN).ok_or(Unready::Token)?;
        let proof = channel.secrets.get(APP_SECRET).and_then(|secret| proof(secret, token));
        let base = settings.graph(channel.kind, token.expose_secret());
        Ok(Self { client, token, proof, base, kind: channel.kind, settings })
    }

    /// Posts a body to a path below the version.
    pub(in crate::meta) async fn post(&self, path: &str, body: &Value) -> Result<Value, CallError> {
        answer(self.prepared(self.client.post(self.url(path))).json(body)).await
    }

    /// Reads a path below the version.
    pub(in crate::meta) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, CallError> {
        answer(self.prepared(self.client.get(self.url(path))).query(query)).await
    }

    /// Reads a path with another token: that of the app itself.
    pub(in crate::meta) async fn get_as(&self, token: &str, path: &str) -> Result<Value, CallError> {
        answer(self.client.get(self.url(path)).timeout(TIMEOUT).bearer_auth(token)).await
    }

    /// What the token of the channel is, as the app sees it (`debug_token`).
    pub(in crate::meta) async fn debug(&self, app_token: &str) -> Result<Value, CallError> {
        let request = self.client.get(self.url("debug_token")).timeout(TIMEOUT).bearer_auth(app_token);
        answer(request.query(&[("input_token", self.token.expose_secret())])).await
    }

    /// Whether the token is one of "Instagram login", good at Instagram's own host only.
    pub(in crate::meta) fn is_instagram(&self) -> bool {
        self.token.expose_secret().starts_with("IG")
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// With the token where Meta's pages show it: in the address for pages and Instagram, in a header for WhatsApp.
    /// Addresses of calls are not logged.
    fn prepared(&self, request: RequestBuilder) -> RequestBuilder {
        let (request, token) = (request.timeout(TIMEOUT), self.token.expose_secret());
        let request = match self.kind {
            ChannelKind::Whatsapp => request.bearer_auth(token),
            _ => request.query(&[("access_token", token)]),
        };
        match &self.proof {
            Some(proof) => request.query(&[("appsecret_proof", proof)]),
            None => request,
        }
    }
}

async fn answer(request: RequestBuilder) -> Result<Value, CallError> {
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) if error.is_connect() || error.is_builder() => return Err(CallError::NotSent),
        Err(_) => return Err(CallError::NoAnswer),
    };
    if response.status().is_success() {
        // Taken, whatever became of the rest of the answer.
        return Ok(response.json().await.unwrap_or(Value::Null));
    }
    Err(CallError::Refused(refusal(response).await))
}

async fn refusal(response: Response) -> Refusal {
    let (status, wait) = (response.status().as_u16(), wait(response.headers()));
    let body: Value = response.json().await.unwrap_or(Value::Null);
    let error = Node::new(&body).get("error");
    let code = error.number("code").map(|code| (code, error.number("error_subcode")));
    Refusal { status, code, wait }
}

/// Seconds Meta says to wait: `Retry-After`, or the longest `estimated_time_to_regain_access` (minutes) of
/// `X-Business-Use-Case-Usage` (graph-api, rate limiting).
fn wait(headers: &HeaderMap) -> Option<i64> {
    let header = |name: &str| headers.get(name)?.to_str().ok();
    let asked = header("retry-after").and_then(|seconds| seconds.trim().parse().ok());
    asked.or_else(|| {
        let usage: Value = serde_json::from_str(header("x-business-use-case-usage")?).ok()?;
        let usages = usage.as_object()?.values().filter_map(Value::as_array).flatten();
        let minutes = usages.filter_map(|usage| Node::new(usage).number("estimated_time_to_regain_access"));
        minutes.max().filter(|minutes| *minutes > 0).map(|minutes| minutes.saturating_mul(60))
    })
}
