//! Errors as clients see them: `{"error":{"code":..,"message":..}}`. The code is for programs and stays; the message says
//! what to do next. Nothing of the inside is in either.

use crate::hearing::NotStored;
use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use lara_core::listen::AcceptError;
use lara_core::ports::StoreError;
use serde_json::json;
use std::borrow::Cow;
use std::error::Error;

/// Seconds after which a client should try again when the store is away.
const STORE_RETRY: u32 = 2;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    retry_after: Option<u32>,
}

impl Problem {
    /// An answer with this status, code and advice.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    /// 400: the named part of the request is wrong.
    pub(crate) fn bad(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 401: the token is missing or wrong.
    pub(crate) fn unauthorized(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    /// 403: the token is right, the wish is not.
    pub(crate) fn forbidden(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// 404.
    pub(crate) fn missing(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 429: too many, come back then.
    pub(crate) fn too_many(seconds: u32) -> Self {
        let problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "too many requests; wait as long as Retry-After says",
        );
        Self { retry_after: Some(seconds.max(1)), ..problem }
    }

    /// 503: nothing was stored, come back soon.
    pub(crate) fn unavailable() -> Self {
        let problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "nothing was stored; send the same request again after Retry-After seconds",
        );
        Self { retry_after: Some(STORE_RETRY), ..problem }
    }

    /// 500: a defect on our side. The log says which.
    pub(crate) fn broken() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something is wrong on our side; the log of the server says what",
        )
    }
}

impl From<&StoreError> for Problem {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Full(_) => {
                tracing::warn!(error = chain(error), "the store refused a request");
                Self::unavailable()
            }
            StoreError::Broken(_) => {
                tracing::error!(error = chain(error), "the store is broken");
                Self::broken()
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::from(&error)
    }
}

impl From<NotStored> for Problem {
    fn from(_: NotStored) -> Self {
        Self::unavailable()
    }
}

impl From<AcceptError> for Problem {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::BadId(what) => {
                Self::bad("bad_id", format!("the {what} id is empty, too long or holds control characters"))
            }
            AcceptError::NoBrand => Self::missing("unknown_brand", "the brand of this channel is gone"),
            AcceptError::Store(error) => Self::from(&*error),
            AcceptError::Stopped => Self::unavailable(),
        }
    }
}

/// An error with its sources in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line.push_str(": ");
        line.push_str(&cause.to_string());
        source = cause.source();
    }
    line
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
