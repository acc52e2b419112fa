//! Rows as both databases give them, and their way into the model. Nothing outside this crate sees a row.

mod identity;
mod learn;
mod people;
mod talk;
mod things;

pub(crate) use identity::*;
pub(crate) use learn::*;
pub(crate) use people::*;
pub(crate) use talk::*;
pub(crate) use things::*;

use crate::error::broken;
use lara_core::model::Timestamp;
use lara_core::ports::{StoreError, StoreResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::str::FromStr;

/// An id or a word of a closed set.
pub(crate) fn parse<T>(text: &str) -> StoreResult<T>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    text.parse().map_err(broken)
}

/// The same, where NULL is none.
pub(crate) fn parse_opt<T>(text: Option<&String>) -> StoreResult<Option<T>>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    text.map(|text| parse(text)).transpose()
}

/// A JSON column.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> StoreResult<T> {
    serde_json::from_str(text).map_err(broken)
}

/// A value for a JSON column.
pub(crate) fn to_json<T: Serialize>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(broken)
}

/// A moment, where NULL is none.
pub(crate) fn moment(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

/// Every row into the model, or the first that cannot be understood.
pub(crate) fn into_models<R, T>(rows: Vec<R>) -> StoreResult<Vec<T>>
where
    T: TryFrom<R, Error = StoreError>,
{
    rows.into_iter().map(T::try_from).collect()
}

/// A lone id.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct IdRow {
    pub(crate) id: String,
}

/// A lone number.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct NumberRow {
    pub(crate) number: i64,
}

/// A lone moment, if there is one.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct MomentRow {
    pub(crate) at: Option<i64>,
}
