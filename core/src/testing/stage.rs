//! A stage to play a conversation on without a store: what a customer says and how it is read go in, what Lara does
//! comes out, and the stage remembers as the store would.

use super::fakes::{FakeClock, ScriptedClassifier, SeqIds};
use crate::act::template::TemplateSet;
use crate::model::{
    Address, AddressId, Afterwards, Author, Brand, BrandId, BrandSettings, Channel, ChannelId, ChannelKind,
    Conversation, ConversationId, Customer, CustomerId, Delivery, DeliveryOption, Direction, FactSheet,
    Facts, Language, Level, Links, Message, MessageId, MessageLanguage, MessageState, Millis, NodeId, Order,
    OrderId, OrderItem, OrderStatus, Owner, Preference, Product, ProductId, Reading, Shipment, Timestamp,
    Visibility,
};
use crate::ports::{Claim, Clock, ConsentChange, Ids, Memory, Pace, Proof, QueueChange, Turn};
use crate::relate::ProductIndex;
use crate::rules::Rules;
use crate::turn::{Moment, Readings, turn};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// One day.
const DAY: i64 = 86_400_000;

/// A conversation being played.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Rules of the brand.
    pub rules: Arc<Rules>,
    /// The conversation.
    pub conversation: Conversation,
    /// What is known.
    pub memory: Memory,
    /// The last run.
    pub run: Vec<Message>,
    /// Now.
    pub now: Timestamp,
    ids: Arc<SeqIds>,
    visibility: Visibility,
    /// When Lara said something.
    replied: Vec<Timestamp>,
    /// What was said to her, oldest first.
    heard: Vec<String>,
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

/// A calm, sure reading in Vietnamese.
#[must_use]
pub fn vi(intent: &str) -> Reading {
    ScriptedClassifier::reading(MessageLanguage::Vietnamese, intent)
}

/// A calm, sure reading in English.
#[must_use]
pub fn en(intent: &str) -> Reading {
    ScriptedClassifier::reading(MessageLanguage::English, intent)
}

/// The same reading, unsure.
#[must_use]
pub fn unsure(reading: Reading) -> Reading {
    Reading { confidence: 0.3, ..reading }
}

/// The same reading as a complaint, that angry (0..=1).
#[must_use]
pub fn angry(reading: Reading, anger: f32) -> Reading {
    Reading { complaint: 0.9, score: -anger, sentiment: crate::model::Sentiment::Negative, ..reading }
}

/// The same reading, urgent.
#[must_use]
pub fn urgent(reading: Reading) -> Reading {
    Reading { urgent: true, ..reading }
}

/// An order of the person on stage, due in two days.
#[must_use]
pub fn order(number: &str, status: OrderStatus, items: &[&str]) -> Order {
    let now = FakeClock::default().now().millis();
    Order {
        id: OrderId::new(Uuid::from_u128(1)),
        brand: BrandId::new(Uuid::from_u128(1)),
        customer: CustomerId::new(Uuid::from_u128(1)),
        number: number.to_owned(),
        status,
        ordered_at: Timestamp::from_millis(now - 3 * DAY),
        due_at: Some(Timestamp::from_millis(now + 2 * DAY)),
        currency: "VND".to_owned(),
        total_minor: 475_000,
        items: items
            .iter()
            .map(|name| OrderItem { name: (*name).to_owned(), quantity: 1, sku: None })
            .collect(),
        tracking_url: Some(format!("https://track.example.vn/{number}")),
        shipment: Shipment::default(),
    }
}

/// A product in stock.
#[must_use]
pub fn product(sku: &str, name: &str) -> Product {
    Product {
        id: ProductId::new(Uuid::from_u128(1)),
        brand: BrandId::new(Uuid::from_u128(1)),
        sku: sku.to_owned(),
        name: name.to_owned(),
        category: None,
        price_minor: 185_000,
        currency: "VND".to_owned(),
        stock: Some(12),
        url: Some(format!("https://shop.example.vn/{sku}")),
        description: Some("Men tự nhiên, dùng được trong lò vi sóng.".to_owned()),
    }
}

