//! A cell as text: what spreadsheets and encodings do to it is undone.

use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// What a spreadsheet takes for the beginning of a formula ("CSV Injection", OWASP). Export puts an apostrophe before it and
/// before blank space, which import would cut.
fn begins_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@']) || text.starts_with(char::is_whitespace)
}

/// A text as a cell that no spreadsheet takes for a formula; [`clean`] takes the apostrophe away again. One that was there
/// already gets another, so that every text comes back as it was.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    if begins_a_formula(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text of a cell: without the space around it, without NUL (PostgreSQL keeps none), its letters and their accents
/// composed, and without the apostrophe that keeps a spreadsheet from reading a formula or a number.
pub(in super::super) fn clean(cell: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(cell.trim_matches(|c: char| c.is_whitespace() || c == '\0'));
    if text.contains('\0') {
        text = Cow::Owned(text.replace('\0', ""));
    }
    if !text.is_ascii() && !is_nfc(&text) {
        text = Cow::Owned(text.nfc().collect());
    }
    match text.strip_prefix('\'') {
        Some(rest) if begins_a_formula(rest.trim_start_matches('\'')) => Cow::Owned(rest.to_owned()),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_formula_is_kept_from_spreadsheets_and_comes_back() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+84912345678", "'+84912345678"),
            ("@lan", "'@lan"),
            ("-5", "'-5"),
            ("'=1", "''=1"),
            ("\t=1", "'\t=1"),
            ("Lan", "Lan"),
            ("O'Neil", "O'Neil"),
            ("'Lan'", "'Lan'"),
        ] {
            assert_eq!(guarded(text), cell);
            assert_eq!(clean(cell), text);
        }
    }

    #[test]
    fn accents_are_composed_and_nuls_are_dropped() {
        assert_eq!(clean(" Nguye\u{302}\u{303}n\0 "), "Nguyễn");
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[ \t'=+@a-zà-ỹ0-9\\-]{0,8}") {
            let text: String = text.trim_end().nfc().collect();
            let cell = guarded(&text).into_owned();
            prop_assert_eq!(clean(&cell), text.as_str());
        }
    }
}
