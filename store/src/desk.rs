//! What agents do. Each act is one transaction that moves epoch and rev where ownership moves, and tells the feed.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, batch, exec, opt};
use crate::error::broken;
use crate::lanes::{channels_of, message_row};
use crate::rows::{ConversationRow, EscalationRow, NumberRow, parse, parse_opt};
use crate::sql::{commit, desk as sql};
use lara_core::model::{
    AgentId, Channel, Conversation, ConversationId, Direction, Escalation, EscalationId, Owner, Timestamp,
    Visibility,
};
use lara_core::ports::{ChangeKind, Desk, DeskOutcome, NewMessage, StoreResult};

#[derive(sqlx::FromRow)]
struct MovedRow {
    id: String,
    brand_id: String,
    address_id: String,
    last_seq: i64,
}

#[derive(sqlx::FromRow)]
struct LastInRow {
    at: i64,
    visibility: String,
}

#[derive(sqlx::FromRow)]
struct OwnerRow {
    owner: String,
    agent_id: Option<String>,
    last_in_seq: i64,
}

#[async_trait::async_trait]
impl Desk for Store {
    async fn take_over(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        now: Timestamp,
    ) -> StoreResult<DeskOutcome> {
        let mut tx = self.db.write().await?;
        let (id, by) = (conversation.to_string(), agent.to_string());
        let Some(moved) = opt!(tx, MovedRow, sql::LANE_TAKE_OVER, &id, &by)? else {
            return refused(&mut tx, &id).await;
        };
        exec!(tx, sql::REPLIES_CANCEL, &id)?;
        // After the cancelling, so that a reply a sender took meanwhile is counted.
        let on_the_way = opt!(tx, NumberRow, sql::REPLIES_ON_THE_WAY, &id)?.map_or(0, |row| row.number);
        exec!(tx, sql::ESCALATION_CLAIM, &id, &by, now.millis())?;
        tell_moved(&mut tx, &moved, now).await?;
        tx.commit().await?;
        Ok(DeskOutcome::Done { on_the_way })
    }

    async fn write(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        message: NewMessage,
    ) -> StoreResult<DeskOutcome> {
        let mut tx = self.db.write().await?;
        let (id, at) = (conversation.to_string(), message.at.millis());
        let placed = if message.direction == Direction::Note {
            opt!(tx, MovedRow, sql::LANE_PLACE_NOTE, &id, at)?
        } else {
            opt!(tx, MovedRow, sql::LANE_PLACE_REPLY, &id, at, agent.to_string())?
        };
        let Some(placed) = placed else { return refused(&mut tx, &id).await };
        let row = message_row(&message, parse(&placed.brand_id)?, conversation, placed.last_seq)?;
        exec!(tx, commit::MESSAGES_WRITE, batch(&[row])?)?;
        tell_moved(&mut tx, &placed, message.at).await?;
        tx.commit().await?;
        Ok(DeskOutcome::Done { on_the_way: 0 })
    }

    async fn hand_back(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        now: Timestamp,
    ) -> StoreResult<DeskOutcome> {
        let mut tx = self.db.write().await?;
        let (id, by) = (conversation.to_string(), agent.to_string());
        match opt!(tx, MovedRow, sql::LANE_HAND_BACK, &id, &by)? {
            Some(moved) => end(tx, &moved, &by, now).await,
            None => refused(&mut tx, &id).await,
        }
    }

    async fn resolve(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        seen: Option<i64>,
        now: Timestamp,
    ) -> StoreResult<DeskOutcome> {
        let mut tx = self.db.write().await?;
        let (id, by) = (conversation.to_string(), agent.to_string());
        if let Some(moved) = opt!(tx, MovedRow, sql::LANE_CLOSE, &id, &by, seen, now.millis())? {
            return end(tx, &moved, &by, now).await;
        }
        let Some(row) = opt!(tx, OwnerRow, sql::LANE_OWNER, &id)? else { return Ok(DeskOutcome::Missing) };
        let outcome = row.outcome()?;
        let theirs = match outcome {
            DeskOutcome::Refused(Owner::Bot | Owner::Waiting, _) => true,
            DeskOutcome::Refused(Owner::Agent, holder) => holder == Some(agent),
            _ => false,
        };
        let crossed = theirs && seen.is_some_and(|seen| row.last_in_seq > seen);
        Ok(if crossed { DeskOutcome::Crossed } else { outcome })
    }

    async fn conversation(&self, id: ConversationId) -> StoreResult<Option<(Conversation, Channel)>> {
        let mut on = self.db.read().await?;
        let Some(row) = opt!(on, ConversationRow, sql::CONVERSATION, id.to_string())? else {
            return Ok(None);
        };
        let conversation = Conversation::try_from(row)?;
        let mut channels = channels_of(&mut on, [conversation.channel]).await?;
        let channel =
            channels.remove(&conversation.channel).ok_or_else(|| broken("a conversation has no channel"))?;
        Ok(Some((conversation, channel)))
    }

    async fn last_in(&self, conversation: ConversationId) -> StoreResult<Option<(Timestamp, Visibility)>> {
        let mut on = self.db.read().await?;
        let last = opt!(on, LastInRow, sql::LAST_IN, conversation.to_string())?;
        last.map(|row| Ok((Timestamp::from_millis(row.at), parse(&row.visibility)?))).transpose()
    }

    async fn escalation(&self, id: EscalationId) -> StoreResult<Option<Escalation>> {
        let mut on = self.db.read().await?;
        opt!(on, EscalationRow, sql::ESCALATION, id.to_string())?.map(Escalation::try_from).transpose()
    }
}

impl OwnerRow {
    /// What an act that found no row to change is told.
    fn outcome(&self) -> StoreResult<DeskOutcome> {
        Ok(DeskOutcome::Refused(parse(&self.owner)?, parse_opt(self.agent_id.as_ref())?))
    }
}

/// Ends the work of agent `by` on a conversation that has moved: the escalation is resolved, and nothing Lara said
/// before goes out after it.
async fn end(mut tx: Tx, moved: &MovedRow, by: &str, now: Timestamp) -> StoreResult<DeskOutcome> {
    exec!(tx, sql::REPLIES_CANCEL, &moved.id)?;
    exec!(tx, sql::ESCALATION_RESOLVE, &moved.id, by, now.millis())?;
    tell_moved(&mut tx, moved, now).await?;
    tx.commit().await?;
    Ok(DeskOutcome::Done { on_the_way: 0 })
}

/// Why an act found no row to change.
async fn refused(tx: &mut Tx, conversation: &str) -> StoreResult<DeskOutcome> {
    let found = opt!(tx, OwnerRow, sql::LANE_OWNER, conversation)?;
    found.map_or(Ok(DeskOutcome::Missing), |row| row.outcome())
}

async fn tell_moved(tx: &mut Tx, moved: &MovedRow, at: Timestamp) -> StoreResult<()> {
    let told = Told {
        brand: parse(&moved.brand_id)?,
        kind: ChangeKind::Conversation,
        key: parse::<ConversationId>(&moved.id)?.get(),
        address: Some(parse(&moved.address_id)?),
        at,
    };
    tell(tx, &[told]).await
}
