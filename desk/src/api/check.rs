//! Turns what was sent into what the model takes, gathering everything that is wrong with it.
//!
//! Texts are brought to NFC and trimmed. Caps, in characters: names, categories and carriers 200, ids, numbers and keys 100,
//! e-mails 254, phones 40, values of preferences 500, reasons and descriptions 2,000, web addresses 2,000.

use super::input::Faults;
use super::problem::{FieldError, Problem};
use lara_core::listen::clean;
use lara_core::model::{MONEY, Timestamp};
use lara_core::text::phone_digits;

/// Characters of names, categories and carriers.
pub(crate) const NAME: usize = 200;
/// Characters of ids, numbers and keys that a shop gives.
pub(crate) const ID: usize = 100;
/// Characters of an e-mail: RFC 5321's longest path without its brackets.
pub(crate) const EMAIL: usize = 254;
/// Characters of a phone as written.
pub(crate) const PHONE: usize = 40;
/// Characters of a preference.
pub(crate) const VALUE: usize = 500;
/// Characters of reasons, descriptions and web addresses.
pub(crate) const LONG: usize = 2_000;
/// 1970-01-01 and 2200-01-01: no order is older or later.
const TIMES: std::ops::Range<i64> = 0..7_258_118_400_000;

/// The gatherer.
#[derive(Debug, Default)]
pub(crate) struct Check {
    at: String,
    faults: Faults,
}

impl Check {
    /// What follows stands here (a JSON Pointer).
    pub(crate) fn enter(&mut self, at: impl Into<String>) {
        self.at = at.into();
    }

    /// A field is wrong.
    pub(crate) fn fault(&mut self, name: &str, detail: impl Into<String>) {
        self.faults.push(FieldError { pointer: format!("{}/{name}", self.at), detail: detail.into() });
    }

    /// A text that may be missing.
    pub(crate) fn text(&mut self, name: &str, raw: Option<String>, longest: usize) -> Option<String> {
        raw.map(|raw| self.needed(name, &raw, longest))
    }

    /// A text that must be there.
    pub(crate) fn needed(&mut self, name: &str, raw: &str, longest: usize) -> String {
        match tidy(raw, longest) {
            Ok(text) => text,
            Err(detail) => {
                self.fault(name, detail);
                String::new()
            }
        }
    }

    /// An e-mail, in lower case.
    pub(crate) fn email(&mut self, name: &str, raw: Option<String>) -> Option<String> {
        let email = self.text(name, raw, EMAIL)?.to_lowercase();
        let parts = email.split_once('@').filter(|(local, host)| !local.is_empty() && !host.is_empty());
        if !email.is_empty() && (parts.is_none() || email.contains(char::is_whitespace)) {
            self.fault(name, "is no e-mail address");
        }
        Some(email)
    }

    /// A phone as written.
    pub(crate) fn phone(&mut self, name: &str, raw: Option<String>) -> Option<String> {
        let phone = self.text(name, raw, PHONE)?;
        if !phone.is_empty() && phone_digits(&phone).is_none() {
            self.fault(name, "is no phone number of 8 to 15 digits");
        }
        Some(phone)
    }

    /// A page (http or https).
    pub(crate) fn page(&mut self, name: &str, raw: Option<String>) -> Option<String> {
        let page = self.text(name, raw, LONG)?;
        let good = url::Url::parse(&page).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !page.is_empty() && !good {
            self.fault(name, "is no http or https address");
        }
        Some(page)
    }

    /// A currency, ISO 4217.
    pub(crate) fn currency(&mut self, name: &str, raw: &str) -> String {
        let currency = raw.trim().to_ascii_uppercase();
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.fault(name, "is no currency of three letters, as VND");
        }
        currency
    }

    /// An amount in smallest units, from 0.
    pub(crate) fn money(&mut self, name: &str, minor: i64) -> i64 {
        if !(0..=MONEY).contains(&minor) {
            self.fault(name, format!("is not between 0 and {MONEY}"));
        }
        minor
    }

    /// A moment (RFC 3339).
    pub(crate) fn moment(&mut self, name: &str, raw: &str) -> Timestamp {
        let read = raw.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
        match read {
            Ok(millis) if TIMES.contains(&millis) => Timestamp::from_millis(millis),
            Ok(_) => {
                self.fault(name, "is not between 1970 and 2200");
                Timestamp::default()
            }
            Err(_) => {
                self.fault(name, "is no time as 2026-11-22T09:30:00+07:00");
                Timestamp::default()
            }
        }
    }

    /// A moment that may be missing.
    pub(crate) fn moment_if(&mut self, name: &str, raw: Option<&String>) -> Option<Timestamp> {
        raw.map(|raw| self.moment(name, raw))
    }

    /// Whether nothing was wrong.
    pub(crate) fn done(self) -> Result<(), Problem> {
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::fields(self.faults)) }
    }
}

/// A text without surrounding blanks in NFC, or what is wrong with it.
pub(crate) fn tidy(raw: &str, longest: usize) -> Result<String, String> {
    if raw.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err("has control characters".to_owned());
    }
    let text = clean(raw).trim().to_owned();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.chars().count() > longest {
        return Err(format!("is longer than {longest} characters"));
    }
    Ok(text)
}

/// A text of the path: what no stored text can be is not found.
pub(crate) fn in_path(name: &str, raw: &str) -> Result<String, Problem> {
    tidy(raw, ID).map_err(|detail| Problem::field(format!("{{{name}}}"), detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_tidied_and_capped() {
        assert_eq!(tidy(" Nguye\u{302}\u{303}n ", 10).as_deref(), Ok("Nguyễn"));
        for wrong in ["", "  ", "a\0b", "ăăăă", "\u{1b}[0m"] {
            assert!(tidy(wrong, 3).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let mut check = Check::default();
        check.enter("/3");
        check.email("email", Some("lan".to_owned()));
        check.phone("phone", Some("12".to_owned()));
        check.page("url", Some("javascript:alert(1)".to_owned()));
        check.currency("currency", "đồng");
        check.money("total_minor", -1);
        check.moment("ordered_at", "22/11/2026");
        check.moment("due_at", "9999-01-01T00:00:00Z");
        let problem = serde_json::to_value(check.done().unwrap_err()).unwrap();
        let pointers: Vec<_> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["pointer"].as_str().unwrap())
            .collect();
        let expected = ["email", "phone", "url", "currency", "total_minor", "ordered_at", "due_at"]
            .map(|n| format!("/3/{n}"));
        assert_eq!(pointers, expected);
    }

    #[test]
    fn what_is_good_passes() {
        let mut check = Check::default();
        assert_eq!(
            check.email("email", Some("Lan@Example.com".to_owned())).as_deref(),
            Some("lan@example.com")
        );
        assert_eq!(check.currency("currency", "vnd"), "VND");
        assert_eq!(check.moment("at", "1970-01-01T07:00:01+07:00"), Timestamp::from_millis(1_000));
        check.done().unwrap();
    }
}
