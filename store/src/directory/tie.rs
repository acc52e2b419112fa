//! Ties an address to a person who proved, or says, who they are.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Tx, all, batch, exec, opt};
use crate::error::{broken, is_deadlock};
use crate::fold::fold;
use crate::identity;
use crate::rows::{AddressRow, CustomerRow, IdRow, parse};
use crate::sql::{directory as sql, identity as by_head, listen, outbox};
use lara_core::model::{
    Address, AddressId, BrandId, Channel, ChannelId, ConversationId, Customer, CustomerId, JoinHow, JoinId,
    Language, Level, Timestamp,
};
use lara_core::ports::{Act, ChangeKind, Person, StoreResult};
use serde::Serialize;
use std::collections::BTreeSet;

/// How often a tie is tried again after a deadlock before its trouble is told.
const ROUNDS: usize = 3;

/// Who is said to be at an address.
pub(super) struct Claim<'a> {
    pub(super) channel: &'a Channel,
    pub(super) external: &'a str,
    pub(super) person: &'a Person,
    pub(super) level: Level,
    pub(super) ids: (AddressId, CustomerId),
    pub(super) now: Timestamp,
}

#[derive(Serialize)]
struct NewAddress<'a> {
    id: AddressId,
    brand_id: BrandId,
    channel_id: ChannelId,
    external: &'a str,
    at: i64,
}

impl Claim<'_> {
    fn brand(&self) -> String {
        self.channel.brand.to_string()
    }

    /// Whether `customer` is certainly this person, and everything said about them is known.
    fn says_nothing_new(&self, customer: &Customer) -> bool {
        let person = self.person;
        let known = |said: &Option<String>, known: &Option<String>| said.is_none() || said == known;
        let same = match (&person.external_id, &person.email) {
            (Some(_), _) => person.external_id == customer.external_id,
            (None, Some(_)) => person.email == customer.email,
            (None, None) => true,
        };
        same && known(&person.name, &customer.name)
            && known(&person.email, &customer.email)
            && known(&person.phone, &customer.phone)
            && known(&person.tier, &customer.tier)
            && (person.language.is_none() || person.language == customer.language)
    }
}

impl Store {
    pub(super) async fn tie_address(&self, claim: &Claim<'_>) -> StoreResult<Address> {
        for _ in 1..ROUNDS {
            match self.tie_once(claim).await {
                Err(error) if is_deadlock(&error) => {}
                tied => return tied,
            }
        }
        self.tie_once(claim).await
    }

    async fn tie_once(&self, claim: &Claim<'_>) -> StoreResult<Address> {
        if let Some(address) = self.tied_already(claim).await? {
            return Ok(address);
        }
        let mut tx = self.db.write().await?;
        let address = address(&mut tx, claim).await?;
        let customer = customer(&mut tx, claim, address.customer).await?;
        let other = match address.customer {
            Some(known) if known != customer => {
                // Members of one person are nobody else to each other.
                person_of(&mut tx, claim, known).await? != person_of(&mut tx, claim, customer).await?
            }
            _ => false,
        };
        if other && claim.level < address.level {
            // A weaker word never takes the address away from the person who proved it.
            tx.rollback().await?;
            return Ok(address);
        }
        fill(&mut tx, claim.person, customer, claim.now).await?;
        if other && is_made_here(&mut tx, claim, &address).await? {
            let tied = join_made_here(&mut tx, claim, &address, customer).await?;
            identity::alike(&mut tx, address.brand, customer, claim.now).await?;
            tx.commit().await?;
            return Ok(tied);
        }
        let level = if other { claim.level } else { claim.level.max(address.level) };
        let mut told = vec![Told {
            brand: address.brand,
            kind: ChangeKind::Customer,
            key: customer.get(),
            address: None,
            at: claim.now,
        }];
        if address.customer != Some(customer) || address.level != level {
            exec!(tx, sql::ADDRESS_TIE, address.id.to_string(), customer.to_string(), level.as_str())?;
            exec!(tx, sql::CUSTOMER_MOVE, customer.to_string())?;
            if let Some(lane) = leave_or_move(&mut tx, &address, other, claim.now).await? {
                told.push(Told {
                    brand: address.brand,
                    kind: ChangeKind::Conversation,
                    key: parse::<ConversationId>(&lane.id)?.get(),
                    address: Some(address.id),
                    at: claim.now,
                });
            }
        }
        identity::alike(&mut tx, address.brand, customer, claim.now).await?;
        tell(&mut tx, &told).await?;
        tx.commit().await?;
        Ok(Address { customer: Some(customer), level, ..address })
    }

