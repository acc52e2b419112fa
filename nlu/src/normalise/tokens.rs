//! Splitting a message into tokens: words, classes, marks, pictures.

use super::Kind;
use super::feeling::{Feeling, emoticon, feeling};
use super::fold::{fold_twin, is_invisible, is_pictograph, settle_tone, shorten_runs};
use super::hashtag;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Longer words are cut here: nothing anyone says, and it bounds the n-grams of one token.
const MAX_WORD: usize = 32;

/// A token before shorthand is written out.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub text: String,
    pub kind: Kind,
    pub sentence: usize,
    pub clause: usize,
    pub loud: bool,
    pub tag: bool,
}

/// What spelling says about mood.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Mood {
    /// Exclamation marks.
    pub exclamations: usize,
    /// Question marks.
    pub questions: usize,
    /// Words of three letters or more, all capitals.
    pub shouted: usize,
    /// Words with a letter held down.
    pub stretched: usize,
    /// Words in all.
    pub words: usize,
    /// Runs of dots.
    pub ellipses: usize,
    /// Hashtags.
    pub tags: usize,
    /// One to three words in quotation marks: so-called.
    pub quoted: usize,
    /// `haha`, `kkk`, `lol`.
    pub laughs: usize,
    /// Question and exclamation marks in one run.
    pub outcries: usize,
}

/// Splits `message` into `out` and notes its `mood`.
pub(crate) fn split(message: &str, out: &mut Vec<Raw>, mood: &mut Mood) {
    let end = message.char_indices().nth(super::MAX_CHARS).map_or(message.len(), |(at, _)| at);
    let message = message.get(..end).unwrap_or(message);
    let composed: Vec<char> = if message.is_ascii() || is_nfc(message) {
        message.chars().filter(|c| !is_invisible(*c)).map(fold_twin).collect()
    } else {
        // Zero-width characters between a letter and its mark would keep them apart: drop them first.
        message.chars().filter(|c| !is_invisible(*c)).nfc().map(fold_twin).collect()
    };
    let mut splitter = Splitter {
        chars: &composed,
        at: 0,
        sentence: 0,
        clause: 0,
        fresh: true,
        tag: false,
        open: 0,
        quote: None,
        out,
        mood,
    };
    while splitter.at < composed.len() {
        splitter.step();
    }
}

struct Splitter<'a> {
    chars: &'a [char],
    at: usize,
    sentence: usize,
    /// Counts commas and sentence ends.
    clause: usize,
    /// No token since the last sentence end.
    fresh: bool,
    /// Within a hashtag.
    tag: bool,
    /// Brackets not closed yet.
    open: usize,
    /// How many words there were at the last quotation mark that opened.
    quote: Option<usize>,
    out: &'a mut Vec<Raw>,
    mood: &'a mut Mood,
}

