//! How fast a platform may be written to: buckets of tokens per place (a person's chat, a group) and per account. A
//! message takes one of each; a token comes back a window after it was taken, so that no window ever sees more sends than
//! the bucket has tokens. After a "too many requests" a bucket gives nothing until the platform's time has passed.
//!
//! Each process counts for itself; where several send for one account, the platform's answers set the pace.

use crate::model::{ChannelId, ChannelKind, Millis, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// So many sends in any window of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rate {
    tokens: usize,
    window: Millis,
}

const fn rate(tokens: usize, seconds: i64) -> Rate {
    Rate { tokens, window: Millis::seconds(seconds) }
}

/// Where a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// To one person.
    Direct,
    /// Where many read.
    Group,
}

/// The rate of a place and of the whole account; `None` where nobody limits.
const fn rates(kind: ChannelKind, place: Place) -> Option<(Rate, Rate)> {
    match (kind, place) {
        // core.telegram.org/bots/faq: about one a second in a chat (short bursts pass), 20 a minute in a group, 30 a second.
        (ChannelKind::Telegram, Place::Direct) => Some((rate(3, 3), rate(30, 1))),
        (ChannelKind::Telegram, Place::Group) => Some((rate(20, 60), rate(30, 1))),
        // discord-api-docs topics/rate-limits.mdx: 50 a second; what its headers say for a channel begins at five in five.
        (ChannelKind::Discord, _) => Some((rate(5, 5), rate(50, 1))),
        // messenger-platform rate limiting: 300 calls a second and page; the pace of a chat is our own.
        (ChannelKind::Messenger | ChannelKind::Instagram, _) => Some((rate(10, 10), rate(300, 1))),
        // cloud-api throughput: 80 a second and number; a pair one in six seconds, 45 at once.
        (ChannelKind::Whatsapp, _) => Some((rate(45, 270), rate(80, 1))),
        (ChannelKind::Web | ChannelKind::App | ChannelKind::Local, _) => None,
    }
}

/// When a message may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Its tokens are taken: it may go after this wait, which may be none.
    After(Millis),
    /// Not before then; no token was taken.
    NotBefore(Timestamp),
}

#[derive(Debug, Default)]
struct Bucket {
    /// When tokens were, or will be, taken, in order.
    taken: VecDeque<Timestamp>,
    blocked_until: Option<Timestamp>,
}

impl Bucket {
    /// Forgets what was taken longer ago than this.
    fn refill(&mut self, window: Millis, now: Timestamp) {
        while self.taken.front().is_some_and(|at| at.plus(window) <= now) {
            self.taken.pop_front();
        }
        self.blocked_until = self.blocked_until.filter(|until| now < *until);
    }

    /// When the next token is there.
    fn next(&self, rate: Rate, now: Timestamp) -> Timestamp {
        let back = self.taken.partition_point(|at| at.plus(rate.window) <= now);
        let is_out = self.taken.len().saturating_sub(back) >= rate.tokens;
        let oldest = is_out.then(|| self.taken.len().saturating_sub(rate.tokens));
        let next = oldest.and_then(|oldest| self.taken.get(oldest)).map(|at| at.plus(rate.window));
        [Some(now), next, self.blocked_until].into_iter().flatten().max().unwrap_or(now)
    }

    fn take(&mut self, at: Timestamp) {
        let place = self.taken.partition_point(|taken| *taken <= at);
        self.taken.insert(place, at);
    }

    fn block(&mut self, until: Timestamp) {
        self.blocked_until = self.blocked_until.max(Some(until));
    }

    fn is_idle(&self, now: Timestamp) -> bool {
        let rested = |at: &Timestamp| at.plus(LONGEST) <= now;
        self.taken.back().is_none_or(rested) && self.blocked_until.is_none_or(|until| until <= now)
    }
}

/// The longest window of all.
const LONGEST: Millis = Millis::seconds(270);

/// From so many places on those at rest are forgotten.
const PLACES: usize = 4_096;

