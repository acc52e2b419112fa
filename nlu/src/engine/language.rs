//! Which language a message is in.

use crate::head::{Head, Scratch};
use lara_core::model::MessageLanguage;

/// Scripts first; the head only tells languages of the Latin script apart.
pub(super) fn of(head: &Head, text: &str, scratch: &mut Scratch) -> MessageLanguage {
    let (mut latin, mut foreign) = (0_usize, 0_usize);
    for c in text.chars().take(crate::normalise::MAX_CHARS).filter(|c| c.is_alphabetic()) {
        match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => latin += 1,
            _ => foreign += 1,
        }
    }
    if foreign > latin {
        return MessageLanguage::Other;
    }
    if !scratch.text.has_words() {
        return MessageLanguage::Undetermined;
    }
    head.predict_with(scratch).best.parse().unwrap_or(MessageLanguage::Undetermined)
}
