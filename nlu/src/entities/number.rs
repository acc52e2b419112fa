//! Numbers as people write them: `1.200.000`, `49.99`, `1,2`, `hai trăm`, `twenty`.

use super::words::Words;

/// A number in thousandths, so that `1,2 triệu` needs no floating point.
pub(super) type Milli = u64;

/// One.
pub(super) const ONE: Milli = 1_000;

/// The most digits of a number.
const LONGEST: usize = 15;

/// A number in digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    /// One past its last piece.
    pub end: usize,
    /// Its value in thousandths.
    pub milli: Milli,
    /// Whether it has marks between its thousands.
    pub grouped: bool,
}

/// The number that begins at `at`, with marks between thousands or before decimals. One mark before three digits stands
/// between thousands: prices do.
pub(super) fn written(words: &Words<'_>, at: usize) -> Option<Written> {
    let first = words.digits(at).filter(|digits| digits.len() <= LONGEST)?;
    let mut groups = vec![first];
    let mut marks: Vec<char> = Vec::new();
    let mut end = at + 1;
    while let Some(mark) = words.sign(end).filter(|c| matches!(c, '.' | ',')) {
        let Some(digits) = words.digits(end + 1) else { break };
        if !words.glued(end) || !words.glued(end + 1) || groups.len() > 5 {
            break;
        }
        marks.push(mark);
        groups.push(digits);
        end += 2;
    }
    let (whole, decimals) = split(&groups, &marks)?;
    let digits: String = whole.concat();
    let whole_digits: u64 = digits.get(..).filter(|digits| digits.len() <= LONGEST)?.parse().ok()?;
    let fraction: u64 = format!("{decimals:0<3}").get(..3)?.parse().ok()?;
    let milli = whole_digits.checked_mul(ONE)?.checked_add(fraction)?;
    Some(Written { end, milli, grouped: whole.len() > 1 })
}

/// The groups before the decimals, and the decimals.
fn split<'a, 'b>(groups: &'b [&'a str], marks: &[char]) -> Option<(&'b [&'a str], &'a str)> {
    let (last, before) = groups.split_last()?;
    let thousands = |groups: &[&str]| {
        groups.len() == 1
            || (groups.first().is_some_and(|first| (1..=3).contains(&first.len()) && *first != "0")
                && groups.iter().skip(1).all(|group| group.len() == 3))
    };
    let same = |marks: &[char]| marks.windows(2).all(|pair| pair.first() == pair.last());
    if same(marks) && thousands(groups) {
        return Some((groups, ""));
    }
    let (decimal, others) = marks.split_last()?;
    let fits = same(others) && !others.contains(decimal) && thousands(before) && last.len() <= 3;
    fits.then_some((before, *last))
}

/// A number of one word, 1 to 10 and a few more. Vietnamese without accents has collisions ("nam" is five and year), so the
/// caller asks only where a unit follows.
pub(super) fn small(word: &str) -> Option<u64> {
    Some(match word {
        "mot" | "one" => 1,
        "hai" | "two" => 2,
        "ba" | "three" => 3,
        "bon" | "tu" | "four" => 4,
        "nam" | "lam" | "five" => 5,
        "sau" | "six" => 6,
        "bay" | "seven" => 7,
        "tam" | "eight" => 8,
        "chin" | "nine" => 9,
        "muoi" | "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "fifteen" => 15,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        _ => return None,
    })
}

/// A count that begins at `at`, in digits (at most four) or words: one past its last piece, and the count.
pub(super) fn count(words: &Words<'_>, at: usize) -> Option<(usize, u32)> {
    if let Some(number) = words.number(at, 4) {
        return Some((at + 1, u32::try_from(number).ok()?));
    }
    let first = small(words.word(at))?;
    let (end, value) = match (words.word(at), small(words.word(at + 1))) {
        // "mười hai", "hai mươi", "hai mươi lăm".
        ("muoi", Some(ones @ 1..=9)) => (at + 2, 10 + ones),
        (_, Some(10)) if (2..=9).contains(&first) && words.word(at + 1) == "muoi" => {
            match small(words.word(at + 2)) {
                Some(ones @ 1..=9) => (at + 3, first * 10 + ones),
                _ => (at + 2, first * 10),
            }
        }
        _ => (at + 1, first),
    };
    Some((end, u32::try_from(value).ok()?))
}
