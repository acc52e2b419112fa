//! How somebody wants to be called: "gọi em là chị Lan", "call me Minh", "đừng gọi em là chị".

use super::Said;
use super::forget::Forget;
use super::words::{Clause, Word};

/// Forms of address, as templates know them.
const TITLES: &[&str] = &["anh", "chị", "em", "cô", "chú", "bác", "bạn", "cháu", "ông", "bà"];
/// Those that without accents are other words as well.
const AMBIGUOUS: &[&str] = &["co", "chu", "bac", "ban", "ba", "ong"];

/// What may follow a name or a form without being part of it; folded.
const PARTICLES: &[&str] = &[
    "nhe", "nha", "nhen", "nghen", "nhoa", "nhaa", "hen", "di", "a", "cho", "thoi", "duoc", "dc", "ok",
    "oke", "okie", "nho", "voi", "giup", "nua", "please", "pls", "thanks", "tks", "thank", "shop", "ban",
    "oi", "luon", "instead", "cam", "than", "tien", "de", "roi",
];

/// What follows "call me" without being a name.
const NO_NAMES: &[&str] = &[
    "back",
    "tomorrow",
    "later",
    "now",
    "today",
    "when",
    "at",
    "on",
    "if",
    "before",
    "after",
    "again",
    "anytime",
    "any",
    "soon",
    "asap",
    "maybe",
    "crazy",
    "please",
    "pls",
    "and",
    "or",
    "to",
    "by",
    "for",
    "in",
    "once",
    "first",
    "a",
    "the",
    "old",
    "tonight",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "directly",
    "this",
    "whatever",
    "whenever",
    "as",
    "next",
    "between",
    "from",
    "via",
    "with",
    "about",
    "regarding",
    "urgently",
    "immediately",
    "your",
    "my",
    "on",
    "up",
    "out",
    "that",
    "names",
    "stupid",
    "hotline",
    "zalo",
    "phone",
];

/// English titles, which nobody is called by here.
const ENGLISH_TITLES: &[&str] = &["mr", "ms", "mrs", "miss", "sir", "madam"];

/// Words of a story or a question, not of a wish; as typed, because "đã" is not "dạ" and "hay" not "hãy".
const TOLD: &[&str] = &[
    "sao",
    "ai",
    "hay",
    "đang",
    "dang",
    "vừa",
    "vua",
    "toàn",
    "toan",
    "người",
    "nguoi",
    "mới",
    "đã",
    "từng",
    "hôm",
    "why",
    "people",
    "friends",
    "they",
    "everyone",
    "who",
    "did",
    "bị",
    "bi",
    "cứ bị",
    "nhầm",
    "nham",
];

pub(super) fn read(clause: &Clause) -> Vec<Said> {
    for place in 0..clause.words.len() {
        let said = called(clause, place);
        if !said.is_empty() {
            return said;
        }
    }
    Vec::new()
}

/// The wish that begins at this word.
fn called(clause: &Clause, place: usize) -> Vec<Said> {
    let Some((form, english)) = form_at(clause, place) else { return Vec::new() };
    let told = |word: &Word| TOLD.contains(&word.raw.to_lowercase().as_str());
    let may_one = clause.has(&["duoc", "dc", "can", "could", "may"]);
    if clause.words.iter().take(place).any(told) || (clause.asks && !may_one) {
        return Vec::new();
    }
    let before = place.checked_sub(1).map_or("", |before| clause.at(before));
    if matches!(before, "dung" | "khong" | "ko" | "k" | "don't" | "dont" | "not" | "never") {
        return if title(clause, form).is_some() || clause.at(form) == "sir" {
            vec![Said::Forget(Forget::Topic("address_form"))]
        } else {
            Vec::new()
        };
    }
    let wished = |end: usize| {
        let told = matches!(before, "shop" | "ban" | "ad" | "bot" | "tiem");
        !told || clause.words.iter().skip(end).any(|word| PARTICLES.contains(&word.folded.as_str()))
    };
    let mut said = Vec::new();
    let (kept, after) = match title(clause, form) {
        Some(title) => (Some(title), form.saturating_add(1)),
        None => (None, form),
    };
    let after = if ENGLISH_TITLES.contains(&clause.at(after)) { after.saturating_add(1) } else { after };
    let (name, end) = name(clause, after, kept.is_some(), english);
    let ends =
        |end: usize| clause.words.get(end).is_none_or(|word| PARTICLES.contains(&word.folded.as_str()));
    if !wished(end) || (name.is_none() && !ends(end)) {
        return said;
    }
    if let Some(title) = kept {
        said.push(Said::keep("address_form", title));
    } else if name.is_some()
        && (clause.at(end) == "thoi" || before == "just" || clause.has_before(place, &["just"]))
    {
        said.push(Said::Forget(Forget::Topic("address_form")));
    }
    said.extend(name.map(|name| Said::keep("name", name)));
    said
}

