//! Somebody says how they want to be called, their size, what they do not eat, or wants such a thing forgotten, and nothing
//! else: they hear that it was noted. Beside a question it is noted in silence.

use crate::act::case::Case;
use crate::act::verdict::Verdict;
use crate::relate::stated;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    let names_something = case.product().is_some() || case.names_an_order();
    (case.learnt.said && !names_something && stated::says_only(&case.text)).then(acknowledge)
}

/// Says that it was noted.
pub(super) fn acknowledge<'a>() -> Verdict<'a> {
    Verdict::reply("said_of_themselves", ["noted"])
}
