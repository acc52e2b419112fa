//! A brand, how it wants to be answered for, and the facts it answers with.

use super::{BrandId, Language, Millis};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A brand as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Brand {
    /// Id.
    pub id: BrandId,
    /// Short name in addresses and commands: lower-case letters, digits and dashes, unique.
    pub slug: String,
    /// Name as customers know it.
    pub name: String,
    /// Whether this is the demo brand, whose demo doors exist and which can be removed in one click.
    pub demo: bool,
    /// Behaviour.
    pub settings: BrandSettings,
    /// What the brand tells its customers.
    pub facts: Facts,
    /// Moves with every change of the row.
    pub rev: i64,
}

/// How Lara behaves for a brand. Every field has a default, so that stored settings survive new fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BrandSettings {
    /// The language of a reply when the customer's cannot be told.
    pub language: Language,
    /// IANA time zone of the brand's hours and dates.
    pub time_zone: String,
    /// Silence that closes a run of messages.
    pub settle: Millis,
    /// The longest a run stays open.
    pub settle_at_most: Millis,
    /// Confidence under which Lara asks back instead of answering, 0..=1; `None` takes the model's own threshold.
    pub answer_from: Option<f32>,
    /// How order numbers look, `MH-#####` ([`crate::relate::OrderNumbers`]); `None` takes whatever looks like one.
    pub order_pattern: Option<String>,
    /// When humans answer.
    pub human_hours: WeekHours,
    /// Whether Lara says that she is a bot at the start of a conversation.
    pub says_it_is_a_bot: bool,
    /// Currency of prices without one, ISO 4217.
    pub currency: String,
    /// Whether an order number with its e-mail or phone proves who somebody is.
    pub proves_by_order: bool,
    /// When nothing is sent that was not asked for, local minutes; `to` before `from` goes over midnight.
    pub quiet_hours: Option<DayHours>,
    /// The most messages that nobody asked for, a person, within seven days.
    pub unasked_a_week: u16,
    /// Days after which the words of an ended conversation are erased; `None` keeps them.
    pub retention_days: Option<u32>,
    /// Silence after which a conversation that Lara owns has ended.
    pub ends_after: Millis,
}

impl Default for BrandSettings {
    fn default() -> Self {
        Self {
            language: Language::Vietnamese,
            time_zone: "Asia/Ho_Chi_Minh".to_owned(),
            settle: Millis(800),
            settle_at_most: Millis(5_000),
            answer_from: None,
            order_pattern: None,
            human_hours: WeekHours::default(),
            says_it_is_a_bot: true,
            currency: "VND".to_owned(),
            proves_by_order: true,
            quiet_hours: Some(DayHours { from: 21 * 60, to: 8 * 60 }),
            unasked_a_week: 2,
            retention_days: None,
            ends_after: Millis::minutes(24 * 60),
        }
    }
}

/// Minutes since local midnight, `from` inclusive, `to` exclusive; `to` may be 1440.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayHours {
    /// Opening minute.
    pub from: u16,
    /// Closing minute.
    pub to: u16,
}

/// Opening hours of a week, Monday first; an empty day is closed; split shifts are several spans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WeekHours(pub [Vec<DayHours>; 7]);

impl Default for WeekHours {
    /// Every day from 08:00 to 21:00.
    fn default() -> Self {
        Self(std::array::from_fn(|_| vec![DayHours { from: 8 * 60, to: 21 * 60 }]))
    }
}

/// What the brand tells its customers, per language. A missing fact hands over to a human; it is never an empty hole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(pub BTreeMap<Language, FactSheet>);

impl Facts {
    /// The facts in `language`, empty when none were written.
    #[must_use]
    pub fn in_language(&self, language: Language) -> FactSheet {
        self.0.get(&language).cloned().unwrap_or_default()
    }
}

/// The facts of one language. Texts are plain text written by the brand.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FactSheet {
    /// Where the shop is.
    pub address: Option<String>,
    /// When the shop is open, as one would say it.
    pub hours: Option<String>,
    /// Phone number for calls.
    pub phone: Option<String>,
    /// E-mail for letters.
    pub email: Option<String>,
    /// Ways of delivery.
    pub delivery: Vec<DeliveryOption>,
    /// Ways to pay, as one would say them.
    pub payment_methods: Vec<String>,
    /// Days within which a purchase may be returned.
    pub return_days: Option<u16>,
    /// Conditions and cost of a return, as one would say them.
    pub return_terms: Option<String>,
    /// What runs now: codes, discounts, points.
    pub promotion: Option<String>,
    /// How an invoice is had.
    pub invoice: Option<String>,
    /// How long a refund takes, as one would say it.
    pub refund_time: Option<String>,
    /// Pages: shop, returns, account, password, size guide, map.
    pub links: Links,
}

/// Addresses of the brand's own pages (http or https).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Links {
    /// The shop.
    pub shop: Option<String>,
    /// How to return something.
    pub returns: Option<String>,
    /// The customer's account.
    pub account: Option<String>,
    /// Reset of a forgotten password.
    pub password: Option<String>,
    /// The map.
    pub map: Option<String>,
}

/// One way of delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryOption {
    /// Name, with where it goes: "Hà Nội inner city, same day".
    pub name: String,
    /// Fee as one would say it: "free from 500.000 ₫".
    pub fee: String,
    /// Time as one would say it: "2–3 days".
    pub days: String,
}
