//! `/webhooks/meta`: one address for all pages, Instagram accounts and numbers. A body is believed by its signature, every
//! event in it is stored, then Meta is told so; what Meta is told to repeat it repeats whole.

use super::accounts::{Accounts, App};
use super::heard::{Heard, What};
use super::{MetaState, Moved};
use super::{messaging, translate};
use crate::http::{Params, Problem};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::future::join_all;
use lara_core::listen::{AcceptError, Event, mask};
use lara_core::model::{Channel, ChannelId, ChannelKind};
use lara_core::ports::{Happening, OddEvent, Progress, ReceiptOf, StoreError, Symptom};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The largest body, in bytes: batches of WhatsApp are up to 3 MB (cloud-api, webhooks).
pub(super) const LARGEST: usize = 4 * 1024 * 1024;

/// The most of a body that is kept when it cannot be read, in bytes.
const KEPT: usize = 64 * 1024;

/// What Meta asks when somebody types the webhook's address into the app's page.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.verify_token", default)]
    verify_token: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
}

/// Proves that the address is ours (messenger-platform, webhook verification).
pub(super) async fn challenged(
    State(state): State<Arc<MetaState>>,
    Params(asked): Params<Asked>,
) -> Result<String, Problem> {
    let accounts = state.accounts().await?;
    if asked.mode == "subscribe" && accounts.knows(&asked.verify_token) {
        // A `String` is answered as text/plain: whatever stands in it, no browser runs it.
        return Ok(asked.challenge);
    }
    Err(Problem::forbidden(
        "wrong_verify_token",
        "no channel has this verify token; look it up with lara channel list",
    ))
}

/// Takes a body.
pub(super) async fn heard(
    State(state): State<Arc<MetaState>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let accounts = state.accounts().await?;
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    let app = signature.and_then(|signature| accounts.signer(signature, &body)).ok_or_else(|| {
        Problem::unauthorized(
            "wrong_signature",
            "the body is not signed by the app of a channel; check the app secret",
        )
    })?;
    match serde_json::from_slice::<Value>(&body) {
        Ok(value) => state.take_all(&accounts, app, &value).await?,
        Err(_) => {
            if let Some(account) = accounts.any(app) {
                state.keep(&account.channel, "not_json", &String::from_utf8_lossy(&body)).await?;
            }
        }
    }
    Ok((StatusCode::OK, "EVENT_RECEIVED").into_response())
}

impl MetaState {
    async fn accounts(&self) -> Result<Arc<Accounts>, Problem> {
        let now = self.clock.now();
        if let Some(accounts) = self.accounts.get(&(), now) {
            return Ok(accounts);
        }
        let accounts = Arc::new(Accounts::of(self.brands.channels(None).await?));
        self.accounts.put((), Arc::clone(&accounts), now);
        Ok(accounts)
    }

    /// Takes every event of a body: people side by side, so that they are stored together, each person's in order.
    async fn take_all(&self, accounts: &Accounts, app: App, body: &Value) -> Result<(), Problem> {
        let find = |kind, id: &str| accounts.find(app, kind, id);
        let mut lanes: BTreeMap<String, Vec<Heard<'_>>> = BTreeMap::new();
        let mut channels: HashMap<ChannelId, Arc<Channel>> = HashMap::new();
        for heard in translate(body, &find) {
            if let Some(channel) = heard.channel() {
                channels.entry(channel.id).or_insert_with(|| Arc::clone(channel));
            }
            lanes.entry(heard.lane.clone()).or_default().push(heard);
        }
        let taken = join_all(lanes.into_values().map(|lane| self.take_lane(lane))).await;
        taken.into_iter().collect::<Result<(), Problem>>()?;
        for channel in channels.values() {
            self.health.note(channel, Symptom::Heard).await;
        }
        Ok(())
    }

    async fn take_lane(&self, mut lane: Vec<Heard<'_>>) -> Result<(), Problem> {
        // Redeliveries put old events behind new ones. The sort is stable: what has the same time keeps its place.
        lane.sort_by(|one, other| messaging::earlier(one.at, other.at));
        for heard in lane {
            self.take(heard).await?;
        }
        Ok(())
    }

