//! Rows of files: stored a batch at a time, read a page at a time.

use crate::house::House;
use crate::make::{Shop, at, lan};
use lara_core::model::{CustomerId, Order, OrderId, OrderItem, OrderStatus, Preference, Shipment, Timestamp};
use lara_core::ports::{Buyer, Imported, OrderRow, OrderSource, Person};
use lara_store::files::{FileBuyer, FileCustomer, FileOrder, Keep, NoBuyer};

const COUNTS: fn(u64, u64, u64) -> Imported =
    |added, changed, unchanged| Imported { added, changed, unchanged };

fn customer(house: &House, person: Person) -> FileCustomer {
    let id = CustomerId::new(house.id());
    FileCustomer { id, person, preferences: Vec::new(), created_at: None, opted_out: false }
}

fn named(external: &str, email: &str) -> Person {
    Person { external_id: Some(external.to_owned()), email: Some(email.to_owned()), ..Person::default() }
}

fn order(house: &House, shop: &Shop, number: &str, buyer: FileBuyer) -> FileOrder {
    let order = Order {
        id: OrderId::new(house.id()),
        brand: shop.brand.id,
        customer: CustomerId::new(house.id()),
        number: number.to_owned(),
        status: OrderStatus::Placed,
        ordered_at: at(5),
        due_at: Some(at(9)),
        currency: "VND".to_owned(),
        total_minor: 350_000,
        items: vec![OrderItem { name: "Trà sen".to_owned(), quantity: 1, sku: None }],
        tracking_url: None,
        shipment: Shipment::default(),
    };
    let nobody = Buyer::Known(order.customer);
    FileOrder { row: OrderRow { order, buyer: nobody, source: OrderSource::Csv, changed_at: None }, buyer }
}

pub(crate) async fn a_dry_run_counts_and_stores_nothing(house: &House) {
    let shop = house.shop().await;
    let rows = [customer(house, lan()), customer(house, named("C-9", "mai@example.com"))];
    let put = async |keep| house.store.file_customers(shop.brand.id, &rows, keep, at(0)).await.unwrap();
    assert_eq!(put(Keep::No).await, COUNTS(2, 0, 0));
    assert_eq!(house.number("SELECT COUNT(*) FROM customers").await, 0);
    assert_eq!(put(Keep::Yes).await, COUNTS(2, 0, 0));
    assert_eq!(put(Keep::No).await, COUNTS(0, 0, 2));
}

pub(crate) async fn a_file_says_since_when_and_who_wants_no_messages(house: &House) {
    let shop = house.shop().await;
    let likes = vec![Preference::imported("size", "M")];
    let row = |opted_out, created_at| FileCustomer {
        created_at,
        opted_out,
        preferences: likes.clone(),
        ..customer(house, lan())
    };
    let put = async |row: FileCustomer, now| {
        house.store.file_customers(shop.brand.id, &[row], Keep::Yes, at(now)).await.unwrap()
    };
    let page = async || house.store.export_customers(shop.brand.id, None, at(0), 10).await.unwrap().remove(0);
    assert_eq!(put(row(false, Some(at(3))), 100).await, COUNTS(1, 0, 0));
    let known = page().await;
    assert_eq!((known.created_at, known.customer.opted_out_at), (at(3), None));
    assert_eq!(known.preferences.get("size").map(String::as_str), Some("M"));
    assert_eq!(put(row(true, Some(at(3))), 200).await, COUNTS(0, 1, 0));
    assert_eq!(put(row(true, None), 300).await, COUNTS(0, 0, 1));
    assert_eq!(put(row(false, None), 400).await, COUNTS(0, 0, 1), "a file takes no opt-out back");
    assert_eq!(page().await.customer.opted_out_at, Some(at(200)));
}

