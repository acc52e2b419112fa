//! Somebody who wanted no more messages wants them again.

use crate::act::case::Case;
use crate::act::keywords;
use crate::act::verdict::Verdict;
use crate::model::{DecisionKind, EscalationReason, Owner, Visibility};
use crate::ports::ConsentChange;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    let opted_out = case.memory().address.opted_out_at.is_some();
    let said = keywords::says_start(&case.text) && opted_out;
    let wanted = case.wants.first().is_some_and(|intent| intent.as_str() == "opt_in");
    if (!said && !wanted) || case.visibility == Visibility::Public {
        return None;
    }
    let call = (case.mood.urgent || case.complains()).then(|| case.call(EscalationReason::Complaint));
    let speaks = matches!(case.conversation().owner, Owner::Bot | Owner::Waiting);
    let verdict = Verdict::reply("asked_for_messages", speaks.then_some("opt_in"));
    Some(Verdict { kind: DecisionKind::OptIn, consent: ConsentChange::OptIn, call, ..verdict })
}
