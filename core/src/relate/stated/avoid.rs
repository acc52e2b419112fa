//! What somebody does not eat or bear: "không ăn được đậu phộng", "allergic to peanuts", "I'm vegetarian". Only things that
//! are known by name in both languages, so that a product that holds them is found whichever language it is described in.

use super::Said;
use super::words::Clause;
use crate::text::folded_line;
use std::ops::Range;

/// Things people avoid: what is kept, and every way to say it, folded. Food allergens are those of EU regulation 1169/2011
/// annex II; the rest is what shops are asked about.
const THINGS: &[(&str, &[&str])] = &[
    ("peanut", &["peanut", "peanuts", "dau phong", "dau phung", "lac"]),
    (
        "nut",
        &[
            "nut",
            "nuts",
            "cac loai hat",
            "hat",
            "almond",
            "almonds",
            "hanh nhan",
            "walnut",
            "walnuts",
            "oc cho",
            "hat dieu",
            "cashew",
            "cashews",
            "hazelnut",
            "hazelnuts",
            "macca",
            "mac ca",
        ],
    ),
    ("seafood", &["seafood", "hai san", "do bien", "shellfish"]),
    ("shrimp", &["shrimp", "shrimps", "prawn", "prawns", "tom"]),
    ("crab", &["crab", "crabs", "cua"]),
    ("fish", &["fish", "ca bien", "ca hoi", "ca ngu"]),
    ("milk", &["milk", "dairy", "lactose", "sua", "sua bo"]),
    ("egg", &["egg", "eggs", "trung"]),
    ("soy", &["soy", "soya", "dau nanh"]),
    ("gluten", &["gluten", "wheat", "lua mi", "bot mi"]),
    ("sesame", &["sesame", "me", "vung"]),
    ("beef", &["beef", "thit bo", "bo"]),
    ("pork", &["pork", "thit heo", "thit lon"]),
    ("meat", &["meat", "thit"]),
    ("sugar", &["sugar", "duong"]),
    ("spicy", &["spicy", "spicy food", "cay", "do cay"]),
    ("onion", &["onion", "onions", "hanh"]),
    ("garlic", &["garlic", "toi"]),
    ("coriander", &["coriander", "cilantro", "rau mui", "ngo ri"]),
    ("alcohol", &["alcohol", "con", "ruou"]),
    ("caffeine", &["caffeine", "caffein", "cafein"]),
    ("chocolate", &["chocolate", "socola", "so co la"]),
    ("honey", &["honey", "mat ong"]),
    ("wool", &["wool", "len"]),
    ("latex", &["latex", "cao su"]),
    ("nickel", &["nickel", "niken"]),
    ("leather", &["leather", "da that", "da bo"]),
    ("fragrance", &["fragrance", "perfume", "huong lieu", "mui huong"]),
];

/// Words of [`THINGS`] that without accents are also other words: what somebody avoids may be called so, a product that is
/// described so need not hold it. Written with the accents it is told by.
const TOLD_BY_ACCENTS: &[(&str, &str)] = &[
    ("lac", "lạc"),
    ("hat", "hạt"),
    ("tom", "tôm"),
    ("cua", "cua"),
    ("sua", "sữa"),
    ("trung", "trứng"),
    ("me", "mè"),
    ("vung", "vừng"),
    ("bo", "bò"),
    ("duong", "đường"),
    ("hanh", "hành"),
    ("toi", "tỏi"),
    ("con", "cồn"),
    ("ruou", "rượu"),
    ("len", "len"),
    ("thit", "thịt"),
];

/// What leads to the thing; folded words. The first group says it of whoever speaks.
const TRIGGERS: &[&[&str]] = &[
    &["di", "ung"],
    &["khong", "an", "duoc"],
    &["khong", "an", "dc"],
    &["khong", "an"],
    &["ko", "an", "duoc"],
    &["ko", "an", "dc"],
    &["ko", "an"],
    &["k", "an", "dc"],
    &["k", "an", "duoc"],
    &["hok", "an", "dc"],
    &["khong", "uong", "duoc"],
    &["kieng"],
    &["allergic", "to"],
    &["can't", "eat"],
    &["cannot", "eat"],
    &["don't", "eat"],
    &["dont", "eat"],
    &["intolerant", "to"],
];

