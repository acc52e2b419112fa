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
        tier: None,
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_772_420_400_000);

    fn key() -> Key {
        Key::parse("identity key of the shop").unwrap()
    }

    fn lan() -> Claims {
        Claims {
            brand: "moc".to_owned(),
            exp: NOW.millis() / 1_000 + 60,
            external_id: Some("lan".to_owned()),
            ..Claims::default()
        }
    }

    /// The example of docs/channels/web.md: what Node, PHP and Python make of these claims.
    #[test]
    fn a_token_is_base64url_json_and_its_mac() {
        let claims = Claims { exp: 1_900_000_000, name: Some("Nguyễn Thị Lan".to_owned()), ..lan() };
        let token = sign(&key(), &claims);
        assert_eq!(
            token,
            "eyJicmFuZCI6Im1vYyIsImV4cCI6MTkwMDAwMDAwMCwiZXh0ZXJuYWxfaWQiOiJsYW4iLCJuYW1lIjoiTmd1eeG7hW4gVGjhu4sgTGFuIn0.\
             XghTmuviNqu23cxBNP8t1HMKM4Eyp6h3bsQf2s3j1qQ"
        );
        assert_eq!(verify(&key(), &token, "moc", NOW).unwrap().name.as_deref(), Some("Nguyễn Thị Lan"));
    }

    #[test]
    fn it_is_good_until_the_second_it_expires() {
        let token = sign(&key(), &lan());
        assert!(verify(&key(), &token, "moc", NOW.plus(lara_core::model::Millis(59_999))).is_ok());
        let late = NOW.plus(lara_core::model::Millis::seconds(60));
        assert_eq!(verify(&key(), &token, "moc", late), Err(IdentityError::Expired));
    }

    #[test]
    fn it_is_for_one_brand_and_one_key() {
        let token = sign(&key(), &lan());
        assert_eq!(verify(&key(), &token, "other", NOW), Err(IdentityError::OtherBrand));
        let other = Key::parse("the key of somebody else").unwrap();
        assert_eq!(verify(&other, &token, "moc", NOW), Err(IdentityError::Forged));
    }

    #[test]
    fn names_are_cleaned_and_languages_understood() {
        let claims = Claims {
            name: Some(" La\u{0}n\n ".to_owned()),
            email: Some("LAN@Example.VN".to_owned()),
            language: Some("vi_VN".to_owned()),
            phone: Some("\t".to_owned()),
            ..lan()
        };
        let person = verify(&key(), &sign(&key(), &claims), "moc", NOW).unwrap();
        assert_eq!(person.name.as_deref(), Some("Lan"));
        assert_eq!(person.email.as_deref(), Some("lan@example.vn"));
        assert_eq!((person.phone, person.language), (None, Some(Language::Vietnamese)));
    }

    proptest! {
        #[test]
        fn no_text_but_ours_is_a_token(text in "[A-Za-z0-9_.-]{0,120}") {
            prop_assert!(verify(&key(), &text, "moc", NOW).is_err());
        }

        #[test]
        fn no_changed_token_is_a_token(place in 0_usize..90, letter in "[A-Za-z0-9_-]") {
            let token = sign(&key(), &lan());
            let place = place % token.len();
            let mut changed = token.clone();
            changed.replace_range(place..=place, &letter);
            if changed != token {
                prop_assert!(verify(&key(), &changed, "moc", NOW).is_err());
            }
        }

        #[test]
        fn what_was_signed_comes_back(id in "[^\\p{C}\\s]{1,40}", name in "[^\\p{C}\\s]{1,40}") {
            let claims = Claims { external_id: Some(id.clone()), name: Some(name.clone()), ..lan() };
            let person = verify(&key(), &sign(&key(), &claims), "moc", NOW).unwrap();
            prop_assert_eq!(person.external_id, Some(id));
            prop_assert_eq!(person.name, Some(name));
        }
    }
}