impl Splitter<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn push(&mut self, text: String, kind: Kind) {
        self.fresh = false;
        self.out.push(Raw {
            text,
            kind,
            sentence: self.sentence,
            clause: self.clause,
            loud: false,
            tag: self.tag,
        });
    }

    fn end_sentence(&mut self) {
        if !self.fresh {
            self.sentence += 1;
            self.clause += 1;
            self.fresh = true;
        }
    }

    fn step(&mut self) {
        let Some(c) = self.peek(0) else { return };
        if c.is_whitespace() {
            self.at += 1;
            if matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}') {
                self.end_sentence();
            }
        } else if self.emoticon() {
        } else if c.is_alphabetic() {
            if !self.link() {
                self.word();
            }
        } else if c.is_numeric() {
            self.number();
        } else if c == '#' && self.peek(1).is_some_and(char::is_alphabetic) {
            self.hashtag();
        } else if c == '@' && self.peek(1).is_some_and(char::is_alphanumeric) {
            self.run(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '@'));
            self.push("<at>".into(), Kind::Class);
        } else if is_pictograph(c) {
            self.run(|next| next == c);
            self.push(c.to_string(), Kind::Picture);
        } else {
            self.punctuation(c);
        }
    }

    /// Takes a sign that is no letter, digit or picture.
    fn punctuation(&mut self, c: char) {
        match c {
            '?' | '!' => {
                let run = self.run(|c| matches!(c, '?' | '!'));
                self.mood.questions += run.iter().filter(|c| **c == '?').count();
                self.mood.exclamations += run.iter().filter(|c| **c == '!').count();
                self.mood.outcries += usize::from(run.len() > 2 && run.contains(&'?'));
                let mark = if run.contains(&'?') { "?" } else { "!" };
                self.push(mark.into(), Kind::Mark);
                self.end_sentence();
            }
            '.' | '…' => {
                let run = self.run(|c| matches!(c, '.' | '…'));
                self.mood.ellipses += usize::from(run.len() > 1 || run.contains(&'…'));
                self.end_sentence();
            }
            ';' => {
                self.at += 1;
                self.end_sentence();
            }
            '"' => {
                self.at += 1;
                self.quote = match self.quote {
                    None => Some(self.mood.words),
                    Some(before) => {
                        self.mood.quoted += usize::from((1..=3).contains(&(self.mood.words - before)));
                        None
                    }
                };
            }
            '(' => {
                self.at += 1;
                self.open += 1;
            }
            ')' => {
                self.at += 1;
                self.open = self.open.saturating_sub(1);
            }
            _ => {
                self.clause += usize::from(c == ',');
                self.at += 1;
            }
        }
    }

    /// Takes while `belongs`; at least one character.
    fn run(&mut self, belongs: impl Fn(char) -> bool) -> Vec<char> {
        let start = self.at;
        self.at += 1;
        while self.peek(0).is_some_and(&belongs) {
            self.at += 1;
        }
        self.chars.get(start..self.at).unwrap_or_default().to_vec()
    }

    fn starts_with(&self, prefix: &str) -> bool {
        prefix
            .chars()
            .enumerate()
            .all(|(ahead, c)| self.peek(ahead).is_some_and(|d| d.eq_ignore_ascii_case(&c)))
    }

    fn link(&mut self) -> bool {
        let found = ["http://", "https://", "www."].iter().any(|prefix| self.starts_with(prefix));
        if found {
            self.run(|c| !c.is_whitespace());
            self.push("<url>".into(), Kind::Class);
        }
        found
    }

    fn emoticon(&mut self) -> bool {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let Some((length, emoji)) = emoticon(rest, self.open > 0) else { return false };
        self.at += length;
        self.push(emoji.into(), Kind::Picture);
        true
    }

    /// The words of a hashtag, each a token.
    fn hashtag(&mut self) {
        let run = self.run(|c| c.is_alphanumeric() || c == '_');
        self.mood.tags += 1;
        self.tag = true;
        for piece in hashtag::pieces(run.get(1..).unwrap_or_default()) {
            self.mood.words += 1;
            self.push(piece, Kind::Word);
        }
        self.tag = false;
    }

    fn word(&mut self) {
        let start = self.at;
        while self.peek(0).is_some_and(|c| {
            c.is_alphabetic()
                || unicode_normalization::char::is_combining_mark(c)
                || c == '_'
                || (c == '\'' && self.peek(1).is_some_and(char::is_alphabetic))
        }) {
            self.at += 1;
        }
        // An e-mail address.
        if matches!(self.peek(0), Some('@' | '.' | '_')) || self.peek(0).is_some_and(char::is_numeric) {
            if let Some(end) = self.email_from(start) {
                self.at = end;
                self.push("<email>".into(), Kind::Class);
                return;
            }
            if self.code_from(start) {
                self.push("<code>".into(), Kind::Class);
                return;
            }
        }
        let letters = self.chars.get(start..self.at).unwrap_or_default();
        let loud = letters.len() > 2 && letters.iter().all(|c| c.is_uppercase());
        self.mood.shouted += usize::from(loud);
        self.mood.words += 1;
        let mut word = String::with_capacity(letters.len() + 4);
        for c in letters.iter().take(MAX_WORD) {
            if c.is_ascii() {
                word.push(c.to_ascii_lowercase());
            } else {
                word.extend(c.to_lowercase());
            }
        }
        match feeling(&word) {
            Some(Feeling::Laugh) => {
                self.mood.laughs += 1;
                return self.push("haha".into(), Kind::Word);
            }
            Some(Feeling::Cry) => return self.push("😢".into(), Kind::Picture),
            None => {}
        }
        self.mood.stretched += usize::from(shorten_runs(&mut word));
        settle_tone(&mut word);
        self.push(word, Kind::Word);
        if let Some(last) = self.out.last_mut() {
            last.loud = loud;
        }
    }

    /// The end of an e-mail address that starts at `start`, if there is one.
    fn email_from(&self, start: usize) -> Option<usize> {
        let rest = self.chars.get(start..)?;
        let local = rest
            .iter()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+'))
            .count();
        if local == 0 || rest.get(local) != Some(&'@') {
            return None;
        }
        let domain = rest
            .iter()
            .skip(local + 1)
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
            .count();
        (domain >= 3).then_some(start + local + 1 + domain)
    }

    /// Letters with three digits or more behind them are an order number, a voucher, a model.
    fn code_from(&mut self, start: usize) -> bool {
        let rest = self.chars.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '-').count();
        let digits = rest.iter().take(length).filter(|c| c.is_ascii_digit()).count();
        let code = digits >= 3;
        if code {
            self.at = start + length;
        }
        code
    }

    fn number(&mut self) {
        let start = self.at;
        if let Some(end) = self.email_from(start) {
            self.at = end;
            return self.push("<email>".into(), Kind::Class);
        }
        let mut digits = 0_usize;
        while let Some(c) = self.peek(0) {
            let inside =
                matches!(c, '.' | ',' | ':' | '/' | '-') && self.peek(1).is_some_and(char::is_numeric);
            if !c.is_numeric() && !inside {
                break;
            }
            digits += usize::from(c.is_numeric());
            self.at += 1;
        }
        let unit: String =
            (0..4).map_while(|ahead| self.peek(ahead)).take_while(|c| c.is_alphabetic()).collect();
        let price = matches!(
            unit.to_lowercase().as_str(),
            "k" | "tr" | "đ" | "d" | "vnd" | "vnđ" | "usd" | "ng" | "ngàn" | "củ"
        ) || matches!(self.peek(0), Some('$' | '€' | '₫' | '£'))
            || start
                .checked_sub(1)
                .and_then(|before| self.chars.get(before))
                .is_some_and(|c| matches!(c, '$' | '€' | '₫' | '£'));
        if price {
            self.at += unit.chars().count();
            return self.push("<price>".into(), Kind::Class);
        }
        let class = match digits {
            0..=2 => "<n>",
            3..=4 => "<nnn>",
            _ => "<code>",
        };
        self.push(class.into(), Kind::Class);
    }
}
