//! What people tell and show of themselves, and what waits for them elsewhere.

use crate::house::House;
use crate::make::{Shop, at, lan};
use lara_core::model::{
    Address, AddressId, Channel, CustomerId, Level, Order, OrderId, OrderStatus, Owner, Preference,
    PreferenceSource, Priority, ReturnStatus,
};
use lara_core::ports::{Claim, Commit, Directory as _, Lanes as _, OrderRow, Person, PersonChange};

fn stated(key: &str, value: &str) -> Preference {
    Preference { source: PreferenceSource::Stated, ..Preference::imported(key, value) }
}

fn observed(key: &str, value: &str) -> Preference {
    Preference { source: PreferenceSource::Observed, ..Preference::imported(key, value) }
}

/// Somebody says something, and Lara learns this from it.
async fn learns(house: &House, channel: &Channel, who: &str, when: i64, change: PersonChange) -> Claim {
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(channel, who, &format!("m{when}"), when)).await;
    let ids = vec![house.id()];
    let mut turn = house.answers(node, &claim, when);
    turn.person = PersonChange { ids, ..change };
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    claim
}

fn told(learnt: Vec<Preference>) -> PersonChange {
    PersonChange { learnt, ..PersonChange::default() }
}

fn forget(key: &str) -> PersonChange {
    PersonChange { forgotten: vec![key.to_owned()], ..PersonChange::default() }
}

