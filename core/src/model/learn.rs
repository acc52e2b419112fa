//! What a brand teaches Lara: lessons, pins, and the models made of them.

use super::names::words;
use super::{AgentId, BrandId, Intent, MessageId, MessageLanguage, Timestamp};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The longest label, in characters.
pub const LABEL_LONGEST: usize = 48;

/// A label this like a shipped one is its misspelling.
const MISSPELT: f64 = 0.8;

/// A label that cannot be one, and how it could be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// Not a letter in it.
    #[error("a label needs letters: write it like track_order")]
    Empty,
    /// Spaces, capitals, accents or marks.
    #[error(
        "the label {label:?} may have lower-case letters, digits and underscores only: write {suggestion:?}"
    )]
    Spelling {
        /// As it was written.
        label: String,
        /// The nearest good spelling.
        suggestion: String,
    },
    /// The key of a template of Lara's own: as an intent it would promise what nobody does.
    #[error("{label} is what Lara says about the talk itself, and no intent: choose another name")]
    Kept {
        /// As it was written.
        label: String,
    },
    /// A misspelling of an intent that is there, or too like it to be told apart in a list.
    #[error("the label {label:?} is nearly {near}: write that, or a name less like it")]
    Near {
        /// As it was written.
        label: String,
        /// What it is like.
        near: &'static str,
    },
    /// Too long to be read in a list.
    #[error("the label {label:?} is too long: use at most 48 letters")]
    Long {
        /// As it was written.
        label: String,
    },
}

/// Keys of templates beside the intents: what Lara says about the talk itself. No intent may have one of them.
pub const TALK_KEYS: &[&str] = &[
    "unknown_language",
    "ask_unsure",
    "ask_which_order",
    "escalated_complaint",
    "escalated_urgent",
    "escalated_human",
    "escalated_misses",
    "escalated_missing_fact",
    "escalated_request",
    "public_complaint",
    "private_hello",
    "waiting_ack",
    "waiting_more",
    "fallback",
    "hello",
    "noted",
    "same_again",
    "link_code",
    "link_help",
    "linked",
    "ask_proof",
    "proof_failed",
];

impl Intent {
    /// An intent by a label somebody wrote: lower-case letters, digits and underscores, a letter first. `oos` is read as
    /// [`Intent::OUT_OF_SCOPE`].
    pub fn parse(label: &str) -> Result<Self, LabelError> {
        let label = label.trim();
        if label == "oos" {
            return Ok(Self::OUT_OF_SCOPE);
        }
        if TALK_KEYS.contains(&label) {
            return Err(LabelError::Kept { label: label.to_owned() });
        }
        let suggestion = spelled(label);
        if suggestion.is_empty() {
            return Err(LabelError::Empty);
        }
        if label.chars().count() > LABEL_LONGEST {
            return Err(LabelError::Long { label: label.to_owned() });
        }
        if suggestion != label {
            return Err(LabelError::Spelling { label: label.to_owned(), suggestion });
        }
        match misspelt(label) {
            Some(near) => Err(LabelError::Near { label: label.to_owned(), near }),
            None => Ok(Self::new(suggestion)),
        }
    }
}

impl Intent {
    /// The label nearest to some words; `None` when there is no letter in them.
    #[must_use]
    pub fn suggested(words: &str) -> Option<Self> {
        let label: String = spelled(words).chars().take(LABEL_LONGEST).collect();
        (!label.is_empty()).then(|| Self::new(label))
    }
}

/// The shipped intent that a label misspells.
fn misspelt(label: &str) -> Option<&'static str> {
    let known = || Intent::STARTERS.iter().copied().chain(["out_of_scope"]);
    if known().any(|starter| starter == label) {
        return None;
    }
    let likeness = |starter: &&'static str| strsim::normalized_damerau_levenshtein(label, starter);
    let nearest = known().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    nearest.filter(|starter| likeness(starter) >= MISSPELT)
}

/// `Hỏi  size áo?` as `hoi_size_ao`.
fn spelled(label: &str) -> String {
    let plain: String = label
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'đ' => 'd',
            c if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' => c,
            _ => ' ',
        })
        .collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join("_");
    words.trim_start_matches(|c: char| !c.is_ascii_lowercase()).trim_end_matches('_').to_owned()
}

