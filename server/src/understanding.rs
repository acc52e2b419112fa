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

/// Whether the bytes of a model are one this build reads.
pub(crate) fn check(bytes: &[u8]) -> Result<(), EngineError> {
    let shipped = Engine::shipped()?;
    shipped.with_intent_bytes(bytes, "")?;
    Ok(())
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
