//! The change feed.

use crate::model::{AddressId, BrandId, Timestamp};
use crate::ports::StoreResult;
use async_trait::async_trait;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// Messages, owner or queue place of a conversation.
    Conversation,
    /// A brand's settings, facts, products or channels.
    Brand,
    /// A brand's templates.
    Templates,
    /// A customer.
    Customer,
    /// The live model of a brand.
    Model,
    /// How a channel is.
    Channel,
}

/// One line of the change feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Number; grows, but is not commit order: readers read the last second again.
    pub number: i64,
    /// Brand.
    pub brand: BrandId,
    /// What.
    pub kind: ChangeKind,
    /// Id of what.
    pub key: uuid::Uuid,
    /// The address, for a conversation.
    pub address: Option<AddressId>,
    /// When.
    pub at: Timestamp,
}

/// The change feed.
#[async_trait]
pub trait Changes: Send + Sync {
    /// Changes with a number above `after`, in order, at most 1,000.
    async fn changes(&self, after: i64) -> StoreResult<Vec<Change>>;

    /// The highest number; 0 when there is none.
    async fn last_change(&self) -> StoreResult<i64>;

    /// Forgets changes before `before`.
    async fn prune_changes(&self, before: Timestamp) -> StoreResult<u64>;
}
