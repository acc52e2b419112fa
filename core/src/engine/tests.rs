//! The engine against a store that answers as told: what the real one does when others move at the same time.

use super::*;
use crate::model::MessageLanguage;
use crate::ports::{Ask, QueueChange, StoreResult};
use crate::testing::stage::{Stage, vi};
use crate::testing::{FakeClock, OneBrand, ScriptedClassifier, SeqIds};
use async_trait::async_trait;
use std::sync::Mutex;
use uuid::Uuid;

/// One lane and the answers its commits get.
struct OneLane {
    claims: Mutex<Vec<Claim>>,
    commits: Mutex<VecDeque<Result<Commit, ()>>>,
    reloaded: Mutex<Option<Claim>>,
    turns: Mutex<Vec<Turn>>,
    released: Mutex<Vec<(ConversationId, Timestamp)>>,
    untried: Mutex<Vec<ConversationId>>,
    away: Mutex<bool>,
}

#[async_trait]
impl Lanes for OneLane {
    async fn claim(&self, _: NodeId, _: Timestamp, _: Millis, _: u32) -> StoreResult<Vec<Claim>> {
        Ok(std::mem::take(&mut *self.claims.lock().unwrap()))
    }

    async fn reload(&self, _: NodeId, _: &[ConversationId]) -> StoreResult<Vec<Claim>> {
        Ok(self.reloaded.lock().unwrap().clone().into_iter().collect())
    }

    async fn commit(&self, turns: Vec<Turn>) -> StoreResult<Vec<Commit>> {
        if *self.away.lock().unwrap() {
            return Err(StoreError::Unavailable("away".into()));
        }
        let mut answers = self.commits.lock().unwrap();
        let mut commits = Vec::new();
        for turn in turns {
            self.turns.lock().unwrap().push(turn);
            match answers.pop_front().unwrap_or(Ok(Commit::Done)) {
                Ok(commit) => commits.push(commit),
                Err(()) => return Err(StoreError::Broken("a bad row".into())),
            }
        }
        Ok(commits)
    }

    async fn release(&self, _: NodeId, lanes: &[ConversationId], ready_at: Timestamp) -> StoreResult<()> {
        self.released.lock().unwrap().extend(lanes.iter().map(|lane| (*lane, ready_at)));
        Ok(())
    }

    async fn hand_back_untried(&self, _: NodeId, lanes: &[ConversationId], _: Timestamp) -> StoreResult<()> {
        self.untried.lock().unwrap().extend(lanes);
        Ok(())
    }

    async fn next_ready(&self) -> StoreResult<Option<Timestamp>> {
        Ok(None)
    }
}

fn claim(n: u128, attempts: i32) -> Claim {
    let mut stage = Stage::new();
    stage.conversation.id = ConversationId::new(Uuid::from_u128(n));
    stage.says("cảm ơn shop", vi("thanks"));
    stage.memory.last_bot_text = None;
    Claim { conversation: stage.conversation, attempts, run: stage.run, memory: stage.memory }
}

fn play(claims: Vec<Claim>, commits: Vec<Result<Commit, ()>>) -> (Engine, Arc<OneLane>) {
    let lanes = Arc::new(OneLane {
        reloaded: Mutex::new(claims.first().cloned()),
        claims: Mutex::new(claims),
        commits: Mutex::new(commits.into()),
        turns: Mutex::default(),
        released: Mutex::default(),
        untried: Mutex::default(),
        away: Mutex::default(),
    });
    let store = Arc::new(OneBrand::new(Stage::new().rules.brand.clone()));
    let reading = ScriptedClassifier::reading(MessageLanguage::Vietnamese, "thanks");
    let classifier = Arc::new(ScriptedClassifier::default().knows("cảm ơn shop", reading));
    let engine = Engine::new(EngineParts {
        lanes: lanes.clone(),
        classifier: classifier.clone(),
        rules: Arc::new(RulesCache::new(store.clone(), store.clone(), store, classifier)),
        feed: Arc::new(Feed::new()),
        clock: Arc::new(FakeClock::default()),
        ids: Arc::new(SeqIds::default()),
        node: NodeId::new(Uuid::from_u128(5)),
    });
    (engine, lanes)
}

#[tokio::test]
async fn a_run_is_decided_and_committed_once() {
    let (engine, lanes) = play(vec![claim(1, 1), claim(2, 1)], vec![]);
    assert_eq!(engine.run_once(10).await.unwrap(), 2);
    assert_eq!(lanes.turns.lock().unwrap().len(), 2);
    assert_eq!(engine.run_once(10).await.unwrap(), 0);
}

