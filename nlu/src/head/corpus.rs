//! The rows of a training set as numbers: n-grams that are known, and dense features behind them.
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "numeric kernel: sizes are far below 2^32 and indices are made here"
)]

use super::train::{Example, Options};
use super::{Scales, Scratch};
use crate::features::{Block, CHAR_WEIGHT, Dense, Shape, Table};
use crate::linear::{Matrix, Weights};
use std::collections::HashMap;

/// Sets with fewer rows than this keep every n-gram.
const SMALL: usize = 4_000;

/// What an embedding counts beside n-grams of length 1 (tried on training rows, ten or five a label: 1.5, 2, 2.5, 3, 3.5).
const EMBEDDING_WEIGHT: f32 = 2.5;
/// Up to this many rows a class the mean embedding pulls with all its strength, from there on with ever less.
const FEW: f32 = 10.0;

/// The rows as the solver wants them, and the vocabulary they span.
pub(super) struct Corpus {
    pub(super) hashes: Vec<u32>,
    pub(super) idf: Vec<f32>,
    pub(super) shape: Shape,
    pub(super) rows: Matrix,
    /// What was taken from each number of the embeddings, and what the rest was multiplied by.
    centre: Vec<f32>,
    stretch: f32,
}

impl Corpus {
    pub(super) fn read(examples: &[Example], options: &Options) -> Self {
        let mut scratch = Scratch::default();
        let mut grams = Vec::with_capacity(examples.len());
        let mut dense: Vec<Dense> = Vec::with_capacity(examples.len());
        let mut rows_with: HashMap<u32, u32> = HashMap::new();
        for example in examples {
            scratch.read_embedded(&example.text, &example.embedding);
            if !options.recipe.reads_words() {
                scratch.grams.list.clear();
            }
            for gram in &scratch.grams.list {
                *rows_with.entry(gram.hash).or_default() += 1;
            }
            grams.push(scratch.grams.list.clone());
            dense.push(scratch.dense.clone());
        }
        let least = if examples.len() < SMALL { 1 } else { options.min_rows };
        let mut known: Vec<(u32, u32)> = rows_with.into_iter().filter(|(_, rows)| *rows >= least).collect();
        known.sort_unstable();
        let hashes: Vec<u32> = known.iter().map(|(hash, _)| *hash).collect();
        let total = examples.len() as f32;
        // scikit-learn's smooth idf.
        let idf: Vec<f32> =
            known.iter().map(|(_, rows)| ((1.0 + total) / (1.0 + *rows as f32)).ln() + 1.0).collect();
        let table = Table::new(&hashes);
        let embedding = examples.first().map_or(0, |example| example.embedding.len());
        let shape = Shape::new(options.recipe, scratch.dense.vector.len(), embedding);
        let (centre, stretch) = centred(&dense, shape);
        let embedded = shape.cues + shape.vector;
        let mut rows = Matrix::new(hashes.len(), shape.total());
        let mut row: Vec<(u32, f32)> = Vec::new();
        for (grams, dense) in grams.iter().zip(&dense) {
            row.clear();
            let mut norms = [0.0_f32; 2];
            let mut blocks = Vec::with_capacity(grams.len());
            for gram in grams {
                let Some(at) = table.find(gram.hash) else { continue };
                let value = idf[at];
                norms[gram.block as usize] += value * value;
                blocks.push(gram.block);
                row.push((at as u32, value));
            }
            for ((_, value), block) in row.iter_mut().zip(&blocks) {
                let weight = if *block == Block::Char { CHAR_WEIGHT } else { 1.0 };
                *value *= options.scales.grams * weight / norms[*block as usize].sqrt();
            }
            row.sort_unstable_by_key(|(column, _)| *column);
            let tail = dense.of(shape).enumerate();
            rows.push(
                row.iter().copied(),
                tail.map(|(at, value)| match at.checked_sub(embedded).and_then(|at| centre.get(at)) {
                    Some(mean) => (value - mean) * stretch,
                    None => value * options.scales.of_dense(shape, at),
                }),
            );
        }
        Self { hashes, idf, shape, rows, centre, stretch }
    }

