//! Shop systems and what they tell.

use crate::house::House;
use crate::make::{Shop as Brand, at, lan};
use lara_core::model::{
    BrandId, CustomerId, ErasureId, Likeness, Order, OrderItem, OrderStatus, ReturnStatus, Secrets, Shipment,
    Shop, ShopId, ShopKind,
};
use lara_core::ports::{
    ChangeKind, Changes as _, Directory as _, ErasedBy, Identity as _, Ids, NewInbound, OrderRow, Person,
    Privacy as _, Proof, Saved, ShopChange, ShopEvent, ShopNews, ShopOrder, ShopOutcome, ShopParcel,
    ShopReturn, Shops as _,
};
use lara_store::{Store, Vault};
use secrecy::{ExposeSecret as _, SecretString};

/// The ids of a house.
struct HouseIds<'a>(&'a House);

impl Ids for HouseIds<'_> {
    fn next(&self) -> uuid::Uuid {
        self.0.id()
    }

    fn secret(&self) -> u64 {
        7
    }
}

fn secret(text: &str) -> Secrets {
    [(Shop::SECRET, SecretString::from(text.to_owned()))].into_iter().collect()
}

fn system(house: &House, brand: BrandId, name: &str, prefix: &str) -> Shop {
    Shop {
        id: ShopId::new(house.id()),
        brand,
        kind: ShopKind::Shopify,
        name: name.to_owned(),
        secrets: secret("shpss_a_long_secret"),
        prefix: prefix.to_owned(),
        paused_at: None,
        last_event_at: None,
        last_error: None,
        last_error_at: None,
        created_at: at(0),
    }
}

/// The store, able to seal, and a brand's shop system.
async fn opened(house: &House) -> (Store, Brand, Shop) {
    let (store, brand) = (house.store.clone().with_vault(Vault::new(&[7; 32])), house.shop().await);
    let shop = system(house, brand.brand.id, "main", "");
    assert_eq!(store.add_shop(&shop).await.unwrap(), Saved::Done);
    (store, brand, shop)
}

fn order(id: &str, number: &str, status: OrderStatus, when: i64) -> ShopOrder {
    ShopOrder {
        id: id.to_owned(),
        number: number.to_owned(),
        buyer: Person { language: None, ..lan() },
        status,
        ordered_at: at(0),
        changed_at: at(when),
        currency: "VND".to_owned(),
        total_minor: 350_000,
        items: vec![OrderItem { name: "Trà sen".to_owned(), quantity: 1, sku: Some("TS-1".to_owned()) }],
        tracking_url: None,
        shipment: Shipment::default(),
    }
}

fn told(name: &str, changes: Vec<ShopChange>) -> ShopEvent {
    ShopEvent {
        external: name.to_owned(),
        topic: "orders/updated".to_owned(),
        news: ShopNews::Changes(changes),
    }
}

fn of(order: ShopOrder) -> ShopChange {
    ShopChange::Order(Box::new(order))
}

/// What the store knows of Lan's orders.
async fn orders(store: &Store, brand: BrandId) -> Vec<Order> {
    let Some(lan) = store.customer_by_email(brand, "lan@example.com").await.unwrap() else {
        return Vec::new();
    };
    store.profile(brand, lan.id).await.unwrap().unwrap().1
}

pub(crate) async fn a_shop_system_keeps_its_secret_sealed(house: &House) {
    let (store, brand, shop) = opened(house).await;
    assert_eq!(store.add_shop(&system(house, brand.brand.id, "main", "")).await.unwrap(), Saved::Taken);
    let stored = house.peek().await.texts("SELECT secret FROM shops").await;
    assert!(!stored[0].contains("shpss"));
    let opened = store.shop(shop.id).await.unwrap().unwrap();
    assert_eq!(opened.secrets.get(Shop::SECRET).unwrap().expose_secret(), "shpss_a_long_secret");
    let other = house.store.clone().with_vault(Vault::new(&[8; 32]));
    assert!(other.shop(shop.id).await.unwrap().unwrap().secrets.are_locked());

    store.note_shop_error(shop.id, "signature_wrong", at(5)).await.unwrap();
    assert_eq!(store.shops(None).await.unwrap()[0].last_error.as_deref(), Some("signature_wrong"));
    store.note_shop_error(shop.id, "signature_wrong", at(50_000)).await.unwrap();
    assert_eq!(store.shop(shop.id).await.unwrap().unwrap().last_error_at, Some(at(5)), "once a minute");
    store.set_shop_secret(shop.id, &secret("another secret")).await.unwrap();
    store.pause_shop(shop.id, Some(at(9))).await.unwrap();
    let changed = store.shops(Some(brand.brand.id)).await.unwrap().remove(0);
    assert_eq!(changed.secrets.get(Shop::SECRET).unwrap().expose_secret(), "another secret");
    assert_eq!((changed.last_error, changed.paused_at), (None, Some(at(9))));
    store.remove_shop(shop.id).await.unwrap();
    assert!(store.shop(shop.id).await.unwrap().is_none());
}

