//! Which products a message names: with and without accents, words run together or apart, with a slip of the finger or two.

use crate::model::Product;
use crate::text::fold;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Share of a name's weight a message must hold for the product to be meant.
const ENOUGH: f32 = 0.6;

/// Words of a message that are looked at: who names a product does so in the first few.
const WORDS: usize = 200;

/// Letters from which a word may hold one slip, and two. Vietnamese syllables are shorter: one letter makes another word.
const ONE_SLIP: usize = 5;
const TWO_SLIPS: usize = 9;

/// The longest word slips are looked for in: a longer one is no word.
const LONGEST: usize = 24;

/// What a word with a slip counts against one without.
const TRUST: f32 = 0.8;

/// Products of one message told apart.
const MENTIONS: usize = 3;

/// A product a message names, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention<'a> {
    /// The product.
    pub product: &'a Product,
    /// From the first of its words to the last: bytes of the text.
    pub place: Range<usize>,
}

/// Products of a brand, findable in a message. Rare words weigh more: "thun" tells less than "oversize".
#[derive(Debug, Default)]
pub struct ProductIndex {
    products: Vec<Product>,
    /// The folded words of all names, and the products of each.
    words: Vec<(String, Vec<usize>)>,
    by_word: HashMap<String, usize>,
    /// Words by what is left of them with a letter or two missing: two words one slip apart share one of these.
    by_rest: HashMap<String, Vec<usize>>,
    /// Weight of all words of each product's name.
    weights: Vec<f32>,
    by_sku: HashMap<String, usize>,
}

/// A word of a message.
struct Said {
    word: String,
    place: Range<usize>,
}

/// A word of the names that a message holds.
struct Held {
    word: usize,
    trust: f32,
    place: Range<usize>,
}

impl ProductIndex {
    /// An index over the products.
    #[must_use]
    pub fn new(products: Vec<Product>) -> Self {
        let mut index = Self::default();
        for (n, product) in products.iter().enumerate() {
            let mut own: Vec<String> = said(&product.name).into_iter().map(|said| said.word).collect();
            own.sort_unstable();
            own.dedup();
            for word in own {
                let next = index.words.len();
                let at = *index.by_word.entry(word.clone()).or_insert(next);
                if at == next {
                    index.words.push((word, Vec::new()));
                }
                if let Some((_, found)) = index.words.get_mut(at) {
                    found.push(n);
                }
            }
        }
        index.weights = vec![0.0_f32; products.len()];
        for (at, (word, found)) in index.words.iter().enumerate() {
            for n in found {
                if let Some(sum) = index.weights.get_mut(*n) {
                    *sum += weigh(found.len());
                }
            }
            for rest in rests(word) {
                index.by_rest.entry(rest).or_default().push(at);
            }
        }
        index.by_sku = products.iter().enumerate().map(|(n, product)| (fold(&product.sku), n)).collect();
        index.products = products;
        index
    }

    /// All products.
    #[must_use]
    pub fn all(&self) -> &[Product] {
        &self.products
    }

    /// The product of a stock keeping unit.
    #[must_use]
    pub fn by_sku(&self, sku: &str) -> Option<&Product> {
        self.by_sku.get(&fold(sku)).and_then(|n| self.products.get(*n))
    }

    /// The product a message names: by its stock keeping unit, else by the words of its name. `None` when no product is
    /// named well enough, or two equally well.
    #[must_use]
    pub fn mentioned(&self, text: &str) -> Option<&Product> {
        self.mentions(text).into_iter().next().map(|mention| mention.product)
    }

