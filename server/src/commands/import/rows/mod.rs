//! From a row to a customer, an order or a product, or to what is wrong with which field.

use super::What;
use super::headings::Columns;
use super::reading::{LONGEST, Record, Size};
use super::values::{Dates, Statuses, email, moment, money, phone, yes};
use crate::wire;
use jiff::tz::TimeZone;
use lara_core::listen::mask;
use lara_core::model::{
    BrandId, CustomerId, Language, Order, OrderId, OrderItem, Preference, Product, ProductId, Shipment,
    Timestamp,
};
use lara_core::ports::{Buyer, OrderRow, OrderSource, Person};
use lara_store::files::{FileBuyer, FileCustomer, FileOrder};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The most pieces, lines and likes that are believed; a row of 64 KB cannot hold many more.
const MANY: usize = 1_000;

/// Characters of names, numbers, tiers and words, as the API takes them.
const NAME: usize = 200;
/// Characters of keys and stock keeping units.
const KEY: usize = 100;
/// Characters of what somebody likes.
const VALUE: usize = 500;
/// Characters of descriptions.
const LONG: usize = 2_000;

/// What is wrong with a row, or odd about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// The field, where it is one.
    pub(super) field: Option<&'static str>,
    pub(super) what: String,
}

impl Problem {
    /// What is wrong with the row as such.
    pub(super) fn row(what: impl Into<String>) -> Self {
        Self { field: None, what: what.into() }
    }

    /// What is wrong with a field.
    pub(super) fn of(field: &'static str, what: impl Into<String>) -> Self {
        Self { field: Some(field), what: what.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(field) = self.field {
            write!(f, "{field} ")?;
        }
        f.write_str(&self.what)
    }
}

/// A row in the words of the model.
#[derive(Debug)]
pub(super) enum Parsed {
    Customer(Box<FileCustomer>),
    Order(Box<FileOrder>),
    Product(Box<Product>),
}

impl Parsed {
    /// What names the row in its file.
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            Self::Customer(row) => row.person.external_id.as_deref(),
            Self::Order(row) => Some(&row.row.order.number),
            Self::Product(row) => Some(&row.sku),
        }
    }

    /// The e-mail of a customer.
    pub(super) fn email(&self) -> Option<&str> {
        match self {
            Self::Customer(row) => row.person.email.as_deref(),
            Self::Order(_) | Self::Product(_) => None,
        }
    }
}

/// How the rows of one file are read.
pub(super) struct Reader {
    pub(super) what: What,
    pub(super) columns: Columns,
    pub(super) brand: BrandId,
    /// Of amounts without one, ISO 4217.
    pub(super) currency: String,
    pub(super) zone: TimeZone,
    pub(super) dates: Dates,
    pub(super) statuses: Statuses,
}

impl Reader {
    /// Reads a row; beside it what is odd about it.
    pub(super) fn row(&self, record: &Record) -> Result<(Parsed, Vec<Problem>), Problem> {
        self.check_shape(record)?;
        let row = Row { reader: self, record };
        let mut odd = Vec::new();
        let parsed = match self.what {
            What::Customers => Parsed::Customer(Box::new(row.customer(&mut odd)?)),
            What::Orders => Parsed::Order(Box::new(row.order()?)),
            What::Products => Parsed::Product(Box::new(row.product()?)),
        };
        Ok((parsed, odd))
    }

    fn check_shape(&self, record: &Record) -> Result<(), Problem> {
        let kb = LONGEST / 1024;
        match record.size {
            Size::Whole => {}
            Size::TooLong => return Err(Problem::row(format!("the row is longer than {kb} KB"))),
            Size::ToTheEnd => {
                return Err(Problem::row(format!(
                    "the row is longer than {kb} KB and goes on to the end of the file: a quotation mark in it is not closed"
                )));
            }
            Size::TooWide => return Err(Problem::row("the row has over a thousand cells")),
        }
        let width = self.columns.width;
        // Blank cells too many are refused as well: behind an amount with bare commas, they hide that all cells moved.
        if record.len() != width {
            let hint = if record.lines > 1 {
                format!(" and goes over {} lines: a quotation mark may not be closed", record.lines)
            } else {
                ": a cell with the delimiter in it must stand in quotation marks".to_owned()
            };
            return Err(Problem::row(format!(
                "the row has {} cells, the heading line {width}{hint}",
                record.len()
            )));
        }
        Ok(())
    }
}

