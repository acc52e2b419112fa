//! One person: who they are over all their customers, where they write from and how we know, what they bought and like.

use super::history::{PersonOrder, PersonTalk, orders, talks};
use super::list::{FoundPerson, Why, shown};
use super::sql;
use crate::db::{Reader, all, opt};
use crate::lanes::Id;
use crate::pages::{Pages, parsed, parsed_if};
use crate::rows::IdRow;
use crate::sql::privacy;
use lara_core::model::{
    AddressId, BrandId, ChannelKind, ConversationId, CustomerId, EscalationReason, JoinHow, Language, Level,
    Preference, Priority, Sentiment, Timestamp,
};
use lara_core::ports::StoreResult;

/// Moods shown.
const MOODS: i64 = 60;

/// One of the customers a person is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Id.
    pub id: CustomerId,
    /// The shop's own id.
    pub external_id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Language they like.
    pub language: Option<Language>,
    /// How the shop ranks them.
    pub tier: Option<String>,
    /// Since when they want no messages.
    pub opted_out_at: Option<Timestamp>,
    /// When everything about them was erased.
    pub erased_at: Option<Timestamp>,
    /// When the brand met them.
    pub created_at: Timestamp,
    /// Whom they were merged into.
    pub merged_into: Option<CustomerId>,
}

/// What a person bought in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worth {
    /// Currency, ISO 4217.
    pub currency: String,
    /// Orders, whatever became of them.
    pub orders: i64,
    /// Money in the currency's smallest unit, of orders neither cancelled nor paid back.
    pub total_minor: i64,
    /// The first of them.
    pub first_at: Timestamp,
}

/// Where a person writes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonPlace {
    /// Address.
    pub id: AddressId,
    /// To which customer it is tied.
    pub customer: CustomerId,
    /// Kind of channel.
    pub channel_kind: ChannelKind,
    /// Name of the channel.
    pub channel_name: String,
    /// The name they show there.
    pub shown: Option<String>,
    /// How sure it is that it is they.
    pub level: Level,
    /// Since when it wants no messages.
    pub opted_out: bool,
    /// Whether the platform says nobody is reached there.
    pub unreachable: bool,
    /// Since when it is known.
    pub created_at: Timestamp,
    /// When they wrote there last.
    pub last_at: Option<Timestamp>,
    /// How it was proven, when, and by which agent; without one the brand's own site signed it, or they only said so.
    pub proof: Option<(JoinHow, Timestamp, Option<String>)>,
}

/// Something a person likes, and where that is known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// What.
    pub preference: Preference,
    /// The channel it was said on, and how sure it is that it was they.
    pub said_at: Option<(ChannelKind, Level)>,
}

/// The mood of one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MoodPoint {
    /// -1 (negative) ..= 1 (positive).
    pub score: f64,
    /// As a word.
    pub mood: Sentiment,
    /// When.
    pub at: Timestamp,
}

/// What waits for a human.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonWaiting {
    /// Conversation.
    pub conversation: ConversationId,
    /// Why.
    pub reason: EscalationReason,
    /// How soon.
    pub priority: Priority,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when somebody should have answered.
    pub due_at: Timestamp,
}

/// A person as their page shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The head.
    pub id: CustomerId,
    /// The customers they are, the head first; never empty.
    pub members: Vec<Member>,
    /// What they bought, by currency.
    pub worth: Vec<Worth>,
    /// Where they write from, the latest first.
    pub places: Vec<PersonPlace>,
    /// What they like.
    pub likes: Vec<Like>,
    /// Moods, oldest first.
    pub moods: Vec<MoodPoint>,
    /// What waits for a human, what burns first.
    pub waiting: Vec<PersonWaiting>,
}

impl Profile {
    /// What the head says, else the first of the others that says anything.
    fn first<'a, T>(&'a self, of: impl Fn(&'a Member) -> Option<T>) -> Option<T> {
        self.members.iter().find_map(of)
    }

