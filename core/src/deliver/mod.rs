//! Deliver: sends what the outbox holds, in order per conversation. The adapter classifies how a send ended, this
//! decides what follows: again later, given up, or uncertain - which is never blindly repeated.

pub mod buckets;
pub mod limits;
mod send;
pub mod split;
pub mod typing;
pub mod window;

pub use send::TRIES;
pub use split::pieces;

use crate::feed::Feed;
use crate::model::{ChannelKind, MessageId, Millis, NodeId};
use crate::ports::{ChangeKind, Clock, Dispatch, Outbox, Outcome, Piece, PieceTo, Push, StoreResult};
use crate::rules::RulesCache;
use buckets::Buckets;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// How long a reply stays leased for sending; after that it counts as uncertain.
pub const SEND_LEASE: Millis = Millis::seconds(60);
/// The longest one piece may take. Longer than any adapter's own time-out, and short enough that the end of it is stored
/// before [`SEND_LEASE`] is over, which begins anew with every piece.
pub const SEND_LIMIT: Duration = Duration::from_secs(30);
/// How often storing the end of a send is tried. Not storing it would make a reply that was sent uncertain.
const SETTLES: u32 = 5;
/// The pause before the end of a send is stored once more; each is twice the one before.
const SETTLE_PAUSE: Duration = Duration::from_millis(250);

/// Sends queued replies through the channels that push.
pub struct Deliverer {
    outbox: Arc<dyn Outbox>,
    pushes: HashMap<ChannelKind, Arc<dyn Push>>,
    clock: Arc<dyn Clock>,
    feed: Arc<Feed>,
    node: NodeId,
    buckets: Buckets,
    rules: Option<Arc<RulesCache>>,
}

impl std::fmt::Debug for Deliverer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deliverer").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Deliverer {
    /// A deliverer for these channels; of two that serve the same kind the later one is used.
    #[must_use]
    pub fn new(
        outbox: Arc<dyn Outbox>,
        pushes: Vec<Arc<dyn Push>>,
        clock: Arc<dyn Clock>,
        feed: Arc<Feed>,
        node: NodeId,
    ) -> Self {
        let pushes = pushes.into_iter().map(|push| (push.kind(), push)).collect();
        Self { outbox, pushes, clock, feed, node, buckets: Buckets::default(), rules: None }
    }

    /// The same, keeping the quiet hours of the brands in what nobody asked for.
    #[must_use]
    pub fn with_rules(self, rules: Arc<RulesCache>) -> Self {
        Self { rules: Some(rules), ..self }
    }

    /// Claims up to `limit` replies, sends them side by side, settles each as it ends and waits for all; how many were
    /// claimed. Replies of one conversation are never in the same claim, so their order holds.
    pub async fn run_once(self: &Arc<Self>, limit: u32) -> StoreResult<usize> {
        let mut flights = Flights::new(Arc::clone(self), usize::try_from(limit).unwrap_or(usize::MAX));
        let claimed = flights.board().await?;
        while let Some(landed) = flights.land().await {
            landed?;
        }
        Ok(claimed)
    }

    /// Sends one reply and stores how it ended.
    async fn fly(&self, dispatch: Dispatch) -> StoreResult<()> {
        let outcome = self.send(&dispatch).await;
        self.settle(dispatch.message.id, outcome).await?;
        self.feed.sends().notify_one();
        let message = &dispatch.message;
        self.feed.touch(message.brand, ChangeKind::Conversation, message.conversation.get(), None);
        Ok(())
    }

    async fn settle(&self, message: MessageId, outcome: Outcome) -> StoreResult<()> {
        for pause in pauses() {
            match self.outbox.settle(self.node, self.clock.now(), vec![(message, outcome.clone())]).await {
                Ok(()) => return Ok(()),
                Err(error) => tracing::warn!(%message, %error, "the end of a send could not be stored yet"),
            }
            tokio::time::sleep(pause).await;
        }
        self.outbox.settle(self.node, self.clock.now(), vec![(message, outcome)]).await
    }
}

/// The pauses between the tries of storing what became of a send.
fn pauses() -> impl Iterator<Item = Duration> {
    (1..SETTLES).scan(SETTLE_PAUSE, |pause, _| Some(std::mem::replace(pause, pause.saturating_mul(2))))
}

/// Sends under way. Each is settled as it ends: one target that hangs keeps one seat, and nobody else waits for it.
pub struct Flights {
    deliverer: Arc<Deliverer>,
    flying: FuturesUnordered<BoxFuture<'static, StoreResult<()>>>,
    /// Ended while others were boarding.
    landed: VecDeque<StoreResult<()>>,
    seats: usize,
}

impl std::fmt::Debug for Flights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flights").field("flying", &self.flying.len()).finish_non_exhaustive()
    }
}

impl Flights {
    /// Room for `seats` sends at once.
    #[must_use]
    pub fn new(deliverer: Arc<Deliverer>, seats: usize) -> Self {
        Self { deliverer, flying: FuturesUnordered::new(), landed: VecDeque::new(), seats }
    }

    /// Claims replies for the free seats; how many. They move while somebody waits here or in [`Flights::land`].
    pub async fn board(&mut self) -> StoreResult<usize> {
        let free = u32::try_from(self.seats.saturating_sub(self.flying.len())).unwrap_or(u32::MAX);
        if free == 0 {
            return Ok(0);
        }
        let of = Arc::clone(&self.deliverer);
        let mut claim = pin!(of.outbox.claim_sends(of.node, of.clock.now(), SEND_LEASE, free));
        // Those in the air go on meanwhile: one of them may be given the only writer's turn that this claim waits for.
        let claimed = loop {
            tokio::select! {
                claimed = &mut claim => break claimed?,
                Some(landed) = self.flying.next() => self.landed.push_back(landed),
            }
        };
        let count = claimed.len();
        for dispatch in claimed {
            let deliverer = Arc::clone(&of);
            self.flying.push(async move { deliverer.fly(dispatch).await }.boxed());
        }
        Ok(count)
    }

    /// Waits until one send has ended and is settled; `None` when none is under way.
    pub async fn land(&mut self) -> Option<StoreResult<()>> {
        match self.landed.pop_front() {
            Some(landed) => Some(landed),
            None => self.flying.next().await,
        }
    }

    /// Whether no send is under way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flying.is_empty() && self.landed.is_empty()
    }
}

/// A reply in the format of its channel, cut into what the platform takes at once. Buttons stand on the last piece.
#[must_use]
pub fn compose(dispatch: &Dispatch) -> Vec<Piece> {
    let kind = dispatch.channel.kind;
    let quick_replies = &dispatch.message.quick_replies;
    let piece = |to| move |text| Piece { to, text, quick_replies: Vec::new() };
    let mut composed: Vec<Piece> = pieces(kind, &dispatch.message.text, !quick_replies.is_empty())
        .into_iter()
        .map(piece(PieceTo::Here))
        .collect();
    if let Some(last) = composed.last_mut() {
        last.quick_replies.clone_from(quick_replies);
    }
    let aside = dispatch.message.aside.as_deref().map(|aside| pieces(kind, aside, false));
    composed.extend(aside.into_iter().flatten().map(piece(PieceTo::Aside)));
    composed
}

#[cfg(test)]
mod tests;
