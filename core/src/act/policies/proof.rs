//! Somebody proves who they are, or tries to. A code or an order that holds ties the address in the same transaction; what
//! does not hold gets one and the same answer, whatever was wrong with it: there is nothing to be learnt from it.
//!
//! While an agent has the conversation, or the address wants no messages, a code still ties, without a word: whoever followed
//! the brand's own link has done what they were asked to. An order and its e-mail do not: in a talk with a human they are
//! mostly said for other reasons.

use super::{asks_for_human, unsure};
use crate::act::asks::{Asks, asks};
use crate::act::case::{Accepted, Case};
use crate::act::verdict::{Misses, Verdict};
use crate::model::{EscalationReason, OpenQuestion, Owner};
use crate::ports::{Proof, ProofKind};

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    let unwanted = case.accepted.is_some_and(|accepted| accepted.person.opted_out_at.is_some());
    let silent = unwanted
        || case.memory().opted_out_at().is_some()
        || !matches!(case.conversation().owner, Owner::Bot | Owner::Waiting);
    match (&case.accepted, &case.memory().proof) {
        (Some(Accepted { how: ProofKind::Code, .. }), _) if silent => {
            Some(Verdict::silent("proved_silently"))
        }
        (Some(Accepted { how: ProofKind::Code, .. }), _) => Some(proved(case)),
        (Some(accepted), _) => by_order(case, accepted),
        (None, Proof::Code { .. }) if case.has_own_code() => {
            if silent || case.mood.urgent || case.complains() {
                return None;
            }
            Some(Verdict { misses: kept(case), ..Verdict::reply("own_code", ["linked"]) })
        }
        (None, Proof::Wrong { kind: ProofKind::Order, .. }) if !case.speaks_of_an_order() => None,
        (None, Proof::Code { .. } | Proof::Wrong { .. }) if case.tried().is_some() && !silent => wrong(case),
        _ => None,
    }
}

fn kept(case: &Case<'_>) -> Misses {
    if case.is_waiting() { Misses::Keep } else { Misses::Reset }
}

/// A code held. Nothing is loaded of the person yet, so whatever else was said is answered when they say it again; what burns
/// goes to a human at once.
fn proved<'a>(case: &Case<'a>) -> Verdict<'a> {
    if case.mood.urgent || case.complains() {
        let call = case.call(EscalationReason::Complaint);
        let said = if case.mood.urgent { "escalated_urgent" } else { "escalated_complaint" };
        return Verdict::escalate("proved_by_code", call, ["linked", said]);
    }
    Verdict { misses: kept(case), ..Verdict::reply("proved_by_code", ["linked"]) }
}

/// An order held: what it was asked for is answered. What wants something else, or a human, is decided by who answers that.
fn by_order<'a>(case: &Case<'a>, accepted: &Accepted<'a>) -> Option<Verdict<'a>> {
    if case.mood.urgent || case.complains() || asks_for_human::asked(case) {
        return None;
    }
    let wanted = case.wants.first();
    let open = match &case.conversation().open_question {
        Some(OpenQuestion::Prove { intent, .. }) => Some(intent),
        _ => None,
    };
    let intent = match (wanted, open) {
        (Some(wanted), _) if asks(wanted) == Asks::Order => wanted.clone(),
        (None, Some(open)) => open.clone(),
        (None, None) => crate::model::Intent::from_static("track_order"),
        (Some(_), _) => return None,
    };
    let said = Verdict::reply("proved_by_order", ["linked", intent.as_str()]);
    Some(Verdict { misses: kept(case), ..said.about(accepted.order) })
}

fn wrong<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    if case.mood.urgent || case.complains() {
        return None;
    }
    if case.is_waiting() {
        return Some(Verdict::silent("proof_failed_while_waiting"));
    }
    if case.conversation().misses.saturating_add(1) >= unsure::MISSES {
        return Some(unsure::give_up(case, "proof_failed_twice"));
    }
    let failed = Verdict::reply("proof_failed", ["proof_failed"]);
    let question = case.conversation().open_question.clone();
    let question = question.filter(|question| matches!(question, OpenQuestion::Prove { .. }));
    Some(Verdict { misses: Misses::Add, question, ..failed })
}
