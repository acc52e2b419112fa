//! The two databases behind one door: pools, transactions, and the macros that run one statement on either.

use crate::error::{OpenError, broken, failed};
use lara_core::ports::StoreResult;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Connection as _, Postgres, Sqlite, Transaction};
use std::str::FromStr;
use std::time::Duration;

/// How long a writer waits for its turn before the store counts as unavailable.
const BUSY: Duration = Duration::from_secs(5);
/// Readers of the one SQLite file.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 12;
/// Statements kept prepared per connection: all of ours and room for the pages'.
const PREPARED: usize = 256;

/// The pools of one database.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// One writer, because SQLite has one anyway and a queue is fairer than a lock; readers never block it (WAL).
    Sqlite { read: SqlitePool, write: SqlitePool },
    /// Everything.
    Postgres(PgPool),
}

/// A transaction that writes. Dropped without [`Tx::commit`], it is rolled back.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A connection that reads.
pub(crate) enum Reader {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// What a statement runs on.
pub(crate) enum Conn<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl Db {
    /// Opens the database at `url` and brings its schema up to date.
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else {
            Err(OpenError::Scheme)
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(OpenError::Url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
            .foreign_keys(true)
            .statement_cache_capacity(PREPARED)
            .pragma("temp_store", "MEMORY")
            .pragma("cache_size", "-16000");
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(BUSY)
            .idle_timeout(None)
            .max_lifetime(None)
            // A full disk ends a transaction inside SQLite, the roll-back then fails, and the driver counts it as open for
            // ever: such a connection is thrown away. The pool pings first, so that a roll-back on its way is done.
            .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
            .connect_with(options.clone())
            .await
            .map_err(OpenError::Connect)?;
        sqlx::migrate!("../migrations/sqlite").run(&write).await.map_err(OpenError::from_migration)?;
        let read = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(BUSY)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options.read_only(true))
            .await
            .map_err(OpenError::Connect)?;
        Ok(Self::Sqlite { read, write })
    }

    async fn open_postgres(url: &str) -> Result<Self, OpenError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(OpenError::Url)?
            .application_name("lara")
            .statement_cache_capacity(PREPARED)
            .options([
                ("statement_timeout", "15000"),
                ("lock_timeout", "5000"),
                ("idle_in_transaction_session_timeout", "30000"),
                // Every hot statement is served by an index. Over a young table, whose statistics are not there yet,
                // the planner would rather scan it, and keeps that plan while the table grows.
                ("enable_seqscan", "off"),
                ("random_page_cost", "1.1"),
                ("jit", "off"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(BUSY)
            .connect_with(options)
            .await
            .map_err(OpenError::Connect)?;
        sqlx::migrate!("../migrations/postgres").run(&pool).await.map_err(OpenError::from_migration)?;
        Ok(Self::Postgres(pool))
    }

    /// Begins a transaction that writes.
    pub(crate) async fn write(&self) -> StoreResult<Tx> {
        match self {
            Self::Sqlite { write, .. } => write.begin_with("BEGIN IMMEDIATE").await.map(Tx::Sqlite),
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
        .map_err(failed)
    }

    /// Takes a connection that reads.
    pub(crate) async fn read(&self) -> StoreResult<Reader> {
        match self {
            Self::Sqlite { read, .. } => read.acquire().await.map(Reader::Sqlite),
            Self::Postgres(pool) => pool.acquire().await.map(Reader::Postgres),
        }
        .map_err(failed)
    }

    /// Closes every connection; later calls are unavailable.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// What a statement runs on.
    pub(crate) fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(tx) => Conn::Sqlite(tx),
            Self::Postgres(tx) => Conn::Postgres(tx),
        }
    }

    /// Makes it all true.
    pub(crate) async fn commit(self) -> StoreResult<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
        .map_err(failed)
    }

    /// Undoes it all.
    pub(crate) async fn rollback(self) -> StoreResult<()> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await,
            Self::Postgres(tx) => tx.rollback().await,
        }
        .map_err(failed)
    }
}

impl Reader {
    /// What a statement runs on.
    pub(crate) fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(conn) => Conn::Sqlite(conn),
            Self::Postgres(conn) => Conn::Postgres(conn),
        }
    }
}

/// Runs `$body` on whichever connection `$on` (a [`Tx`] or a [`Reader`]) has, with its text of the statement.
macro_rules! dispatch {
    ($on:expr, $sql:expr, |$conn:ident, $text:ident| $body:expr) => {
        match $on.conn() {
            $crate::db::Conn::Sqlite($conn) => {
                let $text = $sql.sqlite;
                $body
            }
            $crate::db::Conn::Postgres($conn) => {
                let $text = $sql.postgres;
                $body
            }
        }
        .map_err(|error| $crate::error::failed_in($sql.name, error))
    };
}

/// `all!(on, Row, sql, binds..)`: every row.
macro_rules! all {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::dispatch!($on, $sql, |conn, text|
            sqlx::query_as::<_, $row>(text)$(.bind($bind))*.fetch_all(conn).await)
    };
}

/// `opt!(on, Row, sql, binds..)`: the one row, if there is one.
macro_rules! opt {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::dispatch!($on, $sql, |conn, text|
            sqlx::query_as::<_, $row>(text)$(.bind($bind))*.fetch_optional(conn).await)
    };
}

/// `exec!(on, sql, binds..)`: how many rows it wrote.
macro_rules! exec {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::dispatch!($on, $sql, |conn, text|
            sqlx::query(text)$(.bind($bind))*.execute(conn).await.map(|done| done.rows_affected()))
    };
}

pub(crate) use {all, dispatch, exec, opt};

/// The rows of a batch as the one JSON parameter of a `batch` statement.
pub(crate) fn batch<T: serde::Serialize>(rows: &[T]) -> StoreResult<String> {
    serde_json::to_string(rows).map_err(broken)
}
