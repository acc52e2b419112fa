//! Looks up what a run offers to prove who writes. Only lanes whose run holds something that looks like a proof cost a
//! statement.
//!
//! Limits, all on what failed: at one address 5 an hour; for one order number, and for one e-mail or phone, 10 a day over all
//! addresses; in a brand 200 of a kind an hour. Beyond them nothing holds, and nobody is told why: who guesses learns nothing,
//! and who knows too little has other ways (signing in, a human).

use super::person::everybodys;
use crate::db::{Db, Reader, all, batch, exec, opt};
use crate::rows::{CustomerRow, NumberRow, OrderRow};
use crate::sql::{directory, identity as sql};
use lara_core::model::{BrandId, Customer, Level, Millis, Order, Timestamp};
use lara_core::ports::{Claim, Proof, ProofKind, SecretHash, StoreResult};
use lara_core::relate::proof::{Offer, given_away, looks_back};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Failed tries at one address within [`HOUR`].
const AT_ADDRESS: i64 = 5;
/// Failed tries for one order number, e-mail or phone within [`DAY`].
const ABOUT_ONE: i64 = 10;
/// Failed tries of a kind in a brand within [`HOUR`]: a code of 40 bits is not found in a thousand years of them.
const IN_BRAND: i64 = 200;
const HOUR: Millis = Millis::minutes(60);
const DAY: Millis = Millis::minutes(24 * 60);

#[derive(sqlx::FromRow)]
struct TextRow {
    text: String,
}

#[derive(sqlx::FromRow)]
struct NamedOrderRow {
    #[sqlx(flatten)]
    order: OrderRow,
    head: String,
    buyer_email: Option<String>,
    buyer_digits: Option<String>,
}

#[derive(Serialize)]
struct Compact<'a> {
    compact: &'a str,
}

/// Somebody trying to prove who they are.
struct Try<'a> {
    brand: BrandId,
    address: String,
    /// When the last message of the run came: who typed a code in time is not late because we are.
    now: Timestamp,
    claim: &'a Claim,
}

/// Looks up the proofs of claims.
pub(super) async fn look_up(db: &Db, claims: &mut [Claim]) -> StoreResult<()> {
    for claim in claims {
        if let Some(code) = given_away(&claim.run) {
            end(db, claim, &code).await?;
        }
        let offer = Offer::of(&claim.run);
        let unproven = claim.memory.address.level != Level::Verified;
        let looks_back = looks_back(&claim.conversation, claim.memory.address.level, &claim.run).is_some();
        let by_order = unproven && (offer.is_whole() || (looks_back && offer.is_half()));
        if offer.code.is_none() && !by_order {
            continue;
        }
        let Some(last) = claim.run.iter().map(|message| message.at).max() else { continue };
        let mut on = db.read().await?;
        let who = Try {
            brand: claim.conversation.brand,
            address: claim.memory.address.id.to_string(),
            now: last,
            claim,
        };
        let proof = match &offer.code {
            Some(hash) => who.code(&mut on, hash).await?,
            None => who.order(&mut on, offer).await?,
        };
        claim.memory.proof = proof;
    }
    Ok(())
}

/// Ends a code that was said before everybody, whoever it was given to.
async fn end(db: &Db, claim: &Claim, code: &SecretHash) -> StoreResult<()> {
    let Some(said) = claim.run.iter().map(|message| message.at.millis()).max() else { return Ok(()) };
    let (brand, address) = (claim.conversation.brand.to_string(), claim.memory.address.id.to_string());
    let mut tx = db.write().await?;
    exec!(tx, sql::CODE_END, &code.0, brand, said, address)?;
    tx.commit().await
}

