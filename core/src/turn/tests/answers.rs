//! What is answered, from what, and what is handed over instead.

use super::*;

#[test]
fn a_missing_fact_goes_to_a_human_never_into_a_hole() {
    let mut bare = talking().ruled(|brand| brand.facts = crate::model::Facts::default());
    assert_snapshot!(shown(&bare.says("shop mở cửa mấy giờ vậy", vi("opening_hours"))), @"
    [escalate answer fact_missing] [queue: normal missing_fact 1]
    Dạ, câu này shop không dám trả lời bừa nên đã chuyển giúp bạn. Nhân viên tiếp nhận ngay và sẽ trả lời bạn tại đây ạ.
    ");
    let turn = talking().says("any discount codes?", en("promotion"));
    assert_snapshot!(shown(&turn), @"
    [escalate answer fact_missing] [queue: normal missing_fact 1]
    Good question, and I'd rather not guess at the answer. A colleague is taking over now and will reply right here.
    ");
}

#[test]
fn unsure_asks_back_with_two_choices_then_a_human() {
    let mut stage = talking();
    let mut reading = unsure(vi("refund_policy"));
    reading.runner_up =
        Some(crate::model::RankedIntent { intent: Intent::from_static("exchange_item"), confidence: 0.25 });
    assert_snapshot!(shown(&stage.says("cái này mang lại được hem", reading.clone())), @"
    [ask unsure not_sure]
    Dạ, để shop hiểu đúng ý, bạn đang cần:

    - Chính sách đổi trả
    - Đổi hàng
    <Chính sách đổi trả> <Đổi hàng> <Gặp nhân viên>
    ");
    let chosen = stage.clone().says("Chính sách đổi trả", unsure(vi("greeting")));
    assert_snapshot!(shown(&chosen), @"
    [reply open_question fact]
    Dạ, bạn có thể đổi trả trong vòng 30 ngày kể từ khi nhận hàng ạ.
    ");
    let deed = stage.clone().says("cái thứ hai", unsure(vi("greeting")));
    assert_eq!(policy(&deed), ("open_question", DecisionKind::Escalate));
    assert_snapshot!(shown(&stage.says("ý là cái kia cơ", unsure(vi("greeting")))), @"
    [escalate unsure not_understood_twice] [queue: normal misses 1]
    Dạ, shop vẫn chưa hiểu đúng ý bạn và không muốn để bạn phải nhắc đi nhắc lại. Nhân viên tiếp nhận ngay và sẽ trả lời bạn tại đây ạ. Mọi tin nhắn ở trên đều được đọc hết, bạn không cần nhắn lại đâu.
    ");
}

#[test]
fn what_only_a_human_may_do_is_passed_on_and_said_so() {
    assert_snapshot!(shown(&lan().says("huỷ đơn giúp mình", vi("cancel_order"))), @"
    [escalate needs_human needs_human] [queue: normal needs_human 1]
    Dạ chị Lan, shop đã chuyển yêu cầu huỷ đơn MH-10234. Đơn đã giao cho bên vận chuyển nên shop sẽ xem còn chặn kịp không. Nhân viên tiếp nhận ngay và sẽ trả lời chị tại đây ạ.
    ");
    let cancelled = order("MH-1", OrderStatus::Cancelled, &["Ly"]);
    let turn = talking().verified("Lan").with_order(cancelled).says("please cancel it", en("cancel_order"));
    assert_eq!(policy(&turn), ("needs_human", DecisionKind::Reply));
    assert_eq!(turn.queue, QueueChange::Keep);
}

#[test]
fn products_are_answered_and_asked_for() {
    assert_snapshot!(shown(&talking().says("ly gom men tro bao nhieu", vi("price_question"))), @"
    [reply answer one_product]
    Dạ, Ly gốm Men Tro giá 185.000 ₫ (còn hàng) ạ. Xem sản phẩm: https://shop.example.vn/LY-01
    ");
    let mut stage = talking();
    let asked = stage.says("how much is it", en("price_question"));
    assert_eq!(policy(&asked), ("answer", DecisionKind::Ask));
    let answered = stage.says("the ly gốm men tro", unsure(en("greeting")));
    assert!(said(&answered).contains("185,000 ₫"), "{}", said(&answered));
    let mut stage = talking();
    stage.says("how much is it", en("price_question"));
    let unknown = stage.says("the flying carpet", unsure(en("greeting")));
    assert_eq!(policy(&unknown), ("open_question", DecisionKind::Escalate));
}

#[test]
fn two_requests_in_one_run_are_answered_in_one_reply() {
    let mut stage = talking();
    let turn = stage.says_all(
        &[
            ("chào shop", vi("greeting")),
            ("shop mở mấy giờ", vi("opening_hours")),
            ("ship thế nào", vi("delivery_options")),
        ],
        vi("greeting"),
    );
    assert_snapshot!(shown(&turn), @"
    [reply answer fact]
    Dạ, giờ mở cửa của shop: 9:00–21:00 tất cả các ngày
    Địa chỉ: 18 ngõ Hoa Nhài, Hà Nội

    Dạ, shop giao hàng theo các cách sau:

    - Toàn quốc: 35.000 ₫ (2–4 ngày)
    ");
    assert_eq!((turn.decision.first_seq, turn.decision.last_seq, turn.done_seq), (1, 3, 3));
}

#[test]
fn the_worst_of_several_messages_counts() {
    let turn = lan().says_all(
        &[
            ("chào shop", vi("greeting")),
            ("hàng vỡ nát", angry(vi("damaged_item"), 0.9)),
            ("cảm ơn", vi("thanks")),
        ],
        vi("thanks"),
    );
    assert!(matches!(turn.queue, QueueChange::Put(_)));
}

#[test]
fn a_question_that_names_an_order_is_about_the_order() {
    let turn = lan().says("còn đơn MH-10234?", vi("availability"));
    assert_eq!(policy(&turn), ("answer", DecisionKind::Reply));
    assert!(said(&turn).contains("MH-10234"), "{}", said(&turn));
}
