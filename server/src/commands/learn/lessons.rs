//! `lara learn add`, `label`, `lessons`, `forget`: what the brand teaches.

use super::print::{counted, quoted};
use super::{Class, Common, parse_label};
use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use lara_core::model::{Intent, Lesson, LessonSource, MessageId};
use lara_core::ports::{Lessons, Taught};
use lara_nlu::learn::read_lessons;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

/// Arguments of `lara learn add`.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    #[command(flatten)]
    common: Common,
    /// CSV file in UTF-8 with a heading line: text,label
    file: PathBuf,
    /// Read and check everything, store nothing
    #[arg(long)]
    dry_run: bool,
}

/// Arguments of `lara learn label`.
#[derive(Debug, clap::Args)]
pub(crate) struct LabelArgs {
    #[command(flatten)]
    common: Common,
    /// The message, by its id
    #[arg(long, value_name = "ID", conflicts_with = "text", required_unless_present = "text")]
    message: Option<MessageId>,
    /// The text
    #[arg(long)]
    text: Option<String>,
    /// What it means
    #[arg(value_parser = parse_label)]
    label: Intent,
}

/// Arguments of `lara learn lessons`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    common: Common,
    /// Only this label, with its texts
    #[arg(value_parser = parse_label)]
    label: Option<Intent>,
}

/// Arguments of `lara learn forget`.
#[derive(Debug, clap::Args)]
pub(crate) struct ForgetArgs {
    #[command(flatten)]
    common: Common,
    /// The text, as `lara learn lessons` shows it
    text: String,
}

/// A lesson of the command line; `text` is masked.
pub(super) fn lesson(class: &Class, text: String, label: Intent, message: Option<MessageId>) -> Lesson {
    Lesson {
        brand: class.brand.id,
        language: class.shipped.classify(&text).language,
        text,
        label,
        source: if message.is_some() { LessonSource::Corrected } else { LessonSource::Imported },
        by: None,
        message,
        at: wire::now(),
    }
}

pub(super) async fn add(config: &Config, args: &AddArgs) -> Result<()> {
    let file = File::open(&args.file).with_context(|| format!("cannot open {}", args.file.display()))?;
    let class = Class::open(config, &args.common).await?;
    let rows = read_lessons(file, |text| class.masked(text))
        .with_context(|| format!("nothing was stored: {}", args.file.display()))?;
    let lessons: Vec<Lesson> =
        rows.into_iter().map(|(text, label)| lesson(&class, text, label, None)).collect();
    let taught = if args.dry_run { Vec::new() } else { class.teach(&lessons).await? };
    let new = taught.iter().filter(|taught| **taught == Taught::New).count();
    let relabelled: Vec<(&Lesson, &Intent)> = lessons
        .iter()
        .zip(&taught)
        .filter_map(|(lesson, taught)| match taught {
            Taught::Relabelled { before } => Some((lesson, before)),
            Taught::New | Taught::Known => None,
        })
        .collect();
    if args.common.json {
        let relabelled: Vec<_> = relabelled
            .iter()
            .map(|(lesson, before)| json!({ "text": lesson.text, "label": lesson.label, "before": before }))
            .collect();
        println!(
            "{}",
            json!({ "rows": lessons.len(), "new": new, "relabelled": relabelled, "stored": !args.dry_run })
        );
        return Ok(());
    }
    if args.dry_run {
        println!("{} can be taught (dry run: nothing stored)", counted(lessons.len(), "lesson"));
        return Ok(());
    }
    for (lesson, before) in &relabelled {
        println!("{} was {before}, is {} now", quoted(&lesson.text), lesson.label);
    }
    let known = lessons.len() - new - relabelled.len();
    println!(
        "{}: {new} new, {} relabelled, {known} known already",
        counted(lessons.len(), "lesson"),
        relabelled.len()
    );
    println!("Train with: lara learn train --brand {}", class.brand.slug);
    Ok(())
}

pub(super) async fn label(config: &Config, args: &LabelArgs) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let (text, read_as) = match (&args.text, args.message) {
        (Some(text), _) => (text.clone(), class.live().await?.engine.classify(text).intent),
        (None, Some(message)) => {
            let heard = class.store.heard(class.brand.id, message).await?;
            let heard =
                heard.with_context(|| format!("{} has no customer's message {message}", class.brand.name))?;
            (heard.text, heard.intent)
        }
        (None, None) => bail!("name a message with --message or a text with --text"),
    };
    let lesson = lesson(&class, class.masked(&text), args.label.clone(), args.message);
    ensure!(!lesson.text.is_empty(), "there is no text to learn from");
    let taught = class.teach(std::slice::from_ref(&lesson)).await?.pop();
    if args.common.json {
        let before = match &taught {
            Some(Taught::Relabelled { before }) => Some(before),
            _ => None,
        };
        println!(
            "{}",
            json!({ "text": lesson.text, "label": lesson.label, "read_as": read_as, "before": before })
        );
        return Ok(());
    }
    println!("{} means {} (it was read as {read_as})", quoted(&lesson.text), lesson.label);
    if let Some(Taught::Relabelled { before }) = taught {
        println!("It was a lesson for {before} before.");
    }
    println!("Train with: lara learn train --brand {}", class.brand.slug);
    Ok(())
}

pub(super) async fn list(config: &Config, args: &ListArgs) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let mut lessons = class.store.lessons(class.brand.id).await?;
    lessons.retain(|lesson| args.label.as_ref().is_none_or(|label| lesson.label == *label));
    if args.common.json {
        println!("{}", json!({ "lessons": lessons }));
        return Ok(());
    }
    let mut by_label: BTreeMap<&Intent, Vec<&str>> = BTreeMap::new();
    for lesson in &lessons {
        by_label.entry(&lesson.label).or_default().push(&lesson.text);
    }
    for (label, texts) in &by_label {
        println!("{label:<28} {:>5}", texts.len());
        if args.label.is_some() {
            for text in texts {
                println!("  {text}");
            }
        }
    }
    if let Some(label) = args.label.as_ref().filter(|_| lessons.is_empty()) {
        println!("no lesson says {label}: see lara learn lessons");
    } else if lessons.is_empty() {
        println!("nothing taught yet: lara learn add FILE.csv, or lara learn label --text \"..\" LABEL");
    }
    Ok(())
}

pub(super) async fn forget(config: &Config, args: &ForgetArgs) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let gone = class.store.unlearn(class.brand.id, &class.masked(&args.text)).await?;
    ensure!(gone, "{} has no such lesson: see lara learn lessons LABEL", class.brand.name);
    if args.common.json {
        println!("{}", json!({ "forgotten": true }));
    } else {
        println!("Forgotten from the next training on.");
    }
    Ok(())
}
