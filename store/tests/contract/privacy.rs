//! Forgetting a person: nothing of them is left, everything of everybody else is, and what is counted still counts.

use crate::house::House;
use crate::make::{LEASE, at};
use crate::somebody::{cells_with, somebody};
use lara_core::model::{Channel, CustomerId, Direction, ErasureId, Level};
use lara_core::ports::{
    Commit, Consent, ErasedBy, ErasureCounts, Inbox as _, Lanes as _, Outbox as _, Privacy as _,
    Transcripts as _,
};
use tokio::task::JoinSet;

/// What of a person anybody could find them by.
const MARKED: &[&str] = &["marked", "912 777", "912777"];

fn wish(house: &House) -> ErasureId {
    ErasureId::new(house.id())
}

pub(crate) async fn nothing_of_an_erased_person_is_left_anywhere(house: &House) {
    let shop = house.shop().await;
    somebody(house, &shop, "keeper").await;
    let kept = cells_with(house, &["keeper", "912 333", "912333"]).await;
    let known = somebody(house, &shop, "marked").await;
    let before = cells_with(house, MARKED).await;
    let tables: std::collections::BTreeSet<_> =
        before.iter().map(|cell| cell.split('.').next().unwrap()).collect();
    assert!(tables.len() >= 13, "the person is not in enough tables to try this: {tables:?}");

    let counts =
        house.store.erase(shop.brand.id, known.head, ErasedBy::Cli, wish(house), at(10)).await.unwrap();
    let counts = counts.unwrap();
    assert_eq!(cells_with(house, MARKED).await, Vec::<String>::new());
    assert_eq!(cells_with(house, &["keeper", "912 333", "912333"]).await, kept);
    assert_eq!(
        counts,
        ErasureCounts {
            customers: 2,
            addresses: 2,
            conversations: 2,
            messages: 8,
            cancelled: 1,
            decisions: 2,
            orders: 2,
            returns: 1,
            preferences: 1,
            ties: 4,
            attachments: 2,
            traces: 2,
        }
    );
    assert_eq!(house.number("SELECT COUNT(*) FROM files").await, 1, "only the other's bytes are left");
    assert_eq!(house.number("SELECT COUNT(*) FROM erasures WHERE by_whom = 'cli'").await, 1);
}

pub(crate) async fn what_is_counted_is_kept_when_somebody_is_erased(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let statistics = "SELECT d.kind || d.policy || d.intent || d.sentiment || d.score || d.complaint || d.urgent || d.at || \
        d.reply_id FROM decisions d ORDER BY d.id";
    let money = "SELECT status || total_minor || currency || ordered_at || items FROM orders ORDER BY id";
    let times = "SELECT direction || author || visibility || seq || at FROM messages ORDER BY id";
    let mut peek = house.peek().await;
    let before = (peek.texts(statistics).await, peek.texts(money).await, peek.texts(times).await);
    house.store.erase(shop.brand.id, known.head, ErasedBy::Api, wish(house), at(10)).await.unwrap().unwrap();
    let after = (peek.texts(statistics).await, peek.texts(money).await, peek.texts(times).await);
    assert_eq!(before, after);
    assert_eq!(house.number("SELECT COUNT(*) FROM customers WHERE erased_at IS NOT NULL").await, 2);
    assert_eq!(house.number("SELECT COUNT(*) FROM escalations WHERE state = 'resolved'").await, 2);
    let readings = peek.texts("SELECT reading FROM decisions").await;
    for reading in readings {
        let reading: lara_core::model::Reading = serde_json::from_str(&reading).unwrap();
        assert!(reading.why.is_empty() && reading.entities.is_empty() && reading.confidence > 0.9);
    }
}

pub(crate) async fn whoever_erases_twice_is_answered_the_same(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let erase = async || {
        house
            .store
            .erase(shop.brand.id, known.head, ErasedBy::Shop, wish(house), at(10))
            .await
            .unwrap()
            .unwrap()
    };
    let first = erase().await;
    assert_eq!(erase().await, first);
    assert_eq!(house.number("SELECT COUNT(*) FROM erasures").await, 1);
    let nobody = CustomerId::new(house.id());
    let none = house.store.erase(shop.brand.id, nobody, ErasedBy::Cli, wish(house), at(10)).await.unwrap();
    assert_eq!(none, None);
    let other = house.shop_called("khac").await;
    let elsewhere = house.store.erase(other.brand.id, known.head, ErasedBy::Cli, wish(house), at(10)).await;
    assert_eq!(elsewhere.unwrap(), None, "no brand erases another's customer");
}

