//! Shapes that several resources share: closed words, moments, what a change did.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lara_core::model::{
    JoinHow, Language, Level, Likeness, OrderStatus, Owner, PreferenceSource, ReturnStatus, Timestamp,
};
use lara_core::ports::Imported;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, Object, ObjectBuilder, SchemaType, Type};

/// RFC 3339 in UTC.
pub(crate) fn moment(at: Timestamp) -> String {
    crate::view::Zone::machine(at)
}

/// The same of what may not have happened.
pub(crate) fn moment_if(at: Option<Timestamp>) -> Option<String> {
    at.map(moment)
}

/// A text that is one of these.
fn one_of<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Object {
    let words = all.iter().map(|one| word(*one));
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(words)).build()
}

/// The same, or null.
fn one_of_or_null<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Object {
    let words = all.iter().map(|one| Some(word(*one))).chain([None]);
    ObjectBuilder::new()
        .schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
        .enum_values(Some(words))
        .build()
}

pub(crate) fn language_or_null() -> Object {
    one_of_or_null(Language::ALL, Language::as_str)
}

pub(crate) fn level() -> Object {
    one_of(Level::ALL, Level::as_str)
}

pub(crate) fn owner() -> Object {
    one_of(Owner::ALL, Owner::as_str)
}

pub(crate) fn order_status() -> Object {
    one_of(OrderStatus::ALL, OrderStatus::as_str)
}

pub(crate) fn preference_source() -> Object {
    one_of(PreferenceSource::ALL, PreferenceSource::as_str)
}

pub(crate) fn return_status() -> Object {
    one_of(ReturnStatus::ALL, ReturnStatus::as_str)
}

pub(crate) fn join_how() -> Object {
    one_of(JoinHow::ALL, JoinHow::as_str)
}

pub(crate) fn likenesses() -> Array {
    Array::new(one_of(Likeness::ALL, Likeness::as_str))
}

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Where {
    /// `web`, `telegram`, `discord`, ..
    pub(crate) kind: String,
    /// The brand's name of it.
    pub(crate) name: String,
}

/// What a change did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It is new.
    Added,
    /// It was there and is different now.
    Changed,
    /// Everything was so already.
    Unchanged,
}

impl From<Imported> for Outcome {
    fn from(imported: Imported) -> Self {
        match imported {
            Imported { added: 1.., .. } => Self::Added,
            Imported { changed: 1.., .. } => Self::Changed,
            _ => Self::Unchanged,
        }
    }
}

/// What became of one thing. It repeats nothing that was sent: answers are kept for a day, personal data is not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Written {
    /// Its id.
    #[schema(format = Uuid)]
    pub(crate) id: String,
    /// What the change did.
    pub(crate) outcome: Outcome,
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        let status = if self.outcome == Outcome::Added { StatusCode::CREATED } else { StatusCode::OK };
        (status, axum::Json(self)).into_response()
    }
}

/// What became of something that has no id of its own here.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    /// What the change did.
    pub(crate) outcome: Outcome,
}

impl Done {
    /// Something changed, or was so already.
    pub(crate) const fn new(changed: bool) -> Self {
        Self { outcome: if changed { Outcome::Changed } else { Outcome::Unchanged } }
    }
}
