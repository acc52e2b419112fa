//! Who writes (address, customer, what they bought and like) and who works at the desk.

use super::names::words;
use super::{
    AddressId, AgentId, BrandId, ChannelId, CustomerId, Language, OrderId, ProductId, ReturnId, Timestamp,
};
use serde::{Deserialize, Serialize};

/// The greatest amount of money that is believed, in smallest units: sums of many stay far from the end of the number.
pub const MONEY: i64 = 100_000_000_000_000;

words! {
    /// How sure Lara is that an address belongs to its customer. Orders and personal data are shown only to `verified`.
    Level {
        /// Nobody is tied to the address.
        Anonymous = "anonymous",
        /// Somebody said who they are; unproven.
        Claimed = "claimed",
        /// Proven, by the brand's own signature or by a code.
        Verified = "verified",
    }
}

/// Where one channel reaches one person. Unique by (channel, external).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Id.
    pub id: AddressId,
    /// Brand.
    pub brand: BrandId,
    /// Channel.
    pub channel: ChannelId,
    /// The channel's own id of the person.
    pub external: String,
    /// The person, once tied.
    pub customer: Option<CustomerId>,
    /// How sure the tie is.
    pub level: Level,
    /// Since when this address wants no messages.
    pub opted_out_at: Option<Timestamp>,
    /// The name the person shows on the platform. It greets; it proves nothing.
    pub name: Option<String>,
    /// The language the platform says they use.
    pub language: Option<Language>,
    /// Since when the platform says they cannot be reached: they blocked us, or are gone.
    pub unreachable_at: Option<Timestamp>,
}

/// A person, over all their addresses. Unique by (brand, external id) when the shop gave one. Customers that were merged are
/// one person; it goes by the id of the one they were merged into, the *head*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Id.
    pub id: CustomerId,
    /// Brand.
    pub brand: BrandId,
    /// The shop system's id.
    pub external_id: Option<String>,
    /// Name as the customer gave it.
    pub name: Option<String>,
    /// E-mail, lower case.
    pub email: Option<String>,
    /// Phone as given.
    pub phone: Option<String>,
    /// Language they like to be written to.
    pub language: Option<Language>,
    /// How the shop ranks them: `gold`, `VIP`; the shop's own word.
    pub tier: Option<String>,
    /// Since when the person wants no messages, on whichever channel.
    pub opted_out_at: Option<Timestamp>,
    /// Moves with every change that matters to a reply being prepared (merge, level, erase).
    pub rev: i64,
}

/// Something a customer told about themselves or showed: `size` = `M`, `address_form` = `chị`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// What it is about: `address_form`, `size`, `category`, `note`. What may stand more than once carries its value in the
    /// key, after a colon: `avoid:nuts`, `asked:ceramics`.
    pub key: String,
    /// The value, plain text.
    pub value: String,
    /// Who says so.
    pub source: PreferenceSource,
    /// The address it was stated at: there it may be used even when the address is not verified.
    pub address: Option<AddressId>,
    /// Since when it is so.
    pub at: Timestamp,
}

impl Preference {
    /// One of the shop's records; the store gives it its time.
    #[must_use]
    pub fn imported(key: impl Into<String>, value: impl Into<String>) -> Self {
        let (source, at) = (PreferenceSource::Imported, Timestamp::from_millis(0));
        Self { key: key.into(), value: value.into(), source, address: None, at }
    }

    /// What it is about, without the value that a key may carry: `avoid` of `avoid:nuts`.
    #[must_use]
    pub fn topic(&self) -> &str {
        self.key.split(':').next().unwrap_or(&self.key)
    }
}

words! {
    /// Who says that somebody likes something.
    PreferenceSource {
        /// The customer, in so many words.
        Stated = "stated",
        /// Lara, from what they bought or asked about.
        Observed = "observed",
        /// The shop's own records.
        Imported = "imported",
        /// An agent.
        Agent = "agent",
    }
}

