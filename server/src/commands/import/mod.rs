//! `lara import`: customers, orders and products from a CSV file. Importing the same file again changes nothing.

mod rows;

use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use lara_core::model::BrandId;
use lara_core::ports::{Directory, Imported};
use rows::{Columns, RowError};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Rows stored in one transaction.
const COMMIT_EVERY: usize = 1_000;

/// Arguments of `lara import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the rows are
    #[arg(value_enum)]
    what: What,
    /// CSV file in UTF-8, with a heading line
    file: PathBuf,
    /// Brand the rows belong to [default: the only one]
    #[arg(long)]
    brand: Option<String>,
    /// A heading of the file that means one of ours: --map "E-mail address=email" (may be repeated)
    #[arg(long = "map", value_name = "HEADING=FIELD", value_parser = parse_mapping)]
    mappings: Vec<(String, String)>,
    /// Read and check everything, store nothing
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum What {
    /// `external_id,name,email,phone,language`
    Customers,
    /// `number,customer_external_id,status,ordered_at,currency,total,items,tracking_url`
    Orders,
    /// sku,name,category,price,currency,stock,url,description
    Products,
}

impl What {
    /// The headings this file needs and the ones it may have.
    const fn fields(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Customers => (&["external_id"], &["name", "email", "phone", "language", "preferences"]),
            Self::Orders => (
                &["number", "customer_external_id", "status", "ordered_at", "currency", "total"],
                &["items", "tracking_url", "due_at"],
            ),
            Self::Products => {
                (&["sku", "name"], &["category", "price", "currency", "stock", "url", "description"])
            }
        }
    }
}

fn parse_mapping(text: &str) -> Result<(String, String), String> {
    let (heading, field) = text.split_once('=').ok_or("write HEADING=FIELD")?;
    Ok((heading.trim().to_owned(), field.trim().to_owned()))
}

/// What an import did.
#[derive(Debug, Default, serde::Serialize)]
struct Outcome {
    rows: usize,
    added: u64,
    changed: u64,
    unchanged: u64,
    refused: usize,
}

impl Outcome {
    fn add(&mut self, imported: Imported) {
        self.added += imported.added;
        self.changed += imported.changed;
        self.unchanged += imported.unchanged;
    }
}

/// Runs the import.
pub(crate) async fn run(config: &Config, args: &Args) -> Result<()> {
    let store = wire::open_store(config).await?;
    let brand = wire::choose_brand(&store, args.brand.as_deref()).await?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_path(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let headings = reader.headers().context("the file has no heading line")?.clone();
    let columns = Columns::find(
        args.what.fields(),
        &headings,
        &args.mappings.iter().cloned().collect::<BTreeMap<_, _>>(),
    )?;
    let mut job = Job {
        store: &store,
        brand: brand.id,
        currency: brand.settings.currency,
        args,
        outcome: Outcome::default(),
        errors: Vec::new(),
    };
    job.read(&mut reader, &columns).await?;
    job.report()
}

/// One import under way.
struct Job<'a> {
    store: &'a lara_store::Store,
    brand: BrandId,
    currency: String,
    args: &'a Args,
    outcome: Outcome,
    errors: Vec<RowError>,
}

impl Job<'_> {
    async fn read(&mut self, reader: &mut csv::Reader<std::fs::File>, columns: &Columns) -> Result<()> {
        let mut batch = rows::Batch::default();
        for record in reader.records() {
            self.outcome.rows += 1;
            let line = match &record {
                Ok(record) => record.position().map_or(0, csv::Position::line),
                Err(error) => error.position().map_or(0, csv::Position::line),
            };
            match record {
                Ok(record) => {
                    let row = columns.row(&record);
                    if let Err(what) = batch.push(self.args.what, line, &row, &self.currency) {
                        self.refuse(line, what);
                    }
                }
                Err(error) => self.refuse(line, error.to_string()),
            }
            if batch.len() >= COMMIT_EVERY {
                self.store_batch(std::mem::take(&mut batch)).await?;
            }
        }
        self.store_batch(batch).await
    }

    async fn store_batch(&mut self, batch: rows::Batch) -> Result<()> {
        if self.args.dry_run || batch.len() == 0 {
            return Ok(());
        }
        let now = wire::now();
        if !batch.customers.is_empty() {
            let rows =
                batch.customers.into_iter().map(|(person, likes)| (wire::id(), person, likes)).collect();
            self.outcome.add(self.store.put_customers(self.brand, rows, now).await?);
        }
        if !batch.orders.is_empty() {
            let lines = batch.order_lines;
            let rows = batch.orders.into_iter().map(|row| row.build(self.brand)).collect();
            let (imported, unknown) = self.store.put_orders(self.brand, rows, now).await?;
            self.outcome.add(imported);
            for index in unknown {
                let line = lines.get(index).copied().unwrap_or_default();
                self.refuse(
                    line,
                    "customer_external_id is no known customer: import customers first".to_owned(),
                );
            }
        }
        if !batch.products.is_empty() {
            let rows = batch.products.into_iter().map(|row| row.build(self.brand)).collect();
            self.outcome.add(self.store.put_products(self.brand, rows, now).await?);
        }
        Ok(())
    }

    fn refuse(&mut self, line: u64, what: String) {
        self.outcome.refused += 1;
        self.errors.push(RowError { line, what });
    }

    fn report(self) -> Result<()> {
        const SHOWN: usize = 20;
        for error in self.errors.iter().take(SHOWN) {
            eprintln!("{}:{}: {}", self.args.file.display(), error.line, error.what);
        }
        if self.errors.len() > SHOWN {
            eprintln!("... and {} more rows refused", self.errors.len() - SHOWN);
        }
        if self.args.json {
            println!("{}", serde_json::to_string(&self.outcome)?);
        } else {
            let Outcome { rows, added, changed, unchanged, refused } = &self.outcome;
            let dry = if self.args.dry_run { " (dry run: nothing stored)" } else { "" };
            println!(
                "{rows} rows: {added} added, {changed} changed, {unchanged} unchanged, {refused} refused{dry}"
            );
        }
        ensure!(
            self.outcome.refused == 0 || self.outcome.refused < self.outcome.rows,
            "every row was refused"
        );
        if self.outcome.refused > 0 {
            bail!("{} rows were refused: mend them and import the file again", self.outcome.refused);
        }
        Ok(())
    }
}
