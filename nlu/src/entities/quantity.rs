//! How many: "2 cái", "3 boxes", `x2`, "một đôi", "a pair", "sl 3".

use super::Found;
use super::number::count;
use super::words::Words;
use lara_core::model::EntityValue;

pub(super) fn at(words: &Words<'_>, at: usize) -> Found {
    if words.glued(at) && words.sign(at - 1).is_none_or(|c| !matches!(c, '(' | ',' | '+' | ':' | '-' | '/')) {
        return None;
    }
    times(words, at)
        .or_else(|| labelled(words, at))
        .or_else(|| article(words, at))
        .or_else(|| counted(words, at))
}

fn found(end: usize, count: u32, unit: Option<&str>) -> Found {
    (count > 0).then(|| (end, EntityValue::Quantity { count, unit: unit.map(str::to_owned) }))
}

/// `x2` and `2x`.
fn times(words: &Words<'_>, at: usize) -> Found {
    let is_x = |at: usize| words.word(at) == "x" || words.sign(at) == Some('×');
    let number = |at: usize| words.number(at, 3).and_then(|number| u32::try_from(number).ok());
    if is_x(at) && words.glued(at + 1) && !words.goes_on(at + 2) {
        return found(at + 2, number(at + 1)?, None);
    }
    let behind =
        is_x(at + 1) && words.glued(at + 1) && !words.goes_on(at + 2) && words.digits(at + 2).is_none();
    if behind { found(at + 2, number(at)?, None) } else { None }
}

/// `sl 3`, "số lượng: 3", `qty 3`.
fn labelled(words: &Words<'_>, at: usize) -> Found {
    let mut here = match (words.word(at), words.word(at + 1)) {
        ("sl" | "qty" | "quantity", _) => at + 1,
        ("so", "luong") => at + 2,
        _ => return None,
    };
    while words.sign(here) == Some(':') || matches!(words.word(here), "la" | "is") {
        here += 1;
    }
    let (end, number) = count(words, here)?;
    match unit(words, end) {
        Some((end, unit)) => found(end, number, Some(unit)),
        None => found(end, number, None),
    }
}

/// "a pair", "a dozen", "a couple of".
fn article(words: &Words<'_>, at: usize) -> Found {
    match (words.word(at), words.word(at + 1)) {
        ("a", "pair") => found(at + 2, 1, Some("pair")),
        ("a", "dozen") => found(at + 2, 12, Some("piece")),
        ("a", "couple") if words.word(at + 2) == "of" => found(at + 3, 2, None),
        _ => None,
    }
}

fn counted(words: &Words<'_>, at: usize) -> Found {
    let (end, number) = count(words, at)?;
    if matches!(words.typed(end), "tá" | "Tá") || words.word(end) == "dozen" {
        return found(end + 1, number.checked_mul(12)?, Some("piece"));
    }
    let (end, unit) = unit(words, end)?;
    found(end, number, Some(unit))
}

/// The unit at `at`: one past it, and its English name.
pub(super) fn unit(words: &Words<'_>, at: usize) -> Option<(usize, &'static str)> {
    if words.goes_on(at + 1) {
        return None;
    }
    let unit = match words.word(at) {
        "cai" | "chiec" | "sp" | "mon" | "item" | "items" | "pcs" | "pc" | "piece" | "pieces" | "unit"
        | "units" | "copies" => "piece",
        "san" if words.word(at + 1) == "pham" => return Some((at + 2, "piece")),
        "doi" | "cap" | "pair" | "pairs" => "pair",
        "hop" | "box" | "boxes" => "box",
        "chai" | "bottle" | "bottles" => "bottle",
        "lo" | "hu" | "jar" | "jars" => "jar",
        "goi" | "tui" | "bich" | "bag" | "bags" | "pack" | "packs" | "packet" | "packets" => "pack",
        "thung" | "carton" | "cartons" => "carton",
        "bo" | "set" | "sets" | "combo" | "combos" => "set",
        "quyen" | "cuon" | "book" | "books" => "book",
        "tuyp" | "tube" | "tubes" => "tube",
        "ly" | "coc" | "cup" | "cups" | "mug" | "mugs" => "cup",
        _ => return None,
    };
    Some((at + 1, unit))
}
