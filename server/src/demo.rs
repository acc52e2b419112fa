//! The demo brand: a believable shop with a catalogue, customers, orders and a little past, so that the first
//! conversation is already personal. Dates are relative to the day it is seeded.

use crate::commands::load::DEMO_TOKEN;
use crate::pipeline::Pipeline;
use crate::wire;
use anyhow::{Context, Result, bail};
use lara_core::model::{
    Brand, BrandId, BrandSettings, Channel, ChannelId, ChannelKind, CustomerId, Delivery, Facts, Language,
    Millis, Order, OrderId, Preference, Product, ProductId, Timestamp,
};
use lara_core::ports::{Brands, Directory, OrderRow, Person, Saved};
use lara_store::Store;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

const BRAND: &str = include_str!("../demo/brand.json");
const PRODUCTS: &str = include_str!("../demo/products.csv");
const CUSTOMERS: &str = include_str!("../demo/customers.csv");
const ORDERS: &str = include_str!("../demo/orders.csv");
const CONVERSATIONS: &str = include_str!("../demo/conversations.json");

#[derive(Deserialize)]
struct BrandFile {
    slug: String,
    name: String,
    settings: BrandSettings,
    facts: Facts,
}

#[derive(Deserialize)]
struct ProductRow {
    sku: String,
    name: String,
    category: Option<String>,
    price: i64,
    currency: String,
    stock: Option<i64>,
    url: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct CustomerRow {
    external_id: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    language: Option<Language>,
    #[serde(default)]
    preferences: Option<String>,
}

#[derive(Deserialize)]
struct OrderFileRow {
    number: String,
    customer_external_id: String,
    status: String,
    ordered_days_ago: i64,
    due_in_days: Option<i64>,
    currency: String,
    total: i64,
    items: String,
    tracking_url: Option<String>,
}

#[derive(Deserialize)]
struct Past {
    /// The shop's id of the customer; a stranger when absent.
    #[serde(default)]
    customer: Option<String>,
    days_ago: f64,
    messages: Vec<String>,
}

fn rows<T: for<'de> Deserialize<'de>>(name: &str, csv: &str) -> Result<Vec<T>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().with_context(|| format!("server/demo/{name}"))
}

fn days(count: i64) -> Millis {
    Millis::minutes(count * 24 * 60)
}

/// Puts the demo brand into a store that does not have it: brand, channels, catalogue, customers, orders.
pub(crate) async fn seed(store: &Arc<Store>) -> Result<Brand> {
    let now = wire::now();
    let file: BrandFile = serde_json::from_str(BRAND).context("server/demo/brand.json")?;
    let brand = Brand {
        id: BrandId::new(wire::uuid()),
        slug: file.slug,
        name: file.name,
        demo: true,
        settings: file.settings,
        facts: file.facts,
        rev: 1,
    };
    if store.add_brand(&brand, now).await? != Saved::Done {
        bail!("there is a brand {} already", brand.slug);
    }
    store.put_channel(&wire::new_web_channel(&brand, &[])?, now).await?;
    store.put_channel(&app_channel(&brand), now).await?;
    store.put_products(brand.id, products(brand.id)?, now).await?;
    store.put_customers(brand.id, customers()?, now).await?;
    let (_, unknown) = store.put_orders(brand.id, orders(brand.id, now)?, now).await?;
    if !unknown.is_empty() {
        bail!("server/demo/orders.csv: {} orders have no customer", unknown.len());
    }
    Ok(brand)
}

/// The demo's REST channel, whose token everybody knows: it may say nothing about who a customer is.
fn app_channel(brand: &Brand) -> Channel {
    Channel {
        id: ChannelId::new(wire::uuid()),
        brand: brand.id,
        kind: ChannelKind::App,
        name: "app".to_owned(),
        delivery: Delivery::Pull,
        settings: serde_json::json!({
            "tokens": [{ "hash": wire::hash(DEMO_TOKEN).0, "may_assert_identity": false }],
            "webhook": null,
        }),
        account: None,
        secrets: lara_core::model::Secrets::default(),
        paused_at: None,
    }
}

fn products(brand: BrandId) -> Result<Vec<Product>> {
    let product = |row: ProductRow| Product {
        id: ProductId::new(wire::uuid()),
        brand,
        sku: row.sku,
        name: row.name,
        category: row.category,
        price_minor: row.price,
        currency: row.currency,
        stock: row.stock,
        url: row.url,
        description: row.description,
    };
    Ok(rows("products.csv", PRODUCTS)?.into_iter().map(product).collect())
}

fn customers() -> Result<Vec<(CustomerId, Person, Vec<Preference>)>> {
    let customer = |row: CustomerRow| {
        let likes: BTreeMap<String, String> = match row.preferences.as_deref() {
            Some(json) if !json.is_empty() => {
                serde_json::from_str(json).context("server/demo/customers.csv: preferences")?
            }
            _ => BTreeMap::new(),
        };
        let person = Person {
            external_id: Some(row.external_id),
            name: row.name,
            email: row.email.map(|email| email.to_lowercase()),
            phone: row.phone,
            language: row.language,
            tier: None,
        };
        let likes = likes.into_iter().map(|(key, value)| Preference::imported(key, value)).collect();
        Ok((CustomerId::new(wire::uuid()), person, likes))
    };
    rows("customers.csv", CUSTOMERS)?.into_iter().map(customer).collect()
}

fn orders(brand: BrandId, now: Timestamp) -> Result<Vec<OrderRow>> {
    let order = |row: OrderFileRow| {
        let order = Order {
            id: OrderId::new(wire::uuid()),
            brand,
            customer: CustomerId::new(uuid::Uuid::nil()),
            status: row.status.parse().with_context(|| format!("server/demo/orders.csv: {}", row.number))?,
            number: row.number,
            ordered_at: now.plus(days(-row.ordered_days_ago)),
            due_at: row.due_in_days.map(|due| now.plus(days(due))),
            currency: row.currency,
            total_minor: row.total,
            items: serde_json::from_str(&row.items).context("server/demo/orders.csv: items")?,
            tracking_url: row.tracking_url.filter(|url| !url.is_empty()),
            shipment: lara_core::model::Shipment::default(),
        };
        Ok(OrderRow::imported(order, row.customer_external_id))
    };
    rows("orders.csv", ORDERS)?.into_iter().map(order).collect()
}

/// Lets the demo customers have written before, so that the desk is not empty. Goes through the real pipeline, at the
/// time it is said to have happened.
pub(crate) async fn remember(store: &Arc<Store>, brand: &Brand) -> Result<()> {
    const DAY_MILLIS: f64 = 86_400_000.0;
    let past: Vec<Past> = serde_json::from_str(CONVERSATIONS).context("server/demo/conversations.json")?;
    let channels = store.channels(Some(brand.id)).await?;
    let web = channels.into_iter().find(|channel| channel.kind == ChannelKind::Web);
    let web = Arc::new(web.context("the demo brand has no web channel")?);
    let pipeline = Pipeline::over(store.clone(), brand.clone(), web, None)?;
    let now = wire::now();
    for talk in past {
        let address = match &talk.customer {
            Some(id) => pipeline.address_of_id(id).await?,
            None => pipeline.stranger(),
        };
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            reason = "a few days, read from our own file"
        )]
        let mut at = now.plus(Millis(-((talk.days_ago * DAY_MILLIS) as i64)));
        for message in &talk.messages {
            pipeline.say(&address, message, Some(at)).await?;
            at = at.plus(Millis::seconds(45));
        }
    }
    Ok(())
}
