//! The engine against a store that answers as told: what the real one does when others move at the same time.

use super::*;
use crate::model::{Brand, MessageLanguage, TemplateName, TemplateVersion};
use crate::ports::{
    Brands, Directory, Imported, OrderRow, Person, QueueChange, Saved, StoreResult, Templates,
};
use crate::testing::stage::{Stage, vi};
use crate::testing::{FakeClock, ScriptedClassifier, SeqIds};
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

    async fn next_ready(&self) -> StoreResult<Option<Timestamp>> {
        Ok(None)
    }
}

/// A store that holds one brand and nothing else.
struct OneBrand(Brand);

#[async_trait]
impl Brands for OneBrand {
    async fn brands(&self) -> StoreResult<Vec<Brand>> {
        Ok(vec![self.0.clone()])
    }
    async fn brand(&self, id: BrandId) -> StoreResult<Option<Brand>> {
        Ok(Some(self.0.clone()).filter(|brand| brand.id == id))
    }
    async fn brand_by_slug(&self, _: &str) -> StoreResult<Option<Brand>> {
        Ok(None)
    }
    async fn add_brand(&self, _: &Brand, _: Timestamp) -> StoreResult<Saved> {
        Ok(Saved::Taken)
    }
    async fn save_brand(&self, _: &Brand, _: Timestamp) -> StoreResult<Saved> {
        Ok(Saved::Stale)
    }
    async fn remove_brand(&self, _: BrandId, _: Timestamp) -> StoreResult<()> {
        Ok(())
    }
    async fn channels(&self, _: Option<BrandId>) -> StoreResult<Vec<crate::model::Channel>> {
        Ok(Vec::new())
    }
    async fn put_channel(&self, _: &crate::model::Channel, _: Timestamp) -> StoreResult<Saved> {
        Ok(Saved::Done)
    }
}

#[async_trait]
impl Templates for OneBrand {
    async fn live(&self, _: BrandId) -> StoreResult<Vec<TemplateVersion>> {
        Ok(Vec::new())
    }
    async fn versions(&self, _: BrandId, _: &TemplateName) -> StoreResult<Vec<TemplateVersion>> {
        Ok(Vec::new())
    }
    async fn publish(&self, _: &TemplateVersion) -> StoreResult<Saved> {
        Ok(Saved::Done)
    }
}

#[async_trait]
impl Directory for OneBrand {
    async fn tie(
        &self,
        _: &crate::model::Channel,
        _: &str,
        _: &Person,
        _: crate::model::Level,
        _: (crate::model::AddressId, crate::model::CustomerId),
        _: Timestamp,
    ) -> StoreResult<crate::model::Address> {
        Err(StoreError::Broken("nobody lives here".into()))
    }
    async fn put_customers(
        &self,
        _: BrandId,
        _: Vec<(crate::model::CustomerId, Person, Vec<crate::model::Preference>)>,
        _: Timestamp,
    ) -> StoreResult<Imported> {
        Ok(Imported::default())
    }
    async fn put_orders(
        &self,
        _: BrandId,
        _: Vec<OrderRow>,
        _: Timestamp,
    ) -> StoreResult<(Imported, Vec<usize>)> {
        Ok((Imported::default(), Vec::new()))
    }
    async fn put_products(
        &self,
        _: BrandId,
        _: Vec<crate::model::Product>,
        _: Timestamp,
    ) -> StoreResult<Imported> {
        Ok(Imported::default())
    }
    async fn products(&self, _: BrandId, _: u32) -> StoreResult<Vec<crate::model::Product>> {
        Ok(Vec::new())
    }
    async fn customer_by_email(&self, _: BrandId, _: &str) -> StoreResult<Option<crate::model::Customer>> {
        Ok(None)
    }
    async fn profile(
        &self,
        _: BrandId,
        _: crate::model::CustomerId,
    ) -> StoreResult<Option<(crate::model::Customer, Vec<crate::model::Order>, Vec<crate::model::Preference>)>>
    {
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
    });
    let store = Arc::new(OneBrand(Stage::new().rules.brand.clone()));
    let reading = ScriptedClassifier::reading(MessageLanguage::Vietnamese, "thanks");
    let engine = Engine::new(EngineParts {
        lanes: lanes.clone(),
        classifier: Arc::new(ScriptedClassifier::default().knows("cảm ơn shop", reading)),
        rules: Arc::new(RulesCache::new(store.clone(), store.clone(), store, 0.5)),
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
