//! From normalised text to features: word 1-2-grams, character 2-5-grams inside words, and dense
//! features: the cues of a lexicon, the static vectors of words, an encoder's embedding.
//!
//! Grams are hashed as they are met; nothing is allocated per message once the buffers have grown.
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "numeric kernel: sizes are far below 2^32 and indices are made here"
)]

mod cues;
mod dense;
mod lexicon;
mod phrases;
mod table;
mod themes;
mod vectors;
mod version;

pub(crate) use cues::{CUES, read as read_cues};
pub(crate) use dense::{Dense, Shape};
pub(crate) use lexicon::Lexicon;
pub(crate) use table::Table;
pub(crate) use vectors::{Units, Vectors};
pub(crate) use version::version;

use crate::normalise::{Kind, Normalised, Token, strip_mark};
use std::ops::Range;

/// What a head looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipe {
    /// Word and character n-grams: what a message is about.
    Topic,
    /// The same, and the cues of the lexicon: how it is meant.
    Mood,
    /// An encoder's embedding and nothing else.
    Meaning,
}

impl Recipe {
    /// How many dense cues follow the grams.
    pub(crate) const fn cues(self) -> usize {
        match self {
            Self::Topic | Self::Meaning => 0,
            Self::Mood => CUES,
        }
    }

    /// Whether it looks at the words themselves.
    pub(crate) const fn reads_words(self) -> bool {
        !matches!(self, Self::Meaning)
    }
}

/// Word grams and character grams are weighed and normalised apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    /// Word 1-2-grams.
    Word,
    /// Character 2-5-grams within a padded word.
    Char,
}

/// One distinct n-gram of a message. How often it occurs says nothing more (tried: counting, and its logarithm).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gram {
    /// Identifies the n-gram. 32 bits: a vocabulary of 60,000 meets an unseen n-gram by chance once in 70,000.
    pub hash: u32,
    /// Words or characters.
    pub block: Block,
    /// The first token it lies in.
    pub token: u32,
}

/// The grams of one message; reusable.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grams {
    /// Distinct grams in order of first occurrence.
    pub list: Vec<Gram>,
    /// Open-addressing index into `list` (plus one), a power of two long.
    slots: Vec<u32>,
    letters: Vec<u32>,
}

/// Character grams count a little less than words (tried 0.7, 1, 1.4 by cross-validation).
pub(crate) const CHAR_WEIGHT: f32 = 0.8;

const WORD_SEED: u64 = 0x57_4f52;
const PAIR_SEED: u64 = 0x50_4149;
const CHAR_SEED: u64 = 0x43_4841;
/// Shortest and longest character n-gram.
const CHARS: Range<usize> = 2..6;

/// One step of `FxHash`.
const fn step(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// The top half carries the mixing of a multiplicative hash.
const fn finish(hash: u64) -> u32 {
    let mixed = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 32) as u32
}

impl Grams {
    /// Extracts the grams of the tokens in `range`.
    pub(crate) fn extract(&mut self, text: &Normalised, range: Range<usize>) {
        self.list.clear();
        let tokens = text.tokens.get(range.clone()).unwrap_or_default();
        let letters: usize = tokens.iter().map(|token| token.end - token.start).sum();
        let size = ((letters + tokens.len()) * 12 + 64).next_power_of_two();
        self.slots.clear();
        self.slots.resize(size, 0);
        let mut previous: Option<(u64, u64)> = None;
        for (at, token) in tokens.iter().enumerate() {
            let index = (range.start + at) as u32;
            let (word, plain) = self.spell(text, token);
            self.add(finish(step(WORD_SEED, word)), Block::Word, index);
            self.add(finish(step(WORD_SEED, plain)), Block::Word, index);
            if let Some(before) = previous {
                let index = index.saturating_sub(1);
                self.add(finish(step(step(PAIR_SEED, before.0), word)), Block::Word, index);
                self.add(finish(step(step(PAIR_SEED, before.1), plain)), Block::Word, index);
            }
            previous = Some((word, plain));
            if matches!(token.kind, Kind::Word) {
                self.spell_out(index);
            }
        }
    }

    /// Reads the letters of a token into the buffer, padded with a space on either side; gives the hash of the word and
    /// of the word without accents.
    fn spell(&mut self, text: &Normalised, token: &Token) -> (u64, u64) {
        self.letters.clear();
        self.letters.push(u32::from(' '));
        self.letters.extend(text.word(token).chars().map(u32::from));
        self.letters.push(u32::from(' '));
        let word = self.letters.iter().fold(0, |hash, letter| step(hash, u64::from(*letter)));
        if self.letters.iter().all(|letter| *letter < 128) {
            return (word, word);
        }
        let plain = text.word(token).chars().map(strip_mark).map(u32::from);
        let plain = std::iter::once(32).chain(plain).chain(std::iter::once(32));
        (word, plain.fold(0, |hash, letter| step(hash, u64::from(letter))))
    }

    /// Adds the character grams of the word in the buffer.
    fn spell_out(&mut self, token: u32) {
        let letters = std::mem::take(&mut self.letters);
        for start in 0..letters.len() {
            let mut hash = CHAR_SEED;
            for (length, letter) in (1..CHARS.end).zip(&letters[start..]) {
                hash = step(hash, u64::from(*letter));
                if length >= CHARS.start {
                    self.add(finish(hash), Block::Char, token);
                }
            }
        }
        self.letters = letters;
    }

    fn add(&mut self, hash: u32, block: Block, token: u32) {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots[slot] {
                0 => {
                    self.list.push(Gram { hash, block, token });
                    self.slots[slot] = self.list.len() as u32;
                    return;
                }
                found => {
                    if self.list[found as usize - 1].hash == hash {
                        return;
                    }
                    slot = (slot + 1) & mask;
                }
            }
        }
    }
}
