//! `lara replay`: a file of messages through the whole pipeline, on a throw-away store.

mod rows;
mod table;

use super::progress::{self, Shown};
use crate::pipeline::Pipeline;
use anyhow::{Context, Result, ensure};
use lara_core::model::Decision;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use table::Table;

/// Arguments of `lara replay`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// JSON lines or CSV with the fields text, label?, customer?, channel?, brand?, at? (RFC 3339)
    file: PathBuf,
    /// Print one JSON object a message, in order
    #[arg(long)]
    json: bool,
}

/// One message's fate, under the names the contract gives.
#[derive(Debug, Serialize)]
struct Line<'a> {
    text: &'a str,
    intent: &'a str,
    sentiment: &'a str,
    complaint: f32,
    decision: &'a str,
    policy: &'a str,
    template: Option<&'a str>,
    reply: Option<&'a str>,
}

/// Runs the replay.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let rows = rows::read(&args.file)?;
    ensure!(!rows.is_empty(), "{} has no messages", args.file.display());
    let pipeline = Pipeline::on_demo().await?;
    let mut addresses: BTreeMap<String, String> = BTreeMap::new();
    let mut table = Table::default();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let bar = progress::bar(Shown::unless_json(args.json), rows.len(), "decided");
    for (number, row) in rows.iter().enumerate() {
        row.check_brand(pipeline.brand_slug()).with_context(|| format!("message {}", number + 1))?;
        let address = match &row.customer {
            Some(name) => {
                if let Some(address) = addresses.get(name) {
                    address.clone()
                } else {
                    let address = pipeline.address_of(name).await?;
                    addresses.insert(name.clone(), address.clone());
                    address
                }
            }
            None => pipeline.stranger(),
        };
        let done = pipeline
            .say(&address, &row.text, row.at)
            .await
            .with_context(|| format!("message {}", number + 1))?;
        table.count(row.label.as_deref(), &done.decision);
        if args.json {
            let reply = done.reply_plain();
            let line = Line {
                text: &row.text,
                intent: done.decision.reading.intent.as_str(),
                sentiment: done.decision.reading.sentiment.as_str(),
                complaint: done.decision.reading.complaint,
                decision: done.decision.kind.as_str(),
                policy: &done.decision.policy,
                template: main_template(&done.decision),
                reply: reply.as_deref(),
            };
            serde_json::to_writer(&mut out, &line)?;
            out.write_all(b"\n")?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if !args.json {
        table.print(&mut out)?;
    }
    out.flush()?;
    Ok(())
}

/// The template that answers: the opening line stands above it only once in a conversation.
fn main_template(decision: &Decision) -> Option<&str> {
    let mut keys = decision.templates.iter().map(|used| used.key.as_str());
    let first = keys.next();
    if first == Some("hello") { keys.next().or(first) } else { first }
}
