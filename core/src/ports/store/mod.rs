//! What the engine and the desk need of a store. One trait per use, so that a reader sees who needs what; one type
//! (`lara_store::Store`) implements them all. One file a stage.

mod listen;
mod lanes;
mod deliver;
mod relate;
mod alerts;
mod api;
mod attachments;
mod brands;
mod channels;
mod desk;
mod endings;
mod feed;
mod happenings;
mod identity;
mod learn;
mod privacy;
mod shops;
mod unasked;

pub use alerts::*;
pub use api::*;
pub use attachments::*;
pub use brands::*;
pub use channels::*;
pub use deliver::*;
pub use desk::*;
pub use endings::*;
pub use feed::*;
pub use happenings::*;
pub use identity::*;
pub use lanes::*;
pub use learn::*;
pub use listen::*;
pub use privacy::*;
pub use relate::*;
pub use shops::*;
pub use unasked::*;

use super::StoreError;

/// The result of every store call.
pub type StoreResult<T> = Result<T, StoreError>;