fn sheet(language: Language) -> FactSheet {
    let vietnamese = language == Language::Vietnamese;
    let say = |vi: &str, en: &str| Some(if vietnamese { vi } else { en }.to_owned());
    FactSheet {
        address: say("18 ngõ Hoa Nhài, Hà Nội", "18 Hoa Nhai Lane, Hanoi"),
        hours: say("9:00–21:00 tất cả các ngày", "9:00–21:00 every day"),
        phone: Some("024 3555 0188".to_owned()),
        email: None,
        delivery: vec![DeliveryOption {
            name: if vietnamese { "Toàn quốc" } else { "Nationwide" }.to_owned(),
            fee: "35.000 ₫".to_owned(),
            days: if vietnamese { "2–4 ngày" } else { "2–4 days" }.to_owned(),
        }],
        payment_methods: vec!["MoMo".to_owned(), "COD".to_owned()],
        return_days: Some(30),
        return_terms: None,
        promotion: None,
        invoice: None,
        refund_time: say("3–5 ngày làm việc.", "3–5 working days."),
        links: Links { account: Some("https://shop.example.vn/account".to_owned()), ..Links::default() },
    }
}

impl Stage {
    /// A stranger in direct messages on the web, humans at work, a shop that has written down most of its facts.
    #[must_use]
    pub fn new() -> Self {
        let id = Uuid::from_u128(1);
        let now = FakeClock::default().now();
        let facts = Facts(BTreeMap::from(
            [Language::English, Language::Vietnamese].map(|language| (language, sheet(language))),
        ));
        let brand = Brand {
            id: BrandId::new(id),
            slug: "moc".to_owned(),
            name: "Mộc".to_owned(),
            demo: false,
            settings: BrandSettings::default(),
            facts,
            rev: 1,
        };
        let products =
            ProductIndex::new(vec![product("LY-01", "Ly gốm Men Tro"), product("KH-01", "Khăn lanh")]);
        Self {
            rules: Arc::new(Rules::new(brand, TemplateSet::shipped(), products, 0.5)),
            conversation: conversation(id, now),
            memory: memory(id),
            run: Vec::new(),
            now,
            ids: Arc::default(),
            visibility: Visibility::Direct,
            replied: Vec::new(),
            heard: Vec::new(),
        }
    }

    /// The talk happens on a platform messages are pushed to.
    #[must_use]
    pub fn pushed(mut self, kind: ChannelKind) -> Self {
        self.memory.channel.kind = kind;
        self.memory.channel.delivery = Delivery::Push;
        self
    }

    /// With other rules of the brand.
    #[must_use]
    pub fn ruled(mut self, change: impl FnOnce(&mut Brand)) -> Self {
        let mut brand = self.rules.brand.clone();
        change(&mut brand);
        let products = ProductIndex::new(self.rules.products.all().to_vec());
        self.rules = Arc::new(Rules::new(brand, TemplateSet::shipped(), products, 0.5));
        self
    }

    /// With published templates.
    #[must_use]
    pub fn published(mut self, templates: TemplateSet) -> Self {
        let products = ProductIndex::new(self.rules.products.all().to_vec());
        self.rules = Arc::new(Rules::new(self.rules.brand.clone(), templates, products, 0.5));
        self
    }

    /// The person is known and proven.
    #[must_use]
    pub fn verified(mut self, name: &str) -> Self {
        let customer = Customer {
            id: CustomerId::new(Uuid::from_u128(1)),
            brand: self.conversation.brand,
            external_id: Some("c-1".to_owned()),
            name: Some(name.to_owned()),
            email: None,
            phone: None,
            language: None,
            tier: None,
            opted_out_at: None,
            rev: 1,
        };
        self.memory.address.customer = Some(customer.id);
        self.memory.address.level = Level::Verified;
        self.memory.customer = Some(customer);
        self
    }

    /// The person merely says who they are.
    #[must_use]
    pub fn claimed(mut self) -> Self {
        self.memory.address.level = Level::Claimed;
        self
    }

    /// They bought this.
    #[must_use]
    pub fn with_order(mut self, order: Order) -> Self {
        self.memory.orders.push(order);
        self
    }

    /// They like this.
    #[must_use]
    pub fn likes(mut self, key: &str, value: &str) -> Self {
        self.memory.preferences.push(Preference::imported(key, value));
        self
    }

    /// The talk happens in a public place that does not address the brand.
    #[must_use]
    pub fn in_public(self) -> Self {
        self.said_in(Visibility::Public)
    }

    /// The talk happens there.
    #[must_use]
    pub fn said_in(mut self, visibility: Visibility) -> Self {
        self.visibility = visibility;
        self.run = vec![self.message("…")];
        self
    }

    /// Says one message, read so.
    pub fn says(&mut self, text: &str, reading: Reading) -> Turn {
        self.says_all(&[(text, reading.clone())], reading)
    }

