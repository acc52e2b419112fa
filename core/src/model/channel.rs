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
        /// `WhatsApp`.
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

/// The secrets of a channel by name: `token`, `app_secret`, `webhook_secret`, ... Prints their names only.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, SecretString>);

impl Secrets {
    /// A secret by name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&SecretString> {
        self.0.get(name)
    }

    /// Sets a secret, or replaces it.
    pub fn set(&mut self, name: impl Into<String>, secret: SecretString) {
        self.0.insert(name.into(), secret);
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and secrets in clear, for the vault that seals them and for nothing else.
    pub fn expose(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, secret)| (name.as_str(), secret.expose_secret()))
    }
}

impl<N: Into<String>> FromIterator<(N, SecretString)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (N, SecretString)>>(named: I) -> Self {
        Self(named.into_iter().map(|(name, secret)| (name.into(), secret)).collect())
    }
}

impl PartialEq for Secrets {
    fn eq(&self, other: &Self) -> bool {
        self.expose().eq(other.expose())
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
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

/// One thing a check of a channel found. `code` is stable (`token_invalid`, `intent_missing`, `webhook_elsewhere`); its
/// words, and what to do next, stand beside the page and the command that show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub code: String,
    /// How grave.
    pub gravity: Gravity,
    /// A value that helps, e.g. the missing permission; never a secret.
    pub detail: Option<String>,
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
