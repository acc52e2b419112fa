//! Puts events in order and stores them. The library starts one task an event, so that two messages of one person may
//! come turned round: what comes within a moment is sorted by snowflake, which is the order of writing.

use super::Station;
use super::handler::Wire;
use super::seen::SeenBook;
use crate::discord::ids::{Address, Snowflake};
use crate::discord::places::Seen;
use crate::discord::translate::{Odd, translate};
use crate::discord::{interactions, shape};
use lara_core::listen::Event;
use lara_core::model::Visibility;
use lara_core::ports::Symptom;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

/// Silence after which no event that was overtaken is expected any more, and the longest the first one waits for it.
const SILENCE: Duration = Duration::from_millis(50);
const WINDOW: Duration = Duration::from_millis(400);
/// How often marks are written.
const FLUSH: Duration = Duration::from_secs(3);
/// Events of a batch.
const BATCH: usize = 512;
/// Pause while the store is away.
const AWAY: Duration = Duration::from_millis(500);

/// Stores what comes.
pub(super) struct Worker {
    pub(super) station: Arc<Station>,
    pub(super) queue: UnboundedReceiver<Wire>,
    pub(super) stop: CancellationToken,
    pub(super) seen: SeenBook,
    /// Where people were last seen writing, so that a mark is written once.
    pub(super) whereabouts: HashMap<String, Snowflake>,
}

impl Worker {
    /// Stores events until listening stops, then what is left of them.
    pub(super) async fn run(mut self) {
        let mut flush = tokio::time::interval(FLUSH);
        loop {
            let mut batch = Vec::new();
            tokio::select! {
                biased;
                () = self.stop.cancelled() => break,
                count = self.queue.recv_many(&mut batch, BATCH) => if count == 0 { break },
                _ = flush.tick() => self.seen.flush(&self.station).await,
            }
            if batch.is_empty() {
                continue;
            }
            let gather = async {
                while batch.len() < BATCH
                    && let Ok(Some(wire)) = tokio::time::timeout(SILENCE, self.queue.recv()).await
                {
                    batch.push(wire);
                }
            };
            // Out of time or not, what came is there.
            let _ = tokio::time::timeout(WINDOW, gather).await;
            self.take(batch).await;
        }
        let mut rest = Vec::new();
        while let Ok(wire) = self.queue.try_recv() {
            rest.push(wire);
        }
        self.take(rest).await;
        self.seen.flush(&self.station).await;
    }

    async fn take(&mut self, mut batch: Vec<Wire>) {
        if batch.is_empty() {
            return;
        }
        batch.sort_by_cached_key(order);
        for wire in &batch {
            match wire.name.as_str() {
                "READY" => self.ready(&wire.data).await,
                "GUILD_CREATE" => self.station.learn_threads(shape::list(&wire.data, "threads")),
                "THREAD_CREATE" => self.station.learn_threads(std::slice::from_ref(&wire.data)),
                _ => {}
            }
        }
        let heard = self.store(&batch).await;
        if heard {
            self.station.shared.health.note(&self.station.channel, Symptom::Heard).await;
        }
    }

    /// A new session: whatever was written since the last one has to be fetched.
    async fn ready(&mut self, data: &Value) {
        let station = Arc::clone(&self.station);
        if let Some(bot) = shape::id(shape::member(data, "user"), "id") {
            station.set_bot(bot);
        }
        if let Some(application) = shape::id(shape::member(data, "application"), "id") {
            station.learn_application(application);
        }
        tracing::info!(channel = %station.channel.id, "connected to Discord");
        station.shared.health.note(&station.channel, Symptom::Heard).await;
        let register = async {
            if let Some(application) = station.application() {
                interactions::register(&station, application).await;
            }
        };
        tokio::join!(register, self.fill_gaps());
    }

