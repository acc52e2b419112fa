//! What is known of channels and threads beyond their ids, and the marks it is kept in.

use super::ids::{Address, Snowflake};
use lara_core::model::{ChannelId, Timestamp};
use lara_core::ports::{Marks, StoreResult};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A thread Lara opened for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Thread {
    /// Whose talk goes on there.
    pub(crate) of: Address,
    /// Whether only they and the brand's own people see it.
    pub(crate) private: bool,
}

impl fmt::Display for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.private { "private" } else { "public" }, self.of)
    }
}

impl FromStr for Thread {
    type Err = super::ids::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, of) = text.split_once(' ').ok_or(super::ids::NotAnId)?;
        Ok(Self { of: of.parse()?, private: kind == "private" })
    }
}

/// Places beyond what a message tells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    /// Threads of ours.
    pub(crate) threads: HashMap<Snowflake, Thread>,
    /// The channel a thread of others hangs under.
    pub(crate) parents: HashMap<Snowflake, Snowflake>,
}

/// An interaction that may still be answered: its token dies after 15 minutes (interactions/receiving-and-responding.mdx).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Follow {
    /// The application.
    pub(crate) app: u64,
    /// The token of the interaction. It opens nothing but answers to this one press.
    pub(crate) token: String,
    /// Until when it is used.
    pub(crate) until: Timestamp,
    /// Whether the answer that was promised at once is still owed.
    pub(crate) owed: bool,
    /// Whether only the person sees the answers.
    pub(crate) hidden: bool,
}

/// The marks of one channel.
#[derive(Clone)]
pub(crate) struct Kept {
    marks: Arc<dyn Marks>,
    channel: ChannelId,
}

/// Where a person of a server is reached in private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Private {
    /// In private, wherever it may be: they asked for it.
    Wanted,
    /// Behind a button in the open, for lack of a better place.
    Door,
    /// In this private thread.
    At(Snowflake),
}

/// What was last seen in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The last message.
    pub(crate) last: Snowflake,
    /// The server the place belongs to; `None` for direct messages.
    pub(crate) guild: Option<Snowflake>,
}

impl Kept {
    pub(crate) fn new(marks: Arc<dyn Marks>, channel: ChannelId) -> Self {
        Self { marks, channel }
    }

    async fn get(&self, key: &str) -> StoreResult<Option<String>> {
        Ok(self.marks.mark(self.channel, key).await?.filter(|value| !value.is_empty()))
    }

    async fn set(&self, key: &str, value: &str, now: Timestamp) -> StoreResult<()> {
        self.marks.set_mark(self.channel, key, value, now).await
    }

    /// What was last seen, everywhere.
    pub(crate) async fn seen(&self) -> StoreResult<HashMap<Snowflake, Seen>> {
        let marks = self.marks.marks(self.channel, "seen:").await?;
        let read = |(key, value): (String, String)| {
            let place: Snowflake = key.strip_prefix("seen:")?.parse().ok()?;
            let (last, guild) = value.split_once('@').unwrap_or((&value, ""));
            Some((place, Seen { last: last.parse().ok()?, guild: guild.parse().ok() }))
        };
        Ok(marks.into_iter().filter_map(read).collect())
    }

    /// Moves what was last seen in a place.
    pub(crate) async fn set_seen(&self, place: Snowflake, seen: Seen, now: Timestamp) -> StoreResult<()> {
        let value = match seen.guild {
            Some(guild) => format!("{}@{guild}", seen.last),
            None => seen.last.to_string(),
        };
        self.set(&format!("seen:{place}"), &value, now).await
    }

    /// The thread of ours that a place is.
    pub(crate) async fn thread(&self, place: Snowflake) -> StoreResult<Option<Thread>> {
        Ok(self.get(&format!("thread:{place}")).await?.and_then(|text| text.parse().ok()))
    }

    /// Notes a thread of ours before anybody can write in it.
    pub(crate) async fn set_thread(
        &self,
        place: Snowflake,
        thread: Thread,
        now: Timestamp,
    ) -> StoreResult<()> {
        self.set(&format!("thread:{place}"), &thread.to_string(), now).await
    }

    /// Where in public a person last wrote to us, if not in the channel of their address.
    pub(crate) async fn at(&self, address: Address) -> StoreResult<Option<Snowflake>> {
        Ok(self.get(&format!("at:{address}")).await?.and_then(|text| text.parse().ok()))
    }

    /// Notes where in public a person writes to us.
    pub(crate) async fn set_at(&self, address: Address, place: Snowflake, now: Timestamp) -> StoreResult<()> {
        self.set(&format!("at:{address}"), &place.to_string(), now).await
    }

    /// Where a person of a server is reached in private, once they were.
    pub(crate) async fn private(&self, address: Address) -> StoreResult<Option<Private>> {
        let value = self.get(&format!("private:{address}")).await?;
        Ok(value.map(|text| match text.as_str() {
            "door" => Private::Door,
            place => place.parse().map_or(Private::Wanted, Private::At),
        }))
    }

    /// Notes where a person of a server is reached in private.
    pub(crate) async fn set_private(
        &self,
        address: Address,
        place: Private,
        now: Timestamp,
    ) -> StoreResult<()> {
        let value = match place {
            Private::Wanted => "wanted".to_owned(),
            Private::Door => "door".to_owned(),
            Private::At(place) => place.to_string(),
        };
        self.set(&format!("private:{address}"), &value, now).await
    }

    /// The direct channel of a person.
    pub(crate) async fn direct(&self, user: Snowflake) -> StoreResult<Option<Snowflake>> {
        Ok(self.get(&format!("dm:{user}")).await?.and_then(|text| text.parse().ok()))
    }

    /// Notes the direct channel of a person.
    pub(crate) async fn set_direct(
        &self,
        user: Snowflake,
        place: Option<Snowflake>,
        now: Timestamp,
    ) -> StoreResult<()> {
        let value = place.map(|place| place.to_string()).unwrap_or_default();
        self.set(&format!("dm:{user}"), &value, now).await
    }

    /// The interaction of a person that may still be answered.
    pub(crate) async fn follow(&self, address: Address, now: Timestamp) -> StoreResult<Option<Follow>> {
        let value = self.get(&format!("follow:{address}")).await?;
        let follow = value.and_then(|text| serde_json::from_str::<Follow>(&text).ok());
        Ok(follow.filter(|follow| now < follow.until))
    }

    /// Notes an interaction that may be answered, or that it no longer may.
    pub(crate) async fn set_follow(
        &self,
        address: Address,
        follow: Option<&Follow>,
        now: Timestamp,
    ) -> StoreResult<()> {
        let value = follow.and_then(|follow| serde_json::to_string(follow).ok()).unwrap_or_default();
        self.set(&format!("follow:{address}"), &value, now).await
    }
}
