//! Everything that runs beside the web server. All loops are started here, watch one shutdown token, and finish what
//! they hold before they end.

use crate::wire::Parts;
use lara_core::deliver::{Deliverer, Flights};
use lara_core::model::{Millis, Timestamp};
use lara_core::ports::{Change, Changes, Lanes, Outbox, StoreError, StoreResult};
use std::collections::HashSet;
use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often each process looks at the change table (DESIGN section 3).
const POLL: Duration = Duration::from_millis(200);
/// Numbers are not given in commit order: this much is read again.
const READ_AGAIN: Millis = Millis::seconds(1);
/// Changes older than this are forgotten; a page that slept longer reads everything anew.
const KEEP_CHANGES: Millis = Millis::minutes(10);
/// Lanes decided in one batch.
const LANES: u32 = 64;
/// Sends under way at once.
const SENDS: usize = 64;
/// Lane workers a process runs: while one waits for the database the other classifies.
const LANE_WORKERS: usize = 2;

/// The running workers.
pub(crate) struct Workers {
    tracker: TaskTracker,
    shutdown: CancellationToken,
}

impl Workers {
    /// Workers that stop when `shutdown` is cancelled.
    pub(crate) fn new(shutdown: CancellationToken) -> Self {
        Self { tracker: TaskTracker::new(), shutdown }
    }

