//! The queue: who waits for a human, what burns first.

use super::channels::{Down, down};
use crate::assets;
use crate::auth::{Visitor, set_cookie};
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::{Frame, Here, brand, frame, local, page, texts};
use crate::state::Shared;
use crate::view::{self, Zone, span};
use crate::words::{self, Words, codes};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::act::markup;
use lara_core::model::{
    Author, Brand, BrandId, ChannelKind, ConversationId, EscalationReason, Owner, Priority, Sentiment,
    Timestamp,
};
use lara_store::pages::{Counts, QueueRow, QueueView};
use serde::Deserialize;

/// Rows shown in a list.
const ROWS: u32 = 100;
/// Conversations with the bot shown below the escalated ones.
const BOT_ROWS: u32 = 30;
/// Persons whose conversations a search shows.
const PEOPLE: u32 = 50;
/// Characters of the last message.
const EXCERPT: usize = 160;

/// A mood as it is shown.
pub(crate) struct Mood {
    pub(crate) code: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) word: &'static str,
}

/// When a human should have answered.
pub(crate) struct Due {
    pub(crate) late: bool,
    pub(crate) machine: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// A row as it is shown.
pub(crate) struct Row {
    pub(crate) id: ConversationId,
    pub(crate) current: bool,
    pub(crate) priority: &'static str,
    pub(crate) known: bool,
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) colour: String,
    pub(crate) channel_icon: &'static str,
    pub(crate) channel: String,
    pub(crate) mood: Option<Mood>,
    pub(crate) reason: Option<&'static str>,
    pub(crate) reason_tone: &'static str,
    pub(crate) intent: Option<String>,
    pub(crate) said_by: Option<&'static str>,
    pub(crate) excerpt: String,
    pub(crate) since: String,
    pub(crate) since_machine: String,
    pub(crate) since_title: String,
    pub(crate) ago_form: &'static str,
    pub(crate) due: Option<Due>,
    pub(crate) has: Option<String>,
}

/// Rows under a title.
pub(crate) struct Group {
    pub(crate) title: Option<&'static str>,
    pub(crate) rows: Vec<Row>,
}

/// What is said where there are no rows.
pub(crate) struct Empty {
    pub(crate) title: String,
    pub(crate) line: &'static str,
}

/// A list as it is shown.
pub(crate) struct List {
    pub(crate) groups: Vec<Group>,
    pub(crate) empty: Option<Empty>,
}

struct Tab {
    code: &'static str,
    name: &'static str,
    count: Option<i64>,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct Page {
    w: &'static Words,
    f: Frame,
    tabs: Vec<Tab>,
    found: String,
    groups: Vec<Group>,
    empty: Option<Empty>,
    waiting: i64,
    mine: i64,
    refresh: String,
    dead: Vec<Down>,
}

/// The banner alone.
#[derive(Template)]
#[template(path = "dead_part.html")]
struct DeadPart {
    w: &'static Words,
    dead: Vec<Down>,
}

#[derive(Template)]
#[template(path = "queue_list.html")]
struct Part {
    w: &'static Words,
    groups: Vec<Group>,
    empty: Option<Empty>,
    waiting: i64,
    mine: i64,
    refresh: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    fragment: String,
    /// The conversation that is open beside the list.
    current: Option<ConversationId>,
}

/// The name of a mood's icon.
pub(crate) const fn mood_icon(mood: Sentiment) -> &'static str {
    match mood {
        Sentiment::Positive => "happy",
        Sentiment::Neutral => "calm",
        Sentiment::Negative => "upset",
    }
}

/// The name of a channel's icon.
pub(crate) const fn channel_icon(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Web => "web",
        ChannelKind::App => "app",
        ChannelKind::Local => "terminal",
        _ => "bubble",
    }
}

/// The colour of a reason.
pub(crate) const fn reason_tone(reason: EscalationReason) -> &'static str {
    match reason {
        EscalationReason::Urgent | EscalationReason::Complaint => "red",
        EscalationReason::Quarantined | EscalationReason::Fault | EscalationReason::MissingFact => "amber",
        EscalationReason::AskedForHuman
        | EscalationReason::Misses
        | EscalationReason::NeedsHuman
        | EscalationReason::Loop => "accent",
    }
}

/// How soon something is due.
pub(crate) fn due(visitor: &Visitor, zone: &Zone, due_at: Timestamp, now: Timestamp) -> Due {
    let w = texts(visitor);
    let late = due_at < now;
    let distance = if late { now.since(due_at) } else { due_at.since(now) };
    let time = span(visitor.language, distance).unwrap_or_else(|| w.just_now.to_owned());
    let form = if late { w.due_late } else { w.due_in };
    Due {
        late,
        machine: Zone::machine(due_at),
        title: zone.moment(due_at),
        text: words::fill(form, &[("time", &time)]),
    }
}

