//! The door: stores inbound messages in the order of their lanes. The unique key decides what is new: a batch with
//! duplicates is undone and stored again without them, so that a duplicate moves nothing of its lane.

use crate::Store;
use crate::db::{Tx, all, batch, exec};
use crate::error::{broken, is_deadlock};
use crate::rows::{parse, to_json};
use crate::sql::listen as sql;
use lara_core::model::{AddressId, ChannelId, ConversationId, Language, MessageId, Timestamp};
use lara_core::ports::{Acceptance, Details, Inbox, NewInbound, StoreResult};
use serde::Serialize;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// How often a batch is stored again before its trouble is told.
const ROUNDS: usize = 5;

/// The unique key of a message.
type Key<'a> = (ChannelId, &'a str);
/// What became of each message; `None` where its channel is gone.
type Answers<'a> = HashMap<Key<'a>, Option<Acceptance>>;

#[derive(sqlx::FromRow)]
struct FoundRow {
    id: String,
    channel_id: String,
    external: String,
    name: Option<String>,
    language: Option<String>,
    unreachable_at: Option<i64>,
}

impl FoundRow {
    /// What a message tells of its address that is not known yet.
    fn learns(&self, details: &Details) -> bool {
        let language = details.language.map(Language::as_str);
        self.unreachable_at.is_some()
            || (details.name.is_some() && details.name != self.name)
            || (language.is_some() && language != self.language.as_deref())
    }
}

#[derive(Serialize)]
struct Learnt<'a> {
    id: AddressId,
    name: Option<&'a str>,
    language: Option<&'static str>,
}

#[derive(Serialize)]
struct NewAttachmentRow {
    id: lara_core::model::AttachmentId,
    brand_id: lara_core::model::BrandId,
    channel_id: ChannelId,
    message_id: MessageId,
    source: String,
    at: i64,
}

#[derive(sqlx::FromRow)]
struct LaneRow {
    id: String,
    address_id: String,
    last_seq: i64,
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    id: String,
    conversation_id: String,
    address_id: String,
    channel_id: String,
    external: String,
}

#[derive(Serialize)]
struct AddressKey<'a> {
    channel_id: ChannelId,
    external: &'a str,
}

#[derive(Serialize)]
struct NewAddress<'a> {
    id: AddressId,
    brand_id: lara_core::model::BrandId,
    channel_id: ChannelId,
    external: &'a str,
    name: Option<&'a str>,
    language: Option<&'static str>,
    at: i64,
}

#[derive(Serialize)]
struct Take {
    id: ConversationId,
    brand_id: lara_core::model::BrandId,
    channel_id: ChannelId,
    address_id: AddressId,
    taken: i64,
    run_until: i64,
    ready_at: i64,
    at: i64,
}

#[derive(Serialize)]
struct NewRow<'a> {
    id: MessageId,
    brand_id: lara_core::model::BrandId,
    conversation_id: ConversationId,
    channel_id: ChannelId,
    seq: i64,
    external: &'a str,
    text: &'a str,
    visibility: &'static str,
    at: i64,
    attachments: Option<String>,
    said_at: Option<i64>,
    link: Option<&'a str>,
}

#[async_trait::async_trait]
impl Inbox for Store {
    async fn accept(&self, batch: Vec<NewInbound>) -> StoreResult<Vec<Option<Acceptance>>> {
        let mut first: HashMap<Key<'_>, &NewInbound> = HashMap::with_capacity(batch.len());
        let mut fresh = Vec::with_capacity(batch.len());
        for message in &batch {
            if let Entry::Vacant(entry) = first.entry((message.channel, &message.external)) {
                entry.insert(message);
                fresh.push(message);
            }
        }
        let mut answers = self.accept_distinct(fresh).await?;
        batch
            .iter()
            .map(|message| {
                let answer = answers.get_mut(&(message.channel, message.external.as_str()));
                let answer = answer.ok_or_else(|| broken("a message was neither stored nor known"))?;
                let this = *answer;
                *answer = this.map(repeated);
                Ok(this)
            })
            .collect()
    }
}

/// What the second of two equal messages is told.
const fn repeated(first: Acceptance) -> Acceptance {
    match first {
        Acceptance::New { message, conversation, address, .. } => {
            Acceptance::Duplicate { message, conversation, address }
        }
        Acceptance::Duplicate { .. } => first,
    }
}

