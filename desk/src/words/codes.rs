//! Words for what is stored as a code: intents, reasons, states. A code without a word is shown as it is, made readable.

use lara_core::model::{
    ChannelKind, EscalationReason, HealthState, Language, Level, MessageState, OrderStatus, Owner, Priority,
    Role, Sentiment,
};
use std::borrow::Cow;

/// A pair of texts; [`said`] picks one.
type Pair = (&'static str, &'static str);

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
    ("noted", ("Noted what they said of themselves", "Ghi nhận điều khách nói về mình")),
    ("same_again", ("The same as last time", "Đặt lại như lần trước")),
    ("hello", ("Opening line", "Câu mở đầu")),
    ("link_code", ("One-time code", "Mã dùng một lần")),
    ("link_help", ("How to link this chat", "Cách liên kết cuộc trò chuyện")),
    ("linked", ("Proven: greets by name", "Đã xác nhận: chào tên")),
    ("ask_proof", ("Asks for the other half of a proof", "Hỏi nửa còn lại để xác nhận")),
    ("proof_failed", ("The proof did not hold", "Chưa xác nhận được")),
];

/// The reasons policies give for what was decided.
const REASONS: &[(&str, Pair)] = &[
    ("gives_a_code", ("Gave a one-time code", "Đã gửi mã dùng một lần")),
    ("how_to_link", ("Asked how to link this chat", "Hỏi cách liên kết cuộc trò chuyện")),
    ("proved_by_code", ("Proven by a one-time code", "Xác nhận bằng mã dùng một lần")),
    ("proved_silently", ("Proven by a code, without a word", "Xác nhận bằng mã, không nhắn gì")),
    ("own_code", ("Their own code, and proven already", "Mã của chính khách, đã xác nhận rồi")),
    (
        "proved_by_order",
        ("Proven by an order and its e-mail or phone", "Xác nhận bằng đơn và email hay điện thoại"),
    ),
    ("proof_failed", ("The proof did not hold", "Chưa xác nhận được")),
    (
        "proof_failed_twice",
        ("Two proofs did not hold: a human helps", "Hai lần chưa xác nhận được: cần người giúp"),
    ),
    (
        "proof_failed_while_waiting",
        ("A proof did not hold while waiting", "Chưa xác nhận được trong lúc chờ người"),
    ),
    ("half_a_proof", ("Half a proof: asks for the other half", "Mới có một nửa: hỏi nửa còn lại")),
    ("asked_for_silence", ("The customer asked for silence", "Khách muốn ngừng nhận tin")),
    ("asked_for_messages", ("The customer wants messages again", "Khách muốn nhận tin lại")),
    ("address_opted_out", ("The customer wants no messages", "Khách không muốn nhận tin")),
    ("agent_answers", ("An agent has this conversation", "Nhân viên đang giữ hội thoại")),
    ("conversation_closed", ("The conversation was closed", "Hội thoại đã đóng")),
    ("not_addressed", ("Said in public, not to the brand", "Nói nơi công cộng, không gửi thương hiệu")),
    ("public_complaint", ("A complaint in public", "Lời phàn nàn nơi công cộng")),
    (
        "public_complaint_told",
        (
            "A complaint in public: one line there, the rest in private",
            "Phàn nàn công khai: một câu tại chỗ, còn lại nhắn riêng",
        ),
    ),
    ("public_complaint_again", ("Told already to go on in private", "Đã mời chuyển sang nhắn riêng")),
    (
        "reply_budget",
        (
            "Too many replies in a short time: as between two bots",
            "Trả lời quá dồn dập: như hai máy nói với nhau",
        ),
    ),
    ("same_text_again", ("The same words three times in a row", "Ba lần liền cùng một câu")),
    ("goes_in_circles", ("Goes in circles: a human breaks it", "Hội thoại lặp vòng: cần người gỡ")),
    ("urgent", ("Danger, law, press or leaving for good", "Nguy hiểm, pháp lý, báo chí hoặc bỏ đi hẳn")),
    ("complaint", ("A complaint: a human must see it", "Lời phàn nàn: cần người xem")),
    ("asked_for_human", ("The customer asked for a human", "Khách muốn gặp người")),
    ("complains_while_waiting", ("Complains while waiting for a human", "Phàn nàn trong lúc chờ người")),
    (
        "small_talk_while_waiting",
        ("Small talk while waiting for a human", "Chuyện phiếm trong lúc chờ người"),
    ),
    (
        "nothing_said_while_waiting",
        ("No words, while waiting for a human", "Không có chữ, trong lúc chờ người"),
    ),
    ("acknowledged_already", ("Told already that a human comes", "Đã báo là sẽ có người trả lời")),
    ("holds_the_line", ("Holds the line until a human comes", "Giữ máy đến khi có người")),
    ("chose_an_order", ("Answered which order was meant", "Khách đã chọn đơn hàng")),
    ("chose_an_intent", ("Answered what was meant", "Khách đã nói rõ ý")),
    ("none_of_the_orders", ("None of the orders offered", "Không phải đơn nào đã nêu")),
    ("none_of_the_choices", ("None of the choices offered", "Không phải ý nào đã nêu")),
    ("needs_human", ("Only a human may change this", "Chỉ người mới được thay đổi")),
    ("said_of_themselves", ("Said something of themselves: noted", "Khách nói về mình: đã ghi nhận")),
    (
        "same_again",
        ("The same as last time: a human makes the order", "Đặt lại như lần trước: cần người lên đơn"),
    ),
    ("nothing_before", ("Nothing known to repeat", "Không có đơn nào để đặt lại")),
    ("already_cancelled", ("The order is cancelled already", "Đơn đã hủy từ trước")),
    ("invoice_by_hand", ("A human writes the invoice", "Cần người xuất hóa đơn")),
    ("nothing_said", ("There is nothing to answer", "Không có gì để trả lời")),
    ("opened_without_words", ("Opened without words", "Mở đầu không có chữ")),
    ("small_talk", ("Small talk", "Chuyện phiếm")),
    ("own_intent", ("Answered with the brand's own template", "Trả lời bằng mẫu riêng của thương hiệu")),
    ("one_order", ("Sure, and about one order", "Đủ chắc, về một đơn hàng")),
    ("answered_and_asks", ("Answered one request, asked about the other", "Trả lời một ý, hỏi lại ý kia")),
    ("several_orders", ("Several orders: asked which", "Nhiều đơn: hỏi đơn nào")),
    ("no_order_known", ("No order is known", "Chưa biết đơn nào")),
    ("order_not_theirs", ("The order belongs to somebody else", "Đơn của người khác")),
    ("one_product", ("Sure, and about one product", "Đủ chắc, về một sản phẩm")),
    ("no_product_named", ("Asked which product", "Hỏi sản phẩm nào")),
    ("unknown_product", ("The product is not known", "Không biết sản phẩm này")),
    ("fact", ("Sure, and the fact is written", "Đủ chắc, đã có thông tin")),
    ("fact_missing", ("The brand has not written the fact", "Thương hiệu chưa điền thông tin")),
    ("product_fact_missing", ("The product's data are missing", "Thiếu dữ liệu sản phẩm")),
    ("other_language", ("In a language Lara does not speak", "Bằng ngôn ngữ Lara không biết")),
    (
        "other_language_again",
        ("In another language again: called a human", "Lại bằng ngôn ngữ khác: gọi nhân viên"),
    ),
    (
        "other_language_complaint",
        ("Seems to complain in another language", "Có vẻ khiếu nại bằng ngôn ngữ khác"),
    ),
    ("not_sure", ("Not sure enough: asked back", "Chưa đủ chắc: hỏi lại")),
    ("out_of_scope", ("Nothing Lara knows covers it", "Ngoài những gì Lara biết")),
    ("not_understood_twice", ("Not understood twice in a row", "Hai lần liền chưa hiểu")),
    ("said_already", ("Would have said the same again", "Sẽ lặp lại câu đã nói")),
    ("template_failed", ("The template failed", "Mẫu trả lời bị lỗi")),
    ("quarantined", ("Deciding failed again and again", "Xử lý lỗi nhiều lần")),
    ("nothing_decided", ("No policy had anything to say", "Không quy tắc nào áp dụng")),
];

/// An intent or template key in words.
pub(crate) fn key(language: Language, code: &str) -> Cow<'static, str> {
    look_up(KEYS, language, code)
}

/// The reason of a decision in words.
pub(crate) fn reason(language: Language, code: &str) -> Cow<'static, str> {
    look_up(REASONS, language, code)
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
