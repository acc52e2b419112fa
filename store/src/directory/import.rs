//! Imports: many rows at once, each counted as added, changed or the same as before.

use super::tie;
use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, all, batch};
use crate::error::broken;
use crate::fold::fold;
use crate::rows::{IdRow, parse, to_json};
use crate::sql::{Sql, directory as sql};
use lara_core::model::{BrandId, CustomerId, OrderId, Preference, Product, ProductId, Timestamp};
use lara_core::ports::{Buyer, ChangeKind, Imported, OrderRow, Person, StoreResult};
use lara_core::text::{compact, phone_digits};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Rows of one statement.
const CHUNK: usize = 500;

#[derive(sqlx::FromRow)]
struct NamedRow {
    id: String,
    external_id: String,
}

#[derive(Serialize)]
struct ExternalId<'a> {
    external_id: &'a str,
}

#[derive(Serialize)]
pub(super) struct NewCustomer<'a> {
    id: CustomerId,
    brand_id: BrandId,
    external_id: Option<&'a str>,
    name: Option<&'a str>,
    folded: Option<String>,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    digits: Option<String>,
    language: Option<&'static str>,
    tier: Option<&'a str>,
    at: i64,
}

impl<'a> NewCustomer<'a> {
    pub(super) fn new(id: CustomerId, brand: BrandId, person: &'a Person, now: Timestamp) -> Self {
        Self {
            id,
            brand_id: brand,
            external_id: person.external_id.as_deref(),
            name: person.name.as_deref(),
            folded: person.name.as_deref().map(fold),
            email: person.email.as_deref(),
            phone: person.phone.as_deref(),
            digits: person.phone.as_deref().and_then(phone_digits),
            language: person.language.map(lara_core::model::Language::as_str),
            tier: person.tier.as_deref(),
            at: now.millis(),
        }
    }
}

#[derive(Serialize)]
struct NewPreference<'a> {
    customer_id: CustomerId,
    key: &'a str,
    brand_id: BrandId,
    value: &'a str,
    source: &'static str,
    address_id: Option<lara_core::model::AddressId>,
    message_id: Option<lara_core::model::MessageId>,
    at: i64,
}

#[derive(Serialize)]
struct NewOrder<'a> {
    id: OrderId,
    brand_id: BrandId,
    customer_id: CustomerId,
    number: &'a str,
    compact: String,
    status: &'static str,
    ordered_at: i64,
    due_at: Option<i64>,
    currency: &'a str,
    total_minor: i64,
    items: String,
    tracking_url: Option<&'a str>,
    carrier: Option<&'a str>,
    tracking_number: Option<&'a str>,
    shipped_at: Option<i64>,
    delivered_at: Option<i64>,
    source: &'static str,
    changed_at: Option<i64>,
}

#[derive(Serialize)]
struct NewProduct<'a> {
    id: ProductId,
    brand_id: BrandId,
    sku: &'a str,
    name: &'a str,
    category: Option<&'a str>,
    price_minor: i64,
    currency: &'a str,
    stock: Option<i64>,
    url: Option<&'a str>,
    description: Option<&'a str>,
}

type CustomerRow = (CustomerId, Person, Vec<Preference>);

impl Store {
    pub(super) async fn import_customers(
        &self,
        brand: BrandId,
        rows: &[CustomerRow],
        now: Timestamp,
    ) -> StoreResult<Imported> {
        let mut tx = self.db.write().await?;
        let mut counts = Counts::new(rows.len())?;
        for chunk in rows.chunks(CHUNK) {
            put_customers(&mut tx, brand, chunk, now, &mut counts).await?;
        }
        finish(tx, brand, counts, now).await
    }

    /// Adds one person or what is known newly of them; whose row it is.
    pub(super) async fn put_one(
        &self,
        brand: BrandId,
        id: CustomerId,
        person: &Person,
        now: Timestamp,
    ) -> StoreResult<CustomerId> {
        let mut tx = self.db.write().await?;
        let mut counts = Counts::new(1)?;
        let found = tie::find(&mut tx, brand, person).await?;
        put_customers(&mut tx, brand, &[(id, person.clone(), Vec::new())], now, &mut counts).await?;
        let found = match found {
            Some(found) => found,
            None => tie::find(&mut tx, brand, person).await?.unwrap_or(id),
        };
        finish(tx, brand, counts, now).await?;
        Ok(found)
    }

