//! Forgetting a person: nothing of them is left, everything of everybody else is, and what is counted still counts.

use crate::house::{House, Kind, Peek};
use crate::make::{LEASE, Shop, at, reading};
use lara_core::model::{
    AddressId, Attachment, AttachmentId, AttachmentKind, AttachmentSource, Channel, CustomerId, Direction,
    Entity, EntityValue, ErasureId, Evidence, Level, NodeId, OpenQuestion, Order, OrderId, OrderItem,
    OrderStatus, Preference, Priority, QuickReply, Shipment,
};
use lara_core::ports::{
    Commit, Consent, Desk as _, Directory as _, ErasedBy, ErasureCounts, Inbox as _, Lanes as _,
    NewAttachment, OrderRow, Outbox as _, Person, Privacy as _, Transcripts as _,
};
use tokio::task::JoinSet;

/// A person of whom every table knows something, each word of it with `mark` in it.
pub(crate) struct Known {
    pub(crate) head: CustomerId,
    pub(crate) web: String,
    pub(crate) push: String,
}

fn person(mark: &str, number: u32) -> Person {
    Person {
        external_id: Some(format!("{mark}-C{number}")),
        name: Some(format!("{mark} Nguyễn {number}")),
        email: Some(format!("{mark}{number}@example.com")),
        phone: Some(format!("0912 {} 88{number}", if mark == "marked" { 777 } else { 333 })),
        language: Some(lara_core::model::Language::Vietnamese),
        tier: Some(format!("{mark}-gold")),
    }
}

fn order(house: &House, shop: &Shop, number: String) -> Order {
    Order {
        id: OrderId::new(house.id()),
        brand: shop.brand.id,
        customer: CustomerId::new(house.id()),
        status: OrderStatus::Shipped,
        ordered_at: at(0),
        due_at: Some(at(1)),
        currency: "VND".to_owned(),
        total_minor: 350_000,
        items: vec![OrderItem { name: "Cốc".to_owned(), quantity: 1, sku: None }],
        tracking_url: Some(format!("https://carrier.test/{number}")),
        shipment: Shipment { number: Some(format!("GHN-{number}")), ..Shipment::default() },
        number,
    }
}

/// Somebody in every table, by the doors where there is one.
pub(crate) async fn somebody(house: &House, shop: &Shop, mark: &str) -> Known {
    let node = house.node();
    let (web, push) = (format!("{mark}-visitor"), format!("{mark}-tg-1"));
    let tie = async |channel: &Channel, external: &str, number: u32| {
        let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
        house.store.tie(channel, external, &person(mark, number), Level::Verified, ids, at(0)).await.unwrap()
    };
    let here = tie(&shop.web, &web, 1).await;
    let there = tie(&shop.push, &push, 2).await;
    let (head, merged) = (here.customer.unwrap(), there.customer.unwrap());
    house
        .peek()
        .await
        .run(&format!(
            "UPDATE customers SET merged_into = '{head}', head_id = '{head}' WHERE id = '{merged}'"
        ))
        .await;
    let preference =
        vec![(merged, person(mark, 2), vec![Preference::imported(format!("avoid:{mark}"), mark)])];
    house.store.put_customers(shop.brand.id, preference, at(0)).await.unwrap();
    for number in [1, 2] {
        let row = OrderRow::imported(
            order(house, shop, format!("{mark}-100{number}")),
            format!("{mark}-C{number}"),
        );
        assert!(house.store.put_orders(shop.brand.id, vec![row], at(0)).await.unwrap().1.is_empty());
    }
    talked(house, shop, mark, node, (&shop.web, &web)).await;
    talked(house, shop, mark, node, (&shop.push, &push)).await;
    traces(house, mark, head, merged).await;
    Known { head, web, push }
}

