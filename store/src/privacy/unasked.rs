//! Messages nobody asked for: where they may go, and the cap that holds however many are written at once.

use crate::Store;
use crate::changes::tell;
use crate::db::{Tx, exec, opt};
use crate::error::is_deadlock;
use crate::lanes::channels_of;
use crate::rows::{IdRow, NumberRow, moment, parse, parse_opt};
use crate::sql::{erasure, privacy as sql};
use lara_core::model::{BrandId, ChannelId, ConversationId, CustomerId, Delivery, Timestamp};
use lara_core::ports::{NewUnasked, Reachable, StoreResult, Unasked};
use lara_core::privacy::unasked::Refusal;

/// How often it is tried again after a deadlock before its trouble is told.
const ROUNDS: usize = 5;

#[derive(sqlx::FromRow)]
struct PlaceRow {
    address_id: String,
    channel_id: String,
    language: Option<String>,
    last_in_at: Option<i64>,
    opted_out: bool,
    unreachable: bool,
    owner: Option<String>,
}

#[async_trait::async_trait]
impl Unasked for Store {
    async fn reachable(
        &self,
        brand: BrandId,
        person: CustomerId,
        since: Timestamp,
    ) -> StoreResult<Option<Option<Reachable>>> {
        let mut on = self.db.read().await?;
        let found = opt!(on, IdRow, sql::PERSON_HEAD, brand.to_string(), person.to_string())?;
        let Some(IdRow { id: head }) = found else { return Ok(None) };
        let Some(row) = opt!(on, PlaceRow, sql::UNASKED_WHERE, &head)? else { return Ok(Some(None)) };
        let channel: ChannelId = parse(&row.channel_id)?;
        let Some(channel) = channels_of(&mut on, [channel]).await?.remove(&channel) else {
            return Ok(Some(None));
        };
        let count = opt!(on, NumberRow, sql::UNASKED_COUNT, &head, since.millis())?;
        Ok(Some(Some(Reachable {
            person: parse(&head)?,
            address: parse(&row.address_id)?,
            channel,
            language: parse_opt(row.language.as_ref())?,
            last_in_at: moment(row.last_in_at),
            opted_out: row.opted_out,
            unreachable: row.unreachable,
            owner: parse_opt(row.owner.as_ref())?,
            this_week: count.map_or(0, |row| u32::try_from(row.number).unwrap_or(u32::MAX)),
        })))
    }

    async fn write_unasked(&self, new: &NewUnasked) -> StoreResult<Result<ConversationId, Refusal>> {
        let mut rounds = 1;
        loop {
            let mut tx = self.db.write().await?;
            match write(&mut tx, new).await {
                Ok(Ok(conversation)) => {
                    tx.commit().await?;
                    return Ok(Ok(conversation));
                }
                Ok(Err(refusal)) => {
                    tx.rollback().await?;
                    return Ok(Err(refusal));
                }
                Err(error) if is_deadlock(&error) && rounds < ROUNDS => {
                    tx.rollback().await?;
                    rounds += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// The person is held first, so that those who write at the same time count each other.
async fn write(tx: &mut Tx, new: &NewUnasked) -> StoreResult<Result<ConversationId, Refusal>> {
    let (brand, person, address) = (new.brand.to_string(), new.person.to_string(), new.address.to_string());
    let Some(IdRow { id: head }) = opt!(tx, IdRow, erasure::PERSON_HOLD, &brand, &person)? else {
        return Ok(Err(Refusal::Nowhere));
    };
    // Proven still, and not silent meanwhile.
    let Some(to) = opt!(tx, PlaceRow, sql::UNASKED_AT, &head, &address)? else {
        return Ok(Err(Refusal::Nowhere));
    };
    if to.opted_out {
        return Ok(Err(Refusal::OptedOut));
    }
    let count = opt!(tx, NumberRow, sql::UNASKED_COUNT, &head, new.since.millis())?;
    if count.is_some_and(|row| row.number >= i64::from(new.at_most)) {
        return Ok(Err(Refusal::TooMany));
    }
    let (lane, channel, at) = (new.conversation.to_string(), new.channel.to_string(), new.at.millis());
    let placed = opt!(tx, super::consent::LaneRow, sql::UNASKED_PLACE, lane, &brand, channel, &address, at)?;
    let Some(placed) = placed else { return Ok(Err(Refusal::InHumanHands)) };
    let (state, send_at) = match new.delivery {
        Delivery::Pull => ("sent", None),
        Delivery::Push => ("queued", Some(new.send_at.millis())),
    };
    exec!(tx, sql::UNASKED_WRITE, new.id.to_string(), &placed.id, &new.text, state, at, send_at)?;
    tell(tx, &[placed.told(new.at)?]).await?;
    Ok(Ok(parse(&placed.id)?))
}
