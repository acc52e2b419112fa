//! The settings of a REST channel, as stored in its JSON.

use serde::{Deserialize, Serialize};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppSettings {
    /// Who may use the channel.
    pub tokens: Vec<AppToken>,
    /// Where replies are posted; without it they are read by long poll.
    pub webhook: Option<WebhookSettings>,
}

/// One token, never in clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppToken {
    /// SHA-256 of the token, lower-case hexadecimal.
    pub hash: String,
    /// Whether its holder is believed about who a customer is.
    #[serde(default)]
    pub may_assert_identity: bool,
}

/// Where replies are posted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSettings {
    /// The address, http or https.
    pub url: String,
    /// The key of the signature.
    pub secret: String,
}

impl std::fmt::Debug for WebhookSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookSettings").field("url", &self.url).finish_non_exhaustive()
    }
}
