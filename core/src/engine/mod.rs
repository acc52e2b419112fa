//! The engine: claims lanes, reads them, decides, commits. Everything it knows is in the store; it may stop at any point.

use crate::act::template::TemplateSet;
use crate::feed::Feed;
use crate::model::{BrandId, ConversationId, Delivery, Millis, NodeId, Reading, Timestamp};
use crate::ports::{Ask, Claim, Classifier, ClassifyError, Clock, Commit, Ids, Lanes, StoreError, Turn};
use crate::rules::{Rules, RulesCache};
use crate::text::joined;
use crate::turn::{Moment, Readings, quarantine, turn};
use futures_util::FutureExt;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How long a lane stays leased. A run is decided in milliseconds; a node that is gone for this long is dead, and its customers wait
/// no longer than this.
pub const LEASE: Millis = Millis::seconds(10);

/// A run claimed more often than this is quarantined: five tries failed.
pub const TRIES: i32 = 5;

/// How often one run is decided again because somebody moved the conversation meanwhile, before the lane is given back.
const REDECISIONS: usize = 3;

/// The most messages read and decided in one turn; the rest is the next run. Somebody who floods is answered in parts,
/// and holds up nobody else.
pub const RUN: usize = 50;

/// When a lane whose brand is gone is looked at again: there is nothing to decide it by.
const BRAND_GONE: Millis = Millis::minutes(60);

/// When lanes are ready again that a store which was away kept from being decided.
const STORE_AWAY: Millis = Millis::seconds(1);

/// Why a round failed as a whole. The lanes it held are given back, or come back when their lease ends.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed.
    #[error("the round could not be stored")]
    Store(#[from] StoreError),
}

/// The parts an engine works with.
#[derive(Clone)]
pub struct EngineParts {
    /// Lanes.
    pub lanes: Arc<dyn Lanes>,
    /// Model.
    pub classifier: Arc<dyn Classifier>,
    /// Rules of the brands.
    pub rules: Arc<RulesCache>,
    /// Who is told.
    pub feed: Arc<Feed>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub ids: Arc<dyn Ids>,
    /// This process.
    pub node: NodeId,
}

/// Decides what waits in the lanes. Several may run, in one process or many.
pub struct Engine {
    parts: EngineParts,
    /// Serves when a brand's own templates cannot be loaded.
    shipped: TemplateSet,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("node", &self.parts.node).finish_non_exhaustive()
    }
}

/// A claim with everything a decision needs.
struct Ready {
    claim: Claim,
    rules: Arc<Rules>,
    readings: Option<Readings>,
}

/// A lane given back undecided, and why: that tells when it is ready again.
#[derive(Debug, Clone, Copy)]
enum GivenBack {
    /// Something failed; after how many attempts.
    Failed(ConversationId, i32),
    /// Its brand is gone.
    BrandGone(ConversationId),
}

impl GivenBack {
    const fn failed(claim: &Claim) -> Self {
        Self::Failed(claim.conversation.id, claim.attempts)
    }

    /// The lane, and how long it rests: longer with each attempt.
    fn rest(self) -> (ConversationId, Millis) {
        match self {
            Self::BrandGone(lane) => (lane, BRAND_GONE),
            Self::Failed(lane, attempts) => {
                let power = u32::try_from(attempts).unwrap_or(0).min(6);
                (lane, Millis(500_i64.saturating_mul(2_i64.saturating_pow(power))))
            }
        }
    }
}

impl Engine {
    /// An engine.
    #[must_use]
    pub fn new(parts: EngineParts) -> Self {
        Self { parts, shipped: TemplateSet::shipped() }
    }

