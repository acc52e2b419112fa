//! Conversations, messages, decisions, escalations.

use super::names::words;
use super::{
    AddressId, AgentId, Attachment, BrandId, ChannelId, ConversationId, CustomerId, DecisionId, EscalationId,
    Intent, Language, MessageId, Reading, Timestamp,
};
use serde::{Deserialize, Serialize};

words! {
    /// Who owns a conversation, and so who may speak in it.
    Owner {
        /// Lara answers.
        Bot = "bot",
        /// Escalated, nobody has taken over yet: Lara holds the line.
        Waiting = "waiting",
        /// An agent answers; Lara is silent.
        Agent = "agent",
        /// Over. The next message opens a new conversation.
        Closed = "closed",
    }
}

/// What Lara asked and waits to hear; the next run is read as its answer first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OpenQuestion {
    /// Which order is meant; the intent to answer once known.
    WhichOrder {
        /// The request that needs the order.
        intent: Intent,
        /// The numbers offered.
        offered: Vec<String>,
    },
    /// Which product is meant; the intent to answer once known.
    WhichProduct {
        /// The request that needs the product.
        intent: Intent,
    },
    /// Which order, and which e-mail or phone it was placed with: what proves who writes.
    Prove {
        /// The request that needs the proof.
        intent: Intent,
        /// What was said from this place on counts together. E-mails and phones stay in the messages.
        since: i64,
    },
    /// Which of these was meant.
    WhichIntent {
        /// The intents offered, likeliest first.
        offered: Vec<Intent>,
    },
}

/// One stretch of talk with an address. At most one per address is not closed (unique key).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Id; also the lane.
    pub id: ConversationId,
    /// Brand.
    pub brand: BrandId,
    /// Channel.
    pub channel: ChannelId,
    /// Address.
    pub address: AddressId,
    /// Who may speak.
    pub owner: Owner,
    /// Moves at every hand-over.
    pub epoch: i64,
    /// Moves at take-over, hand-back, resolve, opt-out, merge, level change, erase: whatever makes a prepared reply stale.
    pub rev: i64,
    /// The agent who took over.
    pub agent: Option<AgentId>,
    /// The reply language so far.
    pub language: Option<Language>,
    /// What Lara waits to hear.
    pub open_question: Option<OpenQuestion>,
    /// Runs in a row that Lara could not answer.
    pub misses: i32,
    /// Highest sequence number given (messages in and out share it).
    pub last_seq: i64,
    /// Highest sequence number of an inbound message.
    pub last_in_seq: i64,
    /// Inbound messages up to here are decided.
    pub done_seq: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When the last message came or went.
    pub last_at: Timestamp,
}

words! {
    /// Where a message was said.
    Visibility {
        /// Between the brand and one person.
        Direct = "direct",
        /// In a public place, not addressed to the brand: listened to only.
        Public = "public",
        /// In a public place, addressed to the brand.
        PublicAddressed = "public_addressed",
    }
}

words! {
    /// Which way a message goes.
    Direction {
        /// From the customer.
        In = "in",
        /// To the customer.
        Out = "out",
        /// Between agents; never leaves the desk.
        Note = "note",
    }
}

words! {
    /// Who said it.
    Author {
        /// The customer.
        Customer = "customer",
        /// Lara.
        Bot = "bot",
        /// An agent.
        Agent = "agent",
    }
}

words! {
    /// How far a message is. Inbound messages and notes are `accepted`; the rest is the outbox.
    MessageState {
        /// Stored (inbound and notes).
        Accepted = "accepted",
        /// Waiting to be sent.
        Queued = "queued",
        /// A worker is sending it.
        Sending = "sending",
        /// The platform took it (or the channel is pulled).
        Sent = "sent",
        /// The platform refused it for good.
        Failed = "failed",
        /// It may or may not have arrived; never blindly repeated.
        Uncertain = "uncertain",
        /// Cancelled before it was sent (take-over, opt-out).
        Cancelled = "cancelled",
    }
}

/// Something the customer can press instead of typing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickReply {
    /// What the button says and, when pressed, what the customer says.
    pub title: String,
}

/// The inbound messages a reply answers: those with a sequence number in this range of the same conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// First.
    pub first_seq: i64,
    /// Last.
    pub last_seq: i64,
}

/// A message as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Id.
    pub id: MessageId,
    /// Brand.
    pub brand: BrandId,
    /// Conversation.
    pub conversation: ConversationId,
    /// Place in the conversation.
    pub seq: i64,
    /// Direction.
    pub direction: Direction,
    /// Author.
    pub author: Author,
    /// Which agent, when an agent wrote it.
    pub agent: Option<AgentId>,
    /// The platform's id of it: given by the platform (in) or learnt from the receipt (out).
    pub external: Option<String>,
    /// The text. Inbound: plain, masked, NFC. Outbound: neutral markup (`core::act::markup`).
    pub text: String,
    /// Buttons offered with it.
    pub quick_replies: Vec<QuickReply>,
    /// The run a bot reply answers; `None` for everything else.
    pub answers: Option<Answers>,
    /// Where it was said.
    pub visibility: Visibility,
    /// How far it is.
    pub state: MessageState,
    /// When it was accepted or written.
    pub at: Timestamp,
    /// Why it failed or is uncertain: a stable code, never platform text.
    pub fault: Option<String>,
    /// What came with it.
    pub attachments: Vec<Attachment>,
    /// Neutral markup said in private beside a reply in a public place.
    pub aside: Option<String>,
    /// What happened to it after it was stored.
    pub after: Afterwards,
}

