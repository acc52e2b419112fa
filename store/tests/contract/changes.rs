//! The change feed.

use crate::house::House;
use crate::make::at;
use lara_core::ports::{Brands as _, ChangeKind, Changes as _};

pub(crate) async fn readers_follow_the_numbers(house: &House) {
    assert_eq!(house.store.last_change().await.unwrap(), 0);
    let shop = house.shop().await;
    let all = house.store.changes(0).await.unwrap();
    assert_eq!(all.len(), 3, "the brand and its two channels");
    assert!(all.windows(2).all(|pair| pair[0].number < pair[1].number));
    assert!(
        all.iter()
            .all(|c| c.kind == ChangeKind::Brand && c.key == shop.brand.id.get() && c.address.is_none())
    );
    assert_eq!(house.store.changes(all[1].number).await.unwrap(), all[2..]);
    assert_eq!(house.store.last_change().await.unwrap(), all[2].number);
}

pub(crate) async fn old_lines_are_forgotten_and_numbers_go_on(house: &House) {
    let mut brand = house.shop().await.brand;
    house.store.save_brand(&brand, at(100)).await.unwrap();
    let last = house.store.last_change().await.unwrap();
    assert_eq!(house.store.prune_changes(at(50)).await.unwrap(), 3);
    assert_eq!(house.store.changes(0).await.unwrap().len(), 1);
    house.store.prune_changes(at(1_000)).await.unwrap();
    assert_eq!(house.store.last_change().await.unwrap(), last, "a reader never sees a number twice");
    brand.rev = 1;
    house.store.save_brand(&brand, at(2_000)).await.unwrap();
    assert_eq!(house.store.last_change().await.unwrap(), last + 1);
}
