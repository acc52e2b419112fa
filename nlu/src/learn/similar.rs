//! How alike two texts are: the cosine of their n-grams, rare ones counting more, and of their static vectors.
#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "numeric kernel: sizes are far below 2^24"
)]

use crate::features::{Block, CHAR_WEIGHT};
use crate::head::Scratch;
use std::collections::HashMap;

/// What static vectors count beside n-grams, where there are any.
const MEANING: f32 = 0.5;

/// A text as a point: sparse n-grams of length 1 and a dense vector of length 1 (or none).
#[derive(Debug, Clone, Default)]
pub(super) struct Point {
    grams: Vec<(u32, f32)>,
    dense: Vec<f32>,
}

/// How rare n-grams are.
#[derive(Debug, Default)]
pub(super) struct Rarity {
    texts_with: HashMap<u32, u32>,
    texts: u32,
}

impl Rarity {
    /// Counts the n-grams of some texts.
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut rarity = Self::default();
        let mut scratch = Scratch::default();
        for text in texts {
            scratch.read(text);
            rarity.texts += 1;
            for gram in &scratch.grams.list {
                *rarity.texts_with.entry(gram.hash).or_default() += 1;
            }
        }
        rarity
    }

    fn idf(&self, hash: u32) -> f32 {
        let with = self.texts_with.get(&hash).copied().unwrap_or(0);
        ((1.0 + self.texts as f32) / (1.0 + with as f32)).ln() + 1.0
    }

    /// The point of a text.
    pub(super) fn point(&self, scratch: &mut Scratch, text: &str) -> Point {
        self.point_spelled(scratch, text, text)
    }

    /// The point of a text by the words of one spelling and the meaning of another.
    pub(super) fn point_spelled(&self, scratch: &mut Scratch, words: &str, meaning: &str) -> Point {
        scratch.read(words);
        let mut norms = [0.0_f32; 2];
        let mut grams: Vec<(u32, f32, Block)> = Vec::with_capacity(scratch.grams.list.len());
        for gram in &scratch.grams.list {
            let value = self.idf(gram.hash);
            match gram.block {
                Block::Word => norms[0] += value * value,
                Block::Char => norms[1] += value * value,
            }
            grams.push((gram.hash, value, gram.block));
        }
        let [word, char] = norms;
        let scale = |norm: f32, weight: f32| if norm > 0.0 { weight / norm.sqrt() } else { 0.0 };
        let (word, char) = (scale(word, 1.0), scale(char, CHAR_WEIGHT));
        let whole =
            (f32::from(u8::from(word > 0.0)) + f32::from(u8::from(char > 0.0)) * CHAR_WEIGHT.powi(2)).sqrt();
        let mut grams: Vec<(u32, f32)> = grams
            .into_iter()
            .map(|(hash, value, block)| {
                let scale = match block {
                    Block::Word => word,
                    Block::Char => char,
                };
                (hash, value * scale / whole.max(1e-6))
            })
            .collect();
        grams.sort_unstable_by_key(|(hash, _)| *hash);
        grams.dedup_by_key(|(hash, _)| *hash);
        if words != meaning {
            scratch.read(meaning);
        }
        let norm = scratch.dense.vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        let dense = if norm > 0.0 {
            scratch.dense.vector.iter().map(|value| value / norm).collect()
        } else {
            Vec::new()
        };
        Point { grams, dense }
    }
}

impl Point {
    /// 1 for the same words, 0 for nothing in common.
    pub(super) fn likeness(&self, other: &Self) -> f32 {
        let mut sum = 0.0;
        let (mut a, mut b) = (self.grams.iter().peekable(), other.grams.iter().peekable());
        while let (Some((left, x)), Some((right, y))) = (a.peek(), b.peek()) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => {
                    sum += x * y;
                    a.next();
                    b.next();
                }
            }
        }
        if self.dense.is_empty() || other.dense.is_empty() {
            return sum;
        }
        let meaning: f32 = self.dense.iter().zip(&other.dense).map(|(x, y)| x * y).sum();
        (1.0 - MEANING) * sum + MEANING * meaning.max(0.0)
    }

    /// The n-grams.
    pub(super) fn grams(&self) -> &[(u32, f32)] {
        &self.grams
    }
}
