//! Reads everything about a person, in pages.

use super::file_rows::{
    AddressRow, CustomerRow, DecisionRow, FileRow, JoinRow, ReturnRow, SuggestionRow, TalkRow,
};
use crate::Store;
use crate::db::{Reader, all, opt};
use crate::lanes::Id;
use crate::rows::{EscalationRow, IdRow, MessageRow, OrderRow, PreferenceRow, parse};
use crate::sql::privacy as sql;
use lara_core::model::{BrandId, ConversationId, CustomerId, Escalation, Message, Order, Return, Timestamp};
use lara_core::ports::{FileRecord, PersonFile, StoreError, StoreResult, TalkRecord};
use std::collections::HashMap;

/// Rows a statement gives at most.
const PAGE: usize = 1_000;
/// Conversations read together.
const TALKS: usize = 100;

impl Store {
    pub(super) async fn read_person_file(
        &self,
        brand: BrandId,
        person: CustomerId,
        now: Timestamp,
    ) -> StoreResult<Option<PersonFile>> {
        let mut on = self.db.read().await?;
        let found = opt!(on, IdRow, sql::PERSON_HEAD, brand.to_string(), person.to_string())?;
        let Some(IdRow { id: head }) = found else { return Ok(None) };
        let mut file = PersonFile {
            brand,
            person: parse(&head)?,
            read_at: now,
            customers: records(all!(on, CustomerRow, sql::FILE_CUSTOMERS, &head)?)?,
            addresses: records(all!(on, AddressRow, sql::FILE_ADDRESSES, &head)?)?,
            orders: orders(&mut on, &head).await?,
            returns: returns(&mut on, &head).await?,
            preferences: records(all!(on, PreferenceRow, sql::FILE_PREFERENCES, &head)?)?,
            joins: records(all!(on, JoinRow, sql::FILE_JOINS, &head)?)?,
            suggestions: records(all!(on, SuggestionRow, sql::FILE_SUGGESTIONS, &head, brand.to_string())?)?,
            conversations: Vec::new(),
        };
        let mut after = String::new();
        loop {
            let rows = all!(on, TalkRow, sql::FILE_TALKS, &head, &after, page(TALKS))?;
            let last = rows.len() < TALKS;
            after = rows.last().map_or(after, |row| row.id.clone());
            file.conversations.extend(talks(&mut on, records(rows)?).await?);
            if last {
                return Ok(Some(file));
            }
        }
    }
}

fn page(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn records<R, T>(rows: Vec<R>) -> StoreResult<Vec<T>>
where
    T: TryFrom<R, Error = StoreError>,
{
    rows.into_iter().map(T::try_from).collect()
}

async fn orders(on: &mut Reader, head: &str) -> StoreResult<Vec<Order>> {
    let mut orders: Vec<Order> = Vec::new();
    loop {
        let after = orders.last().map_or_else(String::new, |order| order.id.to_string());
        let rows = all!(on, OrderRow, sql::FILE_ORDERS, head, after, page(PAGE))?;
        let last = rows.len() < PAGE;
        orders.extend(records::<_, Order>(rows)?);
        if last {
            orders.sort_by_key(|order| (order.ordered_at, order.id));
            return Ok(orders);
        }
    }
}

async fn returns(on: &mut Reader, head: &str) -> StoreResult<Vec<Return>> {
    let mut returns: Vec<Return> = Vec::new();
    loop {
        let after = returns.last().map_or_else(String::new, |back| back.id.to_string());
        let rows = all!(on, ReturnRow, sql::FILE_RETURNS, head, after, page(PAGE))?;
        let last = rows.len() < PAGE;
        returns.extend(records::<_, Return>(rows)?);
        if last {
            return Ok(returns);
        }
    }
}

/// What was said in some conversations, and what came of it.
async fn talks(on: &mut Reader, talks: Vec<TalkRecord>) -> StoreResult<Vec<TalkRecord>> {
    if talks.is_empty() {
        return Ok(talks);
    }
    let ids = Id::batch(talks.iter().map(|talk| talk.id))?;
    let mut by: HashMap<ConversationId, usize> = HashMap::with_capacity(talks.len());
    by.extend(talks.iter().enumerate().map(|(place, talk)| (talk.id, place)));
    let mut talks = talks;
    let (mut conversation, mut seq) = (String::new(), 0);
    loop {
        let rows = all!(on, MessageRow, sql::FILE_MESSAGES, &ids, &conversation, seq, page(PAGE))?;
        let last = rows.len() < PAGE;
        let messages = records::<_, Message>(rows)?;
        let with_files: Vec<_> =
            messages.iter().filter(|said| !said.attachments.is_empty()).map(|said| said.id).collect();
        let files = if with_files.is_empty() {
            Vec::new()
        } else {
            all!(on, FileRow, sql::FILE_FILES, Id::batch(with_files)?)?
        };
        let mut of: HashMap<_, Vec<FileRecord>> = HashMap::new();
        for file in records::<_, FileRecord>(files)? {
            of.entry(file.message).or_default().push(file);
        }
        if let Some(said) = messages.last() {
            (conversation, seq) = (said.conversation.to_string(), said.seq);
        }
        for said in messages {
            if let Some(talk) = by.get(&said.conversation).and_then(|place| talks.get_mut(*place)) {
                talk.files.extend(of.remove(&said.id).unwrap_or_default());
                talk.messages.push(said);
            }
        }
        if last {
            break;
        }
    }
    decisions(on, &ids, &by, &mut talks).await?;
    for row in all!(on, EscalationRow, sql::FILE_ESCALATIONS, &ids)? {
        let escalation = Escalation::try_from(row)?;
        if let Some(talk) = by.get(&escalation.conversation).and_then(|place| talks.get_mut(*place)) {
            talk.escalations.push(escalation);
        }
    }
    Ok(talks)
}

async fn decisions(
    on: &mut Reader,
    ids: &str,
    by: &HashMap<ConversationId, usize>,
    talks: &mut [TalkRecord],
) -> StoreResult<()> {
    let (mut conversation, mut seq) = (String::new(), 0);
    loop {
        let rows = all!(on, DecisionRow, sql::FILE_DECISIONS, ids, &conversation, seq, page(PAGE))?;
        let last = rows.len() < PAGE;
        if let Some(row) = rows.last() {
            (conversation, seq) = (row.conversation_id.clone(), row.last_seq);
        }
        for row in rows {
            let of: ConversationId = parse(&row.conversation_id)?;
            if let Some(talk) = by.get(&of).and_then(|place| talks.get_mut(*place)) {
                talk.decisions.push(row.try_into()?);
            }
        }
        if last {
            return Ok(());
        }
    }
}
