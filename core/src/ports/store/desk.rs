//! What the desk needs of a store: what agents do and who they are.

use crate::model::{
    Agent, AgentId, Channel, Conversation, ConversationId, Escalation, EscalationId, Millis, Owner, Role,
    Timestamp, Visibility,
};
use crate::ports::{NewMessage, Saved, StoreResult};
use async_trait::async_trait;

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

    /// When and where the customer last wrote, in this conversation or another: reply windows count from here.
    async fn last_in(&self, conversation: ConversationId) -> StoreResult<Option<(Timestamp, Visibility)>>;

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
