//! No person in a lesson: personal parts are masked before a text is stored, in a way that leaves its shape.

use crate::entities::{find, mask_personal};

/// `text` without e-mail addresses, phone, card and order numbers: what was wanted can be told, and not by whom. The
/// model reads both alike.
#[must_use]
pub fn masked(text: &str) -> String {
    mask_personal(text, &find(text))
}
