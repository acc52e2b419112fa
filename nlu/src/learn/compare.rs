//! The candidate and the live recipe on the same folds, and on what is pinned.

use super::retrain::{Candidate, options};
use super::set::{Origin, TrainingSet};
use crate::engine::Engine;
use crate::error::TrainError;
use crate::evaluate::{Confusion, Report};
use crate::head::{Answers, OUT_OF_SCOPE, answer};
use lara_core::model::{Intent, Pin, Timestamp};
use serde::Serialize;

/// What the live model was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveRecipe {
    /// The starters alone.
    Shipped,
    /// The starters and the lessons taught before it was trained. A lesson relabelled since counts as newer: what it said
    /// before is not known any more.
    TrainedAt(Timestamp),
}

/// Some of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartName {
    /// The brand's lessons that mean something: is the right intent the likeliest?
    Lessons,
    /// The same of what was written for Lara.
    Starters,
    /// Lessons and starters that mean something: is the right intent sure enough to be answered?
    Answered,
    /// Lessons and starters that are out of scope: are they turned away?
    OutOfScope,
}

/// One model's figures on some rows; fractions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figures {
    /// Rows read rightly.
    pub accuracy: f64,
    /// Mean F1 over the labels.
    pub macro_f1: f64,
}

/// Both models on the same rows, each row read by a model that had not seen it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Which rows.
    pub part: PartName,
    /// How many.
    pub rows: u64,
    /// What is live.
    pub live: Figures,
    /// What may follow it.
    pub candidate: Figures,
    /// Rows the candidate alone read rightly.
    pub won: u64,
    /// Rows the live model alone read rightly.
    pub lost: u64,
    /// How probable so many losses among the rows that changed would be by chance (`verdict.rs`).
    pub p: f64,
}

/// A pinned message and what each model made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PinCheck {
    /// Its text.
    pub text: String,
    /// What it must be read as.
    pub expected: Intent,
    /// What the live model says.
    pub live: Intent,
    /// What the candidate says.
    pub candidate: Intent,
}

/// Everything [`super::Verdict`] is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// In the order of [`PartName`], without those that have no rows.
    pub parts: Vec<Part>,
    /// Every pinned message.
    pub pins: Vec<PinCheck>,
    /// The confidence from which the candidate answers.
    pub threshold: f32,
}

/// Judges a candidate of [`super::retrain()`] beside the recipe that is live, on the same folds; `seed` is the candidate's.
/// `step` is called [`super::COMPARE_STEPS`] times.
pub fn compare(
    set: &TrainingSet,
    candidate: &Candidate,
    live: LiveRecipe,
    seed: u64,
    step: &dyn Fn(),
) -> Result<Comparison, TrainError> {
    let mut before = set.examples.clone();
    for (example, source) in before.iter_mut().zip(&set.sources) {
        let known = match source.origin {
            Origin::Lesson(_, at) => matches!(live, LiveRecipe::TrainedAt(then) if at < then),
            Origin::Starter => true,
        };
        if !known {
            example.weight = 0.0;
        }
    }
    let live = answer(&before, &options(seed), step)?;
    let parts = [PartName::Lessons, PartName::Starters, PartName::Answered, PartName::OutOfScope];
    let parts = parts.into_iter().filter_map(|part| judge(set, part, &live, &candidate.answers)).collect();
    Ok(Comparison { parts, pins: Vec::new(), threshold: candidate.head.threshold() })
}

impl Comparison {
    /// Adds what both engines make of the pinned messages.
    #[must_use]
    pub fn with_pins(mut self, pins: &[Pin], live: &Engine, candidate: &Engine) -> Self {
        self.pins = pins
            .iter()
            .map(|pin| PinCheck {
                text: pin.text.clone(),
                expected: pin.label.clone(),
                live: live.classify(&pin.text).intent,
                candidate: candidate.classify(&pin.text).intent,
            })
            .collect();
        self
    }
}

/// What a model that had not seen row `at` finds likeliest.
fn best(answers: &Answers, at: usize) -> &str {
    let label = answers.rows.get(at).and_then(|top| answers.labels.get(top.first));
    label.map_or(OUT_OF_SCOPE, String::as_str)
}

/// What it reads the row as: out of scope, where it is not sure enough.
pub(super) fn read_as(answers: &Answers, at: usize) -> &str {
    let sure = answers.rows.get(at).is_some_and(|top| top.trust >= answers.threshold);
    if sure { best(answers, at) } else { OUT_OF_SCOPE }
}

fn judge(set: &TrainingSet, part: PartName, live: &Answers, candidate: &Answers) -> Option<Part> {
    let (mut lives, mut candidates) = (Vec::new(), Vec::new());
    let (mut won, mut lost) = (0_u64, 0_u64);
    for (at, origin) in set.judged() {
        let Some((_, truth)) = set.row(at) else { continue };
        let wanted = match part {
            PartName::Lessons => origin != Origin::Starter,
            PartName::Starters => origin == Origin::Starter,
            PartName::Answered | PartName::OutOfScope => true,
        };
        if !wanted || (truth == OUT_OF_SCOPE) != (part == PartName::OutOfScope) {
            continue;
        }
        let read = match part {
            PartName::Lessons | PartName::Starters => best,
            PartName::Answered | PartName::OutOfScope => read_as,
        };
        let (before, after) = (read(live, at), read(candidate, at));
        match (before == truth, after == truth) {
            (true, false) => lost += 1,
            (false, true) => won += 1,
            _ => {}
        }
        lives.push((truth, before));
        candidates.push((truth, after));
    }
    let figures = |pairs: &[(&str, &str)]| {
        let report = Report::new(&Confusion::new(pairs.iter().copied()), 0.0, 0.0);
        Figures { accuracy: report.accuracy, macro_f1: report.macro_f1 }
    };
    let rows = u64::try_from(lives.len()).ok().filter(|rows| *rows > 0)?;
    let p = super::verdict::chance(lost, won);
    Some(Part { part, rows, live: figures(&lives), candidate: figures(&candidates), won, lost, p })
}