words! {
    /// Where an order is.
    OrderStatus {
        /// Placed, not paid or not confirmed.
        Placed = "placed",
        /// Being packed.
        Packing = "packing",
        /// With the carrier.
        Shipped = "shipped",
        /// Arrived.
        Delivered = "delivered",
        /// Cancelled.
        Cancelled = "cancelled",
        /// On the way back.
        Returned = "returned",
        /// Money sent back.
        Refunded = "refunded",
    }
}

/// One order. Unique by (brand, number).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Id.
    pub id: OrderId,
    /// Brand.
    pub brand: BrandId,
    /// Who bought.
    pub customer: CustomerId,
    /// The number the customer knows, e.g. `MH-10234`.
    pub number: String,
    /// Status.
    pub status: OrderStatus,
    /// When it was placed.
    pub ordered_at: Timestamp,
    /// When it should arrive, if promised.
    pub due_at: Option<Timestamp>,
    /// Currency, ISO 4217.
    pub currency: String,
    /// Total in the currency's smallest unit (đồng has none: 1 = 1 ₫; USD: cents).
    pub total_minor: i64,
    /// What was bought.
    pub items: Vec<OrderItem>,
    /// Carrier's page.
    pub tracking_url: Option<String>,
    /// How it travels.
    pub shipment: Shipment,
}

/// How an order travels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// Who carries it.
    pub carrier: Option<String>,
    /// The carrier's number of it.
    pub number: Option<String>,
    /// When it left.
    pub shipped_at: Option<Timestamp>,
    /// When it arrived.
    pub delivered_at: Option<Timestamp>,
}

words! {
    /// How far a return is.
    ReturnStatus {
        /// The customer asked for it.
        Asked = "asked",
        /// The shop agreed.
        Approved = "approved",
        /// The goods are back.
        Received = "received",
        /// The money is back.
        Refunded = "refunded",
        /// The shop said no.
        Refused = "refused",
    }
}

/// Something that goes back, or its money. Unique by (brand, external).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Id.
    pub id: ReturnId,
    /// Brand.
    pub brand: BrandId,
    /// Of which order.
    pub order: OrderId,
    /// The shop's own id of it.
    pub external: String,
    /// How far.
    pub status: ReturnStatus,
    /// Why, in a few words.
    pub reason: Option<String>,
    /// What goes back.
    pub items: Vec<OrderItem>,
    /// Money, in the smallest unit of the order's currency.
    pub amount_minor: Option<i64>,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderItem {
    /// Name.
    pub name: String,
    /// Pieces.
    #[serde(default = "one")]
    pub quantity: u32,
    /// Stock keeping unit, if the shop has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
}

const fn one() -> u32 {
    1
}

/// One product. Unique by (brand, sku).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Id.
    pub id: ProductId,
    /// Brand.
    pub brand: BrandId,
    /// Stock keeping unit.
    pub sku: String,
    /// Name.
    pub name: String,
    /// Category, as the shop calls it.
    pub category: Option<String>,
    /// Price in the currency's smallest unit.
    pub price_minor: i64,
    /// Currency, ISO 4217.
    pub currency: String,
    /// Pieces in stock; `None` when the shop does not count.
    pub stock: Option<i64>,
    /// Page (http or https).
    pub url: Option<String>,
    /// A sentence or two.
    pub description: Option<String>,
}

words! {
    /// What somebody at the desk may do. Each includes the ones before it.
    Role {
        /// Answers customers.
        Agent = "agent",
        /// Also edits templates, facts and colleagues.
        Admin = "admin",
        /// Also removes the demo and makes admins.
        Owner = "owner",
    }
}

/// Somebody who works at the desk. Unique by e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Id.
    pub id: AgentId,
    /// Name customers see when a human answers.
    pub name: String,
    /// E-mail, lower case; the login name.
    pub email: String,
    /// Right.
    pub role: Role,
    /// Since when the agent may no longer log in.
    pub disabled_at: Option<Timestamp>,
}
