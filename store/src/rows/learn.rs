//! Lessons, pins, models, and the messages they come from.

use super::{from_json, parse, parse_opt};
use lara_core::model::{Heard, Intent, Lesson, ModelVersion, Pin, Timestamp};
use lara_core::ports::StoreError;
use sqlx::FromRow;

/// A text by its digest, and its label.
#[derive(Debug, FromRow)]
pub(crate) struct LabelRow {
    pub(crate) digest: String,
    pub(crate) label: String,
}

#[derive(Debug, FromRow)]
pub(crate) struct LessonRow {
    brand_id: String,
    text: String,
    language: String,
    label: String,
    source: String,
    agent_id: Option<String>,
    message_id: Option<String>,
    at: i64,
}

impl TryFrom<LessonRow> for Lesson {
    type Error = StoreError;

    fn try_from(row: LessonRow) -> Result<Self, StoreError> {
        Ok(Self {
            brand: parse(&row.brand_id)?,
            text: row.text,
            language: parse(&row.language)?,
            label: Intent::new(row.label),
            source: parse(&row.source)?,
            by: parse_opt(row.agent_id.as_ref())?,
            message: parse_opt(row.message_id.as_ref())?,
            at: Timestamp::from_millis(row.at),
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct PinRow {
    brand_id: String,
    text: String,
    label: String,
    agent_id: Option<String>,
    at: i64,
}

impl TryFrom<PinRow> for Pin {
    type Error = StoreError;

    fn try_from(row: PinRow) -> Result<Self, StoreError> {
        Ok(Self {
            brand: parse(&row.brand_id)?,
            text: row.text,
            label: Intent::new(row.label),
            by: parse_opt(row.agent_id.as_ref())?,
            at: Timestamp::from_millis(row.at),
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct ModelRow {
    brand_id: String,
    number: i64,
    state: String,
    trained_at: i64,
    lessons: i64,
    scores: String,
    note: String,
    whole: i32,
}

impl TryFrom<ModelRow> for ModelVersion {
    type Error = StoreError;

    fn try_from(row: ModelRow) -> Result<Self, StoreError> {
        Ok(Self {
            brand: parse(&row.brand_id)?,
            number: row.number,
            state: parse(&row.state)?,
            trained_at: Timestamp::from_millis(row.trained_at),
            lessons: row.lessons,
            scores: from_json(&row.scores)?,
            note: row.note,
            whole: row.whole != 0,
        })
    }
}

/// The bytes of a model, while they are kept.
#[derive(Debug, FromRow)]
pub(crate) struct BytesRow {
    pub(crate) number: i64,
    pub(crate) bytes: Option<Vec<u8>>,
}

#[derive(Debug, FromRow)]
pub(crate) struct HeardRow {
    id: String,
    text: String,
    language: String,
    intent: String,
    confidence: f64,
    at: i64,
}

impl TryFrom<HeardRow> for Heard {
    type Error = StoreError;

    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "a confidence was an f32 before it was stored"
    )]
    fn try_from(row: HeardRow) -> Result<Self, StoreError> {
        Ok(Self {
            message: parse(&row.id)?,
            text: row.text,
            language: parse(&row.language)?,
            intent: Intent::new(row.intent),
            confidence: row.confidence as f32,
            at: Timestamp::from_millis(row.at),
        })
    }
}
