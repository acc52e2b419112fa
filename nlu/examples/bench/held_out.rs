//! Messages written from the label meanings alone: `training/held_out3_*.csv`.

use super::Outcome;
use super::table::Table;
use lara_nlu::Engine;
use lara_nlu::evaluate::{Confusion, Report};
use std::collections::HashMap;

/// Intent accuracy by language, complaint macro F1 over both.
pub(crate) fn measure(engine: &Engine, table: &mut Table) -> Outcome {
    let mut complaints = Vec::new();
    for (language, name, bar) in [("en", "English", 85.0), ("vi", "Vietnamese", 80.0)] {
        let path = format!("{}/training/held_out3_{language}.csv", env!("CARGO_MANIFEST_DIR"));
        let mut intents = Vec::new();
        for row in csv::Reader::from_path(path)?.deserialize::<HashMap<String, String>>() {
            let mut row = row?;
            let mut cell = |name: &str| row.remove(name).ok_or_else(|| format!("no column {name}"));
            let reading = engine.classify(&cell("text")?);
            intents.push((cell("intent")?, reading.intent.as_str().to_owned()));
            let said = if reading.is_complaint() { "yes" } else { "no" };
            complaints.push((cell("complaint")?, said.to_owned()));
        }
        table.percent(&format!("held out, intent, {name}"), bar, report(&intents).accuracy);
    }
    table.percent("held out, complaint, macro F1", 85.0, report(&complaints).macro_f1);
    Ok(())
}

fn report(pairs: &[(String, String)]) -> Report {
    let pairs = pairs.iter().map(|(truth, said)| (truth.as_str(), said.as_str()));
    Report::new(&Confusion::new(pairs), 0.0, 0.0)
}
