//! The shipped engine, in both languages, on good days and bad.

use super::*;
use lara_core::model::Sentiment;
use proptest::prelude::*;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::shipped().unwrap());

fn intent(message: &str) -> String {
    ENGINE.classify(message).intent.as_str().to_owned()
}

#[test]
fn what_customers_want_is_understood() {
    let cases = [
        ("Where is my order #10234?", "track_order"),
        ("đơn DH1024 của mình tới đâu rồi shop", "track_order"),
        ("don hang cua minh toi dau roi", "track_order"),
        ("my package was supposed to be here last week, still nothing", "late_delivery"),
        ("đặt 2 tuần r mà chưa nhận được hàng", "late_delivery"),
        ("the vase arrived in pieces", "damaged_item"),
        ("hàng nhận về bị vỡ rồi shop ơi", "damaged_item"),
        ("you sent me the wrong size, I ordered M", "wrong_item"),
        ("giao nhầm màu rồi, mình đặt màu đen mà", "wrong_item"),
        ("i want to talk to a real person", "human_agent"),
        ("cho mình gặp nhân viên với", "human_agent"),
        ("STOP", "opt_out"),
        ("dừng", "opt_out"),
        ("đừng nhắn tin cho tôi nữa", "opt_out"),
        ("what time do you close on sunday", "opening_hours"),
        ("mấy giờ shop đóng cửa ạ", "opening_hours"),
        ("ship ra hà nội mất mấy ngày ạ", "delivery_period"),
        ("i forgot my password", "recover_password"),
        ("xin chào", "greeting"),
        ("hello", "greeting"),
        ("cảm ơn shop nhiều", "thanks"),
        ("sp nay bn tien vay shop", "price_question"),
        ("đơn hang cua mình bao giờ toi", "track_order"),
        ("what is the capital of peru", "out_of_scope"),
        ("giải phương trình bậc hai giúp tôi", "out_of_scope"),
    ];
    for (message, expected) in cases {
        assert_eq!(intent(message), expected, "{message}");
    }
}

#[test]
fn a_courtesy_never_wins_over_a_request() {
    let cases = [
        ("Hello! Where is my order? Thank you so much, have a great day!", "track_order"),
        ("Chào shop ạ. Cho mình hỏi shop mở cửa mấy giờ? Cảm ơn shop nhiều ạ", "opening_hours"),
        ("Hi there, good morning. I want to cancel order 5521. Thanks, bye", "cancel_order"),
    ];
    for (message, expected) in cases {
        assert_eq!(intent(message), expected, "{message}");
    }
}

#[test]
fn mood_and_complaint_are_read() {
    let cases = [
        ("This is the worst shop ever, my blender is broken and nobody answers", Sentiment::Negative, true),
        ("Hàng quá tệ, giao sai mà nhắn tin không ai trả lời", Sentiment::Negative, true),
        ("I love it, thank you so much, best shop!", Sentiment::Positive, false),
        ("Shop tư vấn nhiệt tình, hàng đẹp lắm, mình rất ưng", Sentiment::Positive, false),
        ("Do you have this in blue?", Sentiment::Neutral, false),
        ("Áo này còn size L không shop?", Sentiment::Neutral, false),
    ];
    for (message, sentiment, complaint) in cases {
        let reading = ENGINE.classify(message);
        assert_eq!((reading.sentiment, reading.is_complaint()), (sentiment, complaint), "{message}");
    }
}

#[test]
fn danger_law_and_leaving_are_urgent() {
    for message in [
        "your charger caught fire and burned my hand",
        "I will report you to the police and my lawyer",
        "Con tôi bị ngộ độc vì bánh của shop, đang ở bệnh viện",
        "tôi sẽ báo công an và kiện shop",
    ] {
        assert!(ENGINE.classify(message).urgent, "{message}");
    }
    for message in ["where is my order", "shop còn hàng không", "I love it", "áo bị rách"] {
        assert!(!ENGINE.classify(message).urgent, "{message}");
    }
}

#[test]
fn languages_are_told_apart() {
    let cases = [
        ("where is it", "en"),
        ("hi", "en"),
        ("hàng đâu", "vi"),
        ("ạ", "vi"),
        ("ko", "vi"),
        ("con hang khong shop", "vi"),
        ("shop oi cho minh hoi gia voi", "vi"),
        ("shop ơi order của mình bao giờ ship vậy ạ", "vi"),
        ("où est ma commande s'il vous plaît", "other"),
        ("Где мой заказ?", "other"),
        ("我的包裹在哪里", "other"),
        ("أين طلبي", "other"),
        ("", "und"),
        ("12345", "und"),
        ("😀😀", "und"),
        ("???", "und"),
    ];
    for (message, language) in cases {
        assert_eq!(ENGINE.classify(message).language.as_str(), language, "{message}");
    }
}

