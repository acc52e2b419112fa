//! Trains the heads that look at an encoder's embedding alone, for the encoders of `scripts/encoders`:
//! `cargo run --release -p lara-nlu --features bert --example deep [-- ENCODERS [NLU_FOLDER]]`.
//!
//! Minutes, nearly all of them for embedding. The English encoder learns from the English messages, the other from the
//! Vietnamese ones; the files go to `models/`.

#[path = "../train/sources.rs"]
#[expect(dead_code, reason = "the heads of urgency, severity and language have no second opinion")]
mod sources;

use lara_core::model::MessageLanguage;
use lara_nlu::encoder::Encoder;
use lara_nlu::{Deep, Engine, Head, Options, Recipe, train_checked};
use sources::{Set, Sources};
use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;

/// Folder of the encoder, file of its heads, language it learns.
const ENCODERS: [(&str, &str, MessageLanguage); 2] = [
    ("all-MiniLM-L6-v2", "deep_minilm.bin", MessageLanguage::English),
    ("multilingual-e5-small", "deep_e5.bin", MessageLanguage::Vietnamese),
];

/// What messages to a brand weigh beside posts and reviews, in the sentiment.
const CUSTOMERS: f32 = 0.5;

fn main() -> Result<(), Box<dyn Error>> {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut arguments = std::env::args_os().skip(1);
    let encoders = arguments.next().map_or_else(|| home.join("../.encoders"), PathBuf::from);
    let home = arguments.next().map_or(home, PathBuf::from);
    let sources = Sources::new(home.join("training"), Vec::new());
    for (folder, file, language) in ENCODERS {
        let encoder = Encoder::open(encoders.join(folder))?;
        let mut embedded = Embedded { encoder: &encoder, known: HashMap::new() };
        let heads = [
            ("intent", embedded.head(sources.intents()?, language, 0.3)?),
            ("sentiment", embedded.head(sources.sentiment(CUSTOMERS)?.evened(), language, 0.1)?),
            ("complaint", embedded.head(sources.complaint()?, language, 0.1)?),
        ];
        let bytes = Deep::new(heads, encoder.probes()).to_bytes();
        println!("{folder}: {} bytes to {file}", bytes.len());
        std::fs::write(home.join("models").join(file), bytes)?;
    }
    Ok(())
}

/// An encoder that reads every text once.
struct Embedded<'a> {
    encoder: &'a Encoder,
    known: HashMap<String, Vec<f32>>,
}

impl Embedded<'_> {
    /// A head of the messages in one language; copies without accents are left to the n-grams. The costs did best where each
    /// file was read by a head that had learnt from the others.
    fn head(&mut self, set: Set, language: MessageLanguage, cost: f32) -> Result<Head, Box<dyn Error>> {
        let engine = Engine::shipped()?;
        let mut examples = set.examples;
        let mut groups = std::collections::HashSet::new();
        examples.retain(|example| groups.insert(example.group));
        examples.retain(|example| engine.classify(&example.text).language == language);
        let unknown: Vec<&str> =
            examples.iter().map(|e| e.text.as_str()).filter(|text| !self.known.contains_key(*text)).collect();
        let vectors = self.encoder.embed(&unknown, |done| eprint!("\r{done} of {}   ", unknown.len()))?;
        eprintln!();
        self.known.extend(unknown.into_iter().map(str::to_owned).zip(vectors));
        for example in &mut examples {
            example.embedding = self.known.get(&example.text).cloned().unwrap_or_default();
        }
        let options = Options { cost, folds: 5, ..Options::new(Recipe::Meaning) };
        let (head, checked) = train_checked(&examples, &options)?;
        let right =
            examples.iter().zip(&checked).filter(|(example, checked)| example.label == checked.best).count();
        println!("cross-validation: {right} of {} right", checked.len());
        Ok(head)
    }
}
