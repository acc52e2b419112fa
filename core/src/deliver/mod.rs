//! Deliver: sends what the outbox holds, in order per conversation. The adapter classifies how a send ended, this
//! decides what follows: again later, given up, or uncertain - which is never blindly repeated.

pub mod buckets;
pub mod limits;
pub mod split;
pub mod window;

pub use split::pieces;

use crate::feed::Feed;
use crate::model::{ChannelKind, MessageId, Millis, NodeId, Timestamp};
use crate::ports::{
    ChangeKind, Clock, Dispatch, Outbox, Outcome, Piece, PieceTo, Push, SendError, StoreResult,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// How long a reply stays leased for sending; after that it counts as uncertain.
pub const SEND_LEASE: Millis = Millis::seconds(60);
/// The longest one send may take. Longer than any adapter's own time-out, and short enough that the end of it is stored
/// before [`SEND_LEASE`] is over.
pub const SEND_LIMIT: Duration = Duration::from_secs(30);
/// How often storing the end of a send is tried. Not storing it would make a reply that was sent uncertain.
const SETTLES: u32 = 5;
/// The pause before the end of a send is stored once more; each is twice the one before.
const SETTLE_PAUSE: Duration = Duration::from_millis(250);
/// Sends tried before a reply is given up.
pub const TRIES: i32 = 5;
/// The first pause between two tries; each is twice the one before.
const FIRST_PAUSE: Millis = Millis::seconds(1);

/// Sends queued replies through the channels that push.
pub struct Deliverer {
    outbox: Arc<dyn Outbox>,
    pushes: HashMap<ChannelKind, Arc<dyn Push>>,
    clock: Arc<dyn Clock>,
    feed: Arc<Feed>,
    node: NodeId,
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
        Self { outbox, pushes, clock, feed, node }
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
        let mut pause = SETTLE_PAUSE;
        for _ in 1..SETTLES {
            match self.outbox.settle(self.node, self.clock.now(), vec![(message, outcome.clone())]).await {
                Ok(()) => return Ok(()),
                Err(error) => tracing::warn!(%message, %error, "the end of a send could not be stored yet"),
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
        self.outbox.settle(self.node, self.clock.now(), vec![(message, outcome)]).await
    }

    async fn send(&self, dispatch: &Dispatch) -> Outcome {
        let Some(push) = self.pushes.get(&dispatch.channel.kind) else {
            return Outcome::Failed("no_such_channel");
        };
        // An adapter that hangs or falls over takes no other send with it. Nobody knows how far it came.
        let sent = AssertUnwindSafe(self.send_pieces(&**push, dispatch)).catch_unwind();
        match tokio::time::timeout(SEND_LIMIT, sent).await {
            Ok(Ok(Ok(external))) => Outcome::Sent(external),
            Ok(Ok(Err(error))) => after(error, dispatch.attempts, self.clock.now()),
            Ok(Err(_)) => Outcome::Uncertain("fell_over"),
            Err(_) => Outcome::Uncertain("timed_out"),
        }
    }

    /// Sends the pieces that are not done yet, one after the other; the platform's id of the first.
    async fn send_pieces(&self, push: &dyn Push, dispatch: &Dispatch) -> Result<Option<String>, SendError> {
        let pieces = push.compose(dispatch)?;
        let mut first = dispatch.message.external.clone();
        let count = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        for (place, piece) in (0..count).zip(&pieces).skip(usize::try_from(dispatch.pieces_done).unwrap_or(0))
        {
            let external = push.send(dispatch, piece, place).await?;
            first = first.or(external);
            let done = place.saturating_add(1);
            if done < count {
                let noted =
                    self.outbox.progress(self.node, dispatch.message.id, done, first.as_deref()).await;
                // Not knowing how far we are, going on could say a piece twice later.
                noted.map_err(|_| SendError::Uncertain("progress_not_stored"))?;
            }
        }
        Ok(first)
    }
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

/// What follows a send that did not succeed.
fn after(error: SendError, attempts: i32, now: Timestamp) -> Outcome {
    match error {
        SendError::Retry(_, code) if attempts >= TRIES => Outcome::Failed(code),
        SendError::Retry(wish, code) => {
            Outcome::Retry(now.plus(wish.unwrap_or_else(|| pause(attempts))), code)
        }
        SendError::Rejected(code) => Outcome::Failed(code),
        SendError::Gone(code) => Outcome::Gone(code),
        SendError::Uncertain(code) => Outcome::Uncertain(code),
    }
}

/// 1, 2, 4, 8 ... seconds after the first, second, third, fourth ... try.
fn pause(attempts: i32) -> Millis {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(10);
    Millis(FIRST_PAUSE.0.saturating_mul(1_i64 << doublings))
}

#[cfg(test)]
mod tests;
