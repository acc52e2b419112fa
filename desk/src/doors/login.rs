//! Signing in and out.

use super::home::to_login;
use crate::auth::{LOGIN, Visitor, digest, fresh_token, lock_after, set_cookie};
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::{Door, local, page, texts};
use crate::state::Shared;
use crate::view;
use crate::words::{self, Words};
use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::{AgentId, Millis, Timestamp};
use lara_core::ports::Credentials;
use secrecy::SecretString;
use serde::Deserialize;
use std::net::SocketAddr;

/// How long a login lasts: fourteen days.
const LASTS: Millis = Millis::minutes(14 * 24 * 60);
/// Bytes of the longest e-mail an agent can have.
const LONGEST_EMAIL: usize = 200;

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    w: &'static Words,
    d: Door,
    notice: Option<String>,
    kind: &'static str,
    next: String,
    email: String,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    said: String,
}

/// `GET /desk/login`.
pub(crate) async fn show(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    if visitor.agent.is_some() {
        return Ok(Redirect::to(local(&asked.next)).into_response());
    }
    let w = texts(&visitor);
    let notice = (asked.said == "logged_out").then(|| w.logged_out.to_owned());
    let door = Door::new(&visitor);
    page(&Page { w, d: door, notice, kind: "good", next: asked.next, email: String::new() })
}

fn refused(visitor: &Visitor, fields: &Fields, text: String) -> Result<Response, Fault> {
    let w = texts(visitor);
    let door = Door { back: "/desk/login".to_owned(), ..Door::new(visitor) };
    let answer = page(&Page {
        w,
        d: door,
        notice: Some(text),
        kind: "bad",
        next: fields.one("next").to_owned(),
        email: fields.trimmed("email").to_owned(),
    })?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, answer).into_response())
}

fn locked(visitor: &Visitor, fields: &Fields, left: Millis) -> Result<Response, Fault> {
    // Rounded up, so that who waits as told is let in.
    let wait = view::span(visitor.language, Millis(left.0.saturating_add(59_999))).unwrap_or_default();
    refused(visitor, fields, words::fill(texts(visitor).login_locked, &[("wait", &wait)]))
}

/// `POST /desk/login`. What is answered, and how long it takes, does not tell whether the e-mail is known.
pub(crate) async fn log_in(
    State(state): State<Shared>,
    visitor: Visitor,
    extensions: Extensions,
    fields: Fields,
) -> Result<Response, Fault> {
    let now = state.clock.now();
    if let Some(ConnectInfo(from)) = extensions.get::<ConnectInfo<SocketAddr>>()
        && let Err(left) = state.throttle.try_from(from.ip(), now)
    {
        return locked(&visitor, &fields, left);
    }
    let email = fields.trimmed("email").to_lowercase();
    let early = look_up(&state, &email).await?.locked_until;
    if let Some(until) = early.filter(|until| *until > now) {
        return locked(&visitor, &fields, until.since(now));
    }
    let defect = |error| Fault::Defect(Box::new(error));
    // Kept until the failure is stored, so that who sits down next sees it.
    let seat = state.passwords.seat().await.map_err(defect)?;
    // Others may have guessed at the same e-mail while this one waited.
    let now = state.clock.now();
    let LookedUp { known, locked_until, plausible } = look_up(&state, &email).await?;
    if let Some(until) = locked_until.filter(|until| *until > now) {
        return locked(&visitor, &fields, until.since(now));
    }
    let password = SecretString::from(fields.one("password"));
    let hash = known.as_ref().and_then(|known| known.password.clone());
    let fits = state.passwords.fits(&seat, password, hash).await.map_err(defect)?;
    match known {
        Some(known) if fits && known.agent.disabled_at.is_none() => {
            let next = local(fields.one("next")).to_owned();
            open(&state, known.agent.id, known.failures, now, &next).await
        }
        known => {
            if plausible {
                failed(&state, known.as_ref(), &email, now).await?;
            }
            drop(seat);
            refused(&visitor, &fields, texts(&visitor).login_wrong.to_owned())
        }
    }
}

/// Who an e-mail belongs to, and whether they have to wait.
struct LookedUp {
    known: Option<Credentials>,
    locked_until: Option<Timestamp>,
    /// Whether an agent could have such an e-mail; others are neither looked up nor remembered.
    plausible: bool,
}

async fn look_up(state: &Shared, email: &str) -> Result<LookedUp, Fault> {
    let plausible = email.len() <= LONGEST_EMAIL && email.contains('@');
    let known = if plausible { state.agents.credentials(email).await? } else { None };
    let locked_until = match &known {
        Some(known) => known.locked_until,
        None => state.throttle.unknown_locked_until(email),
    };
    Ok(LookedUp { known, locked_until, plausible })
}

async fn failed(
    state: &Shared,
    known: Option<&Credentials>,
    email: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    match known {
        Some(known) => {
            state.agents.record_failure(known.agent.id, now, lock_after).await?;
        }
        None => state.throttle.unknown_failed(email, now),
    }
    tracing::info!(known = known.is_some(), "a login failed");
    Ok(())
}

/// Opens a login and goes on.
pub(crate) async fn open(
    state: &Shared,
    agent: AgentId,
    failures: i32,
    now: Timestamp,
    next: &str,
) -> Result<Response, Fault> {
    if failures > 0 {
        state.agents.forget_failures(agent).await?;
    }
    let token = fresh_token().map_err(|error| Fault::Defect(Box::new(error)))?;
    state.agents.open_login(&digest(&token), agent, now.plus(LASTS)).await?;
    tracing::info!(%agent, "signed in");
    let mut answer = Redirect::to(next).into_response();
    let cookie = set_cookie(LOGIN, &token, Some(LASTS.0 / 1_000), state.secure);
    answer.headers_mut().append(SET_COOKIE, cookie);
    Ok(answer)
}

/// `POST /desk/logout`.
pub(crate) async fn log_out(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Fault> {
    if visitor.agent.is_some() {
        state.agents.end_login(&digest(&visitor.token)).await?;
    }
    let mut answer = Redirect::to(&format!("{}&said=logged_out", to_login("/desk"))).into_response();
    answer.headers_mut().append(SET_COOKIE, set_cookie(LOGIN, "", Some(0), state.secure));
    Ok(answer)
}
