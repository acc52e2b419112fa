//! One conversation: its head, its messages, and why Lara did what she did.

use super::file::{self, PartState};
use super::queue::{Place, place};
use super::{Pages, json, parsed, parsed_if, sql};
use crate::db::{all, opt};
use lara_core::model::{
    AddressId, Afterwards, AgentId, Attachment, AttachmentId, Author, BrandId, ChannelKind, ConversationId,
    CustomerId, DecisionKind, Direction, Language, Level, MessageId, MessageState, Owner, QuickReply,
    Reading, TemplateUse, Timestamp, Visibility,
};
use lara_core::ports::StoreResult;
use std::collections::HashMap;

/// The head of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct TalkHead {
    /// Conversation.
    pub id: ConversationId,
    /// Brand.
    pub brand: BrandId,
    /// Address.
    pub address: AddressId,
    /// The channel's own id of the person.
    pub external: String,
    /// Who may speak.
    pub owner: Owner,
    /// Which agent has it, and their name.
    pub agent: Option<(AgentId, String)>,
    /// The reply language so far.
    pub language: Option<Language>,
    /// When it began.
    pub created_at: Timestamp,
    /// When the last message came or went.
    pub last_at: Timestamp,
    /// Kind of its channel.
    pub channel_kind: ChannelKind,
    /// Name of its channel.
    pub channel_name: String,
    /// How sure the person is.
    pub level: Level,
    /// Since when the address wants no messages.
    pub opted_out_at: Option<Timestamp>,
    /// Since when the platform says nobody is reached there.
    pub unreachable_at: Option<Timestamp>,
    /// The name the person shows on the platform.
    pub address_name: Option<String>,
    /// The person, once tied.
    pub customer: Option<CustomerId>,
    /// Its place in the queue.
    pub place: Option<Place>,
}

/// One message of a transcript.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Id.
    pub id: MessageId,
    /// Place in the conversation.
    pub seq: i64,
    /// Direction.
    pub direction: Direction,
    /// Author.
    pub author: Author,
    /// The agent's name, when an agent wrote it.
    pub agent: Option<(AgentId, String)>,
    /// Plain when inbound, neutral markup otherwise.
    pub text: String,
    /// Buttons offered with it.
    pub quick_replies: Vec<QuickReply>,
    /// How far it is.
    pub state: MessageState,
    /// When.
    pub at: Timestamp,
    /// Why it failed or is uncertain.
    pub fault: Option<String>,
    /// Where it was said.
    pub visibility: Visibility,
    /// Neutral markup said in private beside a line in a public place.
    pub aside: Option<String>,
    /// What came with it.
    pub parts: Vec<Part>,
    /// What happened to it afterwards.
    pub after: Afterwards,
}

/// One attachment of a message, and where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The attachment.
    pub shown: Attachment,
    /// Its bytes; `None` for what has none.
    pub state: Option<PartState>,
}

/// Why Lara did what she did for one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// First inbound message of the run.
    pub first_seq: i64,
    /// Last inbound message of the run.
    pub last_seq: i64,
    /// What was done.
    pub kind: DecisionKind,
    /// The policy that decided.
    pub policy: String,
    /// Its reason.
    pub reason: String,
    /// What was understood.
    pub reading: Reading,
    /// The templates rendered.
    pub templates: Vec<TemplateUse>,
    /// Names of what was known.
    pub known: Vec<String>,
    /// When.
    pub at: Timestamp,
}

/// A conversation as its page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Talk {
    /// Head.
    pub head: TalkHead,
    /// Messages, oldest first.
    pub messages: Vec<Said>,
    /// Whether there are messages before the first one here.
    pub more: bool,
    /// Decisions about these messages, oldest first.
    pub decisions: Vec<Decided>,
}

#[derive(sqlx::FromRow)]
struct HeadRow {
    brand_id: String,
    address_id: String,
    owner: String,
    agent_id: Option<String>,
    agent_name: Option<String>,
    language: Option<String>,
    created_at: i64,
    last_at: i64,
    channel_kind: String,
    channel_name: String,
    external: String,
    level: String,
    opted_out_at: Option<i64>,
    unreachable_at: Option<i64>,
    address_name: Option<String>,
    customer_id: Option<String>,
    reason: Option<String>,
    priority: Option<String>,
    severity: Option<i32>,
    opened_at: Option<i64>,
    due_at: Option<i64>,
}

