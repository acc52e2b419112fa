//! No more messages: one word is enough, always, whoever owns the conversation. It is confirmed once, and then silent.

use crate::act::case::Case;
use crate::act::keywords;
use crate::act::verdict::Verdict;
use crate::model::{DecisionKind, EscalationReason, Owner, Visibility};
use crate::ports::ConsentChange;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    // "Stop" said to somebody else in public is not said to Lara.
    if case.memory().opted_out_at().is_some() || case.visibility == Visibility::Public {
        return None;
    }
    // "STOP" may be the last of several messages sent together.
    let said = case.claim.run.iter().any(|message| keywords::says_stop(&message.text));
    let wanted = case.wants.first().is_some_and(|intent| intent.as_str() == "opt_out");
    if !said && !wanted {
        return None;
    }
    // A complaint that also says stop still needs a human, who may answer it.
    let call = (case.mood.urgent || case.complains()).then(|| case.call(EscalationReason::Complaint));
    let speaks = matches!(case.conversation().owner, Owner::Bot | Owner::Waiting);
    let verdict = Verdict::reply("asked_for_silence", speaks.then_some("opt_out"));
    Some(Verdict { kind: DecisionKind::OptOut, consent: ConsentChange::OptOut, call, ..verdict })
}
