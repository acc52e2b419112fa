//! A desk on a temporary SQLite store, with a few people in it: for the tests and for `cargo run --example look`.

#![expect(dead_code, reason = "each user of this file needs another part of it")]

pub(crate) mod browser;
mod channels;
mod facts;
mod persons;

use lara_core::desk::DeskService;
use lara_core::feed::Feed;
use lara_core::identity::IdentityService;
use lara_core::model::{
    AddressId, Agent, AgentId, Answers, Attachment, AttachmentSource, Author, Brand, BrandId, BrandSettings,
    Channel, ChannelId, ChannelKind, ConversationId, CustomerId, Decision, DecisionId, DecisionKind,
    Delivery, Direction, Escalation, EscalationId, EscalationReason, EscalationState, Evidence, Intent,
    Language, Level, MessageId, MessageLanguage, Millis, NodeId, Order, OrderId, OrderItem, OrderStatus,
    Owner, Preference, Priority, RankedIntent, Reading, Role, Sentiment, TemplateUse, Timestamp, Visibility,
};
use lara_core::ports::{
    Acceptance, Agents, Brands, Clock, Commit, ConsentChange, Details, Directory, Ids, Inbox, Lanes,
    NewAttachment, NewInbound, NewMessage, OrderRow, Person, QueueChange, SecretHash, Turn,
};
use lara_core::privacy::Outreach;
use lara_core::rules::RulesCache;
use lara_core::studio::Studio;
use lara_core::testing::{ScriptedClassifier, SeqIds};
use lara_desk::DeskState;
use lara_store::Store;
use std::borrow::Cow;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The words that must never act on a page.
pub(crate) const NASTY: &str = "<script>alert('x')</script>\"><img src=x onerror=alert(1)> {{customer.name}} *bold* [a](javascript:alert(1))";

/// A desk and everything behind it.
pub(crate) struct World {
    pub(crate) store: Arc<Store>,
    pub(crate) state: DeskState,
    pub(crate) ids: Arc<SeqIds>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) node: NodeId,
    pub(crate) brand: Brand,
    pub(crate) channel: Channel,
    pub(crate) folder: tempfile::TempDir,
}

/// What Lara understood, for a story.
pub(crate) fn reading(language: MessageLanguage, intent: &str, score: f32, complaint: f32) -> Reading {
    Reading {
        language,
        intent: Intent::new(intent),
        confidence: 0.93,
        runner_up: Some(RankedIntent { intent: Intent::from_static("poor_service"), confidence: 0.04 }),
        sentiment: if score < -0.2 {
            Sentiment::Negative
        } else if score > 0.2 {
            Sentiment::Positive
        } else {
            Sentiment::Neutral
        },
        score,
        complaint,
        why: vec![
            Evidence { text: "đơn của".to_owned(), weight: 1.42 },
            Evidence { text: "chưa giao".to_owned(), weight: 0.87 },
            Evidence { text: "cảm ơn".to_owned(), weight: -0.31 },
        ],
        model: Cow::Borrowed("linear-1"),
        ..Reading::default()
    }
}

/// One run of a story: what was said, how it was read, what Lara did.
pub(crate) struct Run<'a> {
    pub(crate) address: &'a str,
    pub(crate) says: &'a [&'a str],
    pub(crate) reading: Reading,
    pub(crate) kind: DecisionKind,
    pub(crate) policy: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) reply: Option<&'a str>,
    pub(crate) template: &'a str,
    pub(crate) queue: Option<(EscalationReason, Priority, i32, Millis)>,
    pub(crate) minutes_ago: i64,
}

/// Where something is said, and with what.
pub(crate) struct Place {
    pub(crate) visibility: Visibility,
    pub(crate) link: Option<&'static str>,
    /// What Lara says in private beside it.
    pub(crate) aside: Option<&'static str>,
    pub(crate) parts: Vec<(Attachment, Option<AttachmentSource>)>,
}

impl Default for Place {
    fn default() -> Self {
        Self { visibility: Visibility::Direct, link: None, aside: None, parts: Vec::new() }
    }
}

