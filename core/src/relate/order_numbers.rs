//! How a brand's order numbers look, as the brand writes it down, and the numbers of that shape in a message.

use crate::text::fold;
use std::ops::Range;

/// The most shapes a brand may have.
const SHAPES: usize = 5;
/// The longest shape, in characters.
const LONGEST: usize = 32;
/// The most digits `+` stands for beyond the one before it.
const MORE: usize = 20;

/// Why a shape is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShapeFault {
    /// A sign that means nothing.
    #[error("{0:?} means nothing in an order number: write # for a digit, @ for a letter, as in MH-#####")]
    Sign(char),
    /// Not enough digits: it would match half of all messages.
    #[error("has fewer than three digits: write # for each digit, as in MH-#####")]
    Loose,
    /// `+` somewhere else than at the end.
    #[error("+ stands only at the end, for more digits: MH-####+")]
    Plus,
    /// Too long or too many.
    #[error("is too long: at most five shapes of 32 signs, with commas between")]
    Long,
}

/// One sign of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Digit,
    Letter,
    /// Just this letter or digit, small.
    Just(char),
    /// A dash, space, dot: may be typed otherwise or left out.
    Between(char),
}

/// One shape.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    signs: Vec<Sign>,
    more: bool,
}

/// The shapes of a brand's order numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderNumbers(Vec<Shape>);

impl OrderNumbers {
    /// Reads shapes as written: `MH-#####, #######`. `#` is a digit, `@` a letter, a `+` at the end any number of further
    /// digits; letters and digits stand for themselves, large or small; dashes, dots and spaces may be left out by who
    /// types the number. `None` when nothing is written.
    pub fn read(written: &str) -> Result<Option<Self>, ShapeFault> {
        let shapes: Vec<&str> = written.split(',').map(str::trim).filter(|shape| !shape.is_empty()).collect();
        if shapes.is_empty() {
            return Ok(None);
        }
        if shapes.len() > SHAPES {
            return Err(ShapeFault::Long);
        }
        Ok(Some(Self(shapes.into_iter().map(Shape::read).collect::<Result<_, _>>()?)))
    }

    /// Just this number, however it is typed: signs around it, as in `#1001`, are nobody's to type.
    #[must_use]
    pub fn just(number: &str) -> Self {
        let number = fold(number);
        let number = number.trim_matches(|c: char| !c.is_alphanumeric());
        let signs = number.chars().map(|c| if is_between(c) { Sign::Between(c) } else { Sign::Just(c) });
        Self(vec![Shape { signs: signs.collect(), more: false }])
    }

    /// A number of the first shape, to show what is meant: `MH-12345`.
    #[must_use]
    pub fn example(&self) -> String {
        let mut digits = ('1'..='9').cycle();
        let mut letters = ('A'..='Z').cycle();
        let signs = self.0.first().map(|shape| shape.signs.as_slice()).unwrap_or_default();
        signs.iter().filter_map(|sign| sign.shown(&mut digits, &mut letters)).collect()
    }

    /// The numbers of these shapes in a text, as the brand writes them, and where they stand.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<(Range<usize>, String)> {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some((start, c)) = chars.get(at).copied() {
            let inside =
                at.checked_sub(1).and_then(|at| chars.get(at)).is_some_and(|(_, c)| c.is_alphanumeric());
            let hit = if inside || !c.is_alphanumeric() {
                None
            } else {
                self.0.iter().filter_map(|shape| shape.at(&chars, at)).max_by_key(|(end, _)| *end)
            };
            let Some((end, number)) = hit else {
                at += 1;
                continue;
            };
            let stop = chars.get(end).map_or(text.len(), |(byte, _)| *byte);
            found.push((start..stop, number));
            at = end;
        }
        found
    }
}

impl Shape {
    fn read(written: &str) -> Result<Self, ShapeFault> {
        if written.chars().nth(LONGEST).is_some() {
            return Err(ShapeFault::Long);
        }
        let (body, more) = written.strip_suffix('+').map_or((written, false), |body| (body, true));
        let signs: Vec<Sign> = body
            .trim_matches(is_between)
            .chars()
            .map(|c| match c {
                '#' => Ok(Sign::Digit),
                '@' => Ok(Sign::Letter),
                '-' | '.' | ' ' | '_' | '/' => Ok(Sign::Between(c)),
                '+' => Err(ShapeFault::Plus),
                c if c.is_ascii_alphanumeric() => Ok(Sign::Just(c.to_ascii_lowercase())),
                c => Err(ShapeFault::Sign(c)),
            })
            .collect::<Result<_, _>>()?;
        let digits = signs
            .iter()
            .filter(|sign| matches!(sign, Sign::Digit) || matches!(sign, Sign::Just(c) if c.is_ascii_digit()))
            .count();
        let open = signs.iter().filter(|sign| matches!(sign, Sign::Digit)).count();
        if digits < 3 || open == 0 {
            return Err(ShapeFault::Loose);
        }
        if more && signs.last() != Some(&Sign::Digit) {
            return Err(ShapeFault::Plus);
        }
        Ok(Self { signs, more })
    }

