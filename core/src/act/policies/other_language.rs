//! A message in a language Lara does not speak: she says which ones she speaks and offers a human, and guesses nothing. Said
//! again in that language, or as what sounds like a complaint, it goes to a human. An order number is an order number in
//! every language.

use super::unsure::MISSES;
use crate::act::case::Case;
use crate::act::keywords;
use crate::act::verdict::{Misses, Verdict};
use crate::model::{EscalationReason, Language, MessageLanguage};
use crate::wording;

/// From this confidence on a request is believed over the language, in a conversation whose language is known: short
/// messages and slang look like other languages.
const BELIEVED: f32 = 0.9;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    if !is_foreign(case) || case.only_names_an_order() {
        return None;
    }
    if case.claim.run.iter().any(|message| keywords::says_human(&message.text)) {
        return None;
    }
    let again = case.conversation().misses.saturating_add(1) >= MISSES;
    if again || case.mood.urgent || case.complains() {
        let call = case.call(EscalationReason::Misses);
        let reason = if again { "other_language_again" } else { "other_language_complaint" };
        return Some(Verdict::escalate(reason, call, ["unknown_language", "escalated_human"]));
    }
    let offer = wording::a_human(case.language).to_owned();
    let said = Verdict::reply("other_language", ["unknown_language"]);
    let quick_replies = vec![
        wording::a_human(Language::English).to_owned(),
        wording::a_human(Language::Vietnamese).to_owned(),
    ];
    Some(Verdict { misses: Misses::Add, choices: vec![offer], quick_replies, ..said })
}

fn is_foreign(case: &Case<'_>) -> bool {
    let whole = &case.readings.whole;
    let believed = case.conversation().language.is_some()
        && whole.confidence >= BELIEVED
        && !whole.intent.is_out_of_scope();
    let spoken = case.readings.each.iter().any(|reading| reading.language.reply_language().is_some());
    whole.language == MessageLanguage::Other && !spoken && !believed
}
