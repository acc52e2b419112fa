//! The settings of a Telegram channel: its JSON and its secrets, read once and refused with the member's name.

use crate::seal::hex;
use hmac::{Hmac, KeyInit as _, Mac as _};
use lara_core::model::Channel;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use sha2::Sha256;
use std::sync::Arc;
use url::Url;

/// How updates reach us.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// We ask for them: works from anywhere, needs no public address.
    #[default]
    Polling,
    /// Telegram posts them to our public https address.
    Webhook,
}

/// What is done in groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Groups {
    /// Listened to, answered when addressed.
    #[default]
    Listen,
    /// Left alone.
    Ignore,
}

/// The JSON of `channel.settings`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How updates reach us.
    pub mode: Mode,
    /// The Bot API server; `None` is Telegram's own.
    pub api_url: Option<Url>,
    /// The bot's username, without `@`. Asked from Telegram when left out.
    pub username: Option<String>,
    /// What is done in groups.
    pub groups: Groups,
    /// The groups that are listened to, by chat id; empty for every group the bot is in.
    #[serde(deserialize_with = "ids")]
    pub watched: Vec<i64>,
    /// Telegram ids of the brand's own people: what they answer in a group is a human's reply.
    #[serde(deserialize_with = "ids")]
    pub colleagues: Vec<i64>,
}

/// Ids as numbers, or as text: not every tool writes 52 bits as a number.
fn ids<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "an id is a whole number")]
    enum Id {
        Number(i64),
        Text(String),
    }
    let ids = Vec::<Id>::deserialize(from)?.into_iter().map(|id| match id {
        Id::Number(number) => Ok(number),
        Id::Text(text) => text.trim().parse().map_err(|_| D::Error::custom("an id is a whole number")),
    });
    ids.collect()
}

/// Why a channel cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A member of the JSON is not what it must be.
    #[error("the Telegram settings are wrong at \"{0}\": {1}")]
    Member(String, String),
    /// There is no token.
    #[error("the Telegram channel has no secret \"token\"; ask @BotFather for one")]
    NoToken,
    /// The token cannot be one.
    #[error("the secret \"token\" is no bot token; it looks like 123456789:AAE..., as @BotFather wrote it")]
    BadToken,
    /// The webhook secret holds what Telegram does not take.
    #[error("the secret \"webhook_secret\" must be 1 to 256 of A-Z, a-z, 0-9, _ and -; or leave it out")]
    BadSecret,
}

/// A channel whose settings and secrets were read.
#[derive(Debug, Clone)]
pub struct Account {
    /// The channel.
    pub channel: Arc<Channel>,
    /// Its settings.
    pub settings: Settings,
    /// The bot's token.
    pub token: SecretString,
    /// What Telegram sends with each webhook request.
    pub webhook_secret: SecretString,
    /// The bot's own id: the token begins with it.
    pub bot: i64,
}

impl Account {
    /// Reads a channel.
    pub fn open(channel: &Arc<Channel>) -> Result<Self, SettingsError> {
        let settings = read(channel)?;
        let token = channel.secrets.get("token").ok_or(SettingsError::NoToken)?.clone();
        let bot = bot_of(token.expose_secret()).ok_or(SettingsError::BadToken)?;
        let webhook_secret = match channel.secrets.get("webhook_secret") {
            Some(secret) if is_secret(secret.expose_secret()) => secret.clone(),
            Some(_) => return Err(SettingsError::BadSecret),
            None => derived(token.expose_secret()),
        };
        Ok(Self { channel: Arc::clone(channel), settings, token, webhook_secret, bot })
    }
}

/// The settings alone.
pub(super) fn read(channel: &Channel) -> Result<Settings, SettingsError> {
    serde_path_to_error::deserialize(&channel.settings)
        .map_err(|error| SettingsError::Member(error.path().to_string(), error.inner().to_string()))
}

/// The id a token begins with, if it is a token (core.telegram.org/bots/api#authorizing-your-bot).
fn bot_of(token: &str) -> Option<i64> {
    let (id, key) = token.split_once(':')?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if key.is_empty() || !key.chars().all(fits) || !id.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    id.parse().ok()
}

/// What Telegram takes as a secret token (core.telegram.org/bots/api#setwebhook).
fn is_secret(secret: &str) -> bool {
    (1..=256).contains(&secret.len())
        && secret.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// A secret of our own making: the same on every node, and no way back to the token.
fn derived(token: &str) -> SecretString {
    let mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).map(|mut mac| {
        mac.update(b"lara telegram webhook secret");
        hex(&mac.finalize().into_bytes())
    });
    // HMAC takes a key of any length: this is never empty.
    mac.unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lara_core::model::{BrandId, ChannelId, ChannelKind, Delivery};
    use serde_json::json;
    use uuid::Uuid;

    fn channel(settings: serde_json::Value, secrets: &[(&str, &str)]) -> Arc<Channel> {
        let (id, brand) = (ChannelId::new(Uuid::from_u128(1)), BrandId::new(Uuid::from_u128(2)));
        let mut channel = Channel::new(id, brand, ChannelKind::Telegram, "telegram", Delivery::Push);
        channel.settings = settings;
        channel.secrets = secrets.iter().map(|(name, secret)| (*name, SecretString::from(*secret))).collect();
        Arc::new(channel)
    }

    #[test]
    fn a_token_is_enough() {
        let account = Account::open(&channel(json!({}), &[("token", "123456789:BBBB")])).unwrap();
        assert_eq!((account.bot, account.settings.mode), (123_456_789, Mode::Polling));
        assert!(is_secret(account.webhook_secret.expose_secret()));
        assert!(!account.webhook_secret.expose_secret().contains("BBBB"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let token = [("token", "1:B")];
        let error =
            |settings, secrets: &[_]| Account::open(&channel(settings, secrets)).unwrap_err().to_string();
        assert!(error(json!({"mode": "push"}), &token).contains("\"mode\""));
        assert!(error(json!({"watched": [1, "two"]}), &token).contains("\"watched"));
        assert_eq!(read(&channel(json!({"watched": ["-100", 5]}), &token)).unwrap().watched, [-100, 5]);
        assert!(error(json!({"tokken": "x"}), &token).contains("tokken"));
        assert_eq!(error(json!({}), &[]), SettingsError::NoToken.to_string());
        assert_eq!(error(json!({}), &[("token", "12:a/../b")]), SettingsError::BadToken.to_string());
        let secrets = [("token", "1:B"), ("webhook_secret", "ß")];
        assert_eq!(error(json!({}), &secrets), SettingsError::BadSecret.to_string());
    }
}
