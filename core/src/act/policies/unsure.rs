//! Nothing is surely understood: Lara asks back, with the two likeliest meanings as buttons; after two misses in a row
//! she hands over to a human instead of asking again.

use crate::act::case::Case;
use crate::act::verdict::{Misses, Verdict};
use crate::model::{EscalationReason, Intent, OpenQuestion};
use crate::wording;

/// Misses in a row after which a human takes over, this one included.
pub(super) const MISSES: i32 = 2;

/// A meaning less likely than this is not worth a button.
const LIKELY: f32 = 0.08;

/// Choices offered.
const CHOICES: usize = 2;

#[expect(clippy::unnecessary_wraps, reason = "the signature every policy has; the last one always decides")]
pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    // What they said of themselves beside it is kept without a word: "noted" would answer what was not understood.
    if case.conversation().misses.saturating_add(1) >= MISSES {
        return Some(give_up(case, "not_understood_twice"));
    }
    let whole = &case.readings.whole;
    let surely_outside = whole.intent.is_out_of_scope() && whole.confidence >= case.rules.answer_from;
    if surely_outside {
        let quick_replies = vec![wording::a_human(case.language).to_owned()];
        let outside = Verdict::reply("out_of_scope", ["out_of_scope"]);
        return Some(Verdict { misses: Misses::Add, quick_replies, ..outside });
    }
    let offered = likeliest(case);
    let choices: Vec<String> = offered
        .iter()
        .filter_map(|intent| wording::intent_label(intent.as_str(), case.language))
        .map(str::to_owned)
        .collect();
    let mut quick_replies = choices.clone();
    quick_replies.push(wording::a_human(case.language).to_owned());
    let question = (!offered.is_empty()).then_some(OpenQuestion::WhichIntent { offered });
    let ask = Verdict::ask("not_sure", "ask_unsure", question);
    Some(Verdict { misses: Misses::Add, choices, quick_replies, ..ask })
}

/// Hands over to a human.
pub(super) fn give_up<'a>(case: &Case<'a>, reason: &'static str) -> Verdict<'a> {
    Verdict::escalate(reason, case.call(EscalationReason::Misses), ["escalated_misses"])
}

/// The likeliest meanings that can be offered, likeliest first.
fn likeliest(case: &Case<'_>) -> Vec<Intent> {
    let whole = &case.readings.whole;
    let own = (whole.intent.clone(), whole.confidence);
    let others =
        whole.runner_up.iter().chain(&whole.also).map(|ranked| (ranked.intent.clone(), ranked.confidence));
    let mut ranked: Vec<(Intent, f32)> = std::iter::once(own).chain(others).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut offered: Vec<Intent> = Vec::new();
    for (intent, confidence) in ranked {
        let can_be_offered = wording::intent_label(intent.as_str(), case.language).is_some();
        if can_be_offered && confidence >= LIKELY && !offered.contains(&intent) && offered.len() < CHOICES {
            offered.push(intent);
        }
    }
    offered
}
