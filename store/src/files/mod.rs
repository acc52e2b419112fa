//! What `lara import` stores and `lara export` reads: rows of files, many at a time. A batch is stored whole or not at all; a
//! page is read behind the last row of the one before, so that no table is ever held in memory.

mod export;
mod import;

pub use export::{ExportedConversation, ExportedCustomer, ExportedDecision, ExportedMessage, ExportedOrder};

use lara_core::model::{CustomerId, Preference, Timestamp};
use lara_core::ports::{OrderRow, Person};

/// Whether a batch is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It is.
    Yes,
    /// It is tried on the database and taken back: what a dry run counts is what would have happened.
    No,
}

/// A customer in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileCustomer {
    /// The id if they are new.
    pub id: CustomerId,
    /// Who they are.
    pub person: Person,
    /// What they like.
    pub preferences: Vec<Preference>,
    /// Since when the shop knows them.
    pub created_at: Option<Timestamp>,
    /// Whether they want no messages. A file never takes that back.
    pub opted_out: bool,
}

/// An order in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileOrder {
    /// The order; its buyer is ignored.
    pub row: OrderRow,
    /// Who bought.
    pub buyer: FileBuyer,
}

/// Who bought, as a file names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileBuyer {
    /// By the shop system's id.
    External(String),
    /// By e-mail, lower case: counts where exactly one person has it.
    Email(String),
}

/// Why an order was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoBuyer {
    /// No customer has that id of the shop system.
    UnknownId,
    /// No customer has that e-mail.
    UnknownEmail,
    /// Several people have that e-mail.
    SharedEmail,
}
