//! What a person likes: read, stated by the shop, forgotten.

use super::caller::Caller;
use super::check::{self, Check};
use super::customers::person;
use super::input::{At, Input, Nothing, Params};
use super::problem::{Code, Problem};
use super::shape::{Done, moment, preference_source};
use crate::state::Shared;
use axum::Json;
use axum::extract::State;
use lara_core::listen::mask;
use lara_core::model::{CustomerId, Preference, PreferenceSource};
use lara_store::pages::ListedPreference;
use serde::{Deserialize, Serialize};
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

#[utoipa::path(
    get, path = "/api/v1/customers/{id}/preferences/{key}", tag = "customers", operation_id = "get_preference",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person"),
        ("key" = String, Path, min_length = 1, max_length = 100, description = "What it is about")),
    summary = "One thing a person likes", security(("token" = ["read"])),
    responses((status = 200, description = "The preference", body = PreferenceView)),
)]
pub(crate) async fn show(
    State(state): State<Shared>,
    caller: Caller,
    At((id, key)): At<(CustomerId, String)>,
    _: Params<Nothing>,
) -> Result<Json<PreferenceView>, Problem> {
    let key = check::in_path("key", &key)?;
    let person = person(&state, &caller, id).await?;
    let rows = state.pages.list_preferences(person).await?;
    let found = rows.into_iter().find(|row| row.preference.key == key);
    found.map(|row| Json(row.into())).ok_or_else(|| Problem::new(Code::NotFound))
}

/// What a person likes, as the brand says it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreferenceInput {
    #[schema(min_length = 1, max_length = 500)]
    value: String,
}

#[utoipa::path(
    put, path = "/api/v1/customers/{id}/preferences/{key}", tag = "customers", operation_id = "put_preference",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person"),
        ("key" = String, Path, min_length = 1, max_length = 100, description = "What it is about: size, address_form, avoid:nuts")),
    summary = "Note what a person likes", security(("token" = ["write"])), request_body = PreferenceInput,
    description = "It counts like the word of an agent: it stands over what the customer said and even where it was forgotten before. \
                   What an import should only add belongs into `preferences` of the customer.",
    responses((status = 200, description = "Noted, or so already", body = Done)),
)]
pub(crate) async fn put(
    State(state): State<Shared>,
    caller: Caller,
    At((id, key)): At<(CustomerId, String)>,
    _: Params<Nothing>,
    Input(input): Input<PreferenceInput>,
) -> Result<Json<Done>, Problem> {
    let key = check::in_path("key", &key)?;
    let mut check = Check::default();
    let value = check.needed("value", &input.value, check::VALUE);
    check.done()?;
    let like =
        Preference { source: PreferenceSource::Agent, ..Preference::imported(mask(&key), mask(&value)) };
    let done = state.directory.put_preference(caller.brand()?, id, &like, state.clock.now()).await?;
    done.map(|changed| Json(Done::new(changed))).ok_or_else(|| Problem::new(Code::NotFound))
}

#[utoipa::path(
    delete, path = "/api/v1/customers/{id}/preferences/{key}", tag = "customers", operation_id = "forget_preference",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person"),
        ("key" = String, Path, min_length = 1, max_length = 100, description = "What it is about")),
    summary = "Forget what a person likes", security(("token" = ["write"])),
    description = "The value goes, and it is not observed again. What the customer says later is noted anew.",
    responses((status = 200, description = "Forgotten, or nothing was known", body = Done)),
)]
pub(crate) async fn forget(
    State(state): State<Shared>,
    caller: Caller,
    At((id, key)): At<(CustomerId, String)>,
    _: Params<Nothing>,
) -> Result<Json<Done>, Problem> {
    let key = check::in_path("key", &key)?;
    let person = person(&state, &caller, id).await?;
    let now = state.clock.now();
    let forgotten = state.directory.forget_preference(caller.brand()?, person, &key, now).await?;
    Ok(Json(Done::new(forgotten)))
}
