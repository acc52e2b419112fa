//! Which column of a file holds which field.

use super::What;
use super::fields::{Field, Need};
use super::reading::Record;
use super::values::{clean, key};
use crate::config::nearest;
use anyhow::{Result, bail, ensure};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Which column holds which field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Columns {
    of: BTreeMap<&'static str, usize>,
    /// How many headings the file has.
    pub(super) width: usize,
}

/// What the headings of a file say.
#[derive(Debug)]
pub(super) struct Headings {
    what: What,
    names: Vec<String>,
    /// Field and column, as mapped so far.
    found: BTreeMap<&'static str, usize>,
}

impl Headings {
    /// Reads the heading line: headings that name a field in our words, and those the operator maps.
    pub(super) fn read(what: What, line: &Record, mappings: &[(String, String)]) -> Result<Self> {
        let names: Vec<String> =
            line.iter().map(|cell| clean(cell.trim_start_matches('\u{feff}')).into_owned()).collect();
        let mut headings = Self { what, names, found: BTreeMap::new() };
        for (heading, field) in mappings {
            headings.map(heading, field)?;
        }
        for field in what.fields() {
            if headings.found.contains_key(field.name) {
                continue;
            }
            let ours = key(field.name);
            let same = headings.free().filter(|(_, name)| key(name) == ours).map(|(column, _)| column);
            let columns: Vec<usize> = same.collect();
            ensure!(columns.len() < 2, "two columns are headed {:?}: rename one of them", field.name);
            if let Some(column) = columns.first() {
                headings.found.insert(field.name, *column);
            }
        }
        Ok(headings)
    }

    /// Columns that hold no field so far.
    fn free(&self) -> impl Iterator<Item = (usize, &str)> {
        let taken = |column: &usize| self.found.values().any(|found| found == column);
        self.names
            .iter()
            .enumerate()
            .filter(move |(column, _)| !taken(column))
            .map(|(n, name)| (n, name.as_str()))
    }

    /// Says that a heading means a field.
    pub(super) fn map(&mut self, heading: &str, field: &str) -> Result<()> {
        let fields = self.what.fields();
        let Some(field) = fields.iter().find(|known| known.name == field) else {
            let known = fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
            bail!("--map: there is no field {field:?}; the fields are {known}");
        };
        let same = |name: &String| key(name) == key(heading) && !key(name).is_empty();
        let found =
            self.names.iter().position(|name| name == heading).or_else(|| self.names.iter().position(same));
        let Some(column) = found else {
            let hint = nearest(heading, self.names.iter().map(String::as_str))
                .map(|heading| format!("; is {heading:?} meant?"))
                .unwrap_or_default();
            bail!("--map: the file has no heading {heading:?} (it has: {}){hint}", self.names.join(", "));
        };
        ensure!(
            self.found.insert(field.name, column).is_none(),
            "--map names {:?} twice: one heading holds it",
            field.name
        );
        Ok(())
    }

    /// Headings of other systems that seem to mean fields which are not found, as (heading, field).
    pub(super) fn suggestions(&self) -> Vec<(String, &'static str)> {
        let mut free: Vec<&str> = self.free().map(|(_, name)| name).collect();
        let mut suggested = Vec::new();
        for field in self.what.fields().iter().filter(|field| !self.found.contains_key(field.name)) {
            // Who bought is known already: another column of it says nothing more.
            let known = field.need == Need::Either && self.has_either() && self.what == What::Orders;
            let found = field.also.iter().find_map(|also| free.iter().position(|name| key(name) == *also));
            if let (false, Some(at)) = (known, found) {
                suggested.push((free.remove(at).to_owned(), field.name));
            }
        }
        suggested
    }

    fn either(&self) -> impl Iterator<Item = &'static Field> {
        self.what.fields().iter().filter(|field| field.need == Need::Either)
    }

    fn has_either(&self) -> bool {
        let mut either = self.either().peekable();
        either.peek().is_none() || either.any(|field| self.found.contains_key(field.name))
    }

    /// The fields that are missing and must not be.
    pub(super) fn missing(&self) -> Vec<String> {
        let always = self.what.fields().iter().filter(|field| field.need == Need::Always);
        let mut missing: Vec<String> = always
            .filter(|field| !self.found.contains_key(field.name))
            .map(|field| format!("{:?}", field.name))
            .collect();
        if !self.has_either() {
            let names: Vec<String> = self.either().map(|field| format!("{:?}", field.name)).collect();
            missing.push(names.join(" or "));
        }
        missing
    }

    /// The columns, or what to add to the command.
    pub(super) fn columns(&self) -> Result<Columns> {
        let missing = self.missing();
        if missing.is_empty() {
            return Ok(Columns { of: self.found.clone(), width: self.names.len() });
        }
        let mut hints = as_options(&self.suggestions());
        if hints.is_empty() {
            let free: Vec<&str> = self.free().map(|(_, name)| name).collect();
            let needed = self.what.fields().iter().filter(|field| field.need != Need::Optional);
            let absent = needed.filter(|field| !self.found.contains_key(field.name));
            let near =
                absent.filter_map(|field| Some((nearest(field.name, free.iter().copied())?, field.name)));
            hints = as_options(&near.map(|(heading, field)| (heading.to_owned(), field)).collect::<Vec<_>>());
        }
        let hint = if hints.is_empty() {
            "; say which heading means it: --map \"HEADING=FIELD\"".to_owned()
        } else {
            format!("; if these are meant, add {hints}")
        };
        bail!("the heading line has no {} (it has: {}){hint}", missing.join(", no "), self.names.join(", "));
    }

    /// Field and heading, in the order of the fields; then the headings that mean nothing.
    pub(super) fn mapping(&self) -> (Vec<(&'static str, &str)>, Vec<&str>) {
        let fields = self.what.fields().iter().filter_map(|field| {
            let column = *self.found.get(field.name)?;
            Some((field.name, self.names.get(column)?.as_str()))
        });
        (fields.collect(), self.free().map(|(_, name)| name).filter(|name| !name.is_empty()).collect())
    }
}

/// Mappings as the operator would write them.
pub(super) fn as_options(mappings: &[(String, &'static str)]) -> String {
    mappings
        .iter()
        .map(|(heading, field)| format!("--map \"{heading}={field}\""))
        .collect::<Vec<_>>()
        .join(" ")
}

impl Columns {
    /// Whether the file has a field.
    pub(super) fn has(&self, field: &str) -> bool {
        self.of.contains_key(field)
    }

    /// A field of a row; `None` when it is empty.
    pub(super) fn get<'a>(&self, record: &'a Record, field: &str) -> Option<Cow<'a, str>> {
        let cell = record.get(*self.of.get(field)?)?;
        Some(clean(cell)).filter(|text| !text.is_empty())
    }

    /// Whether no field of a row holds anything: the headings that are ignored may.
    pub(super) fn is_blank(&self, record: &Record) -> bool {
        self.of.values().all(|column| record.get(*column).is_none_or(|cell| clean(cell).is_empty()))
    }
}
