//! Customers: lists, one person whole, upserts by the shop's id, corrections.

use super::caller::Caller;
use super::check::{self, Check};
use super::input::{At, Given, Input, Nothing, Params};
use super::page::{Listing, Slice};
use super::problem::{Code, Problem};
use super::shape::{Outcome, Where, Written, language_or_null, level, moment, moment_if};
use super::{conversations, orders};
use crate::state::Shared;
use axum::Json;
use axum::extract::State;
use lara_core::listen::mask;
use lara_core::model::{BrandId, ConversationId, CustomerId, Language, OrderId, Preference};
use lara_core::ports::{Edit, Person, PersonEdit};
use lara_store::pages::{CustomersBy, Lifetime, ListedCustomer, PersonAddress, WholePerson};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Preferences of one customer that one request may name.
const PREFERENCES: usize = 50;

/// A customer. Customers that were merged are one person, who goes by the id of one of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerRow {
    #[schema(format = Uuid)]
    id: String,
    /// The person: another customer's id where they were merged.
    #[schema(format = Uuid)]
    person_id: String,
    /// The shop system's id.
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    /// As it was given.
    phone: Option<String>,
    /// The language they like to be written to.
    #[schema(schema_with = language_or_null)]
    language: Option<Language>,
    /// How the shop ranks them.
    tier: Option<String>,
    /// Since when the person wants no messages, on whichever channel.
    #[schema(format = DateTime)]
    opted_out_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: Option<String>,
}

impl From<ListedCustomer> for CustomerRow {
    fn from(row: ListedCustomer) -> Self {
        Self {
            id: row.id.to_string(),
            person_id: row.person.to_string(),
            external_id: row.external_id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            language: row.language,
            tier: row.tier,
            opted_out_at: moment_if(row.opted_out_at),
            created_at: moment(row.created_at),
            updated_at: moment_if(row.updated_at),
        }
    }
}

/// Where one channel reaches a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddressRow {
    #[schema(format = Uuid)]
    id: String,
    /// The customer it is tied to.
    #[schema(format = Uuid)]
    customer_id: String,
    channel: Where,
    /// The name shown on the platform. It proves nothing.
    name: Option<String>,
    /// How sure the tie is. Orders are shown to `verified` ones only.
    #[schema(schema_with = level)]
    level: String,
    #[schema(format = DateTime)]
    opted_out_at: Option<String>,
    /// Since when the platform reaches nobody there.
    #[schema(format = DateTime)]
    unreachable_at: Option<String>,
}

impl From<PersonAddress> for AddressRow {
    fn from(row: PersonAddress) -> Self {
        Self {
            id: row.id.to_string(),
            customer_id: row.customer.to_string(),
            channel: Where { kind: row.channel_kind.to_string(), name: row.channel_name },
            name: row.name,
            level: row.level.to_string(),
            opted_out_at: moment_if(row.opted_out_at),
            unreachable_at: moment_if(row.unreachable_at),
        }
    }
}

/// What a person bought and kept, in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LifetimeRow {
    currency: String,
    /// Sum of the orders that were not cancelled, returned or refunded, in the smallest unit.
    total_minor: i64,
    /// How many those are.
    orders: i64,
}

impl From<Lifetime> for LifetimeRow {
    fn from(row: Lifetime) -> Self {
        Self { currency: row.currency, total_minor: row.total_minor, orders: row.orders }
    }
}

/// A person, whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonView {
    customer: CustomerRow,
    /// The customers that were merged into this one.
    merged: Vec<CustomerRow>,
    addresses: Vec<AddressRow>,
    lifetime: Vec<LifetimeRow>,
}

impl From<WholePerson> for PersonView {
    fn from(person: WholePerson) -> Self {
        Self {
            customer: person.head.into(),
            merged: person.merged.into_iter().map(CustomerRow::from).collect(),
            addresses: person.addresses.into_iter().map(AddressRow::from).collect(),
            lifetime: person.lifetime.into_iter().map(LifetimeRow::from).collect(),
        }
    }
}

/// At most one of the four may be named.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The shop system's id.
    external_id: Option<String>,
    /// E-mail, in any case.
    email: Option<String>,
    /// Phone, however it is written.
    phone: Option<String>,
    /// Part of a name, with or without accents.
    q: Option<String>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The cursor in `next` of the page before.
    after: Option<String>,
}

/// A page of a person's things.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paged {
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(crate) limit: Option<u32>,
    /// The cursor in `next` of the page before.
    pub(crate) after: Option<String>,
}

