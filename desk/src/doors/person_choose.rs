//! Saying that two are one: choose the other by a search, see both sides, confirm. For merging two persons (admins) and for
//! telling who writes in a conversation (agents).

use super::people::{PersonRow, person_row, typed};
use super::people_view::{Look, PlaceView, place_view, worth};
use super::person::head;
use super::person_acts::not_done;
use super::person_joins::{LooseView, loose_view};
use crate::assets;
use crate::auth::Visitor;
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::{Frame, Here, brand, frame, page, texts};
use crate::state::Shared;
use crate::view::Zone;
use crate::words::{self, PeopleWords, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::{Brand, ConversationId, CustomerId};
use lara_store::pages::{LoosePlace, Profile, TalkHead};
use serde::Deserialize;

/// Persons found.
const FOUND: u32 = 20;

/// One side, before anything is joined.
struct SideView {
    row: PersonRow,
    emails: String,
    phones: String,
    externals: String,
    worth: Option<String>,
    since: Option<String>,
    places: Vec<PlaceView>,
}

/// What is asked: whose page it is, and what becomes of a yes.
struct Asks {
    title: &'static str,
    lead: &'static str,
    /// Where the search and the choice go.
    action: String,
    /// Where one goes who does not want to.
    back: String,
    /// The name of the field that carries the choice.
    field: &'static str,
    button: &'static str,
    warning: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "person_choose.html")]
struct Page {
    w: &'static Words,
    p: &'static PeopleWords,
    f: Frame,
    asks: Asks,
    q: String,
    found: Vec<(PersonRow, String)>,
    none: Option<String>,
    /// The first side: a person, or whoever writes at an address.
    first: Option<SideView>,
    place: Option<LooseView>,
    second: Option<SideView>,
    swap: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    /// The person chosen.
    #[serde(default)]
    with: String,
}

async fn side(state: &Shared, look: &Look<'_>, head: CustomerId) -> Result<SideView, Fault> {
    let person: Profile = state.pages.profile(head).await?.ok_or(Fault::Missing)?;
    let line = state.pages.person_line(head).await?.ok_or(Fault::Missing)?;
    Ok(SideView {
        row: person_row(look, &line),
        emails: person.emails().join(", "),
        phones: person.phones().join(", "),
        externals: person.externals().join(", "),
        worth: worth(look, &person.worth),
        since: person.since().map(|at| look.zone.day(at)),
        places: person.places.iter().map(|one| place_view(look, one)).collect(),
    })
}

/// Persons that fit, but for one, each with the address that chooses them.
async fn found(
    state: &Shared,
    look: &Look<'_>,
    brand: &Brand,
    q: &str,
    but: Option<CustomerId>,
    action: &str,
) -> Result<Vec<(PersonRow, String)>, Fault> {
    if q.is_empty() {
        return Ok(Vec::new());
    }
    let found = state.pages.find_people(brand.id, q, None, FOUND).await?.people;
    let others = found.iter().filter(|person| Some(person.id) != but);
    let choose = |id| format!("{action}?q={}&with={id}", assets::query_value(q));
    Ok(others.map(|person| (person_row(look, person), choose(person.id))).collect())
}

/// `GET /desk/people/{id}/merge`: whom this person is as well.
pub(crate) async fn show_merge(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let here = head(&state, &brand, &id).await?;
    let (w, p) = (texts(&visitor), words::people(visitor.language));
    let zone = Zone::new(&brand.settings.time_zone, visitor.language);
    let look = Look { visitor: &visitor, zone: &zone, now: state.clock.now() };
    let action = format!("/desk/people/{here}/merge");
    let q = typed(&asked.q);
    let other = match asked.with.as_str() {
        "" => None,
        other => Some(head(&state, &brand, other).await?).filter(|other| *other != here),
    };
    let found = match other {
        Some(_) => Vec::new(),
        None => found(&state, &look, &brand, &q, Some(here), &action).await?,
    };
    let second = match other {
        Some(other) => Some(side(&state, &look, other).await?),
        None => None,
    };
    let asks = Asks {
        title: if second.is_some() { p.merge_title } else { p.merge },
        lead: p.merge_line,
        action,
        back: format!("/desk/people/{here}"),
        field: "with",
        button: p.merge_button,
        warning: None,
    };
    let none =
        (!q.is_empty() && second.is_none() && found.is_empty()).then(|| words::fill(p.none, &[("text", &q)]));
    let swap = other.map(|other| format!("/desk/people/{other}/merge?with={here}"));
    let f = frame(&state, &visitor, Here::People, Some(&brand), None).await?;
    let first = Some(side(&state, &look, here).await?);
    page(&Page { w, p, f, asks, q, found, none, first, place: None, second, swap })
}

