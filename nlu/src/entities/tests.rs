//! What people type, and what is read in it.

use super::*;
use jiff::civil::date;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

/// A Sunday.
const TODAY: jiff::civil::Date = date(2026, 11, 22);

/// Entities as one reads them: `phone +84912345678`.
fn read(text: &str) -> Vec<String> {
    find(text)
        .into_iter()
        .map(|entity| match entity.value {
            EntityValue::Order(number) => format!("order {number}"),
            EntityValue::Email(email) => format!("email {email}"),
            EntityValue::Phone(number) => format!("phone {number}"),
            EntityValue::Money { minor, currency } => format!("money {minor} {currency}"),
            EntityValue::Date(said) => {
                format!("date {}", said.resolve(TODAY).map_or("none".to_owned(), |day| day.to_string()))
            }
            EntityValue::Quantity { count, unit } => {
                format!("quantity {count} {}", unit.as_deref().unwrap_or("-"))
            }
            EntityValue::Size(size) => format!("size {size}"),
            EntityValue::Product(sku) => format!("product {sku}"),
            EntityValue::Secret => "secret".to_owned(),
        })
        .collect()
}

fn reads(cases: &[(&str, &[&str])]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(text, entities)| read(text) != *entities)
        .map(|(text, entities)| format!("{text}: {:?}, not {entities:?}", read(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn phone_numbers_are_read_however_they_are_typed() {
    reads(&[
        ("0912345678", &["phone +84912345678"]),
        ("sđt em 0912 345 678 nha", &["phone +84912345678"]),
        ("0912.345.678", &["phone +84912345678"]),
        ("091-234-5678", &["phone +84912345678"]),
        ("+84 912 345 678", &["phone +84912345678"]),
        ("+84 (0) 912 345 678", &["phone +84912345678"]),
        ("84912345678", &["phone +84912345678"]),
        ("gọi (084) 912 345 678", &["phone +84912345678"]),
        ("0912345678nha", &["phone +84912345678"]),
        ("sdt0912345678", &["phone +84912345678"]),
        ("số cũ 0168 234 5678", &["phone +84382345678"]),
        ("01231234567", &["phone +84831234567"]),
        ("024 3555 0188", &["phone +842435550188"]),
        ("(028) 3822 1234", &["phone +842838221234"]),
        ("hotline 1900 1234 hoặc 1800 599 920", &["phone +8419001234", "phone +841800599920"]),
        ("call +1 415 555 2671 please", &["phone +14155552671"]),
        ("my cell is (415) 555-2671", &["phone +14155552671"]),
        ("+44 20 7946 0958", &["phone +442079460958"]),
        ("my number is 07700 900123", &["phone 07700900123"]),
        ("gọi mình lúc 0912345678 trước 10 giờ", &["phone +84912345678"]),
        ("0912 345 678 10 giờ", &["phone +84912345678"]),
        ("mã 0912345678912345", &[]),
        ("2026", &[]),
        ("12 34 56", &[]),
    ]);
}

#[test]
fn addresses_are_read_without_the_sentences_full_stop() {
    reads(&[
        ("Mail tôi lan.nguyen88@gmail.com.", &["email lan.nguyen88@gmail.com"]),
        ("LAN+SHOP@Mail.Example.VN nhé", &["email lan+shop@mail.example.vn"]),
        ("(me@x.io)", &["email me@x.io"]),
        ("@lan gửi a@b", &[]),
        ("a@b.1", &[]),
        ("@@..@", &[]),
    ]);
}

#[test]
fn money_is_read_as_vietnamese_write_it() {
    reads(&[
        ("1.200.000đ", &["money 1200000 VND"]),
        ("1,200,000 VND", &["money 1200000 VND"]),
        ("350k", &["money 350000 VND"]),
        ("350 nghìn", &["money 350000 VND"]),
        ("350 ngàn đồng", &["money 350000 VND"]),
        ("1tr2", &["money 1200000 VND"]),
        ("2tr350", &["money 2350000 VND"]),
        ("2tr350k", &["money 2350000 VND"]),
        ("1tr250", &["money 1250000 VND"]),
        ("1,2 triệu", &["money 1200000 VND"]),
        ("1.5tr", &["money 1500000 VND"]),
        ("1 triệu 2", &["money 1200000 VND"]),
        ("2 triệu rưỡi", &["money 2500000 VND"]),
        ("hai trăm nghìn", &["money 200000 VND"]),
        ("hai tram nghin", &["money 200000 VND"]),
        ("một triệu hai", &["money 1200000 VND"]),
        ("ba trăm năm mươi ngàn", &["money 350000 VND"]),
        ("2 trăm nghìn", &["money 200000 VND"]),
        ("350000d", &["money 350000 VND"]),
        ("₫350,000", &["money 350000 VND"]),
        ("giá 350.000 thôi hả", &["money 350000 VND"]),
        ("3 tỷ", &["money 3000000000 VND"]),
        ("5 đ", &["money 5 VND"]),
        ("5 đơn", &[]),
        ("còn hàng k", &[]),
        ("cao 350", &[]),
        ("1m2", &["size 120cm"]),
    ]);
}

#[test]
fn money_is_read_in_other_currencies() {
    reads(&[
        ("$49.99", &["money 4999 USD"]),
        ("49.99$", &["money 4999 USD"]),
        ("US$20", &["money 2000 USD"]),
        ("20 usd", &["money 2000 USD"]),
        ("usd 20", &["money 2000 USD"]),
        ("15€", &["money 1500 EUR"]),
        ("€1.299,50", &["money 129950 EUR"]),
        ("£20", &["money 2000 GBP"]),
        ("$1,299", &["money 129900 USD"]),
        ("$10k", &["money 1000000 USD"]),
        ("twenty dollars", &["money 2000 USD"]),
        ("20 bucks", &["money 2000 USD"]),
        ("¥5000", &["money 5000 JPY"]),
        ("$", &[]),
    ]);
}

#[test]
fn days_are_read_in_digits() {
    reads(&[
        ("21/11", &["date 2026-11-21"]),
        ("giao 5/3 nhé", &["date 2027-03-05"]),
        ("ngày 5/12", &["date 2026-12-05"]),
        ("21-11-2026", &["date 2026-11-21"]),
        ("21.11.2026", &["date 2026-11-21"]),
        ("2026-11-21", &["date 2026-11-21"]),
        ("11/21/2026", &["date 2026-11-21"]),
        ("21/11/26", &["date 2026-11-21"]),
        ("ngày 21 tháng 11", &["date 2026-11-21"]),
        ("21 tháng 11 năm 2025", &["date 2025-11-21"]),
        ("mùng 5 tháng 1", &["date 2027-01-05"]),
        ("ngày 20", &["date 2026-11-20"]),
        ("Nov 21", &["date 2026-11-21"]),
        ("November 21st, 2025", &["date 2025-11-21"]),
        ("21st of November", &["date 2026-11-21"]),
        ("ordered 3 Dec, got nothing", &["date 2026-12-03"]),
        ("24/7", &[]),
        ("10/10 sẽ mua lại", &[]),
        ("1/2 kg", &["size 2kg"]),
        ("32/13", &[]),
        ("ngày 2 lần", &[]),
        ("1/1/1/1", &[]),
    ]);
}

#[test]
fn days_are_counted_from_today() {
    reads(&[
        ("ngày mai", &["date 2026-11-23"]),
        ("sang mai giao duoc khong", &["date 2026-11-23"]),
        ("tối qua", &["date 2026-11-21"]),
        ("tôi qua shop", &[]),
        ("hôm qua", &["date 2026-11-21"]),
        ("hom kia", &["date 2026-11-20"]),
        ("hôm nay", &["date 2026-11-22"]),
        ("thứ 6 tuần sau", &["date 2026-11-27"]),
        ("thu 6 tuan nay", &["date 2026-11-20"]),
        ("thứ sáu tuần trước", &["date 2026-11-13"]),
        ("thứ 2", &["date 2026-11-23"]),
        ("cái thứ hai", &[]),
        ("chủ nhật tới", &["date 2026-11-22"]),
        ("t7 này", &["date 2026-11-21"]),
        ("3 ngày trước", &["date 2026-11-19"]),
        ("hai tuần nữa", &["date 2026-12-06"]),
        ("cách đây 2 tháng", &["date 2026-09-22"]),
        ("tomorrow", &["date 2026-11-23"]),
        ("the day after tomorrow", &["date 2026-11-24"]),
        ("3 days ago", &["date 2026-11-19"]),
        ("a week ago", &["date 2026-11-15"]),
        ("in two weeks", &["date 2026-12-06"]),
        ("next friday", &["date 2026-11-27"]),
        ("last Friday", &["date 2026-11-20"]),
        ("by Tuesday", &["date 2026-11-24"]),
        ("in 3 minutes", &[]),
    ]);
}

#[test]
fn quantities_and_sizes_are_read() {
    reads(&[
        ("lấy 2 cái", &["quantity 2 piece"]),
        ("3 boxes", &["quantity 3 box"]),
        ("một đôi", &["quantity 1 pair"]),
        ("a pair", &["quantity 1 pair"]),
        ("hai mươi lăm hộp", &["quantity 25 box"]),
        ("a dozen eggs", &["quantity 12 piece"]),
        ("2 tá", &["quantity 24 piece"]),
        ("x2", &["quantity 2 -"]),
        ("2x", &["quantity 2 -"]),
        ("sl: 3", &["quantity 3 -"]),
        ("2 sản phẩm", &["quantity 2 piece"]),
        ("size M", &["size M"]),
        ("sz 38.5", &["size 38.5"]),
        ("cỡ 39-40", &["size 39-40"]),
        ("có 2 cái", &["quantity 2 piece"]),
        ("XL", &["size XL"]),
        ("áo 2XL còn không", &["size 2XL"]),
        ("free size", &[]),
        ("size free", &["size free"]),
        ("500ml", &["size 500ml"]),
        ("1 kg", &["size 1kg"]),
        ("1,5 lít", &["size 1.5l"]),
        ("30x40cm", &["size 30x40cm"]),
        ("30 x 40 x 10 cm", &["size 30x40x10cm"]),
        ("cao 1m65 nặng 55kg", &["size 165cm", "size 55kg"]),
        ("size 38 k shop", &["size 38"]),
        ("2 cái size M và 1 hộp 500g", &["quantity 2 piece", "size M", "quantity 1 box", "size 500g"]),
    ]);
}

#[test]
fn what_looks_like_an_order_number_is_one() {
    reads(&[
        ("đơn MH-10234 đâu", &["order MH-10234"]),
        ("#10234", &["order 10234"]),
        ("order 10234?", &["order 10234"]),
        ("don dh1024 toi chua", &["order DH1024"]),
        ("mã đơn hàng là 240115ABC77", &["order 240115ABC77"]),
        ("DH1024 của mình", &["order DH1024"]),
        ("dh1024", &[]),
        ("iphone 15", &[]),
        ("COVID19", &[]),
        ("đơn 12", &[]),
    ]);
}

#[test]
fn a_whole_message_is_read_in_order() {
    reads(&[(
        "Shop ơi đơn #10234 đặt hôm 12/11, 2 cái size M 350k, giao trước thứ 6, gọi 0912 345 678 hoặc lan@x.vn, thẻ ••••1111",
        &[
            "order 10234",
            "date 2026-11-12",
            "quantity 2 piece",
            "size M",
            "money 350000 VND",
            "date 2026-11-27",
            "phone +84912345678",
            "email lan@x.vn",
            "secret",
        ],
    )]);
    reads(&[("4111 1111 1111 1111", &["secret"]), ("cccd 001085012345", &["secret"])]);
}

#[test]
fn decomposed_and_full_width_text_is_read_the_same_in_place() {
    let typed = "Lấy 2 đôi, ngày mai giao, một triệu hai";
    let decomposed: String = typed.nfd().collect();
    assert_eq!(read(&decomposed), read(typed));
    for entity in find(&decomposed) {
        let named: String = decomposed[entity.span()].nfc().collect();
        assert!(typed.contains(&named), "{named}");
    }
    reads(&[("０９１２３４５６７８", &["phone +84912345678"])]);
}

#[test]
fn ten_kilobytes_are_read_in_linear_time() {
    for piece in
        ["1.", "0912 345 ", "a@", "a.", "#1-", "mười ", "2x", "size ", "4111 ", "ngày 1/", "một trăm "]
    {
        let _ = find(&piece.repeat(10_000 / piece.len()));
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let mut at = 0;
    for entity in find(text) {
        prop_assert!(at <= entity.start && entity.start < entity.end, "{entity:?}");
        prop_assert!(text.get(entity.span()).is_some(), "{entity:?}");
        at = entity.end;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_text_has_entities_in_order_and_apart(text in "\\PC{0,120}") {
        check(&text)?;
    }

    #[test]
    fn any_characters_do(chars in proptest::collection::vec(any::<char>(), 0..200)) {
        check(&chars.into_iter().collect::<String>())?;
    }

    #[test]
    fn what_looks_like_entities_does(text in "([0-9]{1,4}|[ .,/x:#@+()$đk-]|tr|triệu|ngày|thứ|tuần sau|size|cái|một|hai|trăm|\u{301}|••••|a@b.vn|MH-|in|ago|nov){0,25}") {
        check(&text)?;
        check(&text.nfd().collect::<String>())?;
        let masked = mask_personal(&text, &find(&text));
        prop_assert!(!masked.contains("a@b.vn") || find(&text).iter().all(|e| text.get(e.span()) != Some("a@b.vn")));
    }
}
