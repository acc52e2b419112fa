//! Secrets of channels and shop systems at rest: sealed with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), bound to their
//! channel or shop, under a key that is not in the database. Its long random nonces need no counter, so that nodes may seal side by side.

use crate::error::broken;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use lara_core::model::Secrets;
use lara_core::ports::{StoreError, StoreResult};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// What the sealed text begins with: the way it was sealed.
const PREFIX: &str = "x1.";
/// Length of a nonce, in bytes.
const NONCE: usize = 24;

/// Why secrets cannot be had. The words are for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no key at all.
    #[error("there is no key for the secrets: set LARA_SECRET_KEY, or give back the key file")]
    NoKey,
    /// They were sealed with another key, or changed afterwards.
    #[error(
        "the secrets of {0} were sealed with another key: give back the key, or set them again (lara channel add, lara shop secret)"
    )]
    OtherKey(Uuid),
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
}

/// Seals and opens secrets.
#[derive(Clone)]
pub struct Vault(Arc<XChaCha20Poly1305>);

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// A vault with this key of 32 random bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Arc::new(XChaCha20Poly1305::new(&Key::from(*key))))
    }

    fn seal(&self, owner: Uuid, secrets: &Secrets) -> Result<String, VaultError> {
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::NoRandomness)?;
        let clear: BTreeMap<_, _> = secrets.expose().collect();
        // A map of texts always serialises.
        let clear = serde_json::to_vec(&clear).unwrap_or_default();
        let payload = Payload { msg: &clear, aad: owner.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::NoRandomness)?;
        let whole: Vec<u8> = nonce.into_iter().chain(sealed).collect();
        Ok(format!("{PREFIX}{}", STANDARD_NO_PAD.encode(whole)))
    }

    fn open(&self, owner: Uuid, sealed: &str) -> Result<Secrets, VaultError> {
        let other = || VaultError::OtherKey(owner);
        let text = sealed.strip_prefix(PREFIX).ok_or_else(other)?;
        let whole = STANDARD_NO_PAD.decode(text).map_err(|_| other())?;
        let (nonce, sealed) = whole.split_first_chunk::<NONCE>().ok_or_else(other)?;
        let payload = Payload { msg: sealed, aad: owner.as_bytes() };
        let clear = self.0.decrypt(&XNonce::from(*nonce), payload).map_err(|_| other())?;
        let named: BTreeMap<String, SecretString> = serde_json::from_slice(&clear).map_err(|_| other())?;
        Ok(named.into_iter().collect())
    }
}

/// The sealed text of the secrets of a channel or a shop; `None` when it has none.
pub(crate) fn seal(vault: Option<&Vault>, owner: Uuid, secrets: &Secrets) -> StoreResult<Option<String>> {
    if secrets.is_empty() {
        return Ok(None);
    }
    let vault = vault.ok_or(VaultError::NoKey).map_err(refused)?;
    vault.seal(owner, secrets).map(Some).map_err(refused)
}

/// The secrets of a channel or a shop, opened. Secrets that cannot be opened are locked: its trouble stays its own, and
/// whoever needs them says so.
pub(crate) fn open(vault: Option<&Vault>, owner: Uuid, sealed: Option<&str>) -> Secrets {
    let Some(sealed) = sealed else { return Secrets::default() };
    let opened = vault.ok_or(VaultError::NoKey).and_then(|vault| vault.open(owner, sealed));
    opened.unwrap_or_else(|error| {
        tracing::debug!(%owner, %error, "secrets cannot be opened");
        Secrets::locked()
    })
}

fn refused(error: VaultError) -> StoreError {
    broken(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    const fn channel(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn token() -> Secrets {
        [("token", SecretString::from("123:ABC"))].into_iter().collect()
    }

    #[test]
    fn what_was_sealed_comes_back_and_never_looks_the_same() {
        let vault = Vault::new(&[7; 32]);
        let (one, two) =
            (vault.seal(channel(1), &token()).unwrap(), vault.seal(channel(1), &token()).unwrap());
        assert_ne!(one, two);
        assert!(!one.contains("ABC"));
        let opened = vault.open(channel(1), &one).unwrap();
        assert_eq!(opened.get("token").unwrap().expose_secret(), "123:ABC");
    }

    #[test]
    fn it_opens_for_its_channel_and_its_key_only() {
        let vault = Vault::new(&[7; 32]);
        let sealed = vault.seal(channel(1), &token()).unwrap();
        assert_eq!(vault.open(channel(2), &sealed), Err(VaultError::OtherKey(channel(2))));
        assert_eq!(Vault::new(&[8; 32]).open(channel(1), &sealed), Err(VaultError::OtherKey(channel(1))));
        let mut changed = sealed;
        changed.pop();
        assert!(vault.open(channel(1), &changed).is_err());
    }
}
