//! What each intent asks of Lara: whether she may answer it herself, and from what.

use crate::model::Intent;

/// What an intent asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Something the brand tells everybody.
    Fact,
    /// Something about one order.
    Order,
    /// Something about one product.
    Product,
    /// Something only a human may do. The template says that a human was told, so one must be.
    Deed,
    /// Redress: it is a complaint by its very label. The template cares and says that a human was told.
    Redress,
    /// A friendly word.
    SmallTalk,
    /// A thank-you or good-bye: needs no answer while a human is awaited.
    Farewell,
    /// To talk to a human.
    Human,
    /// No more messages, or messages again.
    Consent,
    /// What it is about, only its template knows (an intent the brand added).
    Own,
}

/// What an intent asks for.
#[must_use]
pub fn asks(intent: &Intent) -> Asks {
    match intent.as_str() {
        "delivery_options" | "delivery_period" | "payment_methods" | "refund_policy" | "promotion"
        | "opening_hours" | "store_location" | "create_account" | "recover_password" | "get_invoice"
        | "recommendation" | "place_order" => Asks::Fact,
        "track_order" | "track_refund" => Asks::Order,
        "product_question" | "price_question" | "availability" => Asks::Product,
        "change_order"
        | "cancel_order"
        | "change_shipping_address"
        | "request_refund"
        | "exchange_item"
        | "edit_account"
        | "delete_account"
        | "payment_issue" => Asks::Deed,
        "damaged_item" | "wrong_item" | "missing_item" | "late_delivery" | "poor_service" => Asks::Redress,
        "greeting" | "suggestion" => Asks::SmallTalk,
        "thanks" | "goodbye" | "praise" => Asks::Farewell,
        "human_agent" => Asks::Human,
        "opt_out" | "opt_in" => Asks::Consent,
        _ => Asks::Own,
    }
}

impl Asks {
    /// Whether it asks for nothing: anything else in the same run is answered instead.
    #[must_use]
    pub const fn is_small_talk(self) -> bool {
        matches!(self, Self::SmallTalk | Self::Farewell)
    }

    /// Whether Lara may answer it from what is written down.
    #[must_use]
    pub const fn is_factual(self) -> bool {
        matches!(self, Self::Fact | Self::Order | Self::Product)
    }
}
