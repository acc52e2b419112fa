//! Brands, channels and templates.

use crate::house::House;
use crate::make::{at, lan};
use lara_core::model::{
    AddressId, ChannelId, ChannelKind, CustomerId, Language, Level, Priority, TemplateId, TemplateName,
    TemplateVersion,
};
use lara_core::ports::{
    Brands as _, ChangeKind, Changes as _, Directory as _, Lanes as _, Saved, Templates as _,
    Transcripts as _,
};
use serde_json::json;

pub(crate) async fn a_slug_is_taken_once(house: &House) {
    let shop = house.shop().await;
    let mut twin = shop.brand.clone();
    twin.id = lara_core::model::BrandId::new(house.id());
    assert_eq!(house.store.add_brand(&twin, at(0)).await.unwrap(), Saved::Taken);
    assert_eq!(house.store.brand_by_slug("may").await.unwrap(), Some(shop.brand));
    assert_eq!(house.store.brand_by_slug("nobody").await.unwrap(), None);
    assert_eq!(house.store.brand(twin.id).await.unwrap(), None);
}

pub(crate) async fn a_brand_that_moved_is_not_overwritten(house: &House) {
    let mut brand = house.shop().await.brand;
    let mut facts = brand.facts.in_language(Language::Vietnamese);
    facts.hours = Some("8h–21h".to_owned());
    brand.facts.0.insert(Language::Vietnamese, facts);
    assert_eq!(house.store.save_brand(&brand, at(1)).await.unwrap(), Saved::Done);
    assert_eq!(house.store.save_brand(&brand, at(2)).await.unwrap(), Saved::Stale);
    let stored = house.store.brand(brand.id).await.unwrap().unwrap();
    assert_eq!((stored.rev, &stored.facts), (1, &brand.facts));
    assert_eq!(house.store.brands().await.unwrap(), [stored]);
}

pub(crate) async fn a_channel_keeps_its_id_and_changes_its_settings(house: &House) {
    let shop = house.shop().await;
    let mut channel = shop.web.clone();
    channel.settings = json!({"allowed_origins": ["https://shop.example"]});
    assert_eq!(house.store.put_channel(&channel, at(1)).await.unwrap(), Saved::Done);
    let twin = lara_core::model::Channel {
        id: ChannelId::new(house.id()),
        kind: ChannelKind::App,
        ..channel.clone()
    };
    assert_eq!(house.store.put_channel(&twin, at(1)).await.unwrap(), Saved::Taken);
    let stored = house.store.channels(Some(shop.brand.id)).await.unwrap();
    assert_eq!(stored, [shop.push, channel]);
    house.shop_called("other").await;
    assert_eq!(house.store.channels(None).await.unwrap().len(), 4);
}

pub(crate) async fn a_removed_brand_leaves_nothing_and_touches_nobody_else(house: &House) {
    for slug in ["may", "other"] {
        let shop = house.shop_called(slug).await;
        let node = house.node();
        let ids = (AddressId::new(house.id()), CustomerId::new(house.id()));
        house.store.tie(&shop.web, "lan", &lan(), Level::Verified, ids, at(0)).await.unwrap();
        let claim = house.heard_and_claimed(node, house.says(&shop.web, "lan", "m1", 0)).await;
        let turn = house.escalating(house.answers(node, &claim, 1), Priority::High, 5, 10);
        house.store.commit(vec![turn]).await.unwrap();
        house.store.publish(&version(house, &shop.brand.id, None, 1)).await.unwrap();
    }
    let shop = house.store.brand_by_slug("may").await.unwrap().unwrap();
    let number = house.store.last_change().await.unwrap();
    house.store.remove_brand(shop.id, at(9)).await.unwrap();

    assert_eq!(house.store.brand(shop.id).await.unwrap(), None);
    for table in [
        "channels",
        "customers",
        "addresses",
        "conversations",
        "messages",
        "decisions",
        "escalations",
        "templates",
    ] {
        let left = house.peek().await.texts(&format!("SELECT brand_id FROM {table}")).await;
        assert!(!left.is_empty() && left.iter().all(|id| *id != shop.id.to_string()), "{table}: {left:?}");
    }
    let changes = house.store.changes(number).await.unwrap();
    assert_eq!(changes.iter().map(|change| change.kind).collect::<Vec<_>>(), [ChangeKind::Brand]);
    let other = house.store.brand_by_slug("other").await.unwrap().unwrap();
    let web = house.store.channels(Some(other.id)).await.unwrap().pop().unwrap();
    let address = house.store.address(web.id, "lan").await.unwrap().unwrap();
    assert_eq!(house.store.latest(address.id, 10).await.unwrap().len(), 2);
}

fn version(
    house: &House,
    brand: &lara_core::model::BrandId,
    channel: Option<ChannelKind>,
    version: i64,
) -> TemplateVersion {
    TemplateVersion {
        id: TemplateId::new(house.id()),
        brand: *brand,
        name: TemplateName { key: "greeting".to_owned(), language: Language::Vietnamese, channel },
        version,
        body: format!("Chào {{{{customer.title}}}} {version}"),
        published_by: None,
        published_at: at(version),
        restores: (version == 3).then_some(1),
    }
}

pub(crate) async fn the_highest_version_of_a_template_is_live(house: &House) {
    let brand = house.shop().await.brand.id;
    let all: Vec<_> = (1..=3).map(|number| version(house, &brand, None, number)).collect();
    let web = version(house, &brand, Some(ChannelKind::Web), 1);
    for version in all.iter().chain([&web]) {
        assert_eq!(house.store.publish(version).await.unwrap(), Saved::Done);
    }
    assert_eq!(house.store.live(brand).await.unwrap(), [all[2].clone(), web]);
    let versions = house.store.versions(brand, &all[0].name).await.unwrap();
    assert_eq!(versions, [all[2].clone(), all[1].clone(), all[0].clone()]);
}

pub(crate) async fn a_version_is_published_once(house: &House) {
    let brand = house.shop().await.brand.id;
    let number = house.store.last_change().await.unwrap();
    assert_eq!(house.store.publish(&version(house, &brand, None, 1)).await.unwrap(), Saved::Done);
    assert_eq!(house.store.publish(&version(house, &brand, None, 1)).await.unwrap(), Saved::Stale);
    let changes = house.store.changes(number).await.unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].kind, changes[0].brand), (ChangeKind::Templates, brand));
}
