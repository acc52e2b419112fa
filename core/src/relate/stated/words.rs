//! Sentences, clauses and words, as statements are read from them.

use crate::text::fold;
use unicode_segmentation::UnicodeSegmentation;

/// A word as it was typed, and folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) raw: String,
    pub(super) folded: String,
    /// First byte in the text it was read from.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
}

impl Word {
    /// Whether it begins with a capital and goes on in small letters, as names do.
    pub(super) fn is_name(&self) -> bool {
        let mut chars = self.raw.chars();
        chars.next().is_some_and(char::is_uppercase)
            && self.raw.chars().nth(1).is_some()
            && chars.all(|c| c.is_lowercase() || c == '\'' || c == '-')
    }

    /// Whether it is this word: with its accents, or typed without any.
    pub(super) fn is(&self, accented: &str) -> bool {
        let small = self.raw.to_lowercase();
        small == accented || (small == self.folded && self.folded == fold(accented))
    }
}

/// Words between two commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) words: Vec<Word>,
    /// Whether it asks something.
    pub(super) asks: bool,
    /// Whether a question mark says so.
    pub(super) marked: bool,
}

impl Clause {
    pub(super) fn of(text: &str) -> Self {
        let words: Vec<Word> = text
            .unicode_word_indices()
            .map(|(start, raw)| Word {
                raw: raw.to_owned(),
                folded: fold(raw).replace('’', "'"),
                start,
                end: start.saturating_add(raw.len()),
            })
            .collect();
        let marked = text.contains('?');
        Self { asks: marked || asks(&words), words, marked }
    }

    /// The folded word at a place; empty beyond the end.
    pub(super) fn at(&self, place: usize) -> &str {
        self.words.get(place).map_or("", |word| word.folded.as_str())
    }

    /// Whether any word is one of these.
    pub(super) fn has(&self, any: &[&str]) -> bool {
        self.words.iter().any(|word| any.contains(&word.folded.as_str()))
    }

    /// Whether a word before `place` is one of these.
    pub(super) fn has_before(&self, place: usize, any: &[&str]) -> bool {
        self.words.iter().take(place).any(|word| any.contains(&word.folded.as_str()))
    }
}

/// A sentence: whole and in clauses.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    pub(super) text: String,
    pub(super) whole: Clause,
    pub(super) clauses: Vec<Clause>,
}

/// The sentences of a text.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = end_of_sentence(rest);
        let (sentence, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        if sentence.chars().any(char::is_alphanumeric) {
            let clauses = sentence.split([',', '(', ')', ':', '–']).map(Clause::of).collect();
            let text = sentence.trim().to_owned();
            sentences.push(Sentence { whole: Clause::of(&text), text, clauses });
        }
    }
    sentences
}

/// One past the end of the first sentence. A point between digits ends none.
fn end_of_sentence(text: &str) -> usize {
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let ends = match c {
            '!' | '?' | ';' | '\n' | '…' => true,
            '.' => !(before.is_ascii_digit() && next.is_ascii_digit()),
            _ => false,
        };
        if ends {
            return at.saturating_add(c.len_utf8());
        }
        before = c;
    }
    text.len()
}

/// Words that make a question of a clause anywhere.
const ASKING: &[&str] = &[
    "nao", "gi", "may", "sao", "nhieu", "hay", "what", "which", "how", "why", "would", "could", "should",
    "will", "can", "does", "did", "if", "neu", "gia", "lieu", "ai",
];

/// Words that make a question of it at its end, and at its beginning.
const ASKING_LAST: &[&str] =
    &["khong", "ko", "k", "kh", "hok", "hong", "hem", "hongg", "khum", "chua", "ha", "nhi", "vay", "right"];
const ASKING_FIRST: &[&str] = &["do", "is", "are", "am", "was", "have", "has"];

fn asks(words: &[Word]) -> bool {
    let is = |word: Option<&Word>, any: &[&str]| word.is_some_and(|word| any.contains(&word.folded.as_str()));
    // "can" is also "cần", "cân" and "căn": only the plain word asks.
    // "à" asks, "ạ" is polite; without accents it is polite.
    let wonders = words.last().is_some_and(|word| word.raw.to_lowercase() == "à");
    // "can" is also "cần" and "cân"; "hãy" is no "hay".
    let asking = |word: &Word| match word.folded.as_str() {
        "can" => word.raw.to_lowercase() == "can",
        "hay" => word.raw.to_lowercase() == "hay",
        folded => ASKING.contains(&folded),
    };
    let mut last = words
        .iter()
        .rev()
        .filter(|word| !matches!(word.folded.as_str(), "shop" | "a" | "ban" | "em" | "nhi"));
    wonders || words.iter().any(asking) || is(last.next(), ASKING_LAST) || is(words.first(), ASKING_FIRST)
}

/// Who speaks of themselves; the shop's customer may be anybody's elder.
pub(super) const SELF: &[&str] = &[
    "em", "e", "minh", "mk", "mik", "m", "toi", "tui", "t", "to", "chi", "c", "anh", "a", "co", "chu", "bac",
    "chau", "con",
];

/// Who is spoken of when one of these stands before them: "con em", "chồng mình", "em gái tôi".
const KIN: &[&str] = &[
    "con",
    "be",
    "chong",
    "vo",
    "me",
    "ma",
    "bo",
    "ba",
    "cha",
    "ban",
    "ny",
    "gai",
    "trai",
    "yeu",
    "nha",
    "dua",
    "chau",
    "cau",
    "ong",
    "xa",
    "di",
    "chi",
    "anh",
    "em",
    "ck",
    "vk",
    "bx",
    "ox",
    "cua",
    "nguoi",
    "sep",
    "hai",
    "boyfriend",
];

impl Clause {
    /// Whether the word at `place` is the speaker, and nobody of theirs.
    pub(super) fn is_self(&self, place: usize) -> bool {
        let said = self.at(place);
        let spoken = SELF.contains(&said) && self.words.get(place).is_some_and(is_pronoun);
        let of_theirs = place.checked_sub(1).is_some_and(|before| KIN.contains(&self.at(before)));
        spoken && !of_theirs
    }
}

/// "co" is "cô" and "có", "con" is "con" and "còn", "to" is "tớ" and "to".
fn is_pronoun(word: &Word) -> bool {
    match word.folded.as_str() {
        "co" => word.raw.to_lowercase() == "cô",
        "con" => word.is("con"),
        "to" => word.raw.to_lowercase() == "tớ",
        "chu" => word.raw.to_lowercase() == "chú",
        "bac" => word.raw.to_lowercase() == "bác",
        "chau" => word.is("cháu"),
        "em" => word.is("em"),
        "minh" => word.is("mình"),
        "chi" => word.is("chị"),
        "anh" => word.is("anh"),
        "toi" => word.is("tôi"),
        "a" | "c" | "e" | "m" | "t" | "mk" | "mik" | "tui" => true,
        _ => false,
    }
}
