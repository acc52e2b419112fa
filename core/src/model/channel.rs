//! Channels: the doors of a brand, their secrets, and how they are.

use super::names::words;
use super::{BrandId, ChannelId, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// Which kind of door a channel is.
    ChannelKind {
        /// The chat widget.
        Web = "web",
        /// The brand's own app, over REST.
        App = "app",
        /// Discord.
        Discord = "discord",
        /// Telegram.
        Telegram = "telegram",
        /// Messenger.
        Messenger = "messenger",
        /// Instagram.
        Instagram = "instagram",
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// The terminal and replay.
        Local = "local",
    }
}

words! {
    /// How a reply reaches the customer.
    Delivery {
        /// The customer's side reads it from the store: committing it is sending it, so it is `sent` at once.
        Pull = "pull",
        /// A worker sends it to the platform through the outbox.
        Push = "push",
    }
}

/// One door of a brand. Unique by (brand, name), and by (kind, account) where the platform's account is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// Id.
    pub id: ChannelId,
    /// Brand.
    pub brand: BrandId,
    /// Kind.
    pub kind: ChannelKind,
    /// Short name: `web`, `app`, `telegram-hanoi`.
    pub name: String,
    /// How replies leave.
    pub delivery: Delivery,
    /// The kind's own settings (allowed origins, token hash, API address, ...), JSON. No secret of a platform stands here.
    pub settings: serde_json::Value,
    /// The platform's id of the brand's account: bot id, page id, phone number id. Webhooks are told apart by it.
    pub account: Option<String>,
    /// What the platform knows us by. Sealed in the database; empty where a channel was read for deciding, not for sending.
    #[serde(skip)]
    pub secrets: Secrets,
    /// Since when it neither listens nor sends, because somebody said so.
    pub paused_at: Option<Timestamp>,
}

impl Channel {
    /// A channel without account and secrets, not paused.
    #[must_use]
    pub fn new(
        id: ChannelId,
        brand: BrandId,
        kind: ChannelKind,
        name: impl Into<String>,
        delivery: Delivery,
    ) -> Self {
        Self {
            id,
            brand,
            kind,
            name: name.into(),
            delivery,
            settings: serde_json::Value::Object(serde_json::Map::new()),
            account: None,
            secrets: Secrets::default(),
            paused_at: None,
        }
    }
}

impl Channel {
    /// Whether it was taken out of use for good ([`crate::ports::Brands::remove_channel`]).
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.settings.get("removed") == Some(&serde_json::Value::Bool(true))
    }
}

/// The secrets of a channel by name: `token`, `app_secret`, `webhook_secret`, ... Prints their names only.
#[derive(Clone, Default)]
pub struct Secrets {
    named: BTreeMap<String, SecretString>,
    locked: bool,
}

impl Secrets {
    /// Secrets that are there, but sealed with a key that is not. Saving them leaves what is stored.
    #[must_use]
    pub const fn locked() -> Self {
        Self { named: BTreeMap::new(), locked: true }
    }

    /// Whether they are there, but sealed with a key that is not.
    #[must_use]
    pub const fn are_locked(&self) -> bool {
        self.locked
    }

    /// A secret by name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&SecretString> {
        self.named.get(name)
    }

    /// Sets a secret, or replaces it. Whoever sets one gives up what is locked.
    pub fn set(&mut self, name: impl Into<String>, secret: SecretString) {
        self.named.insert(name.into(), secret);
        self.locked = false;
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Names and secrets in clear, for the vault that seals them and for nothing else.
    pub fn expose(&self) -> impl Iterator<Item = (&str, &str)> {
        self.named.iter().map(|(name, secret)| (name.as_str(), secret.expose_secret()))
    }
}

impl<N: Into<String>> FromIterator<(N, SecretString)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (N, SecretString)>>(named: I) -> Self {
        Self { named: named.into_iter().map(|(name, secret)| (name.into(), secret)).collect(), locked: false }
    }
}

impl PartialEq for Secrets {
    fn eq(&self, other: &Self) -> bool {
        self.locked == other.locked && self.expose().eq(other.expose())
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.named.keys()).finish()
    }
}

words! {
    /// How well a channel is.
    HealthState {
        /// Nobody has looked yet.
        Unknown = "unknown",
        /// It listens and sends.
        Well = "well",
        /// Something fails now and then, or a check found something to mend.
        Ailing = "ailing",
        /// It neither hears nor sends until somebody mends it: a revoked token, a lost permission.
        Dead = "dead",
    }
}

words! {
    /// How grave a finding is.
    Gravity {
        /// As it should be.
        Fine = "fine",
        /// It works, but not all of it.
        Warning = "warning",
        /// It does not work.
        Broken = "broken",
    }
}

/// One thing a check of a channel found. `code` is stable (`token_invalid`, `intent_missing`, `webhook_elsewhere`); what it
/// means and what to do next is said by [`crate::wording::channel_trouble`], which knows every code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub code: String,
    /// How grave.
    pub gravity: Gravity,
    /// A value that helps, e.g. the missing permission; never a secret.
    pub detail: Option<String>,
}

impl Finding {
    /// Something is as it should be.
    #[must_use]
    pub fn fine(code: impl Into<String>) -> Self {
        Self { code: code.into(), gravity: Gravity::Fine, detail: None }
    }

    /// The channel works, but not all of it.
    #[must_use]
    pub fn warning(code: impl Into<String>) -> Self {
        Self { code: code.into(), gravity: Gravity::Warning, detail: None }
    }

    /// The channel does not work.
    #[must_use]
    pub fn broken(code: impl Into<String>) -> Self {
        Self { code: code.into(), gravity: Gravity::Broken, detail: None }
    }

    /// With a value that helps; never a secret.
    #[must_use]
    pub fn with(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}

/// How a channel is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Channel.
    pub channel: ChannelId,
    /// How well.
    pub state: HealthState,
    /// When the platform last told us something.
    pub last_event_at: Option<Timestamp>,
    /// When something was last sent.
    pub last_sent_at: Option<Timestamp>,
    /// The last error: a stable code.
    pub last_error: Option<String>,
    /// When that was.
    pub last_error_at: Option<Timestamp>,
    /// When it was last checked.
    pub checked_at: Option<Timestamp>,
    /// What that check found.
    pub findings: Vec<Finding>,
}
