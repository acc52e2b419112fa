//! The whole pipeline in one process, one message at a time: for `lara chat`, `lara replay` and the demo's past.

use crate::clock::SystemClock;
use crate::config::{Config, Understanding};
use crate::{demo, wire};
use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use lara_core::act::markup;
use lara_core::listen::Envelope;
use lara_core::model::{
    AddressId, Brand, Channel, ChannelId, ChannelKind, ConversationId, Customer, CustomerId, Decision,
    Delivery, Level, Millis, NodeId, Timestamp, Visibility,
};
use lara_core::ports::{
    Acceptance, Brands, Claim, Clock, Commit, Directory, Lanes, NewMessage, Person, StoreResult, Turn,
};
use lara_store::Store;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The real clock, or a fixed moment while something of the past is replayed.
#[derive(Debug, Default)]
struct SteeredClock {
    fixed: AtomicI64,
}

impl SteeredClock {
    /// Stands still at `at`; `None` follows the real clock.
    fn stand(&self, at: Option<Timestamp>) {
        self.fixed.store(at.map_or(0, Timestamp::millis), Ordering::Relaxed);
    }
}

impl Clock for SteeredClock {
    fn now(&self) -> Timestamp {
        match self.fixed.load(Ordering::Relaxed) {
            0 => SystemClock.now(),
            fixed => Timestamp::from_millis(fixed),
        }
    }
}

/// The store's lanes, keeping a copy of each turn that was committed.
struct Watched {
    store: Arc<Store>,
    turns: Mutex<Vec<Turn>>,
}

#[async_trait]
impl Lanes for Watched {
    async fn claim(
        &self,
        node: NodeId,
        now: Timestamp,
        lease: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Claim>> {
        self.store.claim(node, now, lease, limit).await
    }

    async fn reload(&self, node: NodeId, lanes: &[ConversationId]) -> StoreResult<Vec<Claim>> {
        self.store.reload(node, lanes).await
    }

    async fn commit(&self, turns: Vec<Turn>) -> StoreResult<Vec<Commit>> {
        let commits = self.store.commit(turns.clone()).await?;
        let mut seen = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let done = |(turn, commit)| (commit == Commit::Done).then_some(turn);
        seen.extend(turns.into_iter().zip(commits.iter().copied()).filter_map(done));
        Ok(commits)
    }

    async fn release(&self, node: NodeId, lanes: &[ConversationId], ready_at: Timestamp) -> StoreResult<()> {
        self.store.release(node, lanes, ready_at).await
    }

    async fn hand_back_untried(
        &self,
        node: NodeId,
        lanes: &[ConversationId],
        ready_at: Timestamp,
    ) -> StoreResult<()> {
        self.store.hand_back_untried(node, lanes, ready_at).await
    }

    async fn next_ready(&self) -> StoreResult<Option<Timestamp>> {
        self.store.next_ready().await
    }
}

/// What became of one message.
#[derive(Debug)]
pub(crate) struct Said {
    /// Why.
    pub(crate) decision: Decision,
    reply: Option<NewMessage>,
}

impl Said {
    /// The reply as plain text.
    pub(crate) fn reply_plain(&self) -> Option<String> {
        self.reply.as_ref().map(|reply| markup::to_plain(&markup::parse(&reply.text)))
    }

    /// The buttons under the reply.
    pub(crate) fn quick_replies(&self) -> impl Iterator<Item = &str> {
        self.reply.iter().flat_map(|reply| reply.quick_replies.iter().map(|button| button.title.as_str()))
    }
}

/// An engine that is pumped by hand.
pub(crate) struct Pipeline {
    parts: wire::Parts,
    watched: Arc<Watched>,
    clock: Arc<SteeredClock>,
    brand: Brand,
    channel: Arc<Channel>,
    strangers: AtomicU64,
    messages: AtomicU64,
    /// Removes the throw-away store when the pipeline is dropped.
    _folder: Option<tempfile::TempDir>,
}

impl Pipeline {
    /// The demo brand on a throw-away SQLite file.
    pub(crate) async fn on_demo() -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let url = format!("sqlite:{}", folder.path().join("lara.db").display());
        let store = Arc::new(Store::open(&url).await.context("cannot open the throw-away store")?);
        let brand = demo::seed(&store).await?;
        Self::on(store, brand, Some(folder)).await
    }

    /// A brand of the configured store.
    pub(crate) async fn on_configured(config: &Config, slug: &str) -> Result<Self> {
        let store = wire::open_store(config).await?;
        let brand = wire::choose_brand(&store, Some(slug)).await?;
        Self::on(store, brand, None).await
    }

    /// A brand of an open store, over its terminal channel.
    async fn on(store: Arc<Store>, brand: Brand, folder: Option<tempfile::TempDir>) -> Result<Self> {
        let channel = terminal_channel(&store, &brand).await?;
        Self::over(store, brand, channel, folder)
    }