/// A message with a picture, an answer, a note, and the next message that waits.
async fn talked(house: &House, shop: &Shop, mark: &str, node: NodeId, (channel, address): (&Channel, &str)) {
    let agent = house.agent(&format!("{}@shop.test", house.id())).await;
    let mut said = house.says(channel, address, &format!("{mark}-m1-{address}"), 0);
    said.text = format!("đơn {mark}-1001 của {mark} đâu");
    said.details.name = Some(format!("{mark} cute"));
    said.details.link = Some(format!("https://place.test/{mark}"));
    said.details.attachments = vec![NewAttachment {
        shown: Attachment {
            id: AttachmentId::new(house.id()),
            kind: AttachmentKind::Image,
            name: Some(format!("{mark}.jpg")),
            mime: None,
            size: None,
            note: Some(format!("{mark} at home")),
        },
        source: Some(AttachmentSource::Url { url: format!("https://cdn.test/{mark}.jpg") }),
    }];
    let claim = house.heard_and_claimed(node, said).await;
    let mut turn = house.answers(node, &claim, 1);
    turn.decision.known = vec!["customer:name".to_owned(), format!("order:{mark}-1001")];
    turn.decision.reading = lara_core::model::Reading {
        why: vec![Evidence { text: mark.to_owned(), weight: 1.0 }],
        entities: vec![Entity { start: 0, end: 1, value: EntityValue::Order(format!("{mark}-1001")) }],
        ..reading()
    };
    turn.open_question = Some(OpenQuestion::WhichOrder {
        intent: turn.decision.reading.intent.clone(),
        offered: vec![format!("{mark}-1001")],
    });
    let reply = turn.reply.as_mut().unwrap();
    reply.text = format!("Chào {mark}");
    reply.aside = Some(format!("{mark}, riêng"));
    reply.quick_replies = vec![QuickReply { title: format!("{mark}-1001") }];
    let turn = house.escalating(turn, Priority::High, 50, 60_000);
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    let mut aside = house.writes(Direction::Note, &agent, channel, 2);
    aside.text = format!("{mark} is nice");
    house.store.write(claim.conversation.id, agent.id, aside).await.unwrap();
    let mut next = house.says(channel, address, &format!("{mark}-m2-{address}"), 3);
    next.text = format!("{mark} nữa");
    house.hears(next).await;
    let lane = claim.conversation.id;
    let first = claim.run[0].id;
    let (id, brand) = (house.id(), shop.brand.id);
    let statements = format!(
        "UPDATE conversations SET summary = '{{\"orders\":[\"{mark}-1001\"]}}' WHERE id = '{lane}';
         UPDATE attachments SET state = 'fetched', hash = 'hash-{mark}', due_at = NULL WHERE message_id = '{first}';
         INSERT INTO lessons (brand_id, digest, text, language, label, source, message_id, at) VALUES
            ('{brand}', '{lane}', 'đơn [number] đâu', 'vi', 'track_order', 'agent', '{first}', 1);
         INSERT INTO alerts (id, brand_id, rule, subject, target, conversation_id, state, attempts, due_at, at) VALUES
            ('{id}', '{brand}', 'urgent', '{lane}', 'ops', '{lane}', 'queued', 0, 1, 1);
         INSERT INTO notices (id, brand_id, kind, subject, state, attempts, due_at, at) VALUES
            ('{id}', '{brand}', 'conversation_ended', '{lane}', 'queued', 0, 1, 1);"
    );
    house.peek().await.run(&statements).await;
}