    /// The products a message names, the one named most clearly first.
    #[must_use]
    pub fn mentions(&self, text: &str) -> Vec<Mention<'_>> {
        if self.products.is_empty() {
            return Vec::new();
        }
        if let Some(found) = self.sku_in(text) {
            return vec![found];
        }
        let mut held = self.held(&said(text));
        let mut mentions = Vec::new();
        while mentions.len() < MENTIONS {
            let Some(best) = self.best(&held) else { break };
            let (mine, rest): (Vec<Held>, Vec<Held>) = held
                .into_iter()
                .partition(|held| self.words.get(held.word).is_some_and(|w| w.1.contains(&best)));
            held = rest;
            let start = mine.iter().map(|held| held.place.start).min();
            let end = mine.iter().map(|held| held.place.end).max();
            let (Some(product), Some(start), Some(end)) = (self.products.get(best), start, end) else {
                break;
            };
            mentions.push(Mention { product, place: start..end });
        }
        mentions
    }

    fn sku_in(&self, text: &str) -> Option<Mention<'_>> {
        let mark = |c: char| c.is_whitespace() || matches!(c, ',' | '?' | '!' | ':' | '(' | ')');
        let mut at = 0;
        for token in text.split_inclusive(mark).take(WORDS) {
            let start = at;
            at += token.len();
            let bare = token.trim_end_matches(mark).trim_end_matches('.');
            if let Some(product) = self.by_sku.get(&fold(bare)).and_then(|n| self.products.get(*n)) {
                return Some(Mention { product, place: start..start + bare.len() });
            }
        }
        None
    }

    /// Each word of the names the message holds, once.
    fn held(&self, said: &[Said]) -> Vec<Held> {
        let mut seen: HashSet<usize> = HashSet::new();
        let mut held = Vec::new();
        let mut keep = |found: Option<(usize, f32)>, place: Range<usize>| {
            if let Some((word, trust)) = found {
                if seen.insert(word) {
                    held.push(Held { word, trust, place });
                }
                return true;
            }
            false
        };
        let mut at = 0;
        while let Some(one) = said.get(at) {
            at += 1;
            if keep(self.by_word.get(&one.word).map(|word| (*word, 1.0)), one.place.clone()) {
                continue;
            }
            // "over size" for "oversize".
            if let Some(next) = said.get(at) {
                let both = format!("{}{}", one.word, next.word);
                let whole =
                    self.by_word.get(&both).filter(|_| both.len() >= ONE_SLIP).map(|word| (*word, 1.0));
                if keep(whole, one.place.start..next.place.end) {
                    at += 1;
                    continue;
                }
            }
            // "menxanh" for "men xanh".
            if let Some((first, second)) = self.run_together(&one.word) {
                keep(Some((first, 1.0)), one.place.clone());
                keep(Some((second, 1.0)), one.place.clone());
                continue;
            }
            keep(self.slipped(&one.word).map(|word| (word, TRUST)), one.place.clone());
        }
        held
    }

    /// The two words of the names that a word is when the space between them is put back.
    fn run_together(&self, word: &str) -> Option<(usize, usize)> {
        if !(ONE_SLIP..=LONGEST).contains(&word.len()) || !word.is_ascii() {
            return None;
        }
        (2..word.len().saturating_sub(1)).find_map(|cut| {
            let (first, second) = word.split_at_checked(cut)?;
            Some((*self.by_word.get(first)?, *self.by_word.get(second)?))
        })
    }

    /// A word of the names a slip or two away; of several the nearest, then the first.
    fn slipped(&self, word: &str) -> Option<usize> {
        let length = word.chars().count();
        let mut candidates: Vec<usize> =
            rests(word).iter().filter_map(|rest| self.by_rest.get(rest)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let near = candidates.into_iter().filter_map(|at| {
            let (known, _) = self.words.get(at)?;
            let allowed = slips(length.min(known.chars().count()));
            let away = strsim::osa_distance(known, word);
            (away <= allowed).then_some((away, at))
        });
        near.min().map(|(_, at)| at)
    }

    /// The product whose name is held best, if it is held well enough and better than any other.
    fn best(&self, held: &[Held]) -> Option<usize> {
        let mut scores: HashMap<usize, f32> = HashMap::new();
        for held in held {
            let Some((_, found)) = self.words.get(held.word) else { continue };
            for n in found {
                *scores.entry(*n).or_default() += weigh(found.len()) * held.trust;
            }
        }
        let share =
            |n: usize, held: f32| held / self.weights.get(n).copied().unwrap_or(1.0).max(f32::EPSILON);
        let mut best: Vec<(f32, f32, usize)> = scores
            .into_iter()
            .map(|(n, held)| (share(n, held), held, n))
            .filter(|(share, _, _)| *share >= ENOUGH)
            .collect();
        // Of names held equally well the longer one was meant: "ly gốm" is also in "ly gốm men tro".
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.total_cmp(&a.0)));
        match best.as_slice() {
            [(_, _, one)] => Some(*one),
            [(share, held, one), (next_share, next_held, _), ..]
                if held > next_held || share > next_share =>
            {
                Some(*one)
            }
            _ => None,
        }
    }
}

/// The words of a text, folded, letters and digits apart: "iphone15" is two.
fn said(text: &str) -> Vec<Said> {
    let mut words = Vec::new();
    for (start, word) in text.unicode_word_indices().take(WORDS) {
        let folded = fold(word);
        let is_digit = |c: char| c.is_ascii_digit();
        let mixed = folded.contains(is_digit) && folded.contains(|c: char| !is_digit(c));
        let place = start..start.saturating_add(word.len());
        if mixed {
            for part in parts(&folded) {
                words.push(Said { word: part, place: place.clone() });
            }
        } else {
            words.push(Said { word: folded, place });
        }
    }
    words
}

/// Runs of digits and of everything else.
fn parts(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().filter(|c| c.is_alphanumeric()).collect();
    chars
        .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
        .map(|part| part.iter().collect())
        .collect()
}

/// How many slips a word of so many letters may hold.
const fn slips(length: usize) -> usize {
    match length {
        0..ONE_SLIP => 0,
        ONE_SLIP..TWO_SLIPS => 1,
        _ => 2,
    }
}

/// The word itself and what is left of it without one letter, or two where two slips are allowed; nothing for short words,
/// numbers and what is no word. A missing letter is looked for too, so a letter less than a slip needs is enough.
fn rests(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let is_word =
        (ONE_SLIP - 1..=LONGEST).contains(&chars.len()) && !word.contains(|c: char| c.is_ascii_digit());
    if !is_word {
        return Vec::new();
    }
    let without = |chars: &[char]| -> Vec<Vec<char>> {
        (0..chars.len())
            .map(|gone| chars.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, c)| *c).collect())
            .collect()
    };
    let once = without(&chars);
    let mut rests: HashSet<String> = HashSet::from([word.to_owned()]);
    if chars.len() + 1 >= TWO_SLIPS {
        rests.extend(
            once.iter().flat_map(|chars| without(chars)).map(|chars| chars.iter().collect::<String>()),
        );
    }
    rests.extend(once.iter().map(|chars| chars.iter().collect::<String>()));
    rests.into_iter().collect()
}

/// How much a word tells when so many products share it.
fn weigh(products: usize) -> f32 {
    let products = u16::try_from(products).unwrap_or(u16::MAX);
    1.0 / f32::from(products.max(1)).sqrt()
}
