//! Rows of a file into the store.

use super::{FileBuyer, FileCustomer, FileOrder, Keep, NoBuyer};
use crate::Store;
use crate::db::{Tx, all, batch};
use crate::directory::import::{
    CHUNK, Counts, CustomerRow, people_moved, products_moved, put_customers, put_products, whose,
};
use crate::directory::orders::put_orders;
use crate::error::broken;
use crate::privacy::person_consents;
use crate::rows::{IdRow, parse};
use crate::sql::{directory, files as sql};
use lara_core::model::{BrandId, CustomerId, Product, Timestamp};
use lara_core::ports::{Buyer, Imported, OrderRow, StoreResult};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

#[derive(Serialize)]
struct Email<'a> {
    email: &'a str,
}

#[derive(sqlx::FromRow)]
struct EmailRow {
    email: String,
    id: String,
    people: i64,
}

#[derive(Serialize)]
struct Since {
    id: CustomerId,
    at: i64,
}

#[derive(Serialize)]
struct Id {
    id: CustomerId,
}

impl Store {
    /// Adds or changes customers, by the shop's id, else by e-mail, in one transaction.
    pub async fn file_customers(
        &self,
        brand: BrandId,
        rows: &[FileCustomer],
        keep: Keep,
        now: Timestamp,
    ) -> StoreResult<Imported> {
        let mut tx = self.db.write().await?;
        let mut counts = Counts::new(rows.len())?;
        for chunk in rows.chunks(CHUNK) {
            let people: Vec<CustomerRow<'_>> =
                chunk.iter().map(|row| (row.id, &row.person, row.preferences.as_slice())).collect();
            let found = put_customers(&mut tx, brand, &people, now, &mut counts).await?;
            if chunk.iter().any(|row| row.opted_out || row.created_at.is_some()) {
                let customers = whose(&mut tx, brand, &people, &found).await?;
                put_more(&mut tx, chunk, &customers, now, &mut counts).await?;
            }
        }
        let imported = counts.imported()?;
        people_moved(&mut tx, brand, directory::PEOPLE_MOVE, counts.touched(), now).await?;
        end(tx, keep).await?;
        Ok(imported)
    }

    /// Adds or changes orders by number, in one transaction. Beside the count the numbers of the rows that have no buyer.
    pub async fn file_orders(
        &self,
        brand: BrandId,
        rows: Vec<FileOrder>,
        keep: Keep,
        now: Timestamp,
    ) -> StoreResult<(Imported, Vec<(usize, NoBuyer)>)> {
        let mut tx = self.db.write().await?;
        let people = people(&mut tx, brand, &rows).await?;
        let mut nobody = Vec::new();
        let mut numbers = Vec::with_capacity(rows.len());
        let mut known: Vec<OrderRow> = Vec::with_capacity(rows.len());
        for (number, FileOrder { row, buyer }) in rows.into_iter().enumerate() {
            let buyer = match buyer {
                FileBuyer::External(id) => Buyer::External(id),
                FileBuyer::Email(email) => match people.get(&email) {
                    Some(Ok(customer)) => Buyer::Known(*customer),
                    Some(Err(why)) => {
                        nobody.push((number, *why));
                        continue;
                    }
                    None => {
                        nobody.push((number, NoBuyer::UnknownEmail));
                        continue;
                    }
                },
            };
            numbers.push(number);
            known.push(OrderRow { buyer, ..row });
        }
        let mut counts = Counts::new(known.len())?;
        let unknown = put_orders(&mut tx, brand, &known, &mut counts).await?;
        counts.rows = (known.len() - unknown.len()).try_into().map_err(broken)?;
        let number = |index: usize| numbers.get(index).copied();
        nobody.extend(unknown.into_iter().filter_map(number).map(|number| (number, NoBuyer::UnknownId)));
        let imported = counts.imported()?;
        people_moved(&mut tx, brand, directory::BUYERS_MOVE, counts.touched(), now).await?;
        end(tx, keep).await?;
        Ok((imported, nobody))
    }

    /// Adds or changes products by stock keeping unit, in one transaction.
    pub async fn file_products(
        &self,
        brand: BrandId,
        rows: &[Product],
        keep: Keep,
        now: Timestamp,
    ) -> StoreResult<Imported> {
        let mut tx = self.db.write().await?;
        let mut counts = Counts::new(rows.len())?;
        put_products(&mut tx, brand, rows, &mut counts).await?;
        let imported = counts.imported()?;
        products_moved(&mut tx, brand, imported, now).await?;
        end(tx, keep).await?;
        Ok(imported)
    }
}

/// Makes a batch true, or takes it back.
async fn end(tx: Tx, keep: Keep) -> StoreResult<()> {
    match keep {
        Keep::Yes => tx.commit().await,
        Keep::No => tx.rollback().await,
    }
}

/// What a file says of customers beside who they are.
async fn put_more(
    tx: &mut Tx,
    rows: &[FileCustomer],
    customers: &[CustomerId],
    now: Timestamp,
    counts: &mut Counts,
) -> StoreResult<()> {
    // Of two rows of one customer the later counts.
    let mut since = HashMap::new();
    let mut out = HashSet::new();
    for (row, customer) in rows.iter().zip(customers) {
        if let Some(at) = row.created_at {
            since.insert(*customer, at.millis());
        }
        if row.opted_out {
            out.insert(*customer);
        }
    }
    let since: Vec<Since> = since.into_iter().map(|(id, at)| Since { id, at }).collect();
    counts.put(tx, sql::CUSTOMERS_SINCE, &since, &HashSet::new()).await?;
    if !out.is_empty() {
        let out: Vec<Id> = out.into_iter().map(|id| Id { id }).collect();
        for IdRow { id } in all!(tx, IdRow, sql::PEOPLE_TO_SILENCE, batch(&out)?)? {
            person_consents(tx, &id, Some(now), now).await?;
            counts.note(id);
        }
    }
    Ok(())
}

/// Who has the e-mails that orders name.
async fn people(
    tx: &mut Tx,
    brand: BrandId,
    rows: &[FileOrder],
) -> StoreResult<HashMap<String, Result<CustomerId, NoBuyer>>> {
    let distinct: HashSet<&str> = rows
        .iter()
        .filter_map(|row| match &row.buyer {
            FileBuyer::Email(email) => Some(email.as_str()),
            FileBuyer::External(_) => None,
        })
        .collect();
    let emails: Vec<Email<'_>> = distinct.into_iter().map(|email| Email { email }).collect();
    let mut found = HashMap::with_capacity(emails.len());
    for chunk in emails.chunks(CHUNK) {
        for row in all!(tx, EmailRow, sql::PEOPLE_BY_EMAIL, batch(chunk)?, brand.to_string())? {
            let who = if row.people == 1 { Ok(parse(&row.id)?) } else { Err(NoBuyer::SharedEmail) };
            found.insert(row.email, who);
        }
    }
    Ok(found)
}
