//! Looking into the database when all is quiet: promises that must hold for every row.

use super::{Database, Lara, eventually};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use std::path::Path;

/// Inbound messages that wait to be decided.
const UNDECIDED: &str = "SELECT COUNT(*) FROM messages m JOIN conversations c ON c.id = m.conversation_id \
     WHERE m.direction = 'in' AND m.seq > c.done_seq";

/// Inbound messages that are not covered by exactly one decision.
const NOT_DECIDED_ONCE: &str = "SELECT COUNT(*) FROM messages m WHERE m.direction = 'in' AND 1 <> \
     (SELECT COUNT(*) FROM decisions d WHERE d.conversation_id = m.conversation_id \
      AND m.seq BETWEEN d.first_seq AND d.last_seq)";

/// Runs that were answered more than once.
const ANSWERED_TWICE: &str = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM messages WHERE author = 'bot' \
     AND answers_last IS NOT NULL GROUP BY conversation_id, answers_last HAVING COUNT(*) > 1) twice";

/// Sequence numbers with a gap: a message that was given a place and lost.
const GAPS: &str = "SELECT COUNT(*) FROM conversations c WHERE c.last_seq <> \
     (SELECT COUNT(*) FROM messages m WHERE m.conversation_id = c.id)";

/// Decisions that promise a reply which is not there.
const REPLY_MISSING: &str = "SELECT COUNT(*) FROM decisions d WHERE d.reply_id IS NOT NULL AND NOT EXISTS \
     (SELECT 1 FROM messages m WHERE m.id = d.reply_id)";

/// Messages that customers sent through the app channels (the demo brand's past came in by the web).
const FROM_THE_APP: &str = "SELECT COUNT(*) FROM messages m JOIN channels c ON c.id = m.channel_id \
     WHERE m.direction = 'in' AND c.kind = 'app'";

impl Lara {
    /// How many messages came in through the app.
    pub(crate) async fn messages_from_the_app(&self) -> i64 {
        self.count(FROM_THE_APP).await
    }

    /// Waits until so many messages came in through the app.
    pub(crate) async fn has_taken(&self, many: i64) {
        eventually("messages come in", async || (self.messages_from_the_app().await >= many).then_some(()))
            .await;
    }

    /// What a `SELECT COUNT(*)` counts.
    pub(crate) async fn count(&self, statement: &'static str) -> i64 {
        match &self.database {
            Database::Sqlite => match self.copied_from_the_small_disk() {
                None => count_in(&self.data_file("lara.db"), statement).await.unwrap(),
                // A copy made while she writes may be torn; the next one is not.
                Some(_) => {
                    eventually("a whole copy", async || {
                        count_in(
                            self.copied_from_the_small_disk()?.path().join("lara.db").as_path(),
                            statement,
                        )
                        .await
                        .ok()
                    })
                    .await
                }
            },
            Database::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                sqlx::query_scalar(statement).fetch_one(&mut connection).await.unwrap()
            }
        }
    }

    /// Waits until every accepted message is decided, then checks that each was decided once, answered at most once,
    /// and none is missing.
    pub(crate) async fn settles_with_every_message_decided_once(&self) {
        eventually("every message is decided", async || (self.count(UNDECIDED).await == 0).then_some(()))
            .await;
        assert_eq!(self.count(NOT_DECIDED_ONCE).await, 0, "messages not decided exactly once");
        assert_eq!(self.count(ANSWERED_TWICE).await, 0, "runs answered twice");
        assert_eq!(self.count(GAPS).await, 0, "conversations with a lost place");
        assert_eq!(self.count(REPLY_MISSING).await, 0, "decisions whose reply is missing");
    }
}

async fn count_in(file: &Path, statement: &'static str) -> sqlx::Result<i64> {
    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await?;
    sqlx::query_scalar(statement).fetch_one(&mut connection).await
}
