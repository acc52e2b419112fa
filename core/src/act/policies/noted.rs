//! Somebody says how they want to be called, their size, what they do not eat, or wants such a thing forgotten, and nothing
//! else: they hear that it was noted. Beside a question it is noted in silence.

use crate::act::case::Case;
use crate::act::verdict::Verdict;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    // What Lara waits to hear she still waits to hear.
    let question = || case.conversation().open_question.clone();
    case.only_states()
        .then(|| Verdict { question: question(), ..Verdict::reply("said_of_themselves", ["noted"]) })
}
