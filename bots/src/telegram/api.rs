//! Calls to the Bot API, over the one HTTP client of the server.
//!
//! Requests are teloxide's types; the wire is ours. teloxide's own client sleeps ten seconds on every 5xx before it says so,
//! gives up long polls after 17 seconds, writes methods and the token in forms only Telegram's own server takes
//! (`SendMessage`, `%3A`), and fails on an answer of which one member is new - after the message was sent.

use lara_core::model::Millis;
use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use teloxide::requests::Payload;
use teloxide::types::AllowedUpdate;

/// Telegram's own Bot API server.
const OFFICIAL: &str = "https://api.telegram.org";

/// How long a call may take. Shorter than `lara_core::deliver::SEND_LIMIT`, so that how it ended is told by its name.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// The longest wait Telegram may ask for.
const LONGEST_RETRY: i64 = 60 * 60;

/// The kinds of updates we ask for.
pub(super) const WANTED: [AllowedUpdate; 8] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
    AllowedUpdate::BusinessConnection,
    AllowedUpdate::BusinessMessage,
    AllowedUpdate::EditedBusinessMessage,
    AllowedUpdate::DeletedBusinessMessages,
];

/// Why a call did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallError {
    /// The token is not valid (any more): 401, or 404 for one that never was.
    Token,
    /// 409: somebody else polls, or a webhook is set.
    Conflict,
    /// 429, and how long to wait.
    TooMany(Option<Millis>),
    /// The group has another id now.
    Migrated(i64),
    /// 403: the person or the group does not let us write. A stable code.
    Forbidden(&'static str),
    /// The markup of the text was not understood.
    Markup,
    /// It stands there already.
    NotModified,
    /// Refused, for good. A stable code.
    Refused(&'static str),
    /// It never reached Telegram.
    Unreachable,
    /// It may have reached Telegram; what came of it is not known. A stable code.
    Lost(&'static str),
}

impl CallError {
    /// A stable code.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Token => "token_revoked",
            Self::Conflict => "second_poller",
            Self::TooMany(_) => "rate_limited",
            Self::Migrated(_) => "chat_moved",
            Self::Markup => "cannot_be_written",
            Self::NotModified => "not_modified",
            Self::Unreachable => "platform_unreachable",
            Self::Forbidden(code) | Self::Refused(code) | Self::Lost(code) => code,
        }
    }
}

/// What every answer looks like (core.telegram.org/bots/api#making-requests).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    ok: bool,
    result: Value,
    description: String,
    parameters: Parameters,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parameters {
    retry_after: Option<i64>,
    migrate_to_chat_id: Option<i64>,
}

/// One bot's way to the Bot API.
#[derive(Clone)]
pub(super) struct Api {
    client: reqwest::Client,
    base: String,
    token: SecretString,
}

impl Api {
    pub(super) fn new(client: reqwest::Client, account: &super::settings::Account) -> Self {
        let base = account.settings.api_url.as_ref().map_or(OFFICIAL, url::Url::as_str);
        Self { client, base: base.trim_end_matches('/').to_owned(), token: account.token.clone() }
    }

    /// The address of a file. A server that keeps files on its own disk names places there: those are no addresses.
    pub(super) fn file(&self, path: &str) -> Option<url::Url> {
        let plain = !path.starts_with('/') && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let text = format!("{}/file/bot{}/{path}", self.base, self.token.expose_secret());
        plain.then(|| url::Url::parse(&text).ok()).flatten()
    }

    /// Makes a call; the `result` of the answer.
    pub(super) async fn call<P>(&self, payload: &P) -> Result<Value, CallError>
    where
        P: Payload + Serialize + Sync,
    {
        self.call_for(payload, PATIENCE).await
    }

    /// [`Api::call`] that waits this long for the answer.
    pub(super) async fn call_for<P>(&self, payload: &P, patience: Duration) -> Result<Value, CallError>
    where
        P: Payload + Serialize + Sync,
    {
        // A payload is plain data: it always serialises.
        let body = serde_json::to_value(payload).unwrap_or_default();
        self.post(&method(P::NAME), &body, patience).await
    }

    /// [`Api::call`] with a body that teloxide has no type for yet.
    pub(super) async fn post(
        &self,
        method: &str,
        body: &Value,
        patience: Duration,
    ) -> Result<Value, CallError> {
        let url = format!("{}/bot{}/{method}", self.base, self.token.expose_secret());
        let request = self.client.post(url).timeout(patience).json(body);
        // The error of a request names its URL, and that the token: it is never shown.
        let response = request.send().await.map_err(|error| excuse(&error))?;
        let (status, wish) = (response.status(), retry_after(&response));
        let body = response.bytes().await.map_err(|_| CallError::Lost("no_answer"))?;
        match serde_json::from_slice::<Answer>(&body) {
            Ok(answer) if answer.ok => Ok(answer.result),
            Ok(answer) => Err(judge(status, wish, &answer)),
            Err(_) if status.is_success() => Err(CallError::Lost("no_answer")),
            Err(_) => Err(judge(status, wish, &Answer::default())),
        }
    }
}

