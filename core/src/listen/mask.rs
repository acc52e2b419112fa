//! Masks what must never be stored: card numbers, Vietnamese identity numbers, one-time codes. Order numbers, phone
//! numbers and amounts stay, because answers need them.

use crate::text::fold;
use std::ops::Range;

/// Shortest and longest card number.
const CARD: std::ops::RangeInclusive<usize> = 13..=19;

/// How far before a number words may stand that say what it is, in characters.
const CONTEXT: usize = 28;

/// Words that say a number is an identity number.
const IDENTITY: &[&str] = &[
    "cccd",
    "cmnd",
    "cmt",
    "can cuoc",
    "chung minh",
    "ho chieu",
    "passport",
    "id card",
    "identity card",
    "id number",
    "dinh danh",
];

/// Words that say a number is a one-time code or a card's security code.
const CODE: &[&str] =
    &["otp", "cvv", "cvc", "cvv2", "ma xac thuc", "ma xac minh", "verification code", "security code"];

/// Words that say a number is an order's or a parcel's.
const ORDER: &[&str] = &["don", "order", "van don", "tracking", "parcel", "#", "ma hang", "bill"];

/// What stands for a secret; a card's last four digits follow it.
const DOTS: &str = "••••";

/// The text with secrets replaced by dots. Of a card its last four digits stay, as on a receipt.
#[must_use]
pub fn mask(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Secret { start, end, shown } in find(&chars) {
        out.extend(chars.get(at..start).unwrap_or_default());
        out.push_str(&shown);
        at = end;
    }
    out.extend(chars.get(at..).unwrap_or_default());
    out
}

/// Where the secrets of a text stand, those that are masked already too: byte ranges, in order.
#[must_use]
pub fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = text
        .match_indices(DOTS)
        .map(|(start, dots)| {
            let end = start.saturating_add(dots.len());
            let shown =
                text.get(end..).unwrap_or_default().bytes().take(4).take_while(u8::is_ascii_digit).count();
            start..end.saturating_add(shown)
        })
        .collect();
    // The shortest secret has three digits: most messages hold none.
    if text.chars().filter(|c| digit(*c).is_some()).nth(2).is_none() {
        return places;
    }
    let (offsets, chars): (Vec<usize>, Vec<char>) = text.char_indices().unzip();
    let byte = |at: usize| offsets.get(at).copied().unwrap_or(text.len());
    let masked = places.clone();
    places.extend(
        find(&chars).into_iter().map(|secret| byte(secret.start)..byte(secret.end)).filter(|found| {
            masked.iter().all(|masked| masked.end <= found.start || found.end <= masked.start)
        }),
    );
    places.sort_by_key(|place| place.start);
    places
}

/// One secret: its first character, one past its last, and what is shown instead.
struct Secret {
    start: usize,
    end: usize,
    shown: String,
}

fn find(chars: &[char]) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let behind = before(chars, at);
        if digit(c).is_none() || behind.is_some_and(|c| digit(c).is_some()) {
            at = at.saturating_add(1);
            continue;
        }
        let groups = groups(chars, at);
        // Right behind letters, as in "visa4111...", only a card is looked for: the rest are numbers of parcels.
        let glued = behind.is_some_and(is_word);
        if let Some((end, shown)) = secret(chars, at, &groups, glued) {
            found.push(Secret { start: at, end, shown });
            at = end;
        } else {
            // Only this group is settled: a card may begin at the next one.
            at = groups.first().map_or(at.saturating_add(1), |group| group.end);
        }
    }
    found
}

/// Digits that stand together, and where they end.
struct Group {
    digits: Vec<u32>,
    end: usize,
}

/// The zeros of scripts with decimal digits of their own (Unicode 16, category Nd, those in use today), in order.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0x2080, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x1d7ce, 0x1d7d8,
    0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1fbf0,
];

