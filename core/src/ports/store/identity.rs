//! What telling who is who needs of a store: merging, un-merging, tying by hand, suggestions, one-time codes.

use crate::model::{
    AddressId, AgentId, BrandId, CustomerId, Join, JoinHow, JoinId, Likeness, Lookalike, Suggestion,
    SuggestionId, Timestamp,
};
use crate::ports::{NewCode, StoreResult};
use async_trait::async_trait;

/// Who does something about who is who, and what it will be remembered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Id of the join it becomes.
    pub id: JoinId,
    /// Brand; nothing of another brand is touched.
    pub brand: BrandId,
    /// How.
    pub how: JoinHow,
    /// What speaks for it, in codes and ids: never names or addresses.
    pub evidence: String,
    /// The agent, if one does it.
    pub agent: Option<AgentId>,
    /// When.
    pub at: Timestamp,
}

/// What became of joining two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// They are one person now.
    Done,
    /// They were already; nothing was changed.
    Same,
    /// One of them is not there, or was erased.
    Missing,
}

/// What became of undoing a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// Both sides are as they would be without it.
    Done,
    /// It was undone before.
    Already,
    /// There is no such join.
    Missing,
}

/// What an agent says of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// They are one person.
    Confirm,
    /// They are not.
    Refuse,
}

/// What became of a judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Done.
    Done,
    /// Somebody decided it before.
    Already,
    /// There is no such suggestion, or one of the two is gone.
    Missing,
}

/// Two that may be one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSuggestion {
    /// The customer.
    pub customer: CustomerId,
    /// Who may be them.
    pub other: Lookalike,
    /// What speaks for it.
    pub evidence: Likeness,
}

/// Who is who. Each act is one transaction that moves the revisions of the customers and of their open conversations, so that
/// no reply decided before it is committed after it, and tells the change feed.
#[async_trait]
pub trait Identity: Send + Sync {
    /// Merges the person `other` is into the person `head` is: a pointer, nothing is moved.
    async fn merge(&self, act: &Act, head: CustomerId, other: CustomerId) -> StoreResult<Joined>;

    /// An agent says whose an address is: it counts as proven. Where it was somebody else's, what Lara has not sent yet is
    /// taken back.
    async fn tie_by_agent(&self, act: &Act, address: AddressId, customer: CustomerId) -> StoreResult<Joined>;

    /// Undoes a join: the merged customer is a person of its own again, with everything that came meanwhile on the side it
    /// came to; the address is what it was, if it still is as the join left it. Joins may be undone in any order.
    async fn undo_join(
        &self,
        brand: BrandId,
        id: JoinId,
        agent: Option<AgentId>,
        now: Timestamp,
    ) -> StoreResult<Undone>;

    /// The joins of a person, those undone too, newest first, at most 200.
    async fn joins_of(&self, brand: BrandId, person: CustomerId) -> StoreResult<Vec<Join>>;

    /// Says that two may be one person. Of a pair that was asked about before, evidence is added while it is open. Whether
    /// it is open now.
    async fn suggest(&self, brand: BrandId, suggestion: &NewSuggestion, now: Timestamp) -> StoreResult<bool>;

    /// Finds records of the shop with the same e-mail or phone as this person's, and addresses that are their number, and
    /// suggests them.
    async fn suggest_lookalikes(&self, brand: BrandId, person: CustomerId, now: Timestamp)
    -> StoreResult<()>;

    /// The open suggestions of a brand, oldest first.
    async fn suggestions(&self, brand: BrandId, limit: u32) -> StoreResult<Vec<Suggestion>>;

    /// The open suggestions about a person.
    async fn suggestions_of(&self, brand: BrandId, person: CustomerId) -> StoreResult<Vec<Suggestion>>;

    /// An agent decides a suggestion. Confirming merges the two, or ties the address, in the same transaction; the customer
    /// the shop knows by its own id becomes the head.
    async fn decide_suggestion(
        &self,
        id: SuggestionId,
        judgement: Judgement,
        act: &Act,
    ) -> StoreResult<Judged>;

    /// Keeps a one-time code that was given out at a proven address.
    async fn put_code(&self, brand: BrandId, address: AddressId, code: &NewCode) -> StoreResult<()>;

    /// The address, if it is proven to be somebody's: who.
    async fn proven(&self, brand: BrandId, address: AddressId) -> StoreResult<Option<CustomerId>>;

    /// Forgets codes that ended and tries that were made before `before`.
    async fn prune_proofs(&self, before: Timestamp) -> StoreResult<u64>;
}
