//! The engine `bert`: the linear engine with encoders for a second opinion, and perhaps a sentiment model.

use super::{Encoder, EncoderError, MoodModel, Unanswered, shipped};
use crate::engine::{Deep, Engine};
use crate::normalise::strip_accents;
use lara_core::model::{Language, MessageLanguage, Reading};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Where the models lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folders {
    /// Encoders; one with a language is asked about messages in that language only.
    pub encoders: Vec<(Option<Language>, PathBuf)>,
    /// A sequence classifier that answers the sentiment.
    pub sentiment: Option<PathBuf>,
}

/// An encoder with the heads trained on it.
#[derive(Debug, Clone)]
struct Ear {
    encoder: Encoder,
    /// The linear engine with these heads beside its own.
    engine: Engine,
    /// The name of that linear engine.
    over: String,
    languages: Vec<Language>,
    /// A language that it does not understand without its accents: there the linear engine is better alone.
    accented: Option<Language>,
}

/// The linear engine, and who is asked besides.
#[derive(Debug, Clone)]
pub struct BertEngine {
    linear: Engine,
    ears: Vec<Ear>,
    mood: Option<MoodModel>,
}

impl BertEngine {
    /// Loads all folders. An encoder that no heads were trained on is refused, unless `linear` itself was trained with it.
    pub fn open(linear: Engine, folders: &Folders) -> Result<Self, EncoderError> {
        let mut ears = Vec::new();
        for (language, folder) in &folders.encoders {
            let encoder = Encoder::open(folder)?;
            ears.push(Ear::new(&linear, encoder, *language, folder)?);
        }
        let mood = folders.sentiment.as_ref().map(MoodModel::open).transpose()?;
        Ok(Self { linear, ears, mood })
    }

    /// The engine without any encoder.
    #[must_use]
    pub const fn linear(&self) -> &Engine {
        &self.linear
    }

    /// The engine that judges messages with embeddings of [`BertEngine::embeddings`].
    #[must_use]
    pub fn judge(&self) -> &Engine {
        self.ears.first().map_or(&self.linear, |ear| &ear.engine)
    }

    /// The embedding of each message by the encoder of its language; empty where there is none for it. Blocks.
    pub fn embeddings(
        &self,
        texts: &[&str],
        mut seen: impl FnMut(usize),
    ) -> Result<Vec<Vec<f32>>, Unanswered> {
        let mut embeddings = vec![Vec::new(); texts.len()];
        let languages: Vec<MessageLanguage> =
            texts.iter().map(|text| self.linear.classify(text).language).collect();
        let mut before = 0;
        for ear in &self.ears {
            let heard: Vec<usize> = (0..texts.len())
                .filter(|at| embeddings.get(*at).is_some_and(Vec::is_empty))
                .filter(|at| match (languages.get(*at), texts.get(*at)) {
                    (Some(language), Some(text)) => ear.hears(*language, text),
                    _ => false,
                })
                .collect();
            let theirs: Vec<&str> = heard.iter().filter_map(|at| texts.get(*at).copied()).collect();
            let vectors = ear.encoder.embed(&theirs, |done| seen(before + done))?;
            before += theirs.len();
            for (at, vector) in heard.into_iter().zip(vectors) {
                if let Some(place) = embeddings.get_mut(at) {
                    *place = vector;
                }
            }
        }
        Ok(embeddings)
    }

    /// Reads messages with all that is there, however long it takes. Blocks.
    pub fn read(&self, texts: &[&str]) -> Result<Vec<Reading>, Unanswered> {
        let mut readings: Vec<Reading> = texts.iter().map(|text| self.linear.classify(text)).collect();
        for ear in &self.ears {
            let places = ear.places(&readings, texts);
            let theirs: Vec<&str> = places.iter().filter_map(|at| texts.get(*at).copied()).collect();
            let vectors = ear.encoder.embed(&theirs, |_| ())?;
            ear.hear(&mut readings, &places, &theirs, &vectors);
        }
        if let Some(mood) = &self.mood {
            for (reading, mood) in readings.iter_mut().zip(mood.read(texts)?) {
                (reading.sentiment, reading.score) = (mood.sentiment, mood.score);
            }
        }
        Ok(readings)
    }

