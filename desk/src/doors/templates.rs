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
use lara_core::model::{Language, TemplateName};

/// One text of a key: where it is edited and what is live.
struct Variant {
    link: String,
    state: String,
    published: bool,
    language: String,
    channel: String,
}

struct Row {
    find: String,
    key: String,
    name: String,
    /// Vietnamese, English, and the texts of one channel.
    cells: [Vec<Variant>; 3],
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
        let name = &listed.name;
        if rows.last().is_none_or(|row| row.key != name.key) {
            let words = codes::key(visitor.language, &name.key).into_owned();
            let find = lara_store::fold(&format!("{words} {}", name.key));
            rows.push(Row { find, key: name.key.clone(), name: words, cells: Default::default() });
        }
        let language = codes::spoken(visitor.language, name.language.as_str()).into_owned();
        let channel = name.channel.map(|kind| codes::channel(visitor.language, kind));
        let variant = Variant {
            link: link(name),
            state: version(w, listed.version),
            published: listed.version > 0,
            channel: channel.map(|channel| format!("{channel}, {language}")).unwrap_or_default(),
            language,
        };
        if let Some(row) = rows.last_mut() {
            let [vietnamese, english, one_channel] = &mut row.cells;
            match (name.channel, name.language) {
                (Some(_), _) => one_channel.push(variant),
                (None, Language::Vietnamese) => vietnamese.push(variant),
                (None, Language::English) => english.push(variant),
            }
        }
    }
    let f = frame(&state, &visitor, Here::Templates, Some(&brand), None).await?;
    page(&Page { w, f, rows })
}
