//! What ending conversations, and telling the brand's own systems of it, need of a store.

use crate::model::{
    AddressId, AgentId, BrandId, ChannelKind, ConversationId, CustomerId, Millis, NodeId, NoticeId, Timestamp,
};
use crate::ports::StoreResult;
use crate::relate::summary::{Past, Summary};
use async_trait::async_trait;

/// A conversation that has ended and has no summary yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// The conversation.
    pub conversation: ConversationId,
    /// Brand.
    pub brand: BrandId,
    /// When it ended.
    pub ended_at: Timestamp,
    /// What is known of it.
    pub past: Past,
}

/// The summary of a conversation, to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummedUp {
    /// The conversation.
    pub conversation: ConversationId,
    /// What it was about.
    pub summary: Summary,
    /// The notice that tells the brand's own systems, where there are any.
    pub notice: Option<NoticeId>,
}

/// A notice to be sent: its conversation as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Id: what a receiver knows a repeated one by.
    pub id: NoticeId,
    /// Brand.
    pub brand: BrandId,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// What it is about; `None` when that is gone.
    pub about: Option<EndedTalk>,
}

/// A conversation that has ended, as the brand's own systems are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedTalk {
    /// The conversation.
    pub conversation: ConversationId,
    /// Which kind of channel it was on.
    pub channel: ChannelKind,
    /// The name of the channel.
    pub channel_name: String,
    /// At which address.
    pub address: AddressId,
    /// The person, once tied: the head.
    pub customer: Option<CustomerId>,
    /// The shop system's id of them.
    pub external_id: Option<String>,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// What it was about.
    pub summary: Summary,
    /// The name of the agent who brought it to its end.
    pub agent: Option<(AgentId, String)>,
}

/// How sending a notice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeEnd {
    /// The receiver has it.
    Sent,
    /// It may not have it; try again then. The code says why.
    Retry(Timestamp, &'static str),
    /// It never will.
    Failed(&'static str),
}

/// How the last notice of a brand went that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeTrouble {
    /// Brand.
    pub brand: BrandId,
    /// A stable code.
    pub fault: String,
    /// How many wait or were given up for it, within the last week.
    pub count: i64,
}

/// How conversations end, and who is told.
#[async_trait]
pub trait Endings: Send + Sync {
    /// Closes conversations of a brand that Lara owns, in which nobody has written since `before` and nothing waits: no
    /// message to be decided, no reply to be sent. At most `limit`; how many. The customer hears nothing.
    async fn end_quiet(
        &self,
        brand: BrandId,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<u64>;

    /// Conversations that have ended and have no summary yet, at most `limit`.
    async fn to_sum_up(&self, limit: u32) -> StoreResult<Vec<Ended>>;

    /// Stores summaries where there is none yet, each with its notice, in one transaction.
    async fn sum_up(&self, rows: &[SummedUp], now: Timestamp) -> StoreResult<()>;

    /// Leases up to `limit` notices that are due, oldest first, and counts the attempt. One whose lease ended is due again:
    /// the receiver knows it by its id.
    async fn claim_notices(
        &self,
        node: NodeId,
        now: Timestamp,
        lease: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Notice>>;

    /// Stores how it ended, if this node still holds it.
    async fn settle_notice(&self, node: NodeId, id: NoticeId, end: NoticeEnd) -> StoreResult<()>;

    /// What did not arrive since `since`, by brand.
    async fn notice_troubles(&self, since: Timestamp) -> StoreResult<Vec<NoticeTrouble>>;

    /// Forgets notices that were settled and are older than `before`; how many.
    async fn prune_notices(&self, before: Timestamp) -> StoreResult<u64>;
}
