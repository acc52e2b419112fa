//! Every recorded and documented update becomes the right thing, or the right nothing.

use super::shop::{account, channel};
use lara_bots::telegram::{Ear, Heard, translate};
use lara_core::listen::Event;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use teloxide::types::{Update, UpdateKind};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads/telegram")
}

/// Updates by file name; answers of the Bot API are none.
fn updates() -> Vec<(String, Value)> {
    let mut found: Vec<(String, Value)> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
        })
        .filter(|(name, _)| !name.contains("_err_"))
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

pub(crate) fn hear(settings: Value, update: &Value) -> Heard {
    let account = account(&Arc::new(channel(settings)));
    let ear =
        Ear { channel: &account.channel, settings: &account.settings, bot: 1, username: Some("shop_bot") };
    translate(ear, update)
}

/// What was heard, one line a thing.
fn lines(heard: &Heard) -> Vec<String> {
    let mut lines: Vec<String> = heard.events.iter().map(line).collect();
    lines.extend(heard.press.as_ref().map(|id| format!("answers press {id}")));
    lines.extend(heard.phone.as_ref().map(|(address, phone)| format!("{address} can be called at {phone}")));
    lines.extend(heard.odd.map(|why| format!("odd: {why}")));
    lines
}

fn line(event: &Event) -> String {
    match event {
        Event::Said(said) => {
            let details = &said.details;
            let text: String = said.text.chars().take(60).collect();
            let mut line = format!("{} {} says {text:?} [{}]", said.visibility, said.address, said.external);
            for attachment in &details.attachments {
                let shown = &attachment.shown;
                let parts = [shown.name.as_deref(), shown.mime.as_deref(), shown.note.as_deref()];
                let parts: Vec<&str> = parts.into_iter().flatten().collect();
                let size = shown.size.map(|size| format!(" {size}B")).unwrap_or_default();
                let source = if attachment.source.is_some() { " to fetch" } else { "" };
                let _ = write!(line, " +{}({}{size}{source})", shown.kind, parts.join(" "));
            }
            let name = details.name.as_deref().unwrap_or("nobody");
            let language = details.language.map(|language| language.to_string()).unwrap_or_default();
            let at = details.said_at.map(|at| at.millis() / 1_000).unwrap_or_default();
            let _ = write!(line, " by {name} {language} at {at}");
            line.push_str(&details.link.as_ref().map(|link| format!(" {link}")).unwrap_or_default());
            line
        }
        Event::Happened(_, happening) => format!("{happening:?}"),
        Event::Ignored(_, why) => format!("ignored: {why}"),
    }
}

