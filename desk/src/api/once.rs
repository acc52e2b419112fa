//! Idempotency keys (draft-ietf-httpapi-idempotency-key-header): a change that is sent twice with one key is done once, and
//! answered the same. The key is taken before the work and the answer kept after it, in this order: a crash between them
//! leaves a key without an answer, and after a minute whoever sends it again has the work done again. Every change here may
//! be done twice without harm.

use super::Enter;
use super::caller::Caller;
use super::input::whole;
use super::problem::{Code, Problem};
use crate::auth::hex;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use lara_core::ports::{ApiAnswer, ApiRequest, Begun, StoreResult};
use sha2::{Digest as _, Sha256};

/// The header of the key.
pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// What an answer that was given before says.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Characters of the longest key.
const LONGEST: usize = 255;

/// The middleware around every operation, behind `enter`.
pub(crate) async fn once(State(enter): State<Enter>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let Some(key) = request.headers().get(KEY).filter(|_| changes) else {
        return next.run(request).await;
    };
    let key = key.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= LONGEST);
    let Some(key) = key.map(ToOwned::to_owned) else {
        let why = format!("it has 1 to {LONGEST} visible characters");
        return Problem::new(Code::BadKey).because(why).into_response();
    };
    // In a task of its own: who hangs up would end the work between what it changed and the answer that is kept, and the same
    // request, sent again, would be done again. It is awaited here, and a server that stops waits for whoever is answered.
    #[expect(
        clippy::disallowed_methods,
        reason = "awaited here: a server that stops waits for whoever is answered"
    )]
    let work = tokio::spawn(async move { keyed(&enter, &key, request, next).await });
    match work.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(problem)) => problem.into_response(),
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Problem::new(Code::UnderWay).because("ask again in a moment").into_response(),
        },
    }
}

async fn keyed(enter: &Enter, key: &str, request: Request, next: Next) -> Result<Response, Problem> {
    let Some(Caller::Token(token)) = request.extensions().get::<Caller>().cloned() else {
        return Ok(next.run(request).await);
    };
    let (parts, body) = request.into_parts();
    let body = whole(body).await?;
    let target = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let digest = digest(&parts.method, &target, &body);
    let ours = ApiRequest { token: token.id, brand: token.brand, key, digest: &digest };
    let begun = enter.state.clock.now();
    let answers = &enter.state.answers;
    match answers.begin(&ours, begun).await? {
        Begun::UnderWay => return Err(Problem::new(Code::UnderWay).because("ask again in a moment")),
        Begun::Other => {
            return Err(Problem::new(Code::KeyReused).because("choose a new key for every change"));
        }
        Begun::Answered(answer) => return Ok(replayed(answer)),
        Begun::New => {}
    }
    let answer = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (head, body) = answer.into_parts();
    // Our own answer: it has an end.
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let noted: StoreResult<()> = if head.status.is_server_error() {
        // Not done: the same request may be sent again at once.
        answers.not_done(&ours, begun).await
    } else {
        let body = String::from_utf8_lossy(&body).into_owned();
        answers.answered(&ours, begun, &ApiAnswer { status: head.status.as_u16(), body }).await
    };
    if let Err(error) = noted {
        // The work is done and may be done again: the caller hears of it all the same.
        let error: &dyn std::error::Error = &error;
        tracing::warn!(token = %token.id, error, "an answer was not kept");
    }
    Ok(Response::from_parts(head, Body::from(body)))
}

fn replayed(answer: ApiAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let kind = if status.is_success() { "application/json" } else { "application/problem+json" };
    let empty = answer.body.is_empty();
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    if empty {
        headers.remove(CONTENT_TYPE);
    } else {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// What makes two requests the same. Each part is led by its length, so that no part runs into the next.
fn digest(method: &Method, target: &str, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [method.as_str().as_bytes(), target.as_bytes(), body] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::super::tests::Shop;
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::post;
    use lara_core::model::Scope;
    use std::collections::HashMap;
    use std::sync::Arc;
    use tokio::sync::Notify;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn who_hangs_up_finds_the_work_done_and_its_answer_kept() {
        let shop = Shop::open().await;
        let token = Arc::new(shop.token(shop.world.brand.id, "all", Scope::ALL).await);
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let work = {
            let (begun, go_on) = (begun.clone(), go_on.clone());
            async move || {
                begun.notify_one();
                go_on.notified().await;
                "done"
            }
        };
        let enter = Enter { state: shop.state.clone(), needs: Arc::new(HashMap::new()) };
        let router = Router::new().route("/", post(work)).layer(from_fn_with_state(enter, once));
        let send = || {
            let mut request = Request::post("/").header(KEY, "k").body(Body::empty()).unwrap();
            request.extensions_mut().insert(Caller::Token(token.clone()));
            router.clone().oneshot(request)
        };
        // The line breaks while the work is under way.
        tokio::select! {
            _ = send() => panic!("it was answered before the line broke"),
            () = begun.notified() => {}
        }
        assert_eq!(send().await.unwrap().status(), StatusCode::CONFLICT);
        go_on.notify_one();
        let again = loop {
            let again = send().await.unwrap();
            if again.status() != StatusCode::CONFLICT {
                break again;
            }
        };
        assert_eq!((again.status(), again.headers().contains_key(REPLAYED)), (StatusCode::OK, true));
    }

    #[test]
    fn requests_that_differ_anywhere_have_other_digests() {
        let one = digest(&Method::PUT, "/a", b"b");
        assert_eq!(one, digest(&Method::PUT, "/a", b"b"));
        for other in [
            digest(&Method::POST, "/a", b"b"),
            digest(&Method::PUT, "/ab", b""),
            digest(&Method::PUT, "/a", b"c"),
        ] {
            assert_ne!(one, other);
        }
    }
}
