//! The schema: the same on both databases, never older than it says, and every statement fits it.

use crate::house::{House, Kind, Peek};
use crate::make::{LEASE, at};
use lara_core::model::{OpenQuestion, Owner, PreferenceSource};
use lara_core::ports::{
    Agents as _, Brands as _, Directory as _, Lanes as _, Lessons as _, Models as _, SecretHash,
    Templates as _,
};
use lara_store::{OpenError, Store, sql};
use sqlx::migrate::Migrator;
use sqlx::{Executor as _, SqlStr};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

pub(crate) async fn every_statement_can_be_prepared(house: &House) {
    let mut peek = house.peek().await;
    let mut names = HashSet::new();
    for statement in sql::ALL.iter().flat_map(|file| file.iter()) {
        assert!(names.insert((statement.sqlite, statement.postgres)), "{} stands twice", statement.name);
        let prepared = match &mut peek {
            Peek::Sqlite(conn) => conn.prepare(SqlStr::from_static(statement.sqlite)).await.map(|_| ()),
            Peek::Postgres(conn) => conn.prepare(SqlStr::from_static(statement.postgres)).await.map(|_| ()),
        };
        assert!(prepared.is_ok(), "{}: {prepared:?}", statement.name);
    }
}

pub(crate) async fn a_newer_database_is_refused(house: &House) {
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 9999, 'later', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1";
    house.peek().await.run(later).await;
    let error = Store::open(&house.url).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 9_999 }), "{error:?}");
    assert!(error.to_string().contains("newer"), "{error}");
}

pub(crate) async fn opening_again_changes_nothing(house: &House) {
    let shop = house.shop().await;
    let again = Store::open(&house.url).await.unwrap();
    assert_eq!(again.brands().await.unwrap(), [shop.brand]);
    again.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_that_count_by_brand_have_their_indexes() {
    let house = House::postgres().await;
    let mut peek = house.peek().await;
    peek.run("SET enable_seqscan = off").await;
    for (name, index) in
        [("QUEUE_LATEST", "conversations_by_owner"), ("MISSING_FACTS", "decisions_without_fact")]
    {
        let sql = sql::ALL.iter().flat_map(|file| file.iter()).find(|sql| sql.name == name).unwrap();
        let text = sql.postgres.replace(" = $1", " = 'b'").replace(" = $2", " = 'bot'").replace("$3", "50");
        let plan = peek.texts(&format!("EXPLAIN {}", text.replace("$2", "0"))).await;
        assert!(plan.iter().any(|line| line.contains(index)), "{name}: {plan:#?}");
    }
    drop(peek);
    house.leave().await;
}

fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations")
}

/// Migrates an empty database step by step, writing each step's rows as soon as its tables are there.
pub(crate) async fn rows_survive_every_migration(house: &House) {
    let (kind, url) = match house.kind {
        Kind::Sqlite(_) => House::empty_sqlite(),
        Kind::Postgres { .. } => House::empty_postgres().await,
    };
    let folder = if matches!(kind, Kind::Sqlite(_)) { "sqlite" } else { "postgres" };
    let steps = Migrator::new(migrations().join(folder)).await.unwrap();
    let mut peek = Peek::open(&url).await;
    for step in steps.iter() {
        match &mut peek {
            Peek::Sqlite(conn) => steps.run_to(step.version, conn).await.unwrap(),
            Peek::Postgres(conn) => steps.run_to(step.version, conn).await.unwrap(),
        }
        let rows = migrations().join(format!("data/{:04}.sql", step.version));
        let rows = std::fs::read_to_string(&rows).unwrap_or_else(|_| panic!("{} is missing", rows.display()));
        peek.run(&rows).await;
    }
    let store = Store::open(&url).await.unwrap();
    let brand = store.brand_by_slug("old").await.unwrap().unwrap();
    assert_eq!((brand.rev, brand.facts.0.len()), (3, 1));
    assert_eq!(store.live(brand.id).await.unwrap().len(), 1);
    assert_eq!(store.products(brand.id, 10).await.unwrap()[0].name, "Trà sen");
    assert!(store.login(&SecretHash("hash-of-a-cookie".to_owned()), at(0)).await.unwrap().is_some());
    assert_eq!(store.lessons(brand.id).await.unwrap()[0].text, "có ship đi đảo không");
    assert_eq!(store.pins(brand.id).await.unwrap()[0].label.as_str(), "opening_hours");
    assert_eq!(store.live_model(brand.id).await.unwrap(), Some((2, b"model".to_vec())));
    let claim = store.claim(house.node(), at(10_000), LEASE, 64).await.unwrap().remove(0);
    assert_eq!((claim.conversation.owner, claim.run.len()), (Owner::Waiting, 1));
    assert!(matches!(claim.conversation.open_question, Some(OpenQuestion::WhichOrder { .. })));
    assert_eq!(claim.memory.orders[0].number, "MH-1");
    assert_eq!(
        claim.memory.orders[1].shipment.carrier.as_deref(),
        Some("GHN"),
        "of whom she was merged with"
    );
    assert_eq!(claim.memory.preferences[0].value, "chị");
    assert_eq!(claim.memory.preferences[1].source, PreferenceSource::Stated);
    assert_eq!(claim.memory.escalation.unwrap().severity, 60);
    store.close().await;
    drop(peek);
    House::remove(kind).await;
}

