//! From a CSV row to a customer, an order or a product, with an error that names the field.

use super::What;
use crate::config::nearest;
use crate::wire;
use anyhow::{Result, bail};
use lara_core::model::{
    BrandId, CustomerId, Language, Order, OrderId, OrderItem, OrderStatus, Preference, Product, ProductId,
    Timestamp,
};
use lara_core::ports::{OrderRow, Person};
use std::collections::BTreeMap;

/// A row that was refused.
#[derive(Debug)]
pub(super) struct RowError {
    pub(super) line: u64,
    pub(super) what: String,
}

/// Which column holds which field.
pub(super) struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    /// Finds our fields among the headings; a missing needed one is refused with the nearest heading.
    pub(super) fn find(
        (needed, optional): (&'static [&'static str], &'static [&'static str]),
        headings: &csv::StringRecord,
        mappings: &BTreeMap<String, String>,
    ) -> Result<Self> {
        let known = |field: &str| needed.iter().chain(optional).any(|known| *known == field);
        if let Some(wrong) = mappings.values().find(|field| !known(field)) {
            bail!(
                "--map: there is no field {wrong:?}; the fields are {}",
                [needed, optional].concat().join(", ")
            );
        }
        let field_of =
            |heading: &str| mappings.get(heading).cloned().unwrap_or_else(|| heading.to_lowercase());
        let mut found = BTreeMap::new();
        for field in needed.iter().chain(optional) {
            let clean = |heading: &str| field_of(heading.trim_start_matches('\u{feff}'));
            if let Some(column) = headings.iter().position(|heading| clean(heading) == *field) {
                found.insert(*field, column);
            } else if needed.contains(field) {
                let hint = nearest(field, headings.iter())
                    .map(|heading| format!("; if {heading:?} is meant, add --map \"{heading}={field}\""))
                    .unwrap_or_default();
                bail!(
                    "the heading line has no {field:?} (it has: {}){hint}",
                    headings.iter().collect::<Vec<_>>().join(", ")
                );
            }
        }
        Ok(Self(found))
    }

    /// The fields of one record; empty ones are left out.
    pub(super) fn row<'a>(&self, record: &'a csv::StringRecord) -> BTreeMap<&'static str, &'a str> {
        let filled = |(field, column): (&&'static str, &usize)| {
            record.get(*column).filter(|value| !value.is_empty()).map(|value| (*field, value))
        };
        self.0.iter().filter_map(filled).collect()
    }
}

/// An order before it has ids.
pub(super) struct NewOrder {
    number: String,
    customer_external_id: String,
    status: OrderStatus,
    ordered_at: Timestamp,
    due_at: Option<Timestamp>,
    currency: String,
    total_minor: i64,
    items: Vec<OrderItem>,
    tracking_url: Option<String>,
}

impl NewOrder {
    /// Gives the order its ids.
    pub(super) fn build(self, brand: BrandId) -> OrderRow {
        let order = Order {
            id: OrderId::new(wire::uuid()),
            brand,
            customer: CustomerId::new(uuid::Uuid::nil()),
            number: self.number,
            status: self.status,
            ordered_at: self.ordered_at,
            due_at: self.due_at,
            currency: self.currency,
            total_minor: self.total_minor,
            items: self.items,
            tracking_url: self.tracking_url,
            shipment: lara_core::model::Shipment::default(),
        };
        OrderRow::imported(order, self.customer_external_id)
    }
}

/// A product before it has ids.
pub(super) struct NewProduct {
    sku: String,
    name: String,
    category: Option<String>,
    price_minor: i64,
    currency: String,
    stock: Option<i64>,
    url: Option<String>,
    description: Option<String>,
}

impl NewProduct {
    /// Gives the product its ids.
    pub(super) fn build(self, brand: BrandId) -> Product {
        Product {
            id: ProductId::new(wire::uuid()),
            brand,
            sku: self.sku,
            name: self.name,
            category: self.category,
            price_minor: self.price_minor,
            currency: self.currency,
            stock: self.stock,
            url: self.url,
            description: self.description,
        }
    }
}