/// The buckets of all accounts this process sends for.
#[derive(Debug, Default)]
pub struct Buckets(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    accounts: HashMap<ChannelId, Bucket>,
    places: HashMap<(ChannelId, String), Bucket>,
    /// How many places are kept before those at rest are looked for again.
    room: usize,
}

impl Buckets {
    /// Takes a token of the place and one of its account, if both are there within `patience`.
    pub fn take(
        &self,
        kind: ChannelKind,
        channel: ChannelId,
        (place, name): (Place, &str),
        now: Timestamp,
        patience: Millis,
    ) -> Pass {
        let Some((of_place, of_account)) = rates(kind, place) else { return Pass::After(Millis(0)) };
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.make_room(now);
        let Inner { accounts, places, .. } = &mut *inner;
        let account = accounts.entry(channel).or_default();
        let place = places.entry((channel, name.to_owned())).or_default();
        account.refill(of_account.window, now);
        // A place may be spoken to as a group and, by an agent, as one person: it remembers for the longer of the two.
        place.refill(LONGEST, now);
        let at = account.next(of_account, now).max(place.next(of_place, now));
        let wait = at.since(now);
        if wait > patience {
            return Pass::NotBefore(at);
        }
        account.take(at);
        place.take(at);
        Pass::After(wait)
    }

    /// Whether the platform wants nothing for this place, or from its account, now.
    #[must_use]
    pub fn is_shut(&self, channel: ChannelId, name: &str, now: Timestamp) -> bool {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let blocked = |bucket: &Bucket| bucket.blocked_until.is_some_and(|until| now < until);
        inner.accounts.get(&channel).is_some_and(blocked)
            || inner.places.get(&(channel, name.to_owned())).is_some_and(blocked)
    }

    /// The platform wants nothing for this place until then.
    pub fn block_place(&self, channel: ChannelId, name: &str, until: Timestamp) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.places.entry((channel, name.to_owned())).or_default().block(until);
    }

    /// The platform wants nothing from this account until then.
    pub fn block_account(&self, channel: ChannelId, until: Timestamp) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.accounts.entry(channel).or_default().block(until);
    }
}

