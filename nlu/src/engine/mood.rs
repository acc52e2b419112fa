//! How a message is meant: pleased or not, a complaint or not, how grave, and whether it can wait.

use super::deep::{self, Deep};
use crate::head::{Head, Scratch};
use lara_core::model::{Sentiment, Severity};

/// The heads that read moods.
#[derive(Debug, Clone)]
pub(super) struct Moods {
    /// Sentiment of what is said to everybody: neutral unless the words are charged.
    pub public: Head,
    /// Sentiment of what is said to a brand: a failure told in plain words is displeasure too. Labels as in `public`.
    pub brand: Head,
    /// Sentiment by charged words alone, learnt where they are meant as they are said. Labels as in `public`.
    pub plain: Head,
    pub complaint: Head,
    pub urgent: Head,
    pub severity: Head,
}

/// How one message is meant.
pub(super) struct Mood {
    pub sentiment: Sentiment,
    /// Probability pleased minus displeased.
    pub score: f32,
    pub complaint: f32,
    pub urgent: bool,
    pub severity: Severity,
}

/// What makes a message urgent, and what else a complaint may be.
const GRAVE: [Severity; 4] = [Severity::Leaving, Severity::Legal, Severity::Health, Severity::Viral];
const PLAIN: [Severity; 2] = [Severity::Annoyed, Severity::Angry];

/// How much the charged words count beside the two readings of the whole (a product of experts: Hinton 2002).
const PLAIN_WEIGHT: f32 = 0.3;

impl Moods {
    /// Reads the message in `scratch`.
    pub(super) fn read(&self, deep: Option<&Deep>, scratch: &mut Scratch) -> Mood {
        if scratch.text.tokens.is_empty() {
            let (sentiment, severity) = (Sentiment::Neutral, Severity::None);
            return Mood { sentiment, score: 0.0, complaint: 0.0, urgent: false, severity };
        }
        let sentiments = self.sentiments(deep, scratch);
        let p = |label: &str| self.public.probability(&sentiments, label);
        let score = (p("positive") - p("negative")).clamp(-1.0, 1.0);
        let sentiment = self.public.best_of(&sentiments, |_| true).parse().unwrap_or(Sentiment::Neutral);
        let urgent = probability(&self.urgent, "urgent", scratch) >= 0.5;
        let complaint = self.complains(deep, scratch);
        let severity = self.severity(urgent, complaint, scratch);
        Mood { sentiment, score, complaint, urgent, severity }
    }

    /// The probabilities of the labels of `public`: the mean of both sentiments, times a power of what the charged words alone
    /// say. (Tried: weighing the two by a head that tells whom a message is for. No better on posts, reviews or messages.)
    pub(super) fn sentiments(&self, deep: Option<&Deep>, scratch: &mut Scratch) -> Vec<f32> {
        self.public.predict_with(scratch);
        let mut mean: Vec<f32> = scratch.values.iter().map(|value| value / 2.0).collect();
        self.brand.predict_with(scratch);
        for (label, value) in self.public.labels().iter().zip(&mut mean) {
            *value += self.brand.probability(&scratch.values, label) / 2.0;
        }
        self.plain.predict_with(scratch);
        for (label, value) in self.public.labels().iter().zip(&mut mean) {
            *value *= self.plain.probability(&scratch.values, label).max(1e-6).powf(PLAIN_WEIGHT);
        }
        let sum: f32 = mean.iter().sum();
        for value in &mut mean {
            *value /= sum.max(1e-6);
        }
        if let Some(second) = deep::second(deep, "sentiment", self.public.labels(), scratch) {
            deep::blend("sentiment", &mut mean, &second);
        }
        mean
    }

    /// The probability that it complains.
    pub(super) fn complains(&self, deep: Option<&Deep>, scratch: &mut Scratch) -> f32 {
        if scratch.text.tokens.is_empty() {
            return 0.0;
        }
        let second = deep::second(deep, "complaint", self.complaint.labels(), scratch);
        self.complaint.predict_with(scratch);
        if let Some(second) = second {
            deep::blend("complaint", &mut scratch.values, &second);
        }
        self.complaint.probability(&scratch.values, "complaint")
    }

    /// The gravest thing a message says, within what `urgent` and `complaint` found: the three never contradict.
    fn severity(&self, urgent: bool, complaint: f32, scratch: &mut Scratch) -> Severity {
        let among: &[Severity] = match (urgent, complaint >= 0.5) {
            (true, _) => &GRAVE,
            (false, true) => &PLAIN,
            (false, false) => return Severity::None,
        };
        self.severity.predict_with(scratch);
        let best = self
            .severity
            .best_of(&scratch.values, |label| among.iter().any(|severity| severity.as_str() == label));
        best.parse().unwrap_or(Severity::Annoyed)
    }
}

/// The probability a head gives to one of its labels.
pub(super) fn probability(head: &Head, label: &str, scratch: &mut Scratch) -> f32 {
    if scratch.text.tokens.is_empty() {
        return 0.0;
    }
    head.predict_with(scratch);
    head.probability(&scratch.values, label)
}
