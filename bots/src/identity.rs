//! Identity tokens: how a brand's own site says who its customer is.
//!
//! `base64url(json).base64url(hmac_sha256(identity_key, base64url(json)))`, without padding. The JSON is [`Claims`]. It is
//! the only way to be known over the web widget: whatever a visitor types about themselves proves nothing.

use crate::seal::{Key, OpenError};
use lara_core::model::{Language, Timestamp};
use lara_core::ports::Person;
use serde::{Deserialize, Serialize};

/// The longest value of a claim, in characters; names and addresses longer than that are cut.
const LONGEST_CLAIM: usize = 200;

/// What an identity token says. Unknown members are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The brand it was made for, by slug.
    pub brand: String,
    /// Until when it may be used, Unix seconds.
    pub exp: i64,
    /// The shop system's id of the customer. This or `email` must be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// `vi`, `en`, or a tag that begins so (`vi-VN`); others are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Why an identity token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// It is not an identity token at all.
    #[error("not an identity token")]
    Malformed,
    /// It was signed with another key, or changed afterwards.
    #[error("the signature of the identity token does not fit")]
    Forged,
    /// Its time is over.
    #[error("the identity token has expired")]
    Expired,
    /// It was made for another brand.
    #[error("the identity token was made for another brand")]
    OtherBrand,
    /// It names neither `external_id` nor `email`.
    #[error("the identity token names nobody")]
    Nobody,
}

/// Signs claims with a brand's identity key.
#[must_use]
pub fn sign(key: &Key, claims: &Claims) -> String {
    // A struct of texts and a number always serialises.
    key.seal("", &serde_json::to_vec(claims).unwrap_or_default())
}

/// Checks a token made for the brand `slug` and answers who it names.
pub fn verify(key: &Key, token: &str, slug: &str, now: Timestamp) -> Result<Person, IdentityError> {
    let payload = key.open("", token.trim()).map_err(|error| match error {
        OpenError::Malformed => IdentityError::Malformed,
        OpenError::Forged => IdentityError::Forged,
    })?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| IdentityError::Malformed)?;
    if claims.brand != slug {
        return Err(IdentityError::OtherBrand);
    }
    if claims.exp.saturating_mul(1_000) <= now.millis() {
        return Err(IdentityError::Expired);
    }
    person(claims).ok_or(IdentityError::Nobody)
}

/// The person that claims name, cleaned; `None` when they name nobody.
#[must_use]
pub fn person(claims: Claims) -> Option<Person> {
    let person = Person {
        external_id: clean(claims.external_id),
        name: clean(claims.name),
        email: clean(claims.email).map(|email| email.to_lowercase()),
        phone: clean(claims.phone),
        language: claims.language.as_deref().and_then(language),
    };
    (person.external_id.is_some() || person.email.is_some()).then_some(person)
}

/// The language a tag such as `vi-VN` begins with.
fn language(tag: &str) -> Option<Language> {
    tag.split(['-', '_']).next()?.to_ascii_lowercase().parse().ok()
}

/// Without control characters and outer blanks, cut to a sane length; `None` when nothing is left.
fn clean(value: Option<String>) -> Option<String> {
    let text: String = value?.chars().filter(|c| !c.is_control()).collect();
    let text: String = text.trim().chars().take(LONGEST_CLAIM).collect();
    (!text.is_empty()).then_some(text)
}
