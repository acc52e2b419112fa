//! One-time codes: a proven person gets one where they are known and types it where they are not.
//!
//! Never the other way round: if a stranger got a code to be typed where somebody is known, they would send theirs to a
//! customer with a good story, and be that customer once it is typed.

use crate::ports::{Ids, SecretHash};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// Crockford's base 32: no I, L, O and U, which people take for 1, 1, 0 and V.
/// <https://www.crockford.com/base32.html>
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Signs of a code: 40 bits.
const SIGNS: usize = 8;
/// What every code begins with, so that it is told from other words.
const MARK: &str = "LARA";

/// A one-time code. It is never stored: only its hash is.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

impl std::fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeCode(..)")
    }
}

impl OneTimeCode {
    /// A fresh code. One without a digit is thrown away: it might read like a word.
    #[must_use]
    pub fn mint(ids: &dyn Ids) -> Self {
        loop {
            let mut bits = ids.secret();
            let mut signs = String::with_capacity(SIGNS);
            while signs.len() < SIGNS {
                let place = usize::try_from(bits % 32).unwrap_or_default();
                signs.push(LETTERS.get(place).copied().map_or('0', char::from));
                bits /= 32;
            }
            if is_code(&signs) {
                return Self(signs);
            }
        }
    }

    /// The code as it is shown and put into links: `LARA-7K2M-94QX`.
    #[must_use]
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at_checked(SIGNS / 2).unwrap_or((&self.0, ""));
        format!("{MARK}-{first}-{second}")
    }

    /// What is stored of it: SHA-256 in hexadecimal. With ten minutes to live it needs no salt.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        let digest = Sha256::digest(self.0.as_bytes());
        SecretHash(digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }))
    }

    /// The last code a text holds, in any case, with or without its dashes, with `O` for `0` and `I` or `L` for `1`; alone
    /// in its message also with spaces for dashes.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        if let Some(alone) = after_mark(&squeezed(text, true)).filter(|rest| rest.len() == SIGNS) {
            return Self::read(alone);
        }
        text.split(char::is_whitespace).filter_map(|word| Self::in_word(&squeezed(word, false))).next_back()
    }

    /// A code in a word, which may have signs around it.
    fn in_word(word: &str) -> Option<Self> {
        let mut pieces = word.split(|c: char| !c.is_ascii_alphanumeric()).filter(|piece| !piece.is_empty());
        pieces.find_map(|piece| Self::read(after_mark(piece)?))
    }

    fn read(signs: &str) -> Option<Self> {
        let signs: String = signs
            .chars()
            .map(|c| match c {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            })
            .collect();
        is_code(&signs).then_some(Self(signs))
    }
}

fn after_mark(word: &str) -> Option<&str> {
    word.strip_prefix(MARK)
}

fn is_code(signs: &str) -> bool {
    signs.len() == SIGNS
        && signs.bytes().all(|sign| LETTERS.contains(&sign))
        && signs.bytes().any(|sign| sign.is_ascii_digit())
}

/// In capitals, without dashes of whatever length a keyboard makes, and without spaces where they may stand for dashes.
fn squeezed(text: &str, spaces: bool) -> String {
    text.chars()
        .filter(|c| !matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}'))
        .filter(|c| !spaces || !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .take(crate::listen::LONGEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeqIds;
    use proptest::prelude::*;

    fn code() -> OneTimeCode {
        OneTimeCode::read("7K2M94QX").unwrap()
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in [
            "LARA-7K2M-94QX",
            "lara-7k2m-94qx",
            "mã của mình là LARA7K2M94QX nhé",
            "/start LARA-7K2M-94QX",
            "/start LARA_7K2M_94QX",
            "here: (lara–7k2m—94qx).",
            "Lara 7k2m 94qx",
        ] {
            assert_eq!(OneTimeCode::find(typed), Some(code()), "{typed}");
        }
        assert_eq!(OneTimeCode::find("LARA-0000-OIL1"), OneTimeCode::read("00000111"));
        assert_eq!(OneTimeCode::find("LARA-0000-0001 LARA-7K2M-94QX"), Some(code()), "the last one counts");
    }

    #[test]
    fn ordinary_words_are_no_code() {
        for said in [
            "",
            "lara",
            "Lara ơi",
            "lara khong biet",
            "lara what 1234 now",
            "LARA-7K2M",
            "LARA-7K2M-94QXX",
            "7K2M-94QX",
            "lara where's my parcel",
        ] {
            assert_eq!(OneTimeCode::find(said), None, "{said}");
        }
    }

    #[test]
    fn a_code_never_shows_in_logs_and_is_stored_as_its_hash() {
        assert_eq!(format!("{:?}", code()), "OneTimeCode(..)");
        assert_eq!(code().hash().0.len(), 64);
        assert_ne!(code().hash(), OneTimeCode::mint(&SeqIds::default()).hash());
    }

    proptest! {
        #[test]
        fn whatever_is_minted_is_found_again(skip in 0_usize..500, around in "[ a-z.,!]{0,12}") {
            let ids = SeqIds::default();
            for _ in 0..skip { ids.next(); }
            let code = OneTimeCode::mint(&ids);
            prop_assert_eq!(OneTimeCode::find(&format!("{around} {} {around}", code.shown())), Some(code));
        }

        #[test]
        fn any_text_is_read_without_falling_over(text in "(\\PC|LARA|lara|[-0-9A-Za-z ]){0,60}") {
            let _ = OneTimeCode::find(&text);
        }
    }
}
