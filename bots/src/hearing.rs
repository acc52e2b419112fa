//! What every door of a platform does with an event: stores it, counts what is nothing for us, and keeps aside what can
//! never be stored, so that nothing is lost and no sender is made to repeat it for ever.

use crate::Shared;
use lara_core::listen::{AcceptError, Event, Listener, mask};
use lara_core::model::{Channel, ChannelKind};
use lara_core::ports::{Clock, Ids, OddEvent, OddEvents, StoreError};
use std::sync::Arc;

/// The most of an event that is kept aside, in bytes.
const LONGEST: usize = 64 * 1024;

/// The store is away, or we are: whoever told us should tell us again.
#[derive(Debug, thiserror::Error)]
#[error("the event could not be stored; it is asked for again")]
pub(crate) struct NotStored;

impl From<StoreError> for NotStored {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "an event was not stored");
        Self
    }
}

/// Hears for all channels. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hearing {
    listener: Arc<Listener>,
    odd: Arc<dyn OddEvents>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Hearing {
    pub(crate) fn new(shared: &Shared) -> Self {
        Self {
            listener: Arc::clone(&shared.listener),
            odd: Arc::clone(&shared.odd),
            clock: Arc::clone(&shared.clock),
            ids: Arc::clone(&shared.ids),
        }
    }

    /// Takes an event. `Ok` means that nothing is left to do: it is stored, is nothing for us, or is kept aside as `raw`.
    pub(crate) async fn take(&self, event: Event, raw: impl FnOnce() -> String) -> Result<(), NotStored> {
        let channel = match &event {
            Event::Said(envelope) => Arc::clone(&envelope.channel),
            Event::Happened(channel, _) => Arc::clone(channel),
            Event::Ignored(kind, why) => {
                count_ignored(*kind, why);
                return Ok(());
            }
        };
        match self.listener.take(event).await {
            // Without a brand the channel was removed a moment ago: there is nobody to hear it.
            Ok(_) | Err(AcceptError::NoBrand) => Ok(()),
            Err(error) if is_its_own_fault(&error) => self.keep_aside(&channel, "not_storable", &raw()).await,
            Err(error) => {
                tracing::warn!(%error, "an event was not stored");
                Err(NotStored)
            }
        }
    }

    /// Keeps aside, masked, what came from a proven sender and cannot be taken. `reason` is a stable code.
    pub(crate) async fn keep_aside(
        &self,
        channel: &Channel,
        reason: &str,
        body: &str,
    ) -> Result<(), NotStored> {
        tracing::warn!(channel = %channel.id, reason, "an event is kept aside");
        metrics::counter!("lara_events_odd_total", "channel" => channel.kind.as_str()).increment(1);
        // Masked first, so that a cut never halves a card number.
        let mut body = mask(&body.replace('\0', ""));
        body.truncate(body.floor_char_boundary(LONGEST));
        let event = OddEvent {
            id: self.ids.next(),
            brand: channel.brand,
            channel: channel.id,
            reason: reason.to_owned(),
            body,
            at: self.clock.now(),
        };
        match self.odd.keep_odd(&event).await {
            // A store that works and cannot keep even this: held back, it would hold up everybody behind it.
            Err(error @ StoreError::Broken(_)) => {
                tracing::error!(channel = %channel.id, %error, "an event could not even be kept aside");
                Ok(())
            }
            kept => Ok(kept?),
        }
    }
}

/// Counts what is nothing for us, by why: a platform that begins to tell something new is seen there.
pub(crate) fn count_ignored(kind: ChannelKind, why: &'static str) {
    tracing::debug!(%kind, why, "an event is nothing for us");
    metrics::counter!("lara_events_ignored_total", "channel" => kind.as_str(), "why" => why).increment(1);
}

/// Whether an event can never be stored: told again it would be no better, and others would wait behind it.
fn is_its_own_fault(error: &AcceptError) -> bool {
    match error {
        AcceptError::BadId(_) => true,
        AcceptError::Store(error) => matches!(**error, StoreError::Broken(_)),
        AcceptError::NoBrand | AcceptError::Stopped => false,
    }
}
