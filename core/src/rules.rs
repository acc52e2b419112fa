//! What one brand wants: an immutable snapshot, and the cache that hands it out.

use crate::act::template::TemplateSet;
use crate::feed::Feed;
use crate::model::{Brand, BrandId, ChannelKind, Millis};
use crate::ports::{Brands, ChangeKind, Directory, StoreResult, Templates};
use crate::relate::ProductIndex;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::broadcast::error::RecvError;

/// The most products a brand's snapshot holds; the rest cannot be recognised in a message.
pub const PRODUCTS: u32 = 5_000;

/// A brand's settings, facts, templates and products as they were at one moment. A decision is made on one snapshot.
#[derive(Debug)]
pub struct Rules {
    /// The brand.
    pub brand: Brand,
    /// Its published templates over the shipped ones.
    pub templates: TemplateSet,
    /// Its products, findable in a message.
    pub products: ProductIndex,
    /// The zone of its hours and dates.
    pub zone: TimeZone,
    /// Confidence from which an intent is answered, 0..=1.
    pub answer_from: f32,
}

impl Rules {
    /// The snapshot of a brand. `threshold` is the model's own and serves where the brand set none. A time zone nobody
    /// knows falls back to UTC: settings are checked when they are saved.
    #[must_use]
    pub fn new(brand: Brand, templates: TemplateSet, products: ProductIndex, threshold: f32) -> Self {
        let zone = TimeZone::get(&brand.settings.time_zone).unwrap_or(TimeZone::UTC);
        let answer_from = brand.settings.answer_from.unwrap_or(threshold);
        Self { brand, templates, products, zone, answer_from }
    }

    /// Silence that closes a run on this kind of channel, and the longest the run stays open. On the REST channel, in the
    /// terminal and in replay a message is a whole request.
    #[must_use]
    pub const fn settle(&self, channel: ChannelKind) -> (Millis, Millis) {
        match channel {
            ChannelKind::App | ChannelKind::Local => (Millis(0), Millis(0)),
            ChannelKind::Web
            | ChannelKind::Discord
            | ChannelKind::Telegram
            | ChannelKind::Messenger
            | ChannelKind::Instagram
            | ChannelKind::Whatsapp => (self.brand.settings.settle, self.brand.settings.settle_at_most),
        }
    }
}

/// Snapshots by brand, loaded when first asked for and forgotten when the change feed says so.
pub struct RulesCache {
    brands: Arc<dyn Brands>,
    templates: Arc<dyn Templates>,
    directory: Arc<dyn Directory>,
    threshold: f32,
    held: RwLock<Held>,
}

#[derive(Default)]
struct Held {
    by_brand: HashMap<BrandId, Arc<Rules>>,
    /// Moves with every forgetting, so that a load that began before it is not kept.
    epoch: u64,
}

impl std::fmt::Debug for RulesCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RulesCache").finish_non_exhaustive()
    }
}

impl RulesCache {
    /// An empty cache. `threshold` is [`crate::ports::Classifier::threshold`].
    #[must_use]
    pub fn new(
        brands: Arc<dyn Brands>,
        templates: Arc<dyn Templates>,
        directory: Arc<dyn Directory>,
        threshold: f32,
    ) -> Self {
        Self { brands, templates, directory, threshold, held: RwLock::default() }
    }

    /// The rules of a brand; `None` when there is no such brand.
    pub async fn of(&self, brand: BrandId) -> StoreResult<Option<Arc<Rules>>> {
        let epoch = {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(rules) = held.by_brand.get(&brand) {
                return Ok(Some(Arc::clone(rules)));
            }
            held.epoch
        };
        let Some(loaded) = self.load(brand).await? else { return Ok(None) };
        let loaded = Arc::new(loaded);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.epoch == epoch {
            held.by_brand.insert(brand, Arc::clone(&loaded));
        }
        Ok(Some(loaded))
    }

    /// Forgets one brand: the next asking loads it anew.
    pub fn forget(&self, brand: BrandId) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.by_brand.remove(&brand);
        held.epoch = held.epoch.wrapping_add(1);
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.by_brand.clear();
        held.epoch = held.epoch.wrapping_add(1);
    }

    /// Follows the feed until it ends; the server runs this for as long as it lives.
    pub async fn follow(&self, feed: &Feed) {
        let mut changes = feed.watch_all();
        loop {
            match changes.recv().await {
                Ok(change) if matches!(change.kind, ChangeKind::Brand | ChangeKind::Templates) => {
                    self.forget(change.brand);
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.forget_all(),
                Err(RecvError::Closed) => return,
            }
        }
    }

    async fn load(&self, id: BrandId) -> StoreResult<Option<Rules>> {
        let Some(brand) = self.brands.brand(id).await? else { return Ok(None) };
        let (templates, faulty) = TemplateSet::compile(&self.templates.live(id).await?);
        for (name, faults) in faulty {
            tracing::error!(brand = %id, key = %name.key, language = %name.language, faults = faults.len(),
                "a published template no longer compiles; the shipped one serves");
        }
        let products = ProductIndex::new(self.directory.products(id, PRODUCTS).await?);
        Ok(Some(Rules::new(brand, templates, products, self.threshold)))
    }
}
