//! A conversation and its customer as they are shown.

use super::queue::{channel_icon, mood_icon, reason_tone};
use super::said_view::{MessageView, messages};
use crate::auth::Visitor;
use crate::frame::texts;
use crate::view::{self, Zone};
use crate::words::{self, codes};
use lara_core::deliver::window::{Instead, Window};
use lara_core::desk::LONGEST;
use lara_core::model::{
    ConversationId, Entity, EntityValue, Language, Owner, Priority, RankedIntent, SaidDate, Timestamp,
};
use lara_core::wording;
use lara_store::pages::{Decided, Talk, TalkHead};

/// Width of a bar in the reading, in its own units.
const BAR: f32 = 64.0;

pub(crate) struct EvidenceView {
    pub(crate) text: String,
    pub(crate) weight: String,
    pub(crate) against: bool,
}

pub(crate) struct NamedView {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

pub(crate) struct UsedView {
    pub(crate) key: String,
    pub(crate) language: &'static str,
    pub(crate) name: String,
    pub(crate) version: String,
}

pub(crate) struct ReadingView {
    pub(crate) intent: String,
    pub(crate) confidence: String,
    pub(crate) confidence_bar: String,
    pub(crate) runner_up: Option<String>,
    pub(crate) also: String,
    pub(crate) named: Vec<NamedView>,
    pub(crate) mood: &'static str,
    pub(crate) mood_code: &'static str,
    pub(crate) mood_icon: &'static str,
    pub(crate) score: String,
    pub(crate) complaint: String,
    pub(crate) complaint_bar: String,
    pub(crate) is_complaint: bool,
    pub(crate) urgent: bool,
    pub(crate) language: String,
    pub(crate) reason: String,
    pub(crate) policy: String,
    pub(crate) templates: Vec<UsedView>,
    pub(crate) known: String,
    pub(crate) model: String,
    pub(crate) evidence: Vec<EvidenceView>,
}

pub(crate) struct EscalationView {
    pub(crate) reason: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) priority: &'static str,
    pub(crate) priority_code: &'static str,
    pub(crate) opened: String,
    pub(crate) due: String,
    pub(crate) late: bool,
}

pub(crate) struct WindowView {
    pub(crate) text: String,
    pub(crate) tone: &'static str,
    pub(crate) is_shut: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "each is asked by the page once, where it stands")]
pub(crate) struct TalkView {
    pub(crate) id: ConversationId,
    pub(crate) customer: String,
    pub(crate) name: String,
    pub(crate) owner_text: String,
    pub(crate) owner_tone: &'static str,
    pub(crate) escalation: Option<EscalationView>,
    pub(crate) channel: String,
    pub(crate) channel_icon: &'static str,
    pub(crate) can_take: bool,
    pub(crate) take_text: String,
    pub(crate) can_write: bool,
    pub(crate) can_hand_back: bool,
    pub(crate) can_resolve: bool,
    pub(crate) composer: &'static str,
    pub(crate) standing: String,
    pub(crate) reply_hint: String,
    pub(crate) longest: usize,
    pub(crate) opted_out: bool,
    /// That the platform says nobody is reached there.
    pub(crate) unreachable: Option<String>,
    /// Until when the platform lets an agent write, where it ends.
    pub(crate) window: Option<WindowView>,
    /// The place of the newest message on the page: all the customer said up to it is before the agent's eyes.
    pub(crate) seen: i64,
    pub(crate) earlier: Option<i64>,
    pub(crate) messages: Vec<MessageView>,
}

fn ranked(language: Language, ranked: &RankedIntent) -> String {
    format!("{} {}", codes::key(language, ranked.intent.as_str()), view::percent(ranked.confidence))
}

/// One thing a message names, as an agent reads it; a secret has nothing to show.
fn named(language: Language, entity: &Entity) -> Option<NamedView> {
    let (kind, text) = match &entity.value {
        EntityValue::Order(number) => ("order", number.clone()),
        EntityValue::Email(email) => ("email", email.clone()),
        EntityValue::Phone(number) => ("phone", number.clone()),
        EntityValue::Money { minor, currency } => ("money", wording::money(*minor, currency, language)),
        EntityValue::Date(SaidDate::On(day)) => ("date", day.to_string()),
        EntityValue::Quantity { count, unit: Some(unit) } => ("quantity", format!("{count} × {unit}")),
        EntityValue::Quantity { count, unit: None } => ("quantity", count.to_string()),
        EntityValue::Size(size) => ("size", size.clone()),
        EntityValue::Product(sku) => ("product", sku.clone()),
        EntityValue::Date(_) | EntityValue::Secret => return None,
    };
    Some(NamedView { kind: codes::named(language, kind), text })
}

fn bar(probability: f32) -> String {
    format!("{:.1}", probability.clamp(0.0, 1.0) * BAR)
}

