//! Which order is meant.

use crate::model::{Order, OrderStatus, Timestamp};
use crate::text::{compact, fold, folded_line, folded_words};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Which of a person's orders a message is about.
#[derive(Debug, Clone, PartialEq)]
pub enum MeantOrder<'a> {
    /// This one.
    One(&'a Order),
    /// One of these; only the customer knows.
    Several(Vec<&'a Order>),
    /// The message names an order that is not among those that may be shown here.
    Foreign,
    /// There is none to speak of.
    Nothing,
}

impl<'a> MeantOrder<'a> {
    /// The order, if there is no doubt.
    #[must_use]
    pub const fn one(&self) -> Option<&'a Order> {
        match self {
            Self::One(order) => Some(order),
            Self::Several(_) | Self::Foreign | Self::Nothing => None,
        }
    }
}

/// Whether an order is still on its way to the customer.
#[must_use]
pub const fn is_open(status: OrderStatus) -> bool {
    match status {
        OrderStatus::Placed | OrderStatus::Packing | OrderStatus::Shipped => true,
        OrderStatus::Delivered | OrderStatus::Cancelled | OrderStatus::Returned | OrderStatus::Refunded => {
            false
        }
    }
}

/// Words that mean the newest order.
const NEWEST: &[&str] = &[
    "moi nhat",
    "gan nhat",
    "vua dat",
    "moi dat",
    "latest",
    "most recent",
    "newest",
    "last order",
    "just ordered",
];

/// Words that tell an order by where it is; folded.
const BY_STATUS: &[(&[&str], &[OrderStatus])] = &[
    (
        &[
            "dang giao",
            "dang van chuyen",
            "dang tren duong",
            "on its way",
            "in transit",
            "shipped one",
            "that shipped",
        ],
        &[OrderStatus::Shipped],
    ),
    (
        &[
            "chua giao",
            "chua gui",
            "chua nhan",
            "chua toi",
            "not shipped",
            "hasn't shipped",
            "not delivered",
            "not arrived",
            "hasn't arrived",
        ],
        &[OrderStatus::Placed, OrderStatus::Packing, OrderStatus::Shipped],
    ),
    (&["dang dong goi", "dang goi hang", "being packed"], &[OrderStatus::Packing]),
    (
        &["da giao", "giao roi", "nhan roi", "da nhan", "delivered", "that arrived", "i received"],
        &[OrderStatus::Delivered],
    ),
    (&["da huy", "bi huy", "cancelled", "canceled"], &[OrderStatus::Cancelled]),
    (
        &["tra lai", "hoan ve", "da tra", "i returned", "sent back"],
        &[OrderStatus::Returned, OrderStatus::Refunded],
    ),
];

/// Words that speak of a day as that of a purchase; folded.
const BUYING: &[&str] = &["dat", "mua", "ordered", "bought", "from", "placed", "purchased"];

/// Days a message names, as the brand's calendar has them, and its time zone: what tells an order by its day.
#[derive(Debug, Clone, Copy)]
pub struct Days<'a> {
    /// The days.
    pub named: &'a [Date],
    /// The brand's zone.
    pub zone: &'a TimeZone,
}

impl Days<'_> {
    /// No day is named.
    pub const NONE: Days<'static> = Days { named: &[], zone: &TimeZone::UTC };

    /// The only order placed on a named day; else the only one sent or delivered on it. Where the text speaks of buying,
    /// "Monday" is the last one: nobody has bought on a day to come.
    fn one<'o>(&self, line: &str, orders: &'o [Order]) -> Option<&'o Order> {
        let bought = line.split(' ').any(|word| BUYING.contains(&word));
        let day = |at: Timestamp| {
            let at = jiff::Timestamp::from_millisecond(at.millis()).ok()?;
            Some(at.to_zoned(self.zone.clone()).date())
        };
        let named = |at: Option<Timestamp>| {
            at.and_then(day).is_some_and(|on| {
                let week_before = |named: &Date| named.checked_sub(7.days()).is_ok_and(|before| before == on);
                self.named.iter().any(|named| *named == on || (bought && week_before(named)))
            })
        };
        let sent = |order: &&Order| named(order.shipment.shipped_at) || named(order.shipment.delivered_at);
        only(orders.iter().filter(|order| named(Some(order.ordered_at))))
            .or_else(|| only(orders.iter().filter(sent)))
    }
}

/// The one there is, if there is only one.
fn only<'o>(mut orders: impl Iterator<Item = &'o Order>) -> Option<&'o Order> {
    let one = orders.next();
    if orders.next().is_some() { None } else { one }
}

