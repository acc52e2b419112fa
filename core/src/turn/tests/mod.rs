use super::*;
use crate::act::markup::{parse, to_plain};
use crate::model::{
    Delivery, Intent, Language, MessageLanguage, OpenQuestion, OrderStatus, TemplateName, TemplateVersion,
};
use crate::testing::stage::{Stage, angry, en, order, unsure, urgent, vi};
use insta::assert_snapshot;
use std::fmt::Write as _;

/// What was decided, by whom and why, and what was said, as one reads it.
fn shown(turn: &Turn) -> String {
    let decision = &turn.decision;
    let mut out = format!("[{} {} {}]", decision.kind, decision.policy, decision.reason);
    if let QueueChange::Put(put) = &turn.queue {
        write!(out, " [queue: {} {} {}]", put.priority, put.reason, put.severity).unwrap();
    }
    if let Some(reply) = &turn.reply {
        out.push('\n');
        out.push_str(&to_plain(&parse(&reply.text)));
        let titles: Vec<_> = reply.quick_replies.iter().map(|reply| reply.title.as_str()).collect();
        if !titles.is_empty() {
            write!(out, "\n<{}>", titles.join("> <")).unwrap();
        }
        if let Some(aside) = &reply.aside {
            write!(out, "\n(in private) {}", to_plain(&parse(aside))).unwrap();
        }
    }
    out
}

fn said(turn: &Turn) -> String {
    turn.reply.as_ref().map(|reply| to_plain(&parse(&reply.text))).unwrap_or_default()
}

fn policy(turn: &Turn) -> (&str, DecisionKind) {
    (&turn.decision.policy, turn.decision.kind)
}

/// A stage where Lara has already said who she is.
fn talking() -> Stage {
    let mut stage = Stage::new();
    stage.memory.answered_before = true;
    stage
}

fn lan() -> Stage {
    talking().verified("Lan").likes("address_form", "chị").with_order(order(
        "MH-10234",
        OrderStatus::Shipped,
        &["Ly gốm Men Tro", "Cà phê Cầu Đất"],
    ))
}

fn minh() -> Stage {
    talking()
        .verified("Minh")
        .with_order(order("MH-10198", OrderStatus::Packing, &["Khăn lanh"]))
        .with_order(order("MH-10150", OrderStatus::Shipped, &["Bình hoa"]))
}

