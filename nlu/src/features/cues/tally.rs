//! One walk over the words: what they weigh, what they are about, and what stands before them.

use super::roles::{self, AFTER, BOOSTER, CONDITION, CONTRAST, DAMPENER, MOCKERY, NEGATION, SWEAR};
use crate::features::Lexicon;
use crate::features::themes::{THEMES, Theme, Themes};
use crate::normalise::{Kind, Normalised, Token};
use std::ops::Range;

/// A negation reaches this many words ahead, and weakens and turns what it meets (VADER: 3 words, factor -0.74).
const REACH: usize = 3;
const TURN: f32 = -0.74;
/// `hasn't been able to help`: what should happen may come later.
const LONG_REACH: usize = 5;
/// What a booster, a dampener and capitals do to a valence of 2.
const BOOST: f32 = 1.25;
const DAMPEN: f32 = 0.75;
const LOUD: f32 = 1.3;

/// What the words come to.
#[derive(Default)]
pub(super) struct Tally {
    pub positive: f32,
    pub negative: f32,
    pub hits_positive: f32,
    pub hits_negative: f32,
    pub best: f32,
    pub worst: f32,
    /// Valence that a negation turned, by its sign before.
    pub turned_positive: f32,
    pub turned_negative: f32,
    pub boosted_positive: f32,
    pub boosted_negative: f32,
    pub loud_positive: f32,
    pub loud_negative: f32,
    pub tag_positive: f32,
    pub tag_negative: f32,
    pub emoji_positive: f32,
    pub emoji_negative: f32,
    pub mocking: f32,
    pub pictures: f32,
    pub negations: f32,
    pub boosters: f32,
    pub swears: f32,
    pub contrasts: f32,
    pub before_contrast: f32,
    pub after_contrast: f32,
    pub first_sentence: f32,
    pub last_sentence: f32,
    pub lowest_sentence: f32,
    pub highest_sentence: f32,
    /// Trouble in plain statements, in questions, and behind an `if`.
    pub stated: f32,
    pub asked: f32,
    pub supposed: f32,
    /// What should happen and does not.
    pub unfulfilled: f32,
    /// Trouble that is denied.
    pub denied: f32,
    pub themes: [f32; THEMES],
    sentences: usize,
    sentence: Sentence,
}

/// What one sentence comes to.
#[derive(Default)]
struct Sentence {
    valence: f32,
    trouble: f32,
    asks: bool,
    supposes: bool,
}

impl Tally {
    fn add(&mut self, valence: f32, token: &Token) {
        let [positive, negative] = [valence.max(0.0), (-valence).max(0.0)];
        self.positive += positive;
        self.negative += negative;
        if valence > 0.0 {
            self.hits_positive += 1.0;
        } else {
            self.hits_negative += 1.0;
        }
        if token.loud {
            self.loud_positive += positive;
            self.loud_negative += negative;
        }
        if token.tag {
            self.tag_positive += positive;
            self.tag_negative += negative;
        }
        self.best = self.best.max(valence);
        self.worst = self.worst.min(valence);
        self.after_contrast += valence;
        self.sentence.valence += valence;
    }

    fn close_sentence(&mut self) {
        let Sentence { valence, trouble, asks, supposes } = std::mem::take(&mut self.sentence);
        if self.sentences == 0 {
            self.first_sentence = valence;
        }
        self.sentences += 1;
        self.last_sentence = valence;
        self.lowest_sentence = self.lowest_sentence.min(valence);
        self.highest_sentence = self.highest_sentence.max(valence);
        *(if supposes {
            &mut self.supposed
        } else if asks {
            &mut self.asked
        } else {
            &mut self.stated
        }) += trouble;
    }

    fn picture(&mut self, word: &str, lexicon: &Lexicon) {
        let valence = lexicon.emoji(word);
        self.pictures += 1.0;
        self.emoji_positive += valence.max(0.0);
        self.emoji_negative += (-valence).max(0.0);
        self.sentence.valence += valence;
        if roles::of(word) & MOCKERY != 0 {
            self.mocking += 1.0;
        }
    }
}

/// Counts the tokens in `range`.
pub(super) fn tally(text: &Normalised, range: Range<usize>, lexicon: &Lexicon) -> Tally {
    let tokens = text.tokens.get(range).unwrap_or_default();
    let mut walk = Walk { tokens, ..Walk::new(text, lexicon) };
    let mut sentence = tokens.first().map_or(0, |token| token.sentence);
    for (at, token) in tokens.iter().enumerate() {
        if token.sentence != sentence {
            sentence = token.sentence;
            walk.negated_until = 0;
            walk.missed_until = 0;
            walk.tally.close_sentence();
        }
        walk.step(at, token);
    }
    walk.tally.close_sentence();
    walk.tally
}

