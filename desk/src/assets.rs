//! The stylesheet, the script and the icons, embedded and named by their content so that browsers may keep them.

use crate::auth::digest;
use crate::headers;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use std::sync::LazyLock;

const STYLE: &str = include_str!("../assets/desk.css");
const SCRIPT: &str = include_str!("../assets/desk.js");
const ICONS: &str = include_str!("../assets/icons.svg");
const ICON: &str = include_str!("../assets/icon.svg");

/// Moves when any asset does; part of their addresses.
pub(crate) static VERSION: LazyLock<String> =
    LazyLock::new(|| digest(&[STYLE, SCRIPT, ICONS].concat()).0.chars().take(10).collect());

/// `GET /desk/assets/{file}`.
pub(crate) async fn show(Path(file): Path<String>) -> Response {
    let (kind, body) = match file.as_str() {
        "desk.css" => ("text/css; charset=utf-8", STYLE),
        "desk.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "icons.svg" => ("image/svg+xml", ICONS),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return headers::harden(StatusCode::NOT_FOUND.into_response()),
    };
    let kept = "public, max-age=31536000, immutable";
    headers::harden(([(CONTENT_TYPE, kind), (CACHE_CONTROL, kept)], body).into_response())
}

/// `GET /favicon.ico`: what browsers ask for on pages that name no icon.
pub(crate) async fn favicon() -> Response {
    show(Path("icon.svg".to_owned())).await
}

/// A text as the value of a query.
pub(crate) fn query_value(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
