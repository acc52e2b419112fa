//! Stores turns: a whole batch in a handful of statements, each turn whole or not at all.

use super::{Id, person};
use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, all, batch, exec, opt};
use crate::error::{broken, is_deadlock};
use crate::privacy::person_consents;
use crate::rows::{IdRow, parse, to_json};
use crate::sql::{commit as sql, privacy};
use lara_core::model::{
    AddressId, AgentId, BrandId, ConversationId, CustomerId, Decision, DecisionId, Delivery, Direction,
    Escalation, EscalationId, MessageId, MessageState, NodeId, Timestamp,
};
use lara_core::ports::{ChangeKind, Commit, ConsentChange, NewMessage, QueueChange, StoreResult, Turn};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// How often a batch is stored again after a deadlock before its trouble is told.
const ROUNDS: usize = 3;

#[derive(Serialize)]
struct Settle<'a> {
    id: ConversationId,
    node: NodeId,
    rev: i64,
    customer_id: Option<CustomerId>,
    customer_rev: Option<i64>,
    first_seq: i64,
    done_seq: i64,
    replies: i64,
    owner: &'static str,
    language: Option<&'static str>,
    open_question: Option<String>,
    misses: i32,
    moved: bool,
    at: i64,
    #[serde(skip)]
    turn: &'a Turn,
}

#[derive(sqlx::FromRow)]
struct SettledRow {
    id: String,
    last_seq: i64,
}

#[derive(sqlx::FromRow)]
struct HolderRow {
    id: String,
    lease_node: Option<String>,
    done_seq: i64,
}

/// A message to be inserted.
#[derive(Serialize)]
pub(crate) struct MessageParts<'a> {
    id: MessageId,
    brand_id: BrandId,
    conversation_id: ConversationId,
    seq: i64,
    direction: &'static str,
    author: &'static str,
    agent_id: Option<AgentId>,
    text: &'a str,
    quick_replies: String,
    answers_first: Option<i64>,
    answers_last: Option<i64>,
    visibility: &'static str,
    state: &'static str,
    at: i64,
    send_at: Option<i64>,
    aside: Option<&'a str>,
}

/// The row of a message that takes place `seq`.
pub(crate) fn message_row(
    message: &NewMessage,
    brand: BrandId,
    conversation: ConversationId,
    seq: i64,
) -> StoreResult<MessageParts<'_>> {
    let state = match (message.direction, message.delivery) {
        (Direction::In, _) => return Err(broken("an inbound message comes through the door")),
        (Direction::Note, _) => MessageState::Accepted,
        (Direction::Out, Delivery::Pull) => MessageState::Sent,
        (Direction::Out, Delivery::Push) => MessageState::Queued,
    };
    Ok(MessageParts {
        id: message.id,
        brand_id: brand,
        conversation_id: conversation,
        seq,
        direction: message.direction.as_str(),
        author: message.author.as_str(),
        agent_id: message.agent,
        text: &message.text,
        quick_replies: to_json(&message.quick_replies)?,
        answers_first: message.answers.map(|answers| answers.first_seq),
        answers_last: message.answers.map(|answers| answers.last_seq),
        visibility: message.visibility.as_str(),
        state: state.as_str(),
        at: message.at.millis(),
        send_at: (state == MessageState::Queued).then_some(message.at.millis()),
        aside: message.aside.as_deref(),
    })
}

#[derive(Serialize)]
struct DecisionParts<'a> {
    id: DecisionId,
    brand_id: BrandId,
    conversation_id: ConversationId,
    first_seq: i64,
    last_seq: i64,
    kind: &'static str,
    policy: &'a str,
    reason: &'a str,
    language: &'static str,
    intent: &'a str,
    confidence: f32,
    sentiment: &'static str,
    score: f32,
    complaint: f32,
    urgent: bool,
    reading: String,
    templates: String,
    known: String,
    reply_id: Option<MessageId>,
    at: i64,
}

