//! How a person came together: acts that tied addresses and customers, and suggestions that wait to be decided.

use super::list::{FoundPerson, Why, shown};
use super::sql;
use crate::db::{Reader, all, opt};
use crate::lanes::Id;
use crate::pages::{Pages, parsed, parsed_if};
use crate::rows::NumberRow;
use lara_core::model::{
    AddressId, AgentId, BrandId, ChannelKind, ConversationId, CustomerId, JoinHow, JoinId, Level,
    SuggestionId, Timestamp,
};
use lara_core::ports::StoreResult;
use std::collections::HashMap;
use uuid::Uuid;

/// An act that tied somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonJoin {
    /// Id.
    pub id: JoinId,
    /// How it was proven.
    pub how: JoinHow,
    /// Into whom, and what they are called or their id of the shop.
    pub into: (CustomerId, Option<String>),
    /// The customer that was merged, with the same.
    pub merged: Option<(CustomerId, Option<String>)>,
    /// The address that was tied: its channel and the name shown there.
    pub address: Option<(AddressId, Option<ChannelKind>, Option<String>)>,
    /// How sure the address was before.
    pub level_before: Option<Level>,
    /// How sure it was after.
    pub level_after: Option<Level>,
    /// What spoke for it, in codes.
    pub evidence: String,
    /// Who did it, where an agent did.
    pub agent: Option<String>,
    /// The same agent's id.
    pub agent_id: Option<AgentId>,
    /// When.
    pub at: Timestamp,
    /// When it was taken back, and by whom.
    pub undone: Option<(Timestamp, Option<String>)>,
}

/// An address that may be somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoosePlace {
    /// Address.
    pub id: AddressId,
    /// Kind of channel.
    pub channel_kind: ChannelKind,
    /// Name of the channel.
    pub channel_name: String,
    /// The name they show there.
    pub shown: Option<String>,
    /// How sure it is whose it is.
    pub level: Level,
    /// Their latest conversation there.
    pub conversation: Option<ConversationId>,
}

/// Who else it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Other {
    /// Another customer.
    Person(Box<FoundPerson>),
    /// Whoever writes at an address.
    Place(LoosePlace),
}

/// Two that may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestionShown {
    /// Id.
    pub id: SuggestionId,
    /// Whom it is about.
    pub person: FoundPerson,
    /// Who may be them.
    pub other: Other,
    /// What speaks for it, in codes.
    pub evidence: String,
    /// Since when.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct JoinRow {
    id: String,
    how: String,
    customer_id: String,
    merged_id: Option<String>,
    address_id: Option<String>,
    level_before: Option<String>,
    level_after: Option<String>,
    evidence: String,
    at: i64,
    undone_at: Option<i64>,
    agent_id: Option<String>,
    agent_name: Option<String>,
    undone_by_name: Option<String>,
    merged_name: Option<String>,
    merged_external: Option<String>,
    into_name: Option<String>,
    into_external: Option<String>,
    channel_kind: Option<String>,
    address_name: Option<String>,
}

impl JoinRow {
    fn understood(self) -> StoreResult<PersonJoin> {
        let merged: Option<CustomerId> = parsed_if(self.merged_id.as_deref())?;
        let address: Option<AddressId> = parsed_if(self.address_id.as_deref())?;
        let channel: Option<ChannelKind> = parsed_if(self.channel_kind.as_deref())?;
        Ok(PersonJoin {
            id: parsed(&self.id)?,
            how: parsed(&self.how)?,
            into: (parsed(&self.customer_id)?, self.into_name.or(self.into_external)),
            merged: merged.map(|id| (id, self.merged_name.or(self.merged_external))),
            address: address.map(|id| (id, channel, self.address_name)),
            level_before: parsed_if(self.level_before.as_deref())?,
            level_after: parsed_if(self.level_after.as_deref())?,
            evidence: self.evidence,
            agent: self.agent_name,
            agent_id: parsed_if(self.agent_id.as_deref())?,
            at: Timestamp::from_millis(self.at),
            undone: self.undone_at.map(|at| (Timestamp::from_millis(at), self.undone_by_name)),
        })
    }
}

#[derive(sqlx::FromRow)]
struct SuggestionRow {
    id: String,
    customer_id: String,
    other: String,
    other_kind: String,
    evidence: String,
    at: i64,
}

