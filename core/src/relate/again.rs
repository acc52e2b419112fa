//! "The same as last time": whether somebody asks for it, and what of it can be had.

use super::{ProductIndex, interests};
use crate::model::{Order, OrderStatus};
use crate::text::folded_line;

/// Ways to ask for what one had before; folded. Each is clear in a message of its own.
const SAME: &[&str] = &[
    "nhu lan truoc",
    "giong lan truoc",
    "y nhu lan truoc",
    "nhu don truoc",
    "giong don truoc",
    "y nhu don truoc",
    "nhu don cu",
    "giong don cu",
    "y nhu cu",
    "y het don truoc",
    "y het lan truoc",
    "dat lai don truoc",
    "dat lai don cu",
    "dat lai nhu cu",
    "mua lai don truoc",
    "mua lai nhu cu",
    "nhu moi khi",
    "nhu moi lan",
    "the usual",
    "my usual",
    "same as last time",
    "same as before",
    "same order again",
    "same order as",
    "order the same",
    "order again the same",
    "repeat my order",
    "repeat my last order",
    "repeat the last order",
    "reorder",
    "order it again",
    "order that again",
    "order again",
];

/// What turns such words into something else: a complaint that it happens again, or a question where it is.
const OTHERWISE: &[&str] = &[
    "khong nhu",
    "khong giong",
    "ko giong",
    "ko nhu",
    "k giong",
    "not the same",
    "isn't the same",
    "never order again",
    "won't order again",
    "will not order again",
    "not order again",
    "loi nhu",
    "hong nhu",
    "sai nhu",
    "giao nham",
    "o dau",
    "toi dau",
    "den dau",
    "where",
    "when",
    "bao gio",
    "khi nao",
    "huy",
    "cancel",
    "hoan tien",
    "refund",
    "problem",
    "mistake",
    "wrong",
    "cham nhu",
    "tre nhu",
    "te nhu",
    "bao lau",
    "gia co",
    "con gia",
    "never",
    "don't",
];

/// Whether a message asks for the same as before.
#[must_use]
pub fn asks_for_the_same(text: &str) -> bool {
    let line = format!(" {} ", folded_line(text));
    let says = |words: &&str| line.contains(&format!(" {words} "));
    SAME.iter().any(says) && !OTHERWISE.iter().any(says)
}

/// The order that "last time" is: the newest that arrived, else the newest that was not cancelled or sent back.
#[must_use]
pub fn last(orders: &[Order]) -> Option<&Order> {
    let arrived = orders.iter().find(|order| order.status == OrderStatus::Delivered);
    let stands = |order: &&Order| {
        !matches!(order.status, OrderStatus::Cancelled | OrderStatus::Returned | OrderStatus::Refunded)
    };
    arrived.or_else(|| orders.iter().find(stands)).filter(|order| !order.items.is_empty())
}

/// Names of what an order held that is out of stock now.
#[must_use]
pub fn gone(order: &Order, products: &ProductIndex) -> Vec<String> {
    let is_gone = |item: &&crate::model::OrderItem| {
        interests::product(item, products)
            .is_some_and(|product| product.stock.is_some_and(|pieces| pieces <= 0))
    };
    order.items.iter().filter(is_gone).map(|item| item.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Product;
    use crate::testing::stage::{order, product};

    #[test]
    fn the_same_is_asked_for_in_many_words() {
        for said in [
            "cho em như lần trước nhé",
            "dat lai don cu giup minh",
            "lấy y như cũ",
            "giống đơn trước nha shop",
            "The usual, please",
            "same as last time",
            "can I order again?",
            "please repeat my last order",
        ] {
            assert!(asks_for_the_same(said), "{said}");
        }
        for said in [
            "hàng không giống lần trước",
            "không như lần trước",
            "the same problem again",
            "I will never order again",
            "lại trễ như lần trước",
            "đơn trước của em đâu",
            "giao nhầm như lần trước",
            "it's the usual story, where is my order?",
            "as usual you are late",
            "giá có như lần trước không",
        ] {
            assert!(!asks_for_the_same(said), "{said}");
        }
    }

    #[test]
    fn last_time_is_what_arrived() {
        let orders = [
            order("MH-3", OrderStatus::Shipped, &["Ly"]),
            order("MH-2", OrderStatus::Delivered, &["Khăn"]),
            order("MH-1", OrderStatus::Delivered, &["Bình"]),
        ];
        assert_eq!(last(&orders).unwrap().number, "MH-2");
        assert_eq!(last(&orders[..1]).unwrap().number, "MH-3");
        assert_eq!(last(&[order("MH-1", OrderStatus::Cancelled, &["Ly"])]), None);
        assert_eq!(last(&[]), None);
    }

    #[test]
    fn what_is_gone_is_told() {
        let sold_out = Product { stock: Some(0), ..product("KH-01", "Khăn lanh") };
        let products = ProductIndex::new(vec![product("LY-01", "Ly gốm Men Tro"), sold_out]);
        let before = order("MH-1", OrderStatus::Delivered, &["Ly gốm Men Tro", "Khăn lanh", "Món lạ"]);
        assert_eq!(gone(&before, &products), ["Khăn lanh"]);
    }
}