/// The value of a digit, in whichever script or dress.
fn digit(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    match c {
        '\u{b9}' => Some(1),
        '\u{b2}' | '\u{b3}' => u32::from(c).checked_sub(0xb0),
        '\u{2070}' | '\u{2074}'..='\u{2079}' => u32::from(c).checked_sub(0x2070),
        // Circled, in brackets, with a full stop: ①, ⑴, ⒈.
        '\u{2460}'..='\u{2468}' => u32::from(c).checked_sub(0x245f),
        '\u{2474}'..='\u{247c}' => u32::from(c).checked_sub(0x2473),
        '\u{2488}'..='\u{2490}' => u32::from(c).checked_sub(0x2487),
        '\u{24ea}' => Some(0),
        _ => {
            let before = ZEROS.partition_point(|zero| *zero <= u32::from(c));
            let zero = before.checked_sub(1).and_then(|place| ZEROS.get(place))?;
            u32::from(c).checked_sub(*zero).filter(|value| *value < 10)
        }
    }
}

/// What only dresses the digit before it: the key of an emoji digit, a line through it.
fn is_dress(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}') || unicode_normalization::char::is_combining_mark(c)
}

/// What people put between the digits of a number.
const fn joins(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\n' | '.' | '-' | '\u{2010}'
            ..='\u{2015}' | '_' | '/' | '*' | '|' | '·'
    )
}

/// The most of them in a row.
const JOINS: usize = 3;

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn before(chars: &[char], at: usize) -> Option<char> {
    at.checked_sub(1).and_then(|at| chars.get(at)).copied()
}

/// How many characters from `at` on are such.
fn run(chars: &[char], at: usize, such: impl Fn(char) -> bool) -> usize {
    chars.get(at..).into_iter().flatten().take_while(|c| such(**c)).count()
}

/// The groups of digits from `at` on that a few spaces, dots, dashes or line breaks join; as many as a card may have.
fn groups(chars: &[char], at: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut here = at;
    let mut total = 0_usize;
    loop {
        let mut digits: Vec<u32> = Vec::new();
        while let Some(value) = chars.get(here).and_then(|c| digit(*c)) {
            digits.push(value);
            here = here.saturating_add(1);
            here = here.saturating_add(run(chars, here, is_dress));
        }
        if digits.is_empty() {
            break;
        }
        total = total.saturating_add(digits.len());
        groups.push(Group { digits, end: here });
        let joined = run(chars, here, joins);
        if !(1..=JOINS).contains(&joined) || total > *CARD.end() {
            break;
        }
        here = here.saturating_add(joined);
    }
    groups
}

/// What begins at `at` and must not be stored: where it ends and what is shown instead.
fn secret(chars: &[char], at: usize, groups: &[Group], glued: bool) -> Option<(usize, String)> {
    let context = context(chars, at);
    let mut digits: Vec<u32> = Vec::new();
    let mut lengths: Vec<usize> = Vec::new();
    let mut found = None;
    for group in groups {
        digits.extend(&group.digits);
        lengths.push(group.digits.len());
        if is_card(&digits) {
            // The longest reading wins: 13 digits of a 16-digit number may pass the check by chance.
            found = Some((group.end, format!("{DOTS}{}", last_four(&digits))));
            continue;
        }
        if glued || chars.get(group.end).copied().is_some_and(is_word) {
            continue;
        }
        if found.is_none() && (is_identity(&digits, &lengths, &context) || is_code(&digits, &context)) {
            found = Some((group.end, DOTS.to_owned()));
        }
    }
    found
}

/// What stands before a number, folded, up to the start of its line.
fn context(chars: &[char], at: usize) -> String {
    let from = at.saturating_sub(CONTEXT);
    let before: String = chars.get(from..at).into_iter().flatten().collect();
    fold(before.rsplit('\n').next().unwrap_or_default())
}

