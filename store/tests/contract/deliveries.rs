//! The outbox and the deliverer together: a reply of several pieces is said once, in order, whatever happens on the way.

use crate::house::House;
use crate::make::{LEASE, Shop, at};
use lara_core::deliver::Deliverer;
use lara_core::feed::Feed;
use lara_core::model::{AgentId, ChannelKind, ConversationId, Millis};
use lara_core::ports::{
    Clock as _, Commit, Desk as _, Dispatch, Lanes as _, Outbox as _, Piece, Push, Scope, SendError,
};
use lara_core::testing::{FakeClock, FakePush};
use lara_store::Store;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Three pieces on Telegram.
fn long() -> String {
    ["a", "b", "c"].map(|letter| letter.repeat(4_000)).join("\n\n")
}

/// Somebody asked, and the bot's long reply is queued.
async fn answered(house: &House, shop: &Shop, who: &str, when: i64) -> ConversationId {
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, who, who, when)).await;
    let mut turn = house.answers(node, &claim, when);
    turn.reply.as_mut().unwrap().text = long();
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    claim.conversation.id
}

fn deliverer(house: &House, push: Arc<dyn Push>, clock: Arc<FakeClock>) -> Arc<Deliverer> {
    let outbox = Arc::new(house.store.clone());
    Arc::new(Deliverer::new(outbox, vec![push], clock, Arc::new(Feed::new()), house.node()))
}

/// How many replies ended so.
const SENT: &str = "SELECT COUNT(*) FROM messages WHERE direction = 'out' AND state = 'sent'";
const FAILED: &str = "SELECT COUNT(*) FROM messages WHERE direction = 'out' AND state = 'failed'";
const UNCERTAIN: &str = "SELECT COUNT(*) FROM messages WHERE direction = 'out' AND state = 'uncertain'";
const CANCELLED: &str = "SELECT COUNT(*) FROM messages WHERE direction = 'out' AND state = 'cancelled'";

pub(crate) async fn a_long_reply_is_said_once_whatever_the_platform_answers(house: &House) {
    let shop = house.shop().await;
    let mut dice = 1_u32;
    let mut sent = 0;
    for round in 0..24 {
        let push = Arc::new(FakePush::new(ChannelKind::Telegram));
        let clock = Arc::new(FakeClock::at(at(round * 10_000_000)));
        let deliverer = deliverer(house, push.clone(), clock.clone());
        answered(house, &shop, &format!("visitor-{round}"), round * 10_000_000).await;
        let mut answers = Vec::new();
        for _ in 0..40 {
            // A generator that is the same on every run (Numerical Recipes).
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            answers.push(match dice >> 29 {
                0..=3 => Ok(None),
                4 => Err(SendError::Retry(None, "status_503")),
                5 => Err(SendError::TooFast(Scope::Place, Millis::seconds(5), "rate_limited")),
                6 => Err(SendError::TooFast(Scope::Account, Millis::seconds(5), "rate_limited")),
                _ => Err(SendError::Retry(Some(Millis::seconds(2)), "status_502")),
            });
            push.will_answer(answers.last().unwrap().clone());
        }
        for _ in 0..60 {
            deliverer.run_once(8).await.unwrap();
            clock.advance(Millis::seconds(4));
        }
        let calls = push.pieces().into_iter().zip(answers);
        let taken: String = calls
            .filter(|(_, answer)| answer.is_ok())
            .filter_map(|(piece, _)| piece.text.chars().next())
            .collect();
        assert!("abc".starts_with(&taken), "round {round}: {taken}");
        sent += i64::from(taken == "abc");
        assert_eq!(house.number(SENT).await, sent, "round {round}: {taken}");
    }
    assert!(sent > 12, "{sent} of 24");
    assert_eq!(sent + house.number(FAILED).await, 24, "the others failed five times");
}

/// A platform that takes the first piece and then answers nothing.
#[derive(Default)]
struct Hangs(AtomicUsize);

#[async_trait::async_trait]
impl Push for Hangs {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Telegram
    }

    async fn send(&self, _: &Dispatch, _: &Piece, place: u32) -> Result<Option<String>, SendError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        if place > 0 {
            std::future::pending::<()>().await;
        }
        Ok(None)
    }
}

pub(crate) async fn a_server_killed_between_two_pieces_repeats_none(house: &House) {
    let shop = house.shop().await;
    answered(house, &shop, "lan", 0).await;
    let clock = Arc::new(FakeClock::at(at(1)));
    let push = Arc::new(Hangs::default());
    let killed = deliverer(house, push.clone(), clock.clone());
    let cut = tokio::time::timeout(Duration::from_millis(500), killed.run_once(8)).await;
    assert!(cut.is_err() && push.0.load(Ordering::SeqCst) == 2, "killed while the second piece was sent");

    clock.advance(LEASE);
    clock.advance(Millis::seconds(1));
    assert_eq!(house.store.expire(clock.now()).await.unwrap(), 1);
    let push = Arc::new(FakePush::new(ChannelKind::Telegram));
    assert_eq!(deliverer(house, push.clone(), clock).run_once(8).await.unwrap(), 0);
    assert_eq!((house.number(UNCERTAIN).await, push.pieces().len()), (1, 0));
}

/// A platform during whose first piece an agent takes over.
struct Interrupted {
    store: Store,
    conversation: ConversationId,
    agent: AgentId,
    calls: AtomicUsize,
}

#[async_trait::async_trait]
impl Push for Interrupted {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Telegram
    }

    async fn send(&self, _: &Dispatch, _: &Piece, _: u32) -> Result<Option<String>, SendError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.store.take_over(self.conversation, self.agent, at(2)).await.unwrap();
        Ok(None)
    }
}

pub(crate) async fn after_a_take_over_no_further_piece_is_said(house: &House) {
    let shop = house.shop().await;
    let conversation = answered(house, &shop, "lan", 0).await;
    let agent = house.agent("ha@example.com").await.id;
    let calls = AtomicUsize::new(0);
    let push = Arc::new(Interrupted { store: house.store.clone(), conversation, agent, calls });
    let clock = Arc::new(FakeClock::at(at(1)));
    let deliverer = deliverer(house, push.clone(), clock);
    assert_eq!(deliverer.run_once(8).await.unwrap(), 1);
    assert_eq!(deliverer.run_once(8).await.unwrap(), 0);
    assert_eq!((push.calls.load(Ordering::SeqCst), house.number(CANCELLED).await), (1, 1));
}
