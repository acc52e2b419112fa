//! What a message looks like to the features.

use super::*;

fn read(message: &str) -> String {
    let mut normalised = Normalised::default();
    normalised.read(message);
    normalised.text.trim().to_owned()
}

#[test]
fn one_spelling_per_word() {
    let cases = [
        ("Where IS my order?", "where is my order ?"),
        ("pls send 2 to my adress", "please send <n> to my address"),
        ("i cant log in!!!", "i can't log in !"),
        ("can’t", "can't"),
        ("sooooo goooood", "so good"),
        ("đẹppppp quáaaa", "đẹp quá"),
        ("shop ơi còn hàng ko ạ", "shop ơi còn hàng không ạ"),
        ("sp nay bn tien vay shop", "sản phẩm nay bao nhiêu tien vậy shop"),
        ("giá 500k hay 1tr5", "giá <price> hay <price> <n>"),
        ("đơn DH12345 của mình", "đơn <code> của mình"),
        ("hoà thuý quý", "hòa thúy quý"),
        ("mail me: an.nguyen+1@example.com now", "mail me <email> now"),
        ("@shop look https://a.vn/x?y=1 ok", "<at> look <url> ok"),
        ("buồn :((( quá", "buồn 😢 quá"),
        ("👍👍👍🏽", "👍"),
        ("z\u{200b}ero wid\u{ad}th", "zero width"),
        ("", ""),
        (" \u{0}\t\r\n ", ""),
    ];
    for (message, expected) in cases {
        assert_eq!(read(message), expected, "{message:?}");
    }
}

#[test]
fn decomposed_and_composed_vietnamese_are_one() {
    use unicode_normalization::UnicodeNormalization;
    let message = "Đơn của tôi bị thiếu một đôi giày, tệ quá";
    assert_eq!(read(&message.nfd().collect::<String>()), read(message));
}

#[test]
fn accents_can_be_stripped() {
    assert_eq!(strip_accents("Đặt hàng ở đâu vậy bạn ơi? Привет"), "Dat hang o dau vay ban oi? Привет");
}

#[test]
fn sentences_are_told_apart() {
    let mut normalised = Normalised::default();
    normalised.read("Hi! Where is my order... It is late\nthanks");
    assert_eq!(normalised.tokens.last().unwrap().sentence + 1, 4);
    assert_eq!(normalised.mood.exclamations, 1);
}

#[test]
fn a_hundred_kilobytes_are_read_in_part() {
    let mut normalised = Normalised::default();
    normalised.read(&"ế ".repeat(50_000));
    assert!(normalised.tokens.len() <= MAX_CHARS);
    normalised.read(&"x".repeat(100_000));
    assert!(normalised.text.len() < 100);
}
