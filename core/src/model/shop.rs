//! Shop systems that tell of orders.

use super::names::words;
use super::{BrandId, Secrets, ShopId, Timestamp};

words! {
    /// Which shop system it is.
    ShopKind {
        /// Shopify.
        Shopify = "shopify",
        /// `WooCommerce`.
        WooCommerce = "woocommerce",
    }
}

/// A shop system of a brand. Unique by (brand, name).
#[derive(Debug, Clone)]
pub struct Shop {
    /// Id; part of the address its webhooks are posted to.
    pub id: ShopId,
    /// Brand.
    pub brand: BrandId,
    /// Which system.
    pub kind: ShopKind,
    /// Short name: lower-case letters, digits and dashes.
    pub name: String,
    /// What its webhooks are signed with, under [`Shop::SECRET`].
    pub secrets: Secrets,
    /// Put before its ids of customers, so that two systems of one brand never mean each other's. Empty for the one whose
    /// ids the brand's files and pages use too.
    pub prefix: String,
    /// Since when nothing is taken from it.
    pub paused_at: Option<Timestamp>,
    /// When it told something last that was signed right.
    pub last_event_at: Option<Timestamp>,
    /// What went wrong last, a stable code; forgotten when it tells something that is signed right.
    pub last_error: Option<String>,
    /// When that was.
    pub last_error_at: Option<Timestamp>,
    /// Since when it is known.
    pub created_at: Timestamp,
}

impl Shop {
    /// The name of the signing secret among the secrets.
    pub const SECRET: &'static str = "secret";

    /// An id of this system as it is stored: with the system's name and prefix before it.
    #[must_use]
    pub fn scoped(&self, id: &str) -> String {
        format!("{}:{}{id}", self.kind, self.prefix)
    }

    /// The id of a customer as it is stored: what the brand's own files call them.
    #[must_use]
    pub fn customer(&self, id: &str) -> String {
        format!("{}{id}", self.prefix)
    }
}