    /// Every distinct value, the head's first.
    fn every<'a>(&'a self, of: impl Fn(&'a Member) -> Option<&'a str>) -> Vec<&'a str> {
        let mut found = Vec::new();
        for value in self.members.iter().filter_map(of) {
            if !found.contains(&value) {
                found.push(value);
            }
        }
        found
    }

    /// The name they go by.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.first(|member| member.name.as_deref())
    }

    /// Every name.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.every(|member| member.name.as_deref())
    }

    /// Every e-mail.
    #[must_use]
    pub fn emails(&self) -> Vec<&str> {
        self.every(|member| member.email.as_deref())
    }

    /// Every phone.
    #[must_use]
    pub fn phones(&self) -> Vec<&str> {
        self.every(|member| member.phone.as_deref())
    }

    /// Every id of the shop.
    #[must_use]
    pub fn externals(&self) -> Vec<&str> {
        self.every(|member| member.external_id.as_deref())
    }

    /// The language they like.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        self.first(|member| member.language)
    }

    /// How the shop ranks them.
    #[must_use]
    pub fn tier(&self) -> Option<&str> {
        self.first(|member| member.tier.as_deref())
    }

    /// Since when they want no messages on any channel.
    #[must_use]
    pub fn opted_out_at(&self) -> Option<Timestamp> {
        self.members.iter().filter_map(|member| member.opted_out_at).min()
    }

    /// When everything about them was erased.
    #[must_use]
    pub fn erased_at(&self) -> Option<Timestamp> {
        self.first(|member| member.erased_at)
    }

    /// Since when the brand knows them: the first order, or when the first of the customers was met.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        let met = self.members.iter().map(|member| member.created_at);
        met.chain(self.worth.iter().map(|worth| worth.first_at)).min()
    }

    /// The surest of their addresses.
    #[must_use]
    pub fn level(&self) -> Level {
        self.places.iter().map(|place| place.level).max().unwrap_or(Level::Anonymous)
    }
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: String,
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    language: Option<String>,
    tier: Option<String>,
    opted_out_at: Option<i64>,
    erased_at: Option<i64>,
    created_at: i64,
    merged_into: Option<String>,
}

