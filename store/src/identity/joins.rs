//! Merging, tying and undoing, each inside somebody's transaction.

use super::{head, hold};
use crate::changes::{Told, tell};
use crate::db::{Tx, all, exec, opt};
use crate::error::broken;
use crate::rows::{AddressRow, IdRow, JoinRow, LaneRow, parse};
use crate::sql::directory::{ADDRESS_TIE, CUSTOMER_MOVE};
use crate::sql::identity as sql;
use lara_core::model::{
    Address, AddressId, AgentId, BrandId, CustomerId, Join, JoinId, Level, Likeness, Lookalike, Tied,
    Timestamp,
};
use lara_core::ports::{Act, ChangeKind, Joined, NewSuggestion, StoreResult, Undone};

/// Merges two people and writes it down.
pub(super) async fn merge_by(
    tx: &mut Tx,
    act: &Act,
    to: CustomerId,
    other: CustomerId,
) -> StoreResult<Joined> {
    hold(tx, act.brand).await?;
    merge(tx, act, to, other).await
}

/// The same, while the brand is held.
pub(super) async fn merge(tx: &mut Tx, act: &Act, to: CustomerId, other: CustomerId) -> StoreResult<Joined> {
    let (Some(leads), Some(other)) = (head(tx, act.brand, to).await?, head(tx, act.brand, other).await?)
    else {
        return Ok(Joined::Missing);
    };
    if leads == other {
        return Ok(Joined::Same);
    }
    let mut told = point(tx, act, (leads, to), other).await?;
    write(tx, act, to, Some(other), None).await?;
    told.extend([leads, other].map(|customer| changed(act.brand, customer, act.at)));
    tell(tx, &told).await?;
    Ok(Joined::Done)
}

/// Everybody of `other` is of the person with head `to` now, by one of its members, and nothing prepared for either stands.
/// The pointer goes to the very member: it stays with them, whatever merge of theirs is undone.
async fn point(
    tx: &mut Tx,
    act: &Act,
    (to, member): (CustomerId, CustomerId),
    other: CustomerId,
) -> StoreResult<Vec<Told>> {
    exec!(tx, sql::PERSON_POINT, to.to_string(), other.to_string(), member.to_string())?;
    exec!(tx, sql::REV_MOVE, to.to_string())?;
    let lanes = all!(tx, LaneRow, sql::LANES_MOVE, to.to_string())?;
    exec!(tx, sql::SUGGESTIONS_MOOT, act.brand.to_string(), to.to_string(), act.at.millis())?;
    moved(act.brand, lanes, act.at)
}

/// Somebody says whose an address is: it counts as proven.
pub(super) async fn tie_by(
    tx: &mut Tx,
    act: &Act,
    address: AddressId,
    customer: CustomerId,
) -> StoreResult<Joined> {
    hold(tx, act.brand).await?;
    tie(tx, act, &Tie { address, customer, lane: true, words: Words::Follow }).await
}

/// Whose an address turns out to be.
pub(crate) struct Tie {
    pub(crate) address: AddressId,
    pub(crate) customer: CustomerId,
    /// Whether the open conversation of the address is moved; who ties in a turn of it has moved it already.
    pub(crate) lane: bool,
    pub(crate) words: Words,
}

/// What becomes of a customer that is nothing but what was said at the address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// It is merged along.
    Follow,
    /// It stays by itself, and an agent is asked: whoever opened a link may have been sent it by somebody else.
    Stay,
}

