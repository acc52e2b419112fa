//! Conversations, messages, escalations and what a lane knows.

use super::{from_json, moment, parse, parse_opt};
use lara_core::model::{
    Address, Afterwards, Answers, Conversation, Customer, Escalation, Message, Timestamp,
};
use lara_core::ports::{StoreError, StoreResult};
use sqlx::FromRow;

#[derive(Debug, Clone, FromRow)]
pub(crate) struct ConversationRow {
    pub(crate) id: String,
    brand_id: String,
    channel_id: String,
    address_id: String,
    owner: String,
    epoch: i64,
    rev: i64,
    agent_id: Option<String>,
    language: Option<String>,
    open_question: Option<String>,
    misses: i32,
    last_seq: i64,
    last_in_seq: i64,
    done_seq: i64,
    pub(crate) attempts: i32,
    created_at: i64,
    last_at: i64,
}

impl TryFrom<ConversationRow> for Conversation {
    type Error = StoreError;

    fn try_from(row: ConversationRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            channel: parse(&row.channel_id)?,
            address: parse(&row.address_id)?,
            owner: parse(&row.owner)?,
            epoch: row.epoch,
            rev: row.rev,
            agent: parse_opt(row.agent_id.as_ref())?,
            language: parse_opt(row.language.as_ref())?,
            open_question: row.open_question.as_deref().map(from_json).transpose()?,
            misses: row.misses,
            last_seq: row.last_seq,
            last_in_seq: row.last_in_seq,
            done_seq: row.done_seq,
            created_at: Timestamp::from_millis(row.created_at),
            last_at: Timestamp::from_millis(row.last_at),
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct MessageRow {
    pub(crate) id: String,
    brand_id: String,
    conversation_id: String,
    seq: i64,
    direction: String,
    author: String,
    agent_id: Option<String>,
    external: Option<String>,
    text: String,
    quick_replies: String,
    answers_first: Option<i64>,
    answers_last: Option<i64>,
    visibility: String,
    state: String,
    at: i64,
    fault: Option<String>,
    pub(crate) attempts: i32,
    pub(crate) pieces_done: Option<i64>,
    pub(crate) unasked: bool,
    aside: Option<String>,
    attachments: Option<String>,
    said_at: Option<i64>,
    edited_at: Option<i64>,
    withdrawn_at: Option<i64>,
    delivered_at: Option<i64>,
    read_at: Option<i64>,
    link: Option<String>,
}

impl TryFrom<MessageRow> for Message {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            conversation: parse(&row.conversation_id)?,
            seq: row.seq,
            direction: parse(&row.direction)?,
            author: parse(&row.author)?,
            agent: parse_opt(row.agent_id.as_ref())?,
            external: row.external,
            text: row.text,
            quick_replies: from_json(&row.quick_replies)?,
            answers: row
                .answers_first
                .zip(row.answers_last)
                .map(|(first_seq, last_seq)| Answers { first_seq, last_seq }),
            visibility: parse(&row.visibility)?,
            state: parse(&row.state)?,
            at: Timestamp::from_millis(row.at),
            fault: row.fault,
            attachments: row.attachments.as_deref().map_or_else(|| Ok(Vec::new()), from_json)?,
            aside: row.aside,
            after: Afterwards {
                said_at: moment(row.said_at),
                edited_at: moment(row.edited_at),
                withdrawn_at: moment(row.withdrawn_at),
                delivered_at: moment(row.delivered_at),
                read_at: moment(row.read_at),
                link: row.link,
            },
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct EscalationRow {
    /// The lane it was read for, when it is of another.
    #[sqlx(default)]
    pub(crate) lane: Option<String>,
    id: String,
    brand_id: String,
    conversation_id: String,
    reason: String,
    priority: String,
    severity: i32,
    state: String,
    opened_at: i64,
    due_at: i64,
    agent_id: Option<String>,
}

impl TryFrom<EscalationRow> for Escalation {
    type Error = StoreError;

    fn try_from(row: EscalationRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            conversation: parse(&row.conversation_id)?,
            reason: parse(&row.reason)?,
            priority: parse(&row.priority)?,
            severity: row.severity,
            state: parse(&row.state)?,
            opened_at: Timestamp::from_millis(row.opened_at),
            due_at: Timestamp::from_millis(row.due_at),
            agent: parse_opt(row.agent_id.as_ref())?,
        })
    }
}

/// A lane's address and person, in one row.
#[derive(Debug, FromRow)]
pub(crate) struct WhoRow {
    pub(crate) conversation_id: String,
    pub(crate) channel_id: String,
    brand_id: String,
    pub(crate) address_id: String,
    external: String,
    pub(crate) level: String,
    opted_out_at: Option<i64>,
    address_name: Option<String>,
    address_language: Option<String>,
    unreachable_at: Option<i64>,
    pub(crate) customer_id: Option<String>,
    customer_external: Option<String>,
    customer_name: Option<String>,
    customer_email: Option<String>,
    customer_phone: Option<String>,
    customer_language: Option<String>,
    customer_tier: Option<String>,
    customer_opted_out_at: Option<i64>,
    customer_rev: Option<i64>,
    pub(crate) came_before: bool,
    last_out_author: Option<String>,
    last_out_text: Option<String>,
}

impl WhoRow {
    /// The address.
    pub(crate) fn address(&self) -> StoreResult<Address> {
        Ok(Address {
            id: parse(&self.address_id)?,
            brand: parse(&self.brand_id)?,
            channel: parse(&self.channel_id)?,
            external: self.external.clone(),
            customer: parse_opt(self.customer_id.as_ref())?,
            level: parse(&self.level)?,
            opted_out_at: moment(self.opted_out_at),
            name: self.address_name.clone(),
            language: parse_opt(self.address_language.as_ref())?,
            unreachable_at: moment(self.unreachable_at),
        })
    }

    /// The person, once tied.
    pub(crate) fn customer(&self) -> StoreResult<Option<Customer>> {
        let (Some(id), Some(rev)) = (&self.customer_id, self.customer_rev) else { return Ok(None) };
        Ok(Some(Customer {
            id: parse(id)?,
            brand: parse(&self.brand_id)?,
            external_id: self.customer_external.clone(),
            name: self.customer_name.clone(),
            email: self.customer_email.clone(),
            phone: self.customer_phone.clone(),
            language: parse_opt(self.customer_language.as_ref())?,
            tier: self.customer_tier.clone(),
            opted_out_at: moment(self.customer_opted_out_at),
            rev,
        }))
    }

    /// Whether Lara or an agent has said something here.
    pub(crate) const fn answered_before(&self) -> bool {
        self.last_out_author.is_some()
    }

    /// The last words out, if they were Lara's.
    pub(crate) fn last_bot_text(&self) -> Option<String> {
        self.last_out_text.clone().filter(|_| self.last_out_author.as_deref() == Some("bot"))
    }
}
