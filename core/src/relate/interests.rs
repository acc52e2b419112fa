//! What somebody's orders tell of what they like: the categories they bought, never stored but as forgotten.

use super::ProductIndex;
use crate::model::{Order, OrderItem, OrderStatus, Product, Timestamp};
use crate::text::folded_line;

/// A category somebody bought of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interest {
    /// As the shop calls it.
    pub category: String,
    /// How many of the orders hold something of it.
    pub orders: usize,
    /// When they bought of it last.
    pub at: Timestamp,
}

/// The key under which an interest is forgotten, and shown at the desk.
#[must_use]
pub fn key(category: &str) -> String {
    format!("bought:{}", folded_line(category))
}

/// The product an item of an order is, as far as the brand still knows it.
#[must_use]
pub fn product<'a>(item: &OrderItem, products: &'a ProductIndex) -> Option<&'a Product> {
    item.sku.as_deref().and_then(|sku| products.by_sku(sku)).or_else(|| products.mentioned(&item.name))
}

/// The categories bought in `orders`, the most often bought first, then the latest. Of what was cancelled or went back nothing
/// follows, nor of what is to be forgotten.
#[must_use]
pub fn bought(orders: &[Order], products: &ProductIndex, forgotten: &[String]) -> Vec<Interest> {
    let mut found: Vec<Interest> = Vec::new();
    let kept = |order: &&Order| {
        !matches!(order.status, OrderStatus::Cancelled | OrderStatus::Returned | OrderStatus::Refunded)
    };
    for order in orders.iter().filter(kept) {
        let mut of_order: Vec<&str> =
            order.items.iter().filter_map(|item| product(item, products)?.category.as_deref()).collect();
        of_order.sort_unstable();
        of_order.dedup();
        for category in of_order {
            match found.iter_mut().find(|interest| interest.category == category) {
                Some(interest) => {
                    interest.orders = interest.orders.saturating_add(1);
                    interest.at = interest.at.max(order.ordered_at);
                }
                None => {
                    found.push(Interest { category: category.to_owned(), orders: 1, at: order.ordered_at });
                }
            }
        }
    }
    found.retain(|interest| {
        !folded_line(&interest.category).is_empty() && !forgotten.contains(&key(&interest.category))
    });
    found.sort_by(|a, b| (b.orders, b.at).cmp(&(a.orders, a.at)).then_with(|| a.category.cmp(&b.category)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::stage::{order, product};

    fn shop() -> ProductIndex {
        let of = |sku: &str, name: &str, category: &str| Product {
            category: Some(category.to_owned()),
            ..product(sku, name)
        };
        ProductIndex::new(vec![of("LY-01", "Ly gốm Men Tro", "Gốm"), of("KH-01", "Khăn lanh", "Vải")])
    }

    #[test]
    fn what_was_bought_and_kept_tells_what_somebody_likes() {
        let orders = [
            order("MH-3", OrderStatus::Shipped, &["Ly gốm Men Tro"]),
            order("MH-2", OrderStatus::Delivered, &["Khăn lanh", "Ly gốm Men Tro"]),
            order("MH-1", OrderStatus::Returned, &["Khăn lanh", "Một món đã bỏ"]),
        ];
        let found = bought(&orders, &shop(), &[]);
        let told: Vec<_> = found.iter().map(|found| (found.category.as_str(), found.orders)).collect();
        assert_eq!(told, [("Gốm", 2), ("Vải", 1)]);
        let found = bought(&orders, &shop(), &["bought:gom".to_owned()]);
        assert_eq!(found.iter().map(|found| found.category.as_str()).collect::<Vec<_>>(), ["Vải"]);
        assert_eq!(bought(&[], &shop(), &[]), []);
    }
}
