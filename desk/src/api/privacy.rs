//! What a person may ask of the brand: to be left alone, to see everything, to be forgotten.

use super::caller::Caller;
use super::input::{At, Input, Nothing, Params};
use super::problem::{Code, Problem, defect};
use super::shape::Done;
use crate::state::Shared;
use axum::Json;
use axum::extract::State;
use lara_core::model::{CustomerId, ErasureId};
use lara_core::ports::{Consent, ErasedBy};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Whether a person wants messages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentInput {
    /// `false`: silence, on every channel at once. Whatever waits to be sent is taken back.
    messages: bool,
}

#[utoipa::path(
    put, path = "/api/v1/customers/{id}/consent", tag = "privacy", operation_id = "put_consent",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person")),
    summary = "Note whether a person wants messages", security(("token" = ["write"])), request_body = ConsentInput,
    responses((status = 200, description = "Noted", body = Done)),
)]
pub(crate) async fn consent(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    _: Params<Nothing>,
    Input(input): Input<ConsentInput>,
) -> Result<Json<Done>, Problem> {
    let consent = if input.messages { Consent::Messages } else { Consent::Silence };
    if state.privacy.set_consent(caller.brand()?, id, consent, state.clock.now()).await? {
        Ok(Json(Done::new(true)))
    } else {
        Err(Problem::new(Code::NotFound))
    }
}

#[utoipa::path(
    get, path = "/api/v1/customers/{id}/export", tag = "privacy", operation_id = "export_person",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person")),
    summary = "Everything that is kept about a person", security(("token" = ["privacy"])),
    description = "Customers, addresses, orders, returns, preferences, joins, conversations with every message and decision: what the \
                   person may ask for. `lara export person` writes the same as a file and as a readable page.",
    responses((status = 200, description = "The file about the person", body = Object)),
)]
pub(crate) async fn export(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    _: Params<Nothing>,
) -> Result<Json<Value>, Problem> {
    let file = state.privacy.person_file(caller.brand()?, id, state.clock.now()).await?;
    let file = file.ok_or_else(|| Problem::new(Code::NotFound))?;
    let json = lara_core::privacy::json(&file).map_err(|error| {
        defect(&error);
        Problem::new(Code::Defect)
    })?;
    Ok(Json(json))
}

/// What was erased. It tells nothing about the person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Erased {
    /// How many of what: customers, addresses, messages, ..
    #[schema(value_type = std::collections::HashMap<String, u64>)]
    counts: Value,
}

#[utoipa::path(
    delete, path = "/api/v1/customers/{id}", tag = "privacy", operation_id = "erase_person",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person")),
    summary = "Erase a person", security(("token" = ["privacy"])),
    description = "What identifies them and every word they said or were told goes, for all customers that were merged into them. What \
                   is only counted stays. It cannot be undone. Asked again, it erases what came meanwhile.",
    responses((status = 200, description = "What was erased", body = Erased)),
)]
pub(crate) async fn erase(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    _: Params<Nothing>,
) -> Result<Json<Erased>, Problem> {
    let (erasure, now) = (ErasureId::new(state.ids.next()), state.clock.now());
    let counts = state.privacy.erase(caller.brand()?, id, ErasedBy::Api, erasure, now).await?;
    let counts = counts.ok_or_else(|| Problem::new(Code::NotFound))?;
    let counts = serde_json::to_value(counts).map_err(|error| {
        defect(&error);
        Problem::new(Code::Defect)
    })?;
    Ok(Json(Erased { counts }))
}
