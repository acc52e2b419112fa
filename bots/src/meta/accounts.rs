//! The Meta channels there are: found by what a webhook names, trusted only behind a signature of their own app.

use super::settings::{APP_SECRET, MetaSettings, VERIFY_TOKEN};
use hmac::{Hmac, KeyInit, Mac};
use lara_core::model::{Channel, ChannelKind};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize as _;
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// A channel with its settings, parsed.
#[derive(Debug, Clone)]
pub struct Account {
    /// The channel.
    pub channel: Arc<Channel>,
    /// Its settings.
    pub settings: MetaSettings,
    /// The platform's id of the brand's account.
    pub id: String,
}

impl Account {
    /// A channel of Meta that knows its account; `None` for others and for settings that cannot be read.
    #[must_use]
    pub fn of(channel: Channel) -> Option<Self> {
        if !matches!(channel.kind, ChannelKind::Messenger | ChannelKind::Instagram | ChannelKind::Whatsapp) {
            return None;
        }
        let settings = MetaSettings::deserialize(&channel.settings)
            .inspect_err(
                |_| tracing::error!(channel = %channel.id, "the settings of a channel cannot be used"),
            )
            .ok()?;
        let id = channel.account.clone().filter(|id| !id.is_empty())?;
        Some(Self { channel: Arc::new(channel), settings, id })
    }
}

/// Which app signed a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct App(usize);

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    by_id: HashMap<(ChannelKind, String), (Arc<Account>, Option<App>)>,
    apps: Vec<SecretString>,
    verify_tokens: Vec<SecretString>,
}

impl Accounts {
    /// From the channels of all brands.
    pub(super) fn of(channels: Vec<Channel>) -> Self {
        let mut all = Self::default();
        for account in channels.into_iter().filter_map(Account::of) {
            let secrets = &account.channel.secrets;
            let app = secrets.get(APP_SECRET).map(|secret| all.app(secret));
            all.verify_tokens.extend(secrets.get(VERIFY_TOKEN).cloned());
            all.by_id.insert((account.channel.kind, account.id.clone()), (Arc::new(account), app));
        }
        all
    }

    fn app(&mut self, secret: &SecretString) -> App {
        let known = self.apps.iter().position(|known| known.expose_secret() == secret.expose_secret());
        App(known.unwrap_or_else(|| {
            self.apps.push(secret.clone());
            self.apps.len() - 1
        }))
    }

    /// The channel a body names, if it is one of the app that signed it: no app speaks for the pages of another.
    pub(super) fn find(&self, app: App, kind: ChannelKind, id: &str) -> Option<Arc<Account>> {
        let (account, of) = self.by_id.get(&(kind, id.to_owned()))?;
        (*of == Some(app)).then(|| Arc::clone(account))
    }

    /// A channel of the app, for what names none.
    pub(super) fn any(&self, app: App) -> Option<Arc<Account>> {
        let of_app = self.by_id.values().filter(|(_, of)| *of == Some(app));
        of_app.map(|(account, _)| account).min_by_key(|account| account.channel.id).cloned()
    }

    /// The app whose secret signed these bytes. `header` is the value of `X-Hub-Signature-256`. Compared in constant time.
    pub(super) fn signer(&self, header: &str, body: &[u8]) -> Option<App> {
        let signature = header.trim().strip_prefix("sha256=").and_then(unhex)?;
        let signed = |secret: &SecretString| {
            // Every key length is good for HMAC.
            Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
                .is_ok_and(|mac| mac.chain_update(body).verify_slice(&signature).is_ok())
        };
        self.apps.iter().position(signed).map(App)
    }

    /// Whether a channel of ours has this verify token. Compared in constant time.
    pub(super) fn knows(&self, verify_token: &str) -> bool {
        let is_it = |token: &SecretString| {
            let token = token.expose_secret();
            !token.is_empty() && bool::from(token.as_bytes().ct_eq(verify_token.as_bytes()))
        };
        self.verify_tokens.iter().any(is_it)
    }
}

/// Bytes of hexadecimal, in either case.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect();
    if rest.is_empty() { bytes } else { None }
}

/// `appsecret_proof` of a token: hexadecimal HMAC-SHA-256 of it under the app's secret (developers.facebook.com, "Securing
/// Graph API calls").
#[must_use]
pub fn proof(app_secret: &SecretString, token: &SecretString) -> Option<String> {
    let mac = Hmac::<Sha256>::new_from_slice(app_secret.expose_secret().as_bytes()).ok()?;
    let proof = mac.chain_update(token.expose_secret().as_bytes()).finalize().into_bytes();
    Some(crate::seal::hex(&proof))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_in_either_case_and_nothing_else_is() {
        assert_eq!(unhex("00fFa1"), Some(vec![0, 255, 161]));
        for wrong in ["0", "0g", "+1", "é"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
