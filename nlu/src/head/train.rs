//! From labelled rows to a head: vocabulary, weights, calibration from cross-validation.
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "numeric kernel: sizes are far below 2^32 and indices are made here"
)]

use super::corpus::{Corpus, Lean};
use super::{Head, OUT_OF_SCOPE, Scales};
use crate::error::TrainError;
use crate::features::{Block, Recipe, Table};
use crate::linear::{Calibration, HeldOut, Problem, Top, Weights, solve_all, solve_collect};
use crate::rng::Rng;
use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

/// One labelled text to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The message.
    pub text: String,
    /// Its label; `oos` and `out_of_scope` are one.
    pub label: String,
    /// How much its mistakes matter; 1 is usual. With 0 it is asked in cross-validation and never learnt from.
    pub weight: f32,
    /// Copies of one message (with and without accents) share a number and are never on both sides of a fold.
    pub group: usize,
    /// What an encoder makes of the text; empty for none. All of a training set have one of the same length, or none has.
    pub embedding: Vec<f32>,
}

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Which features.
    pub recipe: Recipe,
    /// How much each kind of feature leads.
    pub scales: Scales,
    /// The SVM's C: higher trusts the rows more.
    pub cost: f32,
    /// Factor on the cost of a class's own rows against the rest.
    pub positive: f32,
    /// N-grams in fewer rows are forgotten (in small sets all are kept).
    pub min_rows: u32,
    /// The vocabulary is cut to the n-grams with the heaviest weights.
    pub max_grams: usize,
    /// Folds of the cross-validation behind the confidence; below 2 there is none.
    pub folds: usize,
    /// Chance, made repeatable.
    pub seed: u64,
}

impl Options {
    /// The usual choice for a recipe.
    #[must_use]
    pub const fn new(recipe: Recipe) -> Self {
        // Cross-validation of intents: 0.5 and 0.3 a little better than 1 with many rows, the same with ten a label.
        let cost = match recipe {
            Recipe::Topic => 0.5,
            Recipe::Mood | Recipe::Meaning => 1.0,
        };
        Self {
            recipe,
            scales: Scales::EVEN,
            cost,
            positive: 1.0,
            min_rows: 2,
            max_grams: 150_000,
            folds: 3,
            seed: 1,
        }
    }
}

/// Trains a head.
pub fn train(examples: &[Example], options: &Options) -> Result<Head, TrainError> {
    Ok(train_checked(examples, options)?.0)
}

/// What cross-validation said of one example: the answer of a model that had not seen it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The most probable label.
    pub best: String,
    /// Its probability among the labels.
    pub probability: f32,
    /// Calibrated probability that it is right.
    pub confidence: f32,
}

/// Trains a head and also says how each example fared in cross-validation; nothing with fewer than two folds.
pub fn train_checked(examples: &[Example], options: &Options) -> Result<(Head, Vec<Checked>), TrainError> {
    let (head, answers) = train_answered(examples, options, &|| ())?;
    let checked = answers.rows.iter().map(|row| Checked {
        best: answers.labels[row.first].clone(),
        probability: row.p_first,
        confidence: row.trust,
    });
    let checked = checked.collect();
    Ok((head, checked))
}

/// The answers of cross-validation: each row's by a model that had not seen it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    /// The labels, in the order of probabilities.
    pub labels: Vec<String>,
    /// `labels.len()` probabilities a row.
    pub probabilities: Vec<f32>,
    /// The best of each row, and how far it is to be trusted.
    pub rows: Vec<Top>,
    /// The label each row has.
    pub truth: Vec<usize>,
    /// Trust below which the answer is [`OUT_OF_SCOPE`].
    pub threshold: f32,
}

impl Answers {
    fn new(labels: &[String], held_out: HeldOut, calibration: &Calibration) -> Self {
        let oos = labels.iter().position(|label| label == OUT_OF_SCOPE);
        let mut probabilities = held_out.margins;
        let rows =
            probabilities.chunks_exact_mut(labels.len()).map(|row| calibration.read(row, oos)).collect();
        let (labels, threshold) = (labels.to_vec(), calibration.threshold);
        Self { labels, probabilities, rows, truth: held_out.truth, threshold }
    }
}

/// Trains a head on the examples of a weight above 0, and says how each example fares in cross-validation. `step` is
/// called `folds + 1` times.
pub(crate) fn train_answered(
    examples: &[Example],
    options: &Options,
    step: &dyn Fn(),
) -> Result<(Head, Answers), TrainError> {
    let mut set = Prepared::new(examples, options)?;
    let (calibration, answers) = set.cross_validated(examples, options, step);
    let mut weights = solve_collect(set.problem(options), set.labels.len());
    let lean = Lean::new(&set.corpus, &set.learnt, &set.classes, set.labels.len());
    for (class, weights) in weights.iter_mut().enumerate() {
        lean.add_to(class, weights);
    }
    set.corpus.prune(&mut weights, options.max_grams);
    set.corpus.unscale(&mut weights, options.scales);
    step();
    Ok((assemble(options.recipe, set.labels, &set.corpus, &weights, calibration), answers))
}

/// Cross-validation alone: of the same examples whatever their weights, so that two recipes are judged on the same folds.
/// `step` is called `folds` times.
pub(crate) fn answer(
    examples: &[Example],
    options: &Options,
    step: &dyn Fn(),
) -> Result<Answers, TrainError> {
    let set = Prepared::new(examples, options)?;
    Ok(set.cross_validated(examples, options, step).1)
}

/// Examples as numbers.
struct Prepared {
    labels: Vec<String>,
    classes: Vec<usize>,
    costs: Vec<f32>,
    /// The rows to learn from.
    learnt: Vec<usize>,
    corpus: Corpus,
}

