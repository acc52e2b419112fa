//! Everything that runs beside the web server. All loops are started here, watch one shutdown token, finish what they
//! hold before they end, and are started again when they fall over.

mod alerts;
mod attachments;
mod checks;
mod endings;
mod reader;
mod retention;

use crate::alerts::Alarm;
use crate::notices::Notifier;
use crate::wire::Parts;
use futures_util::FutureExt;
use lara_bots::fetch::Fetcher;
use lara_core::deliver::{Deliverer, Flights};
use lara_core::model::{Millis, Timestamp};
use lara_core::ports::{
    ANSWER_KEPT, Agents, ApiAnswers, Changes, Happenings, Identity, Lanes, OddEvents, Outbox, Shops,
    StoreError,
};
use reader::Reader;
use std::error::Error;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often each process looks at the change table (DESIGN section 3).
const POLL: Duration = Duration::from_millis(200);
/// Changes older than this are forgotten; a page that slept longer reads everything anew.
const KEEP_CHANGES: Millis = Millis::minutes(10);
/// Events nobody could translate are forgotten after this (DESIGN section 3).
const KEEP_ODD: Millis = Millis::minutes(7 * 24 * 60);
/// Which events of shop systems were taken is forgotten after this; they are told again for hours, not for weeks.
const KEEP_SHOP_EVENTS: Millis = Millis::minutes(30 * 24 * 60);
/// Tries to prove who somebody is, and codes that ended, are forgotten after this: limits count a day.
const KEEP_PROOFS: Millis = Millis::minutes(2 * 24 * 60);
/// What can wait is done every so many rounds of housekeeping.
const SLOW_ROUNDS: u32 = 24;
/// A conversation that a human answered from the platform's own inbox is Lara's again after this silence.
const HUMAN_IDLE: Millis = Millis::minutes(12 * 60);
/// Lanes decided in one batch.
const LANES: u32 = 64;
/// Sends under way at once.
const SENDS: usize = 64;
/// Lane workers a process runs: while one waits for the database the other classifies.
const LANE_WORKERS: usize = 2;

/// Pause before a worker that fell over is started again.
const RESTART: Duration = Duration::from_secs(1);
/// How long a batch driver may go on after the web server has ended.
const LAST_BATCH: Duration = Duration::from_secs(5);

/// The running workers.
pub(crate) struct Workers {
    tracker: TaskTracker,
    shutdown: CancellationToken,
    /// Nobody is served any more.
    drained: CancellationToken,
}

impl Workers {
    /// Workers that stop when `shutdown` is cancelled.
    pub(crate) fn new(shutdown: CancellationToken) -> Self {
        Self { tracker: TaskTracker::new(), shutdown, drained: CancellationToken::new() }
    }

    /// Runs a worker to its end, again when it falls over; [`Workers::finish`] waits for it.
    fn keep<F>(&self, what: &'static str, worker: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tracker.spawn(keep(what, self.shutdown.clone(), worker));
    }

    /// Runs the driver of a batcher. It ends by itself once nobody can ask any more; only who still asks after the web
    /// server has ended is cut short.
    pub(crate) fn drive(&self, driver: impl Future<Output = ()> + Send + 'static) {
        let drained = self.drained.clone();
        self.tracker.spawn(async move {
            tokio::pin!(driver);
            tokio::select! {
                () = &mut driver => {}
                () = async { drained.cancelled().await; tokio::time::sleep(LAST_BATCH).await } => {}
            }
        });
    }

    /// Starts everything that serving needs.
    pub(crate) fn start(&self, parts: Parts, deliverer: Arc<Deliverer>) {
        let stop = || self.shutdown.clone();
        for _ in 0..LANE_WORKERS {
            let (parts, stop) = (parts.clone(), stop());
            self.keep("lanes", move || lanes(parts.clone(), stop.clone()));
        }
        let (with, until) = (deliverer.clone(), stop());
        self.keep("typing", move || typing(with.clone(), until.clone()));
        let (with, until) = (parts.clone(), stop());
        self.keep("sends", move || sends(with.clone(), deliverer.clone(), until.clone()));
        let (with, until) = (parts.clone(), stop());
        // Outlives a fall, so that nothing written meanwhile is missed.
        let reader = Arc::new(Mutex::new(None));
        self.keep("changes", move || changes(with.clone(), reader.clone(), until.clone()));
        let (with, until) = (parts.clone(), stop());
        self.keep("rules", move || rules(with.clone(), until.clone()));
        let until = stop();
        self.keep("housekeeping", move || housekeeping(parts.clone(), until.clone()));
    }

    /// Starts what channels do by themselves, each in a worker of its own.
    pub(crate) fn listen(&self, shared: &lara_bots::Shared) {
        for run in lara_bots::CHANNELS.iter().filter_map(|door| door.run) {
            let shared = shared.clone();
            self.keep("channels", move || run(shared.clone()));
        }
        let shared = shared.clone();
        self.keep("checks", move || checks::checks(shared.clone()));
    }

