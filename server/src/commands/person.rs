//! `lara erase` and `lara export person`: what one person may ask for, from the command line.

use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use lara_core::model::{Brand, CustomerId, ErasureId, Language};
use lara_core::ports::{ErasedBy, PersonFile, Privacy};
use lara_core::privacy;
use lara_store::Store;
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Who is meant.
#[derive(Debug, clap::Args)]
pub(crate) struct Who {
    /// The customer: our id, the shop's id, an e-mail or a phone
    #[arg(value_name = "CUSTOMER")]
    customer: String,
    /// Short name of the brand (default: the only one)
    #[arg(long)]
    brand: Option<String>,
}

/// Arguments of `lara erase`.
#[derive(Debug, clap::Args)]
pub(crate) struct EraseArgs {
    #[command(flatten)]
    who: Who,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Print what was erased as one JSON object
    #[arg(long)]
    json: bool,
}

/// Arguments of `lara export person`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    who: Who,
    /// Folder to write person.json and person.html into, readable by you alone; made if it is not there
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
    /// Language of the page [default: the brand's]
    #[arg(long, value_parser = parse_language)]
    language: Option<Language>,
}

fn parse_language(code: &str) -> Result<Language, String> {
    code.parse().map_err(|_| "write en or vi".to_owned())
}

/// The one person who is meant.
async fn find(store: &Store, brand: &Brand, who: &str) -> Result<CustomerId> {
    let found = store.find_person(brand.id, who.trim()).await?;
    match found.as_slice() {
        [one] => Ok(*one),
        [] => bail!("{} knows no such customer: give an id, the shop's id, an e-mail or a phone", brand.slug),
        several => {
            let ids: Vec<_> = several.iter().map(ToString::to_string).collect();
            bail!("{} people are called so; give the id of one:\n  {}", ids.len(), ids.join("\n  "))
        }
    }
}

async fn read(store: &Store, brand: &Brand, who: &str) -> Result<PersonFile> {
    let person = find(store, brand, who).await?;
    let file = store.person_file(brand.id, person, wire::now()).await?;
    file.context("the customer was removed at this moment")
}

/// Runs `lara erase`.
pub(crate) async fn erase(config: &Config, args: &EraseArgs) -> Result<()> {
    let store = wire::open_store(config).await?;
    let brand = wire::choose_brand(&store, args.who.brand.as_deref()).await?;
    let file = read(&store, &brand, &args.who.customer).await?;
    if !args.yes {
        ensure!(std::io::stdin().is_terminal(), "nobody is here to be asked: add --yes");
        ask(&file)?;
    }
    let id = ErasureId::new(wire::uuid());
    let counts = store.erase(brand.id, file.person, ErasedBy::Cli, id, wire::now()).await?;
    let counts = counts.context("the customer was removed at this moment")?;
    if args.json {
        println!("{}", json!({ "customer": file.person, "erased": counts }));
        return Ok(());
    }
    println!("Erased {}:", file.person);
    for (name, count) in serde_json::to_value(counts)?.as_object().into_iter().flatten() {
        println!("  {name:<14} {count}");
    }
    println!("What was counted stays. Backups made before still hold this person: see docs/privacy.md.");
    Ok(())
}

/// Shows what will go, and asks.
fn ask(file: &PersonFile) -> Result<()> {
    let messages: usize = file.conversations.iter().map(|talk| talk.messages.len()).sum();
    eprintln!("This erases for ever, of customer {}:", file.person);
    for (what, count) in [
        ("customers merged into one", file.customers.len()),
        ("addresses", file.addresses.len()),
        ("conversations", file.conversations.len()),
        ("messages", messages),
        ("orders, which keep status, money, dates and items", file.orders.len()),
        ("preferences", file.preferences.len()),
    ] {
        eprintln!("  {count:>6} {what}");
    }
    eprint!("Type yes to go on: ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    ensure!(answer.trim() == "yes", "nothing was erased");
    Ok(())
}

/// Runs `lara export person`.
pub(crate) async fn export(config: &Config, args: &ExportArgs) -> Result<()> {
    let store = wire::open_store(config).await?;
    let brand = wire::choose_brand(&store, args.who.brand.as_deref()).await?;
    let file = read(&store, &brand, &args.who.customer).await?;
    let zone = jiff::tz::TimeZone::get(&brand.settings.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let language = args.language.unwrap_or(brand.settings.language);
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the folder {}", args.out.display()))?;
    let json = serde_json::to_string_pretty(&privacy::json(&file)?)?;
    write(&args.out, "person.json", &json)?;
    write(&args.out, "person.html", &privacy::page(&file, &brand.name, language, &zone))?;
    println!("{}", args.out.join("person.html").display());
    if file.addresses.iter().any(|address| address.level != lara_core::model::Level::Verified) {
        eprintln!(
            "Some of it was said by somebody who never proved to be this person: look before you hand it over."
        );
    }
    Ok(())
}

/// A file nobody else may read, whole or not at all.
fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    // Made with mode 0600, which stays.
    let wrong = || format!("cannot write in {}", folder.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(wrong)?;
    file.write_all(text.as_bytes()).with_context(wrong)?;
    file.as_file().sync_all().with_context(wrong)?;
    file.persist(folder.join(name)).with_context(wrong)?;
    Ok(())
}
