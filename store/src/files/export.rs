//! Rows of the store for a file, a page at a time.

use crate::Store;
use crate::db::all;
use crate::lanes::Id;
use crate::rows::{CustomerRow, OrderRow, ProductRow, from_json, into_models, moment, parse, parse_opt};
use crate::sql::files as sql;
use lara_core::model::{
    BrandId, ConversationId, Customer, CustomerId, Language, Level, Order, OrderId, Product, ProductId,
    Timestamp,
};
use lara_core::ports::{StoreError, StoreResult};
use serde::Serialize;
use serde_json::Value;
use sqlx::FromRow;
use std::collections::{BTreeMap, HashMap};

/// A customer and what a file says of them.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedCustomer {
    /// The customer; `opted_out_at` is that of the person they are.
    pub customer: Customer,
    /// Since when they are known.
    pub created_at: Timestamp,
    /// What they like, by key.
    pub preferences: BTreeMap<String, String>,
}

/// An order and who bought it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedOrder {
    /// The order.
    pub order: Order,
    /// The shop system's id of the buyer.
    pub buyer_external: Option<String>,
    /// The buyer's e-mail.
    pub buyer_email: Option<String>,
    /// When the shop changed it last.
    pub changed_at: Option<Timestamp>,
}

/// A conversation, what was said and what was decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExportedConversation {
    /// Id.
    pub id: ConversationId,
    /// The channel's name.
    pub channel: String,
    /// The channel's kind.
    pub kind: String,
    /// Who holds it: bot, waiting, agent, closed.
    pub owner: String,
    /// The language it was last held in.
    pub language: Option<Language>,
    /// How sure it is who writes.
    pub level: Level,
    /// The shop system's id of who writes.
    pub customer_external_id: Option<String>,
    /// Their e-mail.
    pub customer_email: Option<String>,
    /// When it began, epoch milliseconds like all times here.
    pub began_at: Timestamp,
    /// When something was last said.
    pub last_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What it was about, in codes.
    pub summary: Option<Value>,
    /// What was said, in order.
    pub messages: Vec<ExportedMessage>,
    /// What was decided, in order.
    pub decisions: Vec<ExportedDecision>,
}

/// A message of an exported conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct ExportedMessage {
    #[serde(skip)]
    conversation_id: String,
    /// Its place in the conversation.
    pub seq: i64,
    /// When, in epoch milliseconds.
    pub at: i64,
    /// in or out.
    pub direction: String,
    /// customer, bot or agent.
    pub author: String,
    /// direct or public.
    pub visibility: String,
    /// How far it is.
    pub state: String,
    /// What was said, masked as it is stored.
    pub text: String,
}

/// A decision of an exported conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExportedDecision {
    /// The messages it was about, from this place
    pub first_seq: i64,
    /// to this one.
    pub last_seq: i64,
    /// When, in epoch milliseconds.
    pub at: i64,
    /// reply, ask, escalate, silent, `opt_out`, `opt_in`.
    pub decision: String,
    /// The policy that decided.
    pub policy: String,
    /// Why.
    pub reason: String,
    /// The language that was read.
    pub language: String,
    /// The intent that was read.
    pub intent: String,
    /// How sure, 0..=1.
    pub confidence: f64,
    /// positive, neutral or negative.
    pub sentiment: String,
    /// The mood, -1..=1.
    pub score: f64,
    /// How surely it is a complaint, 0..=1.
    pub complaint: f64,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// The templates of the reply and their versions.
    pub templates: Value,
}

#[derive(FromRow)]
struct CustomerPage {
    #[sqlx(flatten)]
    row: CustomerRow,
    created_at: i64,
    person_opted_out_at: Option<i64>,
}

#[derive(FromRow)]
struct LikeRow {
    customer_id: String,
    key: String,
    value: String,
}

#[derive(FromRow)]
struct OrderPage {
    #[sqlx(flatten)]
    row: OrderRow,
    buyer_external: Option<String>,
    buyer_email: Option<String>,
    changed_at: Option<i64>,
}

#[derive(FromRow)]
struct ConversationPage {
    id: String,
    channel: String,
    kind: String,
    owner: String,
    language: Option<String>,
    created_at: i64,
    last_at: i64,
    ended_at: Option<i64>,
    summary: Option<String>,
    level: String,
    customer_external_id: Option<String>,
    customer_email: Option<String>,
}

#[derive(FromRow)]
struct DecisionRow {
    conversation_id: String,
    first_seq: i64,
    last_seq: i64,
    at: i64,
    kind: String,
    policy: String,
    reason: String,
    language: String,
    intent: String,
    confidence: f64,
    sentiment: String,
    score: f64,
    complaint: f64,
    urgent: bool,
    templates: String,
}

impl TryFrom<DecisionRow> for ExportedDecision {
    type Error = StoreError;

    fn try_from(row: DecisionRow) -> Result<Self, StoreError> {
        Ok(Self {
            first_seq: row.first_seq,
            last_seq: row.last_seq,
            at: row.at,
            decision: row.kind,
            policy: row.policy,
            reason: row.reason,
            language: row.language,
            intent: row.intent,
            confidence: row.confidence,
            sentiment: row.sentiment,
            score: row.score,
            complaint: row.complaint,
            urgent: row.urgent,
            templates: from_json(&row.templates)?,
        })
    }
}

