//! Slows down who guesses: a growing lock per e-mail (stored with the agent, or here for e-mails nobody has, so that the
//! two look the same) and a bucket of tries per IP address.

use lara_core::model::{Millis, Timestamp};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
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
/// Time in which an IP address gets all its tries back.
const ALL_BACK: Millis = Millis::seconds(20 * 6);
/// Entries kept in each table. A full table forgets what slows nobody down any more; one that stays full forgets all,
/// which only helps a guesser once.
const KEPT: usize = 20_000;

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

/// Makes room in a full table; `needed` says which entries still slow somebody down.
fn bounded<K: Eq + Hash, V>(map: &mut HashMap<K, V>, needed: impl Fn(&V) -> bool) {
    if map.len() >= KEPT {
        map.retain(|_, entry| needed(entry));
        // A table that is nearly full again would be swept for every new entry.
        if map.len() > KEPT / 2 {
            map.clear();
        }
    }
}

/// What an address is counted under: who has one IPv6 address has its whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

impl Throttle {
    /// Takes one try of an IP address; when there is none left, how long until there is.
    pub(crate) fn try_from(&self, address: IpAddr, now: Timestamp) -> Result<(), Millis> {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        bounded(&mut addresses, |bucket| bucket.at.plus(ALL_BACK) > now);
        let bucket = addresses.entry(network(address)).or_insert(Bucket { tries: TRIES, at: now });
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
        bounded(&mut unknown, |entry| entry.locked_until.is_some_and(|until| until > now));
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
    fn a_household_has_one_bucket_of_tries() {
        let throttle = Throttle::default();
        let now = Timestamp::from_millis(1_000_000);
        for n in 0..20 {
            throttle.try_from(format!("2001:db8:1:2::{n}").parse().unwrap(), now).unwrap();
        }
        assert!(throttle.try_from("2001:db8:1:2:ffff::9".parse().unwrap(), now).is_err());
        throttle.try_from("2001:db8:1:3::1".parse().unwrap(), now).unwrap();
        assert_eq!(network("::ffff:203.0.113.9".parse().unwrap()), network("203.0.113.9".parse().unwrap()));
    }

    #[test]
    fn the_tables_stay_small_and_locks_outlive_the_sweep() {
        let throttle = Throttle::default();
        let now = Timestamp::from_millis(0);
        for _ in 0..5 {
            throttle.unknown_failed("nobody@example.com", now);
        }
        for n in 0..u32::try_from(KEPT).unwrap() + 10 {
            throttle.unknown_failed(&format!("{n}@example.com"), now);
            let _ = throttle.try_from(std::net::Ipv4Addr::from_bits(n).into(), now);
        }
        assert!(throttle.unknown.lock().unwrap().len() <= KEPT);
        assert!(throttle.addresses.lock().unwrap().len() <= KEPT);
        assert!(throttle.unknown_locked_until("nobody@example.com").is_some());
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
