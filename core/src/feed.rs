//! The in-process side of the change feed: who waits for what, and what wakes them.
//!
//! The `change` table is the truth on one node or ten; this only shortens the wait. Missing a wake-up is therefore never
//! more than a short delay, and a wake-up without a reason is harmless: whoever is woken reads the store.

use crate::deliver::typing::Typing;
use crate::model::{AddressId, BrandId, ChannelId, ConversationId, Timestamp};
use crate::ports::{Change, ChangeKind};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, broadcast, watch};

/// Changes a slow reader of [`Feed::watch_all`] may fall behind before it is told that it lagged (and reads anew).
const BACKLOG: usize = 4_096;

/// Wakes long polls, streams, caches and workers of this process.
#[derive(Debug)]
pub struct Feed {
    all: broadcast::Sender<Change>,
    addresses: Mutex<Watched<AddressId>>,
    newcomers: Mutex<Watched<(ChannelId, String)>>,
    work: Notify,
    sends: Notify,
    typing: Typing,
}

/// Who watches what.
#[derive(Debug)]
struct Watched<K> {
    senders: HashMap<K, watch::Sender<u64>>,
    /// How many entries make the next sweep of unwatched ones worth its cost.
    sweep_at: usize,
}

impl<K> Default for Watched<K> {
    fn default() -> Self {
        Self { senders: HashMap::new(), sweep_at: 0 }
    }
}

impl<K: Eq + Hash> Watched<K> {
    fn watch(&mut self, key: K) -> watch::Receiver<u64> {
        if self.senders.len() >= self.sweep_at {
            self.senders.retain(|_, sender| sender.receiver_count() > 0);
            self.sweep_at = self.senders.len().saturating_mul(2).max(1_024);
        }
        self.senders.entry(key).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    fn wake(&mut self, key: &K) {
        let unwatched = self.senders.get(key).is_some_and(|sender| {
            sender.send_modify(|moved| *moved = moved.wrapping_add(1));
            sender.receiver_count() == 0
        });
        if unwatched {
            self.senders.remove(key);
        }
    }
}

impl Default for Feed {
    fn default() -> Self {
        Self::new()
    }
}

impl Feed {
    /// A feed nobody watches yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            all: broadcast::Sender::new(BACKLOG),
            addresses: Mutex::default(),
            newcomers: Mutex::default(),
            work: Notify::new(),
            sends: Notify::new(),
            typing: Typing::default(),
        }
    }

    /// Who is to be shown that an answer is coming.
    #[must_use]
    pub const fn typing(&self) -> &Typing {
        &self.typing
    }

    /// Tells everybody about changes read from the change table.
    pub fn publish(&self, changes: &[Change]) {
        for change in changes {
            if let Some(address) = change.address {
                held(&self.addresses).wake(&address);
            }
            // No receiver is no error: nobody watches.
            let _ = self.all.send(change.clone());
        }
    }

    /// Tells everybody at once, without waiting for the change table, that this process changed a conversation. The
    /// change carries number 0: readers that keep a place in the table must not move it.
    pub fn touch_conversation(&self, address: AddressId, conversation: ConversationId, brand: BrandId) {
        self.touch(brand, ChangeKind::Conversation, conversation.get(), Some(address));
    }

    /// The same for a brand, its templates or a customer.
    pub fn touch(&self, brand: BrandId, kind: ChangeKind, key: uuid::Uuid, address: Option<AddressId>) {
        self.publish(&[Change { number: 0, brand, kind, key, address, at: Timestamp::default() }]);
    }

    /// A receiver whose value moves whenever the address's transcript may have: `changed().await`, then read the store.
    /// Costs one map entry while somebody holds the receiver.
    #[must_use]
    pub fn watch_address(&self, address: AddressId) -> watch::Receiver<u64> {
        held(&self.addresses).watch(address)
    }

    /// The same for somebody who has no address yet: moves when their first message is stored by this process.
    #[must_use]
    pub fn watch_newcomer(&self, channel: ChannelId, external: &str) -> watch::Receiver<u64> {
        held(&self.newcomers).watch((channel, external.to_owned()))
    }

    /// Wakes whoever waits for the first message of this person.
    pub fn wake_newcomer(&self, channel: ChannelId, external: &str) {
        held(&self.newcomers).wake(&(channel, external.to_owned()));
    }

    /// Every change from now on. A reader that lags is told so and should read everything it shows anew.
    #[must_use]
    pub fn watch_all(&self) -> broadcast::Receiver<Change> {
        self.all.subscribe()
    }

    /// Woken when a lane may have work. `notify_one` keeps one permit, so that a wake-up between two looks is not lost.
    #[must_use]
    pub const fn work(&self) -> &Notify {
        &self.work
    }

    /// Woken when a reply may wait to be sent.
    #[must_use]
    pub const fn sends(&self) -> &Notify {
        &self.sends
    }
}

fn held<K>(watched: &Mutex<Watched<K>>) -> MutexGuard<'_, Watched<K>> {
    // The map is whole after every statement, so a panic elsewhere while it was held spoils nothing.
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn ids() -> (AddressId, ConversationId, BrandId) {
        let id = Uuid::from_u128(7);
        (AddressId::new(id), ConversationId::new(id), BrandId::new(id))
    }

    #[tokio::test]
    async fn who_watches_an_address_is_woken_by_its_changes_alone() {
        let feed = Feed::new();
        let (address, conversation, brand) = ids();
        let mut mine = feed.watch_address(address);
        let other = feed.watch_address(AddressId::new(Uuid::from_u128(8)));
        feed.touch_conversation(address, conversation, brand);
        mine.changed().await.unwrap();
        assert!(!other.has_changed().unwrap());
    }

    #[tokio::test]
    async fn a_change_between_watching_and_waiting_is_not_missed() {
        let feed = Feed::new();
        let (address, conversation, brand) = ids();
        let mut mine = feed.watch_address(address);
        feed.touch_conversation(address, conversation, brand);
        assert!(mine.has_changed().unwrap());
        mine.changed().await.unwrap();
        assert!(!mine.has_changed().unwrap());
    }

    #[test]
    fn addresses_nobody_watches_any_more_are_forgotten() {
        let feed = Feed::new();
        for n in 0..5_000_u128 {
            drop(feed.watch_address(AddressId::new(Uuid::from_u128(n))));
        }
        assert!(held(&feed.addresses).senders.len() < 2_048);
    }

    #[tokio::test]
    async fn the_desk_sees_every_change() {
        let feed = Feed::new();
        let mut all = feed.watch_all();
        let (address, conversation, brand) = ids();
        feed.touch_conversation(address, conversation, brand);
        let change = all.recv().await.unwrap();
        assert_eq!((change.kind, change.key), (ChangeKind::Conversation, conversation.get()));
    }
}
