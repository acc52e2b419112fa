//! The outbox of push channels, and what a customer may read of their own talk.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, all, batch, opt};
use crate::error::broken;
use crate::lanes::{Id, channels_of};
use crate::rows::{AddressRow, IdRow, MessageRow, MomentRow, into_models, moment, parse};
use crate::sql::outbox as sql;
use lara_core::model::{
    Address, AddressId, ChannelId, ConversationId, Message, MessageId, MessageState, Millis, NodeId,
    Timestamp,
};
use lara_core::ports::{ChangeKind, Cursor, Dispatch, Outbox, Outcome, StoreResult, Transcripts};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

#[derive(sqlx::FromRow)]
struct ToRow {
    id: String,
    channel_id: String,
    external: String,
}

/// How often an app is sent a reply whose fate is unknown.
const MOST_ATTEMPTS: i32 = 5;

#[derive(sqlx::FromRow)]
struct ExpiredRow {
    id: String,
    state: String,
}

#[derive(Serialize)]
struct Settled {
    id: MessageId,
    state: &'static str,
    external: Option<String>,
    send_at: Option<i64>,
    fault: Option<&'static str>,
}

impl Settled {
    fn new(id: MessageId, outcome: Outcome) -> Self {
        let (state, external, send_at, fault) = match outcome {
            Outcome::Sent(external) => (MessageState::Sent, external, None, None),
            Outcome::Retry(at, code) => (MessageState::Queued, None, Some(at.millis()), Some(code)),
            Outcome::Failed(code) => (MessageState::Failed, None, None, Some(code)),
            Outcome::Uncertain(code) => (MessageState::Uncertain, None, None, Some(code)),
        };
        Self { id, state: state.as_str(), external, send_at, fault }
    }
}

#[async_trait::async_trait]
impl Outbox for Store {
    async fn claim_sends(
        &self,
        node: NodeId,
        now: Timestamp,
        lease: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Dispatch>> {
        let mut tx = self.db.write().await?;
        let doomed = all!(tx, IdRow, sql::SENDS_DOOMED, now.millis())?;
        tell_rows(&mut tx, &doomed, now).await?;
        let rows = all!(
            tx,
            MessageRow,
            sql::SENDS_CLAIM,
            node.to_string(),
            now.millis(),
            now.plus(lease).millis(),
            i64::from(limit)
        )?;
        let mut claimed = Vec::with_capacity(rows.len());
        let mut unreadable = Vec::new();
        for row in rows {
            let (id, attempts) = (row.id.clone(), row.attempts);
            match Message::try_from(row) {
                Ok(message) => claimed.push((message, attempts)),
                Err(_) => unreadable.push(id),
            }
        }
        give_up(&mut tx, node, unreadable, now).await?;
        tell_about(&mut tx, claimed.iter().map(|(message, _)| message.conversation), now).await?;
        tx.commit().await?;
        claimed.retain(|(message, _)| message.state == MessageState::Sending);
        claimed.sort_by_key(|(message, _)| message.id);
        let (dispatches, lost) = self.dispatches(claimed).await?;
        if !lost.is_empty() {
            let mut tx = self.db.write().await?;
            give_up(&mut tx, node, lost, now).await?;
            tx.commit().await?;
        }
        Ok(dispatches)
    }

    async fn settle(
        &self,
        node: NodeId,
        now: Timestamp,
        outcomes: Vec<(MessageId, Outcome)>,
    ) -> StoreResult<()> {
        let rows: Vec<_> = outcomes.into_iter().map(|(id, outcome)| Settled::new(id, outcome)).collect();
        let mut tx = self.db.write().await?;
        let moved = all!(tx, IdRow, sql::SENDS_SETTLE, batch(&rows)?, node.to_string())?;
        tell_rows(&mut tx, &moved, now).await?;
        tx.commit().await
    }

    async fn expire(&self, now: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let moved = all!(tx, ExpiredRow, sql::SENDS_EXPIRE, now.millis(), MOST_ATTEMPTS)?;
        let uncertain = moved.iter().filter(|row| row.state == MessageState::Uncertain.as_str()).count();
        let moved: Vec<_> = moved.into_iter().map(|row| IdRow { id: row.id }).collect();
        tell_rows(&mut tx, &moved, now).await?;
        tx.commit().await?;
        u64::try_from(uncertain).map_err(broken)
    }

    async fn next_send(&self) -> StoreResult<Option<Timestamp>> {
        let mut on = self.db.read().await?;
        Ok(opt!(on, MomentRow, sql::SENDS_NEXT)?.and_then(|row| moment(row.at)))
    }
}

impl Store {
    /// Adds where each message goes; the ids of those nobody can say it of come beside.
    async fn dispatches(&self, claimed: Vec<(Message, i32)>) -> StoreResult<(Vec<Dispatch>, Vec<String>)> {
        let (mut dispatches, mut lost) = (Vec::with_capacity(claimed.len()), Vec::new());
        if claimed.is_empty() {
            return Ok((dispatches, lost));
        }
        let mut on = self.db.read().await?;
        let ids = Id::batch(claimed.iter().map(|(message, _)| message.conversation))?;
        let mut to = HashMap::with_capacity(claimed.len());
        for row in all!(on, ToRow, sql::SENDS_TO, ids)? {
            let channel: ChannelId = parse(&row.channel_id)?;
            to.insert(parse::<ConversationId>(&row.id)?, (channel, row.external));
        }
        let kinds: BTreeSet<_> = to.values().map(|(channel, _)| *channel).collect();
        let channels = channels_of(&mut on, kinds).await?;
        for (message, attempts) in claimed {
            let place = to.get(&message.conversation);
            match place.and_then(|(channel, address)| Some((channels.get(channel)?.clone(), address.clone())))
            {
                Some((channel, address)) => {
                    dispatches.push(Dispatch { message, channel, address, attempts });
                }
                None => lost.push(message.id.to_string()),
            }
        }
        Ok((dispatches, lost))
    }
}

/// Replies that cannot be read, or whose way is gone, are failed: the others go on.
async fn give_up(tx: &mut Tx, node: NodeId, ids: Vec<String>, at: Timestamp) -> StoreResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    tracing::error!(messages = ?ids, "replies cannot be read");
    let moved = all!(tx, IdRow, sql::SENDS_UNREADABLE, Id::batch(ids)?, node.to_string())?;
    tell_rows(tx, &moved, at).await
}

