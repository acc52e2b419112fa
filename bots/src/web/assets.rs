//! The widget's script. Its parts are put together once: one file travels, several are read.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;

/// The parts in the order they are joined; each only uses what stands before it when it is run.
const PARTS: [&str; 8] = [
    include_str!("assets/widget/texts.js"),
    include_str!("assets/widget/memory.js"),
    include_str!("assets/widget/wire.js"),
    include_str!("assets/widget/leader.js"),
    include_str!("assets/widget/talk.js"),
    include_str!("assets/widget/elsewhere.js"),
    include_str!("assets/widget/panel.js"),
    include_str!("assets/widget/main.js"),
];

const STYLE: &str = include_str!("assets/widget/widget.css");

struct Script {
    body: String,
    tag: HeaderValue,
}

static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
    let style = serde_json::to_string(STYLE).unwrap_or_default();
    let body = format!("(() => {{\n\"use strict\";\nconst STYLE = {style};\n{}}})();\n", PARTS.join("\n"));
    let hash = crate::seal::sha256_hex(&body);
    let tag = HeaderValue::from_str(&format!("\"{}\"", hash.get(..16).unwrap_or_default()));
    Script { body, tag: tag.unwrap_or(HeaderValue::from_static("\"\"")) }
});

/// `GET /widget.js`.
pub(crate) async fn widget(headers: HeaderMap) -> Response {
    let common = [
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        (ETAG, SCRIPT.tag.clone()),
        // Shops embed it from their own sites.
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    if headers.get(IF_NONE_MATCH) == Some(&SCRIPT.tag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT.body.as_str()).into_response()
}
