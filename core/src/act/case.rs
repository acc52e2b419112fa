//! One run to decide, with everything a policy may look at, prepared once.

use super::asks::{Asks, asks};
use super::mood::Mood;
use super::verdict::Call;
use super::wants::{WANTS, asks_delivery_fee, wants};
use crate::model::{
    Conversation, Customer, Entity, EntityValue, Escalation, EscalationReason, Intent, Language, Level,
    MessageLanguage, Millis, OpenQuestion, Order, OrderStatus, Owner, Priority, Product, SaidDate, Timestamp,
    Visibility,
};
use crate::ports::{Claim, Memory, Proof, ProofKind, Tried};
use crate::relate::orders::{self, Days, MeantOrder};
use crate::relate::proof::is_direct;
use crate::relate::recommend::{Asker, Why, recommend};
use crate::relate::{Known, Learnt, Reach, Scene, again, entities, stated};
use crate::rules::Rules;
use crate::text::says_something;
use crate::turn::Readings;

/// Goods that arrived within this time may be what somebody suffers from: one week.
const LATELY: Millis = Millis::minutes(7 * 24 * 60);

/// Who has just proven to be somebody: the address is tied to them with this turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accepted<'a> {
    /// The person.
    pub person: &'a Customer,
    /// The order that proves it.
    pub order: Option<&'a Order>,
    /// How.
    pub how: ProofKind,
}

impl<'a> Accepted<'a> {
    /// What may be used of them in this turn: their name, and the order they named.
    const fn known(&self) -> Known<'a> {
        let orders = match self.order {
            Some(order) => std::slice::from_ref(order),
            None => &[],
        };
        Known::all(Some((self.person, orders, &[])))
    }
}

/// The proof of a run that ties its address. Who is proven to be somebody else stays that: two proofs for one address are
/// for an agent to look at. An agent's conversation is not read for orders. Where others read along nobody proves anything: the
/// answer would name them there.
fn accepted<'a>(claim: &'a Claim, rules: &Rules) -> Option<Accepted<'a>> {
    if claim.memory.address.level == Level::Verified || !is_direct(&claim.run) {
        return None;
    }
    match &claim.memory.proof {
        Proof::Code { person, .. } => Some(Accepted { person, order: None, how: ProofKind::Code }),
        Proof::Order { person, order } => {
            let proof = Accepted { person, order: Some(order), how: ProofKind::Order };
            orders_count(claim, rules).then_some(proof)
        }
        Proof::Nothing | Proof::Wrong { .. } => None,
    }
}

/// Whether an order and its e-mail or phone tie an address here, or are a try in vain.
fn orders_count(claim: &Claim, rules: &Rules) -> bool {
    let owned = matches!(claim.conversation.owner, Owner::Bot | Owner::Waiting);
    rules.brand.settings.proves_by_order && owned && claim.memory.opted_out_at().is_none()
}

/// One run to decide.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// Lane, run and memory.
    pub claim: &'a Claim,
    /// What was read.
    pub readings: &'a Readings,
    /// Rules of the brand.
    pub rules: &'a Rules,
    /// Now.
    pub now: Timestamp,
    /// The text of the run, a line a message.
    pub text: String,
    /// Language of the reply.
    pub language: Language,
    /// Where the reply would be said.
    pub visibility: Visibility,
    /// The person as far as they may be used.
    pub known: Known<'a>,
    /// Mood.
    pub mood: Mood,
    /// What the run names.
    pub entities: Vec<Entity>,
    product: Option<&'a Product>,
    /// Who has just proven to be somebody.
    pub accepted: Option<Accepted<'a>>,
    /// What is surely wanted, most important first; empty when nothing is sure.
    pub wants: Vec<Intent>,
    /// What the run tells of whoever wrote it, and what may be used of what they like.
    pub learnt: Learnt,
}

