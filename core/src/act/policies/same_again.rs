//! "The same as last time": Lara says what that was and what of it is there, and a human makes the order, for a proven person.
//! She never promises the price of last time.

use super::answer;
use crate::act::case::Case;
use crate::act::verdict::Verdict;
use crate::model::EscalationReason;
use crate::relate::again;
use crate::relate::orders;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    if !again::asks_for_the_same(&case.text) {
        return None;
    }
    let all = case.known.orders;
    let meant = orders::by_number(&case.text, all).or_else(|| again::last(all));
    let Some(order) = meant else {
        // Nobody is known, or nothing was bought: the template says what to do.
        return Some(Verdict::reply("nothing_before", ["same_again"]));
    };
    let gone = Some(again::gone(order, &case.rules.products));
    let call = case.call(EscalationReason::NeedsHuman);
    let escalated = Verdict::escalate("same_again", call, ["same_again"]).about(Some(order));
    Some(answer::with_facts(case, Verdict { gone, ..escalated }))
}
