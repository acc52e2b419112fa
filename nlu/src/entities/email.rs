//! E-mail addresses.

use super::Found;
use super::words::{Kind, Words};
use lara_core::model::EntityValue;

/// The longest part before the `@`, and the longest address, in bytes (RFC 5321).
const LOCAL: usize = 64;
const WHOLE: usize = 254;

/// An address that begins at `at`; looked for only where a run of address characters begins, so that time stays linear.
pub(super) fn at(words: &Words<'_>, at: usize) -> Found {
    let first = words.piece(at)?;
    if !matches!(first.kind, Kind::Letters | Kind::Digits) || !words.has_at || is_inside(words, at) {
        return None;
    }
    let mut end = at;
    while joins(words, end, at, &['.', '_', '-', '+', '%']) {
        end += 1;
    }
    let local = end;
    if words.sign(local) != Some('@') || !words.glued(local) {
        return None;
    }
    end += 1;
    let domain = end;
    while joins(words, end, at, &['.', '-']) {
        end += 1;
    }
    // A full stop at the end is the sentence's.
    while end > domain && words.sign(end - 1).is_some() {
        end -= 1;
    }
    let dot = words.sign(end.checked_sub(2)?) == Some('.');
    let top = words.word(end - 1);
    let is_top = top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic());
    let last = words.piece(end - 1)?;
    let typed = words.text.get(first.start..last.end)?;
    let fits = dot && is_top && end >= domain + 3 && typed.len() <= WHOLE && typed.is_ascii();
    let local = words.piece(local)?.start - first.start;
    (fits && local <= LOCAL).then(|| (end, EntityValue::Email(typed.to_ascii_lowercase())))
}

/// Whether the piece at `here` goes on with an address that began at `start`.
fn joins(words: &Words<'_>, here: usize, start: usize, signs: &[char]) -> bool {
    let fits = match words.piece(here).map(|piece| piece.kind) {
        Some(Kind::Letters | Kind::Digits) => true,
        Some(Kind::Sign(c)) => signs.contains(&c),
        None => false,
    };
    fits && (here == start || words.glued(here)) && here - start < WHOLE
}

/// Whether an address would have begun before `at`.
fn is_inside(words: &Words<'_>, at: usize) -> bool {
    let joined = |c: char| matches!(c, '.' | '_' | '-' | '+' | '%' | '@');
    let before = at.checked_sub(1).and_then(|before| words.piece(before));
    words.glued(at)
        && before.is_some_and(|before| match before.kind {
            Kind::Letters | Kind::Digits => true,
            Kind::Sign(c) => joined(c),
        })
}
