//! `lara learn unknown`: messages nobody understood, put together, and made an intent where somebody says so.

use super::lessons::lesson;
use super::print::counted;
use super::{Class, Common, parse_label};
use crate::config::Config;
use anyhow::{Context, Result};
use lara_core::model::{Intent, Lesson};
use lara_core::ports::{Lessons, Taught};
use lara_nlu::learn::{Cluster, ClusterOptions, clusters};
use serde_json::json;
use std::collections::HashSet;

/// Messages that are looked at, the newest first.
const LOOKED_AT: u32 = 5_000;
/// Texts shown of a cluster.
const SHOWN: usize = 5;

/// Arguments of `lara learn unknown`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    common: Common,
    /// Fewer different messages are no cluster
    #[arg(long, default_value_t = 3, value_name = "N")]
    least: usize,
    /// Make lessons of the messages of this cluster, by its name; a number counts in the list of this moment
    #[arg(long, value_name = "NAME|N", requires = "label")]
    accept: Option<String>,
    /// What the accepted cluster means
    #[arg(long = "as", value_name = "LABEL", requires = "accept", value_parser = parse_label)]
    label: Option<Intent>,
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let heard = class.store.unsure(class.brand.id, LOOKED_AT).await?;
    let taught: HashSet<String> = class
        .store
        .lessons(class.brand.id)
        .await?
        .into_iter()
        .map(|lesson| lesson.text.to_lowercase())
        .collect();
    let messages: Vec<String> = heard
        .iter()
        .map(|heard| class.masked(&heard.text))
        .filter(|text| !taught.contains(&text.to_lowercase()))
        .collect();
    let options = ClusterOptions { least: args.least, ..ClusterOptions::default() };
    let count = messages.len();
    let found = tokio::task::spawn_blocking(move || clusters(&messages, options)).await?;
    if let (Some(named), Some(label)) = (&args.accept, &args.label) {
        return accept(&class, args, &found, named, label).await;
    }
    if args.common.json {
        println!("{}", json!({ "messages": count, "clusters": found }));
        return Ok(());
    }
    println!("{} not understood, {}", counted(count, "message"), counted(found.len(), "cluster"));
    for (number, cluster) in (1..).zip(&found) {
        println!("\n{number:>3}  {} ({})", cluster.name, counted(cluster.messages, "message"));
        cluster.texts.iter().take(SHOWN).for_each(|text| println!("     {text}"));
        if cluster.texts.len() > SHOWN {
            println!("     ... and {} more", cluster.texts.len() - SHOWN);
        }
    }
    if !found.is_empty() {
        println!("\nMake one an intent with: lara learn unknown --accept NAME --as LABEL");
    }
    Ok(())
}

async fn accept(class: &Class, args: &Args, found: &[Cluster], named: &str, label: &Intent) -> Result<()> {
    let numbered = named.parse::<usize>().ok().and_then(|number| found.get(number.checked_sub(1)?));
    let cluster = found.iter().find(|cluster| cluster.name.as_str() == named).or(numbered);
    let cluster = cluster.with_context(|| format!("there is no cluster {named}: see lara learn unknown"))?;
    let lessons: Vec<Lesson> =
        cluster.texts.iter().map(|text| lesson(class, text.clone(), label.clone(), None)).collect();
    let taught = class.teach(&lessons).await?;
    let new = taught.iter().filter(|taught| **taught == Taught::New).count();
    if args.common.json {
        println!("{}", json!({ "label": label, "lessons": lessons, "new": new }));
    } else {
        println!("{} for {label}, {new} of them new:", counted(lessons.len(), "lesson"));
        for lesson in &lessons {
            println!("  {}", lesson.text);
        }
        println!("Train with: lara learn train --brand {}", class.brand.slug);
    }
    Ok(())
}
