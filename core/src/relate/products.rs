//! Which product a message names, with or without accents, with a slip of the finger or two.

use crate::model::Product;
use crate::text::{fold, folded_words};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Share of a name's weight a message must hold for the product to be meant.
const ENOUGH: f32 = 0.6;

/// Words of a message that are looked at: who names a product does so in the first few.
const WORDS: usize = 200;

/// Products of a brand, findable in a message. Rare words weigh more: "thun" tells less than "oversize".
#[derive(Debug, Default)]
pub struct ProductIndex {
    products: Vec<Product>,
    /// Products by folded word of their name.
    by_word: BTreeMap<String, Vec<usize>>,
    /// Weight of all words of each product's name.
    weights: Vec<f32>,
    by_sku: HashMap<String, usize>,
}

impl ProductIndex {
    /// An index over the products.
    #[must_use]
    pub fn new(products: Vec<Product>) -> Self {
        let mut by_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (n, product) in products.iter().enumerate() {
            let words: HashSet<String> = folded_words(&product.name).into_iter().collect();
            for word in words {
                by_word.entry(word).or_default().push(n);
            }
        }
        let mut weights = vec![0.0_f32; products.len()];
        for found in by_word.values() {
            let weight = weigh(found.len());
            for n in found {
                if let Some(sum) = weights.get_mut(*n) {
                    *sum += weight;
                }
            }
        }
        let by_sku = products.iter().enumerate().map(|(n, product)| (fold(&product.sku), n)).collect();
        Self { products, by_word, weights, by_sku }
    }

    /// All products.
    #[must_use]
    pub fn all(&self) -> &[Product] {
        &self.products
    }

    /// The product a message names: by its stock keeping unit, else by the words of its name. `None` when no product is
    /// named well enough, or two equally well.
    #[must_use]
    pub fn mentioned(&self, text: &str) -> Option<&Product> {
        let by_sku = fold(text)
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '?' | '!' | ':' | '(' | ')'))
            .find_map(|token| self.by_sku.get(token.trim_matches('.')))
            .copied();
        if let Some(found) = by_sku {
            return self.products.get(found);
        }
        let mut scores: HashMap<usize, f32> = HashMap::new();
        let words: HashSet<String> = folded_words(text).into_iter().take(WORDS).collect();
        let mut seen: HashSet<&str> = HashSet::new();
        for word in &words {
            let Some((known, found, trust)) = self.known(word) else { continue };
            if !seen.insert(known) {
                continue;
            }
            for n in found {
                *scores.entry(*n).or_default() += weigh(found.len()) * trust;
            }
        }
        let score =
            |n: &usize, held: f32| held / self.weights.get(*n).copied().unwrap_or(1.0).max(f32::EPSILON);
        let mut best: Vec<(f32, f32, usize)> = scores
            .iter()
            .map(|(n, held)| (score(n, *held), *held, *n))
            .filter(|(share, _, _)| *share >= ENOUGH)
            .collect();
        // Of names held equally well the longer one was meant: "ly gốm" is also in "ly gốm men tro".
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.total_cmp(&a.0)));
        match best.as_slice() {
            [(_, _, one)] => self.products.get(*one),
            [(share, held, one), (next_share, next_held, _), ..]
                if held > next_held || share > next_share =>
            {
                self.products.get(*one)
            }
            _ => None,
        }
    }

    /// A word of the names, as written or, for longer words, one slip away.
    fn known(&self, word: &str) -> Option<(&str, &[usize], f32)> {
        if let Some((known, found)) = self.by_word.get_key_value(word) {
            return Some((known, found, 1.0));
        }
        let length = word.chars().count();
        let first = word.chars().next().filter(|_| length >= 5)?;
        self.by_word
            .range(first.to_string()..)
            .take_while(|(known, _)| known.starts_with(first))
            .filter(|(known, _)| known.chars().count().abs_diff(length) <= 1 && known.chars().count() >= 5)
            .find(|(known, _)| strsim::osa_distance(known, word) == 1)
            .map(|(known, found)| (known.as_str(), found.as_slice(), 0.8))
    }
}

/// How much a word tells when so many products share it.
fn weigh(products: usize) -> f32 {
    let products = u16::try_from(products).unwrap_or(u16::MAX);
    1.0 / f32::from(products.max(1)).sqrt()
}
