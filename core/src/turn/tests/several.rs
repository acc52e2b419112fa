//! Two requests in one message, and three: all are answered, asked about or passed on.

use super::*;
use crate::model::RankedIntent;

/// A reading with further requests.
fn and(reading: Reading, also: &[&str]) -> Reading {
    let ranked = |intent: &&str| RankedIntent { intent: Intent::new(*intent), confidence: 0.9 };
    Reading { also: also.iter().map(ranked).collect(), ..reading }
}

#[test]
fn two_questions_get_two_answers() {
    let turn = talking().says(
        "shop mở cửa mấy giờ, có nhận chuyển khoản không",
        and(vi("opening_hours"), &["payment_methods"]),
    );
    assert_snapshot!(shown(&turn), @"
    [reply answer fact]
    Dạ, giờ mở cửa của shop: 9:00–21:00 tất cả các ngày
    Địa chỉ: 18 ngõ Hoa Nhài, Hà Nội

    Dạ, shop nhận thanh toán: MoMo và COD. Khi đặt hàng, bạn chọn cách tiện nhất nhé.
    ");
    let turn = talking().says(
        "how much is the ly gom men tro and do you ship to Hue",
        and(en("price_question"), &["delivery_options"]),
    );
    assert_snapshot!(shown(&turn), @"
    [reply answer one_product]
    Ly gốm Men Tro is 185,000 ₫ (in stock). See it here: https://shop.example.vn/LY-01

    Here is how we deliver:

    - Nationwide: 35.000 ₫ (2–4 days)
    ");
    let turn = lan().says(
        "đơn của em tới đâu rồi, tiện cho em hỏi đổi trả trong mấy ngày",
        and(vi("refund_policy"), &["track_order"]),
    );
    assert_snapshot!(shown(&turn), @"
    [reply answer fact]
    Dạ chị Lan, chị có thể đổi trả trong vòng 30 ngày kể từ khi nhận hàng ạ.

    Dạ chị Lan, đơn MH-10234 (Ly gốm Men Tro) đang trên đường giao tới chị ạ. Dự kiến giao: thứ Tư, 4/3. Theo dõi đơn hàng: https://track.example.vn/MH-10234
    ");
}

#[test]
fn three_questions_get_three_answers_and_nothing_is_said_twice() {
    let turn = talking().says(
        "what are your hours, do you take momo, and where is the shop",
        and(en("opening_hours"), &["store_location", "payment_methods"]),
    );
    assert_snapshot!(shown(&turn), @"
    [reply answer fact]
    Our opening hours: 9:00–21:00 every day
    You'll find us at 18 Hoa Nhai Lane, Hanoi

    You can pay with MoMo and COD. You choose at checkout, whichever is easiest for you.
    ");
    let turn = talking()
        .says("ly gốm men tro giá bao nhiêu, còn hàng không", and(vi("price_question"), &["availability"]));
    assert_snapshot!(shown(&turn), @"
    [reply answer one_product]
    Dạ, Ly gốm Men Tro giá 185.000 ₫ (còn hàng) ạ. Xem sản phẩm: https://shop.example.vn/LY-01
    ");
}

#[test]
fn what_can_be_answered_is_and_what_is_not_clear_is_asked_last() {
    let mut stage = talking();
    let turn =
        stage.says("giá bao nhiêu và shop mở cửa mấy giờ vậy", and(vi("opening_hours"), &["price_question"]));
    assert_snapshot!(shown(&turn), @"
    [ask answer answered_and_asks]
    Dạ, giờ mở cửa của shop: 9:00–21:00 tất cả các ngày
    Địa chỉ: 18 ngõ Hoa Nhài, Hà Nội

    Dạ, bạn muốn hỏi giá món nào ạ? Gửi shop tên hoặc link sản phẩm nhé.
    ");
    assert!(matches!(turn.open_question, Some(OpenQuestion::WhichProduct { .. })));
    let answered = stage.says("khăn lanh", unsure(vi("greeting")));
    assert!(said(&answered).contains("185.000 ₫"), "{}", said(&answered));

    let turn =
        talking().says("giá sao shop, có ship không", and(vi("price_question"), &["delivery_options"]));
    assert_eq!(policy(&turn), ("answer", DecisionKind::Ask));
    assert!(said(&turn).contains("35.000 ₫"), "{}", said(&turn));

    let turn = minh()
        .says("where is my order and what is your return policy", and(en("refund_policy"), &["track_order"]));
    assert_snapshot!(shown(&turn), @"
    [ask answer answered_and_asks]
    You can send things back within 30 days of receiving them, Minh.

    Which order do you mean, Minh?

    - MH-10198: Khăn lanh, being packed
    - MH-10150: Bình hoa, on its way
    <MH-10198> <MH-10150>
    ");
}

#[test]
fn what_nobody_wrote_down_is_passed_on_beside_the_answer() {
    for (first, second) in [("opening_hours", "promotion"), ("promotion", "opening_hours")] {
        let turn = talking().says("mấy giờ mở cửa, có mã giảm giá không", and(vi(first), &[second]));
        assert_eq!(policy(&turn), ("answer", DecisionKind::Escalate));
        assert!(matches!(turn.queue, QueueChange::Put(_)));
        assert_eq!(turn.decision.known, ["fact:hours", "missing:promotion"]);
        let said = said(&turn);
        assert!(said.find("9:00").unwrap() < said.find("không dám trả lời bừa").unwrap(), "{said}");
    }
}

#[test]
fn a_complaint_or_a_deed_beside_a_question_is_passed_on_and_the_question_answered() {
    let turn = lan().says(
        "my mug arrived broken and when do you open tomorrow?",
        angry(and(en("damaged_item"), &["opening_hours"]), 0.4),
    );
    assert_snapshot!(shown(&turn), @"
    [escalate complaint complaint] [queue: high complaint 70]
    I'm so sorry, Lan: nothing should reach you broken or not working. I've noted order MH-10234; tell me if it's a different one. A colleague is taking over now and will reply right here.

    A photo of the item and of the parcel will help us put it right faster.

    Our opening hours: 9:00–21:00 every day
    You'll find us at 18 Hoa Nhai Lane, Hanoi
    ");
    let turn = lan().says(
        "mình muốn đổi size M sang L với lại shop ship thế nào",
        and(vi("exchange_item"), &["delivery_options"]),
    );
    assert_eq!(policy(&turn), ("needs_human", DecisionKind::Escalate));
    assert!(said(&turn).contains("Toàn quốc"), "{}", said(&turn));
    let turn = lan().says(
        "I want a refund, and how long does it take to get the money back",
        and(en("request_refund"), &["track_refund"]),
    );
    assert!(matches!(turn.queue, QueueChange::Put(_)));
}

#[test]
fn thanks_and_hello_never_win_over_a_request() {
    let turn = talking().says("cảm ơn shop, mấy giờ mở cửa ạ", and(vi("thanks"), &["opening_hours"]));
    assert!(said(&turn).contains("9:00") && turn.decision.templates.len() == 1, "{}", said(&turn));
}

#[test]
fn what_delivery_costs_is_answered_not_asked_of_which_product() {
    let price = |sure: f32| RankedIntent { intent: Intent::from_static("price_question"), confidence: sure };
    let reading = Reading { also: vec![price(0.3)], ..vi("opening_hours") };
    let turn = talking().says("cho hỏi phí ship và shop mở cửa mấy giờ vậy", reading);
    assert_snapshot!(shown(&turn), @"
    [reply answer fact]
    Dạ, giờ mở cửa của shop: 9:00–21:00 tất cả các ngày
    Địa chỉ: 18 ngõ Hoa Nhài, Hà Nội

    Dạ, shop giao hàng theo các cách sau:

    - Toàn quốc: 35.000 ₫ (2–4 ngày)
    ");
    for (text, reading) in [
        ("ship ra Hà Nội mấy ngày, phí bao nhiêu", and(vi("delivery_period"), &["price_question"])),
        ("phi ship bao nhieu", unsure(vi("price_question"))),
        ("how much is shipping?", en("price_question")),
    ] {
        let turn = talking().says(text, reading);
        assert_eq!(policy(&turn), ("answer", DecisionKind::Reply), "{text}");
        assert_eq!(said(&turn).matches("35.000 ₫").count(), 1, "{}", said(&turn));
    }
}
