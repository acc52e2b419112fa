//! Reads a run as the answer to what Lara asked: "the first one", "cái đầu", a number, a button's title.

use crate::text::{fold, folded_line};

/// What a run says when it is held against a list of offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// This offer, counted from 0.
    Offer(usize),
    /// None of them.
    None,
    /// It is no answer.
    NoAnswer,
}

/// Words for the first, second, ... place.
const PLACES: &[&[&str]] = &[
    &[
        "1",
        "dau",
        "dau tien",
        "thu nhat",
        "so 1",
        "mot",
        "first",
        "the first",
        "one",
        "number one",
        "cai 1",
        "tren",
    ],
    &["2", "thu hai", "thu 2", "so 2", "hai", "second", "the second", "two", "number two", "cai 2"],
    &["3", "thu ba", "thu 3", "so 3", "ba", "third", "the third", "three", "number three", "cai 3"],
    &["4", "thu tu", "thu 4", "so 4", "bon", "fourth", "the fourth", "four", "number four", "cai 4"],
    &["5", "thu nam", "thu 5", "so 5", "nam", "fifth", "the fifth", "five", "number five", "cai 5"],
];

const LAST: &[&str] = &["cuoi", "cuoi cung", "last", "the last", "duoi"];
const YES: &[&str] =
    &["yes", "yeah", "yep", "dung", "dung roi", "vang", "uh", "u", "ok", "phai", "dung vay", "right"];
const NONE: &[&str] = &[
    "no",
    "none",
    "neither",
    "khong",
    "ko",
    "k",
    "khong phai",
    "ko phai",
    "khong cai nao",
    "nope",
    "khac",
    "other",
    "something else",
    "cai khac",
    "none of them",
    "none of these",
];

/// Words that may stand around an answer without changing it.
const FILLERS: &[&str] = &[
    "cai", "don", "order", "one", "the", "a", "da", "em", "shop", "oi", "nhe", "nha", "ban", "minh", "la",
    "lay", "chon", "please", "pls", "it", "is", "its", "that", "this", "i", "mean", "chi", "anh", "hang",
    "ay", "nay", "do", "option", "y", "muon", "hoi", "ve", "t", "mk", "ad",
];

/// Reads `text` against the titles of what was offered, in order.
#[must_use]
pub fn read(text: &str, offers: &[String]) -> Answer {
    let line = folded_line(text);
    if line.is_empty() {
        return Answer::NoAnswer;
    }
    if let Some(place) = offers.iter().position(|offer| folded_line(offer) == line) {
        return Answer::Offer(place);
    }
    if NONE.contains(&line.as_str()) {
        return Answer::None;
    }
    let bare = bare(&line);
    let place = |line: &str| PLACES.iter().position(|words| words.contains(&line));
    if let Some(place) = place(&line).or_else(|| place(&bare)).filter(|place| *place < offers.len()) {
        return Answer::Offer(place);
    }
    if LAST.contains(&line.as_str()) || LAST.contains(&bare.as_str()) {
        return offers.len().checked_sub(1).map_or(Answer::NoAnswer, Answer::Offer);
    }
    // "Yes" to one offer is that offer; to several it chooses nothing.
    if let ([_], true) = (offers, YES.contains(&line.as_str())) {
        return Answer::Offer(0);
    }
    mentioned(text, offers).map_or(Answer::NoAnswer, Answer::Offer)
}

/// The line without fillers.
fn bare(line: &str) -> String {
    line.split(' ').filter(|word| !FILLERS.contains(word)).collect::<Vec<_>>().join(" ")
}

/// The only offer whose title stands in the text.
fn mentioned(text: &str, offers: &[String]) -> Option<usize> {
    let text = format!(" {} ", fold(text));
    let mut found = offers.iter().enumerate().filter(|(_, offer)| {
        let offer = fold(offer);
        text.find(&offer).is_some_and(|at| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at.saturating_add(offer.len())..).and_then(|after| after.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    });
    let (place, _) = found.next()?;
    if found.next().is_some() { None } else { Some(place) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers() -> Vec<String> {
        ["MH-10234", "MH-10198"].map(str::to_owned).to_vec()
    }

    #[test]
    fn places_titles_and_numbers_choose() {
        for (said, place) in [
            ("cái đầu", 0),
            ("the first one", 0),
            ("1", 0),
            ("đơn thứ hai nhé", 1),
            ("cai thu 2", 1),
            ("the last one please", 1),
            ("MH-10198", 1),
            ("dạ mh-10234 ạ", 0),
            ("đầu tiên", 0),
            ("second", 1),
        ] {
            assert_eq!(read(said, &offers()), Answer::Offer(place), "{said}");
        }
    }

    #[test]
    fn no_is_an_answer_too() {
        assert_eq!(read("không", &offers()), Answer::None);
        assert_eq!(read("None of these", &offers()), Answer::None);
    }

    #[test]
    fn anything_else_is_no_answer() {
        for said in ["shop mở mấy giờ", "yes", "5", "MH-10234 hay MH-10198?", "👍", ""] {
            assert_eq!(read(said, &offers()), Answer::NoAnswer, "{said}");
        }
    }

    #[test]
    fn yes_to_a_single_offer_is_that_offer() {
        assert_eq!(read("đúng rồi", &["Hỏi giá".to_owned()]), Answer::Offer(0));
    }

    proptest::proptest! {
        #[test]
        fn an_answer_is_always_one_of_the_offers(text: String, offers in proptest::collection::vec("\\PC{1,12}", 0..5)) {
            if let Answer::Offer(place) = read(&text, &offers) {
                proptest::prop_assert!(place < offers.len());
            }
        }
    }
}
