//! How long to wait before a send is tried again.

use crate::model::{MessageId, Millis};

/// Sends are tried this often: with [`back_off`] that spans about six minutes.
pub const TRIES: i32 = 5;

/// The wait after the `attempts`-th try: 2, 8, 32, 128 seconds (at most ten minutes), plus up to half of that as jitter.
/// The jitter comes from the id of the message, so that replies which failed together do not come back together and a
/// test always sees the same wait.
#[must_use]
pub fn back_off(message: MessageId, attempts: i32) -> Millis {
    const FIRST: i64 = 2_000;
    const LONGEST: i64 = 600_000;
    let power = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let base = 4_i64.saturating_pow(power).saturating_mul(FIRST).min(LONGEST);
    // The last bytes of a UUIDv7 are its random part.
    let [.., high, low] = message.get().into_bytes();
    let random = i64::from(u16::from_be_bytes([high, low.rotate_left(power % 8)]));
    let jitter = base.saturating_mul(random) / i64::from(u16::MAX) / 2;
    Millis(base.saturating_add(jitter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    proptest! {
        #[test]
        fn each_wait_is_longer_than_the_one_before_until_the_longest(id: u128, attempts in 1..4_i32) {
            let id = MessageId::new(Uuid::from_u128(id));
            prop_assert!(back_off(id, attempts) < back_off(id, attempts + 1));
        }

        #[test]
        fn no_wait_is_over_a_quarter_of_an_hour(id: u128, attempts: i32) {
            let wait = back_off(MessageId::new(Uuid::from_u128(id)), attempts);
            prop_assert!((2_000..=900_000).contains(&wait.0));
        }
    }

    #[test]
    fn replies_that_failed_together_do_not_come_back_together() {
        let waits: std::collections::HashSet<_> =
            (0..100_u128).map(|n| back_off(MessageId::new(Uuid::from_u128(n * 601)), 3)).collect();
        assert!(waits.len() > 90);
    }
}
