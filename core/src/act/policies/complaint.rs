//! Every complaint goes to a human, with a caring word that still answers what can be answered.

use super::answer;
use crate::act::asks::{Asks, asks};
use crate::act::case::Case;
use crate::act::verdict::Verdict;
use crate::model::EscalationReason;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    if !case.complains() {
        return None;
    }
    let call = case.call(EscalationReason::Complaint);
    // A template that is itself an apology for just this says it better than the general one.
    let own =
        case.wants.iter().find(|intent| asks(intent) == Asks::Redress || intent.as_str() == "payment_issue");
    let key = own.map_or("escalated_complaint", |intent| intent.as_str());
    let escalated = Verdict::escalate("complaint", call, [key]).about(case.sure_order());
    Some(answer::with_facts(case, escalated))
}
