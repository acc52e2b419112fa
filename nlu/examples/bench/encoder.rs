//! What two sentence encoders add, and what it saves to ask them only where the linear engine is unsure.

use super::sets::{self, Sets};
use super::table::Table;
use super::{Outcome, SHOPS, held_out, now};
use lara_core::model::{Reading, Sentiment};
use lara_nlu::encoder::{BertEngine, Encoder, Folders};
use lara_nlu::evaluate::{Confusion, Embedded, Evaluation, Report, Task, evaluate_embedded, train_embedded};
use lara_nlu::{Engine, Row, shots};
use std::collections::HashMap;
use std::path::Path;

/// The folders of `scripts/encoders`: for English and for Vietnamese.
const FOLDERS: [&str; 2] = ["all-MiniLM-L6-v2", "multilingual-e5-small"];
/// Confidences below which an encoder is asked; the first asks never, the last always.
const CASCADES: [f32; 7] = [0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.1];

/// The bars of the engine with encoders, then the cascade.
pub(crate) fn measure(sets: &Sets, home: &Path, table: &mut Table) -> Outcome<Vec<String>> {
    let english = Encoder::open(home.join(FOLDERS[0]))?;
    english_intents(sets, &english, table)?;
    drop(english);
    shops(sets, &Encoder::open(home.join(FOLDERS[1]))?, table)?;
    let encoders = FOLDERS.map(|folder| (None, home.join(folder))).to_vec();
    let engine = BertEngine::open(Engine::shipped()?, &Folders { encoders, sentiment: None })?;
    shipped(sets, &engine, table)
}

/// An encoder that reads each text once.
struct Known<'a> {
    encoder: &'a Encoder,
    vectors: HashMap<String, Vec<f32>>,
}

impl<'a> Known<'a> {
    fn new(encoder: &'a Encoder) -> Self {
        Self { encoder, vectors: HashMap::new() }
    }

    /// The vectors of rows.
    fn of(&mut self, rows: &[Row]) -> Outcome<Vec<Vec<f32>>> {
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        let unknown: Vec<&str> =
            texts.iter().copied().filter(|text| !self.vectors.contains_key(*text)).collect();
        let vectors = self.encoder.embed(&unknown, |_| ())?;
        self.vectors.extend(unknown.into_iter().map(str::to_owned).zip(vectors));
        Ok(texts.iter().filter_map(|text| self.vectors.get(*text).cloned()).collect())
    }

    /// Trained on some rows, asked others.
    fn evaluate(&mut self, train: &[Row], test: &[Row]) -> Outcome<Evaluation> {
        let judge = train_embedded(Task::Intent, train, self.of(train)?)?;
        let embedded = Embedded { vectors: self.of(test)?, ..Embedded::default() };
        Ok(evaluate_embedded(Task::Intent, &judge, test, &embedded)?)
    }
}

fn english_intents(sets: &Sets, encoder: &Encoder, table: &mut Table) -> Outcome {
    let mut known = Known::new(encoder);
    let (train, test) = (sets.rows("intent/banking77_train")?, sets.rows("intent/banking77_test")?);
    let started = now();
    known.of(&test)?;
    let rows = f64::from(u32::try_from(test.len())?);
    table.at_least("embed, messages a second, all cores", 150.0, rows / started.elapsed().as_secs_f64());
    let banking = known.evaluate(&train, &test)?.report;
    table.percent("Banking77 test, full", 94.0, banking.accuracy);
    table.at_most("train Banking77, seconds, once embedded", 60.0, banking.train_seconds);
    let mut few = Vec::new();
    for seed in 1..=3 {
        few.push(known.evaluate(&shots(&train, 10, seed), &test)?.report.accuracy);
    }
    table.percent("Banking77 test, 10 rows a label, mean of seeds 1 to 3", 84.0, sets::mean(&few));
    let clinc =
        known.evaluate(&sets.rows("intent/clinc150_train")?, &sets.rows("intent/clinc150_val")?)?.report;
    table.percent("CLINC150 val, in scope", 95.0, clinc.in_scope_accuracy.unwrap_or_default());
    table.percent("CLINC150 val, out of scope turned away", 70.0, clinc.oos_recall.unwrap_or_default());
    let bitext = known.evaluate(&sets.rows("intent/bitext27_train")?, &sets.rows("intent/bitext27_val")?)?;
    table.percent("bitext27 val", 98.0, bitext.report.accuracy);
    Ok(())
}

fn shops(sets: &Sets, encoder: &Encoder, table: &mut Table) -> Outcome {
    let mut known = Known::new(encoder);
    let mut shops = Vec::new();
    for shop in SHOPS {
        let (train, test) = sets::split(sets.rows(&format!("intent/vi_{shop}_train"))?);
        let accuracy = known.evaluate(&train, &test)?.report.accuracy;
        eprintln!("{shop}: {accuracy:.3}");
        shops.push(accuracy);
    }
    table.percent("five Vietnamese shops, mean", 95.0, sets::mean(&shops));
    Ok(())
}