fn decision_row(decision: &Decision, brand: BrandId) -> StoreResult<DecisionParts<'_>> {
    let reading = &decision.reading;
    Ok(DecisionParts {
        id: decision.id,
        brand_id: brand,
        conversation_id: decision.conversation,
        first_seq: decision.first_seq,
        last_seq: decision.last_seq,
        kind: decision.kind.as_str(),
        policy: &decision.policy,
        reason: &decision.reason,
        language: reading.language.as_str(),
        intent: reading.intent.as_str(),
        confidence: reading.confidence,
        sentiment: reading.sentiment.as_str(),
        score: reading.score,
        complaint: reading.complaint,
        urgent: reading.urgent,
        reading: to_json(reading)?,
        templates: to_json(&decision.templates)?,
        known: to_json(&decision.known)?,
        reply_id: decision.reply,
        at: decision.at.millis(),
    })
}

#[derive(Serialize)]
struct EscalationParts {
    id: EscalationId,
    brand_id: BrandId,
    conversation_id: ConversationId,
    reason: &'static str,
    priority: &'static str,
    rank: i32,
    severity: i32,
    state: &'static str,
    opened_at: i64,
    due_at: i64,
    agent_id: Option<AgentId>,
}

impl From<&Escalation> for EscalationParts {
    fn from(escalation: &Escalation) -> Self {
        Self {
            id: escalation.id,
            brand_id: escalation.brand,
            conversation_id: escalation.conversation,
            reason: escalation.reason.as_str(),
            priority: escalation.priority.as_str(),
            rank: escalation.priority.rank(),
            severity: escalation.severity,
            state: escalation.state.as_str(),
            opened_at: escalation.opened_at.millis(),
            due_at: escalation.due_at.millis(),
            agent_id: escalation.agent,
        }
    }
}

#[derive(Serialize)]
struct Consent {
    id: AddressId,
    opted_out_at: Option<i64>,
}

fn settle_row(turn: &Turn) -> StoreResult<Settle<'_>> {
    Ok(Settle {
        id: turn.conversation,
        node: turn.node,
        rev: turn.rev,
        customer_id: turn.customer.map(|(id, _)| id),
        customer_rev: turn.customer.map(|(_, rev)| rev),
        first_seq: turn.decision.first_seq,
        done_seq: turn.done_seq,
        replies: i64::from(turn.reply.is_some()),
        owner: turn.owner.as_str(),
        language: turn.language.map(lara_core::model::Language::as_str),
        open_question: turn.open_question.as_ref().map(to_json).transpose()?,
        misses: turn.misses,
        // Who is tied may be told more, and less of what was prepared before.
        moved: turn.consent != ConsentChange::Keep || turn.person.join.is_some(),
        at: turn.at.millis(),
        turn,
    })
}

impl Store {
    pub(super) async fn commit_turns(&self, turns: &[Turn]) -> StoreResult<Vec<Commit>> {
        let mut rows = Vec::with_capacity(turns.len());
        let mut lanes = HashSet::with_capacity(turns.len());
        for turn in turns {
            // Of two turns of one lane only the first can still hold its lease.
            if lanes.insert(turn.conversation) {
                rows.push(settle_row(turn)?);
            }
        }
        let mut last = Err(broken("a batch of turns was never stored"));
        for _ in 0..ROUNDS {
            let mut tx = self.db.write().await?;
            last = settle(&mut tx, &rows).await;
            match &last {
                Ok(_) => {
                    tx.commit().await?;
                    break;
                }
                Err(error) if is_deadlock(error) => tx.rollback().await?,
                Err(_) => break,
            }
        }
        let mut outcomes = last?;
        Ok(turns.iter().map(|turn| outcomes.remove(&turn.conversation).unwrap_or(Commit::Lost)).collect())
    }
}

