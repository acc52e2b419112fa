//! Keeps Lara from talking without end, as two bots would: on the platforms, where the other side may be a machine and every
//! word costs the brand. In the brand's own widget and app it is a customer, however fast they type. A human is called
//! once, and until one comes she is silent.

use super::asks_for_human;
use crate::act::case::Case;
use crate::act::verdict::{Misses, Verdict};
use crate::model::{ChannelKind, EscalationReason, Visibility};

/// Most replies of hers in a conversation within a minute, and within ten.
const BUDGET: (u32, u32) = (5, 20);

/// The same text so many times in a row is no question any more, this time included.
const SAME: u32 = 3;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    if matches!(case.memory().channel.kind, ChannelKind::Web | ChannelKind::App | ChannelKind::Local) {
        return None;
    }
    let pace = case.memory().pace;
    let escalation = case.memory().escalation.as_ref();
    let burns = case.mood.urgent || case.complains();
    let reason =
        if case.is_waiting() && escalation.is_some_and(|before| before.reason == EscalationReason::Loop) {
            "goes_in_circles"
        } else if pace.bot_replies_1m >= BUDGET.0 || pace.bot_replies_10m >= BUDGET.1 {
            "reply_budget"
        } else if pace.same_text_before.saturating_add(1) >= SAME
            && pace.bot_replies_10m > 0
            && !asks_for_human::asked(case)
        {
            // Who asks the same on three days has been answered on each, and is answered again; who insists on a human gets
            // one.
            "same_text_again"
        } else {
            return None;
        };
    // In public she was not going to speak; what burns always reaches a human.
    let calls =
        burns || (reason == "reply_budget" && !case.is_waiting() && case.visibility != Visibility::Public);
    if !calls {
        return Some(Verdict::silent(reason));
    }
    let call = case.call(EscalationReason::Loop);
    Some(Verdict { misses: Misses::Keep, ..Verdict::escalate(reason, call, None::<String>) })
}
