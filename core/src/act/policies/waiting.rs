//! A human was called and has not come yet: Lara holds the line. She answers what is plainly factual, acknowledges the
//! rest once, says once more when a human is back, and then listens. She never apologises twice; everything said is in
//! the conversation the human will open, and what is graver moves the escalation up.
//!
//! While waiting, `misses` counts these acknowledgements.

use super::{answer, open_question};
use crate::act::asks::{Asks, asks};
use crate::act::case::Case;
use crate::act::verdict::{Misses, Verdict};
use crate::model::{DecisionKind, EscalationReason, Priority};

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    if !case.is_waiting() {
        return None;
    }
    if case.mood.urgent || case.complains() {
        let call = case.call(EscalationReason::Complaint);
        let was_urgent =
            case.memory().escalation.as_ref().is_some_and(|before| before.priority == Priority::Urgent);
        let held = if case.mood.urgent && !was_urgent {
            // What has just become dangerous is answered however much was said before.
            Verdict {
                misses: Misses::Add,
                ..Verdict::reply("", ["escalated_urgent"]).about(case.sure_order())
            }
        } else {
            hold(case, "escalated_complaint")
        };
        let kind = DecisionKind::Escalate;
        return Some(Verdict { kind, reason: "complains_while_waiting", call: Some(call), ..held });
    }
    if let Some(answered) = open_question::decide(case).filter(|verdict| verdict.call.is_none()) {
        return Some(Verdict { misses: Misses::Keep, ..answered });
    }
    if case.wants.first().is_some_and(|intent| asks(intent).is_factual())
        && let Some(answered) = answer::decide(case).filter(|verdict| verdict.call.is_none())
    {
        return Some(Verdict { misses: Misses::Keep, ..answered });
    }
    if case.wants.first().is_some_and(|intent| asks(intent) == Asks::Farewell) {
        return Some(Verdict::silent("small_talk_while_waiting"));
    }
    if !crate::text::says_something(&case.text) && !case.text.contains('?') {
        return Some(Verdict::silent("nothing_said_while_waiting"));
    }
    let deed = case.wants.iter().any(|intent| asks(intent) == Asks::Deed);
    let held = hold(case, "waiting_ack");
    let call = deed.then(|| case.call(EscalationReason::NeedsHuman));
    Some(Verdict { call, ..held })
}

/// The next acknowledgement: `first`, then when a human is back, then silence.
fn hold<'a>(case: &Case<'a>, first: &str) -> Verdict<'a> {
    let acknowledged = |key: &str| Verdict {
        misses: Misses::Add,
        ..Verdict::reply("holds_the_line", [key]).about(case.sure_order())
    };
    match case.conversation().misses {
        ..=0 => acknowledged(first),
        1 => acknowledged("waiting_more"),
        _ => Verdict::silent("acknowledged_already"),
    }
}
