//! A sticker, an emoji, dots: greeted when it opens a conversation, else left alone. A bare "?" asks for something.

use crate::act::case::Case;
use crate::act::verdict::Verdict;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    if crate::text::says_something(&case.text) || case.text.contains('?') {
        return None;
    }
    if case.memory().answered_before {
        Some(Verdict::silent("nothing_said"))
    } else {
        Some(Verdict::reply("opened_without_words", ["greeting"]))
    }
}
