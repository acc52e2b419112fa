//! Comparing texts the way people type them: with or without accents, in any case.

use crate::listen::LONGEST;
use crate::model::Message;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// The text in lower case without accents, `đ` as `d`: what "Đơn hàng" and "don hang" have in common.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

/// The words of a text, folded.
#[must_use]
pub fn folded_words(text: &str) -> Vec<String> {
    fold(text).unicode_words().map(str::to_owned).collect()
}

/// The words of a text, folded, with single spaces: for comparing whole messages. Punctuation and emoji count nothing.
#[must_use]
pub fn folded_line(text: &str) -> String {
    folded_words(text).join(" ")
}

/// A phone number as digits with its country code: `0912 345 678`, `+84 912 345 678` and `84.912.345.678` are one. A number
/// that begins with a zero is of the home market. `None` when it is no phone number: ITU-T E.164 allows 15 digits, and none
/// worth comparing has under 8.
#[must_use]
pub fn phone_digits(raw: &str) -> Option<String> {
    let foreign = raw.trim_start().starts_with('+');
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    let odd = raw.chars().any(|c| !(c.is_ascii_digit() || c.is_whitespace() || "+-.()/\u{a0}".contains(c)));
    let digits = match digits.strip_prefix("00").or_else(|| digits.strip_prefix('0')) {
        Some(rest) if digits.starts_with("00") || foreign => rest.to_owned(),
        Some(rest) => format!("{HOME}{rest}"),
        None => digits,
    };
    (!odd && (8..=15).contains(&digits.len())).then_some(digits)
}

/// The country code of the home market.
const HOME: &str = "84";

/// Small letters and digits of an order number: `MH-10234` and `mh 10234` are the same.
#[must_use]
pub fn compact(number: &str) -> String {
    fold(number).chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Whether `text` holds a letter or a digit: something that can be answered.
#[must_use]
pub fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// The texts of a run, a line a message, cut to [`LONGEST`] characters: many messages are read in no more time than one
/// long one.
#[must_use]
pub fn joined(run: &[Message]) -> String {
    let mut text = run.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n");
    if let Some((cut, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(cut);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_punctuation_do_not_matter() {
        assert_eq!(folded_line("Đơn hàng, của EM?!"), "don hang cua em");
        assert_eq!(folded_line("don hang cua em"), "don hang cua em");
    }

    #[test]
    fn one_phone_is_written_in_many_ways() {
        for same in ["0912 345 678", "+84 912 345 678", "84.912.345.678", "0084912345678", "(091) 234-5678"] {
            assert_eq!(phone_digits(same).as_deref(), Some("84912345678"), "{same}");
        }
        assert_eq!(phone_digits("+1 202 555 0143").as_deref(), Some("12025550143"));
        for none in ["", "12345", "call me", "1234567890123456"] {
            assert_eq!(phone_digits(none), None, "{none}");
        }
        assert_eq!(compact("#MH-10 234"), compact("mh10234"));
    }

    #[test]
    fn emoji_say_nothing_that_can_be_answered() {
        assert!(!says_something("👍❤️ !!"));
        assert!(says_something("ok 👍"));
    }
}
