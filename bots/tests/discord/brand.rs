//! A brand on Discord: the real store, door and engine, and the channel that listens.

use crate::house::House;
use crate::platform::Platform;
use futures_util::FutureExt as _;
use lara_bots::{CHANNELS, Limits, Shared};
use lara_core::deliver::Deliverer;
use lara_core::engine::Engine;
use lara_core::model::{
    Author, Brand, BrandId, BrandSettings, Channel, ChannelId, ChannelKind, Delivery, Direction, Facts,
    Health, Message, MessageLanguage, Millis, Reading,
};
use lara_core::ports::{Brands, ChannelHealth as _, Clock as _, Ids, OddEvents as _, Push, Transcripts as _};
use lara_core::testing::{FakeClock, ScriptedClassifier};
use lara_store::Store;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What the model knows for a complaint.
pub(crate) const COMPLAINT: &str = "Áo rách mà shop im lặng cả tuần";

pub(crate) struct Shop {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) channel: Channel,
    pub(crate) push: Arc<dyn Push>,
    shared: Shared,
    engine: Engine,
    deliverer: Arc<Deliverer>,
    _folder: tempfile::TempDir,
}

/// Listening under way.
pub(crate) struct Listening {
    stop: CancellationToken,
    ended: JoinHandle<()>,
}

impl Listening {
    /// Ends it, as a server that stops does.
    pub(crate) async fn ends(self) {
        self.stop.cancel();
        self.ended.await.unwrap();
    }
}

impl Shop {
    pub(crate) async fn open(platform: &Platform, settings: Value) -> Self {
        let complaint = ScriptedClassifier::reading(MessageLanguage::Vietnamese, "damaged_item");
        let complaint = Reading { complaint: 0.98, ..complaint };
        let classifier = ScriptedClassifier::default().knows(COMPLAINT, complaint);
        let House { store, clock, engine, shared, folder } = House::open(classifier, Limits::default()).await;
        let (ids, node, feed) = (&*shared.ids, shared.node, shared.feed.clone());
        let brand = brand(ids);
        store.add_brand(&brand, clock.now()).await.unwrap();
        let channel = channel(&brand, ids, platform, settings);
        store.put_channel(&channel, clock.now()).await.unwrap();
        let (_, pushes) = lara_bots::open(&shared);
        let push = pushes.iter().find(|push| push.kind() == ChannelKind::Discord).unwrap().clone();
        let deliverer = Arc::new(Deliverer::new(store.clone(), pushes, clock.clone(), feed, node));
        Self { store, clock, channel, push, shared, engine, deliverer, _folder: folder }
    }

    /// Listens, as the server does.
    pub(crate) fn listens(&self) -> Listening {
        let stop = CancellationToken::new();
        let shared = Shared { shutdown: stop.clone(), ..self.shared.clone() };
        let door = CHANNELS.iter().find(|door| door.kinds.contains(&ChannelKind::Discord)).unwrap();
        let ended = tokio::spawn((door.run.unwrap())(shared));
        Listening { stop, ended }
    }

    /// What the check of the channel finds, as `code detail`.
    pub(crate) async fn findings(&self) -> Vec<String> {
        let findings = lara_bots::check(&self.shared, &self.channel).await;
        let line = |finding: &lara_core::model::Finding| {
            format!("{} {} {}", finding.gravity, finding.code, finding.detail.as_deref().unwrap_or("-"))
        };
        findings.iter().map(line).collect()
    }

    /// Everything said to and by an address, as `author: text`, once it is that much.
    pub(crate) async fn hears(&self, address: &str, count: usize) -> Vec<String> {
        let mut changes = self.shared.feed.watch_all();
        loop {
            let messages = self.messages(address).await;
            if messages.len() >= count {
                return messages.iter().map(line).collect();
            }
            let _ = tokio::time::timeout(Duration::from_millis(100), changes.recv()).await;
        }
    }

    /// Waits until this is all that was said to and by an address.
    pub(crate) async fn reads(&self, address: &str, expected: &[&str]) {
        let mut changes = self.shared.feed.watch_all();
        while self.hears(address, expected.len()).await != expected {
            let _ = tokio::time::timeout(Duration::from_millis(100), changes.recv()).await;
        }
    }

    pub(crate) async fn messages(&self, address: &str) -> Vec<Message> {
        match self.store.address(self.channel.id, address).await.unwrap() {
            Some(address) => self.store.latest(address.id, 100).await.unwrap(),
            None => Vec::new(),
        }
    }

    /// Time goes on, Lara decides, and what she says is sent.
    pub(crate) async fn lara_answers(&self) {
        self.clock.advance(Millis::seconds(10));
        self.engine.run_once(64).await.unwrap();
        self.deliverer.run_once(64).await.unwrap();
    }

    /// How the channel is, once that says so.
    pub(crate) async fn is(&self, so: impl Fn(&Health) -> bool) -> Health {
        loop {
            let health = self.store.health(None).await.unwrap();
            if let Some(health) = health.into_iter().find(|health| so(health)) {
                return health;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Reasons of events nobody could read.
    pub(crate) async fn odd(&self) -> Vec<String> {
        loop {
            let odd = self.store.odd(self.channel.id, 10).await.unwrap();
            if !odd.is_empty() {
                return odd.into_iter().map(|odd| format!("{} {}", odd.reason, odd.body)).collect();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A test that hangs says where.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(40), future.boxed_local())
        .await
        .unwrap_or_else(|_| panic!("never: {what}"))
}

fn line(message: &Message) -> String {
    let author = if message.direction == Direction::In { Author::Customer } else { message.author };
    format!("{author}: {}", message.text)
}

fn brand(ids: &dyn Ids) -> Brand {
    Brand {
        id: BrandId::new(ids.next()),
        slug: "moc".to_owned(),
        name: "Mộc Hiên".to_owned(),
        demo: true,
        settings: BrandSettings::default(),
        facts: Facts::default(),
        rev: 1,
    }
}

fn channel(brand: &Brand, ids: &dyn Ids, platform: &Platform, mut settings: Value) -> Channel {
    settings["api_url"] = json!(platform.url);
    settings["gateway_url"] = json!(platform.gateway);
    let id = ChannelId::new(ids.next());
    let mut channel = Channel::new(id, brand.id, ChannelKind::Discord, "discord", Delivery::Push);
    channel.settings = settings;
    channel.secrets = [("token", "NDAwMA.stand.in".to_owned().into())].into_iter().collect();
    channel
}
