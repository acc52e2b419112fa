//! What is surely wanted is answered from facts, the order or the product. What the brand has not written down is handed
//! to a human: never an empty hole.

use crate::act::asks::{Asks, asks};
use crate::act::case::Case;
use crate::act::template::needs;
use crate::act::verdict::{Misses, Verdict};
use crate::model::{EscalationReason, Intent, OpenQuestion, Order};
use crate::relate::{MeantOrder, context};

/// Says that a human answers what is not written down.
const HANDED_OVER: &str = "escalated_missing_fact";

pub(super) fn decide<'a>(case: &Case<'a>) -> Option<Verdict<'a>> {
    let first = case.wants.first()?;
    let verdict = match asks(first) {
        Asks::Order => order(case, first),
        Asks::Product => product(case, first),
        Asks::Fact => fact(case, first),
        Asks::SmallTalk | Asks::Farewell => {
            Verdict::reply("small_talk", [first.as_str()]).about(case.sure_order())
        }
        Asks::Own if case.rules.templates.has(first.as_str(), case.language) => {
            Verdict::reply("own_intent", [first.as_str()]).about(case.sure_order())
        }
        // What asks for a deed, redress, a human or consent was decided before.
        Asks::Deed | Asks::Redress | Asks::Human | Asks::Consent | Asks::Own => return None,
    };
    Some(with_answers(case, verdict, case.wants.get(1..).unwrap_or_default()))
}

/// A human answers what the brand has not written down.
pub(super) fn missing_fact<'a>(case: &Case<'a>, reason: &'static str) -> Verdict<'a> {
    Verdict::escalate(reason, case.call(EscalationReason::MissingFact), [HANDED_OVER])
}

fn order<'a>(case: &Case<'a>, intent: &Intent) -> Verdict<'a> {
    match case.order(intent) {
        MeantOrder::One(order) => Verdict::reply("one_order", [intent.as_str()]).about(Some(order)),
        MeantOrder::Several(several) => which_order(intent, several),
        MeantOrder::Foreign => or_prove(case, intent, "order_not_theirs"),
        MeantOrder::Nothing => or_prove(case, intent, "no_order_known"),
    }
}

/// No order to speak of. Who is not proven to be anybody is told how to prove it, and may answer with both halves at once or
/// one by one; what they said in this run counts already.
fn or_prove<'a>(case: &Case<'a>, intent: &Intent, reason: &'static str) -> Verdict<'a> {
    let since = case.claim.run.iter().map(|message| message.seq).min().unwrap_or_default();
    let prove = OpenQuestion::Prove { intent: intent.clone(), since };
    let question = case.may_prove_by_order().then_some(prove);
    Verdict { question, ..Verdict::reply(reason, [intent.as_str()]) }
}

fn which_order<'a>(intent: &Intent, several: Vec<&'a Order>) -> Verdict<'a> {
    let offered: Vec<String> = several.iter().map(|order| order.number.clone()).collect();
    let question = OpenQuestion::WhichOrder { intent: intent.clone(), offered: offered.clone() };
    Verdict {
        quick_replies: offered,
        orders: several,
        ..Verdict::ask("several_orders", "ask_which_order", Some(question))
    }
}

fn product<'a>(case: &Case<'a>, intent: &Intent) -> Verdict<'a> {
    let product = case.product();
    // "còn đơn MH-10168?" sounds like a question about stock, but names an order.
    if product.is_none() && case.names_an_order() {
        return order(case, &Intent::from_static("track_order"));
    }
    if product.is_none() {
        let question = OpenQuestion::WhichProduct { intent: intent.clone() };
        return Verdict::ask("no_product_named", intent.as_str(), Some(question));
    }
    let verdict = Verdict { product, ..Verdict::reply("one_product", [intent.as_str()]) };
    let missing = missing(case, &verdict);
    if missing.is_empty() {
        return verdict;
    }
    Verdict { missing, ..missing_fact(case, "product_fact_missing") }
}

fn fact<'a>(case: &Case<'a>, intent: &Intent) -> Verdict<'a> {
    let names_a_product = matches!(intent.as_str(), "place_order" | "recommendation");
    let product = if names_a_product { case.product() } else { None };
    let (product, because) = match (product, intent.as_str()) {
        (None, "recommendation") => case.recommended().unzip(),
        (product, _) => (product, None),
    };
    let verdict = Verdict { product, because, ..Verdict::reply("fact", [intent.as_str()]) };
    let verdict = verdict.about(case.sure_order());
    let missing = missing(case, &verdict);
    if missing.is_empty() {
        return verdict;
    }
    let escalated = if intent.as_str() == "get_invoice" {
        // Its template asks for what a human needs to write the invoice.
        let call = case.call(EscalationReason::MissingFact);
        Verdict::escalate("invoice_by_hand", call, ["get_invoice"]).about(case.sure_order())
    } else {
        missing_fact(case, "fact_missing")
    };
    Verdict { missing, ..escalated }
}

