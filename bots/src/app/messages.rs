//! `POST /app/v1/messages`: a customer wrote something in the brand's own app.

use super::AppState;
use super::door::AppDoor;
use crate::http::body::not_blank;
use crate::http::reader::{From, Whose, cursor};
use crate::http::{Body, Problem};
use crate::identity::{self, Claims};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use lara_core::listen::Envelope;
use lara_core::model::{AddressId, CustomerId, Level, Millis, Timestamp, Visibility};
use lara_core::ports::{Acceptance, Cursor};
use serde::{Deserialize, Serialize};

/// The longest address and idempotency key, in bytes.
const LONGEST_ID: usize = 200;

/// How far ahead of ours the app's clock may be.
const SKEW: Millis = Millis::minutes(5);

/// A message as the app sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    address: String,
    text: String,
    #[serde(default)]
    identity: Option<Asserted>,
    #[serde(default)]
    at: Option<jiff::Timestamp>,
}

/// Who the app says its customer is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asserted {
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

/// It is stored.
#[derive(Debug, Serialize)]
pub(crate) struct Stored {
    message_id: String,
    conversation_id: String,
    /// Where the message stands: ask for replies after it.
    cursor: String,
    duplicate: bool,
}

/// Takes a message.
pub(crate) async fn write(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(said): Body<Said>,
) -> Result<(StatusCode, Json<Stored>), Problem> {
    let door = state.door(&headers).await?;
    let key = idempotency_key(&headers)?;
    check_id("address", &said.address)?;
    not_blank("text", &said.text)?;
    let at = said.at.map(|at| moment(at, state.clock.now())).transpose()?;
    if let Some(asserted) = said.identity {
        state.tie(&door, &said.address, asserted).await?;
    }
    let whose = Whose { channel: door.channel.id, external: said.address.clone() };
    let envelope = Envelope {
        channel: door.channel,
        // Kept apart by address: an app that numbers the messages of each customer from one loses none.
        external: format!("{}:{key}", said.address),
        address: said.address,
        text: said.text,
        visibility: Visibility::Direct,
        at,
        details: lara_core::ports::Details::default(),
    };
    let stored = match state.listener.accept(envelope).await? {
        Acceptance::New { message, conversation, seq, .. } => Stored {
            message_id: message.to_string(),
            conversation_id: conversation.to_string(),
            cursor: Cursor { conversation, seq }.to_string(),
            duplicate: false,
        },
        Acceptance::Duplicate { message, conversation, .. } => {
            let latest = state.reader.now(&whose, From::Latest).await?;
            let place = latest.iter().find(|known| known.id == message).map(cursor);
            Stored {
                message_id: message.to_string(),
                conversation_id: conversation.to_string(),
                // An old one: from the start of its conversation, so that no reply is missed.
                cursor: place.unwrap_or(Cursor { conversation, seq: 0 }).to_string(),
                duplicate: true,
            }
        }
    };
    Ok((StatusCode::ACCEPTED, Json(stored)))
}

impl AppState {
    /// Ties the address to the person the app names, if its token is believed.
    async fn tie(&self, door: &AppDoor, address: &str, asserted: Asserted) -> Result<(), Problem> {
        if !door.may_assert_identity {
            return Err(Problem::forbidden(
                "identity_not_allowed",
                "this token may not say who a customer is; leave identity out, or use a token that may",
            ));
        }
        let claims = Claims {
            external_id: asserted.external_id,
            email: asserted.email,
            name: asserted.name,
            phone: asserted.phone,
            language: asserted.language,
            ..Claims::default()
        };
        let person = identity::person(claims).ok_or_else(|| {
            Problem::bad("identity", "field \"identity\" names nobody; give external_id or email")
        })?;
        let new = (AddressId::new(self.ids.next()), CustomerId::new(self.ids.next()));
        self.directory.tie(&door.channel, address, &person, Level::Verified, new, self.clock.now()).await?;
        Ok(())
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<&str, Problem> {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    if key.is_empty() || key.len() > LONGEST_ID {
        return Err(Problem::bad(
            "idempotency_key",
            "send Idempotency-Key: your own id of this message, 1 to 200 ASCII characters, the same when you try again",
        ));
    }
    Ok(key)
}

pub(crate) fn check_id(field: &'static str, id: &str) -> Result<(), Problem> {
    if id.trim().is_empty() || id.len() > LONGEST_ID || id.chars().any(char::is_control) {
        return Err(Problem::bad(
            "address",
            format!(
                "field \"{field}\" must be your own id of the customer, 1 to 200 bytes without control characters"
            ),
        ));
    }
    Ok(())
}

/// The app's own time of a message; never later than now.
fn moment(at: jiff::Timestamp, now: Timestamp) -> Result<Timestamp, Problem> {
    let at = Timestamp::from_millis(at.as_millisecond());
    if at > now.plus(SKEW) {
        return Err(Problem::bad("at", "field \"at\" is in the future; check your clock, or leave it out"));
    }
    Ok(at.min(now))
}
