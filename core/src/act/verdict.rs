//! What a policy decides. The turn makes it true: renders, escalates, records.

use crate::model::{DecisionKind, EscalationReason, OpenQuestion, Order, Priority, Product};
use crate::ports::ConsentChange;
use crate::relate::recommend::Why;

/// A call for a human.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Why.
    pub reason: EscalationReason,
    /// How soon.
    pub priority: Priority,
    /// 0..=100.
    pub severity: i32,
}

/// What becomes of the count of misses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misses {
    /// It stays.
    Keep,
    /// It begins anew: something was understood.
    Reset,
    /// One more.
    Add,
}

/// What a policy decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict<'a> {
    /// What is done.
    pub kind: DecisionKind,
    /// Why: a stable snake-case code.
    pub reason: &'static str,
    /// Keys of the templates to say, in order; empty is silence.
    pub say: Vec<String>,
    /// Keys of the templates to say in private beside a line in a public place; empty is nothing.
    pub aside: Vec<String>,
    /// Titles of the buttons offered.
    pub quick_replies: Vec<String>,
    /// A call for a human.
    pub call: Option<Call>,
    /// What Lara waits to hear from now on.
    pub question: Option<OpenQuestion>,
    /// Misses.
    pub misses: Misses,
    /// Consent.
    pub consent: ConsentChange,
    /// The order spoken of.
    pub order: Option<&'a Order>,
    /// Orders to choose from.
    pub orders: Vec<&'a Order>,
    /// The product spoken of.
    pub product: Option<&'a Product>,
    /// Why the product is recommended.
    pub because: Option<Why>,
    /// What of the order cannot be had again, where the same is wanted again.
    pub gone: Option<Vec<String>>,
    /// What may have been meant.
    pub choices: Vec<String>,
    /// Whether a one-time code is given out with it.
    pub gives_code: bool,
    /// What the brand would have to write down for a human not to be needed: `facts.hours`, `product.price`.
    pub missing: Vec<&'static str>,
}

impl<'a> Verdict<'a> {
    fn new(kind: DecisionKind, reason: &'static str) -> Self {
        Self {
            kind,
            reason,
            say: Vec::new(),
            aside: Vec::new(),
            quick_replies: Vec::new(),
            call: None,
            question: None,
            misses: Misses::Keep,
            consent: ConsentChange::Keep,
            order: None,
            orders: Vec::new(),
            product: None,
            because: None,
            gone: None,
            choices: Vec::new(),
            gives_code: false,
            missing: Vec::new(),
        }
    }

    /// Nothing is said.
    #[must_use]
    pub fn silent(reason: &'static str) -> Self {
        Self::new(DecisionKind::Silent, reason)
    }

    /// An answer.
    #[must_use]
    pub fn reply(reason: &'static str, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let say = keys.into_iter().map(Into::into).collect();
        Self { say, misses: Misses::Reset, ..Self::new(DecisionKind::Reply, reason) }
    }

    /// A question back.
    #[must_use]
    pub fn ask(reason: &'static str, key: &str, question: Option<OpenQuestion>) -> Self {
        Self { say: vec![key.to_owned()], question, ..Self::new(DecisionKind::Ask, reason) }
    }

    /// A human is called, and the customer told.
    #[must_use]
    pub fn escalate(
        reason: &'static str,
        call: Call,
        keys: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let say = keys.into_iter().map(Into::into).collect();
        Self { say, call: Some(call), misses: Misses::Reset, ..Self::new(DecisionKind::Escalate, reason) }
    }

    /// With an order to speak of.
    #[must_use]
    pub fn about(self, order: Option<&'a Order>) -> Self {
        Self { order, ..self }
    }
}
