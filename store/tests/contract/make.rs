//! Brands, channels, messages and turns to try the store with.

use crate::house::House;
use lara_core::model::{
    AddressId, Agent, AgentId, Answers, Author, Brand, BrandId, BrandSettings, Channel, ChannelId,
    ChannelKind, ConversationId, Decision, DecisionId, DecisionKind, Delivery, Direction, Escalation,
    EscalationId, EscalationReason, EscalationState, Facts, Intent, Language, MessageId, MessageLanguage,
    Millis, NodeId, Owner, Priority, Reading, Role, Timestamp, Visibility,
};
use lara_core::ports::{
    Acceptance, Agents as _, Brands as _, Claim, ConsentChange, Inbox as _, Lanes as _, NewInbound,
    NewMessage, Person, QueueChange, Turn,
};
use serde_json::json;

/// Long enough that no fact outlives it by chance.
pub(crate) const LEASE: Millis = Millis(60_000);

pub(crate) const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + millis)
}

/// A brand with a pulled and a pushed channel.
pub(crate) struct Shop {
    pub(crate) brand: Brand,
    pub(crate) web: Channel,
    pub(crate) push: Channel,
}

impl House {
    pub(crate) fn node(&self) -> NodeId {
        NodeId::new(self.id())
    }

    pub(crate) async fn shop(&self) -> Shop {
        self.shop_called("may").await
    }

    pub(crate) async fn shop_called(&self, slug: &str) -> Shop {
        let brand = Brand {
            id: BrandId::new(self.id()),
            slug: slug.to_owned(),
            name: format!("Tiệm {slug}"),
            demo: false,
            settings: BrandSettings::default(),
            facts: Facts::default(),
            rev: 0,
        };
        self.store.add_brand(&brand, at(0)).await.unwrap();
        let mut channels = Vec::new();
        for (kind, delivery) in [(ChannelKind::Web, Delivery::Pull), (ChannelKind::Telegram, Delivery::Push)]
        {
            let channel = Channel {
                id: ChannelId::new(self.id()),
                brand: brand.id,
                kind,
                name: kind.to_string(),
                delivery,
                settings: json!({}),
                account: None,
                secrets: lara_core::model::Secrets::default(),
                paused_at: None,
            };
            self.store.put_channel(&channel, at(0)).await.unwrap();
            channels.push(channel);
        }
        let push = channels.pop().unwrap();
        let web = channels.pop().unwrap();
        Shop { brand, web, push }
    }

    /// A message that is a run of its own.
    pub(crate) fn says(&self, channel: &Channel, address: &str, external: &str, when: i64) -> NewInbound {
        NewInbound {
            brand: channel.brand,
            details: lara_core::ports::Details::default(),
            channel: channel.id,
            address: address.to_owned(),
            external: external.to_owned(),
            text: format!("đơn của mình đâu? {external}"),
            visibility: Visibility::Direct,
            at: at(when),
            settle: Millis(0),
            settle_at_most: Millis(0),
            message_id: MessageId::new(self.id()),
            conversation_id: ConversationId::new(self.id()),
            address_id: AddressId::new(self.id()),
        }
    }

    /// Accepts messages whose channels are there.
    pub(crate) async fn accepts(&self, batch: Vec<NewInbound>) -> Vec<Acceptance> {
        self.store.accept(batch).await.unwrap().into_iter().map(Option::unwrap).collect()
    }

    /// Accepts one message that must be new.
    pub(crate) async fn hears(&self, message: NewInbound) -> Heard {
        match self.accepts(vec![message]).await.remove(0) {
            Acceptance::New { message, conversation, address, seq } => {
                Heard { message, conversation, address, seq }
            }
            other @ Acceptance::Duplicate { .. } => panic!("expected a new message, got {other:?}"),
        }
    }

    /// Accepts one message and claims its lane.
    pub(crate) async fn heard_and_claimed(&self, node: NodeId, message: NewInbound) -> Claim {
        let now = message.at;
        self.hears(message).await;
        let mut claims = self.store.claim(node, now, LEASE, 64).await.unwrap();
        assert_eq!(claims.len(), 1, "one lane waits");
        claims.remove(0)
    }

