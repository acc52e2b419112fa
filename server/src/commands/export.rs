//! `lara export`: customers, orders, products and conversations into a file, a page at a time. What import reads again is
//! written in its headings, and importing it changes nothing.

use super::import::values::{guarded, plain};
use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result};
use lara_core::model::{Brand, Order, Product, Timestamp};
use lara_store::Store;
use lara_store::files::{ExportedCustomer, ExportedOrder};
use serde_json::{Value, json};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Rows read at once; fewer conversations, which bring their messages.
const PAGE: u32 = 1_000;
const CONVERSATIONS: u32 = 50;

/// What to export.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Customers, with what they like; none that was erased
    Customers(Args),
    /// Orders
    Orders(Args),
    /// Products
    Products(Args),
    /// Conversations as JSON lines: what was said and what was decided
    Conversations(Args),
    /// Everything about one person, as JSON and as a page that can be read and sent
    Person(super::person::ExportArgs),
}

/// Arguments of `lara export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Brand [default: the only one]
    #[arg(long)]
    brand: Option<String>,
    /// Only what is new or changed since this day or time (products: all)
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Since>,
    /// csv or jsonl [default: csv; conversations are always jsonl]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// File to write, readable by its owner alone; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Begin a CSV file with a byte order mark: Excel needs it to read accents
    #[arg(long)]
    bom: bool,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Cells with commas, one row a line
    Csv,
    /// One JSON object a line
    Jsonl,
}

/// A moment, or a day in the brand's time zone.
#[derive(Debug, Clone, Copy)]
enum Since {
    Moment(jiff::Timestamp),
    Day(jiff::civil::Date),
}

fn parse_since(text: &str) -> Result<Since, String> {
    let moment = text.parse().map(Since::Moment);
    moment
        .or_else(|_| text.parse().map(Since::Day))
        .map_err(|_| "write 2026-11-22 or 2026-11-22T09:30:00+07:00".to_owned())
}

/// Runs the export.
pub(crate) async fn run(config: &Config, command: &Command) -> Result<()> {
    let args = match command {
        Command::Customers(args)
        | Command::Orders(args)
        | Command::Products(args)
        | Command::Conversations(args) => args,
        Command::Person(args) => return super::person::export(config, args).await,
    };
    let store = wire::open_store(config).await?;
    let brand = wire::choose_brand(&store, args.brand.as_deref()).await?;
    let since = since(args.since, &brand)?;
    let mut out = Out::open(&args.out)?;
    let done = write(&store, &brand, command, args, since, &mut out).await;
    // Whoever reads standard output may have read enough.
    let done = match done {
        Err(error) if is_closed_pipe(&error) => return Ok(()),
        other => other?,
    };
    out.keep(&args.out)?;
    if args.out != Path::new("-") {
        eprintln!("{done} rows written to {}", args.out.display());
    }
    Ok(())
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |error: &io::Error| error.kind() == ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(closed)
            || cause.downcast_ref::<csv::Error>().is_some_and(|error| match error.kind() {
                csv::ErrorKind::Io(error) => closed(error),
                _ => false,
            })
    })
}

fn since(since: Option<Since>, brand: &Brand) -> Result<Timestamp> {
    let moment = match since {
        None => return Ok(Timestamp::from_millis(i64::MIN)),
        Some(Since::Moment(moment)) => moment,
        Some(Since::Day(day)) => {
            let zone = jiff::tz::TimeZone::get(&brand.settings.time_zone)?;
            day.to_zoned(zone)?.timestamp()
        }
    };
    Ok(Timestamp::from_millis(moment.as_millisecond()))
}

/// Where rows go: standard output, or a file that takes its name when it is whole.
enum Out {
    Standard(BufWriter<io::Stdout>),
    File(BufWriter<NamedTempFile>),
}

