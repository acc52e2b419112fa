//! The one small batcher: single requests in, one transaction, single answers out.
//!
//! While a batch is being written the next one gathers, so the busier the door, the fuller the batches and the fewer the
//! commits. Nothing is answered before the batch it was in is.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// The most requests in one batch.
pub const LIMIT: usize = 64;
/// The longest the first request of a batch waits for company.
pub const WAIT: Duration = Duration::from_millis(2);
/// Batches that may wait in front of the handler before callers wait too.
const QUEUED_BATCHES: usize = 16;

/// Whether one request of a failed batch may be to blame.
pub trait Blame {
    /// `true`: each request is worth trying alone. `false`: the cause is outside (the database is away) and trying 64
    /// times alone would only take 64 times as long to say so.
    fn may_be_one_request(&self) -> bool;
}

impl Blame for crate::ports::StoreError {
    fn may_be_one_request(&self) -> bool {
        matches!(self, Self::Broken(_))
    }
}

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub enum BatchError<E: Error + 'static> {
    /// The handler failed; the same error for all requests of a batch that failed as a whole.
    #[error("the batch failed")]
    Failed(#[source] Arc<E>),
    /// The driver has stopped: the process is shutting down.
    #[error("the batcher has stopped")]
    Stopped,
}

impl<E: Error> Clone for BatchError<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(Arc::clone(error)),
            Self::Stopped => Self::Stopped,
        }
    }
}

type Waiting<Q, A, E> = (Q, oneshot::Sender<Result<A, BatchError<E>>>);

/// The asking end. Cheap to clone; the driver ends when the last one is dropped.
#[derive(Debug)]
pub struct Batcher<Q, A, E: Error + 'static> {
    queue: mpsc::Sender<Waiting<Q, A, E>>,
}

impl<Q, A, E: Error> Clone for Batcher<Q, A, E> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<Q, A, E> Batcher<Q, A, E>
where
    Q: Clone + Send + 'static,
    A: Send + 'static,
    E: Error + Blame + Send + Sync + 'static,
{
    /// A batcher and the driver somebody must run. `handler` answers a batch in the order asked.
    pub fn new<H, F>(
        limit: usize,
        wait: Duration,
        handler: H,
    ) -> (Self, impl Future<Output = ()> + Send + 'static)
    where
        H: Fn(Vec<Q>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Vec<A>, E>> + Send + 'static,
    {
        let limit = limit.max(1);
        let (queue, requests) = mpsc::channel(limit.saturating_mul(QUEUED_BATCHES));
        (Self { queue }, drive(requests, limit, wait, handler))
    }

    /// Asks and waits for the answer.
    pub async fn ask(&self, request: Q) -> Result<A, BatchError<E>> {
        let (answer, answered) = oneshot::channel();
        self.queue.send((request, answer)).await.map_err(|_| BatchError::Stopped)?;
        answered.await.map_err(|_| BatchError::Stopped)?
    }
}

async fn drive<Q, A, E, H, F>(
    mut requests: mpsc::Receiver<Waiting<Q, A, E>>,
    limit: usize,
    wait: Duration,
    handler: H,
) where
    Q: Clone + Send + 'static,
    A: Send + 'static,
    E: Error + Blame + Send + Sync + 'static,
    H: Fn(Vec<Q>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Vec<A>, E>> + Send + 'static,
{
    let mut gathered = Vec::with_capacity(limit);
    while let Some(first) = requests.recv().await {
        gathered.push(first);
        let closes = Instant::now() + wait;
        while gathered.len() < limit {
            match timeout_at(closes, requests.recv()).await {
                Ok(Some(request)) => gathered.push(request),
                Ok(None) | Err(_) => break,
            }
        }
        let (batch, answers): (Vec<_>, Vec<_>) = gathered.drain(..).unzip();
        settle(&handler, batch, answers).await;
    }
}

async fn settle<Q, A, E, H, F>(
    handler: &H,
    batch: Vec<Q>,
    answers: Vec<oneshot::Sender<Result<A, BatchError<E>>>>,
) where
    Q: Clone,
    E: Error + Blame + 'static,
    H: Fn(Vec<Q>) -> F,
    F: Future<Output = Result<Vec<A>, E>>,
{
    match handler(batch.clone()).await {
        Ok(given) => {
            // Somebody who stopped waiting is no error: what was asked is done.
            for (answer, given) in answers.into_iter().zip(given) {
                let _ = answer.send(Ok(given));
            }
        }
        Err(error) if batch.len() > 1 && error.may_be_one_request() => {
            for (request, answer) in batch.into_iter().zip(answers) {
                let alone = handler(vec![request]).await;
                let given = alone.map_err(|error| BatchError::Failed(Arc::new(error)));
                let _ = answer.send(given.and_then(|mut given| given.pop().ok_or(BatchError::Stopped)));
            }
        }
        Err(error) => {
            let error = Arc::new(error);
            for answer in answers {
                let _ = answer.send(Err(BatchError::Failed(Arc::clone(&error))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Debug, thiserror::Error)]
    #[error("refused")]
    struct Refused(bool);

    impl Blame for Refused {
        fn may_be_one_request(&self) -> bool {
            self.0
        }
    }

    #[tokio::test]
    async fn requests_made_together_share_a_batch_and_get_their_own_answers() {
        let sizes = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&sizes);
        let (batcher, driver) = Batcher::new(4, WAIT, move |batch: Vec<u32>| {
            seen.lock().unwrap().push(batch.len());
            async move { Ok::<_, Refused>(batch.into_iter().map(|n| n * 2).collect()) }
        });
        let asked = async move {
            tokio::join!(batcher.ask(1), batcher.ask(2), batcher.ask(3), batcher.ask(4), batcher.ask(5))
        };
        let (answers, ()) = tokio::join!(asked, driver);
        assert_eq!(answers.0.unwrap() + answers.1.unwrap() + answers.2.unwrap(), 12);
        assert_eq!(answers.3.unwrap() + answers.4.unwrap(), 18);
        assert_eq!(*sizes.lock().unwrap(), [4, 1]);
    }

    #[tokio::test]
    async fn one_bad_request_does_not_spoil_the_others() {
        let (batcher, driver) = Batcher::new(64, WAIT, |batch: Vec<u32>| async move {
            if batch.contains(&2) { Err(Refused(true)) } else { Ok(batch) }
        });
        let asked = async move { tokio::join!(batcher.ask(1), batcher.ask(2), batcher.ask(3)) };
        let ((one, two, three), ()) = tokio::join!(asked, driver);
        assert_eq!((one.unwrap(), three.unwrap()), (1, 3));
        assert!(matches!(two, Err(BatchError::Failed(_))));
    }

    #[tokio::test]
    async fn a_database_that_is_away_is_asked_once_for_the_whole_batch() {
        let calls = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&calls);
        let (batcher, driver) = Batcher::new(64, WAIT, move |_: Vec<u32>| {
            *counted.lock().unwrap() += 1;
            async { Err::<Vec<u32>, _>(Refused(false)) }
        });
        let asked = async move { tokio::join!(batcher.ask(1), batcher.ask(2)) };
        let ((one, two), ()) = tokio::join!(asked, driver);
        assert!(one.is_err() && two.is_err());
        assert_eq!(*calls.lock().unwrap(), 1);
    }

    #[tokio::test]
    async fn after_the_driver_is_gone_asking_says_so() {
        let (batcher, driver) =
            Batcher::new(64, WAIT, |batch: Vec<u32>| async move { Ok::<_, Refused>(batch) });
        drop(driver);
        assert!(matches!(batcher.ask(1).await, Err(BatchError::Stopped)));
    }
}
