//! The change feed: written with every change, read by every process.

use crate::Store;
use crate::db::{Tx, all, batch, exec, opt};
use crate::rows::{ChangeRow, NumberRow, change_word, into_models};
use crate::sql::changes as sql;
use lara_core::model::{AddressId, BrandId, Timestamp};
use lara_core::ports::{Change, ChangeKind, Changes, StoreResult};
use serde::Serialize;

/// Lines a reader takes at once.
const PAGE: i64 = 1_000;

/// A line before it has a number.
pub(crate) struct Told {
    pub(crate) brand: BrandId,
    pub(crate) kind: ChangeKind,
    pub(crate) key: uuid::Uuid,
    pub(crate) address: Option<AddressId>,
    pub(crate) at: Timestamp,
}

impl Told {
    /// Something of the brand itself changed.
    pub(crate) const fn brand(brand: BrandId, kind: ChangeKind, at: Timestamp) -> Self {
        Self { brand, kind, key: brand.get(), address: None, at }
    }
}

#[derive(Serialize)]
struct Line {
    brand_id: BrandId,
    kind: &'static str,
    key: uuid::Uuid,
    address_id: Option<AddressId>,
    at: i64,
}

/// Writes lines in the transaction that makes them true.
pub(crate) async fn tell(tx: &mut Tx, told: &[Told]) -> StoreResult<()> {
    let lines: Vec<_> = told
        .iter()
        .map(|told| Line {
            brand_id: told.brand,
            kind: change_word(told.kind),
            key: told.key,
            address_id: told.address,
            at: told.at.millis(),
        })
        .collect();
    exec!(tx, sql::CHANGES_ADD, batch(&lines)?)?;
    Ok(())
}

#[async_trait::async_trait]
impl Changes for Store {
    async fn changes(&self, after: i64) -> StoreResult<Vec<Change>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, ChangeRow, sql::CHANGES_AFTER, after, PAGE)?)
    }

    async fn last_change(&self) -> StoreResult<i64> {
        let mut on = self.db.read().await?;
        Ok(opt!(on, NumberRow, sql::CHANGES_LAST)?.map_or(0, |row| row.number))
    }

    async fn prune_changes(&self, before: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let gone = exec!(tx, sql::CHANGES_PRUNE, before.millis())?;
        tx.commit().await?;
        Ok(gone)
    }
}
