//! What a talk offers to prove who writes: a one-time code, or an order number together with the e-mail or phone it was placed
//! with. Reading it is pure; whether it holds, the store looks up when the lane is claimed.
//!
//! Everything here is for direct messages only: what is typed in a public place proves nothing, because everybody reads it.

use super::code::OneTimeCode;
use crate::model::{Conversation, Level, Message, OpenQuestion, Visibility};
use crate::ports::SecretHash;
use crate::text::{compact, phone_digits};

/// Numbers of one try that are looked at, the last: people say a wrong one first.
const NUMBERS: usize = 2;
/// E-mails, and phones, of one try, the last of each: who bought knows theirs, and a message full of guesses is one guess.
const CONTACTS: usize = 1;

/// What a run offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// The hash of a one-time code.
    pub code: Option<SecretHash>,
    /// What may be order numbers, compacted ([`compact`]).
    pub numbers: Vec<String>,
    /// How the shop may know them.
    pub contacts: Contacts,
}

/// E-mails and phones somebody said.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contacts {
    /// E-mails in lower case.
    pub emails: Vec<String>,
    /// Phones as digits with their country code ([`phone_digits`]).
    pub phones: Vec<String>,
}

impl std::fmt::Debug for Contacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Contacts({} e-mails, {} phones)", self.emails.len(), self.phones.len())
    }
}

impl Contacts {
    /// Whether none was said.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.emails.is_empty() && self.phones.is_empty()
    }
}

impl Offer {
    /// What a run offers by itself.
    #[must_use]
    pub fn of(run: &[Message]) -> Self {
        if !is_direct(run) {
            return Self::default();
        }
        let code = run.iter().rev().find_map(|message| OneTimeCode::find(&message.text));
        let code = code.map(|code| code.hash());
        run.iter().fold(Self { code, ..Self::default() }, |offer, message| offer.with(&message.text))
    }

    /// Whether both halves of a proof by order are there.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        !self.numbers.is_empty() && !self.contacts.is_empty()
    }

    /// Whether at least one half is.
    #[must_use]
    pub const fn is_half(&self) -> bool {
        !self.numbers.is_empty() || !self.contacts.is_empty()
    }

    /// Together with what one more text says.
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            if let Some(email) = email(word) {
                keep(&mut self.contacts.emails, email, CONTACTS);
                at += 1;
            } else if let Some((phone, taken)) = phone(words.get(at..).unwrap_or_default()) {
                keep(&mut self.contacts.phones, phone, CONTACTS);
                at += taken;
            } else {
                if let Some(number) = number(word, words.get(at.saturating_add(1)..).unwrap_or_default()) {
                    keep(&mut self.numbers, number, NUMBERS);
                }
                at += 1;
            }
        }
        self
    }
}

/// From which place on what was said in a conversation counts together, while Lara waits for a proof by order of an address
/// nobody is proven at.
#[must_use]
pub fn looks_back(conversation: &Conversation, level: Level, run: &[Message]) -> Option<i64> {
    match &conversation.open_question {
        Some(OpenQuestion::Prove { since, .. }) if level != Level::Verified && is_direct(run) => Some(*since),
        _ => None,
    }
}

/// The code that was said where everybody reads it. Whoever read it could say it in private now, so it must be worth nothing.
#[must_use]
pub fn given_away(run: &[Message]) -> Option<SecretHash> {
    let public = run.iter().rev().filter(|message| message.visibility != Visibility::Direct);
    public.filter_map(|message| OneTimeCode::find(&message.text)).map(|code| code.hash()).next()
}

/// Whether nobody else reads what was said.
pub(crate) fn is_direct(run: &[Message]) -> bool {
    run.iter().all(|message| message.visibility == Visibility::Direct)
}

/// Keeps the last few different ones.
fn keep(kept: &mut Vec<String>, one: String, most: usize) {
    kept.retain(|known| *known != one);
    kept.push(one);
    if kept.len() > most {
        kept.remove(0);
    }
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '+')
}

fn email(word: &str) -> Option<String> {
    let word = bare(word.trim_start_matches("mailto:"));
    let (who, at) = word.split_once('@')?;
    let fits = !who.is_empty() && at.contains('.') && !at.contains('@') && word.len() <= 254;
    fits.then(|| word.to_lowercase())
}

