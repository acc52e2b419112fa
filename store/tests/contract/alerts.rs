//! Alerts: about what burns, at most one a rule, subject and target, and never sent twice.

use crate::house::House;
use crate::make::{LEASE, Shop, at};
use lara_core::model::{AlertRule, ConversationId, HealthState, Priority};
use lara_core::ports::{
    Alert, AlertEnd, Alerts as _, Brands as _, ChannelHealth as _, Commit, Desk as _, DeskOutcome,
    Lanes as _, Symptom,
};

/// Lan's run was escalated at `when`.
async fn escalated(house: &House, shop: &Shop, who: &str, priority: Priority, when: i64) -> ConversationId {
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, who, who, when)).await;
    let turn = house.escalating(house.answers(node, &claim, when), priority, 90, when + 10);
    assert_eq!(house.store.commit(vec![turn]).await.unwrap(), [Commit::Done]);
    claim.conversation.id
}

fn about(house: &House, shop: &Shop, subject: &str, target: &str, when: i64) -> Alert {
    Alert {
        id: house.id(),
        brand: shop.brand.id,
        rule: AlertRule::Urgent,
        subject: subject.to_owned(),
        target: target.to_owned(),
        conversation: None,
        channel: None,
        at: at(when),
        attempts: 0,
    }
}

async fn states(house: &House) -> Vec<String> {
    let sql = "SELECT target || ' ' || state || COALESCE(' ' || fault, '') FROM alerts ORDER BY at, target";
    house.peek().await.texts(sql).await
}

pub(crate) async fn what_nobody_has_taken_is_found(house: &House) {
    let shop = house.shop().await;
    let urgent = escalated(house, &shop, "lan", Priority::Urgent, 5).await;
    let taken = escalated(house, &shop, "minh", Priority::High, 6).await;
    let agent = house.agent("ha@example.com").await;
    let took = house.store.take_over(taken, agent.id, at(7)).await.unwrap();
    assert!(matches!(took, DeskOutcome::Done { .. }), "{took:?}");
    let found = house.store.unclaimed(shop.brand.id, at(0)).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].conversation, found[0].priority), (urgent, Priority::Urgent));
    assert_eq!(found[0].opened_at, at(5));
    assert!(house.store.unclaimed(shop.brand.id, at(6)).await.unwrap().is_empty(), "it is older than that");
    let other = house.shop_called("other").await;
    assert!(house.store.unclaimed(other.brand.id, at(0)).await.unwrap().is_empty());
}

pub(crate) async fn what_became_urgent_by_what_was_said_since_is_found(house: &House) {
    let shop = house.shop().await;
    escalated(house, &shop, "lan", Priority::High, 5).await;
    let urgent = escalated(house, &shop, "minh", Priority::Urgent, 5).await;
    for who in ["lan", "minh"] {
        house.hears(house.says(&shop.push, who, &format!("{who}-2"), 20)).await;
    }
    let found = house.store.unclaimed(shop.brand.id, at(10)).await.unwrap();
    assert_eq!(found.iter().map(|one| one.conversation).collect::<Vec<_>>(), [urgent]);
    assert!(house.store.unclaimed(shop.brand.id, at(21)).await.unwrap().is_empty(), "nothing came since");
}

pub(crate) async fn an_alert_is_raised_once_whoever_raises_it(house: &House) {
    let shop = house.shop().await;
    let both = [about(house, &shop, "e-1", "night", 1), about(house, &shop, "e-1", "boss", 1)];
    assert_eq!(house.store.raise(&both).await.unwrap(), 2);
    let (one, other) = (about(house, &shop, "e-1", "night", 2), about(house, &shop, "e-2", "night", 2));
    let (first, second) = ([one.clone()], [one, other]);
    let (a, b) = tokio::join!(house.store.raise(&first), house.store.raise(&second));
    assert_eq!(a.unwrap() + b.unwrap(), 1);
    let first = house.store.claim_alerts(house.node(), at(3), LEASE, 2).await.unwrap();
    let second = house.store.claim_alerts(house.node(), at(3), LEASE, 9).await.unwrap();
    assert_eq!((first.len(), second.len()), (2, 1), "two nodes share them");
    assert_eq!(first[0].attempts, 1);
    assert!(house.store.claim_alerts(house.node(), at(4), LEASE, 9).await.unwrap().is_empty());
}

