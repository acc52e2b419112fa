//! A list of phrases, and the longest of them that a message continues with.

use crate::normalise::{Normalised, Token};
use std::collections::HashMap;

/// The longest phrase, in words.
const LONGEST: usize = 6;

/// Phrases with something known of each.
#[derive(Debug)]
pub(super) struct Phrases<T> {
    known: HashMap<String, T>,
    /// First words, with the length of the longest phrase that starts so, in words: most words start none.
    starts: HashMap<String, usize>,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { known: HashMap::new(), starts: HashMap::new() }
    }
}

impl<T: Copy> Phrases<T> {
    /// What is kept of a phrase, made from `T` if it is new.
    pub(super) fn entry(&mut self, phrase: &str, new: T) -> &mut T {
        let length = phrase.split(' ').count().min(LONGEST);
        let first = phrase.split(' ').next().unwrap_or_default();
        let longest = self.starts.entry(first.to_owned()).or_insert(0);
        *longest = length.max(*longest);
        self.known.entry(phrase.to_owned()).or_insert(new)
    }

    /// What is known of the longest phrase at the start of `tokens`, and its length in tokens.
    pub(super) fn longest(&self, text: &Normalised, tokens: &[Token]) -> Option<(T, usize)> {
        let first = tokens.first()?;
        let most = *self.starts.get(text.word(first))?;
        (1..=most.min(tokens.len())).rev().find_map(|length| {
            let last = tokens.get(length - 1)?;
            let phrase = text.text.get(first.start..last.end)?;
            self.known.get(phrase).map(|known| (*known, length))
        })
    }
}
