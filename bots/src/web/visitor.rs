//! Visitor tokens: who holds one reads and writes as one address of the web channel.
//!
//! A stranger gets an address of their own. A known person gets *the* address of that person, derived from the identity,
//! so that their talk follows them over devices and no token made before the person was known ever reaches it: somebody
//! who left a stranger's token on a shared computer reads nothing of those who sign in there later.

use crate::seal::Key;
use lara_core::model::{Millis, Timestamp};
use lara_core::ports::Person;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Keeps visitor tokens and identity tokens apart even under one key.
const DOMAIN: &str = "visitor:";

/// How long a stranger may stay away and still find the talk again.
const STRANGER_LASTS: Millis = Millis::minutes(180 * 24 * 60);

/// How long a known person's token lasts without a fresh identity token.
const KNOWN_LASTS: Millis = Millis::minutes(24 * 60);

/// A token's holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Visitor {
    /// The channel's id of the person.
    #[serde(rename = "a")]
    pub(crate) address: String,
    /// Whether an identity token proved who it is.
    #[serde(rename = "k")]
    pub(crate) known: bool,
    /// Until when, Unix seconds.
    #[serde(rename = "e")]
    exp: i64,
}

/// Why a visitor token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VisitorError {
    /// Not one of ours.
    #[error("not a visitor token of this channel")]
    Wrong,
    /// Its time is over.
    #[error("the visitor token has expired")]
    Expired,
}

impl Visitor {
    /// A stranger with a new address.
    pub(crate) fn stranger(id: Uuid, now: Timestamp) -> Self {
        Self { address: format!("v-{}", id.simple()), known: false, exp: seconds(now.plus(STRANGER_LASTS)) }
    }

    /// A person an identity token named; always the same address for the same person.
    pub(crate) fn known(key: &Key, person: &Person, now: Timestamp) -> Self {
        let (kind, id): (&[u8], &str) = match (&person.external_id, &person.email) {
            (Some(id), _) => (b"person:id:", id),
            (None, Some(email)) => (b"person:email:", email),
            (None, None) => (b"person:none:", ""),
        };
        let mac = key.mac(&[kind, id.as_bytes()]);
        let hex = crate::seal::hex(&mac);
        let address = format!("p-{}", hex.get(..32).unwrap_or(&hex));
        Self { address, known: true, exp: seconds(now.plus(KNOWN_LASTS)) }
    }

    /// A stranger who came back: the same address, lasting anew.
    pub(crate) fn renewed(self, now: Timestamp) -> Self {
        Self { exp: seconds(now.plus(STRANGER_LASTS)), ..self }
    }

    /// The token.
    pub(crate) fn seal(&self, key: &Key) -> String {
        key.seal(DOMAIN, &serde_json::to_vec(self).unwrap_or_default())
    }

    /// The holder of a token.
    pub(crate) fn open(key: &Key, token: &str, now: Timestamp) -> Result<Self, VisitorError> {
        let payload = key.open(DOMAIN, token).map_err(|_| VisitorError::Wrong)?;
        let visitor: Self = serde_json::from_slice(&payload).map_err(|_| VisitorError::Wrong)?;
        if visitor.exp <= seconds(now) { Err(VisitorError::Expired) } else { Ok(visitor) }
    }
}

/// Whole Unix seconds.
const fn seconds(at: Timestamp) -> i64 {
    at.millis().div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_772_420_400_000);

    fn key() -> Key {
        Key::parse("visitor key of the channel").unwrap()
    }

    fn person(id: Option<&str>, email: Option<&str>) -> Person {
        Person { external_id: id.map(str::to_owned), email: email.map(str::to_owned), ..Person::default() }
    }

    #[test]
    fn one_person_has_one_address_and_nobody_else_has_it() {
        let address = |person: &Person| Visitor::known(&key(), person, NOW).address;
        let lan = address(&person(Some("lan"), Some("lan@example.vn")));
        assert_eq!(lan, address(&person(Some("lan"), None)));
        assert_ne!(lan, address(&person(Some("minh"), None)));
        assert_ne!(address(&person(Some("x@y.z"), None)), address(&person(None, Some("x@y.z"))));
    }

    #[test]
    fn a_token_ends_with_its_time_and_is_for_one_channel() {
        let token = Visitor::stranger(Uuid::from_u128(7), NOW).seal(&key());
        assert!(Visitor::open(&key(), &token, NOW).is_ok());
        let late = NOW.plus(STRANGER_LASTS);
        assert_eq!(Visitor::open(&key(), &token, late), Err(VisitorError::Expired));
        let other = Key::parse("visitor key of another").unwrap();
        assert_eq!(Visitor::open(&other, &token, NOW), Err(VisitorError::Wrong));
    }

    proptest! {
        #[test]
        fn no_text_but_ours_opens(text in "\\PC{0,200}") {
            prop_assert!(Visitor::open(&key(), &text, NOW).is_err());
        }

        #[test]
        fn no_changed_token_opens(place in 0_usize..200, letter in "[A-Za-z0-9_-]") {
            let token = Visitor::stranger(Uuid::from_u128(7), NOW).seal(&key());
            let place = place % token.len();
            let mut changed = token.clone();
            changed.replace_range(place..=place, &letter);
            if changed != token {
                prop_assert!(Visitor::open(&key(), &changed, NOW).is_err());
            }
        }
    }
}