impl<'a> Case<'a> {
    /// Prepares a run.
    #[must_use]
    pub fn new(claim: &'a Claim, readings: &'a Readings, rules: &'a Rules, now: Timestamp) -> Self {
        let text = crate::text::joined(&claim.run);
        let accepted = accepted(claim, rules);
        let known = match &accepted {
            Some(accepted) => accepted.known(),
            None => Known::of(&claim.memory, &claim.run),
        };
        let products = rules.products.mentions(&text);
        let entities =
            entities::complete(&readings.whole.entities, &text, rules, &products, known.orders, now);
        let mood = Mood::of(readings);
        let complains = mood.complaint >= 0.5;
        Self {
            learnt: Learnt::of(&text, &claim.run, &claim.memory, &known, complains, now),
            language: language(&text, claim, readings, rules),
            visibility: visibility(claim),
            known,
            mood,
            entities,
            product: products.first().map(|mention| mention.product),
            accepted,
            wants: wants(readings, mood, rules.answer_from),
            claim,
            readings,
            rules,
            now,
            text,
        }
        .with_bare_order()
        .with_delivery_fee()
        .with_the_same_again()
        .with_only_a_statement()
    }

    /// Who asks for the same as last time wants that, whatever else it sounds like; what can be answered beside it is.
    fn with_the_same_again(mut self) -> Self {
        if again::asks_for_the_same(&self.text) {
            let beside = |intent: &Intent| match asks(intent) {
                // Where there is something to repeat a human makes the order anyway.
                Asks::Human => again::last(self.known.orders).is_none(),
                // "Order again" sounds like messages again; no more messages it does not sound like.
                Asks::Consent => intent.as_str() == "opt_out",
                asked => asked.is_factual() && !matches!(intent.as_str(), "place_order" | "recommendation"),
            };
            self.wants.retain(beside);
        }
        self
    }

    /// Who only says something of themselves asks for nothing: "gọi em là chị Lan" calls for nobody, and "I'm allergic to
    /// peanuts" is no harm done, unless it is said in haste or soon after something of theirs arrived.
    fn with_only_a_statement(mut self) -> Self {
        if self.only_states() {
            self.wants.clear();
            if stated::only_avoids(&self.text) {
                self.mood.complaint = 0.0;
                self.mood.urgent &= !stated::is_calm(&self.text) || self.got_something_lately();
            }
        }
        self
    }

    /// Whether an order of whoever is meant arrived within [`LATELY`], or is said to have and nobody knows when.
    fn got_something_lately(&self) -> bool {
        self.memory().orders.iter().any(|order| {
            let arrived = order.shipment.delivered_at;
            order.status == OrderStatus::Delivered
                && self.now.since(arrived.or(order.due_at).unwrap_or(order.ordered_at)) < LATELY
        })
    }

    /// Whether the run says something of whoever wrote it, and nothing else.
    #[must_use]
    pub fn only_states(&self) -> bool {
        let names_something = self.product.is_some() || self.names_an_order();
        self.learnt.said && !names_something && stated::says_only(&self.text)
    }

    /// Whether the code that was typed is of the very person who is proven to be here.
    #[must_use]
    pub fn has_own_code(&self) -> bool {
        let Proof::Code { person, .. } = &self.memory().proof else { return false };
        let memory = self.memory();
        let here = memory.customer.as_ref().filter(|_| memory.address.level == Level::Verified);
        here.is_some_and(|here| here.id == person.id)
    }

    /// The proof that was tried here, if one was. Whatever looks like an order number beside an e-mail counts where a right one
    /// would tie, whatever it was said for: or guesses dressed up as something else were free.
    #[must_use]
    pub fn tried(&self) -> Option<Tried> {
        if let Some(accepted) = &self.accepted {
            return Some(Tried { kind: accepted.how, held: true, about: Vec::new() });
        }
        match &self.memory().proof {
            Proof::Wrong { kind: ProofKind::Order, .. } if !orders_count(self.claim, self.rules) => None,
            Proof::Wrong { kind, about } => Some(Tried { kind: *kind, held: false, about: about.clone() }),
            // Good, but somebody else is proven to be here.
            Proof::Code { .. } if !self.has_own_code() => {
                Some(Tried { kind: ProofKind::Code, held: false, about: Vec::new() })
            }
            Proof::Nothing | Proof::Code { .. } | Proof::Order { .. } => None,
        }
    }

    /// Whether an order is spoken of: only there anything is said of a proof by order that does not hold.
    #[must_use]
    pub fn speaks_of_an_order(&self) -> bool {
        let asked = matches!(self.conversation().open_question, Some(OpenQuestion::Prove { .. }));
        let wanted = self.wants.iter().any(|intent| asks(intent) == Asks::Order);
        let named = self.entities.iter().any(|entity| matches!(entity.value, EntityValue::Order(_)));
        asked || wanted || named
    }

