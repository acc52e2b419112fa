//! Words for what is stored as a code: intents, reasons, states. A code without a word is shown as it is, made readable.

use lara_core::model::{
    ChannelKind, EscalationReason, HealthState, Language, Level, MessageState, OrderStatus, Owner, Priority,
    ReturnStatus, Role, Sentiment,
};
use std::borrow::Cow;

pub(crate) use super::reasons::reason;

/// A pair of texts; [`said`] picks one.
pub(super) type Pair = (&'static str, &'static str);

const fn said(language: Language, pair: Pair) -> &'static str {
    match language {
        Language::English => pair.0,
        Language::Vietnamese => pair.1,
    }
}

/// Makes a snake-case code readable.
fn readable(code: &str) -> String {
    let mut text = code.replace('_', " ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

pub(super) fn look_up(
    table: &'static [(&'static str, Pair)],
    language: Language,
    code: &str,
) -> Cow<'static, str> {
    table
        .iter()
        .find(|(key, _)| *key == code)
        .map_or_else(|| Cow::Owned(readable(code)), |(_, pair)| Cow::Borrowed(said(language, *pair)))
}

/// Intents and the other template keys.
const KEYS: &[(&str, Pair)] = &[
    ("place_order", ("Place an order", "Đặt hàng")),
    ("change_order", ("Change an order", "Sửa đơn hàng")),
    ("cancel_order", ("Cancel an order", "Hủy đơn hàng")),
    ("track_order", ("Where is my order", "Đơn hàng đến đâu")),
    ("delivery_options", ("Ways of delivery", "Cách giao hàng")),
    ("delivery_period", ("How long delivery takes", "Giao mất bao lâu")),
    ("change_shipping_address", ("Change the delivery address", "Đổi địa chỉ giao")),
    ("payment_methods", ("Ways to pay", "Cách thanh toán")),
    ("payment_issue", ("Payment problem", "Lỗi thanh toán")),
    ("get_invoice", ("Invoice", "Lấy hóa đơn")),
    ("refund_policy", ("Return conditions", "Chính sách đổi trả")),
    ("request_refund", ("Wants the money back", "Yêu cầu hoàn tiền")),
    ("track_refund", ("Where is my refund", "Hoàn tiền đến đâu")),
    ("exchange_item", ("Exchange", "Đổi hàng")),
    ("product_question", ("Product question", "Hỏi về sản phẩm")),
    ("price_question", ("Price", "Hỏi giá")),
    ("availability", ("In stock?", "Còn hàng không")),
    ("promotion", ("Promotions", "Khuyến mãi")),
    ("recommendation", ("Recommendation", "Nhờ tư vấn")),
    ("opening_hours", ("Opening hours", "Giờ mở cửa")),
    ("store_location", ("Where the shop is", "Địa chỉ cửa hàng")),
    ("create_account", ("Open an account", "Tạo tài khoản")),
    ("edit_account", ("Change the account", "Sửa tài khoản")),
    ("delete_account", ("Delete the account", "Xóa tài khoản")),
    ("recover_password", ("Forgotten password", "Quên mật khẩu")),
    ("damaged_item", ("Arrived damaged", "Hàng bị hỏng")),
    ("wrong_item", ("Wrong item", "Giao sai hàng")),
    ("missing_item", ("Something is missing", "Giao thiếu hàng")),
    ("late_delivery", ("Late delivery", "Giao trễ")),
    ("poor_service", ("Poor service", "Phục vụ kém")),
    ("praise", ("Praise", "Khen ngợi")),
    ("suggestion", ("Suggestion", "Góp ý")),
    ("human_agent", ("Wants a human", "Muốn gặp người")),
    ("greeting", ("Greeting", "Chào hỏi")),
    ("thanks", ("Thanks", "Cảm ơn")),
    ("goodbye", ("Goodbye", "Tạm biệt")),
    ("opt_out", ("Stop messages", "Ngừng nhận tin")),
    ("opt_in", ("Messages again", "Nhận tin lại")),
    ("out_of_scope", ("None that Lara knows", "Ngoài phạm vi")),
    ("ask_unsure", ("Asks what was meant", "Hỏi lại ý khách")),
    ("unknown_language", ("A language Lara does not speak", "Ngôn ngữ Lara không biết")),
    ("ask_which_order", ("Asks which order", "Hỏi đơn hàng nào")),
    ("escalated_complaint", ("Handed over: complaint", "Chuyển người: phàn nàn")),
    ("escalated_urgent", ("Handed over: urgent", "Chuyển người: khẩn cấp")),
    ("escalated_human", ("Handed over: asked for a human", "Chuyển người: khách yêu cầu")),
    ("escalated_misses", ("Handed over: not understood twice", "Chuyển người: hai lần chưa hiểu")),
    ("escalated_missing_fact", ("Handed over: a fact is missing", "Chuyển người: thiếu thông tin")),
    ("escalated_request", ("Handed over: only a human may", "Chuyển người: cần người xử lý")),
    ("public_complaint", ("Public line to a complaint", "Câu công khai khi bị phàn nàn")),
    ("private_hello", ("Goes on in private", "Chuyển sang nhắn riêng")),
    ("waiting_ack", ("While waiting: first word", "Đang chờ: báo đã nhận")),
    ("waiting_more", ("While waiting: more came", "Đang chờ: khách nhắn thêm")),
    ("fallback", ("Safe fallback", "Câu dự phòng")),
    ("hello", ("Opening line", "Câu mở đầu")),
    ("noted", ("Noted what they said of themselves", "Đã ghi điều khách nói về mình")),
    ("same_again", ("The same as last time", "Như lần trước")),
    ("link_code", ("One-time code", "Mã dùng một lần")),
    ("link_help", ("How to link this chat", "Cách liên kết cuộc trò chuyện")),
    ("linked", ("Proven: greets by name", "Đã xác nhận: chào tên")),
    ("ask_proof", ("Asks for the other half of a proof", "Hỏi nửa còn lại để xác nhận")),
    ("proof_failed", ("The proof did not hold", "Chưa xác nhận được")),
];

