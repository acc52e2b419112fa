//! What delivering and reading need of a store: the outbox and the transcripts.

use crate::deliver::window::Window;
use crate::model::{
    Address, AddressId, Channel, ChannelId, ConversationId, Message, MessageId, Millis, NodeId, Timestamp,
};
use crate::ports::{Cursor, StoreResult};
use async_trait::async_trait;

/// A reply leased for sending.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispatch {
    /// The message, now `sending`.
    pub message: Message,
    /// The channel.
    pub channel: Channel,
    /// The channel's id of the person.
    pub address: String,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// When the customer last wrote in this conversation: reply windows count from here.
    pub last_in_at: Option<Timestamp>,
    /// The platform's id of the last message it answers, for platforms that can show what a reply is a reply to.
    pub reply_to: Option<String>,
    /// Pieces of it the platform has taken already.
    pub pieces_done: u32,
    /// Nobody asked for it: it keeps quiet hours.
    pub unasked: bool,
}

impl Dispatch {
    /// Whether the platform lets it be sent now, and under which tag: the adapter tells the platform.
    #[must_use]
    pub fn window(&self, now: Timestamp) -> Window {
        let message = &self.message;
        Window::of(self.channel.kind, message.visibility, message.author, self.last_in_at, now)
    }
}

/// How sending ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken; the platform's id of it, if it gave one.
    Sent(Option<String>),
    /// Not taken; try again then. The code says why.
    Retry(Timestamp, &'static str),
    /// Not tried, because the platform's pace does not allow it before then: counts as no try.
    Defer(Timestamp, &'static str),
    /// Refused for good.
    Failed(&'static str),
    /// The person cannot be reached there any more: the address is marked, and what else waits for it fails too.
    Gone(&'static str),
    /// May or may not have arrived.
    Uncertain(&'static str),
}

/// The outbox: replies of push channels, in order per conversation.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Leases up to `limit` queued replies, the oldest of each conversation, none behind one that is `sending`. A bot
    /// reply whose conversation is owned by an agent, or that was written before its address opted out
    /// (`at < opted_out_at`: the confirmation of the opt-out itself, written at that moment, still goes), is cancelled
    /// instead. A reply that cannot be read is failed (`unreadable`). On a paused channel replies wait.
    async fn claim_sends(
        &self,
        node: NodeId,
        now: Timestamp,
        lease: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Dispatch>>;

    /// Settles sends this node holds; one whose lease was lost is left alone. A bot reply that was `sending` when an
    /// agent took over, or when its address opted out, is cancelled where it would be tried again.
    async fn settle(
        &self,
        node: NodeId,
        now: Timestamp,
        outcomes: Vec<(MessageId, Outcome)>,
    ) -> StoreResult<()>;

    /// The platform has taken that many pieces of a reply this node holds, now until `lease_until`; the first one's id is
    /// the message's. What is tried again goes on behind them. Only a reply of several pieces is counted, from zero on:
    /// by that a receipt of one piece is known not to speak for all (`None`: one piece is all there is). `false`: the rest is not wanted any more (somebody took
    /// over, the person opted out), or this node does not hold it.
    async fn progress(
        &self,
        node: NodeId,
        message: MessageId,
        pieces_done: Option<u32>,
        external: Option<&str>,
        lease_until: Timestamp,
    ) -> StoreResult<bool>;

    /// Turns `sending` whose lease ended into `uncertain`; how many. On a channel of kind `app`, whose receiver knows a
    /// reply it had, it is queued again instead, up to five attempts; so it is on `discord` within a minute, where the
    /// nonce of a message keeps it from standing there twice.
    async fn expire(&self, now: Timestamp) -> StoreResult<u64>;

    /// Whether Lara is going to answer in this conversation: it is hers, and the person can be reached and wants to hear.
    async fn is_hers(&self, conversation: ConversationId) -> StoreResult<bool>;

    /// When the next queued reply is due, if any waits.
    async fn next_send(&self) -> StoreResult<Option<Timestamp>>;
}

/// What a customer may read of their own talk: never notes.
#[async_trait]
pub trait Transcripts: Send + Sync {
    /// The address by its channel's id of the person.
    async fn address(&self, channel: ChannelId, external: &str) -> StoreResult<Option<Address>>;

    /// Messages in and out of the address after `after` (from the start when `None`), oldest first, at most `limit`.
    /// Of outgoing messages only those `sent`.
    async fn after(&self, address: AddressId, after: Option<Cursor>, limit: u32)
    -> StoreResult<Vec<Message>>;

    /// The last `limit` messages of the address, oldest first.
    async fn latest(&self, address: AddressId, limit: u32) -> StoreResult<Vec<Message>>;
}
