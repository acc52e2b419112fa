//! `lara import`: customers, orders and products from a CSV file. Importing the same file again changes nothing.
//!
//! A file is read from disk several times, never held: once to find its encoding, once to see what its dates and statuses
//! mean, once to find what stands twice, and once to store it, a thousand rows a transaction.

mod fields;
mod headings;
mod job;
mod reading;
mod report;
mod rows;
mod survey;
pub(super) mod values;

use super::progress::Shown;
use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use headings::{Headings, as_options};
use jiff::tz::TimeZone;
use lara_core::model::{Brand, Language, OrderStatus};
use lara_store::Store;
use lara_store::files::Keep;
use reading::{Asked, Charset, Record, Source};
use report::{Outcome, Report};
use rows::Reader;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use survey::{Look, Repeats};
use values::{Dates, Statuses};

const HELP: &str = "\
Headings:
  customers  external_id, name, email, phone, language, tier, preferences (JSON object), consent (yes/no), created_at
  orders     number, customer_external_id or customer_email, status, ordered_at, due_at, currency, total, items (JSON list),
             tracking_url, carrier, tracking_number, shipped_at, delivered_at, changed_at
  products   sku, name, category, price, currency, stock, url, description

How the file is read is told first, on standard error; try it with --dry-run. Rows that are wrong are not stored, and go to
FILE.errors.csv with what is wrong: mend them there and import that file. The same file again changes nothing.
Where the bytes of a Vietnamese export, its dates or its words are not understood, --encoding, --delimiter, --dates, --map
and --status say what is meant: docs/how-to/import-and-export.md.";

/// Arguments of `lara import`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// What the rows are
    #[arg(value_enum)]
    what: What,
    /// CSV file with a heading line; - reads standard input
    file: PathBuf,
    /// Brand the rows belong to [default: the only one]
    #[arg(long)]
    brand: Option<String>,
    /// A heading of the file that means one of ours: --map "E-mail address=email" (may be repeated)
    #[arg(long = "map", value_name = "HEADING=FIELD", value_parser = parse_mapping)]
    mappings: Vec<(String, String)>,
    /// What a status of the file means: --status "Tạm giữ=placed" (may be repeated)
    #[arg(long = "status", value_name = "WORD=STATUS", value_parser = parse_status)]
    statuses: Vec<(String, OrderStatus)>,
    /// Which comes first in dates like 03/04/2026, or that dates are numbers of Excel [default: found out from the file]
    #[arg(long, value_enum)]
    dates: Option<Dates>,
    /// Character encoding [default: found out from the file]
    #[arg(long, value_enum)]
    encoding: Option<Charset>,
    /// What stands between cells: , ; | or tab [default: found out from the heading line]
    #[arg(long, value_parser = parse_delimiter)]
    delimiter: Option<u8>,
    /// Where rows that are wrong are written, with what is wrong [default: FILE.errors.csv]
    #[arg(long, value_name = "PATH")]
    errors: Option<PathBuf>,
    /// Read and check everything, also against the database, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object: rows, added, changed, unchanged, refused, warnings
    #[arg(long)]
    json: bool,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum What {
    /// Who buys
    Customers,
    /// What they bought
    Orders,
    /// What there is to buy
    Products,
}

fn parse_mapping(text: &str) -> Result<(String, String), String> {
    let (heading, field) = text.rsplit_once('=').ok_or("write HEADING=FIELD")?;
    Ok((heading.trim().to_owned(), field.trim().to_owned()))
}

fn parse_status(text: &str) -> Result<(String, OrderStatus), String> {
    let (word, status) = text.rsplit_once('=').ok_or("write WORD=STATUS")?;
    let ours = || OrderStatus::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(", ");
    let status = status.trim().parse().map_err(|_| format!("the statuses are {}", ours()))?;
    Ok((word.trim().to_owned(), status))
}

fn parse_delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        _ => match text.as_bytes() {
            [one @ (b',' | b';' | b'|' | b'\t')] => Ok(*one),
            _ => Err("write , ; | or tab".to_owned()),
        },
    }
}

