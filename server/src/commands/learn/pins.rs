//! `lara learn pin`, `unpin`, `pins`: messages every model must read rightly.

use super::print::{Tone, quoted, toned};
use super::{Class, Common, parse_label};
use crate::config::Config;
use crate::wire;
use anyhow::{Result, ensure};
use lara_core::model::{Intent, Pin};
use lara_core::ports::Lessons;
use serde_json::json;

/// Arguments of `lara learn pin`.
#[derive(Debug, clap::Args)]
pub(crate) struct PinArgs {
    #[command(flatten)]
    common: Common,
    /// The message
    text: String,
    /// What it must be read as
    #[arg(value_parser = parse_label)]
    label: Intent,
}

/// Arguments of `lara learn unpin`.
#[derive(Debug, clap::Args)]
pub(crate) struct UnpinArgs {
    #[command(flatten)]
    common: Common,
    /// The message, as `lara learn pins` shows it
    text: String,
}

/// Arguments of `lara learn pins`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    common: Common,
}

pub(super) async fn pin(config: &Config, args: &PinArgs) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let text = class.masked(&args.text);
    ensure!(!text.is_empty(), "there is no text to pin");
    let read_as = class.live().await?.engine.classify(&text).intent;
    let pin = Pin { brand: class.brand.id, text, label: args.label.clone(), by: None, at: wire::now() };
    class.store.pin(&pin).await?;
    if args.common.json {
        println!("{}", json!({ "text": pin.text, "label": pin.label, "read_as": read_as }));
        return Ok(());
    }
    println!("Pinned: {} must be {}.", quoted(&pin.text), pin.label);
    if read_as != pin.label {
        println!("It is read as {read_as} now: nothing is promoted before that is learnt.");
    }
    Ok(())
}

pub(super) async fn unpin(config: &Config, args: &UnpinArgs) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let gone = class.store.unpin(class.brand.id, &class.masked(&args.text)).await?;
    ensure!(gone, "{} has no such pin: see lara learn pins", class.brand.name);
    if args.common.json {
        println!("{}", json!({ "unpinned": true }));
    } else {
        println!("Unpinned.");
    }
    Ok(())
}

pub(super) async fn list(config: &Config, args: &ListArgs) -> Result<()> {
    let class = Class::open(config, &args.common).await?;
    let engine = class.live().await?.engine;
    let pins = class.store.pins(class.brand.id).await?;
    let read: Vec<(Pin, Intent)> = pins
        .into_iter()
        .map(|pin| {
            let read_as = engine.classify(&pin.text).intent;
            (pin, read_as)
        })
        .collect();
    if args.common.json {
        let pins: Vec<_> = read
            .iter()
            .map(|(pin, read_as)| json!({ "text": pin.text, "label": pin.label, "read_as": read_as }))
            .collect();
        println!("{}", json!({ "pins": pins }));
        return Ok(());
    }
    for (pin, read_as) in &read {
        if *read_as == pin.label {
            println!("{}  {:<24} {}", toned(Tone::Good, "ok   "), pin.label, pin.text);
        } else {
            println!("{}  {:<24} {} (read as {read_as})", toned(Tone::Bad, "WRONG"), pin.label, pin.text);
        }
    }
    if read.is_empty() {
        println!("nothing pinned yet: lara learn pin \"..\" LABEL");
    }
    Ok(())
}
