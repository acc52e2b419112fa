//! One person on one screen: who they are and how we know, what they bought, like and said, and what waits.

use super::card_view::mood_words;
use super::people_view::{
    LikeView, Look, OrderView, PastView, PlaceView, level_tone, like_view, order_view, past_view, place_view,
    worth,
};
use super::person_acts::not_done;
use super::person_joins::{JoinView, SideView, SuggestionView, join_view, suggestion_view};
use crate::auth::Visitor;
use crate::error::Fault;
use crate::frame::{Frame, Here, Notice, brand, frame, page, texts};
use crate::state::Shared;
use crate::view::{self, Spark, Zone, spark};
use crate::words::{self, PeopleWords, Words, codes};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::{Brand, ChannelKind, CustomerId, Timestamp};
use lara_store::pages::{PersonOrder, PersonTalk, Profile};
use serde::Deserialize;
use uuid::Uuid;

/// Orders on a page.
const ORDERS: u32 = 8;
/// Conversations on a page.
const TALKS: u32 = 15;

struct WaitingView {
    conversation: String,
    reason: &'static str,
    priority: &'static str,
    code: &'static str,
    since: String,
    due: String,
    late: bool,
}

/// A person as their page shows them.
struct PersonView {
    id: CustomerId,
    name: String,
    known: bool,
    initials: String,
    colour: String,
    level: &'static str,
    tone: &'static str,
    tier: Option<String>,
    names: Option<String>,
    emails: Vec<String>,
    phones: Vec<String>,
    externals: Vec<String>,
    language: Option<String>,
    since: Option<String>,
    worth: Option<String>,
    orders_in_all: i64,
    /// What they agreed to, in a sentence.
    consent: String,
    opted_out: bool,
    erased: Option<String>,
    places: Vec<PlaceView>,
    likes: Vec<LikeView>,
    spark: Option<Spark>,
    mood_words: String,
    waiting: Vec<WaitingView>,
    orders: Vec<OrderView>,
    more_orders: Option<String>,
    talks: Vec<PastView>,
    more_talks: Option<String>,
    joins: Vec<JoinView>,
    suggestions: Vec<SuggestionView>,
    /// Where the page is fetched again from; a page of older things stays as it is.
    refresh: String,
}

#[derive(Template)]
#[template(path = "person.html")]
struct Page {
    w: &'static Words,
    p: &'static PeopleWords,
    f: Frame,
    v: PersonView,
}

#[derive(Template)]
#[template(path = "person_part.html")]
struct Part {
    w: &'static Words,
    p: &'static PeopleWords,
    f: Frame,
    v: PersonView,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    fragment: String,
    #[serde(default)]
    said: String,
    /// `<milliseconds>.<id>` of the last order on the page before.
    #[serde(default)]
    orders: String,
    /// The same of conversations.
    #[serde(default)]
    talks: String,
}

/// A place in time, as an address has it.
fn place(text: &str) -> Option<(Timestamp, Uuid)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(at.parse().ok()?), id.parse().ok()?))
}

fn consent(look: &Look<'_>, person: &Profile) -> (String, bool) {
    let p = look.words();
    if let Some(at) = person.opted_out_at() {
        return (words::fill(p.consent_out, &[("day", &look.zone.day(at))]), true);
    }
    let mut silent: Vec<ChannelKind> =
        person.places.iter().filter(|place| place.opted_out).map(|place| place.channel_kind).collect();
    silent.dedup();
    if silent.is_empty() {
        return (p.consent_in.to_owned(), false);
    }
    let names: Vec<&str> = silent.iter().map(|kind| codes::channel(look.language(), *kind)).collect();
    (words::fill(p.consent_some, &[("channels", &names.join(", "))]), true)
}

fn waiting(look: &Look<'_>, person: &Profile) -> Vec<WaitingView> {
    let of = |one: &lara_store::pages::PersonWaiting| {
        let due = super::queue::due(look.visitor, look.zone, one.due_at, look.now);
        WaitingView {
            conversation: format!("/desk/c/{}", one.conversation),
            reason: codes::escalation(look.language(), one.reason),
            priority: codes::priority(look.language(), one.priority),
            code: one.priority.as_str(),
            since: words::fill(texts(look.visitor).waiting_since, &[("time", &look.ago(one.opened_at))]),
            due: due.text,
            late: due.late,
        }
    };
    person.waiting.iter().map(of).collect()
}

/// The address of the next page of something, when there is more than fits.
fn next<T>(
    rows: &mut Vec<T>,
    fit: u32,
    address: &str,
    of: impl Fn(&T) -> (Timestamp, Uuid),
) -> Option<String> {
    let fit = usize::try_from(fit).unwrap_or(usize::MAX);
    let more = rows.len() > fit;
    rows.truncate(fit);
    let (at, id) = rows.last().filter(|_| more).map(of)?;
    Some(format!("{address}{}.{id}", at.millis()))
}

