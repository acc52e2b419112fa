//! One template: its text, what is wrong with it, how it looks for chosen customers, publishing and rolling back.

use super::templates::link;
use super::templates_view::{Draft, Editor, FaultView, PreviewView, editor, fault_views, previews};
use crate::auth::Visitor;
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::{Frame, Here, Notice, brand, frame, page, texts};
use crate::state::Shared;
use crate::words::{self, Words};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::act::template;
use lara_core::model::{Brand, CustomerId, TemplateName};
use lara_core::studio::Published;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "template_edit.html")]
struct Page {
    w: &'static Words,
    f: Frame,
    e: Editor,
}

#[derive(Template)]
#[template(path = "preview_part.html")]
struct Part {
    e: Shown,
}

/// What the preview fragment shows.
struct Shown {
    faults: Vec<FaultView>,
    previews: Vec<PreviewView>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    key: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    find: String,
    #[serde(default)]
    said: String,
    #[serde(default)]
    n: i64,
}

fn name(key: &str, language: &str, channel: &str) -> Result<TemplateName, Fault> {
    let channel = match channel {
        "" => None,
        kind => Some(kind.parse().map_err(|_| Fault::Input)?),
    };
    if !template::is_key(key) {
        return Err(Fault::Missing);
    }
    Ok(TemplateName { key: key.to_owned(), language: language.parse().map_err(|_| Fault::Input)?, channel })
}

fn named(fields: &Fields) -> Result<TemplateName, Fault> {
    name(fields.one("key"), fields.one("language"), fields.one("channel"))
}

async fn needed(state: &Shared, visitor: &Visitor) -> Result<Brand, Fault> {
    brand(state, visitor).await?.ok_or(Fault::Missing)
}

/// `GET /desk/templates/edit`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let brand = needed(&state, &visitor).await?;
    let w = texts(&visitor);
    let notice = match asked.said.as_str() {
        "published" => Some(Notice::good(words::fill(w.published, &[("n", &asked.n.to_string())]))),
        "rolled-back" => Some(Notice::good(w.rolled_back)),
        "unchanged" => Some(Notice::warn(w.unchanged)),
        "stale" => Some(Notice::bad(w.publish_stale)),
        _ => None,
    };
    let name = name(&asked.key, &asked.language, &asked.channel)?;
    let draft = Draft { body: None, people: Vec::new(), find: &asked.find, stale: false };
    let e = editor(&state, &visitor, &brand, name, draft).await?;
    let f = frame(&state, &visitor, Here::Templates, Some(&brand), notice).await?;
    page(&Page { w, f, e })
}

fn chosen(fields: &Fields) -> Vec<CustomerId> {
    fields.all("customer").take(8).filter_map(|id| id.parse().ok()).collect()
}

/// `POST /desk/templates/preview`: the fragment with faults and previews of a text that is being written.
pub(crate) async fn preview(
    State(state): State<Shared>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let brand = needed(&state, &visitor).await?;
    let name = named(&fields)?;
    let body = fields.one("body");
    let faults = state.studio.check(&name, body);
    let mut previews_shown = Vec::new();
    if faults.is_empty() {
        let mut people = Vec::new();
        for id in chosen(&fields) {
            if let Some((customer, _, _)) = state.directory.profile(brand.id, id).await? {
                people.push((id, customer.name.unwrap_or_default()));
            }
        }
        previews_shown = previews(&state, &visitor, &brand, &name, body, &people).await?;
    }
    let faults = fault_views(texts(&visitor), &faults);
    page(&Part { e: Shown { faults, previews: previews_shown } })
}

/// `POST /desk/templates/publish`.
pub(crate) async fn publish(
    State(state): State<Shared>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let brand = needed(&state, &visitor).await?;
    let name = named(&fields)?;
    let body = fields.one("body");
    let live: i64 = fields.one("live").parse().map_err(|_| Fault::Input)?;
    let target = link(&name);
    let source = state.studio.source(brand.id, &name).await?.ok_or(Fault::Missing)?;
    if source.version == live && source.body == body && live > 0 {
        return Ok(Redirect::to(&format!("{target}&said=unchanged")).into_response());
    }
    let (notice, is_stale) =
        match state.studio.publish(brand.id, &name, body, live, Some(visitor.signed()?)).await? {
            Published::Done(n) => {
                return Ok(Redirect::to(&format!("{target}&said=published&n={n}")).into_response());
            }
            Published::Broken(_) => (Notice::bad(texts(&visitor).publish_broken), false),
            Published::Stale => (Notice::bad(texts(&visitor).publish_stale), true),
            Published::NoSuchVersion => return Err(Fault::Missing),
        };
    let draft = Draft { body: Some(body), people: chosen(&fields), find: "", stale: is_stale };
    let e = editor(&state, &visitor, &brand, name, draft).await?;
    let f = frame(&state, &visitor, Here::Templates, Some(&brand), Some(notice)).await?;
    let status = if is_stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page(&Page { w: texts(&visitor), f, e })?).into_response())
}

/// `POST /desk/templates/roll-back`.
pub(crate) async fn roll_back(
    State(state): State<Shared>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let brand = needed(&state, &visitor).await?;
    let name = named(&fields)?;
    let to: i64 = fields.one("to").parse().map_err(|_| Fault::Input)?;
    let said = match state.studio.roll_back(brand.id, &name, to, Some(visitor.signed()?)).await? {
        Published::Done(_) => "rolled-back",
        Published::Stale | Published::Broken(_) => "stale",
        Published::NoSuchVersion => return Err(Fault::Missing),
    };
    Ok(Redirect::to(&format!("{}&said={said}", link(&name))).into_response())
}
