//! `/webhooks/meta`: one address for all pages, Instagram accounts and numbers. A body is believed by its signature, every
//! event in it is stored, then Meta is told so; what Meta is told to repeat it repeats whole.

use super::accounts::{Accounts, App};
use super::heard::{Heard, What};
use super::node::Node;
use super::translate;
use super::{MetaState, Moved};
use crate::hearing::count_ignored;
use crate::http::{Params, Problem};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::future::join_all;
use lara_core::listen::Event;
use lara_core::model::{Channel, ChannelId, ChannelKind, Timestamp};
use lara_core::ports::{Happening, Progress, ReceiptOf, Symptom};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The largest body, in bytes: batches of WhatsApp are up to 3 MB (cloud-api, webhooks).
pub(super) const LARGEST: usize = 4 * 1024 * 1024;

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
                state
                    .hearing
                    .keep_aside(&account.channel, "not_json", &String::from_utf8_lossy(&body))
                    .await?;
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

    async fn take_lane(&self, lane: Vec<Heard<'_>>) -> Result<(), Problem> {
        for heard in in_order(lane) {
            self.take(heard).await?;
        }
        Ok(())
    }

    async fn take(&self, heard: Heard<'_>) -> Result<(), Problem> {
        let channel = heard.channel().cloned();
        if let Some(paused) = channel.as_ref().filter(|channel| channel.paused_at.is_some()) {
            count_ignored(paused.kind, "paused");
            return Ok(());
        }
        let event = match heard.what {
            What::Symptom(account, symptom) => {
                self.health.note(&account.channel, symptom).await;
                return Ok(());
            }
            What::Event(Event::Ignored(kind, code)) => {
                count_ignored(kind, code);
                return Ok(());
            }
            What::Event(event) => self.known_echo(event, heard.raw),
            What::OwnComment { account, external, text } => {
                let now = self.clock.now();
                let Some(message) = self.echoes.ours(account.channel.id, "", &text, now) else {
                    count_ignored(account.channel.kind, "own_comment");
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
        self.hearing.take(event, || heard.raw.map(Value::to_string).unwrap_or_default()).await?;
        self.moved.extend(moved);
        Ok(())
    }

    /// An echo that names neither app nor message, but says what we said to the person a moment ago, is our own. Only
    /// Instagram leaves out both; a human who repeats our words in another app is still a human.
    fn known_echo(&self, event: Event, raw: Option<&Value>) -> Event {
        let names_app = raw.is_some_and(|raw| Node::new(raw).get("message").has("app_id"));
        match event {
            Event::Happened(channel, Happening::HumanReplied { address, external, text })
                if channel.kind == ChannelKind::Instagram && !names_app =>
            {
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
}

/// The events of a lane by their time: redeliveries put old ones behind new ones. What has no time goes with what stands
/// before it; what has the same time keeps its place.
fn in_order(lane: Vec<Heard<'_>>) -> Vec<Heard<'_>> {
    let mut last: Option<Timestamp> = None;
    let timed = lane.into_iter().map(|heard| {
        last = heard.at.or(last);
        (last, heard)
    });
    let mut timed: Vec<(Option<Timestamp>, Heard<'_>)> = timed.collect();
    timed.sort_by_key(|(at, _)| *at);
    timed.into_iter().map(|(_, heard)| heard).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::heard::nobodys;
    use serde_json::json;

    #[test]
    fn what_has_no_time_goes_with_what_stands_before_it_however_many_they_are() {
        let body = json!({});
        let order = |times: &[Option<i64>]| -> Vec<Option<i64>> {
            let heard = |at: &Option<i64>| {
                let nobody = nobodys(ChannelKind::Messenger, "test", Node::new(&body));
                Heard { at: at.map(Timestamp::from_millis), ..nobody }
            };
            let lane = in_order(times.iter().map(heard).collect());
            lane.iter().map(|heard| heard.at.map(Timestamp::millis)).collect()
        };
        assert_eq!(order(&[Some(3), None, Some(1), None]), [Some(1), None, Some(3), None]);
        let mixed: Vec<_> = (0..200).map(|n| (n % 3 > 0).then_some((n * 7_919) % 101)).collect();
        assert_eq!(order(&mixed).len(), 200);
    }
}
