//! `lara train`: a model whose intents are learnt from labelled CSV files; the other heads are those of the shipped model, or of
//! the one that `--model` names.

use super::engine::Choice;
use super::evaluate::rows;
use super::progress::{Shown, bar, spinner};
use anyhow::{Context, Result};
use lara_nlu::evaluate::{Confusion, Report};
use lara_nlu::{Options, Recipe, examples, train_checked};
use std::io::Write;
use std::path::{Path, PathBuf};
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

    #[command(flatten)]
    choice: Choice,

    /// Print what cross-validation took for what: the confusion matrix
    #[arg(long)]
    confusion: bool,

    /// Draw that matrix into this SVG file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let mut training = Vec::new();
    for file in &args.files {
        training.extend(rows(file)?);
    }
    let base = match args.choice.linear()? {
        Ok(base) => base,
        Err(code) => return Ok(code),
    };
    let encoder = match args.choice.encoder() {
        Ok(encoder) => encoder,
        Err(code) => return Ok(code),
    };
    let mut examples = examples(&training);
    if let Some(encoder) = encoder {
        let working = bar(Shown::OnTerminal, training.len(), "embedded");
        let texts: Vec<&str> = training.iter().map(|row| row.text.as_str()).collect();
        let vectors =
            encoder.embed(&texts, |done| working.set_position(u64::try_from(done).unwrap_or(u64::MAX)));
        for (example, vector) in examples.iter_mut().zip(vectors.context("the encoder does not answer")?) {
            example.embedding = vector;
        }
        working.finish_and_clear();
    }
    let working = spinner(Shown::OnTerminal, format!("learning from {} messages", training.len()));
    let options = Options { folds: 5, ..Options::new(Recipe::Topic) };
    let (head, checked) = train_checked(&examples, &options).context("cannot train on these rows")?;
    working.finish_and_clear();
    let pairs = examples.iter().zip(&checked).map(|(row, said)| (row.label.as_str(), said.best.as_str()));
    let confusion = Confusion::new(pairs);
    println!(
        "{} rows, {} labels, answered from a confidence of {:.2} on",
        training.len(),
        head.labels().len(),
        head.threshold()
    );
    if !checked.is_empty() {
        let report = Report::new(&confusion, 0.0, 0.0);
        println!(
            "in five-fold cross-validation {:.1} % right, macro F1 {:.1} %",
            report.accuracy * 100.0,
            report.macro_f1 * 100.0
        );
    }
    if args.confusion {
        print!("\n{}", confusion.to_text());
    }
    if let Some(path) = &args.svg {
        write_whole(path, confusion.to_svg().as_bytes())?;
    }
    write_whole(&args.out, &base.with_intents(head, "trained").to_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Writes beside the target and renames: whoever reads the old file meanwhile, or finds the disk full, keeps it whole.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().with_context(|| format!("{} is not a file name", path.display()))?;
    let temporary = folder.join(format!(".{}.{}", name.display(), std::process::id()));
    let written = std::fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    });
    written.map_err(|error| {
        // Half a file is of no use to anybody; that it could not be removed changes nothing.
        let _ = std::fs::remove_file(&temporary);
        anyhow::Error::new(error).context(format!("cannot write {}", path.display()))
    })
}
