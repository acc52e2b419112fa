//! What the REST API reads: whole lists, a page at a time, by id and so by age.

mod people;
mod sql;
mod things;

pub use people::{CustomersBy, Lifetime, ListedCustomer, ListedPreference, PersonAddress, WholePerson};
pub(crate) use sql::STATEMENTS;
pub use things::ListedConversation;

/// The place before the first row: no id is smaller.
const BEGINNING: &str = "";

/// A cursor as statements compare it.
fn after(id: Option<impl std::fmt::Display>) -> String {
    id.map_or_else(|| BEGINNING.to_owned(), |id| id.to_string())
}
