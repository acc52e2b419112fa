//! Amounts of money.

use crate::model::Language;
use std::fmt::Write as _;

/// Digits after the decimal mark in a currency (ISO 4217); two for those not listed.
#[must_use]
pub fn minor_places(currency: &str) -> u32 {
    match currency {
        "VND" | "JPY" | "KRW" | "CLP" | "ISK" | "UGX" | "XAF" | "XOF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// An amount in the currency's smallest unit as one would read it: `1.250.000 ₫`, `$12.50`.
#[must_use]
pub fn money(minor: i64, currency: &str, language: Language) -> String {
    let places = minor_places(currency);
    let scale = 10_u64.saturating_pow(places);
    let amount = minor.unsigned_abs();
    let (group, decimal) = match language {
        Language::English => (',', '.'),
        Language::Vietnamese => ('.', ','),
    };
    let mut number = grouped(amount / scale, group);
    if places > 0 {
        let width = usize::try_from(places).unwrap_or(2);
        number.push(decimal);
        // Writing to a String cannot fail.
        let _ = write!(number, "{:0width$}", amount % scale);
    }
    let sign = if minor < 0 { "-" } else { "" };
    match (currency, language) {
        ("VND", _) => format!("{sign}{number} ₫"),
        ("USD", Language::English) => format!("{sign}${number}"),
        ("USD", Language::Vietnamese) => format!("{sign}{number} US$"),
        ("EUR", _) => format!("{sign}{number} €"),
        ("GBP", Language::English) => format!("{sign}£{number}"),
        ("JPY", Language::English) => format!("{sign}¥{number}"),
        _ => format!("{sign}{number} {currency}"),
    }
}

fn grouped(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len().saturating_mul(2));
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        assert_eq!(money(1_250_000, "VND", Language::Vietnamese), "1.250.000 ₫");
        assert_eq!(money(475_000, "VND", Language::English), "475,000 ₫");
        assert_eq!(money(1_999, "USD", Language::English), "$19.99");
        assert_eq!(money(-123_405, "USD", Language::Vietnamese), "-1.234,05 US$");
        assert_eq!(money(5, "EUR", Language::English), "0.05 €");
        assert_eq!(money(i64::MIN, "VND", Language::English), "-9,223,372,036,854,775,808 ₫");
    }
}
