//! What is said where everybody reads along.

use super::*;
use crate::model::ChannelKind;

/// Lan, whom the shop knows, speaks to it where everybody reads along.
fn addressed() -> Stage {
    lan().pushed(ChannelKind::Discord).said_in(Visibility::PublicAddressed)
}

#[test]
fn a_complaint_in_public_gets_one_line_there_and_goes_on_in_private() {
    let mut stage = addressed();
    let turn = stage.says("@Mộc ly giao tới vỡ hết, làm ăn kiểu gì vậy", angry(vi("damaged_item"), 0.8));
    assert_snapshot!(shown(&turn), @"
    [escalate public_place public_complaint_told] [queue: high complaint 86]
    Shop rất xin lỗi bạn về chuyện này và cảm ơn bạn đã lên tiếng. Shop xin phép trao đổi riêng với bạn để nhân viên kiểm tra kỹ ạ.
    (in private) Chào bạn, đây là Lara, trợ lý tự động của Mộc. Shop nhắn riêng về điều bạn vừa viết công khai. Shop xin lỗi vì đã để bạn phải lên tiếng như vậy, và đã chuyển nguyên văn cho nhân viên. Nhân viên tiếp nhận ngay và sẽ trả lời bạn tại đây ạ.

    Nếu là về một đơn hàng, bạn gửi mã đơn tại đây nhé, chỉ mình shop đọc được ạ.
    ");
    assert_eq!(turn.owner, Owner::Waiting);
    assert_snapshot!(shown(&addressed().says("your service is a disgrace", angry(en("poor_service"), 0.9))), @"
    [escalate public_place public_complaint_told] [queue: high complaint 90]
    I'm sorry to read this, and thank you for telling us. Let's continue in private, so that a colleague can look into it with you.
    (in private) Hi! This is Lara, Mộc's assistant bot, about what you wrote in public. I'm sorry it came to that, and I've passed on every word. A colleague is taking over now and will reply right here.

    If it is about an order, send its number here: nobody else reads along.
    ");
}

#[test]
fn danger_is_answered_in_private_with_what_to_do_first() {
    let turn = addressed().says("con tôi đứt tay vì ly vỡ", urgent(angry(vi("damaged_item"), 0.9)));
    assert_snapshot!(shown(&turn), @"
    [escalate public_place public_complaint_told] [queue: urgent urgent 90]
    Shop rất xin lỗi bạn về chuyện này và cảm ơn bạn đã lên tiếng. Shop xin phép trao đổi riêng với bạn để nhân viên kiểm tra kỹ ạ.
    (in private) Chào bạn ạ! Đây là Lara, trợ lý tự động của Mộc. Muốn gặp người thật, bạn chỉ cần nhắn gặp nhân viên.

    Shop rất xin lỗi bạn vì sự việc này. Shop coi đây là việc nghiêm trọng và đã đưa lên ưu tiên cao nhất. Nhân viên tiếp nhận ngay và sẽ trả lời bạn tại đây ạ.

    Nếu có ai đang gặp nguy hiểm hoặc cần cấp cứu, nhờ bạn gọi 115 trước nhé. Số điện thoại của shop: 024 3555 0188
    ");
}

#[test]
fn what_becomes_dangerous_within_a_day_is_told_what_to_do_first() {
    let mut stage = addressed();
    stage.says("hàng vỡ hết", angry(vi("damaged_item"), 0.5));
    let worse = stage.says("con tôi đứt tay vì ly vỡ", urgent(angry(vi("damaged_item"), 0.9)));
    assert_eq!(worse.decision.reason, "public_complaint_told");
    assert!(worse.reply.unwrap().aside.unwrap().contains("115"));
    let again = stage.says("vẫn chảy máu", urgent(angry(vi("damaged_item"), 0.9)));
    assert_eq!(again.decision.reason, "public_complaint_again", "once");
}

#[test]
fn a_second_complaint_within_a_day_gets_no_second_line_and_still_reaches_a_human() {
    let mut stage = addressed();
    stage.says("hàng vỡ hết", angry(vi("damaged_item"), 0.5));
    stage.now = stage.now.plus(Millis::minutes(23 * 60));
    let again = stage.says("vẫn chưa ai trả lời, quá tệ", angry(vi("poor_service"), 0.9));
    assert_snapshot!(shown(&again), @"[escalate public_place public_complaint_again] [queue: high complaint 90]");
    // Another complaint on another day is heard anew.
    stage.now = stage.now.plus(Millis::minutes(60));
    stage.says("giờ mở cửa của shop?", vi("opening_hours"));
    let next_day = stage.says("tệ quá", angry(vi("poor_service"), 0.9));
    assert!(next_day.reply.unwrap().aside.is_some());
}

#[test]
fn a_question_in_public_is_answered_there_without_a_word_about_the_person() {
    let turn = addressed().says("shop mở cửa mấy giờ vậy", vi("opening_hours"));
    assert_snapshot!(shown(&turn), @"
    [reply answer fact]
    Dạ, giờ mở cửa của shop: 9:00–21:00 tất cả các ngày
    Địa chỉ: 18 ngõ Hoa Nhài, Hà Nội
    ");
    let order = addressed().says("đơn MH-10234 của mình đâu rồi", vi("track_order"));
    assert!(!said(&order).contains("MH-10234") && !said(&order).contains("Lan"), "{}", said(&order));
    assert_eq!(order.reply.unwrap().aside, None);
}

#[test]
fn what_is_not_said_to_the_brand_is_not_answered_even_where_it_complains() {
    let mut stage = lan().pushed(ChannelKind::Discord).in_public();
    let turn = stage.says("Mộc bán ly dỏm lắm mọi người ơi", angry(vi("poor_service"), 0.9));
    assert_snapshot!(shown(&turn), @"[escalate public_place public_complaint] [queue: high complaint 90]");
}

#[test]
fn in_direct_messages_a_complaint_needs_no_second_place() {
    let turn = lan().pushed(ChannelKind::Discord).says("ly vỡ hết rồi", angry(vi("damaged_item"), 0.8));
    assert_eq!(turn.reply.unwrap().aside, None);
}