/// What is known of the person when they write again.
async fn known(
    house: &House,
    channel: &Channel,
    who: &str,
    when: i64,
) -> (Vec<(String, String)>, Vec<String>) {
    let claim = learns(house, channel, who, when, PersonChange::default()).await;
    let likes = claim.memory.preferences.into_iter().map(|like| (like.key, like.value)).collect();
    (likes, claim.memory.forgotten)
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

async fn tie(house: &House, channel: &Channel, who: &str, person: &Person, level: Level) -> Address {
    let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
    house.store.tie(channel, who, person, level, ids, at(0)).await.unwrap()
}

/// Makes one customer another's, as a merge does.
async fn merge(house: &House, from: CustomerId, into: CustomerId) {
    let merge =
        format!("UPDATE customers SET merged_into = '{into}', head_id = '{into}' WHERE id = '{from}'");
    house.peek().await.run(&merge).await;
}

pub(crate) async fn what_a_stranger_tells_makes_a_customer_they_claim_to_be(house: &House) {
    let shop = house.shop().await;
    let first = learns(house, &shop.web, "lan", 1, told(vec![stated("size", "M")])).await;
    assert_eq!(first.memory.customer, None);
    let again = learns(house, &shop.web, "lan", 2, told(vec![stated("size", "L")])).await;
    let person = again.memory.customer.unwrap();
    assert_eq!(
        (again.memory.address.level, again.memory.address.customer),
        (Level::Claimed, Some(person.id))
    );
    let like = &again.memory.preferences[0];
    assert_eq!((like.value.as_str(), like.source, like.at), ("M", PreferenceSource::Stated, at(1)));
    assert_eq!(like.address, Some(again.memory.address.id));
    assert_eq!(known(house, &shop.web, "lan", 3).await.0, pairs(&[("size", "L")]));
    assert_eq!(house.number("SELECT COUNT(*) FROM customers").await, 1);
    let of_message =
        "SELECT COUNT(*) FROM preferences p JOIN messages m ON m.id = p.message_id WHERE m.direction = 'in'";
    assert_eq!(house.number(of_message).await, 1, "the words it was stated in");
}

pub(crate) async fn what_was_told_before_signing_in_is_theirs(house: &House) {
    let shop = house.shop().await;
    let before = learns(house, &shop.web, "lan", 1, told(vec![stated("size", "M")])).await;
    tie(house, &shop.web, "lan", &lan(), Level::Verified).await;
    let after = learns(house, &shop.web, "lan", 2, PersonChange::default()).await;
    assert_eq!(after.conversation.id, before.conversation.id, "they go on where they were");
    let memory = after.memory;
    assert_eq!(memory.address.level, Level::Verified);
    assert_eq!(memory.customer.unwrap().external_id.as_deref(), Some("C-1"));
    assert_eq!((memory.preferences.len(), memory.preferences[0].value.as_str()), (1, "M"));
    assert_eq!(
        house.number("SELECT COUNT(*) FROM joins WHERE evidence = 'signed'").await,
        1,
        "it can be undone"
    );
    tie(house, &shop.web, "lan", &lan(), Level::Verified).await;
    assert_eq!(house.number("SELECT COUNT(*) FROM joins").await, 1);
}

pub(crate) async fn what_is_told_is_kept_with_its_source_and_can_be_forgotten(house: &House) {
    let shop = house.shop().await;
    tie(house, &shop.web, "lan", &lan(), Level::Verified).await;
    let likes =
        vec![stated("size", "M"), stated("avoid:đậu phộng", "đậu phộng"), observed("asked:gom", "Gốm")];
    learns(house, &shop.web, "lan", 1, told(likes)).await;
    let all = [("asked:gom", "Gốm"), ("avoid:đậu phộng", "đậu phộng"), ("size", "M")];
    assert_eq!(known(house, &shop.web, "lan", 2).await.0, pairs(&all));

    learns(house, &shop.web, "lan", 3, forget("size")).await;
    learns(house, &shop.web, "lan", 4, forget("avoid:đậu phộng")).await;
    let (likes, forgotten) = known(house, &shop.web, "lan", 5).await;
    assert_eq!((likes, forgotten), (pairs(&[("asked:gom", "Gốm")]), vec!["size".to_owned()]));
    let left = house.peek().await.texts("SELECT value FROM preferences WHERE key = 'size'").await;
    assert_eq!(left, [""], "nothing is left of it");
    assert_eq!(house.number("SELECT COUNT(*) FROM preferences WHERE key LIKE 'avoid:%'").await, 0);
}

pub(crate) async fn what_is_forgotten_is_said_anew_but_never_observed(house: &House) {
    let shop = house.shop().await;
    let address = tie(house, &shop.web, "lan", &lan(), Level::Verified).await;
    let person = address.customer.unwrap();
    let asked = || told(vec![observed("asked:gom", "Gốm"), stated("size", "M")]);
    let claim = learns(house, &shop.web, "lan", 1, asked()).await;
    let before = claim.memory.customer.unwrap().rev;
    let forget = async |key: &str, when| {
        house.store.forget_preference(shop.brand.id, person, key, at(when)).await.unwrap()
    };
    assert!(forget("asked:gom", 2).await && forget("size", 2).await);
    assert!(!forget("size", 3).await && !forget("colour", 3).await, "there is nothing more to forget");
    let other = house.shop_called("other").await;
    assert!(!house.store.forget_preference(other.brand.id, person, "size", at(3)).await.unwrap());
    let claim = learns(house, &shop.web, "lan", 4, asked()).await;
    assert!(claim.memory.customer.unwrap().rev > before, "what was prepared with it is decided anew");
    assert_eq!(claim.memory.preferences, []);
    let (likes, forgotten) = known(house, &shop.web, "lan", 5).await;
    assert_eq!((likes, forgotten), (pairs(&[("size", "M")]), vec!["asked:gom".to_owned()]));
    let imported = vec![(person, lan(), vec![Preference::imported("asked:gom", "Gốm")])];
    house.store.put_customers(shop.brand.id, imported, at(6)).await.unwrap();
    assert_eq!(known(house, &shop.web, "lan", 7).await.1, ["asked:gom"], "an import brings nothing back");
}

pub(crate) async fn an_unproven_address_changes_only_what_was_stated_there(house: &House) {
    let shop = house.shop().await;
    let address = tie(house, &shop.web, "lan", &lan(), Level::Verified).await;
    learns(house, &shop.web, "lan", 1, told(vec![stated("size", "M")])).await;
    tie(house, &shop.push, "someone", &lan(), Level::Claimed).await;
    let claims = told(vec![stated("size", "XXL"), stated("note", "gói quà")]);
    learns(house, &shop.push, "someone", 2, claims).await;
    learns(house, &shop.push, "someone", 3, forget("size")).await;
    let (likes, forgotten) = known(house, &shop.web, "lan", 4).await;
    assert_eq!((likes, forgotten), (pairs(&[("size", "M")]), vec![]), "and nothing of hers is touched");
    let (likes, _) = known(house, &shop.push, "someone", 5).await;
    assert!(likes.contains(&("note".to_owned(), "gói quà".to_owned())));
    learns(house, &shop.push, "someone", 6, forget("note")).await;
    let (_, forgotten) = known(house, &shop.push, "someone", 7).await;
    assert_eq!(forgotten, ["note"]);
    assert_eq!(address.level, Level::Verified);
}

pub(crate) async fn what_was_told_at_an_unproven_address_is_used_only_there(house: &House) {
    let shop = house.shop().await;
    let proven = tie(house, &shop.web, "lan", &lan(), Level::Verified).await;
    learns(house, &shop.push, "may_be_lan", 1, told(vec![stated("size", "XL")])).await;
    let claim = learns(house, &shop.push, "may_be_lan", 2, PersonChange::default()).await;
    merge(house, claim.memory.customer.unwrap().id, proven.customer.unwrap()).await;
    assert_eq!(known(house, &shop.web, "lan", 3).await.0, [], "it was not proven to be hers");
    assert_eq!(known(house, &shop.push, "may_be_lan", 4).await.0, pairs(&[("size", "XL")]));
    house.peek().await.run("UPDATE addresses SET level = 'verified'").await;
    assert_eq!(known(house, &shop.web, "lan", 5).await.0, pairs(&[("size", "XL")]));
}

pub(crate) async fn what_follows_from_orders_is_forgotten_too(house: &House) {
    let shop = house.shop().await;
    let person = tie(house, &shop.web, "lan", &lan(), Level::Verified).await.customer.unwrap();
    let forget =
        async || house.store.forget_preference(shop.brand.id, person, "bought:gom", at(2)).await.unwrap();
    assert!(forget().await);
    assert!(!forget().await);
    let (likes, forgotten) = known(house, &shop.web, "lan", 3).await;
    assert_eq!((likes, forgotten), (vec![], vec!["bought:gom".to_owned()]));
    let (_, _, likes) = house.store.profile(shop.brand.id, person).await.unwrap().unwrap();
    assert_eq!(likes, [], "a profile shows nothing that is forgotten");
}

pub(crate) async fn what_waits_elsewhere_is_known_at_proven_addresses(house: &House) {
    let shop = house.shop().await;
    tie(house, &shop.web, "lan", &lan(), Level::Verified).await;
    let node = house.node();
    let first = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 1)).await;
    assert_eq!(first.memory.elsewhere, None, "what waits here is not elsewhere");
    let turn = house.escalating(house.answers(node, &first, 1), Priority::High, 70, 100);
    house.store.commit(vec![turn]).await.unwrap();

    let stranger = learns(house, &shop.push, "lan", 2, PersonChange::default()).await;
    assert_eq!(stranger.memory.elsewhere, None);
    tie(house, &shop.push, "lan", &lan(), Level::Claimed).await;
    let claimed = learns(house, &shop.push, "lan", 3, PersonChange::default()).await;
    assert_eq!(claimed.memory.elsewhere, None, "who merely says so hears nothing of it");
    tie(house, &shop.push, "lan", &lan(), Level::Verified).await;
    let proven = learns(house, &shop.push, "lan", 4, PersonChange::default()).await;
    let elsewhere = proven.memory.elsewhere.unwrap();
    assert_eq!((elsewhere.conversation, elsewhere.opened_at), (first.conversation.id, at(1)));

    let web = learns(house, &shop.web, "lan", 5, PersonChange::default()).await;
    assert_eq!((web.memory.elsewhere, web.conversation.owner), (None, Owner::Waiting));
    house.peek().await.run("UPDATE escalations SET state = 'resolved'").await;
    assert_eq!(learns(house, &shop.push, "lan", 6, PersonChange::default()).await.memory.elsewhere, None);
}

