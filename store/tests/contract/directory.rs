//! People and what they bought.

use crate::house::House;
use crate::make::{LEASE, Shop, at, lan};
use lara_core::model::{
    Address, AddressId, CustomerId, Level, Order, OrderId, OrderItem, OrderStatus, Owner, Preference,
    Priority, Product, ProductId, Return, ReturnId, ReturnStatus,
};
use lara_core::ports::{
    ChangeKind, Changes as _, Desk as _, Directory as _, Imported, Lanes as _, OrderRef, OrderRow,
    Outbox as _, Person, ReturnRow,
};

async fn tie(house: &House, shop: &Shop, external: &str, person: &Person, level: Level) -> Address {
    let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
    house.store.tie(&shop.web, external, person, level, ids, at(0)).await.unwrap()
}

fn minh() -> Person {
    Person { external_id: Some("C-2".to_owned()), name: Some("Minh".to_owned()), ..Person::default() }
}

pub(crate) async fn a_signed_person_is_made_once_and_tied(house: &House) {
    let shop = house.shop().await;
    let first = tie(house, &shop, "lan-phone", &lan(), Level::Verified).await;
    let second = tie(house, &shop, "lan-laptop", &lan(), Level::Verified).await;

    assert_eq!(first.level, Level::Verified);
    assert!(first.customer.is_some());
    assert_eq!(second.customer, first.customer);
    assert_ne!(second.id, first.id);
    assert_eq!(house.peek().await.texts("SELECT folded FROM customers").await, ["nguyen thi lan"]);
}

pub(crate) async fn the_same_word_again_writes_nothing(house: &House) {
    let shop = house.shop().await;
    let first = tie(house, &shop, "lan", &lan(), Level::Verified).await;
    let number = house.store.last_change().await.unwrap();
    let short = Person { external_id: Some("C-1".to_owned()), ..Person::default() };
    assert_eq!(tie(house, &shop, "lan", &lan(), Level::Verified).await, first);
    assert_eq!(tie(house, &shop, "lan", &short, Level::Claimed).await, first, "the higher level stays");
    assert_eq!(house.store.last_change().await.unwrap(), number);
}

pub(crate) async fn a_tie_makes_prepared_replies_stale(house: &House) {
    let shop = house.shop().await;
    let heard = house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    let rev = async || house.store.conversation(heard.conversation).await.unwrap().unwrap().0.rev;
    let before = rev().await;
    let claimed = tie(house, &shop, "lan", &lan(), Level::Claimed).await;
    assert_eq!((claimed.id, claimed.level), (heard.address, Level::Claimed));
    assert_eq!(rev().await, before + 1);
    let verified = tie(house, &shop, "lan", &lan(), Level::Verified).await;
    assert_eq!((verified.customer, verified.level), (claimed.customer, Level::Verified));
    assert_eq!(rev().await, before + 2);
}

pub(crate) async fn a_weaker_word_takes_nobodys_address(house: &House) {
    let shop = house.shop().await;
    let proven = tie(house, &shop, "phone", &lan(), Level::Verified).await;
    let said = tie(house, &shop, "phone", &minh(), Level::Claimed).await;
    assert_eq!(said, proven);
    let moved = tie(house, &shop, "phone", &minh(), Level::Verified).await;
    assert_ne!(moved.customer, proven.customer, "an equal proof moves it");
}

pub(crate) async fn another_persons_conversation_ends_with_them(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let ids = || (AddressId::new(house.id()), CustomerId::new(house.id()));
    house.store.tie(&shop.push, "phone", &lan(), Level::Verified, ids(), at(0)).await.unwrap();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "phone", "m1", 1)).await;
    let turn = house.escalating(house.answers(node, &claim, 2), Priority::High, 5, 900);
    house.store.commit(vec![turn]).await.unwrap();

    house.store.tie(&shop.push, "phone", &minh(), Level::Verified, ids(), at(3)).await.unwrap();
    let (left, _) = house.store.conversation(claim.conversation.id).await.unwrap().unwrap();
    assert_eq!(left.owner, Owner::Closed);
    assert!(house.store.claim_sends(node, at(9), LEASE, 64).await.unwrap().is_empty(), "it was for Lan");
    assert_eq!(house.number("SELECT COUNT(*) FROM escalations WHERE state <> 'resolved'").await, 0);
    let next = house.hears(house.says(&shop.push, "phone", "m2", 10)).await;
    assert_ne!(next.conversation, claim.conversation.id);
}

