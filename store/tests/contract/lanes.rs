//! Claims and what is known with them.

use crate::house::House;
use crate::make::{LEASE, at, lan};
use lara_core::model::{
    AddressId, CustomerId, Level, Millis, Order, OrderId, OrderItem, OrderStatus, Preference,
};
use lara_core::ports::{Commit, Directory as _, Lanes as _, NewInbound, OrderRow, Pace};

pub(crate) async fn only_closed_runs_are_claimed(house: &House) {
    let shop = house.shop().await;
    let mut open = house.says(&shop.web, "minh", "m1", 0);
    open.settle = Millis(800);
    open.settle_at_most = Millis(5_000);
    house.hears(open).await;
    house.hears(house.says(&shop.web, "lan", "m2", 0)).await;

    let claims = house.store.claim(house.node(), at(10), LEASE, 64).await.unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].memory.address.external, "lan");
    assert_eq!(claims[0].attempts, 1);
    assert_eq!(claims[0].memory.channel, shop.web);
}

pub(crate) async fn an_ended_lease_is_claimed_again_and_counted(house: &House) {
    let shop = house.shop().await;
    house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    let (dead, alive) = (house.node(), house.node());
    assert_eq!(house.store.claim(dead, at(0), Millis(100), 64).await.unwrap().len(), 1);
    assert!(house.store.claim(alive, at(100), Millis(100), 64).await.unwrap().is_empty());

    let claims = house.store.claim(alive, at(101), Millis(100), 64).await.unwrap();
    assert_eq!(claims[0].attempts, 2);
    assert_eq!(claims[0].run.len(), 1);
}

pub(crate) async fn a_released_lane_waits_until_its_time(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
    house.store.release(house.node(), &[claim.conversation.id], at(1)).await.unwrap();
    assert!(
        house.store.claim(node, at(5), LEASE, 64).await.unwrap().is_empty(),
        "another node gives nothing back"
    );

    house.store.release(node, &[claim.conversation.id], at(500)).await.unwrap();
    assert!(house.store.claim(node, at(499), LEASE, 64).await.unwrap().is_empty());
    let again = house.store.claim(node, at(500), LEASE, 64).await.unwrap();
    assert_eq!(again[0].attempts, 2);
}

pub(crate) async fn the_next_ready_lane_is_known(house: &House) {
    let shop = house.shop().await;
    assert_eq!(house.store.next_ready().await.unwrap(), None);
    house.hears(house.says(&shop.web, "lan", "m1", 7)).await;
    house.hears(house.says(&shop.web, "minh", "m2", 5)).await;
    assert_eq!(house.store.next_ready().await.unwrap(), Some(at(5)));
    house.store.claim(house.node(), at(9), LEASE, 64).await.unwrap();
    assert_eq!(house.store.next_ready().await.unwrap(), None);
}

pub(crate) async fn memory_holds_the_person_and_their_latest_orders(house: &House) {
    let shop = house.shop().await;
    let likes = vec![Preference::imported("size", "M"), Preference::imported("address_form", "chị")];
    let rows = vec![(CustomerId::new(house.id()), lan(), likes)];
    house.store.put_customers(shop.brand.id, rows, at(0)).await.unwrap();
    let orders = (0..7).map(|n| bought(house, &shop.brand.id, n)).collect();
    house.store.put_orders(shop.brand.id, orders, at(0)).await.unwrap();
    let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
    house.store.tie(&shop.web, "lan", &lan(), Level::Verified, ids, at(0)).await.unwrap();

    let claim = house.heard_and_claimed(house.node(), house.says(&shop.web, "lan", "m1", 10)).await;
    let memory = claim.memory;
    assert_eq!(memory.address.level, Level::Verified);
    let customer = memory.customer.unwrap();
    assert_eq!(customer.name.as_deref(), Some("Nguyễn Thị Lan"));
    assert_eq!(memory.address.customer, Some(customer.id));
    let numbers: Vec<_> = memory.orders.iter().map(|order| order.number.as_str()).collect();
    assert_eq!(numbers, ["MH-6", "MH-5", "MH-4", "MH-3", "MH-2"]);
    assert_eq!(memory.orders[0].items[0].name, "Áo thun");
    assert_eq!(memory.preferences[0].value, "chị");
    assert_eq!(memory.preferences[1].value, "M");
}

fn bought(house: &House, brand: &lara_core::model::BrandId, n: i64) -> OrderRow {
    let order = Order {
        id: OrderId::new(house.id()),
        brand: *brand,
        customer: CustomerId::new(house.id()),
        number: format!("MH-{n}"),
        status: OrderStatus::Shipped,
        ordered_at: at(n),
        due_at: Some(at(n + 1_000)),
        currency: "VND".to_owned(),
        total_minor: 199_000,
        items: vec![OrderItem { name: "Áo thun".to_owned(), quantity: 2, sku: None }],
        tracking_url: None,
        shipment: lara_core::model::Shipment::default(),
    };
    OrderRow::imported(order, "C-1")
}

