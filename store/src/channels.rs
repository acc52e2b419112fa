//! Channels that listen outwards: leases, marks, health, quarantine.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{all, exec, opt};
use crate::rows::{IdRow, from_json, moment, parse, to_json};
use crate::sql::channels as sql;
use lara_core::model::{
    BrandId, Channel, ChannelId, ChannelKind, Gravity, Health, HealthState, Millis, NodeId, Timestamp,
};
use lara_core::ports::{
    ChangeKind, ChannelHealth, Leases, Marks, OddEvent, OddEvents, StoreError, StoreResult, Symptom,
};
use uuid::Uuid;

#[async_trait::async_trait]
impl Leases for Store {
    async fn hold(&self, name: &str, node: NodeId, now: Timestamp, lease: Millis) -> StoreResult<bool> {
        let mut tx = self.db.write().await?;
        let until = now.plus(lease).millis();
        let held = opt!(tx, IdRow, sql::LEASE_HOLD, name, node.to_string(), now.millis(), until)?;
        tx.commit().await?;
        Ok(held.is_some())
    }

    async fn let_go(&self, name: &str, node: NodeId) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::LEASE_DROP, name, node.to_string())?;
        tx.commit().await
    }
}

#[derive(sqlx::FromRow)]
struct MarkRow {
    key: String,
    value: String,
}

#[async_trait::async_trait]
impl Marks for Store {
    async fn mark(&self, channel: ChannelId, key: &str) -> StoreResult<Option<String>> {
        let mut on = self.db.read().await?;
        Ok(opt!(on, MarkRow, sql::MARK, channel.to_string(), key)?.map(|row| row.value))
    }

    async fn marks(&self, channel: ChannelId, prefix: &str) -> StoreResult<Vec<(String, String)>> {
        let mut on = self.db.read().await?;
        // Keys are ASCII, so that the last character of all closes the range.
        let end = format!("{prefix}\u{7f}");
        let rows = all!(on, MarkRow, sql::MARKS, channel.to_string(), prefix, end)?;
        Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
    }

    async fn set_mark(&self, channel: ChannelId, key: &str, value: &str, now: Timestamp) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::MARK_SET, channel.to_string(), key, value, now.millis())?;
        tx.commit().await
    }
}

#[derive(sqlx::FromRow)]
struct HealthRow {
    channel_id: String,
    state: String,
    last_event_at: Option<i64>,
    last_sent_at: Option<i64>,
    last_error: Option<String>,
    last_error_at: Option<i64>,
    checked_at: Option<i64>,
    findings: String,
}

impl TryFrom<HealthRow> for Health {
    type Error = StoreError;

    fn try_from(row: HealthRow) -> Result<Self, StoreError> {
        Ok(Self {
            channel: parse(&row.channel_id)?,
            state: parse(&row.state)?,
            last_event_at: moment(row.last_event_at),
            last_sent_at: moment(row.last_sent_at),
            last_error: row.last_error,
            last_error_at: moment(row.last_error_at),
            checked_at: moment(row.checked_at),
            findings: from_json(&row.findings)?,
        })
    }
}

/// Whether hearing a channel proves that its token is good. Meta's webhooks come whatever became of the token.
const fn hears_by_token(kind: ChannelKind) -> bool {
    !matches!(kind, ChannelKind::Messenger | ChannelKind::Instagram | ChannelKind::Whatsapp)
}

/// Health after a symptom. A dead channel lives again when it is heard, or when a check finds nothing broken.
fn after(mut health: Health, kind: ChannelKind, symptom: &Symptom, now: Timestamp) -> Health {
    let alive = |state| if state == HealthState::Dead { state } else { HealthState::Well };
    match symptom {
        Symptom::Heard => {
            health.last_event_at = Some(now);
            health.state = if hears_by_token(kind) { HealthState::Well } else { alive(health.state) };
        }
        Symptom::Sent => {
            health.last_sent_at = Some(now);
            health.state = alive(health.state);
        }
        Symptom::Failed(code) => {
            (health.last_error, health.last_error_at) = (Some(code.clone()), Some(now));
            if health.state != HealthState::Dead {
                health.state = HealthState::Ailing;
            }
        }
        Symptom::Died(code) => {
            (health.last_error, health.last_error_at) = (Some(code.clone()), Some(now));
            health.state = HealthState::Dead;
        }
        Symptom::Checked(findings) => {
            let gravest = findings.iter().map(|finding| finding.gravity).max();
            health.state = match gravest {
                Some(Gravity::Broken) => HealthState::Dead,
                Some(Gravity::Warning) => HealthState::Ailing,
                Some(Gravity::Fine) | None => HealthState::Well,
            };
            health.findings.clone_from(findings);
            health.checked_at = Some(now);
        }
    }
    health
}

