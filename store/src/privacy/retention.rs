//! Empties conversations that are older than a brand keeps words. What is counted stays.

use super::erase::ErasureRow;
use crate::Store;
use crate::db::{Tx, all, exec, opt};
use crate::lanes::Id;
use crate::rows::{IdRow, from_json, to_json};
use crate::sql::{erasure, happenings, retention as sql};
use lara_core::model::{BrandId, ErasureId, Timestamp};
use lara_core::ports::{ErasedBy, ErasureCounts, StoreResult};

/// Conversations emptied in one transaction.
const TALKS: i64 = 50;
/// One line a day, in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000;

impl Store {
    pub(super) async fn forget_old_words(
        &self,
        brand: BrandId,
        before: Timestamp,
        id: ErasureId,
        now: Timestamp,
    ) -> StoreResult<u64> {
        let of = brand.to_string();
        let mut on = self.db.read().await?;
        let old = all!(on, IdRow, sql::RETENTION_PICK, &of, before.millis(), TALKS)?;
        drop(on);
        if old.is_empty() {
            return Ok(0);
        }
        let ids = Id::batch(old.iter().map(|row| &row.id))?;
        let mut tx = self.db.write().await?;
        let messages = exec!(tx, sql::RETENTION_MESSAGES, &ids, now.millis())?;
        let attachments = exec!(tx, sql::RETENTION_ATTACHMENTS, &ids)?;
        if attachments > 0 {
            exec!(tx, happenings::FILES_HOLD, &of)?;
            exec!(tx, happenings::FILES_UNUSED, &of)?;
        }
        exec!(tx, sql::RETENTION_LESSONS, &ids)?;
        let decisions = exec!(tx, sql::RETENTION_DECISIONS, &ids)?;
        let conversations = exec!(tx, sql::RETENTION_TALKS, &ids, now.millis())?;
        let counts =
            ErasureCounts { conversations, messages, decisions, attachments, ..ErasureCounts::default() };
        note(&mut tx, &of, id, counts, now).await?;
        tx.commit().await?;
        Ok(conversations)
    }
}

/// One line a day says how much went.
async fn note(
    tx: &mut Tx,
    brand: &str,
    id: ErasureId,
    counts: ErasureCounts,
    now: Timestamp,
) -> StoreResult<()> {
    let midnight = now.millis() - now.millis().rem_euclid(DAY);
    let Some(known) = opt!(tx, ErasureRow, sql::RETENTION_LINE, brand, midnight)? else {
        let (by, none) = (ErasedBy::Retention.as_str(), None::<String>);
        let (id, counts, at) = (id.to_string(), to_json(&counts)?, now.millis());
        exec!(tx, erasure::ERASURE_ADD, id, brand, &none, by, &none, counts, at)?;
        return Ok(());
    };
    let counts = from_json::<ErasureCounts>(&known.counts)?.and(counts);
    exec!(tx, erasure::ERASURE_MORE, known.id, to_json(&counts)?)?;
    Ok(())
}
