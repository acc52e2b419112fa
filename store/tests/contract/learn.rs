//! Lessons, pins and models: what a brand teaches.

use crate::house::House;
use crate::make::{Shop, at};
use lara_core::model::{
    AgentId, BrandId, Intent, Lesson, LessonSource, MessageId, MessageLanguage, ModelState, Pin,
};
use lara_core::ports::{
    Brands as _, ChangeKind, Changes as _, Lanes as _, Lessons as _, MODELS_KEPT, Models as _, NewModel,
    Promoted, Taught,
};
use serde_json::json;
use uuid::Uuid;

fn lesson(shop: &Shop, text: &str, label: &str, when: i64) -> Lesson {
    Lesson {
        brand: shop.brand.id,
        text: text.to_owned(),
        language: MessageLanguage::Vietnamese,
        label: Intent::new(label),
        source: LessonSource::Imported,
        by: None,
        message: None,
        at: at(when),
    }
}

fn relabelled(before: &str) -> Taught {
    Taught::Relabelled { before: Intent::new(before) }
}

pub(crate) async fn a_lesson_comes_back_as_it_was_taught(house: &House) {
    let shop = house.shop().await;
    let corrected = Lesson {
        source: LessonSource::Corrected,
        by: Some(AgentId::new(Uuid::from_u128(5))),
        message: Some(MessageId::new(Uuid::from_u128(6))),
        ..lesson(&shop, "Có ship ra đảo không ạ?", "delivery_options", 1)
    };
    let imported = lesson(&shop, "bao nhieu 1 hop", "price_question", 2);
    let lessons = [corrected, imported];
    assert_eq!(house.store.teach(&lessons).await.unwrap(), [Taught::New, Taught::New]);
    assert_eq!(house.store.lessons(shop.brand.id).await.unwrap(), lessons);
    assert!(house.store.unlearn(shop.brand.id, "CÓ ship  ra đảo không ạ?").await.unwrap());
    assert!(!house.store.unlearn(shop.brand.id, "never taught").await.unwrap());
    assert_eq!(house.store.lessons(shop.brand.id).await.unwrap(), lessons[1..]);
}

pub(crate) async fn a_second_label_replaces_the_first_and_is_told(house: &House) {
    let shop = house.shop().await;
    let say = |text: &str, label: &str| lesson(&shop, text, label, 1);
    house.store.teach(&[say("ship đi", "place_order"), say("ok", "thanks")]).await.unwrap();
    let again = [say("SHIP  đi", "track_order"), say("ok", "thanks"), say("mới", "praise")];
    let told = house.store.teach(&again).await.unwrap();
    assert_eq!(told, [relabelled("place_order"), Taught::Known, Taught::New]);
    let twice = [say("hai nghĩa", "praise"), say("hai nghĩa", "suggestion")];
    assert_eq!(house.store.teach(&twice).await.unwrap(), [Taught::New, relabelled("praise")]);
    let labels = house.store.lessons(shop.brand.id).await.unwrap();
    let label = |text: &str| labels.iter().find(|lesson| lesson.text == text).unwrap().label.clone();
    assert_eq!((labels.len(), label("SHIP  đi").as_str()), (4, "track_order"));
    assert_eq!(label("hai nghĩa").as_str(), "suggestion");
    let other = house.shop_called("other").await;
    assert_eq!(house.store.teach(&[lesson(&other, "ok", "praise", 1)]).await.unwrap(), [Taught::New]);
}

pub(crate) async fn thousands_of_lessons_are_taught_at_once(house: &House) {
    let shop = house.shop().await;
    let many: Vec<_> = (0..1_700).map(|n| lesson(&shop, &format!("câu {n}"), "praise", n)).collect();
    assert!(house.store.teach(&many).await.unwrap().iter().all(|told| *told == Taught::New));
    assert_eq!(house.store.lessons(shop.brand.id).await.unwrap(), many);
    let long = "ạ".repeat(6_000);
    house.store.teach(&[lesson(&shop, &long, "praise", 9_999)]).await.unwrap();
    assert_eq!(house.store.lessons(shop.brand.id).await.unwrap().pop().unwrap().text, long);
}

