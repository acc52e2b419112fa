//! What the engine needs of a store: the lanes and the turns.

use crate::model::{
    Address, AddressId, AgentId, Answers, Author, BrandId, Channel, Conversation, ConversationId, Customer,
    CustomerId, Decision, Delivery, Direction, Escalation, Message, MessageId, Millis, NodeId, OpenQuestion,
    Order, Owner, Preference, QuickReply, Timestamp, Visibility,
};
use crate::ports::StoreResult;
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
    /// Their preferences.
    pub preferences: Vec<Preference>,
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
    /// When.
    pub at: Timestamp,
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
