//! What the web widget and the REST channel share over HTTP: errors, bodies, limits, waiting for messages.

pub(crate) mod body;
pub(crate) mod cached;
pub(crate) mod limits;
pub(crate) mod problem;
pub(crate) mod reader;

pub(crate) use body::{Body, Params};
pub(crate) use problem::Problem;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use lara_core::model::Timestamp;

/// The largest request body, in bytes.
pub(crate) const LARGEST_BODY: usize = 128 * 1024;

/// The longest a poll waits, in seconds; proxies cut idle requests at 30 or 60.
pub(crate) const LONGEST_WAIT: u64 = 25;

/// The bearer token of a request, if it has one.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

/// A moment as RFC 3339 in UTC.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis()).map(|moment| moment.to_string()).unwrap_or_default()
}
