//! Orders and what goes back of them, many rows at once.

use super::import::{CHUNK, Counts, ids, people_moved};
use crate::Store;
use crate::db::{Tx, all, batch};
use crate::error::broken;
use crate::lanes::Id;
use crate::rows::{IdRow, ReturnRow as StoredReturn, into_models, parse, to_json};
use crate::sql::{Sql, directory as sql};
use lara_core::model::{BrandId, CustomerId, OrderId, Return, ReturnId, Timestamp};
use lara_core::ports::{Buyer, Imported, OrderRef, OrderRow, ReturnRow, StoreResult};
use lara_core::text::compact;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
struct NewReturn<'a> {
    id: ReturnId,
    brand_id: BrandId,
    order_id: OrderId,
    external: &'a str,
    status: &'static str,
    reason: Option<&'a str>,
    items: String,
    amount_minor: Option<i64>,
    asked_at: i64,
    changed_at: i64,
}

#[derive(Serialize)]
struct Name<'a> {
    name: &'a str,
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    name: String,
    id: String,
}

impl Store {
    pub(super) async fn import_orders(
        &self,
        brand: BrandId,
        rows: &[OrderRow],
        now: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)> {
        let mut tx = self.db.write().await?;
        let mut counts = Counts::new(rows.len())?;
        let unknown = put_orders(&mut tx, brand, rows, &mut counts).await?;
        counts.rows = (rows.len() - unknown.len()).try_into().map_err(broken)?;
        let imported = counts.imported()?;
        people_moved(&mut tx, brand, sql::BUYERS_MOVE, counts.touched(), now).await?;
        tx.commit().await?;
        Ok((imported, unknown))
    }

    pub(super) async fn import_returns(
        &self,
        brand: BrandId,
        rows: &[ReturnRow],
        now: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)> {
        let mut tx = self.db.write().await?;
        let mut counts = Counts::new(rows.len())?;
        let (orders, unknown) = put_returns(&mut tx, brand, rows, &mut counts, now).await?;
        counts.rows = (rows.len() - unknown.len()).try_into().map_err(broken)?;
        let imported = counts.imported()?;
        if imported.added + imported.changed > 0 {
            people_moved(&mut tx, brand, sql::BUYERS_MOVE, orders, now).await?;
        }
        tx.commit().await?;
        Ok((imported, unknown))
    }

    pub(super) async fn returns_of_person(&self, customer: CustomerId) -> StoreResult<Vec<Return>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, StoredReturn, sql::RETURNS_OF_PERSON, Id::batch([customer])?)?)
    }
}

/// Adds or changes orders; the row numbers whose customer is unknown.
pub(crate) async fn put_orders(
    tx: &mut Tx,
    brand: BrandId,
    rows: &[OrderRow],
    counts: &mut Counts,
) -> StoreResult<Vec<usize>> {
    let people = ids(tx, brand, rows.iter().filter_map(|row| row.buyer.external())).await?;
    let here = here(tx, brand, rows).await?;
    let mut unknown = Vec::new();
    let mut known = BTreeMap::new();
    for (number, row) in rows.iter().enumerate() {
        let customer = match &row.buyer {
            Buyer::External(id) => people.get(id).copied(),
            Buyer::Known(id) => here.get(id).copied(),
        };
        match customer {
            // Of two rows with one number the later one counts.
            Some(customer) => {
                known.insert(row.order.number.as_str(), order_row(brand, customer, row)?);
            }
            None => unknown.push(number),
        }
    }
    let known: Vec<_> = known.into_values().collect();
    for chunk in known.chunks(CHUNK) {
        let new = chunk.iter().map(|row| row.id.to_string()).collect();
        counts.put(tx, sql::ORDERS_PUT, chunk, &new).await?;
    }
    Ok(unknown)
}