/// A row of the store as it is shown.
pub(crate) fn row(
    visitor: &Visitor,
    zone: &Zone,
    row: QueueRow,
    current: Option<ConversationId>,
    now: Timestamp,
) -> Row {
    let w = texts(visitor);
    let language = visitor.language;
    let me = visitor.agent.as_ref().map(|agent| agent.id);
    let name = row.customer.as_ref().and_then(|(_, name)| name.clone()).or(row.address_name);
    let waits = matches!(row.owner, Owner::Waiting | Owner::Agent);
    let opened = row.place.filter(|_| row.owner == Owner::Waiting).map(|place| place.opened_at);
    let waiting_since = if waits { opened.or(row.unanswered_since) } else { None };
    let since = waiting_since.unwrap_or(row.last_at);
    let ago = span(language, now.since(since)).unwrap_or_else(|| w.just_now.to_owned());
    let ago_form = if waiting_since.is_some() { w.waiting_since } else { "{time}" };
    let (said_by, text) = match row.last {
        Some((Author::Customer, text, _)) => (None, text),
        Some((Author::Bot, text, _)) => (Some(w.said_lara), markup::to_plain(&markup::parse(&text))),
        Some((Author::Agent, text, _)) => (Some(w.said_agent), markup::to_plain(&markup::parse(&text))),
        None => (None, String::new()),
    };
    let excerpt = view::excerpt(&text, EXCERPT);
    Row {
        id: row.id,
        current: current == Some(row.id),
        priority: row.place.map_or("", |place| match place.priority {
            Priority::Urgent => "urgent",
            Priority::High => "high",
            Priority::Normal => "normal",
        }),
        known: name.is_some(),
        initials: name.as_deref().map(view::initials).unwrap_or_default(),
        colour: if name.is_some() { view::colour(&row.id.to_string()) } else { "none".to_owned() },
        name: name.unwrap_or_else(|| w.visitor.to_owned()),
        channel_icon: channel_icon(row.channel_kind),
        channel: codes::channel(language, row.channel_kind).to_owned(),
        mood: row.mood.map(|mood| Mood {
            code: mood.as_str(),
            icon: mood_icon(mood),
            word: codes::mood(language, mood),
        }),
        reason: row.place.map(|place| codes::escalation(language, place.reason)),
        reason_tone: row.place.map_or("", |place| reason_tone(place.reason)),
        intent: row.intent.map(|intent| codes::key(language, &intent).into_owned()),
        said_by,
        excerpt: if excerpt.is_empty() { w.said_nothing.to_owned() } else { excerpt },
        since: words::fill(ago_form, &[("time", &ago)]),
        since_machine: Zone::machine(since),
        since_title: zone.moment(since),
        ago_form,
        due: row
            .place
            .filter(|_| row.owner == Owner::Waiting || row.unanswered_since.is_some())
            .map(|place| due(visitor, zone, place.due_at, now)),
        has: match (&row.agent, row.owner) {
            (Some((id, _)), _) if Some(*id) == me => Some(w.has_you.to_owned()),
            (Some((_, name)), _) => Some(name.clone()),
            _ => None,
        },
    }
}

/// The rows of a brand for a tab or a search.
pub(crate) async fn list(
    state: &Shared,
    visitor: &Visitor,
    brand: &Brand,
    asked: &Asked,
) -> Result<List, Fault> {
    let w = texts(visitor);
    let agent = visitor.signed()?.id;
    let found = asked.q.trim();
    let now = state.clock.now();
    let zone = Zone::new(&brand.settings.time_zone, visitor.language);
    let shown = async |view: QueueView<'_>, limit: u32| -> Result<Vec<Row>, Fault> {
        let rows = state.pages.queue(brand.id, view, limit).await?;
        Ok(rows.into_iter().map(|one| row(visitor, &zone, one, asked.current, now)).collect())
    };
    let mut groups = Vec::new();
    let mut put = |title, rows: Vec<Row>| {
        if !rows.is_empty() {
            groups.push(Group { title, rows });
        }
    };
    let (title, line) = if found.is_empty() {
        match asked.tab.as_str() {
            "mine" => {
                put(None, shown(QueueView::Mine(agent), ROWS).await?);
                (w.empty_mine.to_owned(), w.empty_mine_line)
            }
            "open" => {
                put(Some(w.group_escalated), shown(QueueView::Human, ROWS).await?);
                put(Some(w.group_bot), shown(QueueView::Bot, ROWS).await?);
                (w.empty_open.to_owned(), w.empty_open_line)
            }
            "closed" => {
                put(None, shown(QueueView::Closed, ROWS).await?);
                (w.empty_closed.to_owned(), w.empty_closed_line)
            }
            _ => {
                let waiting = shown(QueueView::Waiting, ROWS).await?;
                let empty = (w.empty_waiting.to_owned(), w.empty_waiting_line);
                put(None, waiting);
                empty
            }
        }
    } else {
        let people = state.pages.find_people(brand.id, found, None, PEOPLE).await?.people;
        let people: Vec<_> = people.iter().map(|person| person.id).collect();
        put(Some(w.group_found), shown(QueueView::Found(&people), ROWS).await?);
        (words::fill(w.empty_found, &[("text", found)]), w.empty_found_line)
    };
    let empty = groups.is_empty().then_some(Empty { title, line });
    // Who looks at an empty or short waiting list sees below it what Lara does meanwhile.
    if found.is_empty() && !["mine", "open", "closed"].contains(&asked.tab.as_str()) {
        let rows = shown(QueueView::Bot, BOT_ROWS).await?;
        if !rows.is_empty() {
            groups.push(Group { title: Some(w.group_bot), rows });
        }
    }
    Ok(List { groups, empty })
}

