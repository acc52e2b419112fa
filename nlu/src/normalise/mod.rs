//! Text as the features see it: one spelling per word, classes for numbers and links, phone shorthand written out.
//!
//! Pure and total: any string gives a [`Normalised`], and the same string always the same one.

mod feeling;
mod fold;
mod hashtag;
mod slang;
mod tokens;
#[cfg(test)]
mod tests;

pub use fold::strip_accents;
pub(crate) use fold::{is_vietnamese_letter, strip_mark};
pub(crate) use slang::SHORTHAND;
pub(crate) use tokens::Mood;

use slang::Shorthand;
use tokens::Raw;

/// Longer messages are read up to here (characters): a customer's point comes sooner, and time stays bounded.
pub(crate) const MAX_CHARS: usize = 6_000;

/// What a token is; only words and slang have letters worth reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters.
    Word,
    /// A class that stands for many spellings: number, price, link, mention.
    Class,
    /// `?` or `!`.
    Mark,
    /// Emoji, emoticon.
    Picture,
}

/// One token: where it lies in [`Normalised::text`], what it is, and which sentence it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// Number of its sentence, from 0.
    pub sentence: usize,
    /// Number of its clause, from 0: commas part them, and so does the end of a sentence.
    pub clause: usize,
    /// Three letters or more, all capitals.
    pub loud: bool,
    /// Part of a hashtag.
    pub tag: bool,
}

/// A message after normalisation. Reusable: [`Normalised::read`] clears it first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Normalised {
    /// Tokens, one space before and after each.
    pub text: String,
    /// Where they are.
    pub tokens: Vec<Token>,
    /// What the spelling says about the mood; lost in `text`.
    pub mood: Mood,
    vietnamese: bool,
    raw: Vec<Raw>,
}

impl Normalised {
    /// Normalises `message`, replacing what was here before.
    pub(crate) fn read(&mut self, message: &str) {
        self.text.clear();
        self.tokens.clear();
        self.mood = Mood::default();
        let mut raw = std::mem::take(&mut self.raw);
        raw.clear();
        tokens::split(message, &mut raw, &mut self.mood);
        let shorthand = shorthand(&raw);
        self.vietnamese = shorthand == Shorthand::Teencode;
        for token in &raw {
            match (token.kind, shorthand.expand(&token.text)) {
                (Kind::Word, Some(words)) => {
                    for word in words.split(' ') {
                        self.push(word, token);
                    }
                }
                _ => self.push(&token.text, token),
            }
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.raw = raw;
    }

    fn push(&mut self, word: &str, raw: &Raw) {
        self.text.push(' ');
        let start = self.text.len();
        self.text.push_str(word);
        let Raw { kind, sentence, clause, loud, tag, .. } = *raw;
        self.tokens.push(Token { start, end: self.text.len(), kind, sentence, clause, loud, tag });
    }

    /// The letters of a token.
    pub(crate) fn word(&self, token: &Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// Whether the words look Vietnamese (a rough look, enough to choose between lists of words).
    pub(crate) const fn is_vietnamese(&self) -> bool {
        self.vietnamese
    }

    /// Whether there is a word to read.
    pub(crate) fn has_words(&self) -> bool {
        self.tokens.iter().any(|token| token.kind == Kind::Word)
    }
}

/// Teencode when the words look Vietnamese: an accent is worth two plain words.
fn shorthand(raw: &[Raw]) -> Shorthand {
    let votes: i32 = raw
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .map(|token| if token.text.chars().any(is_vietnamese_letter) { 2 } else { slang::vote(&token.text) })
        .sum();
    if votes > 0 { Shorthand::Teencode } else { Shorthand::Texting }
}
