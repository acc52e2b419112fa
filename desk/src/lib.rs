//! The agents' desk, the template studio and the JSON API behind them: one [`router`].
//!
//! Where to look: `api` is the REST API, `doors` lists every route with who may pass it, one file a page; `pages/` holds the HTML, `assets/` the
//! stylesheet, the script and the icons; `words` every text in both languages; `auth` logins and form tokens. Pages only
//! read (`lara_store::pages`); whatever changes something goes through `lara_core`.

mod api;
mod assets;
mod auth;
mod doors;
mod error;
mod form;
mod frame;
mod headers;
mod icon;
mod state;
mod view;
mod words;

#[cfg(test)]
extern crate self as lara_desk;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;

use icon::{icon, icon_class};

pub use state::DeskState;

use axum::Router;

/// The desk: `/`, `/desk/**` and `/api/v1/**`.
pub fn router(state: DeskState) -> Router {
    let state = state::Inner::new(state);
    doors::router(&state).merge(api::router(&state))
}
