//! The JSON of messages (`discord-api-docs` resources/message.mdx, "Create Message"; components/reference.mdx).

use crate::discord::ids::{Button, Nonce, Snowflake};
use crate::discord::shape;
use lara_core::deliver;
use lara_core::model::{ChannelKind, MessageId, QuickReply};
use serde_json::{Value, json};

/// No picture of what a link leads to: a customer's link must not fill the channel (flag `SUPPRESS_EMBEDS`).
const NO_EMBEDS: u64 = 1 << 2;
/// Only the person who pressed sees it (flag `EPHEMERAL`).
const EPHEMERAL: u64 = 1 << 6;
/// Buttons in a row, and rows.
const A_ROW: usize = 5;
const ROWS: usize = 5;
/// Styles of a button: grey, blurple.
const GREY: u64 = 2;
const BLURPLE: u64 = 1;

/// A message. It pings nobody, whatever stands in it.
pub(super) fn message(text: &str, quick_replies: &[QuickReply]) -> Value {
    json!({
        "content": text,
        "allowed_mentions": { "parse": [] },
        "flags": NO_EMBEDS,
        "components": rows(quick_replies),
    })
}

/// A message into a channel, which stands there once however often it is sent.
pub(super) fn posted(message: Value, nonce: Nonce, reply_to: Option<Snowflake>) -> Value {
    let message = shape::with(message, "nonce", json!(nonce.to_string()));
    let message = shape::with(message, "enforce_nonce", json!(true));
    let Some(id) = reply_to else { return message };
    let reference = json!({ "type": 0, "message_id": id.to_string(), "fail_if_not_exists": false });
    shape::with(message, "message_reference", reference)
}

/// A message only the person who pressed sees.
pub(super) fn hidden(message: Value) -> Value {
    shape::with(message, "flags", json!(NO_EMBEDS | EPHEMERAL))
}

/// A line in public whose button opens what is for one person only.
pub(super) fn door(aside: MessageId) -> Value {
    let button = json!({
        "type": 2,
        "style": BLURPLE,
        "label": "Đọc riêng · Read privately",
        "custom_id": Button::Aside(aside).to_string(),
    });
    json!({
        "content": "🔒",
        "allowed_mentions": { "parse": [] },
        "flags": NO_EMBEDS,
        "components": [{ "type": 1, "components": [button] }],
    })
}

/// What was said in private, for the button that opens it: messages only the person sees.
pub(crate) fn opened(markup: &str) -> Vec<Value> {
    let pieces = deliver::pieces(ChannelKind::Discord, markup, false);
    pieces.iter().map(|text| hidden(message(text, &[]))).collect()
}

fn rows(quick_replies: &[QuickReply]) -> Value {
    let buttons: Vec<Value> = quick_replies
        .iter()
        .filter(|reply| !reply.title.trim().is_empty())
        .take(A_ROW.saturating_mul(ROWS))
        .enumerate()
        .map(|(place, reply)| button(place, &reply.title))
        .collect();
    buttons.chunks(A_ROW).map(|row| json!({ "type": 1, "components": row })).collect()
}

fn button(place: usize, title: &str) -> Value {
    let button = Button::say(place, title);
    let id = button.to_string();
    let label = if let Button::Say { title, .. } = button { title } else { String::new() };
    json!({ "type": 2, "style": GREY, "label": label, "custom_id": id })
}
