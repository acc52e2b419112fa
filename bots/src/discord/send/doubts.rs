//! Messages whose fate is unknown. Discord knows a nonce for a while only; after that a second try could be said twice.

use lara_core::model::{MessageId, Millis, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long Discord knows a nonce for sure ("past few minutes", `discord-api-docs` resources/message.mdx).
const NONCE_LIFE: Millis = Millis::seconds(60);
/// How long a doubt is remembered: longer than any message waits to be tried again.
const KEPT: Millis = Millis::minutes(60);
/// From so many doubts on the old ones are forgotten.
const MANY: usize = 1_024;

/// A piece of a message.
type Of = (MessageId, u32);

/// Since when the fate of a piece is unknown.
#[derive(Debug, Default)]
pub(super) struct Doubts(Mutex<HashMap<Of, Timestamp>>);

impl Doubts {
    /// Nobody knows whether the try at this moment arrived. The first such try counts.
    pub(super) fn began(&self, piece: Of, at: Timestamp) {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if since.len() >= MANY {
            since.retain(|_, began| at.since(*began) < KEPT);
        }
        since.entry(piece).or_insert(at);
    }

    /// Whether a try now could be said twice.
    pub(super) fn are_old(&self, piece: Of, now: Timestamp) -> bool {
        let since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.get(&piece).is_some_and(|began| now.since(*began) > NONCE_LIFE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const START: Timestamp = Timestamp::from_millis(1_000_000);

    #[test]
    fn a_second_try_is_safe_while_the_nonce_of_the_first_is_known() {
        let doubts = Doubts::default();
        let piece = (MessageId::new(Uuid::from_u128(1)), 0);
        assert!(!doubts.are_old(piece, START), "never tried");
        doubts.began(piece, START);
        let later = START.plus(Millis::seconds(50));
        doubts.began(piece, later);
        assert!(!doubts.are_old(piece, later));
        assert!(doubts.are_old(piece, START.plus(Millis::seconds(61))), "the first try counts, not the last");
        assert!(!doubts.are_old((piece.0, 1), START.plus(Millis::seconds(61))), "another piece");
    }
}
