//! The models that read messages: the live one of each brand, over the one that ships with Lara.

use async_trait::async_trait;
use lara_core::model::{BrandId, Reading};
use lara_core::ports::{Ask, Classifier, ClassifyError, Models, StoreError, StoreResult};
use lara_nlu::{Engine, EngineError};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

/// What reads a brand's messages.
#[derive(Debug, Clone)]
pub(crate) struct Mind {
    /// The engine.
    pub(crate) engine: Arc<Engine>,
    /// The number of the live model; 0 for the shipped one.
    pub(crate) number: i64,
    /// Why the live model does not read itself, and the shipped one does in its place.
    pub(crate) trouble: Option<Arc<EngineError>>,
}

/// The engine a model's bytes make over the shipped one.
pub(crate) fn engine(shipped: &Engine, number: i64, bytes: &[u8]) -> Result<Engine, EngineError> {
    shipped.clone().with_intent_bytes(bytes, format!("brand-{number}"))
}

/// What reads this brand's messages now.
pub(crate) async fn live(models: &dyn Models, brand: BrandId, shipped: &Engine) -> StoreResult<Mind> {
    let Some((number, bytes)) = models.live_model(brand).await? else {
        return Ok(Mind { engine: Arc::new(shipped.clone()), number: 0, trouble: None });
    };
    Ok(match engine(shipped, number, &bytes) {
        Ok(engine) => Mind { engine: Arc::new(engine), number, trouble: None },
        Err(trouble) => Mind { engine: Arc::new(shipped.clone()), number, trouble: Some(Arc::new(trouble)) },
    })
}

/// One load of one brand's model, shared by all who ask while it runs. Forgetting takes it out of the map.
type Load = OnceCell<Arc<Engine>>;

/// The models of the brands, loaded when first asked for and forgotten when the change feed says so. Messages are read off
/// the threads that wait for the network.
pub(crate) struct Minds {
    models: Arc<dyn Models>,
    shipped: Arc<Engine>,
    held: Mutex<HashMap<BrandId, Arc<Load>>>,
}

impl fmt::Debug for Minds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minds").finish_non_exhaustive()
    }
}

impl Minds {
    /// No brand's model is loaded yet.
    pub(crate) fn new(models: Arc<dyn Models>, shipped: Engine) -> Self {
        Self { models, shipped: Arc::new(shipped), held: Mutex::default() }
    }

    /// What reads this brand's messages.
    async fn of(&self, brand: BrandId) -> StoreResult<Arc<Engine>> {
        let load = Arc::clone(self.held().entry(brand).or_default());
        load.get_or_try_init(|| self.load(brand)).await.cloned()
    }

