//! Events that are no new message: corrections, receipts, humans who answer elsewhere, people who come and go.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, all, exec, opt};
use crate::error::broken;
use crate::rows::{AddressRow, IdRow, NumberRow, parse};
use crate::sql::{desk, happenings as sql, outbox};
use lara_core::model::{Channel, ConversationId, MessageId, Millis, Timestamp};
use lara_core::ports::{
    ChangeKind, HandedTo, Happening, Happenings, Moved, Progress, ReceiptOf, StoreResult,
};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct TouchedRow {
    id: String,
    conversation_id: String,
}

#[derive(sqlx::FromRow)]
struct LaneRow {
    id: String,
    brand_id: String,
    address_id: String,
    last_seq: i64,
}

#[async_trait::async_trait]
impl Happenings for Store {
    async fn happen(
        &self,
        channel: &Channel,
        happening: &Happening,
        id: MessageId,
        now: Timestamp,
    ) -> StoreResult<Option<Moved>> {
        let mut tx = self.db.write().await?;
        let lane = happened(&mut tx, channel, happening, id, now).await?;
        let moved = match lane {
            Some(lane) => {
                tell_lanes(&mut tx, std::slice::from_ref(&lane), now).await?;
                Some(Moved { conversation: parse(&lane.id)?, address: parse(&lane.address_id)? })
            }
            None => None,
        };
        tx.commit().await?;
        Ok(moved)
    }

    async fn hand_back_idle(&self, idle: Millis, now: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let since = now.plus(Millis(-idle.0)).millis();
        let lanes = all!(tx, LaneRow, sql::LANES_IDLE_OUTSIDE, since)?;
        for lane in &lanes {
            exec!(tx, desk::ESCALATION_RESOLVE, &lane.id, None::<String>, now.millis())?;
        }
        tell_lanes(&mut tx, &lanes, now).await?;
        tx.commit().await?;
        u64::try_from(lanes.len()).map_err(broken)
    }
}

async fn happened(
    tx: &mut Tx,
    channel: &Channel,
    happening: &Happening,
    id: MessageId,
    now: Timestamp,
) -> StoreResult<Option<LaneRow>> {
    let (on, at) = (channel.id.to_string(), now.millis());
    match happening {
        Happening::Edited { external, text } => {
            let touched = opt!(tx, TouchedRow, sql::MESSAGE_EDIT, on, external, text, at)?;
            lane_of_message(tx, touched).await
        }
        Happening::Withdrawn { external } => {
            let touched = opt!(tx, TouchedRow, sql::MESSAGE_WITHDRAW, on, external, at)?;
            if let Some(message) = &touched {
                exec!(tx, sql::ATTACHMENTS_FORGET, &message.id)?;
                exec!(tx, sql::FILES_HOLD, channel.brand.to_string())?;
                exec!(tx, sql::FILES_UNUSED, channel.brand.to_string())?;
            }
            lane_of_message(tx, touched).await
        }
        Happening::Receipt { of, state, at } => {
            let touched = receipt(tx, &on, of, *state, *at).await?;
            lane_of_message(tx, touched).await
        }
        Happening::HumanReplied { address, external, text } => {
            human_replied(tx, channel, address, Some((external, text)), id, now).await
        }
        Happening::Handed { address, to: HandedTo::Others } => {
            human_replied(tx, channel, address, None, id, now).await
        }
        Happening::Handed { address, to: HandedTo::Lara } => {
            let lane = opt!(tx, LaneRow, sql::LANE_HANDED, on, address)?;
            if let Some(lane) = &lane {
                exec!(tx, desk::ESCALATION_RESOLVE, &lane.id, None::<String>, at)?;
            }
            Ok(lane)
        }
        Happening::Reach { address, reachable } => {
            let since = (!reachable).then_some(at);
            let found = opt!(tx, IdRow, sql::ADDRESS_REACH, on, address, since)?;
            match found {
                Some(found) => opt!(tx, LaneRow, sql::LANE_OF, found.id),
                None => Ok(None),
            }
        }
        Happening::PlaceMoved { from, to } => {
            let found: Vec<IdRow> = all!(tx, IdRow, sql::PLACE_MOVE, on, from, to)?;
            match found.first() {
                Some(found) => opt!(tx, LaneRow, sql::LANE_OF, &found.id),
                None => Ok(None),
            }
        }
        Happening::Moved { from, to } => match opt!(tx, IdRow, sql::ADDRESS_MOVE, on, from, to)? {
            Some(found) => opt!(tx, LaneRow, sql::LANE_OF, found.id),
            None => Ok(None),
        },
    }
}

