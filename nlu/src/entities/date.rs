//! Days in digits and by name: `21/11`, `21-11-2026`, "ngày 21 tháng 11", "Nov 21st". How they are counted from today:
//! `date_words.rs`.

use super::words::Words;
use super::{Found, date_words};
use lara_core::model::{EntityValue, SaidDate};

/// Words that make `5/3` a day.
const CUES: &[&str] = &[
    "ngay", "hom", "mung", "tu", "den", "toi", "truoc", "sau", "vao", "dat", "giao", "nhan", "mua", "on",
    "by", "since", "from", "until", "till", "before", "after", "dated", "ordered",
];

pub(super) fn at(words: &Words<'_>, at: usize) -> Found {
    let found = if words.digits(at).is_some() {
        let inside =
            words.glued(at) && words.sign(at - 1).is_none_or(|c| !matches!(c, '(' | ',' | ':' | '~'));
        if inside { None } else { numeric(words, at, false).or_else(|| day_first(words, at)) }
    } else {
        after_ngay(words, at).or_else(|| month_first(words, at))
    };
    let (end, date) = found.or_else(|| date_words::at(words, at))?;
    Some((end, EntityValue::Date(date)))
}

type Day = Option<(usize, SaidDate)>;

fn small(number: u64) -> Option<i8> {
    i8::try_from(number).ok()
}

/// A year of four digits, or of two in this century.
fn year(words: &Words<'_>, at: usize) -> Option<i16> {
    let year = words.number(at, 4)?;
    match words.digits(at)?.len() {
        2 => i16::try_from(2_000 + year).ok(),
        4 if (1_900..=2_199).contains(&year) => i16::try_from(year).ok(),
        _ => None,
    }
}

/// Without a year; day first, unless only the other way is a day.
fn yearly(first: i8, second: i8) -> Option<SaidDate> {
    let (day, month) = if second > 12 && first <= 12 { (second, first) } else { (first, second) };
    // A leap year, so that 29/2 is one.
    SaidDate::on(2_024, month, day).map(|_| SaidDate::Yearly { month, day })
}

/// With a year; day first, unless only the other way is a day.
fn whole(year: i16, first: i8, second: i8) -> Option<SaidDate> {
    SaidDate::on(year, second, first).or_else(|| SaidDate::on(year, first, second))
}

/// `21/11`, `21/11/2026`, `21-11-26`, `2026-11-21`. `cued`: something before says that it is a day.
fn numeric(words: &Words<'_>, at: usize, cued: bool) -> Day {
    let mark = words.sign(at + 1).filter(|c| matches!(c, '/' | '-' | '.'))?;
    let joined = |here: usize| words.glued(here) && words.glued(here + 1) && words.digits(here + 1).is_some();
    if !joined(at + 1) {
        return None;
    }
    let third = words.sign(at + 3) == Some(mark) && joined(at + 3);
    if third && !words.goes_on(at + 5) && words.sign(at + 5).is_none_or(|c| c != mark || !joined(at + 5)) {
        let number = |at: usize| words.number(at, 2).and_then(small);
        if words.digits(at)?.len() == 4 {
            let date = SaidDate::on(year(words, at)?, number(at + 2)?, number(at + 4)?)?;
            return Some((at + 5, date));
        }
        return Some((at + 5, whole(year(words, at + 4)?, number(at)?, number(at + 2)?)?));
    }
    if third || words.goes_on(at + 3) {
        return None;
    }
    let (first, second) = (words.number(at, 2)?, words.number(at + 2, 2)?);
    let cued = cued || CUES.contains(&words.before(at, 1));
    // "24/7", "10/10", "1/2 kg", "39-40": a day only where nothing else is likelier.
    let sure = mark == '/' && first > 12 && (first, second) != (24, 7);
    (cued || sure).then(|| Some((at + 3, yearly(small(first)?, small(second)?)?))).flatten()
}