    /// Wakes humans, where the configuration names any.
    pub(crate) fn wake_humans(&self, parts: Parts, alarm: Arc<Alarm>) {
        let until = self.shutdown.clone();
        if !alarm.targets.is_empty() {
            self.keep("alerts", move || alerts::alerts(parts.clone(), alarm.clone(), until.clone()));
        }
    }

    /// Ends conversations that have gone quiet, sums them up, and tells the brand's own systems.
    pub(crate) fn end_conversations(&self, parts: Parts, notifier: Arc<Notifier>) {
        let until = self.shutdown.clone();
        self.keep("endings", move || endings::endings(parts.clone(), notifier.clone(), until.clone()));
    }

    /// Fetches what came with messages.
    pub(crate) fn fetch(&self, parts: Parts, fetcher: Arc<Fetcher>) {
        let until = self.shutdown.clone();
        self.keep("attachments", move || {
            attachments::attachments(parts.clone(), fetcher.clone(), until.clone())
        });
    }

    /// Waits until all have ended. The web server has ended before.
    pub(crate) async fn finish(&self) {
        self.drained.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// Runs a worker until it ends by itself; a fall is logged and counted, and the worker started again.
async fn keep<F: Future<Output = ()>>(
    what: &'static str,
    shutdown: CancellationToken,
    worker: impl Fn() -> F,
) {
    while AssertUnwindSafe(async { worker().await }).catch_unwind().await.is_err() {
        metrics::counter!("lara_worker_falls_total", "worker" => what).increment(1);
        tracing::error!(worker = what, "worker fell over; starting it again");
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(RESTART) => {}
        }
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
            Ok(0) => until(&parts, &Lanes::next_ready(&*parts.store).await),
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
            Ok(0) if flights.is_empty() => until(&parts, &Outbox::next_send(&*parts.store).await),
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

/// Nothing is lost where it is cut short.
async fn typing(deliverer: Arc<Deliverer>, shutdown: CancellationToken) {
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = deliverer.show_typing() => {}
    }
}

/// How long until the next row is due; never longer than a poll, so that rows of other nodes are seen.
fn until(parts: &Parts, next: &Result<Option<Timestamp>, StoreError>) -> Duration {
    let Ok(Some(due)) = *next else { return POLL };
    let wait = due.since(parts.clock.now()).0.max(1);
    Duration::from_millis(u64::try_from(wait).unwrap_or(1)).min(POLL)
}

async fn changes(parts: Parts, reader: Arc<Mutex<Option<Reader>>>, shutdown: CancellationToken) {
    let store: Arc<dyn Changes> = parts.store.clone();
    let mut mood = Mood::new("changes");
    let mut kept = reader.lock().await;
    if kept.is_none() {
        *kept = Some(Reader::new(store.last_change().await.unwrap_or(0)));
    }
    let Some(reader) = kept.as_mut() else { return };
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
    // Nobody followed until now.
    parts.rules.forget_all();
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = parts.rules.follow(&parts.feed) => {}
    }
}

async fn housekeeping(parts: Parts, shutdown: CancellationToken) {
    let mut mood = Mood::new("housekeeping");
    let mut rounds = 0_u32;
    while !shutdown.is_cancelled() {
        let now = parts.clock.now();
        let done = async {
            let uncertain = Outbox::expire(&*parts.store, now).await?;
            if uncertain > 0 {
                tracing::warn!(uncertain, "replies may or may not have arrived; they are shown as uncertain");
            }
            Agents::prune(&*parts.store, now).await?;
            if rounds.is_multiple_of(SLOW_ROUNDS) {
                parts.store.hand_back_idle(HUMAN_IDLE, now).await?;
                retention::forget(&parts, now).await?;
                parts.store.prune_proofs(now.plus(Millis(-KEEP_PROOFS.0))).await?;
                parts.store.prune_odd(now.plus(Millis(-KEEP_ODD.0))).await?;
                parts.store.prune_shop_events(now.plus(Millis(-KEEP_SHOP_EVENTS.0))).await?;
                parts.store.prune_answers(now.plus(Millis(-ANSWER_KEPT.0))).await?;
            }
            parts.store.prune_changes(now.plus(Millis(-KEEP_CHANGES.0))).await
        };
        let ended = done.await;
        rounds = rounds.wrapping_add(1);
        match ended {
            Ok(_) => mood.worked(),
            Err(error) => mood.failed(&error),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_falls_over_is_started_again() {
        let starts = Arc::new(AtomicU32::new(0));
        let counted = starts.clone();
        let worker = move || {
            let start = counted.fetch_add(1, Ordering::SeqCst);
            async move { assert!(start >= 2, "a defect of a worker") }
        };
        keep("test", CancellationToken::new(), worker).await;
        assert_eq!(starts.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_driver_nobody_asks_ends_at_once_and_one_that_is_asked_in_time() {
        let workers = Workers::new(CancellationToken::new());
        workers.drive(std::future::ready(()));
        let before = tokio::time::Instant::now();
        workers.finish().await;
        assert_eq!(before.elapsed(), Duration::ZERO);
        let workers = Workers::new(CancellationToken::new());
        workers.drive(std::future::pending());
        workers.finish().await;
        assert_eq!(before.elapsed(), LAST_BATCH);
    }
}
