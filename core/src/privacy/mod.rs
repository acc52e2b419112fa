//! What people may ask about themselves, and what nobody asked for: the file about a person as JSON and as a page, and messages
//! a brand writes first, within consent, quiet hours, reply windows and a cap.

mod outreach;
mod page;
pub mod unasked;

pub use outreach::{Outreach, OutreachError, Words, Written};
pub use page::{json, page};
