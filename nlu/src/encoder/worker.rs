//! A model on threads of its own: libtorch and an async runtime do not mix, and what many conversations ask at once is
//! read as one batch.
//!
//! Each thread computes alone. libtorch's own way of sharing a computation among cores waits for all of them at every
//! layer: on a machine that is busy otherwise that was thirty times slower.

use super::error::{EncoderError, Unanswered};
use super::folder::Folder;
use super::network::{Loaded, Model, Purpose};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::Builder;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Texts that a thread takes at once.
const BATCH: usize = 64;
/// Texts computed at once, all as long as the longest of them.
pub(super) const TOGETHER: usize = 32;
/// Requests that may wait; more are turned away at once.
const WAITING: usize = 256;
/// How long the first text of a batch waits for company.
const LINGER: Duration = Duration::from_millis(2);
/// Threads a model gets at most, one a core.
const THREADS: usize = 4;

/// One vector a text, in order.
pub(super) type Vectors = Vec<Vec<f32>>;
pub(super) type Answer = Result<Vectors, Unanswered>;

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

/// What is asked of the threads.
enum Job {
    Read(Vec<String>, Reply),
    #[cfg(test)]
    FallOver,
}

type Queue = Arc<Mutex<Receiver<Job>>>;

/// The other end of the threads. They end when the last clone of this is dropped.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    jobs: SyncSender<Job>,
}

impl Worker {
    /// Starts the threads and waits until the model is loaded.
    pub(super) fn start(folder: Folder, purpose: Purpose) -> Result<Self, EncoderError> {
        let (jobs, queue) = sync_channel(WAITING);
        let queue = Arc::new(Mutex::new(queue));
        let (loaded, ready) = sync_channel(THREADS);
        let path = folder.path.clone();
        thread(move || {
            // Whoever started us waits for every one of these lines.
            match Loaded::open(&folder) {
                Ok(numbers) => {
                    for _ in 1..threads() {
                        let (folder, queue, said) = (folder.clone(), queue.clone(), loaded.clone());
                        let numbers = numbers.share();
                        let started = thread(move || work(&folder, purpose, numbers, &queue, &said));
                        let _ = started.map_err(|error| loaded.send(Err(error)));
                    }
                    work(&folder, purpose, numbers, &queue, &loaded);
                }
                Err(error) => drop(loaded.send(Err(error))),
            }
        })?;
        for _ in 0..threads() {
            // rust-bert panics on configurations it does not believe: then nothing comes.
            ready.recv().unwrap_or_else(|_| Err(EncoderError::FellOver(path.clone())))?;
        }
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

    /// Asks and leaves the waiting to the caller, who blocks.
    pub(super) fn request(&self, texts: Vec<String>) -> Result<Receiver<Answer>, Unanswered> {
        let (reply, answer) = sync_channel(1);
        self.jobs.send(Job::Read(texts, Reply::Blocked(reply))).map_err(|_| Unanswered::Gone)?;
        Ok(answer)
    }

    /// Asks and waits, blocking.
    pub(super) fn read(&self, texts: Vec<String>) -> Answer {
        self.request(texts)?.recv().unwrap_or(Err(Unanswered::Gone))
    }

    /// Makes the threads panic.
    #[cfg(test)]
    pub(super) fn fall_over(&self) {
        let _ = self.jobs.send(Job::FallOver);
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().min(THREADS))
}

fn thread(body: impl FnOnce() + Send + 'static) -> Result<(), EncoderError> {
    Builder::new().name("encoder".to_owned()).spawn(body).map(drop).map_err(EncoderError::Thread)
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a batch waits for company is no decision about a message"
)]
fn now() -> Instant {
    Instant::now()
}

/// One thread: makes its network, says so, and answers until nobody can ask any more.
fn work(
    folder: &Folder,
    purpose: Purpose,
    numbers: Loaded,
    queue: &Queue,
    loaded: &SyncSender<Result<(), EncoderError>>,
) {
    // Of this thread only, so each has to say it.
    tch::set_num_threads(1);
    let model = Model::new(folder, purpose, &numbers);
    drop(numbers);
    let model = match model {
        Ok(model) => model,
        Err(error) => return drop(loaded.send(Err(error))),
    };
    let _ = loaded.send(Ok(()));
    while let Some(jobs) = collect(queue) {
        answer(&model, jobs);
    }
}

/// The next batch: whoever waits now, and who comes within a moment. None when nobody can ask any more, or when
/// another thread fell over here.
fn collect(queue: &Queue) -> Option<Vec<(Vec<String>, Reply)>> {
    let queue = queue.lock().ok()?;
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
    let mut more = take(queue.recv().ok()?);
    let until = now() + LINGER;
    while more {
        more = match queue.recv_timeout(until.saturating_duration_since(now())) {
            Ok(job) => take(job),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        };
    }
    // Nobody waits for these any more.
    jobs.retain(|(_, reply)| !reply.is_closed());
    Some(jobs)
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
    for batch in order.chunks(TOGETHER) {
        let together: Vec<&[i64]> = batch.iter().map(|(_, tokens)| *tokens).collect();
        let read = model.read(&together)?;
        vectors.extend(batch.iter().map(|(at, _)| *at).zip(read));
    }
    vectors.sort_by_key(|(at, _)| *at);
    Some(vectors.into_iter().map(|(_, vector)| vector).collect())
}
