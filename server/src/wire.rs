//! Where concrete types are named: the store, the model, the channels, and how they are put together.

use crate::clock::{SystemClock, SystemIds};
use crate::config::{Config, Understanding};
use crate::opinion;
use crate::proxy;
use crate::understanding::Minds;
use anyhow::{Context, Result, bail};
use lara_bots::PrivateTargets;
use lara_core::deliver::Deliverer;
use lara_core::desk::DeskService;
use lara_core::engine::{Engine, EngineParts};
use lara_core::feed::Feed;
use lara_core::identity::IdentityService;
use lara_core::listen::Listener;
use lara_core::model::{
    AgentId, Brand, Channel, ChannelId, ChannelKind, Delivery, Finding, Millis, NodeId, Timestamp,
};
use lara_core::ports::{Agents, Brands, ChannelChecks, Classifier, Clock, Ids, Lanes, SecretHash, Symptom};
use lara_core::privacy::Outreach;
use lara_core::rules::RulesCache;
use lara_core::studio::Studio;
use lara_store::{Store, Vault};
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long a one-time link may be used.
const LINK_LIFE: Millis = Millis::minutes(24 * 60);

/// How long a webhook may take to answer; well under [`lara_core::deliver::SEND_LEASE`].
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a platform may take to answer; well under [`lara_core::deliver::SEND_LIMIT`].
const PLATFORM_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a platform may take to pick up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The assembled engine.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) store: Arc<Store>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) rules: Arc<RulesCache>,
    pub(crate) listener: Arc<Listener>,
    pub(crate) engine: Arc<Engine>,
    pub(crate) desk: DeskService,
    pub(crate) studio: Arc<Studio>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) node: NodeId,
}

/// The drivers of the batchers; whoever assembles must run them.
pub(crate) type Driver = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// The real clock's now.
pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

/// A fresh UUID.
pub(crate) fn uuid() -> Uuid {
    SystemIds.next()
}

/// A fresh customer id.
pub(crate) fn id() -> lara_core::model::CustomerId {
    lara_core::model::CustomerId::new(uuid())
}

/// Opens the configured database, making the data folder and running migrations.
pub(crate) async fn open_store(config: &Config) -> Result<Arc<Store>> {
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("cannot make the data folder {}", config.data_dir.display()))?;
    let store = Store::open(config.database_url.expose_secret()).await.context("cannot open the database")?;
    let key = crate::key::secret_key(&config.data_dir)?;
    Ok(Arc::new(store.with_vault(Vault::new(&key))))
}

/// The models of the brands, over the shipped one, and the encoder the configuration asks for.
pub(crate) fn classifier(store: Arc<Store>, settings: &Understanding) -> Result<Arc<dyn Classifier>> {
    let shipped = lara_nlu::Engine::shipped().context("the shipped model does not load")?;
    Ok(opinion::with_encoder(Arc::new(Minds::new(store, shipped)), settings))
}

/// Puts the engine together on a store. `lanes` stands before the store's own where somebody wants to see the turns.
pub(crate) fn assemble(
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    lanes: Option<Arc<dyn Lanes>>,
    understanding: &Understanding,
) -> Result<(Parts, Driver)> {
    let feed = Arc::new(Feed::new());
    let ids: Arc<dyn Ids> = Arc::new(SystemIds);
    let classifier = classifier(store.clone(), understanding)?;
    let node = NodeId::new(ids.next());
    let rules = Arc::new(RulesCache::new(store.clone(), store.clone(), store.clone(), classifier.clone()));
    let (listener, driver) =
        Listener::new(store.clone(), store.clone(), rules.clone(), feed.clone(), clock.clone(), ids.clone());
    let engine = Engine::new(EngineParts {
        lanes: lanes.unwrap_or_else(|| store.clone()),
        classifier,
        rules: rules.clone(),
        feed: feed.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
        node,
    });
    let desk = DeskService::new(store.clone(), clock.clone(), ids.clone(), feed.clone());
    let studio = Studio::new(
        store.clone(),
        store.clone(),
        store.clone(),
        rules.clone(),
        feed.clone(),
        clock.clone(),
        ids.clone(),
    );
    let parts = Parts {
        store,
        feed,
        rules,
        listener: Arc::new(listener),
        engine: Arc::new(engine),
        desk,
        studio: Arc::new(studio),
        clock,
        ids,
        node,
    };
    Ok((parts, Box::pin(driver)))
}

/// What serving runs.
pub(crate) struct Served {
    /// Channels, desk and API.
    pub(crate) router: axum::Router,
    /// The engine.
    pub(crate) parts: Parts,
    /// Sends what the outbox holds.
    pub(crate) deliverer: Arc<Deliverer>,
    /// What channels run by themselves.
    pub(crate) channels: lara_bots::Shared,
    /// The door's driver.
    pub(crate) driver: Driver,
}

