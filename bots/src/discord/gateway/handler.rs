//! Takes events from the library. It runs one task an event, so nothing is decided here: interactions are answered, and
//! everything goes into one queue.

use super::Station;
use crate::discord::interactions;
use crate::discord::shape;
use serde_json::{Value, json};
use serenity::all::Context;
use serenity::async_trait;
use serenity::client::RawEventHandler;
use serenity::model::event::Event;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

/// An event as it came.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    /// Its name: `MESSAGE_CREATE`.
    pub(crate) name: String,
    /// Its data.
    pub(crate) data: Value,
    /// Whether the library could not read it.
    pub(crate) undecoded: bool,
}

/// The library's side of the queue.
pub(super) struct Handler {
    pub(super) station: Arc<Station>,
    pub(super) queue: UnboundedSender<Wire>,
    /// Moves when a session begins or goes on.
    pub(super) sessions: watch::Sender<u64>,
}

#[async_trait]
impl RawEventHandler for Handler {
    async fn raw_event(&self, _: Context, event: Event) {
        let Some((name, data, undecoded)) = read(event) else { return };
        if matches!(name.as_str(), "READY" | "RESUMED") {
            self.sessions.send_modify(|count| *count = count.wrapping_add(1));
        }
        if name == "INTERACTION_CREATE" {
            // The place decides whose press it is; a store that is away must not cost the three seconds.
            let _ = self.station.look_up(&data).await;
            interactions::answer(&self.station, &data).await;
        }
        // The other end is gone when listening ends: then what came is fetched again by the next one.
        let _ = self.queue.send(Wire { name, data, undecoded });
    }
}

/// Name and data of the events that matter; `None` for the others. What the library could read is written as JSON again, so
/// that there is one translation for what it can read, what it cannot, and what is fetched.
pub(crate) fn read(event: Event) -> Option<(String, Value, bool)> {
    match event {
        Event::Unknown(unknown) => Some((unknown.kind, unknown.value, true)),
        Event::GuildCreate(created) => {
            let threads: Vec<Value> = created
                .guild
                .threads
                .iter()
                .map(|thread| json!({ "id": thread.id, "parent_id": thread.parent_id }))
                .collect();
            Some(("GUILD_CREATE".to_owned(), json!({ "id": created.guild.id, "threads": threads }), false))
        }
        Event::InteractionCreate(created) => {
            // The library leaves the type out when it writes.
            let kind = u8::from(created.interaction.kind());
            let data = serde_json::to_value(&created).ok()?;
            Some(("INTERACTION_CREATE".to_owned(), shape::with(data, "type", json!(kind)), false))
        }
        Event::MessageCreate(_)
        | Event::MessageUpdate(_)
        | Event::MessageDelete(_)
        | Event::MessageDeleteBulk(_)
        | Event::ThreadCreate(_)
        | Event::Resumed(_)
        | Event::Ready(_) => {
            let mut written = serde_json::to_value(&event).ok()?;
            let name = shape::text(&written, "t").to_owned();
            Some((name, written.get_mut("d").map(Value::take).unwrap_or_default(), false))
        }
        _ => None,
    }
}
