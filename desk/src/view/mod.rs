//! How things are shown: spans of time, dates, money, initials, charts, differences of texts.

use std::fmt::Write as _;

mod diff;
mod spark;
mod time;

pub(crate) use diff::{Line, differences};
pub(crate) use spark::{Spark, spark};
pub(crate) use time::{Zone, span};

/// The first `at_most` characters, with an ellipsis when more follow; line breaks become spaces.
pub(crate) fn excerpt(text: &str, at_most: usize) -> String {
    let mut words = String::new();
    for (n, word) in text.split_whitespace().enumerate() {
        if n > 0 {
            words.push(' ');
        }
        words.push_str(word);
        if words.chars().count() > at_most {
            let cut: String = words.chars().take(at_most).collect();
            return format!("{}…", cut.trim_end());
        }
    }
    words
}

/// The first letters of the last two words of a name (Vietnamese given names come last).
pub(crate) fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let last = words.iter().rev().take(2).rev();
    last.filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .flat_map(char::to_uppercase)
        .take(2)
        .collect()
}

/// One of six colours, always the same for a text.
pub(crate) fn colour(text: &str) -> String {
    let sum = text.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("c{}", sum % 6)
}

/// Currencies whose smallest unit is the whole.
const WHOLE: [&str; 3] = ["VND", "JPY", "KRW"];

/// An amount of money in its smallest unit, for a language.
pub(crate) fn money(minor: i64, currency: &str, vietnamese: bool) -> String {
    let (group, point) = if vietnamese || currency == "VND" { ('.', ',') } else { (',', '.') };
    let whole = WHOLE.contains(&currency);
    let amount = minor.unsigned_abs();
    let (units, cents) = if whole { (amount, 0) } else { (amount / 100, amount % 100) };
    let mut text = if minor < 0 { "-".to_owned() } else { String::new() };
    let digits = units.to_string();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            text.push(group);
        }
        text.push(digit);
    }
    if !whole {
        text.push(point);
        // Writing to a String cannot fail.
        let _ = write!(text, "{cents:02}");
    }
    match currency {
        "VND" => format!("{text} ₫"),
        "USD" => format!("${text}"),
        "EUR" => format!("{text} €"),
        other => format!("{text} {other}"),
    }
}

/// A probability as a whole percentage.
pub(crate) fn percent(probability: f32) -> String {
    format!("{:.0}%", (probability.clamp(0.0, 1.0)) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_at_characters_and_short_ones_left_alone() {
        assert_eq!(excerpt("Đơn  của\ntôi", 40), "Đơn của tôi");
        assert_eq!(excerpt("ậậậậậậ", 3), "ậậậ…");
        assert_eq!(excerpt("", 3), "");
    }

    #[test]
    fn initials_take_the_given_name_and_the_one_before() {
        assert_eq!(initials("Nguyễn Thị Lan"), "TL");
        assert_eq!(initials("đức"), "Đ");
        assert_eq!(initials("<b>"), "B");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn money_is_grouped_as_its_readers_write_it() {
        assert_eq!(money(1_250_000, "VND", false), "1.250.000 ₫");
        assert_eq!(money(123_456, "USD", false), "$1,234.56");
        assert_eq!(money(5, "EUR", true), "0,05 €");
        assert_eq!(money(-999, "JPY", false), "-999 JPY");
    }
}