/// What stands in tables that hang on no conversation.
async fn traces(house: &House, mark: &str, head: CustomerId, merged: CustomerId) {
    let mut peek = house.peek().await;
    let brand = peek.texts(&format!("SELECT brand_id FROM customers WHERE id = '{head}'")).await.remove(0);
    let address =
        peek.texts(&format!("SELECT id FROM addresses WHERE customer_id = '{head}'")).await.remove(0);
    let order = peek.texts(&format!("SELECT id FROM orders WHERE customer_id = '{head}'")).await.remove(0);
    let channel = peek.texts("SELECT id FROM channels ORDER BY id").await.remove(0);
    let (id, blob) = (house.id(), if matches!(house.kind, Kind::Sqlite(_)) { "x'00'" } else { "'\\x00'" });
    peek.run(&format!(
        "INSERT INTO returns (id, brand_id, order_id, external, status, reason, items, asked_at, updated_at) VALUES
            ('{id}', '{brand}', '{order}', '{mark}-R1', 'asked', '{mark} says too small', '[]', 1, 1);
         INSERT INTO joins (id, brand_id, how, customer_id, merged_id, address_id, evidence, at) VALUES
            ('{id}', '{brand}', 'agent', '{head}', '{merged}', '{address}', '{mark} phone', 1);
         INSERT INTO suggestions (id, brand_id, customer_id, other, other_kind, evidence, state, at) VALUES
            ('{id}', '{brand}', '{head}', '{address}', 'address', '{mark}', 'open', 1);
         INSERT INTO link_codes (hash, brand_id, customer_id, address_id, valid_until) VALUES
            ('hash-{mark}', '{brand}', '{head}', '{address}', 1);
         INSERT INTO proof_tries (id, brand_id, subject, kind, succeeded, at) VALUES
            ('{id}', '{brand}', '{mark}1001', 'order', FALSE, 1);
         INSERT INTO files (brand_id, hash, mime, bytes, at) VALUES ('{brand}', 'hash-{mark}', 'image/png', {blob}, 1);
         INSERT INTO odd_events (id, brand_id, channel_id, reason, body, at) VALUES
            ('{id}', '{brand}', '{channel}', 'unknown_shape', '{{\"from\":\"{mark}-tg-1\"}}', 1);
         INSERT INTO api_answers (token_id, key, brand_id, digest, status, body, at) VALUES
            ('{id}', 'k', '{brand}', 'd', 200, '{{\"name\":\"{mark} Nguyễn 1\"}}', 1);"
    ))
    .await;
}

/// Every cell of every text column that has one of these words in it: `table.column: value`.
pub(crate) async fn cells_with(house: &House, words: &[&str]) -> Vec<String> {
    let mut peek = house.peek().await;
    let columns = match peek {
        Peek::Sqlite(_) => {
            "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '_sqlx%' AND c.type = 'TEXT'"
        }
        Peek::Postgres(_) => {
            "SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c \
             WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_sqlx%' AND c.data_type = 'text'"
        }
    };
    let columns = peek.texts(columns).await;
    assert!(columns.len() > 150, "{} columns are no schema", columns.len());
    let mut found = Vec::new();
    for column in columns {
        let (table, name) = column.split_once('.').unwrap();
        for word in words {
            let sql = format!("SELECT {name} FROM {table} WHERE LOWER({name}) LIKE '%{word}%'");
            found.extend(peek.texts(&sql).await.into_iter().map(|value| format!("{column}: {value}")));
        }
    }
    found.sort();
    found
}

/// What of a person anybody could find them by.
const MARKED: &[&str] = &["marked", "912 777", "912777"];

fn wish(house: &House) -> ErasureId {
    ErasureId::new(house.id())
}

pub(crate) async fn nothing_of_an_erased_person_is_left_anywhere(house: &House) {
    let shop = house.shop().await;
    somebody(house, &shop, "keeper").await;
    let kept = cells_with(house, &["keeper", "912 333", "912333"]).await;
    let known = somebody(house, &shop, "marked").await;
    let before = cells_with(house, MARKED).await;
    let tables: std::collections::BTreeSet<_> =
        before.iter().map(|cell| cell.split('.').next().unwrap()).collect();
    assert!(tables.len() >= 13, "the person is not in enough tables to try this: {tables:?}");

    let counts =
        house.store.erase(shop.brand.id, known.head, ErasedBy::Cli, wish(house), at(10)).await.unwrap();
    let counts = counts.unwrap();
    assert_eq!(cells_with(house, MARKED).await, Vec::<String>::new());
    assert_eq!(cells_with(house, &["keeper", "912 333", "912333"]).await, kept);
    assert_eq!(
        counts,
        ErasureCounts {
            customers: 2,
            addresses: 2,
            conversations: 2,
            messages: 8,
            cancelled: 1,
            decisions: 2,
            orders: 2,
            returns: 1,
            preferences: 1,
            ties: 4,
            attachments: 2,
            traces: 2,
        }
    );
    assert_eq!(house.number("SELECT COUNT(*) FROM files").await, 1, "only the other's bytes are left");
    assert_eq!(house.number("SELECT COUNT(*) FROM erasures WHERE by_whom = 'cli'").await, 1);
}

