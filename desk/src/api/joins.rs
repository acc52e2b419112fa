//! Who is who: merges and their undoing, and who may be one person.

use super::caller::Caller;
use super::customers::person;
use super::input::{At, Input, Nothing, Params};
use super::problem::{Code, Problem};
use super::shape::{Done, Outcome, Written, join_how, likenesses, moment, moment_if};
use crate::state::Shared;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use lara_core::identity::IdentityError;
use lara_core::model::{CustomerId, Join, JoinId, Lookalike, Suggestion, SuggestionId};
use lara_core::ports::Judgement;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Suggestions that are answered at once.
const SUGGESTIONS: u32 = 200;

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Missing => Self::new(Code::NotFound),
            IdentityError::Already | IdentityError::Unproven => {
                Self::new(Code::Conflict).because(error.to_string())
            }
            IdentityError::Store(error) => error.into(),
        }
    }
}

/// An act that tied an address to a person, or two customers to each other.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JoinView {
    #[schema(format = Uuid)]
    id: String,
    #[schema(schema_with = join_how)]
    how: String,
    /// To whom.
    #[schema(format = Uuid)]
    customer_id: String,
    /// The customer that was merged into that one.
    #[schema(format = Uuid)]
    merged_id: Option<String>,
    /// The address that was tied.
    #[schema(format = Uuid)]
    address_id: Option<String>,
    #[schema(format = DateTime)]
    at: String,
    #[schema(format = DateTime)]
    undone_at: Option<String>,
}

impl From<Join> for JoinView {
    fn from(join: Join) -> Self {
        Self {
            id: join.id.to_string(),
            how: join.how.to_string(),
            customer_id: join.customer.to_string(),
            merged_id: join.merged.map(|id| id.to_string()),
            address_id: join.tied.map(|tied| tied.address.to_string()),
            at: moment(join.at),
            undone_at: moment_if(join.undone_at),
        }
    }
}

/// The joins of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Joins {
    /// The newest first, those undone too; at most 200.
    items: Vec<JoinView>,
}

#[utoipa::path(
    get, path = "/api/v1/customers/{id}/joins", tag = "identity", operation_id = "list_joins",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person")),
    summary = "How a person came together", security(("token" = ["read"])),
    responses((status = 200, description = "The joins", body = Joins)),
)]
pub(crate) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    _: Params<Nothing>,
) -> Result<Json<Joins>, Problem> {
    let person = person(&state, &caller, id).await?;
    let joins = state.identity.joins_of(caller.brand()?, person).await?;
    Ok(Json(Joins { items: joins.into_iter().map(JoinView::from).collect() }))
}

/// Who is merged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeInput {
    /// The customer who is the same person.
    #[schema(value_type = String, format = Uuid)]
    other: CustomerId,
}

#[utoipa::path(
    post, path = "/api/v1/customers/{id}/merge", tag = "identity", operation_id = "merge_customers",
    params(("id" = String, Path, format = Uuid, description = "Who the person goes by afterwards")),
    summary = "Say that two customers are one person", security(("token" = ["write"])), request_body = MergeInput,
    description = "Nothing is moved: undoing the join restores both sides.",
    responses((status = 201, description = "Merged; the id is the join's", body = Written)),
)]
pub(crate) async fn merge(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    _: Params<Nothing>,
    Input(input): Input<MergeInput>,
) -> Result<Response, Problem> {
    let join = state.identity.merge(caller.brand()?, None, id, input.other).await?;
    let written = Written { id: join.to_string(), outcome: Outcome::Added };
    Ok((StatusCode::CREATED, Json(written)).into_response())
}

#[utoipa::path(
    post, path = "/api/v1/joins/{id}/undo", tag = "identity", operation_id = "undo_join",
    params(("id" = String, Path, format = Uuid, description = "The join")),
    summary = "Undo a join", security(("token" = ["write"])),
    description = "Both sides are as they would be without it. Joins may be undone in any order.",
    responses((status = 200, description = "Undone", body = Done)),
)]
pub(crate) async fn undo(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<JoinId>,
    _: Params<Nothing>,
) -> Result<Json<Done>, Problem> {
    state.identity.undo(caller.brand()?, None, id).await?;
    Ok(Json(Done::new(true)))
}

/// Two that may be one person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuggestionView {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    customer_id: String,
    /// Another customer who may be them.
    #[schema(format = Uuid)]
    other_customer_id: Option<String>,
    /// An address that may be theirs.
    #[schema(format = Uuid)]
    other_address_id: Option<String>,
    /// What speaks for it. A name never does.
    #[schema(schema_with = likenesses)]
    evidence: Vec<String>,
    #[schema(format = DateTime)]
    at: String,
}

impl From<Suggestion> for SuggestionView {
    fn from(suggestion: Suggestion) -> Self {
        let (customer, address) = match suggestion.other {
            Lookalike::Customer(id) => (Some(id.to_string()), None),
            Lookalike::Address(id) => (None, Some(id.to_string())),
        };
        Self {
            id: suggestion.id.to_string(),
            customer_id: suggestion.customer.to_string(),
            other_customer_id: customer,
            other_address_id: address,
            evidence: suggestion.evidence.iter().map(ToString::to_string).collect(),
            at: moment(suggestion.at),
        }
    }
}

/// Open suggestions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestions {
    /// The oldest first; at most 200: decide these to see more.
    items: Vec<SuggestionView>,
}

#[utoipa::path(
    get, path = "/api/v1/suggestions", tag = "identity", operation_id = "list_suggestions",
    summary = "Who may be one person", security(("token" = ["read"])),
    responses((status = 200, description = "Open suggestions", body = Suggestions)),
)]
pub(crate) async fn suggestions(
    State(state): State<Shared>,
    caller: Caller,
    _: Params<Nothing>,
) -> Result<Json<Suggestions>, Problem> {
    let open = state.identity.suggestions(caller.brand()?, SUGGESTIONS).await?;
    Ok(Json(Suggestions { items: open.into_iter().map(SuggestionView::from).collect() }))
}

#[utoipa::path(
    post, path = "/api/v1/suggestions/{id}/confirm", tag = "identity", operation_id = "confirm_suggestion",
    params(("id" = String, Path, format = Uuid, description = "The suggestion")),
    summary = "Confirm that two are one person", security(("token" = ["write"])),
    responses((status = 200, description = "They are one person now", body = Done)),
)]
pub(crate) async fn confirm(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<SuggestionId>,
    _: Params<Nothing>,
) -> Result<Json<Done>, Problem> {
    state.identity.decide(caller.brand()?, None, id, Judgement::Confirm).await?;
    Ok(Json(Done::new(true)))
}

#[utoipa::path(
    post, path = "/api/v1/suggestions/{id}/refuse", tag = "identity", operation_id = "refuse_suggestion",
    params(("id" = String, Path, format = Uuid, description = "The suggestion")),
    summary = "Say that two are not one person", security(("token" = ["write"])),
    responses((status = 200, description = "It is not suggested again", body = Done)),
)]
pub(crate) async fn refuse(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<SuggestionId>,
    _: Params<Nothing>,
) -> Result<Json<Done>, Problem> {
    state.identity.decide(caller.brand()?, None, id, Judgement::Refuse).await?;
    Ok(Json(Done::new(true)))
}
