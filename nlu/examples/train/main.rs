//! Trains the shipped model: `cargo run --release -p lara-nlu --example train [-- NLU_FOLDER OUT_FILE]`.
//!
//! Deterministic: the same examples give the same bytes. Everything it reads is in `training/`.

mod sources;

use lara_nlu::evaluate::{Confusion, Report};
use lara_nlu::{Head, Options, Recipe, Scales, TrainError, pack, train_checked};
use sources::{Set, Sources};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let home = PathBuf::from(arguments.next().unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned()));
    let out = arguments.next().map_or_else(|| home.join("models/shipped.bin"), PathBuf::from);
    let sources = Sources::new(home.join("training"), Vec::new());
    let topic = Options { folds: 5, ..Options::new(Recipe::Topic) };
    let mood = Options { folds: 5, ..Options::new(Recipe::Mood) };
    // What is said to everybody is read by its charged words and little else: n-grams of our examples do not travel.
    let careful = |cost: f32, grams: f32| Options { cost, scales: Scales { grams, ..Scales::EVEN }, ..mood };
    let heads = [
        ("intent", head(&sources.intents()?, Options { max_grams: 45_000, cost: 0.5, ..mood })?),
        (
            "sentiment_public",
            head(&sources.sentiment(0.05)?.evened(), Options { max_grams: 30_000, ..careful(0.02, 0.6) })?,
        ),
        (
            "sentiment_brand",
            head(&sources.sentiment(1.0)?.evened(), Options { max_grams: 45_000, ..careful(0.1, 0.6) })?,
        ),
        (
            "sentiment_plain",
            head(
                &sources.plain_sentiment()?.evened(),
                Options {
                    max_grams: 1_000,
                    scales: Scales { grams: 0.01, vector: 0.01, ..Scales::EVEN },
                    ..mood
                },
            )?,
        ),
        (
            "complaint",
            raised(
                &sources.complaint()?,
                Options { max_grams: 50_000, ..careful(0.1, 0.6) },
                "complaint",
                0.75,
            )?,
        ),
        // Nearer to balance than to alarm: whoever is read as urgent is told to call for help.
        ("urgent", raised(&sources.urgent()?, Options { max_grams: 30_000, ..mood }, "urgent", 1.4)?),
        (
            "severity",
            head(&sources.severity()?.evened(), Options { max_grams: 15_000, ..careful(0.5, 0.7) })?,
        ),
        ("language", head(&sources.language()?, Options { max_grams: 40_000, ..topic })?),
    ];
    let named: Vec<(&str, &Head)> = heads.iter().map(|(name, head)| (*name, head)).collect();
    for (name, head) in &named {
        println!(
            "{name:10} {:3} labels {:6} n-grams, threshold {:.2}",
            head.labels().len(),
            head.vocabulary(),
            head.threshold()
        );
    }
    let file = pack(&named);
    println!("{} bytes to {}", file.len(), out.display());
    std::fs::write(&out, file)?;
    Ok(())
}

fn head(set: &Set, options: Options) -> Result<Head, TrainError> {
    let (head, checked) = train_checked(&set.examples, &options)?;
    // Only what was written for Lara: the rest is there to help, not to be judged by.
    let own: Vec<(&str, &str)> = set
        .examples
        .iter()
        .zip(&checked)
        .zip(&set.judged)
        .filter(|(_, judged)| **judged)
        .map(|((example, checked), _)| (example.label.as_str(), checked.best.as_str()))
        .collect();
    let report = Report::new(&Confusion::new(own.iter().copied()), 0.0, 0.0);
    println!(
        "cross-validation: accuracy {:.3}, macro F1 {:.3}, macro recall {:.3}, in scope {:.3}, out of scope {:.3} on {} of {} rows",
        report.accuracy,
        report.macro_f1,
        report.macro_recall,
        report.in_scope_accuracy.unwrap_or(0.0),
        report.oos_recall.unwrap_or(0.0),
        report.n,
        checked.len()
    );
    if std::env::var_os("MISTAKES").is_some() {
        for (truth, predicted, count) in Confusion::new(own).mistakes().iter().take(40) {
            println!("  {truth} read as {predicted}: {count}");
        }
    }
    Ok(head)
}

/// A head of two labels with the odds of one moved by a factor, and how well it then finds that one.
fn raised(set: &Set, options: Options, label: &str, factor: f32) -> Result<Head, TrainError> {
    let (head, checked) = train_checked(&set.examples, &options)?;
    let own = set.examples.iter().zip(&checked).zip(&set.judged).filter(|(_, judged)| **judged);
    let (mut found, mut false_alarms, mut missed) = (0_u32, 0_u32, 0_u32);
    let mut pairs = Vec::new();
    for ((example, checked), _) in own {
        let p = if checked.best == label { checked.probability } else { 1.0 - checked.probability };
        let (truth, said) = (example.label == label, p * factor >= 1.0 - p);
        match (truth, said) {
            (true, true) => found += 1,
            (false, true) => false_alarms += 1,
            (true, false) => missed += 1,
            (false, false) => {}
        }
        pairs.push((truth, said));
    }
    let share = |other: u32| f64::from(found) / f64::from((found + other).max(1));
    let name = |is: &bool| if *is { label } else { "other" };
    let report =
        Report::new(&Confusion::new(pairs.iter().map(|(truth, said)| (name(truth), name(said)))), 0.0, 0.0);
    println!(
        "cross-validation of {label}: precision {:.3}, recall {:.3}, macro F1 {:.3} on {} rows",
        share(false_alarms),
        share(missed),
        report.macro_f1,
        report.n
    );
    Ok(head.with_odds(label, factor))
}
