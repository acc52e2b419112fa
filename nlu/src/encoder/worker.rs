//! A model on a thread of its own: libtorch and an async runtime do not mix, and what many conversations ask at once
//! is read as one batch.

use super::error::{EncoderError, Unanswered};
use super::folder::Folder;
use super::network::{Model, Purpose};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Texts read at once.
const BATCH: usize = 64;
/// Requests that may wait; more are turned away at once.
const WAITING: usize = 256;
/// How long the first text of a batch waits for company.
const LINGER: Duration = Duration::from_millis(2);

/// One vector a text, in order.
pub(super) type Vectors = Vec<Vec<f32>>;
type Answer = Result<Vectors, Unanswered>;

/// Who waits for an answer.
enum Reply {
    Async(oneshot::Sender<Answer>),
    Blocked(SyncSender<Answer>),
}

impl Reply {
    /// Whether nobody waits any more.
    fn is_closed(&self) -> bool {
        matches!(self, Self::Async(reply) if reply.is_closed())
    }

    fn send(self, answer: Answer) {
        // An error means that nobody waits any more.
        let _ = match self {
            Self::Async(reply) => reply.send(answer).is_ok(),
            Self::Blocked(reply) => reply.send(answer).is_ok(),
        };
    }
}

/// What is asked of the thread.
enum Job {
    Read(Vec<String>, Reply),
    #[cfg(test)]
    FallOver,
}

/// The other end of the thread. It ends when this is dropped.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    jobs: SyncSender<Job>,
}

impl Worker {
    /// Starts the thread and waits until the model is loaded.
    pub(super) fn start(folder: Folder, purpose: Purpose) -> Result<Self, EncoderError> {
        let (jobs, waiting) = sync_channel(WAITING);
        let (loaded, ready) = sync_channel(1);
        let path = folder.path.clone();
        std::thread::Builder::new()
            .name("encoder".to_owned())
            .spawn(move || match Model::load(&folder, purpose) {
                Ok(model) => {
                    // Whoever started us waits for this line.
                    let _ = loaded.send(Ok(()));
                    serve(&model, &waiting);
                }
                Err(error) => {
                    let _ = loaded.send(Err(error));
                }
            })
            .map_err(EncoderError::Thread)?;
        // rust-bert panics on configurations it does not believe: then nothing comes.
        ready.recv().unwrap_or(Err(EncoderError::FellOver(path)))?;
        Ok(Self { jobs })
    }

    /// Asks for the vectors of some texts; the answer comes by and by. Dropping the receiver takes the question back.
    pub(super) fn ask(&self, texts: Vec<String>) -> Result<oneshot::Receiver<Answer>, Unanswered> {
        let (reply, answer) = oneshot::channel();
        match self.jobs.try_send(Job::Read(texts, Reply::Async(reply))) {
            Ok(()) => Ok(answer),
            Err(TrySendError::Full(_)) => Err(Unanswered::Busy),
            Err(TrySendError::Disconnected(_)) => Err(Unanswered::Gone),
        }
    }

    /// Asks and waits, blocking.
    pub(super) fn read(&self, texts: Vec<String>) -> Answer {
        let (reply, answer) = sync_channel(1);
        self.jobs.send(Job::Read(texts, Reply::Blocked(reply))).map_err(|_| Unanswered::Gone)?;
        answer.recv().unwrap_or(Err(Unanswered::Gone))
    }

    /// Makes the thread panic.
    #[cfg(test)]
    pub(super) fn fall_over(&self) {
        let _ = self.jobs.send(Job::FallOver);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a batch waits for company is no decision about a message"
)]
fn now() -> Instant {
    Instant::now()
}

/// Answers until nobody can ask any more.
fn serve(model: &Model, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut jobs = Vec::new();
        let mut texts = 0;
        let mut take = |job: Job| {
            match job {
                Job::Read(asked, reply) => {
                    texts += asked.len();
                    jobs.push((asked, reply));
                }
                #[cfg(test)]
                #[expect(clippy::panic, reason = "a test wants to see what a panic does")]
                Job::FallOver => panic!("asked to"),
            }
            texts < BATCH
        };
        let mut more = take(first);
        let until = now() + LINGER;
        while more {
            more = match waiting.recv_timeout(until.saturating_duration_since(now())) {
                Ok(job) => take(job),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
            };
        }
        // Nobody waits for these any more.
        jobs.retain(|(_, reply)| !reply.is_closed());
        answer(model, jobs);
    }
}

fn answer(model: &Model, jobs: Vec<(Vec<String>, Reply)>) {
    let texts: Vec<&str> = jobs.iter().flat_map(|(texts, _)| texts).map(String::as_str).collect();
    let mut vectors = read(model, &texts).map(Vec::into_iter);
    for (texts, reply) in jobs {
        let answer = match &mut vectors {
            Some(vectors) => Ok(vectors.take(texts.len()).collect()),
            None => Err(Unanswered::Failed),
        };
        reply.send(answer);
    }
}

/// Reads texts of like length together, so that little is padded.
fn read(model: &Model, texts: &[&str]) -> Option<Vectors> {
    let tokens: Vec<Vec<i64>> = texts.iter().map(|text| model.cut(text)).collect::<Option<_>>()?;
    let mut order: Vec<(usize, &[i64])> = tokens.iter().map(Vec::as_slice).enumerate().collect();
    order.sort_by_key(|(_, tokens)| tokens.len());
    let mut vectors: Vec<(usize, Vec<f32>)> = Vec::with_capacity(texts.len());
    for batch in order.chunks(BATCH / 2) {
        let together: Vec<&[i64]> = batch.iter().map(|(_, tokens)| *tokens).collect();
        let read = model.read(&together)?;
        vectors.extend(batch.iter().map(|(at, _)| *at).zip(read));
    }
    vectors.sort_by_key(|(at, _)| *at);
    Some(vectors.into_iter().map(|(_, vector)| vector).collect())
}
