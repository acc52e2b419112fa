//! Finding a person: by a name without accents, some digits of a phone, an e-mail or an order.

use super::people_view::{Look, last_seen, level_tone, orders_count};
use super::queue::{Empty, channel_icon, reason_tone};
use crate::assets;
use crate::auth::Visitor;
use crate::error::Fault;
use crate::frame::{Frame, Here, brand, frame, page, texts};
use crate::state::Shared;
use crate::view::{self, Zone};
use crate::words::{self, PeopleWords, Words, codes};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::{Brand, CustomerId};
use lara_store::pages::{FoundPerson, Why};
use serde::Deserialize;

/// Persons on a page.
const PEOPLE: u32 = 30;
/// The longest text that is searched for, in characters.
const LONGEST: usize = 80;

/// A person in one line.
pub(crate) struct PersonRow {
    pub(crate) id: CustomerId,
    pub(crate) name: String,
    pub(crate) known: bool,
    pub(crate) initials: String,
    pub(crate) colour: String,
    pub(crate) level: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) tier: Option<String>,
    pub(crate) members: Option<String>,
    pub(crate) contact: String,
    /// What matched, where the line does not show it anyway.
    pub(crate) why: Option<String>,
    pub(crate) channels: Vec<(&'static str, &'static str)>,
    pub(crate) orders: String,
    pub(crate) seen: String,
    pub(crate) seen_title: String,
    pub(crate) waiting: Option<(&'static str, &'static str)>,
    pub(crate) opted_out: bool,
}

/// A person as a line.
pub(crate) fn person_row(look: &Look<'_>, person: &FoundPerson) -> PersonRow {
    let (p, language) = (look.words(), look.language());
    let shown = |what: &str| {
        let same = |known: &Option<String>| known.as_deref() == Some(what);
        same(&person.name) || same(&person.phone) || same(&person.email)
    };
    let why = match &person.why {
        Why::Lately => None,
        Why::Name(what) => Some((p.why_name, what)),
        Why::Phone(what) => Some((p.why_phone, what)),
        Why::Email(what) => Some((p.why_email, what)),
        Why::Order(what) => Some((p.why_order, what)),
        Why::External(what) => Some((p.why_external, what)),
    };
    let why = why.filter(|(_, what)| !what.is_empty() && !shown(what));
    let contact: Vec<&str> =
        [&person.phone, &person.email].into_iter().flatten().map(String::as_str).collect();
    PersonRow {
        id: person.id,
        known: person.name.is_some(),
        initials: person.name.as_deref().map(view::initials).unwrap_or_default(),
        colour: if person.name.is_some() { view::colour(&person.id.to_string()) } else { "none".to_owned() },
        name: person.name.clone().unwrap_or_else(|| p.nameless.to_owned()),
        level: codes::level(language, person.level),
        tone: level_tone(person.level),
        tier: person.tier.clone(),
        members: (person.members > 1).then(|| words::fill(p.members, &[("n", &person.members.to_string())])),
        contact: contact.join(" · "),
        why: why.map(|(text, what)| words::fill(text, &[("what", what)])),
        channels: person
            .channels
            .iter()
            .map(|kind| (channel_icon(*kind), codes::channel(language, *kind)))
            .collect(),
        orders: if person.orders == 0 { String::new() } else { orders_count(look, person.orders) },
        seen: last_seen(look, person.last_at),
        seen_title: person.last_at.map(|at| look.zone.moment(at)).unwrap_or_default(),
        waiting: person.waiting.map(|(reason, _)| (codes::escalation(language, reason), reason_tone(reason))),
        opted_out: person.opted_out,
    }
}

/// The part that stays fresh.
pub(crate) struct Fresh {
    pub(crate) rows: Vec<PersonRow>,
    pub(crate) title: &'static str,
    pub(crate) empty: Option<Empty>,
    pub(crate) more: Option<String>,
    pub(crate) first: Option<String>,
    pub(crate) refresh: String,
}

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    w: &'static Words,
    p: &'static PeopleWords,
    f: Frame,
    q: String,
    fresh: Fresh,
}

#[derive(Template)]
#[template(path = "people_list.html")]
struct Part {
    w: &'static Words,
    p: &'static PeopleWords,
    fresh: Fresh,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    fragment: String,
}

/// What was typed, no longer than anything worth finding, without what no stored text has: PostgreSQL takes no NUL.
pub(crate) fn typed(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    text.trim().chars().take(LONGEST).collect()
}

async fn fresh(state: &Shared, visitor: &Visitor, brand: &Brand, asked: &Asked) -> Result<Fresh, Fault> {
    let p = words::people(visitor.language);
    let q = typed(&asked.q);
    // A place that cannot be understood is the beginning: the address may be somebody's old bookmark.
    let after = asked.after.parse().ok();
    let found = state.pages.find_people(brand.id, &q, after, PEOPLE).await?;
    let zone = Zone::new(&brand.settings.time_zone, visitor.language);
    let look = Look { visitor, zone: &zone, now: state.clock.now() };
    let rows: Vec<PersonRow> = found.people.iter().map(|person| person_row(&look, person)).collect();
    let address = format!("/desk/people?q={}", assets::query_value(&q));
    let empty = rows.is_empty().then(|| match q.as_str() {
        "" => Empty { title: p.empty.to_owned(), line: p.empty_line },
        _ => Empty { title: words::fill(p.none, &[("text", &q)]), line: p.none_line },
    });
    Ok(Fresh {
        rows,
        title: if q.is_empty() { p.lately } else { p.found },
        empty,
        more: found.more.map(|more| format!("{address}&after={more}")),
        first: after.map(|_| address.clone()),
        refresh: match after {
            None => format!("{address}&fragment=people"),
            Some(after) => format!("{address}&after={after}&fragment=people"),
        },
    })
}

/// `GET /desk/people`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let Some(brand) = brand(&state, &visitor).await? else {
        return Ok(Redirect::to("/desk").into_response());
    };
    let (w, p) = (texts(&visitor), words::people(visitor.language));
    let fresh = fresh(&state, &visitor, &brand, &asked).await?;
    if asked.fragment == "people" {
        return page(&Part { w, p, fresh });
    }
    let f = frame(&state, &visitor, Here::People, Some(&brand), None).await?;
    page(&Page { w, p, f, q: typed(&asked.q), fresh })
}
