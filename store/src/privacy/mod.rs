//! What a person may ask about themselves: everything kept about them, to be forgotten, to be left alone.

mod consent;
mod erase;
mod file;
mod file_rows;
mod retention;
mod unasked;

pub(crate) use consent::person_consents;

use crate::Store;
use crate::db::all;
use crate::rows::{IdRow, parse};
use crate::sql::privacy as sql;
use lara_core::model::{BrandId, CustomerId, ErasureId, Timestamp};
use lara_core::ports::{Consent, ErasedBy, ErasureCounts, PersonFile, Privacy, StoreResult};

#[async_trait::async_trait]
impl Privacy for Store {
    async fn person_file(
        &self,
        brand: BrandId,
        person: CustomerId,
        now: Timestamp,
    ) -> StoreResult<Option<PersonFile>> {
        self.read_person_file(brand, person, now).await
    }

    async fn erase(
        &self,
        brand: BrandId,
        person: CustomerId,
        by: ErasedBy,
        id: ErasureId,
        now: Timestamp,
    ) -> StoreResult<Option<ErasureCounts>> {
        self.erase_person(&erase::Wish { brand, person, by, id, now }).await
    }

    async fn set_consent(
        &self,
        brand: BrandId,
        person: CustomerId,
        consent: Consent,
        now: Timestamp,
    ) -> StoreResult<bool> {
        self.set_person_consent(brand, person, consent, now).await
    }

    async fn find_person(&self, brand: BrandId, who: &str) -> StoreResult<Vec<CustomerId>> {
        let mut on = self.db.read().await?;
        let (email, digits) = (who.to_lowercase(), lara_core::text::phone_digits(who));
        let rows = all!(on, IdRow, sql::PERSON_FIND, brand.to_string(), who, email, digits)?;
        rows.iter().map(|row| parse(&row.id)).collect()
    }

    async fn forget_words(
        &self,
        brand: BrandId,
        before: Timestamp,
        id: ErasureId,
        now: Timestamp,
    ) -> StoreResult<u64> {
        self.forget_old_words(brand, before, id, now).await
    }
}
