//! The small words Lara needs herself, in every language she replies in: money, days, states, names of requests.

mod intents;
mod money;
mod moments;
mod names;
mod summary;
mod troubles;

pub use intents::{a_human, intent_label};
pub use moments::{day, moment, when_back};
pub use money::{minor_places, money};
pub use names::called;
pub use summary::summary_line;
pub use troubles::{Explained, channel_trouble, name as channel_name};

use crate::model::{EscalationReason, Language, OrderStatus};

/// Where an order is, as the end of "your order is ..." / "đơn của bạn ...".
#[must_use]
pub const fn status(status: OrderStatus, language: Language) -> &'static str {
    match (language, status) {
        (Language::English, OrderStatus::Placed) => "being confirmed",
        (Language::English, OrderStatus::Packing) => "being packed",
        (Language::English, OrderStatus::Shipped) => "on its way",
        (Language::English, OrderStatus::Delivered) => "delivered",
        (Language::English, OrderStatus::Cancelled) => "cancelled",
        (Language::English, OrderStatus::Returned) => "on its way back",
        (Language::English, OrderStatus::Refunded) => "refunded",
        (Language::Vietnamese, OrderStatus::Placed) => "đang xác nhận",
        (Language::Vietnamese, OrderStatus::Packing) => "đang đóng gói",
        (Language::Vietnamese, OrderStatus::Shipped) => "đang giao",
        (Language::Vietnamese, OrderStatus::Delivered) => "đã giao",
        (Language::Vietnamese, OrderStatus::Cancelled) => "đã huỷ",
        (Language::Vietnamese, OrderStatus::Returned) => "đang hoàn về",
        (Language::Vietnamese, OrderStatus::Refunded) => "đã hoàn tiền",
    }
}

/// Why a human is needed, as a noun.
#[must_use]
pub const fn reason(reason: EscalationReason, language: Language) -> &'static str {
    match (language, reason) {
        (Language::English, EscalationReason::Urgent) => "an urgent matter",
        (Language::English, EscalationReason::Complaint) => "a complaint",
        (Language::English, EscalationReason::AskedForHuman) => "a wish to talk to a person",
        (
            Language::English,
            EscalationReason::Misses
            | EscalationReason::MissingFact
            | EscalationReason::NeedsHuman
            | EscalationReason::Loop,
        ) => "a request for our team",
        (Language::English, EscalationReason::Quarantined | EscalationReason::Fault) => "a fault on our side",
        (Language::Vietnamese, EscalationReason::Urgent) => "việc khẩn",
        (Language::Vietnamese, EscalationReason::Complaint) => "khiếu nại",
        (Language::Vietnamese, EscalationReason::AskedForHuman) => "yêu cầu gặp nhân viên",
        (
            Language::Vietnamese,
            EscalationReason::Misses
            | EscalationReason::MissingFact
            | EscalationReason::NeedsHuman
            | EscalationReason::Loop,
        ) => "yêu cầu cần nhân viên xử lý",
        (Language::Vietnamese, EscalationReason::Quarantined | EscalationReason::Fault) => "sự cố phía shop",
    }
}

/// What a shop that counts its stock says. The last few pieces are told.
#[must_use]
pub fn stock(pieces: i64, language: Language) -> String {
    match (language, pieces) {
        (Language::English, ..=0) => "out of stock".to_owned(),
        (Language::English, 1..=5) => format!("only {pieces} left"),
        (Language::English, _) => "in stock".to_owned(),
        (Language::Vietnamese, ..=0) => "hết hàng".to_owned(),
        (Language::Vietnamese, 1..=5) => format!("chỉ còn {pieces}"),
        (Language::Vietnamese, _) => "còn hàng".to_owned(),
    }
}

/// A way of eating, as one says it of oneself; one that has no word here as it was said.
#[must_use]
pub fn diet(diet: &str, language: Language) -> String {
    match (language, diet) {
        (Language::Vietnamese, "vegetarian") => "ăn chay".to_owned(),
        (Language::Vietnamese, "vegan") => "ăn thuần chay".to_owned(),
        (Language::Vietnamese, "halal") => "ăn halal".to_owned(),
        (_, other) => other.to_owned(),
    }
}

/// "a, b and c".
#[must_use]
pub fn list(items: &[String], language: Language) -> String {
    let and = match language {
        Language::English => " and ",
        Language::Vietnamese => " và ",
    };
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{}{and}{last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_naturally() {
        let items = ["MoMo", "tiền mặt", "thẻ"].map(str::to_owned);
        assert_eq!(list(&items, Language::Vietnamese), "MoMo, tiền mặt và thẻ");
        assert_eq!(list(&items[..1], Language::English), "MoMo");
    }

    #[test]
    fn the_last_pieces_are_told() {
        assert_eq!(stock(3, Language::Vietnamese), "chỉ còn 3");
        assert_eq!(stock(0, Language::English), "out of stock");
    }
}
