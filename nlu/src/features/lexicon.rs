//! The valence of words and emoji, from the two lists in `models/`.

use crate::normalise::{Normalised, Token, strip_accents};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Words and phrases (up to three words) with a valence of -4..4.
#[derive(Debug)]
pub(crate) struct Lexicon {
    english: HashMap<&'static str, f32>,
    vietnamese: HashMap<String, f32>,
    emoji: HashMap<&'static str, f32>,
}

static SHIPPED: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

/// The longest phrase, in words.
const LONGEST: usize = 4;

impl Lexicon {
    /// The lists as they are written.
    pub(super) const LISTS: [&str; 2] =
        [include_str!("../../models/lexicon.tsv"), include_str!("../../models/lexicon_vi.txt")];

    /// The lists that ship with Lara.
    pub(crate) fn shipped() -> &'static Self {
        &SHIPPED
    }

    fn read() -> Self {
        let mut lexicon = Self { english: HashMap::new(), vietnamese: HashMap::new(), emoji: HashMap::new() };
        let [shared, own] = Self::LISTS;
        for line in shared.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let (Some(list), Some(word), Some(valence)) = (cells.next(), cells.next(), cells.next()) else {
                continue;
            };
            let Ok(valence) = valence.parse() else { continue };
            match list {
                "en" => drop(lexicon.english.insert(word, valence)),
                "emoji" => drop(lexicon.emoji.insert(word, valence)),
                _ => drop(lexicon.vietnamese.insert(word.to_owned(), valence)),
            }
        }
        for (valence, words) in own.lines().filter_map(|line| line.split_once(": ")) {
            let Ok(valence) = valence.parse::<f32>() else { continue };
            for word in words.split(", ") {
                lexicon.vietnamese.insert(word.to_owned(), valence);
                // One unaccented syllable means many things; a phrase keeps its meaning.
                if word.contains(' ') {
                    lexicon.vietnamese.entry(strip_accents(word)).or_insert(valence * 0.8);
                }
            }
        }
        lexicon
    }

    /// The valence of an emoji.
    pub(crate) fn emoji(&self, emoji: &str) -> f32 {
        self.emoji.get(emoji).copied().unwrap_or(0.0)
    }

    /// The valence of the longest known phrase that starts at the first of `tokens`, and its length in tokens.
    pub(crate) fn phrase(&self, text: &Normalised, tokens: &[Token]) -> Option<(f32, usize)> {
        let first = tokens.first()?;
        if text.is_vietnamese() {
            for length in (1..=LONGEST.min(tokens.len())).rev() {
                let last = tokens.get(length - 1)?;
                let phrase = text.text.get(first.start..last.end)?;
                if let Some(valence) = self.vietnamese.get(phrase) {
                    return Some((*valence, length));
                }
            }
        }
        let word = text.word(first);
        // Short English words are Vietnamese syllables (`die`, `bad`, `hay`).
        if text.is_vietnamese() && word.len() < 5 {
            return None;
        }
        self.english.get(word).map(|valence| (*valence, 1))
    }
}
