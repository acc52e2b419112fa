//! The real clock and the real source of ids: the only places that read them.

use lara_core::model::Timestamp;
use lara_core::ports::{Clock, Ids};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that is injected")]
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

/// `UUIDv7` ids, in order within this process.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemIds;

impl Ids for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "this is the source of ids that is injected")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the source of secrets that is injected")]
    fn secret(&self) -> u64 {
        // The first 48 bits of a UUIDv4 are the system's own randomness.
        Uuid::new_v4().as_u64_pair().0 >> 16
    }
}
