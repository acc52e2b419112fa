//! Amounts of money: `1.200.000đ`, `1tr2`, `350k`, `1,2 triệu`, `hai trăm nghìn`, `$49.99`, `20 usd`, `15€`.

use super::Found;
use super::number::{Milli, ONE, Written, small, written};
use super::words::Words;
use lara_core::model::EntityValue;
use lara_core::wording::minor_places;

const MILLION: u64 = 1_000_000;

/// Words before a bare number that make it a price.
const CUES: &[&str] =
    &["gia", "tien", "het", "tong", "chuyen", "coc", "khoan", "phi", "thanh", "price", "paid", "total"];

pub(super) fn at(words: &Words<'_>, at: usize) -> Found {
    if let Some(found) = signed(words, at) {
        return Some(found);
    }
    if words.digits(at).is_some() {
        if words.glued(at)
            && (words.sign(at - 1).is_some_and(|c| c != '(' && c != '~') || !words.word(at - 1).is_empty())
        {
            return None;
        }
        return in_digits(words, at);
    }
    in_words(words, at)
}

/// A currency and then the number: `$49.99`, `US$20`, `VND 350,000`.
fn signed(words: &Words<'_>, at: usize) -> Found {
    let after_us = words.word(at) == "us" && words.sign(at + 1) == Some('$') && words.glued(at + 1);
    let sign = if after_us { at + 1 } else { at };
    let currency = match words.sign(sign) {
        Some(c) => of_sign(c)?,
        None if !words.word(at).is_empty() => {
            of_code(words.word(at)).filter(|_| words.digits(at + 1).is_some())?
        }
        None => return None,
    };
    let number = written(words, sign + 1)?;
    let (end, milli) = match words.word(number.end) {
        "k" if words.glued(number.end) => (number.end + 1, number.milli.checked_mul(1_000)?),
        "m" if words.glued(number.end) => (number.end + 1, number.milli.checked_mul(MILLION)?),
        _ => (number.end, number.milli),
    };
    (!words.goes_on(end)).then(|| amount(end, milli, currency)).flatten()
}

/// Digits and what stands behind them.
fn in_digits(words: &Words<'_>, at: usize) -> Found {
    let number = written(words, at)?;
    let next = words.word(number.end);
    let glued = words.glued(number.end);
    let thousands = matches!(next, "nghin" | "ngan" | "ng") || (next == "k" && glued);
    let found = if thousands {
        let end = tail_of_vnd(words, number.end + 1);
        amount(end, number.milli.checked_mul(1_000)?, "VND")
    } else if matches!(next, "tr" | "trieu" | "cu" | "ty")
        && !(next == "tr" && words.typed(number.end).len() != 2)
    {
        millions(words, &number)
    } else if next == "tram" {
        in_words(words, at)
    } else {
        let (end, currency) = currency_behind(words, &number)?;
        amount(end, number.milli, currency)
    };
    found.filter(|(end, _)| !words.goes_on(*end))
}

/// `1tr2`, `2tr350k`, `1,2 triệu`, `1 triệu 2`, `2 triệu rưỡi`, `3 tỷ`.
fn millions(words: &Words<'_>, number: &Written) -> Found {
    let unit = if words.word(number.end) == "ty" { 1_000 * MILLION } else { MILLION };
    let milli = number.milli.checked_mul(unit)?;
    let after = number.end + 1;
    if words.word(after) == "ruoi" {
        let half = unit.checked_mul(ONE)? / 2;
        return amount(tail_of_vnd(words, after + 1), milli.checked_add(half)?, "VND");
    }
    let tail = words.number(after, 3).filter(|_| number.milli.is_multiple_of(ONE));
    let digits = words.digits(after).map_or(0, str::len);
    // "1 triệu 2" but not "1 triệu 2 cái": a word behind the digit that is no money makes it another number.
    let alone = words.glued(after) || (digits == 1 && super::quantity::unit(words, after + 1).is_none());
    match tail.filter(|_| alone) {
        Some(tail) => {
            let thousandths =
                u64::pow(10, 3_u32.saturating_sub(u32::try_from(digits).ok()?)).checked_mul(tail)?;
            let rest = (unit / 1_000).checked_mul(thousandths)?.checked_mul(ONE)?;
            let end =
                if words.word(after + 1) == "k" && words.glued(after + 1) { after + 2 } else { after + 1 };
            amount(tail_of_vnd(words, end), milli.checked_add(rest)?, "VND")
        }
        None => amount(tail_of_vnd(words, after), milli, "VND"),
    }
}

/// `đồng` or `vnd` after an amount that is in đồng already.
fn tail_of_vnd(words: &Words<'_>, at: usize) -> usize {
    let is_vnd =
        matches!(words.word(at), "dong" | "vnd") || words.typed(at) == "đ" || words.sign(at) == Some('₫');
    if is_vnd { at + 1 } else { at }
}

