//! Every text of the pages, in English and Vietnamese: [`Words`] for fixed texts, [`codes`] for what is stored as a word.

/// Texts of one file: a line is a name, the English text, the Vietnamese text.
macro_rules! table {
    ($($name:ident: $english:literal, $vietnamese:literal;)+) => {
        /// Fixed texts in one language.
        pub(crate) struct Words { $(pub(crate) $name: &'static str),+ }

        /// English.
        pub(crate) static EN: Words = Words { $($name: $english),+ };

        /// Vietnamese.
        pub(crate) static VI: Words = Words { $($name: $vietnamese),+ };

        /// Name, English, Vietnamese of every text.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $english, $vietnamese)),+];
    };
}

pub(crate) mod codes;
mod faults;
mod listening;
mod people;
mod reasons;
mod said;
mod table;

pub(crate) use faults::fault;
pub(crate) use listening::Words as ListeningWords;
pub(crate) use people::Words as PeopleWords;
pub(crate) use said::Words as SaidWords;
pub(crate) use table::{EN, VI, Words};

use lara_core::model::Language;

/// The texts of one language.
pub(crate) const fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &EN,
        Language::Vietnamese => &VI,
    }
}

/// The texts around what was said.
pub(crate) const fn said(language: Language) -> &'static SaidWords {
    match language {
        Language::English => &said::EN,
        Language::Vietnamese => &said::VI,
    }
}

/// The texts of the listening page.
pub(crate) const fn listening(language: Language) -> &'static ListeningWords {
    match language {
        Language::English => &listening::EN,
        Language::Vietnamese => &listening::VI,
    }
}

/// The texts of the pages about persons.
pub(crate) const fn people(language: Language) -> &'static PeopleWords {
    match language {
        Language::English => &people::EN,
        Language::Vietnamese => &people::VI,
    }
}

/// Puts values into the `{name}` places of a text.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, name, after)) = place(rest) {
        out.push_str(before);
        if let Some((_, value)) = values.iter().find(|(key, _)| *key == name) {
            out.push_str(value);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The text before the next `{name}`, the name, and the text after it.
fn place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, after) = text.split_once('{')?;
    let (name, rest) = after.split_once('}')?;
    Some((before, name, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages_with_the_same_places() {
        for (name, english, vietnamese) in
            table::ALL.iter().chain(said::ALL).chain(listening::ALL).chain(people::ALL)
        {
            assert!(!english.trim().is_empty(), "{name} has no English text");
            assert!(!vietnamese.trim().is_empty(), "{name} has no Vietnamese text");
            let places = |text: &str| {
                let mut found: Vec<String> = text
                    .split('{')
                    .skip(1)
                    .filter_map(|part| part.split_once('}').map(|(place, _)| place.to_owned()))
                    .collect();
                found.sort();
                found
            };
            assert_eq!(places(english), places(vietnamese), "{name} has other places in the other language");
        }
    }

    #[test]
    fn a_value_is_filled_in_literally() {
        assert_eq!(fill("{name} has {n}", &[("name", "{n}"), ("n", "2")]), "{n} has 2");
        assert_eq!(fill("100 {", &[]), "100 {");
    }
}