    /// The address if it says all of this already: the common case of a signed message writes nothing.
    async fn tied_already(&self, claim: &Claim<'_>) -> StoreResult<Option<Address>> {
        let mut on = self.db.read().await?;
        let channel = claim.channel.id.to_string();
        let Some(row) = opt!(on, AddressRow, outbox::ADDRESS_BY_EXTERNAL, channel, claim.external)? else {
            return Ok(None);
        };
        let address = Address::try_from(row)?;
        let Some(customer) = address.customer.filter(|_| address.level >= claim.level) else {
            return Ok(None);
        };
        let row = opt!(on, CustomerRow, sql::CUSTOMER, claim.brand(), customer.to_string())?;
        let customer = row.map(Customer::try_from).transpose()?;
        Ok(customer.filter(|customer| claim.says_nothing_new(customer)).map(|_| address))
    }
}

/// Whether whoever the address claims to be is nobody but what was said there, while this word proves who it is.
async fn is_made_here(tx: &mut Tx, claim: &Claim<'_>, address: &Address) -> StoreResult<bool> {
    match address.customer {
        Some(made) if address.level == Level::Claimed && claim.level == Level::Verified => {
            identity::is_only_of(tx, made, address.id).await
        }
        _ => Ok(false),
    }
}

/// The person goes on in the same conversation, and what they said of themselves before they signed in is theirs.
async fn join_made_here(
    tx: &mut Tx,
    claim: &Claim<'_>,
    address: &Address,
    customer: CustomerId,
) -> StoreResult<Address> {
    identity::hold(tx, address.brand).await?;
    let act = Act {
        // The address is there: the id meant for a new one is free.
        id: JoinId::new(claim.ids.0.get()),
        brand: address.brand,
        how: JoinHow::Link,
        evidence: "signed".to_owned(),
        agent: None,
        at: claim.now,
    };
    let tie = identity::Tie { address: address.id, customer, lane: true, words: identity::Words::Follow };
    identity::tie(tx, &act, &tie).await?;
    Ok(Address { customer: Some(customer), level: Level::Verified, ..address.clone() })
}

/// The open conversation of an address that gets a new tie: what is being prepared in it is stale. Another person's
/// stays with them: it is closed, and nothing of it is sent any more.
async fn leave_or_move(
    tx: &mut Tx,
    address: &Address,
    other: bool,
    now: Timestamp,
) -> StoreResult<Option<IdRow>> {
    let id = address.id.to_string();
    if !other {
        return opt!(tx, IdRow, sql::LANE_MOVE, id);
    }
    let left = opt!(tx, IdRow, sql::LANE_LEAVE, &id, now.millis())?;
    identity::keep_talks(tx, address).await?;
    exec!(tx, sql::ADDRESS_SENDS_CANCEL, &id)?;
    if let Some(lane) = &left {
        exec!(tx, sql::ESCALATION_LEAVE, &lane.id, now.millis())?;
    }
    Ok(left)
}

/// The address, made when new, held until the transaction ends.
async fn address(tx: &mut Tx, claim: &Claim<'_>) -> StoreResult<Address> {
    let channel = claim.channel.id.to_string();
    if let Some(row) = opt!(tx, AddressRow, sql::ADDRESS_HOLD, &channel, claim.external)? {
        return row.try_into();
    }
    let new = NewAddress {
        id: claim.ids.0,
        brand_id: claim.channel.brand,
        channel_id: claim.channel.id,
        external: claim.external,
        at: claim.now.millis(),
    };
    exec!(tx, listen::ADDRESSES_ADD, batch(&[new])?)?;
    let row = opt!(tx, AddressRow, sql::ADDRESS_HOLD, &channel, claim.external)?;
    row.ok_or_else(|| broken("a new address is not there"))?.try_into()
}

