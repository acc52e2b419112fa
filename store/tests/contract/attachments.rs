//! Attachments: fetched after their message was acknowledged, kept once, erased with their message.

use crate::house::House;
use crate::make::{LEASE, Shop, at};
use lara_core::model::{Attachment, AttachmentId, AttachmentKind, AttachmentSource, MessageId};
use lara_core::ports::{
    Attachments as _, Brands as _, ChangeKind, Changes as _, Details, Fetched, Happening, Happenings as _,
    NewAttachment, NewFile, ToFetch,
};
use lara_store::pages::PartState;

/// Lan sends a picture that the platform keeps under `f-1`.
async fn sends_a_picture(house: &House, shop: &Shop, external: &str, when: i64) -> AttachmentId {
    let id = AttachmentId::new(house.id());
    let shown = Attachment {
        id,
        kind: AttachmentKind::Image,
        name: Some("vỡ.png".to_owned()),
        mime: Some("image/png".to_owned()),
        size: Some(4),
        note: None,
    };
    let source = Some(AttachmentSource::Platform { id: "f-1".to_owned() });
    let details = Details { attachments: vec![NewAttachment { shown, source }], ..Details::default() };
    house
        .hears(lara_core::ports::NewInbound { details, ..house.says(&shop.push, "lan", external, when) })
        .await;
    id
}

async fn due(house: &House, when: i64) -> Vec<ToFetch> {
    house.store.claim_fetches(at(when), LEASE, 8).await.unwrap()
}

fn picture() -> Fetched {
    Fetched::Done(NewFile { hash: "ab".repeat(32), mime: "image/png", bytes: b"\x89PNG\0\xff".to_vec() })
}

async fn files(house: &House) -> Vec<String> {
    house.peek().await.texts("SELECT mime FROM files").await
}

async fn withdraw(house: &House, shop: &Shop, external: &str, when: i64) {
    let happening = Happening::Withdrawn { external: external.to_owned() };
    house.store.happen(&shop.push, &happening, MessageId::new(house.id()), at(when)).await.unwrap();
}

pub(crate) async fn a_picture_is_claimed_once_fetched_and_told(house: &House) {
    let shop = house.shop().await;
    let id = sends_a_picture(house, &shop, "m1", 0).await;
    assert_eq!(house.store.next_fetch().await.unwrap(), Some(at(0)));
    let claims = due(house, 1).await;
    assert_eq!(claims.len(), 1);
    assert_eq!((claims[0].id, claims[0].attempts), (id, 1));
    assert_eq!(claims[0].channel.id, shop.push.id);
    assert_eq!(claims[0].source, AttachmentSource::Platform { id: "f-1".to_owned() });
    assert!(due(house, 2).await.is_empty(), "it is somebody's");
    assert_eq!(house.store.pages().file(id).await.unwrap(), None, "it is not here yet");

    let before = house.store.last_change().await.unwrap();
    house.store.settle_fetch(&claims[0], picture(), at(3)).await.unwrap();
    let file = house.store.pages().file(id).await.unwrap().unwrap();
    assert_eq!((file.mime.as_str(), file.name.as_deref()), ("image/png", Some("vỡ.png")));
    assert_eq!(file.bytes, b"\x89PNG\0\xff");
    let told = house.store.changes(before).await.unwrap();
    assert!(told.iter().any(|change| change.kind == ChangeKind::Conversation), "the desk hears of it");
    assert_eq!(house.store.next_fetch().await.unwrap(), None);
    assert!(due(house, 1_000_000).await.is_empty());
}

pub(crate) async fn a_fetch_nobody_settled_is_claimed_again_and_counted(house: &House) {
    let shop = house.shop().await;
    let id = sends_a_picture(house, &shop, "m1", 0).await;
    let first = due(house, 1).await.remove(0);
    let again = due(house, 2 + LEASE.0).await.remove(0);
    assert_eq!((again.id, again.attempts), (id, 2));
    // The first comes back late: what it has is not taken.
    house.store.settle_fetch(&first, Fetched::Refused("gone"), at(3 + LEASE.0)).await.unwrap();
    house.store.settle_fetch(&again, picture(), at(4 + LEASE.0)).await.unwrap();
    assert!(house.store.pages().file(id).await.unwrap().is_some());
}

