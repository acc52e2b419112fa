//! Relate: what of all that is known may be used here, which order or product is meant, and the context templates get.
//!
//! The one place that decides what may be shown to whom: orders and preferences only to an address that is verified to
//! be the customer's, in a direct message; a name somebody merely claims, and what they said of themselves at that very
//! address, is used to talk to them and for nothing more.

pub mod again;
pub mod answer;
pub mod code;
mod context;
pub mod entities;
pub mod hours;
pub mod interests;
pub mod learn;
pub mod order_numbers;
pub mod orders;
mod products;
pub mod proof;
pub mod recommend;
pub mod stated;
pub mod summary;

pub use crate::wording::minor_places;
pub use context::{Scene, context};
pub use learn::Learnt;
pub use order_numbers::OrderNumbers;
pub use orders::MeantOrder;
pub use products::{Mention, ProductIndex};

use crate::model::{
    AddressId, Customer, Escalation, Level, Message, Order, Preference, PreferenceSource, Return, Visibility,
};
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
    /// What goes back of them, newest first.
    pub returns: &'a [Return],
    /// What waits for a human at another of their addresses.
    pub elsewhere: Option<&'a Escalation>,
    /// Keys of what is to be forgotten.
    pub forgotten: &'a [String],
    /// How much that is.
    pub reach: Reach,
    told: &'a [Preference],
    address: Option<AddressId>,
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
            returns: if whole { &memory.returns } else { &[] },
            elsewhere: memory.elsewhere.as_ref().filter(|_| whole),
            forgotten: if whole { &memory.forgotten } else { &[] },
            reach,
            told: &memory.preferences,
            address: Some(memory.address.id),
        }
    }

    /// Everything about somebody, or nobody at all: what a preview shows to who may see it.
    #[must_use]
    pub const fn all(profile: Option<(&'a Customer, &'a [Order], &'a [Preference])>) -> Self {
        let (customer, orders, told, reach): (_, &[Order], &[Preference], _) = match profile {
            Some((customer, orders, told)) => (Some(customer), orders, told, Reach::Whole),
            None => (None, &[], &[], Reach::Nobody),
        };
        Self { customer, orders, returns: &[], elsewhere: None, forgotten: &[], reach, told, address: None }
    }

    /// Preferences that may be used: all of a proven person's; of one who merely says who they are, what they stated here.
    pub fn preferences(&self) -> impl Iterator<Item = &'a Preference> + use<'a> {
        let (reach, here) = (self.reach, self.address);
        self.told.iter().filter(move |like| match reach {
            Reach::Nobody => false,
            Reach::Name => like.source == PreferenceSource::Stated && like.address == here && here.is_some(),
            Reach::Whole => true,
        })
    }
}

#[cfg(test)]
mod tests;
