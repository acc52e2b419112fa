//! Which order is meant.

use crate::model::{Order, OrderStatus};
use crate::text::{compact, fold, folded_line, folded_words};

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

/// Finds the order a message is about: by its number, by "the last one", by what was bought, or because only one is
/// open (or there is only one).
#[must_use]
pub fn meant<'a>(text: &str, orders: &'a [Order]) -> MeantOrder<'a> {
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
    if let Some(order) = by_item(text, orders) {
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