impl Out {
    fn open(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Standard(BufWriter::new(io::stdout())));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Made with mode 0600, which stays.
        let file = tempfile::Builder::new().prefix(".lara-export-").tempfile_in(folder);
        let file = file.with_context(|| format!("cannot write in {}", folder.display()))?;
        Ok(Self::File(BufWriter::new(file)))
    }

    fn keep(self, path: &Path) -> Result<()> {
        if let Self::File(file) = self {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            file.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(out) => out.flush(),
        }
    }
}

async fn write(
    store: &Store,
    brand: &Brand,
    command: &Command,
    args: &Args,
    since: Timestamp,
    out: &mut Out,
) -> Result<u64> {
    let id = brand.id;
    match command {
        Command::Customers(_) => {
            let mut sheet = Sheet::new(out, args, CUSTOMERS)?;
            let mut after = None;
            loop {
                let page = store.export_customers(id, after, since, PAGE).await?;
                let Some(last) = page.last() else { return sheet.end() };
                after = Some(last.customer.id);
                page.iter().try_for_each(|row| sheet.row(customer(row)))?;
            }
        }
        Command::Orders(_) => {
            let mut sheet = Sheet::new(out, args, ORDERS)?;
            let mut after = None;
            loop {
                let page = store.export_orders(id, after, since, PAGE).await?;
                let Some(last) = page.last() else { return sheet.end() };
                after = Some(last.order.id);
                page.iter().try_for_each(|row| sheet.row(order(row)))?;
            }
        }
        Command::Products(_) => {
            let mut sheet = Sheet::new(out, args, PRODUCTS)?;
            let mut after = None;
            loop {
                let page = store.export_products(id, after, PAGE).await?;
                let Some(last) = page.last() else { return sheet.end() };
                after = Some(last.id);
                page.iter().try_for_each(|row| sheet.row(product(row)))?;
            }
        }
        Command::Conversations(_) => conversations(store, brand, args, since, out).await,
        // Written by its own command.
        Command::Person(_) => Ok(0),
    }
}

async fn conversations(
    store: &Store,
    brand: &Brand,
    args: &Args,
    since: Timestamp,
    out: &mut Out,
) -> Result<u64> {
    anyhow::ensure!(
        args.format != Some(Format::Csv),
        "conversations are no rows of cells: leave --format csv out"
    );
    let (mut after, mut count) = (None, 0);
    loop {
        let page = store.export_conversations(brand.id, after, since, CONVERSATIONS).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for conversation in &page {
            serde_json::to_writer(&mut *out, conversation)?;
            out.write_all(b"\n")?;
            count += 1;
        }
    }
    out.flush()?;
    Ok(count)
}

const CUSTOMERS: &[&str] =
    &["external_id", "name", "email", "phone", "language", "tier", "preferences", "consent", "created_at"];
const ORDERS: &[&str] = &[
    "number",
    "customer_external_id",
    "customer_email",
    "status",
    "ordered_at",
    "due_at",
    "currency",
    "total",
    "items",
    "tracking_url",
    "carrier",
    "tracking_number",
    "shipped_at",
    "delivered_at",
    "changed_at",
];
const PRODUCTS: &[&str] = &["sku", "name", "category", "price", "currency", "stock", "url", "description"];

/// One cell.
enum Cell {
    Empty,
    /// What people wrote: kept from being read as a formula.
    Text(String),
    /// What Lara writes: numbers, times, words.
    Plain(String),
    Json(Value),
}

impl Cell {
    fn text(value: Option<&String>) -> Self {
        value.map_or(Self::Empty, |text| Self::Text(text.clone()))
    }

    fn time(value: Option<Timestamp>) -> Self {
        let moment = value.and_then(|at| jiff::Timestamp::from_millisecond(at.millis()).ok());
        moment.map_or(Self::Empty, |moment| Self::Plain(moment.to_string()))
    }

    fn into_csv(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => guarded(&text).into_owned(),
            Self::Plain(text) => text,
            Self::Json(value) => value.to_string(),
        }
    }

    fn into_json(self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Text(text) | Self::Plain(text) => Value::String(text),
            Self::Json(value) => value,
        }
    }
}

