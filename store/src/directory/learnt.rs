//! What people told or showed of themselves, and what is to be forgotten of it.

use super::import::NewCustomer;
use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, batch, exec};
use crate::sql::{directory, learnt as sql};
use lara_core::model::{AddressId, BrandId, ConversationId, CustomerId, Timestamp};
use lara_core::ports::{ChangeKind, Person, StoreResult, Turn};
use serde::Serialize;

/// Carries its value in its key, so that forgetting it takes the key along.
const TELLS_BY_KEY: &str = "avoid:";
/// Is stored only when forgotten: it follows from the orders.
const FOLLOWS_FROM_ORDERS: &str = "bought:";

#[derive(Serialize)]
struct Tie {
    address_id: AddressId,
    customer_id: CustomerId,
}

#[derive(Serialize)]
struct Learnt<'a> {
    address_id: AddressId,
    brand_id: BrandId,
    conversation_id: ConversationId,
    seq: i64,
    key: &'a str,
    value: &'a str,
    source: &'static str,
    at: i64,
}

/// Stores what turns learnt about people, in the transaction of the turns. Where nobody is tied to the address, a customer is
/// made whom it claims to be.
pub(crate) async fn learn<'a>(tx: &mut Tx, turns: impl Iterator<Item = &'a Turn>) -> StoreResult<()> {
    let (mut made, mut ties, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    let nobody = Person::default();
    for turn in turns {
        let person = &turn.person;
        for key in &person.forgotten {
            forget_stated(tx, turn, key).await?;
        }
        if let (None, None, [_, ..], Some(id)) =
            (turn.customer, &person.join, person.learnt.as_slice(), person.ids.first())
        {
            let id = CustomerId::new(*id);
            made.push(NewCustomer::new(id, turn.brand, &nobody, turn.at));
            ties.push(Tie { address_id: turn.address, customer_id: id });
        }
        rows.extend(person.learnt.iter().map(|learnt| Learnt {
            address_id: turn.address,
            brand_id: turn.brand,
            conversation_id: turn.conversation,
            seq: turn.decision.last_seq,
            key: &learnt.key,
            value: &learnt.value,
            source: learnt.source.as_str(),
            at: turn.at.millis(),
        }));
    }
    if !made.is_empty() {
        exec!(tx, directory::CUSTOMERS_PUT, batch(&made)?)?;
        exec!(tx, sql::LEARNT_TIE, batch(&ties)?)?;
    }
    if !rows.is_empty() {
        exec!(tx, sql::LEARNT_PUT, batch(&rows)?)?;
    }
    Ok(())
}

/// Forgets what the person in a turn wants forgotten.
async fn forget_stated(tx: &mut Tx, turn: &Turn, key: &str) -> StoreResult<()> {
    let Some((customer, _)) = turn.customer else { return Ok(()) };
    forget(tx, turn.brand, customer, key, Some(turn.address), turn.at).await?;
    Ok(())
}

async fn forget(
    tx: &mut Tx,
    brand: BrandId,
    customer: CustomerId,
    key: &str,
    asked_at: Option<AddressId>,
    now: Timestamp,
) -> StoreResult<bool> {
    let (brand, customer, at) = (brand.to_string(), customer.to_string(), now.millis());
    let asked_at = asked_at.map(|address| address.to_string());
    if key.starts_with(TELLS_BY_KEY) {
        return Ok(exec!(tx, sql::FORGET_WHOLE, &brand, &customer, key, &asked_at)? > 0);
    }
    if key.starts_with(FOLLOWS_FROM_ORDERS) {
        return Ok(exec!(tx, sql::FORGET_BOUGHT, &brand, &customer, key, at)? > 0);
    }
    Ok(exec!(tx, sql::FORGET, &brand, &customer, key, at, &asked_at)? > 0)
}

impl Store {
    pub(super) async fn forget(
        &self,
        brand: BrandId,
        customer: CustomerId,
        key: &str,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let mut tx = self.db.write().await?;
        if !forget(&mut tx, brand, customer, key, None, now).await? {
            return Ok(false);
        }
        // A reply that was prepared with it is decided anew.
        exec!(tx, directory::CUSTOMER_MOVE, customer.to_string())?;
        let told = Told { brand, kind: ChangeKind::Customer, key: customer.get(), address: None, at: now };
        tell(&mut tx, &[told]).await?;
        tx.commit().await?;
        Ok(true)
    }
}
