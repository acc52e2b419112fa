//! Listen: the door. Text is cleaned and masked before anything is stored; what is accepted is stored before the
//! platform is told so; a unique key decides duplicates.

mod clean;
mod mask;

pub use clean::{LONGEST, clean};
pub use mask::{mask, secrets};

use crate::batch::{self, BatchError, Batcher};
use crate::feed::Feed;
use crate::model::{AddressId, Channel, ConversationId, MessageId, Timestamp, Visibility};
use crate::ports::{Acceptance, Clock, Ids, Inbox, NewInbound, StoreError};
use crate::rules::RulesCache;
use std::sync::Arc;

/// The longest platform id of a person or a message, in bytes. Real ones are under 200.
pub const LONGEST_ID: usize = 512;

/// A message as a channel translated it.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The channel it came through.
    pub channel: Arc<Channel>,
    /// The channel's id of the person.
    pub address: String,
    /// The channel's id of the message; the same id is the same message.
    pub external: String,
    /// What was said, raw; may be empty (a sticker).
    pub text: String,
    /// Where it was said.
    pub visibility: Visibility,
    /// When it reached us; `None` is now. Replay sets it.
    pub at: Option<Timestamp>,
}

/// Why a message was not accepted. Nothing of it was stored.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// An id is empty, too long or holds control characters: the translation is wrong, or somebody plays.
    #[error("the {0} is not an id")]
    BadId(&'static str),
    /// The channel or its brand does not exist (any more).
    #[error("the brand does not exist")]
    NoBrand,
    /// The store failed: let the platform deliver again.
    #[error("the message could not be stored")]
    Store(#[source] Arc<StoreError>),
    /// The process is shutting down: let the platform deliver again.
    #[error("the door is closed")]
    Stopped,
}

/// The door all channels share.
pub struct Listener {
    door: Batcher<NewInbound, Option<Acceptance>, StoreError>,
    rules: Arc<RulesCache>,
    feed: Arc<Feed>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

impl Listener {
    /// The door and the driver of its batches, which the server must run.
    pub fn new(
        inbox: Arc<dyn Inbox>,
        rules: Arc<RulesCache>,
        feed: Arc<Feed>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (door, driver) = Batcher::new(batch::LIMIT, batch::WAIT, move |batch| {
            let inbox = Arc::clone(&inbox);
            async move { inbox.accept(batch).await }
        });
        (Self { door, rules, feed, clock, ids }, driver)
    }

    /// Cleans, masks and stores one message. `Ok` means it is stored: the platform may be told so.
    pub async fn accept(&self, envelope: Envelope) -> Result<Acceptance, AcceptError> {
        check_id("address", &envelope.address)?;
        check_id("message", &envelope.external)?;
        let channel = &envelope.channel;
        let rules = self
            .rules
            .of(channel.brand)
            .await
            .map_err(|error| AcceptError::Store(Arc::new(error)))?
            .ok_or(AcceptError::NoBrand)?;
        let (settle, settle_at_most) = rules.settle(channel.kind);
        let inbound = NewInbound {
            brand: channel.brand,
            channel: channel.id,
            address: envelope.address,
            external: envelope.external,
            text: receive(&envelope.text),
            visibility: envelope.visibility,
            at: envelope.at.unwrap_or_else(|| self.clock.now()),
            settle,
            settle_at_most,
            message_id: MessageId::new(self.ids.next()),
            conversation_id: ConversationId::new(self.ids.next()),
            address_id: AddressId::new(self.ids.next()),
        };
        let brand = inbound.brand;
        let (channel, external) = (inbound.channel, inbound.address.clone());
        let acceptance = self.door.ask(inbound).await.map_err(|error| match error {
            BatchError::Failed(error) => AcceptError::Store(error),
            BatchError::Stopped => AcceptError::Stopped,
        })?;
        let acceptance = acceptance.ok_or(AcceptError::NoBrand)?;
        if let Acceptance::New { conversation, address, .. } = acceptance {
            self.feed.touch_conversation(address, conversation, brand);
            self.feed.wake_newcomer(channel, &external);
            self.feed.work().notify_one();
        }
        Ok(acceptance)
    }
}

/// What is stored of a raw text: cleaned, masked, then capped (masking first, so that a cut never halves a card number).
#[must_use]
pub fn receive(raw: &str) -> String {
    clean::cap(mask(&clean(raw)))
}

fn check_id(what: &'static str, id: &str) -> Result<(), AcceptError> {
    if id.is_empty() || id.len() > LONGEST_ID || id.chars().any(char::is_control) {
        Err(AcceptError::BadId(what))
    } else {
        Ok(())
    }
}