    /// Decides up to `limit` lanes that are ready; how many were claimed. 0 means: sleep until [`Feed::work`] or
    /// [`Engine::next_ready`].
    pub async fn run_once(&self, limit: u32) -> Result<usize, EngineError> {
        let parts = &self.parts;
        let claims = parts.lanes.claim(parts.node, parts.clock.now(), LEASE, limit).await?;
        let claimed = claims.len();
        if claimed == 0 {
            return Ok(0);
        }
        let lanes: Vec<ConversationId> = claims.iter().map(|claim| claim.conversation.id).collect();
        if let Err(EngineError::Store(error)) = self.round(claims).await {
            if matches!(error, StoreError::Unavailable(_) | StoreError::Full(_)) {
                self.hand_back_untried(&lanes).await;
            }
            return Err(error.into());
        }
        Ok(claimed)
    }

    /// Gives back what a store that is away or full kept from being decided: no run's fault, so no run's attempt. Where
    /// that fails too the leases end by themselves. Lanes settled before are not ours any more and stay as they are.
    async fn hand_back_untried(&self, lanes: &[ConversationId]) {
        let parts = &self.parts;
        let ready_at = parts.clock.now().plus(STORE_AWAY);
        if let Err(error) = parts.lanes.hand_back_untried(parts.node, lanes, ready_at).await {
            tracing::warn!(%error, lanes = lanes.len(), "lanes could not be given back; their leases will end");
        }
    }

    async fn round(&self, claims: Vec<Claim>) -> Result<(), EngineError> {
        let (claims, given_up) = self.with_rules(claims).await?;
        self.give_back(&given_up).await?;
        let (ready, unread) = self.read(claims).await;
        self.give_back(&unread).await?;
        self.decide(ready).await
    }

    /// When the next lane becomes ready, if one waits.
    pub async fn next_ready(&self) -> Result<Option<Timestamp>, EngineError> {
        Ok(self.parts.lanes.next_ready().await?)
    }

    /// Adds the rules. Lanes whose brand is gone, or cannot be understood, are given back.
    async fn with_rules(&self, claims: Vec<Claim>) -> Result<(Vec<Ready>, Vec<GivenBack>), StoreError> {
        let mut known: HashMap<BrandId, Result<Option<Arc<Rules>>, ()>> = HashMap::new();
        let mut ready = Vec::with_capacity(claims.len());
        let mut given_up = Vec::new();
        for claim in claims {
            let brand = claim.conversation.brand;
            let rules = match known.get(&brand) {
                Some(rules) => rules.clone(),
                None => known.entry(brand).or_insert(self.rules(brand).await?).clone(),
            };
            match rules {
                Ok(Some(rules)) => ready.push(Ready { claim: shortened(claim), rules, readings: None }),
                Ok(None) => given_up.push(GivenBack::BrandGone(claim.conversation.id)),
                Err(()) => given_up.push(GivenBack::failed(&claim)),
            }
        }
        Ok((ready, given_up))
    }

    /// The rules of a brand; `Err(())` inside when just this brand's cannot be understood.
    async fn rules(&self, brand: BrandId) -> Result<Result<Option<Arc<Rules>>, ()>, StoreError> {
        match self.parts.rules.of(brand).await {
            Ok(rules) => Ok(Ok(rules)),
            Err(error @ StoreError::Broken(_)) => {
                tracing::warn!(%brand, %error, "the rules of a brand could not be loaded");
                Ok(Err(()))
            }
            Err(error) => Err(error),
        }
    }

