//! The guard every route passes: who is it, may they, is the form theirs, and in which language and light do they read.

use super::secret::{digest, form_token, fresh_token};
use crate::error::{Failure, Fault};
use crate::form::Fields;
use crate::state::Shared;
use crate::{assets, error, headers};
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::{Agent, Language, Role};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// The cookie of a login.
pub(crate) const LOGIN: &str = "lara_desk";
/// The cookie that binds forms before there is a login.
const BEFORE: &str = "lara_form";
/// The largest form taken, in bytes: a template of 16 KiB and all facts in two languages fit, escaped.
const FORM: usize = 512 * 1024;

/// Who may pass a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Anyone,
    /// Who is signed in with this role or a higher one.
    AtLeast(Role),
}

/// How pages are lit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Who reads the page.
#[derive(Debug)]
pub(crate) struct Reader {
    /// The agent, when signed in.
    pub(crate) agent: Option<Agent>,
    /// The language they read.
    pub(crate) language: Language,
    /// The light they like.
    pub(crate) theme: Theme,
    /// The token their forms carry.
    pub(crate) csrf: String,
    /// The login or form cookie.
    pub(crate) token: String,
    /// The brand they chose.
    pub(crate) brand: Option<String>,
    /// Path and query of this request.
    pub(crate) path: String,
}

/// The reader, as an extractor. Only behind [`guard`].
#[derive(Debug, Clone)]
pub(crate) struct Visitor(pub(crate) Arc<Reader>);

impl std::ops::Deref for Visitor {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.0
    }
}

