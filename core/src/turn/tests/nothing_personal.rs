//! No template whatever brings what is known of a person into a public place: neither the shipped ones nor those of an admin
//! who writes out everything there is.

use super::*;
use crate::act::case::Case;
use crate::act::template::{Context, KEYS};
use crate::model::{BrandId, ChannelKind, Customer, Order, TemplateId};
use crate::ports::{Claim, Proof, SecretHash};
use crate::relate::context;
use crate::rules::Rules;
use crate::turn::Readings;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// Stands in everything that is known of the person, and in nothing else.
const MARK: &str = "zvq";
/// What tells it without the mark: money, how they are to be called, a code, and that there is something at all.
const OTHERS: &[&str] = &[
    "987.654",
    "987,654",
    "title=bác",
    "LARA-",
    "«customer.returning",
    "«likes.",
    "«order.",
    "«this.number",
    "«sent_back.",
    "«again.",
    "«because.",
    "«elsewhere.",
];

/// Sentences that name what the person has.
const SAID: &[&str] = &[
    "đơn zvq-1 của mình tới đâu rồi",
    "where is my order?",
    "cái đầu",
    "1",
    "cho mình như lần trước",
    "same as last time please",
    "chọn giúp mình một món đi",
    "shop biết gì về mình",
    "link my account",
    "gặp nhân viên",
    "ly vỡ hết rồi",
];

fn marked(number: &str, status: OrderStatus) -> Order {
    let mut order = order(number, status, &["Ly zvq", "Khăn zvq"]);
    order.total_minor = 987_654;
    order.shipment.carrier = Some("zvq-carrier".to_owned());
    order.shipment.number = Some("zvq-parcel".to_owned());
    order.shipment.shipped_at = Some(order.ordered_at);
    order
}

fn person() -> Customer {
    let known = Stage::new().verified("Zvq").memory.customer.unwrap();
    Customer {
        external_id: Some("zvq-id".to_owned()),
        email: Some("zvq@example.vn".to_owned()),
        phone: Some("0979zvq".to_owned()),
        tier: Some("zvq-tier".to_owned()),
        ..known
    }
}

/// Somebody of whom everything is known and proven, where everybody reads along.
fn known_to_all() -> Stage {
    let mut stage = talking()
        .verified("Zvq")
        .likes("size", "zvq-size")
        .likes("category", "zvq-category")
        .likes("note", "zvq-note")
        .likes("avoid:zvq", "zvq-nuts")
        .likes("diet", "vegan")
        .likes("address_form", "bác")
        .with_order(marked("ZVQ-1", OrderStatus::Shipped))
        .with_order(marked("ZVQ-2", OrderStatus::Packing))
        .sending_back(crate::model::ReturnStatus::Approved)
        .waiting_elsewhere(EscalationReason::Complaint, Priority::Urgent);
    stage.memory.customer = Some(person());
    for back in &mut stage.memory.returns {
        back.items.iter_mut().for_each(|item| item.name = "zvq-return".to_owned());
        back.reason = Some("zvq-reason".to_owned());
    }
    stage
}

/// Everything a template may name, written out where it is known: `«order.number=…»`.
fn everything(shape: &Value, path: &str, out: &mut String) {
    match shape {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                everything(inner, &path, out);
            }
        }
        Value::Array(items) => {
            write!(out, "{{{{#each {path}}}}}").unwrap();
            match items.first() {
                Some(item @ Value::Object(_)) => everything(item, "this", out),
                _ => out.push_str("«{{this}}»"),
            }
            out.push_str("{{/each}}");
        }
        Value::Bool(_) => write!(out, "{{{{#if {path}}}}}«{path}»{{{{/if}}}}").unwrap(),
        _ => write!(out, "{{{{#if {path}}}}}«{path}={{{{{path}}}}}»{{{{/if}}}}").unwrap(),
    }
}

/// What an admin publishes who does not care: the same body under every key, in both languages.
fn hostile(body: &str) -> TemplateSet {
    let version = |key: &&str, language: Language| TemplateVersion {
        id: TemplateId::new(Uuid::nil()),
        brand: BrandId::new(Uuid::nil()),
        name: TemplateName { key: (*key).to_owned(), language, channel: None },
        version: 1,
        body: body.to_owned(),
        published_by: None,
        published_at: Timestamp::default(),
        restores: None,
    };
    let versions: Vec<_> = KEYS
        .iter()
        .flat_map(|key| Language::ALL.iter().map(move |language| version(key, *language)))
        .collect();
    let (templates, faulty) = TemplateSet::compile(&versions);
    assert!(faulty.is_empty(), "{:?}", faulty.first());
    templates
}

fn writes_out_everything() -> String {
    let shape = serde_json::to_value(Context::full()).unwrap();
    let mut body = "seen".to_owned();
    everything(&shape, "", &mut body);
    body
}

/// Whether a text tells anything of the person.
fn tells(text: &str) -> bool {
    text.to_lowercase().contains(MARK) || OTHERS.iter().any(|other| text.contains(other))
}

