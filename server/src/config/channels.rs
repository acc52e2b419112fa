//! `[channels.<name>]` of `lara.toml`, and the same options of `lara channel add`: every key there is, and which kind of
//! channel knows it. The names are those of the settings and secrets the adapters read.

use super::SecretRef;
use super::file::nearest;
use anyhow::{Result, bail};
use lara_core::model::ChannelKind;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

/// One channel as the operator wrote it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelTable {
    /// Which kind of channel.
    pub(crate) kind: ConfiguredKind,
    /// Slug of the brand it belongs to.
    pub(crate) brand: String,
    /// The brand's account at the platform: page id, Instagram id, phone number id.
    #[serde(default, deserialize_with = "id")]
    pub(crate) account: Option<String>,
    /// What the platform knows the bot by; `app`: what the brand's app shows.
    pub(crate) token: Option<SecretRef>,
    /// Meta: signs webhooks.
    pub(crate) app_secret: Option<SecretRef>,
    /// Meta: shown when the webhook's address is confirmed.
    pub(crate) verify_token: Option<SecretRef>,
    /// Telegram: proves a webhook; `app`: signs replies.
    pub(crate) webhook_secret: Option<SecretRef>,
    /// `web`: the key identity tokens are signed with.
    pub(crate) identity_key: Option<SecretRef>,
    /// `web`: sites that may embed the widget, e.g. `https://shop.example`.
    pub(crate) allowed_origins: Option<Vec<String>>,
    /// `app`: whether the token may say who a customer is.
    pub(crate) may_assert_identity: Option<bool>,
    /// `app`: where replies are posted.
    pub(crate) webhook_url: Option<url::Url>,
    /// Telegram: how messages come.
    pub(crate) mode: Option<TelegramMode>,
    /// Telegram: the bot's username, if not as Telegram says.
    pub(crate) username: Option<String>,
    /// Telegram: what is done in groups.
    pub(crate) groups: Option<TelegramGroups>,
    /// Telegram, Discord: where the API is.
    pub(crate) api_url: Option<url::Url>,
    /// Discord: where the gateway is.
    pub(crate) gateway_url: Option<url::Url>,
    /// Discord: the one server that is listened to.
    #[serde(default, deserialize_with = "id")]
    pub(crate) guild: Option<String>,
    /// Discord: channels that are listened to though the brand is not addressed; Telegram: the groups, if not all.
    #[serde(default, deserialize_with = "ids")]
    pub(crate) watched: Option<Vec<String>>,
    /// Discord: the application, if not as Discord says.
    #[serde(default, deserialize_with = "id")]
    pub(crate) application_id: Option<String>,
    /// Discord: whether the privileged intent for the content of messages is asked for.
    pub(crate) message_content: Option<bool>,
    /// Discord: whether a public question is answered in a thread of its own.
    pub(crate) threads: Option<bool>,
    /// Telegram, Discord: people of the brand.
    #[serde(default, deserialize_with = "ids")]
    pub(crate) colleagues: Option<Vec<String>>,
    /// Discord: roles of people of the brand.
    #[serde(default, deserialize_with = "ids")]
    pub(crate) colleague_roles: Option<Vec<String>>,
    /// Meta: where the Graph API is.
    pub(crate) graph_url: Option<url::Url>,
    /// Meta: the version of the Graph API.
    pub(crate) api_version: Option<String>,
    /// Meta: the app.
    #[serde(default, deserialize_with = "id")]
    pub(crate) app_id: Option<String>,
    /// WhatsApp: the business account of the number.
    #[serde(default, deserialize_with = "id")]
    pub(crate) waba: Option<String>,
    /// Meta: what is sent when the reply window is closed.
    pub(crate) late_template: Option<LateTemplate>,
}

/// An approved template of the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LateTemplate {
    name: String,
    language: String,
    #[serde(default)]
    takes_text: bool,
}

/// The kinds of channel a file may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ConfiguredKind {
    /// The chat widget.
    Web,
    /// The brand's app, over REST.
    App,
    /// Telegram.
    Telegram,
    /// Discord.
    Discord,
    /// Messenger.
    Messenger,
    /// Instagram.
    Instagram,
    /// WhatsApp.
    Whatsapp,
}

impl From<ConfiguredKind> for ChannelKind {
    fn from(kind: ConfiguredKind) -> Self {
        match kind {
            ConfiguredKind::Web => Self::Web,
            ConfiguredKind::App => Self::App,
            ConfiguredKind::Telegram => Self::Telegram,
            ConfiguredKind::Discord => Self::Discord,
            ConfiguredKind::Messenger => Self::Messenger,
            ConfiguredKind::Instagram => Self::Instagram,
            ConfiguredKind::Whatsapp => Self::Whatsapp,
        }
    }
}

/// How messages of Telegram come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TelegramMode {
    /// Lara asks for them: works without a public address.
    Polling,
    /// Telegram posts them to the public address.
    Webhook,
}

/// What is done in groups of Telegram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TelegramGroups {
    /// Listened to, answered when addressed.
    Listen,
    /// Left alone.
    Ignore,
}

/// Keys that are secrets.
const SECRETS: &[&str] = &["token", "app_secret", "verify_token", "webhook_secret", "identity_key"];

const META: &[&str] = &[
    "account",
    "token",
    "app_secret",
    "verify_token",
    "graph_url",
    "api_version",
    "app_id",
    "late_template",
];

