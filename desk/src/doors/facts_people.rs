//! How a brand treats who its customers are: what proves them, when they are left alone, how long words are kept. As form
//! fields, written from the settings and read back, each fault at its field.

use super::facts_form::{Wrong, clock, minute};
use crate::form::Fields;
use crate::words::Words;
use lara_core::model::{BrandSettings, DayHours, Millis};

/// The most messages a week that nobody asked for (`core::studio` has the last word on these).
const UNASKED: u16 = 50;
/// The longest retention, in days.
const RETENTION: u32 = 36_500;
/// The longest silence after which a conversation has not ended yet, in hours: 90 days.
const ENDS: i64 = 2_160;
/// An hour.
const HOUR: i64 = 60 * 60 * 1_000;

/// The settings as fields.
pub(crate) fn written(settings: &BrandSettings) -> Vec<(String, String)> {
    let quiet = settings.quiet_hours.map(|quiet| format!("{}-{}", clock(quiet.from), clock(quiet.to)));
    let days = settings.retention_days.map(|days| days.to_string());
    let mut fields = vec![
        ("quiet_hours", quiet.unwrap_or_default()),
        ("unasked_a_week", settings.unasked_a_week.to_string()),
        ("retention_days", days.unwrap_or_default()),
        ("ends_after", (settings.ends_after.0 / HOUR).to_string()),
    ];
    if settings.proves_by_order {
        fields.push(("proves_by_order", "yes".to_owned()));
    }
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A text that is no span of time.
#[derive(Debug, PartialEq, Eq)]
struct Unreadable;

/// Quiet hours as typed; they may go over midnight. Empty is none.
fn quiet(text: &str) -> Result<Option<DayHours>, Unreadable> {
    if text.is_empty() {
        return Ok(None);
    }
    let (from, to) = text.split_once(['-', '–']).ok_or(Unreadable)?;
    let at = |text| minute(text).ok_or(Unreadable);
    let quiet = DayHours { from: at(from)?, to: at(to)? };
    if quiet.from == quiet.to || quiet.from >= 1_440 { Err(Unreadable) } else { Ok(Some(quiet)) }
}

/// Reads the fields into the settings.
pub(crate) fn read(fields: &Fields, settings: &mut BrandSettings, w: &Words, wrong: &mut Wrong) {
    settings.proves_by_order = fields.one("proves_by_order") == "yes";
    let mut fault = |field: &str, text| wrong.insert(field.to_owned(), text);
    match quiet(fields.trimmed("quiet_hours")) {
        Ok(quiet) => settings.quiet_hours = quiet,
        Err(Unreadable) => _ = fault("quiet_hours", w.wrong_quiet),
    }
    match fields.trimmed("unasked_a_week").parse::<u16>() {
        Ok(most) if most <= UNASKED => settings.unasked_a_week = most,
        _ => _ = fault("unasked_a_week", w.wrong_unasked),
    }
    match fields.trimmed("retention_days") {
        "" => settings.retention_days = None,
        text => match text.parse::<u32>() {
            Ok(days) if (1..=RETENTION).contains(&days) => settings.retention_days = Some(days),
            _ => _ = fault("retention_days", w.wrong_retention),
        },
    }
    let ends = fields.trimmed("ends_after");
    // Minutes that the command line set are not rounded away by saving something else.
    let kept = ends == (settings.ends_after.0 / HOUR).to_string();
    match ends.parse::<i64>() {
        Ok(_) if kept => {}
        Ok(hours) if (1..=ENDS).contains(&hours) => settings.ends_after = Millis(hours * HOUR),
        _ => _ = fault("ends_after", w.wrong_ends),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::EN;

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let settings = BrandSettings { retention_days: Some(365), ..BrandSettings::default() };
        let (mut read_back, mut wrong) = (BrandSettings::default(), Wrong::new());
        read(&Fields::of(written(&settings)), &mut read_back, &EN, &mut wrong);
        assert_eq!((read_back, wrong), (settings, Wrong::new()));
    }

    #[test]
    fn quiet_hours_go_over_midnight_or_are_none() {
        assert_eq!(quiet(""), Ok(None));
        assert_eq!(quiet("21h-8:00"), Ok(Some(DayHours { from: 1_260, to: 480 })));
        for wrong in ["21", "21:00-21:00", "25:00-08:00", "night"] {
            assert_eq!(quiet(wrong), Err(Unreadable), "{wrong}");
        }
    }

    #[test]
    fn each_fault_is_told_at_its_field() {
        let mut wrong = Wrong::new();
        let fields = Fields::parse(b"quiet_hours=night&unasked_a_week=99&retention_days=0&ends_after=-1");
        read(&fields, &mut BrandSettings::default(), &EN, &mut wrong);
        let told: Vec<&str> = wrong.keys().map(String::as_str).collect();
        assert_eq!(told, ["ends_after", "quiet_hours", "retention_days", "unasked_a_week"]);
    }
}
