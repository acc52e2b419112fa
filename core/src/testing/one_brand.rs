//! A store that holds one brand and nothing else: what rules are loaded from.

use crate::model::{
    Address, AddressId, Brand, BrandId, Channel, ChannelId, Customer, CustomerId, Level, Order, Preference,
    Product, Return, TemplateName, TemplateVersion, Timestamp,
};
use crate::ports::{
    Brands, Directory, Imported, OrderRow, Person, PersonEdit, ReturnRow, Saved, StoreError, StoreResult,
    Templates,
};
use async_trait::async_trait;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A store that holds one brand and nothing else.
#[derive(Debug)]
pub struct OneBrand {
    brand: Brand,
    loads: AtomicUsize,
}

impl OneBrand {
    /// A store of this brand.
    #[must_use]
    pub const fn new(brand: Brand) -> Self {
        Self { brand, loads: AtomicUsize::new(0) }
    }

    /// How often the brand was asked for.
    #[must_use]
    pub fn loads(&self) -> usize {
        self.loads.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Brands for OneBrand {
    async fn brands(&self) -> StoreResult<Vec<Brand>> {
        Ok(vec![self.brand.clone()])
    }
    async fn brand(&self, id: BrandId) -> StoreResult<Option<Brand>> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        // Everybody who asks at the same time gets to ask.
        tokio::task::yield_now().await;
        Ok(Some(self.brand.clone()).filter(|brand| brand.id == id))
    }
    async fn brand_by_slug(&self, _: &str) -> StoreResult<Option<Brand>> {
        Ok(None)
    }
    async fn add_brand(&self, _: &Brand, _: Timestamp) -> StoreResult<Saved> {
        Ok(Saved::Taken)
    }
    async fn save_brand(&self, _: &Brand, _: Timestamp) -> StoreResult<Saved> {
        Ok(Saved::Stale)
    }
    async fn remove_brand(&self, _: BrandId, _: Timestamp) -> StoreResult<()> {
        Ok(())
    }
    async fn channels(&self, _: Option<BrandId>) -> StoreResult<Vec<Channel>> {
        Ok(Vec::new())
    }
    async fn pause_channel(&self, _: ChannelId, _: Option<Timestamp>, _: Timestamp) -> StoreResult<()> {
        Ok(())
    }

    async fn remove_channel(&self, _: ChannelId, _: Timestamp) -> StoreResult<()> {
        Ok(())
    }

    async fn put_channel(&self, _: &Channel, _: Timestamp) -> StoreResult<Saved> {
        Ok(Saved::Done)
    }
}

#[async_trait]
impl Templates for OneBrand {
    async fn live(&self, _: BrandId) -> StoreResult<Vec<TemplateVersion>> {
        Ok(Vec::new())
    }
    async fn versions(&self, _: BrandId, _: &TemplateName) -> StoreResult<Vec<TemplateVersion>> {
        Ok(Vec::new())
    }
    async fn publish(&self, _: &TemplateVersion) -> StoreResult<Saved> {
        Ok(Saved::Done)
    }
}

#[async_trait]
impl Directory for OneBrand {
    async fn tie(
        &self,
        _: &Channel,
        _: &str,
        _: &Person,
        _: Level,
        _: (AddressId, CustomerId),
        _: Timestamp,
    ) -> StoreResult<Address> {
        Err(StoreError::Broken("nobody lives here".into()))
    }
    async fn put_customers(
        &self,
        _: BrandId,
        _: Vec<(CustomerId, Person, Vec<Preference>)>,
        _: Timestamp,
    ) -> StoreResult<Imported> {
        Ok(Imported::default())
    }
    async fn put_orders(
        &self,
        _: BrandId,
        _: Vec<OrderRow>,
        _: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)> {
        Ok((Imported::default(), Vec::new()))
    }
    async fn put_returns(
        &self,
        _: BrandId,
        _: Vec<ReturnRow>,
        _: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)> {
        Ok((Imported::default(), Vec::new()))
    }
    async fn returns_of(&self, _: BrandId, _: CustomerId) -> StoreResult<Vec<Return>> {
        Ok(Vec::new())
    }
    async fn put_products(&self, _: BrandId, _: Vec<Product>, _: Timestamp) -> StoreResult<Imported> {
        Ok(Imported::default())
    }
    async fn put_person(
        &self,
        _: BrandId,
        id: CustomerId,
        _: &Person,
        _: Timestamp,
    ) -> StoreResult<CustomerId> {
        Ok(id)
    }
    async fn put_preference(
        &self,
        _: BrandId,
        _: CustomerId,
        _: &Preference,
        _: Timestamp,
    ) -> StoreResult<Option<bool>> {
        Ok(None)
    }
    async fn forget_preference(&self, _: BrandId, _: CustomerId, _: &str, _: Timestamp) -> StoreResult<bool> {
        Ok(false)
    }
    async fn edit_person(
        &self,
        _: BrandId,
        _: CustomerId,
        _: &PersonEdit,
        _: Timestamp,
    ) -> StoreResult<Option<(CustomerId, bool)>> {
        Ok(None)
    }
    async fn products(&self, _: BrandId, _: u32) -> StoreResult<Vec<Product>> {
        Ok(Vec::new())
    }
    async fn customer_by_email(&self, _: BrandId, _: &str) -> StoreResult<Option<Customer>> {
        Ok(None)
    }
    async fn profile(
        &self,
        _: BrandId,
        _: CustomerId,
    ) -> StoreResult<Option<(Customer, Vec<Order>, Vec<Preference>)>> {
        Ok(None)
    }
}