    /// Stores a batch: what people said, one after the other for each and people beside each other; then what happened to it.
    /// Returns whether all is stored; it is not only when listening ends while the store is away, and then no mark is moved.
    pub(super) async fn store(&mut self, batch: &[Wire]) -> bool {
        let mut lanes: Vec<Vec<(Event, &Wire)>> = Vec::new();
        let mut lane_of: HashMap<String, usize> = HashMap::new();
        let mut happened = Vec::new();
        let mut all = true;
        for wire in batch {
            let Some(events) = self.translated(wire).await else {
                all = false;
                continue;
            };
            for event in events {
                let Event::Said(said) = &event else {
                    happened.push((event, wire));
                    continue;
                };
                let place = *lane_of.entry(said.address.clone()).or_insert(lanes.len());
                match lanes.get_mut(place) {
                    Some(lane) => lane.push((event, wire)),
                    None => lanes.push(vec![(event, wire)]),
                }
            }
        }
        let this = &*self;
        let stored = futures_util::future::join_all(lanes.into_iter().map(|lane| async move {
            let mut whereabouts = Vec::new();
            for (event, wire) in lane {
                whereabouts.extend(whereabout(&event, &wire.data));
                if !this.stored(event, wire).await {
                    return None;
                }
            }
            Some(whereabouts)
        }))
        .await;
        all = all && stored.iter().all(Option::is_some);
        for (event, wire) in happened {
            all = all && self.stored(event, wire).await;
        }
        for (address, place) in stored.into_iter().flatten().flatten() {
            self.note_whereabouts(address, place).await;
        }
        if all {
            for wire in batch.iter().filter(|wire| wire.name == "MESSAGE_CREATE") {
                if let (Some(place), Some(last)) =
                    (shape::id(&wire.data, "channel_id"), shape::id(&wire.data, "id"))
                {
                    self.seen.saw(place, Seen { last, guild: shape::id(&wire.data, "guild_id") });
                }
            }
        }
        all
    }

    /// The events of ours in one of Discord's. What cannot be read is kept aside; `None` when listening ends before.
    async fn translated(&self, wire: &Wire) -> Option<Vec<Event>> {
        while let Err(error) = self.station.look_up(&wire.data).await {
            if self.stop.is_cancelled() {
                break;
            }
            tracing::warn!(%error, "places could not be read; waiting for the store");
            tokio::time::sleep(AWAY).await;
        }
        let translated = {
            let places = self.station.places();
            translate(&self.station.known(&places), &wire.name, &wire.data)
        };
        let matters = wire.name.starts_with("MESSAGE_") || wire.name == "INTERACTION_CREATE";
        if wire.undecoded && matters {
            tracing::info!(event = %wire.name, "an event the library could not read was read without it");
        }
        match translated {
            Ok(events) => Some(events),
            Err(Odd(reason)) => self.kept_aside(wire, reason).await.then(Vec::new),
        }
    }

    /// Keeps an event aside, however long the store is away; `false` when listening ends before.
    async fn kept_aside(&self, wire: &Wire, reason: &'static str) -> bool {
        loop {
            let body = raw(wire);
            if self.station.hearing.keep_aside(&self.station.channel, reason, &body).await.is_ok() {
                return true;
            }
            if !self.waited().await {
                return false;
            }
        }
    }

    /// A pause while the store is away; `false` when listening ends.
    async fn waited(&self) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => false,
            () = tokio::time::sleep(AWAY) => true,
        }
    }

    /// Stores one event, however long the store is away; `false` when listening ends before.
    async fn stored(&self, event: Event, wire: &Wire) -> bool {
        while self.station.hearing.take(event.clone(), || raw(wire)).await.is_err() {
            if !self.waited().await {
                return false;
            }
        }
        true
    }

    /// Notes where a person writes to us, for the replies.
    async fn note_whereabouts(&mut self, address: Address, place: Snowflake) {
        let key = address.to_string();
        if self.whereabouts.get(&key) == Some(&place) {
            return;
        }
        let (kept, now) = (&self.station.kept, self.station.shared.clock.now());
        let noted = match address {
            Address::Direct(user) => kept.set_direct(user, Some(place), now).await,
            Address::Place { .. } if self.station.settings.threads => kept.set_at(address, place, now).await,
            Address::Place { .. } => Ok(()),
        };
        if noted.is_ok() {
            self.whereabouts.insert(key, place);
        }
    }
}

/// An event as it came, for what is kept aside.
fn raw(wire: &Wire) -> String {
    json!({ "t": wire.name, "d": wire.data }).to_string()
}

/// New messages and presses by their snowflake, then corrections, then what was taken back.
fn order(wire: &Wire) -> (u8, Snowflake) {
    let class = match wire.name.as_str() {
        "MESSAGE_UPDATE" => 1,
        "MESSAGE_DELETE" | "MESSAGE_DELETE_BULK" => 2,
        _ => 0,
    };
    (class, shape::id(&wire.data, "id").unwrap_or(Snowflake(0)))
}

/// Where the person of a message is.
fn whereabout(event: &Event, data: &Value) -> Option<(Address, Snowflake)> {
    let Event::Said(envelope) = event else { return None };
    let address: Address = envelope.address.parse().ok()?;
    let place = shape::id(data, "channel_id")?;
    // What is said privately inside a server shows no channel of direct messages.
    let in_server = shape::id(data, "guild_id").is_some();
    if in_server && matches!(address, Address::Direct(_)) {
        return None;
    }
    let in_private = envelope.visibility == Visibility::Direct;
    (in_private == matches!(address, Address::Direct(_))).then_some((address, place))
}
