//! One product for who asks what to take: of what they like or bought, in stock, new to them, and nothing they avoid.

use super::{ProductIndex, interests, stated};
use crate::model::{Millis, Order, Preference, Product, Timestamp};
use crate::text::folded_line;
use std::cmp::Reverse;

/// What somebody asked about longer ago tells nothing of what they want now.
const LATELY: Millis = Millis::minutes(30 * 24 * 60);

/// Why a product is recommended: a category, as the shop calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// They named it just now.
    Named(String),
    /// They like it, as they or the shop's records say.
    Likes(String),
    /// They asked about it lately.
    Asked(String),
    /// They bought of it.
    Bought(String),
}

impl Why {
    /// What was used, for the record: never the category itself.
    #[must_use]
    pub const fn used(&self) -> Option<&'static str> {
        match self {
            Self::Named(_) => None,
            Self::Likes(_) => Some("preference:category"),
            Self::Asked(_) => Some("preference:asked"),
            Self::Bought(_) => Some("preference:bought"),
        }
    }

    fn category(&self) -> &str {
        match self {
            Self::Named(category)
            | Self::Likes(category)
            | Self::Asked(category)
            | Self::Bought(category) => category,
        }
    }
}

/// What is known of who asks, as far as it may be used.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// What they wrote.
    pub text: &'a str,
    /// What they bought.
    pub orders: &'a [Order],
    /// What they like and avoid.
    pub likes: &'a [Preference],
    /// Keys of what is to be forgotten.
    pub forgotten: &'a [String],
}

/// The one product to recommend, and why; `None` when nothing speaks for one.
#[must_use]
pub fn recommend<'a>(
    products: &'a ProductIndex,
    asker: &Asker<'_>,
    now: Timestamp,
) -> Option<(&'a Product, Why)> {
    let had: Vec<&str> = asker
        .orders
        .iter()
        .flat_map(|order| &order.items)
        .filter_map(|item| interests::product(item, products))
        .map(|product| product.sku.as_str())
        .collect();
    let fits = |product: &&Product| {
        product.stock.is_none_or(|pieces| pieces > 0)
            && !had.contains(&product.sku.as_str())
            && !is_avoided(product, asker.likes)
    };
    whys(products, asker, now).into_iter().find_map(|why| {
        let category = folded_line(why.category());
        let of_it =
            |product: &&Product| product.category.as_deref().is_some_and(|own| folded_line(own) == category);
        let best = products
            .all()
            .iter()
            .filter(of_it)
            .filter(fits)
            // What is counted and plenty there disappoints nobody.
            .min_by_key(|product| (Reverse(product.stock.unwrap_or(0)), product.sku.as_str()))?;
        Some((best, why))
    })
}

/// Whether the person said they avoid something that a product holds by its name or description.
#[must_use]
pub fn is_avoided(product: &Product, likes: &[Preference]) -> bool {
    let described = format!("{} {}", product.name, product.description.as_deref().unwrap_or_default());
    likes.iter().any(|like| match (stated::thing(&like.key), like.key.as_str()) {
        (Some(thing), _) => stated::is_avoided(thing, &described),
        (None, "diet") => stated::is_avoided(&like.value, &described),
        (None, _) => false,
    })
}

