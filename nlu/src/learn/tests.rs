//! What a brand teaches, and what becomes of it.

use super::*;
use crate::engine::Engine;
use crate::error::TrainError;
use lara_core::model::{BrandId, Intent, Lesson, LessonSource, MessageLanguage, Pin, Timestamp};
use uuid::Uuid;

fn lesson(text: &str, label: &str, at: i64) -> Lesson {
    Lesson {
        brand: BrandId::new(Uuid::nil()),
        text: text.to_owned(),
        language: MessageLanguage::Vietnamese,
        label: Intent::new(label),
        source: LessonSource::Corrected,
        by: None,
        message: None,
        at: Timestamp::from_millis(at),
    }
}

/// A tea house that hires its porcelain out: an intent of its own.
const RENTALS: [&str; 12] = [
    "shop có cho thuê bộ ấm chén không ạ",
    "mình muốn thuê ấm tử sa cho tiệc cưới",
    "thuê 20 bộ chén một ngày bao nhiêu tiền",
    "cho em thuê bộ trà cụ cuối tuần này",
    "thue am chen chup anh cuoi duoc ko shop",
    "đặt cọc thuê bộ ấm thì bao nhiêu",
    "can i rent a tea set for a wedding",
    "do you rent out your porcelain cups",
    "how much is the deposit to rent 30 cups",
    "i'd like to hire tea sets for an event",
    "rental of tea ware for a photo shoot?",
    "thuê ấm trà có giao tận nơi không",
];

/// A fifth of the starters, spread over all intents: enough to see what lessons do, and quick.
fn set_of(lessons: &[Lesson]) -> TrainingSet {
    TrainingSet::over(lessons, starters::starters().iter().step_by(5))
}

fn rentals(at: i64) -> Vec<Lesson> {
    RENTALS.iter().map(|text| lesson(text, "rent_tea_set", at)).collect()
}

fn part(comparison: &Comparison, name: PartName) -> &Part {
    comparison.parts.iter().find(|part| part.part == name).unwrap()
}

#[test]
fn an_intent_of_the_brands_own_is_learnt_and_promoted() {
    let set = set_of(&rentals(10));
    assert_eq!(set.lessons(), 12);
    let candidate = retrain(&set, 1, &|| ()).unwrap();
    let comparison = compare(&set, &candidate, LiveRecipe::Shipped, 1, &|| ()).unwrap();
    let lessons = part(&comparison, PartName::Lessons);
    assert!(lessons.live.accuracy < 0.05 && lessons.candidate.accuracy > 0.5, "{lessons:?}");
    let starters = part(&comparison, PartName::Starters);
    assert!(starters.rows > 1_000 && starters.live.accuracy > 0.5, "{starters:?}");
    assert_eq!(comparison.verdict(), Verdict::Promote, "{comparison:?}");
    let engine = Engine::shipped().unwrap().with_intents(candidate.head, "brand");
    assert_eq!(engine.classify("cho mình thuê 10 bộ ấm chén").intent.as_str(), "rent_tea_set");
    assert_eq!(engine.classify("đơn của mình tới đâu rồi").intent.as_str(), "track_order");
}

#[test]
fn the_same_lessons_and_seed_make_the_same_model() {
    let set = set_of(&rentals(10));
    let bytes = |seed| {
        let head = retrain(&set, seed, &|| ()).unwrap().head;
        Engine::shipped().unwrap().with_intents(head, "brand").to_bytes()
    };
    assert_eq!(bytes(7), bytes(7));
}

#[test]
fn lessons_that_spoil_what_was_understood_keep_the_candidate_back() {
    // Somebody labelled whole imports wrongly: every question about an order and its delivery as thanks.
    let asked = ["track_order", "late_delivery", "delivery_period", "cancel_order"];
    let wrong: Vec<Lesson> = starters::starters()
        .iter()
        .filter(|starter| starter.own && asked.contains(&starter.row.label.as_str()))
        .map(|starter| lesson(&format!("{} nha", starter.row.text), "thanks", 10))
        .collect();
    let set = set_of(&wrong);
    let candidate = retrain(&set, 1, &|| ()).unwrap();
    let comparison = compare(&set, &candidate, LiveRecipe::Shipped, 1, &|| ()).unwrap();
    let Verdict::Keep { reasons } = comparison.verdict() else { panic!("promoted: {comparison:?}") };
    assert!(reasons[0].to_string().starts_with("the starter examples: "), "{}", reasons[0]);
}

#[test]
fn a_recipe_compared_with_itself_is_no_worse_in_any_row() {
    let set = set_of(&rentals(10));
    let candidate = retrain(&set, 1, &|| ()).unwrap();
    let live = LiveRecipe::TrainedAt(Timestamp::from_millis(11));
    let comparison = compare(&set, &candidate, live, 1, &|| ()).unwrap();
    assert!(comparison.parts.iter().all(|part| part.won == 0 && part.lost == 0), "{comparison:?}");
    // What was taught in the very moment the live model was trained, it did not know.
    let before = LiveRecipe::TrainedAt(Timestamp::from_millis(10));
    let comparison = compare(&set, &candidate, before, 1, &|| ()).unwrap();
    assert!(part(&comparison, PartName::Lessons).won > 6);
}

