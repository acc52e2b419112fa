//! Speed of the embedded engine: `cargo bench -p lara-nlu --bench classify`.
#![expect(clippy::expect_used, reason = "a bench that cannot run panics")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use lara_nlu::{Engine, Options, Recipe, Row, examples, read_rows, train};

const ENGLISH: &str = include_str!("../training/held_out_en.csv");
const VIETNAMESE: &str = include_str!("../training/held_out_vi.csv");
const INTENTS: &str = include_str!("../training/intents_en.csv");

fn main() {
    divan::main();
}

fn texts(csv: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().filter_map(|record| Some(record.ok()?.get(0)?.to_owned())).collect()
}

/// All heads over one message after the other, one thread.
#[divan::bench(args = ["english", "vietnamese"])]
fn classify(bencher: Bencher<'_, '_>, language: &str) {
    let texts = texts(if language == "english" { ENGLISH } else { VIETNAMESE });
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let engine = Engine::shipped().expect("the shipped model");
    bencher
        .counter(ItemsCount::new(texts.len()))
        .bench_local(|| black_box(engine.classify_batch(black_box(&texts))));
}

/// The intent head alone.
#[divan::bench(args = ["english", "vietnamese"])]
fn intent(bencher: Bencher<'_, '_>, language: &str) {
    let texts = texts(if language == "english" { ENGLISH } else { VIETNAMESE });
    let engine = Engine::shipped().expect("the shipped model");
    bencher.counter(ItemsCount::new(texts.len())).bench_local(|| {
        for text in &texts {
            black_box(engine.intents().predict(black_box(text)));
        }
    });
}

/// Reading the shipped model from its bytes.
#[divan::bench]
fn load() -> Engine {
    Engine::shipped().expect("the shipped model")
}

/// From rows in memory to a calibrated head, all cores.
#[divan::bench(args = [500, 1000, 2500], sample_count = 3, sample_size = 1)]
fn learn(bencher: Bencher<'_, '_>, count: usize) {
    let rows = read_rows(INTENTS.as_bytes()).expect("the intents");
    // Every n-th row, so that all labels are there.
    let rows: Vec<Row> = rows.iter().step_by(rows.len().div_ceil(count)).cloned().collect();
    bencher
        .counter(ItemsCount::new(rows.len()))
        .with_inputs(|| examples(&rows))
        .bench_local_refs(|examples| train(examples, &Options::new(Recipe::Topic)));
}
