//! The channels of a brand and how they are: what is wrong and what to do, what nobody could understand, pause and test.

use super::queue::channel_icon;
use crate::auth::Visitor;
use crate::error::Fault;
use crate::frame::{Frame, Here, Notice, brand, frame, page, texts};
use crate::state::Shared;
use crate::view::{self, Zone, span};
use crate::words::{self, Words, codes};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::{
    Brand, Channel, ChannelId, ChannelKind, Gravity, Health, HealthState, Role, Timestamp,
};
use lara_core::ports::{ChangeKind, OddEvent};
use lara_core::wording::channel_trouble;
use serde::Deserialize;

/// Events in quarantine shown of a channel.
const ODD: u32 = 10;
/// Characters shown of one.
const BODY: usize = 2000;

struct SaidView {
    tone: &'static str,
    icon: &'static str,
    what: String,
    next: Option<String>,
}

struct FactView {
    name: &'static str,
    value: String,
    title: Option<String>,
}

struct OddView {
    reason: String,
    when: String,
    body: String,
}

struct ChannelView {
    id: ChannelId,
    name: String,
    icon: &'static str,
    kind: &'static str,
    account: Option<String>,
    tone: &'static str,
    chip: &'static str,
    state: &'static str,
    paused: bool,
    findings: Vec<SaidView>,
    facts: Vec<FactView>,
    odd_count: i64,
    odd_title: String,
    odd: Vec<OddView>,
}

#[derive(Template)]
#[template(path = "channels.html")]
struct Page {
    w: &'static Words,
    f: Frame,
    f_csrf: String,
    channels: Vec<ChannelView>,
}

#[derive(Template)]
#[template(path = "channels_list.html")]
struct Part {
    w: &'static Words,
    f_csrf: String,
    channels: Vec<ChannelView>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    said: String,
    #[serde(default)]
    fragment: String,
}

/// A channel that is down, for the banner.
pub(crate) struct Down {
    pub(crate) id: ChannelId,
    pub(crate) title: String,
    pub(crate) what: String,
    /// Whether the reader may look at the page.
    pub(crate) look: bool,
}

/// What the customers of a brand cannot reach it by. Everybody at the desk sees it.
pub(crate) async fn down(state: &Shared, visitor: &Visitor, brand: &Brand) -> Result<Vec<Down>, Fault> {
    let health = state.health.health(Some(brand.id)).await?;
    if health.iter().all(|health| health.state != HealthState::Dead) {
        return Ok(Vec::new());
    }
    let look = visitor.agent.as_ref().is_some_and(|agent| agent.role >= Role::Admin);
    let w = texts(visitor);
    let channels = state.brands.channels(Some(brand.id)).await?;
    let dead = channels.into_iter().filter(|channel| channel.paused_at.is_none()).filter_map(|channel| {
        let health = health.iter().find(|one| one.channel == channel.id)?;
        (health.state == HealthState::Dead).then(|| Down {
            id: channel.id,
            title: words::fill(w.channels_down, &[("name", &channel.name)]),
            what: first_trouble(visitor, &channel, health).unwrap_or_default(),
            look,
        })
    });
    Ok(dead.collect())
}

/// The gravest thing known of a channel, in one sentence.
fn first_trouble(visitor: &Visitor, channel: &Channel, health: &Health) -> Option<String> {
    let broken = health.findings.iter().find(|finding| finding.gravity == Gravity::Broken);
    let code = broken.map(|finding| (finding.code.as_str(), finding.detail.as_deref()));
    let (code, detail) = code.or_else(|| health.last_error.as_deref().map(|code| (code, None)))?;
    Some(channel_trouble(channel.kind, code, detail, visitor.language).what)
}

fn findings(visitor: &Visitor, channel: &Channel, health: Option<&Health>) -> Vec<SaidView> {
    let said = |tone, icon, code: &str, detail: Option<&str>| {
        let said = channel_trouble(channel.kind, code, detail, visitor.language);
        SaidView { tone, icon, what: said.what, next: said.next }
    };
    if channel.secrets.are_locked() {
        return vec![said("bad", "warn", "secrets_locked", None)];
    }
    let Some(health) = health else { return Vec::new() };
    let mut found: Vec<_> = health.findings.iter().collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.gravity));
    let mut shown: Vec<SaidView> = found
        .into_iter()
        .map(|finding| {
            let (tone, icon) = match finding.gravity {
                Gravity::Broken => ("bad", "warn"),
                Gravity::Warning => ("warn", "warn"),
                Gravity::Fine => ("good", "check"),
            };
            said(tone, icon, &finding.code, finding.detail.as_deref())
        })
        .collect();
    let ails = matches!(health.state, HealthState::Ailing | HealthState::Dead);
    // A check that came after the error knows better.
    let news = ails && health.last_error_at > health.checked_at;
    if let Some(code) = health.last_error.as_deref().filter(|_| news) {
        let tone = if health.state == HealthState::Dead { "bad" } else { "warn" };
        shown.insert(0, said(tone, "warn", code, None));
    }
    shown
}

