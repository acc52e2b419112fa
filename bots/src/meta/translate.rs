//! A body of `/webhooks/meta` as events. Pure and total: whatever stands in the body, every part of it is an event, or is
//! left out by name.

use super::accounts::Account;
use super::heard::{Heard, nobodys};
use super::messaging::Thread;
use super::node::Node;
use super::{comments, messaging, whatsapp};
use lara_core::model::ChannelKind;
use serde_json::Value;
use std::sync::Arc;

/// Finds the channel of a kind with this account.
pub type Find<'f> = &'f dyn Fn(ChannelKind, &str) -> Option<Arc<Account>>;

/// Everything in a body, in its order.
#[must_use]
pub fn translate<'a>(body: &'a Value, find: Find<'_>) -> Vec<Heard<'a>> {
    let body = Node::new(body);
    let mut heard = Vec::new();
    let kind = match body.text("object") {
        Some("page") => ChannelKind::Messenger,
        Some("instagram") => ChannelKind::Instagram,
        Some("whatsapp_business_account") => {
            body.list("entry").for_each(|entry| whatsapp::entry(entry, find, &mut heard));
            return heard;
        }
        // Permissions and the like of the app itself; the kind only says in whose counter it goes.
        _ => return vec![nobodys(ChannelKind::Messenger, "unknown_object", body)],
    };
    body.list("entry").for_each(|entry| page(kind, entry, find, &mut heard));
    heard
}

/// An entry of a page or an Instagram account.
fn page<'a>(kind: ChannelKind, entry: Node<'a>, find: Find<'_>, heard: &mut Vec<Heard<'a>>) {
    let Some(account) = entry.id("id").and_then(|id| find(kind, &id)) else {
        let (kind, code) = messaging::stranger(kind, entry);
        heard.push(nobodys(kind, code, entry));
        return;
    };
    for node in entry.list("messaging") {
        messaging::event(&account, node, Thread::Ours, heard);
    }
    for node in entry.list("standby") {
        messaging::event(&account, node, Thread::Standby, heard);
    }
    // Instagram also writes its one change into the entry itself (instagram-platform, webhook examples).
    let bare = entry.has("field").then_some(entry);
    for change in entry.list("changes").chain(bare) {
        match (kind, change.text("field")) {
            (ChannelKind::Messenger, Some("feed")) => comments::feed(&account, change, heard),
            (ChannelKind::Instagram, Some("comments" | "live_comments")) => {
                comments::instagram(&account, change, heard);
            }
            _ if messaging::change(&account, change, heard) => {}
            // The brand was named below the post of somebody else; what was said there Meta does not tell.
            (_, Some("mention" | "mentions")) => heard.push(nobodys(kind, "mention", change)),
            _ => heard.push(nobodys(kind, "unknown_change", change)),
        }
    }
}
