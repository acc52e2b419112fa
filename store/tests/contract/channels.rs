//! Channels that reach out: their secrets, accounts and pauses, who listens, how far, and how well they are.

use crate::house::House;
use crate::make::{LEASE, at};
use lara_core::model::{
    Channel, ChannelId, ChannelKind, Delivery, Finding, Gravity, Health, HealthState, Millis,
};
use lara_core::ports::{
    Brands as _, ChangeKind, Changes as _, ChannelHealth as _, Lanes as _, Leases as _, Marks as _, OddEvent,
    OddEvents as _, Outbox as _, Saved, Symptom,
};
use lara_store::{Store, Vault};
use secrecy::{ExposeSecret as _, SecretString};

const TOKEN: &str = "123456:AAE-a-token-nobody-may-read";

/// The store with the key of the installation.
fn keyed(house: &House, key: u8) -> Store {
    house.store.clone().with_vault(Vault::new(&[key; 32]))
}

fn with_token(channel: &Channel) -> Channel {
    let mut channel = channel.clone();
    channel.secrets.set("token", SecretString::from(TOKEN));
    channel
}

async fn one(store: &Store, id: ChannelId) -> Channel {
    store.channels(None).await.unwrap().into_iter().find(|channel| channel.id == id).unwrap()
}

async fn health_of(house: &House, channel: &Channel) -> Option<Health> {
    let all = house.store.health(None).await.unwrap();
    all.into_iter().find(|health| health.channel == channel.id)
}

pub(crate) async fn a_secret_is_sealed_in_the_database(house: &House) {
    let shop = house.shop().await;
    let store = keyed(house, 7);
    assert_eq!(store.put_channel(&with_token(&shop.push), at(1)).await.unwrap(), Saved::Done);

    let rows = house.peek().await.texts("SELECT secrets FROM channels WHERE secrets IS NOT NULL").await;
    assert_eq!(rows.len(), 1);
    assert!(rows[0].starts_with("x1.") && !rows[0].contains("AAE"), "{rows:?}");
    let settings = house.peek().await.texts("SELECT settings FROM channels").await;
    assert!(settings.iter().all(|settings| !settings.contains("AAE")), "{settings:?}");
    let read = one(&store, shop.push.id).await;
    assert_eq!(read.secrets.get("token").unwrap().expose_secret(), TOKEN);
    assert!(!format!("{read:?}").contains("AAE"), "{read:?}");
}

pub(crate) async fn a_lost_key_costs_the_channel_its_secrets_and_nobody_else_theirs(house: &House) {
    let shop = house.shop().await;
    let other = Channel::new(
        ChannelId::new(house.id()),
        shop.brand.id,
        ChannelKind::Discord,
        "discord",
        Delivery::Push,
    );
    keyed(house, 7).put_channel(&with_token(&shop.push), at(1)).await.unwrap();
    let changed = keyed(house, 8);
    changed.put_channel(&with_token(&other), at(2)).await.unwrap();

    let locked = one(&changed, shop.push.id).await;
    assert!(locked.secrets.is_empty() && locked.secrets.are_locked(), "sealed with another key");
    assert_eq!(one(&changed, other.id).await.secrets.get("token").unwrap().expose_secret(), TOKEN);
    assert_eq!(changed.channels(None).await.unwrap().len(), 3, "no channel is missing");
    assert!(one(&house.store, other.id).await.secrets.are_locked(), "there is no key at all");
    changed.put_channel(&locked, at(3)).await.unwrap();
    let back = one(&keyed(house, 7), shop.push.id).await;
    assert_eq!(
        back.secrets.get("token").unwrap().expose_secret(),
        TOKEN,
        "saving did not cost what is locked"
    );
    let refused = house.store.put_channel(&with_token(&other), at(3)).await.unwrap_err();
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert!(why.contains("LARA_SECRET_KEY") && !why.contains("AAE"), "{why}");
}

