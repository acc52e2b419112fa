//! What the pages read of persons.

use crate::house::{House, Peek};
use crate::make::{Shop, at, lan};
use lara_core::model::{
    AddressId, CustomerId, Level, Order, OrderId, OrderItem, OrderStatus, Shipment, Timestamp,
};
use lara_core::ports::{Act, Directory as _, Identity as _, Joined, OrderRow, Person};
use lara_store::pages::{FoundPeople, Why};
use lara_store::sql;

async fn known(house: &House, shop: &Shop, name: &str, external: &str, phone: &str) -> CustomerId {
    let person = Person {
        external_id: Some(external.to_owned()),
        name: Some(name.to_owned()),
        phone: Some(phone.to_owned()),
        ..Person::default()
    };
    let id = CustomerId::new(house.id());
    house.store.put_customers(shop.brand.id, vec![(id, person, Vec::new())], at(0)).await.unwrap();
    id
}

async fn bought(
    house: &House,
    shop: &Shop,
    external: &str,
    number: &str,
    status: OrderStatus,
    when: Timestamp,
) {
    let order = Order {
        id: OrderId::new(house.id()),
        brand: shop.brand.id,
        customer: CustomerId::new(house.id()),
        number: number.to_owned(),
        status,
        ordered_at: when,
        due_at: None,
        currency: "VND".to_owned(),
        total_minor: 100_000,
        items: vec![OrderItem { name: "Trà sen".to_owned(), quantity: 1, sku: None }],
        tracking_url: None,
        shipment: Shipment::default(),
    };
    let rows = vec![OrderRow::imported(order, external)];
    house.store.put_orders(shop.brand.id, rows, at(0)).await.unwrap();
}

async fn merged(house: &House, shop: &Shop, into: CustomerId, other: CustomerId) {
    let act = Act {
        id: lara_core::model::JoinId::new(house.id()),
        brand: shop.brand.id,
        how: lara_core::model::JoinHow::Agent,
        evidence: "merged".to_owned(),
        agent: None,
        at: at(5),
    };
    assert_eq!(house.store.merge(&act, into, other).await.unwrap(), Joined::Done);
}

fn ids(found: &FoundPeople) -> Vec<CustomerId> {
    found.people.iter().map(|person| person.id).collect()
}

pub(crate) async fn a_person_is_found_by_what_any_of_their_records_says(house: &House) {
    let shop = house.shop().await;
    let dao = known(house, &shop, "Trần Thị Đào", "C-7", "0912 345 678").await;
    let work = known(house, &shop, "Đào (cơ quan)", "C-8", "+1 202 555 0143").await;
    let nam = known(house, &shop, "Nam", "C-9", "0988 000 111").await;
    bought(house, &shop, "C-8", "MH-10234", OrderStatus::Shipped, at(0)).await;
    let pages = house.store.pages();
    let find = async |text: &str| pages.find_people(shop.brand.id, text, None, 10).await.unwrap();
    assert_eq!(ids(&find("dao").await).len(), 2);
    merged(house, &shop, dao, work).await;
    for text in [
        "tran thi dao",
        "TRAN DAO",
        "co quan",
        "345 678",
        "0912",
        "2025550143",
        "mh-10234",
        "10234",
        "mh10",
        "c-8",
    ] {
        assert_eq!(ids(&find(text).await), [dao], "{text}");
    }
    assert_eq!(find("10234").await.people[0].why, Why::Order("MH-10234".to_owned()));
    assert_eq!((find("dao").await.people[0].members, find("dao").await.people[0].orders), (2, 1));
    assert_eq!(ids(&find("000111").await), [nam]);
    for nobody in ["%", "_", "!", "12", "thi tran dao", "'; --"] {
        assert!(find(nobody).await.people.is_empty(), "{nobody}");
    }
    let elsewhere = house.shop_called("other").await;
    assert!(pages.find_people(elsewhere.brand.id, "dao", None, 10).await.unwrap().people.is_empty());
}

