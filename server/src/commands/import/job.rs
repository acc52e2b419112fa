//! One import under way: a thousand rows, then a commit.

use super::What;
use super::reading::{Record, Source};
use super::report::{Kind, Outcome, Report};
use super::rows::{Parsed, Problem, Reader};
use super::survey::Repeats;
use crate::commands::progress::{self, Shown};
use crate::wire;
use anyhow::{Context, Result};
use indicatif::ProgressBar;
use lara_core::model::Product;
use lara_store::Store;
use lara_store::files::{FileBuyer, FileCustomer, FileOrder, Keep, NoBuyer};

/// Rows stored in one transaction.
const COMMIT_EVERY: usize = 1_000;
/// Bytes of cells stored in one transaction.
const COMMIT_BYTES: usize = 8 * 1024 * 1024;

/// Rows that will be stored together.
#[derive(Default)]
struct Batch {
    customers: Vec<FileCustomer>,
    orders: Vec<FileOrder>,
    /// The rows of the orders, for the errors file.
    records: Vec<Record>,
    products: Vec<Product>,
    /// Rows that a later one stands for.
    superseded: u64,
    bytes: usize,
}

impl Batch {
    const fn is_full(&self) -> bool {
        self.customers.len() + self.orders.len() + self.products.len() >= COMMIT_EVERY
            || self.bytes >= COMMIT_BYTES
    }
}

/// One import.
pub(super) struct Job<'a> {
    pub(super) store: &'a Store,
    pub(super) reader: &'a Reader,
    pub(super) keep: Keep,
    pub(super) repeats: Repeats,
    pub(super) report: Report,
    pub(super) outcome: Outcome,
}

impl Job<'_> {
    /// Reads the file and stores it.
    pub(super) async fn run(&mut self, source: &mut Source, shown: Shown) -> Result<()> {
        let bar = progress::bytes(shown, source.length);
        let (_, mut rows) = source.rows()?;
        let mut record = Record::default();
        let mut batch = Batch::default();
        while rows.read(&mut record).context("cannot read the file")? {
            if record.is_whole() && self.reader.columns.is_blank(&record) {
                continue;
            }
            self.outcome.rows += 1;
            self.take(&record, &mut batch)?;
            if batch.is_full() {
                self.store(std::mem::take(&mut batch), &bar).await?;
                bar.set_position(rows.source().position());
            }
        }
        self.store(batch, &bar).await?;
        bar.finish_and_clear();
        Ok(())
    }

    fn take(&mut self, record: &Record, batch: &mut Batch) -> Result<()> {
        let (parsed, odd) = match self.reader.row(record) {
            Ok(read) => read,
            Err(problem) => return self.refuse(record, &problem),
        };
        let repeat = self.repeats.meet(&parsed, record);
        let mut odd = odd;
        if let Some(line) = repeat.differs {
            let key = self.reader.what.key();
            odd.push(Problem::of(
                key,
                format!("is that of line {line}, which says something else: the later row counts"),
            ));
        }
        if let Some(line) = repeat.same_email {
            let what =
                format!("is that of line {line}, another customer: both are kept, and may be one person");
            odd.push(Problem::of("email", what));
        }
        for problem in &odd {
            self.report.tell(Kind::Warning, record, problem)?;
        }
        self.outcome.warnings += u64::from(!odd.is_empty());
        if repeat.superseded {
            batch.superseded += 1;
            return Ok(());
        }
        batch.bytes += record.bytes();
        match parsed {
            Parsed::Customer(row) => batch.customers.push(*row),
            Parsed::Order(row) => {
                batch.orders.push(*row);
                batch.records.push(record.clone());
            }
            Parsed::Product(row) => batch.products.push(*row),
        }
        Ok(())
    }

    fn refuse(&mut self, record: &Record, problem: &Problem) -> Result<()> {
        self.outcome.refused += 1;
        self.report.tell(Kind::Refused, record, problem)
    }

    async fn store(&mut self, batch: Batch, bar: &ProgressBar) -> Result<()> {
        let (brand, now) = (self.reader.brand, wire::now());
        self.outcome.unchanged += batch.superseded;
        match self.reader.what {
            What::Customers if !batch.customers.is_empty() => {
                let imported = self.store.file_customers(brand, &batch.customers, self.keep, now).await?;
                self.outcome.add(imported);
            }
            What::Orders if !batch.orders.is_empty() => {
                let named = batch.orders.iter().map(|row| match row.buyer {
                    FileBuyer::External(_) => "customer_external_id",
                    FileBuyer::Email(_) => "customer_email",
                });
                let named: Vec<&'static str> = named.collect();
                let (imported, nobody) = self.store.file_orders(brand, batch.orders, self.keep, now).await?;
                self.outcome.add(imported);
                for (index, why) in nobody {
                    if let (Some(record), Some(field)) = (batch.records.get(index), named.get(index)) {
                        self.refuse(record, &Problem::of(field, why_nobody(why)))?;
                    }
                }
            }
            What::Products if !batch.products.is_empty() => {
                let imported = self.store.file_products(brand, &batch.products, self.keep, now).await?;
                self.outcome.add(imported);
            }
            What::Customers | What::Orders | What::Products => {}
        }
        let lines = self.report.flush()?;
        bar.suspend(|| lines.iter().for_each(|line| eprintln!("{line}")));
        let seconds = bar.elapsed().as_secs_f64().max(0.001);
        bar.set_message(format!("{} rows, {:.0} rows/s", self.outcome.rows, per(self.outcome.rows, seconds)));
        Ok(())
    }
}

fn per(rows: u64, seconds: f64) -> f64 {
    u32::try_from(rows).map_or(f64::INFINITY, f64::from) / seconds
}

const fn why_nobody(why: NoBuyer) -> &'static str {
    match why {
        NoBuyer::UnknownId => "is no known customer: import customers first",
        NoBuyer::UnknownEmail => "is the e-mail of no known customer: import customers first",
        NoBuyer::SharedEmail => "is the e-mail of several customers: name one with customer_external_id",
    }
}