    /// Keeps the `most` n-grams with the heaviest weights.
    pub(super) fn prune(&mut self, weights: &mut [Weights], most: usize) {
        if self.hashes.len() <= most {
            return;
        }
        let mut heavy: Vec<(f32, usize)> = (0..self.hashes.len())
            .map(|at| (weights.iter().map(|class| class.columns[at].powi(2)).sum::<f32>() * self.idf[at], at))
            .collect();
        heavy.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut kept: Vec<usize> = heavy.iter().take(most).map(|(_, at)| *at).collect();
        kept.sort_unstable();
        let dense = self.hashes.len();
        for class in weights.iter_mut() {
            let tail = class.columns.split_off(dense);
            class.columns = kept.iter().map(|at| class.columns[*at]).chain(tail).collect();
        }
        self.hashes = kept.iter().map(|at| self.hashes[*at]).collect();
        self.idf = kept.iter().map(|at| self.idf[*at]).collect();
    }

    /// Weights for features as they are, from weights for scaled ones.
    pub(super) fn unscale(&self, weights: &mut [Weights], scales: Scales) {
        for class in weights {
            let (grams, dense) = class.columns.split_at_mut(self.hashes.len());
            for weight in grams {
                *weight *= scales.grams;
            }
            let (tail, embedding) = dense.split_at_mut(self.shape.cues + self.shape.vector);
            for (at, weight) in tail.iter_mut().enumerate() {
                *weight *= scales.of_dense(self.shape, at);
            }
            for (weight, mean) in embedding.iter_mut().zip(&self.centre) {
                *weight *= self.stretch;
                class.bias -= *weight * mean;
            }
        }
    }
}

/// The mean embedding, and what brings the mean length of what is left of each to [`EMBEDDING_WEIGHT`]: embeddings of one
/// encoder lie close together (those of e5 within 40 degrees), and how they differ is what tells.
fn centred(dense: &[Dense], shape: Shape) -> (Vec<f32>, f32) {
    let mut centre = vec![0.0; shape.embedding];
    let skip = shape.cues + shape.vector;
    let rows = dense.len() as f32;
    for dense in dense {
        for (mean, value) in centre.iter_mut().zip(dense.of(shape).skip(skip)) {
            *mean += value / rows;
        }
    }
    let mut spread = 0.0;
    for dense in dense {
        let off = centre.iter().zip(dense.of(shape).skip(skip)).map(|(mean, value)| (value - mean).powi(2));
        spread += off.sum::<f32>() / rows;
    }
    let stretch = if spread > 1e-9 { EMBEDDING_WEIGHT / spread.sqrt() } else { 1.0 };
    (centre, stretch)
}

/// A pull towards the mean embedding of each class: with few rows a class the mean is surer than any border.
pub(super) struct Lean {
    /// One vector a class, empty without embeddings.
    means: Vec<Vec<f32>>,
    /// Where embeddings begin in a row.
    start: usize,
}

impl Lean {
    /// From the rows that are learnt from.
    pub(super) fn new(corpus: &Corpus, learnt: &[usize], classes: &[usize], count: usize) -> Self {
        let wide = corpus.shape.embedding;
        let start = corpus.rows.width() - wide;
        if wide == 0 || learnt.is_empty() {
            return Self { means: Vec::new(), start };
        }
        let mut means = vec![vec![0.0; wide]; count];
        for row in learnt {
            let tail = corpus.rows.tail(*row);
            for (sum, value) in means[classes[*row]].iter_mut().zip(&tail[tail.len() - wide..]) {
                *sum += value;
            }
        }
        let strength = (FEW * count as f32 / learnt.len() as f32).min(1.0) / EMBEDDING_WEIGHT;
        for mean in &mut means {
            let length = mean.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-6);
            for value in mean {
                *value *= strength / length;
            }
        }
        Self { means, start }
    }

    /// Adds the pull of a class to its weights.
    pub(super) fn add_to(&self, class: usize, weights: &mut Weights) {
        if let Some(mean) = self.means.get(class) {
            for (weight, value) in weights.columns[self.start..].iter_mut().zip(mean) {
                *weight += value;
            }
        }
    }
}
