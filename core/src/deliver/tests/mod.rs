//! What follows a send, and what a send that hangs, falls over or cannot be stored does to the others.

use super::send::after;
use super::*;
use crate::model::{
    Afterwards, Author, Channel, ChannelId, Delivery, Direction, Message, MessageState, Timestamp, Visibility,
};
use crate::model::{BrandId, ConversationId};
use crate::ports::{SendError, StoreError};
use crate::testing::FakeClock;
use async_trait::async_trait;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_millis(1_000);

#[test]
fn a_send_that_was_not_taken_is_tried_five_times_with_growing_pauses() {
    let retry = || SendError::Retry(None, "status_503");
    let due = |attempts| match after(retry(), attempts, NOW) {
        Outcome::Retry(at, "status_503") => Some(at.since(NOW)),
        _ => None,
    };
    assert_eq!([due(1), due(2), due(3), due(4)], [1, 2, 4, 8].map(|s| Some(Millis::seconds(s))));
    assert_eq!(after(retry(), TRIES, NOW), Outcome::Failed("status_503"));
}

#[test]
fn the_platforms_own_wish_decides_the_pause() {
    let wish = SendError::Retry(Some(Millis::seconds(30)), "rate");
    assert_eq!(after(wish, 1, NOW), Outcome::Retry(NOW.plus(Millis::seconds(30)), "rate"));
}

#[test]
fn what_may_have_arrived_is_never_sent_again() {
    assert_eq!(after(SendError::Uncertain("timeout"), 1, NOW), Outcome::Uncertain("timeout"));
    assert_eq!(after(SendError::Gone("blocked"), 1, NOW), Outcome::Gone("blocked"));
}

/// An outbox that gives what it holds and remembers how it ended.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Vec<Dispatch>>,
    settled: Mutex<Vec<(MessageId, Outcome)>>,
    refusals: Mutex<u32>,
    /// How many pieces were done, each time it was told.
    progress: Mutex<Vec<Option<u32>>>,
    /// Somebody took over.
    taken_over: AtomicBool,
}

#[async_trait]
impl Outbox for Queue {
    async fn claim_sends(
        &self,
        _: NodeId,
        _: Timestamp,
        _: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Dispatch>> {
        let mut waiting = self.waiting.lock().unwrap();
        let count = waiting.len().min(usize::try_from(limit).unwrap());
        Ok(waiting.drain(..count).collect())
    }

    async fn settle(&self, _: NodeId, _: Timestamp, ended: Vec<(MessageId, Outcome)>) -> StoreResult<()> {
        let mut refusals = self.refusals.lock().unwrap();
        if *refusals > 0 {
            *refusals -= 1;
            return Err(StoreError::Unavailable("away".into()));
        }
        self.settled.lock().unwrap().extend(ended);
        Ok(())
    }

    async fn progress(
        &self,
        _: NodeId,
        _: MessageId,
        pieces_done: Option<u32>,
        _: Option<&str>,
        _: Timestamp,
    ) -> StoreResult<bool> {
        self.progress.lock().unwrap().push(pieces_done);
        Ok(!self.taken_over.load(Ordering::SeqCst))
    }

    async fn is_hers(&self, _: ConversationId) -> StoreResult<bool> {
        Ok(!self.taken_over.load(Ordering::SeqCst))
    }

    async fn expire(&self, _: Timestamp) -> StoreResult<u64> {
        Ok(0)
    }

    async fn next_send(&self) -> StoreResult<Option<Timestamp>> {
        Ok(None)
    }
}

/// A platform where one address hangs for ever and one makes the adapter fall over.
struct Moody;

#[async_trait]
impl Push for Moody {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Web
    }

    async fn send(&self, dispatch: &Dispatch, _: &Piece, _: u32) -> Result<Option<String>, SendError> {
        match dispatch.address.as_str() {
            "hangs" => std::future::pending().await,
            "falls" => panic!("a defect of an adapter"),
            _ => Ok(None),
        }
    }
}

fn id(n: u128) -> MessageId {
    MessageId::new(Uuid::from_u128(n))
}

