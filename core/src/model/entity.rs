//! Things a message names: an order, a phone number, an amount, a day. Found by the classifier where no brand is needed to
//! tell them (`nlu/src/entities`), completed with the brand's orders and products by [`crate::relate`].

use super::said_date::SaidDate;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// One thing a message names, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// First byte in the text that was read.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it is, in one spelling.
    #[serde(flatten)]
    pub value: EntityValue,
}

/// What is named, in one spelling however it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum EntityValue {
    /// An order number, as the shop writes it: `MH-10234`.
    Order(String),
    /// An e-mail address in lower case.
    Email(String),
    /// A phone number in E.164 (`+84912345678`), or its digits alone where nothing tells the country.
    Phone(String),
    /// An amount of money.
    Money {
        /// In the smallest unit of the currency ([`crate::wording::minor_places`]).
        minor: i64,
        /// ISO 4217.
        currency: String,
    },
    /// A day.
    Date(SaidDate),
    /// How many.
    Quantity {
        /// The number.
        count: u32,
        /// Of what, in one English word: `piece`, `pair`, `box`; unknown for "x2".
        unit: Option<String>,
    },
    /// A size, volume, weight or measure: `M`, `38.5`, `39-40`, `500ml`, `30x40cm`.
    Size(String),
    /// A product of the brand, by its stock keeping unit.
    Product(String),
    /// A card, identity number or code, masked or not: it has no value here.
    Secret,
}

impl Entity {
    /// Its place.
    #[must_use]
    pub const fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether it tells who somebody is, so that it must be masked wherever a text is kept for something else than
    /// answering them. A hotline belongs to a shop; an order number leads to a person.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        match &self.value {
            EntityValue::Phone(number) => !number.starts_with("+841800") && !number.starts_with("+841900"),
            EntityValue::Order(_) | EntityValue::Email(_) | EntityValue::Secret => true,
            EntityValue::Money { .. }
            | EntityValue::Date(_)
            | EntityValue::Quantity { .. }
            | EntityValue::Size(_)
            | EntityValue::Product(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_is_stored_flat_and_reads_back() {
        let entities = [
            Entity { start: 3, end: 13, value: EntityValue::Phone("+84912345678".to_owned()) },
            Entity {
                start: 0,
                end: 4,
                value: EntityValue::Money { minor: 350_000, currency: "VND".to_owned() },
            },
            Entity { start: 0, end: 4, value: EntityValue::Date(SaidDate::on(2026, 11, 21).unwrap()) },
            Entity { start: 0, end: 4, value: EntityValue::Date(SaidDate::FromToday { days: -1 }) },
            Entity { start: 0, end: 4, value: EntityValue::Secret },
        ];
        let json = serde_json::to_string(&entities).unwrap();
        assert!(json.starts_with(r#"[{"start":3,"end":13,"kind":"phone","value":"+84912345678"}"#), "{json}");
        assert!(json.contains(r#""kind":"date","value":{"on":"2026-11-21"}"#), "{json}");
        assert_eq!(serde_json::from_str::<Vec<Entity>>(&json).unwrap(), entities);
    }

    #[test]
    fn a_hotline_is_nobodys() {
        let phone = |number: &str| Entity { start: 0, end: 1, value: EntityValue::Phone(number.to_owned()) };
        assert!(phone("+84912345678").is_personal() && !phone("+8419001234").is_personal());
    }
}