pub(crate) async fn an_order_that_is_told_is_there_once(house: &House) {
    let (store, brand, shop) = opened(house).await;
    let brand = brand.brand.id;
    let take = async |event: &ShopEvent| {
        store.take_shop_event(&shop, event, &HouseIds(house), at(10)).await.unwrap()
    };
    let first = told("e1", vec![of(order("77", "1001", OrderStatus::Packing, 1))]);
    assert_eq!(take(&first).await, ShopOutcome::Taken);
    let known = orders(&store, brand).await;
    assert_eq!((known[0].number.as_str(), known[0].status), ("1001", OrderStatus::Packing));
    assert_eq!(store.shop(shop.id).await.unwrap().unwrap().last_event_at, Some(at(10)));

    let (number, rev) = (store.last_change().await.unwrap(), async || {
        store.customer_by_email(brand, "lan@example.com").await.unwrap().unwrap().rev
    });
    let before = rev().await;
    let again = told("e1", vec![of(order("77", "1001", OrderStatus::Cancelled, 9))]);
    assert_eq!(take(&again).await, ShopOutcome::Replayed, "whatever it says now");
    let same = told("e2", vec![of(order("77", "1001", OrderStatus::Packing, 1))]);
    assert_eq!(take(&same).await, ShopOutcome::Taken);
    assert_eq!((store.last_change().await.unwrap(), rev().await), (number, before), "nothing moved");

    assert_eq!(
        take(&told("e3", vec![of(order("77", "1001", OrderStatus::Shipped, 5))])).await,
        ShopOutcome::Taken
    );
    assert_eq!(rev().await, before + 1, "what is being prepared is stale");
    let told_of = store.changes(number).await.unwrap();
    assert_eq!(told_of.iter().map(|told| told.kind).collect::<Vec<_>>(), [ChangeKind::Customer]);
    let late = told("e4", vec![of(order("77", "1001", OrderStatus::Packing, 4))]);
    assert_eq!(take(&late).await, ShopOutcome::Ignored("older"));
    assert_eq!(orders(&store, brand).await[0].status, OrderStatus::Shipped);
}

pub(crate) async fn nothing_of_an_event_that_is_refused_is_stored(house: &House) {
    let (store, brand, shop) = opened(house).await;
    let brand = brand.brand.id;
    let nobody = ShopOrder { buyer: Person::default(), ..order("78", "1002", OrderStatus::Placed, 1) };
    let event = told("e1", vec![of(order("77", "1001", OrderStatus::Placed, 1)), of(nobody)]);
    let take = async |shop: &Shop, event: &ShopEvent| {
        store.take_shop_event(shop, event, &HouseIds(house), at(10)).await.unwrap()
    };
    assert_eq!(take(&shop, &event).await, ShopOutcome::Refused("order_without_customer"));
    assert!(orders(&store, brand).await.is_empty());
    assert_eq!(take(&shop, &event).await, ShopOutcome::Replayed);
    let refused = store.shop_refusals(at(0)).await.unwrap();
    assert_eq!((refused[0].reason.as_str(), refused[0].count), ("order_without_customer", 1));
    assert!(store.shop_refusals(at(11)).await.unwrap().is_empty());

    // Two systems of one brand: neither takes a number from the other, nor a customer.
    let second = system(house, brand, "second", "second-");
    store.add_shop(&second).await.unwrap();
    take(&shop, &told("e2", vec![of(order("77", "1001", OrderStatus::Placed, 1))])).await;
    let theirs = told("e2", vec![of(order("77", "1001", OrderStatus::Placed, 1))]);
    assert_eq!(take(&second, &theirs).await, ShopOutcome::Refused("order_number_taken"));
    let minh = Person { email: None, ..lan() };
    take(&second, &told("e3", vec![ShopChange::Person(minh)])).await;
    let ids = house.peek().await.texts("SELECT external_id FROM customers ORDER BY external_id").await;
    assert_eq!(ids, ["C-1", "second-C-1"]);
    assert_eq!(store.prune_shop_events(at(11)).await.unwrap(), 4);
}