impl World {
    /// A store with one demo brand, its web channel, and nobody in it.
    pub(crate) async fn open(clock: Arc<dyn Clock>, public_url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("lara.db").display());
        Self::open_on(&url, folder, clock, public_url).await
    }

    /// The same on a database that is given: `sqlite:` or `postgres:`.
    pub(crate) async fn open_on(
        url: &str,
        folder: tempfile::TempDir,
        clock: Arc<dyn Clock>,
        public_url: &str,
    ) -> Self {
        let store = Arc::new(Store::open(url).await.unwrap());
        let ids = Arc::new(SeqIds::default());
        let feed = Arc::new(Feed::new());
        let brand = Brand {
            id: BrandId::new(ids.next()),
            slug: "moc-mien".to_owned(),
            name: "Mộc Miên".to_owned(),
            demo: true,
            settings: BrandSettings::default(),
            facts: facts::facts(),
            rev: 0,
        };
        let channel = Channel {
            id: ChannelId::new(ids.next()),
            brand: brand.id,
            kind: ChannelKind::Web,
            name: "web".to_owned(),
            delivery: Delivery::Pull,
            settings: serde_json::json!({ "visitor_key": "a", "identity_key": "b", "allowed_origins": [] }),
            account: None,
            secrets: lara_core::model::Secrets::default(),
            paused_at: None,
        };
        let now = clock.now();
        store.add_brand(&brand, now).await.unwrap();
        store.put_channel(&channel, now).await.unwrap();
        let brand = store.brand(brand.id).await.unwrap().unwrap();
        let classifier = Arc::new(ScriptedClassifier::default());
        let rules = Arc::new(RulesCache::new(store.clone(), store.clone(), store.clone(), classifier));
        let outreach = Outreach::new(
            store.clone(),
            store.clone(),
            rules.clone(),
            feed.clone(),
            clock.clone(),
            ids.clone(),
        );
        let studio = Studio::new(
            store.clone(),
            store.clone(),
            store.clone(),
            rules,
            feed.clone(),
            clock.clone(),
            ids.clone(),
        );
        let state = DeskState {
            agents: store.clone(),
            brands: store.clone(),
            health: store.clone(),
            odd: store.clone(),
            checks: Arc::new(channels::Platform(store.clone(), clock.clone())),
            tokens: store.clone(),
            answers: store.clone(),
            directory: store.clone(),
            pages: store.pages(),
            desk: DeskService::new(store.clone(), clock.clone(), ids.clone(), feed.clone()),
            identity: IdentityService::new(store.clone(), clock.clone(), ids.clone(), feed.clone()),
            privacy: store.clone(),
            outreach: Arc::new(outreach),
            studio: Arc::new(studio),
            feed,
            clock: clock.clone(),
            ids: ids.clone(),
            public_url: public_url.to_owned(),
            shutdown: CancellationToken::new(),
        };
        let node = NodeId::new(ids.next());
        Self { store, state, ids, clock, node, brand, channel, folder }
    }

    /// Somebody at the desk, with a one-time link whose token is their e-mail.
    pub(crate) async fn agent(&self, name: &str, email: &str, role: Role) -> Agent {
        let agent = Agent {
            id: AgentId::new(self.ids.next()),
            name: name.to_owned(),
            email: email.to_owned(),
            role,
            disabled_at: None,
        };
        let now = self.clock.now();
        self.store.add_agent(&agent, now).await.unwrap();
        self.store.add_invitation(&hash(email), Some(agent.id), now.plus(Millis::minutes(60))).await.unwrap();
        agent
    }

    /// A customer with an order, known at `address`.
    pub(crate) async fn customer(
        &self,
        address: &str,
        name: &str,
        number: &str,
        status: OrderStatus,
    ) -> CustomerId {
        let now = self.clock.now();
        let id = CustomerId::new(self.ids.next());
        let person = Person {
            external_id: Some(format!("KH-{number}")),
            name: Some(name.to_owned()),
            email: Some(format!("{address}@example.com")),
            phone: Some("0912 345 678".to_owned()),
            language: Some(Language::Vietnamese),
            tier: None,
        };
        let preferences =
            vec![Preference::imported("address_form", "chị"), Preference::imported("size", "M")];
        self.store.put_customers(self.brand.id, vec![(id, person.clone(), preferences)], now).await.unwrap();
        let order = Order {
            id: OrderId::new(self.ids.next()),
            brand: self.brand.id,
            customer: id,
            number: number.to_owned(),
            status,
            ordered_at: now.plus(Millis::minutes(-6 * 24 * 60)),
            due_at: Some(now.plus(Millis::minutes(-24 * 60))),
            currency: "VND".to_owned(),
            total_minor: 689_000,
            items: vec![
                OrderItem { name: "Đầm linen xanh rêu".to_owned(), quantity: 1, sku: None },
                OrderItem { name: "Khăn lụa".to_owned(), quantity: 2, sku: None },
            ],
            tracking_url: Some("https://ship.example/track/1".to_owned()),
            shipment: lara_core::model::Shipment::default(),
        };
        let row = OrderRow::imported(order, format!("KH-{number}"));
        self.store.put_orders(self.brand.id, vec![row], now).await.unwrap();
        let ids = (AddressId::new(self.ids.next()), CustomerId::new(self.ids.next()));
        let address =
            self.store.tie(&self.channel, address, &person, Level::Verified, ids, now).await.unwrap();
        address.customer.unwrap()
    }

    /// Plays one run: the messages come in, Lara decides.
    pub(crate) async fn run(&self, run: Run<'_>) -> ConversationId {
        self.run_at(run, &Place::default()).await
    }

    /// The same where everybody hears it, or with more than text.
    pub(crate) async fn run_at(&self, run: Run<'_>, place: &Place) -> ConversationId {
        let at = self.clock.now().plus(Millis::minutes(-run.minutes_ago));
        let mut conversation = None;
        for text in run.says {
            conversation = Some(self.say_at(run.address, text, at, place).await);
        }
        let conversation = conversation.unwrap();
        let claims = self.store.claim(self.node, self.clock.now(), Millis::seconds(30), 50).await.unwrap();
        let claim = claims.into_iter().find(|claim| claim.conversation.id == conversation).unwrap();
        let language = run.reading.language.reply_language().unwrap_or(Language::Vietnamese);
        let reply = run.reply.map(|text| NewMessage {
            aside: place.aside.map(ToOwned::to_owned),
            id: MessageId::new(self.ids.next()),
            direction: Direction::Out,
            author: Author::Bot,
            agent: None,
            text: text.to_owned(),
            quick_replies: Vec::new(),
            answers: Some(Answers {
                first_seq: claim.run.first().unwrap().seq,
                last_seq: claim.run.last().unwrap().seq,
            }),
            visibility: place.visibility,
            delivery: Delivery::Pull,
            at,
        });
        let first_seq = claim.run.first().unwrap().seq;
        let last_seq = claim.run.last().unwrap().seq;
        let decision = Decision {
            id: DecisionId::new(self.ids.next()),
            conversation,
            first_seq,
            last_seq,
            kind: run.kind,
            policy: run.policy.to_owned(),
            reason: run.reason.to_owned(),
            reading: run.reading,
            templates: vec![TemplateUse { key: run.template.to_owned(), language, version: 0 }],
            known: vec!["customer.name".to_owned(), "order".to_owned()],
            reply: reply.as_ref().map(|reply| reply.id),
            at,
        };
        let queue = run.queue.map_or(QueueChange::Keep, |(reason, priority, severity, due)| {
            QueueChange::Put(Escalation {
                id: EscalationId::new(self.ids.next()),
                brand: self.brand.id,
                conversation,
                reason,
                priority,
                severity,
                state: EscalationState::Open,
                opened_at: at,
                due_at: at.plus(due),
                agent: None,
            })
        });
        let turn = Turn {
            conversation,
            brand: self.brand.id,
            address: claim.conversation.address,
            node: self.node,
            rev: claim.conversation.rev,
            customer: claim.memory.customer.as_ref().map(|customer| (customer.id, customer.rev)),
            done_seq: last_seq,
            decision,
            reply,
            owner: if run.queue.is_some() { Owner::Waiting } else { claim.conversation.owner },
            language: Some(language),
            open_question: None,
            misses: 0,
            queue,
            consent: ConsentChange::Keep,
            person: lara_core::ports::PersonChange::default(),
            at,
        };
        assert_eq!(self.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
        conversation
    }

    /// A message at the door.
    pub(crate) async fn say(&self, address: &str, text: &str, at: Timestamp) -> ConversationId {
        self.say_at(address, text, at, &Place::default()).await
    }

    /// A comment below a post of the brand.
    pub(crate) async fn comment(&self, address: &str, text: &str, at: Timestamp) -> ConversationId {
        let place = Place { visibility: Visibility::PublicAddressed, ..Place::default() };
        self.say_at(address, text, at, &place).await
    }

    /// The same somewhere.
    pub(crate) async fn say_at(
        &self,
        address: &str,
        text: &str,
        at: Timestamp,
        place: &Place,
    ) -> ConversationId {
        let attachments = place
            .parts
            .iter()
            .map(|(shown, source)| NewAttachment { shown: shown.clone(), source: source.clone() });
        let inbound = NewInbound {
            details: Details {
                link: place.link.map(ToOwned::to_owned),
                attachments: attachments.collect(),
                ..Details::default()
            },
            brand: self.brand.id,
            channel: self.channel.id,
            address: address.to_owned(),
            external: self.ids.next().to_string(),
            text: text.to_owned(),
            visibility: place.visibility,
            at,
            settle: Millis(0),
            settle_at_most: Millis(0),
            message_id: MessageId::new(self.ids.next()),
            conversation_id: ConversationId::new(self.ids.next()),
            address_id: AddressId::new(self.ids.next()),
        };
        match self.store.accept(vec![inbound]).await.unwrap().remove(0).unwrap() {
            Acceptance::New { conversation, .. } | Acceptance::Duplicate { conversation, .. } => conversation,
        }
    }

    /// Lan complains, and is now waiting for a human.
    pub(crate) async fn lan_complains(&self) -> ConversationId {
        self.customer("lan", "Nguyễn Thị Lan", "MH-10234", OrderStatus::Shipped).await;
        self.run(Run {
            address: "lan",
            says: &["shop ơi đơn của mình tới đâu rồi ạ"],
            reading: reading(MessageLanguage::Vietnamese, "track_order", 0.1, 0.04),
            kind: DecisionKind::Reply,
            policy: "answer",
            reason: "one_order",
            reply: Some(
                "Chào chị Lan, đơn *MH-10234* (Đầm linen xanh rêu) đang trên đường giao, dự kiến hôm nay ạ.",
            ),
            template: "track_order",
            queue: None,
            minutes_ago: 95,
        })
        .await;
        self.run(Run {
            address: "lan",
            says: &["hôm qua cũng bảo hôm nay", "quá thất vọng, trả tiền lại cho tôi!!"],
            reading: reading(MessageLanguage::Vietnamese, "late_delivery", -0.86, 0.97),
            kind: DecisionKind::Escalate,
            policy: "complaint",
            reason: "complaint",
            reply: Some("Em rất xin lỗi chị Lan vì đơn *MH-10234* đến trễ. Em đã chuyển ngay cho bạn phụ trách, chị sẽ được trả lời trong ít phút."),
            template: "escalated_complaint",
            queue: Some((EscalationReason::Complaint, Priority::High, 92, Millis::minutes(15))),
            minutes_ago: 22,
        })
        .await
    }
}

/// SHA-256 in hex, as links and logins are stored.
pub(crate) fn hash(token: &str) -> SecretHash {
    use sha2::{Digest as _, Sha256};
    use std::fmt::Write as _;
    let digest = Sha256::digest(token.as_bytes());
    SecretHash(digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