/// A phone number at the beginning of these words, as digits, and how many words it takes. It begins with a zero, a plus or
/// the country code of the home market; other digits are nobody's phone.
fn phone(words: &[&str]) -> Option<(String, usize)> {
    let is_phone = |word: &str| {
        let bare = word.trim_matches(|c: char| ",;:!?.\"'".contains(c));
        !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit() || "+-.()".contains(c))
    };
    let mut said = String::new();
    for (place, word) in words.iter().take(5).enumerate() {
        if !is_phone(word) {
            return None;
        }
        said.push_str(word.trim_matches(|c: char| ",;:!?.\"'".contains(c)));
        let digits = said.chars().filter(char::is_ascii_digit).count();
        let begins = said.trim_start_matches('(');
        let enough = if begins.starts_with("84") { 11 } else { 10 };
        if place == 0 && !(begins.starts_with('0') || begins.starts_with('+') || begins.starts_with("84")) {
            return None;
        }
        if digits >= enough {
            return phone_digits(&said).map(|phone| (phone, place.saturating_add(1)));
        }
    }
    None
}

/// What may be an order number: a word with three digits or more, or letters of their own before such digits.
fn number(word: &str, rest: &[&str]) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let own = compact(bare(word));
    let fits = |number: &str| (3..=32).contains(&number.len());
    if digits(&own) >= 3 {
        return Some(own).filter(|own| fits(own));
    }
    // "MH 10234": people part the letters from the digits. Three letters at most, or every word would be one.
    let next = if phone(rest).is_some() { return None } else { compact(bare(rest.first()?)) };
    let letters = (1..=3).contains(&own.len()) && own.chars().all(|c| c.is_ascii_alphabetic());
    let parted = letters && digits(&next) >= 3 && digits(&next) == next.len();
    parted.then(|| format!("{own}{next}")).filter(|number| fits(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
        let offer = Offer::default().with(text);
        (offer.numbers, offer.contacts.emails, offer.contacts.phones)
    }

    fn texts(of: &[&str]) -> Vec<String> {
        of.iter().map(|one| (*one).to_owned()).collect()
    }

    #[test]
    fn an_order_and_an_email_or_phone_are_read_in_both_languages() {
        for (said, numbers, emails, phones) in [
            ("đơn MH-10234, email Lan@Example.vn nhé", &["mh10234"][..], &["lan@example.vn"][..], &[][..]),
            ("don mh10234 sdt 0912 345 678", &["mh10234"], &[], &["84912345678"]),
            ("order MH 10234 and +84 912.345.678.", &["mh10234", "10234"], &[], &["84912345678"]),
            ("#1001 (lan@example.vn)", &["1001"], &["lan@example.vn"], &[]),
            ("my number is 84912345678", &[], &[], &["84912345678"]),
            ("0912345678 10234", &["10234"], &[], &["84912345678"]),
            ("cho em 2 cái ly", &[], &[], &[]),
            ("@shop ơi", &[], &[], &[]),
        ] {
            assert_eq!(read(said), (texts(numbers), texts(emails), texts(phones)), "{said}");
        }
    }

    #[test]
    fn a_message_full_of_guesses_is_one_try_of_a_few() {
        let guesses: Vec<String> = (10_000..10_050).map(|n| format!("MH-{n}")).collect();
        assert_eq!(read(&guesses.join(" ")).0, ["mh10048", "mh10049"]);
        let (_, emails, phones) = read("MH-1000 a@x.vn 0912345678 b@x.vn 0912345679");
        assert_eq!((emails, phones), (texts(&["b@x.vn"]), texts(&["84912345679"])));
    }

    #[test]
    fn contacts_do_not_show_in_logs() {
        let offer = Offer::default().with("lan@example.vn 0912345678");
        assert!(!format!("{offer:?}").contains("example") && !format!("{offer:?}").contains("345"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_falling_over(text in "(\\PC|[-+@.0-9a-z ()]){0,80}") {
            let offer = Offer::default().with(&text);
            prop_assert!(offer.numbers.len() <= NUMBERS && offer.contacts.emails.len() <= CONTACTS);
        }
    }
}
