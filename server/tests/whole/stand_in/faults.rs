//! What goes wrong next, and what was asked for so far.

use serde_json::Value;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// How a platform fails at one send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not now, come back in so many seconds. Not taken.
    TooMany { seconds: u64 },
    /// An internal error. Not taken.
    Broken,
    /// The person cannot be reached. Not taken.
    Gone,
    /// The connection is reset before anything is done. Not taken.
    CutBefore,
    /// Taken, and then the connection is reset.
    CutAfter,
    /// Taken, and then no answer ever comes.
    Silent,
}

impl Fault {
    /// Whether the platform did what was asked, in spite of it.
    pub(crate) fn taken(self) -> bool {
        matches!(self, Self::CutAfter | Self::Silent)
    }
}

/// One send that the platform saw.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    /// Where to: a chat, a person, a channel.
    pub(crate) to: String,
    /// The body as it came.
    pub(crate) body: Value,
    /// What went wrong with it.
    pub(crate) fault: Option<Fault>,
    /// The id the platform gave it; none when it was not taken.
    pub(crate) id: Option<String>,
}

/// The plan of one stand-in, and its memory.
#[derive(Debug, Clone)]
pub(crate) struct Faults {
    next: Arc<Mutex<VecDeque<Fault>>>,
    next_for: Arc<Mutex<HashMap<String, VecDeque<Fault>>>>,
    seen: Arc<watch::Sender<Vec<Taken>>>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            next: Arc::default(),
            next_for: Arc::default(),
            seen: Arc::new(watch::Sender::new(Vec::new())),
        }
    }
}

impl Faults {
    /// The next sends fail like this, one after the other.
    pub(crate) fn plan(&self, faults: &[Fault]) {
        self.next.lock().unwrap().extend(faults);
    }

    /// The next sends to one person fail like this, whatever is sent to others meanwhile.
    pub(crate) fn plan_for(&self, to: &str, faults: &[Fault]) {
        self.next_for.lock().unwrap().entry(to.to_owned()).or_default().extend(faults);
    }

    /// What happens to the send that just came.
    pub(super) fn next(&self, to: &str) -> Option<Fault> {
        let theirs = self.next_for.lock().unwrap().get_mut(to).and_then(VecDeque::pop_front);
        theirs.or_else(|| self.next.lock().unwrap().pop_front())
    }

    /// How many planned faults have not happened yet.
    pub(crate) fn left(&self) -> usize {
        self.next.lock().unwrap().len()
    }

    pub(super) fn note(&self, to: &str, body: Value, fault: Option<Fault>, id: Option<String>) {
        let taken = Taken { to: to.to_owned(), body, fault, id };
        self.seen.send_modify(|seen| seen.push(taken));
    }

    /// Everything that was asked, taken or not.
    pub(crate) fn asked(&self) -> Vec<Taken> {
        self.seen.borrow().clone()
    }

    /// What the platform took: what customers saw. A send that the platform knew again by its nonce is no second message.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        let mut ids = BTreeSet::new();
        let taken = self.asked().into_iter().filter(|one| one.fault.is_none_or(Fault::taken));
        taken.filter(|one| ids.insert(one.id.clone())).collect()
    }

    /// What one person saw.
    pub(crate) fn seen_by(&self, to: &str) -> Vec<Taken> {
        self.taken().into_iter().filter(|one| one.to == to).collect()
    }

    /// Waits until the platform took so many for one person.
    pub(crate) async fn reach(&self, to: &str, many: usize) -> Vec<Taken> {
        self.wait(&format!("{many} messages for {to}"), || self.seen_by(to).len() >= many).await;
        self.seen_by(to)
    }

    async fn wait(&self, awaited: &str, enough: impl Fn() -> bool) {
        let mut seen = self.seen.subscribe();
        let waiting = async {
            while !enough() {
                seen.changed().await.unwrap();
            }
        };
        let done = tokio::time::timeout(2 * crate::harness::PATIENCE, waiting).await;
        assert!(done.is_ok(), "waited in vain for {awaited}: {:#?}", self.asked());
    }
}

/// Longer than any client waits.
pub(super) const FOR_EVER: Duration = Duration::from_mins(10);
