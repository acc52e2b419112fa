//! Replies that know: where an order is and what comes next, the same as last time, one thing to recommend, a greeting and
//! an apology that remember.

use super::*;
use crate::model::{Product, ReturnStatus, Shipment};
use crate::testing::stage::product;

const fn a_day() -> Millis {
    Millis::minutes(24 * 60)
}

/// Lan with one order, which is there.
fn lan_with(status: OrderStatus) -> Stage {
    let now = talking().now;
    let travels = Shipment {
        carrier: Some("GHN".to_owned()),
        number: Some("GHN83A77".to_owned()),
        shipped_at: Some(now.plus(Millis(-a_day().0))),
        delivered_at: (status == OrderStatus::Delivered).then_some(now),
    };
    let bought = crate::model::Order {
        shipment: if matches!(status, OrderStatus::Placed | OrderStatus::Packing) {
            Shipment::default()
        } else {
            travels
        },
        ..order("MH-10234", status, &["Ly gốm Men Tro"])
    };
    talking().verified("Lan").likes("address_form", "chị").with_order(bought)
}

fn of(sku: &str, name: &str, category: &str, stock: i64) -> Product {
    Product {
        category: Some(category.to_owned()),
        stock: Some(stock),
        description: None,
        ..product(sku, name)
    }
}

fn pottery() -> Vec<Product> {
    vec![
        of("LY-01", "Ly gốm Men Tro", "Gốm", 9),
        of("BA-01", "Bát gốm Men Lam", "Gốm", 4),
        of("KH-01", "Khăn lanh", "Vải", 0),
        of("KE-01", "Kẹo đậu phộng", "Bánh kẹo", 50),
    ]
}

