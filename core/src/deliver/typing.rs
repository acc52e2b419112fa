//! Shows people on pushed channels that an answer is coming, from the moment their message is stored: while the run
//! settles and is decided. Best effort: a door drops it in a box and goes on, and nothing follows when it cannot be shown.

use super::Deliverer;
use crate::model::{Channel, ConversationId, Delivery, Millis, Timestamp, Visibility};
use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// What waits to be shown at most; in a rush the oldest are dropped, for they are answered by now.
const BOX: usize = 64;
/// Shown at once.
const AT_ONCE: usize = 8;
/// The longest one may take: after that the answer is there.
const LONGEST: Duration = Duration::from_secs(3);
/// Platforms show it for 5 to 20 seconds (Telegram the shortest: core.telegram.org/bots/api#sendchataction); who writes on
/// meanwhile needs no more.
const AGAIN: Millis = Millis::seconds(4);

/// Somebody who has just written and is going to be answered.
#[derive(Debug, Clone)]
pub struct Expecting {
    /// Where.
    pub channel: Arc<Channel>,
    /// The channel's id of the person.
    pub address: String,
    /// In which conversation.
    pub conversation: ConversationId,
}

/// The box doors drop it in.
#[derive(Debug, Default)]
pub struct Typing {
    waiting: Mutex<VecDeque<Expecting>>,
    came: Notify,
}

impl Typing {
    /// Somebody wrote. Only who wrote in private on a pushed channel is shown anything.
    pub fn expect(&self, visibility: Visibility, expecting: Expecting) {
        if visibility != Visibility::Direct || expecting.channel.delivery != Delivery::Push {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= BOX {
            waiting.pop_front();
        }
        waiting.push_back(expecting);
        drop(waiting);
        self.came.notify_one();
    }

    async fn next(&self) -> Expecting {
        loop {
            if let Some(one) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
                return one;
            }
            self.came.notified().await;
        }
    }
}

impl Deliverer {
    /// Shows whoever expects an answer that one is coming, for ever.
    pub async fn show_typing(&self) {
        let mut showing = FuturesUnordered::new();
        let mut shown: HashMap<ConversationId, Timestamp> = HashMap::new();
        loop {
            tokio::select! {
                Some(()) = showing.next() => {}
                expecting = self.feed.typing().next(), if showing.len() < AT_ONCE => {
                    let now = self.clock.now();
                    shown.retain(|_, at| now.since(*at) < AGAIN);
                    if shown.insert(expecting.conversation, now).is_none() {
                        showing.push(self.show(expecting));
                    }
                }
            }
        }
    }

    async fn show(&self, expecting: Expecting) {
        let Expecting { channel, address, conversation } = expecting;
        let Some(push) = self.pushes.get(&channel.kind) else { return };
        let shut = self.buckets.is_shut(channel.id, &address, self.clock.now());
        // Where a human answers, or nobody does, nobody is typing.
        if shut || !self.outbox.is_hers(conversation).await.unwrap_or(false) {
            return;
        }
        let shown = AssertUnwindSafe(push.typing(&channel, &address)).catch_unwind();
        let _ = tokio::time::timeout(LONGEST, shown).await;
    }
}
