//! A head: one question asked of a message, and a linear answer.
//!
//! Weights are kept as one signed byte and a scale a row, so that a head trained a second ago and the shipped one
//! are the same thing and answer alike.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "numeric kernel: sizes are far below 2^32 and indices are made here"
)]

mod artefact;
mod corpus;
mod scales;
mod train;
#[cfg(test)]
mod tests;

pub(crate) use artefact::{Reader, Writer};
pub use scales::Scales;
pub(crate) use train::{Answers, answer, train_answered};
pub use train::{Checked, Example, Options, train, train_checked};

use crate::error::EngineError;
use crate::features::{
    Block, CHAR_WEIGHT, Dense, Grams, Lexicon, Recipe, Shape, Table, Units, Vectors, read_cues,
};
use crate::linear::{Calibration, Top};
use crate::normalise::Normalised;
use std::ops::Range;

/// The label that means "none of the others"; `oos` in a file is read as this.
pub const OUT_OF_SCOPE: &str = "out_of_scope";

/// A trained head.
#[derive(Debug, Clone)]
pub struct Head {
    recipe: Recipe,
    labels: Vec<String>,
    hashes: Vec<u32>,
    table: Table,
    /// Inverse document frequency of each row.
    idf: Vec<f32>,
    /// What one step of a row's bytes is worth.
    scales: Vec<f32>,
    /// `labels.len()` bytes a row.
    weights: Vec<i8>,
    /// Which dense features follow the n-grams.
    shape: Shape,
    /// `labels.len()` weights a dense feature.
    dense: Vec<f32>,
    bias: Vec<f32>,
    calibration: Calibration,
}

/// What a head answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction<'a> {
    /// The label: [`OUT_OF_SCOPE`] if the best one is too weak.
    pub label: &'a str,
    /// Calibrated probability that `label` is right, 0..=1.
    pub confidence: f32,
    /// The best label that did not win, with its probability.
    pub runner_up: Option<(&'a str, f32)>,
    /// The most probable label, whatever its strength.
    pub best: &'a str,
}

/// Buffers that live from message to message.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub text: Normalised,
    pub grams: Grams,
    pub dense: Dense,
    units: Units,
    /// Margins, then probabilities, of the last head asked.
    pub values: Vec<f32>,
    chars: Vec<f32>,
    /// Rows met by the last head asked.
    met: Vec<Met>,
    /// What a word gram and a character gram of the last message are divided by, inverted.
    lengths: [f32; 2],
}

impl Scratch {
    /// Normalises a message and extracts the features of all of it. It has no embedding.
    pub(crate) fn read(&mut self, message: &str) {
        self.read_embedded(message, &[]);
    }

    /// The same for a message that an encoder has embedded (empty: it has not).
    pub(crate) fn read_embedded(&mut self, message: &str, embedding: &[f32]) {
        self.dense.embed(embedding);
        self.text.read(message);
        self.select(0..self.text.tokens.len());
    }

    /// Whether the last head asked had seen none of it before: not a letter of evidence.
    pub(crate) fn knows_nothing(&self) -> bool {
        self.met.is_empty()
    }

    /// Extracts the features of some tokens of the message read before; the embedding stays that of the whole.
    pub(crate) fn select(&mut self, range: Range<usize>) {
        self.grams.extract(&self.text, range.clone());
        Vectors::shipped().sum(&self.text, range.clone(), &mut self.units, &mut self.dense.vector);
        read_cues(&self.text, range, Lexicon::shipped(), &mut self.dense.cues);
    }
}

/// An n-gram of the message that the head knows.
#[derive(Debug, Clone, Copy)]
struct Met {
    row: usize,
    /// Its value times the row's scale.
    step: f32,
    token: usize,
    block: Block,
}

impl Head {
    /// The labels, in the order of probabilities.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How many n-grams it knows.
    #[must_use]
    pub fn vocabulary(&self) -> usize {
        self.hashes.len()
    }

    /// Trust below which the answer is [`OUT_OF_SCOPE`].
    #[must_use]
    pub fn threshold(&self) -> f32 {
        self.calibration.threshold
    }

    /// How many dimensions the embedding of a message must have; 0 for a head that wants none.
    #[must_use]
    pub const fn embedding_dims(&self) -> usize {
        self.shape.embedding
    }

    /// Moves the odds of a label by a factor, when it is rarer (below 1) or commoner in the field than in the examples.
    #[must_use]
    pub fn with_odds(mut self, label: &str, factor: f32) -> Self {
        for (known, offset) in self.labels.iter().zip(&mut self.calibration.offsets) {
            if known == label {
                *offset += factor.ln();
            }
        }
        self
    }

    pub(crate) fn oos(&self) -> Option<usize> {
        self.labels.iter().position(|label| label == OUT_OF_SCOPE)
    }

