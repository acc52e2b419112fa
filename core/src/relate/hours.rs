//! When humans answer: whether somebody is there, when somebody is back, and when an escalation is due.

use crate::model::{DayHours, Millis, Timestamp, WeekHours};
use jiff::tz::TimeZone;
use jiff::{Span, Zoned};

/// How far ahead opening hours are looked for. A brand closed for longer says no time.
const DAYS: i64 = 14;

/// A stretch of time somebody is at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shift {
    from: Timestamp,
    to: Timestamp,
}

/// Whether somebody is there at `now`.
#[must_use]
pub fn is_open(hours: &WeekHours, zone: &TimeZone, now: Timestamp) -> bool {
    shifts(hours, zone, now).any(|shift| shift.from <= now && now < shift.to)
}

/// When somebody is there next: `None` while somebody is, or when nobody is within two weeks.
#[must_use]
pub fn back_at(hours: &WeekHours, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    if is_open(hours, zone, now) {
        return None;
    }
    shifts(hours, zone, now).map(|shift| shift.from).filter(|from| *from > now).min()
}

/// `span` of working time after `now`: an hour before closing, a span of two hours ends an hour after the next opening.
/// Without hours the clock on the wall counts.
#[must_use]
pub fn due(hours: &WeekHours, zone: &TimeZone, now: Timestamp, span: Millis) -> Timestamp {
    let mut left = span;
    let mut shifts: Vec<Shift> = shifts(hours, zone, now).filter(|shift| shift.to > now).collect();
    shifts.sort_by_key(|shift| shift.from);
    for shift in shifts {
        let from = shift.from.max(now);
        let worked = shift.to.since(from);
        if worked >= left {
            return from.plus(left);
        }
        left = Millis(left.0.saturating_sub(worked.0));
    }
    now.plus(span)
}

/// The shifts from yesterday (one may reach past midnight) on.
fn shifts(hours: &WeekHours, zone: &TimeZone, now: Timestamp) -> impl Iterator<Item = Shift> {
    let today = jiff::Timestamp::from_millisecond(now.millis()).ok().map(|now| now.to_zoned(zone.clone()));
    (-1..=DAYS)
        .flat_map(move |ahead| today.as_ref().map_or_else(Vec::new, |today| of_day(hours, today, ahead)))
}

fn of_day(hours: &WeekHours, today: &Zoned, ahead: i64) -> Vec<Shift> {
    let Ok(day) = today.date().checked_add(Span::new().days(ahead)) else { return Vec::new() };
    let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
    let spans = hours.0.get(weekday).map(Vec::as_slice).unwrap_or_default();
    let at = |minute: u16| {
        // 24:00 is midnight of the next day; jiff moves a time the clocks skip to the next one there is.
        let (day, minute) = if minute >= 1_440 { (day.tomorrow().ok()?, 0) } else { (day, minute) };
        let time =
            jiff::civil::Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0)
                .ok()?;
        let zoned = day.to_datetime(time).to_zoned(today.time_zone().clone()).ok()?;
        Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
    };
    let shift = |span: &DayHours| Some(Shift { from: at(span.from)?, to: at(span.to)? });
    spans.iter().filter(|span| span.from < span.to).filter_map(shift).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Ho_Chi_Minh").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        let civil: jiff::civil::DateTime = text.parse().unwrap();
        Timestamp::from_millis(civil.to_zoned(zone()).unwrap().timestamp().as_millisecond())
    }

    fn never() -> WeekHours {
        WeekHours(std::array::from_fn(|_| Vec::new()))
    }

    #[test]
    fn somebody_is_there_from_eight_to_nine_in_the_evening() {
        let hours = WeekHours::default();
        assert!(!is_open(&hours, &zone(), at("2026-03-02T07:59")));
        assert!(is_open(&hours, &zone(), at("2026-03-02T08:00")));
        assert!(!is_open(&hours, &zone(), at("2026-03-02T21:00")));
        assert_eq!(back_at(&hours, &zone(), at("2026-03-02T22:00")), Some(at("2026-03-03T08:00")));
        assert_eq!(back_at(&hours, &zone(), at("2026-03-02T10:00")), None);
    }

    #[test]
    fn a_closed_weekend_is_skipped() {
        let mut hours = WeekHours::default();
        hours.0[5].clear();
        hours.0[6].clear();
        assert_eq!(back_at(&hours, &zone(), at("2026-03-06T22:00")), Some(at("2026-03-09T08:00")));
    }

    #[test]
    fn due_times_count_working_time() {
        let hours = WeekHours::default();
        let due = |from, minutes| due(&hours, &zone(), at(from), Millis::minutes(minutes));
        assert_eq!(due("2026-03-02T10:00", 240), at("2026-03-02T14:00"));
        assert_eq!(due("2026-03-02T20:00", 240), at("2026-03-03T11:00"));
        assert_eq!(due("2026-03-02T23:00", 5), at("2026-03-03T08:05"));
    }

    #[test]
    fn a_brand_without_hours_promises_no_time() {
        let now = at("2026-03-02T10:00");
        assert!(!is_open(&never(), &zone(), now));
        assert_eq!(back_at(&never(), &zone(), now), None);
        assert_eq!(due(&never(), &zone(), now, Millis::minutes(5)), now.plus(Millis::minutes(5)));
    }

    #[test]
    fn round_the_clock_is_always_open() {
        let hours = WeekHours(std::array::from_fn(|_| vec![DayHours { from: 0, to: 1_440 }]));
        assert!(is_open(&hours, &zone(), at("2026-03-02T23:59")));
        assert!(is_open(&hours, &zone(), at("2026-03-03T00:00")));
    }

    proptest! {
        #[test]
        fn nothing_is_due_in_the_past(millis in 0..4_000_000_000_000_i64, minutes in 0..100_000_i64) {
            let now = Timestamp::from_millis(millis);
            prop_assert!(due(&WeekHours::default(), &zone(), now, Millis::minutes(minutes)) >= now);
        }
    }
}
