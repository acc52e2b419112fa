//! Messages with several requests, as people chat: every request is heard, a courtesy or a story is none.

use lara_nlu::Engine;
use std::collections::BTreeSet;

/// Every request the shipped model hears in a message, the first included.
fn heard(engine: &Engine, message: &str) -> BTreeSet<String> {
    let reading = engine.classify(message);
    let also = reading.also.iter().map(|also| also.intent.as_str().to_owned());
    also.chain([reading.intent.as_str().to_owned()]).collect()
}

#[test]
fn every_request_of_a_message_is_heard() {
    let engine = Engine::shipped().unwrap();
    let cases: &[(&str, &[&str])] = &[
        ("shop mở cửa mấy giờ, có nhận chuyển khoản không", &["opening_hours", "payment_methods"]),
        ("shop mo cua may gio, co nhan chuyen khoan khong", &["opening_hours", "payment_methods"]),
        ("how much is the linen shirt and do you ship to Hue", &["price_question", "delivery_options"]),
        ("my mug arrived broken and when do you open tomorrow?", &["damaged_item", "opening_hours"]),
        ("đơn của em tới đâu rồi, tiện cho em hỏi đổi trả trong mấy ngày", &["track_order", "refund_policy"]),
        ("where is my order and what is your return policy", &["track_order", "refund_policy"]),
        ("hi, can I pay by card and can you ship today", &["payment_methods", "delivery_options"]),
        (
            "mình muốn đổi size M sang L với lại shop có giao tối không",
            &["exchange_item", "delivery_options"],
        ),
        ("cho hỏi phí ship và shop mở cửa mấy giờ vậy", &["price_question", "opening_hours"]),
        ("giá bao nhiêu, còn hàng không", &["price_question", "availability"]),
        ("có cửa hàng ở Đà Nẵng không và mấy giờ đóng cửa", &["store_location", "opening_hours"]),
        ("đơn giao trễ quá, shop cho mình gặp nhân viên", &["late_delivery", "human_agent"]),
        ("how do I reset my password and delete my account", &["recover_password", "delete_account"]),
        (
            "what are your hours, do you take momo, and where is the shop",
            &["opening_hours", "payment_methods", "store_location"],
        ),
        (
            "shop ở đâu, mấy giờ mở cửa và có ship về Huế không",
            &["store_location", "opening_hours", "delivery_options"],
        ),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .map(|(message, wanted)| (message, heard(&engine, message), wanted))
        .filter(|(_, heard, wanted)| !wanted.iter().all(|intent| heard.contains(*intent)))
        .map(|(message, heard, _)| format!("{message}: {heard:?}"))
        .collect();
    // A model trained anew may miss one; two are a fault of how messages are cut.
    assert!(wrong.len() < 2, "{}", wrong.join("\n"));
}

#[test]
fn a_courtesy_is_no_request_and_a_story_is_one() {
    let engine = Engine::shipped().unwrap();
    for (message, only) in [
        ("thanks a lot, by the way do you have any discount codes", "promotion"),
        ("cảm ơn shop nhé, cho mình hỏi thêm có mã giảm giá không", "promotion"),
        ("áo đẹp, giao nhanh, đóng gói cẩn thận", "praise"),
        ("the shirt is too small, can I exchange it for a large", "exchange_item"),
        ("I moved house, please change the delivery address", "change_shipping_address"),
    ] {
        assert_eq!(heard(&engine, message), BTreeSet::from([only.to_owned()]), "{message}");
    }
    let story = heard(&engine, "mình đặt 2 cái áo hôm qua, shop gửi chưa ạ");
    assert!(!story.contains("place_order"), "{story:?}");
}

#[test]
fn a_request_behind_a_greeting_says_why_it_is_one() {
    let engine = Engine::shipped().unwrap();
    let reading = engine.classify("Chào shop ạ. Mấy giờ shop đóng cửa? Cảm ơn shop nhiều ạ");
    assert_eq!(reading.intent.as_str(), "opening_hours");
    let why: Vec<&str> = reading.why.iter().map(|evidence| evidence.text.as_str()).collect();
    assert!(why.contains(&"giờ") || why.contains(&"đóng") || why.contains(&"cửa"), "{why:?}");
}
