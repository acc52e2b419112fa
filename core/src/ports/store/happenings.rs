//! What a store does with events that are no new message.

use crate::model::{AddressId, Channel, ConversationId, MessageId, Millis, Timestamp};
use crate::ports::StoreResult;
use async_trait::async_trait;

/// Something a platform tells that is no new message of a customer. All of them may come twice, late, or about what we
/// never saw: then nothing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// The customer corrected a message: what is not decided yet is decided by the correction; what is decided stays.
    Edited {
        /// The platform's id of the message.
        external: String,
        /// What it says now, raw.
        text: String,
    },
    /// The customer took a message back: our copy of its text and its attachments are erased.
    Withdrawn {
        /// The platform's id of the message.
        external: String,
    },
    /// A message of ours went on.
    Receipt {
        /// Which.
        of: ReceiptOf,
        /// How far.
        state: Progress,
        /// When, by the platform's clock.
        at: Timestamp,
    },
    /// A human of the brand wrote from the platform's own inbox: a take-over. Lara is silent until somebody hands back, or
    /// nobody has written for hours.
    HumanReplied {
        /// To whom: the channel's id of the person.
        address: String,
        /// The platform's id of the message.
        external: String,
        /// What was written, raw.
        text: String,
    },
    /// Another party got the conversation from the platform, or gave it back (handover, standby).
    Handed {
        /// The channel's id of the person.
        address: String,
        /// To whom.
        to: HandedTo,
    },
    /// The person blocked us or is gone, or can be reached again.
    Reach {
        /// The channel's id of the person.
        address: String,
        /// Whether they can be reached.
        reachable: bool,
    },
    /// The person's id on the channel changed.
    Moved {
        /// What it was.
        from: String,
        /// What it is.
        to: String,
    },
    /// A place with many people in it changed its id (a Telegram group that grew): so did every address that begins with it.
    PlaceMoved {
        /// What they began with.
        from: String,
        /// What they begin with now.
        to: String,
    },
}

/// Who has a conversation by the platform's own rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandedTo {
    /// Somebody else: a human in the platform's inbox, another app.
    Others,
    /// Us.
    Lara,
}

/// Which message a receipt is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptOf {
    /// By the platform's id.
    External(String),
    /// By our own id, which the platform gave back, with its id.
    Ours(MessageId, Option<String>),
    /// Everything sent to this address until then.
    Until(String, Timestamp),
}

/// How far a message of ours is. It never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The platform has it: an `uncertain` one is `sent` now.
    Sent,
    /// On the customer's device.
    Delivered,
    /// Seen.
    Read,
    /// Refused after all; a stable code.
    Failed(&'static str),
}

/// What a happening moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Conversation.
    pub conversation: ConversationId,
    /// Address.
    pub address: AddressId,
}

/// What the store does with happenings.
#[async_trait]
pub trait Happenings: Send + Sync {
    /// Stores a happening in one transaction and tells the feed; what it moved, if anything. Texts are stored as they come
    /// in: cleaned and masked before. `id` is the id of the message a take-over writes.
    async fn happen(
        &self,
        channel: &Channel,
        happening: &Happening,
        id: MessageId,
        now: Timestamp,
    ) -> StoreResult<Option<Moved>>;

    /// Gives conversations back to Lara that a human outside the desk took over, and in which nobody has written for
    /// `idle`; how many.
    async fn hand_back_idle(&self, idle: Millis, now: Timestamp) -> StoreResult<u64>;
}
