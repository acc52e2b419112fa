//! Codes of one platform each.

use super::{Line, line};

pub(super) const TABLE: &[Line] = &[
    // Telegram.
    line(
        "privacy_mode",
        [
            "The bot does not see what is said in groups unless it is addressed: its privacy mode is on.",
            "That is well for answering. To listen to groups, turn it off with @BotFather (/setprivacy) and add the bot again.",
        ],
        [
            "Bot chỉ thấy tin trong nhóm khi được gọi tên: chế độ riêng tư (privacy mode) đang bật.",
            "Để trả lời thì vậy là đủ. Muốn lắng nghe cả nhóm, tắt bằng @BotFather (/setprivacy) rồi thêm bot lại vào nhóm.",
        ],
    ),
    // Discord.
    line(
        "intent_missing",
        [
            "Discord does not let the bot read: {detail} is not enabled.",
            "Turn it on under Bot, Privileged Gateway Intents, in the Discord developer portal; then test again.",
        ],
        [
            "Discord chưa cho bot đọc: {detail} chưa bật.",
            "Bật trong mục Bot, Privileged Gateway Intents, trên Discord Developer Portal rồi kiểm tra lại.",
        ],
    ),
    line(
        "guild_missing",
        [
            "The bot is in no server of Discord, or not in the one that is set.",
            "Invite it with the link in {guide}.",
        ],
        [
            "Bot chưa ở trong máy chủ Discord nào, hoặc không ở trong máy chủ đã khai báo.",
            "Mời bot vào bằng đường link trong {guide}.",
        ],
    ),
    line(
        "place_unreadable",
        [
            "The bot may not read the channel {detail} it should listen to.",
            "Let the bot's role view the channel and read its history, or take it from the watched ones.",
        ],
        [
            "Bot không đọc được kênh {detail} cần lắng nghe.",
            "Cho vai trò của bot quyền xem kênh và đọc lịch sử, hoặc bỏ kênh đó khỏi danh sách.",
        ],
    ),
    line(
        "gateway_refused",
        ["Discord refuses the connection: {detail}.", "The log says more; test again after mending it."],
        ["Discord từ chối kết nối: {detail}.", "Xem nhật ký để biết thêm; sửa xong hãy kiểm tra lại."],
    ),
    line(
        "intents_invalid",
        ["Discord does not know what the bot asks to be told of.", "Update Lara: Discord has changed."],
        [
            "Discord không nhận danh sách quyền đọc (intents) của bot.",
            "Hãy cập nhật Lara: Discord đã thay đổi.",
        ],
    ),
    line(
        "sessions_used_up",
        [
            "The bot has begun too many connections today; Discord lets it begin again tomorrow.",
            "Look in the log why it began so often, and whether another program uses the same token.",
        ],
        [
            "Hôm nay bot đã mở quá nhiều kết nối; Discord cho mở lại vào ngày mai.",
            "Xem nhật ký vì sao kết nối nhiều vậy, và có chương trình nào khác dùng cùng mã không.",
        ],
    ),
    line(
        "too_many_servers",
        ["The bot is in more servers than one connection takes.", "Give each brand a bot of its own."],
        ["Bot ở trong nhiều máy chủ hơn mức một kết nối chịu được.", "Cho mỗi thương hiệu một bot riêng."],
    ),
    line(
        "gateway_closed",
        ["Discord closed the connection; Lara connects again and reads what she missed.", ""],
        ["Discord đã đóng kết nối; Lara tự kết nối lại và đọc bù tin đã lỡ.", ""],
    ),
    line(
        "gateway_failed",
        ["The connection to Discord broke; Lara connects again and reads what she missed.", ""],
        ["Kết nối với Discord bị đứt; Lara tự kết nối lại và đọc bù tin đã lỡ.", ""],
    ),
    line(
        "no_gateway",
        ["Discord names no address to connect to.", "Lara goes on trying; look at gateway_url if it is set."],
        ["Discord không cho địa chỉ kết nối.", "Lara vẫn thử lại; nếu có đặt gateway_url thì hãy kiểm tra."],
    ),
    line(
        "missing_access",
        [
            "The bot may not see a channel it should answer in.",
            "Let the bot's role view that channel on Discord.",
        ],
        ["Bot không thấy được kênh cần trả lời.", "Cho vai trò của bot quyền xem kênh đó trên Discord."],
    ),
    line(
        "missing_permission",
        [
            "The bot may not write where it should answer.",
            "Let the bot's role send messages, also in threads. See {guide}.",
        ],
        [
            "Bot không được viết ở nơi cần trả lời.",
            "Cho vai trò của bot quyền gửi tin, kể cả trong luồng. Xem {guide}.",
        ],
    ),
    // Meta.
    line(
        "quality_low",
        [
            "WhatsApp rates the number low: {detail}.",
            "Customers block or report it. Write less unasked for, until the rating rises.",
        ],
        [
            "WhatsApp đánh giá số này thấp: {detail}.",
            "Khách đang chặn hoặc báo cáo. Hãy bớt nhắn khi khách chưa hỏi, cho đến khi điểm tăng lại.",
        ],
    ),
    line(
        "number_unregistered",
        [
            "The phone number is not registered with the Cloud API: {detail}.",
            "Register it at Meta. See {guide}.",
        ],
        ["Số điện thoại chưa đăng ký với Cloud API: {detail}.", "Đăng ký số ở Meta. Xem {guide}."],
    ),
    line(
        "app_not_live",
        [
            "The app at Meta is still in development: only its testers can write to it.",
            "Switch it to live in the app's dashboard.",
        ],
        [
            "Ứng dụng ở Meta còn ở chế độ phát triển: chỉ người thử nghiệm nhắn được.",
            "Chuyển ứng dụng sang chế độ công khai (Live) trong bảng điều khiển.",
        ],
    ),
    line(
        "policy_block",
        [
            "Meta has blocked the page for breaking its policies: nothing can be sent.",
            "The page's support inbox at Meta says why, and how to object. See {guide}.",
        ],
        [
            "Meta đã chặn trang vì vi phạm chính sách: không gửi được gì.",
            "Hộp thư hỗ trợ của trang ở Meta cho biết lý do và cách khiếu nại. Xem {guide}.",
        ],
    ),
    line(
        "policy_warning",
        ["Meta warns the page about its policies.", "The page's support inbox at Meta says why."],
        ["Meta cảnh báo trang về chính sách.", "Hộp thư hỗ trợ của trang ở Meta cho biết lý do."],
    ),
    line(
        "account_blocked",
        [
            "{platform} has blocked the account for what it did.",
            "The account's support inbox at the platform says why, and how to object.",
        ],
        [
            "{platform} đã khóa tài khoản.",
            "Hộp thư hỗ trợ của tài khoản trên nền tảng cho biết lý do và cách khiếu nại.",
        ],
    ),
    line(
        "platform_unwell",
        ["{platform} is not well just now.", "Nothing to do: what waits is sent later."],
        ["{platform} đang gặp sự cố.", "Không cần làm gì: tin đang chờ sẽ được gửi sau."],
    ),
    line(
        "no_answer",
        [
            "{platform} did not say whether it took the last message.",
            "Look at the talk: a message whose fate is unknown is marked there, and never sent twice.",
        ],
        [
            "{platform} không cho biết đã nhận tin cuối hay chưa.",
            "Xem cuộc trò chuyện: tin chưa rõ kết quả được đánh dấu ở đó và không bao giờ gửi hai lần.",
        ],
    ),
    line(
        "sent_with_error",
        [
            "{platform} says of the last message that it was sent, and that it failed.",
            "Nothing to do: its own report settles which.",
        ],
        [
            "{platform} báo tin cuối vừa gửi được vừa lỗi.",
            "Không cần làm gì: báo cáo của nền tảng sẽ xác định.",
        ],
    ),
];
