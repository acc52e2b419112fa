//! Words of shop systems: statuses, yes and no, e-mails, phones.

use lara_core::model::OrderStatus;
use lara_core::text::{fold, phone_digits};
use std::collections::BTreeMap;

/// What shop systems call where an order is, folded. Shopify's fulfilment and payment states, those of `WooCommerce`, and
/// what Haravan, Sapo and `KiotViet` export.
const WORDS: &[(OrderStatus, &[&str])] = &[
    (
        OrderStatus::Placed,
        &[
            "pending",
            "pending payment",
            "on hold",
            "unpaid",
            "authorized",
            "open",
            "new",
            "created",
            "dat hang",
            "da dat hang",
            "moi",
            "don moi",
            "don hang moi",
            "cho xac nhan",
            "cho xu ly",
            "cho thanh toan",
            "chua thanh toan",
            "chua xu ly",
            "da tao",
            "phieu tam",
        ],
    ),
    (
        OrderStatus::Packing,
        &[
            "processing",
            "paid",
            "confirmed",
            "unfulfilled",
            "in progress",
            "packed",
            "ready to ship",
            "da xac nhan",
            "dang xu ly",
            "da thanh toan",
            "dang dong goi",
            "cho dong goi",
            "da dong goi",
            "cho lay hang",
            "cho giao hang",
            "dang chuan bi hang",
            "chua giao hang",
        ],
    ),
    (
        OrderStatus::Shipped,
        &[
            "fulfilled",
            "in transit",
            "out for delivery",
            "sent",
            "dispatched",
            "dang giao",
            "dang giao hang",
            "dang van chuyen",
            "dang chuyen",
            "da gui hang",
            "da gui",
            "da lay hang",
            "da xuat kho",
        ],
    ),
    (
        OrderStatus::Delivered,
        &[
            "completed",
            "complete",
            "done",
            "da giao",
            "da giao hang",
            "giao hang thanh cong",
            "giao thanh cong",
            "da nhan",
            "da nhan hang",
            "hoan thanh",
            "hoan tat",
            "thanh cong",
        ],
    ),
    (
        OrderStatus::Cancelled,
        &[
            "canceled",
            "voided",
            "failed",
            "trash",
            "expired",
            "huy",
            "da huy",
            "huy don",
            "don huy",
            "bi huy",
            "khach huy",
            "that bai",
            "giao that bai",
        ],
    ),
    (
        OrderStatus::Returned,
        &[
            "returning",
            "return in progress",
            "tra hang",
            "da tra hang",
            "dang tra hang",
            "hoan hang",
            "da hoan",
            "dang hoan",
            "dang hoan hang",
            "da hoan hang",
            "chuyen hoan",
            "hoan tra",
        ],
    ),
    (OrderStatus::Refunded, &["hoan tien", "da hoan tien"]),
];

