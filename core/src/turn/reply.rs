//! Puts a verdict into words, and what happens when words fail.

use crate::act::asks::asks;
use crate::act::case::Case;
use crate::act::template::{Context, RenderFault, TemplateSet};
use crate::act::verdict::{Call, Misses, Verdict};
use crate::model::{DecisionKind, EscalationReason, Intent, Language, Priority, TemplateUse};
use crate::relate::code::OneTimeCode;
use crate::relate::{Scene, context};

/// Words and where they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spoken {
    /// Neutral markup, not empty.
    pub(super) text: String,
    /// Neutral markup said in private beside a line in a public place.
    pub(super) aside: Option<String>,
    /// The templates rendered, in order.
    pub(super) used: Vec<TemplateUse>,
}

/// What is said when no template can say it.
const fn plain(language: Language) -> &'static str {
    match language {
        Language::English => {
            "Sorry, something went wrong on our side. Your message is safe, and a colleague will reply here."
        }
        Language::Vietnamese => {
            "Xin lỗi, phía shop đang gặp sự cố nhỏ. Tin nhắn của bạn vẫn được lưu và nhân viên sẽ trả lời bạn tại đây."
        }
    }
}

/// The verdict in words. A template that fails, or the same words twice in a row, changes the verdict.
pub(super) fn speak<'a>(
    case: &Case<'a>,
    verdict: Verdict<'a>,
    code: Option<&OneTimeCode>,
) -> (Verdict<'a>, Option<Spoken>) {
    if verdict.say.is_empty() {
        return (verdict, None);
    }
    let spoken = match say(case, &verdict, code) {
        Ok(spoken) => spoken,
        Err((key, fault)) => return failed(case, &verdict, &key, &fault),
    };
    // The public line may be the same: who is in danger hears in private beside it what to do first.
    let helps = case.mood.urgent && spoken.aside.is_some();
    if helps || case.memory().last_bot_text.as_deref() != Some(spoken.text.as_str()) {
        return (verdict, Some(spoken));
    }
    said_already(case, verdict)
}

fn say(
    case: &Case<'_>,
    verdict: &Verdict<'_>,
    code: Option<&OneTimeCode>,
) -> Result<Spoken, (String, RenderFault)> {
    let scene = Scene {
        order: verdict.order,
        orders: verdict.orders.clone(),
        product: verdict.product,
        choices: verdict.choices.clone(),
        because: verdict.because.clone(),
        gone: verdict.gone.clone(),
        noted: verdict.say.iter().any(|key| key == "noted").then(|| case.learnt.clone()),
        code: code.map(OneTimeCode::shown),
        ..case.scene()
    };
    let context = context(&scene);
    // Her first words say who she is. Somebody who wants silence gets no greeting, and where words are said in private too
    // they say it.
    let greets = scene.first && verdict.kind != DecisionKind::OptOut && verdict.aside.is_empty();
    let mut used = Vec::new();
    let text = words(case, greets.then_some("hello"), &verdict.say, &context, &mut used)?;
    let aside = words(case, None, &verdict.aside, &context, &mut used)?;
    Ok(Spoken { text, aside: (!aside.is_empty()).then_some(aside), used })
}

/// The templates of these keys as paragraphs.
fn words(
    case: &Case<'_>,
    first: Option<&str>,
    keys: &[String],
    context: &Context,
    used: &mut Vec<TemplateUse>,
) -> Result<String, (String, RenderFault)> {
    let mut parts = Vec::new();
    for key in first.into_iter().chain(keys.iter().map(String::as_str)) {
        let (text, template) = render(case, key, context).map_err(|fault| (key.to_owned(), fault))?;
        parts.push(text);
        used.push(template);
    }
    Ok(parts.join("\n\n"))
}

fn render(case: &Case<'_>, key: &str, context: &Context) -> Result<(String, TemplateUse), RenderFault> {
    let channel = case.memory().channel.kind;
    let rendered = case.rules.templates.render(key, case.language, channel, context)?;
    Ok((rendered.text, rendered.used))
}

/// The template failed: the customer gets the safe fallback, the queue a fault for the admin to see.
fn failed<'a>(
    case: &Case<'a>,
    verdict: &Verdict<'a>,
    key: &str,
    fault: &RenderFault,
) -> (Verdict<'a>, Option<Spoken>) {
    tracing::error!(brand = %case.conversation().brand, key, language = %case.language, %fault, "a template failed");
    let fault = Call { reason: EscalationReason::Fault, priority: Priority::Normal, severity: 0 };
    // What calls for a human anyway is graver than a broken template.
    let call = verdict.call.unwrap_or(fault);
    let kind = if verdict.kind == DecisionKind::OptOut { verdict.kind } else { DecisionKind::Escalate };
    let escalated = Verdict {
        kind,
        reason: "template_failed",
        call: Some(call),
        question: None,
        quick_replies: Vec::new(),
        ..verdict.clone()
    };
    (escalated, Some(fallback(&case.rules.templates, case)))
}

/// The safe fallback, in the language of the reply; it needs nothing to be known and nothing to work.
pub(super) fn fallback(templates: &TemplateSet, case: &Case<'_>) -> Spoken {
    let channel = case.memory().channel.kind;
    match templates.render("fallback", case.language, channel, &Context::empty()) {
        Ok(rendered) => Spoken { text: rendered.text, aside: None, used: vec![rendered.used] },
        Err(_) => Spoken { text: plain(case.language).to_owned(), aside: None, used: Vec::new() },
    }
}

/// The same words twice in a row help nobody, and between two bots never end: small talk and what a human is awaited
/// for stays unanswered, anything else goes to a human.
fn said_already<'a>(case: &Case<'a>, verdict: Verdict<'a>) -> (Verdict<'a>, Option<Spoken>) {
    let small = |key: &String| key == "noted" || asks(&Intent::new(key.as_str())).is_small_talk();
    let is_small_talk = verdict.say.iter().all(small);
    if verdict.call.is_some() || verdict.kind == DecisionKind::OptOut || verdict.kind == DecisionKind::OptIn {
        // Said already, but what it does still counts.
        return (Verdict { say: Vec::new(), question: None, ..verdict }, None);
    }
    if case.is_waiting() || is_small_talk {
        return (Verdict::silent("said_already"), None);
    }
    let call = case.call(EscalationReason::Misses);
    let handed = Verdict::escalate("said_already", call, ["escalated_misses"]);
    match say(case, &handed, None) {
        Ok(spoken) => (handed, Some(spoken)),
        Err((key, fault)) => failed(case, &Verdict { misses: Misses::Reset, ..handed }, &key, &fault),
    }
}