/// "ngày 21", "ngày 21/11", "mùng 5 tháng 3 năm 2027".
fn after_ngay(words: &Words<'_>, at: usize) -> Day {
    if !matches!(words.word(at), "ngay" | "hom" | "mung" | "mong") {
        return None;
    }
    let number = at + 1;
    if let Some(found) = numeric(words, number, true).or_else(|| day_first(words, number)) {
        return Some(found);
    }
    let day = words.number(number, 2).and_then(small).filter(|day| (1..=31).contains(day))?;
    // "ngày 2 lần", "ngày 3 viên" are no days; nothing but the end or a small word follows one.
    let next = words.word(number + 1);
    let ends = next.is_empty()
        || matches!(next, "nay" | "toi" | "nhe" | "nha" | "a" | "shop" | "ma" | "thi" | "em" | "minh");
    (ends && !words.goes_on(number + 1)).then_some((number + 1, SaidDate::Monthly { day }))
}

/// "21 tháng 11 năm 2026", "21 Nov", "21st of November 2026".
fn day_first(words: &Words<'_>, at: usize) -> Day {
    let day = words.number(at, 2).and_then(small)?;
    if words.word(at + 1) == "thang" {
        let month = words.number(at + 2, 2).and_then(small).filter(|month| (1..=12).contains(month))?;
        let counted = matches!(words.word(at + 3), "truoc" | "nua" | "sau" | "ngay" | "tuan");
        let after = if words.word(at + 3) == "nam" { at + 4 } else { at + 3 };
        if after == at + 4
            && let Some(year) = year(words, after)
        {
            return Some((after + 1, SaidDate::on(year, month, day)?));
        }
        return (!counted).then(|| Some((at + 3, yearly_of(month, day)?))).flatten();
    }
    let mut here = at + 1;
    if matches!(words.word(here), "st" | "nd" | "rd" | "th") && words.glued(here) {
        here += 1;
    }
    if words.word(here) == "of" {
        here += 1;
    }
    let month = month(words.word(here))?;
    with_year(words, here + 1, month, day)
}

/// "Nov 21", "November 21st, 2026".
fn month_first(words: &Words<'_>, at: usize) -> Day {
    let month = month(words.word(at))?;
    let day = words.number(at + 1, 2).and_then(small)?;
    let ordinal = matches!(words.word(at + 2), "st" | "nd" | "rd" | "th") && words.glued(at + 2);
    let mut after = if ordinal { at + 3 } else { at + 2 };
    if !ordinal && words.goes_on(after) {
        return None;
    }
    if words.sign(after) == Some(',') && words.digits(after + 1).is_some_and(|digits| digits.len() == 4) {
        after += 1;
    }
    with_year(words, after, month, day).map(|(end, date)| match words.sign(end.saturating_sub(1)) {
        // The comma belongs to the sentence where no year follows it.
        Some(',') => (end - 1, date),
        _ => (end, date),
    })
}

fn with_year(words: &Words<'_>, at: usize, month: i8, day: i8) -> Day {
    let four = words.digits(at).is_some_and(|digits| digits.len() == 4);
    match year(words, at).filter(|_| four) {
        Some(year) => Some((at + 1, SaidDate::on(year, month, day)?)),
        None => Some((at, yearly_of(month, day)?)),
    }
}

fn yearly_of(month: i8, day: i8) -> Option<SaidDate> {
    SaidDate::on(2_024, month, day).map(|_| SaidDate::Yearly { month, day })
}

fn month(word: &str) -> Option<i8> {
    Some(match word {
        "january" | "jan" => 1,
        "february" | "feb" => 2,
        "march" | "mar" => 3,
        "april" | "apr" => 4,
        "may" => 5,
        "june" | "jun" => 6,
        "july" | "jul" => 7,
        "august" | "aug" => 8,
        "september" | "sep" | "sept" => 9,
        "october" | "oct" => 10,
        "november" | "nov" => 11,
        "december" | "dec" => 12,
        _ => return None,
    })
}
