//! Messages nobody asked for: within consent, quiet hours, reply windows and the brand's cap, and never over a human.

use super::caller::Caller;
use super::check::{self, Check};
use super::input::{Input, Nothing, Params};
use super::once::KEY;
use super::problem::{Code, Problem};
use super::shape::moment;
use crate::state::Shared;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use lara_core::desk::LONGEST;
use lara_core::model::CustomerId;
use lara_core::privacy::{OutreachError, Words};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is written, to whom. Exactly one of `text` and `template` says what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageInput {
    /// Any customer of the person.
    #[schema(value_type = String, format = Uuid)]
    customer_id: CustomerId,
    /// Plain text.
    #[schema(min_length = 1, max_length = 2000)]
    text: Option<String>,
    /// The key of a template, said in the person's language with what is known of them.
    #[schema(min_length = 1, max_length = 100)]
    template: Option<String>,
}

/// A message that is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageDone {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    conversation_id: String,
    /// When it goes: now, or after the brand's quiet hours.
    #[schema(format = DateTime)]
    send_at: String,
}

impl From<OutreachError> for Problem {
    fn from(error: OutreachError) -> Self {
        match error {
            OutreachError::Missing => Self::field("/customer_id", "is no customer of this brand"),
            OutreachError::Refused(refusal) => Self::new(Code::Refused).because(refusal.as_str()),
            OutreachError::Empty => Self::field("/text", "is empty"),
            OutreachError::TooLong => Self::field("/text", format!("is longer than {LONGEST} characters")),
            OutreachError::Template(_) => {
                Self::field("/template", "cannot be said to this person: see it on the desk's templates page")
            }
            OutreachError::Store(error) => error.into(),
        }
    }
}

#[utoipa::path(
    post, path = "/api/v1/messages", tag = "messages", operation_id = "write_message",
    summary = "Write to somebody who did not ask", security(("token" = ["messages"])), request_body = MessageInput,
    description = "It goes where the person wrote last in private, at an address that is proven to be theirs. `refused` says in `detail` why \\
                   it may not be written: opted_out, nowhere, unreachable, in_human_hands, too_many or window_closed. Here the \\
                   Idempotency-Key is needed: nobody is to be written to twice because a line broke.",
    responses((status = 202, description = "It is on its way", body = MessageDone)),
)]
pub(crate) async fn write(
    State(state): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    _: Params<Nothing>,
    Input(input): Input<MessageInput>,
) -> Result<Response, Problem> {
    if !headers.contains_key(KEY) {
        return Err(
            Problem::new(Code::BadKey).because("send an Idempotency-Key: nobody is to be written to twice")
        );
    }
    let mut check = Check::default();
    let words = match (input.text, input.template) {
        (Some(text), None) => Words::Literal(check.needed("text", &text, LONGEST)),
        (None, Some(key)) => Words::Template(check.needed("template", &key, check::ID)),
        (Some(_), Some(_)) => {
            check.fault("template", "stands beside text: name one of them");
            Words::Literal(String::new())
        }
        (None, None) => {
            check.fault("text", "is missing, and template, too: name one of them");
            Words::Literal(String::new())
        }
    };
    check.done()?;
    let written = state.outreach.write(caller.brand()?, input.customer_id, &words).await?;
    let done = MessageDone {
        id: written.message.to_string(),
        conversation_id: written.conversation.to_string(),
        send_at: moment(written.send_at),
    };
    Ok((StatusCode::ACCEPTED, Json(done)).into_response())
}