/// A set that nothing was learnt from, read without an encoder and with one.
struct Read {
    rows: Vec<Row>,
    linear: Vec<Reading>,
    both: Vec<Reading>,
}

impl Read {
    fn new(engine: &BertEngine, rows: Vec<Row>) -> Outcome<Self> {
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        let linear = engine.linear().classify_batch(&texts);
        let both = engine.read(&texts)?;
        Ok(Self { rows, linear, both })
    }

    /// What is said where the encoder speaks on messages whose intent is less sure than `below`; the share of those.
    fn report(&self, below: f32, said: impl Fn(&Reading) -> String) -> (f64, Report) {
        let readings = self.linear.iter().zip(&self.both);
        let readings: Vec<&Reading> =
            readings.map(|(linear, both)| if linear.confidence < below { both } else { linear }).collect();
        let said: Vec<String> = readings.into_iter().map(said).collect();
        let asked = self.linear.iter().filter(|reading| reading.confidence < below).count();
        let pairs = self.rows.iter().zip(&said).map(|(row, said)| (row.label.as_str(), said.as_str()));
        let share =
            f64::from(u32::try_from(asked).unwrap_or(0)) / f64::from(u32::try_from(said.len()).unwrap_or(1));
        (share, Report::new(&Confusion::new(pairs), 0.0, 0.0))
    }
}

fn intent(reading: &Reading) -> String {
    reading.intent.as_str().to_owned()
}

fn complaint(reading: &Reading) -> String {
    if reading.is_complaint() { "complaint" } else { "not_complaint" }.to_owned()
}

fn sentiment(reading: &Reading) -> String {
    reading.sentiment.as_str().to_owned()
}

/// Of sets that have no neutral rows.
fn charged(reading: &Reading) -> String {
    if reading.score > 0.0 { Sentiment::Positive } else { Sentiment::Negative }.as_str().to_owned()
}

const fn accuracy(report: &Report) -> f64 {
    report.accuracy
}

const fn f1(report: &Report) -> f64 {
    report.macro_f1
}

const fn recall(report: &Report) -> f64 {
    report.macro_recall
}

/// One bar: what is measured on which set, and how.
struct Line {
    name: &'static str,
    bar: f64,
    set: Read,
    said: fn(&Reading) -> String,
    figure: fn(&Report) -> f64,
}

fn lines(sets: &Sets, engine: &BertEngine) -> Outcome<Vec<Line>> {
    let mut lines = Vec::new();
    let mut add = |name, bar, rows, said, figure| -> Outcome {
        lines.push(Line { name, bar, set: Read::new(engine, rows)?, said, figure });
        Ok(())
    };
    add("tweeteval_val, macro recall", 66.0, sets.rows("sentiment/tweeteval_val")?, sentiment, recall)?;
    let airline = sets.rows("sentiment/airline_tweets_dev")?;
    add("airline_tweets_dev, macro recall", 70.0, airline, sentiment, recall)?;
    add("aivivn_dev, macro F1", 87.0, sets.rows("sentiment/aivivn_dev")?, charged, f1)?;
    let mut students = sets.rows("sentiment/uit_vsfc_dev")?;
    students.retain(|row| row.label != "neutral");
    add("uit_vsfc_dev without its neutral rows, macro F1", 87.0, students, charged, f1)?;
    let complaints = sets.rows("complaint/complaint_tweets_dev")?;
    add("complaint_tweets_dev, macro F1", 79.0, complaints, complaint, f1)?;
    let (english, vietnamese) = (held_out::rows("en")?, held_out::rows("vi")?);
    let both = english.complaints.into_iter().chain(vietnamese.complaints).collect();
    add("held out, intent, English", 88.0, english.intents, intent, accuracy)?;
    add("held out, intent, Vietnamese", 84.0, vietnamese.intents, intent, accuracy)?;
    add("held out, complaint, macro F1", 87.0, both, complaint, f1)?;
    Ok(lines)
}

fn shipped(sets: &Sets, engine: &BertEngine, table: &mut Table) -> Outcome<Vec<String>> {
    let lines = lines(sets, engine)?;
    for Line { name, bar, set, said, figure } in &lines {
        table.percent(name, *bar, figure(&set.report(f32::MAX, said).1));
    }
    let names: Vec<&str> = lines.iter().map(|line| line.name).collect();
    let mut printed = vec![
        format!("| asked below | messages asked | {} |", names.join(" | ")),
        format!("|---|---|{}", "---|".repeat(names.len())),
    ];
    for below in CASCADES {
        let (mut shares, mut figures) = (Vec::new(), Vec::new());
        for Line { set, said, figure, .. } in &lines {
            let (share, report) = set.report(below, said);
            shares.push(share);
            figures.push(format!("{:.1}", figure(&report) * 100.0));
        }
        printed.push(format!("| {below} | {:.0} % | {} |", sets::mean(&shares) * 100.0, figures.join(" | ")));
    }
    Ok(printed)
}
