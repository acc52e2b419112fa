//! What of a person grows without end, by pages: orders with what went back of them, and conversations.

use super::sql;
use crate::db::{Reader, all};
use crate::lanes::Id;
use crate::pages::{json, parsed, parsed_if};
use lara_core::model::{
    ChannelKind, ConversationId, CustomerId, EscalationReason, OrderId, OrderItem, OrderStatus, Owner,
    ReturnStatus, Sentiment, Shipment, Timestamp,
};
use lara_core::ports::StoreResult;
use std::collections::HashMap;
use uuid::Uuid;

/// Something that goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonReturn {
    /// The shop's own id of it.
    pub external: String,
    /// How far.
    pub status: ReturnStatus,
    /// Why.
    pub reason: Option<String>,
    /// What.
    pub items: Vec<OrderItem>,
    /// Money, in the smallest unit of the order's currency.
    pub amount_minor: Option<i64>,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

/// An order of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonOrder {
    /// Id.
    pub id: OrderId,
    /// Which of their customers bought.
    pub customer: CustomerId,
    /// Number.
    pub number: String,
    /// Status.
    pub status: OrderStatus,
    /// Placed.
    pub ordered_at: Timestamp,
    /// Promised.
    pub due_at: Option<Timestamp>,
    /// Currency, ISO 4217.
    pub currency: String,
    /// Total in the currency's smallest unit.
    pub total_minor: i64,
    /// Items.
    pub items: Vec<OrderItem>,
    /// Carrier's page.
    pub tracking_url: Option<String>,
    /// How it travels.
    pub shipment: Shipment,
    /// What goes back of it, the newest first.
    pub returns: Vec<PersonReturn>,
}

/// A conversation of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonTalk {
    /// Conversation.
    pub id: ConversationId,
    /// Owner.
    pub owner: Owner,
    /// When it began.
    pub created_at: Timestamp,
    /// When the last message came or went.
    pub last_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What it was about, in codes, once it has ended.
    pub summary: Option<String>,
    /// Kind of channel.
    pub channel_kind: ChannelKind,
    /// Name of the channel.
    pub channel_name: String,
    /// Who has it.
    pub agent: Option<String>,
    /// The first words of the customer.
    pub first_text: Option<String>,
    /// Why it was escalated, if it was.
    pub reason: Option<EscalationReason>,
    /// The mood it came to.
    pub mood: Option<Sentiment>,
}

#[derive(sqlx::FromRow)]
struct OrderRow {
    id: String,
    customer_id: String,
    number: String,
    status: String,
    ordered_at: i64,
    due_at: Option<i64>,
    currency: String,
    total_minor: i64,
    items: String,
    tracking_url: Option<String>,
    carrier: Option<String>,
    tracking_number: Option<String>,
    shipped_at: Option<i64>,
    delivered_at: Option<i64>,
}

impl OrderRow {
    fn understood(self, returns: Vec<PersonReturn>) -> StoreResult<PersonOrder> {
        Ok(PersonOrder {
            id: parsed(&self.id)?,
            customer: parsed(&self.customer_id)?,
            number: self.number,
            status: parsed(&self.status)?,
            ordered_at: Timestamp::from_millis(self.ordered_at),
            due_at: self.due_at.map(Timestamp::from_millis),
            currency: self.currency,
            total_minor: self.total_minor,
            items: json(&self.items)?,
            tracking_url: self.tracking_url,
            shipment: Shipment {
                carrier: self.carrier,
                number: self.tracking_number,
                shipped_at: self.shipped_at.map(Timestamp::from_millis),
                delivered_at: self.delivered_at.map(Timestamp::from_millis),
            },
            returns,
        })
    }
}

#[derive(sqlx::FromRow)]
struct ReturnRow {
    order_id: String,
    external: String,
    status: String,
    reason: Option<String>,
    items: String,
    amount_minor: Option<i64>,
    asked_at: i64,
}

#[derive(sqlx::FromRow)]
struct TalkRow {
    id: String,
    owner: String,
    created_at: i64,
    last_at: i64,
    ended_at: Option<i64>,
    summary: Option<String>,
    channel_kind: String,
    channel_name: String,
    agent_name: Option<String>,
    first_text: Option<String>,
    reason: Option<String>,
    mood: Option<String>,
}

impl TalkRow {
    fn understood(self) -> StoreResult<PersonTalk> {
        Ok(PersonTalk {
            id: parsed(&self.id)?,
            owner: parsed(&self.owner)?,
            created_at: Timestamp::from_millis(self.created_at),
            last_at: Timestamp::from_millis(self.last_at),
            ended_at: self.ended_at.map(Timestamp::from_millis),
            summary: self.summary,
            channel_kind: parsed(&self.channel_kind)?,
            channel_name: self.channel_name,
            agent: self.agent_name,
            first_text: self.first_text,
            reason: parsed_if(self.reason.as_deref())?,
            mood: parsed_if(self.mood.as_deref())?,
        })
    }
}

/// A place in time as statements take it: before everything where none is given.
fn place(before: Option<(Timestamp, Uuid)>) -> (i64, String) {
    before.map_or((i64::MAX, String::new()), |(at, id)| (at.millis(), id.to_string()))
}

/// Orders of a person before a place, newest first.
pub(in crate::pages) async fn orders(
    on: &mut Reader,
    head: CustomerId,
    before: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> StoreResult<Vec<PersonOrder>> {
    let (at, id) = place(before);
    let rows = all!(on, OrderRow, sql::PERSON_ORDERS, head.to_string(), at, id, limit)?;
    let mut returns: HashMap<String, Vec<PersonReturn>> = HashMap::new();
    for row in all!(on, ReturnRow, sql::PERSON_RETURNS, Id::batch(rows.iter().map(|row| &row.id))?)? {
        let found = PersonReturn {
            external: row.external,
            status: parsed(&row.status)?,
            reason: row.reason,
            items: json(&row.items)?,
            amount_minor: row.amount_minor,
            asked_at: Timestamp::from_millis(row.asked_at),
        };
        returns.entry(row.order_id).or_default().push(found);
    }
    let with = |row: OrderRow| {
        let returns = returns.remove(&row.id).unwrap_or_default();
        row.understood(returns)
    };
    rows.into_iter().map(with).collect()
}

/// Conversations of an address and a head but one, before a place, newest first; each of the three may be empty.
pub(in crate::pages) async fn talks(
    on: &mut Reader,
    [address, head, but]: [&str; 3],
    before: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> StoreResult<Vec<PersonTalk>> {
    let (at, id) = place(before);
    let rows = all!(on, TalkRow, sql::PERSON_TALKS, address, head, but, at, id, limit)?;
    rows.into_iter().map(TalkRow::understood).collect()
}
