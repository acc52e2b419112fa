//! What agents and the brand's own systems do about who is who: merge, un-merge, tie, confirm, refuse; and one-time codes for
//! who is signed in on the brand's site. The store does each in one transaction; this makes the ids and tells everybody who
//! watches.

use crate::feed::Feed;
use crate::model::{
    AddressId, AgentId, BrandId, CustomerId, Join, JoinHow, JoinId, Millis, Suggestion, SuggestionId,
};
use crate::ports::{
    Act, ChangeKind, Clock, Identity, Ids, Joined, Judged, Judgement, NewCode, StoreError, Undone,
};
use crate::relate::code::OneTimeCode;
use std::sync::Arc;

/// How long a one-time code may be typed.
pub const CODE_LIFE: Millis = Millis::minutes(10);

/// Why something about who is who was not done. The words are for the agent.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// There is no such person, address, join or suggestion.
    #[error("that is not there any more")]
    Missing,
    /// They are one person already, or it was decided or undone before.
    #[error("that was done before")]
    Already,
    /// A code is given only to who has proven who they are.
    #[error("the address is not proven to be anybody's: sign in first")]
    Unproven,
    /// The store failed; nothing was changed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// A code that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenCode {
    /// The code.
    pub code: OneTimeCode,
    /// Until when it may be typed.
    pub valid_until: crate::model::Timestamp,
}

/// Who is who, for the desk, the API and the doors.
#[derive(Clone)]
pub struct IdentityService {
    identity: Arc<dyn Identity>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    feed: Arc<Feed>,
}

impl std::fmt::Debug for IdentityService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentityService").finish_non_exhaustive()
    }
}

impl IdentityService {
    /// The service over a store.
    #[must_use]
    pub fn new(
        identity: Arc<dyn Identity>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        feed: Arc<Feed>,
    ) -> Self {
        Self { identity, clock, ids, feed }
    }

    /// Merges the person `other` is into the person `head` is. Without an agent it is the brand's own system.
    pub async fn merge(
        &self,
        brand: BrandId,
        agent: Option<AgentId>,
        head: CustomerId,
        other: CustomerId,
    ) -> Result<JoinId, IdentityError> {
        let act = self.act(brand, agent, "merged".to_owned());
        let joined = self.identity.merge(&act, head, other).await?;
        self.joined(&act, joined, &[head, other])
    }

    /// Says whose an address is. It counts as proven from now on.
    pub async fn tie(
        &self,
        brand: BrandId,
        agent: Option<AgentId>,
        address: AddressId,
        customer: CustomerId,
    ) -> Result<JoinId, IdentityError> {
        let act = self.act(brand, agent, "tied".to_owned());
        let joined = self.identity.tie_by_agent(&act, address, customer).await?;
        self.joined(&act, joined, &[customer])
    }

    /// Undoes a join: both sides are as they would be without it.
    pub async fn undo(
        &self,
        brand: BrandId,
        agent: Option<AgentId>,
        join: JoinId,
    ) -> Result<(), IdentityError> {
        match self.identity.undo_join(brand, join, agent, self.clock.now()).await? {
            Undone::Done => {
                self.touch(brand, &[]);
                Ok(())
            }
            Undone::Already => Err(IdentityError::Already),
            Undone::Missing => Err(IdentityError::Missing),
        }
    }

    /// Decides a suggestion.
    pub async fn decide(
        &self,
        brand: BrandId,
        agent: Option<AgentId>,
        suggestion: SuggestionId,
        judgement: Judgement,
    ) -> Result<(), IdentityError> {
        let act = self.act(brand, agent, format!("suggestion:{suggestion}"));
        match self.identity.decide_suggestion(suggestion, judgement, &act).await? {
            Judged::Done => {
                self.touch(brand, &[]);
                Ok(())
            }
            Judged::Already => Err(IdentityError::Already),
            Judged::Missing => Err(IdentityError::Missing),
        }
    }

    /// The joins of a person, newest first, those undone too.
    pub async fn joins_of(&self, brand: BrandId, person: CustomerId) -> Result<Vec<Join>, IdentityError> {
        Ok(self.identity.joins_of(brand, person).await?)
    }

    /// The open suggestions of a brand, oldest first.
    pub async fn suggestions(&self, brand: BrandId, limit: u32) -> Result<Vec<Suggestion>, IdentityError> {
        Ok(self.identity.suggestions(brand, limit).await?)
    }

    /// The open suggestions about a person, after looking for others with their e-mail or phone.
    pub async fn suggestions_of(
        &self,
        brand: BrandId,
        person: CustomerId,
    ) -> Result<Vec<Suggestion>, IdentityError> {
        self.identity.suggest_lookalikes(brand, person, self.clock.now()).await?;
        Ok(self.identity.suggestions_of(brand, person).await?)
    }

    /// A one-time code for who is proven to be somebody at this address, to be typed, or followed as a link, elsewhere.
    pub async fn mint_code(&self, brand: BrandId, address: AddressId) -> Result<GivenCode, IdentityError> {
        let customer = self.identity.proven(brand, address).await?.ok_or(IdentityError::Unproven)?;
        let code = OneTimeCode::mint(self.ids.as_ref());
        let valid_until = self.clock.now().plus(CODE_LIFE);
        let new = NewCode { hash: code.hash(), customer, valid_until };
        self.identity.put_code(brand, address, &new).await?;
        Ok(GivenCode { code, valid_until })
    }

    fn act(&self, brand: BrandId, agent: Option<AgentId>, evidence: String) -> Act {
        let id = JoinId::new(self.ids.next());
        Act { id, brand, how: JoinHow::Agent, evidence, agent, at: self.clock.now() }
    }

    fn joined(&self, act: &Act, joined: Joined, whom: &[CustomerId]) -> Result<JoinId, IdentityError> {
        match joined {
            Joined::Done => {
                self.touch(act.brand, whom);
                Ok(act.id)
            }
            Joined::Same => Err(IdentityError::Already),
            Joined::Missing => Err(IdentityError::Missing),
        }
    }

    /// Wakes who watches on this node at once; the change table tells the others, and whoever else is concerned.
    fn touch(&self, brand: BrandId, whom: &[CustomerId]) {
        for customer in whom {
            self.feed.touch(brand, ChangeKind::Customer, customer.get(), None);
        }
    }
}
