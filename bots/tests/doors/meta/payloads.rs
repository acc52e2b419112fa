//! Every recorded body of Meta becomes the right events, or the right nothing.

use super::{INSTAGRAM, OUR_APP, PAGE};
use lara_bots::meta::{Account, Heard, What, translate};
use lara_core::listen::{Envelope, Event};
use lara_core::model::{AttachmentSource, BrandId, Channel, ChannelId, ChannelKind, Delivery};
use lara_core::ports::NewAttachment;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// Our page and our Instagram account; every number of WhatsApp is ours.
fn find(kind: ChannelKind, id: &str) -> Option<Arc<Account>> {
    let ours = match kind {
        ChannelKind::Messenger => id == PAGE,
        ChannelKind::Instagram => id == INSTAGRAM,
        _ => true,
    };
    let (channel, brand) = (ChannelId::new(Uuid::nil()), BrandId::new(Uuid::nil()));
    let mut channel = Channel::new(channel, brand, kind, "shop", Delivery::Push);
    channel.account = Some(id.to_owned());
    channel.settings = json!({ "app_id": OUR_APP });
    ours.then(|| Account::of(channel).map(Arc::new)).flatten()
}

fn attachment(one: &NewAttachment) -> String {
    let shown = &one.shown;
    let mut line = format!("[{}", shown.kind);
    for part in [&shown.name, &shown.mime, &shown.note].into_iter().flatten() {
        let _ = write!(line, " | {}", part.replace('\n', " / "));
    }
    match &one.source {
        Some(AttachmentSource::Url { url }) => drop(write!(line, " | {url}")),
        Some(AttachmentSource::Platform { id }) => drop(write!(line, " | media {id}")),
        None => {}
    }
    line + "]"
}

fn said(said: &Envelope) -> String {
    let text: String = said.text.chars().take(120).collect();
    let details = &said.details;
    let mut line = format!("{} {}: {text:?} ({})", said.visibility, said.address, said.external);
    if let Some(name) = &details.name {
        let _ = write!(line, " by {name}");
    }
    if let Some(link) = &details.link {
        let _ = write!(line, " at {link}");
    }
    for one in &details.attachments {
        let _ = write!(line, " {}", attachment(one));
    }
    line
}

fn line(heard: &Heard<'_>) -> String {
    match &heard.what {
        What::Event(Event::Said(envelope)) => said(envelope),
        What::Event(Event::Happened(_, happening)) => format!("{happening:?}"),
        What::Event(Event::Ignored(_, code)) => format!("nothing: {code}"),
        What::Symptom(_, symptom) => format!("channel: {symptom:?}"),
        What::OwnComment { external, text, .. } => format!("own comment: {text:?} ({external})"),
    }
}

/// What all bodies of a platform become, file by file.
fn all(platform: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(platform);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut lines = String::new();
    for file in files {
        let body: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        if body.get("object").is_none() {
            continue;
        }
        let _ = writeln!(lines, "{}", file.file_stem().unwrap().display());
        for heard in translate(&body, &find) {
            let _ = writeln!(lines, "  {}", line(&heard));
        }
    }
    lines
}

#[test]
fn messenger() {
    insta::assert_snapshot!(all("messenger"));
}

#[test]
fn instagram() {
    insta::assert_snapshot!(all("instagram"));
}

#[test]
fn whatsapp() {
    insta::assert_snapshot!(all("whatsapp"));
}

#[test]
fn a_change_that_instagram_writes_into_the_entry_itself_is_the_same_change() {
    let file = "tests/payloads/instagram/16_changes_style_business_login.json";
    let text = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let listed: Value = serde_json::from_slice(&text).unwrap();
    let mut bare = listed.clone();
    let entry = bare["entry"][0].as_object_mut().unwrap();
    let change = entry.remove("changes").unwrap()[0].clone();
    entry.extend(change.as_object().unwrap().clone());
    let lines = |body: &Value| translate(body, &find).iter().map(line).collect::<Vec<_>>();
    assert!(lines(&bare)[0].contains("random_text"), "{:?}", lines(&bare));
    assert_eq!(lines(&bare), lines(&listed));
}