/// What happened to a message after it was stored, as the platform told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Afterwards {
    /// When the platform says it was said: the order in which fragments of a run are read.
    pub said_at: Option<Timestamp>,
    /// Its customer corrected it; `text` is the correction.
    pub edited_at: Option<Timestamp>,
    /// Its customer took it back; `text` is empty since.
    pub withdrawn_at: Option<Timestamp>,
    /// It reached the customer's device.
    pub delivered_at: Option<Timestamp>,
    /// The customer saw it.
    pub read_at: Option<Timestamp>,
    /// Where a public message can be looked at.
    pub link: Option<String>,
}

words! {
    /// What Lara did with a run of messages.
    DecisionKind {
        /// Answered.
        Reply = "reply",
        /// Asked back.
        Ask = "ask",
        /// Put it in the human queue.
        Escalate = "escalate",
        /// Said nothing.
        Silent = "silent",
        /// Stopped writing, as asked.
        OptOut = "opt_out",
        /// Writes again, as asked.
        OptIn = "opt_in",
    }
}

/// Why Lara did what she did for one run: decision and audit in one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Id.
    pub id: DecisionId,
    /// Conversation.
    pub conversation: ConversationId,
    /// First inbound message of the run.
    pub first_seq: i64,
    /// Last inbound message of the run.
    pub last_seq: i64,
    /// What was done.
    pub kind: DecisionKind,
    /// The policy that decided, by its file name in `core/src/act/policies`.
    pub policy: String,
    /// The policy's reason: a stable snake-case code.
    pub reason: String,
    /// What was understood, of the whole run.
    pub reading: Reading,
    /// The templates rendered, in order, with the version used (0 = shipped default).
    pub templates: Vec<TemplateUse>,
    /// What Lara knew: names of the facts and records used (`order:MH-10234`, `fact:delivery`), never their content.
    pub known: Vec<String>,
    /// The reply, if one was written.
    pub reply: Option<MessageId>,
    /// When.
    pub at: Timestamp,
}

/// One use of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateUse {
    /// Key, e.g. `track_order`.
    pub key: String,
    /// Language.
    pub language: Language,
    /// Version; 0 is the shipped default.
    pub version: i64,
}

words! {
    /// Why a human is needed.
    EscalationReason {
        /// Danger, law, press, leaving for good.
        Urgent = "urgent",
        /// A complaint.
        Complaint = "complaint",
        /// The customer asked for a human.
        AskedForHuman = "asked_for_human",
        /// Lara could not answer twice in a row.
        Misses = "misses",
        /// The brand has not written the fact the answer needs.
        MissingFact = "missing_fact",
        /// The request changes something only a human may change.
        NeedsHuman = "needs_human",
        /// The talk goes in circles, as between two bots.
        Loop = "loop",
        /// Deciding failed again and again.
        Quarantined = "quarantined",
        /// A reply may or may not have arrived, or a template failed.
        Fault = "fault",
    }
}

words! {
    /// How soon. Lower sorts first.
    Priority {
        /// Now.
        Urgent = "urgent",
        /// Before the others.
        High = "high",
        /// In turn.
        Normal = "normal",
    }
}

impl Priority {
    /// Rank in the queue: 0 burns most. Stored, so that the database can order by it.
    #[must_use]
    pub const fn rank(self) -> i32 {
        match self {
            Self::Urgent => 0,
            Self::High => 1,
            Self::Normal => 2,
        }
    }
}

words! {
    /// How far an escalation is.
    EscalationState {
        /// Nobody has it.
        Open = "open",
        /// An agent has it.
        Claimed = "claimed",
        /// Done.
        Resolved = "resolved",
    }
}

/// A place in the human queue. At most one per conversation is not resolved (unique key).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Escalation {
    /// Id.
    pub id: EscalationId,
    /// Brand.
    pub brand: BrandId,
    /// Conversation.
    pub conversation: ConversationId,
    /// The gravest reason so far.
    pub reason: EscalationReason,
    /// Priority.
    pub priority: Priority,
    /// Severity 0..=100 within the priority: higher burns more (complaint probability and mood).
    pub severity: i32,
    /// State.
    pub state: EscalationState,
    /// Opened.
    pub opened_at: Timestamp,
    /// When a human should have answered.
    pub due_at: Timestamp,
    /// Who has it.
    pub agent: Option<AgentId>,
}

/// The person in a conversation, as far as they may be known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    /// Customer.
    pub customer: CustomerId,
    /// How they were tied: `signed_identity`, `import`, `agent`.
    pub by: String,
}
