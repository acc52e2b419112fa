//! Reading what a shop system says: every value may be missing, of another kind, or absurd.

use lara_core::model::Timestamp;
use lara_core::wording::minor_places;
use serde_json::Value;
use url::Url;

/// The longest text that is kept, in characters.
const LONGEST: usize = 200;
/// The longest address of a page, in bytes.
const LONGEST_URL: usize = 2_000;
/// The most lines of an order that are kept.
pub(super) const LINES: usize = 100;

/// A text: without control characters and outer blanks, cut to a sane length; `None` when nothing is left.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    clean(value.get(name)?.as_str()?)
}

/// The same, of a text that is there.
pub(super) fn clean(text: &str) -> Option<String> {
    let text: String =
        lara_core::listen::clean(text).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text: String = text.trim().chars().take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

/// An e-mail, lower case; what has no `@` inside is none.
pub(super) fn email(value: &Value, name: &str) -> Option<String> {
    let email = text(value, name)?.to_lowercase();
    let (name, host) = email.split_once('@')?;
    (!name.is_empty() && !host.is_empty()).then_some(email)
}

/// An id: a number or a text; zero is nobody.
pub(super) fn id(value: &Value, name: &str) -> Option<String> {
    let id = match value.get(name)? {
        Value::Number(number) => number.as_u64()?.to_string(),
        Value::String(text) => clean(text)?,
        _ => return None,
    };
    (id != "0" && id.len() <= LONGEST && !id.contains(char::is_whitespace)).then_some(id)
}

/// A list, at most [`LINES`] long; nothing where it is none.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + Clone {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter().take(LINES)
}

/// A count of pieces.
pub(super) fn count(value: &Value, name: &str) -> Option<u32> {
    value.get(name)?.as_u64()?.try_into().ok()
}

/// A page: http or https.
pub(super) fn page(value: &Value, name: &str) -> Option<String> {
    link(value.get(name)?.as_str()?)
}

/// The same, of a text that is there.
pub(super) fn link(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let fits = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= LONGEST_URL;
    fits.then(|| url.to_string())
}

/// A moment, RFC 3339.
pub(super) fn moment(value: &Value, name: &str) -> Option<Timestamp> {
    when(value.get(name)?.as_str()?)
}

/// The same, of a text that is there; without a zone it is GMT.
pub(super) fn when(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let parsed = text.parse::<jiff::Timestamp>().or_else(|_| format!("{text}Z").parse());
    parsed.ok().map(|at| Timestamp::from_millis(at.as_millisecond()))
}

/// A currency, ISO 4217.
pub(super) fn currency(value: &Value, name: &str) -> Option<String> {
    let code = value.get(name)?.as_str()?;
    (code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())).then(|| code.to_owned())
}

/// An amount of money in the currency's smallest unit: a text or a number in the currency's own unit, `"199.99"`.
pub(super) fn money(value: &Value, name: &str, currency: &str) -> Option<i64> {
    let amount = match value.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    minor(&amount, minor_places(currency))
}

/// Digits, at most one point, in units of ten to the minus `places`; what is finer is rounded.
fn minor(amount: &str, places: u32) -> Option<i64> {
    let (sign, amount) = amount.strip_prefix('-').map_or((1, amount), |rest| (-1, rest));
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut minor: i64 = whole.parse().ok()?;
    let mut fraction = fraction.bytes().map(|byte| i64::from(byte - b'0'));
    for _ in 0..places {
        minor = minor.checked_mul(10)?.checked_add(fraction.next().unwrap_or(0))?;
    }
    let up = i64::from(fraction.next().is_some_and(|next| next >= 5));
    minor.checked_add(up)?.checked_mul(sign)
}

/// First and last name as one says them: in Vietnam the family's comes first.
pub(super) fn full_name(value: &Value, family_first: bool) -> Option<String> {
    let (first, last) = (text(value, "first_name"), text(value, "last_name"));
    let (before, after) = if family_first { (last, first) } else { (first, last) };
    match (before, after) {
        (Some(before), Some(after)) => clean(&format!("{before} {after}")),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn money_is_counted_in_the_smallest_unit_of_its_currency() {
        let of = |amount: Value, currency: &str| money(&json!({ "total": amount }), "total", currency);
        assert_eq!(of(json!("199.99"), "USD"), Some(19_999));
        assert_eq!(of(json!("250000.00"), "VND"), Some(250_000));
        assert_eq!(of(json!("250000"), "VND"), Some(250_000));
        assert_eq!(of(json!(12.5), "USD"), Some(1_250));
        assert_eq!(of(json!("-10.00"), "EUR"), Some(-1_000));
        assert_eq!(of(json!("0.005"), "USD"), Some(1));
        for absurd in
            [json!("1e9"), json!(""), json!("1.2.3"), json!(null), json!("99999999999999999999"), json!("۱")]
        {
            assert_eq!(of(absurd.clone(), "USD"), None, "{absurd}");
        }
    }

    #[test]
    fn times_have_a_zone_or_are_gmt() {
        assert_eq!(when("2026-11-22T10:00:00+07:00"), when("2026-11-22T03:00:00"));
        assert_eq!(when("yesterday"), None);
    }

    #[test]
    fn an_id_is_a_number_or_a_word_and_zero_is_nobody() {
        let of = |value: Value| id(&json!({ "id": value }), "id");
        assert_eq!(of(json!(207_119_551)), Some("207119551".to_owned()));
        assert_eq!(of(json!("gid-1")), Some("gid-1".to_owned()));
        for nobody in [json!(0), json!("0"), json!(""), json!(-1), json!(1.5), json!("a b"), json!({})] {
            assert_eq!(of(nobody.clone()), None, "{nobody}");
        }
    }
}
