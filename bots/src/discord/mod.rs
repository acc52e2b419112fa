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

use crate::{Door, Shared};
use lara_core::model::ChannelKind;
use lara_core::ports::Push;
use std::sync::Arc;

/// Discord: no routes; it listens outwards.
pub(crate) const DOOR: Door = Door {
    kinds: &[ChannelKind::Discord],
    router: None,
    push: Some(push),
    run: Some(gateway::run),
    check: Some(check::check),
    fetch: None,
};

fn push(shared: &Shared) -> Arc<dyn Push> {
    Arc::new(send::Sender::new(shared))
}
