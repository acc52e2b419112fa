//! The list of templates: intent by language by channel.

use crate::assets::query_value;
use crate::auth::Visitor;
use crate::error::Fault;
use crate::frame::{Frame, Here, brand, frame, page, texts};
use crate::state::Shared;
use crate::words::{self, Words, codes};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::TemplateName;

struct Variant {
    link: String,
    state: String,
    channel: String,
}

struct Row {
    find: String,
    first: bool,
    key: String,
    name: String,
    language: String,
    link: String,
    published: bool,
    state: String,
    variants: Vec<Variant>,
}

#[derive(Template)]
#[template(path = "templates.html")]
struct Page {
    w: &'static Words,
    f: Frame,
    rows: Vec<Row>,
}

/// Where a template is edited.
pub(crate) fn link(name: &TemplateName) -> String {
    let channel = name.channel.map_or_else(String::new, |channel| format!("&channel={channel}"));
    format!("/desk/templates/edit?key={}&language={}{channel}", query_value(&name.key), name.language)
}

/// What a version is called.
pub(crate) fn version(w: &Words, version: i64) -> String {
    if version == 0 {
        w.state_shipped.to_owned()
    } else {
        words::fill(w.state_published, &[("n", &version.to_string())])
    }
}

/// `GET /desk/templates`.
pub(crate) async fn show(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Fault> {
    let Some(brand) = brand(&state, &visitor).await? else {
        return Ok(Redirect::to("/desk/shop#new").into_response());
    };
    let w = texts(&visitor);
    let mut rows: Vec<Row> = Vec::new();
    for listed in state.studio.list(brand.id).await? {
        let state_text = version(w, listed.version);
        let link = link(&listed.name);
        let name = codes::key(visitor.language, &listed.name.key).into_owned();
        let language = codes::spoken(visitor.language, listed.name.language.as_str()).into_owned();
        let same_row = |row: &&mut Row| row.key == listed.name.key && row.language == language;
        if let Some(channel) = listed.name.channel {
            if let Some(row) = rows.iter_mut().rev().find(same_row) {
                let channel = codes::channel(visitor.language, channel).to_owned();
                row.variants.push(Variant { link, state: state_text, channel });
            }
            continue;
        }
        rows.push(Row {
            find: lara_store::fold(&format!("{name} {} {language}", listed.name.key)),
            first: rows.last().is_none_or(|row| row.key != listed.name.key),
            key: listed.name.key,
            name,
            language,
            link,
            published: listed.version > 0,
            state: state_text,
            variants: Vec::new(),
        });
    }
    let f = frame(&state, &visitor, Here::Templates, Some(&brand), None).await?;
    page(&Page { w, f, rows })
}