    /// A number of this shape that begins at `at`: one past its last character, and the number.
    fn at(&self, chars: &[(usize, char)], at: usize) -> Option<(usize, String)> {
        let typed = |at: usize| chars.get(at).map(|(_, c)| *c);
        let mut here = at;
        let mut number = String::new();
        let mut before: Option<char> = None;
        for sign in &self.signs {
            // People part letters from digits where the shop does not.
            let parts = before.is_some_and(char::is_alphabetic)
                && !matches!(sign, Sign::Between(_))
                && typed(here).is_some_and(is_between)
                && typed(here.saturating_add(1)).is_some_and(|c| c.is_ascii_digit());
            if parts {
                here += 1;
            }
            if let Sign::Between(c) = sign {
                number.push(*c);
                here += usize::from(typed(here).is_some_and(is_between));
                before = None;
                continue;
            }
            let c = fold(typed(here)?.encode_utf8(&mut [0; 4])).chars().next()?;
            let fits = match sign {
                Sign::Digit => c.is_ascii_digit(),
                Sign::Letter => c.is_ascii_alphabetic(),
                Sign::Just(just) => c == *just,
                Sign::Between(_) => false,
            };
            if !fits {
                return None;
            }
            number.push(c.to_ascii_uppercase());
            before = Some(c);
            here += 1;
        }
        let furthest = here.saturating_add(MORE);
        while let Some(c) = typed(here).filter(|c| self.more && c.is_ascii_digit() && here < furthest) {
            number.push(c);
            here += 1;
        }
        (!typed(here).is_some_and(char::is_alphanumeric)).then_some((here, number))
    }
}

impl Sign {
    fn shown(
        self,
        digits: &mut impl Iterator<Item = char>,
        letters: &mut impl Iterator<Item = char>,
    ) -> Option<char> {
        match self {
            Self::Digit => digits.next(),
            Self::Letter => letters.next(),
            Self::Just(c) => Some(c.to_ascii_uppercase()),
            Self::Between(c) => Some(c),
        }
    }
}

const fn is_between(c: char) -> bool {
    matches!(c, '-' | '.' | ' ' | '_' | '/' | '\u{2013}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(written: &str, text: &str) -> Vec<String> {
        let numbers = OrderNumbers::read(written).unwrap().unwrap();
        numbers.find(text).into_iter().map(|(_, number)| number).collect()
    }

    #[test]
    fn numbers_are_found_as_customers_type_them() {
        for text in ["đơn MH-10234 đâu", "mh10234", "Mh 10234?", "#MH-10234", "(mh.10234)", "đơn mh–10234"]
        {
            assert_eq!(found("MH-#####", text), ["MH-10234"], "{text}");
        }
        assert_eq!(found("DH######", "don DH 123456 va dh654321"), ["DH123456", "DH654321"]);
        assert_eq!(found("DH######", "đơn ĐH123456"), ["DH123456"]);
        assert_eq!(found("@@####+", "vn12345678"), ["VN12345678"]);
        assert_eq!(found("MH-#####, #######", "đơn 1234567 hay MH-10234"), ["1234567", "MH-10234"]);
        assert_eq!(found("2026-####", "2026/0042"), ["2026-0042"]);
    }

    #[test]
    fn a_number_is_found_with_the_sign_before_it_or_without() {
        for text in ["where is #1001?", "where is 1001?", "đơn #1001 đâu"] {
            assert_eq!(OrderNumbers::just("#1001").find(text).len(), 1, "{text}");
        }
        assert_eq!(OrderNumbers::just("#1001").find("where is #10012?"), []);
        assert_eq!(OrderNumbers::just("#").find("# 1001 #"), []);
    }

    #[test]
    fn what_is_longer_or_shorter_is_another_number() {
        for text in ["MH-102345", "MH-1023", "xMH-10234", "10234", "gọi 0912345678", ""] {
            assert_eq!(found("MH-#####", text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_shape_that_says_nothing_is_refused_with_a_way_out() {
        let fault = |written: &str| OrderNumbers::read(written).unwrap_err();
        assert_eq!(fault("MH-*"), ShapeFault::Sign('*'));
        assert_eq!(fault("##"), ShapeFault::Loose);
        assert_eq!(fault("MHABC"), ShapeFault::Loose);
        assert_eq!(fault("12345"), ShapeFault::Loose);
        assert_eq!(fault("##+##"), ShapeFault::Plus);
        assert_eq!(fault("###@+"), ShapeFault::Plus);
        assert_eq!(fault(&"#".repeat(40)), ShapeFault::Long);
        assert_eq!(OrderNumbers::read(" , "), Ok(None));
        let said = fault("MH-*").to_string();
        assert!(said.contains("MH-#####"), "{said}");
    }

    proptest! {
        #[test]
        fn an_example_is_always_found(written in "[A-Z]{0,3}[-. ]?[#@]{0,4}###[+]?") {
            let numbers = OrderNumbers::read(&written).unwrap().unwrap();
            let example = numbers.example();
            let places: Vec<_> = numbers.find(&example);
            prop_assert_eq!(places, vec![(0..example.len(), example.clone())]);
        }

        #[test]
        fn numbers_stand_in_order_inside_any_text(text in "(\\PC|MH-10234|[0-9]{1,9}|[ .-]){0,40}") {
            let numbers = OrderNumbers::read("MH-#####, ####+").unwrap().unwrap();
            let mut at = 0;
            for (place, _) in numbers.find(&text) {
                prop_assert!(place.start >= at && text.get(place.clone()).is_some());
                at = place.end;
            }
        }
    }
}
