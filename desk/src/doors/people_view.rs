//! What is shown of a person wherever they are shown: orders, addresses with how we know, preferences, conversations.

use super::queue::{channel_icon, mood_icon};
use crate::auth::Visitor;
use crate::frame::texts;
use crate::view::{self, Zone, span};
use crate::words::{self, PeopleWords, codes};
use lara_core::model::JoinHow;
use lara_core::model::{
    ConversationId, Language, Level, Millis, OrderItem, OrderStatus, PreferenceSource, ReturnStatus,
    Timestamp,
};
use lara_core::relate::summary::Summary;
use lara_core::wording::summary_line;
use lara_store::pages::{Like, PersonOrder, PersonPlace, PersonReturn, PersonTalk, Worth};

/// Characters of a conversation's first words.
const EXCERPT: usize = 110;

/// Who reads, in which zone, and when.
pub(crate) struct Look<'a> {
    pub(crate) visitor: &'a Visitor,
    pub(crate) zone: &'a Zone,
    pub(crate) now: Timestamp,
}

impl Look<'_> {
    pub(crate) fn language(&self) -> Language {
        self.visitor.language
    }

    pub(crate) fn words(&self) -> &'static PeopleWords {
        words::people(self.visitor.language)
    }

    pub(crate) fn money(&self, minor: i64, currency: &str) -> String {
        view::money(minor, currency, self.language() == Language::Vietnamese)
    }

    /// How long ago, as one would say it.
    pub(crate) fn ago(&self, at: Timestamp) -> String {
        span(self.language(), self.now.since(at)).unwrap_or_else(|| texts(self.visitor).just_now.to_owned())
    }

    fn fill_day(&self, text: &str, at: Timestamp) -> String {
        words::fill(text, &[("day", &self.zone.day(at))])
    }
}

pub(crate) struct ReturnView {
    pub(crate) title: String,
    pub(crate) status: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) line: String,
}

pub(crate) struct OrderView {
    pub(crate) number: String,
    pub(crate) status: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) items: String,
    pub(crate) ordered: String,
    pub(crate) total: String,
    pub(crate) due: Option<String>,
    pub(crate) late: bool,
    pub(crate) tracking: Option<String>,
    /// Carrier, its number, sent or delivered.
    pub(crate) shipment: String,
    pub(crate) returns: Vec<ReturnView>,
}

pub(crate) struct PlaceView {
    pub(crate) icon: &'static str,
    pub(crate) channel: String,
    pub(crate) shown: Option<String>,
    pub(crate) level: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) how: String,
    pub(crate) last: Option<String>,
    pub(crate) unreachable: bool,
    pub(crate) opted_out: bool,
}

pub(crate) struct LikeView {
    pub(crate) key: String,
    pub(crate) topic: String,
    pub(crate) value: String,
    /// Who says so, where and since when.
    pub(crate) source: String,
    pub(crate) forget: String,
}

pub(crate) struct PastView {
    pub(crate) id: ConversationId,
    pub(crate) icon: &'static str,
    pub(crate) channel: String,
    pub(crate) when: String,
    pub(crate) title: String,
    pub(crate) machine: String,
    pub(crate) open: Option<&'static str>,
    pub(crate) reason: Option<&'static str>,
    pub(crate) mood: Option<(&'static str, &'static str, &'static str)>,
    pub(crate) text: String,
    pub(crate) agent: Option<String>,
}

/// The colour of a level.
pub(crate) const fn level_tone(level: Level) -> &'static str {
    match level {
        Level::Verified => "green",
        Level::Claimed => "amber",
        Level::Anonymous => "",
    }
}