    pub(crate) async fn agent(&self, email: &str) -> Agent {
        let agent = Agent {
            id: AgentId::new(self.id()),
            name: "Hà".to_owned(),
            email: email.to_owned(),
            role: Role::Agent,
            disabled_at: None,
        };
        self.store.add_agent(&agent, at(0)).await.unwrap();
        agent
    }

    /// The turn that answers a claimed run with one reply.
    pub(crate) fn answers(&self, node: NodeId, claim: &Claim, when: i64) -> Turn {
        let conversation = &claim.conversation;
        let first_seq = claim.run.first().unwrap().seq;
        let last_seq = claim.run.last().unwrap().seq;
        let reply = self.reply(&claim.memory.channel, first_seq, last_seq, when);
        Turn {
            conversation: conversation.id,
            brand: conversation.brand,
            address: conversation.address,
            node,
            rev: conversation.rev,
            customer: claim.memory.customer.as_ref().map(|customer| (customer.id, customer.rev)),
            done_seq: last_seq,
            decision: Decision {
                id: DecisionId::new(self.id()),
                conversation: conversation.id,
                first_seq,
                last_seq,
                kind: DecisionKind::Reply,
                policy: "answer".to_owned(),
                reason: "confident".to_owned(),
                reading: reading(),
                templates: Vec::new(),
                known: vec!["order:MH-10234".to_owned()],
                reply: Some(reply.id),
                at: at(when),
            },
            reply: Some(reply),
            owner: conversation.owner,
            language: Some(Language::Vietnamese),
            open_question: None,
            misses: 0,
            queue: QueueChange::Keep,
            consent: ConsentChange::Keep,
            person: lara_core::ports::PersonChange::default(),
            at: at(when),
        }
    }

    pub(crate) fn reply(&self, channel: &Channel, first_seq: i64, last_seq: i64, when: i64) -> NewMessage {
        NewMessage {
            id: MessageId::new(self.id()),
            direction: Direction::Out,
            author: Author::Bot,
            agent: None,
            text: "*Đang giao* ạ".to_owned(),
            quick_replies: Vec::new(),
            answers: Some(Answers { first_seq, last_seq }),
            visibility: Visibility::Direct,
            aside: None,
            delivery: channel.delivery,
            at: at(when),
        }
    }

    /// What an agent writes.
    pub(crate) fn writes(
        &self,
        direction: Direction,
        agent: &Agent,
        channel: &Channel,
        when: i64,
    ) -> NewMessage {
        NewMessage {
            author: Author::Agent,
            agent: Some(agent.id),
            direction,
            answers: None,
            ..self.reply(channel, 0, 0, when)
        }
    }

    pub(crate) fn escalation(&self, turn: &Turn, priority: Priority, severity: i32, due: i64) -> Escalation {
        Escalation {
            id: EscalationId::new(self.id()),
            brand: turn.brand,
            conversation: turn.conversation,
            reason: if priority == Priority::Urgent {
                EscalationReason::Urgent
            } else {
                EscalationReason::Complaint
            },
            priority,
            severity,
            state: EscalationState::Open,
            opened_at: turn.at,
            due_at: at(due),
            agent: None,
        }
    }

    /// The same turn, but it escalates.
    pub(crate) fn escalating(&self, mut turn: Turn, priority: Priority, severity: i32, due: i64) -> Turn {
        turn.owner = Owner::Waiting;
        turn.decision.kind = DecisionKind::Escalate;
        turn.queue = QueueChange::Put(self.escalation(&turn, priority, severity, due));
        turn
    }
}

/// A message that was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) message: MessageId,
    pub(crate) conversation: ConversationId,
    pub(crate) address: AddressId,
    pub(crate) seq: i64,
}

pub(crate) fn reading() -> Reading {
    Reading {
        language: MessageLanguage::Vietnamese,
        intent: Intent::from_static("track_order"),
        confidence: 0.93,
        score: -0.125,
        complaint: 0.25,
        model: "linear-1".into(),
        ..Reading::default()
    }
}

/// Lan, as the shop knows her.
pub(crate) fn lan() -> Person {
    Person {
        external_id: Some("C-1".to_owned()),
        name: Some("Nguyễn Thị Lan".to_owned()),
        email: Some("lan@example.com".to_owned()),
        phone: Some("0901 234 567".to_owned()),
        language: Some(Language::Vietnamese),
        tier: None,
    }
}