async fn view(state: &Shared, look: &Look<'_>, head: CustomerId, asked: &Asked) -> Result<PersonView, Fault> {
    let person = state.pages.profile(head).await?.ok_or(Fault::Missing)?;
    let (p, language) = (look.words(), look.language());
    let mut orders = state.pages.person_orders(head, place(&asked.orders), ORDERS + 1).await?;
    let mut talks = state.pages.person_talks(head, place(&asked.talks), TALKS + 1).await?;
    let here = format!("/desk/people/{head}");
    let of_order = |order: &PersonOrder| (order.ordered_at, order.id.get());
    let of_talk = |talk: &PersonTalk| (talk.last_at, talk.id.get());
    let more_orders = next(&mut orders, ORDERS, &format!("{here}?orders="), of_order);
    let more_talks = next(&mut talks, TALKS, &format!("{here}?talks="), of_talk);
    let joins = state.pages.person_joins(head).await?;
    let suggestions = state.pages.person_suggestions(head).await?;
    let (consent, opted_out) = consent(look, &person);
    let name = person.name();
    let names = person.names();
    let every = |values: Vec<&str>| values.into_iter().map(ToOwned::to_owned).collect();
    let seen = if person.level() == lara_core::model::Level::Anonymous { None } else { Some(person.level()) };
    Ok(PersonView {
        id: head,
        known: name.is_some(),
        initials: name.map(view::initials).unwrap_or_default(),
        colour: if name.is_some() { view::colour(&head.to_string()) } else { "none".to_owned() },
        name: name.unwrap_or(p.nameless).to_owned(),
        level: seen.map_or(p.never, |level| codes::level(language, level)),
        tone: seen.map_or("", level_tone),
        tier: person.tier().map(ToOwned::to_owned),
        names: (names.len() > 1).then(|| names.get(1..).unwrap_or_default().join(", ")),
        emails: every(person.emails()),
        phones: every(person.phones()),
        externals: every(person.externals()),
        language: person.language().map(|spoken| codes::spoken(language, spoken.as_str()).into_owned()),
        since: person.since().map(|at| look.zone.day(at)),
        worth: worth(look, &person.worth),
        orders_in_all: person.worth.iter().map(|worth| worth.orders).sum(),
        consent,
        opted_out,
        erased: person.erased_at().map(|at| words::fill(p.erased, &[("day", &look.zone.day(at))])),
        places: person.places.iter().map(|one| place_view(look, one)).collect(),
        likes: person.likes.iter().map(|one| like_view(look, one)).collect(),
        spark: spark(&person.moods),
        mood_words: mood_words(look, &person.moods),
        waiting: waiting(look, &person),
        orders: orders.iter().map(|order| order_view(look, order)).collect(),
        more_orders,
        talks: talks.iter().map(|talk| past_view(look, talk)).collect(),
        more_talks,
        joins: joins.iter().map(|join| join_view(look, join)).collect(),
        suggestions: suggestions.iter().map(|one| suggestion_view(look, one, Some(head))).collect(),
        refresh: if asked.orders.is_empty() && asked.talks.is_empty() {
            format!("{here}?fragment=person")
        } else {
            String::new()
        },
    })
}

/// The head a path names, if it is of the reader's brand; `Err` leads there from another of the person's customers.
pub(crate) async fn head(state: &Shared, brand: &Brand, id: &str) -> Result<CustomerId, Fault> {
    let id: CustomerId = id.parse().map_err(|_| Fault::Missing)?;
    state.pages.person_head(brand.id, id).await?.ok_or(Fault::Missing)
}

/// `GET /desk/people/{id}`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let head = head(&state, &brand, &id).await?;
    if head.to_string() != id {
        return Ok(Redirect::to(&format!("/desk/people/{head}")).into_response());
    }
    let zone = Zone::new(&brand.settings.time_zone, visitor.language);
    let look = Look { visitor: &visitor, zone: &zone, now: state.clock.now() };
    if asked.fragment.is_empty() {
        // Who has the same e-mail or phone is looked for when somebody looks.
        state
            .identity
            .suggestions_of(brand.id, head)
            .await
            .or_else(|error| not_done(error).map(|_| Vec::new()))?;
    }
    let v = view(&state, &look, head, &asked).await?;
    let (w, p) = (texts(&visitor), words::people(visitor.language));
    let f = frame(&state, &visitor, Here::People, Some(&brand), said(p, &asked.said)).await?;
    if asked.fragment == "person" {
        return page(&Part { w, p, f, v });
    }
    page(&Page { w, p, f, v })
}

/// The word about what was just done, from its code in the address.
pub(crate) fn said(p: &PeopleWords, code: &str) -> Option<Notice> {
    Some(match code {
        "stop" => Notice::good(p.did_consent_out),
        "go" => Notice::good(p.did_consent_in),
        "forget" => Notice::good(p.did_forget),
        "nothing" => Notice::warn(p.did_nothing),
        "confirm" => Notice::good(p.did_confirm),
        "refuse" => Notice::good(p.did_refuse),
        "merge" => Notice::good(p.did_merge),
        "undo" => Notice::good(p.did_undo),
        "tie" => Notice::good(p.did_tie),
        "erase" => Notice::good(p.did_erase),
        "gone" => Notice::bad(p.refused_gone),
        "same" => Notice::bad(p.refused_same),
        "erased" => Notice::bad(p.refused_erased),
        "word" => Notice::bad(p.refused_word),
        _ => return None,
    })
}
