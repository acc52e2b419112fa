//! Dates as shops and spreadsheets write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp as Instant};
use lara_core::model::Timestamp;

/// How the dates of a file are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Dates {
    /// 22/11/2026: the day first
    Dmy,
    /// 11/22/2026: the month first
    Mdy,
    /// 46348.5: the days that Excel counts from 1900
    Excel,
}

/// What a date tells of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Shape {
    /// Only the day can be first.
    DayFirst,
    /// Only the month can be.
    MonthFirst,
    /// Either can be.
    Either,
    /// Nothing: it is written in another way.
    Other,
}

/// The years that are believed; older and later ones are typing errors or empty fields of other programs.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2100;

/// Days Excel counts, where a bare number is taken for a date: 1954 to 2119.
const SERIALS: std::ops::RangeInclusive<i64> = 20_000..=80_000;

/// What a date says about the order of day and month.
pub(in super::super) fn shape(text: &str) -> Shape {
    match split(text) {
        Some(Split { numbers: (first, second, _), .. }) => match (first, second) {
            (13..=31, 1..=12) => Shape::DayFirst,
            (1..=12, 13..=31) => Shape::MonthFirst,
            (1..=12, 1..=12) if first != second => Shape::Either,
            _ => Shape::Other,
        },
        None => Shape::Other,
    }
}

/// Reads a moment. One without a zone is local time in `zone`; a bare date is its midnight.
pub(in super::super) fn moment(text: &str, dates: Dates, zone: &TimeZone) -> Result<Timestamp, String> {
    let instant = if let Some(serial) = serial(text) {
        excel(serial, dates).map(|at| local(at, zone))
    } else if dates == Dates::Excel {
        None
    } else if let Some(split) = split(text) {
        split.date(dates).map(|at| local(at, zone))
    } else {
        zoned(text).map(Some).or_else(|| unzoned(text).map(|at| local(at, zone)))
    };
    match instant.flatten() {
        Some(instant) if YEARS.contains(&instant.to_zoned(TimeZone::UTC).year()) => {
            Ok(Timestamp::from_millis(instant.as_millisecond()))
        }
        Some(_) => Err(format!("{text:?} is not between the years {} and {}", YEARS.start(), YEARS.end())),
        None => Err(format!(
            "{text:?} is not a time{}: write 2026-11-22 or 2026-11-22T09:30:00+07:00",
            kind(dates)
        )),
    }
}

const fn kind(dates: Dates) -> &'static str {
    match dates {
        Dates::Dmy => " (the day first, in this file)",
        Dates::Mdy => " (the month first, in this file)",
        Dates::Excel => " as Excel counts (--dates excel)",
    }
}

fn local(at: DateTime, zone: &TimeZone) -> Option<Instant> {
    zone.to_timestamp(at).ok()
}

/// RFC 3339 and its relatives: `2026-11-22 09:30:00 +0700`, `2026-11-22 09:30:00 UTC`.
fn zoned(text: &str) -> Option<Instant> {
    if let Ok(instant) = text.parse::<Instant>() {
        return Some(instant);
    }
    let (time, zone) = text.rsplit_once(' ')?;
    let zone = if matches!(zone, "UTC" | "GMT") { "Z" } else { zone };
    (zone == "Z" || zone.starts_with(['+', '-'])).then(|| format!("{time}{zone}").parse().ok()).flatten()
}

/// The same without a zone, the day also after strokes: `2026/11/22 09:30`.
fn unzoned(text: &str) -> Option<DateTime> {
    let text = if text.get(4..5) == Some("/") { text.replacen('/', "-", 2) } else { text.to_owned() };
    if let Ok(at) = text.parse::<DateTime>() {
        return Some(at);
    }
    let (date, time) = text.split_once(' ')?;
    Some(date.parse::<Date>().ok()?.to_datetime(clock(time)?))
}

