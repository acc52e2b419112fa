//! What a customer may read.

use crate::house::House;
use crate::make::at;
use lara_core::model::Direction;
use lara_core::ports::{Cursor, Desk as _, Lanes as _, Transcripts as _};

pub(crate) async fn a_customer_reads_on_from_their_cursor(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
    house.store.commit(vec![house.answers(node, &claim, 1)]).await.unwrap();
    let agent = house.agent("ha@example.com").await;
    house.store.resolve(claim.conversation.id, agent.id, None, at(2)).await.unwrap();
    let next = house.hears(house.says(&shop.web, "lan", "m2", 3)).await;
    house.hears(house.says(&shop.web, "minh", "m3", 3)).await;

    let all = house.store.after(next.address, None, 10).await.unwrap();
    let places: Vec<_> = all.iter().map(|message| (message.conversation, message.seq)).collect();
    assert_eq!(places, [(claim.conversation.id, 1), (claim.conversation.id, 2), (next.conversation, 1)]);
    let cursor = |conversation, seq| Some(Cursor { conversation, seq });
    let rest = house.store.after(next.address, cursor(claim.conversation.id, 1), 10).await.unwrap();
    assert_eq!(rest, all[1..]);
    assert_eq!(
        house.store.after(next.address, cursor(claim.conversation.id, 1), 1).await.unwrap(),
        all[1..2]
    );
    assert!(house.store.after(next.address, cursor(next.conversation, 1), 10).await.unwrap().is_empty());
}

pub(crate) async fn notes_and_unsent_replies_are_never_read(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", "m1", 0)).await;
    house.store.commit(vec![house.answers(node, &claim, 1)]).await.unwrap();
    let agent = house.agent("ha@example.com").await;
    let aside = house.writes(Direction::Note, &agent, &shop.push, 2);
    house.store.write(claim.conversation.id, agent.id, aside).await.unwrap();

    let read = house.store.after(claim.conversation.address, None, 10).await.unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].direction, Direction::In);
    assert_eq!(house.store.latest(claim.conversation.address, 10).await.unwrap(), read);
}

pub(crate) async fn the_latest_messages_come_oldest_first(house: &House) {
    let shop = house.shop().await;
    for index in 0..5 {
        house.hears(house.says(&shop.web, "lan", &format!("m{index}"), index)).await;
    }
    let address = house.store.address(shop.web.id, "lan").await.unwrap().unwrap();
    let read = house.store.latest(address.id, 2).await.unwrap();
    assert_eq!(read.iter().map(|message| message.seq).collect::<Vec<_>>(), [4, 5]);
    assert_eq!(house.store.address(shop.push.id, "lan").await.unwrap(), None);
}
