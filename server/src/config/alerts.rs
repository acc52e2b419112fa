//! `[alerts.<name>]`: whom to wake, about what.

use super::SecretRef;
use anyhow::bail;
use lara_core::model::{AlertRule, Language, Millis};
use secrecy::{ExposeSecret, SecretString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use url::Url;

/// One `[alerts.<name>]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertSettings {
    /// How the target is reached.
    pub(crate) kind: AlertKind,
    /// Slug of the only brand it is about; without it, every brand but the demo.
    pub(crate) brand: Option<String>,
    /// About what; without it, about everything.
    pub(crate) rules: Option<Vec<AlertRule>>,
    /// `unclaimed`: after so many minutes.
    pub(crate) after_minutes: Option<u16>,
    /// The language it is written in; without it, the brand's.
    pub(crate) language: Option<Language>,
    /// `telegram`: where; a number, or `@name` of a channel.
    pub(crate) chat_id: Option<ChatId>,
    /// `discord`: the agent who is written to.
    pub(crate) user_id: Option<String>,
    /// `telegram`, `discord`: the bot that writes.
    #[serde(default, deserialize_with = "secret")]
    pub(crate) token: Option<SecretString>,
    /// `telegram`, `discord`: the channel whose bot writes, by its name.
    pub(crate) channel: Option<String>,
    /// `telegram`, `discord`: another address of the platform.
    pub(crate) api_url: Option<Url>,
    /// `discord`: a webhook of a server. Whoever has it may write there.
    #[serde(default, deserialize_with = "secret")]
    pub(crate) webhook_url: Option<SecretString>,
    /// `email`: `smtps://USER:PASSWORD@HOST`.
    #[serde(default, deserialize_with = "secret")]
    pub(crate) smtp_url: Option<SecretString>,
    /// `email`: who writes.
    pub(crate) from: Option<String>,
    /// `email`: who is written to.
    pub(crate) to: Option<Vec<String>>,
    /// `webhook`: where.
    pub(crate) url: Option<Url>,
    /// `webhook`: what posts are signed with.
    #[serde(default, deserialize_with = "secret")]
    pub(crate) secret: Option<SecretString>,
}

/// A secret, from wherever it is to be had.
fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let written = Option::<SecretRef>::deserialize(deserializer)?;
    written.map(|secret| secret.read()).transpose().map_err(|error| D::Error::custom(format!("{error:#}")))
}

/// How a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AlertKind {
    /// A bot writes to an agent's own Telegram.
    Telegram,
    /// A webhook of a Discord server, or a bot's direct message.
    Discord,
    /// E-mail.
    Email,
    /// A signed post.
    Webhook,
}

/// A chat of Telegram: people write its number with or without quotes.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum ChatId {
    /// A person or a group.
    Number(i64),
    /// A channel's `@name`.
    Name(String),
}

impl AlertSettings {
    /// What one field alone cannot say.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let bots = [self.token.is_some(), self.channel.is_some()];
        let one_bot = bots.iter().filter(|given| **given).count() == 1;
        match self.kind {
            AlertKind::Telegram if self.chat_id.is_none() || !one_bot => bail!(
                "a telegram alert needs chat_id and one of token and channel: write to the bot, then open https://api.telegram.org/bot<token>/getUpdates to see your chat id"
            ),
            AlertKind::Discord if self.webhook_url.is_some() == self.user_id.is_some() => {
                bail!("a discord alert needs webhook_url, or user_id with token or channel")
            }
            AlertKind::Discord if self.user_id.is_some() && !one_bot => {
                bail!("user_id needs the bot that writes: give one of token and channel")
            }
            AlertKind::Email => self.check_email()?,
            AlertKind::Webhook if self.url.is_none() || self.secret.is_none() => {
                bail!("a webhook alert needs url and secret: posts are always signed")
            }
            AlertKind::Webhook if self.secret.as_ref().is_some_and(|s| s.expose_secret().len() < 16) => {
                bail!("the secret is too short to sign with: use at least 16 random characters")
            }
            AlertKind::Telegram | AlertKind::Discord | AlertKind::Webhook => {}
        }
        if self.rules.as_ref().is_some_and(Vec::is_empty) {
            bail!("rules is empty, so it would never wake anybody: leave it out to be woken by all");
        }
        Ok(())
    }

    fn check_email(&self) -> anyhow::Result<()> {
        let (Some(url), Some(_), Some(to)) = (&self.smtp_url, &self.from, &self.to) else {
            bail!("an email alert needs smtp_url, from and to");
        };
        if to.is_empty() {
            bail!("to is empty: name at least one address");
        }
        // The value is a secret: errors name what is missing, never what is there.
        let Ok(url) = Url::parse(url.expose_secret()) else {
            bail!("smtp_url is no URL: write smtps://USER:PASSWORD@HOST, with %40 for an @ in the user");
        };
        let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let sealed = url.scheme() == "smtps" || url.query().is_some_and(|q| q.contains("tls=required"));
        if !(sealed || (here && url.scheme() == "smtp")) {
            bail!(
                "smtp_url would send the password in the clear: write smtps://, or smtp://HOST:587?tls=required"
            );
        }
        Ok(())
    }

    /// Whether it is about this rule.
    pub(crate) fn wants(&self, rule: AlertRule) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.contains(&rule))
    }

    /// How long an escalation may wait.
    pub(crate) fn patience(&self) -> Millis {
        Millis::minutes(i64::from(self.after_minutes.unwrap_or(10)))
    }
}