/// Ties an address while the brand is held, to the very customer that is named, so that it stays with them when a merge of
/// theirs is undone. A customer that is nothing but what was said at this address is merged along;
/// one that is more keeps what it has, because nobody proved to be them.
pub(crate) async fn tie(tx: &mut Tx, act: &Act, tie: &Tie) -> StoreResult<Joined> {
    let Some(to) = head(tx, act.brand, tie.customer).await? else { return Ok(Joined::Missing) };
    let Some(address) = address(tx, act.brand, tie.address).await? else { return Ok(Joined::Missing) };
    let before = match address.customer {
        Some(customer) => head(tx, act.brand, customer).await?,
        None => None,
    };
    if before == Some(to) && address.level == Level::Verified {
        return Ok(Joined::Same);
    }
    let mut told = Vec::new();
    let other = before.filter(|before| *before != to);
    let made = match other.filter(|_| address.level != Level::Verified) {
        Some(made) if is_only_of(tx, made, address.id).await? => Some(made),
        _ => None,
    };
    let own = made.filter(|_| tie.words == Words::Follow);
    if let Some(own) = own {
        told.extend(point(tx, act, (to, tie.customer), own).await?);
    }
    exec!(tx, ADDRESS_TIE, address.id.to_string(), tie.customer.to_string(), Level::Verified.as_str())?;
    exec!(tx, sql::REV_MOVE, to.to_string())?;
    let leaves = other.is_some() && own.is_none() && address.level == Level::Verified;
    if leaves {
        exec!(tx, sql::ADDRESS_REPLIES_CANCEL, address.id.to_string())?;
    }
    if tie.lane {
        if leaves {
            // Who waits, or talks with a human, goes on; so does who proves in the conversation itself who writes there.
            let ended = all!(tx, LaneRow, sql::LANE_END, address.id.to_string(), act.at.millis())?;
            told.extend(moved(act.brand, ended, act.at)?);
        }
        let statement = if leaves { sql::LANE_OTHER } else { sql::LANE_SAME };
        told.extend(moved(act.brand, all!(tx, LaneRow, statement, address.id.to_string())?, act.at)?);
    }
    if leaves {
        keep_talks(tx, &address).await?;
    }
    if let (Words::Stay, Some(made)) = (tie.words, made) {
        exec!(tx, sql::TALKS_KEEP, address.id.to_string(), made.to_string())?;
        let (customer, other) = (tie.customer, Lookalike::Customer(made));
        let new = NewSuggestion { customer, other, evidence: Likeness::Code };
        super::suggest(tx, act.brand, &new, act.at).await?;
    }
    exec!(tx, sql::SUGGESTIONS_MOOT, act.brand.to_string(), to.to_string(), act.at.millis())?;
    let tied = Tied {
        address: address.id,
        customer_before: address.customer,
        level_before: address.level,
        level_after: Level::Verified,
    };
    write(tx, act, tie.customer, own, Some(tied)).await?;
    told.extend(other.into_iter().chain([to]).map(|customer| changed(act.brand, customer, act.at)));
    tell(tx, &told).await?;
    Ok(Joined::Done)
}

/// What was said at an address by the person who was proven to have it stays theirs, now that somebody else gets it.
pub(crate) async fn keep_talks(tx: &mut Tx, address: &Address) -> StoreResult<()> {
    if let (Some(customer), Level::Verified) = (address.customer, address.level) {
        exec!(tx, sql::TALKS_KEEP, address.id.to_string(), customer.to_string())?;
    }
    Ok(())
}

/// Whether a customer is nothing but what was said at this address.
pub(crate) async fn is_only_of(tx: &mut Tx, customer: CustomerId, address: AddressId) -> StoreResult<bool> {
    let beyond = opt!(tx, IdRow, sql::CUSTOMER_BEYOND, customer.to_string(), address.to_string())?;
    Ok(beyond.is_none())
}

/// Undoes a join.
pub(super) async fn undo(
    tx: &mut Tx,
    brand: BrandId,
    id: JoinId,
    agent: Option<AgentId>,
    now: Timestamp,
) -> StoreResult<Undone> {
    hold(tx, brand).await?;
    let Some(row) = opt!(tx, JoinRow, sql::JOIN, brand.to_string(), id.to_string())? else {
        return Ok(Undone::Missing);
    };
    let join = Join::try_from(row)?;
    if join.undone_at.is_some() {
        return Ok(Undone::Already);
    }
    let mut told = vec![changed(brand, join.customer, now)];
    // The address first: while both sides are one person, whoever is prepared for is found.
    if let Some(tied) = &join.tied {
        told.extend(untie(tx, &join, tied, now).await?);
    }
    if let Some(merged) = join.merged {
        told.extend(unmerge(tx, &join, merged, now).await?);
    }
    exec!(tx, sql::JOIN_UNDO, id.to_string(), now.millis(), agent.map(|agent| agent.to_string()))?;
    tell(tx, &told).await?;
    Ok(Undone::Done)
}

