//! From a training set to a candidate.

use super::set::TrainingSet;
use crate::error::TrainError;
use crate::features::Recipe;
use crate::head::{Answers, Head, Options, train_answered};

/// Folds of the cross-validation.
const FOLDS: usize = 5;
/// How often [`retrain`] reports progress.
pub const RETRAIN_STEPS: u64 = 6;
/// How often [`super::compare()`] and [`super::review()`] do.
pub const COMPARE_STEPS: u64 = 5;

/// How a brand's intents are learnt: as the shipped ones are (`nlu/examples/train`).
pub(super) const fn options(seed: u64) -> Options {
    Options { max_grams: 45_000, cost: 0.5, folds: FOLDS, seed, ..Options::new(Recipe::Mood) }
}

/// A trained head, and what cross-validation said of every example.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The intents: [`crate::Engine::with_intents`] takes it.
    pub head: Head,
    pub(super) answers: Answers,
}

/// Trains a candidate. The same set and seed give the same candidate, on any number of cores. `step` is called
/// [`RETRAIN_STEPS`] times.
pub fn retrain(set: &TrainingSet, seed: u64, step: &dyn Fn()) -> Result<Candidate, TrainError> {
    let (head, answers) = train_answered(&set.examples, &options(seed), step)?;
    Ok(Candidate { head, answers })
}