    pub(super) async fn import_orders(
        &self,
        brand: BrandId,
        rows: &[OrderRow],
        now: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)> {
        let mut tx = self.db.write().await?;
        let people = ids(&mut tx, brand, rows.iter().filter_map(|row| row.buyer.external())).await?;
        let mut unknown = Vec::new();
        let mut known = BTreeMap::new();
        for (number, row) in rows.iter().enumerate() {
            let customer = match &row.buyer {
                Buyer::External(id) => people.get(id).copied(),
                Buyer::Known(id) => Some(*id),
            };
            match customer {
                // Of two rows with one number the later one counts.
                Some(customer) => {
                    known.insert(row.order.number.as_str(), order_row(brand, customer, row)?);
                }
                None => unknown.push(number),
            }
        }
        let mut counts = Counts::new(rows.len() - unknown.len())?;
        let known: Vec<_> = known.into_values().collect();
        for chunk in known.chunks(CHUNK) {
            let new = chunk.iter().map(|row| row.id.to_string()).collect();
            counts.put(&mut tx, sql::ORDERS_PUT, chunk, &new).await?;
        }
        Ok((finish(tx, brand, counts, now).await?, unknown))
    }

    pub(super) async fn import_products(
        &self,
        brand: BrandId,
        rows: &[Product],
        now: Timestamp,
    ) -> StoreResult<Imported> {
        let mut tx = self.db.write().await?;
        let distinct: BTreeMap<_, _> =
            rows.iter().map(|row| (row.sku.as_str(), product_row(brand, row))).collect();
        let distinct: Vec<_> = distinct.into_values().collect();
        let mut counts = Counts::new(rows.len())?;
        for chunk in distinct.chunks(CHUNK) {
            let new = chunk.iter().map(|row| row.id.to_string()).collect();
            counts.put(&mut tx, sql::PRODUCTS_PUT, chunk, &new).await?;
        }
        finish(tx, brand, counts, now).await
    }
}

/// What an import wrote so far.
struct Counts {
    rows: u64,
    added: HashSet<String>,
    changed: HashSet<String>,
}

impl Counts {
    fn new(rows: usize) -> StoreResult<Self> {
        Ok(Self { rows: rows.try_into().map_err(broken)?, added: HashSet::new(), changed: HashSet::new() })
    }

    /// Runs a statement that returns the ids of what it wrote; those of `new` are rows that were not there.
    async fn put<T: Serialize>(
        &mut self,
        tx: &mut Tx,
        statement: Sql,
        rows: &[T],
        new: &HashSet<String>,
    ) -> StoreResult<()> {
        if rows.is_empty() {
            return Ok(());
        }
        for IdRow { id } in all!(tx, IdRow, statement, batch(rows)?)? {
            if new.contains(&id) {
                self.added.insert(id);
            } else if !self.added.contains(&id) {
                self.changed.insert(id);
            }
        }
        Ok(())
    }

    fn imported(&self) -> StoreResult<Imported> {
        let added = u64::try_from(self.added.len()).map_err(broken)?;
        let changed = u64::try_from(self.changed.len()).map_err(broken)?;
        Ok(Imported { added, changed, unchanged: self.rows.saturating_sub(added).saturating_sub(changed) })
    }
}

async fn finish(mut tx: Tx, brand: BrandId, counts: Counts, now: Timestamp) -> StoreResult<Imported> {
    let imported = counts.imported()?;
    if imported.added + imported.changed > 0 {
        tell(&mut tx, &[Told::brand(brand, ChangeKind::Brand, now)]).await?;
    }
    tx.commit().await?;
    Ok(imported)
}

