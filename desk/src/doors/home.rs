//! The first page anybody sees, and the choice of language and light.

use super::channels::{Down, down};
use crate::assets;
use crate::auth::{Visitor, set_cookie};
use crate::error::Fault;
use crate::frame::{Door, chosen, local, page, texts};
use crate::state::Shared;
use crate::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::Language;
use serde::Deserialize;

/// How long language and light are kept, in seconds: a year.
const KEPT: i64 = 365 * 24 * 3600;

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    w: &'static Words,
    d: Door,
    demo: bool,
    own_brand: bool,
    dead: Vec<Down>,
}

/// `GET /`.
pub(crate) async fn show(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Fault> {
    let brands = state.brands.brands().await?;
    // Strangers are not told what is broken.
    let dead = match chosen(&brands, &visitor).filter(|_| visitor.agent.is_some()) {
        Some(brand) => down(&state, &visitor, brand).await?,
        None => Vec::new(),
    };
    page(&Page {
        w: texts(&visitor),
        d: Door::new(&visitor),
        demo: brands.iter().any(|brand| brand.demo),
        own_brand: brands.iter().any(|brand| !brand.demo),
        dead,
    })
}

#[derive(Deserialize)]
pub(crate) struct Look {
    language: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    back: String,
}

/// `GET /desk/look`: remembers language and light in the browser. It changes nothing here, so a link may do it.
pub(crate) async fn look(State(state): State<Shared>, Query(look): Query<Look>) -> Response {
    let mut answer = Redirect::to(local(&look.back)).into_response();
    let language = look.language.and_then(|code| code.parse::<Language>().ok());
    let theme = look.theme.filter(|theme| ["auto", "light", "dark"].contains(&theme.as_str()));
    let cookies = [("lara_language", language.map(|l| l.to_string())), ("lara_theme", theme)];
    for (name, value) in cookies {
        if let Some(value) = value {
            answer.headers_mut().append(SET_COOKIE, set_cookie(name, &value, Some(KEPT), state.secure));
        }
    }
    answer
}

/// Where somebody is sent to sign in before going on to `next`.
pub(crate) fn to_login(next: &str) -> String {
    format!("/desk/login?next={}", assets::query_value(local(next)))
}
