//! `lara shop list`: every shop system and how it is; and what `lara doctor` says of them.

use super::address;
use crate::config::Config;
use crate::wire;
use anyhow::Result;
use lara_core::model::{Brand, Millis, Shop, Timestamp};
use lara_core::ports::{Brands, ShopRefusals, Shops};
use lara_store::Store;
use serde_json::json;

/// What was refused longer ago than this is no news.
const LATELY: Millis = Millis::minutes(7 * 24 * 60);
/// What somebody may ask for by law waits so long: the shop has 30 days to answer it.
const ASKED: Millis = Millis::minutes(30 * 24 * 60);
/// What is no trouble, but a request that somebody has to answer.
const REQUESTS: &[&str] = &["data_request", "shop_redact"];

/// Arguments of `lara shop list`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Short name of the brand whose shop systems to list
    #[arg(long)]
    brand: Option<String>,
    /// Print one JSON object a shop system
    #[arg(long)]
    json: bool,
}

/// Runs `lara shop list`.
pub(super) async fn run(config: &Config, store: &Store, args: &Args) -> Result<()> {
    let only = match &args.brand {
        Some(slug) => Some(wire::choose_brand(store, Some(slug)).await?.id),
        None => None,
    };
    let (brands, shops) = (store.brands().await?, store.shops(only).await?);
    let refused = refused(store).await?;
    if shops.is_empty() && !args.json {
        println!("There is no shop system yet: lara shop add --help");
    }
    for shop in &shops {
        let brand = slug(&brands, shop);
        let address = address(config, shop)?;
        let words = wrongs(shop, &refused);
        if args.json {
            let at = |at: Option<Timestamp>| at.map(Timestamp::millis);
            let line = json!({
                "name": shop.name, "brand": brand, "kind": shop.kind, "address": address, "prefix": shop.prefix,
                "paused_at": at(shop.paused_at), "last_event_at": at(shop.last_event_at),
                "last_error": shop.last_error, "last_error_at": at(shop.last_error_at),
                "secrets_locked": shop.secrets.are_locked(),
                "refused": refused.iter().filter(|one| one.shop == shop.id)
                    .map(|one| json!({ "reason": one.reason, "count": one.count })).collect::<Vec<_>>(),
            });
            println!("{line}");
            continue;
        }
        let state = match (shop.paused_at, shop.last_event_at) {
            (Some(_), _) => "paused".to_owned(),
            (None, Some(at)) => format!("heard {} ago", ago(wire::now().since(at))),
            (None, None) => "nothing heard yet".to_owned(),
        };
        println!("{} ({}, {brand}): {state}\n  {address}", shop.name, shop.kind);
        for word in words {
            println!("  {word}");
        }
    }
    Ok(())
}

/// What could not be taken lately, and what is asked for.
async fn refused(store: &Store) -> Result<Vec<ShopRefusals>> {
    let since = |past: Millis| wire::now().plus(Millis(-past.0));
    let mut refused = store.shop_refusals(since(LATELY)).await?;
    refused.retain(|one| !is_request(one));
    refused.extend(store.shop_refusals(since(ASKED)).await?.into_iter().filter(is_request));
    Ok(refused)
}

fn is_request(one: &ShopRefusals) -> bool {
    REQUESTS.contains(&one.reason.as_str())
}

fn slug<'a>(brands: &'a [Brand], shop: &Shop) -> &'a str {
    brands.iter().find(|brand| brand.id == shop.brand).map(|brand| brand.slug.as_str()).unwrap_or_default()
}

/// What is wrong with a shop system, and what to do about it.
fn wrongs(shop: &Shop, refused: &[ShopRefusals]) -> Vec<String> {
    let mut wrongs = Vec::new();
    if shop.secrets.are_locked() {
        wrongs.push(format!(
            "its secret was sealed with another key: give back the key, or lara shop secret {}",
            shop.name
        ));
    }
    match shop.last_error.as_deref() {
        Some("signature_wrong") => wrongs.push(format!(
            "an event was signed with another secret: was it changed? lara shop secret {}",
            shop.name
        )),
        Some("secrets_locked") | None => {}
        Some(code) => wrongs.push(format!("something went wrong ({code})")),
    }
    for one in refused.iter().filter(|one| one.shop == shop.id) {
        let words = if is_request(one) {
            format!("{} requests of the last 30 days", one.count)
        } else {
            format!("{} events of the last week were not taken", one.count)
        };
        wrongs.push(format!("{words}: {}", why(&one.reason)));
    }
    wrongs
}

/// Why an event was not taken, in words.
fn why(code: &str) -> &str {
    match code {
        "order_without_customer" => "the order has no customer, no e-mail and no phone",
        "order_number_taken" => {
            "another shop system of the brand has an order of that number: let one of them number otherwise"
        }
        "not_json" | "unreadable" => "it is not what the shop's documentation promises",
        "webhook_user_may_not_read" => {
            "the user who made the webhook may not read orders: make it as an administrator of the shop"
        }
        "data_request" => {
            "customers ask for their data, the shop knows who: lara export person CUSTOMER --out DIR answers it"
        }
        "shop_redact" => {
            "the shop was left and wants its past forgotten: lara shop remove, then lara erase CUSTOMER"
        }
        "not_storable" => "it could not be stored; the log says why",
        other => other,
    }
}

/// For `lara doctor`: each trouble, and whether it breaks something.
pub(crate) async fn troubles(store: &Store) -> Result<Vec<(bool, String)>> {
    let refused = refused(store).await?;
    let brands = store.brands().await?;
    let mut found = Vec::new();
    for shop in store.shops(None).await? {
        let name = format!("{} ({})", shop.name, slug(&brands, &shop));
        if shop.paused_at.is_some() {
            found.push((false, format!("{name}: paused; it goes on with lara shop resume {}", shop.name)));
        }
        let broken = shop.secrets.are_locked() || shop.last_error.is_some();
        found.extend(wrongs(&shop, &refused).into_iter().map(|wrong| (broken, format!("{name}: {wrong}"))));
        if shop.last_event_at.is_none() && shop.paused_at.is_none() {
            found.push((
                false,
                format!("{name}: it has told nothing yet: enter its address at the shop (lara shop list)"),
            ));
        }
    }
    Ok(found)
}

/// A time that has passed, shortly.
fn ago(passed: Millis) -> String {
    let minutes = passed.0.max(0) / 60_000;
    match minutes {
        0..60 => format!("{minutes} min"),
        60..2880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}