fn last_four(digits: &[u32]) -> String {
    let from = digits.len().saturating_sub(4);
    digits.get(from..).into_iter().flatten().map(ToString::to_string).collect()
}

/// A length and beginning that card networks use (Napas, Visa, Mastercard, American Express, JCB, Diners, Discover,
/// `UnionPay`), and a right check digit.
fn is_card(digits: &[u32]) -> bool {
    let head = |n: usize| digits.iter().take(n).fold(0, |number, digit| number * 10 + digit);
    let network = match digits.len() {
        13 => head(1) == 4,
        14 => matches!(head(2), 30 | 36 | 38 | 39),
        15 => matches!(head(2), 34 | 37),
        16 => {
            head(1) == 4
                || matches!(head(2), 51..=55 | 35 | 62 | 65)
                || matches!(head(4), 2221..=2720 | 6011 | 9704)
                || matches!(head(3), 644..=649)
        }
        17..=19 => matches!(head(4), 9704) || head(2) == 62 || (digits.len() == 19 && head(1) == 4),
        _ => false,
    };
    CARD.contains(&digits.len()) && network && luhn(digits)
}

fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Twelve digits that begin with a province and a century (the citizen card), unless an order is spoken of; or nine or
/// twelve digits after a word that says so.
fn is_identity(digits: &[u32], lengths: &[usize], context: &str) -> bool {
    let said = IDENTITY.iter().any(|word| context.contains(word));
    match digits {
        [0, tens, ones, century, ..] if digits.len() == 12 => {
            let is_province = (1..=96).contains(&(tens * 10 + ones)) && *century <= 3;
            // "0912 345 678 10 giờ" is a phone number and a time.
            let as_printed = matches!(lengths, [12] | [3, 3, 6] | [4, 4, 4] | [3, 3, 3, 3]);
            said || (is_province && as_printed && !ORDER.iter().any(|word| context.contains(word)))
        }
        _ => said && matches!(digits.len(), 9 | 12),
    }
}

