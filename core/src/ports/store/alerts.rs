//! What waking a human needs of a store: what burns, and an outbox of alerts.

use crate::model::{AlertRule, BrandId, ChannelId, ConversationId, Millis, NodeId, Priority, Timestamp};
use crate::ports::StoreResult;
use async_trait::async_trait;
use uuid::Uuid;

/// An escalation that nobody has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclaimed {
    /// Its id: what an alert is about.
    pub id: Uuid,
    /// The conversation.
    pub conversation: ConversationId,
    /// How soon somebody should have come.
    pub priority: Priority,
    /// Since when it waits.
    pub opened_at: Timestamp,
}

/// An alert to be sent. One a rule, subject and target, whoever raises it and however often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Id; what a receiver knows a repeated one by.
    pub id: Uuid,
    /// Brand.
    pub brand: BrandId,
    /// Why.
    pub rule: AlertRule,
    /// About what: the id of an escalation or of a channel.
    pub subject: String,
    /// Whom: the name of a target in the configuration.
    pub target: String,
    /// The conversation it is about.
    pub conversation: Option<ConversationId>,
    /// The channel it is about.
    pub channel: Option<ChannelId>,
    /// When it was raised.
    pub at: Timestamp,
    /// How often it was tried, this time included; 0 before the first.
    pub attempts: i32,
}

/// How sending an alert ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertEnd {
    /// The target has it.
    Sent,
    /// It does not; try again then. The code says why.
    Retry(Timestamp, &'static str),
    /// It never will.
    Failed(&'static str),
    /// It may have it: never sent again.
    Uncertain(&'static str),
}

/// How the last alert of a target went that did not arrive for sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertTrouble {
    /// The name of the target.
    pub target: String,
    /// A stable code.
    pub fault: String,
    /// When it was raised.
    pub at: Timestamp,
}

/// Alerts.
#[async_trait]
pub trait Alerts: Send + Sync {
    /// Escalations of a brand that nobody has taken, opened at `since` or later.
    async fn unclaimed(&self, brand: BrandId, since: Timestamp) -> StoreResult<Vec<Unclaimed>>;

    /// Channels of a brand that are dead, and not because somebody paused them.
    async fn dead_channels(&self, brand: BrandId) -> StoreResult<Vec<ChannelId>>;

    /// Puts alerts into the outbox; how many were not there before.
    async fn raise(&self, alerts: &[Alert]) -> StoreResult<u64>;

    /// Lets channels that live again be alerted about when they die again; alerts raised after `before` still stand, so
    /// that one that dies every minute wakes nobody every minute.
    async fn close_outages(&self, before: Timestamp) -> StoreResult<u64>;

    /// Leases up to `limit` alerts that are due, oldest first, and counts the attempt.
    async fn claim_alerts(
        &self,
        node: NodeId,
        now: Timestamp,
        lease: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Alert>>;

    /// Stores how it ended, if this node still holds it.
    async fn settle_alert(&self, node: NodeId, id: Uuid, end: AlertEnd) -> StoreResult<()>;

    /// Alerts whose lease ended while they were sent may have arrived: they are `uncertain`. How many.
    async fn expire_alerts(&self, now: Timestamp) -> StoreResult<u64>;

    /// The targets whose last alert did not arrive for sure.
    async fn alert_troubles(&self) -> StoreResult<Vec<AlertTrouble>>;
}
