//! The valence of words, phrases and emoji, and the themes they belong to, from the lists in `models/`.

use super::phrases::Phrases;
use super::themes::{Theme, Themes};
use crate::normalise::{Normalised, Token, strip_accents};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What is known of words in one language.
#[derive(Debug, Default)]
struct Words {
    /// -4..4.
    valence: Phrases<f32>,
    themes: Phrases<Themes>,
}

/// Words and phrases with a valence of -4..4 and with what they are about.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    english: Words,
    vietnamese: Words,
    emoji: HashMap<&'static str, f32>,
}

static SHIPPED: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

/// A phrase without its accents says the same with less certainty.
const UNACCENTED: f32 = 0.8;

impl Lexicon {
    /// The lists as they are written.
    pub(super) const LISTS: [&str; 7] = [
        include_str!("../../models/lexicon.tsv"),
        include_str!("../../models/lexicon_en.txt"),
        include_str!("../../models/lexicon_vi.txt"),
        include_str!("../../models/lexicon_vi_more.txt"),
        include_str!("../../models/phrases.txt"),
        include_str!("../../models/complaint_cues.txt"),
        include_str!("../../models/complaint_cues_vi.txt"),
    ];

    /// The lists that ship with Lara.
    pub(crate) fn shipped() -> &'static Self {
        &SHIPPED
    }

    fn read() -> Self {
        let mut lexicon = Self::default();
        let [shared, english, vietnamese, more, themes, trouble, trouble_vi] = Self::LISTS;
        for line in shared.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let (Some(list), Some(word), Some(valence)) = (cells.next(), cells.next(), cells.next()) else {
                continue;
            };
            let Ok(valence) = valence.parse() else { continue };
            match list {
                "en" => *lexicon.english.valence.entry(word, valence) = valence,
                "emoji" => drop(lexicon.emoji.insert(word, valence)),
                _ => *lexicon.vietnamese.valence.entry(word, valence) = valence,
            }
        }
        for (word, valence) in valences(english) {
            *lexicon.english.valence.entry(word, valence) = valence;
        }
        for (word, valence) in valences(more).chain(valences(vietnamese)) {
            *lexicon.vietnamese.valence.entry(word, valence) = valence;
            // One unaccented syllable means many things; a phrase keeps its meaning.
            if word.contains(' ') {
                lexicon.vietnamese.valence.entry(&strip_accents(word), valence * UNACCENTED);
            }
        }
        let themes = Theme::lines(themes, "en")
            .chain(Theme::lines(trouble, "en"))
            .chain(Theme::lines(trouble_vi, "vi"));
        for (theme, language, phrase) in themes {
            if language == "en" {
                lexicon.english.themes.entry(phrase, Themes::default()).insert(theme);
                continue;
            }
            lexicon.vietnamese.themes.entry(phrase, Themes::default()).insert(theme);
            if phrase.contains(' ') {
                lexicon.vietnamese.themes.entry(&strip_accents(phrase), Themes::default()).insert(theme);
            }
        }
        lexicon
    }

    /// The valence of an emoji.
    pub(crate) fn emoji(&self, emoji: &str) -> f32 {
        self.emoji.get(emoji).copied().unwrap_or(0.0)
    }

    /// The valence of the longest known phrase that starts at the first of `tokens`, and its length in tokens.
    pub(crate) fn valence(&self, text: &Normalised, tokens: &[Token]) -> Option<(f32, usize)> {
        self.find(text, tokens, |words| &words.valence)
    }

    /// The themes of the longest known phrase that starts at the first of `tokens`, and its length in tokens.
    pub(crate) fn themes(&self, text: &Normalised, tokens: &[Token]) -> Option<(Themes, usize)> {
        self.find(text, tokens, |words| &words.themes)
    }

    fn find<T: Copy>(
        &self,
        text: &Normalised,
        tokens: &[Token],
        list: impl Fn(&Words) -> &Phrases<T>,
    ) -> Option<(T, usize)> {
        if text.is_vietnamese() {
            if let Some(found) = list(&self.vietnamese).longest(text, tokens) {
                return Some(found);
            }
            // Short English words are Vietnamese syllables (`die`, `bad`, `hay`).
            if tokens.first().is_none_or(|token| text.word(token).len() < 5) {
                return None;
            }
        }
        list(&self.english).longest(text, tokens)
    }
}

/// (phrase, valence) of a list whose lines are `valence: phrase, phrase`.
fn valences(list: &'static str) -> impl Iterator<Item = (&'static str, f32)> {
    let lines = list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    lines
        .filter_map(|(valence, words)| Some((valence.trim().parse::<f32>().ok()?, words)))
        .flat_map(|(valence, words)| words.split(", ").map(move |word| (word.trim(), valence)))
}
