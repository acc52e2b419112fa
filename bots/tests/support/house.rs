//! What the tests of every door stand on: a real store in a temporary file, the listener and the engine over it, and what
//! channels are built from.

use lara_bots::{HealthBook, Limits, PrivateTargets, Shared, app};
use lara_core::engine::{Engine, EngineParts};
use lara_core::feed::Feed;
use lara_core::identity::IdentityService;
use lara_core::listen::Listener;
use lara_core::model::NodeId;
use lara_core::ports::Ids as _;
use lara_core::rules::RulesCache;
use lara_core::testing::{FakeClock, ScriptedClassifier, SeqIds};
use lara_store::{Store, Vault};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub(crate) struct House {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) engine: Engine,
    pub(crate) shared: Shared,
    /// Where the store is, for as long as this is held.
    pub(crate) folder: tempfile::TempDir,
}

impl House {
    /// A house without brands, where messages are read by this model.
    pub(crate) async fn open(classifier: ScriptedClassifier, limits: Limits) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("lara.db").display());
        let store = Arc::new(Store::open(&url).await.unwrap().with_vault(Vault::new(&[7; 32])));
        let (clock, ids) = (Arc::new(FakeClock::default()), Arc::new(SeqIds::default()));
        let (feed, classifier) = (Arc::new(Feed::new()), Arc::new(classifier));
        let rules =
            Arc::new(RulesCache::new(store.clone(), store.clone(), store.clone(), classifier.clone()));
        let (listener, driver) = Listener::new(
            store.clone(),
            store.clone(),
            rules.clone(),
            feed.clone(),
            clock.clone(),
            ids.clone(),
        );
        tokio::spawn(driver);
        let node = NodeId::new(ids.next());
        let engine = Engine::new(EngineParts {
            lanes: store.clone(),
            classifier,
            rules,
            feed: feed.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            node,
        });
        let client = || reqwest::Client::builder().no_proxy();
        let shared = Shared {
            brands: store.clone(),
            directory: store.clone(),
            identity: IdentityService::new(store.clone(), clock.clone(), ids.clone(), feed.clone()),
            shops: store.clone(),
            transcripts: store.clone(),
            agents: store.clone(),
            listener: Arc::new(listener),
            feed,
            clock: clock.clone(),
            ids,
            shutdown: CancellationToken::new(),
            limits,
            webhooks: app::client(client(), PrivateTargets::Refused).unwrap(),
            private_targets: PrivateTargets::Refused,
            platforms: client().timeout(Duration::from_secs(5)).build().unwrap(),
            public_url: "https://lara.example".parse().unwrap(),
            leases: store.clone(),
            marks: store.clone(),
            health: HealthBook::new(store.clone(), clock.clone()),
            odd: store.clone(),
            echoes: lara_bots::meta::Echoes::default(),
            node,
        };
        Self { store, clock, engine, shared, folder }
    }
}