pub(crate) async fn an_order_keeps_what_others_told_of_it_and_its_buyer(house: &House) {
    let (store, brand, shop) = opened(house).await;
    let brand = brand.brand.id;
    let id = CustomerId::new(house.id());
    store.put_customers(brand, vec![(id, lan(), Vec::new())], at(0)).await.unwrap();
    let promised = Order {
        id: lara_core::model::OrderId::new(house.id()),
        brand,
        customer: id,
        number: "1001".to_owned(),
        status: OrderStatus::Placed,
        ordered_at: at(0),
        due_at: Some(at(900)),
        currency: "VND".to_owned(),
        total_minor: 1,
        items: Vec::new(),
        tracking_url: None,
        shipment: Shipment::default(),
    };
    store.put_orders(brand, vec![OrderRow::imported(promised, "C-1")], at(0)).await.unwrap();
    let gift = Person { name: Some("Mẹ Lan".to_owned()), phone: Some("0909".to_owned()), ..lan() };
    let event =
        told("e1", vec![of(ShopOrder { buyer: gift, ..order("77", "1001", OrderStatus::Shipped, 1) })]);
    store.take_shop_event(&shop, &event, &HouseIds(house), at(10)).await.unwrap();
    let (customer, orders, _) = store.profile(brand, id).await.unwrap().unwrap();
    assert_eq!(
        (customer.name, customer.phone),
        (lan().name, lan().phone),
        "a name on an order changes nobody"
    );
    assert_eq!((orders[0].status, orders[0].due_at), (OrderStatus::Shipped, Some(at(900))));

    // A guest with a phone alone stays one customer, however often the order is told.
    let guest = Person { phone: Some("0911 111 111".to_owned()), ..Person::default() };
    for (when, status) in [(1, OrderStatus::Placed), (2, OrderStatus::Packing), (3, OrderStatus::Shipped)] {
        let order = ShopOrder { buyer: guest.clone(), ..order("78", "1002", status, when) };
        let event = told(&format!("g{when}"), vec![of(order)]);
        store.take_shop_event(&shop, &event, &HouseIds(house), at(10)).await.unwrap();
    }
    assert_eq!(house.number("SELECT COUNT(*) FROM customers").await, 2);
}

/// Anybody may order with somebody else's e-mail.
pub(crate) async fn a_guest_order_with_somebodys_email_is_not_theirs(house: &House) {
    let (store, brand, shop) = opened(house).await;
    let victim = CustomerId::new(house.id());
    store.put_customers(brand.brand.id, vec![(victim, lan(), Vec::new())], at(0)).await.unwrap();
    let guest = Person { external_id: None, phone: Some("0999 888 777".to_owned()), ..lan() };
    for (name, id, number) in [("g1", "80", "6666"), ("g2", "81", "6667")] {
        let order = ShopOrder { buyer: guest.clone(), ..order(id, number, OrderStatus::Placed, 1) };
        let event = told(name, vec![of(order)]);
        store.take_shop_event(&shop, &event, &HouseIds(house), at(10)).await.unwrap();
    }
    assert!(store.profile(brand.brand.id, victim).await.unwrap().unwrap().1.is_empty());
    assert_eq!(house.number("SELECT COUNT(*) FROM customers").await, 2, "the very same guest is one");
    let open = store.suggestions_of(brand.brand.id, victim).await.unwrap();
    assert_eq!(open.iter().map(|one| one.evidence.clone()).collect::<Vec<_>>(), [[Likeness::SameEmail]]);

    let node = house.node();
    let says = NewInbound {
        text: "don 6666 email lan@example.com".to_owned(),
        ..house.says(&brand.web, "attacker", "m1", 20)
    };
    let claim = house.heard_and_claimed(node, says).await;
    let Proof::Order { person, .. } = claim.memory.proof else { panic!() };
    assert_ne!(person.id, victim, "they have proven to be the guest they were");
    // Who registers with the e-mail later is not the guest either.
    let new = Person { external_id: Some("C-9".to_owned()), phone: None, ..lan() };
    let later = store.put_person(brand.brand.id, CustomerId::new(house.id()), &new, at(30)).await.unwrap();
    assert!(later != person.id && later != victim);
}