    async fn load(&self, brand: BrandId) -> StoreResult<Arc<Engine>> {
        let Some((number, bytes)) = self.models.live_model(brand).await? else {
            return Ok(Arc::clone(&self.shipped));
        };
        let shipped = Arc::clone(&self.shipped);
        let loaded = tokio::task::spawn_blocking(move || engine(&shipped, number, &bytes)).await;
        Ok(match loaded.map_err(|error| StoreError::Broken(error.into()))? {
            Ok(engine) => Arc::new(engine),
            Err(error) => {
                tracing::error!(%brand, model = number, %error,
                    "the shipped model reads in place of the brand's: train it again with lara learn train");
                Arc::clone(&self.shipped)
            }
        })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<BrandId, Arc<Load>>> {
        // The map is whole after every statement, so a panic elsewhere while it was held spoils nothing.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Classifier for Minds {
    async fn classify(&self, asks: &[Ask<'_>]) -> Result<Vec<Reading>, ClassifyError> {
        let mut work = Vec::with_capacity(asks.len());
        let mut last: Option<(BrandId, Arc<Engine>)> = None;
        for ask in asks {
            let engine = match &last {
                Some((brand, engine)) if *brand == ask.brand => Arc::clone(engine),
                _ => self.of(ask.brand).await.map_err(|error| ClassifyError(Box::new(error)))?,
            };
            last = Some((ask.brand, Arc::clone(&engine)));
            work.push((engine, ask.text.to_owned()));
        }
        let read = move || work.iter().map(|(engine, text)| engine.classify(text)).collect();
        tokio::task::spawn_blocking(read).await.map_err(|error| ClassifyError(Box::new(error)))
    }

    async fn threshold(&self, brand: BrandId) -> StoreResult<f32> {
        Ok(self.of(brand).await?.intents().threshold())
    }

    fn forget(&self, brand: Option<BrandId>) {
        match brand {
            Some(brand) => drop(self.held().remove(&brand)),
            None => self.held().clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lara_core::model::{Brand, BrandSettings, Facts, Timestamp};
    use lara_core::ports::{Brands, NewModel, Promoted};
    use lara_nlu::{Options, Recipe, Row, examples, pack, train};
    use lara_store::Store;
    use uuid::Uuid;

    struct House {
        store: Arc<Store>,
        minds: Minds,
        _folder: tempfile::TempDir,
    }

    impl House {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}", folder.path().join("lara.db").display());
            let store = Arc::new(Store::open(&url).await.unwrap());
            let minds = Minds::new(store.clone(), Engine::shipped().unwrap());
            Self { store, minds, _folder: folder }
        }

        async fn brand(&self, number: u128) -> BrandId {
            let brand = Brand {
                id: BrandId::new(Uuid::from_u128(number)),
                slug: format!("brand-{number}"),
                name: String::new(),
                demo: false,
                settings: BrandSettings::default(),
                facts: Facts::default(),
                rev: 1,
            };
            self.store.add_brand(&brand, Timestamp::default()).await.unwrap();
            brand.id
        }

        async fn promotes(&self, brand: BrandId, bytes: Vec<u8>, was: i64) {
            let (at, note) = (Timestamp::default(), String::new());
            let scores = serde_json::Value::Null;
            let model = NewModel { brand, bytes, trained_at: at, lessons: 0, scores, note };
            let number = self.store.add_model(&model).await.unwrap().unwrap();
            assert_eq!(self.store.promote(brand, number, was, at).await.unwrap(), Promoted::Done);
        }

        async fn reads(&self, asks: &[(BrandId, &str)]) -> Vec<(String, String)> {
            let asks: Vec<Ask<'_>> = asks.iter().map(|(brand, text)| Ask { brand: *brand, text }).collect();
            let read = self.minds.classify(&asks).await.unwrap();
            read.iter().map(|reading| (reading.intent.to_string(), reading.model.to_string())).collect()
        }
    }

    /// A model that knows fish and fowl.
    fn fish_or_fowl() -> Vec<u8> {
        let row = |text: &str, label: &str| Row { text: text.to_owned(), label: label.to_owned() };
        let rows: Vec<Row> = (0..8)
            .flat_map(|n| [row(&format!("salmon {n}"), "fish"), row(&format!("hen {n}"), "fowl")])
            .collect();
        pack(&[("intent", &train(&examples(&rows), &Options::new(Recipe::Topic)).unwrap())])
    }

    #[tokio::test]
    async fn each_brand_is_read_by_its_own_model_and_a_promotion_is_noticed_when_told() {
        let house = House::new().await;
        let (own, other) = (house.brand(1).await, house.brand(2).await);
        let asks = [(own, "salmon 3"), (other, "cảm ơn shop"), (own, "hen 5")];
        assert_eq!(house.reads(&asks).await[1], ("thanks".to_owned(), "linear-1".to_owned()));
        house.promotes(own, fish_or_fowl(), 0).await;
        // Nobody told them yet.
        assert_eq!(house.reads(&asks).await[0].1, "linear-1");
        house.minds.forget(Some(own));
        let read = house.reads(&asks).await;
        assert_eq!(read[0], ("fish".to_owned(), "brand-1".to_owned()));
        assert_eq!(read[1].0, "thanks");
        assert_eq!(read[2].0, "fowl");
        let thresholds = (house.minds.threshold(own).await, house.minds.threshold(other).await);
        assert!((thresholds.0.unwrap() - thresholds.1.unwrap()).abs() > f32::EPSILON);
    }

    #[tokio::test]
    async fn the_shipped_model_reads_where_the_live_one_is_broken_or_of_another_version() {
        let house = House::new().await;
        let brand = house.brand(1).await;
        let mut old = fish_or_fowl();
        // The number of the features stands behind the mark and the format.
        old[12] ^= 1;
        let broken = fish_or_fowl()[..40].to_vec();
        let shipped = Engine::shipped().unwrap();
        for (was, bytes) in (0..).zip([old, broken, b"not a model".to_vec()]) {
            assert!(engine(&shipped, 1, &bytes).is_err());
            house.promotes(brand, bytes, was).await;
            house.minds.forget(None);
            assert_eq!(house.reads(&[(brand, "cảm ơn shop")]).await[0].1, "linear-1");
            let mind = live(&*house.store, brand, &shipped).await.unwrap();
            assert!(mind.number == was + 1 && mind.trouble.is_some());
        }
        assert!(engine(&shipped, 1, &fish_or_fowl()).is_ok());
    }

    #[tokio::test]
    async fn a_store_that_is_away_fails_the_reading_and_is_asked_again() {
        let house = House::new().await;
        let brand = house.brand(1).await;
        house.store.close().await;
        assert!(house.minds.classify(&[Ask { brand, text: "hi" }]).await.is_err());
        assert!(house.minds.threshold(brand).await.is_err());
        assert_eq!(house.minds.classify(&[]).await.unwrap(), []);
    }
}
