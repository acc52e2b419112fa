//! Sizes and measures: "size M", `XL`, "sz 38.5", `39-40`, `500ml`, `1kg`, `30x40cm`, `1m65`.

use super::Found;
use super::number::{ONE, written};
use super::words::Words;
use lara_core::model::EntityValue;

/// Letters that are a size behind the word "size".
const LETTERS: &[&str] = &["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "free", "freesize", "fs"];

/// Letters that are a size wherever they stand.
const ALONE: &[&str] = &["xs", "xl", "xxl", "xxxl", "freesize"];

pub(super) fn at(words: &Words<'_>, at: usize) -> Found {
    let found = cued(words, at).or_else(|| lettered(words, at, ALONE)).or_else(|| measure(words, at));
    found.map(|(end, size)| (end, EntityValue::Size(size)))
}

/// Behind a word that says so.
fn cued(words: &Words<'_>, at: usize) -> Option<(usize, String)> {
    let is_cue = match words.word(at) {
        "size" | "sizes" | "sz" => true,
        // Without its accent it is also "có".
        "co" => matches!(words.typed(at), "cỡ" | "Cỡ"),
        _ => false,
    };
    if !is_cue {
        return None;
    }
    let mut here = at + 1;
    while words.sign(here) == Some(':') || matches!(words.word(here), "la" | "is" | "so" | "eu" | "us" | "uk")
    {
        here += 1;
    }
    lettered(words, here, LETTERS).or_else(|| numbered(words, here))
}

/// `M`, `XL`, `2XL`, and ranges of them.
fn lettered(words: &Words<'_>, at: usize, known: &[&str]) -> Option<(usize, String)> {
    let word = words.word(at);
    if known.contains(&word) && !words.glued(at) && !words.goes_on(at + 1) {
        let size = match word {
            "free" | "freesize" | "fs" => "free".to_owned(),
            word => word.to_ascii_uppercase(),
        };
        let end = if word == "free" && words.word(at + 1) == "size" { at + 2 } else { at + 1 };
        return Some((end, size));
    }
    let times = words.number(at, 1).filter(|n| (2..=6).contains(n))?;
    let fits = matches!(words.word(at + 1), "xl" | "xs") && words.glued(at + 1) && !words.goes_on(at + 2);
    (fits && !words.glued(at))
        .then(|| (at + 2, format!("{times}{}", words.word(at + 1).to_ascii_uppercase())))
}

/// `38`, `38.5`, `39-40`.
fn numbered(words: &Words<'_>, at: usize) -> Option<(usize, String)> {
    let number = written(words, at).filter(|number| (ONE..200 * ONE).contains(&number.milli))?;
    let range = matches!(words.sign(number.end), Some('-' | '/' | '\u{2013}'));
    let other = words.number(number.end + 1, 3).filter(|_| range);
    if let Some(other) = other.filter(|_| words.goes_on(number.end + 1) || !words.glued(number.end)) {
        return Some((number.end + 2, format!("{}-{other}", decimal(number.milli))));
    }
    (!words.goes_on(number.end)).then(|| (number.end, decimal(number.milli)))
}

/// A number of thousandths without trailing zeros: `38.5`.
fn decimal(milli: u64) -> String {
    let fraction = format!("{:03}", milli % ONE);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { (milli / ONE).to_string() } else { format!("{}.{fraction}", milli / ONE) }
}

/// A number with a unit; several joined by `x`; a height such as `1m65`.
fn measure(words: &Words<'_>, at: usize) -> Option<(usize, String)> {
    if words.glued(at) && words.sign(at - 1).is_none_or(|c| !matches!(c, '(' | '~' | '/' | ',')) {
        return None;
    }
    let first = written(words, at)?;
    let mut sides = decimal(first.milli);
    let mut end = first.end;
    while matches!(words.word(end), "x" | "by") || words.sign(end) == Some('×') {
        let Some(next) = written(words, end + 1) else { break };
        sides.push('x');
        sides.push_str(&decimal(next.milli));
        end = next.end;
    }
    if end == first.end
        && words.word(end) == "m"
        && words.glued(end)
        && let Some(rest) = words.digits(end + 1).filter(|rest| words.glued(end + 1) && rest.len() <= 2)
    {
        let centimetres = format!("{rest:0<2}").parse::<u64>().ok()?.checked_add(first.milli / ONE * 100)?;
        return (first.milli < 3 * ONE && !words.goes_on(end + 2))
            .then(|| (end + 2, format!("{centimetres}cm")));
    }
    let unit = unit(words.word(end), words.glued(end), words.typed(end))?;
    (!words.goes_on(end + 1)).then(|| (end + 1, format!("{sides}{unit}")))
}

/// A unit in its usual short form. Single letters count only right behind the number.
fn unit(word: &str, glued: bool, typed: &str) -> Option<&'static str> {
    Some(match word {
        "ml" | "mls" => "ml",
        "cl" => "cl",
        "lit" | "litre" | "litres" | "liter" | "liters" => "l",
        "l" if glued => "l",
        "kg" | "kgs" | "kilo" | "kilos" => "kg",
        "ky" | "ki" if typed != "kì" => "kg",
        "gr" | "gram" | "grams" | "gam" => "g",
        "g" if glued => "g",
        "mg" => "mg",
        "oz" => "oz",
        "lb" | "lbs" => "lb",
        "cm" => "cm",
        "mm" => "mm",
        "m" if glued => "m",
        "inch" | "inches" => "in",
        "ft" => "ft",
        _ => return None,
    })
}