#[test]
fn a_reading_says_why() {
    let reading = ENGINE.classify("I want a refund for my broken lamp");
    assert!(!reading.why.is_empty() && reading.why.len() <= WHY);
    assert!(reading.why.iter().all(|evidence| !evidence.text.is_empty() && evidence.weight > 0.0));
    assert!(reading.runner_up.is_some());
}

#[test]
fn odd_messages_have_a_reading() {
    let long = "đơn hàng bị lỗi ".repeat(7_000);
    for message in [
        "",
        " ",
        "\n\t",
        "\0",
        "\0\0a\0",
        "😀",
        "👍🏽👨‍👩‍👧",
        "\u{202e}kcab\u{202c}",
        "\u{200b}\u{200b}",
        "<script>alert(1)</script>",
        "{{#if}}",
        "'",
        "a",
        "đ",
        "\u{301}",
        "\u{fffd}\u{fffd}",
        &long,
        &"x".repeat(100_000),
        &"?".repeat(100_000),
    ] {
        check(&ENGINE.classify(message));
    }
}

fn check(reading: &Reading) {
    assert!((0.0..=1.0).contains(&reading.confidence), "{reading:?}");
    assert!((0.0..=1.0).contains(&reading.complaint), "{reading:?}");
    assert!((-1.0..=1.0).contains(&reading.score), "{reading:?}");
    for ranked in reading.runner_up.iter().chain(&reading.also) {
        assert!((0.0..=1.0).contains(&ranked.confidence), "{reading:?}");
        assert_ne!(ranked.intent, reading.intent);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_has_one_reading(text in "\\PC{0,200}") {
        let reading = ENGINE.classify(&text);
        check(&reading);
        prop_assert_eq!(&reading, &ENGINE.classify(&text));
        prop_assert_eq!(&vec![reading], &ENGINE.classify_batch(&[&text]));
    }

    #[test]
    fn any_characters_have_a_reading(chars in proptest::collection::vec(any::<char>(), 0..300)) {
        check(&ENGINE.classify(&chars.into_iter().collect::<String>()));
    }

    #[test]
    fn damage_anywhere_is_an_error(at in 0..SHIPPED.len(), flip in 1..=255_u8) {
        let mut bytes = SHIPPED.to_vec();
        bytes[at] ^= flip;
        prop_assert!(Engine::from_bytes(&bytes).is_err());
    }

    #[test]
    fn any_ending_is_an_error(end in 0..SHIPPED.len()) {
        prop_assert!(Engine::from_bytes(&SHIPPED[..end]).is_err());
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let error = |bytes: &[u8]| Engine::from_bytes(bytes).unwrap_err();
    assert_eq!(error(b"PK\x03\x04 something else"), EngineError::NotAModel);
    let mut newer = SHIPPED.to_vec();
    newer[8] = 99;
    assert_eq!(error(&newer), EngineError::Version { found: 99, expected: 3 });
    let expected = crate::features::version();
    let mut other = SHIPPED.to_vec();
    other[12] ^= 1;
    assert_eq!(error(&other), EngineError::Features { found: expected ^ 1, expected });
    let mut flipped = SHIPPED.to_vec();
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(error(&flipped), EngineError::Checksum);
    assert_eq!(error(&pack(&[])), EngineError::MissingHead("intent"));
}

#[test]
fn the_shipped_model_was_trained_on_the_features_of_this_build() {
    let number = |at: usize| u32::from_le_bytes(SHIPPED[at..at + 4].try_into().unwrap());
    assert_eq!((&SHIPPED[..8], number(8)), (&b"LARA-NLU"[..], 3));
    assert_eq!(number(12), crate::features::version(), "train the shipped model again");
}

#[test]
fn anger_is_not_danger_and_still_names_its_failure() {
    let cases = [
        ("Hàng bị vỡ hết rồi, làm ăn kiểu gì vậy, tôi rất tức giận!!!", "damaged_item"),
        ("hang bi vo het roi, lam an kieu gi vay, toi rat tuc gian!!!", "damaged_item"),
        ("My mug came broken, what kind of shop is this, I am so angry!!!", "damaged_item"),
        ("Giao nhầm hàng hoài, bực bội hết sức!!!", "wrong_item"),
        ("You sent the wrong book, worst shop ever!!!", "wrong_item"),
        ("My package is two weeks late, I am furious!!!", "late_delivery"),
        ("đơn trễ cả tuần, làm ăn chán quá, tức lắm!!!", "late_delivery"),
    ];
    for (message, expected) in cases {
        let reading = ENGINE.classify(message);
        assert_eq!((reading.intent.as_str(), reading.urgent), (expected, false), "{message}");
        assert!(reading.is_complaint(), "{message}");
    }
}

#[test]
fn the_intents_are_those_of_the_core() {
    let mut known: Vec<&str> = Intent::STARTERS.to_vec();
    known.push(crate::head::OUT_OF_SCOPE);
    known.sort_unstable();
    assert_eq!(ENGINE.intents().labels(), known);
}