/// Why Lara did what she did, as it is shown.
pub(crate) fn reading(visitor: &Visitor, decided: &Decided) -> ReadingView {
    let language = visitor.language;
    let reading = &decided.reading;
    ReadingView {
        intent: codes::key(language, reading.intent.as_str()).into_owned(),
        confidence: view::percent(reading.confidence),
        confidence_bar: bar(reading.confidence),
        runner_up: reading.runner_up.as_ref().map(|second| ranked(language, second)),
        also: reading.also.iter().map(|also| ranked(language, also)).collect::<Vec<_>>().join(", "),
        named: reading.entities.iter().filter_map(|entity| named(language, entity)).collect(),
        mood: codes::mood(language, reading.sentiment),
        mood_code: reading.sentiment.as_str(),
        mood_icon: mood_icon(reading.sentiment),
        score: format!("{:+.2}", reading.score),
        complaint: view::percent(reading.complaint),
        complaint_bar: bar(reading.complaint),
        is_complaint: reading.is_complaint(),
        urgent: reading.urgent,
        language: codes::spoken(language, reading.language.as_str()).into_owned(),
        reason: codes::reason(language, &decided.reason).into_owned(),
        policy: decided.policy.clone(),
        templates: decided
            .templates
            .iter()
            .map(|used| UsedView {
                key: used.key.clone(),
                language: used.language.as_str(),
                name: codes::key(language, &used.key).into_owned(),
                version: if used.version == 0 {
                    texts(visitor).version_shipped.to_owned()
                } else {
                    words::fill(texts(visitor).state_published, &[("n", &used.version.to_string())])
                },
            })
            .collect(),
        known: decided.known.join(", "),
        model: reading.model.to_string(),
        evidence: reading
            .why
            .iter()
            .map(|evidence| EvidenceView {
                text: evidence.text.clone(),
                weight: format!("{:+.2}", evidence.weight),
                against: evidence.weight < 0.0,
            })
            .collect(),
    }
}

fn escalation(visitor: &Visitor, zone: &Zone, head: &TalkHead, now: Timestamp) -> Option<EscalationView> {
    head.place.map(|place| EscalationView {
        reason: codes::escalation(visitor.language, place.reason),
        tone: reason_tone(place.reason),
        priority: codes::priority(visitor.language, place.priority),
        priority_code: match place.priority {
            Priority::Urgent => "urgent",
            Priority::High => "high",
            Priority::Normal => "normal",
        },
        opened: zone.moment(place.opened_at),
        due: zone.moment(place.due_at),
        late: place.due_at < now,
    })
}

/// Until when the platform lets an agent write, or what is lawful instead.
fn window_view(visitor: &Visitor, zone: &Zone, head: &TalkHead, window: Window) -> Option<WindowView> {
    let w = texts(visitor);
    let channel = codes::channel(visitor.language, head.channel_kind);
    let (text, tone, end) = match window {
        Window::Open(None) => return None,
        Window::Open(Some(end)) => (w.window_open, "muted", Some(end)),
        Window::OpenForAgent(end) => (w.window_late, "amber", Some(end)),
        Window::Closed(Instead::ApprovedTemplate) => (w.window_template, "red", None),
        Window::Closed(Instead::PersonWrites | Instead::AnAgentWrites(_)) => (w.window_person, "red", None),
    };
    let when = end.map(|end| zone.moment(end)).unwrap_or_default();
    let text = words::fill(text, &[("channel", channel), ("when", &when)]);
    Some(WindowView { text, tone, is_shut: end.is_none() })
}

/// A conversation as it is shown.
pub(crate) fn talk_view(
    visitor: &Visitor,
    zone: &Zone,
    talk: Talk,
    name: Option<&str>,
    window: Window,
    now: Timestamp,
) -> TalkView {
    let w = texts(visitor);
    let Talk { head, messages: said, more, decisions } = talk;
    let me = visitor.agent.as_ref().map(|agent| agent.id);
    let mine = head.owner == Owner::Agent && head.agent.as_ref().map(|(id, _)| *id) == me;
    let s = words::said(visitor.language);
    let holder = head.agent.as_ref().map_or(s.owner_elsewhere, |(_, name)| name.as_str()).to_owned();
    let name = name.or(head.address_name.as_deref()).unwrap_or(w.visitor).to_owned();
    let first = said.first().map(|first| first.seq);
    let window = window_view(visitor, zone, &head, window);
    let is_shut = window.as_ref().is_some_and(|window| window.is_shut);
    TalkView {
        id: head.id,
        customer: head.customer.map(|id| id.to_string()).unwrap_or_default(),
        owner_text: match head.owner {
            Owner::Agent if mine => w.you.to_owned(),
            Owner::Agent => holder.clone(),
            other => codes::owner(visitor.language, other).to_owned(),
        },
        owner_tone: match head.owner {
            Owner::Bot => "accent",
            Owner::Waiting => "amber",
            Owner::Agent => "green",
            Owner::Closed => "",
        },
        escalation: escalation(visitor, zone, &head, now),
        channel: format!("{} · {}", codes::channel(visitor.language, head.channel_kind), head.channel_name),
        channel_icon: channel_icon(head.channel_kind),
        can_take: !mine && head.owner != Owner::Closed,
        take_text: if head.owner == Owner::Agent {
            words::fill(w.take_over_from, &[("name", &holder)])
        } else {
            w.take_over.to_owned()
        },
        can_write: mine && !is_shut,
        window: window.filter(|_| head.owner != Owner::Closed),
        can_hand_back: mine,
        can_resolve: mine || head.owner == Owner::Waiting,
        composer: match head.owner {
            _ if mine && is_shut => "shut",
            _ if mine => "mine",
            other => other.as_str(),
        },
        standing: match head.owner {
            Owner::Bot => w.owner_bot.to_owned(),
            Owner::Waiting => w.owner_waiting.to_owned(),
            Owner::Agent if mine => w.refused_window.to_owned(),
            Owner::Agent => words::fill(w.owner_agent, &[("name", &holder)]),
            Owner::Closed => w.owner_closed.to_owned(),
        },
        reply_hint: words::fill(w.reply_hint, &[("name", &name)]),
        longest: LONGEST,
        opted_out: head.opted_out_at.is_some(),
        unreachable: head.unreachable_at.map(|at| words::fill(s.unreachable, &[("when", &zone.moment(at))])),
        seen: said.last().map_or(0, |last| last.seq),
        earlier: first.filter(|_| more),
        messages: messages(visitor, zone, &said, &decisions, &name),
        name,
    }
}