pub(crate) async fn parcels_and_returns_find_their_order(house: &House) {
    let (store, brand, shop) = opened(house).await;
    let brand = brand.brand.id;
    let take = async |name: &str, change| {
        store.take_shop_event(&shop, &told(name, vec![change]), &HouseIds(house), at(10)).await.unwrap()
    };
    let parcel = |status, when| {
        let shipment = Shipment { carrier: Some("GHN".to_owned()), ..Shipment::default() };
        let order = "77".to_owned();
        ShopChange::Parcel(ShopParcel { order, status, tracking_url: None, shipment, changed_at: at(when) })
    };
    assert_eq!(take("p0", parcel(OrderStatus::Shipped, 2)).await, ShopOutcome::Ignored("order_unknown"));
    take("o1", of(order("77", "1001", OrderStatus::Packing, 1))).await;
    assert_eq!(take("p1", parcel(OrderStatus::Delivered, 3)).await, ShopOutcome::Taken);
    assert_eq!(take("p2", parcel(OrderStatus::Shipped, 2)).await, ShopOutcome::Ignored("nothing_new"));
    let known = orders(&store, brand).await.remove(0);
    assert_eq!((known.status, known.shipment.carrier.as_deref()), (OrderStatus::Delivered, Some("GHN")));

    let back = ShopReturn {
        id: "refund-9".to_owned(),
        order: "77".to_owned(),
        status: ReturnStatus::Refunded,
        reason: None,
        items: Vec::new(),
        amount_minor: Some(5),
        asked_at: at(4),
        changed_at: at(4),
    };
    assert_eq!(take("r1", ShopChange::Return(back)).await, ShopOutcome::Taken);
    let returns = store.returns_of(brand, known.customer).await.unwrap();
    assert_eq!((returns[0].order, returns[0].external.as_str()), (known.id, "shopify:refund-9"));
    // What has arrived is not undone by a shop that clears its books.
    assert_eq!(take("d1", ShopChange::Gone("77".to_owned())).await, ShopOutcome::Ignored("nothing_new"));
}

pub(crate) async fn whom_their_shop_wants_forgotten_is_erased_once(house: &House) {
    let (store, brand, shop) = opened(house).await;
    let brand = brand.brand.id;
    let second = system(house, brand, "second", "second-");
    store.add_shop(&second).await.unwrap();
    let take = async |shop: &Shop, event: &ShopEvent| {
        store.take_shop_event(shop, event, &HouseIds(house), at(10)).await.unwrap()
    };
    let wish = |name: &str| ShopEvent {
        external: name.to_owned(),
        topic: "customers/redact".to_owned(),
        news: ShopNews::Erase("C-1".to_owned()),
    };
    let comes = |name: &str| told(name, vec![of(order("77", "1001", OrderStatus::Packing, 1))]);
    take(&shop, &comes("o1")).await;
    assert_eq!(take(&second, &wish("w0")).await, ShopOutcome::Ignored("customer_unknown"), "another C-1");
    assert_eq!(orders(&store, brand).await.len(), 1);
    assert_eq!(take(&shop, &wish("w1")).await, ShopOutcome::Taken);
    assert!(orders(&store, brand).await.is_empty());
    let mut peek = house.peek().await;
    assert_eq!(peek.texts("SELECT by_whom FROM erasures").await, ["shop"]);
    assert!(peek.texts("SELECT external_id FROM customers WHERE external_id IS NOT NULL").await.is_empty());

    // They come back as somebody new: what was wished before is not wished again.
    take(&shop, &told("p1", vec![ShopChange::Person(lan())])).await;
    assert_eq!(take(&shop, &wish("w1")).await, ShopOutcome::Replayed);
    let lan = store.customer_by_email(brand, "lan@example.com").await.unwrap().unwrap();

    // A crash after the erasure and before the mark: told again, nobody is left, and that is marked.
    let id = ErasureId::new(house.id());
    store.erase(brand, lan.id, ErasedBy::Shop, id, at(11)).await.unwrap().unwrap();
    assert_eq!(take(&shop, &wish("w2")).await, ShopOutcome::Ignored("customer_unknown"));
    assert_eq!(take(&shop, &wish("w2")).await, ShopOutcome::Replayed);
    assert_eq!(house.number("SELECT COUNT(*) FROM erasures").await, 2);
}