/// Everything of a turn that others can read, and what goes to the person in private beside it.
fn read_by_all(turn: &Turn) -> String {
    let Some(reply) = &turn.reply else { return String::new() };
    let titles: Vec<_> = reply.quick_replies.iter().map(|reply| reply.title.as_str()).collect();
    format!("{}\n{}\n{}", reply.text, titles.join("\n"), reply.aside.as_deref().unwrap_or_default())
}

/// The same reading in another mood.
fn felt(reading: Reading, mood: usize) -> Reading {
    match mood % 4 {
        0 => reading,
        1 => unsure(reading),
        2 => angry(reading, 0.8),
        _ => urgent(angry(reading, 0.9)),
    }
}

/// Says everything in many ways there: each sentence in each mood, and each key there is as an intent.
fn says_everything(stage: &Stage) {
    let wanted = ["track_order", "recommendation", "place_order", "track_refund"];
    let sentences = SAID.iter().flat_map(|said| {
        wanted.iter().flat_map(move |intent| (0..4).map(move |mood| (*said, *intent, mood)))
    });
    let keys = KEYS.iter().zip(SAID.iter().cycle()).enumerate().map(|(at, (key, said))| (*said, *key, at));
    let mut replies = 0;
    for (said, intent, mood) in sentences.chain(keys) {
        for reading in [vi(intent), en(intent)] {
            let turn = stage.clone().says(said, felt(reading, mood));
            let text = read_by_all(&turn);
            assert!(!tells(&text), "{said:?} read as {intent}: {text}");
            replies += usize::from(turn.reply.is_some());
        }
    }
    assert!(replies > 200, "{replies}");
}

/// Every key there is with what a public place hands to templates: those no run reaches, too.
fn renders_everything(stage: &Stage) {
    let mut rendered = 0;
    for reading in [vi("track_order"), en("recommendation")] {
        let mut stage = stage.clone();
        stage.says("đơn zvq-1 của mình đâu", reading.clone());
        let (conversation, run, memory) = (stage.conversation, stage.run, stage.memory);
        let claim = Claim { conversation, attempts: 1, run, memory };
        let readings = Readings { whole: reading.clone(), each: vec![reading] };
        let context = context(&Case::new(&claim, &readings, &stage.rules, stage.now).scene());
        assert!(!tells(&serde_json::to_string(&context).unwrap()), "{context:?}");
        for (key, language) in KEYS.iter().flat_map(|key| Language::ALL.iter().map(move |one| (key, *one))) {
            // A template that needs what is not known says nothing: the fallback is said instead.
            if let Ok(said) = stage.rules.templates.render(key, language, ChannelKind::Discord, &context) {
                assert!(!tells(&said.text), "{key}: {}", said.text);
                rendered += 1;
            }
        }
    }
    assert!(rendered > KEYS.len(), "{rendered}");
}

fn in_public(mut stage: Stage, rules: &Arc<Rules>) -> Stage {
    stage.rules = Arc::clone(rules);
    stage.pushed(ChannelKind::Discord).said_in(Visibility::PublicAddressed)
}

fn tells_nothing(rules: &Arc<Rules>) {
    let mut public = in_public(known_to_all(), rules);
    says_everything(&public);
    renders_everything(&public);
    // What was asked in private is not gone on with in public.
    let offered = public.memory.orders.iter().map(|order| order.number.clone()).collect();
    public.conversation.open_question =
        Some(OpenQuestion::WhichOrder { intent: Intent::new("track_order"), offered });
    public.memory.answered_before = false;
    says_everything(&public);
    // Who proves there who they are is told nothing there either.
    let order = Box::new(marked("ZVQ-1", OrderStatus::Shipped));
    for proof in [
        Proof::Code { hash: SecretHash("hash".to_owned()), person: Box::new(person()) },
        Proof::Order { person: Box::new(person()), order },
    ] {
        says_everything(&in_public(talking().offering(proof), rules));
    }
}

#[test]
fn no_shipped_template_tells_in_public_what_is_known_of_a_person() {
    tells_nothing(&Stage::new().rules);
}

#[test]
fn no_published_template_does_and_in_private_it_would() {
    let rules = Stage::new().published(hostile(&writes_out_everything())).rules;
    tells_nothing(&rules);

    let mut stage = known_to_all();
    stage.rules = rules;
    let mut all = String::new();
    for (said, intent) in
        [("đơn ZVQ-1 đâu", "track_order"), ("chán quá", "poor_service"), ("chào", "greeting")]
    {
        all += &read_by_all(&stage.clone().says(said, vi(intent)));
    }
    all += &read_by_all(&stage.clone().says("where is my order", en("track_order")));
    all += &read_by_all(&stage.says("link my account", unsure(en("greeting"))));
    for told in [
        "Zvq",
        "zvq-size",
        "zvq-note",
        "ZVQ-1",
        "zvq-parcel",
        "zvq-return",
        "987.654",
        "=bác»",
        "«elsewhere.",
        "«this.number",
        "LARA-",
    ] {
        assert!(all.contains(told), "{told}: {all}");
    }
}
