//! One reply on its way: whether it may still go, at which pace, and what follows when the platform does not take it. Its
//! pieces go one by one, and how many are done is stored after each: whatever happens, none is said twice.

use super::buckets::{Pass, Place};
use super::window::CLOSED;
use super::{Deliverer, SEND_LEASE, SEND_LIMIT};
use crate::model::{Millis, Timestamp, Visibility};
use crate::ports::{Dispatch, Outcome, Piece, PieceTo, Push, Scope, SendError, StoreError};
use crate::privacy::unasked::quiet_until;
use futures_util::FutureExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// Sends tried before a reply is given up.
pub const TRIES: i32 = 5;
/// The first pause between two tries; each is twice the one before.
const FIRST_PAUSE: Millis = Millis::seconds(1);
/// Waiting this long for the platform's pace is done on the way; who has to wait longer goes back to the outbox.
const PATIENCE: Millis = Millis::seconds(2);

/// How the platform answered one piece.
type Sent = Result<Option<String>, SendError>;

/// May the next piece go?
enum Next {
    Go,
    Stop(Outcome),
}

impl Deliverer {
    /// Sends what is not done yet of a reply; how it ended.
    pub(super) async fn send(&self, dispatch: &Dispatch) -> Outcome {
        let Some(push) = self.pushes.get(&dispatch.channel.kind) else {
            return Outcome::Failed("no_such_channel");
        };
        if let Some(outcome) = self.too_early(dispatch).await {
            return outcome;
        }
        let may_go = dispatch.window(self.clock.now()).tag().is_some() || push.goes_late(&dispatch.channel);
        if !may_go {
            return Outcome::Failed(CLOSED);
        }
        // An adapter that falls over takes no other send with it; here it has sent nothing yet.
        let pieces = match catch_unwind(AssertUnwindSafe(|| push.compose(dispatch))) {
            Ok(Ok(pieces)) if pieces.is_empty() => return Outcome::Failed("nothing_to_send"),
            Ok(Ok(pieces)) => pieces,
            Ok(Err(error)) => return after(error, dispatch.attempts, self.clock.now()),
            Err(_) => return Outcome::Failed("cannot_be_written"),
        };
        self.send_pieces(push.as_ref(), dispatch, &pieces).await
    }

    /// Where it keeps quiet hours, and these are some: it waits for their end.
    async fn too_early(&self, dispatch: &Dispatch) -> Option<Outcome> {
        let rules = self.rules.as_ref().filter(|_| dispatch.unasked && dispatch.pieces_done == 0)?;
        let now = self.clock.now();
        match rules.of(dispatch.message.brand).await {
            Ok(Some(rules)) => quiet_until(rules.brand.settings.quiet_hours, &rules.zone, now)
                .map(|at| Outcome::Defer(at, "quiet_hours")),
            Ok(None) => Some(Outcome::Failed("no_such_brand")),
            // Not knowing, it is better not to ring at night.
            Err(_) => Some(Outcome::Defer(now.plus(Millis::minutes(1)), "quiet_hours")),
        }
    }

    async fn send_pieces(&self, push: &dyn Push, dispatch: &Dispatch, pieces: &[Piece]) -> Outcome {
        let mut first = dispatch.message.external.clone();
        let count = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        let behind = usize::try_from(dispatch.pieces_done).unwrap_or(usize::MAX);
        // Before the first of several goes, it is known that there are several: should it be all that arrives, its receipt
        // does not speak for the rest.
        if count > 1
            && dispatch.pieces_done == 0
            && let Next::Stop(outcome) = self.note(dispatch, Some(0), None).await
        {
            return outcome;
        }
        for (place, piece) in (0..count).zip(pieces).skip(behind) {
            if let Next::Stop(outcome) = self.pace(push, dispatch, piece, (count > 1).then_some(place)).await
            {
                return outcome;
            }
            match self.send_piece(push, dispatch, piece, place).await {
                Ok(external) => first = first.or(external),
                Err(error) => return self.stopped(push, dispatch, piece, error),
            }
            let done = place.saturating_add(1);
            if done < count
                && let Next::Stop(outcome) = self.note(dispatch, Some(done), first.as_deref()).await
            {
                return outcome;
            }
        }
        Outcome::Sent(first)
    }

