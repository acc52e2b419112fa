//! Empties what is older than each brand keeps words.

use crate::wire::Parts;
use lara_core::model::{ErasureId, Millis, Timestamp};
use lara_core::ports::{Brands, Privacy, StoreResult};

/// The most batches of a brand in one round: the rest waits for the next, so that the one writer is not held for long.
const BATCHES: usize = 20;
/// A day.
const DAY: Millis = Millis::minutes(24 * 60);

/// One round over all brands; how many conversations were emptied.
pub(super) async fn forget(parts: &Parts, now: Timestamp) -> StoreResult<u64> {
    let mut emptied = 0_u64;
    for brand in Brands::brands(&*parts.store).await? {
        let Some(days) = brand.settings.retention_days else { continue };
        let before = now.plus(Millis(DAY.0.saturating_mul(i64::from(days)).saturating_neg()));
        for _ in 0..BATCHES {
            let id = ErasureId::new(parts.ids.next());
            let some = parts.store.forget_words(brand.id, before, id, now).await?;
            emptied = emptied.saturating_add(some);
            if some == 0 {
                break;
            }
        }
    }
    Ok(emptied)
}