/// The keys a kind knows beside `kind` and `brand`.
fn keys(kind: ConfiguredKind) -> Vec<&'static str> {
    match kind {
        ConfiguredKind::Web => vec!["allowed_origins", "identity_key"],
        ConfiguredKind::App => vec!["token", "may_assert_identity", "webhook_url", "webhook_secret"],
        ConfiguredKind::Telegram => {
            vec![
                "account",
                "token",
                "webhook_secret",
                "mode",
                "api_url",
                "username",
                "groups",
                "watched",
                "colleagues",
            ]
        }
        ConfiguredKind::Discord => vec![
            "account",
            "token",
            "api_url",
            "gateway_url",
            "guild",
            "watched",
            "application_id",
            "message_content",
            "threads",
            "colleagues",
            "colleague_roles",
        ],
        ConfiguredKind::Messenger | ConfiguredKind::Instagram => META.to_vec(),
        ConfiguredKind::Whatsapp => META.iter().copied().chain(["waba"]).collect(),
    }
}

impl ChannelTable {
    /// A table that says nothing but what it is.
    pub(crate) const fn new(kind: ConfiguredKind, brand: String) -> Self {
        Self {
            kind,
            brand,
            account: None,
            token: None,
            app_secret: None,
            verify_token: None,
            webhook_secret: None,
            identity_key: None,
            allowed_origins: None,
            may_assert_identity: None,
            webhook_url: None,
            mode: None,
            username: None,
            groups: None,
            api_url: None,
            gateway_url: None,
            guild: None,
            watched: None,
            application_id: None,
            message_content: None,
            threads: None,
            colleagues: None,
            colleague_roles: None,
            graph_url: None,
            api_version: None,
            app_id: None,
            waba: None,
            late_template: None,
        }
    }

    /// The secrets that are given, by name.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = (&'static str, &SecretRef)> {
        let all =
            [&self.token, &self.app_secret, &self.verify_token, &self.webhook_secret, &self.identity_key];
        SECRETS.iter().copied().zip(all).filter_map(|(name, given)| Some((name, given.as_ref()?)))
    }

    /// The settings that are given, as the adapters read them.
    pub(crate) fn settings(&self) -> Map<String, Value> {
        let all = json!({
            "allowed_origins": self.allowed_origins,
            "may_assert_identity": self.may_assert_identity,
            "webhook_url": self.webhook_url,
            "mode": self.mode,
            "username": self.username,
            "groups": self.groups,
            "api_url": self.api_url,
            "gateway_url": self.gateway_url,
            "guild": self.guild,
            "watched": self.watched,
            "application_id": self.application_id,
            "message_content": self.message_content,
            "threads": self.threads,
            "colleagues": self.colleagues,
            "colleague_roles": self.colleague_roles,
            "graph_url": self.graph_url,
            "api_version": self.api_version,
            "app_id": self.app_id,
            "waba": self.waba,
            "late_template": self.late_template,
        });
        let Value::Object(all) = all else { return Map::new() };
        all.into_iter().filter(|(_, value)| !value.is_null()).collect()
    }

    /// Refuses keys of another kind, and pairs of which one is missing.
    pub(crate) fn check(&self) -> Result<()> {
        let known = keys(self.kind);
        let settings = self.settings();
        let given = settings.keys().map(String::as_str).chain(self.secrets().map(|(name, _)| name));
        let given = given.chain(self.account.as_ref().map(|_| "account"));
        let kind = ChannelKind::from(self.kind);
        for key in given {
            if !known.contains(&key) {
                let hint = nearest(key, known.iter().copied());
                let hint = hint.map(|right| format!(" - did you mean {right}?")).unwrap_or_default();
                bail!("{key} is not known to kind = \"{kind}\"{hint}");
            }
        }
        if self.kind == ConfiguredKind::App && self.webhook_url.is_some() != self.webhook_secret.is_some() {
            bail!("webhook_url and webhook_secret go together: replies are always signed")
        }
        Ok(())
    }

    /// Refuses a table without what its kind cannot do without.
    pub(crate) fn check_whole(&self) -> Result<()> {
        let kind = ChannelKind::from(self.kind);
        for key in needed(self.kind) {
            let given =
                self.secrets().any(|(name, _)| name == *key) || (*key == "account" && self.account.is_some());
            if !given {
                bail!(
                    "a channel of kind = \"{kind}\" needs {key}; docs/channels/{kind}.md says where it is found"
                )
            }
        }
        Ok(())
    }
}

impl ChannelTable {
    /// Refuses a table of a file without what its kind cannot do without there. What Lara makes herself nobody could read
    /// from a file, and the verify token has to be entered at Meta.
    pub(crate) fn check_in_file(&self) -> Result<()> {
        self.check_whole()?;
        if needed(self.kind).contains(&"app_secret") && self.verify_token.is_none() {
            bail!("verify_token is missing: choose a word of your own, and enter the same at Meta");
        }
        Ok(())
    }
}

/// The keys a kind cannot do without.
pub(crate) const fn needed(kind: ConfiguredKind) -> &'static [&'static str] {
    match kind {
        ConfiguredKind::Web => &[],
        ConfiguredKind::App | ConfiguredKind::Telegram | ConfiguredKind::Discord => &["token"],
        ConfiguredKind::Messenger | ConfiguredKind::Instagram | ConfiguredKind::Whatsapp => {
            &["account", "token", "app_secret"]
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        match id {
            Id::Number(number) => number.to_string(),
            Id::Text(text) => text.trim().to_owned(),
        }
    }
}

/// An id of a platform, with or without quotes.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(Id::deserialize(deserializer)?.into()))
}

/// A list of ids of a platform, each with or without quotes.
fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let ids = Vec::<Id>::deserialize(deserializer)?;
    Ok(Some(ids.into_iter().map(String::from).collect()))
}