/// Days since 1900 and thousandths of seconds of the day, where the text is nothing but a number: `45985`, `45985.5`.
fn serial(text: &str) -> Option<(i64, i64)> {
    let (days, part) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(days) || !digits(part) || days.len() > 7 {
        return None;
    }
    let part = part.get(..part.len().min(9))?;
    let scale = 10_i64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let millis = part.parse::<i64>().ok()?.checked_mul(86_400_000)?.checked_add(scale / 2)? / scale;
    Some((days.parse().ok()?, millis))
}

/// The moment of a number of Excel, in the 1900 system: 1 is 1900-01-01, and it counts a 29 February 1900 that never was,
/// so that later days are as many after 1899-12-30. A number is rounded to the second, as Excel shows it.
fn excel((days, millis): (i64, i64), dates: Dates) -> Option<DateTime> {
    if !SERIALS.contains(&days) && (dates != Dates::Excel || days <= 60) {
        return None;
    }
    let day = jiff::civil::date(1899, 12, 30).checked_add(SignedDuration::from_hours(24 * days)).ok()?;
    day.to_datetime(Time::midnight()).checked_add(SignedDuration::from_secs((millis + 500) / 1_000)).ok()
}

/// A date of three numbers with the year last, and its time.
struct Split {
    numbers: (i8, i8, i16),
    time: Time,
}

impl Split {
    fn date(&self, dates: Dates) -> Option<DateTime> {
        let (first, second, year) = self.numbers;
        let (day, month) = if dates == Dates::Mdy { (second, first) } else { (first, second) };
        Some(Date::new(year, month, day).ok()?.to_datetime(self.time))
    }
}

/// `22/11/2026`, `22-11-2026 09:30`, `09:30 22.11.2026`, `11/22/2026 9:30 PM`.
fn split(text: &str) -> Option<Split> {
    let text = text.trim();
    let (first, rest) = text.split_once([' ', 'T', ',']).unwrap_or((text, ""));
    let (date, time) = if first.contains(':') {
        // The time stands first, perhaps with its half of the day.
        match rest.rsplit_once(' ') {
            Some((half, date)) => (date, format!("{first} {half}")),
            None => (rest, first.to_owned()),
        }
    } else {
        (first, rest.to_owned())
    };
    let mut parts = date.trim().split(['/', '-', '.']);
    let (one, two, year, end) = (parts.next()?, parts.next()?, parts.next()?, parts.next());
    let short = |part: &str| (1..=2).contains(&part.len());
    if end.is_some() || !short(one) || !short(two) || year.len() != 4 {
        return None;
    }
    let time = time.trim_matches([' ', ',', '-']);
    let time = if time.is_empty() { Time::midnight() } else { clock(time)? };
    Some(Split { numbers: (one.parse().ok()?, two.parse().ok()?, year.parse().ok()?), time })
}

