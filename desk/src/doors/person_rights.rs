//! What the law lets a person ask for, done by an admin: everything about them to take along, and to be forgotten. And
//! taking a join back.

use super::person::head;
use super::person_acts::{not_done, touch};
use crate::auth::Visitor;
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::{Frame, Here, Notice, brand, frame, page, texts};
use crate::state::Shared;
use crate::words::{self, PeopleWords, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::tz::TimeZone;
use lara_core::identity::IdentityError;
use lara_core::model::{CustomerId, ErasureId, JoinId, Role};
use lara_core::ports::ErasedBy;
use lara_core::privacy;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "person_erase.html")]
struct Erase {
    w: &'static Words,
    p: &'static PeopleWords,
    f: Frame,
    id: CustomerId,
    name: String,
    ask: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default, rename = "as")]
    form: String,
}

/// `GET /desk/people/{id}/export`.
pub(crate) async fn export(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let head = head(&state, &brand, &id).await?;
    let file = state.privacy.person_file(brand.id, head, state.clock.now()).await?.ok_or(Fault::Missing)?;
    // The name of the file names nobody: it stands in the reader's history.
    let (kind, ending, body) = if asked.form == "page" {
        let zone = TimeZone::get(&brand.settings.time_zone).unwrap_or(TimeZone::UTC);
        let page = privacy::page(&file, &brand.name, visitor.language, &zone);
        ("text/html; charset=utf-8", "html", page)
    } else {
        let defect = |error: serde_json::Error| Fault::Defect(Box::new(error));
        let json = privacy::json(&file).and_then(|json| serde_json::to_string_pretty(&json));
        ("application/json", "json", json.map_err(defect)?)
    };
    let disposition = format!("attachment; filename=\"person-{head}.{ending}\"");
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], body).into_response())
}

/// `GET /desk/people/{id}/erase`: what goes, what stays, and the word that confirms it.
pub(crate) async fn show_erase(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    ask_erase(&state, &visitor, &id, None).await
}

async fn ask_erase(
    state: &Shared,
    visitor: &Visitor,
    id: &str,
    notice: Option<Notice>,
) -> Result<Response, Fault> {
    let brand = brand(state, visitor).await?.ok_or(Fault::Missing)?;
    let id = head(state, &brand, id).await?;
    let (w, p) = (texts(visitor), words::people(visitor.language));
    let person = state.pages.profile(id).await?.ok_or(Fault::Missing)?;
    let name = person.name().unwrap_or(p.nameless).to_owned();
    let word = format!("“{}”", person.name().unwrap_or(p.erase_word));
    let word = if person.name().is_some() { format!("{word} / “{}”", p.erase_word) } else { word };
    let ask = words::fill(p.erase_type, &[("word", &word)]);
    let f = frame(state, visitor, Here::People, Some(&brand), notice).await?;
    page(&Erase { w, p, f, id, name, ask })
}

/// `POST /desk/people/{id}/erase`.
pub(crate) async fn erase(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let owned = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let head = head(&state, &owned, &id).await?;
    let p = words::people(visitor.language);
    let person = state.pages.profile(head).await?.ok_or(Fault::Missing)?;
    let typed = lara_store::fold(fields.one("word"));
    let fits = |word: &str| lara_store::fold(word) == typed;
    if typed.is_empty() || !(fits(p.erase_word) || person.name().is_some_and(fits)) {
        return ask_erase(&state, &visitor, &id, Some(Notice::bad(p.refused_word))).await;
    }
    let by = ErasedBy::Desk(visitor.signed()?.id);
    let (erasure, now) = (ErasureId::new(state.ids.next()), state.clock.now());
    state.privacy.erase(owned.id, head, by, erasure, now).await?.ok_or(Fault::Missing)?;
    touch(&state.feed, &owned, head);
    Ok(Redirect::to(&format!("/desk/people/{head}?said=erase")).into_response())
}

/// What could not be read is nobody's to take back.
fn unread(error: IdentityError) -> Fault {
    not_done(error).err().unwrap_or(Fault::Missing)
}

/// `POST /desk/people/{id}/undo`: both sides of a join are what they were. Agents take back what they said themselves, by
/// tying or by confirming; admins whatever was joined.
pub(crate) async fn undo(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let here = head(&state, &brand, &id).await?;
    let join: JoinId = fields.one("join").parse().map_err(|_| Fault::Missing)?;
    let agent = visitor.signed()?;
    if agent.role < Role::Admin {
        let joins = state.identity.joins_of(brand.id, here).await.map_err(unread)?;
        if !joins.iter().any(|one| one.id == join && one.agent == Some(agent.id)) {
            return Err(Fault::Forbidden);
        }
    }
    let said = match state.identity.undo(brand.id, Some(agent.id), join).await {
        Ok(()) => "undo",
        Err(IdentityError::Already) => "gone",
        Err(error) => not_done(error)?,
    };
    touch(&state.feed, &brand, here);
    Ok(Redirect::to(&format!("/desk/people/{here}?said={said}")).into_response())
}