pub(crate) async fn a_fetch_is_tried_again_when_it_is_due_and_refused_for_good(house: &House) {
    let shop = house.shop().await;
    sends_a_picture(house, &shop, "m1", 0).await;
    let claim = due(house, 1).await.remove(0);
    house.store.settle_fetch(&claim, Fetched::Retry(at(500), "unreachable"), at(2)).await.unwrap();
    assert_eq!(house.store.next_fetch().await.unwrap(), Some(at(500)));
    assert!(due(house, 499).await.is_empty());
    let claim = due(house, 500).await.remove(0);
    house.store.settle_fetch(&claim, Fetched::Refused("too_large"), at(501)).await.unwrap();
    assert!(due(house, 1_000_000).await.is_empty());
    let conversation = house.peek().await.texts("SELECT id FROM conversations").await.remove(0);
    let talk = house.store.pages().talk(conversation.parse().unwrap(), None, 10).await.unwrap().unwrap();
    let part = &talk.messages[0].parts[0];
    assert_eq!(part.shown.name.as_deref(), Some("vỡ.png"));
    assert_eq!(part.state, Some(PartState::Refused { code: "too_large".to_owned() }));
}

pub(crate) async fn equal_files_are_kept_once_and_until_nobody_has_them(house: &House) {
    let shop = house.shop().await;
    let first = sends_a_picture(house, &shop, "m1", 0).await;
    let second = sends_a_picture(house, &shop, "m2", 1).await;
    for claim in due(house, 2).await {
        house.store.settle_fetch(&claim, picture(), at(3)).await.unwrap();
    }
    assert_eq!(files(house).await.len(), 1, "the same bytes are one file");
    withdraw(house, &shop, "m1", 4).await;
    assert_eq!(house.store.pages().file(first).await.unwrap(), None);
    assert!(house.store.pages().file(second).await.unwrap().is_some(), "the other message still has it");
    withdraw(house, &shop, "m2", 5).await;
    assert!(files(house).await.is_empty());
}

pub(crate) async fn what_was_taken_back_while_it_was_fetched_is_not_kept(house: &House) {
    let shop = house.shop().await;
    let id = sends_a_picture(house, &shop, "m1", 0).await;
    let claim = due(house, 1).await.remove(0);
    withdraw(house, &shop, "m1", 2).await;
    house.store.settle_fetch(&claim, picture(), at(3)).await.unwrap();
    assert!(files(house).await.is_empty());
    assert_eq!(house.store.pages().file(id).await.unwrap(), None);
}

pub(crate) async fn a_removed_brand_takes_its_files_along(house: &House) {
    let shop = house.shop().await;
    sends_a_picture(house, &shop, "m1", 0).await;
    let claim = due(house, 1).await.remove(0);
    house.store.settle_fetch(&claim, picture(), at(2)).await.unwrap();
    house.store.remove_brand(shop.brand.id, at(3)).await.unwrap();
    assert!(files(house).await.is_empty());
    assert_eq!(house.store.next_fetch().await.unwrap(), None);
}

/// One takes a picture back while the same picture arrives with another message: it stays, or the new one is gone.
pub(crate) async fn a_file_that_comes_while_it_goes_is_there(house: &House) {
    let shop = house.shop().await;
    for round in 0..20 {
        let old = format!("old-{round}");
        sends_a_picture(house, &shop, &old, 0).await;
        let claim = due(house, 1).await.remove(0);
        house.store.settle_fetch(&claim, picture(), at(2)).await.unwrap();
        let kept = sends_a_picture(house, &shop, &format!("new-{round}"), 3).await;
        let claim = due(house, 4).await.remove(0);
        let (stored, ()) =
            tokio::join!(house.store.settle_fetch(&claim, picture(), at(5)), withdraw(house, &shop, &old, 5));
        stored.unwrap();
        assert!(house.store.pages().file(kept).await.unwrap().is_some(), "round {round}");
        withdraw(house, &shop, &format!("new-{round}"), 6).await;
    }
}
