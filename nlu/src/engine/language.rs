//! Which language a message is in.

use crate::head::{Head, Scratch};
use lara_core::model::MessageLanguage;

/// Messages of so few tokens may be of no language in particular.
const SHORT: usize = 2;
/// How sure the head must be of such a message, and that a message is in neither of Lara's languages.
const SURE: f32 = 0.7;

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
    let best = head.predict_with(scratch).best;
    let sure = head.probability(&scratch.values, best);
    // `ok`, `ship`, `menu`: both languages have them, and the customer's own language is the better guess.
    if scratch.text.tokens.len() <= SHORT && sure < SURE {
        return MessageLanguage::Undetermined;
    }
    let best = if best == "other" && sure < SURE {
        head.best_of(&scratch.values, |label| label != best)
    } else {
        best
    };
    best.parse().unwrap_or(MessageLanguage::Undetermined)
}