fn tabs(w: &'static Words, asked: &Asked, counts: Counts) -> Vec<Tab> {
    let searching = !asked.q.trim().is_empty();
    let chosen = match asked.tab.as_str() {
        _ if searching => "",
        known @ ("mine" | "open" | "closed") => known,
        _ => "waiting",
    };
    [
        ("waiting", w.tab_waiting, Some(counts.waiting)),
        ("mine", w.tab_mine, Some(counts.mine)),
        ("open", w.tab_open, None),
        ("closed", w.tab_closed, None),
    ]
    .map(|(code, name, count)| Tab { code, name, count, chosen: code == chosen })
    .into()
}

/// Where the list is fetched again from.
pub(crate) fn refresh(asked: &Asked) -> String {
    let mut to = format!("/desk?fragment=queue&tab={}", assets::query_value(&asked.tab));
    if !asked.q.is_empty() {
        to.push_str("&q=");
        to.push_str(&assets::query_value(&asked.q));
    }
    if let Some(current) = asked.current {
        to.push_str("&current=");
        to.push_str(&current.to_string());
    }
    to
}

/// The list of waiting conversations beside an open one.
pub(crate) async fn beside(
    state: &Shared,
    visitor: &Visitor,
    brand: &Brand,
    current: ConversationId,
) -> Result<(List, String), Fault> {
    let asked = Asked { tab: "open".to_owned(), current: Some(current), ..Asked::default() };
    Ok((list(state, visitor, brand, &asked).await?, refresh(&asked)))
}

/// `GET /desk`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Query(mut asked): Query<Asked>,
) -> Result<Response, Fault> {
    let Some(brand) = brand(&state, &visitor).await? else {
        return Ok(Redirect::to("/desk/shop#new").into_response());
    };
    // No stored text has any, and PostgreSQL takes no NUL.
    asked.q.retain(|c| !c.is_control());
    let w = texts(&visitor);
    if asked.fragment == "channels" {
        return page(&DeadPart { w, dead: down(&state, &visitor, &brand).await? });
    }
    let counts = counts(&state, &visitor, brand.id).await?;
    let List { groups, empty } = list(&state, &visitor, &brand, &asked).await?;
    let refresh = refresh(&asked);
    let Counts { waiting, mine, .. } = counts;
    if asked.fragment == "queue" {
        return page(&Part { w, groups, empty, waiting, mine, refresh });
    }
    let f = frame(&state, &visitor, Here::Queue, Some(&brand), None).await?;
    let dead = down(&state, &visitor, &brand).await?;
    let tabs = tabs(w, &asked, counts);
    page(&Page { w, f, tabs, found: asked.q, groups, empty, waiting, mine, refresh, dead })
}

async fn counts(state: &Shared, visitor: &Visitor, brand: BrandId) -> Result<Counts, Fault> {
    Ok(state.pages.counts(brand, visitor.signed()?.id).await?)
}

/// `POST /desk/brand`: the brand the reader works for from now on.
pub(crate) async fn choose_brand(State(state): State<Shared>, fields: Fields) -> Result<Response, Fault> {
    let brand = state.brands.brand_by_slug(fields.one("brand")).await?.ok_or(Fault::Missing)?;
    let mut answer = Redirect::to(local(fields.one("back"))).into_response();
    let cookie = set_cookie("lara_brand", &brand.slug, Some(365 * 24 * 3600), state.secure);
    answer.headers_mut().append(SET_COOKIE, cookie);
    Ok(answer)
}
