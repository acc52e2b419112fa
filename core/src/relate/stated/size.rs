//! Which size somebody wears: "em mặc size M", "my size is 38".

use super::Said;
use super::words::Clause;

const WEARS: &[&str] = &["mac", "mang", "di", "xai", "wear", "take"];
const OFTEN: &[&str] = &[
    "thuong", "hay", "toan", "luon", "van", "quen", "vua", "chi", "deu", "usually", "always", "normally",
    "only", "can", "lun",
];
/// What is worn.
const THINGS: &[&str] = &[
    "ao", "quan", "vay", "dam", "giay", "dep", "do", "thun", "nu", "nam", "a", "shirt", "shoe", "shoes",
    "dress", "tui", "in", "jeans", "jean", "phong",
];
const SIZES: &[&str] = &["size", "sz", "sai"];
/// A size that does not fit, or did once, is nobody's.
const NOT_NOW: &[&str] = &[
    "rong", "chat", "kich", "lon", "nho", "to", "bi", "thi", "truoc", "hoi", "cu", "tung", "used", "before",
    "muon", "thu", "doi", "tru", "too", "not", "but", "want", "need", "bau", "order", "ordered", "dat",
    "giao", "tang", "gift",
];

pub(super) fn read(clause: &Clause) -> Option<Said> {
    // "hay mặc" is "often wear", "size M hay L" is a question: "hay" before the size asks nothing.
    if asks(clause)
        || clause.has(NOT_NOW)
        || clause.words.iter().filter(|word| value(&word.folded).is_some()).count() != 1
    {
        return None;
    }
    (0..clause.words.len())
        .find_map(|place| worn(clause, place).or_else(|| mine(clause, place)))
        .map(|size| Said::keep("size", size))
}

fn asks(clause: &Clause) -> bool {
    let rest: Vec<_> = clause.words.iter().filter(|word| word.folded != "hay").cloned().collect();
    let without = Clause { words: rest, ..Clause::default() };
    let text = without.words.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" ");
    clause.marked
        || Clause::of(&text).asks
        || clause.words.iter().rev().take(2).any(|word| word.folded == "hay")
}

/// "em (thường) mặc (áo) size M", "I wear a size 38", "I'm a size 38".
fn worn(clause: &Clause, place: usize) -> Option<String> {
    let english = clause.at(place) == "i";
    let am =
        matches!(clause.at(place), "i'm" | "im") || (english && clause.at(place.saturating_add(1)) == "am");
    if !(english || am || clause.is_self(place)) {
        return None;
    }
    let mut next = place.saturating_add(1 + usize::from(am && english));
    while OFTEN.contains(&clause.at(next)) {
        next = next.saturating_add(1);
    }
    if !am {
        if !WEARS.contains(&clause.at(next)) {
            return None;
        }
        next = next.saturating_add(1);
    }
    while THINGS.contains(&clause.at(next)) || OFTEN.contains(&clause.at(next)) {
        next = next.saturating_add(1);
    }
    sized(clause, next)
}

/// "size của mình là L", "size giày em 39", "my (shoe) size is 38".
fn mine(clause: &Clause, place: usize) -> Option<String> {
    let mut next = place;
    if clause.at(next) == "my" {
        next = next.saturating_add(1);
        while THINGS.contains(&clause.at(next)) {
            next = next.saturating_add(1);
        }
        let is = SIZES.contains(&clause.at(next)) && clause.at(next.saturating_add(1)) == "is";
        return is.then(|| value(clause.at(next.saturating_add(2)))).flatten();
    }
    if !SIZES.contains(&clause.at(next)) {
        return None;
    }
    next = next.saturating_add(1);
    while THINGS.contains(&clause.at(next)) {
        next = next.saturating_add(1);
    }
    let own = clause.at(next) == "cua";
    next = next.saturating_add(usize::from(own));
    // "của" is no kin: it says whose size it is.
    let speaker = Clause { words: clause.words.get(next..)?.to_vec(), ..Clause::default() };
    if !speaker.is_self(0) {
        return None;
    }
    next = next.saturating_add(1);
    next = next.saturating_add(usize::from(clause.at(next) == "la"));
    value(clause.at(next))
}

/// "size M": the word and the value after it.
fn sized(clause: &Clause, place: usize) -> Option<String> {
    let place = place.saturating_add(usize::from(clause.at(place) == "a"));
    SIZES.contains(&clause.at(place)).then(|| value(clause.at(place.saturating_add(1)))).flatten()
}

/// A size people wear: letters, or a number of clothes or shoes.
fn value(word: &str) -> Option<String> {
    const LETTERS: &[&str] =
        &["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "2xl", "3xl", "4xl", "5xl", "freesize"];
    if LETTERS.contains(&word) {
        return Some(word.to_uppercase());
    }
    let (whole, half) = word.split_once(['.', ',']).map_or((word, ""), |(whole, half)| (whole, half));
    let number: u32 = whole.parse().ok()?;
    ((20..=54).contains(&number) && matches!(half, "" | "5")).then(|| word.replace(',', "."))
}
