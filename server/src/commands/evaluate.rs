//! `lara evaluate`: scores the understanding on a labelled CSV file.

use super::classify::{EngineName, load};
use super::progress::{Shown, spinner};
use super::train::write_whole;
use anyhow::{Context, Result};
use clap::ValueEnum;
use lara_nlu::evaluate::{Evaluation, Judge, Report, Task, evaluate, train_for};
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

    /// Which engine
    #[arg(long, value_enum, default_value_t = EngineName::Linear)]
    engine: EngineName,

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

    /// Folder of the sentence encoder that `--engine bert` uses
    #[arg(long, value_name = "DIR", env = "LARA_ENCODER")]
    encoder: Option<PathBuf>,
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
    let engine = match load(args.engine, None)? {
        Ok(engine) => engine,
        Err(code) => return Ok(code),
    };
    let task = Task::from(args.task);
    let test = rows(&args.test)?;
    let judge = match &args.train {
        None => Judge::Shipped(&engine),
        Some(path) => {
            let mut training = rows(path)?;
            if let Some(count) = args.shots {
                training = shots(&training, usize::try_from(count)?, args.seed);
            }
            let working =
                spinner(Shown::unless_json(args.json), format!("learning from {} messages", training.len()));
            let judge =
                train_for(task, &training).with_context(|| format!("cannot train on {}", path.display()))?;
            working.finish_and_clear();
            judge
        }
    };
    let Evaluation { report, confusion } = evaluate(task, &judge, &test)
        .with_context(|| format!("cannot measure on {}", args.test.display()))?;
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