/// Words that may stand between things.
const JOINS: &[&str] = &[
    "va", "and", "or", "hoac", "voi", "cac", "loai", "mon", "do", "nhu", "la", "with", "ca", "any", "n",
    "lan", "the",
];

/// Whoever is meant, it is not who speaks, or not so.
const OTHERS: &[&str] = &[
    "con",
    "be",
    "chong",
    "vo",
    "me",
    "ba",
    "bo",
    "son",
    "daughter",
    "kid",
    "kids",
    "wife",
    "husband",
    "friend",
    "mom",
    "dad",
    "ban",
    "child",
    "dog",
    "cat",
    "meo",
    "cho",
    "nguoi",
    "nguoita",
    "ai",
    "gay",
    "not",
    "she",
    "he",
    "they",
    "someone",
    "people",
    "khach",
    "he's",
    "she's",
    "khong",
    "isn't",
    "girlfriend",
    "boyfriend",
    "chau",
    "nhieu",
];

/// What a text says its writer avoids.
pub(super) fn read(sentence: &Clause) -> Vec<Said> {
    found(sentence).0
}

/// Words around such a statement that add nothing to it.
const AROUND: &[&str] = &[
    "em", "e", "minh", "mk", "toi", "tui", "chi", "anh", "c", "a", "bi", "thi", "nha", "nhe", "nhen", "shop",
    "oi", "da", "i'm", "im", "i", "am", "very", "severely", "please", "pls", "hi", "hello", "and", "va",
    "ban", "by", "way", "the", "also", "cung", "luon", "no", "btw", "ok", "thanks", "note", "luu",
];

/// Whether a sentence says nothing but what its writer avoids: a plain statement, not the story of what it did to them.
pub(super) fn says_only(sentence: &Clause) -> bool {
    let (said, span) = found(sentence);
    let around = |(place, word): (usize, &super::words::Word)| {
        span.contains(&place) || AROUND.contains(&word.folded.as_str())
    };
    !said.is_empty() && sentence.words.iter().enumerate().all(around)
}

/// What is avoided, and where in the sentence that stands.
fn found(sentence: &Clause) -> (Vec<Said>, Range<usize>) {
    // What is avoided today only, or asked about, is no preference.
    if sentence.asks || sentence.has(&["sau", "after", "hom", "today", "because"]) {
        return (Vec::new(), 0..0);
    }
    let mut said = alone(sentence);
    let mut span = 0..if said.is_empty() { 0 } else { sentence.words.len() };
    for place in 0..sentence.words.len() {
        let Some(after) = trigger(sentence, place) else { continue };
        if sentence.has_before(place, OTHERS) {
            break;
        }
        let (things, end) = things(sentence, after);
        said.extend(things);
        span = place..end;
        break;
    }
    let speaks = sentence.has(&["i'm", "im", "i"]) && sentence.has(&["intolerant"]) && !sentence.has(OTHERS);
    let intolerant = if sentence.has(&["lactose"]) {
        Some(("milk", "lactose"))
    } else {
        sentence.has(&["gluten"]).then_some(("gluten", "gluten"))
    };
    if let (true, true, Some((kept, value))) = (said.is_empty(), speaks, intolerant) {
        said.push(Said::keep(format!("avoid:{kept}"), value));
        span = 0..sentence.words.len();
    }
    (said, span)
}

/// "No nuts please": a sentence of nothing else.
fn alone(sentence: &Clause) -> Vec<Said> {
    let first = usize::from(matches!(sentence.at(0), "please" | "pls" | "and"));
    if sentence.at(first) != "no" {
        return Vec::new();
    }
    match thing_at(sentence, first.saturating_add(1)) {
        Some((kept, value, end)) if matches!(sentence.at(end), "" | "please" | "pls" | "thanks") => {
            vec![Said::keep(format!("avoid:{kept}"), value)]
        }
        _ => Vec::new(),
    }
}

/// One past a trigger that begins at this word.
fn trigger(sentence: &Clause, place: usize) -> Option<usize> {
    TRIGGERS
        .iter()
        .filter(|words| {
            words.iter().enumerate().all(|(ahead, word)| sentence.at(place.saturating_add(ahead)) == *word)
        })
        .map(|words| place.saturating_add(words.len()))
        .max()
}

