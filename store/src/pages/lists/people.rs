//! Lists of people, and everything about one.

use super::{after, sql};
use crate::db::{all, opt};
use crate::fold::fold;
use crate::pages::{Pages, containing, parsed, parsed_if};
use crate::rows::{IdRow, PreferenceRow};
use lara_core::model::{AddressId, BrandId, ChannelKind, CustomerId, Language, Level, Preference, Timestamp};
use lara_core::ports::{StoreError, StoreResult};
use lara_core::text::phone_digits;

/// By what customers are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomersBy<'a> {
    /// By nothing: all of them.
    All,
    /// The shop system's id.
    External(&'a str),
    /// E-mail, lower case.
    Email(&'a str),
    /// Phone, however it is written.
    Phone(&'a str),
    /// Part of a name, with or without accents.
    Name(&'a str),
}

/// A customer of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCustomer {
    /// Id.
    pub id: CustomerId,
    /// The person they are: another customer's id where they were merged.
    pub person: CustomerId,
    /// The shop system's id.
    pub external_id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone as given.
    pub phone: Option<String>,
    /// Language they like to be written to.
    pub language: Option<Language>,
    /// How the shop ranks them.
    pub tier: Option<String>,
    /// Since when they want no messages.
    pub opted_out_at: Option<Timestamp>,
    /// Since when they are known.
    pub created_at: Timestamp,
    /// When they were changed last, if that was noted.
    pub updated_at: Option<Timestamp>,
}

/// An address of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonAddress {
    /// Id.
    pub id: AddressId,
    /// The customer it is tied to.
    pub customer: CustomerId,
    /// Kind of its channel.
    pub channel_kind: ChannelKind,
    /// Name of its channel.
    pub channel_name: String,
    /// The name shown on the platform.
    pub name: Option<String>,
    /// How sure the tie is.
    pub level: Level,
    /// Since when it wants no messages.
    pub opted_out_at: Option<Timestamp>,
    /// Since when nobody is reached there.
    pub unreachable_at: Option<Timestamp>,
}

/// What a person has bought and kept, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Lifetime {
    /// Currency, ISO 4217.
    pub currency: String,
    /// Sum of the orders that were not cancelled, returned or refunded, in the currency's smallest unit.
    pub total_minor: i64,
    /// How many those are.
    pub orders: i64,
}

/// Everything about a person that has no list of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholePerson {
    /// The customer the person goes by.
    pub head: ListedCustomer,
    /// The customers that were merged into them.
    pub merged: Vec<ListedCustomer>,
    /// Where they write from.
    pub addresses: Vec<PersonAddress>,
    /// What they have bought.
    pub lifetime: Vec<Lifetime>,
}

/// A preference and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPreference {
    /// The customer it was noted for.
    pub customer: CustomerId,
    /// The preference.
    pub preference: Preference,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    person_id: String,
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    language: Option<String>,
    tier: Option<String>,
    opted_out_at: Option<i64>,
    created_at: i64,
    updated_at: Option<i64>,
}

impl TryFrom<Row> for ListedCustomer {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id)?,
            person: parsed(&row.person_id)?,
            external_id: row.external_id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            language: parsed_if(row.language.as_deref())?,
            tier: row.tier,
            opted_out_at: row.opted_out_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: row.updated_at.map(Timestamp::from_millis),
        })
    }
}

#[derive(sqlx::FromRow)]
struct AddressRow {
    id: String,
    customer_id: String,
    name: Option<String>,
    level: String,
    opted_out_at: Option<i64>,
    unreachable_at: Option<i64>,
    channel_kind: String,
    channel_name: String,
}

impl TryFrom<AddressRow> for PersonAddress {
    type Error = StoreError;

    fn try_from(row: AddressRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id)?,
            customer: parsed(&row.customer_id)?,
            channel_kind: parsed(&row.channel_kind)?,
            channel_name: row.channel_name,
            name: row.name,
            level: parsed(&row.level)?,
            opted_out_at: row.opted_out_at.map(Timestamp::from_millis),
            unreachable_at: row.unreachable_at.map(Timestamp::from_millis),
        })
    }
}

impl Pages {
    /// At most `limit` customers of a brand with a greater id than `behind`, by id.
    pub async fn list_customers(
        &self,
        brand: BrandId,
        by: CustomersBy<'_>,
        behind: Option<CustomerId>,
        limit: u32,
    ) -> StoreResult<Vec<ListedCustomer>> {
        let (statement, text) = match by {
            CustomersBy::All => (sql::LIST_CUSTOMERS, None),
            CustomersBy::External(id) => (sql::LIST_CUSTOMERS_BY_EXTERNAL, Some(id.to_owned())),
            CustomersBy::Email(email) => (sql::LIST_CUSTOMERS_BY_EMAIL, Some(email.to_owned())),
            CustomersBy::Phone(phone) => {
                // What is no phone number is nobody's.
                let Some(digits) = phone_digits(phone) else { return Ok(Vec::new()) };
                (sql::LIST_CUSTOMERS_BY_PHONE, Some(digits))
            }
            CustomersBy::Name(part) => (sql::LIST_CUSTOMERS_BY_NAME, Some(containing(&fold(part)))),
        };
        let mut on = self.db.read().await?;
        let (brand, behind, limit) = (brand.to_string(), after(behind), i64::from(limit));
        let rows = match text {
            None => all!(on, Row, statement, brand, behind, limit)?,
            Some(text) => all!(on, Row, statement, brand, behind, limit, text)?,
        };
        rows.into_iter().map(ListedCustomer::try_from).collect()
    }

    /// The person a customer of the brand is; `None` where there is nobody, or nobody any more.
    pub async fn person(&self, brand: BrandId, customer: CustomerId) -> StoreResult<Option<CustomerId>> {
        let mut on = self.db.read().await?;
        let row = opt!(on, IdRow, sql::LIST_PERSON, brand.to_string(), customer.to_string())?;
        row.map(|row| parsed(&row.id)).transpose()
    }

    /// Everything about the person a customer is.
    pub async fn whole_person(
        &self,
        brand: BrandId,
        customer: CustomerId,
    ) -> StoreResult<Option<WholePerson>> {
        let Some(person) = self.person(brand, customer).await? else { return Ok(None) };
        let mut on = self.db.read().await?;
        let id = person.to_string();
        let mut members = all!(on, Row, sql::LIST_MEMBERS, &id)?.into_iter().map(ListedCustomer::try_from);
        let Some(head) = members.next().transpose()? else { return Ok(None) };
        let merged = members.collect::<StoreResult<_>>()?;
        let addresses = all!(on, AddressRow, sql::LIST_ADDRESSES, &id)?;
        let addresses = addresses.into_iter().map(PersonAddress::try_from).collect::<StoreResult<_>>()?;
        let lifetime = all!(on, Lifetime, sql::LIST_LIFETIME, &id)?;
        Ok(Some(WholePerson { head, merged, addresses, lifetime }))
    }

    /// What is known that a person likes, by key.
    pub async fn list_preferences(&self, person: CustomerId) -> StoreResult<Vec<ListedPreference>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, PreferenceRow, sql::LIST_PREFERENCES, person.to_string())?;
        let listed = |row: PreferenceRow| {
            Ok(ListedPreference { customer: parsed(&row.customer_id)?, preference: row.try_into()? })
        };
        rows.into_iter().map(listed).collect()
    }
}
