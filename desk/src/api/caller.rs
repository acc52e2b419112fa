//! Who calls: the bearer token, or for two old reads the agent's cookie; and whether they may. What an operation needs stands
//! in its own description alone: the document is what is enforced.

use super::Enter;
use super::problem::{Code, Problem};
use crate::auth::{digest, visitor};
use crate::frame;
use crate::headers;
use crate::state::Shared;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::Method;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use lara_core::model::{ApiToken, BrandId, Millis, Scope};
use lara_core::ports::USE_NOTED;
use std::net::SocketAddr;
use std::sync::Arc;

/// What an operation asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Needs {
    /// The scope a token must have.
    pub(crate) scope: Scope,
    /// Whether who is signed in at the desk may, too.
    pub(crate) desk: bool,
}

/// Who calls, as an extractor.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// Somebody with a token.
    Token(Arc<ApiToken>),
    /// Somebody signed in at the desk, who works for every brand and looks at this one.
    Agent(Option<(BrandId, String)>),
}

impl Caller {
    /// The brand that is opened.
    pub(crate) fn brand(&self) -> Result<BrandId, Problem> {
        match self {
            Self::Token(token) => Ok(token.brand),
            Self::Agent(Some((brand, _))) => Ok(*brand),
            Self::Agent(None) => Err(Problem::new(Code::NotFound)),
        }
    }

    /// Whether what belongs to this brand may be shown.
    pub(crate) fn sees(&self, brand: BrandId) -> bool {
        match self {
            Self::Token(token) => token.brand == brand,
            Self::Agent(_) => true,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::new(Code::NoToken))
    }
}

/// The middleware around every operation.
pub(crate) async fn enter(State(enter): State<Enter>, request: Request, next: Next) -> Response {
    // HEAD is GET without a body.
    let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
    let path =
        request.extensions().get::<MatchedPath>().map_or_else(String::new, |path| path.as_str().to_owned());
    let operation = (method, path);
    let Some(needs) = enter.needs.get(&operation).copied() else {
        // Not an operation: the router says which methods are.
        return headers::harden(next.run(request).await);
    };
    let (mut parts, body) = request.into_parts();
    match who(&enter.state, needs, &parts).await {
        Ok(caller) => {
            parts.extensions.insert(caller.clone());
            let answer = headers::harden(next.run(Request::from_parts(parts, body)).await);
            if let (Caller::Token(token), (method, path)) = (caller, operation)
                && method != Method::GET
            {
                // The path as it is declared: what stood in it may be somebody's.
                tracing::info!(token = %token.id, %method, path, status = answer.status().as_u16(), "changed by API");
            }
            answer
        }
        Err(problem) => problem.into_response(),
    }
}

async fn who(state: &Shared, needs: Needs, request: &Parts) -> Result<Caller, Problem> {
    let Some(header) = request.headers.get(AUTHORIZATION) else {
        if needs.desk
            && let Some(caller) = agent(state, request).await?
        {
            return Ok(caller);
        }
        return Err(
            Problem::new(Code::NoToken).because("send Authorization: Bearer and a token of lara token add")
        );
    };
    let now = state.clock.now();
    // What is no bearer token is looked up like one, so that all that is wrong costs the same.
    let words = header.to_str().unwrap_or_default().trim();
    let secret = words.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let secret = secret.map_or("", |(_, secret)| secret.trim());
    let found = state.tokens.token(&digest(secret)).await?;
    let Some(token) = found.filter(|token| token.is_good(now)) else {
        if let Some(ConnectInfo(from)) = request.extensions.get::<ConnectInfo<SocketAddr>>()
            && let Err(wait) = state.wrong_tokens.try_from(from.ip(), now)
        {
            return Err(Problem::too_many(wait));
        }
        return Err(Problem::new(Code::BadToken));
    };
    let noted = token.used_at.is_some_and(|at| now < at.plus(Millis(USE_NOTED.0)));
    if !noted && let Err(error) = state.tokens.token_used(token.id, now).await {
        // Nobody is turned away because a note could not be made.
        let error: &dyn std::error::Error = &error;
        tracing::warn!(token = %token.id, error, "the use of a token was not noted");
    }
    if !token.may(needs.scope) {
        return Err(Problem::scope(needs.scope));
    }
    Ok(Caller::Token(Arc::new(token)))
}

/// Who is signed in at the desk, and the brand they look at.
async fn agent(state: &Shared, request: &Parts) -> Result<Option<Caller>, Problem> {
    let visitor = visitor(state, &request.headers).await?;
    if visitor.agent.is_none() {
        return Ok(None);
    }
    let brands = state.brands.brands().await?;
    let brand = frame::chosen(&brands, &visitor).map(|brand| (brand.id, brand.slug.clone()));
    Ok(Some(Caller::Agent(brand)))
}