/// Whoever opens `m.me/<page>?ref=<code>` says the code, whether they talked before or not.
#[test]
fn a_link_with_a_code_says_the_code() {
    let heard = |event: Value| {
        let mut event = event;
        event["sender"] = json!({ "id": "1" });
        event["recipient"] = json!({ "id": PAGE });
        event["timestamp"] = json!(1_491_796_363_181_i64);
        let body = json!({ "object": "page", "entry": [{ "id": PAGE, "messaging": [event] }] });
        let lines: Vec<String> = translate(&body, &find).iter().map(line).collect();
        lines.into_iter().map(|line| line.split(" (").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let link = json!({ "ref": "LARA-7K3M-9QXD", "source": "SHORTLINK", "type": "OPEN_THREAD" });
    let said = "direct 1: \"/start LARA-7K3M-9QXD\"";
    assert_eq!(heard(json!({ "referral": link })), [said]);
    assert_eq!(
        heard(json!({ "postback": { "title": "Get Started", "payload": "GO", "referral": link } })),
        [said]
    );
    assert_eq!(heard(json!({ "optin": { "ref": "LARA-7K3M-9QXD" } })), [said]);
    let first = json!({ "message": { "mid": "m1", "text": "đơn của mình đâu", "referral": link } });
    assert_eq!(
        heard(first),
        [said, "direct 1: \"đơn của mình đâu\""],
        "no agent reads a code beside the message"
    );
    // The same visit is told twice: as what was pressed and as where it came from.
    let external = |event: Value| {
        let body = json!({ "object": "page", "entry": [{ "id": PAGE, "messaging": [event] }] });
        translate(&body, &find).iter().map(line).collect::<Vec<_>>()
    };
    let at = json!({ "sender": { "id": "1" }, "recipient": { "id": PAGE }, "timestamp": 5 });
    let with = |name: &str, value: Value| {
        let mut event = at.clone();
        event[name] = value;
        event
    };
    assert_eq!(
        external(with("referral", link.clone())),
        external(with("postback", json!({ "payload": "GO", "referral": link })))
    );
    for foreign in ["summer-sale", "LARA-1", "LARA-7K3M-9QXD-5"] {
        assert_eq!(heard(json!({ "referral": { "ref": foreign } })), ["nothing: referral"], "{foreign}");
    }
}

/// Every value of a body taken away, or made something else.
fn maimed(body: &Value) -> Vec<Value> {
    fn paths(value: &Value, at: &str, found: &mut Vec<String>) {
        let mut step = |name: String, inner: &Value| {
            let path = format!("{at}/{name}");
            found.push(path.clone());
            paths(inner, &path, found);
        };
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, inner)| step(name.replace('/', "~1"), inner));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(place, inner)| step(place.to_string(), inner));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    paths(body, "", &mut found);
    let others =
        [Value::Null, json!(-1), json!(""), json!("\u{0}"), json!([]), json!({}), json!(true), json!(1e308)];
    found
        .iter()
        .flat_map(|path| others.iter().map(move |other| (path, other)))
        .map(|(path, other)| {
            let mut body = body.clone();
            *body.pointer_mut(path).unwrap() = other.clone();
            body
        })
        .collect()
}

#[test]
fn no_body_however_maimed_brings_the_translation_down() {
    for platform in ["messenger", "instagram", "whatsapp"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(platform);
        for file in std::fs::read_dir(folder).unwrap() {
            let body: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
            for body in maimed(&body) {
                let _ = translate(&body, &find);
            }
        }
    }
}

proptest! {
    #[test]
    fn an_edit_of_any_text_is_that_text(text in "\\PC{1,40}", number in 0..6_u8) {
        let body = json!({ "object": "page", "entry": [{ "id": PAGE, "messaging": [{
            "sender": { "id": 1 }, "recipient": { "id": PAGE }, "timestamp": 1,
            "message_edit": { "mid": "m", "text": text, "num_edit": number } }] }] });
        let heard: Vec<String> = translate(&body, &find).iter().map(line).collect();
        prop_assert_eq!(heard, [format!("Edited {{ external: \"m\", text: {text:?} }}")]);
    }
}
