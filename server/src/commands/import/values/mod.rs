//! What stands in one cell: dates, amounts, words, phones. Values of dates, amounts and statuses may be repeated in what is
//! wrong with them; those of names, e-mails and phones never are.

mod amounts;
mod cells;
mod dates;
mod words;

pub(super) use amounts::money;
pub(crate) use amounts::plain;
pub(super) use cells::clean;
pub(crate) use cells::guarded;
pub(super) use dates::{Dates, Shape, moment, shape};
pub(super) use words::{Statuses, email, key, phone, yes};
