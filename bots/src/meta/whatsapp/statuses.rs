//! How far messages of ours are on WhatsApp (cloud-api webhooks, statuses object).

use crate::meta::accounts::Account;
use crate::meta::graph::errors;
use crate::meta::heard::{Heard, Item};
use crate::meta::node::Node;
use lara_core::ports::{Happening, Progress, ReceiptOf};
use std::sync::Arc;

/// One status. `biz_opaque_callback_data` is our own id of the message, which tells it apart before its id is stored.
pub(super) fn status<'a>(account: &Arc<Account>, node: Node<'a>, heard: &mut Vec<Heard<'a>>) {
    let person = node.id("recipient_user_id").or_else(|| node.id("recipient_id")).unwrap_or_default();
    let item = Item { account, node, person: &person, at: node.moment("timestamp") };
    let code = node.list("errors").next().and_then(|error| error.number("code"));
    let state = match node.text("status").unwrap_or_default() {
        "sent" => Progress::Sent,
        "delivered" => Progress::Delivered,
        "read" | "played" => Progress::Read,
        "failed" => Progress::Failed(errors::failed(code)),
        _ => return heard.push(item.ignored("unknown_status")),
    };
    let ours = node.text("biz_opaque_callback_data").and_then(|data| data.parse().ok());
    let of = match (ours, node.id("id")) {
        (Some(ours), id) => ReceiptOf::Ours(ours, id),
        (None, Some(id)) => ReceiptOf::External(id),
        (None, None) => return heard.push(item.ignored("receipt_unknown")),
    };
    let at = item.at.unwrap_or_default();
    heard.push(item.happened(Happening::Receipt { of, state, at }));
    if matches!(state, Progress::Failed(errors::GONE)) && !person.is_empty() {
        heard.push(item.happened(Happening::Reach { address: person.clone(), reachable: false }));
    }
}
