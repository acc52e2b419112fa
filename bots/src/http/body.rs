//! Request bodies and query strings, with errors that name the field.

use super::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // A form or a plain text could be posted by a foreign page without asking; JSON cannot.
        let json = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("application/json"));
        if !json {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "send the body as JSON with Content-Type: application/json",
            ));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "too_large",
                    "the body is larger than 128 KB; send a shorter text",
                )
            } else {
                Problem::bad("body", "the body ended early; send the request again")
            }
        })?;
        parse(&bytes).map(Self)
    }
}

/// Reads JSON; the error names the field by its path.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        if path == "." {
            Problem::bad("json", format!("the body is not what is expected here: {}", error.inner()))
        } else {
            Problem::bad("json", format!("field \"{path}\": {}", error.inner()))
        }
    })?;
    reader.end().map_err(|error| Problem::bad("json", format!("one JSON object, then nothing: {error}")))?;
    Ok(value)
}

/// A query string.
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::<T>::try_from_uri(&parts.uri)
            .map(|Query(value)| Self(value))
            .map_err(|rejection| Problem::bad("query", rejection.body_text()))
    }
}

/// Refuses a text in which there is nothing to read: nothing, blanks, control and zero-width characters.
pub(crate) fn not_blank(field: &'static str, text: &str) -> Result<(), Problem> {
    if lara_core::listen::clean(text).trim().is_empty() {
        return Err(Problem::bad("empty", format!("field \"{field}\" is empty; write something")));
    }
    Ok(())
}
