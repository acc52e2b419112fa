//! The engine: seven heads over one pass of features, and what they say together.

mod bundle;
mod language;
mod intent;
mod mood;
mod deep;
#[cfg(test)]
mod mood_tests;
#[cfg(test)]
mod tests;

pub use bundle::{HEADS, pack};
pub use deep::{DEEP_HEADS, Deep};

use crate::error::EngineError;
use crate::head::{Head, Scratch};
use async_trait::async_trait;
use lara_core::model::{BrandId, Evidence, Intent, MessageLanguage, RankedIntent, Reading};
use lara_core::ports::{Ask, Classifier, ClassifyError, StoreResult};
use mood::{Mood, Moods};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The model that ships with Lara, made by `cargo run --release -p lara-nlu --example train`.
const SHIPPED: &[u8] = include_bytes!("../../models/shipped.bin");

/// At most this many pieces of evidence go with a reading.
const WHY: usize = 5;

/// Reads messages. Immutable and cheap to share.
#[derive(Debug, Clone)]
pub struct Engine {
    name: Cow<'static, str>,
    intent: Head,
    // Each brand's engine shares what it does not learn itself.
    mood: Arc<Moods>,
    language: Arc<Head>,
    /// A second opinion for messages that come with an embedding.
    deep: Option<Arc<Deep>>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Engine {
    /// What readings of the shipped model are signed with.
    pub const SHIPPED: &str = "linear-1";

    /// The model that ships with Lara.
    pub fn shipped() -> Result<Self, EngineError> {
        Self::from_bytes(SHIPPED)
    }

    /// A model from the bytes [`pack`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EngineError> {
        let mut heads = bundle::unpack(bytes)?;
        let mut head = |name: &'static str| heads.remove(name).ok_or(EngineError::MissingHead(name));
        Ok(Self {
            name: Cow::Borrowed(Self::SHIPPED),
            intent: head("intent")?,
            mood: Arc::new(Moods {
                public: head("sentiment_public")?,
                brand: head("sentiment_brand")?,
                plain: head("sentiment_plain")?,
                complaint: head("complaint")?,
                urgent: head("urgent")?,
                severity: head("severity")?,
            }),
            language: Arc::new(head("language")?),
            deep: None,
        })
    }

    /// The same engine with a brand's own intents in place of the shipped ones.
    #[must_use]
    pub fn with_intents(self, intent: Head, name: impl Into<String>) -> Self {
        Self { intent, name: Cow::Owned(name.into()), ..self }
    }

    /// The same engine with a brand's own intents, from the bytes [`pack`] made of the head `intent`. The other heads stay
    /// as they shipped.
    pub fn with_intent_bytes(self, bytes: &[u8], name: impl Into<String>) -> Result<Self, EngineError> {
        let intent = bundle::unpack(bytes)?.remove("intent").ok_or(EngineError::MissingHead("intent"))?;
        Ok(self.with_intents(intent, name))
    }

    /// The same engine with a second opinion for messages that come with an embedding.
    #[must_use]
    pub fn with_deep(self, deep: Arc<Deep>, name: impl Into<String>) -> Self {
        Self { deep: Some(deep), name: Cow::Owned(name.into()), ..self }
    }