/// Puts everything together that serving needs.
pub(crate) fn serve(config: &Config, store: Arc<Store>, shutdown: CancellationToken) -> Result<Served> {
    let (parts, driver) = assemble(store.clone(), Arc::new(SystemClock), None, &config.understanding)?;
    let private_targets =
        if config.allow_private_webhooks { PrivateTargets::Allowed } else { PrivateTargets::Refused };
    let builder = reqwest::Client::builder().timeout(WEBHOOK_TIMEOUT).no_proxy();
    let shared = lara_bots::Shared {
        brands: store.clone(),
        directory: store.clone(),
        identity: IdentityService::new(
            store.clone(),
            parts.clock.clone(),
            parts.ids.clone(),
            parts.feed.clone(),
        ),
        shops: store.clone(),
        transcripts: store.clone(),
        agents: store.clone(),
        listener: parts.listener.clone(),
        feed: parts.feed.clone(),
        clock: parts.clock.clone(),
        ids: parts.ids.clone(),
        shutdown: shutdown.clone(),
        limits: lara_bots::Limits::default(),
        webhooks: lara_bots::app::client(builder, private_targets).context("cannot make an HTTP client")?,
        private_targets,
        platforms: reqwest::Client::builder()
            .timeout(PLATFORM_TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .context("cannot make an HTTP client")?,
        public_url: config.public_url.clone(),
        leases: store.clone(),
        marks: store.clone(),
        health: lara_bots::HealthBook::new(store.clone(), parts.clock.clone()),
        odd: store.clone(),
        echoes: lara_bots::meta::Echoes::default(),
        node: parts.node,
    };
    let (channels, pushes) = lara_bots::open(&shared);
    let deliverer = Deliverer::new(store, pushes, parts.clock.clone(), parts.feed.clone(), parts.node)
        .with_rules(parts.rules.clone());
    let checks = Arc::new(Checks(shared.clone()));
    let router = channels.merge(desk(config, &parts, checks, shutdown));
    let trusted = Arc::new(config.trusted_proxies.clone());
    let router = router.layer(axum::middleware::from_fn_with_state(trusted, proxy::client_address));
    Ok(Served { router, parts, deliverer: Arc::new(deliverer), channels: shared, driver })
}

/// Asks platforms about channels, and notes what was found.
pub(crate) struct Checks(pub(crate) lara_bots::Shared);

#[async_trait::async_trait]
impl ChannelChecks for Checks {
    async fn check(&self, channel: &Channel) -> Vec<Finding> {
        let findings = lara_bots::check(&self.0, channel).await;
        self.0.health.note(channel, Symptom::Checked(findings.clone())).await;
        findings
    }
}

/// The agents' desk.
fn desk(
    config: &Config,
    parts: &Parts,
    checks: Arc<dyn ChannelChecks>,
    shutdown: CancellationToken,
) -> axum::Router {
    lara_desk::router(lara_desk::DeskState {
        agents: parts.store.clone(),
        brands: parts.store.clone(),
        health: parts.store.clone(),
        odd: parts.store.clone(),
        checks,
        tokens: parts.store.clone(),
        answers: parts.store.clone(),
        directory: parts.store.clone(),
        pages: parts.store.pages(),
        desk: parts.desk.clone(),
        identity: IdentityService::new(
            parts.store.clone(),
            parts.clock.clone(),
            parts.ids.clone(),
            parts.feed.clone(),
        ),
        privacy: parts.store.clone(),
        outreach: Arc::new(Outreach::new(
            parts.store.clone(),
            parts.store.clone(),
            parts.rules.clone(),
            parts.feed.clone(),
            parts.clock.clone(),
            parts.ids.clone(),
        )),
        studio: parts.studio.clone(),
        feed: parts.feed.clone(),
        clock: parts.clock.clone(),
        ids: parts.ids.clone(),
        public_url: config.public_url.to_string(),
        shutdown,
    })
}

/// The brand named on the command line, or the only one there is.
pub(crate) async fn choose_brand(store: &Store, slug: Option<&str>) -> Result<Brand> {
    if let Some(slug) = slug {
        let found = store.brand_by_slug(slug).await?;
        return found.with_context(|| format!("there is no brand {slug:?}: see lara brand list"));
    }
    let mut brands = store.brands().await?;
    match (brands.pop(), brands.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => bail!("there are several brands: name one with --brand"),
        (None, _) => bail!("there is no brand yet: add one with lara brand add"),
    }
}

/// Stores a new one-time link and answers its address. For the first owner without an agent.
pub(crate) async fn one_time_link(config: &Config, store: &Store, agent: Option<AgentId>) -> Result<String> {
    let token = secret(24)?;
    store.add_invitation(&hash(&token), agent, now().plus(LINK_LIFE)).await?;
    Ok(config.public_url.join(&format!("desk/welcome/{token}"))?.to_string())
}

/// SHA-256 in hex: enough for secrets that are random already.
pub(crate) fn hash(token: &str) -> SecretHash {
    use sha2::{Digest, Sha256};
    SecretHash(hex(&Sha256::digest(token.as_bytes())))
}

/// `bytes` random bytes in hex.
pub(crate) fn secret(bytes: usize) -> Result<String> {
    let mut random = vec![0_u8; bytes];
    getrandom::fill(&mut random).context("the system gives no randomness")?;
    Ok(hex(&random))
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A web channel with fresh keys that these sites may embed.
pub(crate) fn new_web_channel(brand: &Brand, sites: &[String]) -> Result<Channel> {
    Ok(Channel {
        id: ChannelId::new(uuid()),
        brand: brand.id,
        kind: ChannelKind::Web,
        name: "web".to_owned(),
        delivery: Delivery::Pull,
        settings: serde_json::json!({
            "visitor_key": secret(32)?,
            "identity_key": secret(32)?,
            "allowed_origins": sites,
        }),
        account: None,
        secrets: lara_core::model::Secrets::default(),
        paused_at: None,
    })
}

/// The line a shop puts into its pages.
pub(crate) fn script_tag(config: &Config, slug: &str) -> Result<String> {
    let address = config.public_url.join("widget.js")?;
    Ok(format!("<script src=\"{address}\" data-brand=\"{slug}\" defer></script>"))
}