/// Methods as the documentation writes them; teloxide's names begin with a capital, which not every server takes.
fn method(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(chars).collect()
}

fn retry_after(response: &reqwest::Response) -> Option<i64> {
    response.headers().get(reqwest::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

/// Only a connection that never was is known to have carried nothing.
fn excuse(error: &reqwest::Error) -> CallError {
    if error.is_connect() || error.is_builder() {
        CallError::Unreachable
    } else if error.is_timeout() {
        CallError::Lost("timed_out")
    } else {
        CallError::Lost("no_answer")
    }
}

/// What a refusal means. Telegram has codes for few of them; the others are told apart by their words, as
/// tdlib/telegram-bot-api writes them.
fn judge(status: StatusCode, wish: Option<i64>, answer: &Answer) -> CallError {
    if let Some(to) = answer.parameters.migrate_to_chat_id {
        return CallError::Migrated(to);
    }
    let words = answer.description.to_ascii_lowercase();
    let says = |part: &str| words.contains(part);
    match status.as_u16() {
        401 => CallError::Token,
        404 if answer.description.eq_ignore_ascii_case("not found") => CallError::Token,
        409 => CallError::Conflict,
        429 => {
            let seconds = answer.parameters.retry_after.or(wish);
            CallError::TooMany(seconds.map(|seconds| Millis::seconds(seconds.clamp(1, LONGEST_RETRY))))
        }
        // Telegram always says why: a page without words is a proxy's.
        403 if words.is_empty() => CallError::Unreachable,
        403 if says("blocked") => CallError::Forbidden("blocked"),
        403 if says("deactivated") => CallError::Forbidden("no_such_person"),
        403 if says("initiate") => CallError::Forbidden("person_must_write_first"),
        403 if says("kicked") || says("not a member") => CallError::Forbidden("missing_access"),
        403 => CallError::Forbidden("forbidden"),
        500.. => CallError::Lost("platform_error"),
        _ if says("not modified") => CallError::NotModified,
        _ if says("parse entities") || says("entity") => CallError::Markup,
        _ if says("chat not found") => CallError::Refused("chat_not_found"),
        _ if says("file is too big") => CallError::Refused("too_big"),
        _ if says("too long") => CallError::Refused("too_long"),
        _ if says("thread not found") || says("topic_") => CallError::Refused("topic_gone"),
        _ if says("not enough rights") || says("write_forbidden") => CallError::Refused("missing_permission"),
        _ if says("business") => CallError::Refused("business_connection_gone"),
        _ if says("query is too old") => CallError::Refused("press_too_old"),
        _ => CallError::Refused("refused"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(file: &str) -> CallError {
        let path = format!("{}/tests/payloads/telegram/{file}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let code: Value = serde_json::from_str(&text).unwrap();
        let status = u16::try_from(code["error_code"].as_u64().unwrap()).unwrap();
        judge(StatusCode::from_u16(status).unwrap(), None, &serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn the_words_of_telegram_become_what_follows() {
        assert_eq!(judged("90_err_429"), CallError::TooMany(Some(Millis::seconds(30))));
        assert_eq!(judged("91_err_403_blocked"), CallError::Forbidden("blocked"));
        assert_eq!(judged("92_err_400_migrate"), CallError::Migrated(-1_001_555_296_434));
        assert_eq!(judged("93_err_400_too_long"), CallError::Refused("too_long"));
        assert_eq!(judged("94_err_400_parse_entities"), CallError::Markup);
        assert_eq!(judged("95_err_409_conflict"), CallError::Conflict);
        assert_eq!(judged("97_err_400_not_modified"), CallError::NotModified);
    }

    #[test]
    fn a_proxy_that_fails_leaves_it_unknown_whether_we_were_heard() {
        let answer = Answer::default();
        assert_eq!(judge(StatusCode::BAD_GATEWAY, None, &answer), CallError::Lost("platform_error"));
        let waits = judge(StatusCode::TOO_MANY_REQUESTS, Some(7), &answer);
        assert_eq!(waits, CallError::TooMany(Some(Millis::seconds(7))));
        assert_eq!(judge(StatusCode::FORBIDDEN, None, &answer), CallError::Unreachable);
        assert_eq!(judge(StatusCode::UNAUTHORIZED, None, &answer), CallError::Token);
        assert_eq!(method("SetMyCommands"), "setMyCommands");
    }
}
