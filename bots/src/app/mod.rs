//! The REST channel: a brand's own app or server talks to Lara.
//!
//! | Route | What |
//! |---|---|
//! | `POST /app/v1/messages` | a message of a customer, with an idempotency key |
//! | `GET /app/v1/replies` | the replies to an address after a cursor, waiting for them if asked |
//!
//! A channel with a webhook is pushed to instead ([`Webhook`]).

mod door;
mod messages;
mod replies;
mod settings;
mod webhook;

pub use settings::{AppSettings, AppToken, WebhookSettings};
pub use webhook::{SIGNATURE_HEADER, Webhook, client, signature};

use crate::http::LARGEST_BODY;
use crate::http::cached::Cached;
use crate::http::reader::Reader;
use crate::{Door, Shared};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use lara_core::listen::Listener;
use lara_core::model::ChannelKind;
use lara_core::ports::{Brands, Clock, Directory, Ids, Push};
use std::collections::HashMap;
use std::sync::Arc;

/// What the handlers need.
#[derive(Clone)]
pub(crate) struct AppState {
    brands: Arc<dyn Brands>,
    directory: Arc<dyn Directory>,
    listener: Arc<Listener>,
    reader: Reader,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    doors: Arc<Cached<(), Arc<HashMap<String, door::AppDoor>>>>,
}

/// The REST channel: its routes, and the webhook for channels that want to be called.
pub(crate) const DOOR: Door = Door {
    kinds: &[ChannelKind::App],
    router: Some(router),
    push: Some(push),
    run: None,
    check: None,
    fetch: None,
    way: None,
};

fn push(shared: &Shared) -> Arc<dyn Push> {
    let (client, clock) = (shared.webhooks.clone(), Arc::clone(&shared.clock));
    Arc::new(Webhook::new(client, shared.private_targets, clock))
}

fn router(shared: &Shared) -> Router {
    let state = AppState {
        brands: Arc::clone(&shared.brands),
        directory: Arc::clone(&shared.directory),
        listener: Arc::clone(&shared.listener),
        reader: shared.reader(),
        clock: Arc::clone(&shared.clock),
        ids: Arc::clone(&shared.ids),
        doors: Arc::default(),
    };
    Router::new()
        .route("/app/v1/messages", post(messages::write))
        .route("/app/v1/replies", get(replies::read))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(state)
}
