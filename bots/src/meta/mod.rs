//! Messenger, Instagram and WhatsApp: one webhook of Meta, one Graph API, three kinds of channels.
//!
//! | Route | What |
//! |---|---|
//! | `GET /webhooks/meta` | Meta checks that the address is ours |
//! | `POST /webhooks/meta` | events of all pages, accounts and numbers, signed by their app |
//!
//! Rules of the platforms are named where they are used; their pages are on developers.facebook.com.

mod accounts;
mod attachments;
mod button;
mod check;
mod comments;
mod echoes;
mod graph;
mod heard;
mod messaging;
mod node;
mod settings;
mod translate;
mod way;
mod webhook;
mod whatsapp;

pub use accounts::{Account, proof};
pub use echoes::Echoes;
pub use heard::{Heard, What};
pub use settings::{APP_SECRET, LateTemplate, MetaSettings, TOKEN, VERIFY_TOKEN};
pub use translate::{Find, translate};

use crate::hearing::Hearing;
use crate::http::cached::Cached;
use crate::{Door, HealthBook, Shared};
use accounts::Accounts;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use graph::Graph;
use lara_core::model::{ChannelId, ChannelKind};
use lara_core::ports::{Brands, Clock, Push};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The webhook of all three, and the sender of Messenger.
pub(crate) const MESSENGER: Door = Door {
    kinds: &[ChannelKind::Messenger],
    router: Some(router),
    push: Some(messenger),
    run: None,
    check: Some(check::check),
    fetch: None,
    way: Some(way::find),
};
/// The sender of Instagram.
pub(crate) const INSTAGRAM: Door = Door {
    kinds: &[ChannelKind::Instagram],
    router: None,
    push: Some(instagram),
    run: None,
    check: Some(check::check),
    fetch: None,
    way: Some(way::find),
};
/// The sender of WhatsApp.
pub(crate) const WHATSAPP: Door = Door {
    kinds: &[ChannelKind::Whatsapp],
    router: None,
    push: Some(whats_app),
    run: None,
    check: Some(check::check),
    fetch: Some(whatsapp::fetch),
    way: Some(way::find),
};

/// What the handlers need.
struct MetaState {
    brands: Arc<dyn Brands>,
    hearing: Hearing,
    clock: Arc<dyn Clock>,
    health: HealthBook,
    echoes: Echoes,
    moved: MovedBook,
    accounts: Cached<(), Arc<Accounts>>,
}

fn router(shared: &Shared) -> Router {
    let state = MetaState {
        brands: Arc::clone(&shared.brands),
        hearing: Hearing::new(shared),
        clock: Arc::clone(&shared.clock),
        health: shared.health.clone(),
        echoes: shared.echoes.clone(),
        moved: MovedBook::default(),
        accounts: Cached::default(),
    };
    Router::new()
        .route("/webhooks/meta", get(webhook::challenged).post(webhook::heard))
        .layer(DefaultBodyLimit::max(webhook::LARGEST))
        .with_state(Arc::new(state))
}

fn messenger(shared: &Shared) -> Arc<dyn Push> {
    Arc::new(Graph::new(ChannelKind::Messenger, shared))
}

fn instagram(shared: &Shared) -> Arc<dyn Push> {
    Arc::new(Graph::new(ChannelKind::Instagram, shared))
}

fn whats_app(shared: &Shared) -> Arc<dyn Push> {
    Arc::new(Graph::new(ChannelKind::Whatsapp, shared))
}

/// A person whose id changed: on which channel, from what, to what.
type Moved = (ChannelId, String, String);

/// Who is known to have moved. Forgetting costs a look at the store, nothing more.
#[derive(Default)]
struct MovedBook(Mutex<HashSet<Moved>>);

impl MovedBook {
    /// The most that is remembered; then it begins anew.
    const MOST: usize = 10_000;

    fn has(&self, moved: &Moved) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(moved)
    }

    fn extend(&self, moved: Option<Moved>) {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if book.len() >= Self::MOST {
            book.clear();
        }
        book.extend(moved);
    }
}
