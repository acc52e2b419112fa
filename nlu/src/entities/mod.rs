//! What a message names that no brand is needed to tell: e-mail, phone, money, days, quantities, sizes, and what looks like
//! an order number. Pure and total: any text gives entities in order, on character boundaries, never overlapping, in time
//! linear in its length. One file a kind; each looks at one place and a bounded way ahead.
//!
//! Written by hand on purpose: a phone library carries the plans of two hundred countries and finds no number inside a
//! text, regular expressions see no accents and no "1tr2".

mod date;
mod date_words;
mod email;
mod mask;
mod money;
mod number;
mod order;
mod phone;
mod quantity;
mod size;
#[cfg(test)]
mod tests;
mod words;

pub use mask::mask_personal;

use lara_core::listen::secrets;
use lara_core::model::{Entity, EntityValue};
pub(crate) use words::MAX_CHARS;
use words::Words;

/// What begins at a piece: one past its last piece, and what it is.
type Found = Option<(usize, EntityValue)>;

/// The kinds in the order they are tried at a place: what can be told by its shape first.
const KINDS: &[fn(&Words<'_>, usize) -> Found] =
    &[email::at, phone::at, date::at, money::at, order::at, size::at, quantity::at];

/// The entities of a text, in order.
#[must_use]
pub fn find(text: &str) -> Vec<Entity> {
    let words = Words::new(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((end, value)) = KINDS.iter().find_map(|kind| kind(&words, at)) else {
            at += 1;
            continue;
        };
        let end = end.max(at + 1);
        if let (Some(first), Some(last)) = (words.piece(at), words.piece(end - 1)) {
            found.push(Entity { start: first.start, end: last.end, value });
        }
        at = end;
    }
    with_secrets(text, found)
}

/// Adds cards, identity numbers and codes; they win over what looked like something else.
fn with_secrets(text: &str, mut found: Vec<Entity>) -> Vec<Entity> {
    let secrets = secrets(text);
    if secrets.is_empty() {
        return found;
    }
    found.retain(|entity| {
        secrets.iter().all(|secret| secret.end <= entity.start || entity.end <= secret.start)
    });
    found.extend(secrets.into_iter().map(|place| Entity {
        start: place.start,
        end: place.end,
        value: EntityValue::Secret,
    }));
    found.sort_by_key(|entity| entity.start);
    found
}
