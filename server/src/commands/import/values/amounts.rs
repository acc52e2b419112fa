//! Amounts of money as shops and spreadsheets write them.

use lara_core::model::MONEY;

/// Signs and words that stand with an amount, and the currency each means; `$` is that of several.
const SIGNS: &[(&str, &str)] = &[
    ("vnđ", "VND"),
    ("vnd", "VND"),
    ("đồng", "VND"),
    ("₫", "VND"),
    ("đ", "VND"),
    ("usd", "USD"),
    ("us$", "USD"),
    ("eur", "EUR"),
    ("€", "EUR"),
    ("gbp", "GBP"),
    ("£", "GBP"),
    ("jpy", "JPY"),
    ("¥", "JPY"),
    ("$", "$"),
];

/// Currencies written with a dollar sign.
const DOLLARS: &[&str] = &["USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN"];

/// An amount as shops write it (`1250000`, `1,250,000 VND`, `1.250.000 ₫`, `1250000.0`, `19,99 €`) in the smallest unit of
/// `currency`. Parts of the smallest unit are refused unless they are zero: an amount is never rounded.
pub(in super::super) fn money(text: &str, currency: &str) -> Result<i64, String> {
    let wrong = || format!("{text:?} is not an amount of {currency}");
    if text.to_lowercase().contains("e+") {
        return Err(format!(
            "{text:?} was shortened by a spreadsheet: show the column as a plain number and save again"
        ));
    }
    let number = without_sign(text, currency).ok_or_else(wrong)?;
    let places = lara_core::wording::minor_places(currency);
    let (whole, fraction) = split(&number, places).ok_or_else(wrong)?;
    let places = usize::try_from(places).unwrap_or(0);
    let (kept, rest) = fraction.split_at_checked(places).unwrap_or((&fraction, ""));
    if rest.bytes().any(|byte| byte != b'0') {
        return Err(format!(
            "{text:?} has parts of the smallest unit of {currency}, and amounts are not rounded"
        ));
    }
    let minor: i64 = format!("{whole}{kept:0<places$}").parse().map_err(|_| wrong())?;
    if minor > MONEY {
        return Err(format!("{text:?} is more than any amount of {currency} is believed to be"));
    }
    Ok(minor)
}

/// The number alone; `None` where a sign of another currency stands with it.
fn without_sign(text: &str, currency: &str) -> Option<String> {
    let lower = text.trim().trim_start_matches('\'').to_lowercase();
    let code = currency.to_lowercase();
    let of = |meant: &str| meant == currency || (meant == "$" && DOLLARS.contains(&currency));
    let mut number = lower.trim();
    let signs = SIGNS.iter().copied().chain(std::iter::once((code.as_str(), currency)));
    for (sign, meant) in signs {
        let rest = number.strip_suffix(sign).or_else(|| number.strip_prefix(sign));
        if let Some(rest) = rest {
            if !of(meant) {
                return None;
            }
            number = rest.trim();
        }
    }
    let number: String = number.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    (!number.is_empty() && plain).then_some(number)
}

/// Splits digits from the fraction. Two different marks: the last one is the decimal mark. One mark: it groups thousands if
/// each group has three digits, else it is the decimal mark; several of one kind group thousands.
fn split(number: &str, places: u32) -> Option<(String, String)> {
    let last = number.rfind(['.', ',']);
    let Some(at) = last else { return Some((number.to_owned(), String::new())) };
    let (whole, fraction) = (number.get(..at)?, number.get(at + 1..)?);
    let mark = number.get(at..=at)?;
    let mixed = whole.contains(['.', ',']) && !whole.contains(mark);
    let alone = !whole.contains(['.', ',']);
    // Three digits behind a lone mark are thousands, except where the currency has three places.
    let decimal = mixed || (alone && (fraction.len() != 3 || places == 3));
    let (whole, fraction) = if decimal { (whole, fraction) } else { (number, "") };
    let mut groups = whole.split(['.', ',']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    let one_kind = !(whole.contains('.') && whole.contains(','));
    if first.is_empty() || !grouped || !one_kind || (decimal && fraction.is_empty()) {
        return None;
    }
    Some((std::iter::once(first).chain(rest).collect(), fraction.to_owned()))
}

/// An amount as [`money`] reads it back: `1250000`, `19.99`.
pub(crate) fn plain(minor: i64, currency: &str) -> String {
    let places = usize::try_from(lara_core::wording::minor_places(currency)).unwrap_or(0);
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = places + 1);
    match digits.split_at_checked(digits.len() - places) {
        Some((whole, fraction)) if places > 0 => format!("{sign}{whole}.{fraction}"),
        _ => format!("{sign}{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dong_are_read_as_shops_write_them() {
        for text in [
            "1250000",
            "1.250.000",
            "1,250,000",
            "1.250.000 ₫",
            "1.250.000đ",
            "1.250.000 đ",
            "₫1,250,000",
            "1,250,000 VND",
            "1.250.000 VNĐ",
            "1 250 000 đồng",
            "1\u{a0}250\u{a0}000\u{202f}₫",
            "1250000.0",
            "1250000.00",
            "1,250,000.00",
            "1.250.000,00 ₫",
            "'1250000",
        ] {
            assert_eq!(money(text, "VND"), Ok(1_250_000), "{text}");
        }
        assert_eq!(money("0", "VND"), Ok(0));
        assert_eq!(money("350.000", "VND"), Ok(350_000));
        for wrong in [
            "",
            "12a",
            "-5",
            "1.25",
            "1,2,3",
            "1250000.5",
            "1.250.00",
            "$19.99",
            "1250k",
            "(5)",
            "1.000,000.000",
        ] {
            assert!(money(wrong, "VND").is_err(), "{wrong}");
        }
        assert!(money("1250000.5", "VND").unwrap_err().contains("not rounded"));
        assert!(money("1.25E+06", "VND").unwrap_err().contains("spreadsheet"));
        assert!(money("99999999999999999999", "VND").is_err());
        assert!(money("100000000000001", "VND").unwrap_err().contains("more than any"));
    }

    #[test]
    fn other_currencies_have_their_places() {
        for (text, currency, minor) in [
            ("19.99", "USD", 1_999),
            ("$19.99", "USD", 1_999),
            ("$1,250.5", "USD", 125_050),
            ("19,99 €", "EUR", 1_999),
            ("1.250,00 €", "EUR", 125_000),
            ("1'250.00 CHF", "CHF", 125_000),
            ("19", "USD", 1_900),
            ("1,250", "USD", 125_000),
            ("19.990", "KWD", 19_990),
            ("2500 ¥", "JPY", 2_500),
            ("19.9900", "USD", 1_999),
            ("A$5", "AUD", 0),
        ] {
            let read = money(text, currency);
            if text == "A$5" {
                assert!(read.is_err(), "a sign that is not known");
            } else {
                assert_eq!(read, Ok(minor), "{text}");
            }
        }
        assert!(money("19.995", "GBP").is_ok(), "thousands: shops write no thousandths of a pound");
        assert!(money("19.9950", "USD").is_err());
        assert!(money("19 €", "USD").is_err(), "the sign of another currency");
    }

    #[test]
    fn what_is_written_is_read_again() {
        for currency in ["VND", "USD", "KWD"] {
            for minor in [0, 1, 9, 10, 99, 100, 999, 1_000, 1_250_000, MONEY] {
                assert_eq!(money(&plain(minor, currency), currency), Ok(minor), "{minor} {currency}");
            }
        }
    }
}
