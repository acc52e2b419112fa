//! What the engine and the desk need of a store. One trait per use, so that a reader sees who needs what; one type
//! (`lara_store::Store`) implements them all.

use super::{Cursor, StoreError};
use crate::model::{
    Address, AddressId, Agent, AgentId, Answers, Author, Brand, BrandId, Channel, ChannelId, Conversation,
    ConversationId, Customer, CustomerId, Decision, Delivery, Direction, Escalation, EscalationId, Level,
    Message, MessageId, Millis, NodeId, OpenQuestion, Order, Owner, Preference, Product, QuickReply, Role,
    TemplateName, TemplateVersion, Timestamp, Visibility,
};
use async_trait::async_trait;

/// The result of every store call.
pub type StoreResult<T> = Result<T, StoreError>;

// ---------------------------------------------------------------------------------------------------------- listen

/// A message at the door, translated, masked and cleaned, with the ids it will get if it is new.
#[derive(Debug, Clone, PartialEq)]
pub struct NewInbound {
    /// Brand.
    pub brand: BrandId,
    /// Channel.
    pub channel: ChannelId,
    /// The channel's id of the person.
    pub address: String,
    /// The channel's id of the message: the unique key that decides duplicates, together with the channel.
    pub external: String,
    /// Plain text: masked, NFC, no NUL; may be empty (a sticker).
    pub text: String,
    /// Where it was said.
    pub visibility: Visibility,
    /// When it reached us.
    pub at: Timestamp,
    /// Silence that closes the run; 0 for channels where a message is a whole request.
    pub settle: Millis,
    /// The longest the run stays open.
    pub settle_at_most: Millis,
    /// Id of the message if it is new.
    pub message_id: MessageId,
    /// Id of the conversation if a new one begins.
    pub conversation_id: ConversationId,
    /// Id of the address if it is new.
    pub address_id: AddressId,
}

/// What became of a message at the door. Both mean: it is stored, the platform may be told so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// It is new.
    New {
        /// Message.
        message: MessageId,
        /// Conversation.
        conversation: ConversationId,
        /// Address.
        address: AddressId,
        /// Its place in the conversation.
        seq: i64,
    },
    /// The same (channel, external) was stored before.
    Duplicate {
        /// The message stored then.
        message: MessageId,
        /// Its conversation.
        conversation: ConversationId,
        /// Its address.
        address: AddressId,
    },
}

/// The door: stores inbound messages in the order of their lanes.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Stores each message, in one transaction, and answers in the order asked. A message of a conversation owned by
    /// an agent is ready at once, whatever its settle time.
    /// `None` for a message whose channel no longer exists: nothing of it is stored, the others are.
    async fn accept(&self, batch: Vec<NewInbound>) -> StoreResult<Vec<Option<Acceptance>>>;
}

// ------------------------------------------------------------------------------------------------------------ lanes

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

// ---------------------------------------------------------------------------------------------------------- deliver

/// A reply leased for sending.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispatch {
    /// The message, now `sending`.
    pub message: Message,
    /// The channel.
    pub channel: Channel,
    /// The channel's id of the person.
    pub address: String,
    /// How often it was tried, this time included.
    pub attempts: i32,
}