    /// Whether an order number and the e-mail or phone of the order would prove who writes here.
    #[must_use]
    pub fn may_prove_by_order(&self) -> bool {
        self.rules.brand.settings.proves_by_order
            && self.visibility == Visibility::Direct
            && self.claim.run.iter().all(|message| message.visibility == Visibility::Direct)
            && self.known.reach != Reach::Whole
    }

    /// A bare order number asks where that order is.
    fn with_bare_order(mut self) -> Self {
        let unsure = self.wants.is_empty() || self.readings.whole.language == MessageLanguage::Other;
        if unsure && self.only_names_an_order() {
            self.wants = vec![Intent::from_static("track_order")];
        }
        self
    }

    /// What delivery costs is a price to the classifier, and stands among the ways of delivery.
    fn with_delivery_fee(mut self) -> Self {
        let delivery = Intent::from_static("delivery_options");
        let is_price = |intent: &Intent| intent.as_str() == "price_question";
        let whole = &self.readings.whole;
        let others = whole.runner_up.iter().chain(&whole.also).map(|ranked| &ranked.intent);
        let price = others.chain([&whole.intent]).chain(&self.wants).any(is_price);
        if price && self.product.is_none() && asks_delivery_fee(&self.text) {
            // The ways of delivery say how long each takes, too.
            let said = |intent: &Intent| is_price(intent) || intent.as_str().starts_with("delivery_");
            self.wants.retain(|intent| !said(intent));
            self.wants.truncate(WANTS.saturating_sub(1));
            self.wants.push(delivery);
        }
        self
    }

    /// Whether the run is an order number of this person, or of the brand's own shape, with hardly a word beside it.
    #[must_use]
    pub fn only_names_an_order(&self) -> bool {
        let mut orders = self.entities.iter().filter(|entity| matches!(entity.value, EntityValue::Order(_)));
        let (Some(order), None) = (orders.next(), orders.next()) else { return false };
        let before = self.text.get(..order.start).unwrap_or_default();
        let after = self.text.get(order.end..).unwrap_or_default();
        let words = before
            .split_whitespace()
            .chain(after.split_whitespace())
            .filter(|word| says_something(word))
            .count();
        words <= 2 && (self.rules.order_numbers.is_some() || self.names_an_order())
    }

    /// The same run with something else wanted for sure: an open question was answered.
    #[must_use]
    pub fn wanting(&self, intent: Intent) -> Self {
        Self { wants: vec![intent], ..self.clone() }
    }

