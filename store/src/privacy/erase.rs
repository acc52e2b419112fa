//! Erases a person. Every statement changes only what is not erased yet: whatever breaks off may begin again.

use super::consent::LaneRow;
use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, all, batch, exec, opt};
use crate::error::is_deadlock;
use crate::lanes::hidden;
use crate::rows::{IdRow, from_json, parse, to_json};
use crate::sql::{Sql, directory, erasure as sql, happenings, privacy};
use lara_core::model::{BrandId, CustomerId, ErasureId, Timestamp};
use lara_core::ports::{ChangeKind, ErasedBy, ErasureCounts, StoreResult};
use lara_core::text::phone_digits;
use serde::Serialize;

/// Messages whose words go in one transaction: a few tenths of a second of the one writer.
const BATCH: i64 = 2_000;
/// How often a step is tried again after a deadlock before its trouble is told.
const ROUNDS: usize = 5;
/// What is shorter names nobody: an order number "1001" stands in every second text.
const SHORTEST: usize = 6;

/// What ties people, tried or did.
const TIES: [Sql; 3] = [sql::ERASE_JOINS, sql::ERASE_SUGGESTIONS, sql::ERASE_CODES];

/// A person's wish to be forgotten.
pub(super) struct Wish {
    pub(super) brand: BrandId,
    pub(super) person: CustomerId,
    pub(super) by: ErasedBy,
    pub(super) id: ErasureId,
    pub(super) now: Timestamp,
}

#[derive(sqlx::FromRow)]
struct TakenRow {
    taken_back: Option<String>,
}

#[derive(sqlx::FromRow, Serialize)]
struct NeedleRow {
    needle: String,
}

#[derive(Serialize)]
struct Subject {
    subject: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct ErasureRow {
    pub(super) id: String,
    pub(super) counts: String,
}

impl Store {
    pub(super) async fn erase_person(&self, wish: &Wish) -> StoreResult<Option<ErasureCounts>> {
        let mut before = ErasureCounts { traces: self.erase_traces(wish).await?, ..ErasureCounts::default() };
        loop {
            let mut deadlocks = 0;
            let step = loop {
                match self.erase_step(wish, before).await {
                    Err(error) if is_deadlock(&error) && deadlocks < ROUNDS => deadlocks += 1,
                    step => break step?,
                }
            };
            match step {
                Step::Missing => return Ok(None),
                Step::Words(counts) => before = before.and(counts),
                Step::Done(counts) => return Ok(Some(counts)),
            }
        }
    }

    /// What quotes a person elsewhere. Before their names are gone, as it is found by them; and before anything is held, as
    /// every stored answer of the brand is looked through.
    async fn erase_traces(&self, wish: &Wish) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let (brand, person) = (wish.brand.to_string(), wish.person.to_string());
        let Some(head) = opt!(tx, IdRow, privacy::PERSON_HEAD, &brand, &person)? else {
            tx.rollback().await?;
            return Ok(0);
        };
        let mut needles = all!(tx, NeedleRow, sql::ERASE_NEEDLES, &head.id)?;
        needles.retain(|row| row.needle.chars().count() >= SHORTEST);
        let needles = batch(&needles)?;
        let traces =
            exec!(tx, sql::ERASE_ODD, &needles, &brand)? + exec!(tx, sql::ERASE_ANSWERS, &needles, &brand)?;
        tx.commit().await?;
        Ok(traces)
    }

    /// One transaction: some of the words while there are more than one batch of them, else all that is left.
    async fn erase_step(&self, wish: &Wish, before: ErasureCounts) -> StoreResult<Step> {
        let mut tx = self.db.write().await?;
        let (brand, person) = (wish.brand.to_string(), wish.person.to_string());
        let Some(head) = opt!(tx, IdRow, privacy::PERSON_HEAD, &brand, &person)? else {
            tx.rollback().await?;
            return Ok(Step::Missing);
        };
        let (words, more) = erase_words(&mut tx, &head.id, wish.now).await?;
        if more {
            tx.commit().await?;
            return Ok(Step::Words(words));
        }
        tx.rollback().await?;
        self.erase_the_rest(wish, before).await
    }

    async fn erase_the_rest(&self, wish: &Wish, before: ErasureCounts) -> StoreResult<Step> {
        let mut tx = self.db.write().await?;
        let (brand, person) = (wish.brand.to_string(), wish.person.to_string());
        // Who is who is changed by one at a time; then nobody opens a conversation.
        opt!(tx, IdRow, directory::BRAND_HOLD, &brand)?;
        exec!(tx, sql::TALKS_HOLD)?;
        let Some(head) = opt!(tx, IdRow, sql::PERSON_HOLD, &brand, &person)? else {
            tx.rollback().await?;
            return Ok(Step::Missing);
        };
        let head = head.id;
        let mut told = Vec::new();
        for lane in all!(tx, LaneRow, sql::ERASE_LANES, &head, wish.now.millis())? {
            told.push(lane.told(wish.now)?);
        }
        let mut counts = ErasureCounts { conversations: count(told.len()), ..before };
        loop {
            let (words, more) = erase_words(&mut tx, &head, wish.now).await?;
            counts = counts.and(words);
            if !more {
                break;
            }
        }
        counts = counts.and(talks(&mut tx, &head, &brand, wish.now).await?);
        counts = counts.and(belongings(&mut tx, &head, &brand, wish.now).await?);
        let counts = note(&mut tx, &head, wish, counts).await?;
        let key = parse::<CustomerId>(&head)?.get();
        told.push(Told { brand: wish.brand, kind: ChangeKind::Customer, key, address: None, at: wish.now });
        tell(&mut tx, &told).await?;
        tx.commit().await?;
        Ok(Step::Done(counts))
    }
}

