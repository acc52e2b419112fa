//! One turn: the pure function at the heart. A run of messages, what was read in it and what is known go in; everything
//! that changes comes out as one value.
//!
//! What always holds, whatever goes in:
//! - one run is one decision, with the policy and the reason that made it;
//! - nothing is said while an agent owns the conversation, in a public place that did not address the brand, or to an
//!   address that opted out (except to confirm just that);
//! - what is said is rendered, in the language of the reply, and not empty; where a template fails, the safe fallback is
//!   said and a human called;
//! - every complaint calls a human;
//! - orders and preferences appear only for a verified person in a direct message ([`crate::relate`]).

mod person;
mod reply;

use crate::act::asks::{Asks, asks};
use crate::act::case::Case;
use crate::act::policies;
use crate::act::template::TemplateSet;
use crate::act::verdict::{Call, Misses, Verdict};
use crate::model::{
    Answers, Author, Decision, DecisionId, DecisionKind, Direction, Escalation, EscalationId,
    EscalationReason, EscalationState, MessageId, Millis, NodeId, Owner, Priority, QuickReply, Reading,
    Timestamp, Visibility,
};
use crate::ports::{Claim, ConsentChange, Ids, NewMessage, PersonChange, QueueChange, Turn};
use crate::relate::code::OneTimeCode;
use crate::relate::recommend::Why;
use crate::relate::{hours, interests, learn};
use crate::rules::Rules;
use crate::text::folded_words;
use reply::{Spoken, speak};

/// What the classifier made of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Readings {
    /// The messages read together.
    pub whole: Reading,
    /// Each message alone, in order; never empty.
    pub each: Vec<Reading>,
}

impl Readings {
    /// From what the classifier answered: one reading for a run of one message, else the whole first and then each.
    /// `None` when it answered nothing.
    #[must_use]
    pub fn new(mut read: Vec<Reading>) -> Option<Self> {
        if read.is_empty() {
            return None;
        }
        let whole = read.remove(0);
        let each = if read.is_empty() { vec![whole.clone()] } else { read };
        Some(Self { whole, each })
    }
}

/// When and by whom a turn is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Now.
    pub now: Timestamp,
    /// The node that holds the lane.
    pub node: NodeId,
}

/// Decides a run.
#[must_use]
pub fn turn(claim: &Claim, readings: &Readings, rules: &Rules, moment: Moment, ids: &dyn Ids) -> Turn {
    let case = Case::new(claim, readings, rules, moment.now);
    let (policy, verdict) = policies::decide(&case);
    let code = verdict.gives_code.then(|| OneTimeCode::mint(ids));
    let (verdict, spoken) = speak(&case, verdict, code.as_ref());
    let given = code.filter(|_| spoken.is_some());
    let mut turn = write(&case, policy, &verdict, spoken, moment, ids);
    person::proofs(&mut turn.person, &case, given.as_ref(), ids);
    turn
}

/// Decides a run that failed too often: the safe fallback and a human, whatever it says.
#[must_use]
pub fn quarantine(
    claim: &Claim,
    rules: &Rules,
    shipped: &TemplateSet,
    moment: Moment,
    ids: &dyn Ids,
) -> Turn {
    let unread = Readings { whole: Reading::default(), each: Vec::new() };
    let case = Case::new(claim, &unread, rules, moment.now);
    let may_speak = matches!(case.conversation().owner, Owner::Bot | Owner::Waiting)
        && case.visibility != Visibility::Public
        && case.memory().opted_out_at().is_none();
    let call = Call { reason: EscalationReason::Quarantined, priority: Priority::High, severity: 50 };
    let verdict = match case.conversation().owner {
        // The agent sees the message; there is nothing to call for.
        Owner::Agent | Owner::Closed => Verdict::silent("quarantined"),
        Owner::Bot | Owner::Waiting => Verdict::escalate("quarantined", call, None::<String>),
    };
    let spoken = may_speak.then(|| reply::fallback(shipped, &case));
    write(&case, "quarantine", &verdict, spoken, moment, ids)
}

