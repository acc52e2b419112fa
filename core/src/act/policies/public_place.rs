//! Something said in public, not to the brand: it is counted, never answered. A complaint still reaches the queue, before
//! it spreads.

use crate::act::case::Case;
use crate::act::verdict::Verdict;
use crate::model::{EscalationReason, Visibility};

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    if case.visibility != Visibility::Public {
        return None;
    }
    if case.mood.urgent || case.complains() {
        let call = case.call(EscalationReason::Complaint);
        return Some(Verdict::escalate("public_complaint", call, None::<String>));
    }
    Some(Verdict::silent("not_addressed"))
}
