//! How many messages a second the hot path stores: accepted, and claimed and committed with a reply, in batches of 1, 16
//! and 64, on a SQLite file (synchronous=FULL) and, when `LARA_TEST_POSTGRES` names a server, on PostgreSQL.
#![expect(clippy::expect_used, reason = "a bench that cannot run panics")]

use divan::Bencher;
use divan::counter::ItemsCount;
use lara_core::model::{
    AddressId, Author, Brand, BrandId, BrandSettings, Channel, ChannelId, ChannelKind, ConversationId,
    Decision, DecisionId, DecisionKind, Delivery, Direction, Facts, Intent, Language, MessageId,
    MessageLanguage, Millis, NodeId, Reading, Timestamp, Visibility,
};
use lara_core::ports::{
    Brands as _, Claim, ConsentChange, Inbox as _, Lanes as _, NewInbound, NewMessage, QueueChange, Turn,
};
use lara_store::Store;
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

const BATCHES: [usize; 3] = [1, 16, 64];
/// Addresses the messages come from in turn.
const CUSTOMERS: u64 = 5_000;

static NEXT: AtomicU64 = AtomicU64::new(1);

fn main() {
    divan::main();
}

fn id() -> Uuid {
    let count = NEXT.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(count))
}

/// Which database is measured.
trait Database {
    /// The address of an empty one, if it can be had.
    fn url(runtime: &Runtime, dir: &TempDir) -> Option<String>;
}

struct Sqlite;

impl Database for Sqlite {
    fn url(_: &Runtime, dir: &TempDir) -> Option<String> {
        Some(format!("sqlite:{}", dir.path().join("lara.db").display()))
    }
}

struct Postgres;

impl Database for Postgres {
    fn url(runtime: &Runtime, _: &TempDir) -> Option<String> {
        let server = std::env::var("LARA_TEST_POSTGRES").ok()?;
        Some(runtime.block_on(empty_postgres(&server)))
    }
}

struct Shop {
    runtime: Runtime,
    store: Store,
    channel: Channel,
    node: NodeId,
    _dir: TempDir,
}

/// An empty store with one channel; `None` for PostgreSQL without a server.
fn shop<D: Database>() -> Option<Shop> {
    let runtime = Runtime::new().expect("a runtime");
    let dir = tempfile::tempdir().expect("a folder");
    let url = D::url(&runtime, &dir)?;
    let brand = Brand {
        id: BrandId::new(id()),
        slug: "bench".to_owned(),
        name: "Bench".to_owned(),
        demo: false,
        settings: BrandSettings::default(),
        facts: Facts::default(),
        rev: 0,
    };
    let channel = Channel {
        id: ChannelId::new(id()),
        brand: brand.id,
        kind: ChannelKind::App,
        name: "app".to_owned(),
        delivery: Delivery::Pull,
        settings: serde_json::Value::Null,
        account: None,
        secrets: lara_core::model::Secrets::default(),
        paused_at: None,
    };
    let store = runtime.block_on(async {
        let store = Store::open(&url).await.expect("a store");
        store.add_brand(&brand, now()).await.expect("a brand");
        store.put_channel(&channel, now()).await.expect("a channel");
        store
    });
    Some(Shop { runtime, store, channel, node: NodeId::new(id()), _dir: dir })
}

async fn empty_postgres(server: &str) -> String {
    let name = format!("lara_bench_{}", id().as_u128());
    let mut conn = PgConnection::connect(server).await.expect("a server");
    let create = sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"));
    conn.execute(create).await.expect("no database");
    conn.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a database");
    let base = server.rsplit_once('/').expect("a server address").0;
    format!("{base}/{name}")
}

const fn now() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000)
}

