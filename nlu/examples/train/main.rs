//! Trains the shipped model: `cargo run --release -p lara-nlu --example train [-- NLU_FOLDER OUT_FILE]`.
//!
//! Deterministic: the same examples give the same bytes. Everything it reads is in `training/`.

mod sources;

use lara_nlu::{Head, Options, Recipe, TrainError, pack, train};
use sources::{Set, Sources};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let home = PathBuf::from(arguments.next().unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned()));
    let out = arguments.next().map_or_else(|| home.join("models/shipped.bin"), PathBuf::from);
    let sources = Sources::new(home.join("training"));
    let topic = Options { folds: 5, ..Options::new(Recipe::Topic) };
    let mood = Options { folds: 5, ..Options::new(Recipe::Mood) };
    let heads = [
        ("intent", head(&sources.intents()?, Options { max_grams: 45_000, ..topic })?),
        ("sentiment", head(&sources.sentiment()?, Options { max_grams: 60_000, ..mood })?),
        ("complaint", head(&sources.complaint()?, Options { max_grams: 60_000, ..mood })?),
        ("urgent", head(&sources.urgent()?, Options { max_grams: 30_000, ..mood })?),
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
    train(&set.examples, &options)
}
