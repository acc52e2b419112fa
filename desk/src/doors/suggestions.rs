//! Two that may be one person: what speaks for it, for an agent to confirm or refuse.

use super::people_view::Look;
use super::person::said;
use super::person_joins::{SideView, SuggestionView, suggestion_view};
use crate::auth::Visitor;
use crate::error::Fault;
use crate::frame::{Frame, Here, brand, frame, page, texts};
use crate::state::Shared;
use crate::view::Zone;
use crate::words::{self, PeopleWords, Words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

/// Suggestions on a page.
const SUGGESTIONS: u32 = 20;

#[derive(Template)]
#[template(path = "suggestions.html")]
struct Page {
    w: &'static Words,
    p: &'static PeopleWords,
    f: Frame,
    count: i64,
    suggestions: Vec<SuggestionView>,
    more: Option<String>,
    refresh: String,
}

#[derive(Template)]
#[template(path = "suggestions_list.html")]
struct Part {
    w: &'static Words,
    p: &'static PeopleWords,
    f: Frame,
    count: i64,
    suggestions: Vec<SuggestionView>,
    more: Option<String>,
    refresh: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    fragment: String,
    #[serde(default)]
    said: String,
    /// `<milliseconds>.<id>` of the last one on the page before.
    #[serde(default)]
    before: String,
}

fn place(text: &str) -> Option<(Timestamp, Uuid)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(at.parse().ok()?), id.parse().ok()?))
}

/// `GET /desk/suggestions`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let Some(brand) = brand(&state, &visitor).await? else {
        return Ok(Redirect::to("/desk").into_response());
    };
    let (w, p) = (texts(&visitor), words::people(visitor.language));
    let zone = Zone::new(&brand.settings.time_zone, visitor.language);
    let look = Look { visitor: &visitor, zone: &zone, now: state.clock.now() };
    let before = place(&asked.before);
    let found = state.pages.suggestions(brand.id, before, SUGGESTIONS).await?;
    // What is left out because a side is gone does not count: a page may be shorter than it could be.
    let full = u32::try_from(found.len()).is_ok_and(|found| found >= SUGGESTIONS);
    let last = found.last().filter(|_| full);
    let more = last.map(|last| format!("/desk/suggestions?before={}.{}", last.at.millis(), last.id));
    let refresh = match before {
        None => "/desk/suggestions?fragment=suggestions".to_owned(),
        Some(_) => format!("/desk/suggestions?before={}&fragment=suggestions", asked.before),
    };
    let suggestions = found.iter().map(|one| suggestion_view(&look, one, None)).collect();
    let f = frame(&state, &visitor, Here::Suggestions, Some(&brand), said(p, &asked.said)).await?;
    let count = f.suggestions;
    if asked.fragment == "suggestions" {
        return page(&Part { w, p, f, count, suggestions, more, refresh });
    }
    page(&Page { w, p, f, count, suggestions, more, refresh })
}
