//! What people say of themselves: how they want to be called, their size, what they do not eat, what to remember and what to
//! forget. Read from the words alone, in both languages, with and without accents.
//!
//! It misses rather than invents: only what somebody says of themselves counts, never what they ask, order, suppose, or say
//! of their child; and nobody is called *anh* or *chị* but by their own word.

mod avoid;
mod forget;
mod form;
mod size;
mod words;

pub use avoid::{is_avoided, thing};
pub use forget::Forget;

use crate::text::folded_line;
use words::Clause;

/// One thing somebody said of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Something to keep: a key and a value of [`crate::model::Preference`].
    Keep {
        /// `address_form`, `name`, `size`, `avoid:..`, `diet`, `note`.
        key: String,
        /// In the spelling that is kept.
        value: String,
    },
    /// Something to forget.
    Forget(Forget),
}

impl Said {
    fn keep(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::Keep { key: key.into(), value: value.into() }
    }
}

/// The longest note that is kept, in characters.
const LONGEST_NOTE: usize = 160;

/// More than this is no statement about oneself, in characters.
const LONGEST: usize = 1_000;

/// What a text says of who wrote it, in the order said.
#[must_use]
pub fn read(text: &str) -> Vec<Said> {
    if text.chars().nth(LONGEST).is_some() {
        return Vec::new();
    }
    let mut said = Vec::new();
    for sentence in words::sentences(text) {
        if let Some(note) = note(&sentence.text) {
            // What is to be remembered in somebody's own words is not read for more.
            said.push(Said::keep("note", note));
            continue;
        }
        said.extend(avoid::read(&sentence.whole));
        for clause in &sentence.clauses {
            said.extend(form::read(clause));
            said.extend(size::read(clause));
            said.extend(avoid::diet(clause));
            said.extend(forget::read(clause).into_iter().map(Said::Forget));
        }
    }
    said
}

/// Words of which a greeting or a kind word is made, and nothing else is; folded.
const SMALL: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "hii",
    "alo",
    "chao",
    "xin",
    "shop",
    "ad",
    "oi",
    "da",
    "vang",
    "a",
    "ah",
    "nhe",
    "nha",
    "nhen",
    "nghen",
    "cam",
    "on",
    "thanks",
    "thank",
    "thankyou",
    "you",
    "tks",
    "please",
    "pls",
    "much",
    "so",
    "very",
    "nhieu",
    "lam",
    "em",
    "e",
    "minh",
    "mk",
    "toi",
    "chi",
    "anh",
    "ban",
    "c",
    "ok",
    "oke",
    "okay",
    "okie",
    "yes",
    "yeah",
    "dear",
    "there",
    "team",
    "good",
    "morning",
    "afternoon",
    "evening",
    "everyone",
    "moi",
    "nguoi",
    "luon",
    "nua",
    "thoi",
    "btw",
    "and",
    "va",
    "lara",
];

/// What asks for something in the middle of a statement; folded.
const REQUESTS: &[&str] = &[
    "huy don",
    "huy hang",
    "huy giup",
    "huy dum",
    "dung nhan",
    "ngung nhan",
    "ngung gui",
    "dung gui",
    "khong nhan tin",
    "nhan vien",
    "nguoi that",
    "hoan tien",
    "tra hang",
    "doi hang",
    "doi dia chi",
    "cancel",
    "refund",
    "unsubscribe",
    "opt out",
    "stop",
    "don't message",
    "no more messages",
    "human",
    "agent",
    "representative",
    "real person",
];

/// Whether a text says nothing but such things: no part of it with more than a greeting in it says anything else, however
/// short that part is.
#[must_use]
pub fn says_only(text: &str) -> bool {
    const MANY: usize = 12;
    let small = |clause: &Clause| {
        !clause.marked && clause.words.iter().all(|word| SMALL.contains(&word.folded.as_str()))
    };
    let line = format!(" {} ", folded_line(text));
    if REQUESTS.iter().any(|words| line.contains(&format!(" {words} "))) {
        return false;
    }
    words::sentences(text).iter().all(|sentence| {
        note(&sentence.text).is_some()
            || avoid::says_only(&sentence.whole)
            || sentence.clauses.iter().all(|clause| {
                let says = !form::read(clause).is_empty()
                    || size::read(clause).is_some()
                    || avoid::diet(clause).is_some()
                    || !forget::read(clause).is_empty();
                small(clause) || (says && clause.words.len() <= MANY)
            })
    })
}

/// Whether a text only says what its writer does not eat or bear: it sounds like harm that was done, and is none.
#[must_use]
pub fn only_avoids(text: &str) -> bool {
    let sentences = words::sentences(text);
    !sentences.is_empty() && sentences.iter().all(|sentence| avoid::says_only(&sentence.whole))
}

/// Words of harm that is done rather than feared; folded. "Bị" is said of both, and counts: who is well waits gladly.
const HARM: &[&str] = &[
    "bi", "very", "severe", "severely", "badly", "nang", "dang", "now", "right", "help", "cuu", "kho", "tho",
    "sung", "ngua", "non", "dau", "man", "vien", "swelling", "swollen", "throat", "breathe", "rash", "vomit",
    "vomiting", "sick", "hurt", "hurts", "pain", "hospital", "dying", "die",
];

/// Whether a text tells of no harm that is being done: calm words, and no exclamation.
#[must_use]
pub fn is_calm(text: &str) -> bool {
    // "đậu phộng" is no "đau": what is avoided is not read for harm.
    let harms = |word: &words::Word| HARM.contains(&word.folded.as_str()) && word.raw.to_lowercase() != "đậu";
    !text.contains('!') && !Clause::of(text).words.iter().any(harms)
}

/// What somebody asks to be remembered: "nhớ giúp mình là ...", "please remember that ...".
fn note(sentence: &str) -> Option<String> {
    let clause = Clause::of(sentence);
    if sentence.contains('?') {
        return None;
    }
    let said: Vec<&str> = clause.words.iter().map(|word| word.folded.as_str()).collect();
    let after = match said.as_slice() {
        ["remember" | "nho", "that" | "rang", ..] => 2,
        ["please" | "pls", "remember", "that", ..]
        | ["nho" | "note", "giup" | "dum" | "ho", "la" | "rang", ..] => 3,
        ["ghi", "nho" | "chu", "giup" | "dum" | "ho", "la" | "rang", ..]
        | ["nho" | "note", "giup" | "dum" | "ho", _, "la" | "rang", ..]
        | ["shop" | "ban", "nho", "giup" | "dum" | "ho", "la" | "rang", ..] => 4,
        ["ghi", "nho" | "chu", "giup" | "dum" | "ho", _, "la" | "rang", ..]
        | ["shop" | "ban", "nho", "giup" | "dum" | "ho", _, "la" | "rang", ..] => 5,
        _ => return None,
    };
    let (first, last) = (clause.words.get(after)?, clause.words.last()?);
    // Two words say nothing worth keeping.
    clause.words.get(after + 2)?;
    let kept = sentence.get(first.start..last.end)?;
    (kept.chars().count() <= LONGEST_NOTE).then(|| kept.to_owned())
}

#[cfg(test)]
mod tests;
