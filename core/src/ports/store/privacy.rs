//! What a person may ask about themselves: everything kept about them, to be forgotten, to be left alone.

use crate::model::{
    AddressId, AgentId, Attachment, AttachmentId, BrandId, ChannelKind, ConversationId, CustomerId,
    ErasureId, Escalation, JoinId, Language, Level, Message, MessageId, Order, Owner, Preference, Return,
    SuggestionId, Timestamp,
};
use crate::ports::StoreResult;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// Everything that is kept about one person: all customers that were merged into one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonFile {
    /// Brand.
    pub brand: BrandId,
    /// The person: the head.
    pub person: CustomerId,
    /// When this was read.
    pub read_at: Timestamp,
    /// Who they are to the shop, the head first.
    pub customers: Vec<CustomerRecord>,
    /// Where they write from.
    pub addresses: Vec<AddressRecord>,
    /// What they bought, oldest first.
    pub orders: Vec<Order>,
    /// What they sent back.
    pub returns: Vec<Return>,
    /// What they told or showed.
    pub preferences: Vec<PreferenceRecord>,
    /// How their addresses and customers came together.
    pub joins: Vec<JoinRecord>,
    /// Who else they may be.
    pub suggestions: Vec<SuggestionRecord>,
    /// What was said, oldest first.
    pub conversations: Vec<TalkRecord>,
}

/// A customer as stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CustomerRecord {
    /// Id.
    pub id: CustomerId,
    /// Whom they were merged into.
    pub merged_into: Option<CustomerId>,
    /// The shop system's id.
    pub external_id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Language.
    pub language: Option<Language>,
    /// How the shop ranks them.
    pub tier: Option<String>,
    /// Since when they want no messages.
    pub opted_out_at: Option<Timestamp>,
    /// Since when nothing is known of them any more.
    pub erased_at: Option<Timestamp>,
    /// When they became known.
    pub created_at: Timestamp,
}

/// An address as stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AddressRecord {
    /// Id.
    pub id: AddressId,
    /// What it is an address of.
    pub channel: ChannelKind,
    /// The name of the channel.
    pub channel_name: String,
    /// The channel's own id of the person.
    pub external: String,
    /// Of which customer.
    pub customer: CustomerId,
    /// How sure that is: what a `claimed` address says was said by somebody who only says to be this person.
    pub level: Level,
    /// The name they show there.
    pub name: Option<String>,
    /// The language they use there.
    pub language: Option<Language>,
    /// Since when it wants no messages.
    pub opted_out_at: Option<Timestamp>,
    /// Since when it cannot be reached.
    pub unreachable_at: Option<Timestamp>,
    /// When it became known.
    pub created_at: Timestamp,
}

/// A preference, and whose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PreferenceRecord {
    /// Of which customer.
    pub customer: CustomerId,
    /// The preference.
    #[serde(flatten)]
    pub preference: Preference,
}

/// An act that tied an address to a customer, or two customers to each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JoinRecord {
    /// Id.
    pub id: JoinId,
    /// How it was proven.
    pub how: String,
    /// To whom.
    pub customer: CustomerId,
    /// Who was merged.
    pub merged: Option<CustomerId>,
    /// Which address was tied.
    pub address: Option<AddressId>,
    /// What spoke for it.
    pub evidence: String,
    /// When.
    pub at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

/// Somebody, or an address, they may be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuggestionRecord {
    /// Id.
    pub id: SuggestionId,
    /// About whom.
    pub customer: CustomerId,
    /// Who they may be: an id.
    pub other: String,
    /// Of what: a customer or an address.
    pub other_kind: String,
    /// What speaks for it.
    pub evidence: String,
    /// Whether somebody decided.
    pub state: String,
    /// When it was made.
    pub at: Timestamp,
}

/// A conversation with everything in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TalkRecord {
    /// Id.
    pub id: ConversationId,
    /// At which address.
    pub address: AddressId,
    /// Who may speak.
    pub owner: Owner,
    /// The language Lara replied in.
    pub language: Option<Language>,
    /// What it was about, in codes.
    pub summary: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What was said, in both directions, and what agents noted about it.
    pub messages: Vec<Message>,
    /// What was understood and done, run by run.
    pub decisions: Vec<DecisionRecord>,
    /// Its places in the human queue.
    pub escalations: Vec<Escalation>,
    /// The files that came with it, where we have them.
    pub files: Vec<FileRecord>,
}

/// A decision as stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionRecord {
    /// First inbound message of the run.
    pub first_seq: i64,
    /// Last one.
    pub last_seq: i64,
    /// What was done.
    pub kind: String,
    /// The policy that decided.
    pub policy: String,
    /// Why.
    pub reason: String,
    /// What was understood.
    pub reading: serde_json::Value,
    /// What Lara knew.
    pub known: Vec<String>,
    /// When.
    pub at: Timestamp,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileRecord {
    /// The attachment.
    pub id: AttachmentId,
    /// With which message.
    pub message: MessageId,
    /// SHA-256 of its bytes, by which the store has them; `None` where they never came.
    pub hash: Option<String>,
    /// What the bytes are, by their own look.
    pub mime: Option<String>,
    /// How many.
    pub size: Option<i64>,
}