impl Inner {
    fn make_room(&mut self, now: Timestamp) {
        if self.places.len() >= self.room.max(PLACES) {
            self.places.retain(|_, bucket| !bucket.is_idle(now));
            // Twice what is busy: looking through them stays cheap however many there are.
            self.room = self.places.len().saturating_mul(2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const START: Timestamp = Timestamp::from_millis(1_000_000);
    const PATIENCE: Millis = Millis::seconds(2);

    fn account() -> ChannelId {
        ChannelId::new(Uuid::from_u128(1))
    }

    fn at(millis: i64) -> Timestamp {
        START.plus(Millis(millis))
    }

    /// Sends to one chat until a send has to wait; how many went at once, and what the next one was told.
    fn burst(buckets: &Buckets, kind: ChannelKind, place: (Place, &str), now: Timestamp) -> (usize, Pass) {
        let mut count = 0;
        loop {
            match buckets.take(kind, account(), place, now, Millis(0)) {
                Pass::After(_) => count += 1,
                later @ Pass::NotBefore(_) => return (count, later),
            }
        }
    }

    #[test]
    fn a_chat_takes_so_many_at_once_and_then_waits() {
        for (kind, place, count, wait) in [
            (ChannelKind::Telegram, Place::Direct, 3, 3_000),
            (ChannelKind::Telegram, Place::Group, 20, 60_000),
            (ChannelKind::Discord, Place::Direct, 5, 5_000),
            (ChannelKind::Messenger, Place::Direct, 10, 10_000),
            (ChannelKind::Whatsapp, Place::Direct, 45, 270_000),
        ] {
            let buckets = Buckets::default();
            let expected = (count, Pass::NotBefore(at(wait)));
            assert_eq!(burst(&buckets, kind, (place, "lan"), START), expected, "{kind:?}");
        }
    }

    #[test]
    fn an_account_takes_so_many_a_second_from_all_chats() {
        let buckets = Buckets::default();
        let went = (0..100).filter(|n| {
            let chat = (Place::Direct, format!("chat-{n}"));
            let place = (chat.0, chat.1.as_str());
            buckets.take(ChannelKind::Telegram, account(), place, START, Millis(0)) == Pass::After(Millis(0))
        });
        assert_eq!(went.count(), 30);
    }

    #[test]
    fn a_short_wait_is_promised_and_a_long_one_is_not() {
        let buckets = Buckets::default();
        let take =
            |now| buckets.take(ChannelKind::Telegram, account(), (Place::Direct, "lan"), now, PATIENCE);
        assert_eq!([take(at(0)), take(at(0)), take(at(1_500))], [Pass::After(Millis(0)); 3]);
        assert_eq!(take(at(1_500)), Pass::After(Millis(1_500)));
        assert_eq!(take(at(1_500)), Pass::After(Millis(1_500)));
        // The next token comes back three seconds after the third send.
        assert_eq!(take(at(1_500)), Pass::NotBefore(at(4_500)));
    }

    #[test]
    fn too_many_requests_stop_the_chat_or_the_whole_account() {
        let buckets = Buckets::default();
        let take =
            |chat, now| buckets.take(ChannelKind::Telegram, account(), (Place::Direct, chat), now, Millis(0));
        buckets.block_place(account(), "lan", at(30_000));
        assert_eq!(take("lan", at(0)), Pass::NotBefore(at(30_000)));
        assert_eq!(take("minh", at(0)), Pass::After(Millis(0)));
        buckets.block_account(account(), at(40_000));
        assert_eq!(take("minh", at(1)), Pass::NotBefore(at(40_000)));
        // A later, shorter wish does not shorten the first.
        buckets.block_account(account(), at(20_000));
        assert_eq!(take("minh", at(20_000)), Pass::NotBefore(at(40_000)));
        assert_eq!(take("lan", at(40_000)), Pass::After(Millis(0)));
    }

    #[test]
    fn ours_have_no_rate_and_chats_at_rest_are_forgotten() {
        let buckets = Buckets::default();
        for n in 0..10_000 {
            let chat = format!("chat-{n}");
            let now = at(n * 1_000);
            let pass = buckets.take(ChannelKind::Web, account(), (Place::Direct, &chat), now, Millis(0));
            assert_eq!(pass, Pass::After(Millis(0)));
            buckets.take(ChannelKind::Whatsapp, account(), (Place::Direct, &chat), now, Millis(0));
        }
        assert!(buckets.0.lock().unwrap().places.len() <= PLACES);
    }

    #[test]
    fn a_group_that_an_agent_writes_to_keeps_its_own_pace() {
        let buckets = Buckets::default();
        for n in 0..20 {
            let place = (if n % 2 == 0 { Place::Group } else { Place::Direct }, "group");
            let now = at(n * 2_000);
            assert_eq!(
                buckets.take(ChannelKind::Telegram, account(), place, now, PATIENCE),
                Pass::After(Millis(0))
            );
        }
        let twenty_first = burst(&buckets, ChannelKind::Telegram, (Place::Group, "group"), at(40_000));
        assert_eq!(twenty_first, (0, Pass::NotBefore(at(60_000))));
    }

    proptest! {
        #[test]
        fn no_window_ever_sees_more_than_its_tokens(
            steps in prop::collection::vec((0..900_i64, 0..4_u8), 1..200),
        ) {
            let buckets = Buckets::default();
            let mut now = START;
            let mut sent: Vec<(u8, Timestamp)> = Vec::new();
            for (pause, chat) in steps {
                now = now.plus(Millis(pause));
                let name = chat.to_string();
                let place = (Place::Direct, name.as_str());
                if let Pass::After(wait) = buckets.take(ChannelKind::Telegram, account(), place, now, PATIENCE) {
                    sent.push((chat, now.plus(wait)));
                }
            }
            for (chat, first) in &sent {
                let end = first.plus(Millis::seconds(3));
                let beside = sent.iter().filter(|(other, at)| other == chat && first <= at && *at < end);
                prop_assert!(beside.count() <= 3);
            }
        }
    }
}