fn items(items: &[OrderItem]) -> String {
    let one = |item: &OrderItem| match item.quantity {
        1 => item.name.clone(),
        n => format!("{n} × {}", item.name),
    };
    items.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn goes_back(look: &Look<'_>, order: &PersonOrder, one: &PersonReturn) -> ReturnView {
    let mut line = vec![look.zone.day(one.asked_at)];
    line.extend(one.amount_minor.map(|minor| look.money(minor, &order.currency)));
    line.extend(Some(items(&one.items)).filter(|items| !items.is_empty()));
    line.extend(one.reason.clone());
    ReturnView {
        title: words::fill(look.words().returns, &[("number", &one.external)]),
        status: codes::goes_back(look.language(), one.status),
        tone: match one.status {
            ReturnStatus::Refunded | ReturnStatus::Received => "green",
            ReturnStatus::Refused => "red",
            ReturnStatus::Asked | ReturnStatus::Approved => "amber",
        },
        line: line.join(" · "),
    }
}

/// An order as it is shown.
pub(crate) fn order_view(look: &Look<'_>, order: &PersonOrder) -> OrderView {
    let p = look.words();
    let on_its_way =
        matches!(order.status, OrderStatus::Placed | OrderStatus::Packing | OrderStatus::Shipped);
    let ship = &order.shipment;
    let carrier = ship.carrier.as_deref().map(|carrier| words::fill(p.carrier, &[("carrier", carrier)]));
    let moved = match (ship.delivered_at, ship.shipped_at) {
        (Some(at), _) => Some(look.fill_day(p.delivered, at)),
        (None, Some(at)) => Some(look.fill_day(p.shipped, at)),
        (None, None) => None,
    };
    let shipment: Vec<String> = [carrier, ship.number.clone(), moved].into_iter().flatten().collect();
    let web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    OrderView {
        number: order.number.clone(),
        status: codes::order(look.language(), order.status),
        tone: match order.status {
            OrderStatus::Delivered => "green",
            OrderStatus::Cancelled | OrderStatus::Returned | OrderStatus::Refunded => "amber",
            _ => "accent",
        },
        items: items(&order.items),
        ordered: look.zone.day(order.ordered_at),
        total: look.money(order.total_minor, &order.currency),
        due: order.due_at.filter(|_| on_its_way).map(|at| look.zone.day(at)),
        late: on_its_way && order.due_at.is_some_and(|at| at < look.now),
        tracking: order.tracking_url.clone().filter(web),
        shipment: shipment.join(" · "),
        returns: order.returns.iter().map(|one| goes_back(look, order, one)).collect(),
    }
}

/// How it is known whose an address is.
pub(crate) fn how_known(look: &Look<'_>, place: &PersonPlace) -> String {
    let p = look.words();
    let Some((how, at, agent)) = &place.proof else {
        return match place.level {
            Level::Verified => p.know_signed,
            Level::Claimed => p.know_claimed,
            Level::Anonymous => p.know_nothing,
        }
        .to_owned();
    };
    let text = match how {
        JoinHow::Code => p.know_code,
        JoinHow::Link => p.know_link,
        JoinHow::OrderProof => p.know_order,
        JoinHow::Agent => p.know_agent,
    };
    let name = agent.as_deref().unwrap_or(texts(look.visitor).said_agent);
    words::fill(text, &[("day", &look.zone.day(*at)), ("name", name)])
}

/// An address as it is shown.
pub(crate) fn place_view(look: &Look<'_>, place: &PersonPlace) -> PlaceView {
    let language = look.language();
    PlaceView {
        icon: channel_icon(place.channel_kind),
        channel: format!("{} · {}", codes::channel(language, place.channel_kind), place.channel_name),
        shown: place.shown.clone(),
        level: codes::level(language, place.level),
        tone: level_tone(place.level),
        how: how_known(look, place),
        last: place.last_at.map(|at| words::fill(look.words().last_seen, &[("time", &look.ago(at))])),
        unreachable: place.unreachable,
        opted_out: place.opted_out,
    }
}

/// A preference as it is shown.
pub(crate) fn like_view(look: &Look<'_>, like: &Like) -> LikeView {
    let (p, language) = (look.words(), look.language());
    let preference = &like.preference;
    let source = match preference.source {
        PreferenceSource::Stated => p.source_stated,
        PreferenceSource::Observed => p.source_observed,
        PreferenceSource::Imported => p.source_imported,
        PreferenceSource::Agent => p.source_agent,
    };
    let mut told = vec![source.to_owned()];
    if let Some((channel, level)) = like.said_at {
        told.push(codes::channel(language, channel).to_owned());
        if level != Level::Verified {
            told.push(p.unproven.to_owned());
        }
    }
    if preference.at.millis() > 0 {
        told.push(look.zone.day(preference.at));
    }
    let topic = codes::preference(language, preference.topic()).into_owned();
    let forget = words::fill(p.forget_title, &[("what", &format!("{topic}: {}", preference.value))]);
    LikeView {
        key: preference.key.clone(),
        topic,
        value: preference.value.clone(),
        source: told.join(" · "),
        forget,
    }
}

/// A past conversation as it is shown.
pub(crate) fn past_view(look: &Look<'_>, talk: &PersonTalk) -> PastView {
    let language = look.language();
    // What it was about, once it has ended and was summed up; else how it began.
    let summary = talk.summary.as_deref().and_then(|json| serde_json::from_str::<Summary>(json).ok());
    let summed = summary.map(|summary| summary_line(&summary, talk.agent.as_deref(), language));
    let first = summed
        .filter(|line| !line.is_empty())
        .unwrap_or_else(|| view::excerpt(talk.first_text.as_deref().unwrap_or_default(), EXCERPT));
    let nothing = || texts(look.visitor).said_nothing.to_owned();
    PastView {
        id: talk.id,
        icon: channel_icon(talk.channel_kind),
        channel: format!("{} · {}", codes::channel(language, talk.channel_kind), talk.channel_name),
        when: look.zone.day(talk.last_at),
        title: look.zone.moment(talk.last_at),
        machine: Zone::machine(talk.last_at),
        open: (talk.ended_at.is_none() && talk.owner != lara_core::model::Owner::Closed)
            .then(|| codes::owner(language, talk.owner)),
        reason: talk.reason.map(|reason| codes::escalation(language, reason)),
        mood: talk.mood.map(|mood| (mood.as_str(), mood_icon(mood), codes::mood(language, mood))),
        text: if first.is_empty() { nothing() } else { first },
        agent: talk.agent.clone(),
    }
}

/// What somebody bought for, over currencies.
pub(crate) fn worth(look: &Look<'_>, worth: &[Worth]) -> Option<String> {
    let told: Vec<String> = worth.iter().map(|one| look.money(one.total_minor, &one.currency)).collect();
    (!told.is_empty()).then(|| told.join(" + "))
}

/// How many orders, in words.
pub(crate) fn orders_count(look: &Look<'_>, orders: i64) -> String {
    match orders {
        1 => look.words().order_1.to_owned(),
        n => words::fill(look.words().orders_n, &[("n", &n.to_string())]),
    }
}

/// Some time ago is far enough for a date.
const LONG_AGO: Millis = Millis::minutes(30 * 24 * 60);

/// When somebody wrote last: how long ago, or the day.
pub(crate) fn last_seen(look: &Look<'_>, at: Option<Timestamp>) -> String {
    match at {
        Some(at) if look.now.since(at) > LONG_AGO => look.zone.day(at),
        Some(at) => look.ago(at),
        None => look.words().never.to_owned(),
    }
}
