//! What a person likes: read, stated by the shop, forgotten.

use super::caller::Caller;
use super::customers::person;
use super::input::{At, Nothing, Params};
use super::problem::Problem;
use super::shape::{moment, preference_source};
use crate::state::Shared;
use axum::Json;
use axum::extract::State;
use lara_core::model::CustomerId;
use lara_store::pages::ListedPreference;
use serde::Serialize;
use utoipa::ToSchema;

/// Something a person likes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreferenceView {
    /// What it is about. What may stand more than once carries its value behind a colon: `avoid:nuts`.
    key: String,
    value: String,
    /// Who says so.
    #[schema(schema_with = preference_source)]
    source: String,
    /// The customer it was noted for.
    #[schema(format = Uuid)]
    customer_id: String,
    /// Since when it is so.
    #[schema(format = DateTime)]
    at: String,
}

impl From<ListedPreference> for PreferenceView {
    fn from(row: ListedPreference) -> Self {
        Self {
            key: row.preference.key,
            value: row.preference.value,
            source: row.preference.source.to_string(),
            customer_id: row.customer.to_string(),
            at: moment(row.preference.at),
        }
    }
}

/// Everything a person likes, by key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preferences {
    items: Vec<PreferenceView>,
}

#[utoipa::path(
    get, path = "/api/v1/customers/{id}/preferences", tag = "customers", operation_id = "list_preferences",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person")),
    summary = "What a person likes", security(("token" = ["read"])),
    responses((status = 200, description = "All preferences that were not forgotten", body = Preferences)),
)]
pub(crate) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    _: Params<Nothing>,
) -> Result<Json<Preferences>, Problem> {
    let person = person(&state, &caller, id).await?;
    let rows = state.pages.list_preferences(person).await?;
    Ok(Json(Preferences { items: rows.into_iter().map(PreferenceView::from).collect() }))
}
