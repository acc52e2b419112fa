//! Messages: said, corrected, of the brand's own account, of colleagues, and those nobody said.

use super::content::attachments;
use super::wording::{Named, named};
use super::{Ear, Heard, happened, language_of, left_alone, moment, name_of, where_from};
use crate::telegram::node::Node;
use crate::telegram::place::Place;
use lara_core::listen::{Envelope, Event};
use lara_core::model::Visibility;
use lara_core::ports::{Details, Happening};
use std::sync::Arc;

/// Telegram itself: posts of a channel, forwarded to its group.
const TELEGRAM: i64 = 777_000;
/// `GroupAnonymousBot`: an administrator who writes as the group.
const ANONYMOUS_ADMIN: i64 = 1_087_968_824;
/// `Channel_Bot`: somebody who writes as a channel of theirs.
const AS_CHANNEL: i64 = 136_817_688;

/// Messages Telegram writes about a chat (core.telegram.org/bots/api#message); nobody says them.
const SERVICE: &[&str] = &[
    "boost_added",
    "channel_chat_created",
    "chat_background_set",
    "chat_owner_changed",
    "chat_owner_left",
    "chat_shared",
    "checklist_tasks_added",
    "checklist_tasks_done",
    "connected_website",
    "delete_chat_photo",
    "direct_message_price_changed",
    "forum_topic_closed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "gift",
    "gift_upgrade_sent",
    "giveaway",
    "giveaway_completed",
    "giveaway_created",
    "giveaway_winners",
    "group_chat_created",
    "invoice",
    "left_chat_member",
    "managed_bot_created",
    "message_auto_delete_timer_changed",
    "new_chat_members",
    "new_chat_photo",
    "new_chat_title",
    "paid_message_price_changed",
    "passport_data",
    "pinned_message",
    "poll_option_added",
    "poll_option_deleted",
    "proximity_alert_triggered",
    "refunded_payment",
    "successful_payment",
    "suggested_post_approval_failed",
    "suggested_post_approved",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "supergroup_chat_created",
    "unique_gift",
    "user_shared",
    "users_shared",
    "video_chat_ended",
    "video_chat_participants_invited",
    "video_chat_scheduled",
    "video_chat_started",
    "write_access_allowed",
];

/// `message`.
pub(super) fn said(ear: Ear<'_>, message: Node<'_>) -> Heard {
    let chat = message.at("chat");
    let (Some(chat_id), Some(id)) = (chat.int("id"), message.int("message_id")) else {
        return Heard::odd("message_without_ids");
    };
    if let Some(moved) = migrated(ear, message, chat_id) {
        return moved;
    }
    if let Some(why) = nobody(ear, message) {
        return Heard::ignored(why);
    }
    if chat.str("type") != Some("private") && left_alone(ear, chat_id) {
        return Heard::ignored("group_not_watched");
    }
    if let Some(customer) = answered_as_channel(message) {
        return by_hand(ear, message, Some(customer), id);
    }
    if is_colleague(ear, message) {
        return colleague(ear, message, id);
    }
    let who = speaker(message);
    match where_from(message, who.int("id")) {
        Some((place, visibility)) => spoken(ear, message, &place, visibility, id),
        None => Heard::ignored("no_sender"),
    }
}

/// `edited_message`.
pub(super) fn edited(ear: Ear<'_>, message: Node<'_>) -> Heard {
    if let Some(why) = nobody(ear, message) {
        return Heard::ignored(why);
    }
    if answered_as_channel(message).is_some() || is_colleague(ear, message) {
        return Heard::ignored("colleague");
    }
    correction(ear, message, speaker(message).int("id"))
}

/// `business_message`: a customer writes to the brand's own account, or its owner answers by hand.
pub(super) fn business(ear: Ear<'_>, message: Node<'_>) -> Heard {
    let (Some(chat), Some(id)) = (message.at("chat").int("id"), message.int("message_id")) else {
        return Heard::odd("message_without_ids");
    };
    let from = message.at("from").int("id");
    let Some((place, visibility)) = where_from(message, from) else {
        return Heard::ignored("no_sender");
    };
    if from == Some(chat) {
        return match nobody(ear, message) {
            Some(why) => Heard::ignored(why),
            None => spoken(ear, message, &place, visibility, id),
        };
    }
    if message.has("sender_business_bot") || from == Some(ear.bot) {
        return Heard::ignored("own_echo");
    }
    if message.is_true("is_from_offline") {
        // A greeting or an away message, which the account sends by itself.
        return Heard::ignored("away_message");
    }
    Heard::of(happened(
        ear,
        Happening::HumanReplied {
            address: place.to_string(),
            external: place.message(id),
            text: shown(message),
        },
    ))
}

