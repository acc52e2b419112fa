//! Lists of orders, products and conversations.

use super::{after, sql};
use crate::db::{all, opt};
use crate::pages::{Pages, parsed, parsed_if};
use crate::rows::{OrderRow, ProductRow, into_models};
use lara_core::model::{
    BrandId, ChannelKind, ConversationId, CustomerId, Language, Level, Order, OrderId, Owner, Product,
    ProductId, Timestamp,
};
use lara_core::ports::{StoreError, StoreResult};

/// A conversation of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedConversation {
    /// Id.
    pub id: ConversationId,
    /// Who may speak in it.
    pub owner: Owner,
    /// The language of replies so far.
    pub language: Option<Language>,
    /// Kind of its channel.
    pub channel_kind: ChannelKind,
    /// Name of its channel.
    pub channel_name: String,
    /// How sure the person is.
    pub level: Level,
    /// The customer its address is tied to.
    pub customer: Option<CustomerId>,
    /// When it began.
    pub created_at: Timestamp,
    /// When the last message came or went.
    pub last_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct ConversationRow {
    id: String,
    owner: String,
    language: Option<String>,
    channel_kind: String,
    channel_name: String,
    level: String,
    customer_id: Option<String>,
    created_at: i64,
    last_at: i64,
    ended_at: Option<i64>,
}

impl TryFrom<ConversationRow> for ListedConversation {
    type Error = StoreError;

    fn try_from(row: ConversationRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id)?,
            owner: parsed(&row.owner)?,
            language: parsed_if(row.language.as_deref())?,
            channel_kind: parsed(&row.channel_kind)?,
            channel_name: row.channel_name,
            level: parsed(&row.level)?,
            customer: parsed_if(row.customer_id.as_deref())?,
            created_at: Timestamp::from_millis(row.created_at),
            last_at: Timestamp::from_millis(row.last_at),
            ended_at: row.ended_at.map(Timestamp::from_millis),
        })
    }
}

impl Pages {
    /// At most `limit` orders of a brand with a greater id than `behind`, by id.
    pub async fn list_orders(
        &self,
        brand: BrandId,
        behind: Option<OrderId>,
        limit: u32,
    ) -> StoreResult<Vec<Order>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, OrderRow, sql::LIST_ORDERS, brand.to_string(), after(behind), i64::from(limit))?)
    }

    /// The same of a person.
    pub async fn list_orders_of(
        &self,
        person: CustomerId,
        behind: Option<OrderId>,
        limit: u32,
    ) -> StoreResult<Vec<Order>> {
        let mut on = self.db.read().await?;
        let (person, limit) = (person.to_string(), i64::from(limit));
        into_models(all!(on, OrderRow, sql::LIST_ORDERS_OF, person, after(behind), limit)?)
    }

    /// An order by its number.
    pub async fn order(&self, brand: BrandId, number: &str) -> StoreResult<Option<Order>> {
        let mut on = self.db.read().await?;
        opt!(on, OrderRow, sql::LIST_ORDER, brand.to_string(), number)?.map(Order::try_from).transpose()
    }

    /// At most `limit` products of a brand with a greater id than `behind`, by id.
    pub async fn list_products(
        &self,
        brand: BrandId,
        behind: Option<ProductId>,
        limit: u32,
    ) -> StoreResult<Vec<Product>> {
        let mut on = self.db.read().await?;
        let (brand, limit) = (brand.to_string(), i64::from(limit));
        into_models(all!(on, ProductRow, sql::LIST_PRODUCTS, brand, after(behind), limit)?)
    }

    /// A product by its stock keeping unit.
    pub async fn product(&self, brand: BrandId, sku: &str) -> StoreResult<Option<Product>> {
        let mut on = self.db.read().await?;
        opt!(on, ProductRow, sql::LIST_PRODUCT, brand.to_string(), sku)?.map(Product::try_from).transpose()
    }

    /// At most `limit` conversations of a brand, or of one of its people, with a greater id than `behind`, by id.
    pub async fn list_conversations(
        &self,
        brand: BrandId,
        person: Option<CustomerId>,
        behind: Option<ConversationId>,
        limit: u32,
    ) -> StoreResult<Vec<ListedConversation>> {
        let mut on = self.db.read().await?;
        let (statement, of) = match person {
            Some(person) => (sql::LIST_CONVERSATIONS_OF, person.to_string()),
            None => (sql::LIST_CONVERSATIONS, brand.to_string()),
        };
        let rows = all!(on, ConversationRow, statement, of, after(behind), i64::from(limit))?;
        rows.into_iter().map(ListedConversation::try_from).collect()
    }
}
