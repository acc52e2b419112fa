//! A sequence-classification model as the sentiment head.

use super::error::{EncoderError, Unanswered};
use super::folder::Folder;
use super::network::Purpose;
use super::worker::Worker;
use lara_core::model::Sentiment;
use std::path::Path;
use std::time::Duration;

/// What such a model says of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mood {
    /// The most probable mood.
    pub sentiment: Sentiment,
    /// How much more probable pleased is than displeased, -1..=1.
    pub score: f32,
}

/// A sentiment model. Cheap to clone; its threads end with the last clone.
#[derive(Debug, Clone)]
pub struct MoodModel {
    worker: Worker,
    labels: Vec<Sentiment>,
}

impl MoodModel {
    /// Loads the classifier of a folder: its `id2label` must name moods.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, EncoderError> {
        let folder = Folder::open(folder)?;
        let names = folder.labels();
        let labels: Option<Vec<Sentiment>> = names.iter().map(|name| mood(name)).collect();
        let Some(labels) = labels.filter(|labels| labels.len() >= 2) else {
            return Err(EncoderError::Unsupported {
                reason: format!(
                    "its answers are called {names:?}: id2label in config.json must name them positive, neutral, negative"
                ),
                folder: folder.path,
            });
        };
        Ok(Self { worker: Worker::start(folder, Purpose::Classify)?, labels })
    }

    /// The moods of messages, in order. Blocks.
    pub fn read<T: AsRef<str>>(&self, texts: &[T]) -> Result<Vec<Mood>, Unanswered> {
        let texts = texts.iter().map(|text| text.as_ref().to_owned()).collect();
        Ok(self.moods(&self.worker.read(texts)?))
    }

    /// The moods of messages unless that takes longer than `deadline`.
    pub async fn ask(&self, texts: Vec<String>, deadline: Duration) -> Result<Vec<Mood>, Unanswered> {
        Ok(self.moods(&super::within(&self.worker, texts, deadline).await?))
    }

    fn moods(&self, answers: &[Vec<f32>]) -> Vec<Mood> {
        answers.iter().map(|chances| weigh(&self.labels, chances)).collect()
    }
}

/// From the probabilities of labels, several of which may mean the same mood.
fn weigh(labels: &[Sentiment], chances: &[f32]) -> Mood {
    let of = |mood: Sentiment| -> f32 {
        labels.iter().zip(chances).filter(|(label, _)| **label == mood).map(|(_, chance)| chance).sum()
    };
    let all = [Sentiment::Negative, Sentiment::Neutral, Sentiment::Positive].map(|mood| (mood, of(mood)));
    let best =
        all.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(Sentiment::Neutral, |(mood, _)| mood);
    let score = of(Sentiment::Positive) - of(Sentiment::Negative);
    Mood { sentiment: best, score: score.clamp(-1.0, 1.0) }
}

/// The mood a label names: words, abbreviations, or stars. `LABEL_0` could mean anything and is refused.
fn mood(label: &str) -> Option<Sentiment> {
    let label = label.to_lowercase();
    if let Some((stars, _)) = label.split_once(" star") {
        return match stars.trim().parse::<u8>().ok()? {
            0..=2 => Some(Sentiment::Negative),
            3 => Some(Sentiment::Neutral),
            _ => Some(Sentiment::Positive),
        };
    }
    [("pos", Sentiment::Positive), ("neg", Sentiment::Negative), ("neu", Sentiment::Neutral)]
        .into_iter()
        .find_map(|(part, mood)| label.contains(part).then_some(mood))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_people_write_them() {
        for (label, expected) in [
            ("POSITIVE", Some(Sentiment::Positive)),
            ("NEG", Some(Sentiment::Negative)),
            ("Very Negative", Some(Sentiment::Negative)),
            ("neutral", Some(Sentiment::Neutral)),
            ("1 star", Some(Sentiment::Negative)),
            ("3 stars", Some(Sentiment::Neutral)),
            ("5 stars", Some(Sentiment::Positive)),
            ("LABEL_1", None),
            ("joy", None),
        ] {
            assert_eq!(mood(label), expected, "{label}");
        }
    }

    #[test]
    fn stars_are_added_up() {
        let labels: Vec<Sentiment> =
            ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"].map(|name| mood(name).unwrap()).to_vec();
        let mood = weigh(&labels, &[0.3, 0.3, 0.35, 0.05, 0.0]);
        assert_eq!(mood.sentiment, Sentiment::Negative);
        assert!((mood.score + 0.55).abs() < 1e-6);
    }
}