/// Runs the import.
pub(crate) async fn run(config: &Config, args: &Args) -> Result<()> {
    let store = wire::open_store(config).await?;
    let brand = wire::choose_brand(&store, args.brand.as_deref()).await?;
    let vietnamese = brand.settings.language == Language::Vietnamese;
    let asked = Asked { encoding: args.encoding, delimiter: args.delimiter };
    let name = args.file.display();
    let mut source = Source::open(&args.file, asked, vietnamese).with_context(|| name.to_string())?;
    let (line, headings) = headings(&mut source, args).with_context(|| name.to_string())?;
    let columns = headings.columns().with_context(|| name.to_string())?;
    let look = Look::at(&mut source, &columns, args.what.moments()).with_context(|| name.to_string())?;
    let (dates, note) = look.dates(args.dates, vietnamese).with_context(|| name.to_string())?;
    let statuses = Statuses::new(&args.statuses);
    let mut notes: Vec<String> = note.into_iter().collect();
    if args.what != What::Customers && !columns.has("currency") {
        notes.push(format!("amounts are {}, the brand's currency", brand.settings.currency));
    }
    if args.what.moments().iter().any(|field| columns.has(field)) {
        notes.push(format!("times without a zone are {} time", brand.settings.time_zone));
    }
    eprint!("{name}: {}", report::plan(&source, &headings, &look, &statuses, &notes));
    let reader = reader(args, &brand, columns, dates, statuses)?;
    import(&store, args, &mut source, &reader, &line).await
}

/// The heading line, and what it says; on a terminal with the mapping that seems meant, if the operator agrees.
fn headings(source: &mut Source, args: &Args) -> Result<(Record, Headings)> {
    let (line, _) = source.rows()?;
    let mut headings = Headings::read(args.what, &line, &args.mappings)?;
    let suggested = headings.suggestions();
    let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if !suggested.is_empty() && terminal && !args.json && agrees(&as_options(&suggested))? {
        for (heading, field) in &suggested {
            headings.map(heading, field)?;
        }
    }
    Ok((line, headings))
}

fn agrees(mapping: &str) -> Result<bool> {
    eprint!("The headings seem to mean {mapping}\nUse this mapping? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(values::yes(answer.trim()).unwrap_or(false))
}

fn reader(
    args: &Args,
    brand: &Brand,
    columns: headings::Columns,
    dates: Dates,
    statuses: Statuses,
) -> Result<Reader> {
    let zone = TimeZone::get(&brand.settings.time_zone).context("the brand's time zone is unknown")?;
    let currency = brand.settings.currency.clone();
    Ok(Reader { what: args.what, columns, brand: brand.id, currency, zone, dates, statuses })
}

async fn import(
    store: &Store,
    args: &Args,
    source: &mut Source,
    reader: &Reader,
    line: &Record,
) -> Result<()> {
    let name = args.file.display().to_string();
    let errors = args.errors.clone().unwrap_or_else(|| errors_file(&args.file));
    ensure!(!same_file(&errors, &args.file), "--errors names the file that is imported: name another");
    let mut job = job::Job {
        store,
        reader,
        keep: if args.dry_run { Keep::No } else { Keep::Yes },
        repeats: Repeats::of(source, reader)?,
        report: Report::new(name, errors, line),
        outcome: Outcome::default(),
    };
    let done = job.run(source, Shown::unless_json(args.json)).await;
    for line in job.report.flush()? {
        eprintln!("{line}");
    }
    if let Some(line) = job.report.end() {
        eprintln!("{line}");
    }
    let outcome = job.outcome;
    done.with_context(|| {
        format!(
            "stopped after {} rows: what was stored stays, import the file again",
            outcome.added + outcome.changed + outcome.unchanged
        )
    })?;
    tell(outcome, args)
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// `orders.csv` has `orders.errors.csv`.
fn errors_file(file: &Path) -> PathBuf {
    match file.file_stem() {
        Some(_) if file.as_os_str() != "-" => file.with_extension("errors.csv"),
        _ => PathBuf::from("import.errors.csv"),
    }
}

fn tell(outcome: Outcome, args: &Args) -> Result<()> {
    if args.json {
        println!("{}", serde_json::to_string(&outcome)?);
    } else {
        let Outcome { rows, added, changed, unchanged, refused, warnings } = outcome;
        let dry = if args.dry_run { " (dry run: nothing stored)" } else { "" };
        println!(
            "{rows} rows: {added} added, {changed} changed, {unchanged} unchanged, {refused} refused, {warnings} with warnings{dry}"
        );
    }
    ensure!(outcome.refused == 0 || outcome.refused < outcome.rows, "every row was refused");
    if outcome.refused > 0 {
        bail!("{} rows were refused: mend them in the errors file and import that", outcome.refused);
    }
    Ok(())
}
