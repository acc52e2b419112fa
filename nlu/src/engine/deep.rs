//! A second opinion: heads that look at an encoder's embedding alone, weighed together with those of the n-grams.
//!
//! The two know different things (what a message means; how exactly it is put), so their errors differ. They are trained
//! apart: the shipped model may be made anew, or a brand's own take its place, without an encoder at hand.

use super::bundle;
use crate::error::EngineError;
use crate::head::{Head, OUT_OF_SCOPE, Prediction, Reader, Scratch, Writer};
use std::collections::BTreeMap;

/// The heads that may have a second opinion.
pub const DEEP_HEADS: [&str; 3] = ["intent", "sentiment", "complaint"];

const MARK: &[u8; 8] = b"LARA-ENC";
const FORMAT: u32 = 1;

/// The heads of an encoder, and what the encoder is recognised by.
#[derive(Debug, Clone, Default)]
pub struct Deep {
    heads: BTreeMap<String, Head>,
    /// The vectors of the encoder's fixed messages.
    probes: Vec<Vec<f32>>,
}

impl Deep {
    /// Heads trained on embeddings alone, by name, and the probes of the encoder that made those.
    #[must_use]
    pub fn new(heads: impl IntoIterator<Item = (&'static str, Head)>, probes: &[Vec<f32>]) -> Self {
        let heads = heads.into_iter().map(|(name, head)| (name.to_owned(), head)).collect();
        Self { heads, probes: probes.to_vec() }
    }

    /// The heads of a file that [`Deep::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EngineError> {
        let mut reader = Reader(bundle::summed(bundle::marked(bytes, *MARK, FORMAT)?)?);
        let mut deep = Self { probes: vec![reader.floats()?, reader.floats()?], ..Self::default() };
        while !reader.0.is_empty() {
            let name = reader.text()?;
            deep.heads.insert(name, reader.head()?);
        }
        Ok(deep)
    }

    /// The heads as [`Deep::from_bytes`] reads them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Writer::default();
        for at in 0..2 {
            body.floats(self.probes.get(at).map_or(&[], Vec::as_slice));
        }
        for (name, head) in &self.heads {
            body.text(name);
            body.head(head);
        }
        let mut file = MARK.to_vec();
        file.extend(FORMAT.to_le_bytes());
        file.extend(bundle::checksum(&body.0).to_le_bytes());
        file.extend(body.0);
        file
    }

    /// Whether these heads were trained with the encoder of these probes, whatever its files are called.
    #[must_use]
    pub fn suits(&self, probes: &[Vec<f32>]) -> bool {
        let alike = |a: &[f32], b: &[f32]| {
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            // Four-bit copies of one encoder agree to 0.97; two encoders have nothing in common.
            a.len() == b.len() && dot(a, b) > 0.9 * (dot(a, a) * dot(b, b)).sqrt()
        };
        self.probes.len() == probes.len() && self.probes.iter().zip(probes).all(|(a, b)| alike(a, b))
    }

    /// Numbers in an embedding.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.heads.values().map(Head::embedding_dims).max().unwrap_or(0)
    }
}

/// What the encoder's head of a name says of the message in `scratch`: probabilities of exactly these labels. None without
/// such a head, or without an embedding.
pub(super) fn second(
    deep: Option<&Deep>,
    name: &str,
    labels: &[String],
    scratch: &mut Scratch,
) -> Option<Vec<f32>> {
    let head = deep?.heads.get(name).filter(|head| head.labels() == labels)?;
    if !scratch.dense.is_embedded() {
        return None;
    }
    head.predict_with(scratch);
    Some(std::mem::take(&mut scratch.values))
}

/// Weighs probabilities together with a second opinion: a geometric mean, so that what one of them is sure is wrong, is.
pub(super) fn blend(name: &str, mine: &mut [f32], theirs: &[f32]) {
    let (own, other) = weights(name);
    let mut sum = 0.0;
    for (value, second) in mine.iter_mut().zip(theirs) {
        *value = (value.max(FLOOR).ln() * own + second.max(FLOOR).ln() * other).exp();
        sum += *value;
    }
    for value in mine {
        *value /= sum;
    }
}

/// Asks a head, and its twin if there is one and the message has an embedding. Probabilities stay in `scratch.values`.
pub(super) fn ask<'a>(
    deep: Option<&Deep>,
    name: &str,
    head: &'a Head,
    scratch: &mut Scratch,
) -> Prediction<'a> {
    let Some(second) = second(deep, name, head.labels(), scratch) else {
        return head.predict_with(scratch);
    };
    let first = head.predict_with(scratch);
    if scratch.knows_nothing() && first.best == OUT_OF_SCOPE {
        return first;
    }
    blend(name, &mut scratch.values, &second);
    head.weigh(&scratch.values)
}

/// No label is ruled out by one opinion alone.
const FLOOR: f32 = 1e-4;
/// What the opinions of the n-grams and of the encoder count, as exponents: intents are named by words, moods are not.
fn weights(name: &str) -> (f32, f32) {
    if name == "intent" { (0.65, 0.35) } else { (0.6, 0.6) }
}
