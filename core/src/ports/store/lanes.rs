//! What the engine needs of a store: the lanes and the turns.

use crate::model::{
    Address, AddressId, AgentId, Answers, Author, BrandId, Channel, Conversation, ConversationId, Customer,
    CustomerId, Decision, Delivery, Direction, Escalation, JoinHow, JoinId, Level, Message, MessageId,
    Millis, NodeId, OpenQuestion, Order, Owner, Preference, QuickReply, Return, Timestamp, Visibility,
};
use crate::ports::{SecretHash, StoreResult};
use crate::relate::proof::Contacts;
use async_trait::async_trait;

/// A lane leased to this node: all its waiting messages are one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The conversation, as it is now.
    pub conversation: Conversation,
    /// How often this run was claimed, this time included.
    pub attempts: i32,
    /// The waiting messages in order; never empty.
    pub run: Vec<Message>,
    /// What else is known.
    pub memory: Memory,
}

/// What is known about the person and the conversation when a run is decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// The channel.
    pub channel: Channel,
    /// The address.
    pub address: Address,
    /// The person, once tied.
    pub customer: Option<Customer>,
    /// Their latest orders, newest first, at most five.
    pub orders: Vec<Order>,
    /// What went back of these orders, or is to go back, newest first.
    pub returns: Vec<Return>,
    /// Their preferences. One stated at another address is among them only if that address is proven to be theirs.
    pub preferences: Vec<Preference>,
    /// Keys of what is to be forgotten about them: it is neither used nor observed again.
    pub forgotten: Vec<String>,
    /// The escalation that is not resolved, if any.
    pub escalation: Option<Escalation>,
    /// Whether Lara or an agent has said something in this conversation.
    pub answered_before: bool,
    /// Whether the person had a conversation before this one.
    pub returning: bool,
    /// The text of the last message out in this conversation, if Lara wrote it: she never says the same twice in a row.
    pub last_bot_text: Option<String>,
    /// How fast the talk goes.
    pub pace: Pace,
    /// What waits for a human at another proven address of the person; looked for only where this address is proven too.
    pub elsewhere: Option<Escalation>,
    /// What the run offers to prove who writes.
    pub proof: Proof,
}

impl Memory {
    /// Since when whoever writes wants no messages: said here, or anywhere by the person this address is proven to be of.
    #[must_use]
    pub fn opted_out_at(&self) -> Option<Timestamp> {
        let person = self.customer.as_ref().filter(|_| self.address.level == Level::Verified);
        self.address.opted_out_at.or_else(|| person.and_then(|person| person.opted_out_at))
    }
}

/// What a run offers to prove who writes, looked up when its lane was claimed.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Proof {
    /// Nothing.
    #[default]
    Nothing,
    /// A one-time code that is good.
    Code {
        /// Its hash.
        hash: SecretHash,
        /// Whose it is: the head.
        person: Box<Customer>,
    },
    /// An order number and the e-mail or phone that order was placed with.
    Order {
        /// Whose it is: the head.
        person: Box<Customer>,
        /// The order, its customer the one who bought, of the person.
        order: Box<Order>,
    },
    /// Something that proves nothing, or that was tried too often. Which of the two is nobody's business.
    Wrong {
        /// What was tried.
        kind: ProofKind,
        /// What the try is counted against beside the address.
        about: Vec<String>,
    },
}

crate::model::words! {
    /// Ways to prove who one is in a talk.
    ProofKind {
        /// A one-time code.
        Code = "code",
        /// An order number with its e-mail or phone.
        Order = "order",
    }
}

/// How fast a talk goes: what loop guards need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// Bot replies in this conversation within the last minute.
    pub bot_replies_1m: u32,
    /// Bot replies in this conversation within the last ten minutes.
    pub bot_replies_10m: u32,
    /// How many of the last inbound messages before this run say, one after the other, what its last message says.
    pub same_text_before: u32,
    /// When a public line with an aside was last written in this conversation.
    pub aside_at: Option<Timestamp>,
}

/// A message to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// Id.
    pub id: MessageId,
    /// Direction: out or note.
    pub direction: Direction,
    /// Author.
    pub author: Author,
    /// Which agent.
    pub agent: Option<AgentId>,
    /// Neutral markup.
    pub text: String,
    /// Buttons.
    pub quick_replies: Vec<QuickReply>,
    /// The run a bot reply answers (stored with the message, so that a reader can link them without a join).
    pub answers: Option<Answers>,
    /// Where it will be said.
    pub visibility: Visibility,
    /// Neutral markup said in private beside a line in a public place.
    pub aside: Option<String>,
    /// How it leaves: `Pull` is stored as sent, `Push` as queued. Notes are accepted.
    pub delivery: Delivery,
    /// When.
    pub at: Timestamp,
}

/// What happens to the human queue in a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum QueueChange {
    /// Nothing.
    Keep,
    /// A place in the queue. If the conversation already has one that is not resolved, the graver of the two stays:
    /// lower priority rank, then higher severity, with its reason; the earlier due time stays.
    Put(Escalation),
}

