//! How fast a shop with a past is read: one conversation's context, each kind of search, one person's page. Fills 100,000
//! customers with 500,000 orders and 1,000,000 messages on a SQLite file and, when `LARA_TEST_POSTGRES` names a server, on
//! PostgreSQL. `LARA_BENCH_CUSTOMERS` asks for fewer.
#![expect(clippy::expect_used, reason = "a bench that cannot run panics")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use lara_core::model::{
    AddressId, Brand, BrandId, BrandSettings, Channel, ChannelId, ChannelKind, ConversationId, CustomerId,
    Delivery, Facts, Language, MessageId, Millis, NodeId, Order, OrderId, OrderItem, OrderStatus, Preference,
    Shipment, Timestamp, Visibility,
};
use lara_core::ports::{
    Acceptance, Brands as _, Details, Directory as _, Inbox as _, Lanes as _, NewInbound, OrderRow, Person,
};
use lara_store::Store;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Orders of a customer, and messages of one.
const ORDERS: u64 = 5;
const MESSAGES: u64 = 10;
/// Rows of one transaction, as an import has them.
const CHUNK: u64 = 1_000;
/// How often each thing is measured.
const SAMPLES: u64 = 1_000;
const SEARCHES: u64 = 40;

const FAMILIES: [&str; 12] =
    ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ"];
const MIDDLES: [&str; 10] = ["Thị", "Văn", "Đức", "Minh", "Ngọc", "Thanh", "Hồng", "Quốc", "Xuân", "Kim"];
const GIVEN: [&str; 20] = [
    "Đào", "Lan", "Hoa", "Mai", "Hà", "Hải", "Nam", "Tuấn", "Dũng", "Hương", "Thảo", "Linh", "Phúc", "Ánh",
    "Nhung", "Yến", "Tâm", "Sơn", "Bình", "Khánh",
];

fn main() {
    let customers = std::env::var("LARA_BENCH_CUSTOMERS").ok().and_then(|n| n.parse().ok());
    let customers: u64 = customers.unwrap_or(100_000);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let dir = tempfile::tempdir().expect("a folder");
        let file = format!("sqlite:{}", dir.path().join("lara.db").display());
        Town::fill("SQLite", &file, customers).await.measure().await;
        if let Ok(server) = std::env::var("LARA_TEST_POSTGRES") {
            let (base, name) = (server.rsplit_once('/').expect("a server address").0, "lara_bench_people");
            let mut conn = PgConnection::connect(&server).await.expect("a server");
            let drop = || conn_drop(name);
            conn.execute(drop()).await.expect("no database");
            conn.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a database");
            Town::fill("PostgreSQL", &format!("{base}/{name}"), customers).await.measure().await;
            conn.execute(drop()).await.expect("no database");
        }
    });
}

fn conn_drop(name: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
}

/// Ids that grow; `kind` keeps those of different tables apart.
fn id(kind: u64, count: u64) -> Uuid {
    let high = 0x0190_0000_0000_7000 | (u128::from(kind) << 32);
    Uuid::from_u128((high << 64) | (0x8000_0000_0000_0000 + u128::from(count)))
}

const fn now() -> Timestamp {
    Timestamp::from_millis(1_760_000_000_000)
}

fn pick<'a>(from: &[&'a str], n: u64) -> &'a str {
    let len = u64::try_from(from.len()).expect("a short list");
    from.get(usize::try_from(n % len).expect("a place")).copied().unwrap_or_default()
}

fn person(n: u64) -> Person {
    let name = [pick(&FAMILIES, n / 7), pick(&MIDDLES, n / 3), pick(&GIVEN, n)].join(" ");
    Person {
        external_id: Some(format!("KH-{n}")),
        name: Some(name),
        email: Some(format!("khach{n}@example.com")),
        // A stride that is prime to a hundred million gives each a number of their own.
        phone: Some(format!("09{:08}", n * 7_919 % 100_000_000)),
        language: Some(Language::Vietnamese),
        tier: n.is_multiple_of(10).then(|| "gold".to_owned()),
    }
}