/// Makes a verdict and its words into what is stored.
fn write(
    case: &Case<'_>,
    policy: &'static str,
    verdict: &Verdict<'_>,
    spoken: Option<Spoken>,
    moment: Moment,
    ids: &dyn Ids,
) -> Turn {
    let conversation = case.conversation();
    let (first_seq, last_seq) = range(case.claim);
    let reply = spoken.as_ref().map(|spoken| message(case, spoken, verdict, moment, ids));
    let known = known(case, verdict, spoken.as_ref());
    let decision = Decision {
        id: DecisionId::new(ids.next()),
        conversation: conversation.id,
        first_seq,
        last_seq,
        kind: verdict.kind,
        policy: policy.to_owned(),
        reason: verdict.reason.to_owned(),
        reading: Reading { entities: case.entities.clone(), ..case.readings.whole.clone() },
        templates: spoken.map(|spoken| spoken.used).unwrap_or_default(),
        known,
        reply: reply.as_ref().map(|reply| reply.id),
        at: moment.now,
    };
    let shows_language = case.readings.whole.language.reply_language().is_some();
    Turn {
        conversation: conversation.id,
        brand: conversation.brand,
        address: conversation.address,
        node: moment.node,
        rev: conversation.rev,
        customer: case.memory().customer.as_ref().map(|customer| (customer.id, customer.rev)),
        done_seq: last_seq,
        decision,
        owner: owner(case, verdict),
        language: if shows_language { Some(case.language) } else { conversation.language },
        open_question: question(case, verdict, reply.is_some()),
        misses: misses(case, verdict),
        queue: verdict
            .call
            .map_or(QueueChange::Keep, |call| QueueChange::Put(escalation(case, call, moment, ids))),
        consent: verdict.consent,
        person: learnt(case, ids),
        reply,
        at: moment.now,
    }
}

/// What is kept of what the run told of the person.
fn learnt(case: &Case<'_>, ids: &dyn Ids) -> PersonChange {
    let learnt = &case.learnt;
    let mut keep = learnt.keep.clone();
    let asks_about = case.wants.iter().any(|intent| asks(intent) == Asks::Product);
    if let Some(product) = case.product().filter(|_| asks_about) {
        keep.extend(learn::asked(product, case.memory(), &case.known, case.now));
    }
    // Whoever is not known yet becomes a customer by what they told.
    let nobody = case.memory().customer.is_none() && case.accepted.is_none();
    let made = !keep.is_empty() && nobody;
    let ids = if made { vec![ids.next()] } else { Vec::new() };
    let mut forgotten = learnt.forget.clone();
    if learnt.takes_back_bought {
        let bought = interests::bought(case.known.orders, &case.rules.products, case.known.forgotten);
        forgotten.extend(bought.iter().map(|interest| interests::key(&interest.category)));
    }
    PersonChange { learnt: keep, forgotten, ids, ..PersonChange::default() }
}

fn range(claim: &Claim) -> (i64, i64) {
    let done = claim.conversation.done_seq;
    // A run is read in the order in which it was said, which need not be the order of its places.
    let places = || claim.run.iter().map(|message| message.seq);
    let (first, last) = (places().min().unwrap_or(done), places().max().unwrap_or(done));
    (first, last)
}

fn message(
    case: &Case<'_>,
    spoken: &Spoken,
    verdict: &Verdict<'_>,
    moment: Moment,
    ids: &dyn Ids,
) -> NewMessage {
    let (first_seq, last_seq) = range(case.claim);
    NewMessage {
        id: MessageId::new(ids.next()),
        direction: Direction::Out,
        author: Author::Bot,
        agent: None,
        text: spoken.text.clone(),
        quick_replies: verdict
            .quick_replies
            .iter()
            .map(|title| QuickReply { title: title.clone() })
            .collect(),
        answers: Some(Answers { first_seq, last_seq }),
        visibility: case.visibility,
        aside: spoken.aside.clone(),
        delivery: case.memory().channel.delivery,
        at: moment.now,
    }
}