    /// Says several messages in one run, read one by one and as a whole.
    pub fn says_all(&mut self, messages: &[(&str, Reading)], whole: Reading) -> Turn {
        self.run = messages.iter().map(|(text, _)| self.message(text)).collect();
        for message in &mut self.run {
            self.conversation.last_seq += 1;
            message.seq = self.conversation.last_seq;
        }
        if self.memory.channel.delivery == Delivery::Push {
            self.look_back();
        }
        let claim = Claim {
            conversation: self.conversation.clone(),
            attempts: 1,
            run: self.run.clone(),
            memory: self.memory.clone(),
        };
        let readings =
            Readings { whole, each: messages.iter().map(|(_, reading)| reading.clone()).collect() };
        let moment = Moment { now: self.now, node: NodeId::new(Uuid::from_u128(9)) };
        let turn = turn(&claim, &readings, &self.rules, moment, self.ids.as_ref());
        self.commit(&turn);
        turn
    }

    /// How fast the talk goes, as the store would count.
    fn look_back(&mut self) {
        let since = |minutes: i64| {
            let start = self.now.plus(Millis::minutes(-minutes));
            let count = self.replied.iter().filter(|at| **at >= start).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        let last = self.run.last().map(|message| message.text.as_str());
        let same = self.heard.iter().rev().take_while(|text| Some(text.as_str()) == last).count();
        let pace = &mut self.memory.pace;
        (pace.bot_replies_1m, pace.bot_replies_10m) = (since(1), since(10));
        pace.same_text_before = u32::try_from(same).unwrap_or(u32::MAX);
        self.heard.extend(self.run.iter().map(|message| message.text.clone()));
    }

    /// Remembers a turn as the store would.
    fn commit(&mut self, turn: &Turn) {
        let conversation = &mut self.conversation;
        conversation.owner = turn.owner;
        conversation.language = turn.language;
        conversation.open_question.clone_from(&turn.open_question);
        conversation.misses = turn.misses;
        conversation.done_seq = turn.done_seq;
        if let Some(reply) = &turn.reply {
            conversation.last_seq += 1;
            self.memory.answered_before = true;
            self.replied.push(turn.at);
            if reply.aside.is_some() {
                self.memory.pace.aside_at = Some(turn.at);
            }
            self.memory.last_bot_text = Some(reply.text.clone());
        }
        match turn.consent {
            ConsentChange::Keep => {}
            ConsentChange::OptOut => self.memory.address.opted_out_at = Some(turn.at),
            ConsentChange::OptIn => self.memory.address.opted_out_at = None,
        }
        if let QueueChange::Put(new) = &turn.queue {
            let graver = |old: &crate::model::Escalation| {
                (new.priority.rank(), -new.severity) < (old.priority.rank(), -old.severity)
            };
            if self.memory.escalation.as_ref().is_none_or(graver) {
                self.memory.escalation = Some(new.clone());
            }
        }
    }

    fn message(&self, text: &str) -> Message {
        Message {
            id: MessageId::new(self.ids.next()),
            brand: self.conversation.brand,
            conversation: self.conversation.id,
            seq: 1,
            direction: Direction::In,
            author: Author::Customer,
            agent: None,
            external: None,
            text: text.to_owned(),
            quick_replies: Vec::new(),
            answers: None,
            visibility: self.visibility,
            state: MessageState::Accepted,
            at: self.now,
            fault: None,
            attachments: Vec::new(),
            aside: None,
            after: Afterwards::default(),
        }
    }
}

fn conversation(id: Uuid, now: Timestamp) -> Conversation {
    Conversation {
        id: ConversationId::new(id),
        brand: BrandId::new(id),
        channel: ChannelId::new(id),
        address: AddressId::new(id),
        owner: Owner::Bot,
        epoch: 0,
        rev: 1,
        agent: None,
        language: None,
        open_question: None,
        misses: 0,
        last_seq: 0,
        last_in_seq: 0,
        done_seq: 0,
        created_at: now,
        last_at: now,
    }
}

fn memory(id: Uuid) -> Memory {
    Memory {
        channel: Channel::new(ChannelId::new(id), BrandId::new(id), ChannelKind::Web, "web", Delivery::Pull),
        address: Address {
            id: AddressId::new(id),
            brand: BrandId::new(id),
            channel: ChannelId::new(id),
            external: "visitor".to_owned(),
            customer: None,
            level: Level::Anonymous,
            opted_out_at: None,
            name: None,
            language: None,
            unreachable_at: None,
        },
        customer: None,
        orders: Vec::new(),
        returns: Vec::new(),
        preferences: Vec::new(),
        forgotten: Vec::new(),
        escalation: None,
        answered_before: false,
        returning: false,
        last_bot_text: None,
        pace: Pace::default(),
        elsewhere: None,
        proof: Proof::Nothing,
    }
}