impl Shop {
    fn messages(&self, count: usize) -> Vec<NewInbound> {
        (0..count)
            .map(|_| {
                let message = id();
                NewInbound {
                    brand: self.channel.brand,
                    channel: self.channel.id,
                    address: format!("customer-{}", NEXT.load(Ordering::Relaxed) % CUSTOMERS),
                    external: message.to_string(),
                    text: "Chào shop, đơn MH-10234 của mình bao giờ giao tới vậy ạ?".to_owned(),
                    visibility: Visibility::Direct,
                    at: now(),
                    settle: Millis(0),
                    settle_at_most: Millis(0),
                    message_id: MessageId::new(message),
                    conversation_id: ConversationId::new(id()),
                    address_id: AddressId::new(id()),
                    details: lara_core::ports::Details::default(),
                }
            })
            .collect()
    }

    fn turn(&self, claim: &Claim) -> Turn {
        let conversation = &claim.conversation;
        let first_seq = claim.run.first().map_or(0, |message| message.seq);
        let last_seq = claim.run.last().map_or(0, |message| message.seq);
        let reply = MessageId::new(id());
        Turn {
            conversation: conversation.id,
            brand: conversation.brand,
            address: conversation.address,
            node: self.node,
            rev: conversation.rev,
            customer: None,
            done_seq: last_seq,
            decision: Decision {
                id: DecisionId::new(id()),
                conversation: conversation.id,
                first_seq,
                last_seq,
                kind: DecisionKind::Reply,
                policy: "answer".to_owned(),
                reason: "confident".to_owned(),
                reading: Reading {
                    language: MessageLanguage::Vietnamese,
                    intent: Intent::from_static("track_order"),
                    confidence: 0.9,
                    complaint: 0.1,
                    model: "linear-1".into(),
                    ..Reading::default()
                },
                templates: Vec::new(),
                known: Vec::new(),
                reply: Some(reply),
                at: now(),
            },
            reply: Some(NewMessage {
                id: reply,
                direction: Direction::Out,
                author: Author::Bot,
                agent: None,
                text: "Dạ đơn *MH-10234* đang trên đường, dự kiến thứ Sáu này tới tay chị ạ.".to_owned(),
                quick_replies: Vec::new(),
                answers: None,
                visibility: Visibility::Direct,
                aside: None,
                delivery: Delivery::Pull,
                at: now(),
            }),
            owner: conversation.owner,
            language: Some(Language::Vietnamese),
            open_question: None,
            misses: 0,
            queue: QueueChange::Keep,
            consent: ConsentChange::Keep,
            person: lara_core::ports::PersonChange::default(),
            at: now(),
        }
    }

    async fn claim_and_commit(&self, batch: usize) {
        let limit = u32::try_from(batch).expect("a small batch");
        let claims = self.store.claim(self.node, now(), Millis(60_000), limit).await.expect("claims");
        let turns = claims.iter().map(|claim| self.turn(claim)).collect();
        self.store.commit(turns).await.expect("commits");
    }
}

/// Accepts one batch.
#[divan::bench(args = BATCHES, types = [Sqlite, Postgres], max_time = 4)]
fn accept<D: Database>(bencher: Bencher<'_, '_>, batch: usize) {
    let Some(shop) = shop::<D>() else { return };
    bencher
        .counter(ItemsCount::new(batch))
        .with_inputs(|| shop.messages(batch))
        .bench_local_values(|messages| shop.runtime.block_on(shop.store.accept(messages)).expect("accepted"));
}

/// Claims and commits the turns of one batch that was accepted before.
#[divan::bench(args = BATCHES, types = [Sqlite, Postgres], max_time = 4)]
fn claim_and_commit<D: Database>(bencher: Bencher<'_, '_>, batch: usize) {
    let Some(shop) = shop::<D>() else { return };
    bencher
        .counter(ItemsCount::new(batch))
        .with_inputs(|| {
            let messages = shop.messages(batch);
            shop.runtime.block_on(shop.store.accept(messages)).expect("accepted");
        })
        .bench_local_values(|()| shop.runtime.block_on(shop.claim_and_commit(batch)));
}
