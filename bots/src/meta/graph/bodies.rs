//! What is posted to the Graph API for a piece of a reply: path and body. Pure.

use crate::meta::button;
use crate::meta::comments::{Place, place};
use crate::meta::settings::{LateTemplate, MetaSettings};
use lara_core::deliver::limits::{Buttons, limits};
use lara_core::deliver::window::{self, Tag};
use lara_core::model::{ChannelKind, Millis, QuickReply, Timestamp};
use lara_core::ports::{Dispatch, Piece, PieceTo, SendError};
use serde_json::{Value, json};
use std::collections::HashSet;

/// A private reply is taken for a week after the comment (messenger-platform, private replies).
const PRIVATE_REPLY: Millis = Millis::minutes(7 * 24 * 60);

/// Rows of a list, the length of their titles in characters and of their ids in bytes (cloud-api, interactive list messages).
const ROWS: usize = 10;
const ROW_TITLE: usize = 24;
const ROW_ID: usize = 200;

/// The words on the button that opens a list. Lists are for what does not fit three buttons.
const OPEN_LIST: &str = "☰";

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::meta) struct Call {
    pub(in crate::meta) path: String,
    pub(in crate::meta) body: Value,
}

/// The call that sends a piece; `None` when nothing is left to send, because a template stands for the whole message.
pub(in crate::meta) fn call(
    dispatch: &Dispatch,
    piece: &Piece,
    number: u32,
    settings: &MetaSettings,
    now: Timestamp,
) -> Result<Option<Call>, SendError> {
    let kind = dispatch.channel.kind;
    let text = &*piece.text;
    let person = match (place(&dispatch.address), piece.to) {
        (Place::Comment { thread }, PieceTo::Here) => return Ok(Some(comment(kind, thread, text))),
        (Place::Comment { thread }, PieceTo::Aside) => {
            return private_reply(dispatch, thread, text, now).map(Some);
        }
        (Place::Person(person), _) => person,
    };
    let call = match (dispatch.window(now).tag(), &settings.late_template, kind) {
        (Some(_), _, ChannelKind::Whatsapp) => whatsapp(dispatch, person, spoken(text, piece)),
        (Some(tag), _, _) => Ok(messenger(dispatch, person, text, &piece.quick_replies, tag)),
        (None, Some(_), _) if number > 0 => return Ok(None),
        (None, Some(template), ChannelKind::Whatsapp) => {
            let content = json!({ "type": "template", "template": filled(template, text) });
            whatsapp(dispatch, person, content)
        }
        (None, Some(template), ChannelKind::Messenger) => Ok(utility(dispatch, person, template, text)),
        (None, _, _) => return Err(SendError::Rejected(window::CLOSED)),
    };
    call.map(Some)
}

fn account(dispatch: &Dispatch) -> Result<&str, SendError> {
    dispatch.channel.account.as_deref().ok_or(SendError::Rejected("account_missing"))
}

/// A line in public below a comment (graph-api, comment `comments`; instagram-platform, comment `replies`).
fn comment(kind: ChannelKind, thread: &str, text: &str) -> Call {
    let edge = if kind == ChannelKind::Instagram { "replies" } else { "comments" };
    Call { path: format!("{thread}/{edge}"), body: json!({ "message": text }) }
}

/// A message to whoever wrote a comment: one for each comment.
fn private_reply(dispatch: &Dispatch, thread: &str, text: &str, now: Timestamp) -> Result<Call, SendError> {
    if dispatch.last_in_at.is_some_and(|at| now.since(at) > PRIVATE_REPLY) {
        return Err(SendError::Rejected("private_reply_closed"));
    }
    let comment = dispatch.reply_to.as_deref().unwrap_or(thread);
    let body = json!({
        "recipient": { "comment_id": comment },
        "message": { "text": text, "metadata": dispatch.message.id },
    });
    Ok(Call { path: "me/messages".to_owned(), body })
}

