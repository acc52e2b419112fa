//! What one brand wants: an immutable snapshot, and the cache that hands it out.

use crate::act::template::TemplateSet;
use crate::feed::Feed;
use crate::model::{Brand, BrandId, ChannelKind, Millis, Timestamp};
use crate::ports::{Brands, ChangeKind, Classifier, Directory, StoreError, StoreResult, Templates};
use crate::relate::{OrderNumbers, ProductIndex};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;
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
    /// How its order numbers look, if it said so.
    pub order_numbers: Option<OrderNumbers>,
    /// The zone of its hours and dates.
    pub zone: TimeZone,
    /// Confidence from which an intent is answered, 0..=1.
    pub answer_from: f32,
    /// The same as the model learnt it; what serves where the brand set none.
    pub learnt: f32,
}

impl Rules {
    /// The snapshot of a brand. `threshold` is the model's own and serves where the brand set none. A time zone nobody
    /// knows falls back to UTC: settings are checked when they are saved.
    #[must_use]
    pub fn new(brand: Brand, templates: TemplateSet, products: ProductIndex, threshold: f32) -> Self {
        let zone = TimeZone::get(&brand.settings.time_zone).unwrap_or(TimeZone::UTC);
        let answer_from = brand.settings.answer_from.unwrap_or(threshold);
        // Shapes are checked when they are saved.
        let order_numbers = brand
            .settings
            .order_pattern
            .as_deref()
            .and_then(|written| OrderNumbers::read(written).ok().flatten());
        Self { brand, templates, products, order_numbers, zone, answer_from, learnt: threshold }
    }

    /// The day it is for the brand.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> jiff::civil::Date {
        let now = jiff::Timestamp::from_millisecond(now.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        now.to_zoned(self.zone.clone()).date()
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
    classifier: Arc<dyn Classifier>,
    held: Mutex<HashMap<BrandId, Arc<Load>>>,
}

/// One load of one brand, shared by all who ask while it runs, and kept when it found the brand. Forgetting takes it out
/// of the map: a load that began before is then kept by nobody.
type Load = OnceCell<Result<Option<Arc<Rules>>, Arc<StoreError>>>;

impl std::fmt::Debug for RulesCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RulesCache").finish_non_exhaustive()
    }
}

impl RulesCache {
    /// An empty cache. `classifier` tells each brand's threshold, and is told when a brand's model changed.
    #[must_use]
    pub fn new(
        brands: Arc<dyn Brands>,
        templates: Arc<dyn Templates>,
        directory: Arc<dyn Directory>,
        classifier: Arc<dyn Classifier>,
    ) -> Self {
        Self { brands, templates, directory, classifier, held: Mutex::default() }
    }

    /// The rules of a brand; `None` when there is no such brand.
    pub async fn of(&self, brand: BrandId) -> StoreResult<Option<Arc<Rules>>> {
        let load = Arc::clone(self.held().entry(brand).or_default());
        let loaded = load.get_or_init(async || match self.load(brand).await {
            Ok(rules) => Ok(rules.map(Arc::new)),
            Err(error) => Err(Arc::new(error)),
        });
        match loaded.await {
            Ok(Some(rules)) => Ok(Some(Arc::clone(rules))),
            Ok(None) => {
                self.drop_load(brand, &load);
                Ok(None)
            }
            Err(error) => {
                self.drop_load(brand, &load);
                Err(shared(error))
            }
        }
    }

    /// Forgets one brand: the next asking loads it anew.
    pub fn forget(&self, brand: BrandId) {
        self.held().remove(&brand);
    }

    /// Forgets everything, and the models with it.
    pub fn forget_all(&self) {
        self.classifier.forget(None);
        self.held().clear();
    }

    /// Forgets a load that found nothing, unless another has taken its place.
    fn drop_load(&self, brand: BrandId, load: &Arc<Load>) {
        let mut held = self.held();
        if held.get(&brand).is_some_and(|kept| Arc::ptr_eq(kept, load)) {
            held.remove(&brand);
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<BrandId, Arc<Load>>> {
        // The map is whole after every statement, so a panic elsewhere while it was held spoils nothing.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows the feed until it ends; the server runs this for as long as it lives.
    pub async fn follow(&self, feed: &Feed) {
        let mut changes = feed.watch_all();
        loop {
            match changes.recv().await {
                Ok(change) if matches!(change.kind, ChangeKind::Brand | ChangeKind::Templates) => {
                    self.forget(change.brand);
                }
                // The model first: the rules take its threshold.
                Ok(change) if change.kind == ChangeKind::Model => {
                    self.classifier.forget(Some(change.brand));
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
        let threshold = self.classifier.threshold(id).await?;
        Ok(Some(Rules::new(brand, templates, products, threshold)))
    }
}

/// The same error for each who waited for the load that failed.
fn shared(error: &Arc<StoreError>) -> StoreError {
    let source = Box::new(Arc::clone(error));
    match **error {
        StoreError::Unavailable(_) => StoreError::Unavailable(source),
        StoreError::Full(_) => StoreError::Full(source),
        StoreError::Broken(_) => StoreError::Broken(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::stage::Stage;
    use crate::testing::{OneBrand, ScriptedClassifier};
    use uuid::Uuid;

    fn cache() -> (BrandId, Arc<OneBrand>, RulesCache) {
        let brand = Stage::new().rules.brand.clone();
        let (id, store) = (brand.id, Arc::new(OneBrand::new(brand)));
        let cache = RulesCache::new(
            store.clone(),
            store.clone(),
            store.clone(),
            Arc::new(ScriptedClassifier::default()),
        );
        (id, store, cache)
    }

    #[tokio::test]
    async fn who_asks_at_the_same_time_shares_one_load() {
        let (id, store, cache) = cache();
        let asked = tokio::join!(cache.of(id), cache.of(id), cache.of(id));
        assert!(asked.0.unwrap().is_some() && asked.1.unwrap().is_some() && asked.2.unwrap().is_some());
        assert_eq!(store.loads(), 1);
    }

    #[tokio::test]
    async fn a_load_that_began_before_a_change_is_not_kept_and_other_brands_are() {
        let (id, store, cache) = cache();
        let other = BrandId::new(Uuid::from_u128(77));
        let (asked, ()) = tokio::join!(cache.of(id), async { cache.forget(id) });
        assert!(asked.unwrap().is_some());
        cache.of(id).await.unwrap();
        assert_eq!(store.loads(), 2);
        cache.forget(other);
        cache.of(id).await.unwrap();
        assert_eq!(store.loads(), 2);
    }

    #[tokio::test]
    async fn a_brand_that_is_not_there_is_asked_for_again() {
        let (_, store, cache) = cache();
        let other = BrandId::new(Uuid::from_u128(77));
        assert!(cache.of(other).await.unwrap().is_none());
        assert!(cache.of(other).await.unwrap().is_none());
        assert_eq!((store.loads(), cache.held().len()), (2, 0));
    }
}