fn order(house: &House, shop: &Shop, number: &str, status: OrderStatus, when: i64) -> OrderRow {
    let order = Order {
        id: OrderId::new(house.id()),
        brand: shop.brand.id,
        customer: CustomerId::new(house.id()),
        number: number.to_owned(),
        status,
        ordered_at: at(when),
        due_at: None,
        currency: "VND".to_owned(),
        total_minor: 350_000,
        items: Vec::new(),
        tracking_url: None,
        shipment: lara_core::model::Shipment::default(),
    };
    OrderRow::imported(order, "C-1")
}

pub(crate) async fn what_goes_back_is_known_with_its_order(house: &House) {
    let shop = house.shop().await;
    tie(house, &shop.web, "lan", &lan(), Level::Verified).await;
    let rows = vec![
        order(house, &shop, "MH-1", OrderStatus::Delivered, 0),
        order(house, &shop, "MH-2", OrderStatus::Shipped, 1),
    ];
    house.store.put_orders(shop.brand.id, rows, at(0)).await.unwrap();
    let add = "INSERT INTO returns (id, brand_id, order_id, external, status, items, asked_at, updated_at) \
               SELECT o.id, o.brand_id, o.id, 'r-' || o.number, 'approved', '[]', 5, 5 FROM orders o";
    house.peek().await.run(add).await;
    let claim = learns(house, &shop.web, "lan", 1, PersonChange::default()).await;
    let [back] = claim.memory.returns.as_slice() else { panic!("{:?}", claim.memory.returns) };
    assert_eq!((back.status, back.external.as_str()), (ReturnStatus::Approved, "r-MH-1"));
    assert_eq!(back.order, claim.memory.orders[1].id);
}
