//! How channels are, noted as they work: what happens at every message is written down now and then only.

use lara_core::model::{BrandId, Channel, ChannelId, Health, HealthState, Millis, Timestamp};
use lara_core::ports::{ChannelHealth, Clock, StoreResult, Symptom};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How often a channel that is well is written down as heard or sent.
const EVERY: Millis = Millis::seconds(30);

/// Notes symptoms. Cheap to clone; a store that is away costs a note, never a message.
#[derive(Clone)]
pub struct HealthBook {
    store: Arc<dyn ChannelHealth>,
    clock: Arc<dyn Clock>,
    noted: Arc<Mutex<HashMap<(ChannelId, Usual), Timestamp>>>,
}

/// What happens all the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Usual {
    Heard,
    Sent,
}

impl std::fmt::Debug for HealthBook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HealthBook").finish_non_exhaustive()
    }
}

impl HealthBook {
    /// A book over a store.
    #[must_use]
    pub fn new(store: Arc<dyn ChannelHealth>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, noted: Arc::default() }
    }

    /// Notes a symptom, unless the same was noted a moment ago.
    pub async fn note(&self, channel: &Channel, symptom: Symptom) {
        let now = self.clock.now();
        let usual = match &symptom {
            Symptom::Heard => Some(Usual::Heard),
            Symptom::Sent => Some(Usual::Sent),
            // What was usual before an error is news after it.
            Symptom::Failed(_) | Symptom::Died(_) => {
                self.noted().retain(|(id, _), _| *id != channel.id);
                None
            }
            Symptom::Checked(_) => None,
        };
        if let Some(usual) = usual {
            let mut noted = self.noted();
            let last = noted.entry((channel.id, usual)).or_insert(Timestamp::from_millis(i64::MIN / 2));
            if now.since(*last) < EVERY {
                return;
            }
            *last = now;
        }
        match self.store.note(channel, &symptom, now).await {
            Ok((before, HealthState::Dead)) if before != HealthState::Dead => {
                tracing::error!(channel = %channel.id, kind = %channel.kind, ?symptom, "a channel is dead");
            }
            Ok((HealthState::Dead, after)) if after != HealthState::Dead => {
                tracing::info!(channel = %channel.id, kind = %channel.kind, "a channel lives again");
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(channel = %channel.id, %error, "the health of a channel was not stored");
            }
        }
    }

    /// How the channels of a brand are.
    pub(crate) async fn of(&self, brand: BrandId) -> StoreResult<Vec<Health>> {
        self.store.health(Some(brand)).await
    }

    fn noted(&self) -> std::sync::MutexGuard<'_, HashMap<(ChannelId, Usual), Timestamp>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