async fn put_customers(
    tx: &mut Tx,
    brand: BrandId,
    rows: &[CustomerRow],
    now: Timestamp,
    counts: &mut Counts,
) -> StoreResult<()> {
    let mut named: BTreeMap<&str, NewCustomer<'_>> = BTreeMap::new();
    let mut unnamed = Vec::new();
    // Who a row turned out to be, for the preferences of rows the shop gave no id for.
    let mut found: HashMap<CustomerId, CustomerId> = HashMap::new();
    for (id, person, _) in rows {
        let new = NewCustomer::new(*id, brand, person, now);
        if let Some(external) = &person.external_id {
            named.insert(external, new);
        } else if let Some(known) = tie::find(tx, brand, person).await? {
            if tie::fill(tx, person, known).await? {
                counts.changed.insert(known.to_string());
            }
            found.insert(*id, known);
        } else {
            found.insert(*id, *id);
            unnamed.push(new);
        }
    }
    let named: Vec<_> = named.into_values().collect();
    for batch in [&named, &unnamed] {
        let new = batch.iter().map(|row| row.id.to_string()).collect();
        counts.put(tx, sql::CUSTOMERS_PUT, batch, &new).await?;
    }
    let people =
        ids(tx, brand, rows.iter().filter_map(|(_, person, _)| person.external_id.as_deref())).await?;
    let mut likes = BTreeMap::new();
    for (id, person, preferences) in rows {
        let customer = match &person.external_id {
            Some(external) => people.get(external),
            None => found.get(id),
        };
        let customer_id = *customer.ok_or_else(|| broken("an imported customer is not there"))?;
        for Preference { key, value, source, address, .. } in preferences {
            let row = NewPreference {
                customer_id,
                key,
                brand_id: brand,
                value,
                source: source.as_str(),
                address_id: *address,
                message_id: None,
                at: now.millis(),
            };
            likes.insert((customer_id, key.as_str()), row);
        }
    }
    let likes: Vec<_> = likes.into_values().collect();
    counts.put(tx, sql::PREFERENCES_PUT, &likes, &HashSet::new()).await
}

/// Ids of customers by the shop's ids.
async fn ids<'a>(
    tx: &mut Tx,
    brand: BrandId,
    external: impl IntoIterator<Item = &'a str>,
) -> StoreResult<HashMap<String, CustomerId>> {
    let distinct: HashSet<&str> = external.into_iter().collect();
    let rows: Vec<_> = distinct.into_iter().map(|external_id| ExternalId { external_id }).collect();
    let mut found = HashMap::with_capacity(rows.len());
    for chunk in rows.chunks(CHUNK) {
        for row in all!(tx, NamedRow, sql::CUSTOMERS_IDS, batch(chunk)?, brand.to_string())? {
            found.insert(row.external_id, parse(&row.id)?);
        }
    }
    Ok(found)
}

fn order_row(brand: BrandId, customer: CustomerId, row: &OrderRow) -> StoreResult<NewOrder<'_>> {
    let order = &row.order;
    Ok(NewOrder {
        id: order.id,
        brand_id: brand,
        customer_id: customer,
        number: &order.number,
        compact: compact(&order.number),
        status: order.status.as_str(),
        ordered_at: order.ordered_at.millis(),
        due_at: order.due_at.map(Timestamp::millis),
        currency: &order.currency,
        total_minor: order.total_minor,
        items: to_json(&order.items)?,
        tracking_url: order.tracking_url.as_deref(),
        carrier: order.shipment.carrier.as_deref(),
        tracking_number: order.shipment.number.as_deref(),
        shipped_at: order.shipment.shipped_at.map(Timestamp::millis),
        delivered_at: order.shipment.delivered_at.map(Timestamp::millis),
        source: row.source.as_str(),
        changed_at: row.changed_at.map(Timestamp::millis),
    })
}

fn product_row(brand: BrandId, product: &Product) -> NewProduct<'_> {
    NewProduct {
        id: product.id,
        brand_id: brand,
        sku: &product.sku,
        name: &product.name,
        category: product.category.as_deref(),
        price_minor: product.price_minor,
        currency: &product.currency,
        stock: product.stock,
        url: product.url.as_deref(),
        description: product.description.as_deref(),
    }
}
