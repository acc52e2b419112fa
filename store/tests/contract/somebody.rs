//! A person of whom every table knows something, and whatever of them stands in any table.

use crate::house::{House, Kind, Peek};
use crate::make::{Shop, at, reading};
use lara_core::model::{
    AddressId, Attachment, AttachmentId, AttachmentKind, AttachmentSource, Channel, CustomerId, Direction,
    Entity, EntityValue, Evidence, Level, NodeId, OpenQuestion, Order, OrderId, OrderItem, OrderStatus,
    Preference, Priority, QuickReply, Shipment,
};
use lara_core::ports::{Commit, Desk as _, Directory as _, Lanes as _, NewAttachment, OrderRow, Person};

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
            ('{id}', '{brand}', 'number:{mark}1001', 'order', FALSE, 1);
         INSERT INTO files (brand_id, hash, mime, bytes, at) VALUES ('{brand}', 'hash-{mark}', 'image/png', {blob}, 1);
         INSERT INTO odd_events (id, brand_id, channel_id, reason, body, at) VALUES
            ('{id}', '{brand}', '{channel}', 'unknown_shape', '{{\"from\":\"{mark}-tg-1\"}}', 1);
         INSERT INTO api_answers (token_id, key, brand_id, digest, status, body, at) VALUES
            ('{id}', 'k', '{brand}', 'd', 200, '{{\"name\":\"{mark} Nguyễn 1\",\"email\":\"{mark}1@example.com\"}}', 1);"
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