    /// Waits for the platform's pace, if the wait is short.
    async fn pace(&self, push: &dyn Push, dispatch: &Dispatch, piece: &Piece, done: Option<u32>) -> Next {
        let now = self.clock.now();
        let place = (crowd(dispatch, piece), push.place(dispatch, piece));
        let (kind, channel) = (dispatch.channel.kind, dispatch.channel.id);
        match self.buckets.take(kind, channel, (place.0, &place.1), now, PATIENCE) {
            Pass::After(Millis(0)) => Next::Go,
            Pass::After(wait) => {
                tokio::time::sleep(Duration::from_millis(wait.0.unsigned_abs())).await;
                // Somebody may have taken over meanwhile.
                self.note(dispatch, done, None).await
            }
            Pass::NotBefore(at) => Next::Stop(Outcome::Defer(at, "pace")),
        }
    }

    /// One call to the platform. Where an adapter hangs or falls over, nobody knows how far it came.
    async fn send_piece(&self, push: &dyn Push, dispatch: &Dispatch, piece: &Piece, place: u32) -> Sent {
        let sent = AssertUnwindSafe(push.send(dispatch, piece, place)).catch_unwind();
        match tokio::time::timeout(SEND_LIMIT, sent).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(SendError::Uncertain("fell_over")),
            Err(_) => Err(SendError::Uncertain("timed_out")),
        }
    }

    /// Stores how many pieces of several are done, and hears whether the rest is still wanted.
    async fn note(&self, dispatch: &Dispatch, done: Option<u32>, first: Option<&str>) -> Next {
        match self.note_down(dispatch, done, first).await {
            Ok(true) => Next::Go,
            // Settled so, the store cancels what was taken back and queues anything else.
            Ok(false) => Next::Stop(Outcome::Defer(self.clock.now(), "taken_back")),
            // Not knowing how far we are, going on could say a piece twice later.
            Err(_) => Next::Stop(Outcome::Uncertain("progress_not_stored")),
        }
    }

    async fn note_down(
        &self,
        dispatch: &Dispatch,
        done: Option<u32>,
        first: Option<&str>,
    ) -> Result<bool, StoreError> {
        let message = dispatch.message.id;
        let lease = || self.clock.now().plus(SEND_LEASE);
        for pause in super::pauses() {
            match self.outbox.progress(self.node, message, done, first, lease()).await {
                Err(error) => tracing::warn!(%message, %error, "how far a reply is could not be stored yet"),
                stored => return stored,
            }
            tokio::time::sleep(pause).await;
        }
        self.outbox.progress(self.node, message, done, first, lease()).await
    }

    /// What follows a piece that was not taken.
    fn stopped(&self, push: &dyn Push, dispatch: &Dispatch, piece: &Piece, error: SendError) -> Outcome {
        let (now, channel) = (self.clock.now(), dispatch.channel.id);
        let error = match error {
            // Who cannot be written to in private is still there in public.
            SendError::Gone(code) if piece.to == PieceTo::Aside => SendError::Rejected(code),
            error => error,
        };
        match error {
            SendError::TooFast(Scope::Account, wait, _) => {
                self.buckets.block_account(channel, now.plus(wait));
            }
            SendError::TooFast(Scope::Place, wait, _) | SendError::Retry(Some(wait), _) => {
                self.buckets.block_place(channel, &push.place(dispatch, piece), now.plus(wait));
            }
            _ => {}
        }
        after(error, dispatch.attempts, now)
    }
}

/// Whether a piece goes to one person or where many read.
fn crowd(dispatch: &Dispatch, piece: &Piece) -> Place {
    if dispatch.message.visibility == Visibility::Direct || piece.to == PieceTo::Aside {
        Place::Direct
    } else {
        Place::Group
    }
}

/// What follows a send that did not succeed.
pub(super) fn after(error: SendError, attempts: i32, now: Timestamp) -> Outcome {
    match error {
        SendError::Retry(_, code) if attempts >= TRIES => Outcome::Failed(code),
        SendError::Retry(wish, code) => {
            Outcome::Retry(now.plus(wish.unwrap_or_else(|| pause(attempts))), code)
        }
        // Our haste is no fault of the message.
        SendError::TooFast(_, wait, code) => Outcome::Defer(now.plus(wait), code),
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