pub(crate) async fn a_text_is_pinned_to_one_label(house: &House) {
    let shop = house.shop().await;
    let pin = |label: &str| Pin {
        brand: shop.brand.id,
        text: "mấy giờ mở cửa".to_owned(),
        label: Intent::new(label),
        by: None,
        at: at(3),
    };
    assert_eq!(house.store.pin(&pin("greeting")).await.unwrap(), Taught::New);
    assert_eq!(house.store.pin(&pin("opening_hours")).await.unwrap(), relabelled("greeting"));
    assert_eq!(house.store.pin(&pin("opening_hours")).await.unwrap(), Taught::Known);
    assert_eq!(house.store.pins(shop.brand.id).await.unwrap(), [pin("opening_hours")]);
    assert!(house.store.unpin(shop.brand.id, "Mấy giờ  mở cửa").await.unwrap());
    assert_eq!(house.store.pins(shop.brand.id).await.unwrap(), []);
}

/// A customer says something, and it is decided as `label`.
async fn decided(house: &House, shop: &Shop, text: &str, label: &str, confidence: f32, when: i64) {
    let node = house.node();
    let mut message = house.says(&shop.web, text, text, when);
    message.text = text.to_owned();
    let claim = house.heard_and_claimed(node, message).await;
    let mut turn = house.answers(node, &claim, when);
    turn.decision.reading.intent = Intent::new(label);
    turn.decision.reading.confidence = confidence;
    house.store.commit(vec![turn]).await.unwrap();
}

pub(crate) async fn messages_nobody_understood_are_found_newest_first(house: &House) {
    let shop = house.shop().await;
    decided(house, &shop, "có bán thẻ quà không", "out_of_scope", 0.9, 1).await;
    decided(house, &shop, "đơn đâu", "track_order", 0.9, 2).await;
    decided(house, &shop, "ờ", "greeting", 0.3, 3).await;
    let unsure = house.store.unsure(shop.brand.id, 10).await.unwrap();
    let texts: Vec<_> = unsure.iter().map(|heard| heard.text.as_str()).collect();
    assert_eq!(texts, ["ờ", "có bán thẻ quà không"]);
    assert_eq!(house.store.unsure(shop.brand.id, 1).await.unwrap(), unsure[..1]);
    let heard = house.store.heard(shop.brand.id, unsure[1].message).await.unwrap().unwrap();
    assert_eq!(heard, unsure[1]);
    assert_eq!((heard.intent.as_str(), heard.confidence), ("out_of_scope", 0.9));
    let other = house.shop_called("other").await.brand.id;
    assert_eq!(house.store.heard(other, heard.message).await.unwrap(), None);
    assert_eq!(house.store.unsure(other, 10).await.unwrap(), []);
}

fn model(brand: BrandId, name: &str) -> NewModel {
    NewModel {
        brand,
        bytes: [name.as_bytes(), &[0, 255, 7]].concat(),
        trained_at: at(5),
        lessons: 40,
        scores: json!({ "accuracy": 0.9 }),
        note: "no worse".to_owned(),
    }
}

pub(crate) async fn one_model_of_a_brand_is_live(house: &House) {
    let id = house.shop().await.brand.id;
    let store = &house.store;
    assert_eq!(store.live_model(id).await.unwrap(), None);
    let (one, two) = (model(id, "one"), model(id, "two"));
    assert_eq!(store.add_model(&one).await.unwrap(), Some(1));
    assert_eq!(store.add_model(&two).await.unwrap(), Some(2));
    assert_eq!(store.live_model(id).await.unwrap(), None);
    assert_eq!(store.promote(id, 1, 0, at(6)).await.unwrap(), Promoted::Done);
    assert_eq!(store.live_model(id).await.unwrap(), Some((1, one.bytes.clone())));
    assert_eq!(store.promote(id, 2, 1, at(6)).await.unwrap(), Promoted::Done);
    assert_eq!(store.live_model(id).await.unwrap(), Some((2, two.bytes)));
    let states: Vec<_> = store.models(id).await.unwrap().iter().map(|m| (m.number, m.state)).collect();
    assert_eq!(states, [(2, ModelState::Live), (1, ModelState::Retired)]);
    // Back again, and back to the shipped one.
    assert_eq!(store.promote(id, 1, 2, at(7)).await.unwrap(), Promoted::Done);
    assert_eq!(store.model(id, 1).await.unwrap(), Some(one.bytes));
    assert_eq!(store.promote(id, 0, 1, at(8)).await.unwrap(), Promoted::Done);
    assert_eq!(store.live_model(id).await.unwrap(), None);
    let version = store.models(id).await.unwrap().pop().unwrap();
    assert_eq!((version.lessons, version.scores, version.whole), (40, one.scores, true));
}

