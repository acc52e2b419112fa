//! From pairs of (true, predicted) to figures.
#![expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]

use crate::head::OUT_OF_SCOPE;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How often each label was predicted for each true label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confusion {
    counts: BTreeMap<(String, String), u64>,
}

/// Rows of one label.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LabelCounts {
    /// That are of it and were answered as it.
    pub hit: u64,
    /// That are of it.
    pub truth: u64,
    /// That were answered as it.
    pub predicted: u64,
}

impl Confusion {
    /// Counts pairs of (true, predicted).
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut counts = BTreeMap::new();
        for (truth, predicted) in pairs {
            *counts.entry((truth.to_owned(), predicted.to_owned())).or_default() += 1;
        }
        Self { counts }
    }

    /// (true, predicted, how often), the mistakes that happen most first.
    #[must_use]
    pub fn mistakes(&self) -> Vec<(&str, &str, u64)> {
        let mut mistakes: Vec<_> = self
            .counts
            .iter()
            .filter(|((truth, predicted), _)| truth != predicted)
            .map(|((truth, predicted), count)| (truth.as_str(), predicted.as_str(), *count))
            .collect();
        mistakes.sort_by(|a, b| b.2.cmp(&a.2).then(a.cmp(b)));
        mistakes
    }

    /// The labels that occur, in order: those of the rows and those answered.
    #[must_use]
    pub fn labels(&self) -> Vec<&str> {
        let labels: BTreeSet<&str> = self.counts.keys().flat_map(|(t, p)| [t.as_str(), p.as_str()]).collect();
        labels.into_iter().collect()
    }

    /// How often `truth` was answered as `predicted`.
    pub(super) fn count(&self, truth: &str, predicted: &str) -> u64 {
        self.counts.get(&(truth.to_owned(), predicted.to_owned())).copied().unwrap_or(0)
    }

    /// What one label got.
    pub(super) fn of(&self, label: &str) -> LabelCounts {
        let mut counts = LabelCounts { hit: self.count(label, label), ..LabelCounts::default() };
        for ((truth, predicted), count) in &self.counts {
            counts.truth += if truth == label { *count } else { 0 };
            counts.predicted += if predicted == label { *count } else { 0 };
        }
        counts
    }

    fn sum(&self, keep: impl Fn(&str, &str) -> bool) -> f64 {
        let sum: u64 = self.counts.iter().filter(|((t, p), _)| keep(t, p)).map(|(_, count)| count).sum();
        sum as f64
    }
}

/// The figures of `lara evaluate --json`; fractions, but for the times.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Rows answered rightly.
    pub accuracy: f64,
    /// Mean F1 over the labels of the test rows.
    pub macro_f1: f64,
    /// Mean recall over the labels of the test rows.
    pub macro_recall: f64,
    /// Multi-class correlation `R_K` (Gorodkin 2004).
    pub mcc: f64,
    /// Rows of a real label answered rightly; null if there are none.
    pub in_scope_accuracy: Option<f64>,
    /// Out-of-scope rows turned away; null without such rows.
    pub oos_recall: Option<f64>,
    /// Rows turned away that were out of scope; null without such rows.
    pub oos_precision: Option<f64>,
    /// From rows in memory to a usable head; 0 for the shipped model.
    pub train_seconds: f64,
    /// Text in, label and confidence out, one thread, best of three passes.
    pub messages_per_second: f64,
    /// Test rows.
    pub n: u64,
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

impl Report {
    /// The figures of a confusion.
    #[must_use]
    pub fn new(confusion: &Confusion, train_seconds: f64, messages_per_second: f64) -> Self {
        let all = confusion.sum(|_, _| true);
        let right = confusion.sum(|t, p| t == p);
        let labels: BTreeSet<&str> = confusion.counts.keys().map(|(truth, _)| truth.as_str()).collect();
        let (mut f1, mut recall) = (0.0, 0.0);
        for label in &labels {
            let hit = confusion.sum(|t, p| t == *label && p == *label);
            let (truth, predicted) = (confusion.sum(|t, _| t == *label), confusion.sum(|_, p| p == *label));
            recall += share(hit, truth);
            f1 += share(2.0 * hit, truth + predicted);
        }
        let count = labels.len() as f64;
        let has_oos = labels.contains(OUT_OF_SCOPE);
        let in_scope = confusion.sum(|t, _| t != OUT_OF_SCOPE);
        let oos_hit = confusion.sum(|t, p| t == OUT_OF_SCOPE && p == OUT_OF_SCOPE);
        Self {
            accuracy: share(right, all),
            macro_f1: share(f1, count),
            macro_recall: share(recall, count),
            mcc: mcc(confusion, all, right),
            in_scope_accuracy: (in_scope > 0.0).then(|| share(right - oos_hit, in_scope)),
            oos_recall: has_oos.then(|| share(oos_hit, confusion.sum(|t, _| t == OUT_OF_SCOPE))),
            oos_precision: has_oos.then(|| share(oos_hit, confusion.sum(|_, p| p == OUT_OF_SCOPE))),
            train_seconds,
            messages_per_second,
            n: confusion.counts.values().sum(),
        }
    }
}

fn mcc(confusion: &Confusion, all: f64, right: f64) -> f64 {
    let labels: BTreeSet<&str> =
        confusion.counts.keys().flat_map(|(t, p)| [t.as_str(), p.as_str()]).collect();
    let (mut both, mut truths, mut predictions) = (0.0, 0.0, 0.0);
    for label in labels {
        let (truth, predicted) = (confusion.sum(|t, _| t == label), confusion.sum(|_, p| p == label));
        both += truth * predicted;
        truths += truth * truth;
        predictions += predicted * predicted;
    }
    let spread = ((all * all - predictions) * (all * all - truths)).sqrt();
    share(right * all - both, spread)
}
