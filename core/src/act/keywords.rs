//! Single words that work whatever the model thinks: a customer is one word away from silence and one from a human.
//!
//! They count only as the whole message. "dung" without its accent is not among them: it is also "đúng" (right).

use unicode_segmentation::UnicodeSegmentation;

const STOP: &[&str] = &[
    "stop",
    "stop all",
    "stopall",
    "unsubscribe",
    "dừng",
    "dừng lại",
    "dung lai",
    "ngừng",
    "ngừng nhắn",
    "ngung nhan",
    "ngừng nhận tin",
    "ngung nhan tin",
    "no more messages",
    "stop messages",
    "stop messaging me",
    "stop texting me",
    "stop writing to me",
    "don't message me",
    "do not message me",
    "opt out",
    "đừng nhắn",
    "dung nhan",
    "đừng nhắn tin",
    "dung nhan tin",
    "thôi đừng nhắn",
    "thoi dung nhan",
    "thôi đừng nhắn nữa",
    "thoi dung nhan nua",
    "đừng nhắn cho tôi nữa",
    "dung nhan cho toi nua",
    "đừng gửi tin nữa",
    "dung gui tin nua",
    "dừng nhắn",
    "dừng nhắn tin",
    "ngừng nhắn tin",
    "không nhận tin nữa",
    "khong nhan tin nua",
    "hủy nhận tin",
    "huỷ nhận tin",
    "huy nhan tin",
    "đừng nhắn nữa",
    "dung nhan nua",
    "đừng nhắn tin nữa",
    "dung nhan tin nua",
    "hủy đăng ký",
    "huỷ đăng ký",
    "huy dang ky",
];
const START: &[&str] = &[
    "start",
    "unstop",
    "resume",
    "bắt đầu",
    "bat dau",
    "bắt đầu lại",
    "bat dau lai",
    "đăng ký lại",
    "dang ky lai",
    "continue",
    "subscribe",
    "tiếp tục",
    "tiep tuc",
    "tiếp tục nhắn",
    "tiep tuc nhan",
    "tiếp tục nhận tin",
    "tiep tuc nhan tin",
    "opt in",
    "message me again",
    "nhắn lại",
    "nhan lai",
    "nhắn lại đi",
    "nhan lai di",
    "nhắn tiếp",
    "nhan tiep",
    "nhận tin lại",
    "nhan tin lai",
];
const HUMAN: &[&str] = &[
    "human",
    "a human",
    "agent",
    "person",
    "real person",
    "a real person",
    "representative",
    "operator",
    "nhân viên",
    "nhan vien",
    "gặp nhân viên",
    "gap nhan vien",
    "người thật",
    "nguoi that",
    "gặp người thật",
    "gap nguoi that",
    "tư vấn viên",
    "tu van vien",
    "gặp nv",
    "gap nv",
];

const LINK: &[&str] = &[
    "link",
    "link my account",
    "link account",
    "link accounts",
    "link my accounts",
    "link code",
    "get a link code",
    "connect my account",
    "connect my accounts",
    "liên kết",
    "lien ket",
    "liên kết tài khoản",
    "lien ket tai khoan",
    "kết nối tài khoản",
    "ket noi tai khoan",
    "mã liên kết",
    "ma lien ket",
    "lấy mã liên kết",
    "lay ma lien ket",
    "cho mã liên kết",
    "cho ma lien ket",
];

/// The words of a message in lower case with their accents.
fn line(text: &str) -> String {
    text.to_lowercase().unicode_words().collect::<Vec<_>>().join(" ")
}

/// Whether the whole message says: no more messages.
#[must_use]
pub fn says_stop(text: &str) -> bool {
    STOP.contains(&line(text).as_str())
}

/// Whether the whole message says: messages again.
#[must_use]
pub fn says_start(text: &str) -> bool {
    START.contains(&line(text).as_str())
}

/// Whether the whole message asks for a human.
#[must_use]
pub fn says_human(text: &str) -> bool {
    HUMAN.contains(&line(text).as_str())
}

/// Whether the whole message asks how to be known on another channel too. `/link` is a command of its own.
#[must_use]
pub fn says_link(text: &str) -> bool {
    LINK.contains(&line(text).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_is_enough() {
        assert!(says_stop("STOP!") && says_stop("Dừng") && says_stop(" dừng lại. "));
        assert!(says_human("Human") && says_human("Gặp nhân viên") && says_human("gap nhan vien"));
        assert!(says_start("START") && says_start("bắt đầu") && says_start("Tiếp tục"));
        assert!(says_stop("Đừng nhắn nữa!") && says_start("tiep tuc"));
        for stop in [
            "thôi đừng nhắn",
            "THOI DUNG NHAN NUA",
            "huỷ nhận tin",
            "hủy nhận tin",
            "huy nhan tin",
            "/stop",
            "Stop messaging me.",
            "Unsubscribe",
            "don't message me",
            "đừng nhắn tin",
            "🛑 STOP 🛑",
        ] {
            assert!(says_stop(stop) && !says_start(stop), "{stop}");
        }
        for start in ["/start", "nhắn lại đi", "opt in", "Nhận tin lại"] {
            assert!(says_start(start) && !says_stop(start), "{start}");
        }
    }

    #[test]
    fn a_phrase_asks_for_a_code() {
        for said in ["/link", "Link my account!", "liên kết tài khoản", "LIEN KET", "Mã liên kết?"]
        {
            assert!(says_link(said), "{said}");
        }
        assert!(!says_link("link sản phẩm này đâu shop") && !says_link("send me the link"));
    }

    #[test]
    fn right_is_not_stop_and_sentences_are_for_the_model() {
        assert!(!says_stop("đúng") && !says_stop("dung") && !says_stop("dừng đơn hàng giúp em"));
        assert!(!says_human("nhân viên thô lỗ quá"));
    }
}