pub(crate) async fn a_promotion_that_crosses_another_changes_nothing(house: &House) {
    let id = house.shop().await.brand.id;
    for name in ["one", "two"] {
        house.store.add_model(&model(id, name)).await.unwrap();
    }
    house.store.promote(id, 1, 0, at(6)).await.unwrap();
    let number = house.store.last_change().await.unwrap();
    assert_eq!(house.store.promote(id, 2, 0, at(7)).await.unwrap(), Promoted::Stale);
    assert_eq!(house.store.promote(id, 9, 1, at(7)).await.unwrap(), Promoted::Missing);
    assert_eq!(house.store.live_model(id).await.unwrap().unwrap().0, 1);
    assert_eq!(house.store.changes(number).await.unwrap(), []);
    house.store.promote(id, 2, 1, at(8)).await.unwrap();
    let changes = house.store.changes(number).await.unwrap();
    assert_eq!((changes.len(), changes[0].kind, changes[0].brand), (1, ChangeKind::Model, id));
}

pub(crate) async fn old_models_keep_their_history_and_lose_their_bytes(house: &House) {
    let id = house.shop().await.brand.id;
    house.store.add_model(&model(id, "live")).await.unwrap();
    house.store.promote(id, 1, 0, at(1)).await.unwrap();
    for _ in 0..=MODELS_KEPT {
        house.store.add_model(&model(id, "later")).await.unwrap();
    }
    let whole: Vec<_> = house.store.models(id).await.unwrap().iter().map(|m| (m.number, m.whole)).collect();
    assert_eq!(whole.len(), 12);
    assert_eq!(whole[9..], [(3, true), (2, false), (1, true)]);
    assert_eq!(house.store.promote(id, 2, 1, at(2)).await.unwrap(), Promoted::Missing);
    assert_eq!(house.store.live_model(id).await.unwrap().unwrap().0, 1);
}

pub(crate) async fn two_who_train_at_once_get_two_numbers(house: &House) {
    let id = house.shop().await.brand.id;
    let (one, two) = (model(id, "one"), model(id, "two"));
    let (one, two) = tokio::join!(house.store.add_model(&one), house.store.add_model(&two));
    let mut numbers = [one.unwrap(), two.unwrap()];
    numbers.sort_unstable();
    assert_eq!(numbers, [Some(1), Some(2)]);
    let promoted = tokio::join!(house.store.promote(id, 1, 0, at(1)), house.store.promote(id, 2, 0, at(1)));
    let promoted = [promoted.0.unwrap(), promoted.1.unwrap()];
    assert!(promoted.contains(&Promoted::Done) && promoted.contains(&Promoted::Stale), "{promoted:?}");
}

pub(crate) async fn what_a_removed_brand_taught_is_gone(house: &House) {
    let shop = house.shop().await;
    house.store.teach(&[lesson(&shop, "a", "praise", 1)]).await.unwrap();
    house.store.add_model(&model(shop.brand.id, "one")).await.unwrap();
    house.store.remove_brand(shop.brand.id, at(2)).await.unwrap();
    // Whoever was training meanwhile leaves nothing behind.
    assert_eq!(house.store.teach(&[lesson(&shop, "b", "praise", 3)]).await.unwrap(), []);
    assert_eq!(house.store.add_model(&model(shop.brand.id, "two")).await.unwrap(), None);
    assert_eq!(house.store.lessons(shop.brand.id).await.unwrap(), []);
    assert_eq!(house.store.models(shop.brand.id).await.unwrap(), []);
}
