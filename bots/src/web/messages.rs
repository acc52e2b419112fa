//! `POST` and `GET /web/{brand}/messages`: what the visitor says, and what was said.

use super::WebState;
use super::door::Which;
use super::view::{MessageView, external_id};
use crate::http::body::not_blank;
use crate::http::reader::{From, Whose};
use crate::http::{Body, LONGEST_WAIT, Params, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap, StatusCode};
use lara_core::listen::Envelope;
use lara_core::model::Visibility;
use lara_core::ports::{Acceptance, Cursor};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A message as the widget sends it.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    /// The widget's own id of it, a UUID: sent again after a lost answer, it is the same message.
    id: String,
    /// What the visitor wrote.
    text: String,
}

/// It is stored.
#[derive(Debug, Serialize)]
pub(crate) struct Stored {
    id: String,
    duplicate: bool,
}

/// Takes a message.
pub(crate) async fn write(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Params(which): Params<Which>,
    headers: HeaderMap,
    extensions: Extensions,
    Body(said): Body<Said>,
) -> Result<(StatusCode, Json<Stored>), Problem> {
    state.count_network(&extensions)?;
    let door = state.door(&slug, which.name()).await?;
    let visitor = state.visitor(&door, &headers)?;
    state.visitors.take(&visitor.address, state.clock.now())?;
    let id = Uuid::parse_str(&said.id).map_err(|_| {
        Problem::bad("id", "field \"id\" must be a UUID of your own, the same when you try again")
    })?;
    not_blank("text", &said.text)?;
    let envelope = Envelope {
        channel: Arc::clone(&door.channel),
        external: external_id(&visitor.address, &id.to_string()),
        address: visitor.address,
        text: said.text,
        visibility: Visibility::Direct,
        at: None,
        details: lara_core::ports::Details::default(),
    };
    let (message, duplicate) = match state.listener.accept(envelope).await? {
        Acceptance::New { message, .. } => (message, false),
        Acceptance::Duplicate { message, .. } => (message, true),
    };
    Ok((StatusCode::ACCEPTED, Json(Stored { id: message.to_string(), duplicate })))
}

/// Where to read from, and how long to wait.
#[derive(Debug, Deserialize)]
pub(crate) struct Since {
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    wait: Option<u64>,
}

impl Since {
    /// Behind the cursor, or at the latest page.
    pub(crate) fn from(&self) -> Result<From, Problem> {
        from(self.after.as_deref(), From::Latest)
    }
}

/// A cursor from a query string; `otherwise` when there is none.
pub(crate) fn from(after: Option<&str>, otherwise: From) -> Result<From, Problem> {
    match after.filter(|text| !text.is_empty()) {
        None => Ok(otherwise),
        Some(text) => text.parse::<Cursor>().map(From::After).map_err(|_| {
            Problem::bad("cursor", "\"after\" is not a cursor; send back one you were given, or leave it out")
        }),
    }
}

/// Messages, and the cursor to ask with next.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    messages: Vec<MessageView>,
    cursor: Option<String>,
}

/// What was said, waiting for it if asked.
pub(crate) async fn read(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Params(which): Params<Which>,
    Params(since): Params<Since>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Json<Page>, Problem> {
    state.count_network(&extensions)?;
    let door = state.door(&slug, which.name()).await?;
    let visitor = state.visitor(&door, &headers)?;
    let start = since.from()?;
    let whose = Whose { channel: door.channel.id, external: visitor.address };
    let wait = Duration::from_secs(since.wait.unwrap_or(0).min(LONGEST_WAIT));
    let messages = state.reader.wait(&whose, start, wait).await?;
    let cursor = start.behind(&messages).cursor().map(|cursor| cursor.to_string());
    Ok(Json(Page { messages: state.views(&whose.external, messages).await?, cursor }))
}