fn is_code(digits: &[u32], context: &str) -> bool {
    let near = |word: &&str| context.rfind(*word).is_some_and(|at| context.len() - at - word.len() <= 8);
    (3..=8).contains(&digits.len()) && CODE.iter().any(near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn card_numbers_go_however_they_are_written() {
        for (said, kept) in [
            ("thẻ 4111 1111 1111 1111 nhé", "thẻ ••••1111 nhé"),
            ("4111111111111111", "••••1111"),
            ("my card is 5555-5555-5555-4444.", "my card is ••••4444."),
            ("amex 378282246310005", "amex ••••0005"),
            ("4111.1111.1111.1111, exp 12/28", "••••1111, exp 12/28"),
            ("9704 0000 0000 0018", "••••0018"),
            ("４１１１１１１１１１１１１１１１", "••••1111"),
            ("٤١١١ ١١١١ ١١١١ ١١١١", "••••1111"),
            ("4️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣", "••••1111"),
            ("4̶1̶1̶1̶ 1111 1111 1̲1̲1̲1̲", "••••1111"),
            ("④①①① ①①①① ①①①① ①①①①", "••••1111"),
            ("𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏", "••••1111"),
            ("4111\n1111\n1111\n1111", "••••1111"),
            ("4111 - 1111 - 1111 - 1111", "••••1111"),
            ("4111/1111/1111/1111", "••••1111"),
            ("4111_1111_1111_1111", "••••1111"),
            ("visa4111111111111111exp12/28", "visa••••1111exp12/28"),
            ("thẻ4111 1111 1111 1111nhé", "thẻ••••1111nhé"),
            ("12 4111 1111 1111 1111", "12 ••••1111"),
            ("4111 1111 1111 1111 0912", "••••1111 0912"),
        ] {
            assert_eq!(mask(said), kept);
        }
    }

    #[test]
    fn identity_numbers_and_codes_go() {
        for (said, kept) in [
            ("CCCD của em 001085012345", "CCCD của em ••••"),
            ("001085012345", "••••"),
            ("cmnd: 123456789", "cmnd: ••••"),
            ("so can cuoc 079 201 012345 nha", "so can cuoc •••• nha"),
            ("OTP là 482913", "OTP là ••••"),
            ("cvv 123", "cvv ••••"),
        ] {
            assert_eq!(mask(said), kept);
        }
    }

    #[test]
    fn orders_phones_and_amounts_stay() {
        for said in [
            "đơn MH-10234 đâu rồi",
            "đơn hàng 001085012345 tới đâu",
            "order #240115123456789",
            "mã vận đơn SPXVN001085012345",
            "gọi 0912 345 678 hoặc +84 912 345 678",
            "0912 345 678 10 giờ gọi giúp em",
            "84912345678",
            "1.250.000 ₫ chuyển lúc 20:15 ngày 12/11/2026",
            "4111111111111112",
            "stk 19031234567890",
            "123456789",
            "2026-11-22 10:00:00",
            "size 38 39 40 41 42 43 44 45",
        ] {
            assert_eq!(mask(said), said);
        }
    }

    #[test]
    fn where_secrets_stand_is_told_masked_or_not() {
        for (said, found) in [
            ("thẻ 4111 1111 1111 1111 nhé", vec!["4111 1111 1111 1111"]),
            ("thẻ ••••1111 nhé, otp 4829", vec!["••••1111", "4829"]),
            ("CCCD •••• 2026", vec!["••••"]),
            ("đơn 10234", vec![]),
        ] {
            let places = secrets(said);
            assert_eq!(places.into_iter().map(|place| &said[place]).collect::<Vec<_>>(), found, "{said}");
        }
    }

    #[test]
    fn a_hundred_kilobytes_of_digits_are_read_quickly() {
        for piece in ["4111 ", "1", "0 ", "4111-1111-"] {
            let _ = mask(&piece.repeat(100_000 / piece.len()));
        }
    }

    proptest! {
        #[test]
        fn no_valid_card_survives(head in "4[0-9]{14}", words in "[a-zđ ]{0,12}") {
            let check = (0..10).map(|d| format!("{head}{d}")).find(|card| {
                luhn(&card.chars().filter_map(|c| c.to_digit(10)).collect::<Vec<_>>())
            });
            let card = check.unwrap();
            let masked = mask(&format!("{words} {card} {words}"));
            prop_assert!(!masked.contains(&card));
        }

        #[test]
        fn masking_twice_changes_nothing(text in "([0-9]{1,6}|[ .-]|[a-z]|cccd|otp|đơn){0,20}") {
            let once = mask(&text);
            prop_assert_eq!(mask(&once), once);
        }

        #[test]
        fn text_without_digits_stays(text in "[^\\p{N}]{0,60}") {
            prop_assert_eq!(mask(&text), text);
        }

        #[test]
        fn no_valid_card_survives_its_dress(
            head in "4[0-9]{14}", zero in 0..ZEROS.len(), join in "|[ .\\-\n/_*|·]{1,3}", dress in "|\u{336}|\u{fe0f}\u{20e3}"
        ) {
            let luhn_right = |card: &String| luhn(&card.chars().filter_map(|c| c.to_digit(10)).collect::<Vec<_>>());
            let card = (0..10).map(|d| format!("{head}{d}")).find(luhn_right).unwrap();
            let mut written = String::new();
            for (place, c) in card.chars().enumerate() {
                if place > 0 && place % 4 == 0 {
                    written.push_str(&join);
                }
                written.push(char::from_u32(ZEROS[zero] + c.to_digit(10).unwrap()).unwrap());
                written.push_str(&dress);
            }
            let kept: usize = mask(&written).chars().filter(|c| digit(*c).is_some()).count();
            prop_assert!(kept <= 4, "{written:?} became {:?}", mask(&written));
        }
    }
}
