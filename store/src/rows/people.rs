//! Addresses, customers, what they bought and like; agents.

use super::{from_json, moment, parse, parse_opt};
use lara_core::model::{Address, Agent, Customer, Order, Preference, Product, Return, Shipment, Timestamp};
use lara_core::ports::{Credentials, SecretHash, StoreError};
use sqlx::FromRow;

#[derive(Debug, FromRow)]
pub(crate) struct AddressRow {
    pub(crate) id: String,
    brand_id: String,
    channel_id: String,
    external: String,
    customer_id: Option<String>,
    level: String,
    opted_out_at: Option<i64>,
    name: Option<String>,
    unreachable_at: Option<i64>,
    #[sqlx(rename = "language")]
    said_language: Option<String>,
}

impl TryFrom<AddressRow> for Address {
    type Error = StoreError;

    fn try_from(row: AddressRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            channel: parse(&row.channel_id)?,
            external: row.external,
            customer: parse_opt(row.customer_id.as_ref())?,
            level: parse(&row.level)?,
            opted_out_at: moment(row.opted_out_at),
            name: row.name,
            language: parse_opt(row.said_language.as_ref())?,
            unreachable_at: moment(row.unreachable_at),
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct CustomerRow {
    id: String,
    brand_id: String,
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    language: Option<String>,
    tier: Option<String>,
    opted_out_at: Option<i64>,
    rev: i64,
}

impl TryFrom<CustomerRow> for Customer {
    type Error = StoreError;

    fn try_from(row: CustomerRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            external_id: row.external_id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            language: parse_opt(row.language.as_ref())?,
            tier: row.tier,
            opted_out_at: moment(row.opted_out_at),
            rev: row.rev,
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct OrderRow {
    id: String,
    brand_id: String,
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

impl TryFrom<OrderRow> for Order {
    type Error = StoreError;

    fn try_from(row: OrderRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            customer: parse(&row.customer_id)?,
            number: row.number,
            status: parse(&row.status)?,
            ordered_at: Timestamp::from_millis(row.ordered_at),
            due_at: moment(row.due_at),
            currency: row.currency,
            total_minor: row.total_minor,
            items: from_json(&row.items)?,
            tracking_url: row.tracking_url,
            shipment: Shipment {
                carrier: row.carrier,
                number: row.tracking_number,
                shipped_at: moment(row.shipped_at),
                delivered_at: moment(row.delivered_at),
            },
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct ReturnRow {
    id: String,
    brand_id: String,
    order_id: String,
    external: String,
    status: String,
    reason: Option<String>,
    items: String,
    amount_minor: Option<i64>,
    asked_at: i64,
}

impl TryFrom<ReturnRow> for Return {
    type Error = StoreError;

    fn try_from(row: ReturnRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            order: parse(&row.order_id)?,
            external: row.external,
            status: parse(&row.status)?,
            reason: row.reason,
            items: from_json(&row.items)?,
            amount_minor: row.amount_minor,
            asked_at: Timestamp::from_millis(row.asked_at),
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct PreferenceRow {
    pub(crate) customer_id: String,
    key: String,
    value: String,
    source: String,
    address_id: Option<String>,
    updated_at: i64,
    #[sqlx(default)]
    pub(crate) forgotten_at: Option<i64>,
    /// The address it was read for, when it was read for one.
    #[sqlx(default)]
    pub(crate) read_for: Option<String>,
}

impl PreferenceRow {
    /// What it is about.
    pub(crate) fn into_key(self) -> String {
        self.key
    }
}

impl TryFrom<PreferenceRow> for Preference {
    type Error = StoreError;

    fn try_from(row: PreferenceRow) -> Result<Self, StoreError> {
        Ok(Self {
            key: row.key,
            value: row.value,
            source: parse(&row.source)?,
            address: parse_opt(row.address_id.as_ref())?,
            at: Timestamp::from_millis(row.updated_at),
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct ProductRow {
    id: String,
    brand_id: String,
    sku: String,
    name: String,
    category: Option<String>,
    price_minor: i64,
    currency: String,
    stock: Option<i64>,
    url: Option<String>,
    description: Option<String>,
}

impl TryFrom<ProductRow> for Product {
    type Error = StoreError;

    fn try_from(row: ProductRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            sku: row.sku,
            name: row.name,
            category: row.category,
            price_minor: row.price_minor,
            currency: row.currency,
            stock: row.stock,
            url: row.url,
            description: row.description,
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct AgentRow {
    id: String,
    name: String,
    email: String,
    role: String,
    password: Option<String>,
    failures: i32,
    locked_until: Option<i64>,
    disabled_at: Option<i64>,
}

impl TryFrom<AgentRow> for Agent {
    type Error = StoreError;

    fn try_from(row: AgentRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            name: row.name,
            email: row.email,
            role: parse(&row.role)?,
            disabled_at: moment(row.disabled_at),
        })
    }
}

impl TryFrom<AgentRow> for Credentials {
    type Error = StoreError;

    fn try_from(mut row: AgentRow) -> Result<Self, StoreError> {
        let password = row.password.take().map(SecretHash);
        let (failures, locked_until) = (row.failures, moment(row.locked_until));
        Ok(Self { agent: row.try_into()?, password, failures, locked_until })
    }
}
