//! Requests that change something only a human may change: an order, an account, money. The customer is told that it was
//! passed on, so it is.

use super::answer;
use crate::act::asks::{Asks, asks};
use crate::act::case::Case;
use crate::act::verdict::Verdict;
use crate::model::{EscalationReason, OrderStatus};

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    let wanted = case.wants.iter().find(|intent| asks(intent) == Asks::Deed)?;
    let order = case.sure_order();
    let done_already = wanted.as_str() == "cancel_order"
        && order.is_some_and(|order| order.status == OrderStatus::Cancelled);
    if done_already {
        return Some(Verdict::reply("already_cancelled", [wanted.as_str()]).about(order));
    }
    let key = if case.rules.templates.has(wanted.as_str(), case.language) {
        wanted.as_str()
    } else {
        "escalated_request"
    };
    let escalated =
        Verdict::escalate("needs_human", case.call(EscalationReason::NeedsHuman), [key]).about(order);
    Some(answer::with_facts(case, escalated))
}
