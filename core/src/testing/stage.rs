//! A stage to play a conversation on without a store: what a customer says and how it is read go in, what Lara does
//! comes out, and the stage remembers as the store would.

use super::fakes::{FakeClock, ScriptedClassifier, SeqIds};
use super::things::{conversation, elsewhere, memory, nobody, sent_back, sheet};
use crate::act::template::TemplateSet;
use crate::model::{
    Afterwards, Author, Brand, BrandId, BrandSettings, ChannelKind, Conversation, Customer, CustomerId,
    Delivery, Direction, EscalationReason, Facts, Language, Level, Message, MessageId, MessageLanguage,
    MessageState, Millis, NodeId, Order, Preference, Priority, Product, Reading, ReturnStatus, Timestamp,
    Visibility,
};
use crate::ports::{Claim, Clock, ConsentChange, Ids, Memory, Proof, QueueChange, Turn};
use crate::relate::ProductIndex;
use crate::rules::Rules;
use crate::turn::{Moment, Readings, turn};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

pub use super::things::{order, product};

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
            external_id: Some("c-1".to_owned()),
            name: Some(name.to_owned()),
            ..nobody(CustomerId::new(Uuid::from_u128(1)), self.conversation.brand)
        };
        self.memory.address.customer = Some(customer.id);
        self.memory.address.level = Level::Verified;
        self.memory.customer = Some(customer);
        self
    }

    /// What the store will find of what is said next.
    #[must_use]
    pub fn offering(mut self, proof: Proof) -> Self {
        self.memory.proof = proof;
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

    /// This goes back of their newest order.
    #[must_use]
    pub fn sending_back(mut self, status: ReturnStatus) -> Self {
        let Some(order) = self.memory.orders.first() else { return self };
        self.memory.returns.push(sent_back(order, status));
        self
    }

    /// They wrote in a conversation before this one, and this waits for a human there.
    #[must_use]
    pub fn waiting_elsewhere(mut self, reason: EscalationReason, priority: Priority) -> Self {
        self.memory.returning = true;
        self.memory.elsewhere = Some(elsewhere(&self.conversation, reason, priority));
        self
    }

    /// They like this.
    #[must_use]
    pub fn likes(mut self, key: &str, value: &str) -> Self {
        self.memory.preferences.push(Preference::imported(key, value));
        self
    }

    /// The shop sells this.
    #[must_use]
    pub fn selling(mut self, products: Vec<Product>) -> Self {
        let rules = &self.rules;
        let products = ProductIndex::new(products);
        self.rules = Arc::new(Rules::new(rules.brand.clone(), TemplateSet::shipped(), products, 0.5));
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
        if let (Some(_), Proof::Code { person, .. } | Proof::Order { person, .. }) =
            (&turn.person.join, std::mem::take(&mut self.memory.proof))
        {
            self.memory.address.customer = Some(person.id);
            self.memory.address.level = Level::Verified;
            self.memory.customer = Some(*person);
        }
        self.learn(turn);
        if let QueueChange::Put(new) = &turn.queue {
            let graver = |old: &crate::model::Escalation| {
                (new.priority.rank(), -new.severity) < (old.priority.rank(), -old.severity)
            };
            if self.memory.escalation.as_ref().is_none_or(graver) {
                self.memory.escalation = Some(new.clone());
            }
        }
    }

    /// Remembers what was learnt of the person.
    fn learn(&mut self, turn: &Turn) {
        let memory = &mut self.memory;
        memory.preferences.retain(|like| !turn.person.forgotten.contains(&like.key));
        memory.forgotten.extend(turn.person.forgotten.iter().cloned());
        for learnt in &turn.person.learnt {
            memory.preferences.retain(|like| like.key != learnt.key);
            memory.preferences.push(learnt.clone());
        }
        if let (None, Some(id)) = (&memory.customer, turn.person.ids.first()) {
            let id = CustomerId::new(*id);
            memory.address.customer = Some(id);
            memory.address.level = Level::Claimed;
            memory.customer = Some(nobody(id, self.conversation.brand));
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