pub(crate) async fn a_shop_brings_no_erased_order_back(house: &House) {
    let (store, brand, shop) = opened(house).await;
    let brand = brand.brand.id;
    let take = async |name: &str, change| {
        store.take_shop_event(&shop, &told(name, vec![change]), &HouseIds(house), at(10)).await.unwrap()
    };
    take("o1", of(order("77", "1001", OrderStatus::Packing, 1))).await;
    let lan = orders(&store, brand).await.remove(0).customer;
    // Tries to prove her order: by its number, and the first half of the SHA-256 of her e-mail.
    let ids = [house.id(), house.id()];
    let tries = format!(
        "INSERT INTO proof_tries (id, brand_id, subject, kind, succeeded, at) VALUES
            ('{}', '{brand}', 'number:1001', 'order', FALSE, 1),
            ('{}', '{brand}', 'contact:73a6c858deff3ab5702ea7c38b0031b9', 'order', FALSE, 1);",
        ids[0], ids[1]
    );
    house.peek().await.run(&tries).await;
    store.erase(brand, lan, ErasedBy::Cli, ErasureId::new(house.id()), at(2)).await.unwrap().unwrap();
    assert_eq!(house.number("SELECT COUNT(*) FROM proof_tries").await, 0);

    let all =
        "SELECT number || status || COALESCE(tracking_url, '') || COALESCE(tracking_number, '') FROM orders";
    let before = house.peek().await.texts(all).await;
    let parcel = ShopParcel {
        order: "77".to_owned(),
        status: OrderStatus::Delivered,
        tracking_url: Some("https://carrier.test/1001".to_owned()),
        shipment: Shipment { number: Some("GHN-1001".to_owned()), ..Shipment::default() },
        changed_at: at(5),
    };
    let back = ShopReturn {
        id: "refund-9".to_owned(),
        order: "77".to_owned(),
        status: ReturnStatus::Refunded,
        reason: Some("lan@example.com".to_owned()),
        items: Vec::new(),
        amount_minor: Some(5),
        asked_at: at(4),
        changed_at: at(5),
    };
    let late = [
        of(order("77", "1001", OrderStatus::Delivered, 5)),
        ShopChange::Parcel(parcel),
        ShopChange::Return(back),
        ShopChange::Gone("77".to_owned()),
    ];
    for (n, change) in late.into_iter().enumerate() {
        assert_eq!(take(&format!("late{n}"), change).await, ShopOutcome::Ignored("erased"), "{n}");
    }
    assert_eq!(house.peek().await.texts(all).await, before);
    assert_eq!(house.number("SELECT COUNT(*) FROM returns").await, 0);
}

pub(crate) async fn what_a_shop_cannot_mean_is_not_believed(house: &House) {
    let (store, brand, shop) = opened(house).await;
    let brand = brand.brand.id;
    let take = async |name: &str, order| {
        store.take_shop_event(&shop, &told(name, vec![of(order)]), &HouseIds(house), at(10)).await.unwrap()
    };
    let rich = ShopOrder { total_minor: i64::MAX, ..order("76", "1000", OrderStatus::Placed, 1) };
    assert_eq!(take("o0", rich).await, ShopOutcome::Refused("amount_too_large"));
    take("o1", order("77", "1001", OrderStatus::Delivered, 1)).await;
    take("o2", order("77", "1001", OrderStatus::Shipped, 2)).await;
    assert_eq!(orders(&store, brand).await[0].status, OrderStatus::Delivered, "it has arrived");
    // Told of the far future, it is the last that is taken for five minutes, not for ever.
    take("o3", order("77", "1001", OrderStatus::Delivered, 9_000_000_000)).await;
    take("o4", order("77", "1001", OrderStatus::Returned, 10 + 300_000)).await;
    assert_eq!(orders(&store, brand).await[0].status, OrderStatus::Returned);
}