#[test]
fn every_payload_is_understood() {
    let mut all = String::new();
    for (name, update) in updates() {
        let heard = hear(json!({}), &update);
        let _ = write!(all, "{name}\n    {}\n", lines(&heard).join("\n    "));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn where_teloxide_reads_a_message_it_reads_the_same() {
    let mut same = 0;
    for (name, update) in updates() {
        let Ok(read) = serde_json::from_str::<Update>(&update.to_string()) else { continue };
        let UpdateKind::Message(message) = read.kind else { continue };
        for event in hear(json!({}), &update).events {
            let Event::Said(said) = event else { continue };
            let text = message.text().or(message.caption()).unwrap_or_default().replace("@shop_bot", "");
            let mine = said.text.trim();
            assert!(text.trim() == mine || message.web_app_data().is_some(), "{name}: {text:?} {mine:?}");
            assert_eq!(said.external, format!("{}:{}", message.chat.id, message.id), "{name}");
            let at = said.details.said_at.map(|at| at.millis() / 1_000).unwrap_or_default();
            assert_eq!(at, message.date.timestamp(), "{name}");
            same += 1;
        }
    }
    assert!(same > 20, "{same}");
}

/// A group message of customer 77 with these members.
fn group(members: Value) -> Value {
    let mut message = json!({
        "message_id": 9, "date": 1_700_000_000, "from": {"id": 77, "is_bot": false, "first_name": "Lan"},
        "chat": {"id": -100, "type": "supergroup", "title": "Shop"},
    });
    let members = members.as_object().unwrap().clone();
    message.as_object_mut().unwrap().extend(members);
    json!({"update_id": 1, "message": message})
}

#[test]
fn a_group_is_listened_to_as_the_settings_say() {
    let update = group(json!({"text": "giao hàng chậm quá"}));
    let heard = |settings| lines(&hear(settings, &update)).join("\n");
    assert!(heard(json!({})).starts_with("public -100:77 says"));
    assert!(heard(json!({"watched": ["-100"]})).starts_with("public"));
    assert_eq!(heard(json!({"watched": [-200]})), "ignored: group_not_watched");
    assert_eq!(heard(json!({"groups": "ignore"})), "ignored: group_not_watched");
    assert_eq!(heard(json!({"colleagues": [77]})), "ignored: colleague");
}

#[test]
fn a_colleague_who_answers_a_customer_in_a_group_takes_over() {
    let lan = json!({"message_id": 8, "from": {"id": 77, "is_bot": false}, "chat": {"id": -100, "type": "supergroup"}, "text": "đơn đâu?"});
    let staff = group(json!({
        "from": {"id": 5, "is_bot": false, "first_name": "Mai"}, "text": "Dạ em xem ngay", "reply_to_message": lan,
        "message_thread_id": 4, "is_topic_message": true,
    }));
    let heard = hear(json!({"colleagues": [5]}), &staff);
    assert_eq!(
        lines(&heard),
        ["HumanReplied { address: \"-100/4:77\", external: \"-100:9\", text: \"Dạ em xem ngay\" }"]
    );
    let masked = group(json!({
        "from": {"id": 1_087_968_824, "is_bot": true}, "sender_chat": {"id": -100, "type": "supergroup"},
        "photo": [{"file_id": "x", "width": 1, "height": 1}], "reply_to_message": lan,
    }));
    assert_eq!(
        lines(&hear(json!({}), &masked)),
        ["HumanReplied { address: \"-100:77\", external: \"-100:9\", text: \"📎\" }"]
    );
}

#[test]
fn in_the_direct_messages_of_a_channel_who_did_not_begin_the_topic_answers_for_the_brand() {
    let topic = |from: i64| {
        let topic = json!({"topic_id": 9, "user": {"id": 77, "is_bot": false, "first_name": "Lan"}});
        let from = json!({"id": from, "is_bot": false, "first_name": "x"});
        group(json!({"from": from, "direct_messages_topic": topic, "text": "alo"}))
    };
    assert!(line(&hear(json!({}), &topic(77)).events[0]).starts_with("direct -100~9:77 says"));
    let mut staff = topic(5);
    assert_eq!(
        lines(&hear(json!({}), &staff)),
        ["HumanReplied { address: \"-100~9:77\", external: \"-100:9\", text: \"alo\" }"]
    );
    staff["edited_message"] = staff["message"].take();
    staff.as_object_mut().unwrap().remove("message");
    assert_eq!(lines(&hear(json!({}), &staff)), ["ignored: colleague"]);
}

#[test]
fn a_reply_to_the_bot_is_for_the_bot_but_a_topic_is_not() {
    let reply = group(
        json!({"text": "rồi sao?", "reply_to_message": {"message_id": 3, "from": {"id": 1, "is_bot": true}}}),
    );
    assert!(line(&hear(json!({}), &reply).events[0]).starts_with("public_addressed -100:77"));
    let topic = group(json!({"text": "ai ở đây?", "message_thread_id": 4, "is_topic_message": true,
        "reply_to_message": {"message_id": 4, "from": {"id": 1, "is_bot": true}, "forum_topic_created": {"name": "x"}}}));
    assert!(line(&hear(json!({}), &topic).events[0]).starts_with("public -100/4:77"));
    let other = group(
        json!({"text": "/start@other_bot", "entities": [{"type": "bot_command", "offset": 0, "length": 16}]}),
    );
    assert_eq!(line(&hear(json!({}), &other).events[0]), "ignored: other_bot_command");
}

#[test]
fn what_is_corrected_is_a_correction_and_a_moving_dot_is_not() {
    let edited = |members: Value| {
        let mut update = group(members);
        let message = update["message"].take();
        hear(json!({}), &json!({"update_id": 2, "edited_message": message}))
    };
    assert_eq!(
        lines(&edited(
            json!({"text": "@shop_bot đơn MH-2", "entities": [{"type": "mention", "offset": 0, "length": 9}]})
        )),
        ["Edited { external: \"-100:9\", text: \"đơn MH-2\" }"]
    );
    assert_eq!(
        lines(&edited(json!({"caption": "ảnh", "photo": []}))),
        ["Edited { external: \"-100:9\", text: \"ảnh\" }"]
    );
    assert_eq!(
        lines(&edited(json!({"location": {"latitude": 1.0, "longitude": 2.0}}))),
        ["ignored: live_location"]
    );
}

#[test]
fn the_brands_own_account_is_answered_by_its_owner_or_by_lara() {
    let business = |members: Value| {
        let mut message = json!({
            "message_id": 5, "business_connection_id": "bc1", "chat": {"id": 77, "type": "private"},
            "from": {"id": 900, "is_bot": false, "first_name": "Owner"}, "text": "Chào em",
        });
        message.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        lines(&hear(json!({}), &json!({"update_id": 3, "business_message": message})))
    };
    assert_eq!(
        business(json!({})),
        ["HumanReplied { address: \"77@bc1\", external: \"77@bc1:5\", text: \"Chào em\" }"]
    );
    assert_eq!(business(json!({"sender_business_bot": {"id": 1}})), ["ignored: own_echo"]);
    assert_eq!(business(json!({"is_from_offline": true})), ["ignored: away_message"]);
    assert!(business(json!({"from": {"id": 77, "is_bot": false}}))[0].starts_with("direct 77@bc1 says"));
}

#[test]
fn a_group_that_grows_moves_with_all_who_are_in_it() {
    let old = json!({"update_id": 1, "message": {"message_id": 1, "chat": {"id": -5, "type": "group"}, "from": {"id": 77}, "migrate_to_chat_id": -1005}});
    assert_eq!(lines(&hear(json!({}), &old)), ["PlaceMoved { from: \"-5:\", to: \"-1005:\" }"]);
}

#[test]
fn members_of_another_type_lose_no_message() {
    let update = json!({"update_id": "7", "message": {
        "message_id": "12", "date": "soon", "from": {"id": "77", "is_bot": "no", "first_name": 5},
        "chat": {"id": "77", "type": "private", "first_name": null}, "text": "Đổi size được không?",
        "entities": {"not": "a list"}, "photo": "none", "reply_to_message": [], "sticker": null,
    }});
    assert_eq!(
        lines(&hear(json!({}), &update)),
        ["direct 77 says \"Đổi size được không?\" [77:12] by nobody  at 0"]
    );
}

#[test]
fn nothing_makes_it_fall_over() {
    use proptest::prelude::*;
    let names = "message|edited_message|business_message|callback_query|my_chat_member|chat|from|id|type|private|text|data|\
        entities|offset|length|mention|photo|message_id|reply_to_message|location|deleted_business_messages|message_ids";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(Value::from("private")),
    ];
    let json = leaf.prop_recursive(5, 64, 6, move |inner| {
        let name = proptest::sample::select(names.split('|').collect::<Vec<_>>()).prop_map(str::to_owned);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    proptest!(|(update in json)| {
        let heard = hear(json!({}), &update);
        prop_assert!(!heard.events.is_empty());
    });
}
