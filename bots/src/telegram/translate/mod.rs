//! What an update of Telegram means. Pure and total: every JSON value is something, if only something odd.
//!
//! Shapes: core.telegram.org/bots/api#update, Bot API 10.0.

mod content;
mod member;
mod message;
mod wording;

pub(super) use wording::SAY;

use super::node::Node;
use super::place::Place;
use super::settings::{Groups, Settings};
use lara_core::listen::{Envelope, Event};
use lara_core::model::{Channel, ChannelKind, Language, Timestamp, Visibility};
use lara_core::ports::{Details, Happening};
use serde_json::Value;
use std::sync::Arc;

/// Who listens: the channel, and what is known of its bot.
#[derive(Debug, Clone, Copy)]
pub struct Ear<'a> {
    /// The channel.
    pub channel: &'a Arc<Channel>,
    /// Its settings.
    pub settings: &'a Settings,
    /// The bot's id.
    pub bot: i64,
    /// The bot's username, once known.
    pub username: Option<&'a str>,
}

/// An update, understood.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// What it means; in order.
    pub events: Vec<Event>,
    /// The button press that waits for an answer: until it has one, the button spins.
    pub press: Option<String>,
    /// The phone number somebody shared as their own, with their address. Telegram vouches for it.
    pub phone: Option<(String, String)>,
    /// Why it should be looked at: a stable code.
    pub odd: Option<&'static str>,
}

impl Heard {
    fn of(event: Event) -> Self {
        Self { events: vec![event], ..Self::default() }
    }

    pub(super) fn ignored(why: &'static str) -> Self {
        Self::of(Event::Ignored(ChannelKind::Telegram, why))
    }

    fn odd(why: &'static str) -> Self {
        Self { odd: Some(why), ..Self::ignored(why) }
    }
}

/// Kinds of updates that are nothing for us. We do not ask for them ([`super::api::WANTED`]); a webhook of before may.
const NOT_OURS: &[&str] = &[
    "business_connection",
    "channel_post",
    "chat_boost",
    "chat_join_request",
    "chat_member",
    "chosen_inline_result",
    "edited_channel_post",
    "inline_query",
    "message_reaction",
    "message_reaction_count",
    "poll",
    "poll_answer",
    "pre_checkout_query",
    "purchased_paid_media",
    "removed_chat_boost",
    "shipping_query",
];

/// Translates one update.
#[must_use]
pub fn translate(ear: Ear<'_>, update: &Value) -> Heard {
    let update = Node::new(update);
    if let Some(message) = update.at("message").there() {
        return message::said(ear, message);
    }
    if let Some(message) = update.at("edited_message").there() {
        return message::edited(ear, message);
    }
    if let Some(message) = update.at("business_message").there() {
        return message::business(ear, message);
    }
    if let Some(message) = update.at("edited_business_message").there() {
        return message::business_edited(ear, message);
    }
    if let Some(deleted) = update.at("deleted_business_messages").there() {
        return message::business_deleted(ear, deleted);
    }
    if let Some(press) = update.at("callback_query").there() {
        return pressed(ear, press);
    }
    if let Some(change) = update.at("my_chat_member").there() {
        return member::changed(ear, change);
    }
    match NOT_OURS.iter().find(|kind| update.has(kind)) {
        Some(kind) => Heard::ignored(kind),
        None if update.has("update_id") => Heard::odd("unknown_update"),
        None => Heard::odd("no_update"),
    }
}

/// A button was pressed. What it says is what the customer says; the data of a press can be forged, and is only used to
/// find the button, or as the words it carries: those the customer could have typed as well.
fn pressed(ear: Ear<'_>, press: Node<'_>) -> Heard {
    let Some(id) = press.str("id") else {
        return Heard::odd("press_without_id");
    };
    let heard = match press.at("message").there() {
        // A button under an inline result: it stands in a chat the bot is not in.
        None => Heard::ignored("inline_press"),
        Some(message) => press_in(ear, press, message, id),
    };
    Heard { press: Some(id.to_owned()), ..heard }
}

fn press_in(ear: Ear<'_>, press: Node<'_>, message: Node<'_>, id: &str) -> Heard {
    let from = press.at("from");
    let Some((place, visibility)) = where_from(message, from.int("id")) else {
        return Heard::odd("press_without_place");
    };
    if from.is_true("is_bot") {
        return Heard::ignored("other_bot");
    }
    let Some(title) = press.str("data").and_then(|data| wording::button(message, data)) else {
        return Heard::ignored("unknown_button");
    };
    Heard::of(Event::Said(Box::new(Envelope {
        channel: Arc::clone(ear.channel),
        address: place.to_string(),
        external: format!("callback:{id}"),
        text: title.to_owned(),
        visibility: if visibility == Visibility::Public { Visibility::PublicAddressed } else { visibility },
        at: None,
        details: Details { name: name_of(from), language: language_of(from), ..Details::default() },
    })))
}

/// The place of a message for a person, and whether it is public.
fn where_from(message: Node<'_>, who: Option<i64>) -> Option<(Place, Visibility)> {
    use super::place::Thread;
    let chat = message.at("chat");
    let id = chat.int("id")?;
    if chat.str("type") == Some("private") {
        let business = message.str("business_connection_id").map(str::to_owned);
        return Some((Place::Private { chat: id, business }, Visibility::Direct));
    }
    let who = who?;
    if let Some(topic) = message.at("direct_messages_topic").int("topic_id") {
        let thread = Some(Thread::DirectMessages(topic));
        return Some((Place::Group { chat: id, thread, who }, Visibility::Direct));
    }
    // Outside forums a thread is only what a reply began.
    let topic = message.int("message_thread_id").filter(|_| message.is_true("is_topic_message"));
    Some((Place::Group { chat: id, thread: topic.map(Thread::Topic), who }, Visibility::Public))
}

/// Whether a group is none of ours.
fn left_alone(ear: Ear<'_>, chat: i64) -> bool {
    let settings = ear.settings;
    settings.groups == Groups::Ignore || (!settings.watched.is_empty() && !settings.watched.contains(&chat))
}

/// The name a person or a channel shows.
fn name_of(who: Node<'_>) -> Option<String> {
    let first = who.str("first_name").or_else(|| who.str("title")).unwrap_or_default();
    let name = format!("{first} {}", who.str("last_name").unwrap_or_default());
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The language of the person's app, if it is one of ours.
fn language_of(who: Node<'_>) -> Option<Language> {
    match who.str("language_code")?.split(['-', '_']).next()? {
        "vi" => Some(Language::Vietnamese),
        "en" => Some(Language::English),
        _ => None,
    }
}

/// Seconds since the Unix epoch; an inaccessible message has 0.
fn moment(message: Node<'_>, member: &str) -> Option<Timestamp> {
    let seconds = message.int(member).filter(|seconds| *seconds > 0)?;
    Some(Timestamp::from_millis(seconds.saturating_mul(1_000)))
}

fn happened(ear: Ear<'_>, happening: Happening) -> Event {
    Event::Happened(Arc::clone(ear.channel), happening)
}