impl Store {
    async fn accept_distinct<'a>(&self, mut fresh: Vec<&'a NewInbound>) -> StoreResult<Answers<'a>> {
        let mut answers = HashMap::with_capacity(fresh.len());
        for _ in 0..ROUNDS {
            if fresh.is_empty() {
                return Ok(answers);
            }
            let mut tx = self.db.write().await?;
            match store(&mut tx, &fresh).await {
                Ok(Some(stored)) => {
                    tx.commit().await?;
                    answers.extend(fresh.iter().map(|message| key(message)).zip(stored));
                    return Ok(answers);
                }
                Ok(None) => {
                    tx.rollback().await?;
                    // Where none of them is known, somebody was erased meanwhile: the next round finds a stranger's address.
                    self.drop_known(&mut fresh, &mut answers).await?;
                }
                Err(error) if is_deadlock(&error) => tx.rollback().await?,
                Err(error) => return Err(error),
            }
        }
        Err(broken("a batch met new duplicates again and again"))
    }

    /// Moves what is stored already from `fresh` to `answers`.
    async fn drop_known<'a>(
        &self,
        fresh: &mut Vec<&'a NewInbound>,
        answers: &mut Answers<'a>,
    ) -> StoreResult<()> {
        let keys: Vec<_> =
            fresh.iter().map(|m| AddressKey { channel_id: m.channel, external: &m.external }).collect();
        let mut on = self.db.read().await?;
        let rows = all!(on, KnownRow, sql::MESSAGES_KNOWN, batch(&keys)?)?;
        let mut known = HashMap::with_capacity(rows.len());
        for row in rows {
            let found = Acceptance::Duplicate {
                message: parse(&row.id)?,
                conversation: parse(&row.conversation_id)?,
                address: parse(&row.address_id)?,
            };
            known.insert((parse::<ChannelId>(&row.channel_id)?, row.external), found);
        }
        fresh.retain(|message| match known.get(&(message.channel, message.external.clone())) {
            Some(found) => {
                answers.insert(key(message), Some(*found));
                false
            }
            None => true,
        });
        Ok(())
    }
}

fn key(message: &NewInbound) -> Key<'_> {
    (message.channel, &message.external)
}

/// Stores distinct messages; `None` when one of them is stored already.
async fn store(tx: &mut Tx, fresh: &[&NewInbound]) -> StoreResult<Option<Vec<Option<Acceptance>>>> {
    let addresses = addresses(tx, fresh).await?;
    let mut runs: BTreeMap<AddressId, Vec<&NewInbound>> = BTreeMap::new();
    for &message in fresh {
        if let Some(address) = address_of(&addresses, message) {
            runs.entry(address).or_default().push(message);
        }
    }
    let mut next = take_places(tx, &runs).await?;
    let mut rows = Vec::with_capacity(fresh.len());
    let mut answers = Vec::with_capacity(fresh.len());
    for &message in fresh {
        let address = address_of(&addresses, message);
        let place = address.and_then(|address| Some((address, next.get_mut(&address)?)));
        let Some((address, (conversation, seq))) = place else {
            // Only of a channel that is gone: every other one gives an address and a place.
            answers.push(None);
            continue;
        };
        *seq += 1;
        rows.push(NewRow {
            id: message.message_id,
            brand_id: message.brand,
            conversation_id: *conversation,
            channel_id: message.channel,
            seq: *seq,
            external: &message.external,
            text: &message.text,
            visibility: message.visibility.as_str(),
            at: message.at.millis(),
            attachments: shown(message)?,
            said_at: message.details.said_at.map(Timestamp::millis),
            link: message.details.link.as_deref(),
        });
        answers.push(Some(Acceptance::New {
            message: message.message_id,
            conversation: *conversation,
            address,
            seq: *seq,
        }));
    }
    let written = exec!(tx, sql::MESSAGES_ACCEPT, batch(&rows)?)?;
    let to_fetch = to_fetch(fresh)?;
    if !to_fetch.is_empty() {
        exec!(tx, sql::ATTACHMENTS_ADD, batch(&to_fetch)?)?;
    }
    Ok((usize::try_from(written) == Ok(rows.len())).then_some(answers))
}

/// The attachments that stand with a message; `None` when it has none.
fn shown(message: &NewInbound) -> StoreResult<Option<String>> {
    let shown: Vec<_> = message.details.attachments.iter().map(|attachment| &attachment.shown).collect();
    (!shown.is_empty()).then(|| to_json(&shown)).transpose()
}

/// The attachments whose bytes are somewhere.
fn to_fetch(messages: &[&NewInbound]) -> StoreResult<Vec<NewAttachmentRow>> {
    let mut rows = Vec::new();
    for message in messages {
        for attachment in &message.details.attachments {
            let Some(source) = &attachment.source else { continue };
            rows.push(NewAttachmentRow {
                id: attachment.shown.id,
                brand_id: message.brand,
                channel_id: message.channel,
                message_id: message.message_id,
                source: to_json(source)?,
                at: message.at.millis(),
            });
        }
    }
    Ok(rows)
}

