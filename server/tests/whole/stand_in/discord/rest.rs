//! The REST side: sending with nonces, reading what was missed, threads, interactions.

use super::super::faults::FOR_EVER;
use super::super::{Fault, Line};
use super::{BOT, Call, Channel, Discord, GUILD, Inner, person};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

pub(super) async fn call(
    State(discord): State<Discord>,
    ConnectInfo(line): ConnectInfo<Line>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().trim_start_matches("/api").trim_start_matches("/v10").trim_matches('/').to_owned();
    let path = path.replace("%40", "@");
    let steps: Vec<&str> = path.split('/').collect();
    let body = fields(&headers, &body);
    let authorized = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start_matches("Bot ") == discord.token);
    // Interactions and webhooks carry their token in the path.
    if !authorized && !matches!(steps[..], ["interactions" | "webhooks", ..] | ["gateway"]) {
        return refused(401, 0, "401: Unauthorized");
    }
    if let (&Method::POST, ["channels", channel, "messages"]) = (&method, &steps[..]) {
        return discord.send(&line, channel, body).await;
    }
    if method != Method::GET {
        let what = format!("{method} /{path}");
        discord.inner().calls.push(Call { what, body: body.clone() });
    }
    discord.inner().answer(&discord.gateway, &method, &steps, uri.query().unwrap_or_default(), &body)
}

impl Discord {
    async fn send(&self, line: &Line, channel: &str, body: Value) -> Response {
        if !self.inner().channels.contains_key(channel) {
            return refused(404, 10_003, "Unknown Channel");
        }
        let closed = self.inner().closed_to.iter().any(|person| format!("9{person}") == channel);
        let fault = if closed { Some(Fault::Gone) } else { self.sends.next(channel) };
        let message = fault.is_none_or(Fault::taken).then(|| self.inner().post(channel, &body));
        let id = message.as_ref().map(|message| message["id"].as_str().unwrap().to_owned());
        self.sends.note(channel, body, fault, id);
        match fault {
            None => Json(message).into_response(),
            Some(Fault::TooMany { seconds }) => {
                let body = json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": false });
                let after = [("retry-after", seconds.to_string()), ("x-ratelimit-scope", "user".to_owned())];
                (StatusCode::TOO_MANY_REQUESTS, after, Json(body)).into_response()
            }
            Some(Fault::Broken) => refused(500, 0, "500: Internal Server Error"),
            Some(Fault::Gone) => refused(403, 50_007, "Cannot send messages to this user"),
            Some(Fault::CutBefore | Fault::CutAfter) => {
                line.cut();
                Json(message).into_response()
            }
            Some(Fault::Silent) => {
                tokio::time::sleep(FOR_EVER).await;
                Json(message).into_response()
            }
        }
    }
}

impl Inner {
    /// A message of the bot: a nonce that was seen is the message it was, when the bot asked for that.
    fn post(&mut self, channel: &str, body: &Value) -> Value {
        let nonce = body["nonce"].as_str().map_or_else(|| body["nonce"].to_string(), ToOwned::to_owned);
        let enforced = body["enforce_nonce"] == true;
        let key = (channel.to_owned(), nonce);
        if enforced && let Some(id) = self.nonces.get(&key) {
            return self.channels[channel].messages.iter().find(|one| one["id"] == *id).cloned().unwrap();
        }
        let mut message = self.message(BOT, channel, body["content"].as_str().unwrap_or_default());
        for name in ["nonce", "components", "embeds", "flags", "message_reference"] {
            if let Some(value) = body.get(name) {
                message[name] = value.clone();
            }
        }
        if enforced {
            self.nonces.insert(key, message["id"].as_str().unwrap().to_owned());
        }
        self.channels.get_mut(channel).unwrap().messages.push(message.clone());
        let mut event = message.clone();
        if self.channels[channel].about["type"] != 1 {
            event["guild_id"] = json!(GUILD);
        }
        self.dispatch("MESSAGE_CREATE", &event);
        message
    }