async fn tell_rows(tx: &mut Tx, rows: &[IdRow], at: Timestamp) -> StoreResult<()> {
    let ids: Vec<ConversationId> = rows.iter().map(|row| parse(&row.id)).collect::<StoreResult<_>>()?;
    tell_about(tx, ids, at).await
}

/// Tells the feed about conversations whose outbox moved, each once.
async fn tell_about(
    tx: &mut Tx,
    conversations: impl IntoIterator<Item = ConversationId>,
    at: Timestamp,
) -> StoreResult<()> {
    let ids: BTreeSet<_> = conversations.into_iter().collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut told = Vec::with_capacity(ids.len());
    for row in all!(tx, AboutRow, sql::LANES_ABOUT, Id::batch(ids)?)? {
        told.push(Told {
            brand: parse(&row.brand_id)?,
            kind: ChangeKind::Conversation,
            key: parse::<ConversationId>(&row.id)?.get(),
            address: Some(parse(&row.address_id)?),
            at,
        });
    }
    tell(tx, &told).await
}

#[derive(sqlx::FromRow)]
struct AboutRow {
    id: String,
    brand_id: String,
    address_id: String,
}

#[async_trait::async_trait]
impl Transcripts for Store {
    async fn address(&self, channel: ChannelId, external: &str) -> StoreResult<Option<Address>> {
        let mut on = self.db.read().await?;
        opt!(on, AddressRow, sql::ADDRESS_BY_EXTERNAL, channel.to_string(), external)?
            .map(Address::try_from)
            .transpose()
    }

    async fn after(
        &self,
        address: AddressId,
        after: Option<Cursor>,
        limit: u32,
    ) -> StoreResult<Vec<Message>> {
        let mut on = self.db.read().await?;
        let (conversation, seq) =
            after.map_or_else(Default::default, |cursor| (cursor.conversation.to_string(), cursor.seq));
        let limit = i64::from(limit);
        let address = address.to_string();
        into_models(all!(on, MessageRow, sql::TRANSCRIPT_AFTER, address, conversation, seq, limit)?)
    }

    async fn latest(&self, address: AddressId, limit: u32) -> StoreResult<Vec<Message>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, MessageRow, sql::TRANSCRIPT_LATEST, address.to_string(), i64::from(limit))?;
        let mut messages: Vec<Message> = into_models(rows)?;
        messages.reverse();
        Ok(messages)
    }
}
