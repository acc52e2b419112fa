//! The web channel: the chat widget and the HTTP it speaks.
//!
//! | Route | What |
//! |---|---|
//! | `GET /widget.js` | the widget, one script tag |
//! | `POST /web/{brand}/visitor` | a visitor token, for a stranger or for whom an identity token names |
//! | `POST /web/{brand}/messages` | a message of the visitor |
//! | `GET /web/{brand}/messages` | what was said after a cursor, waiting for it if asked |
//! | `GET /web/{brand}/stream` | the same as server-sent events |
//! | `POST /web/{brand}/link` | a one-time code for who is signed in, and the links that take it elsewhere |
//! | `POST /web/{brand}/demo-token`, `GET /demo` | the demo brand's shop page; outside the demo brand they do not exist |

mod assets;
mod cors;
mod demo;
mod door;
mod link;
mod messages;
mod names;
mod settings;
mod stream;
mod view;
mod visit;
mod visitor;

pub use demo::{LAN, MINH};

use crate::http::LARGEST_BODY;
use crate::http::cached::Cached;
use crate::http::limits::Buckets;
use crate::http::reader::Reader;
use crate::{Door, Shared};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use lara_core::listen::Listener;
use lara_core::model::ChannelKind;
use lara_core::ports::{Brands, Clock, Directory, Ids};
use std::sync::Arc;

/// What the handlers need.
#[derive(Clone)]
pub(crate) struct WebState {
    shared: Shared,
    brands: Arc<dyn Brands>,
    directory: Arc<dyn Directory>,
    listener: Arc<Listener>,
    reader: Reader,
    names: names::AgentNames,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    doors: Arc<Cached<(String, String), Arc<door::Door>>>,
    visitors: Arc<Buckets>,
    networks: Arc<Buckets>,
    codes: Arc<Buckets>,
    streams: Arc<stream::Streams>,
}

/// The web channel: everything is pulled, so it has routes and no sender.
pub(crate) const DOOR: Door = Door {
    kinds: &[ChannelKind::Web],
    router: Some(router),
    push: None,
    run: None,
    check: None,
    fetch: None,
    way: None,
};

fn router(shared: &Shared) -> Router {
    let state = WebState {
        shared: shared.clone(),
        brands: Arc::clone(&shared.brands),
        directory: Arc::clone(&shared.directory),
        listener: Arc::clone(&shared.listener),
        reader: shared.reader(),
        names: names::AgentNames::new(Arc::clone(&shared.agents), Arc::clone(&shared.clock)),
        clock: Arc::clone(&shared.clock),
        ids: Arc::clone(&shared.ids),
        doors: Arc::default(),
        visitors: Arc::new(Buckets::new(shared.limits.visitor)),
        networks: Arc::new(Buckets::new(shared.limits.network)),
        codes: Arc::new(Buckets::new(link::CODES)),
        streams: Arc::default(),
    };
    let embedded = Router::new()
        .route("/web/{brand}/visitor", post(visit::visit))
        .route("/web/{brand}/messages", post(messages::write).get(messages::read))
        .route("/web/{brand}/stream", get(stream::stream))
        .route("/web/{brand}/link", post(link::link))
        .route("/web/{brand}/demo-token", post(demo::token))
        .route_layer(from_fn_with_state(state.clone(), cors::cors))
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    Router::new()
        .merge(embedded)
        .route("/widget.js", get(assets::widget))
        .route("/demo", get(demo::page))
        .with_state(state)
}
