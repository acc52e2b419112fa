//! Messages written from the label meanings alone: `training/held_out3_*.csv`.

use super::Outcome;
use super::table::Table;
use lara_nlu::evaluate::{Confusion, Report};
use lara_nlu::{Engine, Row};
use std::collections::HashMap;

/// The rows of one language, by what they are labelled with.
pub(crate) struct HeldOut {
    pub(crate) intents: Vec<Row>,
    /// `complaint` or `not_complaint`.
    pub(crate) complaints: Vec<Row>,
}

/// All of a language.
pub(crate) fn rows(language: &str) -> Outcome<HeldOut> {
    let path = format!("{}/training/held_out3_{language}.csv", env!("CARGO_MANIFEST_DIR"));
    let (mut intents, mut complaints) = (Vec::new(), Vec::new());
    for row in csv::Reader::from_path(path)?.deserialize::<HashMap<String, String>>() {
        let mut row = row?;
        let mut cell = |name: &str| row.remove(name).ok_or_else(|| format!("no column {name}"));
        let text = cell("text")?;
        let told = if cell("complaint")? == "yes" { "complaint" } else { "not_complaint" };
        complaints.push(Row { text: text.clone(), label: told.to_owned() });
        intents.push(Row { text, label: cell("intent")? });
    }
    Ok(HeldOut { intents, complaints })
}

/// Intent accuracy by language, complaint macro F1 over both.
pub(crate) fn measure(engine: &Engine, table: &mut Table) -> Outcome {
    let mut complaints = Vec::new();
    for (language, name, bar) in [("en", "English", 85.0), ("vi", "Vietnamese", 80.0)] {
        let rows = rows(language)?;
        let read = |row: Row| (engine.classify(&row.text), row.label);
        let intents = rows.intents.into_iter().map(read);
        let intents: Vec<_> =
            intents.map(|(reading, label)| (label, reading.intent.as_str().to_owned())).collect();
        complaints.extend(rows.complaints.into_iter().map(read).map(|(reading, label)| {
            (label, if reading.is_complaint() { "complaint" } else { "not_complaint" }.to_owned())
        }));
        table.percent(&format!("held out, intent, {name}"), bar, report(&intents).accuracy);
    }
    table.percent("held out, complaint, macro F1", 85.0, report(&complaints).macro_f1);
    Ok(())
}

fn report(pairs: &[(String, String)]) -> Report {
    let pairs = pairs.iter().map(|(truth, said)| (truth.as_str(), said.as_str()));
    Report::new(&Confusion::new(pairs), 0.0, 0.0)
}