    async fn take(&self, heard: Heard<'_>) -> Result<(), Problem> {
        let channel = heard.channel().cloned();
        if let Some(paused) = channel.as_ref().filter(|channel| channel.paused_at.is_some()) {
            count(paused.kind, "paused");
            return Ok(());
        }
        let event = match heard.what {
            What::Symptom(account, symptom) => {
                self.health.note(&account.channel, symptom).await;
                return Ok(());
            }
            What::Event(Event::Ignored(kind, code)) => {
                count(kind, code);
                return Ok(());
            }
            What::Event(event) => self.known_echo(event),
            What::OwnComment { account, external, text } => {
                let now = self.clock.now();
                let Some(message) = self.echoes.ours(account.channel.id, "", &text, now) else {
                    count(account.channel.kind, "own_comment");
                    return Ok(());
                };
                let of = ReceiptOf::Ours(message, Some(external));
                let receipt = Happening::Receipt { of, state: Progress::Sent, at: now };
                Event::Happened(Arc::clone(&account.channel), receipt)
            }
        };
        let moved = moved(&event);
        if moved.as_ref().is_some_and(|moved| self.moved.has(moved)) {
            return Ok(());
        }
        match self.listener.take(event).await {
            Ok(_) | Err(AcceptError::NoBrand) => {
                self.moved.extend(moved);
                Ok(())
            }
            // One event nobody can store must not make Meta repeat all of them for hours.
            Err(error) if is_its_own_fault(&error) => {
                let raw = heard.raw.map(Value::to_string).unwrap_or_default();
                match channel {
                    Some(channel) => self.keep(&channel, "not_storable", &raw).await,
                    None => Ok(()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// An echo that names neither app nor message, but says what we said to the person a moment ago, is our own.
    fn known_echo(&self, event: Event) -> Event {
        match event {
            Event::Happened(channel, Happening::HumanReplied { address, external, text }) => {
                let now = self.clock.now();
                let happening = match self.echoes.ours(channel.id, &address, &text, now) {
                    Some(message) => Happening::Receipt {
                        of: ReceiptOf::Ours(message, Some(external)),
                        state: Progress::Sent,
                        at: now,
                    },
                    None => Happening::HumanReplied { address, external, text },
                };
                Event::Happened(channel, happening)
            }
            other => other,
        }
    }

    /// Keeps aside what came from a proven sender and cannot be taken.
    async fn keep(&self, channel: &Channel, reason: &str, body: &str) -> Result<(), Problem> {
        tracing::warn!(channel = %channel.id, reason, "an event is kept aside");
        metrics::counter!("lara_events_odd_total", "channel" => channel.kind.as_str()).increment(1);
        let mut body = mask(&body.replace('\0', ""));
        body.truncate(body.floor_char_boundary(KEPT));
        let event = OddEvent {
            id: self.ids.next(),
            brand: channel.brand,
            channel: channel.id,
            reason: reason.to_owned(),
            body,
            at: self.clock.now(),
        };
        Ok(self.odd.keep_odd(&event).await?)
    }
}

/// Counts what is nothing for us, by why: a platform that begins to tell something new is seen there.
fn count(kind: ChannelKind, code: &'static str) {
    tracing::debug!(%kind, code, "an event is nothing for us");
    metrics::counter!("lara_events_ignored_total", "channel" => kind.as_str(), "why" => code).increment(1);
}

/// Who moved where. Every message of WhatsApp tells by which id a phone number goes: the first time is enough.
fn moved(event: &Event) -> Option<Moved> {
    match event {
        Event::Happened(channel, Happening::Moved { from, to }) => {
            Some((channel.id, from.clone(), to.clone()))
        }
        _ => None,
    }
}

/// Whether an event, not the store, is to blame.
fn is_its_own_fault(error: &AcceptError) -> bool {
    match error {
        AcceptError::BadId(_) => true,
        AcceptError::Store(error) => matches!(**error, StoreError::Broken(_)),
        AcceptError::NoBrand | AcceptError::Stopped => false,
    }
}
