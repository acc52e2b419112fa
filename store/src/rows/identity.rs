//! Joins and suggestions.

use super::{moment, parse, parse_opt};
use crate::error::broken;
use lara_core::model::{Join, Likeness, Lookalike, Suggestion, Tied, Timestamp};
use lara_core::ports::StoreError;
use sqlx::FromRow;

/// A conversation and its address.
#[derive(Debug, FromRow)]
pub(crate) struct LaneRow {
    pub(crate) id: String,
    pub(crate) address_id: String,
}

#[derive(Debug, FromRow)]
pub(crate) struct JoinRow {
    id: String,
    brand_id: String,
    how: String,
    customer_id: String,
    merged_id: Option<String>,
    address_id: Option<String>,
    customer_before: Option<String>,
    level_before: Option<String>,
    level_after: Option<String>,
    evidence: String,
    agent_id: Option<String>,
    at: i64,
    undone_at: Option<i64>,
    undone_by: Option<String>,
}

impl TryFrom<JoinRow> for Join {
    type Error = StoreError;

    fn try_from(row: JoinRow) -> Result<Self, StoreError> {
        let tied = match (&row.address_id, &row.level_before, &row.level_after) {
            (Some(address), Some(before), Some(after)) => Some(Tied {
                address: parse(address)?,
                customer_before: parse_opt(row.customer_before.as_ref())?,
                level_before: parse(before)?,
                level_after: parse(after)?,
            }),
            _ => None,
        };
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            how: parse(&row.how)?,
            customer: parse(&row.customer_id)?,
            merged: parse_opt(row.merged_id.as_ref())?,
            tied,
            evidence: row.evidence,
            agent: parse_opt(row.agent_id.as_ref())?,
            at: Timestamp::from_millis(row.at),
            undone_at: moment(row.undone_at),
            undone_by: parse_opt(row.undone_by.as_ref())?,
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct SuggestionRow {
    id: String,
    brand_id: String,
    customer_id: String,
    other: String,
    other_kind: String,
    evidence: String,
    state: String,
    agent_id: Option<String>,
    at: i64,
    decided_at: Option<i64>,
}

impl TryFrom<SuggestionRow> for Suggestion {
    type Error = StoreError;

    fn try_from(row: SuggestionRow) -> Result<Self, StoreError> {
        let other = match row.other_kind.as_str() {
            "customer" => Lookalike::Customer(parse(&row.other)?),
            "address" => Lookalike::Address(parse(&row.other)?),
            _ => return Err(broken("a suggestion is about something unknown")),
        };
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            customer: parse(&row.customer_id)?,
            other,
            evidence: row.evidence.split(',').map(parse::<Likeness>).collect::<Result<_, _>>()?,
            state: parse(&row.state)?,
            agent: parse_opt(row.agent_id.as_ref())?,
            at: Timestamp::from_millis(row.at),
            decided_at: moment(row.decided_at),
        })
    }
}
