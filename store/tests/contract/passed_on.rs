//! An address that passes from one proven person to another: what each said there stays theirs.

use crate::house::House;
use crate::identity::{act, customer};
use crate::make::{Shop, at, lan};
use lara_core::model::{AddressId, ConversationId, CustomerId, ErasureId, Level, NodeId, Owner};
use lara_core::ports::{
    Claim, Commit, Desk as _, Directory as _, ErasedBy, Identity as _, Joined, Lanes as _, Person,
    Privacy as _, Transcripts as _, Undone,
};

fn minh() -> Person {
    Person { external_id: Some("C-2".to_owned()), name: Some("Minh".to_owned()), ..Person::default() }
}

async fn signs_in(house: &House, shop: &Shop, person: &Person, when: i64) -> CustomerId {
    let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
    let tied = house.store.tie(&shop.web, "tablet", person, Level::Verified, ids, at(when)).await.unwrap();
    tied.customer.unwrap()
}

/// Something is said at the tablet and answered.
async fn talks(house: &House, shop: &Shop, node: NodeId, said: &str, when: i64) -> Claim {
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "tablet", said, when)).await;
    let turn = house.answers(node, &claim, when + 1);
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    claim
}

/// The conversations in the file about somebody; their page and the REST API show the same.
async fn theirs(house: &House, shop: &Shop, person: CustomerId) -> Vec<ConversationId> {
    let file = house.store.person_file(shop.brand.id, person, at(900)).await.unwrap().unwrap();
    let ids: Vec<_> = file.conversations.iter().map(|talk| talk.id).collect();
    let pages = house.store.pages();
    let mut shown: Vec<_> =
        pages.person_talks(person, None, 50).await.unwrap().into_iter().map(|talk| talk.id).collect();
    shown.sort();
    assert_eq!(shown, ids, "the page and the file");
    assert_eq!(pages.profile(person).await.unwrap().unwrap().moods.len(), ids.len());
    ids
}

async fn words(house: &House, talk: ConversationId) -> Vec<String> {
    let statement = format!("SELECT text FROM messages WHERE conversation_id = '{talk}' ORDER BY seq");
    house.peek().await.texts(&statement).await
}

pub(crate) async fn what_somebody_said_stays_theirs_when_their_address_passes_on(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let hers = signs_in(house, &shop, &lan(), 0).await;
    let first = talks(house, &shop, node, "m1", 1).await.conversation;
    let his = signs_in(house, &shop, &minh(), 5).await;
    let second = talks(house, &shop, node, "m2", 6).await;
    assert!(!second.memory.returning, "Minh never came before");
    assert_eq!(theirs(house, &shop, hers).await, [first.id]);
    assert_eq!(theirs(house, &shop, his).await, [second.conversation.id]);
    let read = house.store.after(first.address, None, 10).await.unwrap();
    assert!(read.iter().all(|message| message.conversation == second.conversation.id), "{read:?}");
    let pages = house.store.pages();
    let head = pages.talk_head(first.id).await.unwrap().unwrap();
    assert_eq!(head.customer, Some(hers));
    assert!(pages.card(&head).await.unwrap().past.is_empty(), "beside hers stands nothing of his");

    // She comes back: what she said is there again, and what he said stays his.
    assert_eq!(signs_in(house, &shop, &lan(), 8).await, hers);
    let third = talks(house, &shop, node, "m3", 9).await;
    assert!(third.memory.returning);
    assert_eq!(theirs(house, &shop, hers).await, [first.id, third.conversation.id]);
    assert_eq!(theirs(house, &shop, his).await, [second.conversation.id]);
    assert_eq!(signs_in(house, &shop, &minh(), 12).await, his);

    let wish = ErasureId::new(house.id());
    house.store.erase(shop.brand.id, hers, ErasedBy::Cli, wish, at(20)).await.unwrap().unwrap();
    for talk in [first.id, third.conversation.id] {
        assert!(words(house, talk).await.iter().all(String::is_empty));
    }
    assert!(words(house, second.conversation.id).await.iter().all(|text| !text.is_empty()));
    let tablet = house.store.address(shop.web.id, "tablet").await.unwrap().unwrap();
    assert_eq!(tablet.customer, Some(his), "his address is not erased with her");
}

pub(crate) async fn a_tie_taken_back_gives_back_what_was_said(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let hers = signs_in(house, &shop, &lan(), 0).await;
    let first = talks(house, &shop, node, "m1", 1).await.conversation;
    let his = customer(house, &shop, "C-2").await;
    let tie = act(house, shop.brand.id, 5);
    assert_eq!(house.store.tie_by_agent(&tie, first.address, his).await.unwrap(), Joined::Done);
    let (left, _) = house.store.conversation(first.id).await.unwrap().unwrap();
    assert_eq!(left.owner, Owner::Closed);
    let second = talks(house, &shop, node, "m2", 6).await.conversation;
    assert_eq!(theirs(house, &shop, hers).await, [first.id]);
    assert_eq!(theirs(house, &shop, his).await, [second.id]);

    assert_eq!(house.store.undo_join(shop.brand.id, tie.id, None, at(9)).await.unwrap(), Undone::Done);
    assert_eq!(theirs(house, &shop, hers).await, [first.id, second.id]);
    assert!(theirs(house, &shop, his).await.is_empty());
    assert_eq!(house.number("SELECT COUNT(*) FROM conversations WHERE customer_id IS NOT NULL").await, 0);
}

pub(crate) async fn joins_undone_out_of_order_leave_no_words_with_the_wrong_one(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let hers = signs_in(house, &shop, &lan(), 0).await;
    let one = talks(house, &shop, node, "m1", 1).await.conversation;
    let his = customer(house, &shop, "C-2").await;
    let mais = customer(house, &shop, "C-3").await;
    let (first, second) = (act(house, shop.brand.id, 5), act(house, shop.brand.id, 10));
    assert_eq!(house.store.tie_by_agent(&first, one.address, his).await.unwrap(), Joined::Done);
    let two = talks(house, &shop, node, "m2", 6).await.conversation;
    assert_eq!(house.store.tie_by_agent(&second, one.address, mais).await.unwrap(), Joined::Done);
    let three = talks(house, &shop, node, "m3", 11).await.conversation;
    assert_eq!(theirs(house, &shop, his).await, [two.id]);

    house.store.undo_join(shop.brand.id, first.id, None, at(20)).await.unwrap();
    assert_eq!(theirs(house, &shop, hers).await, [one.id, two.id]);
    assert!(theirs(house, &shop, his).await.is_empty());
    assert_eq!(theirs(house, &shop, mais).await, [three.id]);
    house.store.undo_join(shop.brand.id, second.id, None, at(21)).await.unwrap();
    assert_eq!(theirs(house, &shop, hers).await, [one.id, two.id, three.id]);
}
