//! Somebody who wanted no more messages wants them again.

use crate::act::case::Case;
use crate::act::keywords;
use crate::act::verdict::Verdict;
use crate::model::{DecisionKind, EscalationReason, Owner, Visibility};
use crate::ports::ConsentChange;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    let opted_out = case.memory().opted_out_at().is_some();
    // Of several messages sent together the last word on it counts: "START" and then "STOP" is silence.
    let mut words = case.claim.run.iter().rev().map(|message| message.text.as_str());
    let last = words.find(|text| keywords::says_start(text) || keywords::says_stop(text));
    let said = opted_out && last.is_some_and(keywords::says_start);
    let wanted = case.wants.first().is_some_and(|intent| intent.as_str() == "opt_in");
    if (!said && !wanted) || case.visibility == Visibility::Public {
        return None;
    }
    let call = (case.mood.urgent || case.complains()).then(|| case.call(EscalationReason::Complaint));
    let speaks = matches!(case.conversation().owner, Owner::Bot | Owner::Waiting);
    let verdict = Verdict::reply("asked_for_messages", speaks.then_some("opt_in"));
    Some(Verdict { kind: DecisionKind::OptIn, consent: ConsentChange::OptIn, call, ..verdict })
}
