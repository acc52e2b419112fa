//! Who the customers are: finding a person, and everything known about one. A person is all customers with one head.

mod find;
mod history;
mod joins;
mod list;
mod person;
pub(super) mod sql;

pub use find::{FindBy, FoundPeople, PeopleCursor};
pub use history::{PersonOrder, PersonReturn, PersonTalk};
pub use joins::{LoosePlace, Other, PersonJoin, SuggestionShown};
pub use list::{FoundPerson, Why};
pub use person::{Like, Member, MoodPoint, PersonPlace, PersonWaiting, Profile, Worth};

pub(super) use history::{orders, talks};
pub(super) use person::{moods, profile};
pub(crate) use sql::STATEMENTS;
