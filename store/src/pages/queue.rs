//! The queue: who waits for a human, who is with one, whom Lara answers.

use super::{Pages, parsed, parsed_if, sql};
use crate::db::{all, opt};
use crate::error::broken;
use lara_core::model::{
    AgentId, Author, BrandId, ChannelKind, ConversationId, CustomerId, EscalationReason, Level, Owner,
    Priority, Sentiment, Timestamp,
};
use lara_core::ports::StoreResult;

/// Which conversations are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueView<'a> {
    /// Escalated, with nobody yet.
    Waiting,
    /// Those this agent has.
    Mine(AgentId),
    /// Waiting and with any agent.
    Human,
    /// Those Lara answers, the latest first.
    Bot,
    /// Closed ones, the latest first.
    Closed,
    /// Those of these persons ([`Pages::find_people`]).
    Found(&'a [CustomerId]),
}

/// A place in the human queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Why.
    pub reason: EscalationReason,
    /// How soon.
    pub priority: Priority,
    /// Severity within the priority, 0..=100.
    pub severity: i32,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when a human should have answered.
    pub due_at: Timestamp,
}

/// A row of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    /// Conversation.
    pub id: ConversationId,
    /// Who may speak in it.
    pub owner: Owner,
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
    /// The person and their name, once tied.
    pub customer: Option<(CustomerId, Option<String>)>,
    /// The name they show on the platform.
    pub address_name: Option<String>,
    /// Who has it.
    pub agent: Option<(AgentId, String)>,
    /// Its place in the queue.
    pub place: Option<Place>,
    /// Mood of the last run.
    pub mood: Option<Sentiment>,
    /// Intent of the last run.
    pub intent: Option<String>,
    /// Who said the last message, its text and when: the customer's last while they wait or Lara answers, else anybody's.
    pub last: Option<(Author, String, Timestamp)>,
    /// Since when the customer has had no answer of any kind.
    pub unanswered_since: Option<Timestamp>,
}

/// How many conversations each tab has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// Escalated, with nobody yet.
    pub waiting: i64,
    /// With this agent.
    pub mine: i64,
    /// Waiting and with any agent.
    pub human: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    owner: String,
    created_at: i64,
    last_at: i64,
    channel_kind: String,
    channel_name: String,
    level: String,
    address_name: Option<String>,
    customer_id: Option<String>,
    customer_name: Option<String>,
    agent_id: Option<String>,
    agent_name: Option<String>,
    reason: Option<String>,
    priority: Option<String>,
    severity: Option<i32>,
    opened_at: Option<i64>,
    due_at: Option<i64>,
    sentiment: Option<String>,
    intent: Option<String>,
    last_author: Option<String>,
    last_text: Option<String>,
    last_said_at: Option<i64>,
    unanswered_since: Option<i64>,
}

/// The columns of an escalation that may be missing, as one value.
pub(super) fn place(
    reason: Option<&str>,
    priority: Option<&str>,
    severity: Option<i32>,
    opened_at: Option<i64>,
    due_at: Option<i64>,
) -> StoreResult<Option<Place>> {
    let Some((((reason, priority), severity), (opened_at, due_at))) =
        reason.zip(priority).zip(severity).zip(opened_at.zip(due_at))
    else {
        return Ok(None);
    };
    Ok(Some(Place {
        reason: parsed(reason)?,
        priority: parsed(priority)?,
        severity,
        opened_at: Timestamp::from_millis(opened_at),
        due_at: Timestamp::from_millis(due_at),
    }))
}

impl Row {
    fn understood(self) -> StoreResult<QueueRow> {
        let customer: Option<CustomerId> = parsed_if(self.customer_id.as_deref())?;
        let agent: Option<AgentId> = parsed_if(self.agent_id.as_deref())?;
        let last = match (self.last_author, self.last_text, self.last_said_at) {
            (Some(author), Some(text), Some(at)) => {
                Some((parsed(&author)?, text, Timestamp::from_millis(at)))
            }
            _ => None,
        };
        Ok(QueueRow {
            id: parsed(&self.id)?,
            owner: parsed(&self.owner)?,
            created_at: Timestamp::from_millis(self.created_at),
            last_at: Timestamp::from_millis(self.last_at),
            channel_kind: parsed(&self.channel_kind)?,
            channel_name: self.channel_name,
            level: parsed(&self.level)?,
            customer: customer.map(|id| (id, self.customer_name)),
            address_name: self.address_name,
            agent: agent.map(|id| (id, self.agent_name.unwrap_or_default())),
            place: place(
                self.reason.as_deref(),
                self.priority.as_deref(),
                self.severity,
                self.opened_at,
                self.due_at,
            )?,
            mood: parsed_if(self.sentiment.as_deref())?,
            intent: self.intent,
            last,
            unanswered_since: self.unanswered_since.map(Timestamp::from_millis),
        })
    }
}

impl Pages {
    /// The rows of a view, at most `limit`.
    pub async fn queue(&self, brand: BrandId, view: QueueView<'_>, limit: u32) -> StoreResult<Vec<QueueRow>> {
        let brand = brand.to_string();
        let limit = i64::from(limit);
        let mut reader = self.db.read().await?;
        let human = |agent: String, owner: &'static str| (agent, owner);
        let rows = match view {
            QueueView::Waiting | QueueView::Mine(_) | QueueView::Human => {
                let (agent, owner) = match view {
                    QueueView::Waiting => human(String::new(), "waiting"),
                    QueueView::Mine(agent) => human(agent.to_string(), ""),
                    _ => human(String::new(), ""),
                };
                all!(reader, Row, sql::QUEUE_HUMAN, &brand, &agent, owner, limit)?
            }
            QueueView::Bot => all!(reader, Row, sql::QUEUE_LATEST, &brand, "bot", limit)?,
            QueueView::Closed => all!(reader, Row, sql::QUEUE_LATEST, &brand, "closed", limit)?,
            QueueView::Found(people) => {
                let people = serde_json::to_string(people).map_err(broken)?;
                all!(reader, Row, sql::QUEUE_FOUND, &brand, people, limit)?
            }
        };
        rows.into_iter().map(Row::understood).collect()
    }

    /// The numbers at the tabs.
    pub async fn counts(&self, brand: BrandId, agent: AgentId) -> StoreResult<Counts> {
        let mut reader = self.db.read().await?;
        opt!(reader, Counts, sql::QUEUE_COUNTS, brand.to_string(), agent.to_string())?
            .ok_or_else(|| broken("a count without a row"))
    }
}
