//! What rules are made of: brands, channels and templates.

use crate::model::{Brand, BrandId, Channel, ChannelId, TemplateName, TemplateVersion, Timestamp};
use crate::ports::StoreResult;
use async_trait::async_trait;

/// What became of saving a row that somebody else may have changed meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Saved.
    Done,
    /// The row moved since it was read: show both and ask again.
    Stale,
    /// A unique key is taken.
    Taken,
}

/// Brands and their channels.
#[async_trait]
pub trait Brands: Send + Sync {
    /// All brands, by name.
    async fn brands(&self) -> StoreResult<Vec<Brand>>;

    /// One brand.
    async fn brand(&self, id: BrandId) -> StoreResult<Option<Brand>>;

    /// One brand by its slug.
    async fn brand_by_slug(&self, slug: &str) -> StoreResult<Option<Brand>>;

    /// Adds a brand ([`Saved::Taken`] when the slug is).
    async fn add_brand(&self, brand: &Brand, now: Timestamp) -> StoreResult<Saved>;

    /// Saves name, settings and facts if `brand.rev` is still the row's; moves rev.
    async fn save_brand(&self, brand: &Brand, now: Timestamp) -> StoreResult<Saved>;

    /// Removes a brand and everything keyed by it.
    async fn remove_brand(&self, id: BrandId, now: Timestamp) -> StoreResult<()>;

    /// The channels of a brand, or of all.
    async fn channels(&self, brand: Option<BrandId>) -> StoreResult<Vec<Channel>>;

    /// Adds a channel ([`Saved::Taken`] when brand and name are, or kind and account), or replaces delivery, settings,
    /// account, secrets and pause of one with the same id.
    async fn put_channel(&self, channel: &Channel, now: Timestamp) -> StoreResult<Saved>;

    /// Pauses a channel since then, or lets it go on.
    async fn pause_channel(
        &self,
        id: ChannelId,
        paused_at: Option<Timestamp>,
        now: Timestamp,
    ) -> StoreResult<()>;

    /// Takes a channel out of use for good: its secrets, settings, account, health, marks and quarantine are forgotten, what
    /// waits to be sent is failed (`channel_removed`). Its conversations stay to be read. Nothing when it is not there.
    async fn remove_channel(&self, id: ChannelId, now: Timestamp) -> StoreResult<()>;
}

/// Published reply templates.
#[async_trait]
pub trait Templates: Send + Sync {
    /// The live version of every published template of a brand.
    async fn live(&self, brand: BrandId) -> StoreResult<Vec<TemplateVersion>>;

    /// All versions of one template, newest first.
    async fn versions(&self, brand: BrandId, name: &TemplateName) -> StoreResult<Vec<TemplateVersion>>;

    /// Publishes a version ([`Saved::Stale`] when that number exists: somebody published meanwhile).
    async fn publish(&self, version: &TemplateVersion) -> StoreResult<Saved>;
}