/// `edited_business_message`.
pub(super) fn business_edited(ear: Ear<'_>, message: Node<'_>) -> Heard {
    let (chat, from) = (message.at("chat").int("id"), message.at("from").int("id"));
    if chat.is_some() && chat == from { correction(ear, message, from) } else { Heard::ignored("own_edit") }
}

/// `deleted_business_messages`: the only deletions Telegram tells of.
pub(super) fn business_deleted(ear: Ear<'_>, deleted: Node<'_>) -> Heard {
    let Some(chat) = deleted.at("chat").int("id") else {
        return Heard::odd("deleted_without_chat");
    };
    let business = deleted.str("business_connection_id").map(str::to_owned);
    let place = Place::Private { chat, business };
    let withdrawn = |id| happened(ear, Happening::Withdrawn { external: place.message(id) });
    let events: Vec<Event> = deleted.items("message_ids").filter_map(Node::as_int).map(withdrawn).collect();
    if events.is_empty() { Heard::ignored("deleted_nothing") } else { Heard { events, ..Heard::default() } }
}

/// A group became a supergroup: all its addresses begin with another number from now on. Both chats tell of it.
fn migrated(ear: Ear<'_>, message: Node<'_>, chat: i64) -> Option<Heard> {
    let (from, to) = match (message.int("migrate_to_chat_id"), message.int("migrate_from_chat_id")) {
        (Some(to), _) => (chat, to),
        (None, Some(from)) => (from, chat),
        (None, None) => return None,
    };
    let (from, to) = (format!("{from}:"), format!("{to}:"));
    Some(Heard::of(happened(ear, Happening::PlaceMoved { from, to })))
}

/// Why no customer says this message, if so.
fn nobody(ear: Ear<'_>, message: Node<'_>) -> Option<&'static str> {
    let from = message.at("from");
    let id = from.int("id");
    if message.is_true("is_automatic_forward") || id == Some(TELEGRAM) {
        return Some("auto_forward");
    }
    if message.at("chat").str("type") == Some("channel") {
        return Some("channel_post");
    }
    if let Some(service) = SERVICE.iter().find(|name| message.has(name)) {
        return Some(service);
    }
    if id == Some(ear.bot) {
        return Some("own_echo");
    }
    let masked = matches!(id, Some(ANONYMOUS_ADMIN | AS_CHANNEL));
    (from.is_true("is_bot") && !masked).then_some("other_bot")
}

/// Whether one of the brand's own people writes in a group.
fn is_colleague(ear: Ear<'_>, message: Node<'_>) -> bool {
    let chat = message.at("chat");
    let from = message.at("from").int("id");
    let as_group = chat.int("id").is_some() && message.at("sender_chat").int("id") == chat.int("id");
    let staff = from.is_some_and(|from| ear.settings.colleagues.contains(&from));
    let direct = chat.str("type") == Some("private");
    !direct && (as_group || from == Some(ANONYMOUS_ADMIN) || staff)
}

/// In the direct messages of a channel only the one who began the topic is a customer; who else writes there answers for
/// the channel. The customer's id, if so (core.telegram.org/bots/api#directmessagestopic).
fn answered_as_channel(message: Node<'_>) -> Option<i64> {
    let customer = message.at("direct_messages_topic").at("user").int("id")?;
    (speaker(message).int("id") != Some(customer)).then_some(customer)
}

/// A colleague answers a customer's message in a group: a human has taken over. Everything else they say there is theirs.
fn colleague(ear: Ear<'_>, message: Node<'_>, id: i64) -> Heard {
    let answered = message.at("reply_to_message");
    let customer = speaker(answered);
    let person = customer.int("id").filter(|_| {
        !customer.is_true("is_bot") && nobody(ear, answered).is_none() && !is_colleague(ear, answered)
    });
    by_hand(ear, message, person, id)
}

