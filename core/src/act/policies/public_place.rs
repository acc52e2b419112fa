//! Public places. What is not said to the brand is counted, never answered. A complaint said to it gets one short line
//! there and goes on in private; any other question is answered where it was asked, without personal data. A complaint
//! always reaches the queue, before it spreads.

use crate::act::case::Case;
use crate::act::verdict::{Misses, Verdict};
use crate::model::{EscalationReason, Millis, Priority, Visibility};

/// One public line to complaints within this time: more would make a scene of it.
const ONE_LINE: Millis = Millis::minutes(24 * 60);

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    let burns = case.mood.urgent || case.complains();
    match case.visibility {
        Visibility::Direct => None,
        Visibility::Public if burns => Some(quiet_call(case, "public_complaint")),
        Visibility::Public => Some(Verdict::silent("not_addressed")),
        Visibility::PublicAddressed if !burns => None,
        Visibility::PublicAddressed => Some(complaint(case)),
    }
}

fn complaint<'a>(case: &Case<'a>) -> Verdict<'a> {
    let told = case.memory().pace.aside_at.is_some_and(|at| case.now.since(at) < ONE_LINE);
    // What has just become dangerous is answered whatever was said before: it says what to do first.
    let was_urgent =
        case.memory().escalation.as_ref().is_some_and(|known| known.priority == Priority::Urgent);
    if told && (was_urgent || !case.mood.urgent) {
        return quiet_call(case, "public_complaint_again");
    }
    let call = case.call(EscalationReason::Complaint);
    let private: &[&str] = if case.mood.urgent { &["hello", "escalated_urgent"] } else { &["private_hello"] };
    let aside = private.iter().copied().map(str::to_owned).collect();
    Verdict { aside, ..Verdict::escalate("public_complaint_told", call, ["public_complaint"]) }
}

/// A human is called without a word to the customer.
fn quiet_call<'a>(case: &Case<'a>, reason: &'static str) -> Verdict<'a> {
    let call = case.call(EscalationReason::Complaint);
    Verdict { misses: Misses::Keep, ..Verdict::escalate(reason, call, None::<String>) }
}
