//! An agent owns the conversation, or closed it: Lara is silent.

use crate::act::case::Case;
use crate::act::verdict::Verdict;
use crate::model::Owner;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    match case.conversation().owner {
        Owner::Agent => Some(Verdict::silent("agent_answers")),
        Owner::Closed => Some(Verdict::silent("conversation_closed")),
        Owner::Bot | Owner::Waiting => None,
    }
}