fn messenger(dispatch: &Dispatch, person: &str, text: &str, buttons: &[QuickReply], tag: Tag) -> Call {
    let mut message = json!({ "text": text, "metadata": dispatch.message.id });
    let shown = limits(dispatch.channel.kind).buttons;
    if let (false, Some(Buttons { most, title, payload })) = (buttons.is_empty(), shown) {
        let quick_reply = |button: &QuickReply| {
            json!({
                "content_type": "text",
                "title": button::cut(&button.title, title),
                "payload": button::payload(&button.title, payload),
            })
        };
        let quick_replies: Vec<Value> = buttons.iter().take(most).map(quick_reply).collect();
        insert(&mut message, "quick_replies", quick_replies.into());
    }
    let mut body = json!({ "recipient": { "id": person }, "messaging_type": "RESPONSE", "message": message });
    if tag == Tag::HumanAgent {
        insert(&mut body, "messaging_type", "MESSAGE_TAG".into());
        insert(&mut body, "tag", "HUMAN_AGENT".into());
    }
    Call { path: "me/messages".to_owned(), body }
}

/// An approved template outside the window (messenger-platform, utility messages).
fn utility(dispatch: &Dispatch, person: &str, template: &LateTemplate, text: &str) -> Call {
    let message = json!({ "template": filled(template, text), "metadata": dispatch.message.id });
    let body = json!({ "recipient": { "id": person }, "messaging_type": "UTILITY", "message": message });
    Call { path: "me/messages".to_owned(), body }
}

/// Parameters of templates take no line breaks and no runs of blanks (cloud-api, error 132018).
fn filled(template: &LateTemplate, text: &str) -> Value {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut body = json!({ "name": template.name, "language": { "code": template.language } });
    if template.takes_text {
        let parameters = json!([{ "type": "text", "text": line }]);
        insert(&mut body, "components", json!([{ "type": "body", "parameters": parameters }]));
    }
    body
}

/// A text with what can be pressed: up to three as buttons, up to ten as a list (cloud-api, interactive messages).
fn spoken(text: &str, piece: &Piece) -> Value {
    let Some(Buttons { most, title, payload }) = limits(ChannelKind::Whatsapp).buttons else {
        return json!({ "type": "text", "text": { "body": text } });
    };
    let shown = &piece.quick_replies;
    let action = match shown.len() {
        0 => return json!({ "type": "text", "text": { "body": text } }),
        count if count <= most => {
            let button = |(id, title): (String, String)| json!({ "type": "reply", "reply": { "id": id, "title": title } });
            json!({ "buttons": told_apart(shown, payload, title).map(button).collect::<Vec<_>>() })
        }
        _ => {
            let row = |(id, title): (String, String)| json!({ "id": id, "title": title });
            let shown = shown.get(..ROWS).unwrap_or(shown);
            let rows: Vec<Value> = told_apart(shown, payload.min(ROW_ID), ROW_TITLE).map(row).collect();
            json!({ "button": OPEN_LIST, "sections": [{ "rows": rows }] })
        }
    };
    let kind = if action.get("buttons").is_some() { "button" } else { "list" };
    let interactive = json!({ "type": kind, "body": { "text": text }, "action": action });
    json!({ "type": "interactive", "interactive": interactive })
}

/// Ids and titles of buttons. WhatsApp refuses a message with two of the same (cloud-api, error 131009): titles that are the
/// same once cut are numbered, ids that are the same say the same and stand once.
fn told_apart(buttons: &[QuickReply], id: usize, title: usize) -> impl Iterator<Item = (String, String)> {
    let mut ids = HashSet::new();
    let mut shown: Vec<(String, &str)> = Vec::new();
    for button in buttons {
        let id = button::payload(&button.title, id);
        if ids.insert(id.clone()) {
            shown.push((id, &button.title));
        }
    }
    let titles: HashSet<String> = shown.iter().map(|(_, full)| button::cut(full, title)).collect();
    let numbered = titles.len() < shown.len();
    shown.into_iter().zip(1_u32..).map(move |((id, full), number)| {
        let full = if numbered { format!("{number}. {full}") } else { full.to_owned() };
        (id, button::cut(&full, title))
    })
}

fn whatsapp(dispatch: &Dispatch, person: &str, content: Value) -> Result<Call, SendError> {
    let mut body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "biz_opaque_callback_data": dispatch.message.id,
    });
    // `to` takes phone numbers, `recipient` business-scoped user ids (cloud-api, business-scoped user ids).
    let is_phone = person.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+');
    insert(&mut body, if is_phone { "to" } else { "recipient" }, person.into());
    if let (Some(body), Value::Object(content)) = (body.as_object_mut(), content) {
        body.extend(content);
    }
    Ok(Call { path: format!("{}/messages", account(dispatch)?), body })
}

fn insert(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}
