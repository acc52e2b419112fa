//! Takes out of a text what tells who somebody is, so that it may be kept to learn from.

use lara_core::model::{Entity, EntityValue};

/// The text with every personal entity replaced by one of the same shape that belongs to nobody: a classifier reads the
/// same in both. `entities` are those of just this text; a span that does not fit it is left out.
#[must_use]
pub fn mask_personal(text: &str, entities: &[Entity]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for entity in entities.iter().filter(|entity| entity.is_personal()) {
        let (Some(before), Some(named)) = (text.get(at..entity.start), text.get(entity.span())) else {
            continue;
        };
        masked.push_str(before);
        match entity.value {
            EntityValue::Email(_) => masked.push_str("name@example.com"),
            _ => masked.extend(named.chars().map(|c| if c.is_numeric() { '0' } else { c })),
        }
        at = entity.end;
    }
    masked.push_str(text.get(at..).unwrap_or_default());
    masked
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;
    use proptest::prelude::*;

    fn masked(text: &str) -> String {
        mask_personal(text, &find(text))
    }

    #[test]
    fn who_wrote_cannot_be_told_and_what_they_want_can() {
        for (said, kept) in [
            (
                "gọi mình 0912 345 678 hoặc lan.ng@gmail.com nhé",
                "gọi mình 0000 000 000 hoặc name@example.com nhé",
            ),
            ("đơn MH-10234 tới đâu rồi", "đơn MH-00000 tới đâu rồi"),
            (
                "card 4111 1111 1111 1111 charged twice for $49.99",
                "card 0000 0000 0000 0000 charged twice for $49.99",
            ),
            ("hotline 1900 1234 ai bắt máy đâu", "hotline 1900 1234 ai bắt máy đâu"),
            ("2 cái size M 350k giao thứ 6", "2 cái size M 350k giao thứ 6"),
        ] {
            assert_eq!(masked(said), kept);
        }
    }

    proptest! {
        #[test]
        fn whatever_entities_are_handed_in_a_text_comes_out(text in "\\PC{0,40}", start in 0..50_usize, end in 0..50_usize) {
            let entity = Entity { start, end, value: EntityValue::Secret };
            let _ = mask_personal(&text, &[entity.clone(), entity]);
        }
    }
}
