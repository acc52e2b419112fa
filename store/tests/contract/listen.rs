//! The door.

use crate::house::House;
use crate::make::{LEASE, at};
use lara_core::model::{AgentId, ConversationId, Millis};
use lara_core::ports::{
    Acceptance, Brands as _, Commit, Desk as _, DeskOutcome, Inbox as _, Lanes as _, Transcripts as _,
};

pub(crate) async fn a_new_message_gets_the_next_place_of_its_lane(house: &House) {
    let shop = house.shop().await;
    let first = house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    let second = house.hears(house.says(&shop.web, "lan", "m2", 1)).await;
    let other = house.hears(house.says(&shop.web, "minh", "m3", 2)).await;

    assert_eq!((first.seq, second.seq, other.seq), (1, 2, 1));
    assert_eq!((second.conversation, second.address), (first.conversation, first.address));
    assert_ne!(other.conversation, first.conversation);
}

pub(crate) async fn text_comes_back_letter_by_letter(house: &House) {
    let shop = house.shop().await;
    let text = "Đơn của “Lan” đâu?\n\t'x' \"y\" \\ {{name}} *b* 😡👩‍👩‍👧 \u{202e}abc\u{200b} NULL $1 %";
    let mut message = house.says(&shop.web, "lan'; DROP TABLE messages; --", "m1", 0);
    message.text = text.to_owned();
    let heard = house.hears(message).await;

    let read = house.store.latest(heard.address, 10).await.unwrap();
    assert_eq!(read[0].text, text);
    assert_eq!(read[0].id, heard.message);
}

pub(crate) async fn equal_messages_of_one_batch_are_one(house: &House) {
    let shop = house.shop().await;
    let batch = vec![house.says(&shop.web, "lan", "m1", 0), house.says(&shop.web, "lan", "m1", 0)];
    let answers = house.accepts(batch).await;

    let Acceptance::New { message, conversation, address, seq: 1 } = answers[0] else {
        panic!("the first is new: {answers:?}")
    };
    assert_eq!(answers[1], Acceptance::Duplicate { message, conversation, address });
    assert_eq!(house.number("SELECT COUNT(*) FROM messages").await, 1);
}

pub(crate) async fn a_duplicate_moves_nothing_of_its_lane(house: &House) {
    let shop = house.shop().await;
    let mut said = house.says(&shop.web, "lan", "m1", 0);
    said.settle = Millis(800);
    said.settle_at_most = Millis(5_000);
    let first = house.hears(said).await;
    let lane = "SELECT last_seq * 1000000 + last_in_seq * 100000 + ready_at - 1700000000000 + last_at \
                FROM conversations";
    let before = house.number(lane).await;

    let answers = house.accepts(vec![house.says(&shop.web, "lan", "m1", 700)]).await;
    let Heard { message, conversation, address, .. } = first;
    assert_eq!(answers, [Acceptance::Duplicate { message, conversation, address }]);
    assert_eq!(house.number(lane).await, before);
    assert_eq!(house.number("SELECT COUNT(*) FROM addresses").await, 1);
}

use crate::make::Heard;

pub(crate) async fn a_duplicate_of_a_closed_conversation_opens_no_new_one(house: &House) {
    let shop = house.shop().await;
    let first = house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    close(house, first.conversation).await;

    let answers = house.accepts(vec![house.says(&shop.web, "lan", "m1", 50)]).await;
    assert!(matches!(answers[0], Acceptance::Duplicate { message, .. } if message == first.message));
    assert_eq!(house.number("SELECT COUNT(*) FROM conversations").await, 1);
}

async fn close(house: &House, conversation: ConversationId) {
    let closed = house.store.resolve(conversation, AgentId::new(house.id()), None, at(10)).await.unwrap();
    assert_eq!(closed, DeskOutcome::Done { on_the_way: 0 });
}

pub(crate) async fn a_batch_with_duplicates_stores_the_rest(house: &House) {
    let shop = house.shop().await;
    house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    let batch = vec![
        house.says(&shop.web, "minh", "m2", 1),
        house.says(&shop.web, "lan", "m1", 1),
        house.says(&shop.web, "lan", "m3", 1),
    ];
    let answers = house.accepts(batch).await;

    assert!(matches!(answers[0], Acceptance::New { seq: 1, .. }), "{answers:?}");
    assert!(matches!(answers[1], Acceptance::Duplicate { .. }), "{answers:?}");
    assert!(matches!(answers[2], Acceptance::New { seq: 2, .. }), "{answers:?}");
}

pub(crate) async fn a_message_after_the_close_opens_a_new_conversation(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let first = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
    let decided = house.store.commit(vec![house.answers(node, &first, 1)]).await.unwrap();
    assert_eq!(decided, [Commit::Done]);
    close(house, first.conversation.id).await;

    let next = house.hears(house.says(&shop.web, "lan", "m2", 20)).await;
    assert_ne!(next.conversation, first.conversation.id);
    assert_eq!((next.address, next.seq), (first.conversation.address, 1));
}

pub(crate) async fn a_run_waits_for_silence_but_not_for_ever(house: &House) {
    let shop = house.shop().await;
    for (index, when) in [0, 700, 1_400, 2_100].into_iter().enumerate() {
        let mut said = house.says(&shop.web, "lan", &format!("m{index}"), when);
        said.settle = Millis(800);
        said.settle_at_most = Millis(2_000);
        house.hears(said).await;
        let due = house.store.next_ready().await.unwrap().unwrap();
        assert_eq!(due, at((when + 800).min(2_000)), "after the message at {when}");
    }
    let node = house.node();
    assert!(house.store.claim(node, at(1_999), LEASE, 64).await.unwrap().is_empty());
    let claims = house.store.claim(node, at(2_000), LEASE, 64).await.unwrap();
    assert_eq!(claims[0].run.iter().map(|message| message.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

pub(crate) async fn an_agents_customer_is_heard_at_once(house: &House) {
    let shop = house.shop().await;
    let first = house.hears(house.says(&shop.web, "lan", "m1", 0)).await;
    let agent = house.agent("ha@example.com").await;
    house.store.take_over(first.conversation, agent.id, at(1)).await.unwrap();

    let mut said = house.says(&shop.web, "lan", "m2", 100);
    said.settle = Millis(800);
    said.settle_at_most = Millis(5_000);
    house.hears(said).await;
    assert_eq!(house.store.next_ready().await.unwrap(), Some(at(100)));
}

pub(crate) async fn a_message_of_a_removed_brand_is_refused_alone(house: &House) {
    let (shop, gone) = (house.shop().await, house.shop_called("gone").await);
    let known = house.hears(house.says(&gone.web, "lan", "m0", 0)).await;
    house.store.remove_brand(gone.brand.id, at(1)).await.unwrap();
    let batch = vec![
        house.says(&gone.web, "lan", "m1", 2),
        house.says(&shop.web, "minh", "m2", 2),
        house.says(&gone.push, "mai", "m3", 2),
    ];
    let answers = house.store.accept(batch).await.unwrap();
    assert_eq!((answers[0], answers[2]), (None, None));
    assert!(matches!(answers[1], Some(Acceptance::New { seq: 1, .. })), "{answers:?}");
    assert_eq!(house.number("SELECT COUNT(*) FROM conversations").await, 1);
    assert_eq!(house.number("SELECT COUNT(*) FROM addresses").await, 1, "nothing of them is stored");
    assert_eq!(house.store.conversation(known.conversation).await.unwrap(), None);
}
