//! Small signed texts: `base64url(payload).base64url(hmac_sha256(key, ..))`. Identity and visitor tokens are made of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fmt::Write as _;

/// The shortest key accepted, in bytes: below it a key can be guessed.
const SHORTEST_KEY: usize = 16;

/// The longest signed text that is looked at, in bytes; everything real is a tenth of it.
const LONGEST: usize = 8 * 1024;

/// A key that is too short to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signing key needs at least 16 bytes")]
pub struct WeakKey;

/// Why a signed text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is not two base64url parts joined by a dot, or absurdly long.
    #[error("not a signed text")]
    Malformed,
    /// It was signed with another key, or changed afterwards.
    #[error("the signature does not fit")]
    Forged,
}

/// A key for HMAC-SHA-256. Prints as nothing.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// The key whose bytes are this text's UTF-8 bytes, exactly as the shop's own code uses it.
    pub fn parse(text: &str) -> Result<Self, WeakKey> {
        if text.len() < SHORTEST_KEY {
            return Err(WeakKey);
        }
        Hmac::new_from_slice(text.as_bytes()).map(Self).map_err(|_| WeakKey)
    }

    /// HMAC-SHA-256 over the parts one after the other.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Signs `payload`. `domain` keeps one kind of text from passing for another under the same key.
    #[must_use]
    pub fn seal(&self, domain: &str, payload: &[u8]) -> String {
        let body = URL_SAFE_NO_PAD.encode(payload);
        let mac = URL_SAFE_NO_PAD.encode(self.mac(&[domain.as_bytes(), body.as_bytes()]));
        format!("{body}.{mac}")
    }

    /// The payload of a text made by [`Key::seal`] with the same domain. The signature is compared in constant time.
    pub fn open(&self, domain: &str, sealed: &str) -> Result<Vec<u8>, OpenError> {
        if sealed.len() > LONGEST {
            return Err(OpenError::Malformed);
        }
        let (body, signature) = sealed.split_once('.').ok_or(OpenError::Malformed)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| OpenError::Malformed)?;
        let mut mac = self.0.clone();
        mac.update(domain.as_bytes());
        mac.update(body.as_bytes());
        mac.verify_slice(&signature).map_err(|_| OpenError::Forged)?;
        URL_SAFE_NO_PAD.decode(body).map_err(|_| OpenError::Malformed)
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 in lower-case hexadecimal: how high-entropy tokens are kept.
#[must_use]
pub fn sha256_hex(text: &str) -> String {
    sha256_of(text.as_bytes())
}

/// SHA-256 of bytes in lower-case hexadecimal.
#[must_use]
pub fn sha256_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
