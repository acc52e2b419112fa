//! What a conversation was about, in codes: made when it has ended, from the decisions in it. No word that was said is in it.

use crate::model::{
    Author, DecisionKind, EscalationReason, EscalationState, Intent, Language, Sentiment, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The most requests a summary names.
const INTENTS: usize = 5;
/// The most orders a summary names.
const ORDERS: usize = 5;
/// From here on a message is a complaint ([`crate::model::Reading::complaint`]).
const COMPLAINT: f64 = 0.5;

/// Requests that say that something went wrong.
const COMPLAINTS: &[&str] =
    &["damaged_item", "wrong_item", "missing_item", "late_delivery", "poor_service", "payment_issue"];
/// Said to be polite, or understood by nobody: no conversation is about it.
const ASIDE: &[&str] = &["greeting", "thanks", "goodbye", "out_of_scope"];

/// What a conversation was about. Every field has a default, so that stored summaries survive new fields, and one of which
/// everything was erased is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// What was asked for: complaints first, then what was asked most.
    pub intents: Vec<Intent>,
    /// Numbers of the orders it was about.
    pub orders: Vec<String>,
    /// The mood at the beginning.
    pub mood_first: Option<Sentiment>,
    /// The mood at the end.
    pub mood_last: Option<Sentiment>,
    /// Whether there was a complaint.
    pub complaint: bool,
    /// Why a human was needed, the latest reason.
    pub escalation: Option<EscalationReason>,
    /// Who brought it to its end.
    pub resolved_by: ResolvedBy,
    /// The agent who did, by id.
    pub agent: Option<crate::model::AgentId>,
    /// Runs of messages of the customer.
    pub runs: u32,
    /// Replies, of Lara and of agents.
    pub replies: u32,
    /// The language replied in.
    pub language: Option<Language>,
}

crate::model::words! {
    /// Who brought a conversation to its end.
    ResolvedBy {
        /// Nobody: it was not answered, or a human was needed and did not come.
        Nobody = "nobody",
        /// Lara.
        Bot = "bot",
        /// An agent.
        Agent = "agent",
    }
}

impl Default for ResolvedBy {
    /// Of what was erased nobody knows.
    fn default() -> Self {
        Self::Nobody
    }
}

impl Summary {
    /// Whether a request says that something went wrong.
    #[must_use]
    pub fn is_complaint(intent: &Intent) -> bool {
        COMPLAINTS.contains(&intent.as_str())
    }
}

/// What is known of a conversation that has ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// What was decided, in order.
    pub decisions: Vec<PastDecision>,
    /// What was escalated, in order.
    pub escalations: Vec<PastEscalation>,
    /// Replies by who wrote them.
    pub replies: Vec<(Author, u32)>,
    /// The language replied in.
    pub language: Option<Language>,
}

/// One decision of a conversation that has ended.
#[derive(Debug, Clone, PartialEq)]
pub struct PastDecision {
    /// What was done.
    pub kind: DecisionKind,
    /// What was asked for.
    pub intent: Intent,
    /// The mood.
    pub sentiment: Sentiment,
    /// Probability of a complaint.
    pub complaint: f64,
    /// What was known: names of facts and records.
    pub known: Vec<String>,
}

/// One escalation of a conversation that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastEscalation {
    /// Why.
    pub reason: EscalationReason,
    /// How far it came.
    pub state: EscalationState,
    /// Who had it.
    pub agent: Option<crate::model::AgentId>,
    /// When.
    pub opened_at: Timestamp,
}

/// Sums a conversation up.
#[must_use]
pub fn sum_up(past: &Past) -> Summary {
    let replies =
        |of: Author| past.replies.iter().filter(|(author, _)| *author == of).map(|(_, count)| count).sum();
    let (by_bot, by_agents): (u32, u32) = (replies(Author::Bot), replies(Author::Agent));
    let last = past.escalations.last();
    let agent = past.escalations.iter().rev().find_map(|escalation| escalation.agent);
    let left_alone = last.is_some_and(|last| last.agent.is_none());
    let resolved_by = match (by_agents, by_bot) {
        (1.., _) => ResolvedBy::Agent,
        _ if agent.is_some() => ResolvedBy::Agent,
        (0, 1..) if !left_alone => ResolvedBy::Bot,
        _ => ResolvedBy::Nobody,
    };
    let complains = |one: &PastDecision| one.complaint >= COMPLAINT || Summary::is_complaint(&one.intent);
    Summary {
        intents: intents(&past.decisions),
        orders: orders(&past.decisions),
        mood_first: past.decisions.first().map(|one| one.sentiment),
        mood_last: past.decisions.last().map(|one| one.sentiment),
        complaint: past.decisions.iter().any(complains),
        escalation: last.map(|last| last.reason),
        resolved_by,
        agent: agent.filter(|_| resolved_by == ResolvedBy::Agent),
        runs: u32::try_from(past.decisions.len()).unwrap_or(u32::MAX),
        replies: by_bot.saturating_add(by_agents),
        language: past.language,
    }
}

