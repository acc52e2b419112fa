//! The templates Lara ships with, compiled in from `templates/`.

use super::context::Context;
use crate::model::{Language, TemplateName};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/shipped.rs"));
}

/// A context a template is tried with before it is published.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// What is special about it, for the admin.
    pub name: String,
    /// The context.
    pub context: Context,
}

/// The name a sample has in which nothing is known.
pub const NOTHING_KNOWN: &str = "nothing known";

/// Every shipped template with its source, by language and key.
pub fn shipped() -> impl Iterator<Item = (TemplateName, &'static str)> {
    embedded::TEMPLATES.iter().filter_map(|(language, stem, body)| {
        let language = language.parse().ok()?;
        let (key, channel) = match stem.split_once('.') {
            Some((key, channel)) => (key, Some(channel.parse().ok()?)),
            None => (*stem, None),
        };
        Some((TemplateName { key: key.to_owned(), language, channel }, *body))
    })
}

/// The shipped source of one template; `None` when it is not shipped under exactly this name.
#[must_use]
pub fn shipped_source(name: &TemplateName) -> Option<&'static str> {
    shipped().find_map(|(found, body)| (found == *name).then_some(body))
}

/// The shipped partials of a language: name and source.
pub(super) fn partials(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    embedded::PARTIALS
        .iter()
        .filter(move |(found, _, _)| *found == language.as_str())
        .map(|(_, name, body)| (*name, *body))
}

static SAMPLES: LazyLock<BTreeMap<&'static str, Vec<Sample>>> = LazyLock::new(|| {
    embedded::SAMPLES
        .iter()
        // A test proves that every shipped sample reads; one that did not would only mean less trying.
        .filter_map(|(key, json)| Some((*key, serde_json::from_str(json).ok()?)))
        .collect()
});

/// The samples of a key, the one with nothing known first.
#[must_use]
pub fn samples(key: &str) -> Vec<Sample> {
    let mut samples = vec![Sample { name: NOTHING_KNOWN.to_owned(), context: Context::empty() }];
    let shipped = SAMPLES.get(key).into_iter().flatten();
    samples.extend(shipped.filter(|sample| sample.name != NOTHING_KNOWN).cloned());
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_sample_reads() {
        for (key, json) in embedded::SAMPLES {
            let read: Result<Vec<Sample>, _> = serde_json::from_str(json);
            assert!(read.is_ok(), "{key}: {:?}", read.err());
        }
    }
}