/// One row being read.
struct Row<'a> {
    reader: &'a Reader,
    record: &'a Record,
}

impl<'a> Row<'a> {
    fn get(&self, field: &str) -> Option<Cow<'a, str>> {
        self.reader.columns.get(self.record, field)
    }

    fn text(&self, field: &'static str) -> Result<Option<String>, Problem> {
        let longest = if field == "description" { LONG } else { NAME };
        self.read(field, |text| short(text, longest).map(str::to_owned))
    }

    fn needed(&self, field: &'static str) -> Result<Cow<'a, str>, Problem> {
        let text = self.get(field).ok_or_else(|| Problem::of(field, "is empty"))?;
        short(&text, NAME).map_err(|what| Problem::of(field, what))?;
        Ok(text)
    }

    /// A field read by `read`, if it holds anything.
    fn read<T>(
        &self,
        field: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Problem> {
        self.get(field).map(|text| read(&text).map_err(|what| Problem::of(field, what))).transpose()
    }

    fn moment(&self, field: &'static str) -> Result<Option<Timestamp>, Problem> {
        self.read(field, |text| moment(text, self.reader.dates, &self.reader.zone))
    }

    fn currency(&self) -> Result<String, Problem> {
        let code = self.read("currency", |text| {
            let code = text.to_uppercase();
            let iso = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
            let code = if matches!(code.as_str(), "₫" | "Đ" | "VNĐ" | "ĐỒNG") {
                Some("VND".to_owned())
            } else {
                iso.then_some(code)
            };
            code.ok_or_else(|| format!("{text:?} is not a currency: write VND or USD"))
        })?;
        Ok(code.unwrap_or_else(|| self.reader.currency.clone()))
    }

    fn page(&self, field: &'static str) -> Result<Option<String>, Problem> {
        self.read(field, |text| match url::Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(text.to_owned()),
            _ => Err("is not an http or https address".to_owned()),
        })
    }

    fn customer(&self, odd: &mut Vec<Problem>) -> Result<FileCustomer, Problem> {
        let email = self.read("email", email)?;
        let external_id = self.text("external_id")?;
        if external_id.is_none() && email.is_none() {
            return Err(Problem::of("external_id", "is empty, and so is email: nothing says who this is"));
        }
        let phone = self.read("phone", phone).unwrap_or_else(|problem| {
            odd.push(Problem { what: format!("{}; left out", problem.what), ..problem });
            None
        });
        let likes = self.read("preferences", |json| {
            let likes = serde_json::from_str::<BTreeMap<String, String>>(json).ok();
            likes
                .filter(|likes| likes.len() <= MANY)
                .and_then(|likes| likes.iter().map(like).collect::<Option<Vec<_>>>())
                .ok_or_else(|| "is not a JSON object of short texts, like {\"size\": \"M\"}".to_owned())
        })?;
        let person = Person {
            external_id,
            name: self.text("name")?,
            email,
            phone,
            language: self.read("language", language)?,
            tier: self.text("tier")?,
        };
        let likes = likes.unwrap_or_default().into_iter();
        Ok(FileCustomer {
            id: wire::id(),
            person,
            preferences: likes.map(|(key, value)| Preference::imported(mask(&key), mask(&value))).collect(),
            created_at: self.moment("created_at")?,
            // Only what somebody refused is taken from a file: an opt-out is never undone by one.
            opted_out: self.read("consent", yes)? == Some(false),
        })
    }

    fn order(&self) -> Result<FileOrder, Problem> {
        let buyer = match (self.text("customer_external_id")?, self.read("customer_email", email)?) {
            (Some(id), _) => FileBuyer::External(id),
            (None, Some(email)) => FileBuyer::Email(email),
            (None, None) if self.reader.columns.has("customer_external_id") => {
                return Err(Problem::of("customer_external_id", "is empty"));
            }
            (None, None) => return Err(Problem::of("customer_email", "is empty")),
        };
        let currency = self.currency()?;
        let total = money(&self.needed("total")?, &currency).map_err(|what| Problem::of("total", what))?;
        let status = self.reader.statuses.read(&self.needed("status")?);
        let order = Order {
            id: OrderId::new(wire::uuid()),
            brand: self.reader.brand,
            customer: CustomerId::new(uuid::Uuid::nil()),
            number: self.needed("number")?.into_owned(),
            status: status.map_err(|what| Problem::of("status", what))?,
            ordered_at: self.moment("ordered_at")?.ok_or_else(|| Problem::of("ordered_at", "is empty"))?,
            due_at: self.moment("due_at")?,
            total_minor: total,
            currency,
            items: self.read("items", items)?.unwrap_or_default(),
            tracking_url: self.page("tracking_url")?,
            shipment: Shipment {
                carrier: self.text("carrier")?,
                number: self.text("tracking_number")?,
                shipped_at: self.moment("shipped_at")?,
                delivered_at: self.moment("delivered_at")?,
            },
        };
        let changed_at = self.moment("changed_at")?;
        // The store finds the buyer.
        let nobody = Buyer::Known(order.customer);
        Ok(FileOrder { row: OrderRow { order, buyer: nobody, source: OrderSource::Csv, changed_at }, buyer })
    }

    fn product(&self) -> Result<Product, Problem> {
        let currency = self.currency()?;
        let price = self.read("price", |text| money(text, &currency))?;
        Ok(Product {
            id: ProductId::new(wire::uuid()),
            brand: self.reader.brand,
            sku: self.needed("sku")?.into_owned(),
            name: self.needed("name")?.into_owned(),
            category: self.text("category")?,
            price_minor: price.unwrap_or(0),
            currency,
            stock: self.read("stock", |text| {
                let plain = text.strip_suffix(".0").unwrap_or(text);
                plain.parse().map_err(|_| format!("{text:?} is not a whole number"))
            })?,
            url: self.page("url")?,
            description: self.text("description")?,
        })
    }
}