    /// Reads every run in one batch over all lanes; a batch that fails is tried lane by lane. Runs that are quarantined
    /// are not read: reading them may be what fails.
    async fn read(&self, mut lanes: Vec<Ready>) -> (Vec<Ready>, Vec<GivenBack>) {
        let texts: Vec<Vec<String>> = lanes
            .iter()
            .map(|lane| if lane.claim.attempts > TRIES { Vec::new() } else { texts(&lane.claim) })
            .collect();
        let all: Vec<Ask<'_>> =
            lanes.iter().zip(&texts).flat_map(|(lane, texts)| asks(lane, texts)).collect();
        if let Ok(read) = self.classify(&all).await {
            let mut read = VecDeque::from(read);
            for (lane, texts) in lanes.iter_mut().zip(&texts) {
                let mine: Vec<Reading> = texts.iter().filter_map(|_| read.pop_front()).collect();
                lane.readings = Readings::new(mine);
            }
            return (lanes, Vec::new());
        }
        let mut ready = Vec::new();
        let mut unread = Vec::new();
        for (mut lane, texts) in lanes.into_iter().zip(texts) {
            let mine: Vec<Ask<'_>> = asks(&lane, &texts).collect();
            match self.classify(&mine).await {
                Ok(read) => {
                    lane.readings = Readings::new(read);
                    ready.push(lane);
                }
                Err(error) => {
                    tracing::warn!(conversation = %lane.claim.conversation.id, %error, "a run could not be read");
                    unread.push(GivenBack::failed(&lane.claim));
                }
            }
        }
        (ready, unread)
    }