/// What became of one transaction.
enum Step {
    /// There is no such customer.
    Missing,
    /// Some words are gone, there are more.
    Words(ErasureCounts),
    /// Everything is gone; in all, of this time and before.
    Done(ErasureCounts),
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The words of one batch of messages; whether there may be more.
async fn erase_words(tx: &mut Tx, head: &str, now: Timestamp) -> StoreResult<(ErasureCounts, bool)> {
    let rows = all!(tx, TakenRow, sql::ERASE_MESSAGES, head, now.millis(), BATCH)?;
    let cancelled = rows.iter().filter(|row| row.taken_back.as_deref() == Some("erased")).count();
    let counts = ErasureCounts {
        messages: count(rows.len()),
        cancelled: count(cancelled),
        ..ErasureCounts::default()
    };
    Ok((counts, i64::try_from(rows.len()) == Ok(BATCH)))
}

/// Tries to prove an order, an e-mail, a phone or an address of theirs.
async fn tries(tx: &mut Tx, head: &str, brand: &str) -> StoreResult<u64> {
    let mut about = Vec::new();
    for row in all!(tx, NeedleRow, sql::ERASE_NEEDLES, head)? {
        let phone = phone_digits(&row.needle);
        let email = row.needle.contains('@').then(|| row.needle.to_lowercase());
        about.extend(phone.iter().chain(&email).map(|contact| Subject { subject: hidden(contact) }));
    }
    let contacts = exec!(tx, sql::ERASE_CONTACT_TRIES, batch(&about)?, brand)?;
    Ok(contacts + exec!(tx, sql::ERASE_TRIES, head, brand)?)
}

/// What hangs on conversations beside words.
async fn talks(tx: &mut Tx, head: &str, brand: &str, now: Timestamp) -> StoreResult<ErasureCounts> {
    let attachments = exec!(tx, sql::ERASE_ATTACHMENTS, head)?;
    if attachments > 0 {
        exec!(tx, happenings::FILES_HOLD, brand)?;
        exec!(tx, happenings::FILES_UNUSED, brand)?;
    }
    exec!(tx, sql::ERASE_LESSONS, head, brand)?;
    let decisions = exec!(tx, sql::ERASE_DECISIONS, head)?;
    exec!(tx, sql::ERASE_ESCALATIONS, head, now.millis())?;
    exec!(tx, sql::ERASE_SUMMARIES, head, now.millis())?;
    for statement in [sql::ERASE_ALERTS, sql::ERASE_NOTICES] {
        exec!(tx, statement, head)?;
    }
    Ok(ErasureCounts { attachments, decisions, ..ErasureCounts::default() })
}

/// What hangs on customers, and they themselves. Tries and returns are found by orders, all by the customers.
async fn belongings(tx: &mut Tx, head: &str, brand: &str, now: Timestamp) -> StoreResult<ErasureCounts> {
    let returns = exec!(tx, sql::ERASE_RETURNS, head)?;
    let mut ties = tries(tx, head, brand).await?;
    for statement in TIES {
        ties += exec!(tx, statement, head)?;
    }
    exec!(tx, sql::ERASE_JOINS_BEFORE, head)?;
    Ok(ErasureCounts {
        returns,
        ties,
        orders: exec!(tx, sql::ERASE_ORDERS, head)?,
        preferences: exec!(tx, sql::ERASE_PREFERENCES, head)?,
        addresses: exec!(tx, sql::ERASE_ADDRESSES, head)?,
        customers: exec!(tx, sql::ERASE_CUSTOMERS, head, now.millis())?,
        ..ErasureCounts::default()
    })
}

/// Writes down that they were erased, once a person; what is erased of them later is added. In all, what was erased.
async fn note(tx: &mut Tx, head: &str, wish: &Wish, counts: ErasureCounts) -> StoreResult<ErasureCounts> {
    let brand = wish.brand.to_string();
    let Some(known) = opt!(tx, ErasureRow, sql::ERASURE_OF, head, &brand)? else {
        let (by, agent) = (wish.by.as_str(), wish.by.agent().map(|agent| agent.to_string()));
        let (id, at) = (wish.id.to_string(), wish.now.millis());
        exec!(tx, sql::ERASURE_ADD, id, brand, head, by, agent, to_json(&counts)?, at)?;
        return Ok(counts);
    };
    let counts = from_json::<ErasureCounts>(&known.counts)?.and(counts);
    exec!(tx, sql::ERASURE_MORE, known.id, to_json(&counts)?)?;
    Ok(counts)
}
