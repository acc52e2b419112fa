//! Learning from use: a brand's lessons beside the starter examples, a candidate made of them, and whether it is no worse
//! than the model that is live.
//!
//! ```no_run
//! use lara_nlu::learn::{LiveRecipe, TrainingSet, Verdict, compare, retrain};
//! # fn lessons() -> Vec<lara_core::model::Lesson> { Vec::new() }
//! let set = TrainingSet::new(&lessons());
//! let candidate = retrain(&set, 1, &|| ())?;
//! let comparison = compare(&set, &candidate, LiveRecipe::Shipped, 1, &|| ())?;
//! assert!(matches!(comparison.verdict(), Verdict::Promote));
//! # Ok::<(), lara_nlu::TrainError>(())
//! ```
//!
//! Nothing here touches a model that is live: a candidate is a value, and promoting it is the caller's.

mod starters;
mod mask;
mod set;
mod retrain;
mod compare;
mod verdict;
mod similar;
mod review;
mod clusters;
#[cfg(test)]
mod tests;

pub use clusters::{Cluster, ClusterOptions, clusters};
pub use compare::{Comparison, Figures, LiveRecipe, Part, PartName, PinCheck, compare};
pub use mask::masked;
pub use retrain::{COMPARE_STEPS, Candidate, RETRAIN_STEPS, retrain};
pub use review::{ConfusedPair, Doubt, Review, Suspect, review};
pub use set::TrainingSet;
pub use verdict::{Reason, Verdict};

pub use crate::rows::read_lessons;

use crate::normalise::Normalised;
use crate::strip_accents;

/// What a text is grouped by: its normalised words without accents. Two texts of one group are never on both sides of a
/// fold, or the figures would be flattered.
fn group_key(scratch: &mut Normalised, text: &str) -> String {
    scratch.read(text);
    strip_accents(scratch.text.trim())
}
