//! What channels that listen outwards need of a store: leases, marks, health, events nobody could translate.

use crate::model::{BrandId, Channel, ChannelId, Finding, Health, HealthState, Millis, NodeId, Timestamp};
use crate::ports::StoreResult;
use async_trait::async_trait;
use uuid::Uuid;

/// Named leases: one node holds each. Polling listeners and gateways run on the node that holds theirs.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes the lease, or keeps it; `false` when another node holds it and it has not ended.
    async fn hold(&self, name: &str, node: NodeId, now: Timestamp, lease: Millis) -> StoreResult<bool>;

    /// Gives it back, if this node holds it.
    async fn let_go(&self, name: &str, node: NodeId) -> StoreResult<()>;
}

/// How far a listener has read: a polling offset, the last id seen in a place. Moved only after what it covers is stored.
#[async_trait]
pub trait Marks: Send + Sync {
    /// One mark.
    async fn mark(&self, channel: ChannelId, key: &str) -> StoreResult<Option<String>>;

    /// All marks of a channel whose key begins so.
    async fn marks(&self, channel: ChannelId, prefix: &str) -> StoreResult<Vec<(String, String)>>;

    /// Sets a mark.
    async fn set_mark(&self, channel: ChannelId, key: &str, value: &str, now: Timestamp) -> StoreResult<()>;
}

/// Something seen of a channel's health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Symptom {
    /// The platform told us something.
    Heard,
    /// Something was sent.
    Sent,
    /// A call failed; a stable code. It ails until it is heard or sent again.
    Failed(String),
    /// It is dead until a check finds otherwise: a stable code (`token_revoked`, `second_poller`).
    Died(String),
    /// It was checked.
    Checked(Vec<Finding>),
}

/// How channels are.
#[async_trait]
pub trait ChannelHealth: Send + Sync {
    /// Notes a symptom and tells the feed when the state moves; the state before and after.
    async fn note(
        &self,
        channel: &Channel,
        symptom: &Symptom,
        now: Timestamp,
    ) -> StoreResult<(HealthState, HealthState)>;

    /// How the channels of a brand, or all, are. A channel nobody looked at yet is left out.
    async fn health(&self, brand: Option<BrandId>) -> StoreResult<Vec<Health>>;
}

/// Asks platforms whether channels can work.
#[async_trait]
pub trait ChannelChecks: Send + Sync {
    /// Asks about a channel now, and notes what was found.
    async fn check(&self, channel: &Channel) -> Vec<Finding>;
}

/// An event from a proven sender that could not be translated. Its text is masked and kept for seven days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddEvent {
    /// Id.
    pub id: Uuid,
    /// Brand.
    pub brand: BrandId,
    /// Channel.
    pub channel: ChannelId,
    /// Why: a stable code (`not_json`, `unknown_shape`).
    pub reason: String,
    /// The body, masked, at most 64 KB.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

/// Events in quarantine: nothing of them is lost, and no sender is made to repeat them.
#[async_trait]
pub trait OddEvents: Send + Sync {
    /// Keeps one.
    async fn keep_odd(&self, event: &OddEvent) -> StoreResult<()>;

    /// The newest of a channel, at most `limit`.
    async fn odd(&self, channel: ChannelId, limit: u32) -> StoreResult<Vec<OddEvent>>;

    /// How many each channel of a brand, or all, has.
    async fn count_odd(&self, brand: Option<BrandId>) -> StoreResult<Vec<(ChannelId, i64)>>;

    /// Forgets one: it was translated after all.
    async fn forget_odd(&self, id: Uuid) -> StoreResult<()>;

    /// Forgets those before `before`; how many.
    async fn prune_odd(&self, before: Timestamp) -> StoreResult<u64>;
}