    /// The engine as [`Engine::from_bytes`] reads it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let heads: Vec<(&str, &Head)> = HEADS.into_iter().zip(self.heads()).collect();
        pack(&heads)
    }

    /// What its readings are signed with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The intent head.
    #[must_use]
    pub const fn intents(&self) -> &Head {
        &self.intent
    }

    /// How many dimensions the embedding of a message must have; 0 for an engine that wants none.
    #[must_use]
    pub fn embedding_dims(&self) -> usize {
        let deep = self.deep.as_deref().map_or(0, Deep::dimensions);
        self.heads().into_iter().map(Head::embedding_dims).max().unwrap_or(0).max(deep)
    }

    /// The heads in the order of [`HEADS`].
    fn heads(&self) -> [&Head; 8] {
        let Moods { public, brand, plain, complaint, urgent, severity } = &*self.mood;
        [&self.intent, public, brand, plain, complaint, urgent, severity, &self.language]
    }

    /// Reads one message. Total: any string has a reading.
    #[must_use]
    pub fn classify(&self, text: &str) -> Reading {
        SCRATCH.with_borrow_mut(|scratch| self.read(text, &[], scratch))
    }

    /// Reads one message together with its embedding. Heads trained without embeddings do not look at it; those trained with
    /// one refuse another size. Without it they answer on the rest alone, which is poor: ask an engine without an encoder.
    pub fn classify_embedded(&self, text: &str, embedding: Option<&[f32]>) -> Result<Reading, EngineError> {
        let embedding = embedding.unwrap_or_default();
        let found = embedding.len();
        let fits = |expected: usize| found == 0 || expected == 0 || found == expected;
        let deep = self.deep.as_deref().map_or(0, Deep::dimensions);
        let wanted = self.heads().map(Head::embedding_dims).into_iter().chain([deep]);
        if let Some(expected) = wanted.into_iter().find(|expected| !fits(*expected)) {
            return Err(EngineError::Embedding { found, expected });
        }
        Ok(SCRATCH.with_borrow_mut(|scratch| self.read(text, embedding, scratch)))
    }

    /// Reads many, in order.
    #[must_use]
    pub fn classify_batch(&self, texts: &[&str]) -> Vec<Reading> {
        SCRATCH.with_borrow_mut(|scratch| texts.iter().map(|text| self.read(text, &[], scratch)).collect())
    }

    fn read(&self, text: &str, embedding: &[f32], scratch: &mut Scratch) -> Reading {
        scratch.read_embedded(text, embedding);
        let language = self.language(text, scratch);
        let Mood { sentiment, score, complaint, urgent, severity } =
            self.mood.read(self.deep.as_deref(), scratch);
        let intent = self.intent(scratch);
        Reading {
            language,
            intent: Intent::new(intent.label),
            confidence: intent.confidence,
            runner_up: intent.runner_up.map(|(label, confidence)| ranked(label, confidence)),
            also: intent.also.into_iter().map(|(label, confidence)| ranked(label, confidence)).collect(),
            sentiment,
            score,
            complaint,
            urgent,
            severity,
            why: intent.why,
            entities: crate::entities::find(text),
            model: self.name.clone(),
        }
    }

    pub(crate) fn sentiment_label(&self, present: &BTreeSet<&str>, scratch: &mut Scratch) -> String {
        let probabilities = self.mood.sentiments(self.deep.as_deref(), scratch);
        self.mood.public.best_of(&probabilities, |label| present.contains(label)).to_owned()
    }

    pub(crate) fn complaint_label(&self, scratch: &mut Scratch) -> String {
        let complaint = self.mood.complains(self.deep.as_deref(), scratch) >= 0.5;
        if complaint { "complaint" } else { "not_complaint" }.to_owned()
    }

    pub(crate) fn intent_label(&self, rejects: bool, scratch: &mut Scratch) -> String {
        let intent = self.intent(scratch);
        if rejects { intent.label } else { intent.forced }.to_owned()
    }

    pub(crate) fn language_label(
        &self,
        text: &str,
        present: &BTreeSet<&str>,
        scratch: &mut Scratch,
    ) -> String {
        let language = self.language(text, scratch);
        if present.contains(language.as_str()) {
            return language.as_str().to_owned();
        }
        self.language.predict_with(scratch);
        self.language.best_of(&scratch.values, |label| present.contains(label)).to_owned()
    }

    fn language(&self, text: &str, scratch: &mut Scratch) -> MessageLanguage {
        language::of(&self.language, text, scratch)
    }
}

fn ranked(label: &str, confidence: f32) -> RankedIntent {
    RankedIntent { intent: Intent::new(label), confidence }
}

/// Evidence for label `at` of `head` in the message last asked.
fn why(head: &Head, scratch: &Scratch, at: usize) -> Vec<Evidence> {
    head.carriers(scratch, at)
        .into_iter()
        .take(WHY)
        .filter(|(_, weight)| *weight > 0.0)
        .filter_map(|(token, weight)| {
            let token = scratch.text.tokens.get(token)?;
            Some(Evidence { text: scratch.text.word(token).to_owned(), weight })
        })
        .collect()
}

#[async_trait]
impl Classifier for Engine {
    async fn classify(&self, asks: &[Ask<'_>]) -> Result<Vec<Reading>, ClassifyError> {
        Ok(asks.iter().map(|ask| self.classify(ask.text)).collect())
    }

    async fn threshold(&self, _: BrandId) -> StoreResult<f32> {
        Ok(self.intent.threshold())
    }
}