/// A value of the query as it may be looked up.
fn asked(name: &str, value: Option<&String>) -> Result<Option<String>, Problem> {
    let tidy = |value: &String| check::tidy(value, check::EMAIL).map_err(|fault| Problem::query(name, fault));
    value.map(tidy).transpose()
}

#[utoipa::path(
    get, path = "/api/v1/customers", tag = "customers", operation_id = "list_customers", params(Asked),
    summary = "List customers, or look one up", security(("token" = ["read"])),
    responses((status = 200, description = "A page of customers", body = Listing<CustomerRow>)),
)]
pub(crate) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    Params(query): Params<Asked>,
) -> Result<Json<Listing<CustomerRow>>, Problem> {
    let slice = Slice::read(query.limit, query.after.as_deref())?;
    let email = asked("email", query.email.as_ref())?.map(|email| email.to_lowercase());
    let external = asked("external_id", query.external_id.as_ref())?;
    let (phone, name) = (asked("phone", query.phone.as_ref())?, asked("q", query.q.as_ref())?);
    let by = [
        external.as_deref().map(CustomersBy::External),
        email.as_deref().map(CustomersBy::Email),
        phone.as_deref().map(CustomersBy::Phone),
        name.as_deref().map(CustomersBy::Name),
    ];
    let mut by = by.into_iter().flatten();
    let (first, second) = (by.next(), by.next());
    if second.is_some() {
        return Err(Problem::query("q", "name one of external_id, email, phone and q"));
    }
    let by = first.unwrap_or(CustomersBy::All);
    let rows =
        state.pages.list_customers(caller.brand()?, by, slice.behind(CustomerId::new), slice.rows()).await?;
    Ok(Json(slice.page(rows, |row| row.id.get(), CustomerRow::from)))
}

/// The person a customer is, or nothing of this brand.
pub(crate) async fn person(state: &Shared, caller: &Caller, id: CustomerId) -> Result<CustomerId, Problem> {
    let found = state.pages.person(caller.brand()?, id).await?;
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

#[utoipa::path(
    get, path = "/api/v1/customers/{id}", tag = "customers", operation_id = "get_customer",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person")),
    summary = "Everything about a person", security(("token" = ["read"])),
    description = "The person with their addresses and how sure those are, their consent, tier and lifetime value. A customer \
                   who was merged is answered as the person they are.",
    responses((status = 200, description = "The person", body = PersonView)),
)]
pub(crate) async fn show(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    _: Params<Nothing>,
) -> Result<Json<PersonView>, Problem> {
    let person = state.pages.whole_person(caller.brand()?, id).await?;
    person.map(|person| Json(person.into())).ok_or_else(|| Problem::new(Code::NotFound))
}

/// What the shop knows of a customer. What is missing or null stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomerInput {
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(min_length = 3, max_length = 254)]
    email: Option<String>,
    #[schema(min_length = 8, max_length = 40)]
    phone: Option<String>,
    #[schema(schema_with = language_or_null)]
    language: Option<Language>,
    /// How the shop ranks them, in its own word.
    #[schema(min_length = 1, max_length = 100)]
    tier: Option<String>,
    /// What they like, by key: `size`, `address_form`, `avoid:nuts`. What a customer said themselves is not overwritten.
    preferences: Option<BTreeMap<String, String>>,
}

fn preferences(check: &mut Check, likes: BTreeMap<String, String>) -> Vec<Preference> {
    if likes.len() > PREFERENCES {
        check.fault("preferences", format!("has more than {PREFERENCES} entries"));
        return Vec::new();
    }
    check.enter("/preferences");
    likes
        .into_iter()
        .map(|(key, value)| {
            let known = check.needed(&key, &key, check::ID);
            Preference::imported(mask(&known), mask(&check.needed(&key, &value, check::VALUE)))
        })
        .collect()
}

fn customer(external: String, input: CustomerInput) -> Result<(Person, Vec<Preference>), Problem> {
    let mut check = Check::default();
    let person = Person {
        external_id: Some(external),
        name: check.text("name", input.name, check::NAME),
        email: check.email("email", input.email),
        phone: check.phone("phone", input.phone),
        language: input.language,
        tier: check.text("tier", input.tier, check::ID),
    };
    let likes = preferences(&mut check, input.preferences.unwrap_or_default());
    check.done()?;
    Ok((person, likes))
}

async fn by_external(state: &Shared, brand: BrandId, external: &str) -> Result<CustomerId, Problem> {
    let rows = state.pages.list_customers(brand, CustomersBy::External(external), None, 1).await?;
    rows.first().map(|row| row.id).ok_or_else(|| Problem::new(Code::NotFound))
}

