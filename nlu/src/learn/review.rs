//! What an admin should look at: intents that are taken for each other, and labels that may be wrong.
#![expect(clippy::indexing_slicing, reason = "numeric kernel: indices are made here")]

use super::compare::read_as;
use super::retrain::options;
use super::set::{Origin, TrainingSet};
use super::similar::{Point, Rarity};
use crate::error::TrainError;
use crate::head::{Answers, Scratch, answer};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Texts this alike mean the same, unless somebody meant otherwise.
const ALIKE: f32 = 0.9;
/// Texts shown of a pair of intents.
const SHOWN: usize = 3;

/// Two intents that are taken for each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfusedPair {
    /// What the texts mean.
    pub label: String,
    /// What they are read as by a model that had not seen them.
    pub read_as: String,
    /// How many texts.
    pub count: usize,
    /// Some of them, the brand's own first.
    pub examples: Vec<String>,
}

/// Why a label is doubted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Doubt {
    /// A model that had not seen the text is as sure of another label as it usually is where that label is right, and
    /// less sure of this one (confident learning: Northcutt, Jiang, Chuang, JAIR 70, 2021).
    Unlikely {
        /// The probability of the label it has.
        given: f32,
        /// The probability of the label that is suggested.
        suggested: f32,
    },
    /// Nearly the same text has the other label.
    Twin {
        /// That text.
        text: String,
        /// Whether it is one of the starter examples.
        starter: bool,
    },
}

/// A lesson whose label may be wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suspect {
    /// Its text.
    pub text: String,
    /// Its label.
    pub label: String,
    /// What it may mean instead.
    pub suggestion: String,
    /// Why.
    #[serde(flatten)]
    pub doubt: Doubt,
}

/// Both lists.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Review {
    /// Intents taken for each other, most often first.
    pub confused: Vec<ConfusedPair>,
    /// Lessons to look at, the surest first.
    pub suspects: Vec<Suspect>,
}

/// Cross-validates the set and says what to look at. `step` is called [`super::COMPARE_STEPS`] times.
pub fn review(set: &TrainingSet, seed: u64, step: &dyn Fn()) -> Result<Review, TrainError> {
    let answers = answer(&set.examples, &options(seed), step)?;
    let mut suspects = twins(set);
    for suspect in unlikely(set, &answers) {
        if !suspects.iter().any(|known| known.text == suspect.text) {
            suspects.push(suspect);
        }
    }
    Ok(Review { confused: confused(set, &answers), suspects })
}

fn confused(set: &TrainingSet, answers: &Answers) -> Vec<ConfusedPair> {
    let mut pairs: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    // Lessons come first in a set.
    for (at, _) in set.judged() {
        let Some((text, label)) = set.row(at) else { continue };
        let read = read_as(answers, at);
        if read != label {
            pairs.entry((label, read)).or_default().push(text);
        }
    }
    let mut pairs: Vec<ConfusedPair> = pairs
        .into_iter()
        .filter(|(_, texts)| texts.len() > 1)
        .map(|((label, read_as), texts)| ConfusedPair {
            label: label.to_owned(),
            read_as: read_as.to_owned(),
            count: texts.len(),
            examples: texts.iter().take(SHOWN).map(|text| (*text).to_owned()).collect(),
        })
        .collect();
    pairs.sort_by(|a, b| {
        b.count.cmp(&a.count).then_with(|| (&a.label, &a.read_as).cmp(&(&b.label, &b.read_as)))
    });
    pairs
}

/// Lessons whose label is improbable beside another.
fn unlikely(set: &TrainingSet, answers: &Answers) -> Vec<Suspect> {
    let classes = answers.labels.len();
    let row = |at: usize| answers.probabilities.get(at * classes..(at + 1) * classes).unwrap_or_default();
    // How sure of a label a model usually is on texts that have it: the threshold of confident learning.
    let (mut sums, mut counts) = (vec![0.0_f32; classes], vec![0.0_f32; classes]);
    for (at, _) in set.judged() {
        let class = answers.truth[at];
        sums[class] += row(at).get(class).copied().unwrap_or(0.0);
        counts[class] += 1.0;
    }
    let usual: Vec<f32> = sums.iter().zip(&counts).map(|(sum, count)| sum / f32::max(*count, 1.0)).collect();
    let mut suspects: Vec<(f32, Suspect)> = Vec::new();
    for (at, origin) in set.judged() {
        let (Origin::Lesson(..), Some((text, label))) = (origin, set.row(at)) else { continue };
        let (row, class) = (row(at), answers.truth[at]);
        let sure = |other: &usize| *other != class && counts[*other] > 0.0 && row[*other] >= usual[*other];
        let better = (0..classes).filter(sure).max_by(|a, b| row[*a].total_cmp(&row[*b]));
        let Some(better) = better.filter(|better| row[*better] > row[class]) else { continue };
        let (given, suggested) = (row[class], row[better]);
        let suggestion = answers.labels[better].clone();
        let doubt = Doubt::Unlikely { given, suggested };
        let (text, label) = (text.to_owned(), label.to_owned());
        suspects.push((suggested - given, Suspect { text, label, suggestion, doubt }));
    }
    suspects.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.text.cmp(&b.1.text)));
    suspects.into_iter().map(|(_, suspect)| suspect).collect()
}

/// Lessons of which another text says nearly the same and has another label.
fn twins(set: &TrainingSet) -> Vec<Suspect> {
    let judged: Vec<(usize, Origin)> = set.judged().collect();
    let texts = || judged.iter().filter_map(|(at, _)| set.row(*at));
    let rarity = Rarity::of(texts().map(|(text, _)| text));
    let mut scratch = Scratch::default();
    let points: Vec<Point> = texts().map(|(text, _)| rarity.point(&mut scratch, text)).collect();
    let mut holders: HashMap<u32, Vec<(usize, f32)>> = HashMap::new();
    for (number, point) in points.iter().enumerate() {
        for (gram, value) in point.grams() {
            holders.entry(*gram).or_default().push((number, *value));
        }
    }
    let mut suspects: Vec<(f32, Suspect)> = Vec::new();
    let mut shared = vec![0.0_f32; points.len()];
    for (number, point) in points.iter().enumerate() {
        let (Origin::Lesson(..), Some((text, label))) = (judged[number].1, set.row(judged[number].0)) else {
            continue;
        };
        shared.fill(0.0);
        for (gram, value) in point.grams() {
            for (other, theirs) in holders.get(gram).into_iter().flatten() {
                shared[*other] += value * theirs;
            }
        }
        let twin = shared
            .iter()
            .enumerate()
            // Of two lessons the later one is shown, the earlier beside it.
            .filter(|(other, like)| {
                let later = matches!(judged[*other].1, Origin::Lesson(..)) && *other > number;
                **like >= ALIKE && *other != number && !later
            })
            .filter_map(|(other, like)| Some((other, *like, set.row(judged[other].0)?)))
            .filter(|(_, _, (_, other))| *other != label)
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((other, like, (twin, suggestion))) = twin {
            let starter = judged[other].1 == Origin::Starter;
            let doubt = Doubt::Twin { text: twin.to_owned(), starter };
            let (text, label, suggestion) = (text.to_owned(), label.to_owned(), suggestion.to_owned());
            suspects.push((like, Suspect { text, label, suggestion, doubt }));
        }
    }
    suspects.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.text.cmp(&b.1.text)));
    suspects.into_iter().map(|(_, suspect)| suspect).collect()
}