/// Rows that will be stored together.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) customers: Vec<(Person, Vec<Preference>)>,
    pub(super) orders: Vec<NewOrder>,
    pub(super) order_lines: Vec<u64>,
    pub(super) products: Vec<NewProduct>,
}

type Row<'a> = BTreeMap<&'static str, &'a str>;

impl Batch {
    /// How many rows wait.
    pub(super) const fn len(&self) -> usize {
        self.customers.len() + self.orders.len() + self.products.len()
    }

    /// Reads one row; the error says what is wrong with it.
    pub(super) fn push(
        &mut self,
        what: What,
        line: u64,
        row: &Row<'_>,
        currency: &str,
    ) -> Result<(), String> {
        match what {
            What::Customers => self.customers.push(customer(row)?),
            What::Orders => {
                self.orders.push(order(row)?);
                self.order_lines.push(line);
            }
            What::Products => self.products.push(product(row, currency)?),
        }
        Ok(())
    }
}

fn needed<'a>(row: &Row<'a>, field: &'static str) -> Result<&'a str, String> {
    row.get(field).copied().ok_or_else(|| format!("{field} is empty"))
}

fn optional(row: &Row<'_>, field: &'static str) -> Option<String> {
    row.get(field).map(|value| (*value).to_owned())
}

fn customer(row: &Row<'_>) -> Result<(Person, Vec<Preference>), String> {
    let language = match row.get("language") {
        Some(code) => Some(
            code.to_lowercase()
                .parse::<Language>()
                .map_err(|_| format!("language {code:?} is not en or vi"))?,
        ),
        None => None,
    };
    let email = optional(row, "email").map(|email| email.to_lowercase());
    if let Some(email) = email.as_ref().filter(|email| !email.contains('@')) {
        return Err(format!("email has no @ ({} characters)", email.chars().count()));
    }
    let likes: BTreeMap<String, String> = match row.get("preferences") {
        Some(json) => serde_json::from_str(json)
            .map_err(|error| format!("preferences is not a JSON object of texts: {error}"))?,
        None => BTreeMap::new(),
    };
    let person = Person {
        external_id: Some(needed(row, "external_id")?.to_owned()),
        name: optional(row, "name"),
        email,
        phone: optional(row, "phone"),
        language,
        tier: None,
    };
    Ok((person, likes.into_iter().map(|(key, value)| Preference::imported(key, value)).collect()))
}

fn order(row: &Row<'_>) -> Result<NewOrder, String> {
    let currency = needed(row, "currency")?.to_uppercase();
    let status = needed(row, "status")?.to_lowercase();
    let words = || OrderStatus::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(", ");
    Ok(NewOrder {
        number: needed(row, "number")?.to_owned(),
        customer_external_id: needed(row, "customer_external_id")?.to_owned(),
        status: status.parse().map_err(|_| format!("status {status:?} is none of {}", words()))?,
        ordered_at: moment(needed(row, "ordered_at")?)?,
        due_at: row.get("due_at").map(|text| moment(text)).transpose()?,
        total_minor: money(needed(row, "total")?, &currency)?,
        currency,
        items: row.get("items").map_or(Ok(Vec::new()), |json| items(json))?,
        tracking_url: web_address(row, "tracking_url")?,
    })
}

fn product(row: &Row<'_>, brand_currency: &str) -> Result<NewProduct, String> {
    let currency = optional(row, "currency").unwrap_or_else(|| brand_currency.to_owned()).to_uppercase();
    let stock = match row.get("stock") {
        Some(text) => Some(text.parse().map_err(|_| format!("stock {text:?} is not a whole number"))?),
        None => None,
    };
    Ok(NewProduct {
        sku: needed(row, "sku")?.to_owned(),
        name: needed(row, "name")?.to_owned(),
        category: optional(row, "category"),
        price_minor: row.get("price").map_or(Ok(0), |text| money(text, &currency))?,
        currency,
        stock,
        url: web_address(row, "url")?,
        description: optional(row, "description"),
    })
}

