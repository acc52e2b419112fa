//! The outbox of push channels, and what a customer may read of their own talk.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, all, batch, exec, opt};
use crate::error::broken;
use crate::lanes::{Id, sending_channels};
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
    last_in_at: Option<i64>,
    reply_to: Option<String>,
}

#[derive(Serialize)]
struct Going {
    id: ConversationId,
    message_id: MessageId,
    answers: Option<i64>,
}

/// How long Discord knows a nonce for sure ("past few minutes", resources/message#create-message).
const NONCE_LIFE: Millis = Millis::seconds(60);

/// How often an app is sent a reply whose fate is unknown.
const MOST_ATTEMPTS: i32 = 5;

#[derive(sqlx::FromRow)]
struct ProgressRow {
    wanted: bool,
}

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
    untried: i32,
}

impl Settled {
    fn new(id: MessageId, outcome: Outcome) -> Self {
        let untried = i32::from(matches!(outcome, Outcome::Defer(..)));
        let (state, external, send_at, fault) = match outcome {
            Outcome::Sent(external) => (MessageState::Sent, external, None, None),
            Outcome::Retry(at, code) | Outcome::Defer(at, code) => {
                (MessageState::Queued, None, Some(at.millis()), Some(code))
            }
            Outcome::Failed(code) | Outcome::Gone(code) => (MessageState::Failed, None, None, Some(code)),
            Outcome::Uncertain(code) => (MessageState::Uncertain, None, None, Some(code)),
        };
        Self { id, state: state.as_str(), external, send_at, fault, untried }
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
            let (id, attempts, unasked) = (row.id.clone(), row.attempts, row.unasked);
            let pieces_done = u32::try_from(row.pieces_done.unwrap_or(0)).unwrap_or(0);
            match Message::try_from(row) {
                Ok(message) => claimed.push(Claimed { message, attempts, pieces_done, unasked }),
                Err(_) => unreadable.push(id),
            }
        }
        give_up(&mut tx, node, unreadable, now).await?;
        tell_about(&mut tx, claimed.iter().map(|claimed| claimed.message.conversation), now).await?;
        tx.commit().await?;
        claimed.retain(|claimed| claimed.message.state == MessageState::Sending);
        claimed.sort_by_key(|claimed| claimed.message.id);
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
        let (mut rest, mut gone) = (Vec::new(), Vec::new());
        for (id, outcome) in outcomes {
            let unreachable = matches!(outcome, Outcome::Gone(_));
            if unreachable { &mut gone } else { &mut rest }.push(Settled::new(id, outcome));
        }
        let mut tx = self.db.write().await?;
        let mut moved = Vec::new();
        if !rest.is_empty() {
            moved.extend(all!(tx, IdRow, sql::SENDS_SETTLE, batch(&rest)?, node.to_string())?);
        }
        if !gone.is_empty() {
            let settled = all!(tx, IdRow, sql::SENDS_SETTLE, batch(&gone)?, node.to_string())?;
            let lanes = Id::batch(settled.iter().map(|row| &row.id))?;
            exec!(tx, sql::ADDRESSES_GONE, &lanes, now.millis())?;
            moved.extend(all!(tx, IdRow, sql::SENDS_UNREACHABLE, &lanes)?);
            moved.extend(settled);
        }
        tell_rows(&mut tx, &moved, now).await?;
        tx.commit().await
    }

    async fn progress(
        &self,
        node: NodeId,
        message: MessageId,
        pieces_done: Option<u32>,
        external: Option<&str>,
        lease_until: Timestamp,
    ) -> StoreResult<bool> {
        let mut tx = self.db.write().await?;
        let (message, node, done) = (message.to_string(), node.to_string(), pieces_done.map(i64::from));
        let held =
            opt!(tx, ProgressRow, sql::SEND_PROGRESS, message, node, done, external, lease_until.millis())?;
        tx.commit().await?;
        Ok(held.is_some_and(|row| row.wanted))
    }

    async fn expire(&self, now: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let moved = all!(
            tx,
            ExpiredRow,
            sql::SENDS_EXPIRE,
            now.millis(),
            MOST_ATTEMPTS,
            now.plus(Millis(-NONCE_LIFE.0)).millis()
        )?;
        let uncertain = moved.iter().filter(|row| row.state == MessageState::Uncertain.as_str()).count();
        let moved: Vec<_> = moved.into_iter().map(|row| IdRow { id: row.id }).collect();
        tell_rows(&mut tx, &moved, now).await?;
        tx.commit().await?;
        u64::try_from(uncertain).map_err(broken)
    }

    async fn is_hers(&self, conversation: ConversationId) -> StoreResult<bool> {
        let mut on = self.db.read().await?;
        Ok(opt!(on, IdRow, sql::LANE_IS_HERS, conversation.to_string())?.is_some())
    }

    async fn next_send(&self) -> StoreResult<Option<Timestamp>> {
        let mut on = self.db.read().await?;
        Ok(opt!(on, MomentRow, sql::SENDS_NEXT)?.and_then(|row| moment(row.at)))
    }
}

impl Store {
    /// Adds where each message goes; the ids of those nobody can say it of come beside.
    async fn dispatches(&self, claimed: Vec<Claimed>) -> StoreResult<(Vec<Dispatch>, Vec<String>)> {
        let (mut dispatches, mut lost) = (Vec::with_capacity(claimed.len()), Vec::new());
        if claimed.is_empty() {
            return Ok((dispatches, lost));
        }
        let mut on = self.db.read().await?;
        let going: Vec<_> = claimed.iter().map(Claimed::going).collect();
        let mut to = HashMap::with_capacity(claimed.len());
        for row in all!(on, ToRow, sql::SENDS_TO, batch(&going)?)? {
            let channel: ChannelId = parse(&row.channel_id)?;
            to.insert(parse::<MessageId>(&row.id)?, (channel, row));
        }
        let kinds: BTreeSet<_> = to.values().map(|(channel, _)| *channel).collect();
        let channels = sending_channels(&mut on, kinds, self.vault.as_ref()).await?;
        for Claimed { message, attempts, pieces_done, unasked } in claimed {
            let place = to.remove(&message.id);
            match place.and_then(|(channel, row)| Some((channels.get(&channel)?.clone(), row))) {
                Some((channel, row)) => dispatches.push(Dispatch {
                    message,
                    channel,
                    address: row.external,
                    attempts,
                    last_in_at: moment(row.last_in_at),
                    reply_to: row.reply_to,
                    pieces_done,
                    unasked,
                }),
                None => lost.push(message.id.to_string()),
            }
        }
        Ok((dispatches, lost))
    }
}

/// A reply as claimed.
struct Claimed {
    message: Message,
    attempts: i32,
    pieces_done: u32,
    unasked: bool,
}

impl Claimed {
    fn going(&self) -> Going {
        Going {
            id: self.message.conversation,
            message_id: self.message.id,
            answers: self.message.answers.map(|answers| answers.last_seq),
        }
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
