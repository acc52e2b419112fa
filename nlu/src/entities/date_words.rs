//! Days counted from today: "ngày mai", "hôm qua", "thứ 6 tuần sau", "3 days ago", "next friday".

use super::number::count;
use super::words::Words;
use lara_core::model::{SaidDate, SaidWeek};

type Day = Option<(usize, SaidDate)>;

pub(super) fn at(words: &Words<'_>, at: usize) -> Day {
    named(words, at)
        .or_else(|| weekday(words, at))
        .or_else(|| english_weekday(words, at))
        .or_else(|| counted(words, at))
}

#[expect(clippy::unnecessary_wraps, reason = "what every day found is: one expression where it is found")]
fn from_today(end: usize, days: i32) -> Day {
    Some((end, SaidDate::FromToday { days }))
}

/// Today and the days around it.
fn named(words: &Words<'_>, at: usize) -> Day {
    let (word, next) = (words.word(at), words.word(at + 1));
    match (word, next) {
        ("hom", "nay") => from_today(at + 2, 0),
        ("hom", "qua") => from_today(at + 2, -1),
        ("hom", "kia") => from_today(at + 2, -2),
        ("ngay", "mai") => from_today(at + 2, 1),
        ("ngay", "kia") => from_today(at + 2, 2),
        // Without its accent it is also "một".
        ("ngay", "mot") if words.typed(at + 1).contains('ố') => from_today(at + 2, 2),
        ("sang" | "trua" | "chieu" | "dem" | "toi", _)
            if word != "toi" || words.typed(at).to_lowercase() == "tối" =>
        {
            match next {
                "nay" => from_today(at + 2, 0),
                "mai" => from_today(at + 2, 1),
                "qua" => from_today(at + 2, -1),
                _ => None,
            }
        }
        ("hnay" | "today" | "tonight", _) => from_today(at + 1, 0),
        ("hqua" | "yesterday", _) => from_today(at + 1, -1),
        ("tomorrow" | "tmr" | "tmrw", _) => from_today(at + 1, 1),
        ("day", "after") if words.word(at + 2) == "tomorrow" => from_today(at + 3, 2),
        ("day", "before") if words.word(at + 2) == "yesterday" => from_today(at + 3, -2),
        ("the", "day") => named(words, at + 1),
        _ => None,
    }
}

/// Words behind which "thứ hai" is the second one, not Monday.
const RANKED: &[&str] = &[
    "cai", "chiec", "don", "lan", "nguoi", "doi", "mon", "mau", "y", "phan", "so", "hop", "goi", "bo",
    "loai", "con",
];

/// "thứ 6 tuần sau", "chủ nhật này", "t7 tới", "cn".
fn weekday(words: &Words<'_>, at: usize) -> Day {
    let day = |word: &str| -> Option<i8> {
        Some(match word {
            "2" | "hai" => 1,
            "3" | "ba" => 2,
            "4" | "tu" => 3,
            "5" | "nam" => 4,
            "6" | "sau" => 5,
            "7" | "bay" => 6,
            _ => return None,
        })
    };
    let (end, day, sure) = match words.word(at) {
        "thu" if !RANKED.contains(&words.before(at, 1)) => (at + 2, day(words.word(at + 1))?, true),
        "chu" if words.word(at + 1) == "nhat" => (at + 2, 7, true),
        "t" if words.goes_on(at + 1) && !words.glued(at) => (at + 2, day(words.digits(at + 1)?)?, false),
        "cn" => (at + 1, 7, false),
        _ => return None,
    };
    if words.goes_on(end) {
        return None;
    }
    let of_week = words.word(end) == "tuan";
    let which = words.word(if of_week { end + 1 } else { end });
    let week = match which {
        "nay" => Some(SaidWeek::Week(0)),
        "sau" => Some(SaidWeek::Week(1)),
        "toi" if of_week => Some(SaidWeek::Week(1)),
        "toi" => Some(SaidWeek::Coming),
        "truoc" | "roi" | "vua" if of_week => Some(SaidWeek::Week(-1)),
        "truoc" | "roi" | "vua" => Some(SaidWeek::Past),
        _ => None,
    };
    match week {
        Some(week) => {
            let last = if of_week { end + 2 } else { end + 1 };
            let last =
                if which == "vua" && matches!(words.word(last), "roi" | "qua") { last + 1 } else { last };
            Some((last, SaidDate::Weekday { day, week }))
        }
        // "t7" alone may be a model; with a time of day before it, it is Saturday.
        None if sure || matches!(words.before(at, 1), "sang" | "trua" | "chieu" | "toi" | "ngay" | "vao") => {
            Some((end, SaidDate::Weekday { day, week: SaidWeek::Coming }))
        }
        None => None,
    }
}

