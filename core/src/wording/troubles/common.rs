//! Codes any channel may have: secrets, who we are at the platform, the way there and back.

use super::{Line, line};

pub(super) const TABLE: &[Line] = &[
    // The token and the other secrets.
    line(
        "token_valid",
        ["{platform} knows the token: {detail}.", ""],
        ["{platform} nhận mã truy cập: {detail}.", ""],
    ),
    line(
        "token_missing",
        [
            "There is no token: Lara cannot speak to {platform}.",
            "Give it one: lara channel add --replace, with --token-file. {guide} says where the token comes from.",
        ],
        [
            "Chưa có mã truy cập: Lara chưa nói chuyện được với {platform}.",
            "Thêm mã bằng lara channel add --replace với --token-file. {guide} chỉ cách lấy mã.",
        ],
    ),
    line(
        "token_invalid",
        [
            "{platform} refuses the token: it is wrong, or it was taken back.",
            "Make a new token at the platform and give it to Lara: lara channel add --replace, with --token-file.",
        ],
        [
            "{platform} từ chối mã truy cập: mã sai hoặc đã bị thu hồi.",
            "Tạo mã mới trên nền tảng rồi đưa cho Lara: lara channel add --replace với --token-file.",
        ],
    ),
    line(
        "token_expired",
        [
            "The token has expired.",
            "Make one that does not expire (a system user's token) and give it to Lara: lara channel add --replace.",
        ],
        [
            "Mã truy cập đã hết hạn.",
            "Tạo mã không hết hạn (mã của người dùng hệ thống) rồi đưa cho Lara: lara channel add --replace.",
        ],
    ),
    line(
        "token_expires",
        [
            "The token expires on {detail}.",
            "Make one that does not expire before then, and give it to Lara: lara channel add --replace.",
        ],
        [
            "Mã truy cập sẽ hết hạn ngày {detail}.",
            "Trước ngày đó hãy tạo mã không hết hạn rồi đưa cho Lara: lara channel add --replace.",
        ],
    ),
    line(
        "token_revoked",
        [
            "{platform} has taken the token back: nothing is heard and nothing is sent.",
            "Make a new token at the platform and give it to Lara: lara channel add --replace, with --token-file.",
        ],
        [
            "{platform} đã thu hồi mã truy cập: không nhận và không gửi được tin nào.",
            "Tạo mã mới trên nền tảng rồi đưa cho Lara: lara channel add --replace với --token-file.",
        ],
    ),
    line(
        "secrets_locked",
        [
            "The secrets of this channel were sealed with another key, so Lara cannot read them.",
            "Give back the key (LARA_SECRET_KEY, or secret.key in the data folder), or set the secrets again: lara channel add --replace.",
        ],
        [
            "Các mã bí mật của kênh này được niêm phong bằng khóa khác nên Lara không đọc được.",
            "Trả lại khóa cũ (LARA_SECRET_KEY, hoặc tệp secret.key trong thư mục dữ liệu), hoặc đặt lại mã: lara channel add --replace.",
        ],
    ),
    line(
        "app_secret_missing",
        [
            "There is no app secret: Lara cannot tell real webhooks from false ones and refuses all.",
            "Copy it from the app's basic settings at Meta: lara channel add --replace, with --app-secret file:PATH.",
        ],
        [
            "Chưa có khóa ứng dụng (app secret): Lara không phân biệt được webhook thật giả nên từ chối tất cả.",
            "Chép khóa trong phần cài đặt cơ bản của ứng dụng Meta: lara channel add --replace với --app-secret file:PATH.",
        ],
    ),
    line(
        "app_secret_wrong",
        [
            "The app secret does not belong to the app of this token.",
            "Copy it again from the app's basic settings at Meta: lara channel add --replace, with --app-secret file:PATH.",
        ],
        [
            "Khóa ứng dụng (app secret) không phải của ứng dụng cấp mã này.",
            "Chép lại khóa trong phần cài đặt cơ bản của ứng dụng Meta: lara channel add --replace với --app-secret file:PATH.",
        ],
    ),
    line(
        "verify_token_missing",
        [
            "There is no verify token: Meta cannot confirm the webhook's address.",
            "Set one of your own choice: lara channel add --replace, with --verify-token; then enter the same at Meta.",
        ],
        [
            "Chưa có mã xác minh (verify token): Meta không xác nhận được địa chỉ webhook.",
            "Tự đặt một mã: lara channel add --replace với --verify-token, rồi nhập đúng mã đó ở Meta.",
        ],
    ),
    line(
        "webhook_secret_missing",
        [
            "There is no webhook secret: Lara cannot tell real webhooks from false ones and refuses all.",
            "Set one: lara channel add --replace makes it when you give none.",
        ],
        [
            "Chưa có mã bí mật webhook: Lara không phân biệt được webhook thật giả nên từ chối tất cả.",
            "Đặt lại bằng lara channel add --replace; không đưa mã thì Lara tự tạo.",
        ],
    ),
    // Who we are there.
    line(
        "account_missing",
        [
            "Lara does not know which account of {platform} this channel is.",
            "Name it: lara channel add --replace, with --account. {guide} says where the id stands.",
        ],
        [
            "Lara chưa biết kênh này là tài khoản nào trên {platform}.",
            "Khai báo bằng lara channel add --replace với --account. {guide} chỉ chỗ xem mã tài khoản.",
        ],
    ),
    line(
        "account_mismatch",
        [
            "The token belongs to another account of {platform}: {detail}.",
            "Take the token of this channel's account, or correct --account: lara channel add --replace.",
        ],
        [
            "Mã truy cập là của tài khoản {platform} khác: {detail}.",
            "Lấy đúng mã của tài khoản này, hoặc sửa --account: lara channel add --replace.",
        ],
    ),
    line(
        "permission_missing",
        [
            "A permission is missing: {detail}.",
            "Grant it to the app at the platform, make a new token with it, and give that to Lara. See {guide}.",
        ],
        [
            "Thiếu quyền: {detail}.",
            "Cấp quyền đó cho ứng dụng trên nền tảng, tạo mã mới có quyền này rồi đưa cho Lara. Xem {guide}.",
        ],
    ),
    line(
        "settings_wrong",
        [
            "A setting cannot be used: {detail}.",
            "Correct it in lara.toml, or with lara channel add --replace. See {guide}.",
        ],
        [
            "Một thiết lập không dùng được: {detail}.",
            "Sửa trong lara.toml hoặc bằng lara channel add --replace. Xem {guide}.",
        ],
    ),
    // The way there and back.
    line(
        "platform_unreachable",
        [
            "{platform} does not answer.",
            "Look whether this server may reach the internet. Lara goes on trying; nothing is lost meanwhile.",
        ],
        [
            "{platform} không trả lời.",
            "Kiểm tra xem máy chủ có ra được internet không. Lara vẫn thử lại, không mất gì trong lúc đó.",
        ],
    ),
    line(
        "platform_error",
        [
            "{platform} answers with an error of its own: {detail}.",
            "Wait a little: it is mostly over in minutes. If not, look at the platform's status page.",
        ],
        [
            "{platform} đang gặp lỗi: {detail}.",
            "Chờ ít phút, thường sẽ hết. Nếu không, xem trang trạng thái của nền tảng.",
        ],
    ),
    line(
        "rate_limited",
        ["{platform} asks Lara to slow down.", "Nothing to do: what waits is sent later."],
        ["{platform} yêu cầu Lara gửi chậm lại.", "Không cần làm gì: tin đang chờ sẽ được gửi sau."],
    ),
    line(
        "platform_failing",
        ["{platform} is not well; what waits is sent later.", ""],
        ["{platform} đang gặp sự cố; tin đang chờ sẽ được gửi sau.", ""],
    ),
    line(
        "timed_out",
        [
            "{platform} took too long to answer; whether a message arrived is not known.",
            "Look at the messages marked as uncertain.",
        ],
        [
            "{platform} trả lời quá chậm; không rõ tin đã đến hay chưa.",
            "Xem các tin được đánh dấu là không chắc chắn.",
        ],
    ),
    line(
        "connection_lost",
        [
            "The connection to {platform} broke while it answered; whether a message arrived is not known.",
            "Look at the messages marked as uncertain.",
        ],
        [
            "Kết nối với {platform} bị đứt khi đang trả lời; không rõ tin đã đến hay chưa.",
            "Xem các tin được đánh dấu là không chắc chắn.",
        ],
    ),
    line(
        "forbidden",
        ["{platform} does not allow the bot what it tried.", "Look at its permissions there. See {guide}."],
        ["{platform} không cho bot làm việc vừa thử.", "Kiểm tra quyền của bot trên nền tảng. Xem {guide}."],
    ),
    line(
        "refused",
        [
            "{platform} refused something Lara asked of it.",
            "The log says what. If it goes on, please report it.",
        ],
        ["{platform} từ chối một yêu cầu của Lara.", "Nhật ký ghi rõ việc gì. Nếu còn lặp lại, xin hãy báo."],
    ),
    line(
        "refused_form",
        ["{platform} refused the form of a message.", "Please report it: this is a defect of Lara."],
        ["{platform} từ chối định dạng của một tin.", "Xin hãy báo lại: đây là lỗi của Lara."],
    ),
    line(
        "store_unavailable",
        [
            "The database did not answer, so that messages wait at {platform}.",
            "Look whether the database runs and its disk has room.",
        ],
        [
            "Cơ sở dữ liệu không trả lời nên tin đang chờ ở {platform}.",
            "Kiểm tra cơ sở dữ liệu còn chạy và đĩa còn chỗ trống.",
        ],
    ),
    line(
        "check_failed",
        [
            "The check of this channel fell over.",
            "The log says more. Please report it: this is a defect of Lara.",
        ],
        [
            "Việc kiểm tra kênh này bị lỗi giữa chừng.",
            "Xem nhật ký để biết thêm. Xin báo lại: đây là lỗi của Lara.",
        ],
    ),
    line(
        "public_url_local",
        [
            "{platform} cannot reach {detail}: it is an address of this machine only.",
            "Set LARA_PUBLIC_URL to the https address under which the world reaches this server.",
        ],
        [
            "{platform} không vào được {detail}: đây chỉ là địa chỉ nội bộ của máy.",
            "Đặt LARA_PUBLIC_URL là địa chỉ https mà bên ngoài vào được máy chủ này.",
        ],
    ),
    line(
        "public_url_not_https",
        [
            "{platform} calls https addresses only, and the public address is {detail}.",
            "Put a web server with a certificate in front of Lara and set LARA_PUBLIC_URL to its https address.",
        ],
        [
            "{platform} chỉ gọi địa chỉ https, mà địa chỉ công khai hiện là {detail}.",
            "Đặt một web server có chứng chỉ phía trước Lara và đặt LARA_PUBLIC_URL là địa chỉ https của nó.",
        ],
    ),
    line("webhook_set", ["The webhook is set: {detail}.", ""], ["Webhook đã được đặt: {detail}.", ""]),
    line(
        "webhook_missing",
        [
            "{platform} has no address to send messages to.",
            "Start the server, which sets it; where the platform wants it by hand, {guide} says where.",
        ],
        [
            "{platform} chưa có địa chỉ để gửi tin đến.",
            "Khởi động máy chủ để Lara tự đặt; nơi phải đặt tay thì {guide} chỉ chỗ.",
        ],
    ),
    line(
        "webhook_elsewhere",
        [
            "{platform} sends this account's messages to another address: {detail}.",
            "If another program should not have them, restart Lara or set the webhook again; else pause this channel.",
        ],
        [
            "{platform} đang gửi tin của tài khoản này đến địa chỉ khác: {detail}.",
            "Nếu chương trình kia không nên nhận, hãy khởi động lại Lara hoặc đặt lại webhook; nếu không, tạm dừng kênh này.",
        ],
    ),
    line(
        "webhook_failing",
        [
            "{platform} could not deliver to the webhook: {detail}.",
            "Look whether the public address answers from outside, with a valid certificate.",
        ],
        [
            "{platform} không gửi được đến webhook: {detail}.",
            "Kiểm tra từ bên ngoài xem địa chỉ công khai có trả lời, với chứng chỉ hợp lệ không.",
        ],
    ),
    line(
        "webhook_pending",
        [
            "{detail} messages wait at {platform} to be fetched.",
            "If the number does not fall within minutes, look at the log of the server.",
        ],
        ["{detail} tin đang chờ ở {platform}.", "Nếu vài phút sau vẫn không giảm, hãy xem nhật ký máy chủ."],
    ),
    line(
        "webhook_subscribed",
        ["{platform} tells Lara of: {detail}.", ""],
        ["{platform} báo cho Lara về: {detail}.", ""],
    ),
    line(
        "webhook_not_subscribed",
        [
            "{platform} does not tell Lara of: {detail}.",
            "Subscribe to it in the webhook settings of the app. See {guide}.",
        ],
        [
            "{platform} không báo cho Lara về: {detail}.",
            "Đăng ký mục đó trong phần cài đặt webhook của ứng dụng. Xem {guide}.",
        ],
    ),
    line(
        "webhook_unreachable",
        [
            "The webhook's address does not answer: {detail}.",
            "Look whether the public address answers from outside, with a valid certificate.",
        ],
        [
            "Địa chỉ webhook không trả lời: {detail}.",
            "Kiểm tra từ bên ngoài xem địa chỉ công khai có trả lời, với chứng chỉ hợp lệ không.",
        ],
    ),
    line(
        "second_poller",
        [
            "Another program asks {platform} for the messages of this bot: each gets only some of them.",
            "Stop the other program, or give it a bot of its own.",
        ],
        [
            "Một chương trình khác cũng đang lấy tin của bot này từ {platform}: mỗi bên chỉ nhận được một phần.",
            "Dừng chương trình kia, hoặc cho nó một bot riêng.",
        ],
    ),
];
