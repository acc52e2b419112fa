//! `lara train`: a model whose intents are learnt from labelled CSV files; the other heads are the shipped ones.

use super::evaluate::rows;
use anyhow::{Context, Result};
use lara_nlu::{Engine, Options, Recipe, examples, train};
use std::path::PathBuf;
use std::process::ExitCode;

/// `lara train`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Labelled messages (columns text,label; the label `out_of_scope` for what is none of the others)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Where to write the model, for `lara classify --model`
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let mut training = Vec::new();
    for file in &args.files {
        training.extend(rows(file)?);
    }
    let options = Options { folds: 5, ..Options::new(Recipe::Topic) };
    let head = train(&examples(&training), &options).context("cannot train on these rows")?;
    println!(
        "{} rows, {} labels, answered from a confidence of {:.2} on",
        training.len(),
        head.labels().len(),
        head.threshold()
    );
    let bytes = Engine::shipped()
        .context("the shipped model cannot be read")?
        .with_intents(head, "trained")
        .to_bytes();
    std::fs::write(&args.out, bytes).with_context(|| format!("cannot write {}", args.out.display()))?;
    Ok(ExitCode::SUCCESS)
}