    /// Runs a future to its end; [`Workers::finish`] waits for it.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(future);
    }

    /// Runs the drivers of batchers; they end with the process.
    pub(crate) fn drive(&self, driver: impl Future<Output = ()> + Send + 'static) {
        let shutdown = self.shutdown.clone();
        // A driver ends by itself once nobody can ask any more; the token alone must not cut a batch short.
        let watched = async move {
            tokio::pin!(driver);
            tokio::select! {
                () = &mut driver => {}
                () = async { shutdown.cancelled().await; tokio::time::sleep(Duration::from_secs(5)).await } => {}
            }
        };
        self.tracker.spawn(watched);
    }

    /// Starts everything that serving needs.
    pub(crate) fn start(&self, parts: &Parts, deliverer: Arc<Deliverer>) {
        for _ in 0..LANE_WORKERS {
            self.spawn(lanes(parts.clone(), self.shutdown.clone()));
        }
        self.spawn(sends(parts.clone(), deliverer, self.shutdown.clone()));
        self.spawn(changes(parts.clone(), self.shutdown.clone()));
        self.spawn(rules(parts.clone(), self.shutdown.clone()));
        self.spawn(housekeeping(parts.clone(), self.shutdown.clone()));
    }

    /// Waits until all have ended.
    pub(crate) async fn finish(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// Logs a failing loop once when it starts failing and once when it works again, not at every turn.
struct Mood {
    what: &'static str,
    failing: bool,
}

impl Mood {
    const fn new(what: &'static str) -> Self {
        Self { what, failing: false }
    }

    fn failed(&mut self, error: &dyn Error) {
        metrics::counter!("lara_worker_errors_total", "worker" => self.what).increment(1);
        if !self.failing {
            tracing::error!(worker = self.what, error = chain(error), "worker cannot go on; trying again");
        }
        self.failing = true;
    }

    fn worked(&mut self) {
        if self.failing {
            tracing::info!(worker = self.what, "worker goes on");
        }
        self.failing = false;
    }
}

/// An error with its sources, on one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

async fn lanes(parts: Parts, shutdown: CancellationToken) {
    let mut mood = Mood::new("lanes");
    while !shutdown.is_cancelled() {
        let pause = match parts.engine.run_once(LANES).await {
            Ok(0) => until(&parts, Lanes::next_ready(&*parts.store).await),
            Ok(decided) => {
                mood.worked();
                metrics::counter!("lara_runs_decided_total").increment(u64::try_from(decided).unwrap_or(0));
                continue;
            }
            Err(error) => {
                mood.failed(&error);
                Duration::from_millis(500)
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = parts.feed.work().notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn sends(parts: Parts, deliverer: Arc<Deliverer>, shutdown: CancellationToken) {
    let mut mood = Mood::new("sends");
    let mut flights = Flights::new(deliverer, SENDS);
    while !shutdown.is_cancelled() {
        let pause = match flights.board().await {
            Ok(0) if flights.is_empty() => until(&parts, Outbox::next_send(&*parts.store).await),
            // What is due may wait behind what flies: asking again at once would ask for nothing.
            Ok(0) => POLL,
            Ok(_) => {
                mood.worked();
                Duration::ZERO
            }
            Err(error) => {
                mood.failed(&error);
                Duration::from_millis(500)
            }
        };
        tokio::select! {
            biased;
            Some(landed) = flights.land() => if let Err(error) = landed { mood.failed(&error) },
            () = shutdown.cancelled() => {}
            () = parts.feed.sends().notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    while let Some(landed) = flights.land().await {
        if let Err(error) = landed {
            mood.failed(&error);
        }
    }
}

/// How long until the next row is due; never longer than a poll, so that rows of other nodes are seen.
fn until(parts: &Parts, next: Result<Option<Timestamp>, StoreError>) -> Duration {
    let Ok(Some(due)) = next else { return POLL };
    let wait = due.since(parts.clock.now()).0.max(1);
    Duration::from_millis(u64::try_from(wait).unwrap_or(1)).min(POLL)
}

/// The reader of the change table.
struct Reader {
    /// Everything up to here was read at least [`READ_AGAIN`] ago.
    settled: i64,
    /// The highest number read, and when; becomes `settled` once old enough.
    marks: Vec<(i64, Timestamp)>,
    seen: HashSet<i64>,
}

impl Reader {
    async fn read(&mut self, store: &dyn Changes, now: Timestamp) -> StoreResult<Vec<Change>> {
        let read = store.changes(self.settled).await?;
        let fresh: Vec<Change> = read.into_iter().filter(|change| self.seen.insert(change.number)).collect();
        if let Some(highest) = fresh.iter().map(|change| change.number).max() {
            self.marks.push((highest, now));
        }
        let old = |mark: &(i64, Timestamp)| now.since(mark.1) > READ_AGAIN;
        if let Some((number, _)) = self.marks.iter().copied().filter(old).max() {
            self.settled = self.settled.max(number);
            self.marks.retain(|mark| !old(mark));
            self.seen.retain(|seen| *seen > number);
        }
        Ok(fresh)
    }
}

async fn changes(parts: Parts, shutdown: CancellationToken) {
    let store: Arc<dyn Changes> = parts.store.clone();
    let mut mood = Mood::new("changes");
    let settled = store.last_change().await.unwrap_or(0);
    let mut reader = Reader { settled, marks: Vec::new(), seen: HashSet::new() };
    while !shutdown.is_cancelled() {
        match reader.read(&*store, parts.clock.now()).await {
            Ok(fresh) => {
                mood.worked();
                parts.feed.publish(&fresh);
            }
            Err(error) => mood.failed(&error),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Forgets rules that changed, wherever they were changed.
async fn rules(parts: Parts, shutdown: CancellationToken) {
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = parts.rules.follow(&parts.feed) => {}
    }
}

async fn housekeeping(parts: Parts, shutdown: CancellationToken) {
    let mut mood = Mood::new("housekeeping");
    while !shutdown.is_cancelled() {
        let now = parts.clock.now();
        let done = async {
            let uncertain = Outbox::expire(&*parts.store, now).await?;
            if uncertain > 0 {
                tracing::warn!(uncertain, "replies may or may not have arrived; they are shown as uncertain");
            }
            parts.store.prune_changes(now.plus(Millis(-KEEP_CHANGES.0))).await
        };
        match done.await {
            Ok(_) => mood.worked(),
            Err(error) => mood.failed(&error),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
    }
}
