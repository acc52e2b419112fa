//! `lara shop add`: connects a brand to its shop system, and says what is to be entered there.

use super::address;
use crate::config::{Config, SecretRef};
use crate::wire;
use anyhow::{Context, Result, bail};
use lara_core::model::{Secrets, Shop, ShopId, ShopKind};
use lara_core::ports::{Saved, Shops};
use lara_store::Store;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;

/// What `--help` ends with.
pub(super) const EXAMPLES: &str = "\
A SECRET is env:NAME, file:PATH, or - for the next line of standard input.

Examples:
  lara shop add shopify --brand moc --secret-file shopify.secret
  lara shop add woocommerce --brand moc        (a secret is made, to be entered at the shop)

docs/shops/ says for each system where to click.";

/// The shortest secret that is taken, in characters: below it one can be guessed.
const SHORTEST: usize = 16;

/// Arguments of `lara shop add`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// shopify or woocommerce
    #[arg(value_parser = |word: &str| word.parse::<ShopKind>().map_err(|_| "write shopify or woocommerce"))]
    kind: ShopKind,
    /// Short name [default: the kind]
    #[arg(long)]
    name: Option<String>,
    /// Short name of the brand; may be left out when there is one only
    #[arg(long)]
    brand: Option<String>,
    #[command(flatten)]
    secret: Given,
    /// Put before its ids of customers, where they are not those of your files and of your site [default: none for the
    /// first shop of a brand, NAME- for each further one]
    #[arg(long)]
    prefix: Option<String>,
}

/// A secret, as it is given.
#[derive(Debug, clap::Args)]
pub(super) struct Given {
    /// What its webhooks are signed with
    #[arg(long, value_name = "SECRET", conflicts_with = "secret_file")]
    secret: Option<SecretRef>,
    /// A file whose first line is the secret; - is standard input
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

impl Given {
    /// The secret, if one is given.
    pub(super) fn read(&self) -> Result<Option<SecretString>> {
        let file = self.secret_file.as_ref().map(|path| match path.to_str() {
            Some("-") => SecretRef::Input,
            _ => SecretRef::File(path.clone()),
        });
        let Some(given) = self.secret.clone().or(file) else { return Ok(None) };
        if given.is_plain() {
            eprintln!(
                "lara: --secret stands in the history of your shell now; file:PATH, env:NAME or - keep it out"
            );
        }
        let secret = given.read()?;
        if secret.expose_secret().len() < SHORTEST {
            bail!("the secret is too short to sign with: use at least {SHORTEST} random characters");
        }
        Ok(Some(secret))
    }
}

/// Secrets that hold this one.
pub(super) fn holding(secret: SecretString) -> Secrets {
    [(Shop::SECRET, secret)].into_iter().collect()
}

/// Runs `lara shop add`.
pub(super) async fn run(config: &Config, store: &Store, args: &Args) -> Result<()> {
    let name = args.name.clone().unwrap_or_else(|| args.kind.to_string());
    if !fits(&name) {
        bail!("the name {name:?} may have lower-case letters, digits and dashes only, at most 40");
    }
    let brand = wire::choose_brand(store, args.brand.as_deref()).await?;
    let others = store.shops(Some(brand.id)).await?;
    let prefix = match &args.prefix {
        Some(prefix) if prefix.is_empty() || fits(prefix) => prefix.clone(),
        Some(prefix) => {
            bail!("the prefix {prefix:?} may have lower-case letters, digits and dashes only, at most 40")
        }
        None if others.is_empty() => String::new(),
        None => format!("{name}-"),
    };
    let (secret, made) = match args.secret.read()? {
        Some(secret) => (secret, false),
        None if args.kind == ShopKind::WooCommerce => (SecretString::from(wire::secret(32)?), true),
        None => bail!(
            "Shopify makes the secret: give it with --secret-file FILE, env:NAME or - (docs/shops/shopify.md says where it is)"
        ),
    };
    let shop = Shop {
        id: ShopId::new(wire::uuid()),
        brand: brand.id,
        kind: args.kind,
        name,
        secrets: holding(secret.clone()),
        prefix,
        paused_at: None,
        last_event_at: None,
        last_error: None,
        last_error_at: None,
        created_at: wire::now(),
    };
    if store.add_shop(&shop).await.context("cannot store the shop")? == Saved::Taken {
        bail!("{} has a shop {:?} already: choose another --name", brand.name, shop.name);
    }
    println!("Added {} ({}) for {}.", shop.name, shop.kind, brand.name);
    println!("Enter this address at the shop, once for each topic that docs/shops/{}.md names:", shop.kind);
    println!("  {}", address(config, &shop)?);
    if made {
        println!("and this secret, which Lara has made and does not show again:");
        println!("  {}", secret.expose_secret());
    }
    if !shop.prefix.is_empty() {
        println!(
            "Its customers are stored as {0}1, {0}2, ...: another system's 1 is somebody else.",
            shop.prefix
        );
    }
    println!("Look whether all is well with: lara shop test {}", shop.name);
    Ok(())
}

fn fits(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
