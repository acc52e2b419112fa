//! What must be known before a template of a key is rendered. Where it is not, a human answers instead.

use super::context::{Context, FactsView};
use crate::model::{Intent, TALK_KEYS};

/// Every key there is a shipped template for.
pub static KEYS: std::sync::LazyLock<Vec<&'static str>> = std::sync::LazyLock::new(|| {
    let mut keys: Vec<&str> = Intent::STARTERS.iter().chain(TALK_KEYS).copied().collect();
    keys.push("out_of_scope");
    keys.sort_unstable();
    keys
});

/// One thing a key needs.
#[derive(Clone, Copy)]
pub struct Need {
    /// Its name, as in a context and in `Decision::known`: `facts.hours`.
    pub name: &'static str,
    known: fn(&Context) -> bool,
}

impl std::fmt::Debug for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Need {
    /// Whether it is known.
    #[must_use]
    pub fn is_met(&self, context: &Context) -> bool {
        (self.known)(context)
    }
}

macro_rules! need {
    ($name:literal, $known:expr) => {
        Need { name: $name, known: $known }
    };
}

const HOURS: Need = need!("facts.hours", |c| c.facts.hours.is_some());
const ADDRESS: Need = need!("facts.address", |c| c.facts.address.is_some());
const DELIVERY: Need = need!("facts.delivery", |c| !c.facts.delivery.is_empty());
const PAYMENT: Need = need!("facts.payment_methods", |c| !c.facts.payment_methods.is_empty());
const RETURNS: Need = need!("facts.return_days", |c| knows_returns(&c.facts));
const PROMOTION: Need = need!("facts.promotion", |c| c.facts.promotion.is_some());
const INVOICE: Need = need!("facts.invoice", |c| c.facts.invoice.is_some());
const SHOP: Need = need!("facts.links.shop", |c| c.facts.links.shop.is_some() || c.product.is_some());
const ACCOUNT: Need = need!("facts.links.account", |c| c.facts.links.account.is_some());
const PASSWORD: Need = need!("facts.links.password", |c| {
    c.facts.links.password.is_some() || c.facts.links.account.is_some()
});
const PRICE: Need = need!("product.price", |c| c.product.as_ref().is_none_or(|p| p.price.is_some()));
const STOCK: Need = need!("product.stock", |c| c.product.as_ref().is_none_or(|p| p.stock_text.is_some()));
const DESCRIPTION: Need = need!("product.description", |c| c
    .product
    .as_ref()
    .is_none_or(|p| p.description.is_some() || p.url.is_some()));

const fn knows_returns(facts: &FactsView) -> bool {
    facts.return_days.is_some() || facts.return_terms.is_some() || facts.links.returns.is_some()
}

/// What a template of this key needs. Without it, a human is asked (`escalated_missing_fact`).
#[must_use]
pub fn needs(key: &str) -> &'static [Need] {
    match key {
        "opening_hours" => &[HOURS],
        "store_location" => &[ADDRESS],
        "delivery_options" | "delivery_period" => &[DELIVERY],
        "payment_methods" => &[PAYMENT],
        "refund_policy" => &[RETURNS],
        "promotion" => &[PROMOTION],
        "get_invoice" => &[INVOICE],
        "place_order" | "recommendation" => &[SHOP],
        "create_account" => &[ACCOUNT],
        "recover_password" => &[PASSWORD],
        "price_question" => &[PRICE],
        "availability" => &[STOCK],
        "product_question" => &[DESCRIPTION],
        _ => &[],
    }
}
