//! Platforms deliver again when they are not sure. One message is one message.

use crate::harness::{Author, Lara, on_both};
use serde_json::json;
use uuid::Uuid;

on_both!(
    the_same_delivery_a_hundred_times_at_once_is_one_message_and_one_reply,
    the_web_widget_may_retry_too
);

const TIMES: usize = 100;

async fn the_same_delivery_a_hundred_times_at_once_is_one_message_and_one_reply(lara: Lara) {
    let customer = lara.app_customer("repeated");
    let id = Uuid::now_v7().to_string();
    let mut deliveries = tokio::task::JoinSet::new();
    for _ in 0..TIMES {
        let (mut same, id) = (customer.clone(), id.clone());
        deliveries.spawn(async move { same.delivers(&id, "What are your opening hours?").await });
    }
    let receipts = deliveries.join_all().await;
    assert!(receipts.iter().all(|receipt| receipt.status == 202), "{receipts:#?}");
    let new = receipts.iter().filter(|receipt| receipt.body["duplicate"] == json!(false)).count();
    assert_eq!(new, 1, "one delivery is new");
    let ids: std::collections::BTreeSet<_> =
        receipts.iter().map(|receipt| receipt.body["message_id"].as_str()).collect();
    assert_eq!(ids.len(), 1, "all are told the same id: {ids:?}");

    lara.settles_with_every_message_decided_once().await;
    assert_eq!(lara.messages_from_the_app().await, 1);
    let replies = customer.transcript().await;
    assert_eq!(replies.len(), 1, "one reply: {replies:#?}");
}

async fn the_web_widget_may_retry_too(lara: Lara) {
    let mut lan = lara.lan().await;
    let id = Uuid::now_v7().to_string();
    for _ in 0..5 {
        assert_eq!(lan.delivers(&id, "Shop mở cửa mấy giờ?").await.status, 202);
    }
    lan.lara_says("").await;
    assert_eq!(lan.delivers(&id, "Shop mở cửa mấy giờ?").await.status, 202, "long after the answer, too");
    lara.settles_with_every_message_decided_once().await;
    let lines = lan.transcript().await;
    assert_eq!(lines.iter().filter(|line| line.author == Author::Customer).count(), 1, "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| line.author == Author::Lara).count(), 1, "{lines:#?}");
}