/// A column: type, whether it may be NULL, place in the primary key.
type Columns = BTreeMap<String, String>;
/// An index: table, uniqueness, columns, and the words of its condition.
type Indexes = BTreeMap<String, String>;

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let (sqlite, postgres) = (House::sqlite().await, House::postgres().await);
    let (columns, indexes) = sqlite_schema(&mut sqlite.peek().await).await;
    let (other_columns, other_indexes) = postgres_schema(&mut postgres.peek().await).await;
    assert!(
        columns.len() > 150 && indexes.len() > 20,
        "{} columns, {} indexes",
        columns.len(),
        indexes.len()
    );
    assert_eq!(columns, other_columns);
    assert_eq!(indexes, other_indexes);
    sqlite.leave().await;
    postgres.leave().await;
}

async fn sqlite_schema(peek: &mut Peek) -> (Columns, Indexes) {
    let columns = peek
        .texts(
            "SELECT m.name || '.' || c.name || ' ' || CASE WHEN m.name || '.' || c.name = 'changes.number' \
             THEN 'bigint not null 1' ELSE replace(lower(c.type), 'blob', 'bytea') || CASE c.\"notnull\" WHEN 1 THEN ' not null ' ELSE ' null ' END \
             || c.pk END FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '_sqlx%'",
        )
        .await;
    let indexes = peek.texts("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").await;
    (columns.iter().map(|line| halves(line)).collect(), indexes.iter().map(|sql| index(sql)).collect())
}

async fn postgres_schema(peek: &mut Peek) -> (Columns, Indexes) {
    let columns = peek
        .texts(
            "SELECT c.table_name || '.' || c.column_name || ' ' || c.data_type || CASE c.is_nullable \
             WHEN 'NO' THEN ' not null ' ELSE ' null ' END || COALESCE(k.ordinal_position, 0) \
             FROM information_schema.columns c \
             LEFT JOIN information_schema.table_constraints t ON t.table_schema = c.table_schema \
                 AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY' \
             LEFT JOIN information_schema.key_column_usage k ON k.constraint_schema = t.constraint_schema \
                 AND k.constraint_name = t.constraint_name AND k.column_name = c.column_name \
             WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_sqlx%'",
        )
        .await;
    let indexes = peek
        .texts(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%\\_pkey'",
        )
        .await;
    (columns.iter().map(|line| halves(line)).collect(), indexes.iter().map(|sql| index(sql)).collect())
}

fn halves(line: &str) -> (String, String) {
    let (name, rest) = line.split_once(' ').unwrap();
    (name.to_owned(), rest.to_owned())
}

/// Name and shape of an index, from the statement that makes it.
fn index(sql: &str) -> (String, String) {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let sql = sql.replace("public.", "").replace("USING btree ", "").replace("::text", "");
    let (head, condition) = sql.split_once(" WHERE ").unwrap_or((&sql, ""));
    let (unique, rest) = head.split_once("INDEX ").unwrap();
    let (name, shape) = rest.split_once(" ON ").unwrap();
    // PostgreSQL writes conditions its own way: the words they compare with must be the same.
    let words: BTreeSet<_> = condition.split('\'').skip(1).step_by(2).collect();
    let null = if condition.contains("NOT NULL") { "not null" } else { "" };
    (name.to_owned(), format!("{} {shape} {words:?} {null}", unique.trim()))
}
