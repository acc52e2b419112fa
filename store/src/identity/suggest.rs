//! Suggestions: who may be one person, asked about once, decided by an agent.

use super::{Tie, Words, head, hold, merge, tie};
use crate::changes::{Told, tell};
use crate::db::{Tx, all, exec, opt};
use crate::rows::{CustomerRow, SuggestionRow, parse};
use crate::sql::{directory, identity as sql};
use lara_core::model::{
    BrandId, Customer, CustomerId, Lookalike, Suggestion, SuggestionId, SuggestionState, Timestamp,
};
use lara_core::ports::{Act, ChangeKind, Joined, Judged, Judgement, NewSuggestion, StoreResult};
use sha2::{Digest as _, Sha256};

/// Lookalikes of each kind that are suggested at once: an e-mail that more share is a shop's own.
const MOST: i64 = 5;

#[derive(sqlx::FromRow)]
struct AlikeRow {
    id: String,
    evidence: String,
}

/// Says that two may be one person; whether that is open now.
pub(crate) async fn suggest(
    tx: &mut Tx,
    brand: BrandId,
    new: &NewSuggestion,
    now: Timestamp,
) -> StoreResult<bool> {
    let Some(pair) = pair(tx, brand, new).await? else { return Ok(false) };
    let (customer, other, kind) = pair;
    let (brand_id, evidence) = (brand.to_string(), new.evidence.as_str());
    let added = exec!(
        tx,
        sql::SUGGESTION_ADD,
        id_of(brand, customer, &other).to_string(),
        &brand_id,
        customer.to_string(),
        &other,
        kind,
        evidence,
        now.millis()
    )?;
    if added > 0 {
        let key = customer.get();
        tell(tx, &[Told { brand, kind: ChangeKind::Customer, key, address: None, at: now }]).await?;
        return Ok(true);
    }
    let row = opt!(tx, SuggestionRow, sql::SUGGESTION_PAIR, brand_id, customer.to_string(), other)?;
    let Some(known) = row.map(Suggestion::try_from).transpose()? else { return Ok(false) };
    let open = known.state == SuggestionState::Open;
    if open && !known.evidence.contains(&new.evidence) {
        let all: Vec<_> = known.evidence.iter().chain([&new.evidence]).map(|one| one.as_str()).collect();
        exec!(tx, sql::SUGGESTION_EVIDENCE, known.id.to_string(), all.join(","))?;
    }
    Ok(open)
}

/// A pair in the one order it is kept in, by heads; `None` when it asks nothing.
async fn pair(
    tx: &mut Tx,
    brand: BrandId,
    new: &NewSuggestion,
) -> StoreResult<Option<(CustomerId, String, &'static str)>> {
    let Some(customer) = head(tx, brand, new.customer).await? else { return Ok(None) };
    match new.other {
        Lookalike::Customer(other) => {
            let other = head(tx, brand, other).await?.filter(|other| *other != customer);
            Ok(other.map(|other| {
                let (first, second) = (customer.min(other), customer.max(other));
                (first, second.to_string(), "customer")
            }))
        }
        Lookalike::Address(address) => Ok(Some((customer, address.to_string(), "address"))),
    }
}

/// An agent decides.
pub(super) async fn decide(
    tx: &mut Tx,
    id: SuggestionId,
    judgement: Judgement,
    act: &Act,
) -> StoreResult<Judged> {
    hold(tx, act.brand).await?;
    let row = opt!(tx, SuggestionRow, sql::SUGGESTION, act.brand.to_string(), id.to_string())?;
    let Some(suggestion) = row.map(Suggestion::try_from).transpose()? else { return Ok(Judged::Missing) };
    if suggestion.state != SuggestionState::Open {
        return Ok(Judged::Already);
    }
    let state = match judgement {
        Judgement::Confirm => SuggestionState::Confirmed,
        Judgement::Refuse => SuggestionState::Refused,
    };
    let agent = act.agent.map(|agent| agent.to_string());
    exec!(tx, sql::SUGGESTION_DECIDE, id.to_string(), state.as_str(), agent, act.at.millis())?;
    if judgement == Judgement::Refuse {
        let key = suggestion.customer.get();
        let told = Told { brand: act.brand, kind: ChangeKind::Customer, key, address: None, at: act.at };
        tell(tx, &[told]).await?;
        return Ok(Judged::Done);
    }
    let joined = match suggestion.other {
        Lookalike::Address(address) => {
            tie(tx, act, &Tie { address, customer: suggestion.customer, lane: true, words: Words::Follow })
                .await?
        }
        Lookalike::Customer(other) => {
            let (to, other) = first_the_shops(tx, act.brand, suggestion.customer, other).await?;
            merge(tx, act, to, other).await?
        }
    };
    Ok(if joined == Joined::Missing { Judged::Missing } else { Judged::Done })
}

/// The customer the shop knows by its own id first: it becomes the head.
async fn first_the_shops(
    tx: &mut Tx,
    brand: BrandId,
    one: CustomerId,
    other: CustomerId,
) -> StoreResult<(CustomerId, CustomerId)> {
    let mut is_the_shops = [false, false];
    for (place, customer) in is_the_shops.iter_mut().zip([one, other]) {
        let row = opt!(tx, CustomerRow, directory::PERSON, brand.to_string(), customer.to_string())?;
        let customer = row.map(Customer::try_from).transpose()?;
        *place = customer.is_some_and(|customer| customer.external_id.is_some());
    }
    Ok(if is_the_shops == [false, true] { (other, one) } else { (one, other) })
}

/// Suggests whom the shop's records make look like this person.
pub(crate) async fn alike(
    tx: &mut Tx,
    brand: BrandId,
    person: CustomerId,
    now: Timestamp,
) -> StoreResult<()> {
    let Some(customer) = head(tx, brand, person).await? else { return Ok(()) };
    let (brand_id, id) = (brand.to_string(), customer.to_string());
    let mut found: Vec<(Lookalike, String)> = Vec::new();
    for row in all!(tx, AlikeRow, sql::LOOKALIKES, &brand_id, &id, MOST)? {
        found.push((Lookalike::Customer(parse(&row.id)?), row.evidence));
    }
    for row in all!(tx, AlikeRow, sql::NUMBERS, &brand_id, &id, MOST)? {
        found.push((Lookalike::Address(parse(&row.id)?), row.evidence));
    }
    for (other, evidence) in found {
        let new = NewSuggestion { customer, other, evidence: parse(&evidence)? };
        suggest(tx, brand, &new, now).await?;
    }
    Ok(())
}

/// The id of a suggestion follows from its pair, which is asked about once.
fn id_of(brand: BrandId, customer: CustomerId, other: &str) -> SuggestionId {
    let digest = Sha256::digest(format!("{brand} {customer} {other}"));
    let bits = digest.iter().take(16).fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    SuggestionId::new(uuid::Uuid::from_u128(bits))
}