pub(crate) async fn who_is_erased_in_the_middle_of_a_talk_is_told_nothing_more(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let node = house.node();
    // Both lanes have a message that waits; the push reply is being sent.
    let claims = house.store.claim(node, at(100_000), LEASE, 64).await.unwrap();
    assert_eq!(claims.len(), 2);
    let sends = house.store.claim_sends(node, at(100_000), LEASE, 64).await.unwrap();
    assert_eq!(sends.len(), 1);
    house
        .store
        .erase(shop.brand.id, known.head, ErasedBy::Cli, wish(house), at(100_001))
        .await
        .unwrap()
        .unwrap();

    let turns: Vec<_> = claims.iter().map(|claim| house.answers(node, claim, 100_002)).collect();
    let lanes: Vec<_> = claims.iter().map(|claim| claim.conversation.id).collect();
    for commit in house.store.commit(turns).await.unwrap() {
        assert_ne!(commit, Commit::Done);
    }
    assert_eq!(house.store.reload(node, &lanes).await.unwrap(), []);
    assert_eq!(house.store.next_ready().await.unwrap(), None);
    // The one on its way goes no further, is not tried again, and brings nothing back.
    let message = sends[0].message.id;
    let wanted = house.store.progress(node, message, Some(1), Some("marked-7"), at(200_000)).await.unwrap();
    assert!(!wanted);
    let retry = lara_core::ports::Outcome::Retry(at(100_003), "busy");
    house.store.settle(node, at(100_003), vec![(message, retry)]).await.unwrap();
    assert_eq!(house.store.next_send().await.unwrap(), None);
    assert_eq!(house.number("SELECT COUNT(*) FROM messages WHERE state = 'cancelled'").await, 1);
    assert_eq!(cells_with(house, MARKED).await, Vec::<String>::new());

    // Their browser still holds its key: it is a stranger's now, and its talk is empty.
    assert_eq!(house.store.address(shop.web.id, &known.web).await.unwrap(), None);
    let heard = house.hears(house.says(&shop.web, &known.web, "new-1", 200_000)).await;
    let claim = house.store.claim(node, at(200_000), LEASE, 64).await.unwrap().remove(0);
    assert_eq!((claim.memory.customer, claim.memory.address.level), (None, Level::Anonymous));
    assert_eq!((claim.memory.returning, claim.memory.address.id), (false, heard.address));
    assert_eq!(house.store.latest(heard.address, 10).await.unwrap().len(), 1);
}

pub(crate) async fn a_reply_that_arrived_while_somebody_was_erased_brings_no_id_back(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let node = house.node();
    let sends = house.store.claim_sends(node, at(100_000), LEASE, 64).await.unwrap();
    house
        .store
        .erase(shop.brand.id, known.head, ErasedBy::Cli, wish(house), at(100_001))
        .await
        .unwrap()
        .unwrap();
    let sent = lara_core::ports::Outcome::Sent(Some("marked-77".to_owned()));
    house.store.settle(node, at(100_002), vec![(sends[0].message.id, sent)]).await.unwrap();
    assert_eq!(cells_with(house, MARKED).await, Vec::<String>::new());
    assert_eq!(
        house.number("SELECT COUNT(*) FROM messages WHERE state = 'sent' AND direction = 'out'").await,
        2
    );
}

pub(crate) async fn somebody_with_very_many_words_is_erased_in_steps(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let batch: Vec<_> =
        (0..4_500).map(|i| house.says(&shop.web, &known.web, &format!("marked-x{i}"), 4)).collect();
    for part in batch.chunks(500) {
        house.accepts(part.to_vec()).await;
    }
    let counts =
        house.store.erase(shop.brand.id, known.head, ErasedBy::Cli, wish(house), at(10)).await.unwrap();
    assert_eq!(counts.unwrap().messages, 4_508);
    assert_eq!(cells_with(house, MARKED).await, Vec::<String>::new());
}

pub(crate) async fn messages_that_come_while_somebody_is_erased_are_erased_or_a_strangers(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let mut writing = JoinSet::new();
    for i in 0..200 {
        let mut said = house.says(&shop.web, &known.web, &format!("id-{i}"), 20 + i);
        said.text = format!("word-{i}-end");
        let store = house.store.clone();
        writing.spawn(async move { store.accept(vec![said]).await.unwrap().remove(0).unwrap() });
    }
    let erased = house.store.erase(shop.brand.id, known.head, ErasedBy::Cli, wish(house), at(10)).await;
    assert!(erased.unwrap().is_some());
    writing.join_all().await;
    assert_eq!(cells_with(house, &["marked-c", "marked-m", "912777"]).await, Vec::<String>::new());
    let of_the_erased = "SELECT COUNT(*) FROM messages m JOIN conversations c ON c.id = m.conversation_id \
        JOIN addresses a ON a.id = c.address_id WHERE a.external LIKE 'erased:%' AND m.text <> ''";
    assert_eq!(house.number(of_the_erased).await, 0, "words stand with an erased address");
    let all = house.number("SELECT COUNT(*) FROM messages WHERE direction = 'in'").await;
    assert_eq!(all, 204, "nothing accepted is lost");
}

