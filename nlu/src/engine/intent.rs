//! The intent of a message: read whole, and sentence by sentence where there are several.

use super::{Engine, why};
use crate::head::{OUT_OF_SCOPE, Prediction, Scratch};
use lara_core::model::Evidence;
use std::ops::Range;

/// Courtesies: they never win over a request.
const COURTESIES: [&str; 3] = ["greeting", "thanks", "goodbye"];
/// A second request is mentioned from this confidence on.
const ALSO: f32 = 0.5;
/// Sentences read on their own, at most.
const SENTENCES: usize = 8;

/// What the message wants.
pub(super) struct IntentReading<'a> {
    pub label: &'a str,
    /// The best label that is not out of scope.
    pub forced: &'a str,
    pub confidence: f32,
    pub runner_up: Option<(&'a str, f32)>,
    pub also: Vec<(&'a str, f32)>,
    pub why: Vec<Evidence>,
}

fn is_request(label: &str) -> bool {
    label != OUT_OF_SCOPE && !COURTESIES.contains(&label)
}

impl Engine {
    /// Reads the message in `scratch`.
    pub(super) fn intent(&self, scratch: &mut Scratch) -> IntentReading<'_> {
        let head = &self.intent;
        if scratch.text.tokens.is_empty() {
            let nothing = OUT_OF_SCOPE;
            return IntentReading {
                label: nothing,
                forced: head.labels().first().map_or(nothing, String::as_str),
                confidence: 1.0,
                runner_up: None,
                also: Vec::new(),
                why: Vec::new(),
            };
        }
        let mut whole = head.predict_with(scratch);
        if scratch.knows_nothing() {
            whole = Prediction { label: OUT_OF_SCOPE, confidence: 1.0, runner_up: None, best: OUT_OF_SCOPE };
        }
        let forced = head.best_of(&scratch.values, |label| label != OUT_OF_SCOPE);
        let carried = head.labels().iter().position(|label| label == whole.best);
        let mut reading = IntentReading {
            label: whole.label,
            forced,
            confidence: whole.confidence,
            runner_up: whole.runner_up,
            also: Vec::new(),
            why: carried.map(|at| why(head, scratch, at)).unwrap_or_default(),
        };
        let ranges = sentences(scratch);
        if ranges.len() < 2 {
            return reading;
        }
        let strongest = ranges
            .into_iter()
            .map(|range| {
                scratch.select(range);
                head.predict_with(scratch)
            })
            .filter(|part| is_request(part.label) && part.label != whole.label)
            .max_by(|a, b| a.confidence.total_cmp(&b.confidence));
        if let Some(part) = strongest {
            reading.hear(&whole, &part);
        }
        reading
    }
}

impl<'a> IntentReading<'a> {
    /// Takes a request found in one sentence into account.
    fn hear(&mut self, whole: &Prediction<'a>, part: &Prediction<'a>) {
        if is_request(whole.label) {
            if part.confidence >= ALSO {
                self.also.push((part.label, part.confidence));
            }
            return;
        }
        self.runner_up = [Some((whole.label, whole.confidence)), self.runner_up]
            .into_iter()
            .flatten()
            .find(|(label, _)| *label != part.label)
            .map(|(label, confidence)| (label, confidence.min(1.0 - part.confidence)));
        self.label = part.label;
        self.forced = part.label;
        self.confidence = part.confidence;
    }
}

/// The token ranges of the sentences.
fn sentences(scratch: &Scratch) -> Vec<Range<usize>> {
    let tokens = &scratch.text.tokens;
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for run in tokens.chunk_by(|a, b| a.sentence == b.sentence).take(SENTENCES) {
        ranges.push(start..start + run.len());
        start += run.len();
    }
    ranges
}
