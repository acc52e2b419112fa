//! Telegram: bots in private chats and groups, and the brand's own account (Telegram Business).
//!
//! | Part | What |
//! |---|---|
//! | [`translate`](translate()) | what an update means |
//! | `hear` | what is done with it |
//! | `webhook`, `hook` | Telegram delivers |
//! | `polling` | we ask |
//! | `send` | replies |
//! | `files` | what came with a message |
//! | `start` | how a talk in a group goes on in private |
//! | `check` | whether the bot can work |
//!
//! How to set one up: docs/channels/telegram.md.

mod api;
mod check;
mod files;
mod hear;
mod hook;
mod node;
mod place;
mod polling;
mod send;
mod settings;
mod start;
mod translate;
mod way;
mod webhook;
mod who;

pub use settings::{Account, Groups, Mode, Settings, SettingsError};
pub use translate::{Ear, Heard, translate};

use crate::fetch::Fetch;
use crate::running::{Listen, supervise};
use crate::{Door, Shared};
use axum::Router;
use axum::routing::post;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lara_core::model::{Channel, ChannelKind};
use lara_core::ports::Push;
use std::sync::Arc;

/// The Telegram channel.
pub(crate) const DOOR: Door = Door {
    kinds: &[ChannelKind::Telegram],
    router: Some(router),
    push: Some(push),
    run: Some(run),
    check: Some(check::check),
    fetch: Some(fetch),
    way: Some(way::find),
};

fn router(shared: &Shared) -> Router {
    let path = format!("{}{{channel}}", webhook::PATH);
    // The handler itself limits the body, after it knows who sends it.
    Router::new().route(&path, post(webhook::deliver)).with_state(webhook::Door::new(shared))
}

fn fetch(shared: &Shared) -> Arc<dyn Fetch> {
    Arc::new(files::Files::new(shared))
}

fn push(shared: &Shared) -> Arc<dyn Push> {
    Arc::new(send::Sender::new(shared))
}

fn run(shared: Shared) -> BoxFuture<'static, ()> {
    let poll: Listen = Arc::new(|shared, channel, stop| polling::listen(shared, channel, stop).boxed());
    let keep: Listen = Arc::new(|shared, channel, stop| hook::keep(shared, channel, stop).boxed());
    async move {
        let polled = supervise(shared.clone(), ChannelKind::Telegram, is_polled, poll);
        let hooked = supervise(shared, ChannelKind::Telegram, is_hooked, keep);
        futures_util::future::join(polled, hooked).await;
    }
    .boxed()
}

/// A channel whose settings cannot be read is polled: that loop says so.
fn is_polled(channel: &Channel) -> bool {
    settings::read(channel).map_or(true, |settings| settings.mode == Mode::Polling)
}

fn is_hooked(channel: &Channel) -> bool {
    !is_polled(channel)
}