#[utoipa::path(
    put, path = "/api/v1/customers/by-external-id/{external_id}", tag = "customers", operation_id = "put_customer",
    params(("external_id" = String, Path, min_length = 1, max_length = 100, description = "The shop system's id")),
    summary = "Add a customer, or what is known newly of them", security(("token" = ["write"])),
    request_body = CustomerInput,
    responses(
        (status = 200, description = "Changed, or so already", body = Written),
        (status = 201, description = "Added", body = Written),
    ),
)]
pub(crate) async fn put(
    State(state): State<Shared>,
    caller: Caller,
    At(external): At<String>,
    _: Params<Nothing>,
    Input(input): Input<CustomerInput>,
) -> Result<Written, Problem> {
    let brand = caller.brand()?;
    let external = check::in_path("external_id", &external)?;
    let (person, likes) = customer(external.clone(), input)?;
    let rows = vec![(CustomerId::new(state.ids.next()), person, likes)];
    let imported = state.directory.put_customers(brand, rows, state.clock.now()).await?;
    let id = by_external(&state, brand, &external).await?;
    Ok(Written { id: id.to_string(), outcome: imported.into() })
}

/// A correction (RFC 7396): what is not named stays, what is null is forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Correction {
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    name: Given<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 3, max_length = 254)]
    email: Given<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 8, max_length = 40)]
    phone: Given<String>,
    #[serde(default)]
    #[schema(schema_with = language_or_null)]
    language: Given<Language>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    tier: Given<String>,
}

fn edit<T>(given: Given<T>, read: impl FnOnce(T) -> Option<T>) -> Edit<T> {
    match given {
        Given::Absent => Edit::Keep,
        Given::Null => Edit::Clear,
        // What cannot be read was found fault with and is not written.
        Given::Value(value) => read(value).map_or(Edit::Keep, Edit::Set),
    }
}

#[utoipa::path(
    patch, path = "/api/v1/customers/{id}", tag = "customers", operation_id = "correct_customer",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person")),
    summary = "Correct a person", security(("token" = ["write"])), request_body = Correction,
    description = "A JSON merge patch (RFC 7396). It corrects the person where the customer was merged.",
    responses((status = 200, description = "Changed, or so already", body = Written)),
)]
pub(crate) async fn correct(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    _: Params<Nothing>,
    Input(input): Input<Correction>,
) -> Result<Written, Problem> {
    let mut check = Check::default();
    let change = PersonEdit {
        name: edit(input.name, |name| check.text("name", Some(name), check::NAME)),
        email: edit(input.email, |email| check.email("email", Some(email))),
        phone: edit(input.phone, |phone| check.phone("phone", Some(phone))),
        language: edit(input.language, Some),
        tier: edit(input.tier, |tier| check.text("tier", Some(tier), check::ID)),
    };
    check.done()?;
    let done = state.directory.edit_person(caller.brand()?, id, &change, state.clock.now()).await?;
    let (id, changed) = done.ok_or_else(|| Problem::new(Code::NotFound))?;
    let outcome = if changed { Outcome::Changed } else { Outcome::Unchanged };
    Ok(Written { id: id.to_string(), outcome })
}

#[utoipa::path(
    get, path = "/api/v1/customers/{id}/orders", tag = "customers", operation_id = "list_customer_orders",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person"), Paged),
    summary = "The orders of a person", security(("token" = ["read"])),
    responses((status = 200, description = "A page of orders", body = Listing<orders::OrderView>)),
)]
pub(crate) async fn orders(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    Params(query): Params<Paged>,
) -> Result<Json<Listing<orders::OrderView>>, Problem> {
    let slice = Slice::read(query.limit, query.after.as_deref())?;
    let person = person(&state, &caller, id).await?;
    let rows = state.pages.list_orders_of(person, slice.behind(OrderId::new), slice.rows()).await?;
    Ok(Json(slice.page(rows, |row| row.id.get(), orders::OrderView::from)))
}

#[utoipa::path(
    get, path = "/api/v1/customers/{id}/conversations", tag = "customers", operation_id = "list_customer_conversations",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person"), Paged),
    summary = "The conversations of a person", security(("token" = ["read"])),
    responses((status = 200, description = "A page of conversations", body = Listing<conversations::ConversationRow>)),
)]
pub(crate) async fn conversations(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    Params(query): Params<Paged>,
) -> Result<Json<Listing<conversations::ConversationRow>>, Problem> {
    let slice = Slice::read(query.limit, query.after.as_deref())?;
    let person = person(&state, &caller, id).await?;
    let behind = slice.behind(ConversationId::new);
    let rows = state.pages.list_conversations(caller.brand()?, Some(person), behind, slice.rows()).await?;
    Ok(Json(slice.page(rows, |row| row.id.get(), conversations::ConversationRow::from)))
}
