//! The settings of a web channel, as stored in its JSON.

use crate::seal::Key;
use serde::Deserialize;

/// As stored.
#[derive(Deserialize)]
struct Stored {
    visitor_key: String,
    #[serde(default)]
    identity_key: Option<String>,
    #[serde(default)]
    allowed_origins: Vec<String>,
}

/// Checked settings.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Signs visitor tokens.
    pub(crate) visitor_key: Key,
    /// Signs identity tokens; without it nobody can be known over this channel.
    pub(crate) identity_key: Option<Key>,
    /// Sites that may embed the widget, as `https://shop.example`.
    pub(crate) allowed_origins: Vec<String>,
}

impl Settings {
    /// Reads the channel's JSON; the error says which member is wrong, never its value.
    pub(crate) fn parse(settings: &serde_json::Value) -> Result<Self, &'static str> {
        let stored = Stored::deserialize(settings).map_err(|_| "members are missing or of the wrong type")?;
        let identity_key = stored.identity_key.filter(|key| !key.is_empty());
        Ok(Self {
            visitor_key: Key::parse(&stored.visitor_key).map_err(|_| "visitor_key is too short")?,
            identity_key: identity_key
                .map(|key| Key::parse(&key))
                .transpose()
                .map_err(|_| "identity_key is too short")?,
            allowed_origins: stored.allowed_origins.iter().map(|origin| normal_origin(origin)).collect(),
        })
    }
}

/// An origin as browsers send it: lower case, no trailing slash.
pub(crate) fn normal_origin(origin: &str) -> String {
    origin.trim().trim_end_matches('/').to_ascii_lowercase()
}
