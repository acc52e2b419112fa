//! No person in a lesson: personal parts are masked before a text is stored, in a way that leaves its shape.

use crate::entities::{MAX_CHARS, find, mask_personal};
use lara_core::model::{Entity, EntityValue};
use lara_core::relate::OrderNumbers;
use unicode_normalization::UnicodeNormalization as _;

/// The longest text that is kept, in characters: what nobody looked for personal parts in must not be stored, nor half of
/// one that stands across the end.
const LONGEST: usize = MAX_CHARS - 1_000;

/// `text` in NFC without blanks around it, and without e-mail addresses, phone, card and order numbers, those of the
/// brand's own shape (`numbers`) too: what was wanted can be told, and not by whom. The model reads both alike.
#[must_use]
pub fn masked(text: &str, numbers: Option<&OrderNumbers>) -> String {
    let text: String = text.trim().nfc().take(MAX_CHARS).collect();
    let text = mask_personal(&text, &find(&text));
    // In a second pass: where both find something, what the first left over is found by the second.
    let text = numbers.map_or_else(|| text.clone(), |numbers| mask_personal(&text, &orders(numbers, &text)));
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default().trim_end().to_owned()
}

fn orders(numbers: &OrderNumbers, text: &str) -> Vec<Entity> {
    let found = numbers.find(text).into_iter();
    found
        .map(|(place, number)| Entity {
            start: place.start,
            end: place.end,
            value: EntityValue::Order(number),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_personal_is_kept_however_far_down_it_stands() {
        for filler in [5_000, 5_999, 6_000, 7_500] {
            for personal in ["0912 345 678", "lan.ng@gmail.com", "4111 1111 1111 1111"] {
                let said = format!("{}{personal} nhé", "a ".repeat(filler / 2));
                let kept = masked(&said, None);
                assert!(
                    !kept.contains("912") && !kept.contains("gmail") && !kept.contains("1111"),
                    "{filler}"
                );
                assert_eq!(masked(&kept, None), kept);
            }
        }
        assert_eq!(masked(&"ạ".repeat(100_000), None).chars().count(), LONGEST);
    }

    #[test]
    fn an_order_number_of_the_brands_own_shape_is_masked_without_a_word_before_it() {
        let numbers = OrderNumbers::read("####@").unwrap();
        assert_eq!(masked(" 8841k tới đâu rồi", numbers.as_ref()), "0000k tới đâu rồi");
        assert_eq!(masked("8841k tới đâu rồi", None), "8841k tới đâu rồi");
    }

    #[test]
    fn a_text_is_kept_composed() {
        assert_eq!(masked("xin cha\u{300}o ba\u{323}n\n", None), "xin chào bạn");
    }
}
