//! Reading an address's messages, waiting for new ones: what long poll and stream share.

use lara_core::feed::Feed;
use lara_core::model::{AddressId, ChannelId, Message};
use lara_core::ports::{Cursor, StoreResult, Transcripts};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Messages read at once.
const PAGE: u32 = 100;

/// How often an address that has not written yet is looked for: another node may have stored its first message.
const NEWCOMER: Duration = Duration::from_secs(2);

/// How long a waiting reader trusts the feed before it looks for itself.
const LOOK_AGAIN: Duration = Duration::from_secs(25);

/// Whose messages.
#[derive(Debug, Clone)]
pub(crate) struct Whose {
    /// The channel.
    pub(crate) channel: ChannelId,
    /// The channel's id of the person.
    pub(crate) external: String,
}

/// Where reading begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// At the first message.
    Start,
    /// At the latest page.
    Latest,
    /// Behind this message.
    After(Cursor),
}

impl From {
    /// Behind the last of `messages`, or where it was.
    pub(crate) fn behind(self, messages: &[Message]) -> Self {
        messages.last().map_or(self, |last| Self::After(cursor(last)))
    }

    /// The cursor, once there is one.
    pub(crate) const fn cursor(self) -> Option<Cursor> {
        match self {
            Self::After(cursor) => Some(cursor),
            Self::Start | Self::Latest => None,
        }
    }
}

/// The place of a message.
pub(crate) const fn cursor(message: &Message) -> Cursor {
    Cursor { conversation: message.conversation, seq: message.seq }
}

/// Reads and waits.
#[derive(Clone)]
pub(crate) struct Reader {
    /// The store.
    pub(crate) transcripts: Arc<dyn Transcripts>,
    /// Who tells that something changed.
    pub(crate) feed: Arc<Feed>,
    /// Ends all waiting.
    pub(crate) shutdown: CancellationToken,
}

impl Reader {
    /// What is there now; empty when there is nothing, or nobody.
    pub(crate) async fn now(&self, whose: &Whose, from: From) -> StoreResult<Vec<Message>> {
        match self.transcripts.address(whose.channel, &whose.external).await? {
            Some(address) => self.read(address.id, from).await,
            None => Ok(Vec::new()),
        }
    }

    /// What is there, or will be within `wait`; empty when the time is over or the server stops.
    pub(crate) async fn wait(&self, whose: &Whose, from: From, wait: Duration) -> StoreResult<Vec<Message>> {
        if wait.is_zero() {
            return self.now(whose, from).await;
        }
        tokio::time::timeout(wait, self.next(whose, from)).await.unwrap_or_else(|_| Ok(Vec::new()))
    }

    /// The next messages, however long it takes; empty when the server stops.
    pub(crate) async fn next(&self, whose: &Whose, from: From) -> StoreResult<Vec<Message>> {
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => Ok(Vec::new()),
            messages = self.next_forever(whose, from) => messages,
        }
    }

    async fn next_forever(&self, whose: &Whose, from: From) -> StoreResult<Vec<Message>> {
        let mut first_message = self.feed.watch_newcomer(whose.channel, &whose.external);
        let id = loop {
            if let Some(address) = self.transcripts.address(whose.channel, &whose.external).await? {
                break address.id;
            }
            // Whether it was told or the time is over: look.
            let _ = tokio::time::timeout(NEWCOMER, first_message.changed()).await;
        };
        // Watched before the first read: what is written between the two is told.
        let mut watcher = self.feed.watch_address(id);
        loop {
            let messages = self.read(id, from).await?;
            if !messages.is_empty() {
                return Ok(messages);
            }
            if let Ok(Err(_closed)) = tokio::time::timeout(LOOK_AGAIN, watcher.changed()).await {
                watcher = self.feed.watch_address(id);
            }
        }
    }

    async fn read(&self, address: AddressId, from: From) -> StoreResult<Vec<Message>> {
        match from {
            From::Start => self.transcripts.after(address, None, PAGE).await,
            From::Latest => self.transcripts.latest(address, PAGE).await,
            From::After(cursor) => self.transcripts.after(address, Some(cursor), PAGE).await,
        }
    }
}