/// What the templates of a verdict need and nobody has written down.
fn missing(case: &Case<'_>, verdict: &Verdict<'_>) -> Vec<&'static str> {
    let scene = crate::relate::Scene { order: verdict.order, product: verdict.product, ..case.scene() };
    let context = context(&scene);
    let needed = verdict.say.iter().flat_map(|key| needs(key));
    needed.filter(|need| !need.is_met(&context)).map(|need| need.name).collect()
}

/// Adds the answers to whatever else is wanted. What is not written down goes to a human, what is not clear is asked, one
/// question at a time and last: whoever asks two things hears of both.
pub(super) fn with_facts<'a>(case: &Case<'a>, verdict: Verdict<'a>) -> Verdict<'a> {
    with_answers(case, verdict, &case.wants)
}

fn with_answers<'a>(case: &Case<'a>, mut verdict: Verdict<'a>, wants: &[Intent]) -> Verdict<'a> {
    for intent in wants {
        if !asks(intent).is_factual() || is_said(case, &verdict, intent) {
            continue;
        }
        let answered = match asks(intent) {
            Asks::Order => order(case, intent),
            Asks::Product => product(case, intent),
            _ => fact(case, intent),
        };
        // One reply speaks of one order: the one found first stays.
        let fits = verdict.order.is_none() || answered.order.is_none() || verdict.order == answered.order;
        if !fits {
            continue;
        }
        match (answered.call.is_some(), answered.question.is_some()) {
            (false, false) => verdict = beside(verdict, answered),
            (false, true) if verdict.call.is_none() && verdict.question.is_none() => {
                verdict = then_asking(verdict, answered);
            }
            (true, _) if verdict.call.is_none() && verdict.question.is_none() => {
                verdict = then_handing_over(verdict, answered);
            }
            // A human comes anyway, or something else is asked first.
            _ => verdict.missing.extend(answered.missing),
        }
    }
    verdict
}

/// Whether what is said already answers it.
fn is_said(case: &Case<'_>, verdict: &Verdict<'_>, intent: &Intent) -> bool {
    let facts = || case.rules.brand.facts.in_language(case.language);
    verdict.say.iter().any(|said| match (said.as_str(), intent.as_str()) {
        (said, wanted) if said == wanted => true,
        // What is late says where it is, the ways of delivery how long each takes, a price what is in stock.
        ("late_delivery", "track_order")
        | ("delivery_options", "delivery_period")
        | ("price_question", "availability")
        | ("availability", "price_question") => true,
        // Each says the other where it is known.
        ("opening_hours", "store_location") => facts().address.is_some(),
        ("store_location", "opening_hours") => facts().hours.is_some(),
        _ => false,
    })
}

/// Two answers in one reply; what is asked or handed over stays last.
fn beside<'a>(mut verdict: Verdict<'a>, answered: Verdict<'a>) -> Verdict<'a> {
    verdict.order = verdict.order.or(answered.order);
    if verdict.product.is_none() {
        (verdict.product, verdict.because) = (answered.product, answered.because);
    }
    verdict.misses = Misses::Reset;
    if verdict.question.is_some() || verdict.say.first().is_some_and(|said| said == HANDED_OVER) {
        let asked = std::mem::replace(&mut verdict.say, answered.say);
        verdict.say.extend(asked);
    } else {
        verdict.say.extend(answered.say);
    }
    verdict
}

/// An answer, and then a question back about the other request.
fn then_asking<'a>(verdict: Verdict<'a>, asking: Verdict<'a>) -> Verdict<'a> {
    let say = verdict.say.into_iter().chain(asking.say).collect();
    let order = verdict.order.or(asking.order);
    let product = verdict.product.or(asking.product);
    let because = verdict.because.or_else(|| asking.because.clone());
    Verdict { say, order, product, because, misses: Misses::Reset, reason: "answered_and_asks", ..asking }
}

/// An answer, and a human for the other request.
fn then_handing_over<'a>(verdict: Verdict<'a>, handed: Verdict<'a>) -> Verdict<'a> {
    let say = verdict.say.into_iter().chain(handed.say).collect();
    let order = verdict.order.or(handed.order);
    let product = verdict.product.or(handed.product);
    let because = verdict.because.or_else(|| handed.because.clone());
    Verdict { say, order, product, because, ..handed }
}
