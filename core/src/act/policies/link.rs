//! Somebody wants to be known on another channel too. Who is proven here gets a one-time code to type there; who is not is
//! told how to prove it. Never the other way round ([`crate::relate::code`]).

use crate::act::case::Case;
use crate::act::keywords;
use crate::act::verdict::{Misses, Verdict};
use crate::model::Visibility;
use crate::relate::Reach;

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    let asked = case.claim.run.iter().any(|message| keywords::says_link(&message.text));
    if !asked || case.visibility != Visibility::Direct || case.mood.urgent || case.complains() {
        return None;
    }
    let misses = if case.is_waiting() { Misses::Keep } else { Misses::Reset };
    if case.known.reach == Reach::Whole {
        let said = Verdict::reply("gives_a_code", ["link_code"]);
        return Some(Verdict { gives_code: true, misses, ..said });
    }
    Some(Verdict { misses, ..Verdict::reply("how_to_link", ["link_help"]) })
}
