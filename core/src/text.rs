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
    fn emoji_say_nothing_that_can_be_answered() {
        assert!(!says_something("👍❤️ !!"));
        assert!(says_something("ok 👍"));
    }
}