impl Prepared {
    fn new(examples: &[Example], options: &Options) -> Result<Self, TrainError> {
        if examples.is_empty() {
            return Err(TrainError::NoRows);
        }
        let expected = examples.first().map_or(0, |example| example.embedding.len());
        if let Some(other) = examples.iter().find(|example| example.embedding.len() != expected) {
            return Err(TrainError::Embeddings { found: other.embedding.len(), expected });
        }
        let labels: Vec<String> = examples
            .iter()
            .map(|e| canonical(&e.label))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(str::to_owned)
            .collect();
        if labels.len() < 2 {
            return Err(TrainError::OneLabel);
        }
        let at: HashMap<&str, usize> =
            labels.iter().enumerate().map(|(at, label)| (label.as_str(), at)).collect();
        let classes = examples.iter().filter_map(|e| at.get(canonical(&e.label)).copied()).collect();
        let costs = examples.iter().map(|e| (e.weight * options.cost).max(1e-3)).collect();
        let learnt = (0..examples.len()).filter(|row| examples[*row].weight > 0.0).collect();
        let corpus = Corpus::read(examples, options);
        Ok(Self { labels, classes, costs, learnt, corpus })
    }

    fn problem(&self, options: &Options) -> Problem<'_> {
        Problem {
            rows: &self.corpus.rows,
            classes: &self.classes,
            costs: &self.costs,
            subset: &self.learnt,
            positive: options.positive,
            seed: options.seed,
        }
    }

    fn cross_validated(
        &self,
        examples: &[Example],
        options: &Options,
        step: &dyn Fn(),
    ) -> (Calibration, Answers) {
        let oos = self.labels.iter().position(|label| label == OUT_OF_SCOPE);
        let held_out =
            cross_validate(self.problem(options), &self.corpus, examples, self.labels.len(), options, step);
        let calibration = Calibration::fit(&held_out, self.labels.len(), oos);
        let answers = Answers::new(&self.labels, held_out, &calibration);
        (calibration, answers)
    }
}

fn canonical(label: &str) -> &str {
    if label == "oos" { OUT_OF_SCOPE } else { label }
}

/// Margins of every row from a model that had not seen it.
fn cross_validate(
    problem: Problem<'_>,
    corpus: &Corpus,
    examples: &[Example],
    classes: usize,
    options: &Options,
    step: &dyn Fn(),
) -> HeldOut {
    let mut held_out = HeldOut::default();
    if options.folds < 2 {
        return held_out;
    }
    let folds = folds(problem.classes, examples, classes, options);
    let margins = Mutex::new(vec![0.0_f32; examples.len() * classes]);
    for fold in 0..options.folds {
        let (test, subset): (Vec<usize>, Vec<usize>) =
            (0..examples.len()).partition(|row| folds[*row] == fold);
        let subset: Vec<usize> = subset.into_iter().filter(|row| examples[*row].weight > 0.0).collect();
        let lean = Lean::new(corpus, &subset, problem.classes, classes);
        solve_all(Problem { subset: &subset, ..problem }, classes, |class, mut weights| {
            lean.add_to(class, &mut weights);
            let answers: Vec<f32> = test.iter().map(|row| weights.margin(problem.rows, *row)).collect();
            if let Ok(mut margins) = margins.lock() {
                for (row, answer) in test.iter().zip(answers) {
                    margins[row * classes + class] = answer;
                }
            }
        });
        step();
    }
    held_out.margins = margins.into_inner().unwrap_or_default();
    held_out.truth = problem.classes.to_vec();
    held_out.weights = examples.iter().map(|e| e.weight).collect();
    held_out
}

/// A fold for each row: classes spread evenly, groups kept together.
fn folds(classes: &[usize], examples: &[Example], count: usize, options: &Options) -> Vec<usize> {
    let mut rng = Rng::new(options.seed ^ 0x464f_4c44);
    let mut fold_of: HashMap<usize, usize> = HashMap::new();
    for class in 0..count {
        let mut groups: Vec<usize> =
            examples.iter().zip(classes).filter(|(_, c)| **c == class).map(|(e, _)| e.group).collect();
        groups.sort_unstable();
        groups.dedup();
        rng.shuffle(&mut groups);
        for (at, group) in groups.into_iter().enumerate() {
            fold_of.entry(group).or_insert(at % options.folds);
        }
    }
    examples.iter().map(|e| fold_of.get(&e.group).copied().unwrap_or(0)).collect()
}

/// Packs the weights into bytes.
fn assemble(
    recipe: Recipe,
    labels: Vec<String>,
    corpus: &Corpus,
    weights: &[Weights],
    calibration: Calibration,
) -> Head {
    let grams = corpus.hashes.len();
    let mut scales = Vec::with_capacity(grams);
    let mut bytes = Vec::with_capacity(grams * labels.len());
    for at in 0..grams {
        let largest = weights.iter().map(|class| class.columns[at].abs()).fold(0.0, f32::max);
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        scales.push(scale);
        bytes.extend(weights.iter().map(|class| (class.columns[at] / scale).round() as i8));
    }
    let dense = (0..corpus.shape.total())
        .flat_map(|feature| weights.iter().map(move |class| class.columns[grams + feature]))
        .collect();
    Head {
        recipe,
        labels,
        table: Table::new(&corpus.hashes),
        hashes: corpus.hashes.clone(),
        idf: corpus.idf.clone(),
        scales,
        weights: bytes,
        shape: corpus.shape,
        dense,
        bias: weights.iter().map(|class| class.bias).collect(),
        calibration,
    }
}

/// The block is an index into pairs of numbers.
const _: () = assert!(Block::Word as usize == 0 && Block::Char as usize == 1);