/// Takes the pointer away, if it is still that of the join.
async fn unmerge(tx: &mut Tx, join: &Join, merged: CustomerId, now: Timestamp) -> StoreResult<Vec<Told>> {
    let into = opt!(tx, IdRow, sql::MERGED_INTO, merged.to_string())?;
    if into.is_none_or(|row| row.id != join.customer.to_string()) {
        return Ok(Vec::new());
    }
    let Some(one) = head(tx, join.brand, merged).await? else { return Ok(Vec::new()) };
    let lanes = all!(tx, LaneRow, sql::LANES_MOVE, one.to_string())?;
    exec!(tx, sql::PERSON_REPLIES_CANCEL, one.to_string())?;
    exec!(tx, sql::PERSON_UNPOINT, merged.to_string(), one.to_string())?;
    exec!(tx, sql::REV_MOVE, one.to_string())?;
    let mut told = moved(join.brand, lanes, now)?;
    told.extend([merged, one].map(|customer| changed(join.brand, customer, now)));
    Ok(told)
}

/// Gives the address back what it was, if it still is as the join left it. Where a later join took it on from there, that
/// one's before becomes this one's: so joins may be undone in any order.
async fn untie(tx: &mut Tx, join: &Join, tied: &Tied, now: Timestamp) -> StoreResult<Vec<Told>> {
    let Some(found) = address(tx, join.brand, tied.address).await? else { return Ok(Vec::new()) };
    let id = tied.address.to_string();
    let before = tied.customer_before.map(|customer| customer.to_string());
    if found.customer != Some(join.customer) || found.level != tied.level_after {
        let customer = join.customer.to_string();
        let (level, at) = (tied.level_after.as_str(), join.at.millis());
        if let Some(next) = opt!(tx, IdRow, sql::JOIN_NEXT, &id, customer, level, at)? {
            let proven = before.clone().filter(|_| tied.level_before == Level::Verified);
            exec!(tx, sql::JOIN_BEFORE, next.id, before, tied.level_before.as_str())?;
            exec!(tx, sql::TALKS_GIVE, &id, join.customer.to_string(), proven)?;
        }
        return Ok(Vec::new());
    }
    exec!(tx, ADDRESS_TIE, &id, before, tied.level_before.as_str())?;
    exec!(tx, sql::ADDRESS_REPLIES_CANCEL, &id)?;
    exec!(tx, CUSTOMER_MOVE, join.customer.to_string())?;
    if let Some(before) = &tied.customer_before {
        exec!(tx, CUSTOMER_MOVE, before.to_string())?;
        exec!(tx, sql::TALKS_GIVE, &id, before.to_string(), None::<String>)?;
    }
    let mut told = moved(join.brand, all!(tx, LaneRow, sql::LANE_OTHER, &id)?, now)?;
    told.extend(tied.customer_before.map(|customer| changed(join.brand, customer, now)));
    Ok(told)
}

async fn address(tx: &mut Tx, brand: BrandId, id: AddressId) -> StoreResult<Option<Address>> {
    opt!(tx, AddressRow, sql::ADDRESS_OF, brand.to_string(), id.to_string())?
        .map(Address::try_from)
        .transpose()
}

/// Writes a join down.
async fn write(
    tx: &mut Tx,
    act: &Act,
    to: CustomerId,
    merged: Option<CustomerId>,
    tied: Option<Tied>,
) -> StoreResult<()> {
    exec!(
        tx,
        sql::JOIN_ADD,
        act.id.to_string(),
        act.brand.to_string(),
        act.how.as_str(),
        to.to_string(),
        merged.map(|customer| customer.to_string()),
        tied.map(|tied| tied.address.to_string()),
        tied.and_then(|tied| tied.customer_before).map(|customer| customer.to_string()),
        tied.map(|tied| tied.level_before.as_str()),
        tied.map(|tied| tied.level_after.as_str()),
        &act.evidence,
        act.agent.map(|agent| agent.to_string()),
        act.at.millis()
    )?;
    Ok(())
}

const fn changed(brand: BrandId, customer: CustomerId, at: Timestamp) -> Told {
    Told { brand, kind: ChangeKind::Customer, key: customer.get(), address: None, at }
}

/// Lines of the feed about conversations that moved.
fn moved(brand: BrandId, lanes: Vec<LaneRow>, at: Timestamp) -> StoreResult<Vec<Told>> {
    lanes
        .into_iter()
        .map(|lane| {
            let key = parse::<lara_core::model::ConversationId>(&lane.id).map_err(broken)?.get();
            let address = Some(parse(&lane.address_id)?);
            Ok(Told { brand, kind: ChangeKind::Conversation, key, address, at })
        })
        .collect()
}