/// Letters and digits of a word, folded, in single spaces: `On-hold`, `on_hold` and `ON HOLD` are one.
pub(in super::super) fn key(word: &str) -> String {
    let plain: String = fold(word).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the words for statuses mean: ours, those of shop systems, and what the operator says.
#[derive(Debug)]
pub(in super::super) struct Statuses(BTreeMap<String, OrderStatus>);

impl Statuses {
    /// The table, and over it the operator's own words.
    pub(in super::super) fn new(own: &[(String, OrderStatus)]) -> Self {
        let table =
            WORDS.iter().flat_map(|(status, words)| words.iter().map(|word| ((*word).to_owned(), *status)));
        let ours = OrderStatus::ALL.iter().map(|status| (status.as_str().to_owned(), *status));
        let own = own.iter().map(|(word, status)| (key(word), *status));
        Self(table.chain(ours).chain(own).collect())
    }

    /// The status a word means.
    pub(in super::super) fn get(&self, word: &str) -> Option<OrderStatus> {
        self.0.get(&key(word)).copied()
    }

    /// The same, or what to do about it.
    pub(in super::super) fn read(&self, word: &str) -> Result<OrderStatus, String> {
        self.get(word).ok_or_else(|| {
            let ours = OrderStatus::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(", ");
            format!("{word:?} is no known status: it must mean one of {ours}; say which with --status \"{word}=placed\"")
        })
    }
}

/// Whether somebody agreed.
pub(in super::super) fn yes(text: &str) -> Result<bool, String> {
    match key(text).as_str() {
        "yes" | "y" | "true" | "1" | "co" | "x" | "dong y" | "subscribed" => Ok(true),
        "no" | "n" | "false" | "0" | "khong" | "ko" | "khong dong y" | "unsubscribed" => Ok(false),
        _ => Err(format!("{text:?} is neither yes nor no")),
    }
}

/// An e-mail in lower case.
pub(in super::super) fn email(text: &str) -> Result<String, String> {
    let wrong = || format!("is no e-mail address ({} characters)", text.chars().count());
    let (name, place) = text.split_once('@').ok_or_else(wrong)?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || ",;@<>\"".contains(c);
    if name.is_empty()
        || place.is_empty()
        || text.chars().count() > 254
        || name.contains(odd)
        || place.contains(odd)
    {
        return Err(wrong());
    }
    Ok(text.to_lowercase())
}

/// A phone as it is dialled. A spreadsheet that took it for a number has cut its zero, which comes back where the digits
/// are a Vietnamese number; what it shortened is gone.
pub(in super::super) fn phone(text: &str) -> Result<String, String> {
    let text = text.strip_suffix(".0").unwrap_or(text).trim_start_matches('\'');
    let upper = text.to_uppercase();
    if upper.contains("E+") && upper.chars().any(|c| c.is_ascii_digit()) {
        return Err("was shortened by a spreadsheet: show the column as text and save again".to_owned());
    }
    let bare = text.bytes().all(|byte| byte.is_ascii_digit());
    // Mobile numbers have nine digits behind the zero and begin with 3, 5, 7, 8 or 9; land lines have ten and begin with 2.
    let cut = match (text.len(), text.bytes().next()) {
        (9, Some(b'3' | b'5' | b'7'..=b'9')) | (10, Some(b'2')) => bare,
        _ => false,
    };
    let text = if cut { format!("0{text}") } else { text.to_owned() };
    if phone_digits(&text).is_none() {
        return Err(format!("is no phone number ({} characters)", text.chars().count()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_shops_are_known() {
        let statuses = Statuses::new(&[("Tạm giữ".to_owned(), OrderStatus::Placed)]);
        for (word, status) in [
            ("shipped", OrderStatus::Shipped),
            ("Fulfilled", OrderStatus::Shipped),
            ("on-hold", OrderStatus::Placed),
            ("paid", OrderStatus::Packing),
            ("Completed", OrderStatus::Delivered),
            ("Đã giao", OrderStatus::Delivered),
            ("da giao hang", OrderStatus::Delivered),
            ("ĐANG GIAO", OrderStatus::Shipped),
            ("Huỷ", OrderStatus::Cancelled),
            ("Đã hủy", OrderStatus::Cancelled),
            ("canceled", OrderStatus::Cancelled),
            ("Hoàn tiền", OrderStatus::Refunded),
            ("tạm giữ", OrderStatus::Placed),
        ] {
            assert_eq!(statuses.read(word), Ok(status), "{word}");
        }
        let refused = statuses.read("partially_refunded").unwrap_err();
        assert!(refused.contains("placed, packing, shipped") && refused.contains("--status"), "{refused}");
    }

    #[test]
    fn a_word_means_one_status() {
        let mut seen = BTreeMap::new();
        for (status, words) in WORDS {
            for word in *words {
                assert_eq!(key(word), *word, "words stand folded");
                assert_eq!(seen.insert(*word, *status), None, "{word} stands twice");
            }
        }
    }

    #[test]
    fn phones_come_back_from_spreadsheets() {
        for (text, read) in [
            ("912345678", "0912345678"),
            ("912345678.0", "0912345678"),
            ("2438251234", "02438251234"),
            ("0912 345 678", "0912 345 678"),
            ("84912345678", "84912345678"),
            ("+84 912 345 678", "+84 912 345 678"),
            ("'0912345678", "0912345678"),
        ] {
            assert_eq!(phone(text).as_deref(), Ok(read), "{text}");
        }
        for shortened in ["8.4912E+10", "8,4912e+10"] {
            assert!(phone(shortened).unwrap_err().contains("spreadsheet"));
        }
        assert!(!phone("gọi chị Lan 0912").unwrap_err().contains("Lan"), "no personal data in what is wrong");
    }

    #[test]
    fn an_e_mail_has_one_at_sign() {
        assert_eq!(email("Lan@Example.VN").as_deref(), Ok("lan@example.vn"));
        for wrong in ["lan", "@example.vn", "lan@", "lan@a.vn; minh@a.vn", "lan @a.vn", "a@b@c"] {
            let what = email(wrong).unwrap_err();
            assert!(!what.contains("lan"), "{what}");
        }
    }

    #[test]
    fn yes_and_no_have_many_words() {
        assert_eq!(
            (yes("Có"), yes("TRUE"), yes("không"), yes("0")),
            (Ok(true), Ok(true), Ok(false), Ok(false))
        );
        assert!(yes("maybe").is_err());
    }
}