    /// The conversation.
    #[must_use]
    pub const fn conversation(&self) -> &'a Conversation {
        &self.claim.conversation
    }

    /// What is known.
    #[must_use]
    pub const fn memory(&self) -> &'a Memory {
        &self.claim.memory
    }

    /// Whether a human is awaited.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.conversation().owner == Owner::Waiting
    }

    /// Whether the run complains, by its text or by what it wants.
    #[must_use]
    pub fn complains(&self) -> bool {
        self.mood.complaint >= 0.5 || self.wants.iter().any(|intent| asks(intent) == Asks::Redress)
    }

    /// The order the run is about, of those that may be shown. A refund is looked for among orders that had one.
    #[must_use]
    pub fn order(&self, intent: &Intent) -> MeantOrder<'a> {
        use crate::model::OrderStatus::{Cancelled, Refunded, Returned};
        let all = self.known.orders;
        if intent.as_str() == "track_refund" && orders::by_number(&self.text, all).is_none() {
            let mut back = all.iter().filter(|order| matches!(order.status, Returned | Refunded | Cancelled));
            if let (Some(one), None) = (back.next(), back.next()) {
                return MeantOrder::One(one);
            }
        }
        self.meant_order()
    }

    /// The order the run is about. A number of the brand's own shape that is none of theirs is somebody else's, or wrong.
    fn meant_order(&self) -> MeantOrder<'a> {
        let names_one = || self.entities.iter().any(|entity| matches!(entity.value, EntityValue::Order(_)));
        let all = self.known.orders;
        if self.rules.order_numbers.is_some() && names_one() && orders::by_number(&self.text, all).is_none() {
            return MeantOrder::Foreign;
        }
        self.told_order(all)
    }

    /// The order the words of the run tell from the others.
    #[must_use]
    pub fn told_order(&self, all: &'a [Order]) -> MeantOrder<'a> {
        let day = |entity: &Entity| match entity.value {
            EntityValue::Date(SaidDate::On(day)) => Some(day),
            _ => None,
        };
        let named: Vec<_> = self.entities.iter().filter_map(day).collect();
        orders::meant(&self.text, all, &Days { named: &named, zone: &self.rules.zone })
    }

    /// Whether the run names one of the orders that may be shown.
    #[must_use]
    pub fn names_an_order(&self) -> bool {
        orders::by_number(&self.text, self.known.orders).is_some()
    }

    /// The product the run names.
    #[must_use]
    pub const fn product(&self) -> Option<&'a Product> {
        self.product
    }

    /// A scene with nothing chosen yet.
    #[must_use]
    pub fn scene(&self) -> Scene<'a> {
        Scene {
            rules: self.rules,
            language: self.language,
            now: self.now,
            known: self.known,
            likes: self.learnt.likes.clone(),
            returning: self.memory().returning && self.known.reach == Reach::Whole,
            escalation: self.memory().escalation.as_ref().or_else(|| self.known_complaint()),
            first: !self.memory().answered_before,
            proves_by_order: self.may_prove_by_order(),
            ..Scene::empty(self.rules, self.language, self.now)
        }
    }

    /// A complaint of theirs that a human has to look at in another conversation: who complains again is not met with a first
    /// apology.
    #[must_use]
    pub fn known_complaint(&self) -> Option<&'a Escalation> {
        let grave =
            |one: &&Escalation| matches!(one.reason, EscalationReason::Complaint | EscalationReason::Urgent);
        self.known.elsewhere.filter(grave).filter(|_| self.complains())
    }

    /// The one product to recommend, and why.
    #[must_use]
    pub fn recommended(&self) -> Option<(&'a Product, Why)> {
        let (orders, forgotten) = (self.known.orders, self.known.forgotten);
        let asker = Asker { text: &self.text, orders, likes: &self.learnt.likes, forgotten };
        recommend(&self.rules.products, &asker, self.now)
    }

    /// The order to mention beside something else: only when there is no doubt.
    #[must_use]
    pub fn sure_order(&self) -> Option<&'a Order> {
        self.meant_order().one()
    }

    /// A call for a human, as grave as the mood makes it. Danger outranks every other reason.
    #[must_use]
    pub fn call(&self, reason: EscalationReason) -> Call {
        let anger = (-self.mood.score).clamp(0.0, 1.0);
        let complains = self.complains();
        let grave = |intent: &Intent| matches!(intent.as_str(), "payment_issue" | "damaged_item");
        let (reason, priority) = if self.mood.urgent {
            (EscalationReason::Urgent, Priority::Urgent)
        } else if complains && (anger >= 0.6 || self.wants.iter().any(grave)) {
            (EscalationReason::Complaint, Priority::High)
        } else if complains {
            (EscalationReason::Complaint, Priority::Normal)
        } else {
            (reason, Priority::Normal)
        };
        // Who has to complain twice waits no longer than the first time.
        let before = self.known_complaint().map_or(priority, |known| known.priority);
        let priority = if before.rank() < priority.rank() { before } else { priority };
        Call { reason, priority, severity: self.mood.severity(anger) }
    }
}

/// The language of the run, else of the conversation, else of the customer, else of the brand. A single word ("ok",
/// "hello", a number) does not change the language of a conversation.
fn language(text: &str, claim: &Claim, readings: &Readings, rules: &Rules) -> Language {
    let conversation = claim.conversation.language;
    let heard = readings
        .whole
        .language
        .reply_language()
        .or_else(|| readings.each.iter().rev().find_map(|reading| reading.language.reply_language()));
    let is_one_word = text.split_whitespace().nth(1).is_none() && text.is_ascii();
    let heard = if is_one_word { conversation.or(heard) } else { heard };
    let customer = claim.memory.customer.as_ref().and_then(|customer| customer.language);
    heard.or(conversation).or(customer).unwrap_or(rules.brand.settings.language)
}

/// The reply is said where Lara was spoken to; a run that only happened in public is not answered.
fn visibility(claim: &Claim) -> Visibility {
    let mut addressed = claim.run.iter().rev().map(|message| message.visibility);
    addressed.find(|visibility| *visibility != Visibility::Public).unwrap_or(Visibility::Public)
}
