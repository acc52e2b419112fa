//! Fakes of what lies outside the process: time, chance, platforms, the model. Never of our own code.

use crate::model::{BrandId, Channel, ChannelKind, Intent, MessageLanguage, Millis, Reading, Timestamp};
use crate::ports::{
    Ask, Classifier, ClassifyError, Clock, Dispatch, Ids, Piece, Push, SendError, StoreResult,
};
use async_trait::async_trait;
use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// A clock that stands still until told.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl Default for FakeClock {
    /// Monday 2026-03-02 10:00 in Hà Nội: humans are at work.
    fn default() -> Self {
        Self::at(Timestamp::from_millis(1_772_420_400_000))
    }
}

impl FakeClock {
    /// A clock standing at `now`.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.millis()))
    }

    /// Moves the clock on.
    pub fn advance(&self, span: Millis) {
        self.0.fetch_add(span.0, Ordering::SeqCst);
    }

    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.millis(), Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Ids that count from 1 and look like `UUIDv7`, so that they sort. Its secrets are none: they follow from the count.
#[derive(Debug, Default)]
pub struct SeqIds(AtomicU64);

impl Ids for SeqIds {
    fn next(&self) -> Uuid {
        let n = self.0.fetch_add(1, Ordering::SeqCst).wrapping_add(1);
        Uuid::from_u128((0x7_u128 << 76) | (0x8_u128 << 60) | (u128::from(n) << 80) | u128::from(n & 0xffff))
    }

    fn secret(&self) -> u64 {
        let n = self.0.fetch_add(1, Ordering::SeqCst).wrapping_add(1);
        n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16
    }
}

/// A platform that remembers what it was given and answers as told (`Ok` when told nothing).
#[derive(Debug)]
pub struct FakePush {
    kind: ChannelKind,
    sent: Mutex<Vec<(Dispatch, Piece)>>,
    answers: Mutex<VecDeque<Result<Option<String>, SendError>>>,
    typed: Mutex<Vec<String>>,
}

impl FakePush {
    /// A platform of this kind.
    #[must_use]
    pub const fn new(kind: ChannelKind) -> Self {
        Self {
            kind,
            sent: Mutex::new(Vec::new()),
            answers: Mutex::new(VecDeque::new()),
            typed: Mutex::new(Vec::new()),
        }
    }

    /// The next send that has no answer yet is answered so.
    pub fn will_answer(&self, answer: Result<Option<String>, SendError>) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push_back(answer);
    }

    /// Everything it was given.
    #[must_use]
    pub fn sent(&self) -> Vec<Dispatch> {
        self.calls().into_iter().map(|(dispatch, _)| dispatch).collect()
    }

    /// Every piece it was given.
    #[must_use]
    pub fn pieces(&self) -> Vec<Piece> {
        self.calls().into_iter().map(|(_, piece)| piece).collect()
    }

    /// Whom it showed that an answer is coming.
    #[must_use]
    pub fn typed(&self) -> Vec<String> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn calls(&self) -> Vec<(Dispatch, Piece)> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Push for FakePush {
    fn kind(&self) -> ChannelKind {
        self.kind
    }

    async fn send(&self, dispatch: &Dispatch, piece: &Piece, _: u32) -> Result<Option<String>, SendError> {
        let call = (dispatch.clone(), piece.clone());
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        let told = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        told.unwrap_or(Ok(None))
    }

    async fn typing(&self, _: &Channel, address: &str) {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).push(address.to_owned());
    }
}

/// A model that knows a few texts by heart and finds everything else out of scope.
#[derive(Debug, Default)]
pub struct ScriptedClassifier(HashMap<String, Reading>);

impl ScriptedClassifier {
    /// Adds a text it knows.
    #[must_use]
    pub fn knows(mut self, text: &str, reading: Reading) -> Self {
        self.0.insert(text.to_owned(), reading);
        self
    }

    /// A calm, confident reading of an intent.
    #[must_use]
    pub fn reading(language: MessageLanguage, intent: &str) -> Reading {
        Reading {
            language,
            intent: Intent::new(intent),
            confidence: 0.95,
            complaint: 0.02,
            model: Cow::Borrowed("scripted"),
            ..Reading::default()
        }
    }
}

#[async_trait]
impl Classifier for ScriptedClassifier {
    async fn classify(&self, asks: &[Ask<'_>]) -> Result<Vec<Reading>, ClassifyError> {
        let unknown = Self::reading(MessageLanguage::Undetermined, Intent::OUT_OF_SCOPE.as_str());
        Ok(asks.iter().map(|ask| self.0.get(ask.text).cloned().unwrap_or_else(|| unknown.clone())).collect())
    }

    async fn threshold(&self, _: BrandId) -> StoreResult<f32> {
        Ok(0.5)
    }
}
