//! People and what they bought.

mod edit;
pub(crate) mod import;
mod learnt;
pub(crate) mod orders;
mod tie;

pub(crate) use import::{Counts, NewCustomer, people_moved, put_person};
pub(crate) use learnt::learn;
pub(crate) use orders::{orders_named, put_orders, put_returns};
pub(crate) use tie::find;

use crate::Store;
use crate::db::{all, opt};
use crate::lanes::Id;
use crate::rows::{CustomerRow, OrderRow, PreferenceRow, ProductRow, into_models};
use crate::sql::{directory as sql, lanes};
use lara_core::model::{
    Address, AddressId, BrandId, Channel, Customer, CustomerId, Level, Order, Preference, Product, Return,
    Timestamp,
};
use lara_core::ports::{
    Directory, Imported, OrderRow as ImportedOrder, Person, PersonEdit, ReturnRow, StoreResult,
};

#[async_trait::async_trait]
impl Directory for Store {
    async fn tie(
        &self,
        channel: &Channel,
        external: &str,
        person: &Person,
        level: Level,
        ids: (AddressId, CustomerId),
        now: Timestamp,
    ) -> StoreResult<Address> {
        self.tie_address(&tie::Claim { channel, external, person, level, ids, now }).await
    }

    async fn put_customers(
        &self,
        brand: BrandId,
        rows: Vec<(CustomerId, Person, Vec<Preference>)>,
        now: Timestamp,
    ) -> StoreResult<Imported> {
        self.import_customers(brand, &rows, now).await
    }

    async fn put_orders(
        &self,
        brand: BrandId,
        rows: Vec<ImportedOrder>,
        now: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)> {
        self.import_orders(brand, &rows, now).await
    }

    async fn put_returns(
        &self,
        brand: BrandId,
        rows: Vec<ReturnRow>,
        now: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)> {
        self.import_returns(brand, &rows, now).await
    }

    async fn returns_of(&self, brand: BrandId, customer: CustomerId) -> StoreResult<Vec<Return>> {
        let mut on = self.db.read().await?;
        let Some(head) = opt!(on, CustomerRow, sql::PERSON, brand.to_string(), customer.to_string())? else {
            return Ok(Vec::new());
        };
        drop(on);
        self.returns_of_person(Customer::try_from(head)?.id).await
    }

    async fn put_products(
        &self,
        brand: BrandId,
        rows: Vec<Product>,
        now: Timestamp,
    ) -> StoreResult<Imported> {
        self.import_products(brand, &rows, now).await
    }

    async fn put_person(
        &self,
        brand: BrandId,
        id: CustomerId,
        person: &Person,
        now: Timestamp,
    ) -> StoreResult<CustomerId> {
        self.put_one(brand, id, person, now).await
    }

    async fn put_preference(
        &self,
        brand: BrandId,
        customer: CustomerId,
        preference: &Preference,
        now: Timestamp,
    ) -> StoreResult<Option<bool>> {
        self.like(brand, customer, preference, now).await
    }

    async fn forget_preference(
        &self,
        brand: BrandId,
        customer: CustomerId,
        key: &str,
        now: Timestamp,
    ) -> StoreResult<bool> {
        self.forget(brand, customer, key, now).await
    }

    async fn edit_person(
        &self,
        brand: BrandId,
        customer: CustomerId,
        edit: &PersonEdit,
        now: Timestamp,
    ) -> StoreResult<Option<(CustomerId, bool)>> {
        self.edit(brand, customer, edit, now).await
    }

    async fn products(&self, brand: BrandId, limit: u32) -> StoreResult<Vec<Product>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, ProductRow, sql::PRODUCTS, brand.to_string(), i64::from(limit))?)
    }

    async fn customer_by_email(&self, brand: BrandId, email: &str) -> StoreResult<Option<Customer>> {
        let mut on = self.db.read().await?;
        opt!(on, CustomerRow, sql::PERSON_BY_EMAIL, brand.to_string(), email)?
            .map(Customer::try_from)
            .transpose()
    }

    async fn profile(
        &self,
        brand: BrandId,
        customer: CustomerId,
    ) -> StoreResult<Option<(Customer, Vec<Order>, Vec<Preference>)>> {
        let mut on = self.db.read().await?;
        let row = opt!(on, CustomerRow, sql::PERSON, brand.to_string(), customer.to_string())?;
        let Some(row) = row else { return Ok(None) };
        let customer = Customer::try_from(row)?;
        let ids = Id::batch([customer.id])?;
        let orders = into_models(all!(on, OrderRow, lanes::ORDERS_OF, &ids)?)?;
        let mut preferences = all!(on, PreferenceRow, lanes::PREFERENCES_OF, &ids)?;
        preferences.retain(|row| row.forgotten_at.is_none());
        Ok(Some((customer, orders, into_models(preferences)?)))
    }
}