/// The person: by the shop's id, else by e-mail, else whoever has the address, else somebody new.
async fn customer(tx: &mut Tx, claim: &Claim<'_>, current: Option<CustomerId>) -> StoreResult<CustomerId> {
    let person = claim.person;
    if let Some(found) = find(tx, claim.channel.brand, person).await? {
        return Ok(found);
    }
    if let (None, Some(current)) = (&person.external_id, current) {
        // An e-mail that several share tells nobody apart, but whoever is here already has it.
        let Some(email) = &person.email else { return Ok(current) };
        let row = opt!(tx, CustomerRow, sql::CUSTOMER, claim.brand(), current.to_string())?;
        let here = row.map(Customer::try_from).transpose()?;
        if here.is_some_and(|here| here.email.as_ref() == Some(email)) {
            return Ok(current);
        }
    }
    opt!(tx, IdRow, sql::BRAND_HOLD, claim.brand())?;
    if let Some(found) = find(tx, claim.channel.brand, person).await? {
        return Ok(found);
    }
    let new = super::import::NewCustomer::new(claim.ids.1, claim.channel.brand, person, claim.now);
    exec!(tx, sql::CUSTOMERS_PUT, batch(&[new])?)?;
    if person.external_id.is_some() {
        let found = find(tx, claim.channel.brand, person).await?;
        return found.ok_or_else(|| broken("a new customer is not there"));
    }
    Ok(claim.ids.1)
}

/// A customer and whose person they are.
#[derive(sqlx::FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    customer: CustomerRow,
    head: String,
}

/// The head of the person a customer is.
async fn person_of(tx: &mut Tx, claim: &Claim<'_>, customer: CustomerId) -> StoreResult<Option<String>> {
    Ok(opt!(tx, IdRow, by_head::HEAD, claim.brand(), customer.to_string())?.map(|row| row.id))
}

/// The customer a person is, if the brand knows them.
pub(crate) async fn find(tx: &mut Tx, brand: BrandId, person: &Person) -> StoreResult<Option<CustomerId>> {
    let brand = brand.to_string();
    if let Some(external) = &person.external_id
        && let Some(found) = opt!(tx, CustomerRow, sql::CUSTOMER_BY_EXTERNAL, &brand, external)?
    {
        return Ok(Some(Customer::try_from(found)?.id));
    }
    let Some(email) = &person.email else { return Ok(None) };
    let mut people = BTreeSet::new();
    let mut members = Vec::new();
    for row in all!(tx, MemberRow, sql::CUSTOMERS_BY_EMAIL, &brand, email)? {
        people.insert(row.head);
        members.push(Customer::try_from(row.customer)?);
    }
    let is_shared = people.len() > 1;
    let fits = |member: &&Customer| {
        // Somebody whom the shop knows by another id is another person, even with the same e-mail.
        let unnamed = member.external_id.is_none();
        // An e-mail that several people share identifies nobody, but who was made because of that is found again.
        let same = unnamed && member.name == person.name && member.phone == person.phone;
        match (is_shared, person.external_id.is_some()) {
            (false, false) => true,
            (false, true) => unnamed,
            (true, false) => same,
            (true, true) => false,
        }
    };
    Ok(members.iter().find(fits).map(|member| member.id))
}

/// Adds to a customer what is said about them; whether anything was new.
pub(super) async fn fill(
    tx: &mut Tx,
    person: &Person,
    customer: CustomerId,
    now: Timestamp,
) -> StoreResult<bool> {
    let changed = exec!(
        tx,
        sql::CUSTOMER_FILL,
        customer.to_string(),
        person.external_id.as_deref(),
        person.name.as_deref(),
        person.name.as_deref().map(fold),
        person.email.as_deref(),
        person.phone.as_deref(),
        person.language.map(Language::as_str),
        person.phone.as_deref().and_then(lara_core::text::phone_digits),
        person.tier.as_deref(),
        now.millis()
    )?;
    Ok(changed > 0)
}
