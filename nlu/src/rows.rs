//! Labelled rows from CSV: a heading with the columns `text` and `label`.

use crate::error::TrainError;
use crate::head::{Example, OUT_OF_SCOPE};
use crate::rng::Rng;
use std::collections::BTreeMap;
use std::io::Read;

/// One labelled text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The message.
    pub text: String,
    /// Its label, `oos` written `out_of_scope`.
    pub label: String,
}

/// Reads all rows; other columns are ignored.
pub fn read_rows(source: impl Read) -> Result<Vec<Row>, TrainError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
    let headings = reader.headers()?.clone();
    let column = |name: &'static str| {
        headings
            .iter()
            .position(|heading| heading.trim_start_matches('\u{feff}').trim() == name)
            .ok_or(TrainError::MissingColumn(name))
    };
    let (text, label) = (column("text")?, column("label")?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let label = cell(label);
        let label = if label.trim() == "oos" { OUT_OF_SCOPE.to_owned() } else { label.trim().to_owned() };
        rows.push(Row { text: cell(text), label });
    }
    Ok(rows)
}

/// `count` rows of each label, drawn without replacement; all of a label that has fewer. Order: by label.
#[must_use]
pub fn shots(rows: &[Row], count: usize, seed: u64) -> Vec<Row> {
    let mut by_label: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_label.entry(&row.label).or_default().push(row);
    }
    let mut rng = Rng::new(seed);
    let mut drawn = Vec::new();
    for (_, mut rows) in by_label {
        rng.shuffle(&mut rows);
        drawn.extend(rows.into_iter().take(count).cloned());
    }
    drawn
}

/// Rows as examples of equal weight, each its own group.
#[must_use]
pub fn examples(rows: &[Row]) -> Vec<Example> {
    rows.iter()
        .enumerate()
        .map(|(group, row)| Example {
            text: row.text.clone(),
            label: row.label.clone(),
            weight: 1.0,
            group,
            embedding: Vec::new(),
        })
        .collect()
}