/// One of the brand's people answers this customer.
fn by_hand(ear: Ear<'_>, message: Node<'_>, customer: Option<i64>, id: i64) -> Heard {
    let Some((place, _)) = customer.and_then(|customer| where_from(message, Some(customer))) else {
        return Heard::ignored("colleague");
    };
    let (address, external) = (place.to_string(), place.message(id));
    Heard::of(happened(ear, Happening::HumanReplied { address, external, text: shown(message) }))
}

/// Who speaks: a person, or the channel somebody writes as.
fn speaker(message: Node<'_>) -> Node<'_> {
    let from = message.at("from");
    if from.int("id") == Some(AS_CHANNEL) || !from.is_there() { message.at("sender_chat") } else { from }
}

/// A customer says something.
fn spoken(ear: Ear<'_>, message: Node<'_>, place: &Place, visibility: Visibility, id: i64) -> Heard {
    let attachments = attachments(message);
    let wording = worded(ear, message);
    if wording.text.trim().is_empty() && attachments.is_empty() {
        return Heard::ignored("empty_message");
    }
    if wording.other_bot {
        return Heard::ignored("other_bot_command");
    }
    let who = speaker(message);
    let visibility = match visibility {
        Visibility::Public if wording.addressed || answers_us(ear, message) => Visibility::PublicAddressed,
        other => other,
    };
    let details = Details {
        name: name_of(who),
        language: language_of(who),
        said_at: moment(message, "date"),
        attachments,
        link: link(message, visibility, id),
    };
    let (address, external) = (place.to_string(), place.message(id));
    let phone = own_phone(message).map(|phone| (address.clone(), phone));
    let text = wording.text;
    let channel = Arc::clone(ear.channel);
    let envelope = Envelope { channel, address, external, text, visibility, at: None, details };
    Heard { phone, ..Heard::of(Event::Said(Box::new(envelope))) }
}

fn correction(ear: Ear<'_>, message: Node<'_>, who: Option<i64>) -> Heard {
    let place = where_from(message, who);
    let (Some((place, _)), Some(id)) = (place, message.int("message_id")) else {
        return Heard::ignored("no_sender");
    };
    if message.has("location") {
        // A live location moves by such edits.
        return Heard::ignored("live_location");
    }
    if !message.has("text") && !message.has("caption") {
        return Heard::ignored("edit_without_text");
    }
    let (external, text) = (place.message(id), worded(ear, message).text);
    Heard::of(happened(ear, Happening::Edited { external, text }))
}

/// The text or caption, without the bot's name in a group.
fn worded(ear: Ear<'_>, message: Node<'_>) -> Named {
    let (text, entities) = match (message.str("text"), message.str("caption")) {
        (Some(text), _) => (text, "entities"),
        (None, Some(caption)) => (caption, "caption_entities"),
        // A button of a web app: its label is what was pressed.
        (None, None) => (message.at("web_app_data").str("button_text").unwrap_or_default(), "entities"),
    };
    let entities: Vec<Node<'_>> = message.items(entities).collect();
    named(text, &entities, ear.bot, ear.username)
}

/// What a colleague wrote, for the desk: a picture alone is shown as one.
fn shown(message: Node<'_>) -> String {
    let text = message.str("text").or_else(|| message.str("caption")).unwrap_or("📎");
    text.to_owned()
}

/// Whether it is a reply to what the bot said. In a topic every message replies to its beginning: that says nothing.
fn answers_us(ear: Ear<'_>, message: Node<'_>) -> bool {
    let answered = message.at("reply_to_message");
    answered.at("from").int("id") == Some(ear.bot) && !answered.has("forum_topic_created")
}

/// The sender's own phone number: only a card with their own id is theirs, any other could be anybody's.
fn own_phone(message: Node<'_>) -> Option<String> {
    let contact = message.at("contact");
    let own = contact.int("user_id").is_some() && contact.int("user_id") == message.at("from").int("id");
    contact.str("phone_number").filter(|_| own).map(str::to_owned)
}

/// Where a message in a group can be looked at: by the group's name, or by its number for those who are in it.
fn link(message: Node<'_>, visibility: Visibility, id: i64) -> Option<String> {
    if visibility == Visibility::Direct {
        return None;
    }
    let chat = message.at("chat");
    if let Some(name) = chat.str("username") {
        return Some(format!("https://t.me/{name}/{id}"));
    }
    let number = chat.int("id")?.to_string();
    Some(format!("https://t.me/c/{}/{id}", number.strip_prefix("-100")?))
}
