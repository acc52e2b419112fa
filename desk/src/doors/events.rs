//! `GET /desk/events`: says that something changed; the page fetches what it shows anew.

use crate::state::Shared;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use lara_core::ports::{Change, ChangeKind};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// A comment this often keeps proxies from closing a silent stream.
const PING: Duration = Duration::from_secs(15);
/// What a browser is told to wait before it connects again, and that it should read everything anew.
const HELLO: &str = "retry: 2000\nevent: changed\ndata: {\"kind\":\"all\"}\n\n";

const fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Conversation => "conversation",
        ChangeKind::Brand => "brand",
        ChangeKind::Templates => "templates",
        ChangeKind::Customer => "customer",
        ChangeKind::Model => "model",
        ChangeKind::Channel => "channel",
    }
}

fn line(change: &Change) -> String {
    let data = serde_json::json!({
        "kind": kind(change.kind), "key": change.key, "brand": change.brand, "number": change.number,
    });
    format!("event: changed\ndata: {data}\n\n")
}

async fn next(changes: &mut Receiver<Change>, shutdown: &CancellationToken) -> Option<String> {
    tokio::select! {
        () = shutdown.cancelled() => None,
        change = changes.recv() => match change {
            Ok(change) => Some(line(&change)),
            Err(RecvError::Lagged(_)) => Some("event: changed\ndata: {\"kind\":\"all\"}\n\n".to_owned()),
            Err(RecvError::Closed) => None,
        },
        () = tokio::time::sleep(PING) => Some(": ping\n\n".to_owned()),
    }
}

/// The stream. It ends when the server does.
pub(crate) async fn stream(State(state): State<Shared>) -> Response {
    let changes = state.feed.watch_all();
    let shutdown = state.shutdown.clone();
    let lines = stream::unfold((changes, shutdown, true), async |(mut changes, shutdown, first)| {
        let text = if first { HELLO.to_owned() } else { next(&mut changes, &shutdown).await? };
        Some((Ok::<_, Infallible>(Bytes::from(text)), (changes, shutdown, false)))
    });
    let mut answer = Response::new(Body::from_stream(lines));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    answer
}
