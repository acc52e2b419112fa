//! The settings of Meta channels, as stored in their JSON. The page, Instagram or phone number id is the channel's account;
//! tokens are its secrets ([`TOKEN`], [`APP_SECRET`], [`VERIFY_TOKEN`]).

use lara_core::model::ChannelKind;
use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

/// Name of the secret that calls are made with: a page's, an Instagram account's or a system user's token.
pub const TOKEN: &str = "token";
/// Name of the secret of the app, which signs webhooks.
pub const APP_SECRET: &str = "app_secret";
/// Name of the secret the app's page knows us by when it checks the webhook.
pub const VERIFY_TOKEN: &str = "verify_token";

/// The version of the Graph API spoken when the settings name none (developers.facebook.com, Graph API changelog).
const VERSION: &str = "v24.0";

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MetaSettings {
    /// Where the Graph API is, with or without a version; for proxies and tests. Meta's own when not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph_url: Option<Url>,
    /// Version of the Graph API, `v24.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Id of our app. With it, echoes of other apps are known to be other people's words.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "id")]
    pub app_id: Option<String>,
    /// Id of the WhatsApp Business Account the number belongs to; checks of the webhook need it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "id")]
    pub waba: Option<String>,
    /// What is sent when the reply window is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_template: Option<LateTemplate>,
}

/// A template the platform has approved, for telling a person outside the reply window that an answer waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateTemplate {
    /// Its name.
    pub name: String,
    /// Its language code, `vi` or `en_US`.
    pub language: String,
    /// Whether its only body parameter takes the text; without it the template says the same to everyone.
    #[serde(default)]
    pub takes_text: bool,
}

/// An id that somebody may have written as a number.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Text(String),
        Number(u64),
    }
    Ok(match Option::<Id>::deserialize(deserializer)? {
        Some(Id::Text(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Some(Id::Number(number)) => Some(number.to_string()),
        None => None,
    })
}

impl MetaSettings {
    /// The Graph API's address with its version, without a slash at its end. Tokens of "Instagram login" apps (`IG..`) are
    /// good at Instagram's own host only (developers.facebook.com, instagram-platform overview).
    #[must_use]
    pub fn graph(&self, kind: ChannelKind, token: &str) -> String {
        let base = match &self.graph_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None if kind == ChannelKind::Instagram && token.starts_with("IG") => {
                "https://graph.instagram.com".to_owned()
            }
            None => "https://graph.facebook.com".to_owned(),
        };
        let last = base.rsplit('/').next().unwrap_or_default();
        let names_version =
            last.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if names_version {
            base
        } else {
            let version = self.api_version.as_deref().unwrap_or(VERSION);
            format!("{base}/{version}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn graph(settings: serde_json::Value, kind: ChannelKind, token: &str) -> String {
        MetaSettings::deserialize(settings).unwrap().graph(kind, token)
    }

    #[test]
    fn the_graph_is_where_the_settings_and_the_token_say() {
        let (page, ig) = (ChannelKind::Messenger, ChannelKind::Instagram);
        assert_eq!(graph(json!({}), page, "EAA"), "https://graph.facebook.com/v24.0");
        assert_eq!(graph(json!({}), ig, "EAA"), "https://graph.facebook.com/v24.0");
        assert_eq!(graph(json!({}), ig, "IGAA"), "https://graph.instagram.com/v24.0");
        assert_eq!(graph(json!({ "api_version": "v25.0" }), page, ""), "https://graph.facebook.com/v25.0");
        for url in ["http://127.0.0.1:3101/v24.0", "http://127.0.0.1:3101/v24.0/", "http://127.0.0.1:3101"] {
            assert_eq!(graph(json!({ "graph_url": url }), ig, "IGAA"), "http://127.0.0.1:3101/v24.0");
        }
    }

    #[test]
    fn an_app_id_may_be_a_number() {
        for app_id in [json!(205_552_219_930_699_u64), json!("205552219930699")] {
            let settings = MetaSettings::deserialize(json!({ "app_id": app_id })).unwrap();
            assert_eq!(settings.app_id.as_deref(), Some("205552219930699"));
        }
    }
}
