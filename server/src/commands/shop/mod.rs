//! `lara shop`: shop systems that tell of orders, from the command line.

mod add;
mod change;
mod list;
mod test;

pub(crate) use list::troubles;

use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result, bail};
use lara_core::model::{Brand, Shop};
use lara_core::ports::{Brands, Shops};
use lara_store::Store;
use url::Url;

/// Subcommands of `lara shop`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Connects one.
    #[command(about = "Connect a brand to its Shopify or WooCommerce", after_help = add::EXAMPLES)]
    Add(add::Args),
    /// List the shop systems, the addresses they post to, and how they are
    List(list::Args),
    /// Give a new signing secret, after it was changed at the shop
    Secret(change::SecretArgs),
    /// Post a signed event to the public address, and see whether it comes in
    Test(Which),
    /// Take nothing until resumed: the shop is told to come back
    Pause(Which),
    /// Take events again
    Resume(Which),
    /// Forget a shop system; what it told of stays
    Remove(Which),
}

/// Which shop system.
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// Name of the shop system: see `lara shop list`
    name: String,
    /// Short name of its brand, where several have one of that name
    #[arg(long)]
    brand: Option<String>,
}

/// Runs `lara shop`.
pub(crate) async fn run(config: &Config, command: &Command) -> Result<()> {
    let store = wire::open_store(config).await?;
    match command {
        Command::Add(args) => add::run(config, &store, args).await,
        Command::List(args) => list::run(config, &store, args).await,
        Command::Secret(args) => change::secret(&store, args).await,
        Command::Test(which) => test::run(config, &store, which).await,
        Command::Pause(which) => change::pause(&store, which).await,
        Command::Resume(which) => change::resume(&store, which).await,
        Command::Remove(which) => change::remove(&store, which).await,
    }
}

/// The shop system somebody named, with its brand.
async fn find(store: &Store, which: &Which) -> Result<(Brand, Shop)> {
    let brands = store.brands().await?;
    let named = store.shops(None).await?.into_iter().filter(|shop| shop.name == which.name);
    let mut found: Vec<(Brand, Shop)> = named
        .filter_map(|shop| {
            let brand = brands.iter().find(|brand| brand.id == shop.brand)?;
            let wanted = which.brand.as_ref().is_none_or(|slug| *slug == brand.slug);
            wanted.then(|| (brand.clone(), shop))
        })
        .collect();
    let one = found.pop();
    if !found.is_empty() {
        bail!("several brands have a shop {:?}: name one with --brand", which.name);
    }
    one.with_context(|| format!("there is no shop {:?}: see lara shop list", which.name))
}

/// Where a shop system posts to.
fn address(config: &Config, shop: &Shop) -> Result<Url> {
    Ok(config.public_url.join(&lara_bots::shops::path(shop.id))?)
}