impl HeadRow {
    fn understood(self, id: ConversationId) -> StoreResult<TalkHead> {
        let agent: Option<AgentId> = parsed_if(self.agent_id.as_deref())?;
        let place = place(
            self.reason.as_deref(),
            self.priority.as_deref(),
            self.severity,
            self.opened_at,
            self.due_at,
        )?;
        Ok(TalkHead {
            id,
            brand: parsed(&self.brand_id)?,
            address: parsed(&self.address_id)?,
            external: self.external,
            owner: parsed(&self.owner)?,
            agent: agent.map(|id| (id, self.agent_name.unwrap_or_default())),
            language: parsed_if(self.language.as_deref())?,
            created_at: Timestamp::from_millis(self.created_at),
            last_at: Timestamp::from_millis(self.last_at),
            channel_kind: parsed(&self.channel_kind)?,
            channel_name: self.channel_name,
            level: parsed(&self.level)?,
            opted_out_at: self.opted_out_at.map(Timestamp::from_millis),
            unreachable_at: self.unreachable_at.map(Timestamp::from_millis),
            address_name: self.address_name,
            customer: parsed_if(self.customer_id.as_deref())?,
            place,
        })
    }
}

#[derive(sqlx::FromRow)]
struct SaidRow {
    id: String,
    seq: i64,
    direction: String,
    author: String,
    agent_id: Option<String>,
    agent_name: Option<String>,
    text: String,
    quick_replies: String,
    state: String,
    at: i64,
    fault: Option<String>,
    visibility: String,
    aside: Option<String>,
    attachments: Option<String>,
    edited_at: Option<i64>,
    withdrawn_at: Option<i64>,
    delivered_at: Option<i64>,
    read_at: Option<i64>,
    link: Option<String>,
}

impl SaidRow {
    fn understood(self, files: &mut HashMap<AttachmentId, PartState>) -> StoreResult<Said> {
        let attachments: Vec<Attachment> =
            self.attachments.as_deref().map_or_else(|| Ok(Vec::new()), json)?;
        let parts =
            attachments.into_iter().map(|shown| Part { state: files.remove(&shown.id), shown }).collect();
        let moment = |at: Option<i64>| at.map(Timestamp::from_millis);
        let agent: Option<AgentId> = parsed_if(self.agent_id.as_deref())?;
        Ok(Said {
            id: parsed(&self.id)?,
            seq: self.seq,
            direction: parsed(&self.direction)?,
            author: parsed(&self.author)?,
            agent: agent.map(|id| (id, self.agent_name.unwrap_or_default())),
            text: self.text,
            quick_replies: json(&self.quick_replies)?,
            state: parsed(&self.state)?,
            at: Timestamp::from_millis(self.at),
            fault: self.fault,
            visibility: parsed(&self.visibility)?,
            aside: self.aside,
            parts,
            after: Afterwards {
                said_at: None,
                edited_at: moment(self.edited_at),
                withdrawn_at: moment(self.withdrawn_at),
                delivered_at: moment(self.delivered_at),
                read_at: moment(self.read_at),
                link: self.link,
            },
        })
    }
}

#[derive(sqlx::FromRow)]
struct DecidedRow {
    first_seq: i64,
    last_seq: i64,
    kind: String,
    policy: String,
    reason: String,
    reading: String,
    templates: String,
    known: String,
    at: i64,
}

impl DecidedRow {
    fn understood(self) -> StoreResult<Decided> {
        Ok(Decided {
            first_seq: self.first_seq,
            last_seq: self.last_seq,
            kind: parsed(&self.kind)?,
            policy: self.policy,
            reason: self.reason,
            reading: json(&self.reading)?,
            templates: json(&self.templates)?,
            known: json(&self.known)?,
            at: Timestamp::from_millis(self.at),
        })
    }
}

impl Pages {
    /// The head of a conversation alone.
    pub async fn talk_head(&self, id: ConversationId) -> StoreResult<Option<TalkHead>> {
        let mut on = self.db.read().await?;
        opt!(on, HeadRow, sql::TALK_HEAD, id.to_string())?.map(|head| head.understood(id)).transpose()
    }

    /// A conversation with its last `limit` messages before the place `before`.
    pub async fn talk(
        &self,
        id: ConversationId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Option<Talk>> {
        let mut reader = self.db.read().await?;
        let Some(head) = opt!(reader, HeadRow, sql::TALK_HEAD, id.to_string())? else { return Ok(None) };
        let head = head.understood(id)?;
        let before = before.unwrap_or(i64::MAX);
        let rows = all!(
            reader,
            SaidRow,
            sql::TALK_MESSAGES,
            id.to_string(),
            before,
            i64::from(limit.saturating_add(1))
        )?;
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > shown;
        let rows: Vec<_> = rows.into_iter().take(shown).collect();
        let first = rows.last().map_or(0, |row| row.seq);
        let mut files = file::states(&mut reader, id, first, before).await?;
        let mut messages =
            rows.into_iter().map(|row| row.understood(&mut files)).collect::<StoreResult<Vec<_>>>()?;
        messages.reverse();
        let decisions =
            all!(reader, DecidedRow, sql::TALK_DECISIONS, id.to_string(), first, i64::from(limit))?;
        let decisions = decisions.into_iter().map(DecidedRow::understood).collect::<StoreResult<Vec<_>>>()?;
        Ok(Some(Talk { head, messages, more, decisions }))
    }
}
