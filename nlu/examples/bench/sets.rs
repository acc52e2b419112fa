//! The sets, and how one without a test part of its own is split.

use super::Outcome;
use lara_nlu::{Row, read_rows};
use std::fs::File;
use std::path::PathBuf;

/// The folder of the sets.
pub(crate) struct Sets(PathBuf);

impl Sets {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The rows of one file, named without its ending.
    pub(crate) fn rows(&self, name: &str) -> Outcome<Vec<Row>> {
        let path = self.0.join(format!("{name}.csv"));
        eprintln!("{name}");
        let file = File::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(read_rows(file)?)
    }
}

/// Four fifths to train on, one to measure on: every fifth row of each label, in the order of the file. Rows that say the
/// same but for case and spaces are kept once: a row that is in both parts measures memory.
pub(crate) fn split(rows: Vec<Row>) -> (Vec<Row>, Vec<Row>) {
    let mut seen = std::collections::HashSet::new();
    let mut met = std::collections::HashMap::new();
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for row in rows {
        let key: Vec<String> = row.text.split_whitespace().map(str::to_lowercase).collect();
        if !seen.insert(key) {
            continue;
        }
        let at: &mut u32 = met.entry(row.label.clone()).or_default();
        *at += 1;
        if at.is_multiple_of(5) { test.push(row) } else { train.push(row) }
    }
    (train, test)
}

/// The mean; 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    if count == 0 { 0.0 } else { values.iter().sum::<f64>() / f64::from(count) }
}
