//! What comes with a message beside its text.

use super::AttachmentId;
use super::names::words;
use serde::{Deserialize, Serialize};

words! {
    /// What an attachment is.
    AttachmentKind {
        /// A picture.
        Image = "image",
        /// A video, or a moving picture without sound.
        Video = "video",
        /// Music or another sound.
        Audio = "audio",
        /// A spoken message.
        Voice = "voice",
        /// Any other file.
        File = "file",
        /// A sticker.
        Sticker = "sticker",
        /// A place.
        Location = "location",
        /// Somebody's card.
        Contact = "contact",
        /// A link, a shared post, a story.
        Link = "link",
        /// Something this Lara does not know.
        Other = "other",
    }
}

/// One attachment as it stands with its message. The bytes, where there are any, are fetched after the message was
/// acknowledged ([`crate::ports::Attachments`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Id; of a new one, the id it will get.
    pub id: AttachmentId,
    /// What it is.
    pub kind: AttachmentKind,
    /// File name, as the sender's machine called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Media type as the platform says; the bytes may prove otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// Size in bytes as the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// What has no bytes: an emoji of a sticker, coordinates, a link. Plain text, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Where the bytes of an attachment are to be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum AttachmentSource {
    /// An address anybody can read.
    Url {
        /// The address.
        url: String,
    },
    /// A file id of the platform, to be resolved with the channel's token: Telegram `getFile`, WhatsApp media.
    Platform {
        /// The id.
        id: String,
    },
}
