//! `[understanding]`: which engine reads the messages of customers.

use serde::Deserialize;
use std::path::PathBuf;

/// Settings of the understanding; everything is optional.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Understanding {
    /// `linear` or `bert`.
    pub(crate) engine: Option<EngineKind>,
    /// Folder of the sentence encoder, or one for each language.
    pub(crate) encoder: Option<EncoderFolders>,
    /// Folder of a sequence-classification model that answers the sentiment.
    pub(crate) sentiment_model: Option<PathBuf>,
    /// How long a message waits for the encoder before the linear answer is used.
    pub(crate) deadline_ms: Option<u64>,
    /// The encoder is asked where the linear engine is less sure of the intent than this; 1 asks always.
    pub(crate) cascade: Option<f32>,
}

/// The engines a file may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EngineKind {
    /// N-grams.
    Linear,
    /// With a sentence encoder.
    Bert,
}

/// One folder for all messages, or one a language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum EncoderFolders {
    /// For every language it was trained for.
    One(PathBuf),
    /// `{ en = "...", vi = "..." }`
    Each(Languages),
}

/// Folders by language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Languages {
    /// English.
    pub(crate) en: Option<PathBuf>,
    /// Vietnamese.
    pub(crate) vi: Option<PathBuf>,
}

impl Understanding {
    /// What the environment says, else the file.
    pub(super) fn or(self, file: Self) -> Self {
        Self {
            engine: self.engine.or(file.engine),
            encoder: self.encoder.or(file.encoder),
            sentiment_model: self.sentiment_model.or(file.sentiment_model),
            deadline_ms: self.deadline_ms.or(file.deadline_ms),
            cascade: self.cascade.or(file.cascade),
        }
    }

    /// Whether an encoder shall be asked.
    pub(crate) fn wants_bert(&self) -> bool {
        self.engine == Some(EngineKind::Bert)
    }
}
