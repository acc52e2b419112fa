//! Keeps Lara within what Discord tolerates: what it said about waiting, and the ban that follows 10,000 refused calls in
//! ten minutes (topics/rate-limits.mdx, "Invalid Request Limit").

use super::Failure;
use lara_core::model::{ChannelId, Millis, Timestamp};
use lara_core::ports::{Clock, Scope};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Refused calls within [`WINDOW`] after which Lara waits. Two of these (sending and listening) stay under the 10,000 of the
/// whole address, which other programs may share.
const MOST_REFUSED: usize = 2_000;
/// What Discord looks back on.
const WINDOW: Millis = Millis::minutes(10);
/// How long a refused token is not tried again.
const DEAD: Millis = Millis::minutes(5);

/// What was learnt of the pace.
pub(crate) struct Pace {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Nothing before then, for a bot.
    everything: HashMap<ChannelId, (Timestamp, &'static str)>,
    /// No call of a route before then.
    routes: HashMap<(ChannelId, String), Timestamp>,
    /// When calls were refused, the oldest first.
    refused: VecDeque<Timestamp>,
}

impl std::fmt::Debug for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pace").finish_non_exhaustive()
    }
}

impl Pace {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a call may be made now.
    pub(crate) fn admits(&self, channel: ChannelId, path: &str) -> Result<(), Failure> {
        let now = self.clock.now();
        let mut state = self.state();
        while state.refused.front().is_some_and(|at| now.since(*at) > WINDOW) {
            state.refused.pop_front();
        }
        if state.refused.len() >= MOST_REFUSED {
            return Err(Failure::HeldBack(Millis::minutes(1), "too_many_refused"));
        }
        if let Some((until, why)) = state.everything.get(&channel)
            && now < *until
        {
            return Err(Failure::HeldBack(until.since(now), why));
        }
        match state.routes.get(&(channel, route(path))) {
            Some(until) if now < *until => Err(Failure::TooMany(Scope::Place, until.since(now))),
            Some(_) => {
                state.routes.retain(|_, until| now < *until);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The calls of a route are used up for so long.
    pub(super) fn used_up(&self, channel: ChannelId, path: &str, wait: Millis) {
        let until = self.clock.now().plus(wait);
        self.state().routes.insert((channel, route(path)), until);
    }

    /// A call came too early.
    pub(super) fn refused(
        &self,
        channel: ChannelId,
        path: &str,
        (scope, wait): (Scope, Millis),
        shared: bool,
    ) {
        let now = self.clock.now();
        if scope == Scope::Account {
            self.state().everything.insert(channel, (now.plus(wait), "rate_limited"));
        } else {
            self.used_up(channel, path, wait);
        }
        // What others used up is not held against us.
        if !shared {
            self.state().refused.push_back(now);
        }
    }

    /// A call was refused for what it was; with the token of this channel, if with one.
    pub(super) fn invalid(&self, channel: Option<ChannelId>, failure: Failure) {
        let Failure::Refused { status, .. } = failure else { return };
        let now = self.clock.now();
        if matches!(status, 401 | 403) {
            self.state().refused.push_back(now);
        }
        if let (401, Some(channel)) = (status, channel) {
            self.state().everything.insert(channel, (now.plus(DEAD), "token_revoked"));
        }
    }
}

/// The route of a path: what Discord counts together, its kind and its channel (rate-limits.mdx, "per-route", "top-level
/// resources"). Reading and writing are counted apart there; taking them together only waits a little longer.
fn route(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let mut out = String::with_capacity(path.len());
    for (n, step) in path.split('/').enumerate() {
        let minor = n > 2 && step.bytes().all(|byte| byte.is_ascii_digit());
        out.push('/');
        out.push_str(if minor { "id" } else { step });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use lara_core::testing::FakeClock;
    use uuid::Uuid;

    fn pace() -> (Pace, Arc<FakeClock>, ChannelId) {
        let clock = Arc::new(FakeClock::default());
        (Pace::new(clock.clone()), clock, ChannelId::new(Uuid::from_u128(1)))
    }

    #[test]
    fn a_route_that_is_used_up_rests_and_the_others_go_on() {
        let (pace, clock, one) = pace();
        pace.used_up(one, "/channels/1/messages", Millis(500));
        assert_eq!(
            pace.admits(one, "/channels/1/messages"),
            Err(Failure::TooMany(Scope::Place, Millis(500)))
        );
        assert_eq!(pace.admits(one, "/channels/2/messages"), Ok(()));
        clock.advance(Millis(500));
        assert_eq!(pace.admits(one, "/channels/1/messages"), Ok(()));
    }

    #[test]
    fn a_global_limit_stops_one_bot_and_not_another() {
        let (pace, _, one) = pace();
        let other = ChannelId::new(Uuid::from_u128(2));
        pace.refused(one, "/channels/1/messages", (Scope::Account, Millis::seconds(64)), false);
        assert!(matches!(pace.admits(one, "/users/@me"), Err(Failure::HeldBack(..))));
        assert_eq!(pace.admits(other, "/users/@me"), Ok(()));
    }

    #[test]
    fn refusals_end_before_discord_bans_the_address() {
        let (pace, clock, one) = pace();
        let forbidden = Failure::Refused { status: 403, code: 50_013 };
        for _ in 0..MOST_REFUSED {
            pace.invalid(Some(one), forbidden);
        }
        assert!(matches!(pace.admits(one, "/users/@me"), Err(Failure::HeldBack(_, "too_many_refused"))));
        clock.advance(Millis::minutes(11));
        assert_eq!(pace.admits(one, "/users/@me"), Ok(()));
    }

    #[test]
    fn a_refused_token_is_not_tried_at_every_message() {
        let (pace, clock, one) = pace();
        pace.invalid(None, Failure::Refused { status: 401, code: 50_027 });
        assert_eq!(pace.admits(one, "/users/@me"), Ok(()), "the token of a press is not the bot's");
        pace.invalid(Some(one), Failure::Refused { status: 401, code: 0 });
        assert!(matches!(pace.admits(one, "/users/@me"), Err(Failure::HeldBack(_, "token_revoked"))));
        clock.advance(DEAD);
        assert_eq!(pace.admits(one, "/users/@me"), Ok(()));
    }
}