    /// Adds a second opinion to readings of these texts that the linear engine is less sure of than `cascade`, all within
    /// `deadline`. Readings whose opinion did not come stay as they are; why is the answer.
    pub async fn reconsider(
        &self,
        texts: &[&str],
        readings: &mut [Reading],
        cascade: f32,
        deadline: Duration,
    ) -> Result<(), Unanswered> {
        for ear in &self.ears {
            let mut places = ear.places(readings, texts);
            places.retain(|at| readings.get(*at).is_some_and(|reading| reading.confidence < cascade));
            let theirs: Vec<&str> = places.iter().filter_map(|at| texts.get(*at).copied()).collect();
            let asked = theirs.iter().map(|text| (*text).to_owned()).collect();
            let vectors = ear.encoder.ask(asked, deadline).await?;
            ear.hear(readings, &places, &theirs, &vectors);
        }
        if let Some(mood) = &self.mood {
            let moods = mood.ask(texts.iter().map(|text| (*text).to_owned()).collect(), deadline).await?;
            for (reading, mood) in readings.iter_mut().zip(moods) {
                (reading.sentiment, reading.score) = (mood.sentiment, mood.score);
            }
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn fall_over(&self) {
        for ear in &self.ears {
            ear.encoder.fall_over();
        }
    }
}

impl Ear {
    fn new(
        linear: &Engine,
        encoder: Encoder,
        language: Option<Language>,
        folder: &Path,
    ) -> Result<Self, EncoderError> {
        let name = format!("bert-1 {}", encoder.name());
        let (engine, languages, accented) = match shipped::heads_for(encoder.probes()) {
            Some((deep, languages)) => {
                (linear.clone().with_deep(Arc::new(deep), name), languages, Some(Language::Vietnamese))
            }
            None if linear.embedding_dims() == encoder.dimensions() => {
                (linear.clone(), Language::ALL.to_vec(), None)
            }
            None => return Err(EncoderError::NoHeads(folder.to_path_buf())),
        };
        let languages = language.map_or(languages, |only| vec![only]);
        Ok(Self { encoder, engine, over: linear.name().to_owned(), languages, accented })
    }

    fn hears(&self, language: MessageLanguage, text: &str) -> bool {
        let is = |known: &Language| known.as_str() == language.as_str();
        self.languages.iter().any(is)
            && !(self.accented.as_ref().is_some_and(is) && strip_accents(text) == text)
    }

    /// Which readings are of messages it hears, and were not heard by another.
    fn places(&self, readings: &[Reading], texts: &[&str]) -> Vec<usize> {
        let heard = readings.iter().zip(texts).enumerate();
        let heard = heard.filter(|(_, (reading, text))| self.hears(reading.language, text));
        heard.filter(|(_, (reading, _))| !reading.model.starts_with("bert-")).map(|(at, _)| at).collect()
    }

    /// Puts its reading in place of those at `places`; of a brand that trained its own intents only the mood.
    fn hear(&self, readings: &mut [Reading], places: &[usize], texts: &[&str], vectors: &[Vec<f32>]) {
        for ((at, text), vector) in places.iter().zip(texts).zip(vectors) {
            let (Some(reading), Ok(heard)) =
                (readings.get_mut(*at), self.engine.classify_embedded(text, Some(vector)))
            else {
                continue;
            };
            if reading.model == self.over {
                *reading = heard;
            } else {
                (reading.sentiment, reading.score, reading.complaint) =
                    (heard.sentiment, heard.score, heard.complaint);
            }
        }
    }
}

/// Heads for tests and for [`BertEngine`], by what an encoder answers.
pub(super) fn suiting(deeps: &[(&[u8], &[Language])], probes: &[Vec<f32>]) -> Option<(Deep, Vec<Language>)> {
    deeps.iter().find_map(|(bytes, languages)| {
        let deep = Deep::from_bytes(bytes).ok()?;
        deep.suits(probes).then(|| (deep, languages.to_vec()))
    })
}