/// What happens to the address's consent in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentChange {
    /// Nothing.
    Keep,
    /// No more messages. Queued bot replies to the address are cancelled.
    OptOut,
    /// Messages again.
    OptIn,
}

/// Everything one turn changes; stored whole or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Lane.
    pub conversation: ConversationId,
    /// Brand.
    pub brand: BrandId,
    /// Address.
    pub address: AddressId,
    /// The node that holds the lease.
    pub node: NodeId,
    /// The conversation's revision the decision was made on.
    pub rev: i64,
    /// The customer and revision the decision was made on.
    pub customer: Option<(CustomerId, i64)>,
    /// Messages up to here are decided.
    pub done_seq: i64,
    /// Why.
    pub decision: Decision,
    /// The reply, if any.
    pub reply: Option<NewMessage>,
    /// Owner afterwards. A change moves epoch and rev.
    pub owner: Owner,
    /// Reply language afterwards.
    pub language: Option<crate::model::Language>,
    /// Open question afterwards.
    pub open_question: Option<OpenQuestion>,
    /// Misses afterwards.
    pub misses: i32,
    /// Queue.
    pub queue: QueueChange,
    /// Consent.
    pub consent: ConsentChange,
    /// What changes about the person.
    pub person: PersonChange,
    /// When.
    pub at: Timestamp,
}

/// What a turn changes about the person who writes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PersonChange {
    /// The address is tied to somebody.
    pub join: Option<NewJoin>,
    /// A proof was tried.
    pub tried: Option<Tried>,
    /// A one-time code was given out.
    pub code: Option<NewCode>,
    /// Whose good code was typed where somebody else is proven: an agent may look at the two.
    pub alike: Option<CustomerId>,
    /// E-mails and phones said by somebody unproven. One that exactly one person has is a suggestion for an agent.
    pub said: Contacts,
    /// What they told or showed. Where nobody is tied to the address yet, a customer is made, whom the address claims to be.
    pub learnt: Vec<Preference>,
    /// Keys of what they want forgotten. At an address that is not proven to be theirs only what was stated there can be.
    pub forgotten: Vec<String>,
    /// The id of a customer who has to be made, and of the rows written about them.
    pub ids: Vec<uuid::Uuid>,
}

/// A proof that was tried: what limits count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// What was tried.
    pub kind: ProofKind,
    /// Whether it held.
    pub held: bool,
    /// What it is counted against beside the address.
    pub about: Vec<String>,
}

/// An address is tied to a person, as the person proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJoin {
    /// Id.
    pub id: JoinId,
    /// To whom: who bought the order that proves it, else the head; by a code it becomes who asked for the code.
    pub customer: CustomerId,
    /// How it was proven.
    pub how: JoinHow,
    /// The code that is used up by it.
    pub code: Option<SecretHash>,
    /// What speaks for it, in codes and ids: never names or addresses.
    pub evidence: String,
}

/// A one-time code that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCode {
    /// Its hash.
    pub hash: SecretHash,
    /// Whose it is.
    pub customer: CustomerId,
    /// Until when.
    pub valid_until: Timestamp,
}

/// What became of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// Stored; the lease is given back.
    Done,
    /// The conversation or the customer moved since they were read: decide again (the lease is kept).
    Stale,
    /// The lease was lost to another node: drop it.
    Lost,
}

/// The lanes: each conversation is decided by one node at a time, in order.
#[async_trait]
pub trait Lanes: Send + Sync {
    /// Leases up to `limit` lanes whose run is closed (`ready_at <= now`) and that nobody holds (or whose lease ended
    /// before `now`), oldest first, and counts the attempt. Loads run and memory of each. A lane that cannot be read is
    /// left out and put aside for an hour.
    async fn claim(&self, node: NodeId, now: Timestamp, lease: Millis, limit: u32)
    -> StoreResult<Vec<Claim>>;

    /// Loads lanes this node holds again, after [`Commit::Stale`]. Lanes lost meanwhile are left out.
    async fn reload(&self, node: NodeId, lanes: &[ConversationId]) -> StoreResult<Vec<Claim>>;

    /// Stores each turn whole, in one transaction, and answers in the order asked. A lane with newer messages is ready
    /// again by its own settle time; its attempts start anew.
    async fn commit(&self, turns: Vec<Turn>) -> StoreResult<Vec<Commit>>;

    /// Gives lanes back undecided, ready again at `ready_at`.
    async fn release(&self, node: NodeId, lanes: &[ConversationId], ready_at: Timestamp) -> StoreResult<()>;

    /// Gives lanes back as if they had not been claimed: an outage is no failed attempt.
    async fn hand_back_untried(
        &self,
        node: NodeId,
        lanes: &[ConversationId],
        ready_at: Timestamp,
    ) -> StoreResult<()>;

    /// When the next unleased lane becomes ready, if any waits.
    async fn next_ready(&self) -> StoreResult<Option<Timestamp>>;
}