/// What speaks for a category, the strongest first.
fn whys(products: &ProductIndex, asker: &Asker<'_>, now: Timestamp) -> Vec<Why> {
    let line = format!(" {} ", folded_line(asker.text));
    let mut named: Vec<&str> = products
        .all()
        .iter()
        .filter_map(|product| product.category.as_deref())
        .filter(|category| {
            let folded = folded_line(category);
            !folded.is_empty() && line.contains(&format!(" {folded} "))
        })
        .collect();
    named.sort_by_key(|category| (Reverse(category.len()), *category));
    named.dedup();
    let likes = asker.likes.iter().filter(|like| like.key == "category");
    let mut lately: Vec<&Preference> =
        asker.likes.iter().filter(|like| like.topic() == "asked" && now.since(like.at) < LATELY).collect();
    lately.sort_by_key(|like| Reverse(like.at));
    let bought = interests::bought(asker.orders, products, asker.forgotten);
    named
        .into_iter()
        .map(|category| Why::Named(category.to_owned()))
        .chain(likes.map(|like| Why::Likes(like.value.clone())))
        .chain(lately.into_iter().map(|like| Why::Asked(like.value.clone())))
        .chain(bought.into_iter().map(|interest| Why::Bought(interest.category)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{OrderStatus, PreferenceSource};
    use crate::ports::Clock as _;
    use crate::testing::FakeClock;
    use crate::testing::stage::{order, product};

    fn of(sku: &str, name: &str, category: &str, stock: Option<i64>) -> Product {
        Product { category: Some(category.to_owned()), stock, description: None, ..product(sku, name) }
    }

    fn shop() -> ProductIndex {
        ProductIndex::new(vec![
            of("LY-01", "Ly gốm Men Tro", "Gốm", Some(5)),
            of("BA-01", "Bát gốm Men Lam", "Gốm", Some(3)),
            of("BI-01", "Bình gốm", "Gốm", Some(0)),
            of("KE-01", "Kẹo đậu phộng", "Đồ ăn", Some(90)),
            of("KE-02", "Kẹo mè xửng", "Đồ ăn", Some(40)),
            of("TR-01", "Trà sen", "Trà", None),
        ])
    }

    fn picked(text: &str, orders: &[Order], likes: &[Preference]) -> Option<(String, Why)> {
        let asker = Asker { text, orders, likes, forgotten: &[] };
        let products = shop();
        let (product, why) = recommend(&products, &asker, FakeClock::default().now())?;
        Some((product.sku.clone(), why))
    }

    #[test]
    fn somebody_gets_one_thing_like_those_they_bought_that_they_do_not_have() {
        let orders = [order("MH-1", OrderStatus::Delivered, &["Ly gốm Men Tro"])];
        assert_eq!(
            picked("gợi ý giúp em", &orders, &[]),
            Some(("BA-01".to_owned(), Why::Bought("Gốm".to_owned())))
        );
        let all = [order("MH-1", OrderStatus::Delivered, &["Ly gốm Men Tro", "Bát gốm Men Lam"])];
        assert_eq!(picked("gợi ý giúp em", &all, &[]), None, "the vase is out of stock");
    }

    #[test]
    fn what_they_name_comes_before_what_they_bought() {
        let orders = [order("MH-1", OrderStatus::Delivered, &["Ly gốm Men Tro"])];
        let trà = Some(("TR-01".to_owned(), Why::Named("Trà".to_owned())));
        assert_eq!(picked("mua tra gi ngon", &orders, &[]), trà);
        assert_eq!(picked("tư vấn giúp em", &[], &[]), None, "nothing is known of a stranger");
    }

    #[test]
    fn nobody_is_offered_what_they_avoid() {
        assert_eq!(picked("đồ ăn nào ngon", &[], &[]).unwrap().0, "KE-01");
        let avoids = |key: &str| vec![Preference::imported(key, "x")];
        assert_eq!(picked("đồ ăn nào ngon", &[], &avoids("avoid:peanut")).unwrap().0, "KE-02");
        let both: Vec<_> = ["avoid:peanut", "avoid:sesame"].map(|key| Preference::imported(key, "x")).into();
        assert_eq!(picked("đồ ăn nào ngon", &[], &both), None);
    }

    #[test]
    fn what_they_asked_about_lately_counts_and_long_ago_does_not() {
        let now = FakeClock::default().now();
        let asked = |days: i64| Preference {
            source: PreferenceSource::Observed,
            at: now.plus(Millis::minutes(-days * 24 * 60)),
            ..Preference::imported("asked:gom", "Gốm")
        };
        assert_eq!(picked("gợi ý đi", &[], &[asked(2)]).unwrap().1, Why::Asked("Gốm".to_owned()));
        assert_eq!(picked("gợi ý đi", &[], &[asked(40)]), None);
    }
}
