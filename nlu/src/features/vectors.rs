//! Static vectors: what a sentence encoder makes of single words, looked up and averaged.
//!
//! `models/vectors.bin` is made by `nlu/distil/distil.py`, which describes it; rows are read where they lie in the
//! binary, four bits a number.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "numeric kernel: sizes are checked when the file is read, and indices are made here"
)]

use super::{Table, finish, step};
use crate::normalise::{Kind, Normalised, Token, strip_mark};
use std::ops::Range;
use std::sync::LazyLock;

/// What the vector of a message counts beside n-grams of length 1 (tried 1 to 2.5 by cross-validation: 2 is better at ten
/// rows a label and worse with many).
const WEIGHT: f32 = 1.5;
/// Letters of a word that are looked at.
const LETTERS: usize = 40;
/// Words of a unit, at most.
const WORDS: usize = 2;

/// How a unit is spelt: its key is hashed with this as the seed. The numbers are those of `distil.py`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// English, or any word in its own letters.
    English = 1,
    /// A piece in the middle or at the end of an English word.
    Inside = 2,
    /// Vietnamese, accents as they are.
    Vietnamese = 3,
    /// Vietnamese that has lost its accents.
    Plain = 4,
}

/// The file.
#[derive(Debug)]
pub(crate) struct Vectors {
    dims: usize,
    table: Table,
    /// What one step of each row's bytes is worth, times the weight of the word.
    scales: Vec<f32>,
    rows: &'static [u8],
    checksum: u32,
}

static SHIPPED: LazyLock<Vectors> =
    LazyLock::new(|| Vectors::read(include_bytes!("../../models/vectors.bin")).unwrap_or_else(Vectors::none));

/// The units of a message that have a vector; reusable.
#[derive(Debug, Clone, Default)]
pub(crate) struct Units {
    /// (row, first token).
    met: Vec<(usize, usize)>,
    letters: Vec<u32>,
    /// What the sum of the rows was multiplied by.
    scale: f32,
}

impl Vectors {
    /// Those that ship with Lara.
    pub(crate) fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Mark, number of dimensions and of rows; then the keys, the scales (the upper half of a float), the rows.
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let (mark, rest) = bytes.split_first_chunk::<8>()?;
        let (dims, rest) = rest.split_first_chunk::<4>()?;
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let (dims, count) = (u32::from_le_bytes(*dims) as usize, u32::from_le_bytes(*count) as usize);
        let (keys, rest) = rest.split_at_checked(count.checked_mul(4)?)?;
        let (scales, rows) = rest.split_at_checked(count.checked_mul(2)?)?;
        if mark != b"LARA-VEC" || !dims.is_multiple_of(2) || rows.len() != count.checked_mul(dims / 2)? {
            return None;
        }
        let keys: Vec<u32> = keys.as_chunks::<4>().0.iter().map(|key| u32::from_le_bytes(*key)).collect();
        let scale = |half: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(*half)) << 16);
        let scales = scales.as_chunks::<2>().0.iter().map(scale).collect();
        let checksum =
            rows.as_chunks::<8>().0.iter().fold(0, |hash, word| step(hash, u64::from_le_bytes(*word)));
        Some(Self { dims, table: Table::new(&keys), scales, rows, checksum: finish(checksum) })
    }

    fn none() -> Self {
        Self { dims: 0, table: Table::new(&[]), scales: Vec::new(), rows: &[], checksum: 0 }
    }

    /// A number that changes with the file.
    pub(crate) const fn checksum(&self) -> u32 {
        self.checksum
    }

    /// The numbers of a row, two from each byte.
    fn row(&self, at: usize) -> impl Iterator<Item = [f32; 2]> {
        let (scale, bytes) = (self.scales[at], self.dims / 2);
        let number = move |half: u8| scale * (f32::from(half) - 8.0);
        self.rows[at * bytes..(at + 1) * bytes].iter().map(move |byte| [number(byte & 15), number(byte >> 4)])
    }

    /// The vector of the tokens in `range`: the sum of their units' vectors, brought to its length.
    pub(crate) fn sum(&self, text: &Normalised, range: Range<usize>, units: &mut Units, out: &mut Vec<f32>) {
        units.find(self, text, range);
        out.clear();
        out.resize(self.dims, 0.0);
        for (row, _) in &units.met {
            for (sums, values) in out.as_chunks_mut::<2>().0.iter_mut().zip(self.row(*row)) {
                sums[0] += values[0];
                sums[1] += values[1];
            }
        }
        let norm = out.iter().map(|value| value * value).sum::<f32>().sqrt();
        units.scale = if norm > 0.0 { WEIGHT / norm } else { 0.0 };
        for value in out.iter_mut() {
            *value *= units.scale;
        }
    }

    /// Adds to each token of the message what its units contribute to a margin with these weights, one a dimension.
    pub(crate) fn share_out(&self, units: &Units, weights: &[f32], tokens: &mut [f32]) {
        for (row, token) in &units.met {
            let pairs = self.row(*row).zip(weights.as_chunks::<2>().0);
            let product: f32 = pairs.map(|(value, weight)| value[0] * weight[0] + value[1] * weight[1]).sum();
            if let Some(sum) = tokens.get_mut(*token) {
                *sum += product * units.scale;
            }
        }
    }
}

