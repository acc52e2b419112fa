//! What a turn changes about the person who writes.

use crate::act::case::Case;
use crate::identity::CODE_LIFE;
use crate::model::{CustomerId, JoinHow, JoinId, Level, Timestamp};
use crate::ports::{Ids, NewCode, NewJoin, PersonChange, Proof, ProofKind};
use crate::relate::code::OneTimeCode;
use crate::relate::proof::{Contacts, Offer};

/// What follows from a proof that was tried, a code that was given out, an e-mail that was said; whichever policy decided.
pub(super) fn proofs(change: &mut PersonChange, case: &Case<'_>, code: Option<&OneTimeCode>, ids: &dyn Ids) {
    let memory = case.memory();
    let here = memory.customer.as_ref().filter(|_| memory.address.level == Level::Verified);
    change.join = join(case, ids);
    change.tried = case.tried();
    change.code = code.zip(here).map(|(code, person)| given(code, person.id, case.now));
    change.said = said(case);
    change.alike = match (&memory.proof, here) {
        (Proof::Code { person, .. }, Some(here)) if person.id != here.id => Some(person.id),
        _ => None,
    };
}

fn given(code: &OneTimeCode, customer: CustomerId, now: Timestamp) -> NewCode {
    NewCode { hash: code.hash(), customer, valid_until: now.plus(CODE_LIFE) }
}

fn join(case: &Case<'_>, ids: &dyn Ids) -> Option<NewJoin> {
    let accepted = case.accepted?;
    let code = match &case.memory().proof {
        Proof::Code { hash, .. } => Some(hash.clone()),
        Proof::Nothing | Proof::Order { .. } | Proof::Wrong { .. } => None,
    };
    // Telegram opens a link's talk with this command.
    let linked = case.claim.run.iter().any(|message| message.text.trim_start().starts_with("/start"));
    let how = match accepted.how {
        ProofKind::Code if linked => JoinHow::Link,
        ProofKind::Code => JoinHow::Code,
        ProofKind::Order => JoinHow::OrderProof,
    };
    let evidence =
        accepted.order.map_or_else(|| how.as_str().to_owned(), |order| format!("order:{}", order.id));
    // Who bought, so that the address stays with them should a merge of theirs be undone.
    let customer = accepted.order.map_or(accepted.person.id, |order| order.customer);
    Some(NewJoin { id: JoinId::new(ids.next()), customer, how, code, evidence })
}

/// What somebody unproven said of themselves, for an agent to look at. Where they have just proven it, nobody needs to.
fn said(case: &Case<'_>) -> Contacts {
    if case.accepted.is_some() || case.memory().address.level == Level::Verified {
        return Contacts::default();
    }
    Offer::of(&case.claim.run).contacts
}