impl MemberRow {
    fn understood(self) -> StoreResult<Member> {
        Ok(Member {
            id: parsed(&self.id)?,
            external_id: self.external_id,
            name: self.name,
            email: self.email,
            phone: self.phone,
            language: parsed_if(self.language.as_deref())?,
            tier: self.tier,
            opted_out_at: self.opted_out_at.map(Timestamp::from_millis),
            erased_at: self.erased_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(self.created_at),
            merged_into: parsed_if(self.merged_into.as_deref())?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct WorthRow {
    currency: String,
    orders: i64,
    total_minor: i64,
    first_at: i64,
}

impl WorthRow {
    fn understood(self) -> Worth {
        let first_at = Timestamp::from_millis(self.first_at);
        Worth { currency: self.currency, orders: self.orders, total_minor: self.total_minor, first_at }
    }
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    id: String,
    customer_id: String,
    channel_kind: String,
    channel_name: String,
    shown: Option<String>,
    level: String,
    opted_out_at: Option<i64>,
    unreachable_at: Option<i64>,
    created_at: i64,
    last_at: Option<i64>,
    how: Option<String>,
    joined_at: Option<i64>,
    agent_name: Option<String>,
}

impl PlaceRow {
    fn understood(self) -> StoreResult<PersonPlace> {
        let how: Option<JoinHow> = parsed_if(self.how.as_deref())?;
        let proof = how.zip(self.joined_at);
        Ok(PersonPlace {
            id: parsed(&self.id)?,
            customer: parsed(&self.customer_id)?,
            channel_kind: parsed(&self.channel_kind)?,
            channel_name: self.channel_name,
            shown: self.shown,
            level: parsed(&self.level)?,
            opted_out: self.opted_out_at.is_some(),
            unreachable: self.unreachable_at.is_some(),
            created_at: Timestamp::from_millis(self.created_at),
            last_at: self.last_at.map(Timestamp::from_millis),
            proof: proof.map(|(how, at)| (how, Timestamp::from_millis(at), self.agent_name)),
        })
    }
}

#[derive(sqlx::FromRow)]
struct LikeRow {
    key: String,
    value: String,
    source: String,
    address_id: Option<String>,
    updated_at: i64,
    level: Option<String>,
    channel_kind: Option<String>,
}

impl LikeRow {
    fn understood(self) -> StoreResult<Like> {
        let level: Option<Level> = parsed_if(self.level.as_deref())?;
        let channel: Option<ChannelKind> = parsed_if(self.channel_kind.as_deref())?;
        let preference = Preference {
            key: self.key,
            value: self.value,
            source: parsed(&self.source)?,
            address: parsed_if(self.address_id.as_deref())?,
            at: Timestamp::from_millis(self.updated_at),
        };
        Ok(Like { preference, said_at: channel.zip(level) })
    }
}

#[derive(sqlx::FromRow)]
struct MoodRow {
    score: f64,
    sentiment: String,
    at: i64,
}

#[derive(sqlx::FromRow)]
struct WaitingRow {
    conversation_id: String,
    reason: String,
    priority: String,
    opened_at: i64,
    due_at: i64,
}

/// Moods of a person and of an address, oldest first; either may be empty.
pub(in crate::pages) async fn moods(
    on: &mut Reader,
    address: &str,
    head: &str,
) -> StoreResult<Vec<MoodPoint>> {
    let rows = all!(on, MoodRow, sql::PERSON_MOODS, address, head, MOODS)?;
    let understood = |row: MoodRow| {
        Ok(MoodPoint { score: row.score, mood: parsed(&row.sentiment)?, at: Timestamp::from_millis(row.at) })
    };
    rows.into_iter().rev().map(understood).collect()
}

/// Everything about a person but what grows without end.
pub(in crate::pages) async fn profile(on: &mut Reader, head: CustomerId) -> StoreResult<Option<Profile>> {
    let id = head.to_string();
    let members = all!(on, MemberRow, sql::PERSON_MEMBERS, &id)?;
    if members.is_empty() {
        return Ok(None);
    }
    let worth = all!(on, WorthRow, sql::PERSON_WORTH, &id)?;
    let places = all!(on, PlaceRow, sql::PERSON_PLACES, &id)?;
    let likes = all!(on, LikeRow, sql::PERSON_LIKES, &id)?;
    let waiting = all!(on, WaitingRow, sql::PEOPLE_WAITING, Id::batch([&id])?)?;
    let waiting = waiting.into_iter().map(|row| {
        Ok(PersonWaiting {
            conversation: parsed(&row.conversation_id)?,
            reason: parsed(&row.reason)?,
            priority: parsed(&row.priority)?,
            opened_at: Timestamp::from_millis(row.opened_at),
            due_at: Timestamp::from_millis(row.due_at),
        })
    });
    Ok(Some(Profile {
        id: head,
        members: members.into_iter().map(MemberRow::understood).collect::<StoreResult<_>>()?,
        worth: worth.into_iter().map(WorthRow::understood).collect(),
        places: places.into_iter().map(PlaceRow::understood).collect::<StoreResult<_>>()?,
        likes: likes.into_iter().map(LikeRow::understood).collect::<StoreResult<_>>()?,
        moods: moods(on, "", &id).await?,
        waiting: waiting.collect::<StoreResult<_>>()?,
    }))
}

impl Pages {
    /// The head of the person a customer of a brand is, also of somebody who was erased.
    pub async fn person_head(&self, brand: BrandId, id: CustomerId) -> StoreResult<Option<CustomerId>> {
        let mut on = self.db.read().await?;
        let row = opt!(on, IdRow, privacy::PERSON_HEAD, brand.to_string(), id.to_string())?;
        row.map(|row| parsed(&row.id)).transpose()
    }

    /// Everything about the person of a head ([`Pages::person_head`]) but what grows without end.
    pub async fn profile(&self, head: CustomerId) -> StoreResult<Option<Profile>> {
        profile(&mut self.db.read().await?, head).await
    }

    /// A person in one line, as lists and previews show them.
    pub async fn person_line(&self, head: CustomerId) -> StoreResult<Option<FoundPerson>> {
        Ok(shown(&mut self.db.read().await?, vec![(head, Why::Lately)]).await?.pop())
    }

    /// Orders of a person before a place, newest first.
    pub async fn person_orders(
        &self,
        head: CustomerId,
        before: Option<(Timestamp, uuid::Uuid)>,
        limit: u32,
    ) -> StoreResult<Vec<PersonOrder>> {
        orders(&mut self.db.read().await?, head, before, i64::from(limit)).await
    }

    /// Conversations of a person before a place, newest first.
    pub async fn person_talks(
        &self,
        head: CustomerId,
        before: Option<(Timestamp, uuid::Uuid)>,
        limit: u32,
    ) -> StoreResult<Vec<PersonTalk>> {
        talks(&mut self.db.read().await?, ["", &head.to_string(), ""], before, i64::from(limit)).await
    }
}
