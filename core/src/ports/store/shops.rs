//! What shop systems that tell of orders need of a store.

use crate::model::{
    BrandId, OrderItem, OrderStatus, ReturnStatus, Secrets, Shipment, Shop, ShopId, Timestamp,
};
use crate::ports::{Ids, Person, Saved, StoreResult};
use async_trait::async_trait;

/// One event of a shop system, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopEvent {
    /// The system's own id of it: told again, it changes nothing.
    pub external: String,
    /// What the system calls it: `orders/create`, `order.updated`.
    pub topic: String,
    /// What it tells.
    pub news: ShopNews,
}

/// What an event of a shop system tells.
#[derive(Debug, Clone, PartialEq)]
pub enum ShopNews {
    /// These changes, in order.
    Changes(Vec<ShopChange>),
    /// Somebody who buys there is to be erased: the system's own id of them.
    Erase(String),
    /// Nothing for us; why, as a stable code.
    Ignored(&'static str),
    /// Something that cannot be taken; why, as a stable code.
    Refused(&'static str),
}

/// One change that a shop system tells of. Ids are the system's own.
#[derive(Debug, Clone, PartialEq)]
pub enum ShopChange {
    /// Somebody who buys there.
    Person(Person),
    /// An order as it is now.
    Order(Box<ShopOrder>),
    /// How an order travels.
    Parcel(ShopParcel),
    /// What goes back, or its money.
    Return(ShopReturn),
    /// An order is no more.
    Gone(String),
}

/// An order, as its shop system tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopOrder {
    /// The system's own id.
    pub id: String,
    /// The number the customer knows.
    pub number: String,
    /// Who bought: with the system's id of them, or at least an e-mail or a phone.
    pub buyer: Person,
    /// Status.
    pub status: OrderStatus,
    /// When it was placed.
    pub ordered_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// Currency, ISO 4217.
    pub currency: String,
    /// Total in the currency's smallest unit.
    pub total_minor: i64,
    /// What was bought.
    pub items: Vec<OrderItem>,
    /// Carrier's page.
    pub tracking_url: Option<String>,
    /// How it travels.
    pub shipment: Shipment,
}

/// How an order travels, told without the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopParcel {
    /// The system's own id of the order.
    pub order: String,
    /// Shipped or delivered; an order that is cancelled or on the way back stays so.
    pub status: OrderStatus,
    /// Carrier's page.
    pub tracking_url: Option<String>,
    /// How it travels.
    pub shipment: Shipment,
    /// When this was so: what is older than what is stored changes nothing.
    pub changed_at: Timestamp,
}

/// What goes back, or its money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopReturn {
    /// The system's own id of it.
    pub id: String,
    /// The system's own id of the order.
    pub order: String,
    /// How far.
    pub status: ReturnStatus,
    /// Why, in a few words.
    pub reason: Option<String>,
    /// What goes back.
    pub items: Vec<OrderItem>,
    /// Money, in the smallest unit of the order's currency.
    pub amount_minor: Option<i64>,
    /// When it was asked for, or first told of.
    pub asked_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShopOutcome {
    /// Its changes are stored.
    Taken,
    /// It was taken before: nothing was changed.
    Replayed,
    /// It is nothing for us; a stable code.
    Ignored(&'static str),
    /// It cannot be taken; a stable code.
    Refused(&'static str),
}

/// Events of a shop system that could not be taken, lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopRefusals {
    /// Which system.
    pub shop: ShopId,
    /// Why: a stable code.
    pub reason: String,
    /// How many.
    pub count: i64,
    /// When last.
    pub last_at: Timestamp,
}

/// Shop systems and what they tell.
#[async_trait]
pub trait Shops: Send + Sync {
    /// The shop systems of a brand, or all, by name.
    async fn shops(&self, brand: Option<BrandId>) -> StoreResult<Vec<Shop>>;

    /// One shop system.
    async fn shop(&self, id: ShopId) -> StoreResult<Option<Shop>>;

    /// Adds a shop system ([`Saved::Taken`] when the brand has one of that name).
    async fn add_shop(&self, shop: &Shop) -> StoreResult<Saved>;

    /// Gives it another signing secret; what was wrong is forgotten.
    async fn set_shop_secret(&self, id: ShopId, secrets: &Secrets) -> StoreResult<()>;

    /// Pauses it (`Some`) or lets it go on.
    async fn pause_shop(&self, id: ShopId, paused_at: Option<Timestamp>) -> StoreResult<()>;

    /// Forgets it and its events. What it told of stays.
    async fn remove_shop(&self, id: ShopId) -> StoreResult<()>;

    /// Notes what went wrong, at most once a minute for the same code.
    async fn note_shop_error(&self, id: ShopId, code: &str, now: Timestamp) -> StoreResult<()>;

    /// Takes an event, whole or not at all: what it changes, and that it was taken, are one transaction. Who bought is told
    /// of, and replies being prepared for them are stale. Who is to be erased is erased before it is marked: whatever breaks
    /// off in between is told again, and finds nobody of that id any more.
    async fn take_shop_event(
        &self,
        shop: &Shop,
        event: &ShopEvent,
        ids: &dyn Ids,
        now: Timestamp,
    ) -> StoreResult<ShopOutcome>;

    /// What could not be taken since `since`, by shop system and reason.
    async fn shop_refusals(&self, since: Timestamp) -> StoreResult<Vec<ShopRefusals>>;

    /// Forgets which events were taken before `before`; how many.
    async fn prune_shop_events(&self, before: Timestamp) -> StoreResult<u64>;
}
