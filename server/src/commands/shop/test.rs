//! `lara shop test`: posts a signed event to the public address, as the shop would, and sees whether it comes in.

use super::{Which, address, find};
use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result, bail};
use lara_core::model::Shop;
use lara_store::Store;
use secrecy::ExposeSecret;
use std::time::Duration;

/// How long the address may take to answer; Shopify waits five seconds.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Runs `lara shop test`; fails when the event does not come in.
pub(super) async fn run(config: &Config, store: &Store, which: &Which) -> Result<()> {
    let (_, shop) = find(store, which).await?;
    let address = address(config, &shop)?;
    let Some(secret) = shop.secrets.get(Shop::SECRET) else {
        bail!("its secret cannot be opened: give back the key, or lara shop secret {}", shop.name);
    };
    let body = format!("{{\"id\":\"{}\"}}", wire::uuid());
    let mut request =
        reqwest::Client::builder().timeout(TIMEOUT).build()?.post(address.clone()).body(body.clone());
    for (name, value) in lara_bots::shops::signed(shop.kind, secret.expose_secret(), "lara/test", &body) {
        request = request.header(name, value);
    }
    let answer = request.send().await.map_err(reqwest::Error::without_url).with_context(|| {
        format!(
            "nobody answers at {address}: is lara running, and LARA_PUBLIC_URL the address it is reached by?"
        )
    })?;
    match answer.status().as_u16() {
        200 => println!("ok     {address} takes what the shop signs"),
        503 if shop.paused_at.is_some() => bail!("{} is paused: lara shop resume {}", shop.name, shop.name),
        404 => bail!("{address} is another server, or another database: this shop is not known there"),
        code => bail!("{address} answers {code} to a signed event: something between refuses it"),
    }
    if shop.last_event_at.is_none() {
        println!(
            "hint   The shop itself has told nothing yet: enter the address there (docs/shops/{}.md)",
            shop.kind
        );
    }
    Ok(())
}