/// A text that is not too long to be one.
fn short(text: &str, longest: usize) -> Result<&str, String> {
    let fits = text.chars().count() <= longest;
    if fits { Ok(text) } else { Err(format!("is longer than {longest} characters")) }
}

/// A text out of JSON: what its escapes stand for was not seen when the cell was cleaned.
fn decoded(text: &str, longest: usize) -> Option<String> {
    let text = lara_core::listen::clean(text);
    short(text.trim(), longest).ok().map(str::to_owned)
}

fn like((key, value): (&String, &String)) -> Option<(String, String)> {
    let key = decoded(key, KEY).filter(|key| !key.is_empty())?;
    Some((key, decoded(value, VALUE)?))
}

fn language(text: &str) -> Result<Language, String> {
    let word = super::values::key(text);
    match word.as_str() {
        "tieng viet" | "vietnamese" | "vn" => return Ok(Language::Vietnamese),
        "tieng anh" | "english" => return Ok(Language::English),
        _ => {}
    }
    // `vi-VN`, `en_US`: the region says nothing more.
    let code = word.split(' ').next().unwrap_or_default();
    code.parse().map_err(|_| format!("{text:?} is not en or vi"))
}

/// The lines of an order: `["Cup", {"name": "Tray", "quantity": 2}]`.
fn items(json: &str) -> Result<Vec<OrderItem>, String> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Item {
        Name(String),
        Line(OrderItem),
    }
    let items: Option<Vec<Item>> = serde_json::from_str(json).ok();
    let line = |item| {
        let line = match item {
            Item::Name(name) => OrderItem { name, quantity: 1, sku: None },
            Item::Line(line) => line,
        };
        let sku = match line.sku {
            Some(sku) => Some(decoded(&sku, KEY)?),
            None => None,
        };
        Some(OrderItem { name: decoded(&line.name, NAME)?, sku, ..line })
    };
    let items = items.filter(|items| items.len() <= MANY);
    items.and_then(|items| items.into_iter().map(line).collect()).ok_or_else(|| {
        "is not a JSON list of short lines, like [{\"name\": \"Cup\", \"quantity\": 2}]".to_owned()
    })
}

#[cfg(test)]
mod tests;