/// What happened last. Doors of our own are not watched: there is no platform between us and the customer.
fn facts(
    visitor: &Visitor,
    zone: &Zone,
    kind: ChannelKind,
    health: Option<&Health>,
    now: Timestamp,
) -> Vec<FactView> {
    if matches!(kind, ChannelKind::Web | ChannelKind::App) {
        return Vec::new();
    }
    let w = texts(visitor);
    let fact = |name, at: Option<Timestamp>| {
        let value = at.map_or_else(
            || w.channels_never.to_owned(),
            |at| match span(visitor.language, now.since(at)) {
                Some(time) => words::fill(w.channels_ago, &[("time", &time)]),
                None => w.just_now.to_owned(),
            },
        );
        FactView { name, value, title: at.map(|at| zone.moment(at)) }
    };
    vec![
        fact(w.channels_heard, health.and_then(|health| health.last_event_at)),
        fact(w.channels_sent, health.and_then(|health| health.last_sent_at)),
        fact(w.channels_error, health.and_then(|health| health.last_error_at)),
        fact(w.channels_checked, health.and_then(|health| health.checked_at)),
    ]
}

const fn look(paused: bool, state: HealthState) -> (&'static str, &'static str) {
    match state {
        _ if paused => ("quiet", ""),
        HealthState::Well => ("", "green"),
        HealthState::Ailing => ("ailing", "amber"),
        HealthState::Dead => ("dead", "red"),
        HealthState::Unknown => ("", ""),
    }
}

async fn views(state: &Shared, visitor: &Visitor, brand: &Brand) -> Result<Vec<ChannelView>, Fault> {
    let (w, language, now) = (texts(visitor), visitor.language, state.clock.now());
    let zone = Zone::new(&brand.settings.time_zone, language);
    let all_health = state.health.health(Some(brand.id)).await?;
    let counts = state.odd.count_odd(Some(brand.id)).await?;
    let mut views = Vec::new();
    for channel in state.brands.channels(Some(brand.id)).await? {
        if channel.is_removed() || channel.kind == ChannelKind::Local {
            continue;
        }
        let health = all_health.iter().find(|health| health.channel == channel.id);
        let odd_count = counts.iter().find(|(id, _)| *id == channel.id).map_or(0, |(_, count)| *count);
        let events = if odd_count > 0 { state.odd.odd(channel.id, ODD).await? } else { Vec::new() };
        let shown = |event: OddEvent| OddView {
            reason: event.reason,
            when: zone.moment(event.at),
            body: view::excerpt(&event.body, BODY),
        };
        let locked = channel.secrets.are_locked();
        let health_state =
            if locked { HealthState::Dead } else { health.map_or(HealthState::Unknown, |h| h.state) };
        let paused = channel.paused_at.is_some();
        let (tone, chip) = look(paused, health_state);
        views.push(ChannelView {
            id: channel.id,
            icon: channel_icon(channel.kind),
            kind: codes::channel(language, channel.kind),
            tone,
            chip,
            state: if paused { w.channels_paused } else { codes::health(language, health_state) },
            paused,
            findings: findings(visitor, &channel, health),
            facts: facts(visitor, &zone, channel.kind, health, now),
            odd_count,
            odd_title: words::fill(w.channels_odd, &[("n", &odd_count.to_string())]),
            odd: events.into_iter().map(shown).collect(),
            account: channel.account,
            name: channel.name,
        });
    }
    Ok(views)
}

/// `GET /desk/channels`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let w = texts(&visitor);
    let Some(brand) = brand(&state, &visitor).await? else {
        return Ok(Redirect::to("/desk/shop#new").into_response());
    };
    let channels = views(&state, &visitor, &brand).await?;
    let f_csrf = visitor.csrf.clone();
    if asked.fragment == "channels" {
        return page(&Part { w, f_csrf, channels });
    }
    let notice = match asked.said.as_str() {
        "paused" => Some(Notice::warn(w.channels_said_paused)),
        "resumed" => Some(Notice::good(w.channels_said_resumed)),
        "well" => Some(Notice::good(w.channels_said_well)),
        "broken" => Some(Notice::bad(w.channels_said_broken)),
        _ => None,
    };
    let f = frame(&state, &visitor, Here::Channels, Some(&brand), notice).await?;
    page(&Page { w, f, f_csrf, channels })
}

/// `POST /desk/channels/{id}/{act}`: `test`, `pause` or `resume`.
pub(crate) async fn act(
    State(state): State<Shared>,
    visitor: Visitor,
    Path((id, act)): Path<(ChannelId, String)>,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let mut channels = state.brands.channels(Some(brand.id)).await?.into_iter();
    let channel = channels.find(|channel| channel.id == id && !channel.is_removed()).ok_or(Fault::Missing)?;
    let now = state.clock.now();
    let said = match act.as_str() {
        "test" => {
            let findings = state.checks.check(&channel).await;
            let broken = findings.iter().any(|finding| finding.gravity == Gravity::Broken);
            if broken { "broken" } else { "well" }
        }
        "pause" => {
            state.brands.pause_channel(id, Some(channel.paused_at.unwrap_or(now)), now).await?;
            "paused"
        }
        "resume" => {
            state.brands.pause_channel(id, None, now).await?;
            "resumed"
        }
        _ => return Err(Fault::Missing),
    };
    state.feed.touch(brand.id, ChangeKind::Brand, brand.id.get(), None);
    Ok(Redirect::to(&format!("/desk/channels?said={said}#c-{id}")).into_response())
}
