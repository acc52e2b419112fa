//! A day as people say it, and which day that is.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// A day as it was said: the classifier knows no clock, so it becomes a day of the calendar later, in the brand's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidDate {
    /// This day; stored as ISO 8601.
    On(#[serde(with = "iso")] Date),
    /// Day and month, the year left out.
    Yearly {
        /// 1..=12.
        month: i8,
        /// 1..=31.
        day: i8,
    },
    /// A day of the month, nothing more: "ngày 21".
    Monthly {
        /// 1..=31.
        day: i8,
    },
    /// So many days from today; negative is past.
    FromToday {
        /// Days.
        days: i32,
    },
    /// So many months from today; negative is past.
    MonthsFromToday {
        /// Months.
        months: i32,
    },
    /// A day of the week.
    Weekday {
        /// Monday is 1, Sunday 7.
        day: i8,
        /// Which one.
        week: SaidWeek,
    },
}

/// Which of all Fridays "Friday" is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidWeek {
    /// The coming one, today included: "Friday".
    Coming,
    /// The last one before today: "last Friday".
    Past,
    /// That of the week so many weeks from this one; weeks begin on Monday: 0 is "thứ 6 tuần này", 1 "thứ 6 tuần sau".
    Week(i8),
}

/// The widest span that is taken for a date, in days: nobody speaks of a day further away by counting.
const FURTHEST: i32 = 3_660;

impl SaidDate {
    /// A day of the calendar, if there is such a day.
    #[must_use]
    pub fn on(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self::On)
    }

    /// The day of the calendar that was meant when it was said on `today`. Where the year or the month was left out it is
    /// the nearest such day. `None` when there is none.
    #[must_use]
    pub fn resolve(self, today: Date) -> Option<Date> {
        match self {
            Self::On(date) => Some(date),
            Self::Yearly { month, day } => {
                let years = [-1, 0, 1].map(|n| today.year().saturating_add(n));
                nearest(today, years.into_iter().filter_map(|year| Date::new(year, month, day).ok()))
            }
            Self::Monthly { day } => {
                let months = [-1, 0, 1].map(|n| today.first_of_month().checked_add(n.months()).ok());
                let days = months.into_iter().flatten();
                nearest(today, days.filter_map(|first| Date::new(first.year(), first.month(), day).ok()))
            }
            Self::FromToday { days } if days.abs() <= FURTHEST => today.checked_add(days.days()).ok(),
            Self::MonthsFromToday { months } if months.abs() <= FURTHEST / 30 => {
                today.checked_add(months.months()).ok()
            }
            Self::FromToday { .. } | Self::MonthsFromToday { .. } => None,
            Self::Weekday { day, week } => weekday(today, day, week),
        }
    }
}

/// Of two equally near days the later one: people ask about what is to come.
fn nearest(today: Date, days: impl Iterator<Item = Date>) -> Option<Date> {
    let away = |day: &Date| today.until(*day).map_or(i32::MAX, |span| span.get_days().abs());
    days.min_by_key(|day| (away(day), *day < today))
}

fn weekday(today: Date, day: i8, week: SaidWeek) -> Option<Date> {
    let wanted = Weekday::from_monday_one_offset(day).ok()?;
    let monday = || today.checked_sub(today.weekday().to_monday_zero_offset().days()).ok();
    match week {
        SaidWeek::Coming if today.weekday() == wanted => Some(today),
        SaidWeek::Coming => today.nth_weekday(1, wanted).ok(),
        SaidWeek::Past => today.nth_weekday(-1, wanted).ok(),
        SaidWeek::Week(weeks) => {
            let days = i32::from(weeks).saturating_mul(7).saturating_add(i32::from(day)).saturating_sub(1);
            monday()?.checked_add(days.days()).ok()
        }
    }
}

/// ISO 8601, as a text.
mod iso {
    use jiff::civil::Date;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
    pub(super) fn serialize<S: Serializer>(date: &Date, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(date)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_day_is_found_from_where_it_is_said() {
        // A Sunday.
        let today = date(2026, 11, 22);
        let friday = |week| SaidDate::Weekday { day: 5, week };
        for (said, day) in [
            (SaidDate::FromToday { days: 1 }, date(2026, 11, 23)),
            (SaidDate::FromToday { days: -3 }, date(2026, 11, 19)),
            (SaidDate::MonthsFromToday { months: -1 }, date(2026, 10, 22)),
            (SaidDate::Yearly { month: 11, day: 21 }, date(2026, 11, 21)),
            (SaidDate::Yearly { month: 1, day: 2 }, date(2027, 1, 2)),
            (SaidDate::Yearly { month: 9, day: 2 }, date(2026, 9, 2)),
            (SaidDate::Monthly { day: 1 }, date(2026, 12, 1)),
            (SaidDate::Monthly { day: 20 }, date(2026, 11, 20)),
            (SaidDate::Monthly { day: 31 }, date(2026, 10, 31)),
            (friday(SaidWeek::Coming), date(2026, 11, 27)),
            (SaidDate::Weekday { day: 7, week: SaidWeek::Coming }, today),
            (SaidDate::Weekday { day: 7, week: SaidWeek::Past }, date(2026, 11, 15)),
            (friday(SaidWeek::Past), date(2026, 11, 20)),
            (friday(SaidWeek::Week(0)), date(2026, 11, 20)),
            (friday(SaidWeek::Week(1)), date(2026, 11, 27)),
            (friday(SaidWeek::Week(-1)), date(2026, 11, 13)),
        ] {
            assert_eq!(said.resolve(today), Some(day), "{said:?}");
        }
        assert_eq!(SaidDate::on(2026, 2, 30), None);
        assert_eq!(SaidDate::Yearly { month: 2, day: 30 }.resolve(today), None);
        assert_eq!(SaidDate::FromToday { days: i32::MIN + 1 }.resolve(today), None);
    }

    proptest! {
        #[test]
        fn any_said_date_resolves_without_a_fault(
            (month, day, days) in (any::<i8>(), any::<i8>(), any::<i32>()),
            (year, of_month, of_day) in (any::<i16>(), 1..=12_i8, 1..=28_i8),
        ) {
            let today = Date::new(year.clamp(-9_999, 9_999), of_month, of_day).unwrap();
            for said in [
                SaidDate::Yearly { month, day },
                SaidDate::Monthly { day },
                SaidDate::FromToday { days },
                SaidDate::MonthsFromToday { months: days },
                SaidDate::Weekday { day, week: SaidWeek::Coming },
                SaidDate::Weekday { day, week: SaidWeek::Past },
                SaidDate::Weekday { day, week: SaidWeek::Week(month) },
            ] {
                let _ = said.resolve(today);
            }
        }
    }
}
