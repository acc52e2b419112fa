//! What a turn changes about the person who writes, stored with the turn: ties, tries, codes, hints for agents.

use crate::db::{Tx, batch, exec, opt};
use crate::error::broken;
use crate::identity::{Tie, Words, add_code, head, hold, suggest, tie};
use crate::rows::{IdRow, parse};
use crate::sql::identity as sql;
use lara_core::model::{BrandId, ConversationId, CustomerId, JoinHow, Likeness, Lookalike};
use lara_core::ports::{Act, Joined, NewJoin, NewSuggestion, ProofKind, StoreResult, Tried, Turn};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;

/// Turns whose proof does not stand any more.
pub(super) struct Fallen(HashSet<ConversationId>);

impl Fallen {
    pub(super) fn falls(&self, lane: &ConversationId) -> bool {
        self.0.contains(lane)
    }
}

/// Looks whether the proofs of a batch still stand, and holds what they rest on: of two who use one code at once, on two
/// nodes or in one batch, one wins.
pub(super) async fn still_proven<'a>(
    tx: &mut Tx,
    turns: impl Iterator<Item = &'a Turn>,
) -> StoreResult<Fallen> {
    let mut joining: Vec<(&Turn, &NewJoin)> =
        turns.filter_map(|turn| Some((turn, turn.person.join.as_ref()?))).collect();
    // In one order, so that two nodes never wait for each other.
    joining.sort_by_key(|(turn, join)| (turn.brand, join.code.as_ref().map(|code| code.0.clone())));
    let (mut fallen, mut used) = (HashSet::new(), HashSet::new());
    for (turn, join) in joining {
        hold(tx, turn.brand).await?;
        let known = head(tx, turn.brand, join.customer).await?.is_some();
        let unused = match &join.code {
            None => true,
            Some(code) if !used.insert(code.0.clone()) => false,
            Some(code) => opt!(tx, IdRow, sql::CODE_HOLD, &code.0, turn.brand.to_string())?.is_some(),
        };
        if !(known && unused) {
            fallen.insert(turn.conversation);
        }
    }
    Ok(Fallen(fallen))
}

/// Writes what a turn that stands changes about the person.
pub(super) async fn write(tx: &mut Tx, turn: &Turn) -> StoreResult<()> {
    let person = &turn.person;
    if let Some(join) = &person.join {
        join_person(tx, turn, join).await?;
    }
    if let Some(tried) = &person.tried {
        count(tx, turn, tried).await?;
    }
    if let Some(code) = &person.code {
        add_code(tx, turn.brand, turn.address, code).await?;
    }
    if let (Some(alike), Some((here, _))) = (person.alike, turn.customer) {
        let new =
            NewSuggestion { customer: here, other: Lookalike::Customer(alike), evidence: Likeness::Code };
        suggest(tx, turn.brand, &new, turn.at).await?;
    }
    let said = &person.said;
    for email in &said.emails {
        hint(tx, turn, (email, ""), Likeness::SaidEmail).await?;
    }
    for phone in &said.phones {
        hint(tx, turn, ("", phone), Likeness::SaidPhone).await?;
    }
    Ok(())
}

async fn join_person(tx: &mut Tx, turn: &Turn, join: &NewJoin) -> StoreResult<()> {
    let act = Act {
        id: join.id,
        brand: turn.brand,
        how: join.how,
        evidence: join.evidence.clone(),
        agent: None,
        at: turn.at,
    };
    let member = match &join.code {
        Some(code) => opt!(tx, IdRow, sql::CODE_MEMBER, &code.0, join.customer.to_string())?,
        None => None,
    };
    let customer = member.map_or(Ok(join.customer), |row| parse(&row.id))?;
    let words = if join.how == JoinHow::Link { Words::Stay } else { Words::Follow };
    let whose = Tie { address: turn.address, customer, lane: false, words };
    if tie(tx, &act, &whose).await? == Joined::Missing {
        return Err(broken("somebody who was held is gone"));
    }
    if let Some(code) = &join.code {
        exec!(tx, sql::CODE_USE, &code.0, turn.at.millis(), turn.address.to_string())?;
    }
    Ok(())
}

#[derive(Serialize)]
struct TryRow {
    id: uuid::Uuid,
    brand_id: BrandId,
    subject: String,
    kind: &'static str,
    succeeded: bool,
    at: i64,
}

/// Counts a try: against the address, and where it failed against what was tried and all of the brand.
async fn count(tx: &mut Tx, turn: &Turn, tried: &Tried) -> StoreResult<()> {
    let mut subjects = vec![turn.address.to_string()];
    if !tried.held {
        subjects.extend(tried.about.iter().cloned());
    }
    let rows: Vec<_> = subjects
        .into_iter()
        .map(|subject| TryRow {
            id: id_of(turn, &subject),
            brand_id: turn.brand,
            subject,
            kind: tried.kind.as_str(),
            succeeded: tried.held,
            at: turn.at.millis(),
        })
        .collect();
    exec!(tx, sql::TRIES_ADD, batch(&rows)?)?;
    Ok(())
}

/// A decision makes one try of a subject, so the id follows from both.
fn id_of(turn: &Turn, subject: &str) -> uuid::Uuid {
    let digest = Sha256::digest(format!("{} {subject}", turn.decision.id));
    uuid::Uuid::from_u128(digest.iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte)))
}

/// What all tries of one kind in a brand are counted against.
pub(super) fn everybodys(brand: BrandId, kind: ProofKind) -> String {
    format!("{kind}:{brand}")
}

/// Somebody unproven said an e-mail or a phone that exactly one person has: an agent may look at it.
async fn hint(tx: &mut Tx, turn: &Turn, said: (&str, &str), evidence: Likeness) -> StoreResult<()> {
    let rows = crate::db::all!(tx, IdRow, sql::WHO_HAS, turn.brand.to_string(), said.0, said.1)?;
    let [one] = rows.as_slice() else { return Ok(()) };
    let customer: CustomerId = parse(&one.id)?;
    let new = NewSuggestion { customer, other: Lookalike::Address(turn.address), evidence };
    suggest(tx, turn.brand, &new, turn.at).await?;
    Ok(())
}
