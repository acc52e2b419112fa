//! Random tokens (logins, links, form tokens) and what of them is stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lara_core::ports::SecretHash;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// A fresh token of 256 random bits.
pub(crate) fn fresh_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is stored of a token. A plain hash is enough, because the token has 256 random bits.
pub(crate) fn digest(token: &str) -> SecretHash {
    SecretHash(hex(&Sha256::digest(token.as_bytes())))
}

/// The token a form carries, bound to the cookie of its reader: nobody without the cookie can make it.
pub(crate) fn form_token(cookie: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"lara form token\0");
    hash.update(cookie.as_bytes());
    hex(&hash.finalize())
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_stored_as_something_else() {
        let (one, other) = (fresh_token().unwrap(), fresh_token().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 43);
        assert_ne!(digest(&one).0, one);
        assert_ne!(form_token(&one), digest(&one).0);
        assert_ne!(form_token(&one), form_token(&other));
    }
}
