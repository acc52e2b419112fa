//! The shipped model against messages it never saw, written by someone who had only the meanings of the labels.

use lara_nlu::Engine;
use lara_nlu::evaluate::{Confusion, Report};
use std::collections::HashMap;
use std::error::Error;

/// Accuracy of the intents (out of scope is one of them) and macro F1 of the complaints.
fn measure(language: &str) -> Result<(f64, f64), Box<dyn Error>> {
    let engine = Engine::shipped()?;
    let path = format!("{}/training/held_out_{language}.csv", env!("CARGO_MANIFEST_DIR"));
    let (mut intents, mut complaints) = (Vec::new(), Vec::new());
    for row in csv::Reader::from_path(path)?.deserialize::<HashMap<String, String>>() {
        let mut row = row?;
        let mut cell = |name: &str| row.remove(name).ok_or_else(|| format!("no column {name}"));
        let reading = engine.classify(&cell("text")?);
        intents.push((cell("intent")?, reading.intent.as_str().to_owned()));
        complaints.push((cell("complaint")?, if reading.is_complaint() { "yes" } else { "no" }.to_owned()));
    }
    assert!(intents.len() >= 290, "{} rows", intents.len());
    let report = |pairs: &[(String, String)]| {
        Report::new(
            &Confusion::new(pairs.iter().map(|(truth, said)| (truth.as_str(), said.as_str()))),
            0.0,
            0.0,
        )
    };
    Ok((report(&intents).accuracy, report(&complaints).macro_f1))
}

#[test]
fn english_is_understood() {
    let (intents, complaints) = measure("en").unwrap();
    assert!(intents >= 0.80 && complaints >= 0.80, "intents {intents:.3}, complaints {complaints:.3}");
}

#[test]
fn vietnamese_is_understood() {
    let (intents, complaints) = measure("vi").unwrap();
    assert!(intents >= 0.75 && complaints >= 0.80, "intents {intents:.3}, complaints {complaints:.3}");
}
