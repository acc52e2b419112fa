//! What a brand's model is trained on: the starter examples and, believed more, the brand's lessons.

use super::group_key;
use super::starters::{Starter, starters};
use crate::head::Example;
use crate::normalise::{Normalised, strip_accents};
use lara_core::model::{Lesson, Timestamp};
use std::collections::{HashMap, HashSet};

/// A brand's own messages are what it will meet again, the starters are everybody's: a mistake on one of the brand's
/// weighs as much as on three of ours.
const LESSON_WEIGHT: f32 = 3.0;

/// Where an example comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The lesson of this number, taught then.
    Lesson(usize, Timestamp),
    /// Ships with Lara.
    Starter,
}

/// A row's origin, and whether figures are taken over it: not over copies without accents, nor over what was not
/// written for Lara.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Source {
    pub origin: Origin,
    pub judged: bool,
}

/// Examples with where they come from.
#[derive(Debug, Clone, Default)]
pub struct TrainingSet {
    pub(super) examples: Vec<Example>,
    pub(super) sources: Vec<Source>,
    lessons: usize,
}

impl TrainingSet {
    /// The starters and these lessons. A lesson that says of a starter's very words that they mean something else takes
    /// the starter's place.
    #[must_use]
    pub fn new(lessons: &[Lesson]) -> Self {
        Self::over(lessons, starters().iter())
    }

    /// The same over some of the starters.
    pub(super) fn over<'a>(lessons: &[Lesson], starters: impl Iterator<Item = &'a Starter>) -> Self {
        let mut set = Self { lessons: lessons.len(), ..Self::default() };
        let mut groups = Groups::default();
        let mut taught = HashSet::new();
        for (number, lesson) in lessons.iter().enumerate() {
            taught.insert(groups.words(&lesson.text));
            let source = Source { origin: Origin::Lesson(number, lesson.at), judged: true };
            set.add(&mut groups, &lesson.text, lesson.label.as_str(), LESSON_WEIGHT, source);
        }
        for starter in starters {
            if taught.contains(&groups.words(&starter.row.text)) {
                continue;
            }
            let source = Source { origin: Origin::Starter, judged: starter.own };
            set.add(&mut groups, &starter.row.text, &starter.row.label, starter.weight, source);
        }
        set
    }

    /// How many lessons are in it.
    #[must_use]
    pub const fn lessons(&self) -> usize {
        self.lessons
    }

    /// How many starters are judged by.
    #[must_use]
    pub fn starters(&self) -> usize {
        self.judged().filter(|(_, origin)| *origin == Origin::Starter).count()
    }

    /// Adds a text, and its copy without accents if that differs: half of all Vietnamese messages are typed so.
    fn add(&mut self, groups: &mut Groups, text: &str, label: &str, weight: f32, source: Source) {
        let group = groups.of(text);
        let mut push = |text: &str, source| {
            let (text, label, embedding) = (text.to_owned(), label.to_owned(), Vec::new());
            self.examples.push(Example { text, label, weight, group, embedding });
            self.sources.push(source);
        };
        push(text, source);
        let stripped = strip_accents(text);
        if stripped != text {
            push(&stripped, Source { judged: false, ..source });
        }
    }

    /// The text and the label of a row.
    pub(super) fn row(&self, at: usize) -> Option<(&str, &str)> {
        self.examples.get(at).map(|example| (example.text.as_str(), example.label.as_str()))
    }

    /// The rows figures are taken over, with where they come from.
    pub(super) fn judged(&self) -> impl Iterator<Item = (usize, Origin)> {
        let judged = self.sources.iter().enumerate().filter(|(_, source)| source.judged);
        judged.map(|(at, source)| (at, source.origin))
    }
}

/// Numbers for groups of texts.
#[derive(Debug, Default)]
struct Groups {
    numbers: HashMap<String, usize>,
    scratch: Normalised,
}

impl Groups {
    fn of(&mut self, text: &str) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(group_key(&mut self.scratch, text)).or_insert(next)
    }

    /// The words as the model sees them, accents and all.
    fn words(&mut self, text: &str) -> String {
        self.scratch.read(text);
        self.scratch.text.trim().to_owned()
    }
}
