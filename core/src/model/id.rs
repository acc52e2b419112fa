//! Newtype identifiers. Each is a `UUIDv7`, so that ids sort by the time they were made.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A text that is not a UUID where an id was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that came from [`crate::ports::Ids`] or from storage.
            #[must_use]
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID.
            #[must_use]
            pub const fn get(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError)
            }
        }
    )+};
}

ids! {
    /// A brand: the shop that answers. Everything stored is keyed by it first.
    BrandId,
    /// One door a brand is reached through: its web widget, its app, one Telegram bot.
    ChannelId,
    /// Something that came with a message.
    AttachmentId,
    /// Where one channel reaches one person.
    AddressId,
    /// A person, over all their addresses.
    CustomerId,
    /// One stretch of talk with an address; also the lane its messages are ordered in.
    ConversationId,
    /// One message, in or out, or a private note.
    MessageId,
    /// Why Lara did what she did for one run of messages.
    DecisionId,
    /// A place in the human queue.
    EscalationId,
    /// A person who works at the desk.
    AgentId,
    /// One order of a customer.
    OrderId,
    /// Something that goes back to the shop.
    ReturnId,
    /// One act that tied an address to a person, or two customers to each other.
    JoinId,
    /// Two that may be one person.
    SuggestionId,
    /// A key to the REST API.
    TokenId,
    /// A shop system that tells of orders.
    ShopId,
    /// Something the brand's own systems are told.
    NoticeId,
    /// A person's wish to be forgotten, done.
    ErasureId,
    /// One product a brand sells.
    ProductId,
    /// One published version of a template.
    TemplateId,
    /// One process; owns leases.
    NodeId,
}
