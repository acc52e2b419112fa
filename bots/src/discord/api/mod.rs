//! Discord's REST interface, as far as Lara uses it. It says plainly whether Discord took a call, refused it, or nobody knows.

mod pace;

pub(crate) use pace::Pace;

use super::ids::Snowflake;
use super::settings::{self, Settings, SettingsError};
use super::shape;
use crate::Shared;
use lara_core::model::{Channel, ChannelId, Millis};
use lara_core::ports::Scope;
use reqwest::header::AUTHORIZATION;
use reqwest::{Method, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// The version of the API (reference.mdx, "API Versioning").
const VERSION: &str = "/api/v10";

/// Waits longer than this are cut: who waits an hour is looked at again anyway.
const LONGEST_WAIT: f64 = 3_600.0;

/// Why a call brought nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Discord said no.
    Refused {
        /// HTTP status.
        status: u16,
        /// Discord's own code (topics/opcodes-and-status-codes.mdx, "JSON Error Codes"); 0 when it gave none.
        code: u64,
    },
    /// Too many calls: not before then.
    TooMany(Scope, Millis),
    /// It certainly never arrived: nobody picked up.
    Unreachable,
    /// It may have arrived: no answer, or an error of Discord's own.
    Unknown(&'static str),
    /// Not tried, because too many calls were refused of late or the token is known to be dead.
    HeldBack(Millis, &'static str),
}

impl Failure {
    /// Discord's own code; 0 when there is none.
    pub(crate) const fn code(self) -> u64 {
        match self {
            Self::Refused { code, .. } => code,
            _ => 0,
        }
    }

    /// Whether the token is refused.
    pub(crate) const fn is_unauthorized(self) -> bool {
        matches!(self, Self::Refused { status: 401, .. })
    }
}

/// One call.
pub(crate) type Call = Result<Value, Failure>;

/// The interface, as one bot.
#[derive(Clone)]
pub(crate) struct Api {
    client: reqwest::Client,
    base: Url,
    token: SecretString,
    pace: Arc<Pace>,
    channel: ChannelId,
}

impl Api {
    /// The interface for a channel.
    pub(crate) fn new(
        shared: &Shared,
        channel: &Channel,
        settings: &Settings,
        pace: &Arc<Pace>,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            client: shared.platforms.clone(),
            base: settings.api.clone(),
            token: settings::token(channel)?.clone(),
            pace: Arc::clone(pace),
            channel: channel.id,
        })
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path, None, Auth::Bot).await
    }

    /// Posts.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Call {
        self.call(Method::POST, path, Some(body), Auth::Bot).await
    }

    /// Puts.
    pub(crate) async fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path, None, Auth::Bot).await
    }

    /// Answers an interaction, whose token stands in the path: no other right is needed.
    pub(crate) async fn answer(&self, method: Method, path: &str, body: &Value) -> Call {
        self.call(method, path, Some(body), Auth::Path).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>, auth: Auth) -> Call {
        if auth == Auth::Bot {
            self.pace.admits(self.channel, path)?;
        }
        let mut url = self.base.clone();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let root = self.base.path().trim_end_matches('/');
        url.set_path(&format!("{root}{VERSION}{path}"));
        url.set_query((!query.is_empty()).then_some(query));
        let mut request = self.client.request(method, url);
        if auth == Auth::Bot {
            request = request.header(AUTHORIZATION, format!("Bot {}", self.token.expose_secret()));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        match request.send().await {
            Ok(response) => self.judge(response, path, auth).await,
            Err(error) if error.is_connect() || error.is_builder() => Err(Failure::Unreachable),
            Err(error) if error.is_timeout() => Err(Failure::Unknown("timed_out")),
            Err(_) => Err(Failure::Unknown("no_answer")),
        }
    }

    async fn judge(&self, response: Response, path: &str, auth: Auth) -> Call {
        let status = response.status();
        let header = |name: &str| response.headers().get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
        let shared = response.headers().get("x-ratelimit-scope").is_some_and(|scope| scope == "shared");
        let (remaining, reset) = (header("x-ratelimit-remaining"), header("x-ratelimit-reset-after"));
        let asked = header("retry-after");
        if let (Some(remaining), Some(reset)) = (remaining, reset)
            && remaining < 1.0
        {
            self.pace.used_up(self.channel, path, millis(reset));
        }
        // What cannot be read was taken all the same.
        let body: Value = response.json().await.unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        if status.is_server_error() {
            return Err(Failure::Unknown("platform_failing"));
        }
        if status.as_u16() == 429 {
            let wait = millis(shape::member(&body, "retry_after").as_f64().or(asked).unwrap_or(1.0));
            let scope = if shape::is(&body, "global") { Scope::Account } else { Scope::Place };
            self.pace.refused(self.channel, path, (scope, wait), shared);
            return Err(Failure::TooMany(scope, wait));
        }
        let failure = Failure::Refused { status: status.as_u16(), code: shape::number(&body, "code") };
        // 401 for the token of an interaction (50027) says nothing about the bot's own.
        let whose = (auth == Auth::Bot).then_some(self.channel);
        self.pace.invalid(whose, failure);
        Err(failure)
    }

    // ------------------------------------------------------------------------------------------------------- the calls

    /// Who the bot is.
    pub(crate) async fn me(&self) -> Call {
        self.get("/users/@me").await
    }

    /// The direct channel of a person.
    pub(crate) async fn open_direct(&self, user: Snowflake) -> Result<Snowflake, Failure> {
        let body = serde_json::json!({ "recipient_id": user.to_string() });
        let channel = self.post("/users/@me/channels", &body).await?;
        shape::id(&channel, "id").ok_or(Failure::Unknown("answer_unreadable"))
    }
}

/// How a call shows its right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Auth {
    Bot,
    Path,
}

/// Seconds with a fraction, as Discord counts, rounded up.
fn millis(seconds: f64) -> Millis {
    let seconds = if seconds.is_finite() { seconds.clamp(0.0, LONGEST_WAIT) } else { 1.0 };
    std::time::Duration::try_from_secs_f64(seconds).map_or(Millis::seconds(1), |wait| {
        Millis(i64::try_from(wait.as_millis()).unwrap_or(1_000).saturating_add(1))
    })
}
