//! `lara brand`: brands from the command line.

use super::care::{Care, show};
use crate::config::Config;
use crate::wire;
use anyhow::{Result, bail, ensure};
use lara_core::model::{Brand, BrandId, BrandSettings, Facts, Language};
use lara_core::ports::{Brands, Saved};
use lara_core::relate::OrderNumbers;
use lara_core::studio::check_brand;
use lara_store::Store;

/// Subcommands of `lara brand`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Add a brand with a web channel
    Add {
        /// Short name in addresses: lower-case letters, digits and dashes
        slug: String,
        /// Name as customers know it
        #[arg(long)]
        name: String,
        /// Language of replies when the customer's cannot be told
        #[arg(long, default_value = "vi", value_parser = parse_language)]
        language: Language,
        /// A site that embeds the chat, e.g. `https://shop.example` (may be repeated; the desk's shop page changes it)
        #[arg(long = "site", value_name = "ORIGIN", value_parser = parse_site)]
        sites: Vec<String>,
    },
    /// Change how Lara behaves for a brand; without an option, show it
    Set {
        /// Short name of the brand
        slug: String,
        /// Answer from this confidence on, in percent, and ask back under it; `learnt` takes the model's own
        #[arg(long, value_name = "PERCENT|learnt", value_parser = parse_answer_from)]
        answer_from: Option<AnswerFrom>,
        /// How order numbers look: MH-##### (# a digit, @ a letter, + at the end more digits); `any` takes what looks like one
        #[arg(long, value_name = "SHAPE|any")]
        order_numbers: Option<String>,
        #[command(flatten)]
        care: Care,
    },
    /// List the brands
    List,
}

/// An origin as browsers send it: scheme and host, nothing behind.
fn parse_site(text: &str) -> Result<String, String> {
    let url = url::Url::parse(text).map_err(|_| "write it like https://shop.example".to_owned())?;
    match url.scheme() {
        "http" | "https" => Ok(url.origin().ascii_serialization()),
        _ => Err("write it like https://shop.example".to_owned()),
    }
}

fn parse_language(code: &str) -> Result<Language, String> {
    code.parse().map_err(|_| "write en or vi".to_owned())
}

/// Where the threshold comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AnswerFrom {
    /// The model.
    Learnt,
    /// The brand, 0..=1.
    Own(f32),
}

fn parse_answer_from(text: &str) -> Result<AnswerFrom, String> {
    if text == "learnt" {
        return Ok(AnswerFrom::Learnt);
    }
    let percent =
        text.trim_end_matches('%').parse::<f32>().ok().filter(|percent| (0.0..=100.0).contains(percent));
    percent
        .map(|percent| AnswerFrom::Own(percent / 100.0))
        .ok_or_else(|| "write 0 to 100, or learnt".to_owned())
}

/// Changes what was named, saves it if anything was, and shows what holds now.
async fn set(
    store: &Store,
    slug: &str,
    answer_from: Option<AnswerFrom>,
    numbers: Option<&str>,
    care: &Care,
) -> Result<()> {
    let mut brand = wire::choose_brand(store, Some(slug)).await?;
    let settings = &mut brand.settings;
    match answer_from {
        None => {}
        Some(AnswerFrom::Learnt) => settings.answer_from = None,
        Some(AnswerFrom::Own(from)) => settings.answer_from = Some(from),
    }
    if let Some(written) = numbers {
        settings.order_pattern = (written != "any").then(|| written.to_owned());
    }
    let cares = care.apply(settings);
    let settings = brand.settings.clone();
    if let Some(fault) = check_brand(&brand).into_iter().find(|fault| fault.field.starts_with("settings.")) {
        let field = fault.field.trim_start_matches("settings.");
        // What was typed here has another name than the field it goes to.
        let named =
            if field == "order_pattern" { "--order-numbers" } else { Care::option(field).unwrap_or(field) };
        bail!("{named} {}", fault.message);
    }
    if answer_from.is_some() || numbers.is_some() || cares {
        let saved = store.save_brand(&brand, wire::now()).await?;
        ensure!(saved == Saved::Done, "somebody else changed {slug} at this moment: run it again");
    }
    match settings.answer_from {
        Some(from) => println!("answers from:   {:.0} %", from * 100.0),
        None => println!("answers from:   what the model learnt"),
    }
    let written = settings.order_pattern.unwrap_or_default();
    match OrderNumbers::read(&written) {
        Ok(Some(numbers)) => println!("order numbers:  {written}, such as {}", numbers.example()),
        Ok(None) | Err(_) => println!("order numbers:  whatever looks like one"),
    }
    show(&brand.settings);
    Ok(())
}

/// Runs `lara brand`.
pub(crate) async fn run(config: &Config, command: &Command) -> Result<()> {
    let store = wire::open_store(config).await?;
    match command {
        Command::Add { slug, name, language, sites } => {
            let good = !slug.is_empty()
                && slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            ensure!(good, "the short name {slug:?} may have lower-case letters, digits and dashes only");
            let brand = Brand {
                id: BrandId::new(wire::uuid()),
                slug: slug.clone(),
                name: name.clone(),
                demo: false,
                settings: BrandSettings { language: *language, ..BrandSettings::default() },
                facts: Facts::default(),
                rev: 1,
            };
            match store.add_brand(&brand, wire::now()).await? {
                Saved::Done => {}
                Saved::Taken | Saved::Stale => bail!("there is a brand {slug} already"),
            }
            store.put_channel(&wire::new_web_channel(&brand, sites)?, wire::now()).await?;
            println!("Added {name}. Embed the chat with:\n  {}", wire::script_tag(config, slug)?);
            if sites.is_empty() {
                println!(
                    "Browsers let no other site use it yet: name yours on the desk's shop page, or add it with --site."
                );
            }
            Ok(())
        }
        Command::Set { slug, answer_from, order_numbers, care } => {
            set(&store, slug, *answer_from, order_numbers.as_deref(), care).await
        }
        Command::List => {
            for brand in store.brands().await? {
                println!("{:<20} {}{}", brand.slug, brand.name, if brand.demo { " (demo)" } else { "" });
            }
            Ok(())
        }
    }
}
