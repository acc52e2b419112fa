//! What comes with a message: files, voice, stickers, what it passes on.

use crate::discord::shape;
use lara_core::model::{Attachment, AttachmentId, AttachmentKind, AttachmentSource};
use lara_core::ports::NewAttachment;
use serde_json::Value;
use uuid::Uuid;

/// The flag of a spoken message (resources/message.mdx, "Message Flags").
const VOICE: u64 = 1 << 13;

/// All of them, those of the messages it passes on too.
pub(super) fn of(message: &Value) -> Vec<NewAttachment> {
    std::iter::once(message).chain(snapshots(message)).flat_map(one).collect()
}

/// The messages a message passes on. The library leaves their envelope out.
pub(super) fn snapshots(message: &Value) -> impl Iterator<Item = &Value> {
    let unwrapped = |snapshot| match Value::get(snapshot, "message") {
        Some(inner) => inner,
        None => snapshot,
    };
    shape::list(message, "message_snapshots").iter().map(unwrapped)
}

fn one(message: &Value) -> Vec<NewAttachment> {
    let spoken = shape::flag(message, "flags", VOICE);
    let files = shape::list(message, "attachments").iter().map(|file| self::file(file, spoken));
    let stickers = shape::list(message, "sticker_items").iter().map(sticker);
    files.chain(stickers).collect()
}

fn file(file: &Value, spoken: bool) -> NewAttachment {
    let mime = some(shape::text(file, "content_type"));
    let kind = match mime.as_deref().and_then(|mime| mime.split('/').next()) {
        Some("audio") if spoken || file.get("waveform").is_some_and(Value::is_string) => {
            AttachmentKind::Voice
        }
        Some("audio") => AttachmentKind::Audio,
        Some("image") => AttachmentKind::Image,
        Some("video") => AttachmentKind::Video,
        _ => AttachmentKind::File,
    };
    NewAttachment {
        shown: Attachment {
            id: AttachmentId::new(Uuid::nil()),
            kind,
            name: some(shape::text(file, "filename")),
            mime,
            size: shape::member(file, "size").as_u64(),
            note: some(shape::text(file, "description")),
        },
        source: url(shape::text(file, "url")),
    }
}

/// Where a sticker's picture is (reference.mdx, "CDN Endpoints"); animated drawings (format 3) are no pictures.
fn sticker(sticker: &Value) -> NewAttachment {
    let (end, mime) = match shape::number(sticker, "format_type") {
        1 | 2 => ("png", "image/png"),
        4 => ("gif", "image/gif"),
        _ => ("", ""),
    };
    let address = shape::id(sticker, "id")
        .filter(|_| !end.is_empty())
        .map(|id| format!("https://media.discordapp.net/stickers/{id}.{end}"));
    NewAttachment {
        shown: Attachment {
            id: AttachmentId::new(Uuid::nil()),
            kind: AttachmentKind::Sticker,
            name: some(shape::text(sticker, "name")),
            mime: some(mime),
            size: None,
            note: some(shape::text(sticker, "name")),
        },
        source: address.map(|url| AttachmentSource::Url { url }),
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn url(text: &str) -> Option<AttachmentSource> {
    let known = text.starts_with("https://") || text.starts_with("http://");
    known.then(|| AttachmentSource::Url { url: text.to_owned() })
}
