//! The messages of a replay file, JSON lines or CSV.

use anyhow::{Context, Result, bail};
use lara_core::model::Timestamp;
use serde::Deserialize;
use std::io::BufRead;
use std::path::Path;

/// One message to replay.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    /// What the customer writes.
    pub(super) text: String,
    /// What a person says it is, for the table.
    #[serde(default)]
    pub(super) label: Option<String>,
    /// Who writes; without it each line is a new stranger.
    #[serde(default)]
    pub(super) customer: Option<String>,
    #[serde(default)]
    brand: Option<String>,
    /// When it is said.
    #[serde(default, deserialize_with = "rfc_3339")]
    pub(super) at: Option<Timestamp>,
}

impl Row {
    /// A replay runs on the demo brand: another one named in the file is an error, not silently the demo.
    pub(super) fn check_brand(&self, slug: &str) -> Result<()> {
        match &self.brand {
            Some(brand) if brand != slug => bail!("replay runs on the demo brand {slug:?}, not on {brand:?}"),
            _ => Ok(()),
        }
    }
}

fn rfc_3339<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(value)?.filter(|text| !text.is_empty());
    let parse = |text: String| {
        let parsed = text.parse::<jiff::Timestamp>();
        parsed.map(|at| Timestamp::from_millis(at.as_millisecond())).map_err(serde::de::Error::custom)
    };
    text.map(parse).transpose()
}

/// Reads a file; `.csv` by its ending, anything else as JSON lines.
pub(super) fn read(path: &Path) -> Result<Vec<Row>> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
        read_csv(path)
    } else {
        read_json_lines(path)
    }
}

fn read_csv(path: &Path) -> Result<Vec<Row>> {
    let mut reader =
        csv::Reader::from_path(path).with_context(|| format!("cannot read {}", path.display()))?;
    let rows = reader.deserialize::<Row>();
    let mut rows: Vec<Row> = rows.collect::<Result<_, _>>().with_context(|| format!("{}", path.display()))?;
    for row in &mut rows {
        row.customer.take_if(|customer| customer.is_empty());
        row.brand.take_if(|brand| brand.is_empty());
        row.label.take_if(|label| label.is_empty());
    }
    Ok(rows)
}

fn read_json_lines(path: &Path) -> Result<Vec<Row>> {
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut rows = Vec::new();
    for (number, line) in std::io::BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("{}:{}", path.display(), number + 1))?;
        if !line.trim().is_empty() {
            rows.push(
                serde_json::from_str(&line).with_context(|| format!("{}:{}", path.display(), number + 1))?,
            );
        }
    }
    Ok(rows)
}