/// Stores what still stands, and says what became of each lane.
async fn settle(tx: &mut Tx, rows: &[Settle<'_>]) -> StoreResult<HashMap<ConversationId, Commit>> {
    let mut won: HashMap<ConversationId, i64> = HashMap::with_capacity(rows.len());
    let proven = person::still_proven(tx, rows.iter().map(|row| row.turn)).await?;
    let standing: Vec<&Settle<'_>> = rows.iter().filter(|row| !proven.falls(&row.id)).collect();
    for row in all!(tx, SettledRow, sql::TURNS_SETTLE, batch(&standing)?)? {
        won.insert(parse(&row.id)?, row.last_seq);
    }
    let winners: Vec<(&Turn, i64)> =
        rows.iter().filter_map(|row| won.get(&row.id).map(|seq| (row.turn, *seq))).collect();
    if !winners.is_empty() {
        write(tx, &winners).await?;
    }
    let mut outcomes: HashMap<_, _> = won.keys().map(|id| (*id, Commit::Done)).collect();
    let losers: Vec<&Settle<'_>> = rows.iter().filter(|row| !won.contains_key(&row.id)).collect();
    if !losers.is_empty() {
        let ids = Id::batch(losers.iter().map(|row| row.id))?;
        let mut holders = HashMap::with_capacity(losers.len());
        for row in all!(tx, HolderRow, sql::LANES_HOLDERS, ids)? {
            holders.insert(parse::<ConversationId>(&row.id)?, row);
        }
        for row in losers {
            let node = row.node.to_string();
            let held = holders.get(&row.id).is_some_and(|holder| {
                holder.lease_node.as_deref() == Some(node.as_str()) && holder.done_seq < row.first_seq
            });
            outcomes.insert(row.id, if held { Commit::Stale } else { Commit::Lost });
        }
    }
    Ok(outcomes)
}

/// Writes everything but the lanes of turns that stand.
async fn write(tx: &mut Tx, winners: &[(&Turn, i64)]) -> StoreResult<()> {
    consents(tx, winners).await?;
    for (turn, _) in winners {
        person::write(tx, turn).await?;
    }
    let (mut replies, mut decisions, mut queue) = (Vec::new(), Vec::new(), Vec::new());
    let mut told = Vec::with_capacity(winners.len());
    for (turn, last_seq) in winners {
        if let Some(reply) = &turn.reply {
            replies.push(message_row(reply, turn.brand, turn.conversation, *last_seq)?);
        }
        decisions.push(decision_row(&turn.decision, turn.brand)?);
        if let QueueChange::Put(escalation) = &turn.queue {
            queue.push(EscalationParts::from(escalation));
        }
        told.push(Told {
            brand: turn.brand,
            kind: ChangeKind::Conversation,
            key: turn.conversation.get(),
            address: Some(turn.address),
            at: turn.at,
        });
    }
    if !replies.is_empty() {
        exec!(tx, sql::MESSAGES_WRITE, batch(&replies)?)?;
    }
    exec!(tx, sql::DECISIONS_ADD, batch(&decisions)?)?;
    if !queue.is_empty() {
        exec!(tx, sql::ESCALATIONS_PUT, batch(&queue)?)?;
    }
    crate::directory::learn(tx, winners.iter().map(|(turn, _)| *turn)).await?;
    tell(tx, &told).await
}

/// Opt-outs and opt-ins. Before the replies are written: the confirmation of an opt-out is not taken back with the rest.
async fn consents(tx: &mut Tx, winners: &[(&Turn, i64)]) -> StoreResult<()> {
    let mut rows = Vec::new();
    for (turn, _) in winners {
        let opted_out_at = match turn.consent {
            ConsentChange::Keep => continue,
            ConsentChange::OptOut => Some(turn.at.millis()),
            ConsentChange::OptIn => None,
        };
        rows.push(Consent { id: turn.address, opted_out_at });
        // Who proved who they are speaks for all their channels; anybody else only for where they write.
        if let Some(head) = opt!(tx, IdRow, privacy::CONSENT_OF, turn.address.to_string())? {
            person_consents(tx, &head.id, opted_out_at.map(Timestamp::from_millis), turn.at).await?;
        }
        if opted_out_at.is_some() {
            exec!(tx, sql::ADDRESS_REPLIES_CANCEL, turn.address.to_string())?;
        }
    }
    if !rows.is_empty() {
        exec!(tx, sql::CONSENT_SET, batch(&rows)?)?;
    }
    Ok(())
}
