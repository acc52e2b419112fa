//! Token buckets: how often one visitor or one network address may ask.

use super::Problem;
use axum::extract::ConnectInfo;
use axum::http::Extensions;
use lara_core::model::{Millis, Timestamp};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};

/// The network address a request came from, as the server found it behind its trusted proxies. A middleware of the server
/// inserts it; without it the peer's own address counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

/// A rate: so many at once, then one more every `every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many at once.
    pub burst: i64,
    /// How long until one more.
    pub every: Millis,
}

/// The limits of the web channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Messages of one visitor. A person who types fast writes one a second.
    pub visitor: Rate,
    /// Requests of one network address. Whole towns share one behind a mobile carrier, so it is wide.
    pub network: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            visitor: Rate { burst: 30, every: Millis(1_000) },
            network: Rate { burst: 600, every: Millis(20) },
        }
    }
}

/// More buckets than this are swept of the full ones.
const SWEEP_AT: usize = 20_000;

/// The buckets of one rate.
#[derive(Debug)]
pub(crate) struct Buckets {
    rate: Rate,
    // Of each key the moment at which its bucket will be full again: one number says all a bucket knows.
    full_at: Mutex<HashMap<String, i64>>,
}

impl Buckets {
    /// Empty buckets of a rate.
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, full_at: Mutex::new(HashMap::new()) }
    }

    /// Takes one from the key's bucket, or says when to come back.
    pub(crate) fn take(&self, key: &str, now: Timestamp) -> Result<(), Problem> {
        let now = now.millis();
        let every = self.rate.every.0.max(1);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= SWEEP_AT {
            full_at.retain(|_, at| *at > now);
        }
        let next = full_at.get(key).copied().unwrap_or(now).max(now).saturating_add(every);
        let over = next.saturating_sub(now).saturating_sub(self.rate.burst.saturating_mul(every));
        if over > 0 {
            let seconds = over.saturating_add(999) / 1_000;
            return Err(Problem::too_many(u32::try_from(seconds).unwrap_or(u32::MAX)));
        }
        full_at.insert(key.to_owned(), next);
        Ok(())
    }
}

/// The network address of a request, if it is known.
pub(crate) fn client(extensions: &Extensions) -> Option<IpAddr> {
    extensions
        .get::<ClientAddr>()
        .map(|client| client.0)
        .or_else(|| extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip()))
}

/// The key a network address is counted under: an IPv6 customer has a whole /64.
pub(crate) fn network_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_one_by_one() {
        let buckets = Buckets::new(Rate { burst: 3, every: Millis(2_000) });
        let mut now = Timestamp::from_millis(0);
        assert!((0..3).all(|_| buckets.take("a", now).is_ok()));
        assert_eq!(buckets.take("a", now), Err(Problem::too_many(2)));
        assert!(buckets.take("b", now).is_ok());
        now = now.plus(Millis(2_000));
        assert!(buckets.take("a", now).is_ok());
        assert!(buckets.take("a", now).is_err());
        now = now.plus(Millis(60_000));
        assert!((0..3).all(|_| buckets.take("a", now).is_ok()));
        assert!(buckets.take("a", now).is_err());
    }

    #[test]
    fn buckets_that_are_full_again_are_swept() {
        let buckets = Buckets::new(Rate { burst: 1, every: Millis(1) });
        for n in 0..60_000_i64 {
            assert!(buckets.take(&n.to_string(), Timestamp::from_millis(n)).is_ok());
        }
        assert!(buckets.full_at.lock().unwrap().len() <= SWEEP_AT);
    }

    #[test]
    fn a_household_is_one_network() {
        let key = |text: &str| network_key(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:203.0.113.9"), key("203.0.113.9"));
        assert_ne!(key("203.0.113.9"), key("203.0.113.8"));
    }
}