#[async_trait::async_trait]
impl ChannelHealth for Store {
    async fn note(
        &self,
        channel: &Channel,
        symptom: &Symptom,
        now: Timestamp,
    ) -> StoreResult<(HealthState, HealthState)> {
        let mut tx = self.db.write().await?;
        let known = opt!(tx, HealthRow, sql::HEALTH_HELD, channel.id.to_string())?;
        let health = known.map_or_else(
            || {
                Ok(Health {
                    channel: channel.id,
                    state: HealthState::Unknown,
                    last_event_at: None,
                    last_sent_at: None,
                    last_error: None,
                    last_error_at: None,
                    checked_at: None,
                    findings: Vec::new(),
                })
            },
            Health::try_from,
        )?;
        let before = health.state;
        let health = after(health, channel.kind, symptom, now);
        let kept = exec!(
            tx,
            sql::HEALTH_SET,
            channel.id.to_string(),
            channel.brand.to_string(),
            health.state.as_str(),
            health.last_event_at.map(Timestamp::millis),
            health.last_sent_at.map(Timestamp::millis),
            health.last_error,
            health.last_error_at.map(Timestamp::millis),
            health.checked_at.map(Timestamp::millis),
            to_json(&health.findings)?
        )?;
        if kept > 0 && (before != health.state || matches!(symptom, Symptom::Checked(_))) {
            let told = Told {
                brand: channel.brand,
                kind: ChangeKind::Channel,
                key: channel.id.get(),
                address: None,
                at: now,
            };
            tell(&mut tx, &[told]).await?;
        }
        tx.commit().await?;
        Ok((before, health.state))
    }

    async fn health(&self, brand: Option<BrandId>) -> StoreResult<Vec<Health>> {
        let mut on = self.db.read().await?;
        let rows = match brand {
            Some(brand) => all!(on, HealthRow, sql::HEALTH_OF_BRAND, brand.to_string())?,
            None => all!(on, HealthRow, sql::HEALTH_ALL)?,
        };
        rows.into_iter().map(Health::try_from).collect()
    }
}

#[derive(sqlx::FromRow)]
struct OddRow {
    id: String,
    brand_id: String,
    channel_id: String,
    reason: String,
    body: String,
    at: i64,
}

impl TryFrom<OddRow> for OddEvent {
    type Error = StoreError;

    fn try_from(row: OddRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            channel: parse(&row.channel_id)?,
            reason: row.reason,
            body: row.body,
            at: Timestamp::from_millis(row.at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct CountRow {
    id: String,
    number: i64,
}

#[async_trait::async_trait]
impl OddEvents for Store {
    async fn keep_odd(&self, event: &OddEvent) -> StoreResult<()> {
        let (id, brand, channel) = (event.id.to_string(), event.brand.to_string(), event.channel.to_string());
        let mut tx = self.db.write().await?;
        exec!(tx, sql::ODD_KEEP, id, brand, channel, &event.reason, &event.body, event.at.millis())?;
        tx.commit().await
    }

    async fn odd(&self, channel: ChannelId, limit: u32) -> StoreResult<Vec<OddEvent>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, OddRow, sql::ODD, channel.to_string(), i64::from(limit))?;
        rows.into_iter().map(OddEvent::try_from).collect()
    }

    async fn count_odd(&self, brand: Option<BrandId>) -> StoreResult<Vec<(ChannelId, i64)>> {
        let mut on = self.db.read().await?;
        let rows = match brand {
            Some(brand) => all!(on, CountRow, sql::ODD_COUNT_OF_BRAND, brand.to_string())?,
            None => all!(on, CountRow, sql::ODD_COUNT)?,
        };
        rows.into_iter().map(|row| Ok((parse(&row.id)?, row.number))).collect()
    }

    async fn forget_odd(&self, id: Uuid) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::ODD_FORGET, id.to_string())?;
        tx.commit().await
    }

    async fn prune_odd(&self, before: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let gone = exec!(tx, sql::ODD_PRUNE, before.millis())?;
        tx.commit().await?;
        Ok(gone)
    }
}