pub(crate) async fn a_person_is_found_by_email_when_the_shop_gave_no_id(house: &House) {
    let shop = house.shop().await;
    let known = tie(house, &shop, "lan", &lan(), Level::Verified).await;
    let by_email = Person { email: lan().email, ..Person::default() };
    assert_eq!(tie(house, &shop, "mail", &by_email, Level::Claimed).await.customer, known.customer);
    let namesake = Person { external_id: Some("C-9".to_owned()), email: lan().email, ..Person::default() };
    assert_ne!(tie(house, &shop, "other", &namesake, Level::Verified).await.customer, known.customer);
    let found = house.store.customer_by_email(shop.brand.id, "lan@example.com").await.unwrap().unwrap();
    assert_eq!(Some(found.id), known.customer);
    assert_eq!(house.store.customer_by_email(shop.brand.id, "mai@example.com").await.unwrap(), None);
}

pub(crate) async fn customers_are_imported_by_the_shops_id(house: &House) {
    let shop = house.shop().await;
    let size = |value: &str| vec![Preference::imported("size", value)];
    let mail = Person { email: Some("mai@example.com".to_owned()), ..Person::default() };
    let rows = |name: &str, likes: &str| {
        let id = || CustomerId::new(house.id());
        let renamed = Person { name: Some(name.to_owned()), ..minh() };
        vec![(id(), lan(), size("M")), (id(), renamed, size(likes)), (id(), mail.clone(), Vec::new())]
    };
    let put = async |rows| house.store.put_customers(shop.brand.id, rows, at(0)).await.unwrap();
    assert_eq!(put(rows("Minh", "L")).await, Imported { added: 3, changed: 0, unchanged: 0 });
    assert_eq!(put(rows("Minh", "L")).await, Imported { added: 0, changed: 0, unchanged: 3 });
    assert_eq!(put(rows("Đặng Minh", "XL")).await, Imported { added: 0, changed: 1, unchanged: 2 });
    let folded = house.peek().await.texts("SELECT folded FROM customers WHERE external_id = 'C-2'").await;
    assert_eq!(folded, ["dang minh"]);
    let nameless = Person { name: None, ..lan() };
    put(vec![(CustomerId::new(house.id()), nameless, Vec::new())]).await;
    let kept = house.store.customer_by_email(shop.brand.id, "lan@example.com").await.unwrap().unwrap();
    assert_eq!(kept.name, lan().name, "an empty cell forgets nothing");
}

fn order(house: &House, shop: &Shop, number: &str, status: OrderStatus, customer: &str) -> OrderRow {
    let order = Order {
        id: OrderId::new(house.id()),
        brand: shop.brand.id,
        customer: CustomerId::new(house.id()),
        number: number.to_owned(),
        status,
        ordered_at: at(0),
        due_at: None,
        currency: "VND".to_owned(),
        total_minor: 350_000,
        items: vec![OrderItem { name: "Trà sen".to_owned(), quantity: 1, sku: Some("TS-1".to_owned()) }],
        tracking_url: None,
        shipment: lara_core::model::Shipment::default(),
    };
    OrderRow::imported(order, customer)
}

pub(crate) async fn orders_of_unknown_customers_are_named(house: &House) {
    let shop = house.shop().await;
    let people = vec![(CustomerId::new(house.id()), lan(), Vec::new())];
    house.store.put_customers(shop.brand.id, people, at(0)).await.unwrap();
    let rows = |status| {
        vec![
            order(house, &shop, "MH-1", status, "C-1"),
            order(house, &shop, "MH-2", OrderStatus::Placed, "C-404"),
            order(house, &shop, "MH-3", OrderStatus::Placed, "C-1"),
        ]
    };
    let put = async |rows| house.store.put_orders(shop.brand.id, rows, at(0)).await.unwrap();
    let counts = |added, changed, unchanged| Imported { added, changed, unchanged };
    assert_eq!(put(rows(OrderStatus::Placed)).await, (counts(2, 0, 0), vec![1]));
    assert_eq!(put(rows(OrderStatus::Shipped)).await, (counts(0, 1, 1), vec![1]));
}

