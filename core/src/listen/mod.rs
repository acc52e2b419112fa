//! Listen: the door. Text is cleaned and masked before anything is stored; what is accepted is stored before the
//! platform is told so; a unique key decides duplicates.

mod clean;
mod mask;

pub use clean::{LONGEST, clean};
pub use mask::{mask, secrets};

use crate::act::markup;
use crate::batch::{self, BatchError, Batcher};
use crate::deliver::typing::Expecting;
use crate::feed::Feed;
use crate::model::{
    AddressId, AttachmentId, Channel, ChannelKind, ConversationId, MessageId, Timestamp, Visibility,
};
use crate::ports::{
    Acceptance, Clock, Details, Happening, Happenings, Ids, Inbox, Moved, NewInbound, StoreError,
};
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
    /// What else the platform told.
    pub details: Details,
}

/// An event of a platform, translated. Translation is pure and total: every event is one of these.
#[derive(Debug, Clone)]
pub enum Event {
    /// A new message.
    Said(Box<Envelope>),
    /// Something else that counts.
    Happened(Arc<Channel>, Happening),
    /// Nothing for us, and why: a stable code, counted (`own_echo`, `other_bot`, `typing`).
    Ignored(ChannelKind, &'static str),
}

/// What became of an event. All mean: the platform may be told that we have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// A message.
    Said(Acceptance),
    /// A happening, and what it moved.
    Happened(Option<Moved>),
    /// Nothing was stored.
    Ignored,
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
    happenings: Arc<dyn Happenings>,
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
        happenings: Arc<dyn Happenings>,
        rules: Arc<RulesCache>,
        feed: Arc<Feed>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (door, driver) = Batcher::new(batch::LIMIT, batch::WAIT, move |batch| {
            let inbox = Arc::clone(&inbox);
            async move { inbox.accept(batch).await }
        });
        (Self { happenings, door, rules, feed, clock, ids }, driver)
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
            details: self.received(envelope.details),
            settle,
            settle_at_most,
            message_id: MessageId::new(self.ids.next()),
            conversation_id: ConversationId::new(self.ids.next()),
            address_id: AddressId::new(self.ids.next()),
        };
        let (brand, visibility, external) = (inbound.brand, inbound.visibility, inbound.address.clone());
        let acceptance = self.door.ask(inbound).await.map_err(|error| match error {
            BatchError::Failed(error) => AcceptError::Store(error),
            BatchError::Stopped => AcceptError::Stopped,
        })?;
        let acceptance = acceptance.ok_or(AcceptError::NoBrand)?;
        if let Acceptance::New { conversation, address, .. } = acceptance {
            self.feed.touch_conversation(address, conversation, brand);
            self.feed.wake_newcomer(envelope.channel.id, &external);
            self.feed.work().notify_one();
            let channel = Arc::clone(&envelope.channel);
            self.feed.typing().expect(visibility, Expecting { channel, address: external, conversation });
        }
        Ok(acceptance)
    }
}

impl Listener {
    /// Takes an event, whatever it is. `Ok` means it is stored, or that there is nothing to store.
    pub async fn take(&self, event: Event) -> Result<Taken, AcceptError> {
        match event {
            Event::Said(envelope) => self.accept(*envelope).await.map(Taken::Said),
            Event::Happened(channel, happening) => self.happened(&channel, happening).await,
            Event::Ignored(..) => Ok(Taken::Ignored),
        }
    }

    async fn happened(&self, channel: &Channel, happening: Happening) -> Result<Taken, AcceptError> {
        let happening = match happening {
            Happening::Edited { external, text } => Happening::Edited { external, text: receive(&text) },
            Happening::HumanReplied { address, external, text } => {
                check_id("address", &address)?;
                check_id("message", &external)?;
                // A human's words in the platform's inbox are literal, like those written at the desk.
                Happening::HumanReplied { address, external, text: markup::escape(&receive(&text)) }
            }
            other => other,
        };
        let id = MessageId::new(self.ids.next());
        let moved = self.happenings.happen(channel, &happening, id, self.clock.now()).await;
        let moved = moved.map_err(|error| AcceptError::Store(Arc::new(error)))?;
        if let Some(Moved { conversation, address }) = moved {
            self.feed.touch_conversation(address, conversation, channel.brand);
        }
        Ok(Taken::Happened(moved))
    }

    /// What is stored of what else was told: cleaned, masked, with ids of our own.
    fn received(&self, mut details: Details) -> Details {
        details.name = details.name.and_then(|name| label(&name));
        for attachment in &mut details.attachments {
            let shown = &mut attachment.shown;
            shown.id = AttachmentId::new(self.ids.next());
            shown.name = shown.name.take().and_then(|name| label(&name));
            shown.mime = shown.mime.take().and_then(|mime| label(&mime));
            shown.note = shown.note.take().map(|note| receive(&note)).filter(|note| !note.is_empty());
        }
        details
    }
}

/// The longest name of a person or a file that is kept, in characters.
const LONGEST_LABEL: usize = 200;

/// What is stored of a name or another short field of a person: masked, without control characters and outer blanks, cut to a
/// sane length; `None` when nothing is left. Whoever takes fields from outside - an import, the REST API - takes them by this.
#[must_use]
pub fn label(raw: &str) -> Option<String> {
    let text: String = mask(&clean(raw)).chars().filter(|c| !c.is_control()).take(LONGEST_LABEL).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
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