/// The key of a unit.
fn key(spelling: Spelling, letters: &[u32]) -> u32 {
    finish(letters.iter().fold(spelling as u64, |hash, letter| step(hash, u64::from(*letter))))
}

impl Units {
    /// Finds the units of the tokens in `range`: two words where they are one unit, else one, else pieces of it.
    fn find(&mut self, vectors: &Vectors, text: &Normalised, range: Range<usize>) {
        self.met.clear();
        let tokens = text.tokens.get(range.clone()).unwrap_or_default();
        let accented = tokens.iter().any(|token| !text.word(token).is_ascii());
        let spelling = match (text.is_vietnamese(), accented) {
            (false, _) => Spelling::English,
            (true, true) => Spelling::Vietnamese,
            (true, false) => Spelling::Plain,
        };
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            at += self.unit(vectors, text, rest, range.start + at, spelling);
        }
    }

    /// Finds the unit at the first of `tokens`; gives how many tokens it takes.
    fn unit(
        &mut self,
        vectors: &Vectors,
        text: &Normalised,
        tokens: &[Token],
        first: usize,
        spelling: Spelling,
    ) -> usize {
        let words = tokens.iter().take_while(|token| token.kind == Kind::Word).take(WORDS).count();
        for count in (1..=words).rev() {
            if tokens[count - 1].sentence != tokens[0].sentence {
                continue;
            }
            self.spell(text.text.get(tokens[0].start..tokens[count - 1].end).unwrap_or_default());
            if let Some(row) = vectors.table.find(key(spelling, &self.letters)) {
                self.met.push((row, first));
                return count;
            }
        }
        if words > 0 {
            self.strip();
            let other = if spelling == Spelling::English { None } else { Some(Spelling::Plain) };
            match other.and_then(|other| vectors.table.find(key(other, &self.letters))) {
                Some(row) => self.met.push((row, first)),
                None => self.pieces(vectors, first),
            }
        }
        1
    }

    fn spell(&mut self, word: &str) {
        self.letters.clear();
        self.letters.extend(word.chars().take(LETTERS).map(u32::from));
    }

    fn strip(&mut self) {
        for letter in &mut self.letters {
            *letter = char::from_u32(*letter).map_or(*letter, |c| u32::from(strip_mark(c)));
        }
    }

    /// Cuts the English word in the buffer into the longest pieces known, from the left; letters between are skipped.
    fn pieces(&mut self, vectors: &Vectors, token: usize) {
        let mut start = 0;
        while start < self.letters.len() {
            let spelling = if start == 0 { Spelling::English } else { Spelling::Inside };
            let mut hash = spelling as u64;
            let mut longest = None;
            for (length, letter) in (1..).zip(&self.letters[start..]) {
                hash = step(hash, u64::from(*letter));
                if let Some(row) = vectors.table.find(finish(hash)) {
                    longest = Some((row, length));
                }
            }
            let Some((row, length)) = longest else {
                start += 1;
                continue;
            };
            self.met.push((row, token));
            start += length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(message: &str) -> Vec<f32> {
        let (mut text, mut units, mut out) = (Normalised::default(), Units::default(), Vec::new());
        text.read(message);
        Vectors::shipped().sum(&text, 0..text.tokens.len(), &mut units, &mut out);
        out
    }

    /// Cosine: both have the same length.
    fn likeness(a: &str, b: &str) -> f32 {
        vector(a).iter().zip(vector(b)).map(|(a, b)| a * b).sum::<f32>() / (WEIGHT * WEIGHT)
    }

    #[test]
    fn words_of_one_meaning_lie_near_each_other() {
        assert!(likeness("parcel", "package") > likeness("parcel", "password") + 0.2);
        assert!(
            likeness("give me my money back", "refund") > likeness("give me my money back", "weather") + 0.1
        );
    }

    #[test]
    fn vietnamese_lies_where_its_english_does_with_and_without_accents() {
        for [vietnamese, english, other] in [
            ["mật khẩu", "password", "delivery"],
            ["hoàn tiền", "refund", "password"],
            ["giao hàng", "delivery", "password"],
        ] {
            let plain = crate::strip_accents(vietnamese);
            for word in [vietnamese, &plain] {
                let message = format!("shop oi {word} khong");
                assert!(likeness(&message, english) > likeness(&message, other), "{word}");
            }
        }
    }

    #[test]
    fn a_word_nobody_has_seen_is_read_by_its_pieces_and_letters_of_no_language_have_no_vector() {
        assert!(vector("unrefundability").iter().any(|value| *value != 0.0));
        assert!(vector("我的包裹 😡 123").iter().all(|value| *value == 0.0));
    }

    #[test]
    fn a_damaged_file_is_no_vectors() {
        assert!(Vectors::read(b"LARA-VEC\x02\0\0\0\x01\0\0\0").is_none());
        assert!(Vectors::read(b"LARA-VEC\x02\0\0\0\xff\xff\xff\xff").is_none());
    }
}
