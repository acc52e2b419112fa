//! Slows down who guesses: a growing lock per e-mail (stored with the agent, or here for e-mails nobody has, so that the
//! two look the same) and a bucket of tries per IP address.

use lara_core::model::{Millis, Timestamp};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Failed logins in a row that cost nothing.
const FREE_FAILURES: i32 = 4;
/// The first lock.
const FIRST_LOCK: Millis = Millis::seconds(30);
/// The longest lock.
const LONGEST_LOCK: Millis = Millis::minutes(60);
/// Tries an IP address has in hand.
const TRIES: f64 = 20.0;
/// Time in which an IP address gets one try back.
const TRY_BACK: Millis = Millis::seconds(6);
/// Entries kept in each table; beyond it the whole table is forgotten, which only helps a guesser once.
const KEPT: usize = 50_000;

/// How long an e-mail is locked after this many failures in a row: 30 s, doubled with each, at most an hour.
pub(crate) fn lock_after(failures: i32) -> Option<Millis> {
    let beyond = failures.checked_sub(FREE_FAILURES + 1).filter(|beyond| *beyond >= 0)?;
    let factor = 1_i64.checked_shl(beyond.unsigned_abs()).filter(|_| beyond < 20).unwrap_or(i64::MAX);
    Some(Millis(FIRST_LOCK.0.saturating_mul(factor).min(LONGEST_LOCK.0)))
}

#[derive(Debug, Default)]
struct Unknown {
    failures: i32,
    locked_until: Option<Timestamp>,
}

#[derive(Debug)]
struct Bucket {
    tries: f64,
    at: Timestamp,
}

/// The in-memory half.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    unknown: Mutex<HashMap<String, Unknown>>,
    addresses: Mutex<HashMap<IpAddr, Bucket>>,
}

fn bounded<K: Eq + Hash, V>(map: &mut HashMap<K, V>) {
    if map.len() > KEPT {
        map.clear();
    }
}

impl Throttle {
    /// Takes one try of an IP address; when there is none left, how long until there is.
    pub(crate) fn try_from(&self, address: IpAddr, now: Timestamp) -> Result<(), Millis> {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        bounded(&mut addresses);
        let bucket = addresses.entry(address).or_insert(Bucket { tries: TRIES, at: now });
        let back = millis_as_f64(now.since(bucket.at)) / millis_as_f64(TRY_BACK);
        bucket.tries = (bucket.tries + back.max(0.0)).min(TRIES);
        bucket.at = now;
        if bucket.tries < 1.0 {
            return Err(TRY_BACK);
        }
        bucket.tries -= 1.0;
        Ok(())
    }

    /// Until when an e-mail nobody has is locked.
    pub(crate) fn unknown_locked_until(&self, email: &str) -> Option<Timestamp> {
        let unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        unknown.get(email).and_then(|entry| entry.locked_until)
    }

    /// Records a failure for an e-mail nobody has, by the rule that holds for real ones.
    pub(crate) fn unknown_failed(&self, email: &str, now: Timestamp) {
        let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        bounded(&mut unknown);
        let entry = unknown.entry(email.to_owned()).or_default();
        entry.failures = entry.failures.saturating_add(1);
        entry.locked_until = lock_after(entry.failures).map(|lock| now.plus(lock));
    }
}

/// Milliseconds as a float; exact up to thousands of years.
fn millis_as_f64(span: Millis) -> f64 {
    i32::try_from(span.0).map_or(f64::from(i32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_grows_and_ends_at_an_hour() {
        assert_eq!(lock_after(0), None);
        assert_eq!(lock_after(4), None);
        assert_eq!(lock_after(5), Some(Millis::seconds(30)));
        assert_eq!(lock_after(7), Some(Millis::seconds(120)));
        assert_eq!(lock_after(i32::MAX), Some(Millis::minutes(60)));
    }

    #[test]
    fn an_address_has_twenty_tries_and_gets_them_back_with_time() {
        let throttle = Throttle::default();
        let address: IpAddr = "203.0.113.9".parse().unwrap();
        let now = Timestamp::from_millis(1_000_000);
        for _ in 0..20 {
            throttle.try_from(address, now).unwrap();
        }
        assert_eq!(throttle.try_from(address, now), Err(TRY_BACK));
        throttle.try_from(address, now.plus(Millis::seconds(6))).unwrap();
        throttle.try_from("203.0.113.10".parse().unwrap(), now).unwrap();
    }

    #[test]
    fn an_unknown_email_locks_like_a_known_one() {
        let throttle = Throttle::default();
        let now = Timestamp::from_millis(0);
        for _ in 0..4 {
            throttle.unknown_failed("nobody@example.com", now);
        }
        assert_eq!(throttle.unknown_locked_until("nobody@example.com"), None);
        throttle.unknown_failed("nobody@example.com", now);
        assert_eq!(throttle.unknown_locked_until("nobody@example.com"), Some(now.plus(Millis::seconds(30))));
    }
}
