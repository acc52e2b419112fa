//! `lara evaluate`: scores the understanding on a labelled CSV file.

use super::engine::Choice;
use super::progress::{Shown, bar, spinner};
use super::train::write_whole;
use anyhow::{Context, Result};
use clap::ValueEnum;
use lara_nlu::evaluate::{Embedded, Evaluation, Judge, Report, Task, evaluate_embedded, train_embedded};
use lara_nlu::{Row, read_rows, shots};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `lara evaluate`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What is measured
    #[arg(long, value_enum)]
    task: TaskName,

    /// Train on this file first (columns text,label); without it, the shipped model is measured
    #[arg(long, value_name = "FILE")]
    train: Option<PathBuf>,

    /// Measure on this file (columns text,label)
    #[arg(long, value_name = "FILE")]
    test: PathBuf,

    #[command(flatten)]
    choice: Choice,

    /// Train on this many rows a label only, drawn without replacement
    #[arg(long, value_name = "N", requires = "train", value_parser = clap::value_parser!(u32).range(1..))]
    shots: Option<u32>,

    /// Seed of that draw
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Print one JSON object
    #[arg(long)]
    json: bool,

    /// Print what was taken for what: the confusion matrix
    #[arg(long, conflicts_with = "json")]
    confusion: bool,

    /// Draw the confusion matrix into this SVG file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// The tasks of the outside contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TaskName {
    Intent,
    Sentiment,
    Complaint,
    Language,
}

impl From<TaskName> for Task {
    fn from(name: TaskName) -> Self {
        match name {
            TaskName::Intent => Self::Intent,
            TaskName::Sentiment => Self::Sentiment,
            TaskName::Complaint => Self::Complaint,
            TaskName::Language => Self::Language,
        }
    }
}

pub(crate) fn rows(path: &Path) -> Result<Vec<Row>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    read_rows(file).with_context(|| format!("{} has no labelled rows", path.display()))
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let task = Task::from(args.task);
    let test = rows(&args.test)?;
    let measured = match &args.train {
        None => shipped(args, task, &test)?,
        Some(path) => trained(args, task, path, &test)?,
    };
    let Evaluation { report, confusion } = match measured {
        Ok(evaluation) => evaluation,
        Err(code) => return Ok(code),
    };
    if let Some(path) = &args.svg {
        write_whole(path, confusion.to_svg().as_bytes())?;
    }
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print(&report);
    }
    if args.confusion {
        print!("\n{}", confusion.to_text());
    }
    Ok(ExitCode::SUCCESS)
}

/// Measures the shipped model, or the one named with `--model`.
fn shipped(args: &Args, task: Task, test: &[Row]) -> Result<Result<Evaluation, ExitCode>> {
    let engine = match args.choice.open()? {
        Ok(engine) => engine,
        Err(code) => return Ok(Err(code)),
    };
    let embedded = embedded(args, test, |texts, seen| engine.embeddings(texts, seen))?;
    measure(args, task, &Judge::Shipped(engine.judge()), test, &embedded).map(Ok)
}

/// Trains on a file and measures that.
fn trained(args: &Args, task: Task, path: &Path, test: &[Row]) -> Result<Result<Evaluation, ExitCode>> {
    let mut training = rows(path)?;
    if let Some(count) = args.shots {
        training = shots(&training, usize::try_from(count)?, args.seed);
    }
    let encoder = match args.choice.encoder() {
        Ok(encoder) => encoder,
        Err(code) => return Ok(Err(code)),
    };
    let embed = |rows: &[Row]| {
        embedded(args, rows, |texts, seen| match &encoder {
            Some(encoder) => encoder.embed(texts, seen).context("the encoder does not answer"),
            None => Ok(Vec::new()),
        })
    };
    let known = embed(&training)?.vectors;
    let working =
        spinner(Shown::unless_json(args.json), format!("learning from {} messages", training.len()));
    let judge = train_embedded(task, &training, known)
        .with_context(|| format!("cannot train on {}", path.display()))?;
    working.finish_and_clear();
    measure(args, task, &judge, test, &embed(test)?).map(Ok)
}

fn measure(
    args: &Args,
    task: Task,
    judge: &Judge<'_>,
    test: &[Row],
    embedded: &Embedded,
) -> Result<Evaluation> {
    evaluate_embedded(task, judge, test, embedded)
        .with_context(|| format!("cannot measure on {}", args.test.display()))
}

/// The embeddings of rows, and the time they took.
fn embedded(
    args: &Args,
    rows: &[Row],
    embed: impl FnOnce(&[&str], &mut dyn FnMut(usize)) -> Result<Vec<Vec<f32>>>,
) -> Result<Embedded> {
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    let working = bar(Shown::unless_json(args.json), texts.len(), "embedded");
    let started = now();
    let vectors = embed(&texts, &mut |done| working.set_position(u64::try_from(done).unwrap_or(u64::MAX)))?;
    working.finish_and_clear();
    Ok(Embedded { vectors, took: started.elapsed() })
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time; nothing decides by it")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

fn print(report: &Report) {
    let percent = |share: f64| format!("{:6.1} %", share * 100.0);
    let optional = |share: Option<f64>| share.map_or_else(|| "     -".to_owned(), percent);
    println!("rows                {:6}", report.n);
    println!("accuracy            {}", percent(report.accuracy));
    println!("macro F1            {}", percent(report.macro_f1));
    println!("macro recall        {}", percent(report.macro_recall));
    println!("correlation (mcc)   {:6.3}", report.mcc);
    println!("in-scope accuracy   {}", optional(report.in_scope_accuracy));
    println!("oos recall          {}", optional(report.oos_recall));
    println!("oos precision       {}", optional(report.oos_precision));
    println!("trained in          {:6.2} s", report.train_seconds);
    println!("speed               {:6.0} messages/s, one thread", report.messages_per_second);
}
