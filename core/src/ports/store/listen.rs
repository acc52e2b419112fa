//! What the door needs of a store: the inbox.

use crate::model::{
    AddressId, Attachment, AttachmentSource, BrandId, ChannelId, ConversationId, Language, MessageId, Millis,
    Timestamp, Visibility,
};
use crate::ports::StoreResult;
use async_trait::async_trait;

/// A message at the door, translated, masked and cleaned, with the ids it will get if it is new.
#[derive(Debug, Clone, PartialEq)]
pub struct NewInbound {
    /// Brand.
    pub brand: BrandId,
    /// Channel.
    pub channel: ChannelId,
    /// The channel's id of the person.
    pub address: String,
    /// The channel's id of the message: the unique key that decides duplicates, together with the channel.
    pub external: String,
    /// Plain text: masked, NFC, no NUL; may be empty (a sticker).
    pub text: String,
    /// Where it was said.
    pub visibility: Visibility,
    /// When it reached us.
    pub at: Timestamp,
    /// What else the platform told.
    pub details: Details,
    /// Silence that closes the run; 0 for channels where a message is a whole request.
    pub settle: Millis,
    /// The longest the run stays open.
    pub settle_at_most: Millis,
    /// Id of the message if it is new.
    pub message_id: MessageId,
    /// Id of the conversation if a new one begins.
    pub conversation_id: ConversationId,
    /// Id of the address if it is new.
    pub address_id: AddressId,
}

/// What a platform tells of a message beside who, where and what.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Details {
    /// The name the person shows.
    pub name: Option<String>,
    /// The language the platform says they use.
    pub language: Option<Language>,
    /// When the platform says it was said: the order in which fragments of a run are read.
    pub said_at: Option<Timestamp>,
    /// What came with it; ids may be anything, the listener gives them.
    pub attachments: Vec<NewAttachment>,
    /// Where a public message can be looked at.
    pub link: Option<String>,
}

/// An attachment at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// What stands with the message.
    pub shown: Attachment,
    /// Where its bytes are; `None` for what has none.
    pub source: Option<AttachmentSource>,
}

/// What became of a message at the door. Both mean: it is stored, the platform may be told so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// It is new.
    New {
        /// Message.
        message: MessageId,
        /// Conversation.
        conversation: ConversationId,
        /// Address.
        address: AddressId,
        /// Its place in the conversation.
        seq: i64,
    },
    /// The same (channel, external) was stored before.
    Duplicate {
        /// The message stored then.
        message: MessageId,
        /// Its conversation.
        conversation: ConversationId,
        /// Its address.
        address: AddressId,
    },
}

/// The door: stores inbound messages in the order of their lanes.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Stores each message, in one transaction, and answers in the order asked. A message of a conversation owned by
    /// an agent is ready at once, whatever its settle time.
    /// `None` for a message whose channel no longer exists: nothing of it is stored, the others are.
    async fn accept(&self, batch: Vec<NewInbound>) -> StoreResult<Vec<Option<Acceptance>>>;
}