/// How sending ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken; the platform's id of it, if it gave one.
    Sent(Option<String>),
    /// Not taken; try again then. The code says why.
    Retry(Timestamp, &'static str),
    /// Refused for good.
    Failed(&'static str),
    /// May or may not have arrived.
    Uncertain(&'static str),
}

/// The outbox: replies of push channels, in order per conversation.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Leases up to `limit` queued replies, the oldest of each conversation, none behind one that is `sending`. A bot
    /// reply whose conversation is owned by an agent, or that was written before its address opted out
    /// (`at < opted_out_at`: the confirmation of the opt-out itself, written at that moment, still goes), is cancelled
    /// instead. A reply that cannot be read is failed (`unreadable`).
    async fn claim_sends(
        &self,
        node: NodeId,
        now: Timestamp,
        lease: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Dispatch>>;

    /// Settles sends this node holds; one whose lease was lost is left alone. A bot reply that was `sending` when an
    /// agent took over, or when its address opted out, is cancelled where it would be tried again.
    async fn settle(
        &self,
        node: NodeId,
        now: Timestamp,
        outcomes: Vec<(MessageId, Outcome)>,
    ) -> StoreResult<()>;

    /// Turns `sending` whose lease ended into `uncertain`; how many. On a channel of kind `app`, whose receiver knows a
    /// reply it had, it is queued again instead, up to five attempts.
    async fn expire(&self, now: Timestamp) -> StoreResult<u64>;

    /// When the next queued reply is due, if any waits.
    async fn next_send(&self) -> StoreResult<Option<Timestamp>>;
}

/// What a customer may read of their own talk: never notes.
#[async_trait]
pub trait Transcripts: Send + Sync {
    /// The address by its channel's id of the person.
    async fn address(&self, channel: ChannelId, external: &str) -> StoreResult<Option<Address>>;

    /// Messages in and out of the address after `after` (from the start when `None`), oldest first, at most `limit`.
    /// Of outgoing messages only those `sent`.
    async fn after(&self, address: AddressId, after: Option<Cursor>, limit: u32)
    -> StoreResult<Vec<Message>>;

    /// The last `limit` messages of the address, oldest first.
    async fn latest(&self, address: AddressId, limit: u32) -> StoreResult<Vec<Message>>;
}

// ----------------------------------------------------------------------------------------------------------- relate

/// Who somebody is, as proven by the brand's own signature or given by an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The shop system's id.
    pub external_id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// E-mail, lower case.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Language.
    pub language: Option<crate::model::Language>,
}

/// How many rows an import wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// New.
    pub added: u64,
    /// Changed.
    pub changed: u64,
    /// The same as before.
    pub unchanged: u64,
}

/// An order of an import: the customer by the shop's own id.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderRow {
    /// The order; its `customer` is ignored.
    pub order: Order,
    /// The shop system's id of the customer.
    pub customer_external_id: String,
}

/// People and what they bought.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Ties an address to the person (made when new; found by external id, else by e-mail), at `level` or the higher
    /// one it already has. Making a new tie moves the revisions of the customer and of the open conversation. Where
    /// the address was another person's, its unsent replies are cancelled and its open conversation is closed.
    /// `address_id` and `customer_id` are used for what is new.
    async fn tie(
        &self,
        channel: &Channel,
        external: &str,
        person: &Person,
        level: Level,
        ids: (AddressId, CustomerId),
        now: Timestamp,
    ) -> StoreResult<Address>;

    /// Adds or changes customers by (brand, external id), in one transaction.
    async fn put_customers(
        &self,
        brand: BrandId,
        rows: Vec<(CustomerId, Person, Vec<Preference>)>,
        now: Timestamp,
    ) -> StoreResult<Imported>;

    /// Adds or changes orders by (brand, number), in one transaction. Answers the row numbers whose customer is unknown beside the count.
    async fn put_orders(
        &self,
        brand: BrandId,
        rows: Vec<OrderRow>,
        now: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)>;

    /// Adds or changes products by (brand, sku), in one transaction.
    async fn put_products(&self, brand: BrandId, rows: Vec<Product>, now: Timestamp)
    -> StoreResult<Imported>;

    /// Products of a brand by name, at most `limit`.
    async fn products(&self, brand: BrandId, limit: u32) -> StoreResult<Vec<Product>>;

    /// A customer by e-mail.
    async fn customer_by_email(&self, brand: BrandId, email: &str) -> StoreResult<Option<Customer>>;

    /// What a template preview shows of a customer: the person, their latest orders and preferences.
    async fn profile(
        &self,
        brand: BrandId,
        customer: CustomerId,
    ) -> StoreResult<Option<(Customer, Vec<Order>, Vec<Preference>)>>;
}

// ----------------------------------------------------------------------------------------------------------- brands

/// What became of saving a row that somebody else may have changed meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Saved.
    Done,
    /// The row moved since it was read: show both and ask again.
    Stale,
    /// A unique key is taken.
    Taken,
}

