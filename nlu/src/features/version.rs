//! Which features this build makes, as one number that a model carries: weights mean nothing over other features.

use super::{CUES, Grams, Lexicon, Units, Vectors, finish, read_cues, step};
use crate::normalise::{Normalised, SHORTHAND};
use std::sync::LazyLock;

/// Messages that meet what the features are made of: accents, none, shorthand, numbers, links, mentions, emoji,
/// negation, shouting, stretching, several sentences.
const PROBES: [&str; 6] = [
    "Hello @shop! My order #10234 (2 x €9.90) isn't here... WHERE is it?? 😡",
    "Hàng bị vỡ hết rồi, làm ăn kiểu gì vậy, tôi rất tức giận!!!",
    "hang ko dep, sp bn tien vay shop oi",
    "not bad at all, but sooooo late :( see https://example.com/a?b=c",
    "đt DH1024 1.200.000đ, ck r mà chưa thấy. Cảm ơn shop ❤️",
    "ｆｕｌｌ　ｗｉｄｔｈ Ça va? Привет 我的包裹",
];

static VERSION: LazyLock<u32> = LazyLock::new(|| {
    let mut hash = 0;
    for list in Lexicon::LISTS.iter().chain(&SHORTHAND) {
        hash = list.bytes().fold(hash, |hash, byte| step(hash, u64::from(byte)));
    }
    let (mut text, mut grams, mut cues) = (Normalised::default(), Grams::default(), [0.0; CUES]);
    let (vectors, mut units, mut vector) = (Vectors::shipped(), Units::default(), Vec::new());
    for probe in PROBES {
        text.read(probe);
        grams.extract(&text, 0..text.tokens.len());
        read_cues(&text, 0..text.tokens.len(), Lexicon::shipped(), &mut cues);
        hash = grams.list.iter().fold(hash, |hash, gram| step(hash, u64::from(gram.hash)));
        vectors.sum(&text, 0..text.tokens.len(), &mut units, &mut vector);
        hash = cues.iter().chain(&vector).fold(hash, |hash, value| step(hash, u64::from(value.to_bits())));
    }
    hash = step(hash, u64::from(vectors.checksum()));
    finish(step(hash, u64::from(super::CHAR_WEIGHT.to_bits())))
});

/// The number; it changes by itself when the normalisation, the word lists, the n-grams, the vectors or the cues do.
pub(crate) fn version() -> u32 {
    *VERSION
}