pub(crate) async fn what_is_counted_is_kept_when_somebody_is_erased(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let statistics = "SELECT d.kind || d.policy || d.intent || d.sentiment || d.score || d.complaint || d.urgent || d.at || \
        d.reply_id FROM decisions d ORDER BY d.id";
    let money = "SELECT status || total_minor || currency || ordered_at || items FROM orders ORDER BY id";
    let times = "SELECT direction || author || visibility || seq || at FROM messages ORDER BY id";
    let mut peek = house.peek().await;
    let before = (peek.texts(statistics).await, peek.texts(money).await, peek.texts(times).await);
    house.store.erase(shop.brand.id, known.head, ErasedBy::Api, wish(house), at(10)).await.unwrap().unwrap();
    let after = (peek.texts(statistics).await, peek.texts(money).await, peek.texts(times).await);
    assert_eq!(before, after);
    assert_eq!(house.number("SELECT COUNT(*) FROM customers WHERE erased_at IS NOT NULL").await, 2);
    assert_eq!(house.number("SELECT COUNT(*) FROM escalations WHERE state = 'resolved'").await, 2);
    let readings = peek.texts("SELECT reading FROM decisions").await;
    for reading in readings {
        let reading: lara_core::model::Reading = serde_json::from_str(&reading).unwrap();
        assert!(reading.why.is_empty() && reading.entities.is_empty() && reading.confidence > 0.9);
    }
}

pub(crate) async fn whoever_erases_twice_is_answered_the_same(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let erase = async || {
        house
            .store
            .erase(shop.brand.id, known.head, ErasedBy::Shop, wish(house), at(10))
            .await
            .unwrap()
            .unwrap()
    };
    let first = erase().await;
    assert_eq!(erase().await, first);
    assert_eq!(house.number("SELECT COUNT(*) FROM erasures").await, 1);
    let nobody = CustomerId::new(house.id());
    let none = house.store.erase(shop.brand.id, nobody, ErasedBy::Cli, wish(house), at(10)).await.unwrap();
    assert_eq!(none, None);
    let other = house.shop_called("khac").await;
    let elsewhere = house.store.erase(other.brand.id, known.head, ErasedBy::Cli, wish(house), at(10)).await;
    assert_eq!(elsewhere.unwrap(), None, "no brand erases another's customer");
}

pub(crate) async fn who_is_erased_in_the_middle_of_a_talk_is_told_nothing_more(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let node = house.node();
    // Both lanes have a message that waits; the push reply is being sent.
    let claims = house.store.claim(node, at(100_000), LEASE, 64).await.unwrap();
    assert_eq!(claims.len(), 2);
    let sends = house.store.claim_sends(node, at(100_000), LEASE, 64).await.unwrap();
    assert_eq!(sends.len(), 1);
    house
        .store
        .erase(shop.brand.id, known.head, ErasedBy::Cli, wish(house), at(100_001))
        .await
        .unwrap()
        .unwrap();

    let turns: Vec<_> = claims.iter().map(|claim| house.answers(node, claim, 100_002)).collect();
    let lanes: Vec<_> = claims.iter().map(|claim| claim.conversation.id).collect();
    for commit in house.store.commit(turns).await.unwrap() {
        assert_ne!(commit, Commit::Done);
    }
    assert_eq!(house.store.reload(node, &lanes).await.unwrap(), []);
    assert_eq!(house.store.next_ready().await.unwrap(), None);
    // The one on its way goes no further, is not tried again, and brings nothing back.
    let message = sends[0].message.id;
    let wanted = house.store.progress(node, message, Some(1), Some("marked-7"), at(200_000)).await.unwrap();
    assert!(!wanted);
    let retry = lara_core::ports::Outcome::Retry(at(100_003), "busy");
    house.store.settle(node, at(100_003), vec![(message, retry)]).await.unwrap();
    assert_eq!(house.store.next_send().await.unwrap(), None);
    assert_eq!(house.number("SELECT COUNT(*) FROM messages WHERE state = 'cancelled'").await, 1);
    assert_eq!(cells_with(house, MARKED).await, Vec::<String>::new());

    // Their browser still holds its key: it is a stranger's now, and its talk is empty.
    assert_eq!(house.store.address(shop.web.id, &known.web).await.unwrap(), None);
    let heard = house.hears(house.says(&shop.web, &known.web, "new-1", 200_000)).await;
    let claim = house.store.claim(node, at(200_000), LEASE, 64).await.unwrap().remove(0);
    assert_eq!((claim.memory.customer, claim.memory.address.level), (None, Level::Anonymous));
    assert_eq!((claim.memory.returning, claim.memory.address.id), (false, heard.address));
    assert_eq!(house.store.latest(heard.address, 10).await.unwrap().len(), 1);
}

