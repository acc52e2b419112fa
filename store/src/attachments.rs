//! Attachments: which are due, and what became of them.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{all, exec, opt};
use crate::error::broken;
use crate::lanes::{Id, sending_channels};
use crate::rows::{IdRow, MomentRow, from_json, moment, parse};
use crate::sql::attachments as sql;
use lara_core::model::{AttachmentSource, ChannelId, ConversationId, Millis, Timestamp};
use lara_core::ports::{Attachments, ChangeKind, Fetched, StoreResult, ToFetch};
use std::collections::BTreeSet;

#[derive(sqlx::FromRow)]
struct ClaimRow {
    id: String,
    channel_id: String,
    message_id: String,
    source: String,
    attempts: i64,
}

#[derive(sqlx::FromRow)]
struct LaneRow {
    id: String,
    brand_id: String,
    address_id: String,
}

#[async_trait::async_trait]
impl Attachments for Store {
    async fn claim_fetches(&self, now: Timestamp, lease: Millis, limit: u32) -> StoreResult<Vec<ToFetch>> {
        let mut tx = self.db.write().await?;
        let until = now.plus(lease).millis();
        let rows = all!(tx, ClaimRow, sql::FETCHES_CLAIM, now.millis(), until, i64::from(limit))?;
        tx.commit().await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: BTreeSet<ChannelId> =
            rows.iter().map(|row| parse(&row.channel_id)).collect::<StoreResult<_>>()?;
        let mut on = self.db.read().await?;
        let channels = sending_channels(&mut on, wanted, self.vault.as_ref()).await?;
        drop(on);
        let (mut claims, mut lost) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            let channel = channels.get(&parse::<ChannelId>(&row.channel_id)?);
            match (channel, from_json::<AttachmentSource>(&row.source)) {
                (Some(channel), Ok(source)) => claims.push(ToFetch {
                    id: parse(&row.id)?,
                    message: parse(&row.message_id)?,
                    channel: channel.clone(),
                    source,
                    attempts: i32::try_from(row.attempts).map_err(broken)?,
                }),
                _ => lost.push(row.id),
            }
        }
        if !lost.is_empty() {
            let mut tx = self.db.write().await?;
            exec!(tx, sql::FETCHES_ORPHANED, Id::batch(lost)?)?;
            tx.commit().await?;
        }
        Ok(claims)
    }

    async fn settle_fetch(&self, of: &ToFetch, fetched: Fetched, now: Timestamp) -> StoreResult<()> {
        let (id, attempts) = (of.id.to_string(), i64::from(of.attempts));
        let (mut file, mut fault, mut due) = (None, None, None);
        let state = match fetched {
            Fetched::Done(new) => {
                file = Some(new);
                "fetched"
            }
            Fetched::Refused(code) => {
                fault = Some(code);
                "refused"
            }
            Fetched::Retry(at, code) => {
                (fault, due) = (Some(code), Some(at.millis()));
                "waiting"
            }
        };
        let hash = file.as_ref().map(|file| file.hash.as_str());
        let mime = file.as_ref().map(|file| file.mime);
        let size = file.as_ref().map(|file| i64::try_from(file.bytes.len())).transpose().map_err(broken)?;
        let mut tx = self.db.write().await?;
        let held = opt!(tx, IdRow, sql::FETCH_SETTLE, id, attempts, state, hash, mime, size, fault, due)?;
        let Some(message) = held else { return tx.rollback().await };
        if let Some(file) = &file {
            let brand = of.channel.brand.to_string();
            exec!(tx, sql::FILE_KEEP, brand, &file.hash, file.mime, file.bytes.as_slice(), now.millis())?;
        }
        if let Some(lane) = opt!(tx, LaneRow, sql::MESSAGE_LANE, message.id)? {
            let told = Told {
                brand: parse(&lane.brand_id)?,
                kind: ChangeKind::Conversation,
                key: parse::<ConversationId>(&lane.id)?.get(),
                address: Some(parse(&lane.address_id)?),
                at: now,
            };
            tell(&mut tx, &[told]).await?;
        }
        tx.commit().await
    }

    async fn next_fetch(&self) -> StoreResult<Option<Timestamp>> {
        let mut on = self.db.read().await?;
        Ok(opt!(on, MomentRow, sql::FETCH_NEXT)?.and_then(|row| moment(row.at)))
    }
}