#[test]
fn an_order_is_told_with_its_next_step() {
    let mut told = String::new();
    for status in OrderStatus::ALL {
        for (text, reading) in
            [("đơn em đâu rồi", vi("track_order")), ("where is my order", en("track_order"))]
        {
            writeln!(told, "{status}: {}", said(&lan_with(*status).says(text, reading))).unwrap();
        }
    }
    assert_snapshot!(told, @"
    placed: Dạ chị Lan, đơn MH-10234 (Ly gốm Men Tro) shop đã nhận và đang xác nhận ạ. Xác nhận xong là shop đóng gói ngay, dự kiến giao: thứ Tư, 4/3.
    placed: Order MH-10234 (Ly gốm Men Tro) has reached us and is being confirmed, Lan. Once it's confirmed we pack it; it should reach you by Wed 4 Mar.
    packing: Dạ chị Lan, đơn MH-10234 (Ly gốm Men Tro) đang được đóng gói ạ. Gói xong là shop gửi đi ngay, dự kiến giao: thứ Tư, 4/3.
    packing: Order MH-10234 (Ly gốm Men Tro) is being packed right now, Lan. It leaves as soon as it's packed and should reach you by Wed 4 Mar.
    shipped: Dạ chị Lan, đơn MH-10234 (Ly gốm Men Tro) đang trên đường giao tới chị ạ. Dự kiến giao: thứ Tư, 4/3. Đơn vị giao: GHN, gửi đi Chủ nhật, 1/3. Mã vận đơn: GHN83A77. Theo dõi đơn hàng: https://track.example.vn/MH-10234
    shipped: Order MH-10234 (Ly gốm Men Tro) is on its way to you, Lan. It should reach you by Wed 4 Mar. GHN has it since Sun 1 Mar. Tracking number: GHN83A77. Follow the parcel: https://track.example.vn/MH-10234
    delivered: Dạ chị Lan, đơn MH-10234 (Ly gốm Men Tro) đã giao thành công ạ. Ngày giao: thứ Hai, 2/3. Nếu chưa nhận được hàng, chị báo ngay để shop kiểm tra nhé.
    delivered: Order MH-10234 (Ly gốm Men Tro) has been delivered, Lan. It arrived on Mon 2 Mar. If you haven't received it, tell me and a colleague will look into it.
    cancelled: Dạ chị Lan, đơn MH-10234 (Ly gốm Men Tro) đã được huỷ ạ. Nếu chị đã thanh toán, tiền sẽ về lại đúng nơi đã trả. Thời gian hoàn tiền thường lệ: 3–5 ngày làm việc.
    cancelled: Order MH-10234 (Ly gốm Men Tro) was cancelled, Lan. If you had paid, the money goes back the way it came. How long refunds usually take: 3–5 working days.
    returned: Dạ chị Lan, đơn MH-10234 (Ly gốm Men Tro) đang trên đường hoàn về shop ạ. Shop nhận và kiểm tra xong là hoàn tiền ngay ạ. Thời gian hoàn tiền thường lệ: 3–5 ngày làm việc.
    returned: Order MH-10234 (Ly gốm Men Tro) is on its way back to us, Lan. Once it is back and checked, we send the money. How long refunds usually take: 3–5 working days.
    refunded: Dạ chị Lan, đơn MH-10234 (Ly gốm Men Tro) đã được hoàn tiền ạ. Ngân hàng có thể cần thêm chút thời gian để ghi có. Thời gian hoàn tiền thường lệ: 3–5 ngày làm việc.
    refunded: Order MH-10234 (Ly gốm Men Tro) has been refunded, Lan. Your bank may need a little time to show it. How long refunds usually take: 3–5 working days.
    ");
}

#[test]
fn a_late_order_is_admitted_and_a_human_offered() {
    let mut stage = lan_with(OrderStatus::Shipped);
    stage.now = stage.now.plus(Millis(3 * a_day().0));
    assert_snapshot!(said(&stage.says("where is my order", en("track_order"))), @"Order MH-10234 (Ly gốm Men Tro) is on its way to you, Lan. It was due Wed 4 Mar, so it is running late; I'm sorry about that. Say human and a colleague will chase it. GHN has it since Sun 1 Mar. Tracking number: GHN83A77. Follow the parcel: https://track.example.vn/MH-10234");
}

#[test]
fn a_refund_is_told_by_how_far_its_return_is() {
    let mut told = String::new();
    for status in ReturnStatus::ALL {
        for (text, reading) in
            [("bao giờ hoàn tiền", vi("track_refund")), ("where is my refund", en("track_refund"))]
        {
            let turn = lan_with(OrderStatus::Delivered).sending_back(*status).says(text, reading);
            writeln!(told, "{status}: {}", said(&turn)).unwrap();
        }
    }
    assert_snapshot!(told, @"
    asked: Dạ chị Lan, shop đã nhận yêu cầu trả hàng của đơn MH-10234 (Chủ nhật, 1/3) và nhân viên đang xem. Có kết quả shop báo chị ngay tại đây ạ. Thời gian hoàn tiền thường lệ: 3–5 ngày làm việc.

    Nếu đã lâu hơn vậy, chị nhắn gặp nhân viên để shop kiểm tra gấp nhé.
    asked: We have your return of order MH-10234 of Sun 1 Mar, Lan, and a colleague is looking at it. You'll hear from us here. How long refunds usually take: 3–5 working days.

    If it has been longer than that, say human and a colleague will chase it.
    approved: Dạ chị Lan, shop đã đồng ý cho trả hàng của đơn MH-10234. Shop nhận lại và kiểm tra xong là hoàn tiền 475.000 ₫ ạ. Thời gian hoàn tiền thường lệ: 3–5 ngày làm việc.

    Nếu đã lâu hơn vậy, chị nhắn gặp nhân viên để shop kiểm tra gấp nhé.
    approved: Your return of order MH-10234 is agreed, Lan. Once the goods are back with us and checked, we send the money: 475,000 ₫. How long refunds usually take: 3–5 working days.

    If it has been longer than that, say human and a colleague will chase it.
    received: Dạ chị Lan, shop đã nhận lại hàng của đơn MH-10234. Kiểm tra xong là shop hoàn tiền 475.000 ₫ ạ. Thời gian hoàn tiền thường lệ: 3–5 ngày làm việc.

    Nếu đã lâu hơn vậy, chị nhắn gặp nhân viên để shop kiểm tra gấp nhé.
    received: Your return of order MH-10234 is back with us, Lan. Next we check it and send the money: 475,000 ₫. How long refunds usually take: 3–5 working days.

    If it has been longer than that, say human and a colleague will chase it.
    refunded: Dạ chị Lan, shop đã hoàn 475.000 ₫ cho đơn MH-10234 rồi ạ, ngân hàng có thể cần thêm chút thời gian để ghi có. Thời gian hoàn tiền thường lệ: 3–5 ngày làm việc.

    Nếu đã lâu hơn vậy, chị nhắn gặp nhân viên để shop kiểm tra gấp nhé.
    refunded: The refund for order MH-10234, 475,000 ₫, has left us, Lan; your bank may need a little time to show it. How long refunds usually take: 3–5 working days.

    If it has been longer than that, say human and a colleague will chase it.
    refused: Dạ chị Lan, yêu cầu trả hàng của đơn MH-10234 chưa được chấp nhận ạ. Nhờ chị nhắn gặp nhân viên để shop giải thích và tìm cách giúp nhé.
    refused: Your return of order MH-10234 was not accepted, Lan. Say human and a colleague will explain why and see what can be done.
    ");
    let stranger = lan_with(OrderStatus::Delivered).claimed().sending_back(ReturnStatus::Received);
    let text = said(&stranger.clone().says("bao giờ hoàn tiền", vi("track_refund")));
    assert!(!text.contains("MH-10234") && !text.contains("475"), "{text}");
}

#[test]
fn the_same_as_last_time_is_named_and_made_by_a_human() {
    let mut stage = lan_with(OrderStatus::Delivered).selling(pottery());
    let turn = stage.says("cho chị như lần trước nhé", unsure(vi("place_order")));
    assert_snapshot!(shown(&turn), @"
    [escalate same_again same_again] [queue: normal needs_human 1]
    Dạ chị Lan, giống đơn MH-10234 hôm thứ Sáu, 27/2: Ly gốm Men Tro ạ. Nhân viên tiếp nhận ngay và sẽ trả lời chị tại đây ạ. Nhân viên sẽ báo giá hôm nay và hoàn tất đơn cùng chị. Nếu đúng, nhờ chị nhắn đúng, còn muốn thay đổi gì thì nhắn shop nhé.
    ");
    assert!(turn.decision.known.contains(&"order:MH-10234".to_owned()));
    let mut stage = minh().selling(pottery());
    assert_snapshot!(shown(&stage.says("same as last time please", en("place_order"))), @"
    [escalate same_again same_again] [queue: normal needs_human 1]
    Last time, in order MH-10198, it was Khăn lanh, Minh. That is out of stock right now. A colleague is taking over now and will reply right here. They will tell you when it's back, or find something close.
    ");
    let two = order("MH-10100", OrderStatus::Delivered, &["Khăn lanh", "Ly gốm Men Tro"]);
    let mut stage = talking().verified("Minh").with_order(two).selling(pottery());
    assert_snapshot!(shown(&stage.says("I'd like the usual", unsure(en("recommendation")))), @"
    [escalate same_again same_again] [queue: normal needs_human 1]
    The same as in order MH-10100 of Fri 27 Feb, Minh: Khăn lanh, Ly gốm Men Tro. Out of stock right now: Khăn lanh. A colleague is taking over now and will reply right here. They will confirm today's price and complete the order with you. Please reply yes if that's it, or tell me what should change.
    ");
}

#[test]
fn the_same_again_is_no_other_wish_it_sounds_like() {
    for reading in [vi("opt_in"), vi("change_order"), vi("human_agent")] {
        let turn = lan_with(OrderStatus::Delivered).says("đặt lại như cũ nhé shop", reading);
        assert_eq!(policy(&turn), ("same_again", DecisionKind::Escalate));
    }
    for reading in [vi("human_agent"), en("human_agent")] {
        let turn = talking().says("như lần trước, để người của shop làm giúp", reading);
        assert_eq!(policy(&turn), ("asks_for_human", DecisionKind::Escalate));
    }
    let turn = lan_with(OrderStatus::Delivered).says("the usual spam, same as last time", en("opt_out"));
    assert_eq!(policy(&turn), ("opt_out", DecisionKind::OptOut));
    let turn =
        lan_with(OrderStatus::Delivered).says("hàng hỏng y như lần trước", angry(vi("damaged_item"), 0.7));
    assert_eq!(policy(&turn).0, "complaint");
}

#[test]
fn nobody_hears_what_was_last_time_without_proof() {
    for mut stage in [
        talking(),
        lan_with(OrderStatus::Delivered).claimed(),
        lan_with(OrderStatus::Delivered).said_in(Visibility::PublicAddressed),
    ] {
        let turn = stage.says("đặt lại đơn cũ giúp mình", vi("place_order"));
        assert_eq!(policy(&turn), ("same_again", DecisionKind::Reply));
        assert!(!said(&turn).contains("MH-10234") && !said(&turn).contains("Men Tro"), "{}", said(&turn));
    }
}

#[test]
fn one_thing_is_recommended_with_its_reason() {
    let mut stage = lan_with(OrderStatus::Delivered).selling(pottery());
    let turn = stage.says("chọn giúp chị một món đi", vi("recommendation"));
    assert_snapshot!(shown(&turn), @"
    [reply answer fact]
    Dạ chị Lan, shop gợi ý Bát gốm Men Lam (185.000 ₫), vì chị từng mua gốm ạ. Xem thử nhé: https://shop.example.vn/BA-01
    ");
    assert!(turn.decision.known.contains(&"preference:bought".to_owned()), "{:?}", turn.decision.known);
    let mut stage = minh().selling(pottery());
    stage.memory.preferences.push(crate::model::Preference {
        at: stage.now,
        ..crate::model::Preference::imported("asked:gom", "Gốm")
    });
    assert_snapshot!(shown(&stage.says("what would you pick for me?", en("recommendation"))), @"
    [reply answer fact]
    I'd go for Ly gốm Men Tro (185,000 ₫), Minh, as you asked about gốm. Have a look: https://shop.example.vn/LY-01
    ");
    let mut stage = lan().likes("avoid:peanut", "đậu phộng").selling(pottery());
    let turn = stage.says("bánh kẹo nào ngon", vi("recommendation"));
    assert!(!said(&turn).contains("Kẹo đậu phộng"), "{}", said(&turn));
    let turn = talking().selling(pottery()).says("bánh kẹo nào ngon", vi("recommendation"));
    assert!(said(&turn).contains("Kẹo đậu phộng"), "{}", said(&turn));
    let forgotten = |mut stage: Stage| {
        stage.memory.forgotten.push("bought:gom".to_owned());
        said(&stage.says("chọn giúp chị một món đi", vi("recommendation")))
    };
    assert!(!forgotten(lan_with(OrderStatus::Delivered).selling(pottery())).contains("Men Lam"));
}

#[test]
fn who_comes_back_is_greeted_so_and_reminded_of_one_thing() {
    let mut stage = lan_with(OrderStatus::Shipped);
    (stage.memory.answered_before, stage.memory.returning) = (false, true);
    assert_snapshot!(said(&stage.clone().says("chào shop", vi("greeting"))), @"
    Chào chị Lan ạ, vui được gặp lại chị! Đây là Lara, trợ lý tự động của Mộc. Muốn gặp người thật, chị chỉ cần nhắn gặp nhân viên.

    Shop giúp được gì cho chị ạ? Nếu là về đơn MH-10234 (Ly gốm Men Tro) thì shop đang xem sẵn đây rồi.
    ");
    let mut waiting = stage.clone().waiting_elsewhere(EscalationReason::Complaint, Priority::High);
    assert_snapshot!(said(&waiting.says("hi", en("greeting"))), @"
    Hi Lan, good to see you again! I'm Lara, Mộc's assistant bot. If you'd rather talk to a person, just say human.

    What you wrote on Sun 1 Mar, 10:00, is still with a colleague, and I haven't lost sight of it. Is there anything else I can do meanwhile?
    ");
    let claimed = said(&stage.claimed().says("hi", en("greeting")));
    assert!(!claimed.contains("again") && !claimed.contains("MH-10234"), "{claimed}");
}

#[test]
fn who_complains_again_elsewhere_meets_an_apology_that_knows() {
    let complained = || lan().waiting_elsewhere(EscalationReason::Complaint, Priority::High);
    let turn = complained().says("shop làm ăn chán quá", angry(vi("out_of_scope"), 0.3));
    assert_snapshot!(shown(&turn), @"
    [escalate complaint complaint] [queue: high complaint 66]
    Dạ chị Lan, việc chị nhắn lúc 10:00 Chủ nhật, 1/3 shop vẫn nắm, và shop áy náy vì đến giờ chưa xong. Shop đã ghi thêm nội dung này, chị không phải kể lại từ đầu đâu ạ. Nhân viên tiếp nhận ngay và sẽ trả lời chị tại đây ạ.
    ");
    assert!(turn.decision.known.contains(&"escalation:elsewhere".to_owned()));
    let turn = complained().says("this is a joke", angry(en("out_of_scope"), 0.3));
    assert_snapshot!(shown(&turn), @"
    [escalate complaint complaint] [queue: high complaint 66]
    I know about the matter of Sun 1 Mar, 10:00, Lan, and I'm sorry it still isn't settled. I've added what you wrote, so you won't have to explain it twice. A colleague is taking over now and will reply right here.
    ");
    let turn = complained().says("ly bị vỡ rồi", angry(vi("damaged_item"), 0.3));
    assert!(!said(&turn).contains("xin lỗi"), "{}", said(&turn));

    // What waits there is no complaint: this is the first.
    let asked = lan().waiting_elsewhere(EscalationReason::AskedForHuman, Priority::Normal);
    let turn = asked.clone().says("ly bị vỡ rồi", angry(vi("damaged_item"), 0.3));
    assert!(said(&turn).contains("xin lỗi"), "{}", said(&turn));
    // Who merely says who they are hears nothing of it.
    let turn = complained().claimed().says("chán quá", angry(vi("out_of_scope"), 0.3));
    assert!(!said(&turn).contains("thứ"), "{}", said(&turn));
    assert!(!turn.decision.known.contains(&"escalation:elsewhere".to_owned()));
}

#[test]
fn which_order_is_told_by_its_day_or_by_where_it_is() {
    let mut stage = minh();
    stage.says("đơn em đâu rồi", vi("track_order"));
    let turn = stage.says("đơn đang giao ấy", unsure(vi("track_order")));
    assert!(said(&turn).contains("MH-10150"), "{}", said(&turn));

    let mut stage = minh();
    stage.memory.orders[0].ordered_at = stage.now.plus(Millis(-a_day().0));
    let yesterday = |text: &str, reading: Reading| {
        let said = crate::model::SaidDate::FromToday { days: -1 };
        let entity =
            crate::model::Entity { start: 0, end: text.len(), value: crate::model::EntityValue::Date(said) };
        Reading { entities: vec![entity], ..reading }
    };
    let text = "đơn hôm qua tới đâu rồi";
    let turn = stage.says(text, yesterday(text, vi("track_order")));
    assert!(said(&turn).contains("MH-10198"), "{}", said(&turn));
}
