//! `lara channel test`: asks the platform whether a channel can work.

use super::{Which, find, said};
use crate::config::Config;
use crate::wire;
use anyhow::{Result, bail};
use lara_core::model::Language;
use lara_core::ports::Symptom;
use lara_store::Store;
use serde_json::json;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Arguments of `lara channel test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Language of the findings
    #[arg(long, default_value = "en", value_parser = |code: &str| code.parse::<Language>().map_err(|_| "write en or vi"))]
    language: Language,
}

/// Runs `lara channel test`; fails when something is broken.
pub(super) async fn run(config: &Config, store: Arc<Store>, args: &Args) -> Result<()> {
    let (brand, channel) = find(&store, &args.which).await?;
    let shared = wire::serve(config, store, CancellationToken::new())?.channels;
    let findings = lara_bots::check(&shared, &channel).await;
    shared.health.note(&channel, Symptom::Checked(findings.clone())).await;
    if args.json {
        let told = json!({
            "channel": channel.name,
            "brand": brand.slug,
            "kind": channel.kind,
            "broken": said::is_broken(&findings),
            "findings": said::as_json(&channel, &findings, args.language),
        });
        println!("{told}");
    } else if findings.is_empty() {
        println!("ok     {}: there is no platform to ask", channel.name);
    } else {
        said::print(&channel, &findings, args.language);
    }
    if channel.paused_at.is_some() && !args.json {
        println!("hint   The channel is paused: lara channel resume {}", channel.name);
    }
    if said::is_broken(&findings) {
        bail!("{} does not work: see above", channel.name);
    }
    Ok(())
}
