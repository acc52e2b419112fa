//! `lara channel`: the doors customers come in by, from the command line.

mod add;
mod change;
mod list;
mod said;
mod test;

use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result, bail};
use lara_core::model::{Brand, Channel};
use lara_core::ports::Brands;
use lara_store::Store;

/// Subcommands of `lara channel`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Connect a brand to Telegram, Discord, Messenger, Instagram, WhatsApp, or give it a web chat or an app
    ///
    /// Asks the platform whether the token works before anything is stored, and says what is to be done next.
    #[command(after_help = add::EXAMPLES)]
    Add(Box<add::Args>),
    /// List the channels and how they are
    List(list::Args),
    /// Ask the platform whether a channel can work, and say what is missing
    Test(test::Args),
    /// Neither listen nor send, until resumed; what waits to be sent goes on waiting
    Pause(change::Args),
    /// Listen and send again
    Resume(change::Args),
    /// Take a channel out of use for good; its conversations stay to be read at the desk
    Remove(change::Args),
}

/// Which channel.
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// Name of the channel: see `lara channel list`
    name: String,
    /// Short name of its brand, where several have a channel of that name
    #[arg(long)]
    brand: Option<String>,
}

/// Runs `lara channel`.
pub(crate) async fn run(config: &Config, command: &Command) -> Result<()> {
    let store = wire::open_store(config).await?;
    match command {
        Command::Add(args) => add::run(config, store, args).await,
        Command::List(args) => list::run(&store, args).await,
        Command::Test(args) => test::run(config, store, args).await,
        Command::Pause(args) => change::pause(&store, args).await,
        Command::Resume(args) => change::resume(&store, args).await,
        Command::Remove(args) => change::remove(config, &store, args).await,
    }
}

/// The channel somebody named, with its brand.
async fn find(store: &Store, which: &Which) -> Result<(Brand, Channel)> {
    let brands = store.brands().await?;
    let channels = store.channels(None).await?;
    let named = channels.into_iter().filter(|channel| channel.name == which.name && !channel.is_removed());
    let mut found: Vec<(Brand, Channel)> = named
        .filter_map(|channel| {
            let brand = brands.iter().find(|brand| brand.id == channel.brand)?;
            let wanted = which.brand.as_ref().is_none_or(|slug| *slug == brand.slug);
            wanted.then(|| (brand.clone(), channel))
        })
        .collect();
    let one = found.pop();
    if !found.is_empty() {
        bail!("several brands have a channel {:?}: name one with --brand", which.name);
    }
    one.with_context(|| format!("there is no channel {:?}: see lara channel list", which.name))
}
