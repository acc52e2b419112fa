//! A text as entities are looked for: words, numbers and signs with their places, without accents and in lower case.

use crate::normalise::strip_mark;
use unicode_normalization::char::is_combining_mark;

/// Longer texts are looked at up to here (characters): time stays bounded.
pub(crate) const MAX_CHARS: usize = 6_000;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Letters,
    /// ASCII or full-width digits.
    Digits,
    /// Anything else that is no space.
    Sign(char),
}

/// Letters, digits, or one sign.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte in the text.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    folded: (usize, usize),
}

/// The pieces of a text. Reads past the end answer an empty word.
#[derive(Debug)]
pub(super) struct Words<'a> {
    /// The text.
    pub text: &'a str,
    /// Whether an `@` stands in it.
    pub has_at: bool,
    pieces: Vec<Piece>,
    folded: String,
}

impl<'a> Words<'a> {
    /// Cuts a text into pieces. `1tr2` is three of them, `21/11` as well.
    pub(super) fn new(text: &'a str) -> Self {
        let mut words = Self {
            text,
            has_at: text.contains('@'),
            pieces: Vec::with_capacity(text.len().min(MAX_CHARS) / 4),
            folded: String::with_capacity(text.len().min(MAX_CHARS)),
        };
        for (at, c) in text.char_indices().take(MAX_CHARS) {
            words.take(at, c);
        }
        words
    }

    fn take(&mut self, at: usize, c: char) {
        let end = at + c.len_utf8();
        // A mark belongs to the letter before it (NFD), wherever that stands.
        if !c.is_ascii() && is_combining_mark(c) {
            if let Some(last) = self.pieces.last_mut().filter(|last| last.end == at) {
                last.end = end;
            }
            return;
        }
        let c = if ('\u{ff01}'..='\u{ff5e}').contains(&c) { half_width(c) } else { c };
        let kind = if c.is_ascii_digit() {
            Kind::Digits
        } else if c.is_alphabetic() {
            Kind::Letters
        } else if c.is_whitespace() || is_blank(c) {
            return;
        } else {
            Kind::Sign(c)
        };
        let before = self.folded.len();
        if c.is_ascii() {
            self.folded.push(c.to_ascii_lowercase());
        } else {
            self.folded.extend(c.to_lowercase().map(strip_mark));
        }
        match self.pieces.last_mut() {
            Some(last) if last.end == at && last.kind == kind && !matches!(kind, Kind::Sign(_)) => {
                last.end = end;
                last.folded.1 = self.folded.len();
            }
            _ => self.pieces.push(Piece { start: at, end, kind, folded: (before, self.folded.len()) }),
        }
    }

    /// How many pieces there are.
    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    pub(super) fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(at)
    }

    /// The letters or digits at `at`, folded; empty for a sign or past the end.
    pub(super) fn word(&self, at: usize) -> &str {
        match self.pieces.get(at) {
            Some(Piece { kind: Kind::Letters | Kind::Digits, folded: (start, end), .. }) => {
                self.folded.get(*start..*end).unwrap_or_default()
            }
            _ => "",
        }
    }

    /// The word `back` pieces before `at`.
    pub(super) fn before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back).map_or("", |at| self.word(at))
    }

    /// The letters at `at` as they were typed.
    pub(super) fn typed(&self, at: usize) -> &'a str {
        self.pieces.get(at).and_then(|piece| self.text.get(piece.start..piece.end)).unwrap_or_default()
    }

    /// The digits at `at`.
    pub(super) fn digits(&self, at: usize) -> Option<&str> {
        matches!(self.pieces.get(at)?.kind, Kind::Digits).then(|| self.word(at))
    }

    /// The digits at `at` as a number, if it has at most `longest` of them.
    pub(super) fn number(&self, at: usize, longest: usize) -> Option<u64> {
        self.digits(at).filter(|digits| digits.len() <= longest)?.parse().ok()
    }

    /// The sign at `at`.
    pub(super) fn sign(&self, at: usize) -> Option<char> {
        match self.pieces.get(at)?.kind {
            Kind::Sign(c) => Some(c),
            Kind::Letters | Kind::Digits => None,
        }
    }

    /// Whether nothing stands between the piece at `at` and the one before it.
    pub(super) fn glued(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.pieces.get(before));
        matches!((before, self.pieces.get(at)), (Some(before), Some(here)) if before.end == here.start)
    }

    /// Whether a letter or digit follows directly on the piece before `at`: the thing found would be half a word.
    pub(super) fn goes_on(&self, at: usize) -> bool {
        self.glued(at) && !self.word(at).is_empty()
    }
}

fn half_width(c: char) -> char {
    u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
}

/// Spaces that are none to Unicode: what a keyboard or a copied page leaves behind.
const fn is_blank(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\0')
}