pub(crate) async fn a_reply_that_arrived_while_somebody_was_erased_brings_no_id_back(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let node = house.node();
    let sends = house.store.claim_sends(node, at(100_000), LEASE, 64).await.unwrap();
    house
        .store
        .erase(shop.brand.id, known.head, ErasedBy::Cli, wish(house), at(100_001))
        .await
        .unwrap()
        .unwrap();
    let sent = lara_core::ports::Outcome::Sent(Some("marked-77".to_owned()));
    house.store.settle(node, at(100_002), vec![(sends[0].message.id, sent)]).await.unwrap();
    assert_eq!(cells_with(house, MARKED).await, Vec::<String>::new());
    assert_eq!(
        house.number("SELECT COUNT(*) FROM messages WHERE state = 'sent' AND direction = 'out'").await,
        2
    );
}

pub(crate) async fn somebody_with_very_many_words_is_erased_in_steps(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let batch: Vec<_> =
        (0..4_500).map(|i| house.says(&shop.web, &known.web, &format!("marked-x{i}"), 4)).collect();
    for part in batch.chunks(500) {
        house.accepts(part.to_vec()).await;
    }
    let counts =
        house.store.erase(shop.brand.id, known.head, ErasedBy::Cli, wish(house), at(10)).await.unwrap();
    assert_eq!(counts.unwrap().messages, 4_508);
    assert_eq!(cells_with(house, MARKED).await, Vec::<String>::new());
}

pub(crate) async fn messages_that_come_while_somebody_is_erased_are_erased_or_a_strangers(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let mut writing = JoinSet::new();
    for i in 0..200 {
        let mut said = house.says(&shop.web, &known.web, &format!("id-{i}"), 20 + i);
        said.text = format!("word-{i}-end");
        let store = house.store.clone();
        writing.spawn(async move { store.accept(vec![said]).await.unwrap().remove(0).unwrap() });
    }
    let erased = house.store.erase(shop.brand.id, known.head, ErasedBy::Cli, wish(house), at(10)).await;
    assert!(erased.unwrap().is_some());
    writing.join_all().await;
    assert_eq!(cells_with(house, &["marked-c", "marked-m", "912777"]).await, Vec::<String>::new());
    let of_the_erased = "SELECT COUNT(*) FROM messages m JOIN conversations c ON c.id = m.conversation_id \
        JOIN addresses a ON a.id = c.address_id WHERE a.external LIKE 'erased:%' AND m.text <> ''";
    assert_eq!(house.number(of_the_erased).await, 0, "words stand with an erased address");
    let all = house.number("SELECT COUNT(*) FROM messages WHERE direction = 'in'").await;
    assert_eq!(all, 204, "nothing accepted is lost");
}

pub(crate) async fn a_file_about_a_person_holds_all_of_them_and_nobody_else(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    somebody(house, &shop, "keeper").await;
    let batch: Vec<_> =
        (0..2_100).map(|i| house.says(&shop.web, &known.web, &format!("marked-x{i}"), 4)).collect();
    for part in batch.chunks(500) {
        house.accepts(part.to_vec()).await;
    }
    let file = house.store.person_file(shop.brand.id, known.head, at(9)).await.unwrap().unwrap();
    assert_eq!((file.customers.len(), file.addresses.len(), file.conversations.len()), (2, 2, 2));
    assert_eq!((file.orders.len(), file.returns.len(), file.preferences.len()), (2, 1, 1));
    assert_eq!((file.joins.len(), file.suggestions.len()), (1, 1));
    let said: usize = file.conversations.iter().map(|talk| talk.messages.len()).sum();
    assert_eq!(said, 2_108);
    let talk = &file.conversations[0];
    assert_eq!((talk.decisions.len(), talk.escalations.len(), talk.files.len()), (1, 1, 1));
    assert!(talk.messages.iter().any(|said| said.direction == Direction::Note));
    let json = serde_json::to_string(&file).unwrap();
    for word in
        ["marked Nguyễn 1", "marked2@example.com", "marked-1002", "marked is nice", "marked.jpg", "marked-R1"]
    {
        assert!(json.contains(word), "{word} is missing");
    }
    assert!(!json.contains("keeper"), "somebody else's data is in it");
    let merged = file.customers[1].id;
    let same = house.store.person_file(shop.brand.id, merged, at(9)).await.unwrap().unwrap();
    assert_eq!(same, file, "whichever of their customers is asked for");
    let other = house.shop_called("khac").await;
    assert_eq!(house.store.person_file(other.brand.id, known.head, at(9)).await.unwrap(), None);
    let push = house.store.address(shop.push.id, &known.push).await.unwrap().unwrap();
    assert_eq!(push.external, file.addresses[1].external);
}

