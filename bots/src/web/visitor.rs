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
