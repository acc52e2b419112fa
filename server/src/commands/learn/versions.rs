//! `lara learn versions`, `rollback`: the brand's models and which of them reads.

use super::print::{Tone, toned};
use super::{Class, Common};
use crate::config::Config;
use crate::understanding;
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use lara_core::model::ModelState;
use lara_core::ports::{Models, Promoted};
use serde_json::json;

/// Arguments of `lara learn versions`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    common: Common,
}

/// Arguments of `lara learn rollback`.
#[derive(Debug, clap::Args)]
pub(crate) struct RollbackArgs {
    #[command(flatten)]
    common: Common,
    /// Number of the model, from `lara learn versions`; 0 is the one that ships with lara
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    to: i64,
}

pub(super) async fn list(config: &Config, args: &ListArgs) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let versions = class.store.models(class.brand.id).await?;
    if args.common.json {
        println!("{}", json!({ "versions": versions }));
        return Ok(());
    }
    let none_live = !versions.iter().any(|version| version.state == ModelState::Live);
    for version in &versions {
        let at = jiff::Timestamp::from_millisecond(version.trained_at.millis())
            .map_or_else(|_| "-".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
        let state = match version.state {
            ModelState::Live => toned(Tone::Good, "live     "),
            ModelState::Candidate => "candidate".to_owned(),
            ModelState::Retired => toned(Tone::Faint, "retired  "),
        };
        let gone = if version.whole { "" } else { " (too old to come back)" };
        println!(
            "{:>4}  {state}  {at}  {:>5} lessons  {}{gone}",
            version.number, version.lessons, version.note
        );
    }
    let state = if none_live { toned(Tone::Good, "live     ") } else { "         ".to_owned() };
    println!("{:>4}  {state}  ships with lara", 0);
    Ok(())
}

pub(super) async fn roll_back(config: &Config, args: &RollbackArgs) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let id = class.brand.id;
    let was = class.live().await?.number;
    ensure!(was != args.to, "model {was} is live already");
    if args.to != 0 {
        let versions = class.store.models(id).await?;
        if let Some(never) = versions
            .iter()
            .find(|version| version.number == args.to && version.state == ModelState::Candidate)
        {
            bail!("model {} never was live: {}; lara learn train makes a better one", args.to, never.note);
        }
        let bytes = class.store.model(id, args.to).await?;
        let bytes = bytes.with_context(|| {
            format!(
                "{} has no model {} that could come back: see lara learn versions",
                class.brand.name, args.to
            )
        })?;
        if let Err(trouble) = understanding::engine(&class.shipped, args.to, &bytes) {
            bail!(
                "model {} cannot be used: {trouble}; model {was} stays live: lara learn train makes a new one",
                args.to
            );
        }
    }
    match class.store.promote(id, args.to, was, wire::now()).await? {
        Promoted::Done => {}
        Promoted::Stale => bail!("another model became live meanwhile: see lara learn versions"),
        Promoted::Missing => bail!("model {} is gone: see lara learn versions", args.to),
    }
    if args.common.json {
        println!("{}", json!({ "live": args.to, "was": was }));
    } else {
        println!("Model {} reads from now on, in place of {was}.", args.to);
    }
    Ok(())
}
