//! The customer's card as it is shown.

use super::queue::channel_icon;
use crate::auth::Visitor;
use crate::frame::texts;
use crate::view::{self, Spark, Zone, spark};
use crate::words::codes;
use lara_core::model::{ConversationId, Language, Level, OrderStatus, Timestamp};
use lara_store::pages::{Card, CardOrder, MoodPoint, TalkHead};

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
}

pub(crate) struct PreferenceView {
    pub(crate) key: String,
    pub(crate) value: String,
}

pub(crate) struct AddressView {
    pub(crate) icon: &'static str,
    pub(crate) channel: String,
    pub(crate) level: &'static str,
}

pub(crate) struct PastView {
    pub(crate) id: ConversationId,
    pub(crate) when: String,
    pub(crate) reason: Option<&'static str>,
    pub(crate) text: String,
}

pub(crate) struct CardView {
    pub(crate) known: bool,
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) colour: String,
    pub(crate) level: &'static str,
    pub(crate) level_tone: &'static str,
    pub(crate) opted_out: bool,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) spark: Option<Spark>,
    pub(crate) mood_words: String,
    pub(crate) orders: Vec<OrderView>,
    pub(crate) preferences: Vec<PreferenceView>,
    pub(crate) addresses: Vec<AddressView>,
    pub(crate) past: Vec<PastView>,
}

fn orders(visitor: &Visitor, zone: &Zone, card: &Card, now: Timestamp) -> Vec<OrderView> {
    let show = |order: &CardOrder| {
        let on_its_way =
            matches!(order.status, OrderStatus::Placed | OrderStatus::Packing | OrderStatus::Shipped);
        let items = order.items.iter().map(|item| match item.quantity {
            1 => item.name.clone(),
            n => format!("{n} × {}", item.name),
        });
        let tracking = order.tracking_url.clone();
        OrderView {
            number: order.number.clone(),
            status: codes::order(visitor.language, order.status),
            tone: match order.status {
                OrderStatus::Delivered => "green",
                OrderStatus::Cancelled | OrderStatus::Returned | OrderStatus::Refunded => "amber",
                _ => "accent",
            },
            items: items.collect::<Vec<_>>().join(", "),
            ordered: zone.day(order.ordered_at),
            total: view::money(order.total_minor, &order.currency, visitor.language == Language::Vietnamese),
            due: order.due_at.filter(|_| on_its_way).map(|at| zone.day(at)),
            late: on_its_way && order.due_at.is_some_and(|at| at < now),
            tracking: tracking.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        }
    };
    card.orders.iter().map(show).collect()
}

/// The card of the person in a conversation.
pub(crate) fn card_view(
    visitor: &Visitor,
    zone: &Zone,
    head: &TalkHead,
    card: &Card,
    now: Timestamp,
) -> CardView {
    let w = texts(visitor);
    let language = visitor.language;
    let name = card.name.clone().or_else(|| head.address_name.clone());
    let words = |moods: &[MoodPoint]| {
        let told: Vec<&str> = moods.iter().map(|point| codes::mood(language, point.mood)).collect();
        format!("{}: {}", w.card_mood, told.join(", "))
    };
    CardView {
        known: name.is_some(),
        initials: name.as_deref().map(view::initials).unwrap_or_default(),
        colour: if name.is_some() { view::colour(&head.id.to_string()) } else { "none".to_owned() },
        name: name.unwrap_or_else(|| w.visitor.to_owned()),
        level: codes::level(language, head.level),
        level_tone: match head.level {
            Level::Verified => "green",
            Level::Claimed => "amber",
            Level::Anonymous => "",
        },
        opted_out: head.opted_out_at.is_some(),
        email: card.email.clone(),
        phone: card.phone.clone(),
        external_id: card.external_id.clone(),
        language: card.language.map(|spoken| codes::spoken(language, spoken.as_str()).into_owned()),
        spark: spark(&card.moods),
        mood_words: words(&card.moods),
        orders: orders(visitor, zone, card, now),
        preferences: card
            .preferences
            .iter()
            .map(|one| PreferenceView {
                key: codes::preference(language, &one.key).into_owned(),
                value: one.value.clone(),
            })
            .collect(),
        addresses: card
            .addresses
            .iter()
            .map(|one| AddressView {
                icon: channel_icon(one.channel_kind),
                channel: format!("{} · {}", codes::channel(language, one.channel_kind), one.channel_name),
                level: codes::level(language, one.level),
            })
            .collect(),
        past: card
            .past
            .iter()
            .map(|one| PastView {
                id: one.id,
                when: zone.day(one.last_at),
                reason: one.reason.map(|reason| codes::escalation(language, reason)),
                text: view::excerpt(one.first_text.as_deref().unwrap_or(w.said_nothing), 80),
            })
            .collect(),
    }
}
