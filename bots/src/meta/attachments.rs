//! What comes with a message of Messenger or Instagram (messenger-platform, `messages` webhook reference).

use super::node::Node;
use lara_core::model::{Attachment, AttachmentId, AttachmentKind, AttachmentSource};
use lara_core::ports::NewAttachment;
use lara_core::relate::code::OneTimeCode;
use uuid::Uuid;

/// The thumb of Messenger, small, middle and large: it comes as a picture.
const THUMBS: [&str; 3] = ["369239263222822", "369239343222814", "369239383222810"];

/// What of an attachment is known; the rest is nothing.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) name: Option<String>,
    pub(super) mime: Option<String>,
    pub(super) note: Option<String>,
    pub(super) source: Option<AttachmentSource>,
}

/// An attachment at the door. The listener gives it its id.
pub(super) fn attachment(kind: AttachmentKind, parts: Parts) -> NewAttachment {
    let Parts { name, mime, note, source } = parts;
    let id = AttachmentId::new(Uuid::nil());
    NewAttachment { shown: Attachment { id, kind, name, mime, size: None, note }, source }
}

/// One without bytes.
pub(super) fn note(kind: AttachmentKind, note: impl Into<String>) -> NewAttachment {
    attachment(kind, Parts { note: Some(note.into()), ..Parts::default() })
}

/// One whose bytes are at an address.
pub(super) fn linked(kind: AttachmentKind, url: &str) -> NewAttachment {
    attachment(kind, Parts { source: at(url), ..Parts::default() })
}

/// Everything that came with a message.
pub(super) fn of(message: Node<'_>) -> Vec<NewAttachment> {
    let mut all: Vec<NewAttachment> = message.list("attachments").map(one).collect();
    if let (true, Some(sticker)) = (all.is_empty(), message.id("sticker_id")) {
        all.push(thumb(&sticker, None));
    }
    if message.truth("is_unsupported") {
        all.push(attachment(AttachmentKind::Other, Parts::default()));
    }
    let story = message.get("reply_to").get("story");
    if let Some(url) = story.text("url") {
        all.push(linked(AttachmentKind::Link, url));
    }
    all.extend(referral(message));
    all
}

/// The advertisement or product page a person came from. A one-time code is nothing to look at.
pub(super) fn referral(node: Node<'_>) -> Vec<NewAttachment> {
    let referral = node.get("referral");
    let advertised = referral.get("ads_context_data");
    let named = referral.text("ref").filter(|named| OneTimeCode::find(named).is_none());
    let shown = [advertised.text("ad_title"), named, referral.text("referer_uri")];
    shown.into_iter().flatten().next().map(|shown| note(AttachmentKind::Link, shown)).into_iter().collect()
}

fn one(node: Node<'_>) -> NewAttachment {
    let payload = node.get("payload");
    let source = payload.text("url").and_then(at);
    let with = |kind| {
        let name = payload.text("title").or_else(|| node.text("title")).map(str::to_owned);
        attachment(kind, Parts { name, source: source.clone(), ..Parts::default() })
    };
    match node.text("type").unwrap_or_default() {
        "image" => match payload.id("sticker_id") {
            Some(sticker) => thumb(&sticker, source),
            None => with(AttachmentKind::Image),
        },
        "video" | "reel" | "ig_reel" => with(AttachmentKind::Video),
        "audio" => with(AttachmentKind::Audio),
        "file" => with(AttachmentKind::File),
        // A picture or a film that is gone after a day: worth fetching, whichever it is.
        "story_mention" => attachment(AttachmentKind::Link, Parts { source, ..Parts::default() }),
        "location" => note(AttachmentKind::Location, place(node, payload)),
        "fallback" | "share" | "post" | "ig_post" => note(AttachmentKind::Link, link(node, payload)),
        "template" => template(payload),
        "appointment_booking" => note(AttachmentKind::Other, appointment(payload)),
        other => note(AttachmentKind::Other, other),
    }
}

/// An address its bytes can be read at; what is no address is none.
fn at(url: &str) -> Option<AttachmentSource> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web.then(|| AttachmentSource::Url { url: url.to_owned() })
}

fn thumb(sticker: &str, source: Option<AttachmentSource>) -> NewAttachment {
    let note = THUMBS.contains(&sticker).then(|| "👍".to_owned());
    attachment(AttachmentKind::Sticker, Parts { note, source, ..Parts::default() })
}

fn place(node: Node<'_>, payload: Node<'_>) -> String {
    let coordinates = payload.get("coordinates");
    let (lat, long) = (coordinates.id("lat"), coordinates.id("long"));
    let point = lat.zip(long).map(|(lat, long)| format!("{lat}, {long}"));
    joined([point.as_deref(), node.text("title")], " · ")
}

fn link(node: Node<'_>, payload: Node<'_>) -> String {
    let title = payload.text("title").or_else(|| node.text("title"));
    joined([title, payload.text("url").or_else(|| node.text("url"))], " · ")
}

/// A product of the brand's catalogue, or a card of somebody else's.
fn template(payload: Node<'_>) -> NewAttachment {
    let products: Vec<String> = payload
        .get("product")
        .list("elements")
        .map(|product| {
            joined([product.text("title"), product.text("subtitle"), product.text("retailer_id")], " · ")
        })
        .collect();
    let kind = if products.is_empty() { AttachmentKind::Other } else { AttachmentKind::Link };
    note(kind, products.join("\n"))
}

fn appointment(payload: Node<'_>) -> String {
    let start =
        payload.moment("start_time").and_then(|at| jiff::Timestamp::from_millisecond(at.millis()).ok());
    let start = start.map(|start| start.to_string());
    joined([payload.text("status"), start.as_deref(), payload.text("timezone")], " · ")
}

/// The parts that are there.
pub(super) fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>, between: &str) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(between)
}
