//! The customer's card, customers to preview for, and what missing facts cost.

use super::people::{PersonOrder, PersonTalk, Profile, moods, orders, profile, talks};
use super::{MoodPoint, Pages, TalkHead, json, sql};
use crate::db::{all, opt};
use crate::pages::people::sql as people;
use crate::rows::NumberRow;
use lara_core::model::{BrandId, CustomerId, Timestamp};
use lara_core::ports::StoreResult;

/// Orders shown.
const ORDERS: i64 = 8;
/// Past conversations shown.
const PAST: i64 = 8;

/// Everything on the card of a conversation: the person, over all customers that are merged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Card {
    /// Who; `None` while nobody is tied to the address.
    pub person: Option<Profile>,
    /// Orders, newest first.
    pub orders: Vec<PersonOrder>,
    /// Moods of the person, or of the address alone, oldest first.
    pub moods: Vec<MoodPoint>,
    /// Other conversations, newest first.
    pub past: Vec<PersonTalk>,
    /// How many suggestions about the person or the address wait.
    pub suggestions: i64,
}

impl Card {
    /// The name the person goes by.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.person.as_ref().and_then(Profile::name)
    }
}

/// A customer to preview a template for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCustomer {
    /// Id.
    pub id: CustomerId,
    /// Name.
    pub name: String,
    /// How many orders they have.
    pub orders: i64,
}

#[derive(sqlx::FromRow)]
struct MissingRow {
    known: String,
    intent: String,
}

impl Pages {
    /// The card beside a conversation.
    pub async fn card(&self, head: &TalkHead) -> StoreResult<Card> {
        let mut on = self.db.read().await?;
        let (address, talk) = (head.address.to_string(), head.id.to_string());
        let mut card = Card::default();
        let who = head.customer.map(|id| id.to_string()).unwrap_or_default();
        if let Some(customer) = head.customer {
            card.person = profile(&mut on, customer).await?;
            card.orders = orders(&mut on, customer, None, ORDERS).await?;
        }
        card.moods = moods(&mut on, &address, &who).await?;
        card.past = talks(&mut on, [&address, &who, &talk], None, PAST).await?;
        let waiting = opt!(on, NumberRow, people::PERSON_SUGGESTIONS_COUNT, &who, &address)?;
        card.suggestions = waiting.map_or(0, |row| row.number);
        Ok(card)
    }

    /// Persons with a name that fit what was typed, to preview for; without a text the first by name.
    pub async fn find_customers(
        &self,
        brand: BrandId,
        text: &str,
        limit: u32,
    ) -> StoreResult<Vec<FoundCustomer>> {
        let found = match text.trim() {
            "" => self.people_by_name(brand, limit).await?,
            text => self.find_people(brand, text, None, limit).await?.people,
        };
        let named = found.into_iter().filter_map(|one| {
            let (id, orders) = (one.id, one.orders);
            one.name.map(|name| FoundCustomer { id, name, orders })
        });
        Ok(named.collect())
    }

    /// The decisions since `since` that handed over because a fact was missing: what was known, and the intent.
    pub async fn missing_facts(
        &self,
        brand: BrandId,
        since: Timestamp,
    ) -> StoreResult<Vec<(Vec<String>, String)>> {
        let mut reader = self.db.read().await?;
        all!(reader, MissingRow, sql::MISSING_FACTS, brand.to_string(), since.millis())?
            .into_iter()
            .map(|row| Ok((json(&row.known)?, row.intent)))
            .collect()
    }
}
