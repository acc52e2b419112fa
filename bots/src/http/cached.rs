//! Values read again after a few seconds: channels and names that hardly change but are needed by every request.

use lara_core::model::{Millis, Timestamp};
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

/// How long a value is used before it is read again: a changed token or origin is honoured that soon, on every node.
const FRESH: Millis = Millis::seconds(5);

/// More keys than this are forgotten at once; only existing brands and channels become keys.
const MOST: usize = 4_096;

/// The cache.
#[derive(Debug)]
pub(crate) struct Cached<K, V>(RwLock<HashMap<K, (Timestamp, V)>>);

impl<K, V> Default for Cached<K, V> {
    fn default() -> Self {
        Self(RwLock::new(HashMap::new()))
    }
}

impl<K: Eq + Hash, V: Clone> Cached<K, V> {
    /// The value, if it was put less than [`FRESH`] ago.
    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: Timestamp) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let values = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (at, value) = values.get(key)?;
        let age = now.since(*at);
        (age >= Millis(0) && age < FRESH).then(|| value.clone())
    }

    /// Keeps a value.
    pub(crate) fn put(&self, key: K, value: V, now: Timestamp) {
        let mut values = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if values.len() >= MOST {
            values.clear();
        }
        values.insert(key, (now, value));
    }
}