/// Moves what we said on, never back. Of several that a watermark covers, the last stands for all: they are of one lane.
async fn receipt(
    tx: &mut Tx,
    on: &str,
    of: &ReceiptOf,
    state: Progress,
    at: Timestamp,
) -> StoreResult<Option<TouchedRow>> {
    let at = at.millis();
    let (delivered, read) = match state {
        Progress::Sent | Progress::Failed(_) => (None, None),
        Progress::Delivered => (Some(at), None),
        Progress::Read => (Some(at), Some(at)),
    };
    match (of, state) {
        (ReceiptOf::External(external), Progress::Failed(code)) => {
            opt!(tx, TouchedRow, sql::RECEIPT_FAILED, on, external, code)
        }
        (ReceiptOf::Ours(id, _), Progress::Failed(code)) => {
            opt!(tx, TouchedRow, sql::RECEIPT_OURS_FAILED, on, id.to_string(), code)
        }
        (ReceiptOf::Until(..), Progress::Failed(_)) => Ok(None),
        (ReceiptOf::External(external), _) => {
            let mut touched = all!(tx, TouchedRow, sql::RECEIPT_EXTERNAL, on, external, delivered, read)?;
            Ok(touched.pop())
        }
        (ReceiptOf::Ours(id, external), _) => {
            opt!(tx, TouchedRow, sql::RECEIPT_OURS, on, id.to_string(), delivered, read, external.as_deref())
        }
        (ReceiptOf::Until(address, until), _) => {
            let until = until.millis();
            let mut touched = all!(tx, TouchedRow, sql::RECEIPT_UNTIL, on, address, delivered, read, until)?;
            Ok(touched.pop())
        }
    }
}

/// A take-over from outside the desk, with the words that were said, if any.
async fn human_replied(
    tx: &mut Tx,
    channel: &Channel,
    address: &str,
    said: Option<(&String, &String)>,
    id: MessageId,
    now: Timestamp,
) -> StoreResult<Option<LaneRow>> {
    let (on, brand, at) = (channel.id.to_string(), channel.brand.to_string(), now.millis());
    if let Some((external, _)) = said {
        let known = opt!(tx, NumberRow, sql::OUT_KNOWN, &on, external)?;
        if known.is_some_and(|known| known.number > 0) {
            return Ok(None);
        }
    }
    // One id of ours makes three: their tables differ, and nothing sorts by them across tables.
    let fresh: Uuid = id.get();
    exec!(tx, sql::ADDRESS_MAKE, fresh.to_string(), &brand, &on, address, at)?;
    let Some(found) = opt!(tx, AddressRow, outbox::ADDRESS_BY_EXTERNAL, &on, address)? else {
        return Ok(None);
    };
    let places = i64::from(said.is_some());
    let address = &found.id;
    let lane = opt!(tx, LaneRow, sql::LANE_HUMAN, fresh.to_string(), &brand, &on, address, at, places)?;
    let Some(lane) = lane else { return Ok(None) };
    if let Some((external, text)) = said {
        let (lane_id, seq) = (&lane.id, lane.last_seq);
        exec!(tx, sql::ECHO_WRITE, id.to_string(), &brand, lane_id, &on, seq, external, text, at)?;
    }
    exec!(tx, desk::REPLIES_CANCEL, &lane.id)?;
    exec!(tx, sql::ESCALATION_OUTSIDE, &lane.id, at)?;
    Ok(Some(lane))
}

async fn lane_of_message(tx: &mut Tx, touched: Option<TouchedRow>) -> StoreResult<Option<LaneRow>> {
    let Some(touched) = touched else { return Ok(None) };
    opt!(tx, LaneRow, sql::LANE_BY_ID, touched.conversation_id)
}

async fn tell_lanes(tx: &mut Tx, lanes: &[LaneRow], at: Timestamp) -> StoreResult<()> {
    let mut told = Vec::with_capacity(lanes.len());
    for lane in lanes {
        told.push(Told {
            brand: parse(&lane.brand_id)?,
            kind: ChangeKind::Conversation,
            key: parse::<ConversationId>(&lane.id)?.get(),
            address: Some(parse(&lane.address_id)?),
            at,
        });
    }
    if told.is_empty() { Ok(()) } else { tell(tx, &told).await }
}