/// A brand with a past.
struct Town {
    database: &'static str,
    url: String,
    store: Store,
    brand: BrandId,
    channel: Channel,
    customers: u64,
}

impl Town {
    async fn fill(database: &'static str, url: &str, customers: u64) -> Self {
        let store = Store::open(url).await.expect("a store");
        let brand = Brand {
            id: BrandId::new(id(1, 0)),
            slug: "bench".to_owned(),
            name: "Bench".to_owned(),
            demo: false,
            settings: BrandSettings::default(),
            facts: Facts::default(),
            rev: 0,
        };
        let channel = ChannelId::new(id(2, 0));
        let channel = Channel::new(channel, brand.id, ChannelKind::Telegram, "telegram", Delivery::Push);
        store.add_brand(&brand, now()).await.expect("a brand");
        store.put_channel(&channel, now()).await.expect("a channel");
        let town = Self { database, url: url.to_owned(), store, brand: brand.id, channel, customers };
        println!("\n{database}: {customers} customers, {} orders", customers * ORDERS);
        town.people().await;
        town.orders().await;
        town.talks().await;
        town
    }

    fn rate(&self, what: &str, rows: u64, begun: Instant) {
        let rate = u128::from(rows) * 1_000 / begun.elapsed().as_millis().max(1);
        println!("{:<12}fill     {what:<34}{rate:>9} rows/s", self.database);
    }

    async fn people(&self) {
        let begun = Instant::now();
        for chunk in 0..self.customers / CHUNK {
            let rows = (chunk * CHUNK..(chunk + 1) * CHUNK)
                .map(|n| {
                    let likes =
                        vec![Preference::imported("size", "M"), Preference::imported("address_form", "chị")];
                    (CustomerId::new(id(3, n)), person(n), if n % 4 == 0 { likes } else { Vec::new() })
                })
                .collect();
            self.store.put_customers(self.brand, rows, now()).await.expect("customers");
        }
        self.rate("customers", self.customers, begun);
    }

    async fn orders(&self) {
        let begun = Instant::now();
        for chunk in 0..self.customers * ORDERS / CHUNK {
            let rows = (chunk * CHUNK..(chunk + 1) * CHUNK).map(|n| self.order(n)).collect();
            self.store.put_orders(self.brand, rows, now()).await.expect("orders");
        }
        self.rate("orders", self.customers * ORDERS, begun);
    }

    fn order(&self, n: u64) -> OrderRow {
        let days = i64::try_from(n % 700).expect("a few days");
        let item = |name: &str, sku: &str| OrderItem {
            name: name.to_owned(),
            quantity: 1,
            sku: Some(sku.to_owned()),
        };
        let order = Order {
            id: OrderId::new(id(4, n)),
            brand: self.brand,
            customer: CustomerId::new(id(3, n / ORDERS)),
            number: format!("MH-{}", 100_000 + n),
            status: if n.is_multiple_of(3) { OrderStatus::Delivered } else { OrderStatus::Shipped },
            ordered_at: now().plus(Millis::minutes(-days * 24 * 60)),
            due_at: None,
            currency: "VND".to_owned(),
            total_minor: 350_000,
            items: vec![item("Đầm linen xanh rêu", "DL-1"), item("Khăn lụa", "KL-2")],
            tracking_url: None,
            shipment: Shipment::default(),
        };
        OrderRow::imported(order, format!("KH-{}", n / ORDERS))
    }