/// The currency right behind a number.
fn currency_behind(words: &Words<'_>, number: &Written) -> Option<(usize, &'static str)> {
    let end = number.end;
    if let Some(c) = words.sign(end) {
        return of_sign(c).filter(|_| words.glued(end) || c != '$').map(|currency| (end + 1, currency));
    }
    let (word, typed) = (words.word(end), words.typed(end));
    let big = number.milli >= 1_000 * ONE;
    let vnd = match word {
        "d" => typed == "đ" || typed == "Đ" || (words.glued(end) && big),
        "dong" | "vnd" => true,
        _ => false,
    };
    if vnd {
        return Some((end + 1, "VND"));
    }
    if let Some(currency) = of_code(word) {
        return Some((end + 1, currency));
    }
    let cued = (1..=3).any(|back| CUES.contains(&words.before(end, back + 1 + (number.end - end))));
    let cued = cued || (2..=8).any(|back| CUES.contains(&words.before(end, back)));
    (number.grouped && big && cued && number.milli.is_multiple_of(500 * ONE)).then_some((end, "VND"))
}

fn of_sign(c: char) -> Option<&'static str> {
    Some(match c {
        '$' => "USD",
        '€' => "EUR",
        '£' => "GBP",
        '¥' => "JPY",
        '₫' => "VND",
        _ => return None,
    })
}

fn of_code(word: &str) -> Option<&'static str> {
    Some(match word {
        "vnd" => "VND",
        "usd" | "dollar" | "dollars" | "bucks" | "do" => "USD",
        "eur" | "euro" | "euros" => "EUR",
        "gbp" | "pounds" | "quid" => "GBP",
        "sgd" => "SGD",
        "aud" => "AUD",
        "thb" | "baht" => "THB",
        "jpy" | "yen" => "JPY",
        "krw" | "won" => "KRW",
        "cny" | "rmb" => "CNY",
        _ => return None,
    })
}

/// Numbers in words, Vietnamese up to thousands of millions, English up to fifty dollars.
fn in_words(words: &Words<'_>, at: usize) -> Found {
    let english = small(words.word(at)).filter(|_| words.word(at).is_ascii());
    if let Some(currency) = of_code(words.word(at + 1)).filter(|currency| *currency != "VND")
        && let Some(number) = english
        && words.word(at + 1) != "do"
    {
        return amount(at + 2, number.checked_mul(ONE)?, currency);
    }
    let (end, value) = vietnamese(words, at)?;
    let closes = tail_of_vnd(words, end);
    (value >= 1_000 || closes > end).then(|| amount(closes, value.checked_mul(ONE)?, "VND")).flatten()
}

/// `hai trăm nghìn`, `một triệu hai`, `năm mươi lăm nghìn`: the value, where it holds a hundred or more.
fn vietnamese(words: &Words<'_>, at: usize) -> Option<(usize, u64)> {
    let (mut total, mut current, mut pending, mut scale) = (0_u64, 0_u64, None::<u64>, 1_u64);
    let mut end = at;
    let mut scaled = false;
    while end < at + 12 {
        let word = words.word(end);
        let multiplier = match word {
            "nghin" | "ngan" => Some(1_000),
            "trieu" => Some(MILLION),
            "ty" => Some(1_000 * MILLION),
            _ => None,
        };
        match (word, multiplier) {
            (_, Some(unit)) if end > at => {
                let held = current + pending.take().unwrap_or(0);
                total = total.checked_add(held.max(1).checked_mul(unit)?)?;
                (current, scale, scaled) = (0, unit, true);
            }
            ("tram", _) if pending.is_some() => {
                (current, scaled) = (current + pending.take()? * 100, true);
            }
            ("muoi", _) => current += pending.take().unwrap_or(1) * 10,
            ("ruoi", _) if scaled && pending.is_none() => {
                total = total.checked_add(if scale == 1 { 50 } else { scale / 2 })?;
            }
            ("le" | "linh", _) if end > at => {}
            _ => match words.number(end, 3).or_else(|| small(word)).filter(|_| pending.is_none()) {
                Some(number) if number < 1_000 => pending = Some(number),
                _ => break,
            },
        }
        end += 1;
    }
    // "một triệu hai" is 1.2 million; what is counted behind it is not money.
    if let Some(last) = pending {
        if scale > 1 && current == 0 && super::quantity::unit(words, end).is_none() {
            total = total.checked_add(last.checked_mul(scale / 10)?)?;
        } else if scale > 1 && current == 0 {
            end -= 1;
        } else {
            current += last;
        }
    }
    (scaled && end > at + 1).then_some((end, total.checked_add(current)?))
}

fn amount(end: usize, milli: Milli, currency: &'static str) -> Found {
    let places = u64::pow(10, minor_places(currency));
    let minor = i64::try_from(milli.checked_mul(places)? / ONE).ok().filter(|minor| *minor > 0)?;
    Some((end, EntityValue::Money { minor, currency: currency.to_owned() }))
}
