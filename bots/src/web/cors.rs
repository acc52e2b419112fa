//! Which sites may embed a channel's widget.

use super::WebState;
use super::door::{Door, Which};
use super::settings::normal_origin;
use crate::http::{Params, Problem};
use axum::extract::{Path, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HOST, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Answers preflights, and tells the browser whether the page may read the answer. Tokens travel in a header that a foreign
/// page cannot have, so the browser's own refusal is all the protection that is needed here.
pub(crate) async fn cors(
    State(state): State<WebState>,
    Path(path): Path<Vec<(String, String)>>,
    Params(which): Params<Which>,
    request: Request,
    next: Next,
) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let slug = path.iter().find(|(name, _)| name == "brand").map_or("", |(_, slug)| slug.as_str());
    let door = match state.door(slug, which.name()).await {
        Ok(door) => door,
        Err(problem) => return readable(problem.into_response(), origin),
    };
    let allowed = is_allowed(&door, &origin, request.headers());
    if request.method() == Method::OPTIONS {
        return if allowed { readable(preflight(), origin) } else { refused().into_response() };
    }
    let response = next.run(request).await;
    if allowed { readable(response, origin) } else { response }
}

fn refused() -> Problem {
    Problem::forbidden(
        "origin_not_allowed",
        "this site may not embed the widget; add its origin to the channel's allowed_origins",
    )
}

/// Whether pages of `origin` may use the channel: its own host, a listed one, any for the demo.
fn is_allowed(door: &Door, origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let Ok(origin) = origin.to_str().map(normal_origin) else {
        return false;
    };
    let listed = &door.settings.allowed_origins;
    if listed.is_empty() && door.brand.demo {
        return true;
    }
    let own = headers.get(HOST).and_then(|host| host.to_str().ok()).map(str::to_ascii_lowercase);
    listed.contains(&origin) || origin.split_once("://").is_some_and(|(_, host)| Some(host) == own.as_deref())
}

fn preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST")),
        (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type")),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Lets pages of `origin` read the response.
fn readable(mut response: Response, origin: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    headers.append(VARY, HeaderValue::from_static("origin"));
    response
}
