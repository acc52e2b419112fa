//! What the REST API needs of a store: its tokens, and what it answered to whom.

use crate::model::{ApiToken, BrandId, Millis, Timestamp, TokenId};
use crate::ports::{SecretHash, StoreResult};
use async_trait::async_trait;

/// A token's use is written at most this often.
pub const USE_NOTED: Millis = Millis::minutes(1);
/// A request whose answer is not there after this long has died: who asks again is served anew.
pub const REQUEST_DIES: Millis = Millis::minutes(1);
/// How long an answer is kept under its key.
pub const ANSWER_KEPT: Millis = Millis::minutes(24 * 60);

/// The tokens of the REST API.
#[async_trait]
pub trait ApiTokens: Send + Sync {
    /// Stores a token under the SHA-256 of its secret.
    async fn add_token(&self, secret: &SecretHash, token: &ApiToken) -> StoreResult<()>;

    /// The token of a secret, good or not.
    async fn token(&self, secret: &SecretHash) -> StoreResult<Option<ApiToken>>;

    /// The tokens of a brand, the oldest first.
    async fn tokens(&self, brand: BrandId) -> StoreResult<Vec<ApiToken>>;

    /// Refuses a token of the brand from now on; `false` when it has no such token that is not revoked already.
    async fn revoke_token(&self, brand: BrandId, id: TokenId, now: Timestamp) -> StoreResult<bool>;

    /// Notes that a token is used, unless that was noted within [`USE_NOTED`].
    async fn token_used(&self, id: TokenId, now: Timestamp) -> StoreResult<()>;
}

/// A request that may come twice, by the key its sender gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiRequest<'a> {
    /// Who sends it.
    pub token: TokenId,
    /// The token's brand.
    pub brand: BrandId,
    /// The sender's key.
    pub key: &'a str,
    /// SHA-256 of method, path and body.
    pub digest: &'a str,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiAnswer {
    /// HTTP status.
    pub status: u16,
    /// Body: JSON, or empty.
    pub body: String,
}

/// What a key means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is new, or its first request died: the work is the caller's to do.
    New,
    /// Its first request is under way.
    UnderWay,
    /// It was used for another request.
    Other,
    /// It was answered before.
    Answered(ApiAnswer),
}

/// What the REST API answered, by the keys of its callers.
#[async_trait]
pub trait ApiAnswers: Send + Sync {
    /// Takes the key for this request, before anything is done. Of several at once one gets [`Begun::New`]. A request that
    /// is [`REQUEST_DIES`] old without an answer is taken over, an answer older than [`ANSWER_KEPT`] is forgotten.
    async fn begin(&self, request: &ApiRequest<'_>, now: Timestamp) -> StoreResult<Begun>;

    /// Keeps what was answered to the request begun at `begun`; nothing, if somebody took it over since.
    async fn answered(
        &self,
        request: &ApiRequest<'_>,
        begun: Timestamp,
        answer: &ApiAnswer,
    ) -> StoreResult<()>;

    /// Lets go of a key whose request begun at `begun` was not done: it may be sent again at once.
    async fn not_done(&self, request: &ApiRequest<'_>, begun: Timestamp) -> StoreResult<()>;

    /// Forgets what was answered before; how many.
    async fn prune_answers(&self, before: Timestamp) -> StoreResult<u64>;
}
