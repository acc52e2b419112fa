//! Somebody says how they want to be called, their size, what they do not eat, or wants such a thing forgotten, and nothing
//! else: they hear that it was noted. Beside a question it is noted in silence.

use crate::act::case::Case;
use crate::act::verdict::Verdict;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    case.only_states().then(|| acknowledge(case))
}

/// Says that it was noted. What Lara waits to hear she still waits to hear.
pub(super) fn acknowledge<'a>(case: &Case<'a>) -> Verdict<'a> {
    let question = case.conversation().open_question.clone();
    Verdict { question, ..Verdict::reply("said_of_themselves", ["noted"]) }
}