#[tokio::test]
async fn a_conversation_an_agent_took_meanwhile_is_decided_again_and_left_alone() {
    let (engine, lanes) = play(vec![claim(1, 1)], vec![Ok(Commit::Stale)]);
    lanes.reloaded.lock().unwrap().as_mut().unwrap().conversation.owner = crate::model::Owner::Agent;
    engine.run_once(10).await.unwrap();
    let turns = lanes.turns.lock().unwrap();
    assert_eq!(turns.iter().map(|turn| turn.reply.is_some()).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn a_conversation_that_keeps_moving_is_given_back() {
    let (engine, lanes) = play(vec![claim(1, 1)], vec![Ok(Commit::Stale); 10]);
    engine.run_once(10).await.unwrap();
    assert_eq!(lanes.released.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn one_turn_the_store_refuses_does_not_hold_up_the_others() {
    let (engine, lanes) = play(vec![claim(1, 1), claim(2, 1)], vec![Err(()), Err(()), Ok(Commit::Done)]);
    engine.run_once(10).await.unwrap();
    let decided: Vec<_> = lanes.turns.lock().unwrap().iter().map(|turn| turn.conversation).collect();
    assert_eq!(decided.last(), Some(&ConversationId::new(Uuid::from_u128(2))));
}

#[tokio::test]
async fn a_run_that_failed_five_times_is_quarantined_unread() {
    let (engine, lanes) = play(vec![claim(1, TRIES + 1)], vec![]);
    engine.run_once(10).await.unwrap();
    let turns = lanes.turns.lock().unwrap();
    assert_eq!(turns[0].decision.policy, "quarantine");
    assert!(matches!(turns[0].queue, QueueChange::Put(_)) && turns[0].reply.is_some());
}

#[tokio::test]
async fn a_lane_whose_brand_is_gone_rests_for_an_hour() {
    let mut lost = claim(1, 1);
    lost.conversation.brand = BrandId::new(Uuid::from_u128(99));
    let (engine, lanes) = play(vec![lost], vec![]);
    engine.run_once(10).await.unwrap();
    let ready_at = lanes.released.lock().unwrap()[0].1;
    assert_eq!(ready_at.since(FakeClock::default().now()), Millis::minutes(60));
}

/// A model that falls over one text.
struct FallsOver;

#[async_trait]
impl Classifier for FallsOver {
    async fn classify(&self, asks: &[Ask<'_>]) -> Result<Vec<Reading>, ClassifyError> {
        assert!(!asks.iter().any(|ask| ask.text == "💥"), "a defect of the model");
        ScriptedClassifier::default().classify(asks).await
    }

    async fn threshold(&self, _: BrandId) -> StoreResult<f32> {
        Ok(0.5)
    }
}

#[tokio::test]
async fn a_text_the_model_falls_over_holds_up_nobody_else() {
    let mut bad = claim(1, 1);
    bad.run[0].text = "💥".to_owned();
    let (mut engine, lanes) = play(vec![bad, claim(2, 1)], vec![]);
    engine.parts.classifier = Arc::new(FallsOver);
    engine.run_once(10).await.unwrap();
    assert_eq!(lanes.turns.lock().unwrap()[0].conversation, ConversationId::new(Uuid::from_u128(2)));
    assert_eq!(lanes.released.lock().unwrap()[0].0, ConversationId::new(Uuid::from_u128(1)));
}

#[tokio::test]
async fn a_flood_is_decided_fifty_messages_at_a_time() {
    let mut flood = claim(1, 1);
    let one = flood.run[0].clone();
    flood.run = (1..=120).map(|seq| crate::model::Message { seq, ..one.clone() }).collect();
    let (engine, lanes) = play(vec![flood], vec![]);
    engine.run_once(10).await.unwrap();
    assert_eq!(lanes.turns.lock().unwrap()[0].done_seq, 50);
}

#[test]
fn many_long_messages_are_read_as_one_long_one() {
    let mut flood = claim(1, 1);
    flood.run[0].text = "ạ".repeat(6_000);
    flood.run.push(flood.run[0].clone());
    assert_eq!(texts(&flood)[0].chars().count(), crate::listen::LONGEST);
}

#[tokio::test]
async fn a_store_that_is_away_costs_no_run_an_attempt() {
    let (engine, lanes) = play(vec![claim(1, 1), claim(2, 1)], vec![]);
    *lanes.away.lock().unwrap() = true;
    assert!(engine.run_once(10).await.is_err());
    assert_eq!(*lanes.untried.lock().unwrap(), [1, 2].map(|n| ConversationId::new(Uuid::from_u128(n))));
    assert!(lanes.released.lock().unwrap().is_empty());
}
