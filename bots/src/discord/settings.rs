//! The settings of a Discord channel.

use super::ids::Snowflake;
use lara_core::model::Channel;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// The public API of Discord.
const API: &str = "https://discord.com";

/// Why settings cannot be used. Says which member, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SettingsError {
    /// A member is missing or of the wrong kind.
    #[error(
        "setting \"{0}\" of the Discord channel cannot be read; docs/channels/discord.md lists the settings"
    )]
    Shape(String),
    /// An id is none.
    #[error(
        "setting \"{0}\" of the Discord channel must be an id of Discord: a number, as copied with developer mode"
    )]
    Id(&'static str),
    /// An address is none.
    #[error("setting \"{0}\" of the Discord channel must be an address with http(s):// or ws(s)://")]
    Url(&'static str),
    /// There is no token.
    #[error(
        "the Discord channel has no token; set the secret \"token\" to the bot's token from the developer portal"
    )]
    NoToken,
}

/// What was written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    api_url: Option<String>,
    gateway_url: Option<String>,
    guild: Option<Id>,
    watched: Vec<Id>,
    application_id: Option<Id>,
    message_content: bool,
    threads: bool,
    colleagues: Vec<Id>,
    colleague_roles: Vec<Id>,
}

/// An id, as a text or as a number (which loses nothing here: no float is involved).
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where the API is, up to and without `/api`.
    pub(crate) api: Url,
    /// Whether somebody else than Discord stands there: a proxy, a stand-in.
    pub(crate) own_api: bool,
    /// Where the gateway is, if not where the API says.
    pub(crate) gateway: Option<String>,
    /// The one server that is listened to; all the bot is in when missing.
    pub(crate) guild: Option<Snowflake>,
    /// Channels whose messages are listened to though the brand is not addressed.
    pub(crate) watched: Vec<Snowflake>,
    /// The application, if not as Discord says.
    pub(crate) application: Option<Snowflake>,
    /// Whether the privileged intent for the content of messages is asked for.
    pub(crate) message_content: bool,
    /// Whether a public question is answered in a thread of its own.
    pub(crate) threads: bool,
    /// People of the brand: what they write to a customer is a take-over.
    pub(crate) colleagues: Vec<Snowflake>,
    /// Roles of people of the brand.
    pub(crate) colleague_roles: Vec<Snowflake>,
}

impl Settings {
    /// The settings of a channel.
    pub(crate) fn of(channel: &Channel) -> Result<Self, SettingsError> {
        let written = if channel.settings.is_null() {
            Written::default()
        } else {
            serde_path_to_error::deserialize(&channel.settings).map_err(named)?
        };
        let own_api = written.api_url.is_some();
        Ok(Self {
            api: api(written.api_url.as_deref().unwrap_or(API))?,
            own_api,
            gateway: written.gateway_url.map(gateway).transpose()?,
            guild: written.guild.map(|id| of_id("guild", &id)).transpose()?,
            watched: of_ids("watched", &written.watched)?,
            application: written.application_id.map(|id| of_id("application_id", &id)).transpose()?,
            message_content: written.message_content,
            threads: written.threads,
            colleagues: of_ids("colleagues", &written.colleagues)?,
            colleague_roles: of_ids("colleague_roles", &written.colleague_roles)?,
        })
    }
}

/// The bot's token.
pub(crate) fn token(channel: &Channel) -> Result<&SecretString, SettingsError> {
    channel.secrets.get("token").ok_or(SettingsError::NoToken)
}

fn named(error: serde_path_to_error::Error<serde_json::Error>) -> SettingsError {
    let path = error.path().to_string();
    let path = if path == "." { error.into_inner().to_string() } else { path };
    // The parser quotes unknown members, which is what helps here; values it quotes stand behind a colon.
    SettingsError::Shape(path.split(':').next().unwrap_or_default().to_owned())
}

fn of_id(name: &'static str, id: &Id) -> Result<Snowflake, SettingsError> {
    match id {
        Id::Text(text) => text.trim().parse().map_err(|_| SettingsError::Id(name)),
        Id::Number(0) => Err(SettingsError::Id(name)),
        Id::Number(id) => Ok(Snowflake(*id)),
    }
}

fn of_ids(name: &'static str, ids: &[Id]) -> Result<Vec<Snowflake>, SettingsError> {
    ids.iter().map(|id| of_id(name, id)).collect()
}

/// The address of the API without what follows the host of everybody: people copy it with `/api` or `/api/v10`.
fn api(text: &str) -> Result<Url, SettingsError> {
    let text = text.trim().trim_end_matches('/');
    let text = text.strip_suffix("/v10").unwrap_or(text);
    let text = text.strip_suffix("/api").unwrap_or(text);
    let url = Url::parse(text).map_err(|_| SettingsError::Url("api_url"))?;
    let usable = matches!(url.scheme(), "http" | "https") && url.has_host();
    usable.then_some(url).ok_or(SettingsError::Url("api_url"))
}

fn gateway(text: String) -> Result<String, SettingsError> {
    let url = Url::parse(&text).map_err(|_| SettingsError::Url("gateway_url"))?;
    let usable = matches!(url.scheme(), "ws" | "wss") && url.has_host();
    usable.then_some(text).ok_or(SettingsError::Url("gateway_url"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lara_core::model::{BrandId, ChannelId, ChannelKind, Delivery};
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn settings(value: Value) -> Result<Settings, SettingsError> {
        let id = Uuid::from_u128(1);
        let kind = ChannelKind::Discord;
        let mut channel = Channel::new(ChannelId::new(id), BrandId::new(id), kind, "discord", Delivery::Push);
        channel.settings = value;
        Settings::of(&channel)
    }

    #[test]
    fn nothing_needs_to_be_set() {
        let settings = settings(json!({})).unwrap();
        assert_eq!(settings.api.as_str(), "https://discord.com/");
        assert!(!settings.own_api && settings.gateway.is_none() && !settings.message_content);
    }

    #[test]
    fn the_api_is_found_however_it_is_written() {
        for text in [
            "http://127.0.0.1:7",
            "http://127.0.0.1:7/",
            "http://127.0.0.1:7/api",
            "http://127.0.0.1:7/api/v10/",
        ] {
            assert_eq!(settings(json!({ "api_url": text })).unwrap().api.as_str(), "http://127.0.0.1:7/");
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_never_quoted() {
        let wrong = [
            (json!({ "watched": ["general"] }), "watched"),
            (json!({ "watched": "2000" }), "watched"),
            (json!({ "guild": "shop" }), "guild"),
            (json!({ "api_url": "discord" }), "api_url"),
            (json!({ "gateway_url": "https://x.example" }), "gateway_url"),
            (json!({ "message_content": "secret" }), "message_content"),
            (json!({ "watch": [] }), "watch"),
        ];
        for (value, name) in wrong {
            let error = settings(value).unwrap_err().to_string();
            assert!(error.contains(name) && !error.contains("secret") && !error.contains("shop"), "{error}");
        }
    }
}