/// `9:30`, `09:30:15`, `9:30 PM`, `9:30 CH`: Vietnamese Excel writes SA before noon and CH after.
fn clock(text: &str) -> Option<Time> {
    let text = text.trim();
    let (text, half) = match text.char_indices().find(|(_, c)| c.is_alphabetic()) {
        Some((at, _)) => (text.get(..at)?.trim(), Some(text.get(at..)?.to_uppercase())),
        None => (text, None),
    };
    let mut parts = text.split(':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    // Fractions of a second say nothing here.
    let second = parts.next().map_or("0", |part| part.split('.').next().unwrap_or(part)).parse().ok()?;
    let hour = match half.as_deref() {
        None => hour,
        Some("AM" | "SA") if (1..=12).contains(&hour) => hour % 12,
        Some("PM" | "CH") if (1..=12).contains(&hour) => hour % 12 + 12,
        Some(_) => return None,
    };
    if parts.next().is_some() { None } else { Time::new(hour, minute, second, 0).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hanoi() -> TimeZone {
        TimeZone::get("Asia/Ho_Chi_Minh").unwrap()
    }

    fn read(text: &str, dates: Dates) -> String {
        match moment(text, dates, &hanoi()) {
            Ok(at) => {
                let at = Instant::from_millisecond(at.millis()).unwrap().to_zoned(hanoi());
                at.strftime("%Y-%m-%d %H:%M:%S").to_string()
            }
            Err(what) => what,
        }
    }

    #[test]
    fn a_time_without_a_zone_is_the_brands() {
        let cases = [
            ("2026-11-22", "2026-11-22 00:00:00"),
            ("2026-11-22T09:30:00+07:00", "2026-11-22 09:30:00"),
            ("2026-11-22T09:30:00Z", "2026-11-22 16:30:00"),
            ("2026-11-22T09:30:00.250Z", "2026-11-22 16:30:00"),
            ("2026-11-22 09:30:00 +0700", "2026-11-22 09:30:00"),
            ("2026-11-22 09:30:00 -0400", "2026-11-22 20:30:00"),
            ("2026-11-22 09:30:00 UTC", "2026-11-22 16:30:00"),
            ("2026-11-22 09:30", "2026-11-22 09:30:00"),
            ("2026-11-22 9:30", "2026-11-22 09:30:00"),
            ("2026-11-22T09:30:15", "2026-11-22 09:30:15"),
            ("2026/11/22 09:30", "2026-11-22 09:30:00"),
            ("2026/11/22", "2026-11-22 00:00:00"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, Dates::Dmy), expected, "{text}");
        }
    }

    #[test]
    fn excel_counts_days_from_1900() {
        let cases = [
            ("45985", "2025-11-24 00:00:00"),
            ("45985.5", "2025-11-24 12:00:00"),
            ("45985,75", "2025-11-24 18:00:00"),
            ("45985.395833333336", "2025-11-24 09:30:00"),
            ("25570", "1970-01-02 00:00:00"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, Dates::Excel), expected, "{text}");
        }
        assert_eq!(read("45985", Dates::Dmy), "2025-11-24 00:00:00", "a bare number is taken for one, too");
        for wrong in ["60", "5", "1250000", "1732240000", "1732240000000", "22/11/2026"] {
            assert!(read(wrong, Dates::Excel).contains("is not"), "{wrong}");
        }
        assert!(read("12", Dates::Dmy).contains("is not a time"));
    }

    #[test]
    fn the_day_or_the_month_comes_first() {
        let cases = [
            ("22/11/2026", "2026-11-22 00:00:00"),
            ("22-11-2026 09:30", "2026-11-22 09:30:00"),
            ("2.1.2026 9:05:07", "2026-01-02 09:05:07"),
            ("09:30 22/11/2026", "2026-11-22 09:30:00"),
            ("22/11/2026, 9:30 CH", "2026-11-22 21:30:00"),
            ("22/11/2026 12:15 SA", "2026-11-22 00:15:00"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, Dates::Dmy), expected, "{text}");
        }
        assert_eq!(read("11/22/2026 9:30 PM", Dates::Mdy), "2026-11-22 21:30:00");
        assert!(read("11/22/2026", Dates::Dmy).contains("the day first"));
        assert!(read("29/02/2026", Dates::Dmy).contains("is not a time"));
        for wrong in ["22/11/26", "hôm qua", "13:70", "0001-01-01", "31/12/9999", "", "22/11/2026 25:00"] {
            assert!(read(wrong, Dates::Dmy).contains("is not"), "{wrong}");
        }
    }

    #[test]
    fn a_date_tells_what_its_file_means() {
        assert_eq!(shape("22/11/2026 09:30"), Shape::DayFirst);
        assert_eq!(shape("11/22/2026"), Shape::MonthFirst);
        assert_eq!(shape("11/12/2026"), Shape::Either);
        assert_eq!(shape("11/11/2026"), Shape::Other, "the same either way");
        for other in ["2026-11-22", "45985", "13/13/2026", "x"] {
            assert_eq!(shape(other), Shape::Other, "{other}");
        }
    }
}