/// "next friday", "last Monday", "on Tuesday", "friday".
fn english_weekday(words: &Words<'_>, at: usize) -> Day {
    let week = match words.word(at) {
        "next" => Some(SaidWeek::Week(1)),
        "last" => Some(SaidWeek::Past),
        "this" | "coming" => Some(SaidWeek::Coming),
        _ => None,
    };
    let name = words.word(if week.is_some() { at + 1 } else { at });
    let (day, whole) = match name {
        "monday" => (1, true),
        "tuesday" => (2, true),
        "wednesday" => (3, true),
        "thursday" => (4, true),
        "friday" => (5, true),
        "saturday" => (6, true),
        "sunday" => (7, true),
        "mon" => (1, false),
        "tue" | "tues" => (2, false),
        "wed" => (3, false),
        "thurs" => (4, false),
        "fri" => (5, false),
        "sat" => (6, false),
        "sun" => (7, false),
        _ => return None,
    };
    let fits = whole || week.is_some() || matches!(words.before(at, 1), "on" | "by" | "until" | "till");
    let end = if week.is_some() { at + 2 } else { at + 1 };
    fits.then_some((end, SaidDate::Weekday { day, week: week.unwrap_or(SaidWeek::Coming) }))
}

/// "3 ngày trước", "2 tuần nữa", "cách đây 3 ngày", "3 days ago", "in two weeks", "a month ago".
fn counted(words: &Words<'_>, at: usize) -> Day {
    match (words.word(at), words.word(at + 1)) {
        ("in", _) => {
            let (end, number) = counted_english(words, at + 1)?;
            let (end, unit) = span(words, end)?;
            unit.said(end, number, 1)
        }
        ("cach", "day") => {
            let (end, number) = count(words, at + 2)?;
            let (end, unit) = span(words, end)?;
            unit.said(end, number, -1)
        }
        _ => {
            let (end, number) = counted_english(words, at)?;
            let (end, unit) = span(words, end)?;
            match words.word(end) {
                "truoc" | "ago" => unit.said(end + 1, number, -1),
                "nua" => unit.said(end + 1, number, 1),
                "from" if words.word(end + 1) == "now" => unit.said(end + 2, number, 1),
                _ => None,
            }
        }
    }
}

/// A count, or "a" for one.
fn counted_english(words: &Words<'_>, at: usize) -> Option<(usize, u32)> {
    if words.glued(at) {
        return None;
    }
    if matches!(words.word(at), "a" | "an") { Some((at + 1, 1)) } else { count(words, at) }
}

/// Days or months.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Days(i32),
    Months(i32),
}

impl Unit {
    fn said(self, end: usize, number: u32, direction: i32) -> Day {
        let number = i32::try_from(number).ok()?.checked_mul(direction)?;
        Some(match self {
            Self::Days(days) => (end, SaidDate::FromToday { days: number.checked_mul(days)? }),
            Self::Months(months) => (end, SaidDate::MonthsFromToday { months: number.checked_mul(months)? }),
        })
    }
}

fn span(words: &Words<'_>, at: usize) -> Option<(usize, Unit)> {
    let unit = match words.word(at) {
        "ngay" | "hom" | "day" | "days" => Unit::Days(1),
        "tuan" | "week" | "weeks" => Unit::Days(7),
        "thang" | "month" | "months" => Unit::Months(1),
        "nam" | "year" | "years" => Unit::Months(12),
        _ => return None,
    };
    Some((at + 1, unit))
}