#[test]
fn progress_is_told_as_often_as_was_said() {
    let set = set_of(&rentals(10));
    let told = std::cell::Cell::new(0);
    let step = || told.set(told.get() + 1);
    let candidate = retrain(&set, 1, &step).unwrap();
    assert_eq!(told.replace(0), RETRAIN_STEPS);
    compare(&set, &candidate, LiveRecipe::Shipped, 1, &step).unwrap();
    assert_eq!(told.get(), COMPARE_STEPS);
}

#[test]
fn what_is_pinned_is_asked_of_both_models() {
    let set = set_of(&rentals(10));
    let candidate = retrain(&set, 1, &|| ()).unwrap();
    let live = Engine::shipped().unwrap();
    let engine = live.clone().with_intents(candidate.head.clone(), "brand");
    let pin = |text: &str, label: &str| Pin {
        brand: BrandId::new(Uuid::nil()),
        text: text.to_owned(),
        label: Intent::new(label),
        by: None,
        at: Timestamp::from_millis(0),
    };
    let pins = [pin("cảm ơn shop nhiều", "thanks"), pin("thuê bộ ấm giá sao", "greeting")];
    let comparison = compare(&set, &candidate, LiveRecipe::Shipped, 1, &|| ()).unwrap();
    let comparison = comparison.with_pins(&pins, &live, &engine);
    let Verdict::Keep { reasons } = comparison.verdict() else { panic!("promoted") };
    assert_eq!(reasons.len(), 1);
    assert!(reasons[0].to_string().contains("must be greeting"), "{}", reasons[0]);
}

#[test]
fn a_lesson_takes_the_place_of_the_starter_with_its_words() {
    let before = set_of(&[]);
    let starter = starters::starters().iter().find(|starter| starter.own).unwrap();
    let set = set_of(&[lesson(&starter.row.text.to_uppercase(), "praise", 1)]);
    assert_eq!(set.starters(), before.starters() - 1);
    assert!(matches!(retrain(&TrainingSet::default(), 1, &|| ()), Err(TrainError::NoRows)));
}

#[test]
fn a_wrong_label_is_suspected_and_the_right_ones_are_not() {
    let mut lessons = rentals(10);
    lessons.push(lesson("đơn hàng của tôi đến đâu rồi vậy shop", "store_location", 11));
    lessons.push(lesson("shop có cho thuê bộ ấm chén ko ạ", "place_order", 12));
    let review = review(&set_of(&lessons), 1, &|| ()).unwrap();
    let texts: Vec<&str> = review.suspects.iter().map(|suspect| suspect.text.as_str()).collect();
    assert!(texts.contains(&"đơn hàng của tôi đến đâu rồi vậy shop"), "{:#?}", review.suspects);
    let twin = review.suspects.iter().find(|suspect| suspect.label == "place_order").unwrap();
    assert_eq!(twin.suggestion, "rent_tea_set");
    let wrongly = review.suspects.iter().filter(|suspect| suspect.label == "rent_tea_set").count();
    assert!(wrongly <= 2, "{:#?}", review.suspects);
    assert!(review.confused.len() > 5 && review.confused[0].count >= review.confused[1].count);
    assert!(review.confused.iter().all(|pair| pair.label != pair.read_as && pair.examples.len() <= 3));
}

#[test]
fn messages_that_want_the_same_are_one_cluster_with_a_name() {
    let mut messages: Vec<String> = RENTALS.iter().map(|text| (*text).to_owned()).collect();
    for gift in [
        "bên mình có thẻ quà tặng không",
        "thẻ quà tặng dùng được bao lâu",
        "mua thẻ quà tặng 500k ở đâu",
        "the qua tang co het han ko",
        "thẻ quà tặng dùng online được không",
    ] {
        messages.push(gift.to_owned());
        messages.push(gift.to_uppercase());
    }
    messages.extend(["asdf qwer", "trời hôm nay nóng quá", "👍", "1234"].map(str::to_owned));
    let found = clusters(&messages, ClusterOptions::default());
    let gifts = found.iter().find(|cluster| cluster.texts.iter().any(|t| t.contains("thẻ quà"))).unwrap();
    // The one without accents may stay out.
    assert!(gifts.texts.len() >= 4 && gifts.messages == 2 * gifts.texts.len(), "{found:#?}");
    assert!(gifts.name.as_str() == "the_qua_tang", "{}", gifts.name);
    assert!(found.iter().any(|cluster| cluster.texts.iter().filter(|t| t.contains("thuê")).count() >= 5));
    assert!(found.iter().all(|cluster| !cluster.texts.iter().any(|t| t.contains("asdf"))), "{found:#?}");
    assert_eq!(found, clusters(&messages, ClusterOptions::default()));
    assert_eq!(clusters(&[], ClusterOptions::default()), []);
}

#[test]
fn a_lesson_does_not_say_whose_it_was() {
    for (said, kept) in [
        ("gọi 0912 345 678 nhé", "gọi 0000 000 000 nhé"),
        ("mail lan@gmail.com giùm em", "mail name@example.com giùm em"),
        ("lấy 2 hộp 350k", "lấy 2 hộp 350k"),
        ("", ""),
    ] {
        assert_eq!(masked(said, None), kept);
    }
}