/// What was asked for: complaints first, then what was asked most, then what was asked first.
fn intents(decisions: &[PastDecision]) -> Vec<Intent> {
    let mut counted: HashMap<&Intent, (usize, usize)> = HashMap::new();
    for (place, one) in decisions.iter().enumerate() {
        if !ASIDE.contains(&one.intent.as_str()) {
            counted.entry(&one.intent).or_insert((0, place)).0 += 1;
        }
    }
    let mut ranked: Vec<_> = counted.into_iter().collect();
    ranked.sort_by_key(|(intent, (count, place))| {
        (!Summary::is_complaint(intent), std::cmp::Reverse(*count), *place)
    });
    ranked.into_iter().take(INTENTS).map(|(intent, _)| intent.clone()).collect()
}

/// The orders that replies were about, in the order they came up.
fn orders(decisions: &[PastDecision]) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    let known = decisions.iter().flat_map(|one| &one.known).filter_map(|known| known.strip_prefix("order:"));
    for number in known {
        if numbers.len() < ORDERS && !numbers.iter().any(|there| there == number) {
            numbers.push(number.to_owned());
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AgentId;
    use uuid::Uuid;

    fn decided(intent: &'static str, sentiment: Sentiment, known: &[&str]) -> PastDecision {
        PastDecision {
            kind: DecisionKind::Reply,
            intent: Intent::from_static(intent),
            sentiment,
            complaint: 0.1,
            known: known.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    fn escalated(agent: Option<AgentId>) -> PastEscalation {
        let state = if agent.is_some() { EscalationState::Resolved } else { EscalationState::Open };
        let opened_at = Timestamp::from_millis(0);
        PastEscalation { reason: EscalationReason::Complaint, state, agent, opened_at }
    }

    #[test]
    fn a_complaint_comes_before_what_was_asked_more_often() {
        let past = Past {
            decisions: vec![
                decided("greeting", Sentiment::Neutral, &[]),
                decided("track_order", Sentiment::Neutral, &["customer:name", "order:MH-1"]),
                decided("track_order", Sentiment::Neutral, &["order:MH-1", "order:MH-2"]),
                decided("late_delivery", Sentiment::Negative, &["order:MH-1"]),
                decided("thanks", Sentiment::Positive, &[]),
            ],
            escalations: vec![escalated(Some(AgentId::new(Uuid::nil())))],
            replies: vec![(Author::Bot, 3), (Author::Agent, 1)],
            language: Some(Language::Vietnamese),
        };
        let summary = sum_up(&past);
        assert_eq!(
            summary.intents.iter().map(Intent::as_str).collect::<Vec<_>>(),
            ["late_delivery", "track_order"]
        );
        assert_eq!(summary.orders, ["MH-1", "MH-2"]);
        assert_eq!(
            (summary.mood_first, summary.mood_last),
            (Some(Sentiment::Neutral), Some(Sentiment::Positive))
        );
        assert!(summary.complaint);
        assert_eq!(
            (summary.resolved_by, summary.agent),
            (ResolvedBy::Agent, Some(AgentId::new(Uuid::nil())))
        );
        assert_eq!((summary.runs, summary.replies), (5, 4));
    }

    #[test]
    fn who_waited_in_vain_was_helped_by_nobody() {
        let waited = Past {
            decisions: vec![decided("poor_service", Sentiment::Negative, &[])],
            escalations: vec![escalated(None)],
            replies: vec![(Author::Bot, 1)],
            language: None,
        };
        assert_eq!(sum_up(&waited).resolved_by, ResolvedBy::Nobody);
        let answered = Past { escalations: Vec::new(), ..waited };
        assert_eq!(sum_up(&answered).resolved_by, ResolvedBy::Bot);
        assert_eq!(sum_up(&Past::default()), Summary::default());
    }

    #[test]
    fn a_summary_outlives_what_it_does_not_know() {
        let read: Summary = serde_json::from_str("{}").unwrap();
        assert_eq!(read, Summary::default());
        let read: Summary = serde_json::from_str(r#"{"intents":["track_order"],"later":1}"#).unwrap();
        assert_eq!(read.intents.len(), 1);
    }
}