pub(crate) async fn nobody_erased_gets_an_order(house: &House) {
    let shop = house.shop().await;
    let known = tie(house, &shop, "lan", &lan(), Level::Verified).await.customer.unwrap();
    let bought = |customer| {
        let row = order(house, &shop, "MH-9", OrderStatus::Placed, "");
        vec![OrderRow { buyer: lara_core::ports::Buyer::Known(customer), ..row }]
    };
    let put = async |rows| house.store.put_orders(shop.brand.id, rows, at(9)).await.unwrap().1;
    assert_eq!(put(bought(CustomerId::new(house.id()))).await, [0], "nobody the brand knows");
    house.peek().await.run(&format!("UPDATE customers SET erased_at = 1 WHERE id = '{known}'")).await;
    assert_eq!(put(bought(known)).await, [0]);
    assert_eq!(house.number("SELECT COUNT(*) FROM orders").await, 0);
}

pub(crate) async fn products_are_imported_by_stock_keeping_unit(house: &House) {
    let shop = house.shop().await;
    let product = |sku: &str, name: &str, stock| Product {
        id: ProductId::new(house.id()),
        brand: shop.brand.id,
        sku: sku.to_owned(),
        name: name.to_owned(),
        category: None,
        price_minor: 120_000,
        currency: "VND".to_owned(),
        stock,
        url: None,
        description: None,
    };
    let put = async |rows| house.store.put_products(shop.brand.id, rows, at(0)).await.unwrap();
    let rows = vec![product("B", "Bánh cốm", None), product("A", "Trà sen", Some(3))];
    assert_eq!(put(rows).await, Imported { added: 2, changed: 0, unchanged: 0 });
    let rows = vec![product("B", "Bánh cốm", None), product("A", "Trà sen", Some(2))];
    assert_eq!(put(rows).await, Imported { added: 0, changed: 1, unchanged: 1 });
    let listed = house.store.products(shop.brand.id, 10).await.unwrap();
    assert_eq!(
        listed.iter().map(|p| (p.sku.as_str(), p.stock)).collect::<Vec<_>>(),
        [("B", None), ("A", Some(2))]
    );
    assert_eq!(house.store.products(shop.brand.id, 1).await.unwrap().len(), 1);
}

pub(crate) async fn a_profile_is_what_is_known(house: &House) {
    let shop = house.shop().await;
    let other = house.shop_called("other").await;
    let id = CustomerId::new(house.id());
    let likes = vec![Preference::imported("size", "M")];
    house.store.put_customers(shop.brand.id, vec![(id, lan(), likes.clone())], at(0)).await.unwrap();
    let rows = vec![order(house, &shop, "MH-1", OrderStatus::Shipped, "C-1")];
    house.store.put_orders(shop.brand.id, rows, at(0)).await.unwrap();

    let (customer, orders, preferences) = house.store.profile(shop.brand.id, id).await.unwrap().unwrap();
    assert_eq!(customer.name, lan().name);
    assert_eq!(orders[0].customer, id);
    assert_eq!(
        preferences,
        likes.into_iter().map(|like| Preference { at: at(0), ..like }).collect::<Vec<_>>()
    );
    assert_eq!(house.store.profile(other.brand.id, id).await.unwrap(), None, "another brand knows nobody");
}

fn back(
    house: &House,
    shop: &Shop,
    order: &str,
    external: &str,
    status: ReturnStatus,
    when: i64,
) -> ReturnRow {
    let back = Return {
        id: ReturnId::new(house.id()),
        brand: shop.brand.id,
        order: OrderId::new(house.id()),
        external: external.to_owned(),
        status,
        reason: None,
        items: vec![OrderItem { name: "Trà sen".to_owned(), quantity: 1, sku: None }],
        amount_minor: (status == ReturnStatus::Refunded).then_some(350_000),
        asked_at: at(0),
    };
    ReturnRow { back, of: OrderRef::Number(order.to_owned()), changed_at: Some(at(when)) }
}