/// `POST /desk/people/{id}/merge`.
pub(crate) async fn merge(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let here = head(&state, &brand, &id).await?;
    let other = head(&state, &brand, fields.one("with")).await?;
    let agent = visitor.signed()?.id;
    let said = match state.identity.merge(brand.id, Some(agent), here, other).await {
        Ok(_) => "merge",
        Err(error) => not_done(error)?,
    };
    Ok(Redirect::to(&format!("/desk/people/{here}?said={said}")).into_response())
}

/// The conversation a path names, and its brand.
async fn talk(state: &Shared, id: &str) -> Result<(TalkHead, Brand), Fault> {
    let id: ConversationId = id.parse().map_err(|_| Fault::Missing)?;
    let talk = state.pages.talk_head(id).await?.ok_or(Fault::Missing)?;
    let brand = state.brands.brand(talk.brand).await?.ok_or(Fault::Missing)?;
    Ok((talk, brand))
}

/// `GET /desk/c/{id}/tie`: who writes here.
pub(crate) async fn show_tie(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let (talk, brand) = talk(&state, &id).await?;
    let (w, p) = (texts(&visitor), words::people(visitor.language));
    let zone = Zone::new(&brand.settings.time_zone, visitor.language);
    let look = Look { visitor: &visitor, zone: &zone, now: state.clock.now() };
    let action = format!("/desk/c/{}/tie", talk.id);
    let q = typed(&asked.q);
    let chosen = match asked.with.as_str() {
        "" => None,
        person => Some(head(&state, &brand, person).await?),
    };
    let found = match chosen {
        Some(_) => Vec::new(),
        None => found(&state, &look, &brand, &q, None, &action).await?,
    };
    let second = match chosen {
        Some(person) => Some(side(&state, &look, person).await?),
        None => None,
    };
    let place = LoosePlace {
        id: talk.address,
        channel_kind: talk.channel_kind,
        channel_name: talk.channel_name,
        shown: talk.address_name,
        level: talk.level,
        conversation: Some(talk.id),
    };
    let asks = Asks {
        title: if second.is_some() { p.tie_title } else { p.tie },
        lead: p.tie_line,
        action,
        back: format!("/desk/c/{}", talk.id),
        field: "with",
        button: p.tie_button,
        warning: second.as_ref().map(|_| p.tie_warn),
    };
    let none =
        (!q.is_empty() && second.is_none() && found.is_empty()).then(|| words::fill(p.none, &[("text", &q)]));
    let f = frame(&state, &visitor, Here::Queue, Some(&brand), None).await?;
    let place = Some(loose_view(&look, &place));
    page(&Page { w, p, f, asks, q, found, none, first: None, place, second, swap: None })
}

/// `POST /desk/c/{id}/tie`: an agent says who writes here.
pub(crate) async fn tie(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (talk, brand) = talk(&state, &id).await?;
    let person = head(&state, &brand, fields.one("with")).await?;
    let agent = visitor.signed()?.id;
    let said = match state.identity.tie(brand.id, Some(agent), talk.address, person).await {
        Ok(_) => "tie",
        Err(error) => not_done(error)?,
    };
    Ok(Redirect::to(&format!("/desk/c/{}?said={said}", talk.id)).into_response())
}
