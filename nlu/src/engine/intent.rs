//! The intent of a message: read whole, and sentence by sentence where there are several.

use super::{Engine, deep, why};
use crate::head::{OUT_OF_SCOPE, Prediction, Scratch};
use crate::normalise::Kind;
use lara_core::model::Evidence;
use std::ops::Range;

/// Courtesies: they never win over a request.
const COURTESIES: [&str; 3] = ["greeting", "thanks", "goodbye"];
/// A further request is mentioned from this confidence on.
const ALSO: f32 = 0.5;
/// The same for a clause of two words.
const SHORT: f32 = 0.8;
/// What only tells a story when it is half a sentence: "I ordered a lamp, and it has not arrived".
const STORY: &str = "place_order";
/// Further requests kept.
const FURTHER: usize = 2;
/// Words that join two requests.
const JOINS: [&str; 9] = ["và", "va", "and", "also", "plus", "nhưng", "nhung", "but", "với"];
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
        let mut whole = deep::ask(self.deep.as_deref(), "intent", head, scratch);
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
        let parts = parts(scratch);
        if parts.len() < 2 {
            return reading;
        }
        let mut requests: Vec<(&str, f32)> = Vec::new();
        for part in parts {
            // "giao nhanh" between commas praises as easily as it asks.
            let enough = if part.tokens.len() <= 2 { SHORT } else { ALSO };
            scratch.select(part.tokens);
            let said = head.predict_with(scratch);
            let wins = !is_request(whole.label) && requests.iter().all(|(_, held)| *held < said.confidence);
            let is_story = part.is_clause && (said.label == STORY || said.confidence < enough);
            if !is_request(said.label) || said.label == whole.label || is_story {
                continue;
            }
            if wins {
                // What is read says why it is read so, not why the greeting around it was a greeting.
                let carried = head.labels().iter().position(|label| label == said.label);
                reading.why = carried.map(|at| why(head, scratch, at)).unwrap_or_default();
            }
            match requests.iter_mut().find(|(label, _)| *label == said.label) {
                Some((_, confidence)) => *confidence = confidence.max(said.confidence),
                None => requests.push((said.label, said.confidence)),
            }
        }
        requests.sort_by(|a, b| b.1.total_cmp(&a.1));
        reading.hear(&whole, requests);
        reading
    }
}

impl<'a> IntentReading<'a> {
    /// Takes the requests found in single sentences and clauses into account, surest first.
    fn hear(&mut self, whole: &Prediction<'a>, mut heard: Vec<(&'a str, f32)>) {
        if !is_request(whole.label) && !heard.is_empty() {
            let (label, confidence) = heard.remove(0);
            self.runner_up = [Some((whole.label, whole.confidence)), self.runner_up]
                .into_iter()
                .flatten()
                .find(|(other, _)| *other != label)
                .map(|(other, held)| (other, held.min(1.0 - confidence)));
            self.label = label;
            self.forced = label;
            self.confidence = confidence;
        }
        self.also = heard.into_iter().filter(|(_, confidence)| *confidence >= ALSO).take(FURTHER).collect();
    }
}

/// A sentence or a clause of one.
struct Part {
    tokens: Range<usize>,
    is_clause: bool,
}

/// The sentences, and the clauses of those that hold several. A message of one sentence and one clause has one part.
fn parts(scratch: &Scratch) -> Vec<Part> {
    let tokens = &scratch.text.tokens;
    let mut parts: Vec<Part> = Vec::new();
    let mut start = 0;
    for sentence in tokens.chunk_by(|a, b| a.sentence == b.sentence).take(SENTENCES) {
        let end = start + sentence.len();
        parts.push(Part { tokens: start..end, is_clause: false });
        let clauses = clauses(scratch, start..end);
        if clauses.len() > 1 {
            parts.extend(clauses.into_iter().map(|tokens| Part { tokens, is_clause: true }));
        }
        start = end;
    }
    parts
}

/// The clauses of a sentence: commas part them, and words that join two requests. One of a single word belongs to the one
/// before it.
fn clauses(scratch: &Scratch, sentence: Range<usize>) -> Vec<Range<usize>> {
    let text = &scratch.text;
    let mut clauses: Vec<Range<usize>> = Vec::new();
    let mut words = 0;
    for at in sentence {
        let Some(token) = text.tokens.get(at) else { break };
        let before = at.checked_sub(1).and_then(|before| text.tokens.get(before));
        let parted =
            before.is_some_and(|before| before.clause != token.clause) || JOINS.contains(&text.word(token));
        match clauses.last_mut() {
            Some(last) if !(parted && words > 1) => last.end = at + 1,
            _ => {
                clauses.push(at..at + 1);
                words = 0;
            }
        }
        words += usize::from(token.kind == Kind::Word);
    }
    if words < 2
        && let Some(short) = clauses.pop()
    {
        match clauses.last_mut() {
            Some(last) => last.end = short.end,
            None => clauses.push(short),
        }
    }
    clauses.truncate(SENTENCES);
    clauses
}
