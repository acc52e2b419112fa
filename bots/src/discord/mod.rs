//! Discord: direct messages, mentions and watched channels of a brand's server. Listens over the gateway (serenity), fills
//! the gaps it leaves over REST, and sends over REST.
//!
//! | File | What |
//! |---|---|
//! | `translate/` | events of Discord to events of ours, pure |
//! | `gateway/` | the connection, order, gaps |
//! | `interactions.rs` | buttons and the slash command, answered within three seconds |
//! | `send/` | replies: where they go, what follows a refusal |
//! | `api/` | REST calls and their pace |
//! | `places.rs` | what is remembered of threads and places |
//! | `check.rs` | what is missing, for `lara doctor` |

mod api;
mod check;
mod gateway;
mod ids;
mod interactions;
mod places;
mod send;
mod settings;
mod shape;
mod translate;
mod way;

use crate::{Door, Shared};
use lara_core::listen::Event;
use lara_core::model::{Channel, ChannelKind};
use lara_core::ports::Push;
use serde_json::Value;
use std::sync::Arc;

/// Discord: no routes; it listens outwards.
pub(crate) const DOOR: Door = Door {
    kinds: &[ChannelKind::Discord],
    router: None,
    push: Some(push),
    run: Some(gateway::run),
    check: Some(check::check),
    fetch: None,
    way: Some(way::find),
};

/// Reads one event as the gateway sends it, `{"t": name, "d": data}`; `None` when it says less than it must, and is kept.
/// This is all that listening does with an event before it is stored; fuzzing and tools begin here.
#[must_use]
pub fn read(channel: &Arc<Channel>, event: &Value) -> Option<Vec<Event>> {
    let settings = settings::Settings::of(channel).ok()?;
    let bot = channel.account.as_deref().and_then(|id| id.parse().ok());
    let known = translate::Known { channel, settings: &settings, bot, places: &places::Places::default() };
    translate::translate(&known, shape::text(event, "t"), shape::member(event, "d")).ok()
}

fn push(shared: &Shared) -> Arc<dyn Push> {
    Arc::new(send::Sender::new(shared))
}

/// What an event means to a bot without settings, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn heard(
    channel: &Arc<lara_core::model::Channel>,
    name: &str,
    data: &serde_json::Value,
) -> Vec<lara_core::listen::Event> {
    let Ok(settings) = settings::Settings::of(channel) else { return Vec::new() };
    let places = places::Places::default();
    let known =
        translate::Known { channel, settings: &settings, bot: Some(ids::Snowflake(4_000)), places: &places };
    translate::translate(&known, name, data).unwrap_or_default()
}
