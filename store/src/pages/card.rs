//! The customer's card, customers to preview for, and what missing facts cost.

use super::{Pages, containing, json, parsed, parsed_if, sql};
use crate::db::{all, opt};
use crate::rows::PreferenceRow;
use lara_core::model::{
    BrandId, ChannelKind, ConversationId, CustomerId, EscalationReason, Language, Level, OrderItem,
    OrderStatus, Owner, Preference, Sentiment, Timestamp,
};
use lara_core::ports::StoreResult;

use super::TalkHead;

/// Orders shown.
const ORDERS: i64 = 8;
/// Moods shown.
const MOODS: i64 = 60;
/// Past conversations shown.
const PAST: i64 = 8;

/// An order on the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardOrder {
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
}

/// An address on the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WritesFrom {
    /// Kind of channel.
    pub channel_kind: ChannelKind,
    /// Name of the channel.
    pub channel_name: String,
    /// How sure.
    pub level: Level,
    /// Whether it wants no messages.
    pub opted_out: bool,
}

/// The mood of one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MoodPoint {
    /// -1 (negative) ..= 1 (positive).
    pub score: f64,
    /// As a word.
    pub mood: Sentiment,
    /// When.
    pub at: Timestamp,
}

/// Another conversation of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Conversation.
    pub id: ConversationId,
    /// Owner.
    pub owner: Owner,
    /// When the last message came or went.
    pub last_at: Timestamp,
    /// Kind of channel.
    pub channel_kind: ChannelKind,
    /// The first words of the customer.
    pub first_text: Option<String>,
    /// Why it was escalated, if it was.
    pub reason: Option<EscalationReason>,
}

/// Everything on the card of a conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Card {
    /// Name.
    pub name: Option<String>,
    /// The shop's own id.
    pub external_id: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Language they like.
    pub language: Option<Language>,
    /// Orders, newest first.
    pub orders: Vec<CardOrder>,
    /// Preferences.
    pub preferences: Vec<Preference>,
    /// Addresses.
    pub addresses: Vec<WritesFrom>,
    /// Moods, oldest first.
    pub moods: Vec<MoodPoint>,
    /// Other conversations, newest first.
    pub past: Vec<Past>,
}

/// A customer to preview a template for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCustomer {
    /// Id.
    pub id: CustomerId,
    /// Name.
    pub name: String,
    /// How many orders they have.
    pub orders: i64,
}

#[derive(sqlx::FromRow)]
struct CustomerRow {
    name: Option<String>,
    external_id: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    language: Option<String>,
}

#[derive(sqlx::FromRow)]
struct OrderRow {
    number: String,
    status: String,
    ordered_at: i64,
    due_at: Option<i64>,
    currency: String,
    total_minor: i64,
    items: String,
    tracking_url: Option<String>,
}

#[derive(sqlx::FromRow)]
struct AddressRow {
    channel_kind: String,
    channel_name: String,
    level: String,
    opted_out_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct MoodRow {
    score: f64,
    sentiment: String,
    at: i64,
}

#[derive(sqlx::FromRow)]
struct PastRow {
    id: String,
    owner: String,
    last_at: i64,
    channel_kind: String,
    first_text: Option<String>,
    reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    id: String,
    name: String,
    orders: i64,
}

#[derive(sqlx::FromRow)]
struct MissingRow {
    known: String,
    intent: String,
}

impl OrderRow {
    fn understood(self) -> StoreResult<CardOrder> {
        Ok(CardOrder {
            number: self.number,
            status: parsed(&self.status)?,
            ordered_at: Timestamp::from_millis(self.ordered_at),
            due_at: self.due_at.map(Timestamp::from_millis),
            currency: self.currency,
            total_minor: self.total_minor,
            items: json(&self.items)?,
            tracking_url: self.tracking_url,
        })
    }
}

impl AddressRow {
    fn understood(self) -> StoreResult<WritesFrom> {
        Ok(WritesFrom {
            channel_kind: parsed(&self.channel_kind)?,
            channel_name: self.channel_name,
            level: parsed(&self.level)?,
            opted_out: self.opted_out_at.is_some(),
        })
    }
}

impl MoodRow {
    fn understood(self) -> StoreResult<MoodPoint> {
        Ok(MoodPoint {
            score: self.score,
            mood: parsed(&self.sentiment)?,
            at: Timestamp::from_millis(self.at),
        })
    }
}

impl PastRow {
    fn understood(self) -> StoreResult<Past> {
        Ok(Past {
            id: parsed(&self.id)?,
            owner: parsed(&self.owner)?,
            last_at: Timestamp::from_millis(self.last_at),
            channel_kind: parsed(&self.channel_kind)?,
            first_text: self.first_text,
            reason: parsed_if(self.reason.as_deref())?,
        })
    }
}

impl Pages {
    /// The card beside a conversation.
    pub async fn card(&self, head: &TalkHead) -> StoreResult<Card> {
        let mut reader = self.db.read().await?;
        let address = head.address.to_string();
        let customer = head.customer.map(|id| id.to_string()).unwrap_or_default();
        let mut card = Card::default();
        if !customer.is_empty() {
            if let Some(row) = opt!(reader, CustomerRow, sql::CARD_CUSTOMER, &customer)? {
                card.name = row.name;
                card.external_id = row.external_id;
                card.email = row.email;
                card.phone = row.phone;
                card.language = parsed_if(row.language.as_deref())?;
            }
            let orders = all!(reader, OrderRow, sql::CARD_ORDERS, &customer, ORDERS)?;
            card.orders = orders.into_iter().map(OrderRow::understood).collect::<StoreResult<_>>()?;
            let preferences = all!(reader, PreferenceRow, sql::CARD_PREFERENCES, &customer)?;
            card.preferences =
                preferences.into_iter().map(Preference::try_from).collect::<StoreResult<_>>()?;
            let addresses = all!(reader, AddressRow, sql::CARD_ADDRESSES, &customer)?;
            card.addresses = addresses.into_iter().map(AddressRow::understood).collect::<StoreResult<_>>()?;
        }
        let moods = all!(reader, MoodRow, sql::CARD_MOODS, &address, &customer, MOODS)?;
        card.moods = moods.into_iter().rev().map(MoodRow::understood).collect::<StoreResult<_>>()?;
        let past = all!(reader, PastRow, sql::CARD_PAST, &address, &customer, head.id.to_string(), PAST)?;
        card.past = past.into_iter().map(PastRow::understood).collect::<StoreResult<_>>()?;
        Ok(card)
    }

    /// Customers with a name whose folded name or order number contains `text`, by name.
    pub async fn find_customers(
        &self,
        brand: BrandId,
        text: &str,
        limit: u32,
    ) -> StoreResult<Vec<FoundCustomer>> {
        let mut reader = self.db.read().await?;
        let limit = i64::from(limit);
        all!(reader, FoundRow, sql::FIND_CUSTOMERS, brand.to_string(), containing(text), limit)?
            .into_iter()
            .map(|row| Ok(FoundCustomer { id: parsed(&row.id)?, name: row.name, orders: row.orders }))
            .collect()
    }

    /// The decisions since `since` that handed over because a fact was missing: what was known, and the intent.
    pub async fn missing_facts(
        &self,
        brand: BrandId,
        since: Timestamp,
    ) -> StoreResult<Vec<(Vec<String>, String)>> {
        let mut reader = self.db.read().await?;
        all!(reader, MissingRow, sql::MISSING_FACTS, brand.to_string(), since.millis())?
            .into_iter()
            .map(|row| Ok((json(&row.known)?, row.intent)))
            .collect()
    }
}
