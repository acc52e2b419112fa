//! What can go wrong, as RFC 9457 tells it: `application/problem+json`, with a stable code and the fields at fault.

use crate::error::Fault;
use crate::headers;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use lara_core::model::{Millis, Scope};
use lara_core::ports::StoreError;
use serde::Serialize;
use std::error::Error;
use utoipa::ToSchema;

/// Where a code is explained.
const EXPLAINED: &str = "/api/v1/docs#";

/// What went wrong; nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    NoToken,
    BadToken,
    MissingScope,
    NotFound,
    WrongMethod,
    UnderWay,
    Conflict,
    TooLarge,
    WrongType,
    BadJson,
    BadQuery,
    BadKey,
    Invalid,
    KeyReused,
    Refused,
    TooMany,
    Unavailable,
    Defect,
}

impl Code {
    /// Every code, for the page that explains them.
    pub(crate) const ALL: [Self; 18] = [
        Self::NoToken,
        Self::BadToken,
        Self::MissingScope,
        Self::NotFound,
        Self::WrongMethod,
        Self::UnderWay,
        Self::Conflict,
        Self::TooLarge,
        Self::WrongType,
        Self::BadJson,
        Self::BadQuery,
        Self::BadKey,
        Self::Invalid,
        Self::KeyReused,
        Self::Refused,
        Self::TooMany,
        Self::Unavailable,
        Self::Defect,
    ];

    /// The word, the status, and what it means in a sentence.
    pub(crate) const fn told(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::NoToken => ("no_token", StatusCode::UNAUTHORIZED, "A token is needed"),
            Self::BadToken => {
                ("bad_token", StatusCode::UNAUTHORIZED, "The token is unknown, revoked or has ended")
            }
            Self::MissingScope => {
                ("missing_scope", StatusCode::FORBIDDEN, "The token lacks the scope this needs")
            }
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, "There is nothing here"),
            Self::WrongMethod => {
                ("wrong_method", StatusCode::METHOD_NOT_ALLOWED, "This method is not served here")
            }
            Self::UnderWay => {
                ("under_way", StatusCode::CONFLICT, "The first request with this key is under way")
            }
            Self::Conflict => ("conflict", StatusCode::CONFLICT, "It does not fit what is there"),
            Self::TooLarge => ("too_large", StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 1 MB"),
            Self::WrongType => {
                ("wrong_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be application/json")
            }
            Self::BadJson => ("bad_json", StatusCode::BAD_REQUEST, "The body is not JSON"),
            Self::BadQuery => ("bad_query", StatusCode::BAD_REQUEST, "The query cannot be understood"),
            Self::BadKey => ("bad_key", StatusCode::BAD_REQUEST, "The Idempotency-Key cannot be used"),
            Self::Invalid => ("invalid", StatusCode::UNPROCESSABLE_ENTITY, "Some fields are wrong"),
            Self::KeyReused => {
                ("key_reused", StatusCode::UNPROCESSABLE_ENTITY, "The key was used for another request")
            }
            Self::Refused => ("refused", StatusCode::UNPROCESSABLE_ENTITY, "The brand's rules refuse it"),
            Self::TooMany => ("too_many", StatusCode::TOO_MANY_REQUESTS, "Too many wrong tokens"),
            Self::Unavailable => {
                ("unavailable", StatusCode::SERVICE_UNAVAILABLE, "The database is not available")
            }
            Self::Defect => ("defect", StatusCode::INTERNAL_SERVER_ERROR, "Something is broken here"),
        }
    }
}

/// One field at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// JSON Pointer (RFC 6901) into the body; for a parameter its name, as `?limit` or `{number}`.
    pub(crate) pointer: String,
    /// What is wrong with it.
    pub(crate) detail: String,
}

/// A problem (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Where the code is explained.
    #[serde(rename = "type")]
    kind: String,
    /// What went wrong, the same for every problem of this code.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// The code to branch on.
    code: Code,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    #[serde(skip)]
    extra: Extra,
}

/// What the headers say beside the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Extra {
    #[default]
    Nothing,
    Scope(Scope),
    After(Millis),
}

impl Problem {
    pub(crate) fn new(code: Code) -> Self {
        let (word, status, title) = code.told();
        Self {
            kind: format!("{EXPLAINED}{word}"),
            title: title.to_owned(),
            status: status.as_u16(),
            code,
            detail: None,
            errors: Vec::new(),
            extra: Extra::Nothing,
        }
    }

    /// The same with what to do about it.
    pub(crate) fn because(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// Fields that are wrong.
    pub(crate) fn fields(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(Code::Invalid) }
    }

    /// One parameter or field that is wrong.
    pub(crate) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::fields(vec![FieldError { pointer: pointer.into(), detail: detail.into() }])
    }

    /// A parameter of the query that is wrong.
    pub(crate) fn query(name: &str, detail: impl Into<String>) -> Self {
        let error = FieldError { pointer: format!("?{name}"), detail: detail.into() };
        Self { errors: vec![error], ..Self::new(Code::BadQuery) }
    }

    /// A scope that is missing.
    pub(crate) fn scope(scope: Scope) -> Self {
        let problem = Self::new(Code::MissingScope).because(format!(
            "this needs the scope {scope}: make a token with lara token add --scope {scope}"
        ));
        Self { extra: Extra::Scope(scope), ..problem }
    }

    /// Wrong too often.
    pub(crate) fn too_many(wait: Millis) -> Self {
        Self { extra: Extra::After(wait), ..Self::new(Code::TooMany) }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Unavailable(_) | StoreError::Full(_) => Code::Unavailable,
            StoreError::Broken(_) => Code::Defect,
        };
        defect(&error);
        Self::new(code)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error.into(),
            other => {
                defect(&other);
                Self::new(Code::Defect)
            }
        }
    }
}

/// Logs what is not the caller's fault.
pub(crate) fn defect(error: &(dyn Error + 'static)) {
    tracing::error!(error, "a request to the API failed");
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut answer = (status, body).into_response();
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let challenge = match (self.code, self.extra) {
            (Code::NoToken, _) => Some("Bearer realm=\"lara\"".to_owned()),
            (Code::BadToken, _) => Some("Bearer realm=\"lara\", error=\"invalid_token\"".to_owned()),
            (_, Extra::Scope(scope)) => {
                Some(format!("Bearer realm=\"lara\", error=\"insufficient_scope\", scope=\"{scope}\""))
            }
            _ => None,
        };
        if let Some(challenge) = challenge.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        let wait = match (self.code, self.extra) {
            (_, Extra::After(wait)) => Some(wait.0.saturating_add(999) / 1_000),
            (Code::UnderWay | Code::Unavailable, _) => Some(1),
            _ => None,
        };
        if let Some(seconds) = wait {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        headers::harden(answer)
    }
}