pub(crate) async fn an_order_is_its_buyers_by_e_mail_when_one_person_has_it(house: &House) {
    let shop = house.shop().await;
    let people =
        [named("A", "a@example.com"), named("B", "shared@example.com"), named("C", "shared@example.com")];
    let people = people.map(|person| customer(house, person));
    house.store.file_customers(shop.brand.id, &people, Keep::Yes, at(0)).await.unwrap();
    let email = |email: &str| FileBuyer::Email(email.to_owned());
    let rows = vec![
        order(house, &shop, "1", email("shared@example.com")),
        order(house, &shop, "2", email("a@example.com")),
        order(house, &shop, "3", email("nobody@example.com")),
        order(house, &shop, "4", FileBuyer::External("Z".to_owned())),
        order(house, &shop, "5", FileBuyer::External("B".to_owned())),
    ];
    let put = async |rows| house.store.file_orders(shop.brand.id, rows, Keep::Yes, at(0)).await.unwrap();
    let (counts, mut nobody) = put(rows.clone()).await;
    nobody.sort_by_key(|(number, _)| *number);
    assert_eq!(counts, COUNTS(2, 0, 0));
    assert_eq!(nobody, [(0, NoBuyer::SharedEmail), (2, NoBuyer::UnknownEmail), (3, NoBuyer::UnknownId)]);
    let stored = house.store.export_orders(shop.brand.id, None, at(0), 10).await.unwrap();
    let buyers: Vec<_> =
        stored.iter().map(|row| (&*row.order.number, row.buyer_external.as_deref())).collect();
    assert_eq!(buyers, [("2", Some("A")), ("5", Some("B"))]);

    // Once the two are one person, the e-mail names them.
    house.peek().await.run("UPDATE customers SET head_id = (SELECT id FROM customers WHERE external_id = 'B') WHERE external_id = 'C'").await;
    assert_eq!(put(rows[..1].to_vec()).await, (COUNTS(1, 0, 0), Vec::new()));
}

pub(crate) async fn a_file_without_a_column_forgets_nothing_of_an_order(house: &House) {
    let shop = house.shop().await;
    house.store.file_customers(shop.brand.id, &[customer(house, lan())], Keep::Yes, at(0)).await.unwrap();
    let whole = order(house, &shop, "1", FileBuyer::External("C-1".to_owned()));
    let mut bare = whole.clone();
    bare.row.order.items.clear();
    bare.row.order.due_at = None;
    for (row, counts) in [(whole.clone(), COUNTS(1, 0, 0)), (bare, COUNTS(0, 0, 1))] {
        let put = house.store.file_orders(shop.brand.id, vec![row], Keep::Yes, at(0)).await.unwrap();
        assert_eq!(put.0, counts);
    }
    let stored = house.store.export_orders(shop.brand.id, None, at(0), 10).await.unwrap().remove(0).order;
    assert_eq!((stored.items, stored.due_at), (whole.row.order.items, Some(at(9))));
}

pub(crate) async fn pages_hold_each_row_once_and_nothing_of_another_brand(house: &House) {
    let shop = house.shop().await;
    let other = house.shop_called("other").await;
    let rows: Vec<_> =
        (0..5).map(|n| customer(house, named(&format!("C-{n}"), "same@example.com"))).collect();
    house.store.file_customers(shop.brand.id, &rows, Keep::Yes, at(10)).await.unwrap();
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = house.store.export_customers(shop.brand.id, after, at(0), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.customer.id);
        seen.extend(page.into_iter().filter_map(|row| row.customer.external_id));
    }
    assert_eq!(seen, ["C-0", "C-1", "C-2", "C-3", "C-4"]);
    let empty = async |brand, since: Timestamp| {
        house.store.export_customers(brand, None, since, 9).await.unwrap().is_empty()
    };
    assert!(empty(other.brand.id, at(0)).await);
    assert!(empty(shop.brand.id, at(11)).await, "nobody changed since");
}

pub(crate) async fn a_conversation_is_exported_with_what_was_said_and_decided(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
    let turn = house.answers(node, &claim, 10);
    lara_core::ports::Lanes::commit(&house.store, vec![turn]).await.unwrap();
    let page = house.store.export_conversations(shop.brand.id, None, at(0), 10).await.unwrap();
    let [conversation] = page.as_slice() else { panic!("one conversation") };
    let authors: Vec<_> = conversation.messages.iter().map(|message| message.author.as_str()).collect();
    assert_eq!(authors, ["customer", "bot"]);
    assert_eq!(conversation.decisions.len(), 1);
    assert!(
        house
            .store
            .export_conversations(shop.brand.id, Some(conversation.id), at(0), 10)
            .await
            .unwrap()
            .is_empty()
    );
}