/// Brands and their channels.
#[async_trait]
pub trait Brands: Send + Sync {
    /// All brands, by name.
    async fn brands(&self) -> StoreResult<Vec<Brand>>;

    /// One brand.
    async fn brand(&self, id: BrandId) -> StoreResult<Option<Brand>>;

    /// One brand by its slug.
    async fn brand_by_slug(&self, slug: &str) -> StoreResult<Option<Brand>>;

    /// Adds a brand ([`Saved::Taken`] when the slug is).
    async fn add_brand(&self, brand: &Brand, now: Timestamp) -> StoreResult<Saved>;

    /// Saves name, settings and facts if `brand.rev` is still the row's; moves rev.
    async fn save_brand(&self, brand: &Brand, now: Timestamp) -> StoreResult<Saved>;

    /// Removes a brand and everything keyed by it.
    async fn remove_brand(&self, id: BrandId, now: Timestamp) -> StoreResult<()>;

    /// The channels of a brand, or of all.
    async fn channels(&self, brand: Option<BrandId>) -> StoreResult<Vec<Channel>>;

    /// Adds a channel ([`Saved::Taken`] when brand and name are), or replaces the settings of one with the same id.
    async fn put_channel(&self, channel: &Channel, now: Timestamp) -> StoreResult<Saved>;
}

/// Published reply templates.
#[async_trait]
pub trait Templates: Send + Sync {
    /// The live version of every published template of a brand.
    async fn live(&self, brand: BrandId) -> StoreResult<Vec<TemplateVersion>>;

    /// All versions of one template, newest first.
    async fn versions(&self, brand: BrandId, name: &TemplateName) -> StoreResult<Vec<TemplateVersion>>;

    /// Publishes a version ([`Saved::Stale`] when that number exists: somebody published meanwhile).
    async fn publish(&self, version: &TemplateVersion) -> StoreResult<Saved>;
}

// ------------------------------------------------------------------------------------------------------------- desk

/// What became of an agent's act on a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskOutcome {
    /// Done. `on_the_way` bot replies were already being sent and will show as such.
    Done {
        /// Bot replies already `sending`.
        on_the_way: i64,
    },
    /// There is no such conversation.
    Missing,
    /// It is not in the state the act needs (somebody else owns it, or it is closed).
    Refused(Owner, Option<AgentId>),
    /// The customer has just written something the agent had not seen; nothing was changed.
    Crossed,
}

/// What agents do. Each is one transaction that moves epoch and rev where ownership moves, and tells the change feed.
#[async_trait]
pub trait Desk: Send + Sync {
    /// The agent owns the conversation from now on: queued bot replies are cancelled, the escalation is claimed.
    /// Refused when closed; another agent's conversation is taken over too.
    async fn take_over(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        now: Timestamp,
    ) -> StoreResult<DeskOutcome>;

    /// Writes a reply (refused unless this agent owns the conversation) or a note (always).
    async fn write(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        message: NewMessage,
    ) -> StoreResult<DeskOutcome>;

    /// Lara owns the conversation again; the escalation is resolved, the misses forgotten.
    async fn hand_back(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        now: Timestamp,
    ) -> StoreResult<DeskOutcome>;

    /// The conversation is closed and its escalation resolved. `seen` is the highest inbound seq the agent had before
    /// their eyes: a later message crosses the click ([`DeskOutcome::Crossed`]). Without it, if a message waits that
    /// nobody has decided yet, Lara owns the conversation instead: it is still answered.
    async fn resolve(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        seen: Option<i64>,
        now: Timestamp,
    ) -> StoreResult<DeskOutcome>;

    /// The conversation by id.
    async fn conversation(&self, id: ConversationId) -> StoreResult<Option<(Conversation, Channel)>>;

    /// The escalation of a conversation that is not resolved.
    async fn escalation(&self, id: EscalationId) -> StoreResult<Option<Escalation>>;
}

/// A password or link secret, hashed (argon2id PHC string, or SHA-256 hex for high-entropy tokens).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretHash(pub String);

