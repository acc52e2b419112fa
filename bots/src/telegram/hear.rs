//! What is done with an update: translated, put into words where it has none, stored. The same for polling and webhook.

use super::settings::Account;
use super::start;
use super::translate::{Ear, Heard, translate};
use crate::Shared;
use lara_core::listen::{AcceptError, Event, mask};
use lara_core::model::{AddressId, Channel, CustomerId, Level, Visibility};
use lara_core::ports::{OddEvent, Person, StoreError, StoreResult};
use serde_json::Value;
use std::sync::Arc;

/// The most of an odd event that is kept, in bytes.
const LONGEST_ODD: usize = 64 * 1024;

/// An update was not stored; Telegram keeps it.
#[derive(Debug, thiserror::Error)]
#[error("the update could not be stored; it is asked for again")]
pub(super) struct NotStored;

impl From<StoreError> for NotStored {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "an update was not stored");
        Self
    }
}

/// Takes an update. `Ok` means that all of it is stored, and holds the button press that waits for an answer.
pub(super) async fn hear(
    shared: &Shared,
    account: &Account,
    username: Option<&str>,
    update: &Value,
) -> Result<Option<String>, NotStored> {
    let (channel, settings) = (&account.channel, &account.settings);
    let heard = translate(Ear { channel, settings, bot: account.bot, username }, update);
    let Heard { events, press, phone, odd } = heard;
    for event in events {
        if !take(shared, event).await? {
            keep_odd(shared, channel, "not_storable", &update.to_string()).await?;
        }
    }
    if let Some((address, phone)) = phone {
        tie(shared, channel, &address, phone).await?;
    }
    if let Some(why) = odd {
        keep_odd(shared, channel, why, &update.to_string()).await?;
    }
    Ok(press)
}

/// Stores an event; `false` when it is none that can be stored, ever.
async fn take(shared: &Shared, event: Event) -> Result<bool, NotStored> {
    let event = match event {
        Event::Said(mut envelope) if envelope.visibility == Visibility::Direct => {
            start::in_words(shared, &mut envelope).await?;
            Event::Said(envelope)
        }
        Event::Ignored(kind, why) => {
            tracing::debug!(%kind, why, "ignored");
            metrics::counter!("lara_events_ignored_total", "channel" => kind.as_str(), "reason" => why)
                .increment(1);
            return Ok(true);
        }
        other => other,
    };
    match shared.listener.take(event).await {
        // Without a brand the channel was removed a moment ago: there is nobody to hear it.
        Ok(_) | Err(AcceptError::NoBrand) => Ok(true),
        Err(AcceptError::BadId(_)) => Ok(false),
        // The store works and can do nothing with this one: asked for again, it would hold up all that follow.
        Err(AcceptError::Store(error)) if matches!(*error, StoreError::Broken(_)) => Ok(false),
        Err(error @ (AcceptError::Store(_) | AcceptError::Stopped)) => {
            tracing::warn!(%error, "an update was not stored");
            Err(NotStored)
        }
    }
}

/// A phone number that Telegram vouches for makes a stranger somebody who can be called. It opens nothing: the shop's own
/// customers are found by what the shop signs, and who is known already stays who they are.
async fn tie(shared: &Shared, channel: &Channel, address: &str, phone: String) -> StoreResult<()> {
    let known = shared.transcripts.address(channel.id, address).await?;
    if known.is_some_and(|address| address.customer.is_some()) {
        return Ok(());
    }
    let person = Person { external_id: None, name: None, email: None, phone: Some(phone), language: None };
    let ids = (AddressId::new(shared.ids.next()), CustomerId::new(shared.ids.next()));
    shared.directory.tie(channel, address, &person, Level::Claimed, ids, shared.clock.now()).await?;
    Ok(())
}

/// Keeps what could not be translated, masked.
pub(super) async fn keep_odd(
    shared: &Shared,
    channel: &Arc<Channel>,
    reason: &'static str,
    body: &str,
) -> Result<(), NotStored> {
    let body = body.replace('\0', "");
    let mut body = mask(&body);
    let end = (0..=LONGEST_ODD.min(body.len())).rev().find(|end| body.is_char_boundary(*end)).unwrap_or(0);
    body.truncate(end);
    tracing::warn!(channel = %channel.id, reason, "an update could not be translated; it is kept");
    let (id, at) = (shared.ids.next(), shared.clock.now());
    let event =
        OddEvent { id, brand: channel.brand, channel: channel.id, reason: reason.to_owned(), body, at };
    Ok(shared.odd.keep_odd(&event).await?)
}
