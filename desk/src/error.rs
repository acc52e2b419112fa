//! What can go wrong, and how it is told: a page in the reader's language, or problem+json for scripts.

use crate::auth::Reader;
use crate::words;
use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use lara_core::model::Language;
use lara_core::ports::StoreError;
use std::error::Error;

/// Why a request was not done. Nothing of it was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// Nobody is signed in, and a script asks.
    #[error("nobody is signed in")]
    SignedOut,
    /// The role does not allow it.
    #[error("the role does not allow it")]
    Forbidden,
    /// The form carries no or a wrong token.
    #[error("the form token is wrong")]
    Form,
    /// There is nothing here.
    #[error("there is nothing here")]
    Missing,
    /// The request cannot be understood.
    #[error("the request cannot be understood")]
    Input,
    /// The form is larger than any of ours.
    #[error("the form is too large")]
    TooLarge,
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// A defect of ours.
    #[error("a defect")]
    Defect(#[source] Box<dyn Error + Send + Sync>),
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self::Defect(Box::new(error))
    }
}

/// What is left of a fault once it was logged; the guard makes the page of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    status: StatusCode,
    code: &'static str,
    text: fn(&words::Words) -> &'static str,
}

impl From<&Fault> for Failure {
    fn from(fault: &Fault) -> Self {
        let (status, code, text): (_, _, fn(&words::Words) -> &'static str) = match fault {
            Fault::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out", |w| w.login_needed),
            Fault::Forbidden => (StatusCode::FORBIDDEN, "forbidden", |w| w.error_forbidden),
            Fault::Form => (StatusCode::FORBIDDEN, "form_token", |w| w.error_form),
            Fault::Missing => (StatusCode::NOT_FOUND, "not_found", |w| w.error_missing),
            Fault::Input => (StatusCode::BAD_REQUEST, "bad_request", |w| w.error_input),
            Fault::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", |w| w.wrong_long),
            Fault::Store(StoreError::Unavailable(_) | StoreError::Full(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", |w| w.error_store)
            }
            Fault::Store(StoreError::Broken(_)) | Fault::Defect(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "defect", |w| w.error_defect)
            }
        };
        Self { status, code, text }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let failure = Failure::from(&self);
        if failure.status.is_server_error() {
            let error: &dyn Error = &self;
            tracing::error!(error, code = failure.code, "a page failed");
        }
        let mut answer = failure.status.into_response();
        answer.extensions_mut().insert(failure);
        answer
    }
}

/// Whether a path belongs to the JSON API.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    w: &'static words::Words,
    theme: &'a str,
    version: &'a str,
    status: u16,
    text: &'a str,
    signed: bool,
}

/// The answer for a reader.
pub(crate) fn render(failure: &Failure, reader: &Reader, api: bool) -> Response {
    answer(failure, reader.language, reader.theme.as_str(), reader.agent.is_some(), api)
}

/// The answer when it could not be found out who reads.
pub(crate) fn render_for_nobody(fault: Fault, language: Language, api: bool) -> Response {
    let failure = Failure::from(&fault);
    // Logs it.
    drop(fault.into_response());
    answer(&failure, language, "auto", false, api)
}

fn answer(failure: &Failure, language: Language, theme: &str, signed: bool, api: bool) -> Response {
    let w = words::of(language);
    let text = (failure.text)(w);
    let status = failure.status;
    let (kind, body) = if api {
        let problem = serde_json::json!({
            "type": "about:blank", "title": text, "status": status.as_u16(), "code": failure.code,
        });
        ("application/problem+json", problem.to_string())
    } else {
        let version: &str = &crate::assets::VERSION;
        let page = ErrorPage { w, theme, version, status: status.as_u16(), text, signed };
        ("text/html; charset=utf-8", page.render().unwrap_or_else(|_| text.to_owned()))
    };
    let mut answer = (status, body).into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