    fn answer(
        &mut self,
        gateway: &str,
        method: &Method,
        steps: &[&str],
        query: &str,
        body: &Value,
    ) -> Response {
        let found = match (method.as_str(), steps) {
            ("GET", ["gateway"]) => json!({ "url": gateway }),
            ("GET", ["gateway", "bot"]) => json!({
                "url": gateway, "shards": 1,
                "session_start_limit": { "total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1 },
            }),
            ("GET", ["users", "@me"]) => person(BOT),
            ("GET", ["users", "@me", "guilds"]) => {
                json!([{ "id": GUILD, "name": "Shop", "permissions": "8" }])
            }
            ("GET", ["applications", .., "commands"]) => json!([]),
            ("POST", ["users", "@me", "channels"]) => {
                let id = self.direct(body["recipient_id"].as_str().unwrap_or("0"));
                self.channels[&id].about.clone()
            }
            ("GET", ["users", id]) => person(id),
            ("GET", ["applications" | "oauth2", .., "@me"]) => application(),
            ("PUT", ["applications", .., "commands"]) => {
                Value::Array(body.as_array().into_iter().flatten().map(command).collect())
            }
            ("POST", ["applications", .., "commands"]) => command(body),
            ("GET", ["channels", channel, "messages"]) => match self.channels.get(*channel) {
                Some(channel) => page(channel, query),
                None => return refused(404, 10_003, "Unknown Channel"),
            },
            ("GET", ["channels", channel, "messages", id]) => {
                let channel = self.channels.get(*channel);
                match channel.and_then(|channel| channel.messages.iter().find(|one| one["id"] == **id)) {
                    Some(message) => message.clone(),
                    None => return refused(404, 10_008, "Unknown Message"),
                }
            }
            ("GET", ["channels", channel]) => match self.channels.get(*channel) {
                Some(channel) => channel.about.clone(),
                None => return refused(404, 10_003, "Unknown Channel"),
            },
            ("POST", ["channels", parent, .., "threads"]) => self.thread(parent, body),
            ("PATCH", ["webhooks", .., "messages", _] | ["channels", _, "messages", _])
            | ("POST", ["webhooks", ..]) => {
                self.message(BOT, GUILD, body["content"].as_str().unwrap_or_default())
            }
            ("GET", ["guilds", ..]) => json!({ "id": GUILD, "name": "Shop" }),
            ("POST" | "PUT" | "DELETE", _) => return StatusCode::NO_CONTENT.into_response(),
            _ => return refused(404, 0, "404: Not Found"),
        };
        Json(found).into_response()
    }

    fn thread(&mut self, parent: &str, body: &Value) -> Value {
        let id = self.snowflake();
        let kind = body["type"].as_u64().unwrap_or(11);
        let about = json!({
            "id": id, "type": kind, "guild_id": GUILD, "parent_id": parent, "name": body["name"], "owner_id": BOT,
            "message_count": 0, "member_count": 1, "thread_metadata": {
                "archived": false, "auto_archive_duration": 1440, "locked": false,
                "archive_timestamp": "2026-01-01T00:00:00Z",
            },
        });
        self.channels.insert(id, Channel { about: about.clone(), messages: Vec::new() });
        self.dispatch("THREAD_CREATE", &about);
        about
    }
}

/// Messages of a channel: after an id oldest first, otherwise newest first; at most `limit`.
fn page(channel: &Channel, query: &str) -> Value {
    let asked = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).and_then(|(_, value)| value.parse::<u64>().ok())
    };
    let id = |message: &Value| message["id"].as_str().unwrap().parse::<u64>().unwrap();
    let limit = usize::try_from(asked("limit").unwrap_or(50).min(100)).unwrap();
    let mut found: Vec<Value> = channel.messages.clone();
    if let Some(after) = asked("after") {
        found.retain(|message| id(message) > after);
        found.truncate(limit);
        // The page is the oldest after that id, but Discord shows every page newest first.
        found.reverse();
    } else {
        found.retain(|message| asked("before").is_none_or(|before| id(message) < before));
        found.reverse();
        found.truncate(limit);
    }
    Value::Array(found)
}

fn application() -> Value {
    json!({
        "id": BOT, "name": "Shop", "icon": null, "description": "", "bot_public": true, "verify_key": "0",
        "bot_require_code_grant": false, "team": null, "flags": 565_248, "summary": "",
    })
}

fn command(asked: &Value) -> Value {
    let mut command = json!({
        "id": "5000", "application_id": BOT, "type": 1, "description": "", "version": "1", "options": [],
        "default_member_permissions": null, "nsfw": false, "dm_permission": true,
    });
    for (name, value) in asked.as_object().into_iter().flatten() {
        command[name] = value.clone();
    }
    command
}

/// The body: JSON, or the JSON part of a form with files.
fn fields(headers: &HeaderMap, body: &[u8]) -> Value {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/") {
        return serde_json::from_slice(body).unwrap_or_default();
    }
    let text = String::from_utf8_lossy(body);
    let part = text.split("name=\"payload_json\"").nth(1).and_then(|rest| rest.split("\r\n\r\n").nth(1));
    part.and_then(|part| serde_json::from_str(part.split("\r\n--").next()?).ok()).unwrap_or_default()
}

fn refused(status: u16, code: u64, message: &str) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(json!({ "code": code, "message": message }))).into_response()
}