impl TalkRecord {
    /// The attachments of a message beside what the store has of their bytes.
    pub fn attachments<'a>(
        &'a self,
        message: &'a Message,
    ) -> impl Iterator<Item = (&'a Attachment, Option<&'a FileRecord>)> {
        let file = |id| self.files.iter().find(|file| file.id == id);
        message.attachments.iter().map(move |attachment| (attachment, file(attachment.id)))
    }
}

/// Who erased somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErasedBy {
    /// An agent at the desk.
    Desk(AgentId),
    /// A system of the brand, by the REST API.
    Api,
    /// The operator, by the command.
    Cli,
    /// The shop system, whose customer asked there.
    Shop,
    /// Nobody: the brand keeps words only so long.
    Retention,
}

impl ErasedBy {
    /// The word that is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desk(_) => "desk",
            Self::Api => "api",
            Self::Cli => "cli",
            Self::Shop => "shop",
            Self::Retention => "retention",
        }
    }

    /// The agent, where one did it.
    #[must_use]
    pub const fn agent(self) -> Option<AgentId> {
        match self {
            Self::Desk(agent) => Some(agent),
            Self::Api | Self::Cli | Self::Shop | Self::Retention => None,
        }
    }
}

/// How much of a person was erased. It tells nothing about them, and is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErasureCounts {
    /// Customers that are tombstones now.
    pub customers: u64,
    /// Addresses nobody is reached by any more.
    pub addresses: u64,
    /// Conversations that were open and are closed now.
    pub conversations: u64,
    /// Messages without their words now.
    pub messages: u64,
    /// Replies that were not sent any more.
    pub cancelled: u64,
    /// Decisions without what they quoted.
    pub decisions: u64,
    /// Orders without their number.
    pub orders: u64,
    /// Returns without their reason.
    pub returns: u64,
    /// Preferences.
    pub preferences: u64,
    /// Joins, suggestions, codes and tries.
    pub ties: u64,
    /// Attachments.
    pub attachments: u64,
    /// Events in quarantine and stored answers of the API that spoke of them.
    pub traces: u64,
}

impl ErasureCounts {
    /// Whether nothing was there to be erased.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        Self {
            customers: self.customers + more.customers,
            addresses: self.addresses + more.addresses,
            conversations: self.conversations + more.conversations,
            messages: self.messages + more.messages,
            cancelled: self.cancelled + more.cancelled,
            decisions: self.decisions + more.decisions,
            orders: self.orders + more.orders,
            returns: self.returns + more.returns,
            preferences: self.preferences + more.preferences,
            ties: self.ties + more.ties,
            attachments: self.attachments + more.attachments,
            traces: self.traces + more.traces,
        }
    }
}

/// Whether a person wants messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Yes.
    Messages,
    /// No, on no channel.
    Silence,
}

/// What a person may ask about themselves.
#[async_trait]
pub trait Privacy: Send + Sync {
    /// Everything about the person a customer is. Read in pages: no statement gives more than a thousand rows.
    async fn person_file(
        &self,
        brand: BrandId,
        person: CustomerId,
        now: Timestamp,
    ) -> StoreResult<Option<PersonFile>>;

    /// Erases the person a customer is: what identifies them and every word they said or were told. What is counted stays
    /// (kinds of decisions, moods, money, times, tombstones of customers, addresses and orders). Open conversations are
    /// closed, nothing waits to be sent; who writes from an address afterwards is a stranger. `None` when there is no such
    /// customer.
    ///
    /// One transaction, but for the words of somebody who said very much: those go first, in transactions of their own.
    /// Broken off there, the person is still there and is erased by asking again. Asked again after it was done, it erases
    /// what came meanwhile and answers what was erased in all.
    async fn erase(
        &self,
        brand: BrandId,
        person: CustomerId,
        by: ErasedBy,
        id: ErasureId,
        now: Timestamp,
    ) -> StoreResult<Option<ErasureCounts>>;

    /// Notes whether the person wants messages, for all of their customers and verified addresses at once. Silence takes back
    /// what waits to be sent. `false` when there is no such customer.
    async fn set_consent(
        &self,
        brand: BrandId,
        person: CustomerId,
        consent: Consent,
        now: Timestamp,
    ) -> StoreResult<bool>;

    /// The people who are called so: our id of a customer, the shop's, an e-mail or a phone. At most ten.
    async fn find_person(&self, brand: BrandId, who: &str) -> StoreResult<Vec<CustomerId>>;

    /// Empties some of the conversations that ended before `before`: their words, not what is counted. None that is open, or in
    /// which somebody waits for a human. How many; ask again until it is none. `id` is that of the day's line in the audit.
    async fn forget_words(
        &self,
        brand: BrandId,
        before: Timestamp,
        id: ErasureId,
        now: Timestamp,
    ) -> StoreResult<u64>;
}
