//! Whether a person wants messages, on every channel at once.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, all, exec, opt};
use crate::error::is_deadlock;
use crate::rows::{IdRow, parse};
use crate::sql::{commit, erasure, privacy as sql};
use lara_core::model::{BrandId, ConversationId, CustomerId, Timestamp};
use lara_core::ports::{ChangeKind, Consent, StoreResult};

/// How often it is tried again after a deadlock before its trouble is told.
const ROUNDS: usize = 3;

#[derive(sqlx::FromRow)]
pub(super) struct LaneRow {
    pub(super) id: String,
    brand_id: String,
    address_id: String,
}

impl LaneRow {
    /// What the feed is told of it.
    pub(super) fn told(&self, at: Timestamp) -> StoreResult<Told> {
        Ok(Told {
            brand: parse(&self.brand_id)?,
            kind: ChangeKind::Conversation,
            key: parse::<ConversationId>(&self.id)?.get(),
            address: Some(parse(&self.address_id)?),
            at,
        })
    }
}

impl Store {
    pub(super) async fn set_person_consent(
        &self,
        brand: BrandId,
        person: CustomerId,
        consent: Consent,
        now: Timestamp,
    ) -> StoreResult<bool> {
        for _ in 1..ROUNDS {
            match self.set_consent_once(brand, person, consent, now).await {
                Err(error) if is_deadlock(&error) => {}
                done => return done,
            }
        }
        self.set_consent_once(brand, person, consent, now).await
    }

    async fn set_consent_once(
        &self,
        brand: BrandId,
        person: CustomerId,
        consent: Consent,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let mut tx = self.db.write().await?;
        let Some(head) = opt!(tx, IdRow, erasure::PERSON_HOLD, brand.to_string(), person.to_string())? else {
            tx.rollback().await?;
            return Ok(false);
        };
        let mut told = vec![Told {
            brand,
            kind: ChangeKind::Customer,
            key: parse::<CustomerId>(&head.id)?.get(),
            address: None,
            at: now,
        }];
        for lane in all!(tx, LaneRow, sql::PERSON_LANES_MOVE, &head.id)? {
            told.push(lane.told(now)?);
        }
        person_consents(&mut tx, &head.id, (consent == Consent::Silence).then_some(now), now).await?;
        tell(&mut tx, &told).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Since when a person (`head`) wants no messages, or that they want them again: all their customers and verified addresses.
/// Silence takes back the bot replies that wait at those.
pub(crate) async fn person_consents(
    tx: &mut Tx,
    head: &str,
    since: Option<Timestamp>,
    now: Timestamp,
) -> StoreResult<()> {
    let since_millis = since.map(Timestamp::millis);
    exec!(tx, sql::PERSON_CONSENT, head, since_millis, now.millis())?;
    for address in all!(tx, IdRow, sql::PERSON_ADDRESSES_CONSENT, head, since_millis)? {
        if since.is_some() {
            exec!(tx, commit::ADDRESS_REPLIES_CANCEL, &address.id)?;
        }
    }
    Ok(())
}
