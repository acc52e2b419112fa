//! What a brand's model is made of, and the models.

use crate::model::{BrandId, Heard, Intent, Lesson, MessageId, ModelVersion, Pin, Timestamp};
use crate::ports::StoreResult;
use async_trait::async_trait;

/// What became of a lesson or a pin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taught {
    /// The brand did not have the text.
    New,
    /// It had it with this label.
    Known,
    /// It had it with another label, which the new one replaced.
    Relabelled {
        /// The label before.
        before: Intent,
    },
}

/// Lessons and pins, and the messages they may come from.
#[async_trait]
pub trait Lessons: Send + Sync {
    /// Stores lessons of one brand, all or none, and answers in their order. Texts that differ in case or blanks alone
    /// are one: of two in one call the later stays, and the answer for it tells of the earlier. No answers when the brand is
    /// gone: nothing was stored.
    async fn teach(&self, lessons: &[Lesson]) -> StoreResult<Vec<Taught>>;

    /// Every lesson of a brand, oldest first.
    async fn lessons(&self, brand: BrandId) -> StoreResult<Vec<Lesson>>;

    /// Forgets a lesson; whether there was one.
    async fn unlearn(&self, brand: BrandId, text: &str) -> StoreResult<bool>;

    /// Stores a pin.
    async fn pin(&self, pin: &Pin) -> StoreResult<Taught>;

    /// Every pin of a brand, oldest first.
    async fn pins(&self, brand: BrandId) -> StoreResult<Vec<Pin>>;

    /// Takes a pin off; whether there was one.
    async fn unpin(&self, brand: BrandId, text: &str) -> StoreResult<bool>;

    /// A decided message of a customer of the brand.
    async fn heard(&self, brand: BrandId, message: MessageId) -> StoreResult<Option<Heard>>;

    /// The newest messages, at most `limit`, that were read as out of scope or more probably wrong than right (a
    /// confidence below one half).
    async fn unsure(&self, brand: BrandId, limit: u32) -> StoreResult<Vec<Heard>>;
}

/// A model to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewModel {
    /// Brand.
    pub brand: BrandId,
    /// The model.
    pub bytes: Vec<u8>,
    /// When it was trained.
    pub trained_at: Timestamp,
    /// Of how many lessons.
    pub lessons: i64,
    /// [`ModelVersion::scores`].
    pub scores: serde_json::Value,
    /// [`ModelVersion::note`].
    pub note: String,
}

/// What became of making a model live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promoted {
    /// It reads the brand's messages from now on.
    Done,
    /// Another model became live meanwhile: compare again.
    Stale,
    /// There is no such model, or its bytes were let go.
    Missing,
}

/// How many of a brand's models keep their bytes; of older ones only the history stays.
pub const MODELS_KEPT: i64 = 10;

/// The models of brands.
#[async_trait]
pub trait Models: Send + Sync {
    /// The number and the bytes of the live model; `None` when the shipped one reads.
    async fn live_model(&self, brand: BrandId) -> StoreResult<Option<(i64, Vec<u8>)>>;

    /// The bytes of one model.
    async fn model(&self, brand: BrandId, number: i64) -> StoreResult<Option<Vec<u8>>>;

    /// Every model, newest first.
    async fn models(&self, brand: BrandId) -> StoreResult<Vec<ModelVersion>>;

    /// Stores a candidate and gives it a number; the bytes of the oldest beyond [`MODELS_KEPT`] are let go. `None` when the
    /// brand is gone: it may have been removed while the model was trained.
    async fn add_model(&self, model: &NewModel) -> StoreResult<Option<i64>>;

    /// Makes model `number` live in place of `was` (0 is the shipped model, on either side), and tells every node.
    async fn promote(&self, brand: BrandId, number: i64, was: i64, now: Timestamp) -> StoreResult<Promoted>;
}
