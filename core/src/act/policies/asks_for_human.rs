//! The customer wants to talk to a human, and does.

use crate::act::asks::{Asks, asks};
use crate::act::case::Case;
use crate::act::keywords;
use crate::act::verdict::Verdict;
use crate::model::EscalationReason;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    if !asked(case) {
        return None;
    }
    let call = case.call(EscalationReason::AskedForHuman);
    Some(Verdict::escalate("asked_for_human", call, ["escalated_human"]).about(case.sure_order()))
}

/// Whether the customer asks for a human, in whichever words.
pub(super) fn asked(case: &Case<'_>) -> bool {
    case.claim.run.iter().any(|message| keywords::says_human(&message.text))
        || case.wants.iter().any(|intent| asks(intent) == Asks::Human)
}