fn dispatch(n: u128, address: &str) -> Dispatch {
    let uuid = Uuid::from_u128(n);
    let brand = BrandId::new(uuid);
    let message = Message {
        id: id(n),
        brand,
        conversation: ConversationId::new(uuid),
        seq: 1,
        direction: Direction::Out,
        author: Author::Bot,
        agent: None,
        external: None,
        text: "Dạ có ạ".to_owned(),
        quick_replies: Vec::new(),
        answers: None,
        visibility: Visibility::Direct,
        state: MessageState::Sending,
        at: NOW,
        fault: None,
        attachments: Vec::new(),
        aside: None,
        after: Afterwards::default(),
    };
    let channel = Channel::new(ChannelId::new(uuid), brand, ChannelKind::Web, "web", Delivery::Push);
    Dispatch {
        message,
        channel,
        address: address.to_owned(),
        attempts: 1,
        last_in_at: None,
        reply_to: None,
        pieces_done: 0,
        unasked: false,
    }
}

fn deliverer(queue: &Arc<Queue>) -> Arc<Deliverer> {
    let clock = Arc::new(FakeClock::default());
    let node = NodeId::new(Uuid::from_u128(5));
    Arc::new(Deliverer::new(queue.clone(), vec![Arc::new(Moody)], clock, Arc::new(Feed::new()), node))
}

fn waiting(dispatches: Vec<Dispatch>) -> Arc<Queue> {
    Arc::new(Queue { waiting: Mutex::new(dispatches), ..Queue::default() })
}

#[tokio::test(start_paused = true)]
async fn a_target_that_hangs_stalls_nobody_and_ends_as_uncertain() {
    let queue = waiting(vec![dispatch(1, "hangs"), dispatch(2, "works"), dispatch(3, "works")]);
    let mut flights = Flights::new(deliverer(&queue), 2);
    // Two seats: the one that hangs keeps one, the others go through the other.
    assert_eq!(flights.board().await.unwrap(), 2);
    flights.land().await.unwrap().unwrap();
    assert_eq!(flights.board().await.unwrap(), 1);
    flights.land().await.unwrap().unwrap();
    let sent = [(id(2), Outcome::Sent(None)), (id(3), Outcome::Sent(None))];
    assert_eq!(*queue.settled.lock().unwrap(), sent);
    flights.land().await.unwrap().unwrap();
    assert_eq!(queue.settled.lock().unwrap()[2], (id(1), Outcome::Uncertain("timed_out")));
    assert!(flights.is_empty() && flights.land().await.is_none());
}

#[tokio::test]
async fn no_more_fly_than_there_are_seats() {
    let queue = waiting(vec![dispatch(1, "hangs"), dispatch(2, "works")]);
    let mut flights = Flights::new(deliverer(&queue), 1);
    assert_eq!((flights.board().await.unwrap(), flights.board().await.unwrap()), (1, 0));
    assert_eq!(queue.waiting.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_adapter_that_falls_over_takes_no_other_send_with_it() {
    let queue = waiting(vec![dispatch(1, "falls"), dispatch(2, "works")]);
    assert_eq!(deliverer(&queue).run_once(64).await.unwrap(), 2);
    let mut settled = queue.settled.lock().unwrap().clone();
    settled.sort_by_key(|(id, _)| id.get());
    assert_eq!(settled, [(id(1), Outcome::Uncertain("fell_over")), (id(2), Outcome::Sent(None))]);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_send_is_stored_once_the_database_is_back() {
    let queue = waiting(vec![dispatch(1, "works")]);
    *queue.refusals.lock().unwrap() = SETTLES - 1;
    deliverer(&queue).run_once(64).await.unwrap();
    assert_eq!(*queue.settled.lock().unwrap(), [(id(1), Outcome::Sent(None))]);
}

#[test]
fn even_the_slowest_send_is_settled_before_its_lease_ends() {
    let pauses = SETTLE_PAUSE * (2_u32.pow(SETTLES - 1) - 1);
    assert!(i64::try_from((SEND_LIMIT + pauses).as_millis()).unwrap() < SEND_LEASE.0 / 2 + 5_000);
}

mod pieces;
mod typing;