pub(crate) async fn an_alert_that_may_have_arrived_is_never_sent_again(house: &House) {
    let shop = house.shop().await;
    for (subject, target) in [("e-1", "crashed"), ("e-1", "timed-out"), ("e-1", "sent"), ("e-1", "wrong")] {
        house.store.raise(&[about(house, &shop, subject, target, 1)]).await.unwrap();
    }
    let node = house.node();
    for alert in house.store.claim_alerts(node, at(2), LEASE, 9).await.unwrap() {
        let end = match alert.target.as_str() {
            "timed-out" => AlertEnd::Uncertain("timed_out"),
            "sent" => AlertEnd::Sent,
            "wrong" => AlertEnd::Failed("refused"),
            _ => continue,
        };
        house.store.settle_alert(node, alert.id, end).await.unwrap();
    }
    assert_eq!(house.store.expire_alerts(at(2 + LEASE.0)).await.unwrap(), 0, "its node may still live");
    assert_eq!(house.store.expire_alerts(at(3 + LEASE.0)).await.unwrap(), 1);
    assert_eq!(
        states(house).await,
        [
            "crashed uncertain lease_expired",
            "sent sent",
            "timed-out uncertain timed_out",
            "wrong failed refused"
        ]
    );
    assert!(house.store.claim_alerts(node, at(1_000_000_000), LEASE, 9).await.unwrap().is_empty());
    let troubles = house.store.alert_troubles().await.unwrap();
    let troubles: Vec<_> = troubles.iter().map(|one| (one.target.as_str(), one.fault.as_str())).collect();
    assert_eq!(troubles, [("crashed", "lease_expired"), ("timed-out", "timed_out"), ("wrong", "refused")]);
}

pub(crate) async fn an_alert_is_tried_again_when_it_is_due(house: &House) {
    let shop = house.shop().await;
    house.store.raise(&[about(house, &shop, "e-1", "night", 1)]).await.unwrap();
    let node = house.node();
    let alert = house.store.claim_alerts(node, at(2), LEASE, 9).await.unwrap().remove(0);
    // Another node cannot settle it.
    house.store.settle_alert(house.node(), alert.id, AlertEnd::Sent).await.unwrap();
    house.store.settle_alert(node, alert.id, AlertEnd::Retry(at(500), "unreachable")).await.unwrap();
    assert!(house.store.claim_alerts(node, at(499), LEASE, 9).await.unwrap().is_empty());
    let again = house.store.claim_alerts(node, at(500), LEASE, 9).await.unwrap().remove(0);
    assert_eq!((again.id, again.attempts), (alert.id, 2));
    house.store.settle_alert(node, alert.id, AlertEnd::Sent).await.unwrap();
    assert_eq!(states(house).await, ["night sent"]);
    assert!(house.store.alert_troubles().await.unwrap().is_empty(), "it arrived in the end");
}

pub(crate) async fn a_channel_that_dies_again_is_alerted_about_again(house: &House) {
    let shop = house.shop().await;
    let note =
        async |symptom: Symptom, when: i64| house.store.note(&shop.push, &symptom, at(when)).await.unwrap().1;
    let dead = |when: i64| Alert {
        rule: AlertRule::ChannelDead,
        channel: Some(shop.push.id),
        ..about(house, &shop, &shop.push.id.to_string(), "night", when)
    };
    assert!(house.store.dead_channels(shop.brand.id).await.unwrap().is_empty());
    assert_eq!(note(Symptom::Died("token_revoked".to_owned()), 1).await, HealthState::Dead);
    assert_eq!(house.store.dead_channels(shop.brand.id).await.unwrap(), [shop.push.id]);
    assert_eq!(house.store.raise(&[dead(2)]).await.unwrap(), 1);
    // It says again and again that it is dead: one outage.
    note(Symptom::Died("token_revoked".to_owned()), 3).await;
    house.store.close_outages(at(1_000)).await.unwrap();
    assert_eq!(house.store.raise(&[dead(4)]).await.unwrap(), 0);
    // Alive for a moment only: still the same.
    note(Symptom::Heard, 5).await;
    assert_eq!(house.store.close_outages(at(2)).await.unwrap(), 0);
    assert_eq!(house.store.close_outages(at(3)).await.unwrap(), 1);
    note(Symptom::Died("token_revoked".to_owned()), 6).await;
    assert_eq!(house.store.raise(&[dead(7)]).await.unwrap(), 1, "another outage");
    // Who paused it knows.
    house.store.pause_channel(shop.push.id, Some(at(8)), at(8)).await.unwrap();
    assert!(house.store.dead_channels(shop.brand.id).await.unwrap().is_empty());
}