pub(crate) async fn a_file_about_a_person_holds_all_of_them_and_nobody_else(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    somebody(house, &shop, "keeper").await;
    let batch: Vec<_> =
        (0..2_100).map(|i| house.says(&shop.web, &known.web, &format!("marked-x{i}"), 4)).collect();
    for part in batch.chunks(500) {
        house.accepts(part.to_vec()).await;
    }
    let file = house.store.person_file(shop.brand.id, known.head, at(9)).await.unwrap().unwrap();
    assert_eq!((file.customers.len(), file.addresses.len(), file.conversations.len()), (2, 2, 2));
    assert_eq!((file.orders.len(), file.returns.len(), file.preferences.len()), (2, 1, 1));
    assert_eq!((file.joins.len(), file.suggestions.len()), (1, 1));
    let said: usize = file.conversations.iter().map(|talk| talk.messages.len()).sum();
    assert_eq!(said, 2_108);
    let talk = &file.conversations[0];
    assert_eq!((talk.decisions.len(), talk.escalations.len(), talk.files.len()), (1, 1, 1));
    assert!(talk.messages.iter().any(|said| said.direction == Direction::Note));
    let json = serde_json::to_string(&file).unwrap();
    for word in
        ["marked Nguyễn 1", "marked2@example.com", "marked-1002", "marked is nice", "marked.jpg", "marked-R1"]
    {
        assert!(json.contains(word), "{word} is missing");
    }
    assert!(!json.contains("keeper"), "somebody else's data is in it");
    let merged = file.customers[1].id;
    let same = house.store.person_file(shop.brand.id, merged, at(9)).await.unwrap().unwrap();
    assert_eq!(same, file, "whichever of their customers is asked for");
    let other = house.shop_called("khac").await;
    assert_eq!(house.store.person_file(other.brand.id, known.head, at(9)).await.unwrap(), None);
    let push = house.store.address(shop.push.id, &known.push).await.unwrap().unwrap();
    assert_eq!(push.external, file.addresses[1].external);
}

pub(crate) async fn silence_counts_for_every_proven_address_at_once(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let address = async |channel: &Channel, external: &str| {
        house.store.address(channel.id, external).await.unwrap().unwrap().opted_out_at
    };
    assert!(house.store.set_consent(shop.brand.id, known.head, Consent::Silence, at(9)).await.unwrap());
    assert_eq!(address(&shop.web, &known.web).await, Some(at(9)));
    assert_eq!(address(&shop.push, &known.push).await, Some(at(9)));
    assert_eq!(house.store.claim_sends(house.node(), at(9), LEASE, 64).await.unwrap(), []);
    assert!(house.store.set_consent(shop.brand.id, known.head, Consent::Messages, at(9)).await.unwrap());
    assert_eq!(address(&shop.push, &known.push).await, None);
    let nobody = CustomerId::new(house.id());
    assert!(!house.store.set_consent(shop.brand.id, nobody, Consent::Silence, at(9)).await.unwrap());
}

pub(crate) async fn words_older_than_a_brand_keeps_go_and_counts_stay(house: &House) {
    let shop = house.shop().await;
    let known = somebody(house, &shop, "marked").await;
    let forget = async |before| {
        let (brand, id) = (shop.brand.id, ErasureId::new(house.id()));
        house.store.forget_words(brand, at(before), id, at(10)).await.unwrap()
    };
    assert_eq!(forget(i64::from(i32::MAX)).await, 0, "open conversations keep their words");
    let mut peek = house.peek().await;
    peek.run("UPDATE conversations SET owner = 'closed'").await;
    assert_eq!(forget(i64::from(i32::MAX)).await, 0, "so do those for which somebody waits");
    peek.run("UPDATE escalations SET state = 'resolved'").await;
    assert_eq!(forget(3).await, 0, "and those that ended later");
    assert_eq!(forget(i64::from(i32::MAX)).await, 2);
    assert_eq!(forget(i64::from(i32::MAX)).await, 0, "once is enough");
    let left = cells_with(house, &["marked"]).await;
    let spoken = [
        "messages.text",
        "messages.aside",
        "messages.attachments",
        "messages.quick_replies",
        "decisions.",
        "lessons.",
    ];
    let words: Vec<_> =
        left.iter().filter(|cell| spoken.iter().any(|column| cell.starts_with(column))).collect();
    assert_eq!(words, Vec::<&String>::new());
    assert!(left.iter().any(|cell| cell.starts_with("customers.name")), "the person is still there");
    assert_eq!(house.number("SELECT COUNT(*) FROM decisions WHERE intent = 'track_order'").await, 2);
    assert_eq!(house.number("SELECT COUNT(*) FROM erasures WHERE customer_id IS NULL").await, 1);
    let counts = peek.texts("SELECT counts FROM erasures").await.remove(0);
    let counts: ErasureCounts = serde_json::from_str(&counts).unwrap();
    assert_eq!((counts.conversations, counts.messages), (2, 8));
    assert_eq!(house.store.find_person(shop.brand.id, "MARKED1@example.com").await.unwrap(), [known.head]);
    assert_eq!(house.store.find_person(shop.brand.id, "+84 912 777 882").await.unwrap(), [known.head]);
    assert_eq!(house.store.find_person(shop.brand.id, "marked-C2").await.unwrap(), [known.head]);
    assert_eq!(house.store.find_person(shop.brand.id, &known.head.to_string()).await.unwrap(), [known.head]);
    assert_eq!(house.store.find_person(shop.brand.id, "nobody").await.unwrap(), []);
}
