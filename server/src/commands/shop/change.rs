//! `lara shop secret`, `pause`, `resume` and `remove`.

use super::add::{Given, holding};
use super::{Which, find};
use crate::wire;
use anyhow::{Result, bail};
use lara_core::ports::Shops;
use lara_store::Store;

/// Arguments of `lara shop secret`.
#[derive(Debug, clap::Args)]
pub(crate) struct SecretArgs {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    given: Given,
}

/// Runs `lara shop secret`.
pub(super) async fn secret(store: &Store, args: &SecretArgs) -> Result<()> {
    let (_, shop) = find(store, &args.which).await?;
    let Some(secret) = args.given.read()? else {
        bail!("give the new secret with --secret-file FILE, or --secret env:NAME, file:PATH or -");
    };
    store.set_shop_secret(shop.id, &holding(secret)).await?;
    println!(
        "{} is heard with its new secret from now on; what is signed with the old one is refused.",
        shop.name
    );
    Ok(())
}

/// Runs `lara shop pause`.
pub(super) async fn pause(store: &Store, which: &Which) -> Result<()> {
    let (_, shop) = find(store, which).await?;
    store.pause_shop(shop.id, Some(wire::now())).await?;
    println!("Paused {}: it is told to come back. Shopify tries for four hours;", shop.name);
    println!("WooCommerce does not try again, and switches a webhook off after five refusals.");
    println!("Let it go on with: lara shop resume {}", shop.name);
    Ok(())
}

/// Runs `lara shop resume`.
pub(super) async fn resume(store: &Store, which: &Which) -> Result<()> {
    let (_, shop) = find(store, which).await?;
    store.pause_shop(shop.id, None).await?;
    println!(
        "{} is heard again. What it told meanwhile may be missing: lara import orders brings it.",
        shop.name
    );
    Ok(())
}

/// Runs `lara shop remove`.
pub(super) async fn remove(store: &Store, which: &Which) -> Result<()> {
    let (brand, shop) = find(store, which).await?;
    store.remove_shop(shop.id).await?;
    println!(
        "Removed {} of {}. Its secret is forgotten; its customers and orders stay.",
        shop.name, brand.name
    );
    println!("Delete its webhooks at the shop: they are refused from now on.");
    Ok(())
}