    async fn classify(&self, asks: &[Ask<'_>]) -> Result<Vec<Reading>, ClassifyError> {
        if asks.is_empty() {
            return Ok(Vec::new());
        }
        // A text the model falls over is one run's failure, not the worker's end.
        let read = AssertUnwindSafe(self.parts.classifier.classify(asks)).catch_unwind().await;
        let read = read.unwrap_or_else(|_| Err(ClassifyError("the classifier fell over".into())))?;
        if read.len() == asks.len() {
            Ok(read)
        } else {
            Err(ClassifyError("the classifier answered another number of texts".into()))
        }
    }

    /// Decides and commits, and decides again what moved meanwhile.
    async fn decide(&self, mut ready: Vec<Ready>) -> Result<(), EngineError> {
        for _ in 0..=REDECISIONS {
            let mut turns = Vec::with_capacity(ready.len());
            let mut failed = Vec::new();
            for lane in &ready {
                match self.one(lane) {
                    Some(turn) => turns.push(turn),
                    None => failed.push(GivenBack::failed(&lane.claim)),
                }
            }
            self.give_back(&failed).await?;
            let stale = self.commit(turns).await?;
            if stale.is_empty() {
                return Ok(());
            }
            let again = self.parts.lanes.reload(self.parts.node, &stale).await?;
            let mut before: HashMap<ConversationId, Ready> =
                ready.into_iter().map(|lane| (lane.claim.conversation.id, lane)).collect();
            let (same, grown): (Vec<Ready>, Vec<Ready>) = again
                .into_iter()
                .filter_map(|claim| {
                    let before = before.remove(&claim.conversation.id)?;
                    let claim = shortened(claim);
                    let same = before.claim.run.len() == claim.run.len();
                    let readings = if same { before.readings } else { None };
                    Some(Ready { claim, rules: before.rules, readings })
                })
                .partition(|lane| lane.readings.is_some() || lane.claim.attempts > TRIES);
            let (mut read, unread) = self.read(grown).await;
            self.give_back(&unread).await?;
            read.extend(same);
            ready = read;
        }
        let moving: Vec<_> =
            ready.iter().map(|lane| GivenBack::Failed(lane.claim.conversation.id, 0)).collect();
        self.give_back(&moving).await
    }

    /// One lane's turn; `None` when deciding fell over, which must not take the other lanes with it.
    fn one(&self, lane: &Ready) -> Option<Turn> {
        let parts = &self.parts;
        let moment = Moment { now: parts.clock.now(), node: parts.node };
        let decided = catch_unwind(AssertUnwindSafe(|| match &lane.readings {
            Some(readings) => turn(&lane.claim, readings, &lane.rules, moment, parts.ids.as_ref()),
            None => quarantine(&lane.claim, &lane.rules, &self.shipped, moment, parts.ids.as_ref()),
        }));
        if decided.is_err() {
            tracing::error!(conversation = %lane.claim.conversation.id, "deciding a run fell over");
        }
        decided.ok()
    }

    /// Commits the turns, one by one when the batch is refused; answers what is stale.
    async fn commit(&self, turns: Vec<Turn>) -> Result<Vec<ConversationId>, EngineError> {
        if turns.is_empty() {
            return Ok(Vec::new());
        }
        let told: Vec<Told> = turns.iter().map(Told::of).collect();
        let commits = match self.parts.lanes.commit(turns.clone()).await {
            Ok(commits) => commits.into_iter().map(Some).collect(),
            Err(error @ StoreError::Broken(_)) if turns.len() > 1 => {
                tracing::warn!(%error, "a batch of turns was refused; trying one by one");
                self.commit_alone(turns).await?
            }
            Err(error) => return Err(error.into()),
        };
        let mut stale = Vec::new();
        for (told, commit) in told.into_iter().zip(commits) {
            match commit {
                Some(Commit::Done) => self.tell(&told),
                Some(Commit::Stale) => stale.push(told.conversation),
                Some(Commit::Lost) | None => {}
            }
        }
        Ok(stale)
    }

    async fn commit_alone(&self, turns: Vec<Turn>) -> Result<Vec<Option<Commit>>, StoreError> {
        let mut commits = Vec::with_capacity(turns.len());
        for turn in turns {
            let conversation = turn.conversation;
            match self.parts.lanes.commit(vec![turn]).await {
                Ok(mut one) => commits.push(one.pop()),
                Err(error @ (StoreError::Unavailable(_) | StoreError::Full(_))) => return Err(error),
                Err(error) => {
                    // Its lease ends by itself; five such ends and it is quarantined.
                    tracing::error!(%conversation, %error, "a turn could not be stored");
                    commits.push(None);
                }
            }
        }
        Ok(commits)
    }

    fn tell(&self, told: &Told) {
        self.parts.feed.touch_conversation(told.address, told.conversation, told.brand);
        if told.push {
            self.parts.feed.sends().notify_one();
        }
    }

    /// Gives lanes back, ready again when they have rested.
    async fn give_back(&self, lanes: &[GivenBack]) -> Result<(), EngineError> {
        for given in lanes {
            let (lane, rest) = given.rest();
            let ready_at = self.parts.clock.now().plus(rest);
            self.parts.lanes.release(self.parts.node, &[lane], ready_at).await?;
        }
        Ok(())
    }
}

/// The claim with no more messages than one turn decides.
fn shortened(mut claim: Claim) -> Claim {
    claim.run.truncate(RUN);
    // People write in fragments and platforms deliver them in any order. Stable: what has no time stays where it came.
    claim.run.sort_by_key(|message| message.after.said_at.unwrap_or(message.at));
    claim
}

/// What the feed is told of a committed turn.
struct Told {
    address: crate::model::AddressId,
    conversation: ConversationId,
    brand: BrandId,
    push: bool,
}

impl Told {
    fn of(turn: &Turn) -> Self {
        Self {
            address: turn.address,
            conversation: turn.conversation,
            brand: turn.brand,
            push: turn.reply.as_ref().is_some_and(|reply| reply.delivery == Delivery::Push),
        }
    }
}

/// The texts of a lane, asked for its brand.
fn asks<'a>(lane: &Ready, texts: &'a [String]) -> impl Iterator<Item = Ask<'a>> + use<'a> {
    let brand = lane.claim.conversation.brand;
    texts.iter().map(move |text| Ask { brand, text })
}

/// What the classifier reads of a run: the messages together, then, if there are several, each alone.
fn texts(claim: &Claim) -> Vec<String> {
    let each: Vec<String> = claim.run.iter().map(|message| message.text.clone()).collect();
    if each.len() < 2 {
        return each;
    }
    let mut texts = vec![joined(&claim.run)];
    texts.extend(each);
    texts
}

#[cfg(test)]
mod tests;
