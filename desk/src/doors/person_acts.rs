//! What agents may do about a person: what they agreed to, what is forgotten, whether two are one.

use super::person::head;
use crate::auth::Visitor;
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::brand;
use crate::state::Shared;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::feed::Feed;
use lara_core::identity::IdentityError;
use lara_core::model::{Brand, CustomerId, SuggestionId};
use lara_core::ports::{ChangeKind, Consent, Judgement};

/// What the address says of an act that was not done; an error where nothing sensible can be said.
pub(crate) fn not_done(error: IdentityError) -> Result<&'static str, Fault> {
    match error {
        IdentityError::Missing => Ok("gone"),
        IdentityError::Already => Ok("same"),
        IdentityError::Unproven => Err(Fault::Input),
        IdentityError::Store(error) => Err(error.into()),
    }
}

/// Tells who watches on this node at once; the change table tells the others.
pub(crate) fn touch(feed: &Feed, brand: &Brand, person: CustomerId) {
    feed.touch(brand.id, ChangeKind::Customer, person.get(), None);
}

/// `POST /desk/people/{id}/{act}`.
pub(crate) async fn act(
    State(state): State<Shared>,
    visitor: Visitor,
    Path((id, act)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let head = head(&state, &brand, &id).await?;
    let now = state.clock.now();
    let done = match act.as_str() {
        "stop" => state.privacy.set_consent(brand.id, head, Consent::Silence, now).await?,
        "go" => state.privacy.set_consent(brand.id, head, Consent::Messages, now).await?,
        "forget" => state.directory.forget_preference(brand.id, head, fields.one("key"), now).await?,
        _ => return Err(Fault::Missing),
    };
    touch(&state.feed, &brand, head);
    let said = if done { act.as_str() } else { "nothing" };
    Ok(Redirect::to(&format!("/desk/people/{head}?said={said}")).into_response())
}

/// `POST /desk/suggestions/{id}/{act}`: an agent says whether two are one person.
pub(crate) async fn decide(
    State(state): State<Shared>,
    visitor: Visitor,
    Path((id, act)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let suggestion: SuggestionId = id.parse().map_err(|_| Fault::Missing)?;
    let judgement = match act.as_str() {
        "confirm" => Judgement::Confirm,
        "refuse" => Judgement::Refuse,
        _ => return Err(Fault::Missing),
    };
    let agent = visitor.signed()?.id;
    let said = match state.identity.decide(brand.id, Some(agent), suggestion, judgement).await {
        Ok(()) => act.as_str(),
        // Decided before, also by a merge that made it moot.
        Err(IdentityError::Already | IdentityError::Missing) => "gone",
        Err(error) => not_done(error)?,
    };
    // Back to the person it was decided on; their page may lead on to whom they are part of now.
    let back: Option<CustomerId> = fields.one("back").parse().ok();
    let to = back.map_or_else(|| "/desk/suggestions".to_owned(), |id| format!("/desk/people/{id}"));
    Ok(Redirect::to(&format!("{to}?said={said}")).into_response())
}
