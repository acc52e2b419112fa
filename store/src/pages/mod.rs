//! What the pages read. One method a fragment; nothing here writes, and nothing but the desk reads it.

mod card;
mod file;
mod lists;
mod mentions;
pub(crate) mod people;
mod queue;
mod sql;
mod talk;

pub use card::{Card, FoundCustomer};
pub use file::{KeptFile, PartState};
pub use lists::{
    CustomersBy, Lifetime, ListedConversation, ListedCustomer, ListedPreference, PersonAddress, WholePerson,
};
pub use mentions::{Mention, MentionAnswer, MentionDay, MentionFilter, MentionReading};
pub use people::{
    FindBy, FoundPeople, FoundPerson, Like, LoosePlace, Member, MoodPoint, Other, PeopleCursor, PersonJoin,
    PersonOrder, PersonPlace, PersonReturn, PersonTalk, PersonWaiting, Profile, SuggestionShown, Why, Worth,
};
pub use queue::{Counts, Place, QueueRow, QueueView};
pub use talk::{Decided, Part, Said, Talk, TalkHead};

pub(crate) use lists::STATEMENTS as LISTS;
pub(crate) use sql::{BY_HAND, STATEMENTS};

use crate::db::Db;

/// The reads of the pages over a store.
#[derive(Debug, Clone)]
pub struct Pages {
    db: Db,
}

impl Pages {
    pub(crate) const fn new(db: Db) -> Self {
        Self { db }
    }
}

/// A stored word, id or JSON as its type; a defect when it is none.
fn parsed<T: std::str::FromStr>(text: &str) -> lara_core::ports::StoreResult<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(crate::error::broken)
}

/// The same for a column that may be empty.
fn parsed_if<T: std::str::FromStr>(text: Option<&str>) -> lara_core::ports::StoreResult<Option<T>>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.map(parsed).transpose()
}

/// A stored JSON text as its type.
fn json<T: serde::de::DeserializeOwned>(text: &str) -> lara_core::ports::StoreResult<T> {
    serde_json::from_str(text).map_err(crate::error::broken)
}

/// `%text%` for LIKE with `!` as the escape character, the text taken literally.
fn containing(text: &str) -> String {
    format!("%{}%", literally(text))
}

/// A text that LIKE takes literally, with `!` as the escape character.
fn literally(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_is_taken_literally() {
        assert_eq!(containing("50%_a!"), "%50!%!_a!!%");
    }
}
