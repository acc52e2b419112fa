//! `GET /web/{brand}/stream`: messages as server-sent events, read by the widget with fetch.

use super::WebState;
use super::door::Which;
use super::messages::Since;
use super::view::MessageView;
use crate::http::limits::{client, network_key};
use crate::http::reader::{From, Whose};
use crate::http::{Params, Problem};
use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt as _, stream};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Proxies cut what is silent for half a minute.
const PING: Duration = Duration::from_secs(15);

/// Streams one visitor may hold open: the widget keeps one a browser, and comes back before an old one is found dead.
const OF_VISITOR: usize = 5;
/// Streams one network address may hold open. Whole offices share one.
const OF_NETWORK: usize = 200;
/// What who has too many streams is told to wait, in seconds.
const WAIT: u32 = 30;

/// How many streams are open, of each visitor and network.
#[derive(Debug, Default)]
pub(crate) struct Streams(Mutex<HashMap<String, usize>>);

/// One open stream; counted until it is dropped.
#[derive(Debug)]
struct Seat {
    streams: Arc<Streams>,
    keys: Vec<String>,
}

impl Streams {
    fn open(self: &Arc<Self>, limits: Vec<(String, usize)>) -> Result<Seat, Problem> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if limits.iter().any(|(key, most)| open.get(key).is_some_and(|count| count >= most)) {
            return Err(Problem::too_many(WAIT));
        }
        let keys: Vec<String> = limits.into_iter().map(|(key, _)| key).collect();
        for key in &keys {
            let count = open.entry(key.clone()).or_default();
            *count = count.saturating_add(1);
        }
        Ok(Seat { streams: Arc::clone(self), keys })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            if let Some(count) = open.get_mut(key) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    open.remove(key);
                }
            }
        }
    }
}

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
    let mut limits = vec![(format!("{} {}", door.channel.id, visitor.address), OF_VISITOR)];
    limits.extend(client(&extensions).map(|address| (network_key(address), OF_NETWORK)));
    let seat = state.streams.open(limits)?;
    let whose = Whose { channel: door.channel.id, external: visitor.address };
    let ping = KeepAlive::new().interval(PING).text("ping");
    // The first bytes go out at once: the widget learns from them that nothing between holds the stream back.
    let opened = stream::iter([Ok(Event::default().comment("open"))]);
    let events = opened.chain(events(state, whose, since.from()?, seat));
    let mut response = Sse::new(events).keep_alive(ping).into_response();
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// The events. A store that fails ends the stream: the widget comes back with its cursor and misses nothing.
fn events(
    state: WebState,
    whose: Whose,
    start: From,
    seat: Seat,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((state, whose, start, seat), async |(state, whose, start, seat)| {
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
        Some((stream::iter(views.into_iter().map(|view| Ok(event(&view)))), (state, whose, next, seat)))
    })
    .flatten()
}

fn event(view: &MessageView) -> Event {
    let data = serde_json::to_string(view).unwrap_or_default();
    Event::default().event("message").id(view.cursor()).data(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_stream_is_dropped() {
        let streams = Arc::new(Streams::default());
        let open = |visitor: &str| streams.open(vec![(visitor.to_owned(), 2), ("network".to_owned(), 3)]);
        let lan = (open("lan").unwrap(), open("lan").unwrap());
        assert_eq!(open("lan").unwrap_err(), Problem::too_many(WAIT));
        let minh = open("minh").unwrap();
        assert!(open("minh").is_err(), "the network is full");
        drop(lan);
        assert!(open("minh").is_ok());
        drop(minh);
        assert!(streams.0.lock().unwrap().is_empty(), "nothing is remembered of who has gone");
    }
}
