//! `lara learn review`: what is taken for something else, and labels that may be wrong.

use super::print::{counted, percent, quoted};
use super::{Class, Common};
use crate::commands::progress::{Shown, bar};
use crate::config::Config;
use anyhow::Result;
use lara_core::ports::Lessons;
use lara_nlu::learn::{COMPARE_STEPS, Doubt, Review, TrainingSet, review};

/// Arguments of `lara learn review`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    common: Common,
    /// How many of each list
    #[arg(long, default_value_t = 10, value_name = "N")]
    most: usize,
    /// Seed of the cross-validation
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let set = TrainingSet::new(&class.store.lessons(class.brand.id).await?);
    let bar = bar(
        Shown::unless_json(args.common.json),
        usize::try_from(COMPARE_STEPS)?,
        "folds of the cross-validation",
    );
    let (progress, seed) = (bar.clone(), args.seed);
    let found = tokio::task::spawn_blocking(move || review(&set, seed, &|| progress.inc(1))).await??;
    bar.finish_and_clear();
    if args.common.json {
        println!("{}", serde_json::to_string(&found)?);
    } else {
        print(&found, args.most);
    }
    Ok(())
}

fn print(found: &Review, most: usize) {
    println!("Taken for each other ({}):", counted(found.confused.len(), "pair"));
    for pair in found.confused.iter().take(most) {
        println!("{:>5}  {} read as {}", pair.count, pair.label, pair.read_as);
        for text in &pair.examples {
            println!("         {text}");
        }
    }
    println!("\nLabels to look at ({}):", counted(found.suspects.len(), "lesson"));
    for suspect in found.suspects.iter().take(most) {
        println!("  {}", quoted(&suspect.text));
        let why = match &suspect.doubt {
            Doubt::Unlikely { given, suggested } => {
                format!("{} against {}", percent(f64::from(*suggested)), percent(f64::from(*given)))
            }
            Doubt::Twin { text, starter } => {
                let whose = if *starter { "the starter example" } else { "the lesson" };
                format!("as {whose} {}", quoted(text))
            }
        };
        println!("      is {}; {}? ({why})", suspect.label, suspect.suggestion);
    }
    if !found.suspects.is_empty() {
        println!("\nCorrect one with: lara learn label --text \"..\" LABEL");
    }
}