impl TryFrom<ConversationPage> for ExportedConversation {
    type Error = StoreError;

    fn try_from(row: ConversationPage) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            channel: row.channel,
            kind: row.kind,
            owner: row.owner,
            language: parse_opt(row.language.as_ref())?,
            level: parse(&row.level)?,
            customer_external_id: row.customer_external_id,
            customer_email: row.customer_email,
            began_at: Timestamp::from_millis(row.created_at),
            last_at: Timestamp::from_millis(row.last_at),
            ended_at: moment(row.ended_at),
            // A summary that is no JSON is given as the text it is.
            summary: row.summary.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text))),
            messages: Vec::new(),
            decisions: Vec::new(),
        })
    }
}

/// The place before the first row.
const START: &str = "";

impl Store {
    /// At most `limit` customers of a brand behind `after`, known or changed since `since`; none that was erased.
    pub async fn export_customers(
        &self,
        brand: BrandId,
        after: Option<CustomerId>,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<ExportedCustomer>> {
        let mut on = self.db.read().await?;
        let after = after.map_or(START.to_owned(), |id| id.to_string());
        let (brand, limit) = (brand.to_string(), i64::from(limit));
        let rows = all!(on, CustomerPage, sql::CUSTOMERS_PAGE, brand, after, since.millis(), limit)?;
        let mut customers = Vec::with_capacity(rows.len());
        for CustomerPage { row, created_at, person_opted_out_at } in rows {
            let customer = Customer { opted_out_at: moment(person_opted_out_at), ..row.try_into()? };
            let created_at = Timestamp::from_millis(created_at);
            customers.push(ExportedCustomer { customer, created_at, preferences: BTreeMap::new() });
        }
        let ids = Id::batch(customers.iter().map(|row| row.customer.id))?;
        let mut likes: HashMap<CustomerId, BTreeMap<String, String>> = HashMap::new();
        for LikeRow { customer_id, key, value } in all!(on, LikeRow, sql::PREFERENCES_PAGE, ids)? {
            likes.entry(parse(&customer_id)?).or_default().insert(key, value);
        }
        for row in &mut customers {
            row.preferences = likes.remove(&row.customer.id).unwrap_or_default();
        }
        Ok(customers)
    }

    /// At most `limit` orders of a brand behind `after`, placed or changed by the shop's clock since `since`.
    pub async fn export_orders(
        &self,
        brand: BrandId,
        after: Option<OrderId>,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<ExportedOrder>> {
        let mut on = self.db.read().await?;
        let after = after.map_or(START.to_owned(), |id| id.to_string());
        let (brand, limit) = (brand.to_string(), i64::from(limit));
        let rows = all!(on, OrderPage, sql::ORDERS_PAGE, brand, after, since.millis(), limit)?;
        let exported = |page: OrderPage| {
            Ok(ExportedOrder {
                order: page.row.try_into()?,
                buyer_external: page.buyer_external,
                buyer_email: page.buyer_email,
                changed_at: moment(page.changed_at),
            })
        };
        rows.into_iter().map(exported).collect()
    }

    /// At most `limit` products of a brand behind `after`.
    pub async fn export_products(
        &self,
        brand: BrandId,
        after: Option<ProductId>,
        limit: u32,
    ) -> StoreResult<Vec<Product>> {
        let mut on = self.db.read().await?;
        let after = after.map_or(START.to_owned(), |id| id.to_string());
        into_models(all!(on, ProductRow, sql::PRODUCTS_PAGE, brand.to_string(), after, i64::from(limit))?)
    }

    /// At most `limit` conversations of a brand behind `after` in which something was said since `since`, whole.
    pub async fn export_conversations(
        &self,
        brand: BrandId,
        after: Option<ConversationId>,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<ExportedConversation>> {
        let mut on = self.db.read().await?;
        let after = after.map_or(START.to_owned(), |id| id.to_string());
        let (brand, limit) = (brand.to_string(), i64::from(limit));
        let rows = all!(on, ConversationPage, sql::CONVERSATIONS_PAGE, brand, after, since.millis(), limit)?;
        let mut conversations: Vec<ExportedConversation> = into_models(rows)?;
        let ids = Id::batch(conversations.iter().map(|conversation| conversation.id))?;
        let mut said: HashMap<String, Vec<ExportedMessage>> = HashMap::new();
        for row in all!(on, ExportedMessage, sql::MESSAGES_PAGE, &ids)? {
            said.entry(row.conversation_id.clone()).or_default().push(row);
        }
        let mut decided: HashMap<String, Vec<ExportedDecision>> = HashMap::new();
        for row in all!(on, DecisionRow, sql::DECISIONS_PAGE, &ids)? {
            decided.entry(row.conversation_id.clone()).or_default().push(row.try_into()?);
        }
        for conversation in &mut conversations {
            let id = conversation.id.to_string();
            conversation.messages = said.remove(&id).unwrap_or_default();
            conversation.decisions = decided.remove(&id).unwrap_or_default();
        }
        Ok(conversations)
    }
}