pub(crate) async fn silence_counts_for_every_proven_address_at_once(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let address = async |channel: &Channel, external: &str| {
        house.store.address(channel.id, external).await.unwrap().unwrap().opted_out_at
    };
    assert!(house.store.set_consent(shop.brand.id, known.head, Consent::Silence, at(9)).await.unwrap());
    assert_eq!(address(&shop.web, &known.web).await, Some(at(9)));
    assert_eq!(address(&shop.push, &known.push).await, Some(at(9)));
    assert_eq!(house.store.claim_sends(house.node(), at(9), LEASE, 64).await.unwrap(), []);
    assert!(house.store.set_consent(shop.brand.id, known.head, Consent::Messages, at(9)).await.unwrap());
    assert_eq!(address(&shop.push, &known.push).await, None);
    let nobody = CustomerId::new(house.id());
    assert!(!house.store.set_consent(shop.brand.id, nobody, Consent::Silence, at(9)).await.unwrap());
}

pub(crate) async fn words_older_than_a_brand_keeps_go_and_counts_stay(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let forget = async |before| {
        let (brand, id) = (shop.brand.id, ErasureId::new(house.id()));
        house.store.forget_words(brand, at(before), id, at(10)).await.unwrap()
    };
    assert_eq!(forget(i64::from(i32::MAX)).await, 0, "open conversations keep their words");
    let mut peek = house.peek().await;
    peek.run("UPDATE conversations SET owner = 'closed'").await;
    assert_eq!(forget(i64::from(i32::MAX)).await, 0, "so do those for which somebody waits");
    peek.run("UPDATE escalations SET state = 'resolved'").await;
    assert_eq!(forget(3).await, 0, "and those that ended later");
    assert_eq!(forget(i64::from(i32::MAX)).await, 2);
    assert_eq!(forget(i64::from(i32::MAX)).await, 0, "once is enough");
    let left = cells_with(house, &["marked"]).await;
    let spoken = [
        "messages.text",
        "messages.aside",
        "messages.attachments",
        "messages.quick_replies",
        "decisions.",
        "lessons.",
    ];
    let words: Vec<_> =
        left.iter().filter(|cell| spoken.iter().any(|column| cell.starts_with(column))).collect();
    assert_eq!(words, Vec::<&String>::new());
    assert!(left.iter().any(|cell| cell.starts_with("customers.name")), "the person is still there");
    assert_eq!(house.number("SELECT COUNT(*) FROM decisions WHERE intent = 'track_order'").await, 2);
    assert_eq!(house.number("SELECT COUNT(*) FROM erasures WHERE customer_id IS NULL").await, 1);
    let counts = peek.texts("SELECT counts FROM erasures").await.remove(0);
    let counts: ErasureCounts = serde_json::from_str(&counts).unwrap();
    assert_eq!((counts.conversations, counts.messages), (2, 8));
    assert_eq!(house.store.find_person(shop.brand.id, "MARKED1@example.com").await.unwrap(), [known.head]);
    assert_eq!(house.store.find_person(shop.brand.id, "+84 912 777 882").await.unwrap(), [known.head]);
    assert_eq!(house.store.find_person(shop.brand.id, "marked-C2").await.unwrap(), [known.head]);
    assert_eq!(house.store.find_person(shop.brand.id, &known.head.to_string()).await.unwrap(), [known.head]);
    assert_eq!(house.store.find_person(shop.brand.id, "nobody").await.unwrap(), []);
}