/// An intent or template key in words.
pub(crate) fn key(language: Language, code: &str) -> Cow<'static, str> {
    look_up(KEYS, language, code)
}

/// Why somebody is in the queue.
pub(crate) const fn escalation(language: Language, reason: EscalationReason) -> &'static str {
    said(
        language,
        match reason {
            EscalationReason::Urgent => ("Urgent", "Khẩn cấp"),
            EscalationReason::Complaint => ("Complaint", "Phàn nàn"),
            EscalationReason::AskedForHuman => ("Asked for a human", "Muốn gặp người"),
            EscalationReason::Misses => ("Not understood", "Chưa hiểu được"),
            EscalationReason::MissingFact => ("Missing fact", "Thiếu thông tin"),
            EscalationReason::NeedsHuman => ("Needs a human", "Cần người xử lý"),
            EscalationReason::Loop => ("Goes in circles", "Lặp vòng"),
            EscalationReason::Quarantined => ("Could not be handled", "Không xử lý được"),
            EscalationReason::Fault => ("Reply failed", "Lỗi trả lời"),
        },
    )
}

/// How soon.
pub(crate) const fn priority(language: Language, priority: Priority) -> &'static str {
    said(
        language,
        match priority {
            Priority::Urgent => ("Now", "Ngay"),
            Priority::High => ("Soon", "Sớm"),
            Priority::Normal => ("In turn", "Theo lượt"),
        },
    )
}

/// Where an order is.
pub(crate) const fn order(language: Language, status: OrderStatus) -> &'static str {
    said(
        language,
        match status {
            OrderStatus::Placed => ("Placed", "Đã đặt"),
            OrderStatus::Packing => ("Packing", "Đang đóng gói"),
            OrderStatus::Shipped => ("On the way", "Đang giao"),
            OrderStatus::Delivered => ("Delivered", "Đã giao"),
            OrderStatus::Cancelled => ("Cancelled", "Đã hủy"),
            OrderStatus::Returned => ("Coming back", "Đang trả lại"),
            OrderStatus::Refunded => ("Refunded", "Đã hoàn tiền"),
        },
    )
}

/// How far a return is.
pub(crate) const fn goes_back(language: Language, status: ReturnStatus) -> &'static str {
    said(
        language,
        match status {
            ReturnStatus::Asked => ("Asked for", "Đã yêu cầu"),
            ReturnStatus::Approved => ("Agreed", "Đã đồng ý"),
            ReturnStatus::Received => ("Goods are back", "Đã nhận lại hàng"),
            ReturnStatus::Refunded => ("Money is back", "Đã hoàn tiền"),
            ReturnStatus::Refused => ("Refused", "Từ chối"),
        },
    )
}

/// How far a message to the customer is.
pub(crate) const fn state(language: Language, state: MessageState) -> &'static str {
    said(
        language,
        match state {
            MessageState::Accepted => ("received", "đã nhận"),
            MessageState::Queued => ("waiting to be sent", "chờ gửi"),
            MessageState::Sending => ("on its way", "đang gửi"),
            MessageState::Sent => ("sent", "đã gửi"),
            MessageState::Failed => ("not delivered", "không gửi được"),
            MessageState::Uncertain => ("may not have arrived", "chưa chắc đã đến"),
            MessageState::Cancelled => ("cancelled before sending", "đã hủy trước khi gửi"),
        },
    )
}

/// A mood.
pub(crate) const fn mood(language: Language, mood: Sentiment) -> &'static str {
    said(
        language,
        match mood {
            Sentiment::Positive => ("pleased", "vui"),
            Sentiment::Neutral => ("calm", "bình thường"),
            Sentiment::Negative => ("upset", "không vui"),
        },
    )
}

/// How sure the person is.
pub(crate) const fn level(language: Language, level: Level) -> &'static str {
    said(
        language,
        match level {
            Level::Anonymous => ("unknown", "chưa rõ"),
            Level::Claimed => ("unproven", "chưa xác minh"),
            Level::Verified => ("verified", "đã xác minh"),
        },
    )
}

