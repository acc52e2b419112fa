//! What a whole file says before any of it is stored: how its dates are meant, which words it has for statuses, which rows
//! stand twice. Memory: 16 bytes a row and key while it is read, then only what stands twice.

use super::headings::Columns;
use super::reading::{Record, Source};
use super::rows::{Parsed, Reader};
use super::values::{Dates, Shape, shape};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, RandomState};

/// The most different words for statuses that are shown.
const WORDS: usize = 50;

/// What a file has in its cells.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// Rows that are not blank.
    pub(super) rows: u64,
    /// Words for statuses and how many rows have each.
    pub(super) statuses: BTreeMap<String, u64>,
    /// The first line whose date begins with the day, with the month, or with either.
    day_first: Option<u64>,
    month_first: Option<u64>,
    either: Option<u64>,
}

impl Look {
    /// Looks at every row; `moments` are the fields that hold one.
    pub(super) fn at(source: &mut Source, columns: &Columns, moments: &[&str]) -> Result<Self> {
        let mut look = Self::default();
        let (_, mut rows) = source.rows()?;
        let mut record = Record::default();
        while rows.read(&mut record).context("cannot read the file")? {
            if columns.is_blank(&record) && record.is_whole() {
                continue;
            }
            look.rows += 1;
            for field in moments {
                let place = match columns.get(&record, field).map(|text| shape(&text)) {
                    Some(Shape::DayFirst) => &mut look.day_first,
                    Some(Shape::MonthFirst) => &mut look.month_first,
                    Some(Shape::Either) => &mut look.either,
                    Some(Shape::Other) | None => continue,
                };
                place.get_or_insert(record.line);
            }
            if let Some(word) = columns.get(&record, "status") {
                if let Some(count) = look.statuses.get_mut(&*word) {
                    *count += 1;
                } else if look.statuses.len() < WORDS {
                    look.statuses.insert(word.into_owned(), 1);
                }
            }
        }
        Ok(look)
    }

    /// What dates like 03/04/2026 mean in this file, and why, if it must be said.
    pub(super) fn dates(&self, asked: Option<Dates>, vietnamese: bool) -> Result<(Dates, Option<String>)> {
        if let Some(asked) = asked {
            return Ok((asked, None));
        }
        match (self.day_first, self.month_first, self.either) {
            (Some(day), Some(month), _) => bail!(
                "the date on line {day} begins with the day, the one on line {month} with the month: \
                 say which is meant with --dates dmy or --dates mdy"
            ),
            (Some(_), None, _) => Ok((Dates::Dmy, Some("dates begin with the day".to_owned()))),
            (None, Some(_), _) => Ok((Dates::Mdy, Some("dates begin with the month".to_owned()))),
            (None, None, Some(_)) if vietnamese => {
                let why = "dates could begin with the day or with the month: taken as day/month, as in Vietnam (--dates mdy otherwise)";
                Ok((Dates::Dmy, Some(why.to_owned())))
            }
            (None, None, Some(line)) => bail!(
                "dates could begin with the day or with the month (line {line}): say which with --dates dmy or --dates mdy"
            ),
            (None, None, None) => Ok((Dates::Dmy, None)),
        }
    }
}

/// What stands in a file more than once.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    hasher: RandomState,
    /// The last line of each key that stands more than once.
    keys: HashMap<u64, u32>,
    /// E-mails that stand more than once, and the row each was last seen in.
    emails: HashMap<u64, Option<Seen>>,
    /// The row each repeated key was last seen in.
    seen: HashMap<u64, Seen>,
}

/// A row that was met.
#[derive(Debug, Clone, Copy)]
struct Seen {
    line: u64,
    /// What it says, or whose it is.
    hash: u64,
}

/// What is to be done with a row whose like stands elsewhere.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Repeat {
    /// A later row counts in its stead.
    pub(super) superseded: bool,
    /// The line of the row before that says something else.
    pub(super) differs: Option<u64>,
    /// The line of another customer with the same e-mail.
    pub(super) same_email: Option<u64>,
}

impl Repeats {
    /// Reads every row, and keeps which keys and e-mails of good rows stand more than once.
    pub(super) fn of(source: &mut Source, reader: &Reader) -> Result<Self> {
        let mut repeats = Self::default();
        let (mut keys, mut emails) = (Vec::new(), Vec::new());
        let (_, mut rows) = source.rows()?;
        let mut record = Record::default();
        while rows.read(&mut record).context("cannot read the file")? {
            let Ok((parsed, _)) = reader.row(&record) else { continue };
            // A file of over four thousand million lines would only warn less.
            let line = u32::try_from(record.line).unwrap_or(u32::MAX);
            if let Some(key) = repeats.key(&parsed) {
                keys.push((key, line));
            }
            if let Some(email) = parsed.email() {
                emails.push((repeats.hasher.hash_one(email), line));
            }
        }
        repeats.keys = last_of_several(keys);
        repeats.emails = last_of_several(emails).into_keys().map(|email| (email, None)).collect();
        Ok(repeats)
    }

    fn key(&self, parsed: &Parsed) -> Option<u64> {
        let key = parsed.key().map(|key| (0, key)).or_else(|| parsed.email().map(|email| (1, email)))?;
        Some(self.hasher.hash_one(key))
    }

    /// What stands elsewhere of a row. Rows must come in the order of the file.
    pub(super) fn meet(&mut self, parsed: &Parsed, record: &Record) -> Repeat {
        let mut repeat = Repeat::default();
        let key = self.key(parsed);
        if let Some((key, last)) = key.and_then(|key| Some((key, *self.keys.get(&key)?))) {
            repeat.superseded = u64::from(last) > record.line;
            let hash = self.hasher.hash_one(record.iter().collect::<Vec<_>>());
            let before = self.seen.insert(key, Seen { line: record.line, hash });
            repeat.differs = before.filter(|before| before.hash != hash).map(|before| before.line);
        }
        let email = parsed.email().map(|email| self.hasher.hash_one(email));
        if let (Some(seen), Some(key)) = (email.and_then(|email| self.emails.get_mut(&email)), key) {
            let before = seen.replace(Seen { line: record.line, hash: key });
            repeat.same_email = before.filter(|before| before.hash != key).map(|before| before.line);
        }
        repeat
    }
}

fn last_of_several(mut all: Vec<(u64, u32)>) -> HashMap<u64, u32> {
    all.sort_unstable();
    let pairs = all.iter().zip(all.iter().skip(1));
    pairs.filter(|(one, next)| one.0 == next.0).map(|(_, next)| *next).collect()
}
