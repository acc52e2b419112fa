//! What a database error means to the engine.

use lara_core::ports::StoreError;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;
use std::error::Error;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither SQLite nor PostgreSQL.
    #[error("a database address begins with sqlite: or postgres:")]
    Scheme,
    /// The address cannot be read.
    #[error("the database address cannot be read")]
    Url(#[source] sqlx::Error),
    /// It cannot be reached.
    #[error("the database cannot be opened")]
    Connect(#[source] sqlx::Error),
    /// A newer Lara wrote it.
    #[error("the database is at schema {found}, which this version of lara does not know: run a newer lara")]
    Newer {
        /// The number of the first migration that is not known here.
        found: i64,
    },
    /// A migration that was applied reads differently now.
    #[error("schema step {step} of the database differs from the one this version of lara holds")]
    Altered {
        /// The migration's number.
        step: i64,
    },
    /// A migration failed.
    #[error("the database schema could not be brought up to date")]
    Migrate(#[source] Box<MigrateError>),
}

impl OpenError {
    pub(crate) fn from_migration(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(found) => Self::Newer { found },
            MigrateError::VersionMismatch(step) => Self::Altered { step },
            other => Self::Migrate(Box::new(other)),
        }
    }
}

/// A statement that failed, by name.
#[derive(Debug, thiserror::Error)]
#[error("statement {name} failed")]
struct Failed {
    name: &'static str,
    #[source]
    source: sqlx::Error,
}

/// What kind of trouble a driver error is.
enum Trouble {
    Unavailable,
    Full,
    Broken,
}

/// A failed begin, commit or acquire.
pub(crate) fn failed(error: sqlx::Error) -> StoreError {
    failed_in("of the transaction", error)
}

/// A failed statement.
pub(crate) fn failed_in(name: &'static str, error: sqlx::Error) -> StoreError {
    let trouble = trouble(&error);
    let source = Box::new(Failed { name, source: error });
    match trouble {
        Trouble::Unavailable => StoreError::Unavailable(source),
        Trouble::Full => StoreError::Full(source),
        Trouble::Broken => StoreError::Broken(source),
    }
}

/// A row that cannot be understood.
pub(crate) fn broken(error: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::Broken(error.into())
}

/// Whether a row is to blame, and not a statement or the database.
pub(crate) fn is_unreadable(error: &StoreError) -> bool {
    let StoreError::Broken(source) = error else { return false };
    source.downcast_ref::<Failed>().is_none_or(|failed| {
        matches!(failed.source, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_))
    })
}

/// Whether PostgreSQL gave up one of two transactions that waited for each other, so that it may run again at once.
pub(crate) fn is_deadlock(error: &StoreError) -> bool {
    let StoreError::Unavailable(source) = error else { return false };
    source
        .downcast_ref::<Failed>()
        .and_then(|failed| failed.source.as_database_error())
        .and_then(|error| error.try_downcast_ref::<PgDatabaseError>())
        .is_some_and(|error| matches!(error.code(), "40001" | "40P01"))
}

fn trouble(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Database(error) => {
            if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
                postgres_trouble(error.code())
            } else if let Some(error) = error.try_downcast_ref::<SqliteError>() {
                sqlite_trouble(error)
            } else {
                Trouble::Broken
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Trouble::Unavailable,
        _ => Trouble::Broken,
    }
}

/// Result codes: <https://sqlite.org/rescode.html>; the low byte is the primary code.
fn sqlite_trouble(error: &SqliteError) -> Trouble {
    use sqlx::error::DatabaseError as _;
    let code: Option<i64> = error.code().and_then(|code| code.parse().ok());
    match code.map(|code| code & 0xff) {
        // BUSY, LOCKED, READONLY (the file system was remounted), INTERRUPT, IOERR, CANTOPEN, PROTOCOL
        Some(5 | 6 | 8 | 9 | 10 | 14 | 15) => Trouble::Unavailable,
        Some(13) => Trouble::Full,
        _ => Trouble::Broken,
    }
}

/// SQLSTATE codes: PostgreSQL manual, appendix A.
fn postgres_trouble(code: &str) -> Trouble {
    match code {
        "53100" => Trouble::Full,
        // statement or lock time-out, deadlock, read-only after a fail-over, idle in a transaction too long
        "57014" | "55P03" | "25006" | "25P03" => Trouble::Unavailable,
        code if ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            Trouble::Unavailable
        }
        _ => Trouble::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::{Connection as _, Executor as _, SqliteConnection};

    #[tokio::test]
    async fn a_full_disk_is_told_apart_from_a_defect() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        conn.execute("PRAGMA max_page_count = 2; CREATE TABLE t (text TEXT)").await.unwrap();
        let full = conn.execute("INSERT INTO t VALUES (zeroblob(100000))").await.unwrap_err();
        assert!(matches!(failed(full), StoreError::Full(_)));
        let defect = conn.execute("SELECT nothing FROM t").await.unwrap_err();
        assert!(matches!(failed(defect), StoreError::Broken(_)));
    }

    #[test]
    fn a_server_that_gives_up_is_unavailable() {
        for code in ["57P01", "08006", "53300", "57014", "55P03", "40P01", "25006"] {
            assert!(matches!(postgres_trouble(code), Trouble::Unavailable), "{code}");
        }
        assert!(matches!(postgres_trouble("53100"), Trouble::Full));
        assert!(matches!(postgres_trouble("23505"), Trouble::Broken));
    }

    #[test]
    fn an_error_names_its_statement_and_not_its_values() {
        let error = failed_in("LANES_CLAIM", sqlx::Error::PoolTimedOut);
        assert_eq!(error.to_string(), "the database is unavailable");
        assert_eq!(error.source().unwrap().to_string(), "statement LANES_CLAIM failed");
    }
}
