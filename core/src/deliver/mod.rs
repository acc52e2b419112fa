//! Deliver: sends what the outbox holds, in order per conversation. The adapter classifies how a send ended, this
//! decides what follows: again later, given up, or uncertain - which is never blindly repeated.

use crate::feed::Feed;
use crate::model::{ChannelKind, MessageId, Millis, NodeId, Timestamp};
use crate::ports::{Clock, Dispatch, Outbox, Outcome, Push, SendError, StoreResult};
use std::collections::HashMap;
use std::sync::Arc;

/// How long one send may take before its lease ends and it counts as uncertain. Longer than any adapter's time-out.
pub const SEND_LEASE: Millis = Millis::seconds(60);
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

    /// Claims up to `limit` replies, sends them side by side and settles each; how many were claimed. Replies of one
    /// conversation are never in the same claim, so their order holds.
    pub async fn run_once(&self, limit: u32) -> StoreResult<usize> {
        let claimed = self.outbox.claim_sends(self.node, self.clock.now(), SEND_LEASE, limit).await?;
        if claimed.is_empty() {
            return Ok(0);
        }
        let sends = claimed.iter().map(|dispatch| self.send(dispatch));
        let outcomes = join_all(sends).await;
        self.outbox.settle(self.node, self.clock.now(), outcomes).await?;
        for dispatch in &claimed {
            self.feed.sends().notify_one();
            let message = &dispatch.message;
            self.feed.touch(
                message.brand,
                crate::ports::ChangeKind::Conversation,
                message.conversation.get(),
                None,
            );
        }
        Ok(claimed.len())
    }

    async fn send(&self, dispatch: &Dispatch) -> (MessageId, Outcome) {
        let outcome = match self.pushes.get(&dispatch.channel.kind) {
            Some(push) => match push.send(dispatch).await {
                Ok(external) => Outcome::Sent(external),
                Err(error) => after(error, dispatch.attempts, self.clock.now()),
            },
            None => Outcome::Failed("no_such_channel"),
        };
        (dispatch.message.id, outcome)
    }
}

/// What follows a send that did not succeed.
fn after(error: SendError, attempts: i32, now: Timestamp) -> Outcome {
    match error {
        SendError::Retry(_, code) if attempts >= TRIES => Outcome::Failed(code),
        SendError::Retry(wish, code) => {
            Outcome::Retry(now.plus(wish.unwrap_or_else(|| pause(attempts))), code)
        }
        SendError::Rejected(code) | SendError::Gone(code) => Outcome::Failed(code),
        SendError::Uncertain(code) => Outcome::Uncertain(code),
    }
}

/// 1, 2, 4, 8 ... seconds after the first, second, third, fourth ... try.
fn pause(attempts: i32) -> Millis {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(10);
    Millis(FIRST_PAUSE.0.saturating_mul(1_i64 << doublings))
}

/// Waits for all futures at once, results in the order given.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut pending = false;
        for (future, output) in &mut waiting {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(ready) => *output = Some(ready),
                    std::task::Poll::Pending => pending = true,
                }
            }
        }
        if pending { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    waiting.into_iter().filter_map(|(_, output)| output).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    #[test]
    fn a_send_that_was_not_taken_is_tried_five_times_with_growing_pauses() {
        let retry = || SendError::Retry(None, "status_503");
        let due = |attempts| match after(retry(), attempts, NOW) {
            Outcome::Retry(at, "status_503") => Some(at.since(NOW)),
            _ => None,
        };
        assert_eq!([due(1), due(2), due(3), due(4)], [1, 2, 4, 8].map(|s| Some(Millis::seconds(s))));
        assert_eq!(after(retry(), TRIES, NOW), Outcome::Failed("status_503"));
    }

    #[test]
    fn the_platforms_own_wish_decides_the_pause() {
        let wish = SendError::Retry(Some(Millis::seconds(30)), "rate");
        assert_eq!(after(wish, 1, NOW), Outcome::Retry(NOW.plus(Millis::seconds(30)), "rate"));
    }

    #[test]
    fn what_may_have_arrived_is_never_sent_again() {
        assert_eq!(after(SendError::Uncertain("timeout"), 1, NOW), Outcome::Uncertain("timeout"));
        assert_eq!(after(SendError::Gone("blocked"), 1, NOW), Outcome::Failed("blocked"));
    }
}
