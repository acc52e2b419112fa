//! The policies, one file each, and THE order they are asked in. The first that has something to say decides.
//!
//! To add one: write its file with a `decide`, and give it its place in [`ORDER`].

mod answer;
mod asks_for_human;
mod complaint;
mod danger;
mod human_owned;
mod link;
mod loop_guard;
mod needs_human;
mod noted;
mod nothing_said;
mod open_question;
mod opt_in;
mod opt_out;
mod opted_out;
mod other_language;
mod proof;
mod public_place;
mod same_again;
mod unsure;
mod waiting;

use super::case::Case;
use super::verdict::Verdict;

/// A policy.
#[derive(Clone, Copy)]
pub struct Policy {
    /// Its name, as in `Decision::policy`: the name of its file.
    pub name: &'static str,
    decide: for<'a> fn(&Case<'a>) -> Option<Verdict<'a>>,
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! in_order {
    ($($name:ident),+ $(,)?) => { &[$(Policy { name: stringify!($name), decide: $name::decide }),+] };
}

/// THE order. Consent comes first because it always counts; then who proves who they are, wherever that is; then who may speak at all, and how often; then what Lara cannot read; then what burns; then
/// answers.
pub const ORDER: &[Policy] = in_order![
    opt_in,
    opt_out,
    proof,
    human_owned,
    opted_out,
    loop_guard,
    public_place,
    link,
    waiting,
    other_language,
    danger,
    complaint,
    asks_for_human,
    noted,
    open_question,
    same_again,
    needs_human,
    nothing_said,
    answer,
    unsure,
];

/// The first policy with something to say, and what it says. The last one always has, so silence here is for the type.
#[must_use]
pub fn decide<'a>(case: &Case<'a>) -> (&'static str, Verdict<'a>) {
    ORDER
        .iter()
        .find_map(|policy| Some((policy.name, (policy.decide)(case)?)))
        .unwrap_or_else(|| ("unsure", Verdict::silent("nothing_decided")))
}
