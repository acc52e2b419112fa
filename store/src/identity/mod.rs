//! Who is who: merging is a pointer, undoing takes it away (docs/decisions/0011).

mod joins;
mod suggest;

use joins::merge;
pub(crate) use joins::{Tie, Words, is_only_of, keep_talks, tie};
pub(crate) use suggest::{alike, suggest};

use crate::Store;
use crate::db::{Tx, all, exec, opt};
use crate::error::is_deadlock;
use crate::rows::{IdRow, JoinRow, SuggestionRow, into_models, parse};
use crate::sql::{directory, identity as sql};
use lara_core::model::{
    AddressId, AgentId, BrandId, CustomerId, Join, JoinId, Suggestion, SuggestionId, Timestamp,
};
use lara_core::ports::{
    Act, Identity, Joined, Judged, Judgement, NewCode, NewSuggestion, StoreResult, Undone,
};

/// How often an act is done again after a deadlock before its trouble is told.
const ROUNDS: usize = 3;

/// Does an act in a transaction of its own, again after a deadlock.
macro_rules! retried {
    ($store:expr, |$tx:ident| $act:expr) => {{
        let mut round = 1;
        loop {
            let mut $tx = $store.db.write().await?;
            match $act {
                Ok(done) => {
                    $tx.commit().await?;
                    break Ok(done);
                }
                Err(error) if is_deadlock(&error) && round < ROUNDS => {
                    $tx.rollback().await?;
                    round += 1;
                }
                Err(error) => break Err(error),
            }
        }
    }};
}

#[async_trait::async_trait]
impl Identity for Store {
    async fn merge(&self, act: &Act, head: CustomerId, other: CustomerId) -> StoreResult<Joined> {
        retried!(self, |tx| joins::merge_by(&mut tx, act, head, other).await)
    }

    async fn tie_by_agent(&self, act: &Act, address: AddressId, customer: CustomerId) -> StoreResult<Joined> {
        retried!(self, |tx| joins::tie_by(&mut tx, act, address, customer).await)
    }

    async fn undo_join(
        &self,
        brand: BrandId,
        id: JoinId,
        agent: Option<AgentId>,
        now: Timestamp,
    ) -> StoreResult<Undone> {
        retried!(self, |tx| joins::undo(&mut tx, brand, id, agent, now).await)
    }

    async fn joins_of(&self, brand: BrandId, person: CustomerId) -> StoreResult<Vec<Join>> {
        let mut on = self.db.read().await?;
        let Some(head) = opt!(on, IdRow, sql::HEAD, brand.to_string(), person.to_string())? else {
            return Ok(Vec::new());
        };
        into_models(all!(on, JoinRow, sql::JOINS_OF, brand.to_string(), head.id)?)
    }

    async fn suggest(&self, brand: BrandId, suggestion: &NewSuggestion, now: Timestamp) -> StoreResult<bool> {
        retried!(self, |tx| suggest::suggest(&mut tx, brand, suggestion, now).await)
    }

    async fn suggest_lookalikes(
        &self,
        brand: BrandId,
        person: CustomerId,
        now: Timestamp,
    ) -> StoreResult<()> {
        retried!(self, |tx| suggest::alike(&mut tx, brand, person, now).await)
    }

    async fn suggestions(&self, brand: BrandId, limit: u32) -> StoreResult<Vec<Suggestion>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, SuggestionRow, sql::SUGGESTIONS, brand.to_string(), i64::from(limit))?)
    }

    async fn suggestions_of(&self, brand: BrandId, person: CustomerId) -> StoreResult<Vec<Suggestion>> {
        let mut on = self.db.read().await?;
        let Some(head) = opt!(on, IdRow, sql::HEAD, brand.to_string(), person.to_string())? else {
            return Ok(Vec::new());
        };
        into_models(all!(on, SuggestionRow, sql::SUGGESTIONS_OF, brand.to_string(), head.id)?)
    }

    async fn decide_suggestion(
        &self,
        id: SuggestionId,
        judgement: Judgement,
        act: &Act,
    ) -> StoreResult<Judged> {
        retried!(self, |tx| suggest::decide(&mut tx, id, judgement, act).await)
    }

    async fn put_code(&self, brand: BrandId, address: AddressId, code: &NewCode) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        add_code(&mut tx, brand, address, code).await?;
        tx.commit().await
    }

    async fn proven(&self, brand: BrandId, address: AddressId) -> StoreResult<Option<CustomerId>> {
        let mut on = self.db.read().await?;
        let row = opt!(on, IdRow, sql::PROVEN, brand.to_string(), address.to_string())?;
        row.map(|row| parse(&row.id)).transpose()
    }

    async fn prune_proofs(&self, before: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let codes = exec!(tx, sql::CODES_PRUNE, before.millis())?;
        let tries = exec!(tx, sql::TRIES_PRUNE, before.millis())?;
        tx.commit().await?;
        Ok(codes.saturating_add(tries))
    }
}

/// Keeps a code.
pub(crate) async fn add_code(
    tx: &mut Tx,
    brand: BrandId,
    address: AddressId,
    code: &NewCode,
) -> StoreResult<()> {
    exec!(
        tx,
        sql::CODE_ADD,
        &code.hash.0,
        brand.to_string(),
        code.customer.to_string(),
        address.to_string(),
        code.valid_until.millis()
    )?;
    Ok(())
}

/// The brand, held until the transaction ends: who is who is changed by one at a time, so that no circle is made.
pub(crate) async fn hold(tx: &mut Tx, brand: BrandId) -> StoreResult<()> {
    opt!(tx, IdRow, directory::BRAND_HOLD, brand.to_string())?;
    Ok(())
}

/// The head of the person a customer is.
pub(crate) async fn head(
    tx: &mut Tx,
    brand: BrandId,
    customer: CustomerId,
) -> StoreResult<Option<CustomerId>> {
    let row = opt!(tx, IdRow, sql::HEAD, brand.to_string(), customer.to_string())?;
    row.map(|row| parse(&row.id)).transpose()
}
