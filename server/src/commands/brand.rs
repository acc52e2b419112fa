//! `lara brand`: brands from the command line.

use crate::config::Config;
use crate::wire;
use anyhow::{Result, bail, ensure};
use lara_core::model::{Brand, BrandId, BrandSettings, Facts, Language};
use lara_core::ports::{Brands, Saved};

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
        Command::List => {
            for brand in store.brands().await? {
                println!("{:<20} {}{}", brand.slug, brand.name, if brand.demo { " (demo)" } else { "" });
            }
            Ok(())
        }
    }
}
