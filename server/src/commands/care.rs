//! How a brand deals with people and their data: the part of `lara brand set` about keeping, quiet and proof.

use lara_core::model::{BrandSettings, DayHours, Millis};

/// What may be set.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Care {
    /// Erase the words of conversations that ended so many days ago; `never` keeps them
    #[arg(long, value_name = "DAYS|never", value_parser = parse_retention)]
    retention_days: Option<Retention>,
    /// When nothing is sent that nobody asked for, in the brand's time zone: 21:00-8:00, or `off`
    #[arg(long, value_name = "FROM-TO|off", value_parser = parse_quiet)]
    quiet_hours: Option<Quiet>,
    /// The most messages within seven days that somebody did not ask for, over all channels
    #[arg(long, value_name = "NUMBER")]
    unasked_a_week: Option<u16>,
    /// Whether an order number with its e-mail or phone proves who somebody is: on or off
    #[arg(long, value_name = "on|off", value_parser = parse_on)]
    proof_by_order: Option<bool>,
    /// Silence after which a conversation has ended: 24h or 3d
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    ends_after: Option<Millis>,
}

/// How long words are kept.
#[derive(Debug, Clone, Copy)]
struct Retention(Option<u32>);

/// When it is quiet.
#[derive(Debug, Clone, Copy)]
struct Quiet(Option<DayHours>);

fn parse_retention(text: &str) -> Result<Retention, String> {
    if text == "never" {
        return Ok(Retention(None));
    }
    text.parse().map(|days| Retention(Some(days))).map_err(|_| "write a number of days, or never".to_owned())
}

fn parse_quiet(text: &str) -> Result<Quiet, String> {
    if text == "off" {
        return Ok(Quiet(None));
    }
    let hours =
        text.split_once('-').and_then(|(from, to)| Some(DayHours { from: minute(from)?, to: minute(to)? }));
    hours.map(|hours| Quiet(Some(hours))).ok_or_else(|| "write 21:00-8:00, or off".to_owned())
}

/// `21:00` or `21` as a minute of the day; 24:00 is its end.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':').unwrap_or((text.trim(), "0"));
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let at = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && at <= 1_440).then_some(at)
}

fn parse_on(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("write on or off".to_owned()),
    }
}

fn parse_span(text: &str) -> Result<Millis, String> {
    let wrong = || "write 30m, 24h or 3d".to_owned();
    let minutes = [('m', 1), ('h', 60), ('d', 24 * 60)];
    let (number, unit) = minutes
        .iter()
        .find_map(|(unit, minutes)| Some((text.strip_suffix(*unit)?, *minutes)))
        .ok_or_else(wrong)?;
    let number: u32 = number.parse().map_err(|_| wrong())?;
    Ok(Millis::minutes(i64::from(number).saturating_mul(unit)))
}

impl Care {
    /// Puts into the settings what was named; whether anything was.
    pub(crate) fn apply(&self, settings: &mut BrandSettings) -> bool {
        let before = settings.clone();
        if let Some(Retention(days)) = self.retention_days {
            settings.retention_days = days;
        }
        if let Some(Quiet(hours)) = self.quiet_hours {
            settings.quiet_hours = hours;
        }
        if let Some(most) = self.unasked_a_week {
            settings.unasked_a_week = most;
        }
        if let Some(proves) = self.proof_by_order {
            settings.proves_by_order = proves;
        }
        if let Some(span) = self.ends_after {
            settings.ends_after = span;
        }
        *settings != before
    }

    /// The option a field of the settings is set by.
    pub(crate) fn option(field: &str) -> Option<&'static str> {
        match field {
            "retention_days" => Some("--retention-days"),
            "quiet_hours" => Some("--quiet-hours"),
            "unasked_a_week" => Some("--unasked-a-week"),
            "ends_after" => Some("--ends-after"),
            _ => None,
        }
    }
}

/// Shows what holds.
pub(crate) fn show(settings: &BrandSettings) {
    let clock = |minute: u16| format!("{}:{:02}", minute / 60, minute % 60);
    match settings.retention_days {
        Some(days) => println!("keeps words:    {days} days after a conversation has ended"),
        None => println!("keeps words:    for ever"),
    }
    match settings.quiet_hours {
        Some(hours) => {
            println!("quiet hours:    {}-{} ({})", clock(hours.from), clock(hours.to), settings.time_zone);
        }
        None => println!("quiet hours:    none"),
    }
    println!("writes first:   at most {} times a week", settings.unasked_a_week);
    println!(
        "order proves:   {}",
        if settings.proves_by_order { "yes, with its e-mail or phone" } else { "no" }
    );
    println!("talks end:      after {} minutes of silence", settings.ends_after.0 / 60_000);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_spans_are_read_as_people_write_them() {
        let quiet = |text| parse_quiet(text).map(|Quiet(hours)| hours.map(|hours| (hours.from, hours.to)));
        assert_eq!(quiet("21:00-8:00"), Ok(Some((1_260, 480))));
        assert_eq!(quiet("22-7:30"), Ok(Some((1_320, 450))));
        assert_eq!(quiet("off"), Ok(None));
        for wrong in ["", "21", "25:00-8:00", "21:60-8:00", "21:00-24:01", "-", "a-b"] {
            assert!(quiet(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_span("24h"), Ok(Millis::minutes(1_440)));
        assert_eq!(parse_span("3d"), Ok(Millis::minutes(3 * 1_440)));
        assert!(parse_span("24").is_err() && parse_span("h").is_err() && parse_span("-1h").is_err());
    }
}