pub(crate) async fn a_return_goes_on_and_never_back(house: &House) {
    let shop = house.shop().await;
    let other = house.shop_called("other").await;
    let id = CustomerId::new(house.id());
    house.store.put_customers(shop.brand.id, vec![(id, lan(), Vec::new())], at(0)).await.unwrap();
    let rows = vec![order(house, &shop, "MH-1", OrderStatus::Delivered, "C-1")];
    house.store.put_orders(shop.brand.id, rows, at(0)).await.unwrap();
    let put = async |row| house.store.put_returns(shop.brand.id, vec![row], at(9)).await.unwrap();
    let counts = |added, changed, unchanged| Imported { added, changed, unchanged };

    let unknown = back(house, &shop, "MH-404", "R-9", ReturnStatus::Asked, 1);
    assert_eq!(put(unknown).await, (counts(0, 0, 0), vec![0]));
    assert_eq!(put(back(house, &shop, "MH-1", "R-1", ReturnStatus::Asked, 1)).await.0, counts(1, 0, 0));
    assert_eq!(put(back(house, &shop, "MH-1", "R-1", ReturnStatus::Refunded, 5)).await.0, counts(0, 1, 0));
    assert_eq!(put(back(house, &shop, "MH-1", "R-1", ReturnStatus::Refunded, 6)).await.0, counts(0, 0, 1));
    let late = back(house, &shop, "MH-1", "R-1", ReturnStatus::Received, 4);
    assert_eq!(put(late).await.0, counts(0, 0, 1), "what is older changes nothing");

    let known = house.store.returns_of(shop.brand.id, id).await.unwrap();
    assert_eq!(known.len(), 1);
    assert_eq!((known[0].status, known[0].amount_minor), (ReturnStatus::Refunded, Some(350_000)));
    assert_eq!(known[0].items[0].name, "Trà sen");
    assert!(house.store.returns_of(other.brand.id, id).await.unwrap().is_empty(), "another brand's");
}

pub(crate) async fn a_changed_order_is_told_of_its_buyer_and_makes_replies_stale(house: &House) {
    let shop = house.shop().await;
    let id = CustomerId::new(house.id());
    house.store.put_customers(shop.brand.id, vec![(id, lan(), Vec::new())], at(0)).await.unwrap();
    let rev =
        async || house.store.customer_by_email(shop.brand.id, "lan@example.com").await.unwrap().unwrap().rev;
    let put = async |status| {
        let rows = vec![order(house, &shop, "MH-1", status, "C-1")];
        house.store.put_orders(shop.brand.id, rows, at(0)).await.unwrap();
    };
    put(OrderStatus::Placed).await;
    let (before, number) = (rev().await, house.store.last_change().await.unwrap());
    put(OrderStatus::Placed).await;
    assert_eq!((rev().await, house.store.last_change().await.unwrap()), (before, number), "nothing new");
    put(OrderStatus::Shipped).await;
    assert_eq!(rev().await, before + 1);
    let told = house.store.changes(number).await.unwrap();
    assert_eq!(
        told.iter().map(|told| (told.kind, told.key)).collect::<Vec<_>>(),
        [(ChangeKind::Customer, id.get())]
    );
}

pub(crate) async fn a_file_of_orders_is_not_told_row_by_row(house: &House) {
    let shop = house.shop().await;
    house
        .store
        .put_customers(shop.brand.id, vec![(CustomerId::new(house.id()), lan(), Vec::new())], at(0))
        .await
        .unwrap();
    let number = house.store.last_change().await.unwrap();
    let rows =
        (0..200).map(|n| order(house, &shop, &format!("MH-{n}"), OrderStatus::Placed, "C-1")).collect();
    house.store.put_orders(shop.brand.id, rows, at(0)).await.unwrap();
    assert_eq!(house.store.last_change().await.unwrap(), number);
}
