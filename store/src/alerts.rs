//! Alerts: what burns, and their outbox.

use crate::Store;
use crate::db::{all, batch, exec};
use crate::rows::{IdRow, parse, parse_opt};
use crate::sql::alerts as sql;
use lara_core::model::{BrandId, ChannelId, ConversationId, Millis, NodeId, Timestamp};
use lara_core::ports::{Alert, AlertEnd, AlertTrouble, Alerts, StoreError, StoreResult, Unclaimed};
use serde::Serialize;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct UnclaimedRow {
    id: String,
    conversation_id: String,
    priority: String,
    opened_at: i64,
}

impl TryFrom<UnclaimedRow> for Unclaimed {
    type Error = StoreError;

    fn try_from(row: UnclaimedRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            conversation: parse(&row.conversation_id)?,
            priority: parse(&row.priority)?,
            opened_at: Timestamp::from_millis(row.opened_at),
        })
    }
}

#[derive(Serialize)]
struct NewRow<'a> {
    id: Uuid,
    brand_id: BrandId,
    rule: &'static str,
    subject: &'a str,
    target: &'a str,
    conversation_id: Option<ConversationId>,
    channel_id: Option<ChannelId>,
    at: i64,
}

#[derive(sqlx::FromRow)]
struct AlertRow {
    id: String,
    brand_id: String,
    rule: String,
    subject: String,
    target: String,
    conversation_id: Option<String>,
    channel_id: Option<String>,
    attempts: i64,
    at: i64,
}

impl TryFrom<AlertRow> for Alert {
    type Error = StoreError;

    fn try_from(row: AlertRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            rule: parse(&row.rule)?,
            subject: row.subject,
            target: row.target,
            conversation: parse_opt(row.conversation_id.as_ref())?,
            channel: parse_opt(row.channel_id.as_ref())?,
            at: Timestamp::from_millis(row.at),
            attempts: i32::try_from(row.attempts).map_err(crate::error::broken)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct TroubleRow {
    target: String,
    fault: String,
    at: i64,
}

#[async_trait::async_trait]
impl Alerts for Store {
    async fn unclaimed(&self, brand: BrandId, since: Timestamp) -> StoreResult<Vec<Unclaimed>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, UnclaimedRow, sql::ESCALATIONS_UNCLAIMED, brand.to_string(), since.millis())?;
        rows.into_iter().map(Unclaimed::try_from).collect()
    }

    async fn dead_channels(&self, brand: BrandId) -> StoreResult<Vec<ChannelId>> {
        let mut on = self.db.read().await?;
        all!(on, IdRow, sql::CHANNELS_DEAD, brand.to_string())?.iter().map(|row| parse(&row.id)).collect()
    }

    async fn raise(&self, alerts: &[Alert]) -> StoreResult<u64> {
        let rows: Vec<_> = alerts
            .iter()
            .map(|alert| NewRow {
                id: alert.id,
                brand_id: alert.brand,
                rule: alert.rule.as_str(),
                subject: &alert.subject,
                target: &alert.target,
                conversation_id: alert.conversation,
                channel_id: alert.channel,
                at: alert.at.millis(),
            })
            .collect();
        let mut tx = self.db.write().await?;
        let raised = exec!(tx, sql::ALERTS_RAISE, batch(&rows)?)?;
        tx.commit().await?;
        Ok(raised)
    }

    async fn close_outages(&self, before: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let closed = exec!(tx, sql::OUTAGES_CLOSE, before.millis())?;
        tx.commit().await?;
        Ok(closed)
    }

    async fn claim_alerts(
        &self,
        node: NodeId,
        now: Timestamp,
        lease: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Alert>> {
        let (until, limit) = (now.plus(lease).millis(), i64::from(limit));
        let mut tx = self.db.write().await?;
        let rows = all!(tx, AlertRow, sql::ALERTS_CLAIM, node.to_string(), now.millis(), until, limit)?;
        tx.commit().await?;
        rows.into_iter().map(Alert::try_from).collect()
    }

    async fn settle_alert(&self, node: NodeId, id: Uuid, end: AlertEnd) -> StoreResult<()> {
        let (state, fault, due) = match end {
            AlertEnd::Sent => ("sent", None, None),
            AlertEnd::Retry(at, code) => ("queued", Some(code), Some(at.millis())),
            AlertEnd::Failed(code) => ("failed", Some(code), None),
            AlertEnd::Uncertain(code) => ("uncertain", Some(code), None),
        };
        let mut tx = self.db.write().await?;
        exec!(tx, sql::ALERT_SETTLE, node.to_string(), id.to_string(), state, fault, due)?;
        tx.commit().await
    }

    async fn expire_alerts(&self, now: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let expired = exec!(tx, sql::ALERTS_EXPIRE, now.millis())?;
        tx.commit().await?;
        Ok(expired)
    }

    async fn alert_troubles(&self) -> StoreResult<Vec<AlertTrouble>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, TroubleRow, sql::ALERTS_IN_TROUBLE)?;
        let trouble = |row: TroubleRow| AlertTrouble {
            target: row.target,
            fault: row.fault,
            at: Timestamp::from_millis(row.at),
        };
        Ok(rows.into_iter().map(trouble).collect())
    }
}