    /// Addresses, conversations, messages and decisions of old, written by statements: no door would be as fast. Every
    /// twentieth customer was merged into the one before.
    async fn talks(&self) {
        let begun = Instant::now();
        let (brand, channel, at) = (self.brand, self.channel.id, now().millis());
        let mut numbers = String::from("WITH n(v) AS (VALUES (0)");
        for v in 1..MESSAGES {
            let _ = write!(numbers, ",({v})");
        }
        let place = "substr(c.id, 5)";
        self.run(&format!(
            "INSERT INTO addresses (id, brand_id, channel_id, external, customer_id, level, created_at) \
             SELECT '0195' || {place}, '{brand}', '{channel}', c.external_id, c.id, 'verified', {at} FROM customers c"
        ))
        .await;
        self.run(&format!(
            "INSERT INTO conversations (id, brand_id, channel_id, address_id, owner, epoch, rev, misses, last_seq, \
             last_in_seq, done_seq, attempts, created_at, last_at) SELECT '0196' || {place}, '{brand}', '{channel}', \
             '0195' || {place}, 'bot', 0, 0, 0, {MESSAGES}, {MESSAGES} - 1, {MESSAGES}, 0, {at}, {at} FROM customers c"
        ))
        .await;
        self.run(&format!(
            "{numbers}) INSERT INTO messages (id, brand_id, conversation_id, channel_id, seq, direction, author, external, \
             text, quick_replies, visibility, state, at, attempts) SELECT '01970' || n.v || substr(c.id, 7), '{brand}', \
             '0196' || {place}, '{channel}', n.v + 1, CASE n.v % 2 WHEN 0 THEN 'in' ELSE 'out' END, \
             CASE n.v % 2 WHEN 0 THEN 'customer' ELSE 'bot' END, n.v || c.id, 'đơn của mình tới đâu rồi shop ơi', '[]', \
             'direct', CASE n.v % 2 WHEN 0 THEN 'accepted' ELSE 'sent' END, {at} + n.v, 0 FROM customers c CROSS JOIN n"
        ))
        .await;
        self.run(&format!(
            "INSERT INTO decisions (id, brand_id, conversation_id, first_seq, last_seq, kind, policy, reason, language, \
             intent, confidence, sentiment, score, complaint, urgent, reading, templates, known, at) SELECT '0198' || {place}, \
             '{brand}', '0196' || {place}, 1, {MESSAGES} - 1, 'reply', 'answer', 'fact', 'vi', 'track_order', 0.9, 'neutral', \
             0.1, 0.1, FALSE, '{{}}', '[]', '[]', {at} FROM customers c"
        ))
        .await;
        self.rate("messages (by statement)", self.customers * MESSAGES, begun);
        for n in (20..self.customers).step_by(20) {
            let (merged, into) = (id(3, n), id(3, n - 1));
            self.run(&format!(
                "UPDATE customers SET merged_into = '{into}', head_id = '{into}' WHERE id = '{merged}'"
            ))
            .await;
        }
        if self.url.starts_with("postgres") {
            self.run("VACUUM ANALYZE").await;
        }
    }

    async fn run(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.url.starts_with("sqlite:") {
            let mut conn = SqliteConnection::connect(&self.url).await.expect("the file");
            conn.execute(sql).await.expect("rows");
        } else {
            let mut conn = PgConnection::connect(&self.url).await.expect("the server");
            conn.execute(sql).await.expect("rows");
        }
    }

    async fn measure(&self) {
        self.context().await;
        self.searches().await;
        self.pages().await;
        self.store.close().await;
    }

    /// What a claim reads of one conversation: its run and everything known of the person.
    async fn context(&self) {
        let node = NodeId::new(id(9, 0));
        let mut lanes = Vec::new();
        for n in 0..SAMPLES.min(self.customers) {
            // A stride that is prime to the number of customers: everywhere in the tables, nobody twice.
            let accepted =
                self.store.accept(vec![self.message(n * 7_919 % self.customers)]).await.expect("accepted");
            if let Some(Acceptance::New { conversation, .. }) = accepted.into_iter().next().flatten() {
                lanes.push(conversation);
            }
        }
        while !self.store.claim(node, now(), Millis::minutes(600), 64).await.expect("claims").is_empty() {}
        let mut took = Vec::new();
        let mut orders = 0;
        for lane in &lanes {
            let begun = Instant::now();
            let claims = self.store.reload(node, &[*lane]).await.expect("a context");
            took.push(begun.elapsed());
            orders += claims.iter().map(|claim| claim.memory.orders.len()).sum::<usize>();
        }
        assert!(orders >= 5 * lanes.len(), "whose orders are not known: {orders}");
        self.tell("context", "one conversation, with the person", took);
    }

