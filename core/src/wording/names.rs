//! The name a person is called by.

use crate::text::fold;

/// Vietnamese family names, without accents: together they cover over nine in ten people (Lê Trung Hoa, "Họ và tên người
/// Việt Nam", 2005).
const FAMILY_NAMES: &[&str] = &[
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo",
    "duong", "ly", "dinh", "truong", "lam", "mai", "cao", "luong", "ta", "trinh", "ha", "doan", "luu",
    "chau", "quach", "to", "thai", "tang", "phung", "kieu", "vuong", "dao", "la", "tong", "quan", "nghiem",
    "thach", "chu", "khuc", "giang", "mac",
];

/// What to call somebody: Vietnamese names begin with the family and end with the name one is called by ("Nguyễn Thị
/// Lan" is Lan); elsewhere the first word is it ("Emma Schneider" is Emma, "Minh Trần" is Minh).
#[must_use]
pub fn called(name: &str) -> &str {
    let name = name.trim();
    let mut words = name.split_whitespace();
    let (Some(first), Some(last)) = (words.next(), words.next_back()) else { return name };
    if FAMILY_NAMES.contains(&fold(first).as_str()) { last } else { first }
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn a_vietnamese_is_called_by_the_last_word_and_others_by_the_first() {
        assert_eq!(called("Nguyễn Thị Lan"), "Lan");
        assert_eq!(called("nguyen thi lan"), "lan");
        assert_eq!(called("Đỗ Mỹ Linh"), "Linh");
        assert_eq!(called("Minh Trần"), "Minh");
        assert_eq!(called("Emma Schneider"), "Emma");
        assert_eq!(called("  Lan "), "Lan");
        assert_eq!(called(""), "");
    }
}
