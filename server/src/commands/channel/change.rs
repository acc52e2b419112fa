//! `lara channel pause`, `resume` and `remove`.

use super::{Which, find};
use crate::config::Config;
use crate::wire;
use anyhow::Result;
use lara_core::ports::Brands;
use lara_store::Store;

/// Arguments: which channel.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
}

/// Runs `lara channel pause`.
pub(super) async fn pause(store: &Store, args: &Args) -> Result<()> {
    let (_, channel) = find(store, &args.which).await?;
    if channel.paused_at.is_none() {
        let now = wire::now();
        store.pause_channel(channel.id, Some(now), now).await?;
    }
    println!("Paused {}: it neither listens nor sends. What waits to be sent goes on waiting.", channel.name);
    println!("Let it go on with: lara channel resume {}", channel.name);
    Ok(())
}

/// Runs `lara channel resume`.
pub(super) async fn resume(store: &Store, args: &Args) -> Result<()> {
    let (_, channel) = find(store, &args.which).await?;
    store.pause_channel(channel.id, None, wire::now()).await?;
    println!("{} listens and sends again. A running server begins within seconds.", channel.name);
    Ok(())
}

/// Runs `lara channel remove`.
pub(super) async fn remove(config: &Config, store: &Store, args: &Args) -> Result<()> {
    let (brand, channel) = find(store, &args.which).await?;
    store.remove_channel(channel.id, wire::now()).await?;
    println!("Removed {} of {}. Its token and other secrets are forgotten.", channel.name, brand.name);
    println!("What waited to be sent is marked as failed. Its conversations stay to be read at the desk.");
    println!(
        "The platform still knows the bot: delete it there, or take its token back, if nobody needs it."
    );
    let in_file = config.channels.get(&channel.name).is_some_and(|table| table.brand == brand.slug);
    if in_file {
        println!(
            "lara.toml still names it: take [channels.{}] out, or it comes back at the next start.",
            channel.name
        );
    }
    Ok(())
}