    fn message(&self, n: u64) -> NewInbound {
        NewInbound {
            brand: self.brand,
            channel: self.channel.id,
            address: format!("KH-{n}"),
            external: format!("new-{n}"),
            text: "đơn MH-100234 của mình bao giờ tới vậy ạ?".to_owned(),
            visibility: Visibility::Direct,
            at: now(),
            settle: Millis(0),
            settle_at_most: Millis(0),
            message_id: MessageId::new(id(10, n)),
            conversation_id: ConversationId::new(id(11, n)),
            address_id: AddressId::new(id(12, n)),
            details: Details::default(),
        }
    }

    async fn searches(&self) {
        let some = |n: u64| n * 7_919 % self.customers;
        let name = |n: u64| lara_store::fold(&person(some(n)).name.unwrap_or_default());
        let asked: [(&str, &dyn Fn(u64) -> String); 12] = [
            ("a name without accents", &name),
            ("a family name", &|n| lara_store::fold(pick(&FAMILIES, n))),
            ("nobody's name", &|n| format!("zz{n}q")),
            ("some digits of a phone", &|n| person(some(n)).phone.unwrap_or_default().split_off(4)),
            ("the beginning of a phone", &|n| format!("09{:02}", n % 80)),
            ("nobody's phone", &|n| format!("{}", 33_355_511_100 + n)),
            ("a part of an e-mail", &|n| format!("khach{}@", some(n))),
            ("nobody's e-mail", &|n| format!("nobody{n}@")),
            ("an order", &|n| format!("MH-{}", 100_000 + some(n))),
            ("an order without its letters", &|n| format!("{}", 100_000 + some(n))),
            ("the beginning of an order", &|n| format!("mh{}", (100_000 + some(n)) / 100)),
            ("nothing: who wrote lately", &|_| String::new()),
        ];
        let pages = self.store.pages();
        for (what, text) in asked {
            let mut took = Vec::new();
            for n in 0..SEARCHES {
                let text = text(n);
                let begun = Instant::now();
                let found = pages.find_people(self.brand, &text, None, 30).await.expect("a page");
                took.push(begun.elapsed());
                assert_eq!(found.people.is_empty(), what.starts_with("nobody"), "{what}: {text}");
            }
            self.tell("search", what, took);
        }
    }

    /// One person's page, and the queue's search.
    async fn pages(&self) {
        let pages = self.store.pages();
        let (mut person, mut queue) = (Vec::new(), Vec::new());
        for n in 0..SEARCHES {
            let customer = CustomerId::new(id(3, n * 7_919 % self.customers));
            let begun = Instant::now();
            let head = pages.person_head(self.brand, customer).await.expect("a head").expect("a person");
            let profile = pages.profile(head).await.expect("a profile").expect("a person");
            pages.person_orders(head, None, 20).await.expect("orders");
            pages.person_talks(head, None, 20).await.expect("conversations");
            pages.person_joins(head).await.expect("joins");
            pages.person_suggestions(head).await.expect("suggestions");
            person.push(begun.elapsed());
            let name = lara_store::fold(profile.name().unwrap_or_default());
            let begun = Instant::now();
            let found = pages.find_people(self.brand, &name, None, 50).await.expect("people").people;
            let people: Vec<_> = found.iter().map(|one| one.id).collect();
            pages
                .queue(self.brand, lara_store::pages::QueueView::Found(&people), 100)
                .await
                .expect("the queue");
            queue.push(begun.elapsed());
        }
        self.tell("page", "one person, all of it", person);
        self.tell("page", "the queue, searched by name", queue);
    }

    fn tell(&self, kind: &str, what: &str, mut took: Vec<Duration>) {
        took.sort();
        let at = |part: usize| {
            took.get((took.len() * part / 1_000).min(took.len() - 1)).copied().unwrap_or_default()
        };
        let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1_000.0);
        let (half, most, worst) = (ms(at(500)), ms(at(990)), ms(at(1_000)));
        println!("{:<12}{kind:<9}{what:<34}p50 {half:>6}  p99 {most:>6}  max {worst:>6} ms", self.database);
    }
}
