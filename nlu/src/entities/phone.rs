//! Phone numbers: Vietnamese as they are typed (0, +84, 84; dots, dashes, spaces; the old eleven-digit ones; landlines;
//! 1800 and 1900), international with a plus, American ones by their shape, anything after "sđt" or "my number is".

use super::Found;
use super::words::{Kind, Words};
use lara_core::model::EntityValue;

/// Fewest and most digits of a number with its country code (E.164).
const SHORTEST: usize = 7;
const LONGEST: usize = 15;

/// Words that say a phone number follows.
const CUES: &[&str] = &[
    "sdt", "dt", "sđt", "tel", "phone", "mobile", "zalo", "hotline", "call", "goi", "whatsapp", "viber",
    "sms", "thoai", "alo", "lh", "number", "ring", "text",
];

/// Digits that begin at `at`, group by group, as far as one number may reach.
struct Typed {
    digits: String,
    /// After which digit and which piece each group ends.
    ends: Vec<(usize, usize)>,
    plus: bool,
    parted: bool,
}

pub(super) fn at(words: &Words<'_>, at: usize) -> Found {
    let first = words.piece(at)?;
    let starts = match first.kind {
        Kind::Digits => true,
        Kind::Sign('+' | '(') => words.digits(at + 1).is_some() && words.glued(at + 1),
        Kind::Sign(_) | Kind::Letters => false,
    };
    if !starts || is_part_of_something(words, at) {
        return None;
    }
    let typed = collect(words, at);
    let cue = is_cued(words, at);
    // The longest reading that is a number: what follows may be a time or an amount.
    typed.ends.iter().rev().find_map(|(digits, end)| {
        let number = number(typed.digits.get(..*digits)?, &typed, cue)?;
        // "0912345678nha": people forget the space after a number they know to be whole.
        let whole = !words.goes_on(*end) || number.starts_with("+84");
        whole.then_some((*end, EntityValue::Phone(number)))
    })
}

fn collect(words: &Words<'_>, at: usize) -> Typed {
    let plus = words.sign(at) == Some('+');
    let mut typed = Typed { digits: String::new(), ends: Vec::new(), plus, parted: false };
    let mut here = if plus { at + 1 } else { at };
    while let Some(piece) = words.piece(here) {
        let near = here == at || words.glued(here) || gap(words, here) == 1;
        match piece.kind {
            _ if !near => break,
            Kind::Digits => {
                typed.digits.push_str(words.word(here));
                typed.ends.push((typed.digits.len(), here + 1));
            }
            Kind::Sign('.' | '-' | '(' | ')' | '\u{2013}') => typed.parted = true,
            Kind::Sign(_) | Kind::Letters => break,
        }
        if typed.digits.len() > LONGEST {
            break;
        }
        here += 1;
    }
    typed
}

/// Bytes between a piece and the one before it; 1 is a space.
fn gap(words: &Words<'_>, at: usize) -> usize {
    let before = at.checked_sub(1).and_then(|before| words.piece(before)).map_or(0, |piece| piece.end);
    words.piece(at).map_or(usize::MAX, |piece| {
        let between = words.text.get(before..piece.start).unwrap_or_default();
        between.chars().count()
    })
}

/// Whether the digits at `at` end something longer: an order number, a link, a decimal.
fn is_part_of_something(words: &Words<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).filter(|_| words.glued(at)) else { return false };
    match words.piece(before).map(|piece| piece.kind) {
        Some(Kind::Letters) => !CUES.contains(&words.word(before)),
        Some(Kind::Digits) => true,
        Some(Kind::Sign(c)) => matches!(c, '#' | '/' | '-' | '_' | '.' | ',' | '+' | '$' | '=' | '•'),
        None => false,
    }
}

/// Whether one of the few words before says that a phone number comes.
fn is_cued(words: &Words<'_>, at: usize) -> bool {
    (1..=5).any(|back| CUES.contains(&words.before(at, back)))
}

fn number(digits: &str, typed: &Typed, cue: bool) -> Option<String> {
    if typed.plus {
        return international(digits);
    }
    if let Some(national) = vietnamese(digits) {
        return Some(format!("+84{national}"));
    }
    let american = digits.len() == 10 && typed.parted && typed.ends.len() == 3 && is_american(digits, typed);
    if american {
        return Some(format!("+1{digits}"));
    }
    (cue && (8..=LONGEST).contains(&digits.len())).then(|| digits.to_owned())
}

/// Groups of three, three and four, neither area nor exchange beginning with 0 or 1.
fn is_american(digits: &str, typed: &Typed) -> bool {
    let shape: Vec<usize> = typed.ends.iter().map(|(digits, _)| *digits).collect();
    let begins = |at: usize| digits.get(at..).and_then(|rest| rest.bytes().next()).is_some_and(|b| b >= b'2');
    shape == [3, 6, 10] && begins(0) && begins(3)
}

/// Digits after a plus.
fn international(digits: &str) -> Option<String> {
    if let Some(national) = digits.strip_prefix("84") {
        let national = national.strip_prefix('0').unwrap_or(national);
        return vietnamese(&format!("0{national}")).map(|national| format!("+84{national}"));
    }
    let fits = (SHORTEST + 1..=LONGEST).contains(&digits.len()) && !digits.starts_with('0');
    // North America has exactly ten digits behind its 1.
    (fits && (!digits.starts_with('1') || digits.len() == 11)).then(|| format!("+{digits}"))
}

/// The number behind +84, with the prefixes of today (plan of 2018).
fn vietnamese(digits: &str) -> Option<String> {
    if matches!(digits.len(), 8 | 10) && (digits.starts_with("1900") || digits.starts_with("1800")) {
        return Some(digits.to_owned());
    }
    let behind_zero = digits.strip_prefix("084").filter(|rest| rest.len() == 9);
    let abroad = digits.strip_prefix("0084").or_else(|| digits.strip_prefix("84")).or(behind_zero);
    let national = match abroad {
        Some(rest) if digits.len() >= 11 => rest.strip_prefix('0').unwrap_or(rest),
        _ => digits.strip_prefix('0')?,
    };
    let first = national.bytes().next()?;
    match (national.len(), first) {
        (9, b'3' | b'5' | b'7' | b'8' | b'9') | (10, b'2') => Some(national.to_owned()),
        (10, b'1') => renumbered(national),
        // Hanoi before 2017: 04 and eight digits.
        (9, b'4') => Some(format!("2{national}")),
        _ => None,
    }
}

/// Mobile numbers of eleven digits lost one in 2018.
fn renumbered(national: &str) -> Option<String> {
    let now = match national.get(..3)? {
        "120" => "70",
        "121" => "79",
        "122" => "77",
        "126" => "76",
        "128" => "78",
        "123" => "83",
        "124" => "84",
        "125" => "85",
        "127" => "81",
        "129" => "82",
        "186" => "56",
        "188" => "58",
        "199" => "59",
        other if other.starts_with("16") => {
            return Some(format!("3{}", national.get(2..)?));
        }
        _ => return None,
    };
    Some(format!("{now}{}", national.get(3..)?))
}