#[derive(sqlx::FromRow)]
struct HeadRow {
    id: String,
    head: String,
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    id: String,
    channel_kind: String,
    channel_name: String,
    shown: Option<String>,
    level: String,
    conversation_id: Option<String>,
}

impl PlaceRow {
    fn understood(self) -> StoreResult<LoosePlace> {
        Ok(LoosePlace {
            id: parsed(&self.id)?,
            channel_kind: parsed(&self.channel_kind)?,
            channel_name: self.channel_name,
            shown: self.shown,
            level: parsed(&self.level)?,
            conversation: parsed_if(self.conversation_id.as_deref())?,
        })
    }
}

/// What an address is called in `suggestions.other_kind`; the other kind is a customer.
const ADDRESS: &str = "address";

/// Suggestions with both sides; one whose side is gone is left out.
async fn with_sides(on: &mut Reader, rows: Vec<SuggestionRow>) -> StoreResult<Vec<SuggestionShown>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let of = |row: &SuggestionRow| row.other_kind == ADDRESS;
    let customers = rows.iter().filter(|row| !of(row)).map(|row| &row.other);
    let customers = Id::batch(customers.chain(rows.iter().map(|row| &row.customer_id)))?;
    let heads = all!(on, HeadRow, sql::HEADS_OF, customers)?;
    let heads: HashMap<String, CustomerId> =
        heads.into_iter().map(|row| Ok((row.id, parsed(&row.head)?))).collect::<StoreResult<_>>()?;
    let mut ids: Vec<CustomerId> = heads.values().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let people = shown(on, ids.into_iter().map(|id| (id, Why::Lately)).collect()).await?;
    let people: HashMap<CustomerId, FoundPerson> = people.into_iter().map(|one| (one.id, one)).collect();
    let places = Id::batch(rows.iter().filter(|row| of(row)).map(|row| &row.other))?;
    let places = all!(on, PlaceRow, sql::PLACES_OF, places)?;
    let mut places: HashMap<String, PlaceRow> = places.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut list = Vec::with_capacity(rows.len());
    for row in rows {
        let person = |id: &str| people.get(heads.get(id)?).cloned();
        let Some(about) = person(&row.customer_id) else { continue };
        let other = if of(&row) {
            places.remove(&row.other).map(PlaceRow::understood).transpose()?.map(Other::Place)
        } else {
            person(&row.other).filter(|other| other.id != about.id).map(|one| Other::Person(Box::new(one)))
        };
        let Some(other) = other else { continue };
        let (id, at) = (parsed(&row.id)?, Timestamp::from_millis(row.at));
        list.push(SuggestionShown { id, person: about, other, evidence: row.evidence, at });
    }
    Ok(list)
}

impl Pages {
    /// The acts that tied a person together, newest first.
    pub async fn person_joins(&self, head: CustomerId) -> StoreResult<Vec<PersonJoin>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, JoinRow, sql::PERSON_JOINS, head.to_string())?;
        rows.into_iter().map(JoinRow::understood).collect()
    }

    /// Suggestions about a person that wait.
    pub async fn person_suggestions(&self, head: CustomerId) -> StoreResult<Vec<SuggestionShown>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, SuggestionRow, sql::PERSON_SUGGESTIONS, head.to_string())?;
        with_sides(&mut on, rows).await
    }

    /// Suggestions of a brand that wait, before a place, newest first.
    pub async fn suggestions(
        &self,
        brand: BrandId,
        before: Option<(Timestamp, Uuid)>,
        limit: u32,
    ) -> StoreResult<Vec<SuggestionShown>> {
        let (at, id) = before.map_or((i64::MAX, String::new()), |(at, id)| (at.millis(), id.to_string()));
        let mut on = self.db.read().await?;
        let limit = i64::from(limit);
        let rows = all!(on, SuggestionRow, sql::SUGGESTIONS_OPEN, brand.to_string(), at, id, limit)?;
        with_sides(&mut on, rows).await
    }

    /// How many suggestions of a brand wait.
    pub async fn suggestions_waiting(&self, brand: BrandId) -> StoreResult<i64> {
        let mut on = self.db.read().await?;
        let row = opt!(on, NumberRow, sql::SUGGESTIONS_COUNT, brand.to_string())?;
        Ok(row.map_or(0, |row| row.number))
    }
}