struct Walk<'a> {
    text: &'a Normalised,
    lexicon: &'a Lexicon,
    tokens: &'a [Token],
    tally: Tally,
    /// Token up to which a valence is negated, boosted, dampened.
    negated_until: usize,
    boosted_until: usize,
    dampened_until: usize,
    /// Token up to which what should happen does not.
    missed_until: usize,
    /// Token up to which the last phrase with a valence reaches.
    weighed_until: usize,
    /// The same for each theme.
    themed_until: [usize; THEMES],
}

impl<'a> Walk<'a> {
    fn new(text: &'a Normalised, lexicon: &'a Lexicon) -> Self {
        Self {
            text,
            lexicon,
            tokens: &[],
            tally: Tally::default(),
            negated_until: 0,
            boosted_until: 0,
            dampened_until: 0,
            missed_until: 0,
            weighed_until: 0,
            themed_until: [0; THEMES],
        }
    }

    fn step(&mut self, at: usize, token: &Token) {
        let word = self.text.word(token);
        match token.kind {
            Kind::Picture => return self.tally.picture(word, self.lexicon),
            Kind::Mark => {
                self.tally.sentence.asks |= word == "?";
                return;
            }
            Kind::Word | Kind::Class => {}
        }
        let rest = self.tokens.get(at..).unwrap_or_default();
        if let Some((themes, length)) = self.lexicon.themes(self.text, rest) {
            self.themes(themes, at, length);
        }
        let role = roles::of(word);
        let before = self.weighed_until;
        if at >= before
            && let Some((valence, length)) = self.lexicon.valence(self.text, rest)
        {
            self.weigh(valence, at, token);
            self.weighed_until = at + length;
        }
        if role != 0 {
            // `no problem`, `can't wait`: the negation is part of what was weighed.
            self.role(role, word, at, self.weighed_until > at);
        }
    }

    fn weigh(&mut self, mut valence: f32, at: usize, token: &Token) {
        let tally = &mut self.tally;
        if at < self.boosted_until {
            valence *= BOOST;
            tally.boosted_positive += valence.max(0.0);
            tally.boosted_negative += (-valence).max(0.0);
        }
        if at < self.dampened_until {
            valence *= DAMPEN;
        }
        if token.loud {
            valence *= LOUD;
        }
        if at < self.negated_until {
            tally.turned_positive += valence.max(0.0);
            tally.turned_negative += (-valence).max(0.0);
            valence *= TURN;
        }
        tally.add(valence, token);
    }

    fn role(&mut self, role: u8, word: &str, at: usize, weighed: bool) {
        let asks = role & NEGATION != 0 && roles::asks(word) && self.ends_question(at);
        let tally = &mut self.tally;
        if role & CONTRAST != 0 {
            tally.contrasts += 1.0;
            tally.before_contrast += tally.after_contrast;
            tally.after_contrast = 0.0;
            self.negated_until = 0;
        }
        if role & SWEAR != 0 {
            tally.swears += 1.0;
        }
        if role & CONDITION != 0 {
            tally.sentence.supposes = true;
        }
        if role & NEGATION != 0 {
            if asks {
                tally.sentence.asks = true;
                return;
            }
            tally.negations += 1.0;
            self.missed_until = at + 1 + LONG_REACH;
            if !weighed {
                self.negated_until = at + 1 + REACH;
            }
        }
        if role & BOOSTER != 0 {
            self.tally.boosters += 1.0;
            self.boosted_until = at + 3;
        }
        if role & DAMPENER != 0 {
            self.dampened_until = at + 3;
        }
    }

    /// Whether the `không` or `chưa` at `at` is the last word of its sentence but for a particle or an address.
    fn ends_question(&self, at: usize) -> bool {
        let (Some(own), next) = (self.tokens.get(at), self.tokens.get(at + 1)) else { return false };
        next.is_none_or(|next| {
            next.sentence != own.sentence
                || next.kind == Kind::Picture
                || roles::of(self.text.word(next)) & AFTER != 0
        })
    }

    #[expect(clippy::as_conversions, clippy::indexing_slicing, reason = "the number of a variant")]
    fn themes(&mut self, themes: Themes, at: usize, length: usize) {
        let negated = at < self.negated_until;
        for theme in Theme::ALL.iter().copied().filter(|theme| themes.contains(*theme)) {
            let slot = theme as usize;
            if at < self.themed_until[slot] {
                continue;
            }
            self.themed_until[slot] = at + length;
            let tally = &mut self.tally;
            if theme == Theme::Expected && at < self.missed_until {
                tally.unfulfilled += 1.0;
                tally.sentence.trouble += 0.5;
            } else if negated && theme.is_trouble() {
                tally.denied += 1.0;
            } else {
                tally.themes[slot] += 1.0;
                if matches!(theme, Theme::Fault | Theme::Absence | Theme::Cheat | Theme::Rude | Theme::Delay)
                {
                    tally.sentence.trouble += 1.0;
                }
            }
        }
    }
}