/// Where the form or the name begins, when a wish begins at this word; and whether it is English.
fn form_at(clause: &Clause, place: usize) -> Option<(usize, bool)> {
    let at = |ahead: usize| clause.at(place.saturating_add(ahead));
    let word = clause.words.get(place)?;
    let calls = word.is("gọi") || word.is("kêu") || word.is("xưng");
    match (word.folded.as_str(), at(1), at(2), at(3)) {
        ("call", "me", _, _) => Some((place.saturating_add(2), true)),
        // "xưng hô anh nhé", "xưng hô là chị nha".
        ("xung", "ho", "la" | "bang" | "voi", _) if at(2) != "voi" => Some((place.saturating_add(3), false)),
        ("xung", "ho", "voi", _) if clause.is_self(place.saturating_add(3)) => {
            let next = place.saturating_add(4);
            let skip = usize::from(matches!(clause.at(next), "la" | "bang"));
            Some((next.saturating_add(skip), false))
        }
        ("xung", "ho", _, _) => Some((place.saturating_add(2), false)),
        // "gọi là chị nhé".
        (_, "la" | "bang", _, _) if calls => Some((place.saturating_add(2), false)),
        // "gọi em là chị Lan".
        (_, _, "la" | "bang", _) if calls && clause.is_self(place.saturating_add(1)) => {
            Some((place.saturating_add(3), false))
        }
        _ => None,
    }
}

/// The form of address at a place. One letter is one only before a name.
fn title(clause: &Clause, place: usize) -> Option<&'static str> {
    let word = clause.words.get(place)?;
    let next = clause.words.get(place.saturating_add(1));
    let named = next.is_some_and(Word::is_name);
    match word.raw.to_lowercase().as_str() {
        "a" if named => return Some("anh"),
        "c" if named => return Some("chị"),
        _ => {}
    }
    let title = TITLES.iter().find(|title| word.is(title)).copied()?;
    // "xưng anh em": two forms are none.
    if next.is_some_and(|next| {
        !next.is_name()
            && TITLES.iter().any(|other| next.is(other) && !PARTICLES.contains(&next.folded.as_str()))
    }) {
        return None;
    }
    let plain = AMBIGUOUS.contains(&word.raw.to_lowercase().as_str());
    (!plain || named).then_some(title)
}

/// The name that begins at a place, and one past it.
fn name(clause: &Clause, place: usize, titled: bool, english: bool) -> (Option<String>, usize) {
    let shouted = clause.words.iter().all(|word| !word.raw.chars().any(char::is_lowercase));
    let no_name = |word: &&Word| NO_NAMES.contains(&word.folded.as_str());
    let named: Vec<&Word> =
        clause.words.iter().skip(place).take_while(|word| word.is_name()).take(4).collect();
    if !shouted && !named.is_empty() && !named.iter().any(no_name) {
        let name = named.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" ");
        return (Some(name), place.saturating_add(named.len()));
    }
    // In small letters only one word, between "là" and a particle, and never an English one.
    let next = place.saturating_add(1);
    let one = clause.words.get(place).filter(|word| !english && !shouted && is_small_name(word));
    let ends = clause.words.get(next).is_none() && titled;
    let followed =
        matches!(clause.at(next), "nhe" | "nha" | "nhen" | "nghen" | "thoi" | "a" | "di" | "hen" | "giup");
    match one {
        Some(word) if ends || followed => (Some(capital(&word.raw)), next),
        _ => (None, place),
    }
}

/// Whether a word in small letters may be a name: these are none.
fn is_small_name(word: &Word) -> bool {
    const NONE: &[&str] = &[
        "gi", "sao", "duoc", "ok", "ngay", "lien", "xong", "ra", "vay", "the", "hang", "nguoi", "tien", "do",
        "roi", "co", "mat", "het", "luon", "lai", "khach", "ai", "day", "kia", "nay", "vip", "si", "le",
        "sep", "ma", "qua", "chu", "cung", "vi", "khi", "neu", "hay", "va", "nhung", "nhi", "dung", "biet",
        "nghe", "toi", "tao",
    ];
    let letters = word.raw.chars().count();
    (2..=10).contains(&letters)
        && word.raw.chars().all(char::is_alphabetic)
        && !NONE.contains(&word.folded.as_str())
        && !PARTICLES.contains(&word.folded.as_str())
        && !TITLES.iter().any(|title| word.is(title))
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
