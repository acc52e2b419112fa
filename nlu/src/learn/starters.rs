//! The examples that ship with Lara: what a brand's model knows before the brand has taught it anything.

use crate::rows::{Row, read_rows};
use std::sync::LazyLock;

/// One shipped example.
#[derive(Debug, Clone)]
pub(super) struct Starter {
    /// Text and label.
    pub row: Row,
    /// How much its mistakes matter.
    pub weight: f32,
    /// Written for Lara, so that figures are taken over it; the others only help.
    pub own: bool,
}

/// The files and how much they are believed, as the shipped intents are (`nlu/examples/train`).
const FILES: [(&str, f32); 9] = [
    (include_str!("../../training/intents_en.csv"), 1.0),
    (include_str!("../../training/intents_vi.csv"), 1.0),
    (include_str!("../../training/extra_en.csv"), 1.0),
    (include_str!("../../training/extra_vi.csv"), 1.0),
    (include_str!("../../training/more_en.csv"), 1.0),
    (include_str!("../../training/more_vi.csv"), 1.0),
    (include_str!("../../training/third_party/bitext.csv"), 0.3),
    (include_str!("../../training/third_party/clinc150.csv"), 0.15),
    (include_str!("../../training/third_party/banking77.csv"), 0.15),
];

static STARTERS: LazyLock<Vec<Starter>> = LazyLock::new(|| {
    let mut starters = Vec::new();
    for (file, weight) in FILES {
        // A test reads every file; one that could not be read would only leave its examples out.
        let rows = read_rows(file.as_bytes()).unwrap_or_default();
        starters.extend(rows.into_iter().map(|row| Starter { row, weight, own: weight >= 1.0 }));
    }
    starters
});

/// All of them.
pub(super) fn starters() -> &'static [Starter] {
    &STARTERS
}

#[cfg(test)]
mod tests {
    use super::*;
    use lara_core::model::Intent;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_can_be_read_and_every_starter_intent_has_examples_of_its_own() {
        for (file, _) in FILES {
            assert!(!read_rows(file.as_bytes()).unwrap().is_empty());
        }
        let own = starters().iter().filter(|starter| starter.own).map(|starter| starter.row.label.as_str());
        let labels: BTreeSet<&str> = own.collect();
        let known = Intent::STARTERS.iter().copied().chain(["out_of_scope"]).collect();
        assert_eq!(labels, known);
    }
}