/// Who owns a conversation.
pub(crate) const fn owner(language: Language, owner: Owner) -> &'static str {
    said(
        language,
        match owner {
            Owner::Bot => ("Lara", "Lara"),
            Owner::Waiting => ("Waiting", "Đang chờ"),
            Owner::Agent => ("Agent", "Nhân viên"),
            Owner::Closed => ("Closed", "Đã đóng"),
        },
    )
}

/// A role.
pub(crate) const fn role(language: Language, role: Role) -> &'static str {
    said(
        language,
        match role {
            Role::Agent => ("Agent", "Nhân viên"),
            Role::Admin => ("Admin", "Quản trị viên"),
            Role::Owner => ("Owner", "Chủ"),
        },
    )
}

/// A kind of channel.
pub(crate) const fn channel(language: Language, kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Web => said(language, ("Website", "Trang web")),
        ChannelKind::App => said(language, ("App", "Ứng dụng")),
        ChannelKind::Discord => "Discord",
        ChannelKind::Telegram => "Telegram",
        ChannelKind::Messenger => "Messenger",
        ChannelKind::Instagram => "Instagram",
        ChannelKind::Whatsapp => "WhatsApp",
        ChannelKind::Local => said(language, ("Terminal", "Dòng lệnh")),
    }
}

/// How a channel is.
pub(crate) const fn health(language: Language, state: HealthState) -> &'static str {
    let words = match state {
        HealthState::Unknown => ("not checked yet", "chưa kiểm tra"),
        HealthState::Well => ("working", "hoạt động"),
        HealthState::Ailing => ("needs attention", "cần chú ý"),
        HealthState::Dead => ("down", "không hoạt động"),
    };
    said(language, words)
}

/// What a preference is about.
pub(crate) fn preference(language: Language, key: &str) -> Cow<'static, str> {
    look_up(
        &[
            ("address_form", ("Address as", "Xưng hô")),
            ("size", ("Size", "Cỡ")),
            ("category", ("Likes", "Thích")),
            ("note", ("Note", "Ghi chú")),
            ("avoid", ("Not for them", "Tránh")),
            ("asked", ("Asked about", "Đã hỏi về")),
            ("bought", ("Buys", "Hay mua")),
            ("likes", ("Likes", "Thích")),
            ("name", ("Called", "Tên gọi")),
            ("color", ("Colour", "Màu")),
        ],
        language,
        key,
    )
}

/// A kind of thing a message names.
pub(crate) fn named(language: Language, kind: &'static str) -> &'static str {
    let (english, vietnamese) = match kind {
        "order" => ("order", "đơn hàng"),
        "email" => ("e-mail", "email"),
        "phone" => ("phone", "điện thoại"),
        "money" => ("amount", "số tiền"),
        "date" => ("day", "ngày"),
        "quantity" => ("quantity", "số lượng"),
        "size" => ("size", "kích cỡ"),
        "product" => ("product", "sản phẩm"),
        _ => (kind, kind),
    };
    match language {
        Language::English => english,
        Language::Vietnamese => vietnamese,
    }
}

/// A language, from its code; also those Lara does not write.
pub(crate) fn spoken(language: Language, code: &str) -> Cow<'static, str> {
    look_up(
        &[
            ("en", ("English", "Tiếng Anh")),
            ("vi", ("Vietnamese", "Tiếng Việt")),
            ("other", ("another language", "ngôn ngữ khác")),
            ("und", ("cannot be told", "chưa rõ")),
        ],
        language,
        code,
    )
}

#[cfg(test)]
mod tests {
    use super::super::reasons::REASONS;
    use super::*;
    use lara_core::model::Intent;

    #[test]
    fn every_template_and_intent_has_words_in_both_languages() {
        for known in Intent::STARTERS.iter().chain(lara_core::act::template::KEYS.iter()) {
            assert!(KEYS.iter().any(|(key, _)| key == known), "{known} has no words");
        }
        for (code, (english, vietnamese)) in KEYS.iter().chain(REASONS) {
            assert!(!english.is_empty() && !vietnamese.is_empty(), "{code} has no words");
        }
    }

    #[test]
    fn every_reason_the_policies_give_has_words() {
        let core = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
        let mut files: Vec<_> = Vec::new();
        for folder in ["act/policies", "turn"] {
            let entries = std::fs::read_dir(core.join(folder)).unwrap();
            files.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()));
        }
        let mut seen = 0;
        for file in files {
            let source = std::fs::read_to_string(&file).unwrap();
            for call in ["reply(\"", "ask(\"", "escalate(\"", "silent(\"", "reason: \""] {
                for rest in source.split(call).skip(1).filter(|rest| !rest.starts_with('"')) {
                    let reason = rest.split('"').next().unwrap();
                    assert!(
                        REASONS.iter().any(|(known, _)| *known == reason),
                        "{reason} of {} has no words",
                        file.display()
                    );
                    seen += 1;
                }
            }
        }
        assert!(seen > 25, "the policies' reasons are no longer found where this test looks: {seen}");
    }

    #[test]
    fn an_unknown_code_is_made_readable() {
        assert_eq!(key(Language::English, "gift_wrap"), "Gift wrap");
        assert_eq!(reason(Language::Vietnamese, ""), "");
    }
}
