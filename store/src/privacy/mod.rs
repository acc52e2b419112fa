//! What a person may ask about themselves: everything kept about them, to be forgotten, to be left alone.

mod consent;
mod erase;
mod file;
mod file_rows;
mod unasked;

pub(crate) use consent::person_consents;

use crate::Store;
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
}
