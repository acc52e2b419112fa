//! Lara asked something: the run is read as the answer first. A run that is no answer but says something else clearly is
//! taken for that, and the question is forgotten.

use super::{answer, asks_for_human, complaint, needs_human, unsure};
use crate::act::asks::{Asks, asks};
use crate::act::case::Case;
use crate::act::verdict::Verdict;
use crate::model::{Intent, Language, OpenQuestion};
use crate::relate::answer::{Answer, read};
use crate::relate::orders;
use crate::relate::proof::Offer;
use crate::wording;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    match case.conversation().open_question.as_ref()? {
        OpenQuestion::WhichOrder { intent, offered } => which_order(case, intent, offered),
        OpenQuestion::WhichProduct { intent } => which_product(case, intent),
        question @ OpenQuestion::Prove { .. } => other_half(case, question),
        OpenQuestion::WhichIntent { offered } => which_intent(case, offered),
    }
}

fn which_order<'a>(case: &Case<'a>, intent: &Intent, offered: &[String]) -> Option<Verdict<'a>> {
    let all = case.known.orders;
    let by_number = orders::by_number(&case.text, all);
    let chosen = by_number.or_else(|| match read(&case.text, offered) {
        Answer::Offer(place) => {
            let number = offered.get(place)?;
            all.iter().find(|order| order.number == *number)
        }
        Answer::None | Answer::NoAnswer => None,
    });
    if let Some(order) = chosen {
        return Some(Verdict::reply("chose_an_order", [intent.as_str()]).about(Some(order)));
    }
    if read(&case.text, offered) == Answer::None {
        return Some(unsure::give_up(case, "none_of_the_orders"));
    }
    // "cái khăn": what was bought tells the order, unless something else is clearly wanted.
    let same = case.wants.is_empty() || case.wants.first() == Some(intent);
    let meant = case.told_order(all).one().filter(|_| same)?;
    Some(Verdict::reply("chose_an_order", [intent.as_str()]).about(Some(meant)))
}

/// One half of a proof was said, or the other: both are needed. What held or failed was decided before.
fn other_half<'a>(case: &Case<'a>, question: &OpenQuestion) -> Option<Verdict<'a>> {
    let wants_other = case.wants.first().is_some_and(|wanted| asks(wanted) != Asks::Order);
    let half = Offer::of(&case.claim.run).is_half() && case.may_prove_by_order() && !wants_other;
    half.then(|| Verdict::ask("half_a_proof", "ask_proof", Some(question.clone())))
}

fn which_product<'a>(case: &Case<'a>, intent: &Intent) -> Option<Verdict<'a>> {
    let wants_other = case.wants.first().is_some_and(|wanted| wanted != intent);
    if case.product().is_some() && !wants_other {
        return answer::decide(&case.wanting(intent.clone()));
    }
    // A name nobody here knows: better a human than a guess.
    let named_something = case.wants.is_empty() && crate::text::says_something(&case.text);
    named_something.then(|| answer::missing_fact(case, "unknown_product"))
}

fn which_intent<'a>(case: &Case<'a>, offered: &[Intent]) -> Option<Verdict<'a>> {
    for language in [case.language, other(case.language)] {
        let titles: Vec<String> = offered.iter().map(|intent| title(intent, language)).collect();
        match read(&case.text, &titles) {
            Answer::Offer(place) => return chosen(case, offered.get(place)?),
            Answer::None => return Some(unsure::give_up(case, "none_of_the_choices")),
            Answer::NoAnswer => {}
        }
    }
    // Said again in other words: among what was offered, half the usual certainty is enough.
    let whole = &case.readings.whole;
    let again = offered.contains(&whole.intent) && whole.confidence >= case.rules.answer_from / 2.0;
    if case.wants.is_empty() && again { chosen(case, &whole.intent) } else { None }
}

fn chosen<'a>(case: &Case<'a>, intent: &Intent) -> Option<Verdict<'a>> {
    let case = case.wanting(intent.clone());
    complaint::decide(&case)
        .or_else(|| asks_for_human::decide(&case))
        .or_else(|| needs_human::decide(&case))
        .or_else(|| answer::decide(&case))
}

fn title(intent: &Intent, language: Language) -> String {
    wording::intent_label(intent.as_str(), language).unwrap_or(intent.as_str()).to_owned()
}

const fn other(language: Language) -> Language {
    match language {
        Language::English => Language::Vietnamese,
        Language::Vietnamese => Language::English,
    }
}
