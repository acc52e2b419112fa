//! What is told of an import: the mapping before it, the rows that are wrong while it runs, the counts at its end. The
//! terminal hears fields and lines; the rows themselves, which hold names and addresses, only go to the errors file.

use super::headings::{Headings, as_options};
use super::reading::{Record, Source};
use super::rows::Problem;
use super::survey::Look;
use super::values::{Statuses, clean, guarded};
use anyhow::{Context, Result};
use lara_core::ports::Imported;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::path::PathBuf;

/// The headings of the errors file, before those of the file itself.
const OWN: [&str; 4] = ["lara_line", "lara_kind", "lara_field", "lara_says"];

/// Rows told on the terminal.
const TOLD: u64 = 20;

/// What an import did: rows that are not blank, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub(super) struct Outcome {
    pub(super) rows: u64,
    pub(super) added: u64,
    pub(super) changed: u64,
    pub(super) unchanged: u64,
    pub(super) refused: u64,
    /// Rows that were taken, with something odd about them.
    pub(super) warnings: u64,
}

impl Outcome {
    pub(super) fn add(&mut self, imported: Imported) {
        self.added += imported.added;
        self.changed += imported.changed;
        self.unchanged += imported.unchanged;
    }
}

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It was not taken.
    Refused,
    /// It was, with something odd about it.
    Warning,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Warning => "warning",
        }
    }
}

/// The errors file and the terminal.
pub(super) struct Report {
    /// The file that is imported, as it was named.
    name: String,
    path: PathBuf,
    headings: Vec<String>,
    writer: Option<csv::Writer<File>>,
    told: u64,
    lines: Vec<String>,
}

impl Report {
    /// Writes what is wrong to `path`, which is made when something is.
    pub(super) fn new(name: String, path: PathBuf, headings: &Record) -> Self {
        let headings = headings.iter().map(str::to_owned).collect();
        Self { name, path, headings, writer: None, told: 0, lines: Vec::new() }
    }

    /// Tells of a row. What is refused goes to the errors file whole, so that it can be mended there and imported alone;
    /// what is only odd goes without its cells, which were imported already.
    pub(super) fn tell(&mut self, kind: Kind, record: &Record, problem: &Problem) -> Result<()> {
        let line = record.line;
        if self.told < TOLD {
            let warning = if kind == Kind::Warning { "warning: " } else { "" };
            self.lines.push(format!("{}:{line}: {warning}{problem}", self.name));
        }
        self.told += 1;
        let width = self.headings.len();
        let writer = self.writer()?;
        for cell in
            [line.to_string().as_str(), kind.word(), problem.field.unwrap_or(""), &problem.to_string()]
        {
            writer.write_field(cell)?;
        }
        let cells = if kind == Kind::Refused { record.len().min(width) } else { 0 };
        for cell in record.iter().take(cells) {
            // A spreadsheet in which rows are mended runs no formula of theirs; import takes the guard back.
            writer.write_field(guarded(&clean(cell)).as_ref())?;
        }
        for _ in cells..width {
            writer.write_field("")?;
        }
        writer.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn writer(&mut self) -> Result<&mut csv::Writer<File>> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.make()?,
        };
        Ok(self.writer.insert(writer))
    }

    fn make(&self) -> Result<csv::Writer<File>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // Its rows hold names and addresses.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let name = self.path.display();
        let what = || format!("cannot write what is wrong to {name}: name another file with --errors");
        let mut file = options.open(&self.path).with_context(what)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).with_context(what)?;
        // Excel reads UTF-8 where this mark says so.
        std::io::Write::write_all(&mut file, b"\xef\xbb\xbf").with_context(what)?;
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(OWN.into_iter().chain(self.headings.iter().map(String::as_str)))?;
        Ok(writer)
    }

    /// Puts everything on disk, and what the terminal hears on the terminal.
    pub(super) fn flush(&mut self) -> Result<Vec<String>> {
        if let Some(writer) = &mut self.writer {
            writer.flush().context("cannot write the errors file")?;
        }
        Ok(std::mem::take(&mut self.lines))
    }

    /// What the terminal hears at the end.
    pub(super) fn end(&self) -> Option<String> {
        let more = self.told.saturating_sub(TOLD);
        let more = if more > 0 { format!("... and {more} more; ") } else { String::new() };
        self.writer
            .as_ref()
            .map(|_| format!("{more}every row that is wrong or odd stands in {}", self.path.display()))
    }
}

/// How a file is read, as told before it is.
pub(super) fn plan(
    source: &Source,
    headings: &Headings,
    look: &Look,
    statuses: &Statuses,
    notes: &[String],
) -> String {
    let mut text = format!("{}, {}, {} rows\n", source.found, source.delimiter_name(), look.rows);
    let (mapping, ignored) = headings.mapping();
    for (field, heading) in mapping {
        // Writing to a String cannot fail.
        let _ = if field == heading {
            writeln!(text, "  {field}")
        } else {
            writeln!(text, "  {field} <- {heading:?}")
        };
    }
    let ignored: Vec<&str> = ignored.into_iter().filter(|name| !OWN.contains(name)).collect();
    if !ignored.is_empty() {
        let names: Vec<String> = ignored.iter().map(|name| format!("{name:?}")).collect();
        let _ = writeln!(text, "  ignored: {}", names.join(", "));
    }
    let suggested = headings.suggestions();
    if !suggested.is_empty() {
        let _ = writeln!(text, "  if these are meant, add {}", as_options(&suggested));
    }
    for (word, rows) in &look.statuses {
        let meant = statuses.get(word);
        if meant.is_none_or(|status| status.as_str() != word) {
            let meant = meant.map_or("refused: --status says what it means", |status| status.as_str());
            let _ = writeln!(text, "  status {word:?} = {meant} ({rows} rows)");
        }
    }
    for note in notes {
        let _ = writeln!(text, "  {note}");
    }
    text
}
