//! Relate: what of all that is known may be used here, which order or product is meant, and the context templates get.
//!
//! The one place that decides what may be shown to whom: orders and preferences only to an address that is verified to
//! be the customer's, in a direct message; a name somebody merely claims is used to greet them and nothing more.

pub mod answer;
pub mod code;
mod context;
pub mod entities;
pub mod hours;
pub mod order_numbers;
pub mod orders;
mod products;
pub mod stated;

pub use crate::wording::minor_places;
pub use context::{Scene, context};
pub use order_numbers::OrderNumbers;
pub use orders::MeantOrder;
pub use products::{Mention, ProductIndex};

use crate::model::{Customer, Level, Message, Order, Preference, Visibility};
use crate::ports::Memory;

/// How much of a person may be used in a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing: a stranger, or a public place.
    Nobody,
    /// The name they told.
    Name,
    /// Orders, preferences, everything.
    Whole,
}

/// What may be used for a run: all of it must be direct, because the reply may be read where the run was.
#[must_use]
pub fn reach(memory: &Memory, run: &[Message]) -> Reach {
    let direct = run.iter().all(|message| message.visibility == Visibility::Direct);
    match (&memory.customer, memory.address.level) {
        (Some(_), Level::Verified) if direct => Reach::Whole,
        (Some(_), Level::Claimed) if direct => Reach::Name,
        _ => Reach::Nobody,
    }
}

/// A person as far as they may be used: the only way policies and templates see one.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Whose name may be said.
    pub customer: Option<&'a Customer>,
    /// Orders that may be shown, newest first.
    pub orders: &'a [Order],
    /// Preferences that may be used.
    pub preferences: &'a [Preference],
    /// How much that is.
    pub reach: Reach,
}

impl<'a> Known<'a> {
    /// What may be used of `memory` for `run`.
    #[must_use]
    pub fn of(memory: &'a Memory, run: &[Message]) -> Self {
        let reach = reach(memory, run);
        let whole = reach == Reach::Whole;
        Self {
            customer: memory.customer.as_ref().filter(|_| reach >= Reach::Name),
            orders: if whole { &memory.orders } else { &[] },
            preferences: if whole { &memory.preferences } else { &[] },
            reach,
        }
    }
}

#[cfg(test)]
mod tests;
