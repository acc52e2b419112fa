//! Danger to somebody, the law, the press, or a customer about to leave for good: a human, now.

use super::answer;
use crate::act::case::Case;
use crate::act::verdict::Verdict;
use crate::model::EscalationReason;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    if !case.mood.urgent {
        return None;
    }
    let call = case.call(EscalationReason::Urgent);
    let escalated = Verdict::escalate("urgent", call, ["escalated_urgent"]);
    Some(answer::with_facts(case, escalated.about(case.sure_order())))
}
