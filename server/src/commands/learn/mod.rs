//! `lara learn`: a brand teaches Lara, from the first correction to the promoted model and back.

mod lessons;
mod pins;
mod train;
mod versions;
mod review;
mod unknown;
mod print;

use crate::config::Config;
use crate::understanding::{self, Mind};
use crate::wire;
use anyhow::{Context, Result, ensure};
use lara_core::model::{Brand, Intent, Lesson};
use lara_core::ports::{Lessons, Taught};
use lara_core::relate::OrderNumbers;
use lara_nlu::{Engine, learn};
use lara_store::Store;
use std::sync::Arc;

/// Subcommands of `lara learn`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Bring in labelled messages: a CSV file in UTF-8 with the columns text,label
    #[command(
        after_help = "A text the brand has already gets the new label, and is named. Personal parts (e-mail addresses, \
        phone and order numbers) are masked before a text is stored."
    )]
    Add(lessons::AddArgs),
    /// Say what a message means: one a customer wrote (--message), or any text (--text)
    #[command(
        after_help = "Labels have lower-case letters, digits and underscores; out_of_scope is what no intent covers. A new \
        label is a new intent: answer it with a template of that key, or humans will."
    )]
    Label(lessons::LabelArgs),
    /// List what the brand has taught, label by label
    Lessons(lessons::ListArgs),
    /// Take a lesson back
    Forget(lessons::ForgetArgs),
    /// Pin a message: no model is promoted that reads it otherwise
    Pin(pins::PinArgs),
    /// Take a pin off
    Unpin(pins::UnpinArgs),
    /// List the pins and what the live model makes of them
    Pins(pins::ListArgs),
    /// Train a candidate, compare it with what is live, and promote it if it is no worse
    #[command(
        after_help = "No worse means: every pinned message is read as it must be; on the brand's lessons and on the starter \
        examples, each read by a model that had not seen it, no loss that McNemar's exact test finds (p < 0.05) and no net loss \
        of more than one row in a hundred. Every candidate is kept as a version."
    )]
    Train(train::Args),
    /// List the brand's models, newest first
    Versions(versions::ListArgs),
    /// Make an older model live again; 0 is the one that ships with lara
    Rollback(versions::RollbackArgs),
    /// List the intents that are taken for each other, and the labels that may be wrong
    Review(review::Args),
    /// Put together what nobody understood: proposals for new intents
    Unknown(unknown::Args),
}

/// What every subcommand is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// Brand that learns [default: the only one]
    #[arg(long)]
    brand: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Nobody is left to learn it.
const GONE: &str = "the brand was removed meanwhile: nothing was stored";

/// A brand at its desk.
struct Class {
    store: Arc<Store>,
    brand: Brand,
    shipped: Engine,
}

impl Class {
    async fn open(config: &Config, common: &Common) -> Result<Self> {
        let store = wire::open_store(config).await?;
        let brand = wire::choose_brand(&store, common.brand.as_deref()).await?;
        let shipped = Engine::shipped().context("the shipped model does not load")?;
        Ok(Self { store, brand, shipped })
    }

    /// A text as it may be kept.
    fn masked(&self, text: &str) -> String {
        // Shapes are checked when they are saved.
        let written = self.brand.settings.order_pattern.as_deref().unwrap_or_default();
        let numbers = OrderNumbers::read(written).ok().flatten();
        learn::masked(text, numbers.as_ref())
    }

    /// Stores lessons, unless the brand was removed meanwhile.
    async fn teach(&self, lessons: &[Lesson]) -> Result<Vec<Taught>> {
        let taught = self.store.teach(lessons).await?;
        ensure!(taught.len() == lessons.len(), "{}: {GONE}", self.brand.name);
        Ok(taught)
    }

    /// What reads the brand's messages now.
    async fn live(&self) -> Result<Mind> {
        Ok(understanding::live(&*self.store, self.brand.id, &self.shipped).await?)
    }
}

/// A label as it may be stored.
fn parse_label(label: &str) -> Result<Intent, String> {
    Intent::parse(label).map_err(|error| error.to_string())
}

/// Runs `lara learn`.
pub(crate) async fn run(config: &Config, command: &Command) -> Result<()> {
    match command {
        Command::Add(args) => lessons::add(config, args).await,
        Command::Label(args) => lessons::label(config, args).await,
        Command::Lessons(args) => lessons::list(config, args).await,
        Command::Forget(args) => lessons::forget(config, args).await,
        Command::Pin(args) => pins::pin(config, args).await,
        Command::Unpin(args) => pins::unpin(config, args).await,
        Command::Pins(args) => pins::list(config, args).await,
        Command::Train(args) => train::run(config, args).await,
        Command::Versions(args) => versions::list(config, args).await,
        Command::Rollback(args) => versions::roll_back(config, args).await,
        Command::Review(args) => review::run(config, args).await,
        Command::Unknown(args) => unknown::run(config, args).await,
    }
}
