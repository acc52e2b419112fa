//! What fetching attachments needs of a store.

use crate::model::{AttachmentId, AttachmentSource, Channel, MessageId, Millis, Timestamp};
use crate::ports::StoreResult;
use async_trait::async_trait;

/// An attachment whose bytes are to be fetched, with its claim.
#[derive(Debug, Clone, PartialEq)]
pub struct ToFetch {
    /// Attachment.
    pub id: AttachmentId,
    /// The message it came with.
    pub message: MessageId,
    /// The channel it came by, with what the platform knows us by.
    pub channel: Channel,
    /// Where its bytes are.
    pub source: AttachmentSource,
    /// How often it was tried, this time included. Also the proof of the claim: a later claim has a higher number.
    pub attempts: i32,
}

/// A file that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// SHA-256 of the bytes in lower-case hex: the same bytes are stored once a brand.
    pub hash: String,
    /// What the bytes are, by their own look.
    pub mime: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// How fetching ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It is here.
    Done(NewFile),
    /// It will never be: a stable code (`too_large`, `gone`, `private_address`).
    Refused(&'static str),
    /// Not now; try again then.
    Retry(Timestamp, &'static str),
}

/// Attachments: fetched after their message was acknowledged, stored by hash, erased with their message.
#[async_trait]
pub trait Attachments: Send + Sync {
    /// Takes up to `limit` attachments that are due, oldest first, and counts the attempt. Who does not settle one
    /// within `lease` loses it to the next who claims: fetching twice hurts nobody. One whose channel is gone is left out.
    async fn claim_fetches(&self, now: Timestamp, lease: Millis, limit: u32) -> StoreResult<Vec<ToFetch>>;

    /// Stores how a claim ended and tells the feed. Nothing is stored of an attachment whose message was taken back
    /// meanwhile, or that another claim holds.
    async fn settle_fetch(&self, of: &ToFetch, fetched: Fetched, now: Timestamp) -> StoreResult<()>;

    /// When the next attachment is due, if any waits.
    async fn next_fetch(&self) -> StoreResult<Option<Timestamp>>;
}