impl Visitor {
    /// The signed-in agent. Routes that ask for nobody have none.
    pub(crate) fn signed(&self) -> Result<&Agent, Fault> {
        self.agent.as_ref().ok_or(Fault::Forbidden)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        parts.extensions.get::<Self>().cloned().ok_or(Fault::Forbidden)
    }
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

/// The language asked for: the reader's choice, else the browser's first of the two.
fn language(headers: &HeaderMap) -> Language {
    if let Some(chosen) = cookie(headers, "lara_language").and_then(|code| code.parse().ok()) {
        return chosen;
    }
    headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .into_iter()
        .flat_map(|list| list.split(','))
        .find_map(|part| match part.trim().get(0..2) {
            Some("vi") => Some(Language::Vietnamese),
            Some("en") => Some(Language::English),
            _ => None,
        })
        .unwrap_or(Language::English)
}

/// Path and query, for coming back after a login.
fn path(request: &Request) -> String {
    request.uri().path_and_query().map_or_else(|| "/desk".to_owned(), ToString::to_string)
}

/// Whether a script asks, which can do nothing with a login page.
fn wants_page(request: &Request) -> bool {
    let fragment = request.uri().query().is_some_and(|query| query.contains("fragment="));
    let html = request
        .headers()
        .get(ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_none_or(|v| v.contains("text/html") || v.contains("*/*"));
    html && !fragment && !error::is_api(request.uri().path())
}

/// The middleware. Each route is wrapped in it with its own access (`crate::doors`).
pub(crate) async fn guard(
    State((state, access)): State<(Shared, Access)>,
    mut request: Request,
    next: Next,
) -> Response {
    let page = wants_page(&request);
    let api = error::is_api(request.uri().path());
    let (reader, fresh) = match who(&state, request.headers(), path(&request)).await {
        Ok(found) => found,
        Err(fault) => {
            return headers::harden(error::render_for_nobody(fault, language(request.headers()), api));
        }
    };
    let visitor = Visitor(Arc::new(reader));
    let answer = match admit(&visitor, access, &mut request, page).await {
        Ok(()) => {
            request.extensions_mut().insert(visitor.clone());
            next.run(request).await
        }
        Err(response) => *response,
    };
    let mut answer = match answer.extensions().get::<Failure>().copied() {
        Some(failure) => error::render(&failure, &visitor, api),
        None => answer,
    };
    if let Some(token) = fresh.filter(|_| page) {
        answer.headers_mut().append(SET_COOKIE, set_cookie(BEFORE, &token, None, state.secure));
    }
    headers::harden(answer)
}

/// Who is signed in, for what is no page.
pub(crate) async fn visitor(state: &Shared, headers: &HeaderMap) -> Result<Visitor, Fault> {
    let (reader, _) = who(state, headers, String::new()).await?;
    Ok(Visitor(Arc::new(reader)))
}

/// Who reads; with the cookie to set when they had none.
async fn who(state: &Shared, headers: &HeaderMap, path: String) -> Result<(Reader, Option<String>), Fault> {
    let mut agent = None;
    let mut token = None;
    if let Some(login) = cookie(headers, LOGIN) {
        agent = state.agents.login(&digest(login), state.clock.now()).await?;
        token = agent.is_some().then(|| login.to_owned());
    }
    let known = token.or_else(|| cookie(headers, BEFORE).map(ToOwned::to_owned));
    let fresh = match known {
        Some(_) => None,
        None => Some(fresh_token().map_err(|error| Fault::Defect(Box::new(error)))?),
    };
    let token = known.or_else(|| fresh.clone()).unwrap_or_default();
    let theme = match cookie(headers, "lara_theme") {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::Auto,
    };
    let reader = Reader {
        agent,
        language: language(headers),
        theme,
        csrf: form_token(&token),
        token,
        brand: cookie(headers, "lara_brand").map(ToOwned::to_owned),
        path,
    };
    Ok((reader, fresh))
}

/// Lets the request in, or answers in its place.
async fn admit(
    reader: &Reader,
    access: Access,
    request: &mut Request,
    page: bool,
) -> Result<(), Box<Response>> {
    if let Access::AtLeast(role) = access {
        match &reader.agent {
            None if page => {
                let next = (request.method() == Method::GET).then(|| assets::query_value(&reader.path));
                let target =
                    next.map_or_else(|| "/desk/login".to_owned(), |n| format!("/desk/login?next={n}"));
                return Err(Box::new(Redirect::to(&target).into_response()));
            }
            None => return Err(Box::new(Fault::SignedOut.into_response())),
            Some(agent) if agent.role < role => return Err(Box::new(Fault::Forbidden.into_response())),
            Some(_) => {}
        }
    }
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return Ok(());
    }
    let refused = |fault: Fault| Box::new(fault.into_response());
    let elsewhere = request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    let body = std::mem::replace(request.body_mut(), Body::empty());
    let Ok(bytes) = axum::body::to_bytes(body, FORM).await else {
        return Err(refused(Fault::TooLarge));
    };
    let fields = Fields::parse(&bytes);
    let token = fields.one("csrf");
    if elsewhere || !bool::from(token.as_bytes().ct_eq(reader.csrf.as_bytes())) {
        return Err(refused(Fault::Form));
    }
    request.extensions_mut().insert(fields);
    Ok(())
}

/// A cookie line. Without `seconds` it ends with the browser.
pub(crate) fn set_cookie(name: &str, value: &str, seconds: Option<i64>, secure: bool) -> HeaderValue {
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The status of an answer that turned somebody away.
#[cfg(test)]
pub(crate) fn turned_away(answer: &Response) -> bool {
    use axum::http::StatusCode;
    let login = answer.headers().get("location").is_some_and(|to| to.as_bytes().starts_with(b"/desk/login"));
    matches!(answer.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
        || (answer.status() == StatusCode::SEE_OTHER && login)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(axum::http::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_browser_chooses_the_language_until_the_reader_does() {
        assert_eq!(language(&headers(&[])), Language::English);
        assert_eq!(language(&headers(&[(ACCEPT_LANGUAGE, "fr, vi;q=0.8, en")])), Language::Vietnamese);
        let chosen = headers(&[(ACCEPT_LANGUAGE, "vi"), (COOKIE, "a=b; lara_language=en")]);
        assert_eq!(language(&chosen), Language::English);
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let jar = headers(&[(COOKIE, "xlara_desk=1; lara_desk=; lara_desk=2")]);
        assert_eq!(cookie(&jar, LOGIN), Some("2"));
    }
}