pub(crate) async fn a_long_list_of_people_is_read_in_pages_each_once(house: &House) {
    let shop = house.shop().await;
    let mut all = Vec::new();
    for n in 0..23 {
        all.push(known(house, &shop, "Lan", &format!("L-{n:02}"), "0912 345 678").await);
    }
    for pair in all[..8].chunks(2) {
        merged(house, &shop, pair[1], pair[0]).await;
    }
    let pages = house.store.pages();
    for text in ["lan", "345678"] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = pages.find_people(shop.brand.id, text, after, 5).await.unwrap();
            assert!((1..=5).contains(&page.people.len()), "{text}");
            seen.extend(ids(&page));
            let Some(more) = page.more else { break };
            after = Some(more.to_string().parse().unwrap());
        }
        assert_eq!(seen.len(), 19, "{text}: four pairs are one each");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 19, "{text}: nobody twice");
    }
}

pub(crate) async fn a_profile_is_of_the_whole_person(house: &House) {
    let shop = house.shop().await;
    let tie = (AddressId::new(house.id()), CustomerId::new(house.id()));
    let address = house.store.tie(&shop.web, "lan", &lan(), Level::Verified, tie, at(0)).await.unwrap();
    let head = address.customer.unwrap();
    let work = known(house, &shop, "Lan", "C-8", "0999 888 777").await;
    bought(house, &shop, "C-1", "A-1", OrderStatus::Delivered, at(-900)).await;
    bought(house, &shop, "C-8", "A-2", OrderStatus::Shipped, at(-100)).await;
    bought(house, &shop, "C-8", "A-3", OrderStatus::Refunded, at(-50)).await;
    merged(house, &shop, head, work).await;
    let pages = house.store.pages();
    assert_eq!(pages.person_head(shop.brand.id, work).await.unwrap(), Some(head));
    let profile = pages.profile(head).await.unwrap().unwrap();
    assert_eq!(profile.members.iter().map(|member| member.id).collect::<Vec<_>>(), [head, work]);
    assert_eq!(
        (profile.worth[0].orders, profile.worth[0].total_minor),
        (3, 200_000),
        "what was paid back counts no money"
    );
    assert_eq!((profile.level(), profile.since()), (Level::Verified, Some(at(-900))));
    assert!(profile.phones().contains(&"0999 888 777"));
    assert!(profile.places[0].proof.is_none(), "the site signed it");
    let newest = pages.person_orders(head, None, 2).await.unwrap();
    assert_eq!(newest.iter().map(|order| order.number.as_str()).collect::<Vec<_>>(), ["A-3", "A-2"]);
    let last = newest.last().map(|order| (order.ordered_at, order.id.get()));
    let rest = pages.person_orders(head, last, 2).await.unwrap();
    assert_eq!(rest.iter().map(|order| order.number.as_str()).collect::<Vec<_>>(), ["A-1"]);
    let joins = pages.person_joins(head).await.unwrap();
    assert_eq!(joins[0].merged.as_ref().unwrap().0, work);
    let elsewhere = house.shop_called("other").await;
    assert_eq!(pages.person_head(elsewhere.brand.id, work).await.unwrap(), None);
}

/// Statements whose tables grow with the shop.
const OF_PEOPLE: [&str; 8] = [
    "LANES_WHO",
    "ORDERS_OF",
    "PREFERENCES_OF",
    "CUSTOMERS_IDS",
    "FIND_",
    "PEOPLE",
    "PERSON_",
    "QUEUE_FOUND",
];

/// SQLite knows no statistics here: it must find the way by the indexes alone.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_asked_about_one_person_reads_a_whole_table() {
    let house = House::sqlite().await;
    let Peek::Sqlite(mut conn) = house.peek().await else { unreachable!("asked for SQLite") };
    let mut seen = 0;
    for statement in sql::ALL.iter().flat_map(|file| file.iter()) {
        if !OF_PEOPLE.iter().any(|name| statement.name.starts_with(name)) {
            continue;
        }
        seen += 1;
        let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sqlite));
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(plan).fetch_all(&mut conn).await.unwrap();
        for (_, _, _, step) in &plan {
            // What is scanned may only be what was handed over or found before: a batch, a page, a part of this statement.
            let scans = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            let small = [
                "b",
                "i",
                "f",
                "t",
                "l",
                "n",
                "w",
                "h",
                "o",
                "d",
                "latest",
                "newest",
                "json_each",
                "(subquery-3)",
                "(subquery-4)",
                "side",
            ];
            assert!(scans.is_none_or(|table| small.contains(&table)), "{}: {step}", statement.name);
        }
    }
    assert!(seen > 25, "the statements are no longer where this test looks: {seen}");
    drop(conn);
    house.leave().await;
}
