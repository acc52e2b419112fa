//! What listening for one channel shares: who we are, what is known of places.

use crate::Shared;
use crate::discord::api::Api;
use crate::discord::ids::Snowflake;
use crate::discord::places::{Kept, Places};
use crate::discord::settings::Settings;
use crate::discord::shape;
use crate::discord::translate::Known;
use crate::hearing::Hearing;
use lara_core::model::Channel;
use lara_core::ports::StoreResult;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

/// Places that are remembered to be no thread of ours.
const MOST_LOOKED_UP: usize = 20_000;

/// One channel, listening.
pub(crate) struct Station {
    pub(crate) shared: Shared,
    pub(crate) channel: Arc<Channel>,
    pub(crate) settings: Settings,
    pub(crate) api: Api,
    pub(crate) kept: Kept,
    pub(crate) hearing: Hearing,
    /// 0 while unknown.
    bot: AtomicU64,
    application: AtomicU64,
    places: RwLock<Places>,
    looked_up: Mutex<HashSet<Snowflake>>,
}

impl Station {
    pub(crate) fn new(shared: Shared, channel: Arc<Channel>, settings: Settings, api: Api) -> Self {
        let kept = Kept::new(Arc::clone(&shared.marks), channel.id);
        let hearing = Hearing::new(&shared);
        let bot = channel.account.as_deref().and_then(|id| id.parse().ok()).map_or(0, |id: Snowflake| id.0);
        let application = settings.application.map_or(0, |id| id.0);
        Self {
            shared,
            channel,
            settings,
            api,
            kept,
            hearing,
            bot: AtomicU64::new(bot),
            application: AtomicU64::new(application),
            places: RwLock::default(),
            looked_up: Mutex::default(),
        }
    }

    pub(crate) fn bot(&self) -> Option<Snowflake> {
        Some(self.bot.load(Ordering::Relaxed)).filter(|id| *id > 0).map(Snowflake)
    }

    pub(crate) fn set_bot(&self, bot: Snowflake) {
        self.bot.store(bot.0, Ordering::Relaxed);
    }

    /// The application; for all bots made since 2016 its id is the bot's.
    pub(crate) fn application(&self) -> Option<Snowflake> {
        Some(self.application.load(Ordering::Relaxed)).filter(|id| *id > 0).map(Snowflake).or(self.bot())
    }

    /// The application as Discord says, unless the settings say otherwise.
    pub(crate) fn learn_application(&self, id: Snowflake) {
        if self.settings.application.is_none() {
            self.application.store(id.0, Ordering::Relaxed);
        }
    }

    pub(crate) fn places(&self) -> RwLockReadGuard<'_, Places> {
        self.places.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn known<'a>(&'a self, places: &'a Places) -> Known<'a> {
        Known { channel: &self.channel, settings: &self.settings, bot: self.bot(), places }
    }

    /// Finds out whether the place of a message or a press is a thread of ours, before it is translated.
    pub(crate) async fn look_up(&self, event: &Value) -> StoreResult<()> {
        let in_server = shape::id(event, "guild_id").is_some();
        let Some(place) = shape::id(event, "channel_id").filter(|_| in_server) else { return Ok(()) };
        if self.looked_up().contains(&place) {
            return Ok(());
        }
        let thread = self.kept.thread(place).await?;
        if let Some(thread) = thread {
            self.places.write().unwrap_or_else(PoisonError::into_inner).threads.insert(place, thread);
        }
        let mut looked_up = self.looked_up();
        if looked_up.len() >= MOST_LOOKED_UP {
            looked_up.clear();
        }
        looked_up.insert(place);
        Ok(())
    }

    fn looked_up(&self) -> std::sync::MutexGuard<'_, HashSet<Snowflake>> {
        self.looked_up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns which channel threads hang under: a thread in a watched channel is watched too.
    pub(crate) fn learn_threads(&self, threads: &[Value]) {
        let mut places = self.places.write().unwrap_or_else(PoisonError::into_inner);
        for thread in threads {
            if let (Some(id), Some(parent)) = (shape::id(thread, "id"), shape::id(thread, "parent_id"))
                && self.settings.watched.contains(&parent)
            {
                places.parents.insert(id, parent);
            }
        }
    }
}
