//! Whoever writes wants no messages, and gets none of Lara's. What burns, or asks for a human, still reaches the queue: an
//! agent may answer what the customer themselves began.

use crate::act::asks::{Asks, asks};
use crate::act::case::Case;
use crate::act::keywords;
use crate::act::verdict::Verdict;
use crate::model::EscalationReason;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    case.memory().opted_out_at()?;
    let asks_for_human = case.claim.run.iter().any(|message| keywords::says_human(&message.text))
        || case.wants.iter().any(|intent| asks(intent) == Asks::Human);
    if case.mood.urgent || case.complains() {
        return Some(quiet_call(case, EscalationReason::Complaint));
    }
    if asks_for_human {
        return Some(quiet_call(case, EscalationReason::AskedForHuman));
    }
    Some(Verdict::silent("address_opted_out"))
}

/// A human is called without a word to the customer.
fn quiet_call<'a>(case: &Case<'a>, reason: EscalationReason) -> Verdict<'a> {
    Verdict::escalate("address_opted_out", case.call(reason), None::<String>)
}