/// An agent with the hash to check a login against and the failures so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Agent.
    pub agent: Agent,
    /// Password; `None` until the invitation was used.
    pub password: Option<SecretHash>,
    /// Failed logins in a row.
    pub failures: i32,
    /// No login before.
    pub locked_until: Option<Timestamp>,
}

/// Who may use the desk.
#[async_trait]
pub trait Agents: Send + Sync {
    /// All agents by name.
    async fn agents(&self) -> StoreResult<Vec<Agent>>;

    /// One agent's credentials by e-mail.
    async fn credentials(&self, email: &str) -> StoreResult<Option<Credentials>>;

    /// Adds an agent without a password ([`Saved::Taken`] when the e-mail is).
    async fn add_agent(&self, agent: &Agent, now: Timestamp) -> StoreResult<Saved>;

    /// Stores a one-time link: for an agent (to set a password) or, with `None`, for the first owner.
    async fn add_invitation(
        &self,
        token: &SecretHash,
        agent: Option<AgentId>,
        until: Timestamp,
    ) -> StoreResult<()>;

    /// Looks at an unused, unexpired link.
    async fn invitation(&self, token: &SecretHash, now: Timestamp) -> StoreResult<Option<Option<AgentId>>>;

    /// Uses a link once: sets the agent's password (adding `first_owner` first when the link is for the first owner).
    /// `false` when the link is used, expired or unknown, or for the first owner where there is an agent already. All
    /// logins and all other links of the agent end.
    async fn use_invitation(
        &self,
        token: &SecretHash,
        first_owner: Option<&Agent>,
        password: &SecretHash,
        now: Timestamp,
    ) -> StoreResult<bool>;

    /// Records a failed login; `lock_after` says how long so many failures in a row lock. A lock is never shortened;
    /// failures more than a day apart are not in a row.
    async fn record_failure(
        &self,
        agent: AgentId,
        now: Timestamp,
        lock_after: fn(i32) -> Option<Millis>,
    ) -> StoreResult<()>;

    /// Forgets the failures.
    async fn forget_failures(&self, agent: AgentId) -> StoreResult<()>;

    /// Deletes logins that have ended and links that are used or have ended; how many.
    async fn prune(&self, now: Timestamp) -> StoreResult<u64>;

    /// Opens a login (cookie), looks one up, ends one.
    async fn open_login(&self, token: &SecretHash, agent: AgentId, until: Timestamp) -> StoreResult<()>;
    /// The agent of a login that has not ended; disabled agents have none.
    async fn login(&self, token: &SecretHash, now: Timestamp) -> StoreResult<Option<Agent>>;
    /// Ends a login.
    async fn end_login(&self, token: &SecretHash) -> StoreResult<()>;
    /// Changes role or name, or disables.
    async fn save_agent(
        &self,
        id: AgentId,
        name: &str,
        role: Role,
        disabled_at: Option<Timestamp>,
    ) -> StoreResult<()>;
}

// ------------------------------------------------------------------------------------------------------------- feed

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// Messages, owner or queue place of a conversation.
    Conversation,
    /// A brand's settings, facts, products or channels.
    Brand,
    /// A brand's templates.
    Templates,
    /// A customer.
    Customer,
}

/// One line of the change feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Number; grows, but is not commit order: readers read the last second again.
    pub number: i64,
    /// Brand.
    pub brand: BrandId,
    /// What.
    pub kind: ChangeKind,
    /// Id of what.
    pub key: uuid::Uuid,
    /// The address, for a conversation.
    pub address: Option<AddressId>,
    /// When.
    pub at: Timestamp,
}

/// The change feed.
#[async_trait]
pub trait Changes: Send + Sync {
    /// Changes with a number above `after`, in order, at most 1,000.
    async fn changes(&self, after: i64) -> StoreResult<Vec<Change>>;

    /// The highest number; 0 when there is none.
    async fn last_change(&self) -> StoreResult<i64>;

    /// Forgets changes before `before`.
    async fn prune_changes(&self, before: Timestamp) -> StoreResult<u64>;
}
