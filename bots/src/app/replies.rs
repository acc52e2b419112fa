//! `GET /app/v1/replies`: what Lara or an agent answered.

use super::AppState;
use super::messages::check_id;
use crate::http::reader::{From, Reader, Whose, cursor};
use crate::http::{LONGEST_WAIT, Params, Problem, rfc3339};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use lara_core::act::markup;
use lara_core::model::{Author, Direction, Message, QuickReply};
use lara_core::ports::{Cursor, StoreResult};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Whose replies, from where, and how long to wait.
#[derive(Debug, Deserialize)]
pub(crate) struct Since {
    address: String,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    wait: Option<u64>,
}

/// A reply as the app gets it, here and in the webhook.
#[derive(Debug, Serialize)]
pub(crate) struct ReplyView {
    id: String,
    cursor: String,
    author: Author,
    text: String,
    markup: String,
    quick_replies: Vec<QuickReply>,
    answers: Option<Answered>,
    at: String,
}

/// The messages a reply answers: those from the first cursor to the last, as posting them returned.
#[derive(Debug, Serialize)]
pub(crate) struct Answered {
    first: String,
    last: String,
}

impl Answered {
    fn new(message: &Message) -> Option<Self> {
        let at = |seq| Cursor { conversation: message.conversation, seq }.to_string();
        message.answers.map(|run| Self { first: at(run.first_seq), last: at(run.last_seq) })
    }
}

impl ReplyView {
    pub(crate) fn new(message: &Message) -> Self {
        Self {
            id: message.id.to_string(),
            cursor: cursor(message).to_string(),
            author: message.author,
            text: markup::to_plain(&markup::parse(&message.text)),
            markup: message.text.clone(),
            quick_replies: message.quick_replies.clone(),
            answers: Answered::new(message),
            at: rfc3339(message.at),
        }
    }
}

/// Replies, and the cursor to ask with next.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    replies: Vec<ReplyView>,
    cursor: Option<String>,
}

/// The replies after the cursor, waiting for them if asked.
pub(crate) async fn read(
    State(state): State<AppState>,
    Params(since): Params<Since>,
    headers: HeaderMap,
) -> Result<Json<Page>, Problem> {
    let door = state.door(&headers).await?;
    check_id("address", &since.address)?;
    let mut start = match since.after.as_deref().filter(|text| !text.is_empty()) {
        None => From::Start,
        Some(text) => text.parse::<Cursor>().map(From::After).map_err(|_| {
            Problem::bad("cursor", "\"after\" is not a cursor; send back one you were given, or leave it out")
        })?,
    };
    let whose = Whose { channel: door.channel.id, external: since.address };
    let wait = Duration::from_secs(since.wait.unwrap_or(0).min(LONGEST_WAIT));
    let replies = if wait.is_zero() {
        replies(&state.reader, &whose, &mut start, Patience::None).await?
    } else {
        let waiting = replies(&state.reader, &whose, &mut start, Patience::Endless);
        tokio::time::timeout(wait, waiting).await.unwrap_or_else(|_| Ok(Vec::new()))?
    };
    let cursor = start.cursor().map(|cursor| cursor.to_string());
    Ok(Json(Page { replies: replies.iter().map(ReplyView::new).collect(), cursor }))
}

#[derive(Clone, Copy)]
enum Patience {
    None,
    Endless,
}

/// The next replies, stepping over what the customer said; `start` moves along, so that nothing is read twice.
async fn replies(
    reader: &Reader,
    whose: &Whose,
    start: &mut From,
    patience: Patience,
) -> StoreResult<Vec<Message>> {
    loop {
        let mut messages = match patience {
            Patience::None => reader.now(whose, *start).await?,
            Patience::Endless => reader.next(whose, *start).await?,
        };
        if messages.is_empty() {
            return Ok(messages);
        }
        *start = start.behind(&messages);
        messages.retain(|message| message.direction == Direction::Out);
        if !messages.is_empty() {
            return Ok(messages);
        }
    }
}
