//! `GET /web/{brand}/stream`: messages as server-sent events, read by the widget with fetch.

use super::WebState;
use super::door::Which;
use super::messages::Since;
use super::view::MessageView;
use crate::http::reader::{From, Whose};
use crate::http::{Params, Problem};
use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt as _, stream};
use std::convert::Infallible;
use std::time::Duration;

/// Proxies cut what is silent for half a minute.
const PING: Duration = Duration::from_secs(15);

/// Streams what is said after the cursor until the page goes away or the server stops.
pub(crate) async fn stream(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Params(which): Params<Which>,
    Params(since): Params<Since>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Response, Problem> {
    state.count_network(&extensions)?;
    let door = state.door(&slug, which.name()).await?;
    let visitor = state.visitor(&door, &headers)?;
    let whose = Whose { channel: door.channel.id, external: visitor.address };
    let ping = KeepAlive::new().interval(PING).text("ping");
    // The first bytes go out at once: the widget learns from them that nothing between holds the stream back.
    let opened = stream::iter([Ok(Event::default().comment("open"))]);
    let events = opened.chain(events(state, whose, since.from()?));
    let mut response = Sse::new(events).keep_alive(ping).into_response();
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// The events. A store that fails ends the stream: the widget comes back with its cursor and misses nothing.
fn events(state: WebState, whose: Whose, start: From) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((state, whose, start), async |(state, whose, start)| {
        let messages = match state.reader.next(&whose, start).await {
            Ok(messages) if !messages.is_empty() => messages,
            Ok(_) => return None,
            Err(error) => {
                let _ = Problem::from(error);
                return None;
            }
        };
        let next = start.behind(&messages);
        let views = state.views(&whose.external, messages).await.ok()?;
        Some((stream::iter(views.into_iter().map(|view| Ok(event(&view)))), (state, whose, next)))
    })
    .flatten()
}

fn event(view: &MessageView) -> Event {
    let data = serde_json::to_string(view).unwrap_or_default();
    Event::default().event("message").id(view.cursor()).data(data)
}