    /// Answers for one message.
    #[must_use]
    pub fn predict(&self, message: &str) -> Prediction<'_> {
        let mut scratch = Scratch::default();
        scratch.read(message);
        self.predict_with(&mut scratch)
    }

    /// The probability of every label for one message, in the order of [`Head::labels`].
    #[must_use]
    pub fn probabilities(&self, message: &str) -> Vec<f32> {
        let mut scratch = Scratch::default();
        scratch.read(message);
        self.predict_with(&mut scratch);
        scratch.values
    }

    /// Answers for one message and its embedding by the encoder of the training set, of any length but zero. An embedding
    /// of other dimensions is an error, as is one that the head was not trained with.
    pub fn predict_embedded(&self, message: &str, embedding: &[f32]) -> Result<Prediction<'_>, EngineError> {
        let (found, expected) = (embedding.len(), self.embedding_dims());
        if found != expected {
            return Err(EngineError::Embedding { found, expected });
        }
        let mut scratch = Scratch::default();
        scratch.read_embedded(message, embedding);
        Ok(self.predict_with(&mut scratch))
    }

    /// Answers for the features in `scratch`; probabilities stay in `scratch.values`.
    pub(crate) fn predict_with(&self, scratch: &mut Scratch) -> Prediction<'_> {
        self.margins(scratch);
        let top = self.calibration.read(&mut scratch.values, self.oos());
        self.prediction(&top)
    }

    /// The most probable of the labels `allowed`, given the probabilities of [`Head::predict_with`].
    pub(crate) fn best_of(&self, probabilities: &[f32], allowed: impl Fn(&str) -> bool) -> &str {
        let best = self
            .labels
            .iter()
            .zip(probabilities)
            .filter(|(label, _)| allowed(label))
            .max_by(|a, b| a.1.total_cmp(b.1));
        best.map_or(OUT_OF_SCOPE, |(label, _)| label)
    }

    /// The probability of one label, given the probabilities of [`Head::predict_with`].
    pub(crate) fn probability(&self, probabilities: &[f32], label: &str) -> f32 {
        let found = self.labels.iter().zip(probabilities).find(|(known, _)| *known == label);
        found.map_or(0.0, |(_, p)| *p)
    }

    /// Answers for probabilities that come from elsewhere too.
    pub(crate) fn weigh(&self, probabilities: &[f32]) -> Prediction<'_> {
        let mut ranked: Vec<(usize, f32)> = probabilities.iter().copied().enumerate().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let place = |rank: usize| ranked.get(rank).copied().unwrap_or_default();
        let ((first, trust), (second, p_second)) = (place(0), place(1));
        self.prediction(&Top { first, second, p_first: trust, p_second, trust })
    }

    fn prediction(&self, top: &Top) -> Prediction<'_> {
        let name = |at: usize| self.labels.get(at).map_or(OUT_OF_SCOPE, String::as_str);
        let best = name(top.first);
        let weak = best != OUT_OF_SCOPE && top.trust < self.calibration.threshold;
        if weak {
            let runner_up = Some((best, top.trust));
            return Prediction { label: OUT_OF_SCOPE, confidence: 1.0 - top.trust, runner_up, best };
        }
        let rest = 1.0 - top.trust;
        let runner_up = (top.second != top.first).then(|| (name(top.second), top.p_second.min(rest)));
        Prediction { label: best, confidence: top.trust, runner_up, best }
    }

    /// Fills `scratch.values` with the margin of every label.
    pub(crate) fn margins(&self, scratch: &mut Scratch) {
        let classes = self.labels.len();
        let Scratch { grams, dense, values, chars, met, lengths, .. } = scratch;
        values.clear();
        values.resize(classes, 0.0);
        chars.clear();
        chars.resize(classes, 0.0);
        met.clear();
        let (mut word_norm, mut char_norm) = (0.0_f32, 0.0_f32);
        for gram in &grams.list {
            let Some(row) = self.table.find(gram.hash) else { continue };
            let value = self.idf[row];
            let sums = match gram.block {
                Block::Word => {
                    word_norm += value * value;
                    &mut *values
                }
                Block::Char => {
                    char_norm += value * value;
                    &mut *chars
                }
            };
            let step = value * self.scales[row];
            met.push(Met { row, step, token: gram.token as usize, block: gram.block });
            for (sum, weight) in sums.iter_mut().zip(&self.weights[row * classes..(row + 1) * classes]) {
                *sum += step * f32::from(*weight);
            }
        }
        let word_scale = if word_norm > 0.0 { word_norm.sqrt().recip() } else { 0.0 };
        let char_scale = if char_norm > 0.0 { CHAR_WEIGHT / char_norm.sqrt() } else { 0.0 };
        *lengths = [word_scale, char_scale];
        for ((value, char), bias) in values.iter_mut().zip(chars.iter()).zip(&self.bias) {
            *value = *value * word_scale + char * char_scale + bias;
        }
        for (feature, weights) in dense.of(self.shape).zip(self.dense.chunks_exact(classes.max(1))) {
            if feature != 0.0 {
                for (value, weight) in values.iter_mut().zip(weights) {
                    *value += feature * weight;
                }
            }
        }
    }

    /// How much each token spoke for label `at` of the last message asked, `(token, weight)`, strongest first.
    pub(crate) fn carriers(&self, scratch: &Scratch, at: usize) -> Vec<(usize, f32)> {
        let classes = self.labels.len();
        let mut tokens = vec![0.0_f32; scratch.text.tokens.len()];
        for met in &scratch.met {
            if let (Some(sum), Some(weight)) =
                (tokens.get_mut(met.token), self.weights.get(met.row * classes + at))
            {
                *sum += met.step * scratch.lengths[met.block as usize] * f32::from(*weight);
            }
        }
        let vector = self.shape.cues..self.shape.cues + self.shape.vector;
        let weights: Vec<f32> = vector.map(|feature| self.dense[feature * classes + at]).collect();
        Vectors::shipped().share_out(&scratch.units, &weights, &mut tokens);
        let mut ranked: Vec<(usize, f32)> =
            tokens.into_iter().enumerate().filter(|(_, w)| *w != 0.0).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked
    }
}