fn web_address(row: &Row<'_>, field: &'static str) -> Result<Option<String>, String> {
    match row.get(field) {
        Some(text) => match url::Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some((*text).to_owned())),
            _ => Err(format!("{field} {text:?} is not an http or https address")),
        },
        None => Ok(None),
    }
}

/// The lines of an order: `["Cup", {"name": "Tray", "quantity": 2}]`.
fn items(json: &str) -> Result<Vec<OrderItem>, String> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Item {
        Name(String),
        Line(OrderItem),
    }
    let items: Vec<Item> =
        serde_json::from_str(json).map_err(|error| format!("items is not a JSON list of lines: {error}"))?;
    let line = |item| match item {
        Item::Name(name) => OrderItem { name, quantity: 1, sku: None },
        Item::Line(line) => line,
    };
    Ok(items.into_iter().map(line).collect())
}

/// RFC 3339, or a bare date (midnight UTC).
fn moment(text: &str) -> Result<Timestamp, String> {
    let instant = text.parse::<jiff::Timestamp>().or_else(|_| {
        let date = text.parse::<jiff::civil::Date>()?;
        date.to_zoned(jiff::tz::TimeZone::UTC).map(|zoned| zoned.timestamp())
    });
    instant
        .map(|instant| Timestamp::from_millis(instant.as_millisecond()))
        .map_err(|_| format!("{text:?} is not a time: write 2026-11-22 or 2026-11-22T09:30:00+07:00"))
}

/// An amount as shops write it (`1250000`, `1,250,000`, `1.250.000`, `19.99`) in the currency's smallest unit.
fn money(text: &str, currency: &str) -> Result<i64, String> {
    let wrong = || format!("{text:?} is not an amount of {currency}");
    let places = lara_core::wording::minor_places(currency);
    let (whole, fraction) = split_amount(text, places).ok_or_else(wrong)?;
    let scale = 10_i64.pow(places);
    let padded = format!("{fraction:0<width$}", width = usize::try_from(places).unwrap_or(0));
    let minor: i64 = if padded.is_empty() { 0 } else { padded.parse().map_err(|_| wrong())? };
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    whole.checked_mul(scale).and_then(|amount| amount.checked_add(minor)).ok_or_else(wrong)
}

/// Splits digits from the fraction. A separator followed by as many digits as the currency has places is the decimal
/// mark; one followed by three digits groups thousands.
fn split_amount(text: &str, places: u32) -> Option<(String, String)> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
        return None;
    }
    let places = usize::try_from(places).ok()?;
    let decimal = text.rfind(['.', ',']).filter(|mark| {
        let digits = text.len() - mark - 1;
        places > 0 && digits >= 1 && digits <= places
    });
    let (whole, fraction) = match decimal {
        Some(mark) => (text.get(..mark)?, text.get(mark + 1..)?),
        None => (text.as_str(), ""),
    };
    let mut groups = whole.split(['.', ',']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if first.is_empty() || rest.iter().any(|group| group.len() != 3) || (!rest.is_empty() && first.len() > 3)
    {
        return None;
    }
    Some((std::iter::once(first).chain(rest).collect(), fraction.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_shops_write_them() {
        assert_eq!(money("1250000", "VND"), Ok(1_250_000));
        assert_eq!(money("1.250.000", "VND"), Ok(1_250_000));
        assert_eq!(money("1,250,000", "VND"), Ok(1_250_000));
        assert_eq!(money("19.99", "USD"), Ok(1_999));
        assert_eq!(money("1,250.5", "USD"), Ok(125_050));
        assert_eq!(money("19", "USD"), Ok(1_900));
        for wrong in ["", "12a", "-5", "1.25", "1,2,3"] {
            assert!(money(wrong, "VND").is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_dates_or_rfc_3339() {
        assert_eq!(moment("1970-01-02"), Ok(Timestamp::from_millis(86_400_000)));
        assert_eq!(moment("1970-01-01T07:00:01+07:00"), Ok(Timestamp::from_millis(1_000)));
        assert!(moment("22/11/2026").unwrap_err().contains("write 2026-11-22"));
    }
}
