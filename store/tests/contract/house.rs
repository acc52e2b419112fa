//! A database of one's own for each fact, and a way to look into it behind the store's back.

use lara_store::Store;
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use uuid::Uuid;

/// Where the PostgreSQL server for tests is; it may create and drop databases.
const SERVER: &str = "LARA_TEST_POSTGRES";

pub(crate) enum Kind {
    Sqlite(#[expect(dead_code, reason = "removed when dropped")] TempDir),
    Postgres { server: String, name: String },
}

/// An open store on an empty database.
pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) kind: Kind,
    ids: AtomicU64,
}

/// Looks into the database itself.
pub(crate) enum Peek {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

static NAMES: AtomicU64 = AtomicU64::new(0);

impl House {
    pub(crate) async fn sqlite() -> Self {
        let (kind, url) = Self::empty_sqlite();
        Self::open(kind, url).await
    }

    pub(crate) async fn postgres() -> Self {
        let (kind, url) = Self::empty_postgres().await;
        Self::open(kind, url).await
    }

    /// A place for a SQLite file that is not there yet.
    pub(crate) fn empty_sqlite() -> (Kind, String) {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("lara.db").display());
        (Kind::Sqlite(dir), url)
    }

    /// A PostgreSQL database without tables.
    pub(crate) async fn empty_postgres() -> (Kind, String) {
        let Ok(server) = std::env::var(SERVER) else {
            panic!("{SERVER} names no PostgreSQL server: run ./scripts/test, which starts one");
        };
        let name = format!("lara_{}_{}", std::process::id(), NAMES.fetch_add(1, Ordering::Relaxed));
        let mut conn = PgConnection::connect(&server).await.unwrap();
        conn.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        let (base, query) = server.split_once('?').map_or((server.as_str(), None), |(b, q)| (b, Some(q)));
        let base = base.rsplit_once('/').unwrap().0;
        let url = query.map_or_else(|| format!("{base}/{name}"), |query| format!("{base}/{name}?{query}"));
        (Kind::Postgres { server, name }, url)
    }

    async fn open(kind: Kind, url: String) -> Self {
        let store = Store::open(&url).await.unwrap();
        Self { store, url, kind, ids: AtomicU64::new(1) }
    }

    /// Closes and removes the database. A failed fact leaves it to be looked at.
    pub(crate) async fn leave(self) {
        self.store.close().await;
        Self::remove(self.kind).await;
    }

    /// Removes a database.
    pub(crate) async fn remove(kind: Kind) {
        if let Kind::Postgres { server, name } = kind {
            let mut conn = PgConnection::connect(&server).await.unwrap();
            conn.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
        }
    }

    /// A fresh id, greater than the ones before it.
    pub(crate) fn id(&self) -> Uuid {
        let count = self.ids.fetch_add(1, Ordering::Relaxed);
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(count))
    }

    pub(crate) async fn peek(&self) -> Peek {
        Peek::open(&self.url).await
    }

    /// The one number a statement answers with.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        match self.peek().await {
            Peek::Sqlite(mut conn) => sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap(),
            Peek::Postgres(mut conn) => sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap(),
        }
    }

    /// Rows of everything that the hot path writes.
    pub(crate) async fn rows(&self) -> i64 {
        self.number(
            "SELECT (SELECT COUNT(*) FROM conversations) + (SELECT COUNT(*) FROM messages) \
             + (SELECT COUNT(*) FROM decisions) + (SELECT COUNT(*) FROM changes) \
             + (SELECT COUNT(*) FROM escalations)",
        )
        .await
    }
}

impl Peek {
    pub(crate) async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
            let options = options.create_if_missing(true).foreign_keys(true);
            Self::Sqlite(SqliteConnection::connect_with(&options).await.unwrap())
        } else {
            Self::Postgres(PgConnection::connect(url).await.unwrap())
        }
    }

    /// Runs statements, however many.
    pub(crate) async fn run(&mut self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(conn) => _ = sqlx::raw_sql(sql).execute(conn).await.unwrap(),
            Self::Postgres(conn) => _ = sqlx::raw_sql(sql).execute(conn).await.unwrap(),
        }
    }

    /// The texts of a one-column answer.
    pub(crate) async fn texts(&mut self, sql: &str) -> Vec<String> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(conn) => sqlx::query_scalar(sql).fetch_all(conn).await.unwrap(),
            Self::Postgres(conn) => sqlx::query_scalar(sql).fetch_all(conn).await.unwrap(),
        }
    }
}
