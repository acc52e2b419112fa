//! What relating needs of a store: people, orders and products.

use crate::model::{
    Address, AddressId, BrandId, Channel, Customer, CustomerId, Level, Order, OrderId, Preference, Product,
    Return, Timestamp,
};
use crate::ports::StoreResult;
use async_trait::async_trait;

/// Who somebody is, as proven by the brand's own signature or given by an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The shop system's id.
    pub external_id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// E-mail, lower case.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Language.
    pub language: Option<crate::model::Language>,
    /// How the shop ranks them.
    pub tier: Option<String>,
}

/// What becomes of one thing known about somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Edit<T> {
    /// It stays.
    #[default]
    Keep,
    /// It is forgotten.
    Clear,
    /// It is this from now on.
    Set(T),
}

/// What the shop corrects about somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonEdit {
    /// Name.
    pub name: Edit<String>,
    /// E-mail, lower case.
    pub email: Edit<String>,
    /// Phone.
    pub phone: Edit<String>,
    /// Language.
    pub language: Edit<crate::model::Language>,
    /// How the shop ranks them.
    pub tier: Edit<String>,
}

/// How many rows an import wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// New.
    pub added: u64,
    /// Changed.
    pub changed: u64,
    /// The same as before.
    pub unchanged: u64,
}

/// An order somebody tells us of.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderRow {
    /// The order; its `customer` is ignored.
    pub order: Order,
    /// Who bought.
    pub buyer: Buyer,
    /// Who tells.
    pub source: OrderSource,
    /// When the shop changed it last, by its own clock: what is older than what is stored changes nothing.
    pub changed_at: Option<Timestamp>,
}

impl OrderRow {
    /// A row of a file, the customer by the shop's own id.
    #[must_use]
    pub fn imported(order: Order, customer: impl Into<String>) -> Self {
        Self { order, buyer: Buyer::External(customer.into()), source: OrderSource::Csv, changed_at: None }
    }
}

/// Who bought, as a shop names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Buyer {
    /// By the shop system's id.
    External(String),
    /// By ours, for whom the shop has no id.
    Known(CustomerId),
}

impl Buyer {
    /// The shop system's id, if that is how it names them.
    #[must_use]
    pub fn external(&self) -> Option<&str> {
        match self {
            Self::External(id) => Some(id),
            Self::Known(_) => None,
        }
    }
}

/// A return somebody tells us of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnRow {
    /// The return; its `order` is ignored.
    pub back: Return,
    /// Of which order.
    pub of: OrderRef,
    /// When the shop changed it last, by its own clock: what is older than what is stored changes nothing.
    pub changed_at: Option<Timestamp>,
}

/// An order, as somebody names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OrderRef {
    /// By the number the customer knows.
    Number(String),
    /// By the id its shop system gave it, after the name of the system.
    External(String),
    /// By ours.
    Known(OrderId),
}

crate::model::words! {
    /// Where an order was told.
    OrderSource {
        /// A file.
        Csv = "csv",
        /// The REST API.
        Api = "api",
        /// A webhook of Shopify.
        Shopify = "shopify",
        /// A webhook of `WooCommerce`.
        WooCommerce = "woocommerce",
    }
}

/// People and what they bought.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Ties an address to the person (made when new; found by external id, else by e-mail), at `level` or the higher
    /// one it already has. Making a new tie moves the revisions of the customer and of the open conversation. Where
    /// the address was another person's, its unsent replies are cancelled and its open conversation is closed.
    /// `address_id` and `customer_id` are used for what is new.
    async fn tie(
        &self,
        channel: &Channel,
        external: &str,
        person: &Person,
        level: Level,
        ids: (AddressId, CustomerId),
        now: Timestamp,
    ) -> StoreResult<Address>;

    /// Adds or changes customers by (brand, external id), in one transaction.
    async fn put_customers(
        &self,
        brand: BrandId,
        rows: Vec<(CustomerId, Person, Vec<Preference>)>,
        now: Timestamp,
    ) -> StoreResult<Imported>;

    /// Adds or changes orders by (brand, number), in one transaction. Answers the row numbers whose customer is unknown beside the count.
    async fn put_orders(
        &self,
        brand: BrandId,
        rows: Vec<OrderRow>,
        now: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)>;

    /// Adds or changes returns by (brand, external), in one transaction. Answers the row numbers whose order is unknown
    /// beside the count.
    async fn put_returns(
        &self,
        brand: BrandId,
        rows: Vec<ReturnRow>,
        now: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)>;

    /// The returns of a person, over all their customers, newest first, at most 50.
    async fn returns_of(&self, brand: BrandId, customer: CustomerId) -> StoreResult<Vec<Return>>;

    /// Adds or changes products by (brand, sku), in one transaction.
    async fn put_products(&self, brand: BrandId, rows: Vec<Product>, now: Timestamp)
    -> StoreResult<Imported>;

    /// Adds a person, or what is known newly of them: found by the shop's id, else by an e-mail that only one customer has.
    /// `id` is used for who is new. Answers whose row it is.
    async fn put_person(
        &self,
        brand: BrandId,
        id: CustomerId,
        person: &Person,
        now: Timestamp,
    ) -> StoreResult<CustomerId>;

    /// Notes what a person likes, as the brand says it: it stands even where it was forgotten before. Whether that changed
    /// anything; `None` when the brand has no such customer.
    async fn put_preference(
        &self,
        brand: BrandId,
        customer: CustomerId,
        preference: &Preference,
        now: Timestamp,
    ) -> StoreResult<Option<bool>>;

    /// Forgets what is known about a person under this key, whichever of their customers holds it: the value goes, the key
    /// stays so that it is not observed again. What only follows from their orders (`bought:..`) can be forgotten too.
    /// Whether anything was forgotten.
    async fn forget_preference(
        &self,
        brand: BrandId,
        customer: CustomerId,
        key: &str,
        now: Timestamp,
    ) -> StoreResult<bool>;

    /// Corrects a person (the head, where the customer was merged), whose replies in preparation are stale then; whose row it
    /// is and whether anything changed. `None` when the brand has no such customer.
    async fn edit_person(
        &self,
        brand: BrandId,
        customer: CustomerId,
        edit: &PersonEdit,
        now: Timestamp,
    ) -> StoreResult<Option<(CustomerId, bool)>>;

    /// Products of a brand by name, at most `limit`.
    async fn products(&self, brand: BrandId, limit: u32) -> StoreResult<Vec<Product>>;

    /// A customer by e-mail.
    async fn customer_by_email(&self, brand: BrandId, email: &str) -> StoreResult<Option<Customer>>;

    /// What a template preview shows of a customer: the person, their latest orders and preferences.
    async fn profile(
        &self,
        brand: BrandId,
        customer: CustomerId,
    ) -> StoreResult<Option<(Customer, Vec<Order>, Vec<Preference>)>>;
}