fn customer(row: &ExportedCustomer) -> Vec<Cell> {
    let customer = &row.customer;
    let likes = if row.preferences.is_empty() { Cell::Empty } else { Cell::Json(json!(row.preferences)) };
    vec![
        Cell::text(customer.external_id.as_ref()),
        Cell::text(customer.name.as_ref()),
        Cell::text(customer.email.as_ref()),
        Cell::text(customer.phone.as_ref()),
        customer.language.map_or(Cell::Empty, |language| Cell::Plain(language.to_string())),
        Cell::text(customer.tier.as_ref()),
        likes,
        Cell::Plain(if customer.opted_out_at.is_some() { "no" } else { "yes" }.to_owned()),
        Cell::time(Some(row.created_at)),
    ]
}

fn order(row: &ExportedOrder) -> Vec<Cell> {
    let Order { shipment, .. } = &row.order;
    let order = &row.order;
    let items = if order.items.is_empty() { Cell::Empty } else { Cell::Json(json!(order.items)) };
    vec![
        Cell::Text(order.number.clone()),
        Cell::text(row.buyer_external.as_ref()),
        Cell::text(row.buyer_email.as_ref()),
        Cell::Plain(order.status.to_string()),
        Cell::time(Some(order.ordered_at)),
        Cell::time(order.due_at),
        Cell::Plain(order.currency.clone()),
        Cell::Plain(plain(order.total_minor, &order.currency)),
        items,
        Cell::text(order.tracking_url.as_ref()),
        Cell::text(shipment.carrier.as_ref()),
        Cell::text(shipment.number.as_ref()),
        Cell::time(shipment.shipped_at),
        Cell::time(shipment.delivered_at),
        Cell::time(row.changed_at),
    ]
}

fn product(row: &Product) -> Vec<Cell> {
    vec![
        Cell::Text(row.sku.clone()),
        Cell::Text(row.name.clone()),
        Cell::text(row.category.as_ref()),
        Cell::Plain(plain(row.price_minor, &row.currency)),
        Cell::Plain(row.currency.clone()),
        row.stock.map_or(Cell::Empty, |stock| Cell::Plain(stock.to_string())),
        Cell::text(row.url.as_ref()),
        Cell::text(row.description.as_ref()),
    ]
}

/// Rows on their way out.
struct Sheet<'a> {
    headings: &'static [&'static str],
    to: To<'a>,
    rows: u64,
}

enum To<'a> {
    Csv(Box<csv::Writer<&'a mut Out>>),
    Jsonl(&'a mut Out),
}

impl<'a> Sheet<'a> {
    fn new(out: &'a mut Out, args: &Args, headings: &'static [&'static str]) -> Result<Self> {
        let to = match args.format.unwrap_or(Format::Csv) {
            Format::Csv => {
                if args.bom {
                    out.write_all("\u{feff}".as_bytes())?;
                }
                let mut writer = csv::Writer::from_writer(out);
                writer.write_record(headings)?;
                To::Csv(Box::new(writer))
            }
            Format::Jsonl => To::Jsonl(out),
        };
        Ok(Self { headings, to, rows: 0 })
    }

    fn row(&mut self, cells: Vec<Cell>) -> Result<()> {
        self.rows += 1;
        match &mut self.to {
            To::Csv(writer) => writer.write_record(cells.into_iter().map(Cell::into_csv))?,
            To::Jsonl(out) => {
                let object: serde_json::Map<String, Value> = self
                    .headings
                    .iter()
                    .map(|name| (*name).to_owned())
                    .zip(cells.into_iter().map(Cell::into_json))
                    .collect();
                serde_json::to_writer(&mut **out, &object)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn end(self) -> Result<u64> {
        match self.to {
            To::Csv(mut writer) => writer.flush()?,
            To::Jsonl(out) => out.flush()?,
        }
        Ok(self.rows)
    }
}