pub(crate) async fn an_account_belongs_to_one_channel(house: &House) {
    let (may, other) = (house.shop_called("may").await, house.shop_called("other").await);
    let page = |channel: &Channel| Channel { account: Some("4711".to_owned()), ..channel.clone() };
    assert_eq!(house.store.put_channel(&page(&may.push), at(1)).await.unwrap(), Saved::Done);
    assert_eq!(house.store.put_channel(&page(&other.push), at(2)).await.unwrap(), Saved::Taken);
    assert_eq!(house.store.put_channel(&page(&other.web), at(3)).await.unwrap(), Saved::Done, "another kind");
    assert_eq!(house.store.put_channel(&may.push, at(4)).await.unwrap(), Saved::Done, "it is given back");
    assert_eq!(house.store.put_channel(&page(&other.push), at(5)).await.unwrap(), Saved::Done);
    assert_eq!(one(&house.store, may.push.id).await.account, None);
}

pub(crate) async fn a_paused_channel_keeps_what_it_has(house: &House) {
    let shop = house.shop().await;
    let store = keyed(house, 7);
    store.put_channel(&with_token(&shop.push), at(1)).await.unwrap();
    let number = store.last_change().await.unwrap();
    store.pause_channel(shop.push.id, Some(at(2)), at(2)).await.unwrap();
    let paused = one(&store, shop.push.id).await;
    assert_eq!(paused, Channel { paused_at: Some(at(2)), ..with_token(&shop.push) });
    store.pause_channel(shop.push.id, None, at(3)).await.unwrap();
    assert_eq!(one(&store, shop.push.id).await, with_token(&shop.push));
    store.pause_channel(ChannelId::new(house.id()), Some(at(4)), at(4)).await.unwrap();
    let told = store.changes(number).await.unwrap();
    let told: Vec<_> = told.iter().map(|change| (change.kind, change.brand)).collect();
    assert_eq!(told, [(ChangeKind::Brand, shop.brand.id); 2], "who listens hears of it");
}

pub(crate) async fn a_paused_channel_sends_nothing_until_it_goes_on(house: &House) {
    let shop = house.shop().await;
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", "m1", 0)).await;
    house.store.commit(vec![house.answers(node, &claim, 1)]).await.unwrap();
    house.store.pause_channel(shop.push.id, Some(at(2)), at(2)).await.unwrap();
    assert!(house.store.claim_sends(node, at(3), LEASE, 64).await.unwrap().is_empty());
    assert_eq!(house.store.next_send().await.unwrap(), None, "nobody wakes up for it");
    house.store.pause_channel(shop.push.id, None, at(4)).await.unwrap();
    assert_eq!(house.store.claim_sends(node, at(5), LEASE, 64).await.unwrap().len(), 1);
}

pub(crate) async fn a_removed_channel_leaves_its_talks_and_nothing_to_speak_with(house: &House) {
    let shop = house.shop().await;
    let store = keyed(house, 7);
    let page = Channel { account: Some("4711".to_owned()), ..with_token(&shop.push) };
    store.put_channel(&page, at(1)).await.unwrap();
    store.note(&page, &Symptom::Heard, at(1)).await.unwrap();
    store.set_mark(page.id, "offset", "1", at(1)).await.unwrap();
    let node = house.node();
    let claim = house.heard_and_claimed(node, house.says(&shop.push, "lan", "m1", 2)).await;
    house.store.commit(vec![house.answers(node, &claim, 3)]).await.unwrap();

    store.remove_channel(page.id, at(4)).await.unwrap();
    // A listener that has not heard of it yet.
    store.note(&page, &Symptom::Heard, at(4)).await.unwrap();
    let left = one(&store, page.id).await;
    assert!(left.is_removed() && left.secrets.is_empty() && left.account.is_none());
    assert_eq!((left.paused_at, health_of(house, &page).await), (Some(at(4)), None));
    assert_eq!(store.mark(page.id, "offset").await.unwrap(), None);
    let said =
        house.peek().await.texts("SELECT state || COALESCE(fault, '') FROM messages ORDER BY seq").await;
    assert_eq!(said, ["accepted", "failedchannel_removed"]);
    let elsewhere = Channel { account: Some("4711".to_owned()), ..house.shop_called("other").await.push };
    assert_eq!(store.put_channel(&elsewhere, at(5)).await.unwrap(), Saved::Done, "its account is free");
    store.remove_channel(ChannelId::new(house.id()), at(6)).await.unwrap();
}