/// A call makes the conversation wait for a human; one an agent has already stays theirs.
fn owner(case: &Case<'_>, verdict: &Verdict<'_>) -> Owner {
    match (case.conversation().owner, verdict.call) {
        (Owner::Bot, Some(_)) => Owner::Waiting,
        (owner, _) => owner,
    }
}

/// An open question outlives silence, and nothing else.
fn question(case: &Case<'_>, verdict: &Verdict<'_>, spoke: bool) -> Option<crate::model::OpenQuestion> {
    if spoke { verdict.question.clone() } else { case.conversation().open_question.clone() }
}

fn misses(case: &Case<'_>, verdict: &Verdict<'_>) -> i32 {
    match verdict.misses {
        Misses::Keep => case.conversation().misses,
        Misses::Reset => 0,
        Misses::Add => case.conversation().misses.saturating_add(1),
    }
}

/// Working time until a human should have answered.
const fn patience(priority: Priority) -> Millis {
    match priority {
        Priority::Urgent => Millis::minutes(5),
        Priority::High => Millis::minutes(30),
        Priority::Normal => Millis::minutes(240),
    }
}

fn escalation(case: &Case<'_>, call: Call, moment: Moment, ids: &dyn Ids) -> Escalation {
    let conversation = case.conversation();
    let hours = &case.rules.brand.settings.human_hours;
    Escalation {
        id: EscalationId::new(ids.next()),
        brand: conversation.brand,
        conversation: conversation.id,
        reason: call.reason,
        priority: call.priority,
        severity: call.severity,
        state: EscalationState::Open,
        opened_at: moment.now,
        due_at: hours::due(hours, &case.rules.zone, moment.now, patience(call.priority)),
        agent: None,
    }
}

/// Names of what was used, and as `missing:` of what was not there to be used; never their content.
fn known(case: &Case<'_>, verdict: &Verdict<'_>, spoken: Option<&Spoken>) -> Vec<String> {
    let mut known = Vec::new();
    if case.known.customer.is_some() && !verdict.say.is_empty() {
        known.push("customer:name".to_owned());
    }
    known.extend(verdict.order.map(|order| format!("order:{}", order.number)));
    known.extend(verdict.orders.iter().map(|order| format!("order:{}", order.number)));
    known.extend(verdict.product.map(|product| format!("product:{}", product.sku)));
    if case.memory().escalation.is_some() {
        known.push("escalation".to_owned());
    }
    if case.known.elsewhere.is_some() && !verdict.say.is_empty() {
        known.push("escalation:elsewhere".to_owned());
    }
    known.extend(verdict.because.as_ref().and_then(Why::used).map(str::to_owned));
    let said = spoken.map(|spoken| folded_words(&spoken.text)).unwrap_or_default();
    for like in case.learnt.likes.iter().filter(|like| like.topic() != "asked") {
        let (words, used) = (folded_words(&like.value), format!("preference:{}", like.topic()));
        let is_said = !words.is_empty() && said.windows(words.len()).any(|part| part == words);
        if is_said && !known.contains(&used) {
            known.push(used);
        }
    }
    let needed = verdict.say.iter().flat_map(|key| crate::act::template::needs(key)).map(|need| need.name);
    for name in needed.filter(|name| !verdict.missing.contains(name)) {
        known.extend(name.strip_prefix("facts.").map(|fact| format!("fact:{fact}")));
    }
    known.extend(
        verdict.missing.iter().map(|name| format!("missing:{}", name.strip_prefix("facts.").unwrap_or(name))),
    );
    known
}

/// Whether a turn changes nothing but the record: for readers of many turns.
#[must_use]
pub fn is_quiet(turn: &Turn) -> bool {
    turn.decision.kind == DecisionKind::Silent
        && turn.reply.is_none()
        && turn.queue == QueueChange::Keep
        && turn.consent == ConsentChange::Keep
}

#[cfg(test)]
mod tests;
