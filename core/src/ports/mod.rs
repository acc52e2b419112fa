//! Every trait the outside implements: the store, the channels, the classifier, the clock and the ids.

mod cursor;
mod store;

pub use cursor::{Cursor, CursorError};
pub use store::*;

use crate::model::{BrandId, Channel, ChannelKind, Millis, QuickReply, Reading, Timestamp};
use async_trait::async_trait;
use std::error::Error;
use uuid::Uuid;

/// The clock. Nothing else in the engine knows the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The source of ids. Nothing else in the engine makes them.
pub trait Ids: Send + Sync {
    /// A fresh `UUIDv7`, greater than the ones before it from this source.
    fn next(&self) -> Uuid;

    /// 48 bits nobody can guess: what one-time codes are made of. An id will not do, most of it is the time.
    fn secret(&self) -> u64;
}

/// Why a store call failed. None of these says anything was lost: a failed call changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is locked for too long or is shutting down: try again.
    #[error("the database is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The disk is full: nothing can be stored until somebody makes room.
    #[error("the disk is full")]
    Full(#[source] Box<dyn Error + Send + Sync>),
    /// A row cannot be understood, or a statement is wrong: a defect.
    #[error("the database holds something unexpected")]
    Broken(#[source] Box<dyn Error + Send + Sync>),
}

/// Why a text could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the classifier failed")]
pub struct ClassifyError(#[source] pub Box<dyn Error + Send + Sync>);

/// One text to read, and whose customer wrote it: each brand may have a model of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask<'a> {
    /// Brand.
    pub brand: BrandId,
    /// The text.
    pub text: &'a str,
}

/// The models that read messages.
#[async_trait]
pub trait Classifier: Send + Sync {
    /// Reads each text with the model of its brand; answers in the same order, one reading an ask.
    async fn classify(&self, asks: &[Ask<'_>]) -> Result<Vec<Reading>, ClassifyError>;

    /// The confidence from which this brand's model answers an intent, as learnt in training.
    async fn threshold(&self, brand: BrandId) -> StoreResult<f32>;

    /// The model of this brand, or of any for `None`, may have changed: whatever is held of it is asked for anew.
    fn forget(&self, _brand: Option<BrandId>) {}
}

/// Why a channel could not send. The adapter classifies, the core decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// Not taken; try again after this long (the platform's own wish, or `None` for our own back-off).
    Retry(Option<Millis>, &'static str),
    /// Not taken, because we are too fast (429): nothing more there before this long. Counts as no try.
    TooFast(Scope, Millis, &'static str),
    /// Refused for good.
    Rejected(&'static str),
    /// The person cannot be reached there any more.
    Gone(&'static str),
    /// May or may not have arrived.
    Uncertain(&'static str),
}

/// What a platform holds back when we are too fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The place a piece goes to ([`Push::place`]).
    Place,
    /// Everything of this account.
    Account,
}

/// A piece of a reply: one call to the platform. What does not fit one message of the platform is several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it goes.
    pub to: PieceTo,
    /// The text, in the platform's own format, within its limits. Never empty.
    pub text: String,
    /// Buttons; on the last piece.
    pub quick_replies: Vec<QuickReply>,
}

/// Where a piece goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceTo {
    /// Where the conversation is.
    Here,
    /// To the person in private, beside a public line ([`crate::model::Message::aside`]).
    Aside,
}

/// A channel that messages are pushed to.
#[async_trait]
pub trait Push: Send + Sync {
    /// Which kind it serves.
    fn kind(&self) -> ChannelKind;

    /// The reply in the platform's format, cut into pieces. The same dispatch gives the same pieces, so that sending can go
    /// on behind those that are done. [`crate::deliver::compose`] does it for everyone whose format the core knows.
    fn compose(&self, dispatch: &Dispatch) -> Result<Vec<Piece>, SendError> {
        Ok(crate::deliver::compose(dispatch))
    }

    /// Whether this account has something lawful to send where the reply window has closed, as an approved template.
    /// Without it, what is late is failed before the platform is asked.
    fn goes_late(&self, _channel: &Channel) -> bool {
        false
    }

    /// What the platform paces together with this piece: a person's chat, a group. Pieces of one place share its rate.
    fn place(&self, dispatch: &Dispatch, piece: &Piece) -> String {
        match piece.to {
            PieceTo::Here => dispatch.address.clone(),
            PieceTo::Aside => format!("aside {}", dispatch.address),
        }
    }

    /// Sends piece number `place` (from 0); the platform's id of it, if it gives one.
    async fn send(&self, dispatch: &Dispatch, piece: &Piece, place: u32)
    -> Result<Option<String>, SendError>;

    /// Shows the customer that an answer is coming, where the platform can. Best effort.
    async fn typing(&self, _channel: &Channel, _address: &str) {}
}
