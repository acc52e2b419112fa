//! Imports: many rows at once, each counted as added, changed or the same as before.

use super::tie;
use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, all, batch, exec};
use crate::error::broken;
use crate::fold::fold;
use crate::rows::{IdRow, parse};
use crate::sql::{Sql, directory as sql};
use lara_core::model::{BrandId, CustomerId, Preference, Product, ProductId, Timestamp};
use lara_core::ports::{ChangeKind, Imported, Person, StoreResult};
use lara_core::text::phone_digits;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Rows of one statement.
pub(crate) const CHUNK: usize = 500;
/// So many people or fewer are told of one by one. Who brings more brings a file: nobody looks at each of its rows.
const FEW: usize = 64;

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
pub(crate) struct NewCustomer<'a> {
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
    pub(crate) fn new(id: CustomerId, brand: BrandId, person: &'a Person, now: Timestamp) -> Self {
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
pub(super) struct NewPreference<'a> {
    pub(super) customer_id: CustomerId,
    pub(super) key: &'a str,
    pub(super) brand_id: BrandId,
    pub(super) value: &'a str,
    pub(super) source: &'static str,
    pub(super) address_id: Option<lara_core::model::AddressId>,
    pub(super) message_id: Option<lara_core::model::MessageId>,
    pub(super) at: i64,
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

/// A customer to store: the id if they are new, who they are, what they like.
pub(crate) type CustomerRow<'a> = (CustomerId, &'a Person, &'a [Preference]);

impl Store {
    pub(super) async fn import_customers(
        &self,
        brand: BrandId,
        rows: &[(CustomerId, Person, Vec<Preference>)],
        now: Timestamp,
    ) -> StoreResult<Imported> {
        let mut tx = self.db.write().await?;
        let mut counts = Counts::new(rows.len())?;
        let rows: Vec<CustomerRow<'_>> =
            rows.iter().map(|(id, person, likes)| (*id, person, likes.as_slice())).collect();
        for chunk in rows.chunks(CHUNK) {
            put_customers(&mut tx, brand, chunk, now, &mut counts).await?;
        }
        let imported = counts.imported()?;
        people_moved(&mut tx, brand, sql::PEOPLE_MOVE, counts.touched(), now).await?;
        tx.commit().await?;
        Ok(imported)
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
        let (found, changed) = put_person(&mut tx, brand, id, person, now).await?;
        if changed {
            crate::identity::alike(&mut tx, brand, found, now).await?;
            people_moved(&mut tx, brand, sql::PEOPLE_MOVE, [found.to_string()], now).await?;
        }
        tx.commit().await?;
        Ok(found)
    }

    pub(super) async fn import_products(
        &self,
        brand: BrandId,
        rows: &[Product],
        now: Timestamp,
    ) -> StoreResult<Imported> {
        let mut tx = self.db.write().await?;
        let mut counts = Counts::new(rows.len())?;
        put_products(&mut tx, brand, rows, &mut counts).await?;
        let imported = counts.imported()?;
        products_moved(&mut tx, brand, imported, now).await?;
        tx.commit().await?;
        Ok(imported)
    }
}

/// Adds or changes products.
pub(crate) async fn put_products(
    tx: &mut Tx,
    brand: BrandId,
    rows: &[Product],
    counts: &mut Counts,
) -> StoreResult<()> {
    let distinct: BTreeMap<_, _> =
        rows.iter().map(|row| (row.sku.as_str(), product_row(brand, row))).collect();
    let distinct: Vec<_> = distinct.into_values().collect();
    for chunk in distinct.chunks(CHUNK) {
        let new = chunk.iter().map(|row| row.id.to_string()).collect();
        counts.put(tx, sql::PRODUCTS_PUT, chunk, &new).await?;
    }
    Ok(())
}

/// The rules of a brand hold its products.
pub(crate) async fn products_moved(
    tx: &mut Tx,
    brand: BrandId,
    imported: Imported,
    now: Timestamp,
) -> StoreResult<()> {
    if imported.added + imported.changed > 0 {
        tell(tx, &[Told::brand(brand, ChangeKind::Brand, now)]).await?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Row {
    id: String,
}

/// What an import wrote so far.
pub(crate) struct Counts {
    pub(crate) rows: u64,
    added: HashSet<String>,
    changed: HashSet<String>,
}

impl Counts {
    pub(crate) fn new(rows: usize) -> StoreResult<Self> {
        Ok(Self { rows: rows.try_into().map_err(broken)?, added: HashSet::new(), changed: HashSet::new() })
    }

    /// Runs a statement that returns the ids of what it wrote; those of `new` are rows that were not there.
    pub(crate) async fn put<T: Serialize>(
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
            } else {
                self.note(id);
            }
        }
        Ok(())
    }

    /// A row was changed; one that is new stays new.
    pub(crate) fn note(&mut self, id: String) {
        if !self.added.contains(&id) {
            self.changed.insert(id);
        }
    }

    /// The ids of all that was written.
    pub(crate) fn touched(self) -> impl Iterator<Item = String> {
        self.added.into_iter().chain(self.changed)
    }

    pub(crate) fn imported(&self) -> StoreResult<Imported> {
        let added = u64::try_from(self.added.len()).map_err(broken)?;
        let changed = u64::try_from(self.changed.len()).map_err(broken)?;
        Ok(Imported { added, changed, unchanged: self.rows.saturating_sub(added).saturating_sub(changed) })
    }
}

/// Makes the replies stale that are being prepared for a few people of whom something changed, and tells of them. `statement`
/// finds the people by the rows that changed.
pub(crate) async fn people_moved(
    tx: &mut Tx,
    brand: BrandId,
    statement: Sql,
    rows: impl IntoIterator<Item = String>,
    now: Timestamp,
) -> StoreResult<()> {
    let rows: Vec<_> = rows.into_iter().map(|id| Row { id }).collect();
    if rows.is_empty() || rows.len() > FEW {
        return Ok(());
    }
    let mut told = Vec::new();
    for IdRow { id } in all!(tx, IdRow, statement, batch(&rows)?)? {
        let key = parse::<CustomerId>(&id)?.get();
        told.push(Told { brand, kind: ChangeKind::Customer, key, address: None, at: now });
    }
    tell(tx, &told).await
}

/// Adds one person or what is known newly of them; whose row it is, and whether anything was new.
pub(crate) async fn put_person(
    tx: &mut Tx,
    brand: BrandId,
    id: CustomerId,
    person: &Person,
    now: Timestamp,
) -> StoreResult<(CustomerId, bool)> {
    if let Some(found) = tie::find(tx, brand, person).await? {
        return Ok((found, tie::fill(tx, person, found, now).await?));
    }
    exec!(tx, sql::CUSTOMERS_PUT, batch(&[NewCustomer::new(id, brand, person, now)])?)?;
    Ok((tie::find(tx, brand, person).await?.unwrap_or(id), true))
}

/// Adds customers or what is known newly of them; who those are whom the shop gave no id, by the ids of their rows.
pub(crate) async fn put_customers(
    tx: &mut Tx,
    brand: BrandId,
    rows: &[CustomerRow<'_>],
    now: Timestamp,
    counts: &mut Counts,
) -> StoreResult<HashMap<CustomerId, CustomerId>> {
    let mut named: BTreeMap<&str, NewCustomer<'_>> = BTreeMap::new();
    let mut unnamed = Vec::new();
    // Who a row turned out to be, for the preferences of rows the shop gave no id for.
    let mut found: HashMap<CustomerId, CustomerId> = HashMap::new();
    for (id, person, _) in rows {
        let new = NewCustomer::new(*id, brand, person, now);
        if let Some(external) = &person.external_id {
            named.insert(external, new);
        } else if let Some(known) = tie::find(tx, brand, person).await? {
            if tie::fill(tx, person, known, now).await? {
                counts.note(known.to_string());
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
    if rows.iter().any(|(_, _, preferences)| !preferences.is_empty()) {
        put_preferences(tx, brand, rows, &found, now, counts).await?;
    }
    Ok(found)
}

/// Whose row each is: by the shop's id, else as [`put_customers`] found.
pub(crate) async fn whose(
    tx: &mut Tx,
    brand: BrandId,
    rows: &[CustomerRow<'_>],
    found: &HashMap<CustomerId, CustomerId>,
) -> StoreResult<Vec<CustomerId>> {
    let people =
        ids(tx, brand, rows.iter().filter_map(|(_, person, _)| person.external_id.as_deref())).await?;
    let known = |(id, person, _): &CustomerRow<'_>| {
        let customer = match &person.external_id {
            Some(external) => people.get(external),
            None => found.get(id),
        };
        customer.copied().ok_or_else(|| broken("an imported customer is not there"))
    };
    rows.iter().map(known).collect()
}

async fn put_preferences(
    tx: &mut Tx,
    brand: BrandId,
    rows: &[CustomerRow<'_>],
    found: &HashMap<CustomerId, CustomerId>,
    now: Timestamp,
    counts: &mut Counts,
) -> StoreResult<()> {
    let customers = whose(tx, brand, rows, found).await?;
    let mut likes = BTreeMap::new();
    for ((_, _, preferences), customer_id) in rows.iter().zip(customers) {
        for Preference { key, value, source, address, .. } in *preferences {
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
pub(super) async fn ids<'a>(
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
