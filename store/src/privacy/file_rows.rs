//! Rows of the file about a person.

use crate::rows::{PreferenceRow, from_json, moment, parse, parse_opt};
use lara_core::model::{Preference, Return, Timestamp};
use lara_core::ports::{
    AddressRecord, CustomerRecord, DecisionRecord, FileRecord, JoinRecord, PreferenceRecord, StoreError,
    SuggestionRecord, TalkRecord,
};
use sqlx::FromRow;

#[derive(FromRow)]
pub(super) struct CustomerRow {
    id: String,
    merged_into: Option<String>,
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    language: Option<String>,
    tier: Option<String>,
    opted_out_at: Option<i64>,
    erased_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<CustomerRow> for CustomerRecord {
    type Error = StoreError;

    fn try_from(row: CustomerRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            merged_into: parse_opt(row.merged_into.as_ref())?,
            external_id: row.external_id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            language: parse_opt(row.language.as_ref())?,
            tier: row.tier,
            opted_out_at: moment(row.opted_out_at),
            erased_at: moment(row.erased_at),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

#[derive(FromRow)]
pub(super) struct AddressRow {
    id: String,
    channel_kind: String,
    channel_name: String,
    external: String,
    customer_id: String,
    level: String,
    name: Option<String>,
    language: Option<String>,
    opted_out_at: Option<i64>,
    unreachable_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<AddressRow> for AddressRecord {
    type Error = StoreError;

    fn try_from(row: AddressRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            channel: parse(&row.channel_kind)?,
            channel_name: row.channel_name,
            external: row.external,
            customer: parse(&row.customer_id)?,
            level: parse(&row.level)?,
            name: row.name,
            language: parse_opt(row.language.as_ref())?,
            opted_out_at: moment(row.opted_out_at),
            unreachable_at: moment(row.unreachable_at),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

impl TryFrom<PreferenceRow> for PreferenceRecord {
    type Error = StoreError;

    fn try_from(row: PreferenceRow) -> Result<Self, StoreError> {
        Ok(Self { customer: parse(&row.customer_id)?, preference: Preference::try_from(row)? })
    }
}

#[derive(FromRow)]
pub(super) struct ReturnRow {
    id: String,
    brand_id: String,
    order_id: String,
    external: String,
    status: String,
    reason: Option<String>,
    items: String,
    amount_minor: Option<i64>,
    asked_at: i64,
}

impl TryFrom<ReturnRow> for Return {
    type Error = StoreError;

    fn try_from(row: ReturnRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            order: parse(&row.order_id)?,
            external: row.external,
            status: parse(&row.status)?,
            reason: row.reason,
            items: from_json(&row.items)?,
            amount_minor: row.amount_minor,
            asked_at: Timestamp::from_millis(row.asked_at),
        })
    }
}

#[derive(FromRow)]
pub(super) struct JoinRow {
    id: String,
    how: String,
    customer_id: String,
    merged_id: Option<String>,
    address_id: Option<String>,
    evidence: String,
    at: i64,
    undone_at: Option<i64>,
}

impl TryFrom<JoinRow> for JoinRecord {
    type Error = StoreError;

    fn try_from(row: JoinRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            how: row.how,
            customer: parse(&row.customer_id)?,
            merged: parse_opt(row.merged_id.as_ref())?,
            address: parse_opt(row.address_id.as_ref())?,
            evidence: row.evidence,
            at: Timestamp::from_millis(row.at),
            undone_at: moment(row.undone_at),
        })
    }
}

#[derive(FromRow)]
pub(super) struct SuggestionRow {
    id: String,
    customer_id: String,
    other: String,
    other_kind: String,
    evidence: String,
    state: String,
    at: i64,
}

impl TryFrom<SuggestionRow> for SuggestionRecord {
    type Error = StoreError;

    fn try_from(row: SuggestionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            customer: parse(&row.customer_id)?,
            other: row.other,
            other_kind: row.other_kind,
            evidence: row.evidence,
            state: row.state,
            at: Timestamp::from_millis(row.at),
        })
    }
}

#[derive(FromRow)]
pub(super) struct TalkRow {
    pub(super) id: String,
    address_id: String,
    owner: String,
    language: Option<String>,
    summary: Option<String>,
    created_at: i64,
    ended_at: Option<i64>,
}

impl TryFrom<TalkRow> for TalkRecord {
    type Error = StoreError;

    fn try_from(row: TalkRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            address: parse(&row.address_id)?,
            owner: parse(&row.owner)?,
            language: parse_opt(row.language.as_ref())?,
            summary: row.summary,
            created_at: Timestamp::from_millis(row.created_at),
            ended_at: moment(row.ended_at),
            messages: Vec::new(),
            decisions: Vec::new(),
            escalations: Vec::new(),
            files: Vec::new(),
        })
    }
}

#[derive(FromRow)]
pub(super) struct DecisionRow {
    pub(super) conversation_id: String,
    first_seq: i64,
    pub(super) last_seq: i64,
    kind: String,
    policy: String,
    reason: String,
    reading: String,
    known: String,
    at: i64,
}

impl TryFrom<DecisionRow> for DecisionRecord {
    type Error = StoreError;

    fn try_from(row: DecisionRow) -> Result<Self, StoreError> {
        Ok(Self {
            first_seq: row.first_seq,
            last_seq: row.last_seq,
            kind: row.kind,
            policy: row.policy,
            reason: row.reason,
            reading: from_json(&row.reading)?,
            known: from_json(&row.known)?,
            at: Timestamp::from_millis(row.at),
        })
    }
}

#[derive(FromRow)]
pub(super) struct FileRow {
    id: String,
    message_id: String,
    hash: Option<String>,
    mime: Option<String>,
    size: Option<i64>,
}

impl TryFrom<FileRow> for FileRecord {
    type Error = StoreError;

    fn try_from(row: FileRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            message: parse(&row.message_id)?,
            hash: row.hash,
            mime: row.mime,
            size: row.size,
        })
    }
}
