//! Single words that work whatever the model thinks: a customer is one word away from silence and one from a human.
//!
//! They count as the whole message, or as a whole part of one between commas or points: "em mặc size M, đừng nhắn nữa".
//! "dung" without its accent is not among them: it is also "đúng" (right).

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
    "link my account",
    "link account",
    "link accounts",
    "link my accounts",
    "link code",
    "get a link code",
    "connect my account",
    "connect my accounts",
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

/// Words of [`STOP`] that also stop other things: they count as the whole message or as its last word on it.
const BARE_STOP: &[&str] = &[
    "stop",
    "stop all",
    "stopall",
    "dừng",
    "dừng lại",
    "dung lai",
    "ngừng",
    "hủy đăng ký",
    "huỷ đăng ký",
    "huy dang ky",
];

/// What may stand around such words and changes nothing.
const POLITE: &[&str] = &[
    "please", "pls", "shop", "ơi", "oi", "ạ", "a", "nhé", "nhe", "nha", "dạ", "thanks", "giúp", "giup", "em",
    "mình", "minh",
];

/// The parts of a message between commas and points, as lines; those that are empty left out.
fn parts(text: &str) -> Vec<String> {
    let ends = [',', ';', '.', '!', '?', '\n', '…', '(', ')', ':', '–'];
    text.split(ends).map(line).filter(|part| !part.is_empty()).collect()
}

/// Whether a part is one of these, whatever kind words stand around it.
fn is_one(part: &str, of: &[&str]) -> bool {
    let mut words: Vec<&str> = part.split(' ').collect();
    while words.last().is_some_and(|word| POLITE.contains(word)) && !of.contains(&words.join(" ").as_str()) {
        words.pop();
    }
    let first = words.iter().position(|word| !POLITE.contains(word)).unwrap_or(words.len());
    of.contains(&words.join(" ").as_str())
        || words.get(first..).is_some_and(|rest| of.contains(&rest.join(" ").as_str()))
}

/// Whether a message says: no more messages.
#[must_use]
pub fn says_stop(text: &str) -> bool {
    let parts = parts(text);
    let last = parts.last().is_some_and(|part| is_one(part, STOP));
    let anywhere = |part: &String| is_one(part, STOP) && !is_one(part, BARE_STOP);
    STOP.contains(&line(text).as_str()) || last || parts.iter().any(anywhere)
}

/// Whether the whole message says: messages again.
#[must_use]
pub fn says_start(text: &str) -> bool {
    START.contains(&line(text).as_str())
}

/// Whether a message asks for a human.
#[must_use]
pub fn says_human(text: &str) -> bool {
    HUMAN.contains(&line(text).as_str()) || parts(text).iter().any(|part| is_one(part, HUMAN))
}

/// Whether the whole message asks how to be known on another channel too. `/link` is a command of its own; the bare word
/// asks for the link of a product.
#[must_use]
pub fn says_link(text: &str) -> bool {
    let command = text.trim().to_lowercase();
    command == "/link" || command.starts_with("/link@") || LINK.contains(&line(text).as_str())
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
        for said in [
            "/link",
            " /Link ",
            "Link my account!",
            "liên kết tài khoản",
            "LIEN KET TAI KHOAN",
            "Mã liên kết?",
        ] {
            assert!(says_link(said), "{said}");
        }
        for said in [
            "link",
            "Link?",
            "liên kết",
            "lien ket",
            "link sản phẩm này đâu shop",
            "send me the link",
            "/linked",
        ] {
            assert!(!says_link(said), "{said}");
        }
    }

    #[test]
    fn a_part_of_a_message_is_enough() {
        for stop in [
            "Em mặc size M, đừng nhắn nữa",
            "em mac size M, dung nhan nua nhe",
            "I wear size M, stop",
            "I wear size M. Please stop messaging me, thanks",
            "Đừng nhắn nữa nhé, em mặc size M",
        ] {
            assert!(says_stop(stop), "{stop}");
        }
        for human in
            ["Em mặc size M, gặp nhân viên", "em mac size M, gap nhan vien a", "I wear size M, human please"]
        {
            assert!(says_human(human), "{human}");
        }
        for not in [
            "Dừng lại, đổi địa chỉ giúp em",
            "stop, that is the wrong address",
            "em mặc size M, dừng đơn hàng giúp em",
        ] {
            assert!(!says_stop(not), "{not}");
        }
    }

    #[test]
    fn right_is_not_stop_and_sentences_are_for_the_model() {
        assert!(!says_stop("đúng") && !says_stop("dung") && !says_stop("dừng đơn hàng giúp em"));
        assert!(!says_human("nhân viên thô lỗ quá"));
    }
}