/// The only order that is where the text says.
fn by_status<'a>(line: &str, orders: &'a [Order]) -> Option<&'a Order> {
    let said: Vec<_> =
        BY_STATUS.iter().filter(|(said, _)| said.iter().any(|words| line.contains(words))).collect();
    // "It says delivered, but I have not got it" tells none.
    let fits = |order: &&Order| said.iter().all(|(_, statuses)| statuses.contains(&order.status));
    if said.is_empty() { None } else { only(orders.iter().filter(fits)) }
}

/// Finds the order a message is about: by its number, by "the last one", by what was bought, by the day or by where it is,
/// or because only one is open (or there is only one).
#[must_use]
pub fn meant<'a>(text: &str, orders: &'a [Order], days: &Days<'_>) -> MeantOrder<'a> {
    if let Some(order) = by_number(text, orders) {
        return MeantOrder::One(order);
    }
    if names_another(text, orders) {
        return MeantOrder::Foreign;
    }
    let line = folded_line(text);
    if NEWEST.iter().any(|words| line.contains(words))
        && let Some(newest) = orders.first()
    {
        return MeantOrder::One(newest);
    }
    let told = by_item(text, orders).or_else(|| days.one(&line, orders)).or_else(|| by_status(&line, orders));
    if let Some(order) = told {
        return MeantOrder::One(order);
    }
    let open: Vec<&Order> = orders.iter().filter(|order| is_open(order.status)).collect();
    match (open.as_slice(), orders) {
        ([one], _) => MeantOrder::One(one),
        ([], [one]) => MeantOrder::One(one),
        ([], []) => MeantOrder::Nothing,
        ([], all) => MeantOrder::Several(all.iter().collect()),
        (several, _) => MeantOrder::Several(several.to_vec()),
    }
}

/// Runs of letters, digits and dashes with at least one digit, compacted.
fn numberlike(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.'))
        .map(compact)
        .filter(|token| token.chars().any(|c| c.is_ascii_digit()))
        .collect()
}

/// The order whose number stands in the text, in full or its digits alone when there are at least four.
#[must_use]
pub fn by_number<'a>(text: &str, orders: &'a [Order]) -> Option<&'a Order> {
    let tokens = numberlike(text);
    let words: Vec<String> = folded_words(text);
    let digits = |number: &str| -> String { number.chars().filter(char::is_ascii_digit).collect() };
    orders.iter().find(|order| {
        let number = compact(&order.number);
        let bare = digits(&number);
        // "mh 10234": the letters as a word of their own before the digits.
        let split = words.windows(2).any(|pair| pair.concat() == number);
        split || tokens.iter().any(|token| *token == number || (bare.len() >= 4 && *token == bare))
    })
}

/// Whether the text names a number shaped like this person's order numbers that is none of them.
fn names_another(text: &str, orders: &[Order]) -> bool {
    let shape = |number: &str| -> (String, usize) {
        let letters: String = number.chars().take_while(char::is_ascii_alphabetic).collect();
        (letters, number.len())
    };
    let shapes: Vec<(String, usize)> = orders
        .iter()
        .map(|order| shape(&compact(&order.number)))
        .filter(|(letters, _)| !letters.is_empty())
        .collect();
    numberlike(text).iter().any(|token| shapes.contains(&shape(token)))
}

/// Words too common to tell one purchase from another.
const COMMON: &[&str] =
    &["don", "hang", "cai", "mau", "size", "order", "the", "and", "set", "cho", "con", "san", "pham"];

/// The only order that holds something the text names.
fn by_item<'a>(text: &str, orders: &'a [Order]) -> Option<&'a Order> {
    let said = folded_words(text);
    let score = |order: &Order| -> usize {
        order
            .items
            .iter()
            .map(|item| {
                folded_words(&item.name)
                    .iter()
                    .filter(|word| word.chars().count() >= 3 && !COMMON.contains(&word.as_str()))
                    .filter(|word| said.contains(word))
                    .count()
            })
            .max()
            .unwrap_or(0)
    };
    let scored: Vec<(usize, &Order)> = orders.iter().map(|order| (score(order), order)).collect();
    let best = scored.iter().map(|(score, _)| *score).max().filter(|best| *best > 0)?;
    let mut found = scored.iter().filter(|(score, _)| *score == best).map(|(_, order)| *order);
    let one = found.next();
    if found.next().is_some() { None } else { one }
}
