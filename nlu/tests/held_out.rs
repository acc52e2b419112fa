//! The shipped model against messages it never saw, written by people who had only the meanings of the labels.
//!
//! `held_out_*` and `held_out2_*` were measured again and again while the model was made, `held_out3_*` now and then;
//! `held_out4_*` was written when it was finished and measured once: its figures are the ones to believe. `cargo test -p lara-nlu --test held_out -- --nocapture` prints them.

use lara_nlu::Engine;
use lara_nlu::evaluate::{Confusion, Report};
use std::collections::HashMap;
use std::error::Error;

/// Fewer rows than this are not the whole file.
const FIRST: usize = 290;
const SECOND: usize = 150;

/// Accuracy of the intents (out of scope is one of them) and macro F1 of the complaints.
fn measure(file: &str, least: usize) -> Result<(f64, f64), Box<dyn Error>> {
    let engine = Engine::shipped()?;
    let path = format!("{}/training/{file}.csv", env!("CARGO_MANIFEST_DIR"));
    let (mut intents, mut complaints) = (Vec::new(), Vec::new());
    for row in csv::Reader::from_path(path)?.deserialize::<HashMap<String, String>>() {
        let mut row = row?;
        let mut cell = |name: &str| row.remove(name).ok_or_else(|| format!("no column {name}"));
        let reading = engine.classify(&cell("text")?);
        intents.push((cell("intent")?, reading.intent.as_str().to_owned()));
        complaints.push((cell("complaint")?, if reading.is_complaint() { "yes" } else { "no" }.to_owned()));
    }
    assert!(intents.len() >= least, "{} rows", intents.len());
    let report = |pairs: &[(String, String)]| {
        Report::new(
            &Confusion::new(pairs.iter().map(|(truth, said)| (truth.as_str(), said.as_str()))),
            0.0,
            0.0,
        )
    };
    let (intents, complaints) = (report(&intents), report(&complaints));
    println!(
        "{file}: intents {:.3}, out of scope turned away {:.3}, complaints {:.3}, {} rows",
        intents.accuracy,
        intents.oos_recall.unwrap_or_default(),
        complaints.macro_f1,
        intents.n
    );
    Ok((intents.accuracy, complaints.macro_f1))
}

/// Whether the figures of a file reach the bars: accuracy of the intents, and 0.80 for the complaints.
fn holds(file: &str, least: usize, bar: f64) -> Result<(), Box<dyn Error>> {
    let (intents, complaints) = measure(file, least)?;
    if intents >= bar && complaints >= 0.80 {
        return Ok(());
    }
    Err(format!("{file}: intents {intents:.3}, complaints {complaints:.3}").into())
}

#[test]
fn english_is_understood() {
    holds("held_out_en", FIRST, 0.80).unwrap();
}

#[test]
fn vietnamese_is_understood() {
    holds("held_out_vi", FIRST, 0.75).unwrap();
}

#[test]
fn english_of_the_second_set_is_understood() {
    holds("held_out2_en", SECOND, 0.80).unwrap();
}

#[test]
fn vietnamese_of_the_second_set_is_understood() {
    holds("held_out2_vi", SECOND, 0.75).unwrap();
}

#[test]
fn english_nobody_tuned_on_is_understood() {
    holds("held_out3_en", FIRST, 0.85).unwrap();
}

#[test]
fn vietnamese_nobody_tuned_on_is_understood() {
    holds("held_out3_vi", FIRST, 0.80).unwrap();
}

#[test]
fn english_of_the_last_set_is_understood() {
    holds("held_out4_en", FIRST, 0.80).unwrap();
}

#[test]
fn vietnamese_of_the_last_set_is_understood() {
    holds("held_out4_vi", FIRST, 0.75).unwrap();
}
