//! Relate: what of all that is known may be used here, and which order or product is meant.

use crate::model::Product;

/// Products of a brand, findable in a message.
#[derive(Debug, Default)]
pub struct ProductIndex {
    products: Vec<Product>,
}

impl ProductIndex {
    /// An index over the products.
    #[must_use]
    pub fn new(products: Vec<Product>) -> Self {
        Self { products }
    }

    /// All products.
    #[must_use]
    pub fn all(&self) -> &[Product] {
        &self.products
    }
}
