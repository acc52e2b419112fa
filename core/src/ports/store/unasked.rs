//! What writing first needs of a store.

use crate::model::{
    AddressId, BrandId, Channel, ChannelId, ConversationId, CustomerId, Delivery, Language, MessageId, Owner,
    Timestamp,
};
use crate::ports::StoreResult;
use crate::privacy::unasked::Refusal;
use async_trait::async_trait;

/// Where a person wrote last in private, at an address that is proven to be theirs, and whether they want to hear.
#[derive(Debug, Clone, PartialEq)]
pub struct Reachable {
    /// The person: the head.
    pub person: CustomerId,
    /// The address.
    pub address: AddressId,
    /// Its channel, without its secrets.
    pub channel: Channel,
    /// The language they are written to in.
    pub language: Option<Language>,
    /// When they wrote there last.
    pub last_in_at: Option<Timestamp>,
    /// Whether they want no messages, there or anywhere.
    pub opted_out: bool,
    /// Whether the platform says they cannot be reached there.
    pub unreachable: bool,
    /// Who has the conversation that is open there.
    pub owner: Option<Owner>,
    /// Messages they got, or will get, without asking since the moment asked about, over all channels.
    pub this_week: u32,
}

/// A message nobody asked for, to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUnasked {
    /// Id.
    pub id: MessageId,
    /// Id of the conversation, if none is open.
    pub conversation: ConversationId,
    /// Brand.
    pub brand: BrandId,
    /// To whom: the head.
    pub person: CustomerId,
    /// Where.
    pub address: AddressId,
    /// The channel of the address.
    pub channel: ChannelId,
    /// How it leaves.
    pub delivery: Delivery,
    /// Neutral markup.
    pub text: String,
    /// When it is written.
    pub at: Timestamp,
    /// Not to be sent before. What is pulled is there at once: it rings nowhere.
    pub send_at: Timestamp,
    /// Since when the cap counts.
    pub since: Timestamp,
    /// The cap.
    pub at_most: u16,
}

/// Messages nobody asked for.
#[async_trait]
pub trait Unasked: Send + Sync {
    /// Where a person is written to first; `None` when there is no such customer, `Some(None)` when there is nowhere.
    async fn reachable(
        &self,
        brand: BrandId,
        person: CustomerId,
        since: Timestamp,
    ) -> StoreResult<Option<Option<Reachable>>>;

    /// Writes it, in one transaction with the cap and the consent; the conversation it is in, or why not.
    async fn write_unasked(&self, new: &NewUnasked) -> StoreResult<Result<ConversationId, Refusal>>;
}
