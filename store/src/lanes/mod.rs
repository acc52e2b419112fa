//! The lanes: who decides which conversation, and what they need to know for it.

mod commit;
mod known;
mod pace;
mod person;
mod proof;

pub(crate) use commit::message_row;
pub(crate) use proof::hidden;

use crate::Store;
use crate::brands::unsealed;
use crate::db::{Reader, all, batch, exec, opt};
use crate::error::is_unreadable;
use crate::rows::{ChannelRow, ConversationRow, MomentRow, moment};
use crate::sql::lanes as sql;
use crate::vault::Vault;
use lara_core::model::{Channel, ChannelId, Conversation, ConversationId, Millis, NodeId, Timestamp};
use lara_core::ports::{Claim, Commit, Lanes, StoreResult, Turn};
use serde::Serialize;
use std::collections::HashMap;

/// How long a lane that cannot be read waits for somebody to repair it.
const ASIDE: Millis = Millis::minutes(60);

/// A row of a batch that is only an id.
#[derive(Serialize)]
pub(crate) struct Id {
    pub(crate) id: String,
}

impl Id {
    /// A batch of ids.
    pub(crate) fn batch<T: ToString>(ids: impl IntoIterator<Item = T>) -> StoreResult<String> {
        batch(&ids.into_iter().map(|id| Self { id: id.to_string() }).collect::<Vec<_>>())
    }
}

#[derive(Serialize)]
struct Waiting {
    id: ConversationId,
    done_seq: i64,
}

#[async_trait::async_trait]
impl Lanes for Store {
    async fn claim(
        &self,
        node: NodeId,
        now: Timestamp,
        lease: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Claim>> {
        let mut tx = self.db.write().await?;
        let rows = all!(
            tx,
            ConversationRow,
            sql::LANES_CLAIM,
            node.to_string(),
            now.millis(),
            now.plus(lease).millis(),
            i64::from(limit)
        )?;
        tx.commit().await?;
        self.load(node, rows).await
    }

    async fn reload(&self, node: NodeId, lanes: &[ConversationId]) -> StoreResult<Vec<Claim>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, ConversationRow, sql::LANES_HELD, Id::batch(lanes)?, node.to_string())?;
        drop(on);
        self.load(node, rows).await
    }

    async fn commit(&self, turns: Vec<Turn>) -> StoreResult<Vec<Commit>> {
        self.commit_turns(&turns).await
    }

    async fn release(&self, node: NodeId, lanes: &[ConversationId], ready_at: Timestamp) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::LANES_RELEASE, Id::batch(lanes)?, node.to_string(), ready_at.millis())?;
        tx.commit().await
    }

    async fn hand_back_untried(
        &self,
        node: NodeId,
        lanes: &[ConversationId],
        ready_at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::LANES_UNTRIED, Id::batch(lanes)?, node.to_string(), ready_at.millis())?;
        tx.commit().await
    }

    async fn next_ready(&self) -> StoreResult<Option<Timestamp>> {
        let mut on = self.db.read().await?;
        Ok(opt!(on, MomentRow, sql::LANES_NEXT)?.and_then(|row| moment(row.at)))
    }
}

impl Store {
    /// Run and memory of leased lanes. Read after the claim was committed, so that it never holds up a writer; the
    /// revisions in the rows tell at commit whether anything moved in between.
    async fn load(&self, node: NodeId, rows: Vec<ConversationRow>) -> StoreResult<Vec<Claim>> {
        match self.load_all(node, rows.clone()).await {
            Err(error) if is_unreadable(&error) => {}
            loaded => return loaded,
        }
        let mut claims = Vec::with_capacity(rows.len());
        let mut unreadable = Vec::new();
        for row in rows {
            let id = row.id.clone();
            match self.load_all(node, vec![row]).await {
                Ok(mut alone) => claims.append(&mut alone),
                Err(error) if is_unreadable(&error) => {
                    tracing::error!(conversation = %id, "lane cannot be read; put aside for an hour");
                    unreadable.push(id);
                }
                Err(error) => return Err(error),
            }
        }
        let mut tx = self.db.write().await?;
        exec!(tx, sql::LANES_PARK, Id::batch(unreadable)?, node.to_string(), ASIDE.0)?;
        tx.commit().await?;
        Ok(claims)
    }

    async fn load_all(&self, node: NodeId, rows: Vec<ConversationRow>) -> StoreResult<Vec<Claim>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut lanes = Vec::with_capacity(rows.len());
        for row in rows {
            let attempts = row.attempts;
            lanes.push((Conversation::try_from(row)?, attempts));
        }
        let mut on = self.db.read().await?;
        let mut known = known::Known::load(&mut on, &lanes).await?;
        drop(on);
        let mut claims = Vec::with_capacity(lanes.len());
        let mut idle = Vec::new();
        for (conversation, attempts) in lanes {
            let run = known.runs.remove(&conversation.id).unwrap_or_default();
            if run.is_empty() {
                idle.push(conversation.id);
                continue;
            }
            let memory = known.memory(&conversation)?;
            claims.push(Claim { conversation, attempts, run, memory });
        }
        proof::look_up(&self.db, &mut claims).await?;
        if !idle.is_empty() {
            let mut tx = self.db.write().await?;
            exec!(tx, sql::LANES_IDLE, Id::batch(idle)?, node.to_string())?;
            tx.commit().await?;
        }
        Ok(claims)
    }
}

/// Channels by id, with what the platform knows us by.
pub(crate) async fn sending_channels(
    on: &mut Reader,
    ids: impl IntoIterator<Item = ChannelId>,
    vault: Option<&Vault>,
) -> StoreResult<HashMap<ChannelId, Channel>> {
    let mut channels = HashMap::new();
    for row in all!(on, ChannelRow, sql::CHANNELS_OF, Id::batch(ids)?)? {
        let id = row.id.clone();
        if let Ok(channel) = unsealed(vault, row) {
            channels.insert(channel.id, channel);
        } else {
            tracing::error!(channel = %id, "channel cannot be read");
        }
    }
    Ok(channels)
}

/// Channels by id, without their secrets; one that cannot be read is as good as gone.
pub(crate) async fn channels_of(
    on: &mut Reader,
    ids: impl IntoIterator<Item = ChannelId>,
) -> StoreResult<HashMap<ChannelId, Channel>> {
    let mut channels = HashMap::new();
    for row in all!(on, ChannelRow, sql::CHANNELS_OF, Id::batch(ids)?)? {
        let id = row.id.clone();
        if let Ok(channel) = Channel::try_from(row) {
            channels.insert(channel.id, channel);
        } else {
            tracing::error!(channel = %id, "channel cannot be read");
        }
    }
    Ok(channels)
}
