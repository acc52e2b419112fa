//! Sentence encoders (feature `bert`): a local Hugging Face folder read by rust-bert, on threads of its own.
//!
//! An [`Encoder`] turns a message into a vector; the heads of an engine trained with it look at that vector beside the
//! n-grams. A [`MoodModel`] is a sequence classifier that answers the sentiment itself.

mod error;
mod folder;
mod tokens;
mod network;
mod worker;
mod mood;
mod bert;
mod shipped;
#[cfg(test)]
mod tests;

pub use bert::{BertEngine, Folders};
pub use error::{EncoderError, Unanswered};
pub use folder::{Architecture, Folder, Pooling};
pub use mood::{Mood, MoodModel};

use network::Purpose;
use std::path::Path;
use std::time::Duration;
use worker::{TOGETHER, Worker};

/// Texts sorted by length at a time when there are many: little is padded, and progress still shows.
const STRETCH: usize = 512;

/// What an encoder is known by: two encoders that read these alike are the same, however their files were written.
const PROBES: [&str; 2] = ["where is my order?", "shop ơi, đơn hàng của mình bị vỡ rồi"];

/// A sentence encoder. Cheap to clone; its threads end with the last clone.
#[derive(Debug, Clone)]
pub struct Encoder {
    worker: Worker,
    name: String,
    probes: Vec<Vec<f32>>,
}

impl Encoder {
    /// Loads the encoder of a folder.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, EncoderError> {
        let folder = Folder::open(folder)?;
        let (name, path) = (folder.name(), folder.path.clone());
        let worker = Worker::start(folder, Purpose::Embed)?;
        let probes = worker.read(PROBES.map(str::to_owned).to_vec());
        let probes = probes.map_err(|_| EncoderError::FellOver(path))?;
        Ok(Self { worker, name, probes })
    }

    /// The name of its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Numbers in a vector.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.probes.first().map_or(0, Vec::len)
    }

    /// The vectors of two fixed messages: what the encoder is recognised by.
    #[must_use]
    pub fn probes(&self) -> &[Vec<f32>] {
        &self.probes
    }

    /// The vectors of messages, in order, each of length 1. Blocks; `seen` hears how many are done.
    pub fn embed<T: AsRef<str>>(
        &self,
        texts: &[T],
        mut seen: impl FnMut(usize),
    ) -> Result<Vec<Vec<f32>>, Unanswered> {
        let mut vectors = vec![Vec::new(); texts.len()];
        let mut done = 0;
        for start in (0..texts.len()).step_by(STRETCH) {
            let mut order: Vec<(usize, &str)> =
                texts.iter().map(AsRef::as_ref).enumerate().skip(start).take(STRETCH).collect();
            order.sort_by_key(|(_, text)| text.len());
            let asked: Vec<_> = order
                .chunks(TOGETHER)
                .map(|part| {
                    let texts = part.iter().map(|(_, text)| (*text).to_owned()).collect();
                    Ok((part, self.worker.request(texts)?))
                })
                .collect::<Result<_, Unanswered>>()?;
            for (part, answer) in asked {
                for ((at, _), vector) in part.iter().zip(answer.recv().unwrap_or(Err(Unanswered::Gone))?) {
                    if let Some(place) = vectors.get_mut(*at) {
                        *place = vector;
                    }
                }
                done += part.len();
                seen(done);
            }
        }
        Ok(vectors)
    }

    /// The vectors of messages, together with what other conversations ask, unless that takes longer than `deadline`.
    pub async fn ask(&self, texts: Vec<String>, deadline: Duration) -> Result<Vec<Vec<f32>>, Unanswered> {
        within(&self.worker, texts, deadline).await
    }

    #[cfg(test)]
    fn fall_over(&self) {
        self.worker.fall_over();
    }
}

/// Asks a worker and waits until the deadline.
async fn within(
    worker: &Worker,
    texts: Vec<String>,
    deadline: Duration,
) -> Result<Vec<Vec<f32>>, Unanswered> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let answer = worker.ask(texts)?;
    match tokio::time::timeout(deadline, answer).await {
        Ok(Ok(vectors)) => vectors,
        Ok(Err(_)) => Err(Unanswered::Gone),
        Err(_) => Err(Unanswered::Late),
    }
}