/// The buyers called by our id who are there: nobody erased gets an order.
async fn here(tx: &mut Tx, brand: BrandId, rows: &[OrderRow]) -> StoreResult<BTreeSet<CustomerId>> {
    let known = |row: &OrderRow| match row.buyer {
        Buyer::Known(id) => Some(id),
        Buyer::External(_) => None,
    };
    let called: BTreeSet<CustomerId> = rows.iter().filter_map(known).collect();
    let called: Vec<CustomerId> = called.into_iter().collect();
    let mut here = BTreeSet::new();
    for chunk in called.chunks(CHUNK) {
        let ids = Id::batch(chunk.iter().copied())?;
        for row in all!(tx, IdRow, sql::CUSTOMERS_HERE, ids, brand.to_string())? {
            here.insert(parse(&row.id)?);
        }
    }
    Ok(here)
}

/// Adds or changes returns; the ids of their orders, and the row numbers whose order is unknown.
pub(crate) async fn put_returns(
    tx: &mut Tx,
    brand: BrandId,
    rows: &[ReturnRow],
    counts: &mut Counts,
    now: Timestamp,
) -> StoreResult<(Vec<String>, Vec<usize>)> {
    let orders = orders_named(tx, brand, rows.iter().map(|row| &row.of)).await?;
    let (mut known, mut unknown) = (BTreeMap::new(), Vec::new());
    for (number, row) in rows.iter().enumerate() {
        let Some(order) = orders.get(&row.of) else {
            unknown.push(number);
            continue;
        };
        let back = &row.back;
        let new = NewReturn {
            id: back.id,
            brand_id: brand,
            order_id: *order,
            external: &back.external,
            status: back.status.as_str(),
            reason: back.reason.as_deref(),
            items: to_json(&back.items)?,
            amount_minor: back.amount_minor,
            asked_at: back.asked_at.millis(),
            changed_at: row.changed_at.unwrap_or(now).millis(),
        };
        // Of two rows with one id the later one counts.
        known.insert(back.external.as_str(), new);
    }
    let known: Vec<_> = known.into_values().collect();
    for chunk in known.chunks(CHUNK) {
        let new = chunk.iter().map(|row| row.id.to_string()).collect();
        counts.put(tx, sql::RETURNS_PUT, chunk, &new).await?;
    }
    Ok((known.iter().map(|row| row.order_id.to_string()).collect(), unknown))
}

/// Our ids of orders, by whatever they are named.
pub(crate) async fn orders_named(
    tx: &mut Tx,
    brand: BrandId,
    orders: impl Iterator<Item = &OrderRef>,
) -> StoreResult<HashMap<OrderRef, OrderId>> {
    let (mut by_number, mut by_external, mut by_id) = (Vec::new(), Vec::new(), Vec::new());
    for order in orders {
        match order {
            OrderRef::Number(number) => by_number.push(number.clone()),
            OrderRef::External(external) => by_external.push(external.clone()),
            OrderRef::Known(id) => by_id.push(id.to_string()),
        }
    }
    let mut found = HashMap::new();
    for (name, id) in find(tx, sql::ORDERS_BY_NUMBER, brand, &by_number).await? {
        found.insert(OrderRef::Number(name), id);
    }
    for (name, id) in find(tx, sql::ORDERS_BY_EXTERNAL, brand, &by_external).await? {
        found.insert(OrderRef::External(name), id);
    }
    for (_, id) in find(tx, sql::ORDERS_BY_ID, brand, &by_id).await? {
        found.insert(OrderRef::Known(id), id);
    }
    Ok(found)
}

async fn find(
    tx: &mut Tx,
    statement: Sql,
    brand: BrandId,
    names: &[String],
) -> StoreResult<Vec<(String, OrderId)>> {
    let mut found = Vec::new();
    for chunk in names.chunks(CHUNK) {
        let chunk: Vec<_> = chunk.iter().map(|name| Name { name }).collect();
        for row in all!(tx, FoundRow, statement, batch(&chunk)?, brand.to_string())? {
            found.push((row.name, parse(&row.id)?));
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