pub(crate) async fn one_node_listens_at_a_time(house: &House) {
    let (first, second) = (house.node(), house.node());
    let lease = Millis(1_000);
    let hold = async |node, when| house.store.hold("listen:tg", node, at(when), lease).await.unwrap();
    assert!(hold(first, 0).await);
    assert!(!hold(second, 10).await);
    assert!(hold(first, 900).await, "who holds it keeps it");
    assert!(!hold(second, 1_500).await);
    assert!(house.store.hold("listen:dc", second, at(1_500), lease).await.unwrap(), "another name");
    assert!(hold(second, 1_901).await, "its end has passed");
    assert!(!hold(first, 1_902).await);
    house.store.let_go("listen:tg", first).await.unwrap();
    assert!(!hold(first, 1_903).await, "nobody gives back what another holds");
    house.store.let_go("listen:tg", second).await.unwrap();
    assert!(hold(first, 1_904).await);
}

pub(crate) async fn of_nodes_that_ask_at_once_one_listens(house: &House) {
    let mut nodes = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (store, node) = (house.store.clone(), house.node());
        nodes.spawn(async move { store.hold("listen:tg", node, at(0), Millis(1_000)).await.unwrap() });
    }
    let holders = nodes.join_all().await.into_iter().filter(|held| *held).count();
    assert_eq!(holders, 1);
}

pub(crate) async fn a_mark_stands_where_it_was_set(house: &House) {
    let shop = house.shop().await;
    let (push, web) = (shop.push.id, shop.web.id);
    assert_eq!(house.store.mark(push, "offset").await.unwrap(), None);
    for (key, value) in [("offset", "41"), ("seen:1", "a"), ("seen:2", "b"), ("seeo", "c"), ("offset", "42")]
    {
        house.store.set_mark(push, key, value, at(1)).await.unwrap();
    }
    assert_eq!(house.store.mark(push, "offset").await.unwrap().as_deref(), Some("42"));
    assert_eq!(house.store.mark(web, "offset").await.unwrap(), None);
    let seen = house.store.marks(push, "seen:").await.unwrap();
    assert_eq!(seen, [("seen:1", "a"), ("seen:2", "b")].map(|(key, value)| (key.into(), value.into())));
    assert_eq!(house.store.marks(push, "").await.unwrap().len(), 4);
    let nobody = ChannelId::new(house.id());
    house.store.set_mark(nobody, "offset", "1", at(2)).await.unwrap();
    assert_eq!(house.store.mark(nobody, "offset").await.unwrap(), None, "a channel that is not there");
}

fn finding(code: &str, gravity: Gravity) -> Finding {
    Finding { code: code.to_owned(), gravity, detail: Some("MESSAGE_CONTENT".to_owned()) }
}

pub(crate) async fn health_moves_with_what_is_seen(house: &House) {
    use HealthState::{Ailing, Dead, Unknown, Well};
    let shop = house.shop().await;
    assert_eq!(house.store.health(None).await.unwrap(), []);
    let warning = vec![finding("intent_missing", Gravity::Warning), finding("token_valid", Gravity::Fine)];
    let broken = vec![finding("token_invalid", Gravity::Broken)];
    for (when, symptom, moved) in [
        (1, Symptom::Heard, (Unknown, Well)),
        (2, Symptom::Failed("rate_limited".to_owned()), (Well, Ailing)),
        (3, Symptom::Sent, (Ailing, Well)),
        (4, Symptom::Died("token_revoked".to_owned()), (Well, Dead)),
        (5, Symptom::Sent, (Dead, Dead)),
        (6, Symptom::Failed("unreachable".to_owned()), (Dead, Dead)),
        (7, Symptom::Heard, (Dead, Well)),
        (8, Symptom::Checked(broken), (Well, Dead)),
        (9, Symptom::Checked(warning.clone()), (Dead, Ailing)),
    ] {
        assert_eq!(house.store.note(&shop.push, &symptom, at(when)).await.unwrap(), moved, "{symptom:?}");
    }
    let health = health_of(house, &shop.push).await.unwrap();
    let expected = Health {
        channel: shop.push.id,
        state: Ailing,
        last_event_at: Some(at(7)),
        last_sent_at: Some(at(5)),
        last_error: Some("unreachable".to_owned()),
        last_error_at: Some(at(6)),
        checked_at: Some(at(9)),
        findings: warning,
    };
    assert_eq!(health, expected);
    let other = house.shop_called("other").await;
    assert_eq!(house.store.health(Some(other.brand.id)).await.unwrap(), []);
    assert_eq!(house.store.health(Some(shop.brand.id)).await.unwrap(), [expected]);
}

