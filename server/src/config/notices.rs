//! `[notices.<brand>]`: where a brand's own systems are told that a conversation has ended.

use super::SecretRef;
use anyhow::bail;
use secrecy::{ExposeSecret, SecretString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use url::Url;

/// The shortest secret posts are signed with, in characters.
const SHORTEST: usize = 16;

/// One `[notices.<brand>]` table; its name is the brand's slug.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeSettings {
    /// Where notices are posted.
    pub(crate) url: Url,
    /// What posts are signed with.
    #[serde(deserialize_with = "secret")]
    pub(crate) secret: SecretString,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    let written = SecretRef::deserialize(deserializer)?;
    written.read().map_err(|error| D::Error::custom(format!("{error:#}")))
}

impl NoticeSettings {
    /// What one field alone cannot say.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        if !matches!(self.url.scheme(), "http" | "https") {
            bail!("url must be http or https");
        }
        if self.secret.expose_secret().len() < SHORTEST {
            bail!("the secret is too short to sign with: use at least {SHORTEST} random characters");
        }
        Ok(())
    }
}