type Addresses<'a> = HashMap<Key<'a>, AddressId>;

fn address_of(addresses: &Addresses<'_>, message: &NewInbound) -> Option<AddressId> {
    addresses.get(&(message.channel, message.address.as_str())).copied()
}

/// The address of every message whose channel is there, made when new.
async fn addresses<'a>(tx: &mut Tx, fresh: &[&'a NewInbound]) -> StoreResult<Addresses<'a>> {
    let mut found = Addresses::with_capacity(fresh.len());
    find_addresses(tx, fresh, &mut found).await?;
    let missing: BTreeMap<Key<'_>, &NewInbound> = fresh
        .iter()
        .map(|message| ((message.channel, message.address.as_str()), *message))
        .filter(|(key, _)| !found.contains_key(key))
        .collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let rows: Vec<_> = missing
        .values()
        .map(|message| NewAddress {
            id: message.address_id,
            brand_id: message.brand,
            channel_id: message.channel,
            external: &message.address,
            name: message.details.name.as_deref(),
            language: message.details.language.map(Language::as_str),
            at: message.at.millis(),
        })
        .collect();
    exec!(tx, sql::ADDRESSES_ADD, batch(&rows)?)?;
    let missing: Vec<&NewInbound> = missing.into_values().collect();
    find_addresses(tx, &missing, &mut found).await?;
    Ok(found)
}

async fn find_addresses<'a>(
    tx: &mut Tx,
    messages: &[&'a NewInbound],
    found: &mut Addresses<'a>,
) -> StoreResult<()> {
    let wanted: BTreeMap<Key<'a>, AddressKey<'a>> = messages
        .iter()
        .map(|message| (message.channel, message.address.as_str()))
        .map(|(channel_id, external)| ((channel_id, external), AddressKey { channel_id, external }))
        .collect();
    let keys: Vec<_> = wanted.values().collect();
    let told: HashMap<Key<'_>, &Details> = messages
        .iter()
        .map(|message| ((message.channel, message.address.as_str()), &message.details))
        .collect();
    let mut ids = HashMap::with_capacity(wanted.len());
    let mut learnt = Vec::new();
    for row in all!(tx, FoundRow, sql::ADDRESSES_FIND, batch(&keys)?)? {
        let (channel, id): (ChannelId, AddressId) = (parse(&row.channel_id)?, parse(&row.id)?);
        if let Some(details) = told.get(&(channel, row.external.as_str())).filter(|told| row.learns(told)) {
            let language = details.language.map(Language::as_str);
            learnt.push(Learnt { id, name: details.name.as_deref(), language });
        }
        ids.insert((channel, row.external), id);
    }
    if !learnt.is_empty() {
        // In one order on every node, so that two never wait for each other.
        learnt.sort_by_key(|learnt| learnt.id);
        exec!(tx, sql::ADDRESSES_LEARN, batch(&learnt)?)?;
    }
    for key in wanted.into_keys() {
        if let Some(id) = ids.get(&(key.0, key.1.to_owned())) {
            found.insert(key, *id);
        }
    }
    Ok(())
}

/// The conversation of every address and the sequence number before the first it gives.
async fn take_places(
    tx: &mut Tx,
    runs: &BTreeMap<AddressId, Vec<&NewInbound>>,
) -> StoreResult<HashMap<AddressId, (ConversationId, i64)>> {
    let mut takes = Vec::with_capacity(runs.len());
    let mut counts = HashMap::with_capacity(runs.len());
    for (&address, messages) in runs {
        let (Some(first), Some(last)) = (messages.first(), messages.last()) else { continue };
        let count = i64::try_from(messages.len()).map_err(broken)?;
        counts.insert(address, count);
        takes.push(Take {
            id: first.conversation_id,
            brand_id: first.brand,
            channel_id: first.channel,
            address_id: address,
            taken: count,
            run_until: first.at.plus(first.settle_at_most).millis(),
            ready_at: last.at.plus(last.settle).millis(),
            at: last.at.millis(),
        });
    }
    let mut places = HashMap::with_capacity(takes.len());
    for row in all!(tx, LaneRow, sql::LANES_TAKE, batch(&takes)?)? {
        let address: AddressId = parse(&row.address_id)?;
        let count = counts.get(&address).copied().unwrap_or_default();
        places.insert(address, (parse(&row.id)?, row.last_seq - count));
    }
    Ok(places)
}
