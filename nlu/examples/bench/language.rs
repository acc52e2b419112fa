//! The language of the shortest messages, with and without accents.

use super::Outcome;
use super::sets::Sets;
use lara_core::model::MessageLanguage;
use lara_nlu::{Engine, strip_accents};
use std::collections::BTreeSet;

const ENGLISH: [&str; 4] =
    ["intent/banking77_test", "intent/bitext27_val", "intent/clinc150_val", "sentiment/airline_tweets_dev"];
const VIETNAMESE: [&str; 6] = [
    "intent/vi_phone_shop_train",
    "intent/vi_shoe_shop_train",
    "intent/vi_book_shop_train",
    "intent/vi_food_delivery_train",
    "intent/vi_banking_train",
    "sentiment/aivivn_dev",
];

/// The share of messages of one to three words whose language is told; both languages count the same. English: rows without
/// mentions, links and digits. Vietnamese: rows that can be nothing else, by a letter with a mark, and the same without marks.
pub(crate) fn accuracy(sets: &Sets, engine: &Engine) -> Outcome<f64> {
    let mut english = BTreeSet::new();
    for name in ENGLISH {
        english.extend(
            sets.rows(name)?.into_iter().map(|row| row.text).filter(|text| is_short(text) && text.is_ascii()),
        );
    }
    let mut vietnamese = BTreeSet::new();
    for name in VIETNAMESE {
        for row in sets.rows(name)? {
            let plain = strip_accents(&row.text);
            if is_short(&row.text) && plain != row.text {
                vietnamese.insert(row.text);
                vietnamese.insert(plain);
            }
        }
    }
    let share = |texts: &BTreeSet<String>, language| {
        let told = texts.iter().filter(|text| engine.classify(text).language == language).count();
        let (told, all) = (u32::try_from(told).unwrap_or(0), u32::try_from(texts.len()).unwrap_or(1));
        f64::from(told) / f64::from(all.max(1))
    };
    let shares = (share(&english, MessageLanguage::English), share(&vietnamese, MessageLanguage::Vietnamese));
    eprintln!(
        "language: English {:.3} of {}, Vietnamese {:.3} of {}",
        shares.0,
        english.len(),
        shares.1,
        vietnamese.len()
    );
    Ok(f64::midpoint(shares.0, shares.1))
}

fn is_short(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let odd = |c: char| c.is_numeric() || matches!(c, '@' | '#' | '/' | ':' | '_');
    (1..=3).contains(&words) && !text.contains(odd) && text.chars().any(char::is_alphabetic)
}
