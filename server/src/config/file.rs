//! `lara.toml`: parsed with positions, so that an error names its line and the nearest right name.

use super::Settings;
use anyhow::{Context, Result, anyhow};
use std::path::Path;

/// Reads and parses a configuration file.
pub(super) fn read(path: &Path) -> Result<Settings> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse(&text, &path.display().to_string())
}

/// Parses the text of a configuration file; `name` is what errors call it.
pub(super) fn parse(text: &str, name: &str) -> Result<Settings> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or(text).matches('\n').count() + 1;
        anyhow!("{name}:{line}: {}", explain(error.message()))
    })
}

/// Adds "did you mean" to serde's list of right names.
fn explain(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (true, Some(wrong)) = (message.starts_with("unknown "), quoted.next()) else {
        return message.to_owned();
    };
    match nearest(wrong, quoted) {
        Some(right) => format!("{message} - did you mean `{right}`?"),
        None => message.to_owned(),
    }
}

/// The candidate most like `wrong`, if any is like it at all.
pub(crate) fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&wrong.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