#[test]
fn lan_asks_where_her_order_is_and_is_known_by_name_and_order() {
    let mut stage = lan();
    stage.memory.answered_before = false;
    assert_snapshot!(shown(&stage.says("shop ơi đơn của em tới đâu rồi", vi("track_order"))), @"
    [reply answer one_order]
    Chào chị Lan ạ! Đây là Lara, trợ lý tự động của Mộc. Muốn gặp người thật, chị chỉ cần nhắn gặp nhân viên.

    Dạ, đơn MH-10234 (Ly gốm Men Tro) đang trên đường giao tới chị ạ. Dự kiến giao: thứ Tư, 4/3. Theo dõi đơn hàng: https://track.example.vn/MH-10234
    ");
    assert_snapshot!(shown(&lan().says("where is my order?", en("track_order"))), @"
    [reply answer one_order]
    Order MH-10234 (Ly gốm Men Tro) is on its way to you, Lan. It should reach you by Wed 4 Mar. Follow the parcel: https://track.example.vn/MH-10234
    ");
}

#[test]
fn a_stranger_sees_nobodys_order() {
    let turn = talking().says("đơn MH-10234 tới đâu rồi", vi("track_order"));
    assert_snapshot!(shown(&turn), @"
    [reply answer no_order_known]
    Dạ, để giữ riêng tư, shop chỉ mở thông tin đơn cho đúng người đã đặt. Nhờ bạn gửi mã đơn hàng kèm email hoặc số điện thoại đã đặt đơn, hoặc đăng nhập tại đây: https://shop.example.vn/account rồi hỏi lại. Muốn gặp người thật, bạn nhắn gặp nhân viên nhé.
    ");
    assert!(!said(&turn).contains("MH-10234"));
}

#[test]
fn a_claimed_person_is_greeted_by_name_and_shown_nothing() {
    let mut stage = lan().claimed();
    let turn = stage.says("đơn của em đâu", vi("track_order"));
    assert!(said(&turn).contains("Lan") && !said(&turn).contains("MH-10234"), "{}", said(&turn));
}

#[test]
fn which_order_is_asked_and_the_answer_understood() {
    for (answer, number) in [
        ("cái đầu", "MH-10198"),
        ("the second one", "MH-10150"),
        ("MH-10150", "MH-10150"),
        ("cái bình hoa", "MH-10150"),
    ] {
        let mut stage = minh();
        let asked = stage.says("đơn em đâu rồi", vi("track_order"));
        assert_eq!(policy(&asked), ("answer", DecisionKind::Ask));
        assert!(matches!(asked.open_question, Some(OpenQuestion::WhichOrder { .. })));
        let answered = stage.says(answer, unsure(vi("greeting")));
        assert_eq!(policy(&answered), ("open_question", DecisionKind::Reply), "{answer}");
        assert!(said(&answered).contains(number), "{answer}: {}", said(&answered));
        assert_eq!(answered.open_question, None);
    }
    let mut stage = minh();
    assert_snapshot!(shown(&stage.says("where is my order", en("track_order"))), @"
    [ask answer several_orders]
    Which order do you mean, Minh?

    - MH-10198: Khăn lanh, being packed
    - MH-10150: Bình hoa, on its way
    <MH-10198> <MH-10150>
    ");
    let other = stage.says("what are your opening hours?", en("opening_hours"));
    assert_eq!(policy(&other), ("answer", DecisionKind::Reply));
    assert_eq!(other.open_question, None);
}

#[test]
fn an_angry_customer_is_heard_answered_and_handed_over() {
    let mut stage = lan();
    let turn = stage.says("giao hàng trễ cả tuần, làm ăn quá tệ!!!", angry(vi("late_delivery"), 0.9));
    assert_snapshot!(shown(&turn), @"
    [escalate complaint complaint] [queue: high complaint 90]
    Shop xin lỗi đã để chị Lan phải chờ. Đơn MH-10234 đang trên đường giao tới chị, hẹn giao thứ Tư, 4/3. Shop sẽ tìm hiểu vì sao hàng chậm. Nhân viên tiếp nhận ngay và sẽ trả lời chị tại đây ạ. Theo dõi đơn hàng: https://track.example.vn/MH-10234
    ");
    assert_eq!(turn.owner, Owner::Waiting);

    let turn = lan().says("this is the worst shop ever, where is my order", angry(en("track_order"), 0.8));
    assert_snapshot!(shown(&turn), @"
    [escalate complaint complaint] [queue: high complaint 86]
    I'm sorry, Lan, this is not how it should be. I've passed on everything you wrote, so you won't have to explain it twice. A colleague is taking over now and will reply right here.

    Order MH-10234 (Ly gốm Men Tro) is on its way to you, Lan. It should reach you by Wed 4 Mar. Follow the parcel: https://track.example.vn/MH-10234
    ");
}

#[test]
fn every_complaint_calls_a_human_whatever_else_it_says() {
    for intent in Intent::STARTERS.iter().chain(&["out_of_scope"]) {
        for reading in [angry(vi(intent), 0.2), angry(en(intent), 0.2), unsure(angry(vi(intent), 0.2))] {
            let mut stage = lan();
            let turn = stage.says("…nội dung gì đó…", reading);
            assert!(matches!(turn.queue, QueueChange::Put(_)), "{intent}: {}", shown(&turn));
            assert_eq!(turn.owner, Owner::Waiting, "{intent}");
        }
    }
}

#[test]
fn what_burns_most_is_due_first() {
    let put = |reading: Reading| match lan().says("…", reading).queue {
        QueueChange::Put(put) => put,
        QueueChange::Keep => panic!("no human was called"),
    };
    let burns = [
        put(urgent(angry(vi("damaged_item"), 0.9))),
        put(angry(vi("payment_issue"), 0.1)),
        put(angry(vi("poor_service"), 0.2)),
    ];
    assert_eq!(
        burns.each_ref().map(|put| put.priority),
        [Priority::Urgent, Priority::High, Priority::Normal]
    );
    assert!(burns.is_sorted_by_key(|put| put.due_at));
    assert_eq!(burns[0].reason, EscalationReason::Urgent);
}

#[test]
fn while_a_human_is_awaited_lara_holds_the_line_and_apologises_once() {
    let mut stage = lan();
    stage.says("hàng bị vỡ hết rồi", angry(vi("damaged_item"), 0.7));
    assert_snapshot!(shown(&stage.says("vẫn chưa ai trả lời à", unsure(vi("human_agent")))), @"
    [reply waiting holds_the_line]
    Dạ chị Lan, shop đã ghi thêm vào nội dung chị nhắn rồi ạ. Nhân viên sẽ trả lời chị ngay tại đây ạ.
    ");
    assert_snapshot!(shown(&stage.says("alo", vi("greeting"))), @"
    [reply waiting holds_the_line]
    Dạ chị Lan, shop đã ghi thêm vào nội dung chị nhắn rồi ạ. Nhân viên chưa kịp nhận, nhưng chị vẫn giữ nguyên thứ tự trong hàng chờ nhé.
    ");
    assert_snapshot!(shown(&stage.says("???", unsure(vi("greeting")))), @"[silent waiting acknowledged_already]");
    assert_snapshot!(shown(&stage.says("shop mở cửa mấy giờ", vi("opening_hours"))), @"
    [reply waiting fact]
    Dạ chị Lan, giờ mở cửa của shop: 9:00–21:00 tất cả các ngày
    Địa chỉ: 18 ngõ Hoa Nhài, Hà Nội
    ");
    assert_snapshot!(shown(&stage.says("cảm ơn", vi("thanks"))), @"[silent waiting small_talk_while_waiting]");
    let worse = stage.says("con tôi bị đứt tay vì mảnh vỡ", urgent(angry(vi("damaged_item"), 0.9)));
    assert_snapshot!(shown(&worse), @"
    [escalate waiting complains_while_waiting] [queue: urgent urgent 90]
    Shop coi đây là việc nghiêm trọng và đã đưa lên ưu tiên cao nhất. Nhân viên tiếp nhận ngay và sẽ trả lời chị tại đây ạ.

    Nếu có ai đang gặp nguy hiểm hoặc cần cấp cứu, nhờ chị gọi 115 trước nhé. Số điện thoại của shop: 024 3555 0188
    ");
    assert_eq!(stage.memory.escalation.as_ref().unwrap().priority, Priority::Urgent);
}

#[test]
fn at_night_lara_says_honestly_when_a_human_is_back() {
    let mut stage = talking();
    stage.now = stage.now.plus(Millis::minutes(13 * 60));
    assert_snapshot!(shown(&stage.says("cho mình gặp nhân viên", vi("human_agent"))), @"
    [escalate asks_for_human asked_for_human] [queue: normal asked_for_human 1]
    Dạ, shop chuyển lời ngay ạ. Nhân viên làm việc lại từ 08:00 ngày mai và sẽ trả lời bạn ngay tại đây ạ. Trong lúc chờ, bạn cứ nhắn trước việc cần giúp nhé.
    ");
    assert_snapshot!(shown(&stage.says("hello?", en("greeting"))), @"
    [reply waiting holds_the_line]
    Dạ, shop đã ghi thêm vào nội dung bạn nhắn rồi ạ. Nhân viên làm việc lại từ 08:00 ngày mai và sẽ trả lời bạn ngay tại đây ạ.
    ");
}

#[test]
fn one_word_leads_to_a_human_and_one_to_silence() {
    for word in ["human", "Gặp nhân viên", "nguoi that"] {
        let turn = talking().says(word, unsure(en("greeting")));
        assert_eq!(policy(&turn), ("asks_for_human", DecisionKind::Escalate), "{word}");
    }
    for (word, language) in [("STOP", en("greeting")), ("dừng", vi("greeting"))] {
        let mut stage = lan();
        let turn = stage.says(word, unsure(language));
        assert_eq!(policy(&turn), ("opt_out", DecisionKind::OptOut));
        assert_eq!(turn.consent, ConsentChange::OptOut);
        assert!(turn.reply.is_some());
        assert!(stage.says("đơn em đâu", vi("track_order")).reply.is_none());
        assert!(stage.says("STOP", en("opt_out")).reply.is_none());
        let furious = stage.says("đồ lừa đảo", angry(vi("poor_service"), 1.0));
        assert!(furious.reply.is_none() && furious.queue != QueueChange::Keep);
        let back = stage.says("START", unsure(en("greeting")));
        assert_eq!(policy(&back), ("opt_in", DecisionKind::OptIn));
        assert!(back.reply.is_some());
    }
}

#[test]
fn lara_never_talks_over_an_agent() {
    for reading in
        [vi("track_order"), angry(vi("poor_service"), 1.0), urgent(en("human_agent")), unsure(en("greeting"))]
    {
        let mut stage = lan();
        stage.conversation.owner = Owner::Agent;
        let turn = stage.says("gì đó", reading);
        assert_eq!((turn.reply, turn.owner), (None, Owner::Agent));
    }
    let mut stage = lan();
    stage.conversation.owner = Owner::Agent;
    let stop = stage.says("dừng", vi("opt_out"));
    assert_eq!((stop.reply, stop.consent), (None, ConsentChange::OptOut));
}

#[test]
fn public_places_are_listened_to_and_answered_without_personal_data_when_addressed() {
    let quiet = lan().in_public().says("đơn của em đâu", vi("track_order"));
    assert_eq!((policy(&quiet).1, quiet.reply), (DecisionKind::Silent, None));
    let burns = lan().in_public().says("shop lừa đảo", angry(vi("poor_service"), 0.9));
    assert!(burns.reply.is_none() && burns.queue != QueueChange::Keep);
    let asked = lan().said_in(Visibility::PublicAddressed).says("đơn của em đâu", vi("track_order"));
    let text = said(&asked);
    assert!(
        !text.is_empty() && !text.contains("Lan") && !text.contains("MH-10234") && !text.contains("Men Tro"),
        "{text}"
    );
}

#[test]
fn language_follows_the_message_then_the_conversation() {
    let mut stage = talking();
    assert!(said(&stage.says("shop mở mấy giờ", vi("opening_hours"))).contains("giờ mở cửa"));
    let number = stage.says("12345", unsure(en("greeting")));
    assert_eq!(number.reply.as_ref().unwrap().quick_replies.last().unwrap().title, "Gặp nhân viên");
    assert!(said(&stage.says("and how do you deliver?", en("delivery_options"))).contains("Nationwide"));
}

mod answers;
mod faults;
mod knows;
mod languages;
mod loops;
mod nothing_personal;
mod person;
mod proof;
mod properties;
mod public;
mod runs;
mod says_what_she_is;
mod several;
