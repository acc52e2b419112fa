//! Dense cues of mood: lexicon scores in a negation window, what the words are about, emoji, and how it is typed.
//!
//! A head is linear, so what only counts together (praise beside a failure, blame addressed to someone) is a cue of
//! its own.
#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "numeric kernel: counts of words are far below 2^23 and indices are numbers of themes"
)]

mod roles;
mod tally;

use super::Lexicon;
use super::themes::{THEMES, Theme};
use crate::normalise::{Kind, Normalised};
use std::ops::Range;
use tally::{Tally, tally};

/// How many cues there are.
pub(crate) const CUES: usize = VALENCE + EMOJI + TYPING + TROUBLE + THEMES;
const VALENCE: usize = 35;
const EMOJI: usize = 4;
const TYPING: usize = 18;
const TROUBLE: usize = 16;

/// Squeezes a count or a sum into 0..1.
fn squash(value: f32, half: f32) -> f32 {
    value / (value + half)
}

/// VADER's: a sum of valences to -1..1.
fn compound(sum: f32) -> f32 {
    sum / (sum * sum + 15.0).sqrt()
}

/// A fact as a number.
fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// Reads the cues of the tokens in `range` into `out`, each within -1..=1.
pub(crate) fn read(text: &Normalised, range: Range<usize>, lexicon: &Lexicon, out: &mut [f32; CUES]) {
    let tally = tally(text, range.clone(), lexicon);
    let themes: [f32; THEMES] = std::array::from_fn(|theme| squash(tally.themes[theme], 1.0));
    let groups = valence(&tally, text)
        .into_iter()
        .chain(emoji(&tally))
        .chain(typing(text, range, &tally))
        .chain(trouble(&tally, text))
        .chain(themes);
    for (cue, value) in out.iter_mut().zip(groups) {
        *cue = value;
    }
}

fn valence(tally: &Tally, text: &Normalised) -> [f32; VALENCE] {
    let words = (text.mood.words as f32).max(1.0);
    let (positive, negative) = (squash(tally.positive, 3.0), squash(tally.negative, 3.0));
    let whole = compound(tally.positive - tally.negative);
    // VADER: what follows a `but` counts half as much again, what precedes it half.
    let weighed = if tally.contrasts > 0.0 {
        compound(0.5 * tally.before_contrast + 1.5 * tally.after_contrast)
    } else {
        whole
    };
    let contrast = |sum: f32| if tally.contrasts > 0.0 { compound(sum) } else { 0.0 };
    let vietnamese = flag(text.is_vietnamese());
    let none = flag(tally.positive + tally.negative == 0.0);
    [
        positive,
        negative,
        whole,
        weighed,
        squash(tally.hits_positive, 2.0),
        squash(tally.hits_negative, 2.0),
        tally.best / 4.0,
        tally.worst / 4.0,
        compound(tally.first_sentence),
        compound(tally.last_sentence),
        compound(tally.lowest_sentence),
        compound(tally.highest_sentence),
        contrast(tally.before_contrast),
        contrast(tally.after_contrast),
        squash(tally.turned_positive, 2.0),
        squash(tally.turned_negative, 2.0),
        squash(tally.boosted_positive, 2.0),
        squash(tally.boosted_negative, 2.0),
        squash(tally.loud_positive, 2.0),
        squash(tally.loud_negative, 2.0),
        squash(tally.tag_positive, 2.0),
        squash(tally.tag_negative, 2.0),
        (tally.positive / words).min(1.0),
        (tally.negative / words).min(1.0),
        positive.min(negative),
        whole * whole,
        none,
        flag(weighed > 0.25),
        flag(weighed < -0.25),
        flag(weighed > 0.6),
        flag(weighed < -0.6),
        vietnamese,
        vietnamese * weighed,
        vietnamese * none,
        squash(tally.boosters, 1.0),
    ]
}

fn emoji(tally: &Tally) -> [f32; EMOJI] {
    [
        squash(tally.emoji_positive, 2.0),
        squash(tally.emoji_negative, 2.0),
        squash(tally.mocking, 1.0),
        squash(tally.pictures, 1.0),
    ]
}

fn typing(text: &Normalised, range: Range<usize>, tally: &Tally) -> [f32; TYPING] {
    let mood = text.mood;
    let words = (mood.words as f32).max(1.0);
    let tokens = text.tokens.get(range).unwrap_or_default();
    let class =
        |name: &str| tokens.iter().filter(|t| t.kind == Kind::Class && text.word(t) == name).count() as f32;
    let opens_with = |name: &str| tokens.first().is_some_and(|token| text.word(token) == name);
    let mentions = class("<at>");
    [
        squash(mood.exclamations as f32, 1.0),
        flag(mood.questions > 0),
        squash(mood.outcries as f32, 1.0),
        squash(mood.shouted as f32, 2.0),
        mood.shouted as f32 / words.max(mood.shouted as f32),
        squash(mood.stretched as f32, 1.0),
        squash(mood.ellipses as f32, 1.0),
        squash(words, 20.0),
        squash(words, 5.0),
        squash(mood.tags as f32, 1.0),
        squash(mood.quoted as f32, 1.0),
        squash(mood.laughs as f32, 1.0),
        flag(opens_with("<at>")),
        squash(mentions, 1.0),
        squash(class("<url>"), 1.0),
        squash(class("<n>") + class("<nnn>") + class("<code>"), 2.0),
        squash(tally.negations, 1.0),
        squash(tally.swears, 0.5),
    ]
}

fn trouble(tally: &Tally, text: &Normalised) -> [f32; TROUBLE] {
    let theme = |theme: Theme| squash(tally.themes[theme as usize], 1.0);
    let stated = squash(tally.stated, 1.0);
    let all = squash(tally.stated + tally.asked + tally.supposed + tally.unfulfilled, 1.0);
    let threats = theme(Theme::Leave).max(theme(Theme::Legal)).max(theme(Theme::Viral));
    let (positive, negative) = (squash(tally.positive, 3.0), squash(tally.negative, 3.0));
    let addressed = flag(tally.themes[Theme::Second as usize] > 0.0);
    let own = flag(tally.themes[Theme::First as usize] > 0.0);
    let past = flag(tally.themes[Theme::Past as usize] > 0.0);
    [
        stated,
        squash(tally.asked, 1.0),
        squash(tally.supposed, 1.0),
        squash(tally.unfulfilled, 1.0),
        squash(tally.denied, 1.0),
        all,
        all * positive,
        all * theme(Theme::Sarcasm),
        all * squash(tally.mocking + text.mood.laughs as f32, 1.0),
        all * addressed,
        all * own * past,
        negative * addressed,
        negative * theme(Theme::News),
        negative * own,
        threats * all.max(negative),
        theme(Theme::Wish) * all,
    ]
}
