//! The dense features that follow the n-grams: the cues of the lexicon, the static vector of the words, and the
//! embedding a caller got from an encoder.

use super::{CUES, Recipe};

/// How many features of each kind a head looks at; they follow its n-grams in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Shape {
    /// Cues of the lexicon.
    pub cues: usize,
    /// Dimensions of the static vector.
    pub vector: usize,
    /// Dimensions of the encoder's embedding.
    pub embedding: usize,
}

impl Shape {
    /// What a recipe asks for, with an embedding of so many dimensions.
    pub(crate) const fn new(recipe: Recipe, vector: usize, embedding: usize) -> Self {
        Self { cues: recipe.cues(), vector: if recipe.reads_words() { vector } else { 0 }, embedding }
    }

    /// All of them together.
    pub(crate) const fn total(self) -> usize {
        self.cues + self.vector + self.embedding
    }

    /// The same for numbers that may be nonsense.
    pub(crate) fn checked_total(self) -> Option<usize> {
        self.cues.checked_add(self.vector)?.checked_add(self.embedding)
    }
}

/// The dense features of one message; reusable.
#[derive(Debug, Clone)]
pub(crate) struct Dense {
    /// The cues.
    pub cues: [f32; CUES],
    /// The static vector, weighted.
    pub vector: Vec<f32>,
    embedding: Vec<f32>,
}

impl Default for Dense {
    fn default() -> Self {
        Self { cues: [0.0; CUES], vector: Vec::new(), embedding: Vec::new() }
    }
}

impl Dense {
    /// Takes an encoder's embedding, of any length; it is brought to length 1.
    pub(crate) fn embed(&mut self, embedding: &[f32]) {
        let norm = embedding.iter().map(|value| value * value).sum::<f32>().sqrt();
        let scale = if norm > 0.0 { norm.recip() } else { 0.0 };
        self.embedding.clear();
        self.embedding.extend(embedding.iter().map(|value| value * scale));
    }

    /// Whether the message has an embedding.
    pub(crate) const fn is_embedded(&self) -> bool {
        !self.embedding.is_empty()
    }

    /// The features of a shape; zeros where the message has none.
    pub(crate) fn of(&self, shape: Shape) -> impl Iterator<Item = f32> {
        [(self.cues.as_slice(), shape.cues), (&self.vector, shape.vector), (&self.embedding, shape.embedding)]
            .into_iter()
            .flat_map(|(values, length)| {
                let known = if values.len() == length { values } else { &[] };
                known.iter().copied().chain(std::iter::repeat_n(0.0, length - known.len()))
            })
    }
}
