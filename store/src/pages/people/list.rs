//! Persons in one line each, as lists and previews show them.

use super::sql;
use crate::db::{Reader, all};
use crate::lanes::Id;
use crate::pages::parsed;
use lara_core::model::{ChannelKind, CustomerId, EscalationReason, Level, Priority, Timestamp};
use lara_core::ports::StoreResult;
use std::collections::HashMap;

/// Why somebody was found, with what matched as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// They wrote lately; nothing was asked for.
    Lately,
    /// A name of theirs.
    Name(String),
    /// A phone number.
    Phone(String),
    /// An e-mail.
    Email(String),
    /// The number of an order.
    Order(String),
    /// The shop's own id.
    External(String),
}

/// A person in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPerson {
    /// Head.
    pub id: CustomerId,
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// How the shop ranks them.
    pub tier: Option<String>,
    /// Customers that are this person.
    pub members: i64,
    /// Orders.
    pub orders: i64,
    /// The surest of their addresses.
    pub level: Level,
    /// Kinds of channels they write from, the latest first.
    pub channels: Vec<ChannelKind>,
    /// When they wrote last.
    pub last_at: Option<Timestamp>,
    /// What waits for a human.
    pub waiting: Option<(EscalationReason, Priority)>,
    /// Whether they want no messages.
    pub opted_out: bool,
    /// Why they are in the list.
    pub why: Why,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    tier: Option<String>,
    members: i64,
    opted_out_at: Option<i64>,
    orders: i64,
}

#[derive(sqlx::FromRow)]
struct ChannelRow {
    id: String,
    channel_kind: String,
    level: String,
    last_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct WaitingRow {
    id: String,
    reason: String,
    priority: String,
}

/// Persons as a list shows them, in the order given.
pub(super) async fn shown(on: &mut Reader, found: Vec<(CustomerId, Why)>) -> StoreResult<Vec<FoundPerson>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids = Id::batch(found.iter().map(|(id, _)| id))?;
    let mut people: HashMap<String, PersonRow> =
        all!(on, PersonRow, sql::PEOPLE, &ids)?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut places: HashMap<String, Vec<ChannelRow>> = HashMap::new();
    for row in all!(on, ChannelRow, sql::PEOPLE_PLACES, &ids)? {
        places.entry(row.id.clone()).or_default().push(row);
    }
    let mut waiting: HashMap<String, WaitingRow> = HashMap::new();
    for row in all!(on, WaitingRow, sql::PEOPLE_WAITING, &ids)? {
        waiting.entry(row.id.clone()).or_insert(row);
    }
    let mut list = Vec::with_capacity(found.len());
    for (id, why) in found {
        let key = id.to_string();
        let Some(row) = people.remove(&key) else { continue };
        let mut person = FoundPerson {
            id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            tier: row.tier,
            members: row.members,
            orders: row.orders,
            level: Level::Anonymous,
            channels: Vec::new(),
            last_at: None,
            waiting: None,
            opted_out: row.opted_out_at.is_some(),
            why,
        };
        for at in places.remove(&key).unwrap_or_default() {
            person.level = person.level.max(parsed(&at.level)?);
            person.last_at = person.last_at.max(at.last_at.map(Timestamp::from_millis));
            let kind = parsed(&at.channel_kind)?;
            if !person.channels.contains(&kind) {
                person.channels.push(kind);
            }
        }
        if let Some(row) = waiting.remove(&key) {
            person.waiting = Some((parsed(&row.reason)?, parsed(&row.priority)?));
        }
        list.push(person);
    }
    Ok(list)
}
