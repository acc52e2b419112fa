//! One turn: the pure function at the heart. A run of messages, what was read in it and what is known go in; everything
//! that changes comes out as one value.

use crate::act::template::TemplateSet;
use crate::model::{
    Decision, DecisionId, DecisionKind, Intent, MessageLanguage, NodeId, Reading, Sentiment, Timestamp,
};
use crate::ports::{Claim, ConsentChange, Ids, QueueChange, Turn};
use crate::rules::Rules;
use std::borrow::Cow;

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
pub fn turn(claim: &Claim, readings: &Readings, _rules: &Rules, moment: Moment, ids: &dyn Ids) -> Turn {
    silent(claim, readings.whole.clone(), moment, ids)
}

/// Decides a run that failed too often: the safe fallback and a human, whatever it says.
#[must_use]
pub fn quarantine(
    claim: &Claim,
    _rules: &Rules,
    _shipped: &TemplateSet,
    moment: Moment,
    ids: &dyn Ids,
) -> Turn {
    silent(claim, unread(), moment, ids)
}

fn unread() -> Reading {
    Reading {
        language: MessageLanguage::Undetermined,
        intent: Intent::OUT_OF_SCOPE,
        confidence: 0.0,
        runner_up: None,
        also: None,
        sentiment: Sentiment::Neutral,
        score: 0.0,
        complaint: 0.0,
        urgent: false,
        why: Vec::new(),
        model: Cow::Borrowed("none"),
    }
}

fn silent(claim: &Claim, reading: Reading, moment: Moment, ids: &dyn Ids) -> Turn {
    let conversation = &claim.conversation;
    let first_seq = claim.run.first().map_or(conversation.done_seq, |message| message.seq);
    let last_seq = claim.run.last().map_or(conversation.done_seq, |message| message.seq);
    Turn {
        conversation: conversation.id,
        brand: conversation.brand,
        address: conversation.address,
        node: moment.node,
        rev: conversation.rev,
        customer: claim.memory.customer.as_ref().map(|customer| (customer.id, customer.rev)),
        done_seq: last_seq,
        decision: Decision {
            id: DecisionId::new(ids.next()),
            conversation: conversation.id,
            first_seq,
            last_seq,
            kind: DecisionKind::Silent,
            policy: "none".to_owned(),
            reason: "none".to_owned(),
            reading,
            templates: Vec::new(),
            known: Vec::new(),
            reply: None,
            at: moment.now,
        },
        reply: None,
        owner: conversation.owner,
        language: conversation.language,
        open_question: conversation.open_question.clone(),
        misses: conversation.misses,
        queue: QueueChange::Keep,
        consent: ConsentChange::Keep,
        at: moment.now,
    }
}
