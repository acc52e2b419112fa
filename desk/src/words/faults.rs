//! Why a message did not arrive, or may not have, for an agent: the stable codes of the core and of the channels in words.

use super::codes::look_up;
use lara_core::model::Language;
use std::borrow::Cow;

/// Code, English, Vietnamese.
const FAULTS: &[(&str, (&str, &str))] = &[
    ("window_closed", ("the platform's reply window has closed", "đã hết thời gian được trả lời")),
    (
        "unreachable",
        ("the person cannot be reached here any more", "không còn liên lạc được với khách ở đây"),
    ),
    ("blocked", ("the customer has blocked this account", "khách đã chặn tài khoản này")),
    ("no_such_person", ("there is no such person any more", "khách không còn ở đây")),
    ("closed_direct_messages", ("the customer takes no direct messages", "khách không nhận tin nhắn riêng")),
    (
        "private_reply_closed",
        ("too late for a private reply to a comment", "đã quá hạn nhắn riêng cho bình luận"),
    ),
    (
        "private_reply_used",
        ("a comment gets one private reply only", "mỗi bình luận chỉ được nhắn riêng một lần"),
    ),
    ("blocked_by_automod", ("the server's own rules blocked it", "bị bộ lọc của máy chủ chặn")),
    ("missing_permission", ("a permission is missing on the platform", "thiếu quyền trên nền tảng")),
    ("missing_access", ("the bot may not write there", "bot không được nhắn ở đó")),
    ("forbidden", ("the platform does not allow it", "nền tảng không cho phép")),
    (
        "person_must_write_first",
        (
            "a bot cannot write first: the customer must press Start",
            "bot không thể nhắn trước: khách cần bấm Start",
        ),
    ),
    (
        "chat_not_found",
        ("the platform does not know this chat", "nền tảng không tìm thấy cuộc trò chuyện này"),
    ),
    ("chat_moved", ("the group has a new number; it is sent there", "nhóm đã đổi mã, sẽ gửi sang mã mới")),
    ("topic_gone", ("the topic of the group was closed or removed", "chủ đề trong nhóm đã đóng hoặc bị xóa")),
    (
        "business_connection_gone",
        ("the business account has let go of the bot", "tài khoản doanh nghiệp đã ngắt kết nối bot"),
    ),
    ("too_long", ("it is too long for the platform", "tin dài quá giới hạn của nền tảng")),
    ("spam_limit", ("the platform holds it for spam", "nền tảng coi là thư rác")),
    ("refused", ("the platform refused it", "nền tảng từ chối")),
    ("bad_parameter", ("the platform could not read it", "nền tảng không đọc được")),
    (
        "token_revoked",
        ("the channel's token does not work any more", "mã kết nối của kênh không còn hiệu lực"),
    ),
    ("token_missing", ("the channel has no token", "kênh chưa có mã kết nối")),
    ("token_invalid", ("the platform refuses the channel's token", "nền tảng từ chối mã kết nối của kênh")),
    ("permission_missing", ("a permission is missing on the platform", "thiếu quyền trên nền tảng")),
    ("account_blocked", ("the platform has blocked this account", "nền tảng đã khóa tài khoản này")),
    ("account_missing", ("the channel does not know its account", "kênh chưa khai báo tài khoản")),
    (
        "commerce_disabled",
        ("the platform has closed this account's shop", "nền tảng đã tắt bán hàng của tài khoản"),
    ),
    ("payment_missing", ("the platform wants a payment method", "nền tảng yêu cầu phương thức thanh toán")),
    ("phone_needed", ("this needs the customer's phone number", "cần số điện thoại của khách")),
    ("template_refused", ("the platform refused the template", "nền tảng từ chối mẫu tin")),
    (
        "type_unsupported",
        ("the platform does not take this kind of message", "nền tảng không nhận loại tin này"),
    ),
    ("platform_unwell", ("the platform is not well just now", "nền tảng đang gặp sự cố")),
    ("undelivered", ("the platform could not deliver it", "nền tảng không chuyển được tin")),
    ("no_such_channel", ("the channel is not served", "kênh không hoạt động")),
    ("settings_unreadable", ("the channel's settings cannot be read", "không đọc được cài đặt của kênh")),
    ("rate_limited", ("the platform wants us slower", "nền tảng yêu cầu gửi chậm lại")),
    ("pace", ("waits for the platform's pace", "đang chờ nhịp gửi của nền tảng")),
    ("platform_unreachable", ("the platform cannot be reached", "không kết nối được nền tảng")),
    ("store_unavailable", ("the database was away", "cơ sở dữ liệu tạm gián đoạn")),
    ("timed_out", ("no answer came in time", "không có phản hồi kịp thời")),
    ("no_answer", ("no answer came", "không có phản hồi")),
    ("platform_error", ("the platform failed while taking it", "nền tảng gặp lỗi khi nhận")),
    ("sent_with_error", ("the platform says both sent and failed", "nền tảng báo vừa gửi vừa lỗi")),
    ("fell_over", ("our side failed while sending", "phía hệ thống gặp lỗi khi gửi")),
    ("lease_expired", ("the server stopped while sending", "máy chủ dừng giữa lúc gửi")),
    ("progress_not_stored", ("the database was away while sending", "cơ sở dữ liệu gián đoạn giữa lúc gửi")),
    ("nothing_to_send", ("there was nothing to say", "không có nội dung để gửi")),
    (
        "cannot_be_written",
        ("it could not be put into the platform's format", "không chuyển được sang định dạng của nền tảng"),
    ),
    ("unreadable", ("it could not be read from the database", "không đọc được từ cơ sở dữ liệu")),
    ("taken_over", ("an agent took over", "nhân viên đã tiếp quản")),
    ("taken_back", ("taken back before it was sent", "đã thu lại trước khi gửi")),
    ("erased", ("the customer's data was erased", "dữ liệu của khách đã bị xóa")),
    ("quiet_hours", ("waits for the end of the quiet hours", "đang chờ hết giờ yên lặng")),
    ("opted_out", ("the customer wants no messages", "khách không muốn nhận tin")),
];

/// Why a message did not arrive, or may not have.
pub(crate) fn fault(language: Language, code: &str) -> Cow<'static, str> {
    look_up(FAULTS, language, code)
}
