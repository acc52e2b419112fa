//! Why Lara decided as she did: the reasons of the policies in words.

use super::codes::{Pair, look_up};
use lara_core::model::Language;
use std::borrow::Cow;

/// The reasons policies give for what was decided.
pub(super) const REASONS: &[(&str, Pair)] = &[
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
    ("already_cancelled", ("The order is cancelled already", "Đơn đã hủy từ trước")),
    ("invoice_by_hand", ("A human writes the invoice", "Cần người xuất hóa đơn")),
    ("said_of_themselves", ("Said something of themselves: noted", "Khách nói về mình: đã ghi")),
    (
        "same_again",
        ("Wants the same as last time: a human orders it", "Muốn như lần trước: nhân viên lên đơn"),
    ),
    ("nothing_before", ("Nothing was bought before", "Chưa từng mua gì")),
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

/// The reason of a decision in words.
pub(crate) fn reason(language: Language, code: &str) -> Cow<'static, str> {
    look_up(REASONS, language, code)
}
