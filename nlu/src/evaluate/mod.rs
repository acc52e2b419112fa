//! Measuring: the figures of `lara evaluate`, by the rules of the outside contract.
//!
//! Figures are fractions. If the test rows hold no `out_of_scope`, nothing is rejected; if they do, a rejected row
//! counts as predicted `out_of_scope`. Intents are never restricted to those of the test rows; the other tasks take
//! the most probable of the classes present. `macro_*` are means over the classes of the test rows.

mod draw;
mod metrics;
#[cfg(test)]
mod tests;

pub use metrics::{Confusion, Report};

use crate::engine::Engine;
use crate::error::TrainError;
use crate::features::Recipe;
use crate::head::{Head, OUT_OF_SCOPE, Options, Scratch, train};
use crate::rows::{Row, examples};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Any set of labels.
    Intent,
    /// positive, neutral, negative.
    Sentiment,
    /// complaint, `not_complaint`.
    Complaint,
    /// en, vi.
    Language,
}

impl Task {
    /// The labels the task allows; none for intents, whose labels are the file's.
    #[must_use]
    pub const fn labels(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Intent => None,
            Self::Sentiment => Some(&["positive", "neutral", "negative"]),
            Self::Complaint => Some(&["complaint", "not_complaint"]),
            Self::Language => Some(&["en", "vi", "other", "und"]),
        }
    }

    /// What the trainer looks at for this task.
    #[must_use]
    pub const fn options(self) -> Options {
        match self {
            Self::Intent | Self::Language => Options::new(Recipe::Topic),
            Self::Sentiment | Self::Complaint => Options::new(Recipe::Mood),
        }
    }

    /// Refuses rows with a label the task does not have.
    pub fn check(self, rows: &[Row]) -> Result<(), TrainError> {
        let Some(allowed) = self.labels() else { return Ok(()) };
        for (line, row) in (2..).zip(rows) {
            if !allowed.contains(&row.label.as_str()) {
                let expected = match self {
                    Self::Sentiment => "positive, neutral or negative",
                    Self::Complaint => "complaint or not_complaint",
                    Self::Language | Self::Intent => "en, vi, other or und",
                };
                return Err(TrainError::UnknownLabel { line, label: row.label.clone(), expected });
            }
        }
        Ok(())
    }
}

/// The judge: the shipped engine, or a head trained for the occasion.
#[derive(Debug)]
pub enum Judge<'a> {
    /// As shipped.
    Shipped(&'a Engine),
    /// Trained on these rows, which took so long.
    Trained(Box<Head>, Duration),
}

/// Trains a head for a task and takes the time: from rows in memory to a usable head, all cores.
pub fn train_for(task: Task, rows: &[Row]) -> Result<Judge<'static>, TrainError> {
    train_embedded(task, rows, Vec::new())
}

/// The same with the embedding of every row (or none at all), which the time does not include.
pub fn train_embedded(
    task: Task,
    rows: &[Row],
    embeddings: Vec<Vec<f32>>,
) -> Result<Judge<'static>, TrainError> {
    task.check(rows)?;
    let started = now();
    let mut examples = examples(rows);
    for (example, embedding) in examples.iter_mut().zip(embeddings) {
        example.embedding = embedding;
    }
    let head = train(&examples, &task.options())?;
    Ok(Judge::Trained(Box::new(head), started.elapsed()))
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time; nothing decides by it")]
fn now() -> Instant {
    Instant::now()
}

/// What an evaluation found.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The figures.
    pub report: Report,
    /// What was taken for what.
    pub confusion: Confusion,
}

/// Judges every row of `test`.
pub fn evaluate(task: Task, judge: &Judge<'_>, test: &[Row]) -> Result<Evaluation, TrainError> {
    evaluate_embedded(task, judge, test, &Embedded::default())
}

/// The embeddings of all test rows, and how long they took.
#[derive(Debug, Clone, Default)]
pub struct Embedded {
    /// One a row, in order; empty for a judge that wants none.
    pub vectors: Vec<Vec<f32>>,
    /// Counted in the speed: it is the better part of it.
    pub took: Duration,
}

/// The same for rows with embeddings.
pub fn evaluate_embedded(
    task: Task,
    judge: &Judge<'_>,
    test: &[Row],
    embedded: &Embedded,
) -> Result<Evaluation, TrainError> {
    task.check(test)?;
    if test.is_empty() {
        return Err(TrainError::NoRows);
    }
    let present: BTreeSet<&str> = test.iter().map(|row| row.label.as_str()).collect();
    let rejects = present.contains(OUT_OF_SCOPE);
    let mut predicted: Vec<String> = Vec::new();
    let mut best = Duration::MAX;
    let mut scratch = Scratch::default();
    for _ in 0..3 {
        predicted.clear();
        let started = now();
        for (at, row) in test.iter().enumerate() {
            let embedding = embedded.vectors.get(at).map_or(&[][..], Vec::as_slice);
            scratch.read_embedded(&row.text, embedding);
            predicted.push(judge.label(task, &row.text, &present, rejects, &mut scratch));
        }
        best = best.min(started.elapsed());
    }
    best += embedded.took;
    let pairs = test.iter().zip(&predicted).map(|(row, label)| (row.label.as_str(), label.as_str()));
    let train_seconds = match judge {
        Judge::Shipped(_) => 0.0,
        Judge::Trained(_, took) => took.as_secs_f64(),
    };
    let rows = u32::try_from(test.len()).unwrap_or(u32::MAX);
    let per_second = f64::from(rows) / best.as_secs_f64().max(1e-9);
    let confusion = Confusion::new(pairs);
    Ok(Evaluation { report: Report::new(&confusion, train_seconds, per_second), confusion })
}

impl Judge<'_> {
    /// The label of the message in `scratch`.
    fn label(
        &self,
        task: Task,
        text: &str,
        present: &BTreeSet<&str>,
        rejects: bool,
        scratch: &mut Scratch,
    ) -> String {
        let head = match self {
            Judge::Trained(head, _) => head,
            Judge::Shipped(engine) => match task {
                Task::Intent => return engine.intent_label(rejects, scratch),
                Task::Sentiment => return engine.sentiment_label(present, scratch),
                Task::Complaint => return engine.complaint_label(scratch),
                Task::Language => return engine.language_label(text, present, scratch),
            },
        };
        let prediction = head.predict_with(scratch);
        match task {
            Task::Intent if rejects => prediction.label.to_owned(),
            // Nothing may be rejected: the best label that is one.
            Task::Intent => head.best_of(&scratch.values, |label| label != OUT_OF_SCOPE).to_owned(),
            _ => head.best_of(&scratch.values, |label| present.contains(label)).to_owned(),
        }
    }
}
