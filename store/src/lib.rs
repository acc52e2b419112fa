//! Every store port, once, for SQLite and PostgreSQL. [`Store`] implements them all; the statements stand in [`sql`].

mod agents;
mod alerts;
mod api;
mod attachments;
mod brands;
mod changes;
mod channels;
mod db;
mod desk;
mod directory;
mod endings;
mod error;
pub mod files;
mod fold;
mod happenings;
mod identity;
mod lanes;
mod learn;
mod listen;
mod outbox;
pub mod pages;
mod privacy;
mod rows;
mod shops;
pub mod sql;
mod vault;

pub use error::OpenError;
pub use fold::fold;
pub use vault::{Vault, VaultError};

use db::Db;

/// The store: everything the engine and the desk ask of a database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
    vault: Option<Vault>,
}

impl Store {
    /// Opens the database at `url` (`sqlite:path` or `postgres://..`), creating the file when there is none, and
    /// brings its schema up to date. A database that a newer Lara wrote is refused.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Ok(Self { db: Db::open(url).await?, vault: None })
    }

    /// The same store, able to seal and open the secrets of channels.
    #[must_use]
    pub fn with_vault(self, vault: Vault) -> Self {
        Self { vault: Some(vault), ..self }
    }

    /// The reads of the desk's pages.
    #[must_use]
    pub fn pages(&self) -> pages::Pages {
        pages::Pages::new(self.db.clone())
    }

    /// Closes every connection; later calls are unavailable.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