words! {
    /// Where a lesson comes from.
    LessonSource {
        /// A file somebody brought in, or a text somebody wrote.
        Imported = "imported",
        /// A customer's message whose reading somebody corrected or confirmed.
        Corrected = "corrected",
    }
}

/// A text and what it means to a brand: what the brand's model learns from. Unique by (brand, text) but for case and
/// blanks. It keeps no customer: personal parts are masked before it is stored, and the message is only a link, which
/// leads nowhere once the message is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// Brand.
    pub brand: BrandId,
    /// The text, masked.
    pub text: String,
    /// Its language.
    pub language: MessageLanguage,
    /// What it means.
    pub label: Intent,
    /// Where it comes from.
    pub source: LessonSource,
    /// Who taught it; `None` for the command line.
    pub by: Option<AgentId>,
    /// The message it was, if it was one.
    pub message: Option<MessageId>,
    /// When.
    pub at: Timestamp,
}

/// A text that every model of the brand must read so: a regression message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Brand.
    pub brand: BrandId,
    /// The text, masked.
    pub text: String,
    /// What it must be read as.
    pub label: Intent,
    /// Who pinned it; `None` for the command line.
    pub by: Option<AgentId>,
    /// When.
    pub at: Timestamp,
}

words! {
    /// What a model is to its brand.
    ModelState {
        /// Trained, and not (yet) found good enough.
        Candidate = "candidate",
        /// Reads the brand's messages. At most one; without one the shipped model does.
        Live = "live",
        /// Was live.
        Retired = "retired",
    }
}

/// One trained model of a brand, without its bytes. Unique by (brand, number).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelVersion {
    /// Brand.
    pub brand: BrandId,
    /// 1, 2, 3, ...; 0 is the shipped model, which is not stored.
    pub number: i64,
    /// What it is.
    pub state: ModelState,
    /// When it was trained.
    pub trained_at: Timestamp,
    /// How many of the brand's lessons it learnt from.
    pub lessons: i64,
    /// How it compared with what was live, as the trainer wrote it.
    pub scores: serde_json::Value,
    /// Why it was promoted or kept back, in plain words.
    pub note: String,
    /// Whether its bytes are still there, so that it can be live (again).
    pub whole: bool,
}

/// One message a customer wrote and what Lara took it for.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// Message.
    pub message: MessageId,
    /// Its text.
    pub text: String,
    /// The language it was read in.
    pub language: MessageLanguage,
    /// The intent its run was read as.
    pub intent: Intent,
    /// How sure that was, 0..=1.
    pub confidence: f32,
    /// When it came.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_written_like_the_starter_intents() {
        for label in Intent::STARTERS {
            assert_eq!(Intent::parse(label).unwrap().as_str(), *label);
        }
        assert_eq!(Intent::parse(" oos ").unwrap(), Intent::OUT_OF_SCOPE);
        assert_eq!(Intent::parse("size_2").unwrap().as_str(), "size_2");
    }

    #[test]
    fn a_label_written_otherwise_is_turned_down_with_its_good_spelling() {
        for (label, good) in [
            ("track order", "track_order"),
            ("Hỏi  size áo?", "hoi_size_ao"),
            ("Đổi-trả", "doi_tra"),
            ("2nd hand", "nd_hand"),
            ("_a_", "a"),
        ] {
            let error = Intent::parse(label).unwrap_err();
            assert_eq!(error, LabelError::Spelling { label: label.to_owned(), suggestion: good.to_owned() });
            assert_eq!(Intent::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(Intent::parse(" 42 ?"), Err(LabelError::Empty));
        assert!(matches!(Intent::parse(&"a".repeat(49)), Err(LabelError::Long { .. })));
        for (label, near) in [("opening_hour", "opening_hours"), ("out_of_scop", "out_of_scope")] {
            assert_eq!(Intent::parse(label), Err(LabelError::Near { label: label.to_owned(), near }));
        }
        for kept in TALK_KEYS {
            assert_eq!(Intent::parse(kept), Err(LabelError::Kept { label: (*kept).to_owned() }));
        }
    }
}