    /// A brand of an open store, over one of its channels.
    pub(crate) fn over(
        store: Arc<Store>,
        brand: Brand,
        channel: Arc<Channel>,
        folder: Option<tempfile::TempDir>,
    ) -> Result<Self> {
        let clock = Arc::new(SteeredClock::default());
        let watched = Arc::new(Watched { store: store.clone(), turns: Mutex::default() });
        let (parts, driver) =
            wire::assemble(store, clock.clone(), Some(watched.clone()), &Understanding::default())?;
        // The driver ends by itself when the pipeline, which holds the asking end, is dropped.
        drop(tokio::runtime::Handle::current().spawn(driver));
        let (strangers, messages) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Self { parts, watched, clock, brand, channel, strangers, messages, _folder: folder })
    }

    /// Name of the brand.
    pub(crate) fn brand_name(&self) -> &str {
        &self.brand.name
    }

    /// Slug of the brand.
    pub(crate) fn brand_slug(&self) -> &str {
        &self.brand.slug
    }

    /// An address nobody used before.
    pub(crate) fn stranger(&self) -> String {
        format!("stranger-{}-{}", self.strangers.fetch_add(1, Ordering::Relaxed), wire::uuid())
    }

    /// The address of the customer with this e-mail.
    pub(crate) async fn known_address(&self, email: &str) -> Result<String> {
        let email = email.trim().to_lowercase();
        let customer = self.parts.store.customer_by_email(self.brand.id, &email).await?;
        let customer = customer
            .with_context(|| format!("{} has no customer with the e-mail {email}", self.brand.name))?;
        self.tie(customer).await
    }

    /// The address of a name in a replay file: a customer's e-mail, or a stranger of that name.
    pub(crate) async fn address_of(&self, name: &str) -> Result<String> {
        if name.contains('@') {
            let email = name.trim().to_lowercase();
            if let Some(customer) = self.parts.store.customer_by_email(self.brand.id, &email).await? {
                return self.tie(customer).await;
            }
        }
        Ok(format!("replay-{name}"))
    }

    async fn tie(&self, customer: Customer) -> Result<String> {
        let person = Person { external_id: customer.external_id, email: customer.email, ..Person::default() };
        self.tied(&format!("customer-{}", customer.id), person).await
    }

    /// The address of the customer with the shop system's id.
    pub(crate) async fn address_of_id(&self, external_id: &str) -> Result<String> {
        let person = Person { external_id: Some(external_id.to_owned()), ..Person::default() };
        self.tied(&format!("customer-{external_id}"), person).await
    }

    async fn tied(&self, address: &str, person: Person) -> Result<String> {
        let ids = (AddressId::new(wire::uuid()), CustomerId::new(wire::uuid()));
        self.parts.store.tie(&self.channel, address, &person, Level::Verified, ids, self.clock.now()).await?;
        Ok(address.to_owned())
    }

    /// Says something at `at` (now when `None`) and waits for the decision.
    pub(crate) async fn say(&self, address: &str, text: &str, at: Option<Timestamp>) -> Result<Said> {
        self.clock.stand(at);
        let number = self.messages.fetch_add(1, Ordering::Relaxed);
        let envelope = Envelope {
            channel: self.channel.clone(),
            address: address.to_owned(),
            external: format!("{number}-{}", wire::uuid()),
            text: text.to_owned(),
            visibility: Visibility::Direct,
            at,
            details: lara_core::ports::Details::default(),
        };
        let acceptance = self.parts.listener.accept(envelope).await?;
        let Acceptance::New { conversation, .. } = acceptance else {
            bail!("a fresh message was taken for a duplicate")
        };
        // The silence that closes the run has passed.
        self.clock.stand(at.map(|at| at.plus(self.brand.settings.settle_at_most)));
        for _ in 0..100 {
            self.parts.engine.run_once(1).await?;
            if let Some(turn) = self.committed(conversation) {
                return Ok(Said { decision: turn.decision, reply: turn.reply });
            }
        }
        bail!("no decision was made: is another lara serving this database?")
    }

    fn committed(&self, conversation: ConversationId) -> Option<Turn> {
        let mut turns = self.watched.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let found = turns.iter().position(|turn| turn.conversation == conversation)?;
        Some(turns.swap_remove(found))
    }
}

async fn terminal_channel(store: &Store, brand: &Brand) -> Result<Arc<Channel>> {
    let known =
        store.channels(Some(brand.id)).await?.into_iter().find(|channel| channel.kind == ChannelKind::Local);
    if let Some(channel) = known {
        return Ok(Arc::new(channel));
    }
    let channel = Channel {
        id: ChannelId::new(wire::uuid()),
        brand: brand.id,
        kind: ChannelKind::Local,
        name: "terminal".to_owned(),
        delivery: Delivery::Pull,
        settings: serde_json::json!({}),
        account: None,
        secrets: lara_core::model::Secrets::default(),
        paused_at: None,
    };
    store.put_channel(&channel, wire::now()).await?;
    Ok(Arc::new(channel))
}
