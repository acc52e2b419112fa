//! How much each kind of feature leads while a head is trained.

use crate::features::Shape;

/// What the blocks of features are multiplied by while learning: a larger one is regularised less and leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scales {
    /// N-grams.
    pub grams: f32,
    /// Cues of the lexicon.
    pub cues: f32,
    /// The static vector.
    pub vector: f32,
}

impl Scales {
    /// Every block as it is.
    pub const EVEN: Self = Self { grams: 1.0, cues: 1.0, vector: 1.0 };

    /// The factor of a dense feature, counted from the first behind the n-grams.
    pub(super) const fn of_dense(self, shape: Shape, at: usize) -> f32 {
        if at < shape.cues {
            self.cues
        } else if at < shape.cues + shape.vector {
            self.vector
        } else {
            1.0
        }
    }
}