pub(crate) async fn a_channel_that_dies_is_told_once(house: &House) {
    let shop = house.shop().await;
    house.store.note(&shop.push, &Symptom::Heard, at(1)).await.unwrap();
    let number = house.store.last_change().await.unwrap();
    for when in 2..5 {
        house.store.note(&shop.push, &Symptom::Heard, at(when)).await.unwrap();
    }
    for when in 5..8 {
        house.store.note(&shop.push, &Symptom::Died("token_revoked".to_owned()), at(when)).await.unwrap();
    }
    let told = house.store.changes(number).await.unwrap();
    let told: Vec<_> = told.iter().map(|change| (change.kind, change.brand, change.key)).collect();
    assert_eq!(told, [(ChangeKind::Channel, shop.brand.id, shop.push.id.get())]);
}

pub(crate) async fn an_event_nobody_understood_is_kept_for_a_while(house: &House) {
    let shop = house.shop().await;
    let other = house.shop_called("other").await;
    let odd = |channel: &Channel, when| OddEvent {
        id: house.id(),
        brand: channel.brand,
        channel: channel.id,
        reason: "not_json".to_owned(),
        body: format!("{{ \"câu\": {when}"),
        at: at(when),
    };
    let events: Vec<_> = (1..=4).map(|when| odd(&shop.push, when)).collect();
    let elsewhere = odd(&other.push, 1);
    for event in events.iter().chain([&events[0], &elsewhere]) {
        house.store.keep_odd(event).await.unwrap();
    }
    let newest: Vec<_> = events.iter().rev().take(3).cloned().collect();
    assert_eq!(house.store.odd(shop.push.id, 3).await.unwrap(), newest);
    assert_eq!(house.store.odd(shop.web.id, 3).await.unwrap(), []);
    assert_eq!(house.store.count_odd(Some(shop.brand.id)).await.unwrap(), [(shop.push.id, 4)]);
    assert_eq!(house.store.count_odd(None).await.unwrap(), [(shop.push.id, 4), (other.push.id, 1)]);

    house.store.forget_odd(events[3].id).await.unwrap();
    assert_eq!(house.store.prune_odd(at(2)).await.unwrap(), 2, "one of each channel");
    let left: Vec<_> = [&events[2], &events[1]].into_iter().cloned().collect();
    assert_eq!(house.store.odd(shop.push.id, 9).await.unwrap(), left);
}

pub(crate) async fn nothing_of_a_removed_brands_channels_is_left(house: &House) {
    for slug in ["may", "other"] {
        let shop = house.shop_called(slug).await;
        house.store.note(&shop.push, &Symptom::Heard, at(1)).await.unwrap();
        house.store.set_mark(shop.push.id, "offset", "1", at(1)).await.unwrap();
        let (id, brand, channel) = (house.id(), shop.brand.id, shop.push.id);
        let (reason, body) = ("not_json".to_owned(), "?".to_owned());
        house.store.keep_odd(&OddEvent { id, brand, channel, reason, body, at: at(1) }).await.unwrap();
    }
    let shop = house.store.brand_by_slug("may").await.unwrap().unwrap();
    house.store.remove_brand(shop.id, at(2)).await.unwrap();
    for table in ["channels", "channel_health", "channel_marks", "odd_events"] {
        let left = house.peek().await.texts(&format!("SELECT brand_id FROM {table}")).await;
        assert!(!left.is_empty() && left.iter().all(|id| *id != shop.id.to_string()), "{table}: {left:?}");
    }
}