pub(crate) async fn memory_knows_what_was_said_before(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let first = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
    assert!(!first.memory.answered_before && !first.memory.returning);
    assert_eq!(first.memory.last_bot_text, None);
    house.store.commit(vec![house.answers(node, &first, 1)]).await.unwrap();

    let second = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m2", 2)).await;
    assert!(second.memory.answered_before && !second.memory.returning);
    assert_eq!(second.memory.last_bot_text.as_deref(), Some("*Đang giao* ạ"));
    let mut turn = house.answers(node, &second, 3);
    turn.owner = lara_core::model::Owner::Closed;
    house.store.commit(vec![turn]).await.unwrap();

    let third = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m3", 4)).await;
    assert!(!third.memory.answered_before && third.memory.returning);
}

pub(crate) async fn reload_gives_only_what_the_node_still_holds(house: &House) {
    let shop = house.shop().await;
    let (node, other) = (house.node(), house.node());
    house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    house.hears(house.says(&shop.web, "minh", "m2", 1)).await;
    let first = house.store.claim(node, at(1), LEASE, 1).await.unwrap().remove(0);
    let second = house.store.claim(other, at(1), LEASE, 1).await.unwrap().remove(0);
    house.hears(house.says(&shop.web, "lan", "m3", 2)).await;

    let lanes = [first.conversation.id, second.conversation.id];
    let again = house.store.reload(node, &lanes).await.unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].conversation.id, first.conversation.id);
    assert_eq!(again[0].run.len(), 2, "what came meanwhile belongs to the run");
    assert_eq!(again[0].attempts, 1);
}

pub(crate) async fn a_lane_that_cannot_be_read_holds_up_nobody(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let lan = house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    let minh = house.hears(house.says(&shop.web, "minh", "m2", 1)).await;
    let mai = house.hears(house.says(&shop.web, "mai", "m3", 2)).await;
    let mut peek = house.peek().await;
    peek.run(&format!("UPDATE conversations SET language = 'xx' WHERE id = '{}'", lan.conversation)).await;
    peek.run(&format!("UPDATE messages SET visibility = 'xx' WHERE id = '{}'", mai.message)).await;

    let claims = house.store.claim(node, at(10), LEASE, 64).await.unwrap();
    assert_eq!(claims.iter().map(|claim| claim.conversation.id).collect::<Vec<_>>(), [minh.conversation]);
    let later = at(10).plus(LEASE).plus(Millis::minutes(60));
    assert_eq!(house.store.next_ready().await.unwrap(), Some(later), "the others are put aside");
    peek.run("UPDATE conversations SET language = NULL").await;
    peek.run("UPDATE messages SET visibility = 'direct'").await;
    house.store.commit(vec![house.answers(node, &claims[0], 11)]).await.unwrap();
    assert_eq!(house.store.claim(node, later, LEASE, 64).await.unwrap().len(), 2);
}

pub(crate) async fn an_outage_is_no_attempt(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
    let lane = [claim.conversation.id];
    house.store.hand_back_untried(house.node(), &lane, at(1)).await.unwrap();
    assert!(house.store.claim(node, at(5), LEASE, 64).await.unwrap().is_empty(), "it is another node's");
    house.store.hand_back_untried(node, &lane, at(500)).await.unwrap();
    assert!(house.store.claim(node, at(499), LEASE, 64).await.unwrap().is_empty());
    assert_eq!(house.store.claim(node, at(500), LEASE, 64).await.unwrap()[0].attempts, 1);
}

pub(crate) async fn a_lane_that_owes_an_answer_is_never_put_to_sleep(house: &House) {
    let shop = house.shop().await;
    house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    // Behind the store's back: the claim reads before the message of the newest place can be seen.
    house.peek().await.run("DELETE FROM messages").await;
    assert!(house.store.claim(house.node(), at(1), LEASE, 64).await.unwrap().is_empty());
    assert_eq!(house.number("SELECT COUNT(*) FROM conversations WHERE ready_at IS NOT NULL").await, 1);
    house.peek().await.run("UPDATE conversations SET done_seq = last_in_seq, lease_until = NULL").await;
    assert!(house.store.claim(house.node(), at(2), LEASE, 64).await.unwrap().is_empty());
    assert_eq!(house.number("SELECT COUNT(*) FROM conversations WHERE ready_at IS NOT NULL").await, 0);
}

pub(crate) async fn memory_counts_how_fast_a_pushed_talk_goes(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let alo = |external: &str, when| NewInbound {
        text: "alo".to_owned(),
        ..house.says(&shop.push, "lan", external, when)
    };
    for (n, when) in [(1, 0), (2, 500_000), (3, 599_000)] {
        let claim = house.heard_and_claimed(node, alo(&format!("m{n}"), when)).await;
        let mut turn = house.answers(node, &claim, when);
        if n == 1 {
            turn.reply.as_mut().unwrap().aside = Some("Shop nhắn riêng nhé".to_owned());
        }
        assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    }
    // Said twice in one breath, it is one more time the same.
    house.hears(alo("m4", 600_500)).await;
    let claim = house.heard_and_claimed(node, alo("m5", 600_500)).await;
    assert_eq!(claim.run.len(), 2);
    let pace = claim.memory.pace;
    assert_eq!((pace.bot_replies_1m, pace.bot_replies_10m, pace.same_text_before), (1, 2, 3));
    assert_eq!(pace.aside_at, Some(at(0)));

    let other = house.heard_and_claimed(node, house.says(&shop.push, "minh", "m6", 600_600)).await;
    assert_eq!(other.memory.pace, Pace::default());
    let pulled = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m7", 600_700)).await;
    assert_eq!(pulled.memory.pace, Pace::default());
}
