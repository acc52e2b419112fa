//! Where Lara keeps things: a file of her own, or a fresh database on the PostgreSQL that `scripts/test` started.

use sqlx::{Connection as _, Executor as _};
use std::sync::atomic::{AtomicU32, Ordering};

/// A database nobody else uses.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// A file in Lara's data folder.
    Sqlite,
    /// A database on a server, by its URL.
    Postgres(String),
}

impl Database {
    /// An empty PostgreSQL database.
    pub(crate) async fn fresh_postgres() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("LARA_TEST_POSTGRES").expect(
            "LARA_TEST_POSTGRES names no server: run the tests with ./scripts/test, which starts one",
        );
        let name = format!("whole_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut admin =
            sqlx::PgConnection::connect(&server).await.expect("the PostgreSQL of the tests answers");
        let statement = format!("CREATE DATABASE {name}");
        admin.execute(sqlx::AssertSqlSafe(statement)).await.expect("a fresh database can be made");
        let (base, _) = server.rsplit_once('/').expect("the URL names a database");
        Self::Postgres(format!("{base}/{name}"))
    }
}
