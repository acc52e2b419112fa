//! What a message carries beside its text.

use crate::telegram::node::Node;
use lara_core::model::{Attachment, AttachmentId, AttachmentKind, AttachmentSource};
use lara_core::ports::NewAttachment;
use uuid::Uuid;

/// Members of a message that carry a file, and what it is. An animation comes with a `document` of the same file, a live
/// photo with its still picture.
const FILES: &[(&str, AttachmentKind)] = &[
    ("video", AttachmentKind::Video),
    ("video_note", AttachmentKind::Video),
    ("animation", AttachmentKind::Video),
    ("live_photo", AttachmentKind::Video),
    ("voice", AttachmentKind::Voice),
    ("audio", AttachmentKind::Audio),
    ("sticker", AttachmentKind::Sticker),
    ("document", AttachmentKind::File),
];

/// Members that are no content: who, when, where, how shown (core.telegram.org/bots/api#message).
const ABOUT: &[&str] = &[
    "author_signature",
    "business_connection_id",
    "caption",
    "caption_entities",
    "chat",
    "date",
    "direct_messages_topic",
    "edit_date",
    "effect_id",
    "entities",
    "external_reply",
    "forward_date",
    "forward_from",
    "forward_from_chat",
    "forward_from_message_id",
    "forward_origin",
    "forward_sender_name",
    "forward_signature",
    "from",
    "has_media_spoiler",
    "has_protected_content",
    "is_automatic_forward",
    "is_from_offline",
    "is_paid_post",
    "is_topic_message",
    "link_preview_options",
    "media_group_id",
    "message_id",
    "message_thread_id",
    "paid_star_count",
    "quote",
    "reply_markup",
    "reply_to_checklist_task_id",
    "reply_to_message",
    "reply_to_story",
    "sender_boost_count",
    "sender_business_bot",
    "sender_chat",
    "sender_tag",
    "show_caption_above_media",
    "suggested_post_info",
    "text",
    "via_bot",
];

/// Everything that came with a message. Empty only when there is neither text nor content, known or not.
pub(super) fn attachments(message: Node<'_>) -> Vec<NewAttachment> {
    let mut found: Vec<NewAttachment> = Vec::new();
    if let Some(largest) = message.items("photo").max_by_key(|size| area(*size)) {
        let shown = Attachment { mime: Some("image/jpeg".to_owned()), ..shown(AttachmentKind::Image) };
        found.push(file(shown, largest));
    }
    for (member, kind) in FILES {
        let same = *member == "document" && message.has("animation");
        if let Some(node) = message.at(member).there().filter(|_| !same) {
            let note = node.str("emoji").map(str::to_owned);
            found.push(file(Attachment { note, ..shown(*kind) }, node));
        }
    }
    found.extend(noted(message).map(|(kind, note)| without_bytes(kind, Some(note))));
    if found.is_empty() && !message.has("text") && !message.has("caption") {
        // What a newer Telegram knows is kept by its name: its sender must not be met with silence.
        let unknown = message.names().find(|name| !ABOUT.contains(name));
        found.extend(unknown.map(|name| without_bytes(AttachmentKind::Other, Some(name.to_owned()))));
    }
    found
}

/// What has no bytes, in words.
fn noted(message: Node<'_>) -> impl Iterator<Item = (AttachmentKind, String)> {
    let place = message.at("venue").there().map(venue).or_else(|| coordinates(message.at("location")));
    let card = message.at("contact").there().map(card);
    let dice = message.at("dice").there().map(|dice| {
        format!("{} {}", dice.str("emoji").unwrap_or("🎲"), dice.int("value").unwrap_or_default())
    });
    let poll = message.at("poll").str("question").map(str::to_owned);
    let game = message.at("game").str("title").map(str::to_owned);
    let checklist = message.at("checklist").str("title").map(str::to_owned);
    let app = message.at("web_app_data").str("data").map(str::to_owned);
    let story = message.at("story").there().map(story);
    let other = [dice, poll, game, checklist, app];
    let place = place.map(|note| (AttachmentKind::Location, note));
    let card = card.map(|note| (AttachmentKind::Contact, note));
    let story = story.map(|note| (AttachmentKind::Link, note));
    let other = other.into_iter().flatten().map(|note| (AttachmentKind::Other, note));
    place.into_iter().chain(card).chain(story).chain(other)
}

fn coordinates(location: Node<'_>) -> Option<String> {
    Some(format!("{},{}", location.float("latitude")?, location.float("longitude")?))
}

fn venue(venue: Node<'_>) -> String {
    let named = [venue.str("title"), venue.str("address")];
    let mut parts: Vec<String> = named.into_iter().flatten().map(str::to_owned).collect();
    parts.extend(coordinates(venue.at("location")));
    parts.join(", ")
}

fn card(contact: Node<'_>) -> String {
    let parts = [contact.str("first_name"), contact.str("last_name"), contact.str("phone_number")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A shared story can be looked at where its chat has a name.
fn story(story: Node<'_>) -> String {
    let chat = story.at("chat");
    match (chat.str("username"), story.int("id")) {
        (Some(name), Some(id)) => format!("https://t.me/{name}/s/{id}"),
        _ => "story".to_owned(),
    }
}

fn area(size: Node<'_>) -> i64 {
    let length = |name| size.int(name).unwrap_or_default();
    length("width").saturating_mul(length("height"))
}

fn shown(kind: AttachmentKind) -> Attachment {
    // The listener gives the id.
    Attachment { id: AttachmentId::new(Uuid::nil()), kind, name: None, mime: None, size: None, note: None }
}

fn file(shown: Attachment, node: Node<'_>) -> NewAttachment {
    let text = |member| node.str(member).map(str::to_owned);
    NewAttachment {
        shown: Attachment {
            name: text("file_name"),
            mime: text("mime_type").or(shown.mime),
            size: node.int("file_size").and_then(|size| u64::try_from(size).ok()),
            ..shown
        },
        source: text("file_id").map(|id| AttachmentSource::Platform { id }),
    }
}

fn without_bytes(kind: AttachmentKind, note: Option<String>) -> NewAttachment {
    NewAttachment { shown: Attachment { note, ..shown(kind) }, source: None }
}
