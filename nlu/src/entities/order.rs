//! What looks like an order number to anyone: `#10234`, `MH-10234`, "đơn 10234". A brand that says how its numbers look is
//! read by that instead ([`lara_core::relate`]).

use super::Found;
use super::words::{Kind, Words};
use lara_core::model::EntityValue;

/// Words an order's number stands behind.
const CUES: &[&str] = &["don", "order", "orders", "bill", "tracking", "parcel", "invoice", "dh"];

/// Words that may stand between the cue and the number.
const BETWEEN: &[&str] =
    &["hang", "so", "ma", "number", "no", "nr", "id", "is", "la", "code", "cua", "em", "minh", "my"];

/// Fewest digits behind `#` or letters, and behind a word alone.
const MARKED: usize = 3;
const BARE: usize = 4;

/// The longest number, in bytes.
const LONGEST: usize = 24;

pub(super) fn at(words: &Words<'_>, at: usize) -> Found {
    let marked = words.sign(at) == Some('#');
    let start = if marked { at + 1 } else { at };
    if (marked && !words.glued(start)) || (!marked && is_inside(words, at)) {
        return None;
    }
    let (end, digits) = code(words, start)?;
    let letters = words.digits(start).is_none();
    let fits = if marked {
        digits >= MARKED
    } else if letters {
        digits >= BARE && is_prefix(words.typed(start)) || digits >= MARKED && is_cued(words, at)
    } else {
        digits >= BARE && is_cued(words, at)
    };
    let (first, last) = (words.piece(start)?, words.piece(end - 1)?);
    let typed = words.text.get(first.start..last.end)?;
    let fits = fits && typed.len() <= LONGEST && typed.is_ascii() && !words.goes_on(end);
    fits.then(|| (end, EntityValue::Order(typed.to_ascii_uppercase())))
}

/// Letters, digits and dashes that hang together and end with digits: one past the last, and how many digits.
fn code(words: &Words<'_>, start: usize) -> Option<(usize, usize)> {
    let mut end = start;
    let mut digits = 0;
    let mut last_digits = start;
    while end == start || words.glued(end) {
        match words.piece(end).map(|piece| piece.kind) {
            Some(Kind::Digits) => {
                digits += words.word(end).len();
                last_digits = end + 1;
            }
            Some(Kind::Letters) => {}
            Some(Kind::Sign('-' | '_')) if end > start => {}
            _ => break,
        }
        end += 1;
        if end > start + LONGEST {
            return None;
        }
    }
    (digits > 0 && last_digits == end).then_some((end, digits))
}

/// Two to five capitals, as shops put before their numbers; typed small they need a word before them.
fn is_prefix(typed: &str) -> bool {
    (2..=5).contains(&typed.len()) && typed.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_inside(words: &Words<'_>, at: usize) -> bool {
    words.glued(at) && (words.sign(at - 1).is_none_or(|c| !matches!(c, '(' | ':' | '"' | '\'')))
}

fn is_cued(words: &Words<'_>, at: usize) -> bool {
    (1..=4)
        .map(|back| words.before(at, back))
        .find(|word| !word.is_empty() && !BETWEEN.contains(word))
        .is_some_and(|word| CUES.contains(&word))
}
