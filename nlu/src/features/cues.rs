//! Dense cues of mood: lexicon scores in a negation window, emoji, and how the message is typed.
#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "numeric kernel: counts of words are far below 2^23"
)]

use super::Lexicon;
use crate::normalise::{Kind, Normalised};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// How many cues there are.
pub(crate) const CUES: usize = 20;

/// A negation reaches this many words ahead, and weakens and turns what it meets (VADER: 3 words, factor -0.74).
const REACH: usize = 3;
const TURN: f32 = -0.74;

const NEGATIONS: &str = "not no never don't doesn't didn't can't won't isn't wasn't aren't weren't haven't hasn't \
    hadn't couldn't wouldn't shouldn't ain't without neither nor nothing none nobody barely hardly không chưa chẳng \
    chả đừng đéo méo khong chua chang";
const BOOSTERS: &str = "very really so too extremely absolutely totally super such incredibly fucking damn rất quá \
    siêu cực lắm thật vô cùng kỳ hết rat qua lam sieu cuc";
const CONTRASTS: &str = "but however although though yet nhưng mà nhung tuy song";
const SWEARS: &str = "fuck fucking fucked fuckin shit bullshit crap wtf damn ass asshole idiot idiots stupid sucks \
    bitch bastard scam scammers đm vãi địt lồn cặc ngu chó cứt";

/// What a word does besides meaning something: a word may play several roles.
const NEGATION: u8 = 1;
const BOOSTER: u8 = 2;
const CONTRAST: u8 = 4;
const SWEAR: u8 = 8;

static ROLES: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut roles: HashMap<&'static str, u8> = HashMap::new();
    for (role, list) in [(NEGATION, NEGATIONS), (BOOSTER, BOOSTERS), (CONTRAST, CONTRASTS), (SWEAR, SWEARS)] {
        for word in list.split_ascii_whitespace() {
            *roles.entry(word).or_default() |= role;
        }
    }
    roles
});

/// Squeezes a count or a sum into 0..1.
fn squash(value: f32, half: f32) -> f32 {
    value / (value + half)
}

/// VADER's: a sum of valences to -1..1.
fn compound(sum: f32) -> f32 {
    sum / (sum * sum + 15.0).sqrt()
}

#[derive(Default)]
struct Tally {
    positive: f32,
    negative: f32,
    hits_positive: f32,
    hits_negative: f32,
    best: f32,
    worst: f32,
    emoji_positive: f32,
    emoji_negative: f32,
    negations: f32,
    swears: f32,
    /// Sum since the last contrast word; the whole sum if there was none.
    after_contrast: f32,
    contrasts: f32,
    last_sentence: f32,
}

impl Tally {
    fn add(&mut self, valence: f32) {
        if valence > 0.0 {
            self.positive += valence;
            self.hits_positive += 1.0;
        } else {
            self.negative -= valence;
            self.hits_negative += 1.0;
        }
        self.best = self.best.max(valence);
        self.worst = self.worst.min(valence);
        self.after_contrast += valence;
        self.last_sentence += valence;
    }
}

/// Reads the cues of the tokens in `range` into `out`, each within -1..=1.
pub(crate) fn read(text: &Normalised, range: Range<usize>, lexicon: &Lexicon, out: &mut [f32; CUES]) {
    let tally = tally(text, range, lexicon);
    let mood = text.mood;
    let words = mood.words as f32;
    *out = [
        squash(tally.positive, 3.0),
        squash(tally.negative, 3.0),
        compound(tally.positive - tally.negative),
        squash(tally.hits_positive, 2.0),
        squash(tally.hits_negative, 2.0),
        tally.best / 4.0,
        tally.worst / 4.0,
        squash(tally.emoji_positive, 2.0),
        squash(tally.emoji_negative, 2.0),
        compound(tally.last_sentence),
        if tally.contrasts > 0.0 { compound(tally.after_contrast) } else { 0.0 },
        squash(tally.negations, 1.0),
        squash(tally.swears, 0.5),
        squash(mood.exclamations as f32, 1.0),
        if mood.questions > 0 { 1.0 } else { 0.0 },
        squash(mood.shouted as f32, 2.0),
        squash(mood.stretched as f32, 1.0),
        squash(mood.ellipses as f32, 1.0),
        squash(words, 20.0),
        if tally.positive + tally.negative == 0.0 { 1.0 } else { 0.0 },
    ];
}

fn tally(text: &Normalised, range: Range<usize>, lexicon: &Lexicon) -> Tally {
    let tokens = text.tokens.get(range).unwrap_or_default();
    let mut tally = Tally::default();
    let mut negated_until = 0;
    let mut boost_until = 0;
    let mut sentence = 0;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if token.sentence != sentence {
            sentence = token.sentence;
            negated_until = 0;
            tally.last_sentence = 0.0;
        }
        let word = text.word(token);
        let role = ROLES.get(word).copied().unwrap_or(0);
        match token.kind {
            Kind::Picture => {
                let valence = lexicon.emoji(word);
                tally.emoji_positive += valence.max(0.0);
                tally.emoji_negative -= valence.min(0.0);
                tally.last_sentence += valence;
            }
            Kind::Word => {
                if role & CONTRAST != 0 {
                    tally.contrasts += 1.0;
                    tally.after_contrast = 0.0;
                }
                tally.swears += f32::from(u8::from(role & SWEAR != 0));
                if let Some((mut valence, length)) =
                    lexicon.phrase(text, tokens.get(at..).unwrap_or_default())
                {
                    if at < boost_until {
                        valence *= 1.25;
                    }
                    if at < negated_until {
                        valence *= TURN;
                    }
                    tally.add(valence);
                    at += length;
                    continue;
                }
                if role & NEGATION != 0 {
                    tally.negations += 1.0;
                    negated_until = at + 1 + REACH;
                }
                if role & BOOSTER != 0 {
                    boost_until = at + 2;
                }
            }
            Kind::Class | Kind::Mark => {}
        }
        at += 1;
    }
    tally
}
