//! What Lara understood of one message.

use super::Entity;
use super::names::words;
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt;

words! {
    /// The language of one message.
    MessageLanguage {
        /// English.
        English = "en",
        /// Vietnamese, with or without accents.
        Vietnamese = "vi",
        /// Recognisably another language.
        Other = "other",
        /// Cannot be told: empty, numbers, emoji.
        Undetermined = "und",
    }
}

words! {
    /// The languages Lara replies in.
    Language {
        /// English.
        English = "en",
        /// Vietnamese.
        Vietnamese = "vi",
    }
}

impl MessageLanguage {
    /// The reply language this message asks for, if it shows one.
    #[must_use]
    pub const fn reply_language(self) -> Option<Language> {
        match self {
            Self::English => Some(Language::English),
            Self::Vietnamese => Some(Language::Vietnamese),
            Self::Other | Self::Undetermined => None,
        }
    }
}

words! {
    /// The mood of one message.
    Sentiment {
        /// Pleased.
        Positive = "positive",
        /// Neither.
        Neutral = "neutral",
        /// Displeased.
        Negative = "negative",
    }
}

words! {
    /// How far the customer's displeasure goes: the gravest of what one message says.
    Severity {
        /// Not displeased, or it does not show.
        None = "none",
        /// Displeased and calm, however politely said.
        Annoyed = "annoyed",
        /// Furious: shouting, swearing, insults.
        Angry = "angry",
        /// Takes the business elsewhere for good, or threatens to.
        Leaving = "leaving",
        /// Speaks of law, police, a regulator or a bank's dispute.
        Legal = "legal",
        /// Somebody was hurt, fell ill or is in danger.
        Health = "health",
        /// Tells the public or the press, or threatens to.
        Viral = "viral",
    }
}

impl Default for Severity {
    /// Readings stored before severity was read have none.
    fn default() -> Self {
        Self::None
    }
}

/// What the customer wants, by its label: a starter intent, one the brand added, or [`Intent::OUT_OF_SCOPE`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Intent(Cow<'static, str>);

impl Intent {
    /// The label of a message that no intent covers.
    pub const OUT_OF_SCOPE: Self = Self(Cow::Borrowed("out_of_scope"));

    /// The intents Lara ships with (their meanings: `nlu/MODEL_CARD.md`).
    pub const STARTERS: &'static [&'static str] = &[
        "place_order",
        "change_order",
        "cancel_order",
        "track_order",
        "delivery_options",
        "delivery_period",
        "change_shipping_address",
        "payment_methods",
        "payment_issue",
        "get_invoice",
        "refund_policy",
        "request_refund",
        "track_refund",
        "exchange_item",
        "product_question",
        "price_question",
        "availability",
        "promotion",
        "recommendation",
        "opening_hours",
        "store_location",
        "create_account",
        "edit_account",
        "delete_account",
        "recover_password",
        "damaged_item",
        "wrong_item",
        "missing_item",
        "late_delivery",
        "poor_service",
        "praise",
        "suggestion",
        "human_agent",
        "greeting",
        "thanks",
        "goodbye",
        "opt_out",
        "opt_in",
    ];

    /// An intent known at compile time.
    #[must_use]
    pub const fn from_static(label: &'static str) -> Self {
        Self(Cow::Borrowed(label))
    }

    /// An intent by its label.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self(Cow::Owned(label.into()))
    }

    /// The label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether no intent covers the message.
    #[must_use]
    pub fn is_out_of_scope(&self) -> bool {
        self.0 == Self::OUT_OF_SCOPE.0
    }
}

impl fmt::Display for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An intent and the calibrated probability that it is right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankedIntent {
    /// The intent.
    pub intent: Intent,
    /// Calibrated probability, 0..=1.
    pub confidence: f32,
}

/// A piece of text that carried a prediction, and how strongly (units: the head's margin).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The n-gram, readable.
    pub text: String,
    /// Its share of the winning margin; negative speaks against.
    pub weight: f32,
}

/// Everything the classifier says about one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Language of the message.
    pub language: MessageLanguage,
    /// The winning intent, or out of scope.
    pub intent: Intent,
    /// Calibrated probability that `intent` is right, 0..=1.
    pub confidence: f32,
    /// The best intent that did not win.
    pub runner_up: Option<RankedIntent>,
    /// Further requests in the same message, read by sentence and clause, surest first; at most two.
    #[serde(default, deserialize_with = "none_one_or_many")]
    pub also: Vec<RankedIntent>,
    /// Mood.
    pub sentiment: Sentiment,
    /// Mood as a number, -1 (negative) ..= 1 (positive).
    pub score: f32,
    /// Probability that the message is a complaint, 0..=1; 0.5 is the decision line.
    pub complaint: f32,
    /// Danger, law, press, or leaving for good.
    pub urgent: bool,
    /// How far the displeasure goes.
    #[serde(default)]
    pub severity: Severity,
    /// What carried the intent, strongest first; at most five.
    pub why: Vec<Evidence>,
    /// What the message names, in order of place; never overlapping.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// Which model read it, e.g. `linear-1`.
    pub model: Cow<'static, str>,
}

/// Rows of before the third request hold `null` or one object.
fn none_one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<RankedIntent>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Many(Vec<RankedIntent>),
        One(RankedIntent),
    }
    Ok(match Option::<Stored>::deserialize(from)? {
        None => Vec::new(),
        Some(Stored::One(one)) => vec![one],
        Some(Stored::Many(many)) => many,
    })
}

impl Default for Reading {
    /// The reading of what could not be read.
    fn default() -> Self {
        Self {
            language: MessageLanguage::Undetermined,
            intent: Intent::OUT_OF_SCOPE,
            confidence: 0.0,
            runner_up: None,
            also: Vec::new(),
            sentiment: Sentiment::Neutral,
            score: 0.0,
            complaint: 0.0,
            urgent: false,
            severity: Severity::default(),
            why: Vec::new(),
            entities: Vec::new(),
            model: Cow::Borrowed("none"),
        }
    }
}

impl Reading {
    /// Whether the message is a complaint by the decision line of 0.5.
    #[must_use]
    pub fn is_complaint(&self) -> bool {
        self.complaint >= 0.5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_stored_before_entities_and_third_requests_still_read() {
        let stored = |also: &str| {
            format!(
                r#"{{"language":"vi","intent":"track_order","confidence":0.9,"runner_up":null,{also}"sentiment":"neutral",
                "score":0.0,"complaint":0.1,"urgent":false,"why":[],"model":"linear-1"}}"#
            )
        };
        let also = |also: &str| serde_json::from_str::<Reading>(&stored(also)).unwrap().also.len();
        let one = r#"{"intent":"opening_hours","confidence":0.8}"#;
        assert_eq!((also(""), also(r#""also":null,"#)), (0, 0));
        assert_eq!(also(&format!(r#""also":{one},"#)), 1);
        assert_eq!(also(&format!(r#""also":[{one},{one}],"#)), 2);
    }
}