/// The things that follow, one after the other, and one past the last.
fn things(sentence: &Clause, mut place: usize) -> (Vec<Said>, usize) {
    let mut said = Vec::new();
    while place < sentence.words.len() {
        if let Some((kept, value, end)) = thing_at(sentence, place) {
            said.push(Said::keep(format!("avoid:{kept}"), value));
            place = end;
        } else if JOINS.contains(&sentence.at(place)) {
            place = place.saturating_add(1);
        } else {
            break;
        }
    }
    (said, place)
}

/// The thing at a place by its longest name, as it was said, and one past it.
fn thing_at(sentence: &Clause, place: usize) -> Option<(&'static str, String, usize)> {
    (1..=3_usize).rev().find_map(|length| {
        let words = sentence.words.get(place..place.saturating_add(length))?;
        let folded = words.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
        let (kept, _) = THINGS.iter().find(|(_, names)| names.contains(&folded.as_str()))?;
        let accented =
            TOLD_BY_ACCENTS.iter().find(|(plain, _)| *plain == folded).map(|(_, accented)| *accented);
        let fits = accented.is_none_or(|accented| words.iter().all(|word| word.is(accented)));
        let said = words.iter().map(|word| word.raw.to_lowercase()).collect::<Vec<_>>().join(" ");
        fits.then(|| (*kept, said, place.saturating_add(length)))
    })
}

/// A way of eating: "em ăn chay", "I'm vegan", "I eat halal".
pub(super) fn diet(clause: &Clause) -> Option<Said> {
    if clause.asks || clause.has(&["hom", "nay", "mai", "today", "ram", "not", "khong"]) {
        return None;
    }
    (0..clause.words.len()).find_map(|place| {
        let english = matches!(clause.at(place), "i'm" | "im")
            || (clause.at(place) == "i" && clause.at(place.saturating_add(1)) == "am");
        if english {
            let next = place.saturating_add(1 + usize::from(clause.at(place) == "i"));
            let next = next.saturating_add(usize::from(matches!(clause.at(next), "a" | "strictly")));
            return match clause.at(next) {
                diet @ ("vegetarian" | "vegan") => Some(Said::keep("diet", diet)),
                _ => None,
            };
        }
        if clause.at(place) == "i"
            && clause.at(place.saturating_add(1)) == "eat"
            && clause.at(place.saturating_add(2)) == "halal"
        {
            return Some(Said::keep("diet", "halal"));
        }
        if !clause.is_self(place) {
            return None;
        }
        let next = place.saturating_add(
            1 + usize::from(matches!(clause.at(place.saturating_add(1)), "thi" | "toan" | "luon" | "deu")),
        );
        let fasts = clause.at(next) == "an" && clause.at(next.saturating_add(1)) == "chay";
        fasts.then(|| {
            Said::keep(
                "diet",
                if clause.at(next.saturating_add(2)) == "truong" { "vegan" } else { "vegetarian" },
            )
        })
    })
}

/// What a key of [`crate::model::Preference`] says is avoided: `peanut` of `avoid:peanut`.
#[must_use]
pub fn thing(key: &str) -> Option<&str> {
    key.strip_prefix("avoid:")
}

/// What no vegetarian buys.
const MEAT: &[&str] = &["meat", "beef", "pork", "seafood", "shrimp", "crab", "fish"];

/// Whether something described so holds what is avoided, by any of its names; `diet` is a way of eating. A thing that is
/// not known by name counts where it stands as it was said.
#[must_use]
pub fn is_avoided(what: &str, described: &str) -> bool {
    let line = format!(" {} ", folded_line(described));
    let accented = format!(" {} ", described.to_lowercase());
    let avoided: Vec<&str> = match what {
        "vegetarian" | "vegan" => MEAT.to_vec(),
        "seafood" => vec!["seafood", "shrimp", "crab", "fish"],
        "nut" => vec!["nut", "peanut"],
        one => vec![one],
    };
    avoided.into_iter().any(|what| {
        let names = THINGS.iter().find(|(kept, _)| *kept == what).map(|(_, names)| *names);
        let Some(names) = names else { return line.contains(&format!(" {} ", folded_line(what))) };
        names.iter().any(|name| {
            // "hạt" in a description with accents is told from "hát"; one without accents may hold it.
            let told = TOLD_BY_ACCENTS.iter().find(|(plain, _)| plain == name).map(|(_, accented)| *accented);
            let plain = line.contains(&format!(" {name} "));
            plain && told.is_none_or(|told| described.is_ascii() || accented.contains(told))
        })
    })
}
