//! `/api/v1`: what a brand's own systems read and change, described by OpenAPI. One file a resource; a handler reads its input,
//! asks the pages or the core, and shows the answer.
//!
//! Life of a request: `caller` (token or cookie, and its scope) -> `once` (idempotency key) -> `input` and `check` (body, query
//! and path, with everything that is wrong) -> the resource -> `problem` for what went wrong. What an operation needs is said
//! once, in its `security`, and enforced from there.

mod caller;
mod check;
mod conversations;
mod customers;
mod docs;
mod document;
mod examples;
mod input;
mod joins;
mod messages;
mod once;
mod orders;
mod page;
mod preferences;
mod privacy;
mod problem;
mod products;
mod returns;
mod shape;

#[cfg(test)]
mod access_tests;
#[cfg(test)]
mod people_tests;
#[cfg(test)]
mod tests;

use crate::state::Shared;
use axum::Router;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use caller::Needs;
use problem::{Code, Problem};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the middleware needs.
#[derive(Clone)]
struct Enter {
    state: Shared,
    needs: Arc<HashMap<(Method, String), Needs>>,
}

/// Every operation, and its description.
fn operations() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(document::base())
        .routes(routes!(customers::list))
        .routes(routes!(customers::show, customers::correct, privacy::erase))
        .routes(routes!(customers::put))
        .routes(routes!(customers::orders))
        .routes(routes!(customers::conversations))
        .routes(routes!(returns::list))
        .routes(routes!(preferences::list))
        .routes(routes!(preferences::show, preferences::put, preferences::forget))
        .routes(routes!(privacy::consent))
        .routes(routes!(privacy::export))
        .routes(routes!(joins::list))
        .routes(routes!(joins::merge))
        .routes(routes!(joins::undo))
        .routes(routes!(joins::suggestions))
        .routes(routes!(joins::confirm))
        .routes(routes!(joins::refuse))
        .routes(routes!(orders::list))
        .routes(routes!(orders::show, orders::put))
        .routes(routes!(orders::batch))
        .routes(routes!(returns::put))
        .routes(routes!(products::list))
        .routes(routes!(products::show, products::put))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::show))
        .routes(routes!(conversations::queue))
        .routes(routes!(messages::write))
}

/// The document, whole.
pub(crate) fn document() -> Value {
    document::completed(operations().get_openapi())
}

/// The document as it is served.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", document()));

/// `GET /api/v1/openapi.json`: for everybody, because it says nothing that the source does not.
async fn openapi() -> Response {
    crate::headers::harden(([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response())
}

async fn missing() -> Problem {
    Problem::new(Code::NotFound)
}

async fn wrong_method() -> Problem {
    Problem::new(Code::WrongMethod).because("the header Allow names what is served here")
}

/// The API. Everything under `/api/` that is no operation is a problem.
pub(crate) fn router(state: &Shared) -> Router {
    let (routes, openapi_of_routes) = operations().split_for_parts();
    let needs = Arc::new(document::needs(&document::completed(&openapi_of_routes)));
    let enter = Enter { state: state.clone(), needs };
    routes
        .method_not_allowed_fallback(wrong_method)
        .route_layer(from_fn_with_state(enter.clone(), once::once))
        .route_layer(from_fn_with_state(enter, caller::enter))
        .route("/api/v1/openapi.json", get(openapi).fallback(wrong_method))
        .route("/api/v1/docs", get(docs::show).fallback(wrong_method))
        .route("/api", any(missing))
        .route("/api/{*rest}", any(missing))
        .with_state(state.clone())
}