impl Try<'_> {
    async fn code(&self, on: &mut Reader, hash: &SecretHash) -> StoreResult<Proof> {
        let kind = ProofKind::Code;
        let all = everybodys(self.brand, kind);
        if self.failed(on, &self.address, HOUR).await? >= AT_ADDRESS {
            return Ok(Proof::Wrong { kind, about: Vec::new() });
        }
        let closed = self.failed(on, &all, HOUR).await? >= IN_BRAND;
        let (brand, now) = (self.brand.to_string(), self.now.millis());
        let row = opt!(on, CustomerRow, sql::CODE_WHOSE, &hash.0, brand, now)?.filter(|_| !closed);
        Ok(match row.map(Customer::try_from).transpose()? {
            Some(person) => Proof::Code { hash: hash.clone(), person: Box::new(person) },
            None => Proof::Wrong { kind, about: vec![all] },
        })
    }

    async fn order(&self, on: &mut Reader, offer: Offer) -> StoreResult<Proof> {
        let kind = ProofKind::Order;
        let offer = self.with_said_before(on, offer).await?;
        if !offer.is_whole() {
            return Ok(Proof::Nothing);
        }
        if self.failed(on, &self.address, HOUR).await? >= AT_ADDRESS {
            return Ok(Proof::Wrong { kind, about: Vec::new() });
        }
        let all = everybodys(self.brand, kind);
        let mut closed = self.failed(on, &all, HOUR).await? >= IN_BRAND;
        let mut about = vec![all];
        // With its letters or without, it is one number that is guessed at.
        let tail = |number: &String| number.trim_start_matches(|c: char| c.is_ascii_lowercase()).to_owned();
        let numbers = offer.numbers.iter().map(|number| format!("number:{}", tail(number)));
        let numbers = numbers.collect::<std::collections::BTreeSet<_>>().into_iter();
        let contacts = offer.contacts.emails.iter().chain(&offer.contacts.phones);
        for one in numbers.chain(contacts.map(|contact| hidden(contact))) {
            closed |= self.failed(on, &one, DAY).await? >= ABOUT_ONE;
            about.push(one);
        }
        // Looked up even where it will not count, so that the time it takes tells nothing either.
        let found = self.bought(on, &offer).await?.filter(|_| !closed);
        Ok(found.unwrap_or(Proof::Wrong { kind, about }))
    }

    /// With what was said before in answer to the same question.
    async fn with_said_before(&self, on: &mut Reader, offer: Offer) -> StoreResult<Offer> {
        let Claim { conversation, memory, run, .. } = self.claim;
        let Some(since) = looks_back(conversation, memory.address.level, run) else { return Ok(offer) };
        let before = run.iter().map(|message| message.seq).min().unwrap_or(since);
        let id = conversation.id.to_string();
        let said = all!(on, TextRow, sql::SAID_SINCE, id, since, before)?;
        let earlier = said.iter().fold(Offer::default(), |offer, row| offer.with(&row.text));
        // What is said now is said last, and the last counts.
        Ok(run.iter().fold(earlier, |offer, message| offer.with(&message.text)))
    }

    /// The order that has one of the numbers and whose buyer has one of the e-mails or phones. Whoever else is the same person
    /// does not count: anybody may order with somebody else's e-mail, and an agent may take the two for one.
    async fn bought(&self, on: &mut Reader, offer: &Offer) -> StoreResult<Option<Proof>> {
        let numbers: Vec<_> = offer.numbers.iter().map(|compact| Compact { compact }).collect();
        let brand = self.brand.to_string();
        for row in all!(on, NamedOrderRow, sql::ORDERS_NAMED, batch(&numbers)?, &brand)? {
            let has =
                |known: Option<&String>, said: &[String]| known.is_some_and(|known| said.contains(known));
            if !has(row.buyer_email.as_ref(), &offer.contacts.emails)
                && !has(row.buyer_digits.as_ref(), &offer.contacts.phones)
            {
                continue;
            }
            let person = opt!(on, CustomerRow, directory::CUSTOMER, &brand, &row.head)?;
            let Some(person) = person.map(Customer::try_from).transpose()? else { continue };
            let order = Order::try_from(row.order)?;
            return Ok(Some(Proof::Order { person: Box::new(person), order: Box::new(order) }));
        }
        Ok(None)
    }

    async fn failed(&self, on: &mut Reader, subject: &str, within: Millis) -> StoreResult<i64> {
        let since = self.now.plus(Millis(-within.0)).millis();
        let row = opt!(on, NumberRow, sql::TRIES_COUNT, subject, self.brand.to_string(), since)?;
        Ok(row.map_or(0, |row| row.number))
    }
}

/// An e-mail or phone as tries remember it.
pub(crate) fn hidden(contact: &str) -> String {
    let digest = Sha256::digest(contact.as_bytes());
    let hex: Vec<String> = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("contact:{}", hex.concat())
}
