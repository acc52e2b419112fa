//! What was written while nobody listened. A session that was lost and not resumed brings none of it back, so every place
//! is read on from where it was left.

use super::handler::Wire;
use super::worker::Worker;
use crate::discord::api::Failure;
use crate::discord::ids::Snowflake;
use crate::discord::places::Seen;
use crate::discord::shape;
use serde_json::{Value, json};
use std::time::Duration;

/// Messages a page (resources/message.mdx, "Get Channel Messages").
const PAGE: usize = 100;
/// How often a page is asked for.
const TRIES: u32 = 5;
/// The longest single pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

impl Worker {
    /// Fetches and stores what is missing, the liveliest places first.
    pub(super) async fn fill_gaps(&mut self) {
        self.seen.interrupted();
        let watched = self.station.settings.watched.clone();
        for place in watched {
            if !self.seen.knows(place) {
                self.begin(place).await;
            }
        }
        for (place, seen) in self.seen.latest_first() {
            if self.stop.is_cancelled() {
                return;
            }
            self.fill(place, seen).await;
        }
        self.seen.flush(&self.station).await;
    }

    /// A watched channel nobody has read yet is read from now on: its past is answered by nobody.
    async fn begin(&mut self, place: Snowflake) {
        let page = self.page(&format!("/channels/{place}/messages?limit=1")).await;
        let Some(page) = page else { return };
        let last = page.iter().filter_map(|message| shape::id(message, "id")).max().unwrap_or(Snowflake(1));
        let guild = match self.station.settings.guild {
            Some(guild) => Some(guild),
            None => match self.station.api.get(&format!("/channels/{place}")).await {
                Ok(channel) => shape::id(&channel, "guild_id"),
                Err(_) => None,
            },
        };
        if guild.is_some() {
            self.seen.reached(place, Seen { last, guild });
        }
    }

    async fn fill(&mut self, place: Snowflake, mut seen: Seen) {
        loop {
            let path = format!("/channels/{place}/messages?after={}&limit={PAGE}", seen.last);
            let Some(page) = self.page(&path).await else { return };
            let count = page.len();
            let wires = wires(page, place, seen);
            if count > 0 {
                tracing::info!(channel = %self.station.channel.id, count, "fetched what was written while nobody listened");
                if !self.store(&wires).await {
                    return;
                }
            }
            let last = wires.iter().filter_map(|wire| shape::id(&wire.data, "id")).max();
            let further = last.filter(|last| *last > seen.last);
            if let Some(last) = further {
                seen.last = last;
                self.seen.reached(place, seen);
            }
            if count < PAGE {
                self.seen.filled(place);
                return;
            }
            if further.is_none() {
                return;
            }
        }
    }

    /// A page of messages; `None` when it cannot be had.
    async fn page(&mut self, path: &str) -> Option<Vec<Value>> {
        for attempt in 0..TRIES {
            let pause = match self.station.api.get(path).await {
                Ok(Value::Array(page)) => return Some(page),
                Ok(_) => return None,
                Err(Failure::TooMany(_, wait) | Failure::HeldBack(wait, _)) => {
                    Duration::from_millis(u64::try_from(wait.0).unwrap_or(1_000))
                }
                Err(Failure::Unreachable | Failure::Unknown(_)) => Duration::from_secs(1 << attempt.min(4)),
                Err(Failure::Refused { status, code }) => {
                    if matches!(code, 10_003 | 50_001) || status == 403 {
                        // Gone, or no longer ours to read.
                        let place = path.split('/').nth(2).and_then(|place| place.parse().ok());
                        if let Some(place) = place {
                            self.seen.forget(place);
                        }
                    }
                    tracing::info!(channel = %self.station.channel.id, status, code, "a place could not be read on");
                    return None;
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => return None,
                () = tokio::time::sleep(pause.min(LONGEST_PAUSE)) => {}
            }
        }
        tracing::warn!(channel = %self.station.channel.id, "a place could not be read on; it is tried again at the next connection");
        None
    }
}

/// Fetched messages as they would have come, oldest first. They do not say which server they are of.
fn wires(page: Vec<Value>, place: Snowflake, seen: Seen) -> Vec<Wire> {
    let mut wires: Vec<Wire> = page
        .into_iter()
        .filter(Value::is_object)
        .map(|data| {
            let mut data = shape::with(data, "channel_id", json!(place.to_string()));
            if let Some(guild) = seen.guild {
                data = shape::with(data, "guild_id", json!(guild.to_string()));
            }
            Wire { name: "MESSAGE_CREATE".to_owned(), data, undecoded: false }
        })
        .collect();
    wires.sort_by_key(|wire| shape::id(&wire.data, "id"));
    wires
}
