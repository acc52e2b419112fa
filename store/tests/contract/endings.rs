//! How conversations end, what they were about, and the notices that tell of it.

use crate::house::House;
use crate::make::{LEASE, at, lan};
use lara_core::model::{AddressId, ConversationId, CustomerId, Level, Millis, NoticeId, Owner, Priority};
use lara_core::ports::{Desk as _, Directory as _, Endings as _, Lanes as _, NoticeEnd, SummedUp};
use lara_core::relate::summary::{ResolvedBy, sum_up};

async fn owner(house: &House, id: ConversationId) -> Owner {
    house.store.conversation(id).await.unwrap().unwrap().0.owner
}

pub(crate) async fn what_has_gone_quiet_ends_and_what_waits_does_not(house: &House) {
    let (shop, node) = (house.shop().await, house.node());
    let answered = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 1)).await;
    house.store.commit(vec![house.answers(node, &answered, 2)]).await.unwrap();
    let queued = house.heard_and_claimed(node, house.says(&shop.push, "minh", "m2", 1)).await;
    house.store.commit(vec![house.answers(node, &queued, 2)]).await.unwrap();
    let escalated = house.heard_and_claimed(node, house.says(&shop.web, "hoa", "m3", 1)).await;
    let turn = house.escalating(house.answers(node, &escalated, 2), Priority::High, 5, 900);
    house.store.commit(vec![turn]).await.unwrap();
    let waiting = house.hears(house.says(&shop.web, "an", "m4", 1)).await;

    let end = async |before| house.store.end_quiet(shop.brand.id, at(before), at(1_000), 64).await.unwrap();
    assert_eq!(end(2).await, 0, "somebody wrote since");
    assert_eq!(end(500).await, 1, "one is answered, one unsent, one with humans, one undecided");
    assert_eq!(owner(house, answered.conversation.id).await, Owner::Closed);
    for open in [queued.conversation.id, escalated.conversation.id, waiting.conversation] {
        assert_ne!(owner(house, open).await, Owner::Closed);
    }
    let next = house.hears(house.says(&shop.web, "lan", "m5", 1_001)).await;
    assert_ne!(next.conversation, answered.conversation.id, "who writes again begins a new one");
    let again = house.store.claim(node, at(1_001), LEASE, 64).await.unwrap();
    let again = again.iter().find(|claim| claim.conversation.id == next.conversation).unwrap();
    assert!(again.memory.returning && !again.memory.answered_before);
    assert!(
        house.store.last_in(answered.conversation.id).await.unwrap().is_some(),
        "the reply window is theirs"
    );
}

pub(crate) async fn what_has_ended_is_summed_up_once(house: &House) {
    let (shop, node) = (house.shop().await, house.node());
    let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
    let lan = house.store.tie(&shop.web, "lan", &lan(), Level::Verified, ids, at(0)).await.unwrap();
    let mai = house.agent("mai@example.com").await;
    let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 1)).await;
    let turn = house.escalating(house.answers(node, &claim, 2), Priority::High, 5, 900);
    house.store.commit(vec![turn]).await.unwrap();
    let id = claim.conversation.id;
    house.store.take_over(id, mai.id, at(3)).await.unwrap();
    assert!(house.store.to_sum_up(64).await.unwrap().is_empty());
    house.store.resolve(id, mai.id, None, at(4)).await.unwrap();

    let ended = house.store.to_sum_up(64).await.unwrap().remove(0);
    assert_eq!((ended.conversation, ended.ended_at), (id, at(4)));
    let summary = sum_up(&ended.past);
    assert_eq!(summary.intents[0].as_str(), "track_order");
    assert_eq!(summary.orders, ["MH-10234"]);
    assert_eq!((summary.resolved_by, summary.agent), (ResolvedBy::Agent, Some(mai.id)));
    assert_eq!((summary.runs, summary.replies), (1, 1));

    let notice = NoticeId::new(house.id());
    let row = |notice| [SummedUp { conversation: id, summary: summary.clone(), notice: Some(notice) }];
    house.store.sum_up(&row(notice), at(5)).await.unwrap();
    house.store.sum_up(&row(NoticeId::new(house.id())), at(5)).await.unwrap();
    assert!(house.store.to_sum_up(64).await.unwrap().is_empty());
    let claim = async |when| house.store.claim_notices(node, at(when), Millis(10), 64).await.unwrap();
    let due = claim(5).await;
    assert_eq!(due.len(), 1, "one notice, whoever sums up");
    let talk = due[0].about.clone().unwrap();
    assert_eq!((due[0].id, talk.conversation, talk.customer), (notice, id, lan.customer));
    assert_eq!((talk.external_id.as_deref(), talk.summary), (Some("C-1"), summary));
    assert_eq!(talk.agent, Some((mai.id, mai.name)));
}

pub(crate) async fn a_notice_is_sent_until_it_arrives(house: &House) {
    let (shop, node, other) = (house.shop().await, house.node(), house.node());
    let heard = house.hears(house.says(&shop.web, "lan", "m1", 1)).await;
    let mai = house.agent("mai@example.com").await;
    house.store.take_over(heard.conversation, mai.id, at(2)).await.unwrap();
    let claim = house.store.claim(node, at(2), LEASE, 64).await.unwrap().remove(0);
    let silent = lara_core::ports::Turn { reply: None, ..house.answers(node, &claim, 2) };
    let mut silent = silent;
    silent.decision.reply = None;
    house.store.commit(vec![silent]).await.unwrap();
    house.store.resolve(heard.conversation, mai.id, None, at(3)).await.unwrap();
    let ended = house.store.to_sum_up(64).await.unwrap().remove(0);
    let notice = Some(NoticeId::new(house.id()));
    let row = SummedUp { conversation: ended.conversation, summary: sum_up(&ended.past), notice };
    house.store.sum_up(&[row], at(10)).await.unwrap();

    let claim = async |node, when| house.store.claim_notices(node, at(when), Millis(10), 64).await.unwrap();
    assert_eq!(claim(node, 10).await.len(), 1);
    assert!(claim(other, 15).await.is_empty(), "another node holds it");
    let late = claim(other, 20).await;
    assert_eq!(late[0].attempts, 2, "whoever fell leaves it to the next");
    house.store.settle_notice(node, late[0].id, NoticeEnd::Sent).await.unwrap();
    house.store.settle_notice(other, late[0].id, NoticeEnd::Retry(at(100), "failing")).await.unwrap();
    assert_eq!(house.store.notice_troubles(at(0)).await.unwrap()[0].fault, "failing");
    assert!(claim(node, 99).await.is_empty());
    assert_eq!(claim(node, 100).await.len(), 1);
    house.store.settle_notice(node, late[0].id, NoticeEnd::Sent).await.unwrap();
    assert!(claim(node, 10_000).await.is_empty());
    assert!(house.store.notice_troubles(at(0)).await.unwrap().is_empty());
    assert_eq!(house.store.prune_notices(at(11)).await.unwrap(), 1);
}
