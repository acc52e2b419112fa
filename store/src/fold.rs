//! How names are searched: without accents, in lower case.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// `text` without accents, in lower case, blanks as one space: `Trần  Thị Đào` is found by `tran thi dao`.
#[must_use]
pub fn fold(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn vietnamese_names_are_found_without_their_accents() {
        assert_eq!(fold("Trần  Thị ĐÀO"), "tran thi dao");
        assert_eq!(fold("Nguye\u{302}\u{303}n Vaˇn"), fold("Nguyễn Vaˇn"));
    }

    #[test]
    fn english_names_lose_only_their_capitals() {
        assert_eq!(fold(" Zoë O'Brien "), "zoe o'brien");
    }
}
