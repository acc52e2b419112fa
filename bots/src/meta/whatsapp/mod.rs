//! WhatsApp Cloud API: what its webhook tells (developers.facebook.com, cloud-api webhook components). Since 2026 a person
//! has a "business-scoped user id" and perhaps no phone number that we see: the former is the address where it is known.

mod content;
mod media;
mod statuses;

pub(super) use media::fetch;

use super::accounts::Account;
use super::button;
use super::heard::{Heard, Item, nobodys};
use super::node::Node;
use super::translate::Find;
use lara_core::model::{AttachmentKind, ChannelKind};
use lara_core::ports::{Details, Happening, Symptom};
use std::sync::Arc;

/// An entry of a WhatsApp Business Account: its numbers are told apart by their ids.
pub(super) fn entry<'a>(entry: Node<'a>, find: Find<'_>, heard: &mut Vec<Heard<'a>>) {
    for change in entry.list("changes") {
        let value = change.get("value");
        let number = value.get("metadata").id("phone_number_id");
        let Some(account) = number.and_then(|id| find(ChannelKind::Whatsapp, &id)) else {
            let code = if value.has("metadata") { "not_our_account" } else { "account_notice" };
            heard.push(nobodys(ChannelKind::Whatsapp, code, change));
            continue;
        };
        match change.text("field") {
            Some("messages") => messages(&account, value, heard),
            Some("smb_message_echoes") => {
                for node in value.list("message_echoes") {
                    heard.push(echo(&account, value, node));
                }
            }
            Some("history") => heard.push(nobodys(ChannelKind::Whatsapp, "history", change)),
            _ => heard.push(nobodys(ChannelKind::Whatsapp, "unknown_change", change)),
        }
    }
}

fn messages<'a>(account: &Arc<Account>, value: Node<'a>, heard: &mut Vec<Heard<'a>>) {
    for node in value.list("messages") {
        message(account, value, node, heard);
    }
    for node in value.list("statuses") {
        statuses::status(account, node, heard);
    }
    let has_more = value.list("messages").next().is_some() || value.list("statuses").next().is_some();
    for node in value.list("errors").filter(|_| !has_more) {
        let item = Item { account, node, person: "", at: None };
        heard.push(item.symptom(Symptom::Failed("platform_error".to_owned())));
    }
}

/// Who wrote, by both names a person may have.
struct Person<'a> {
    phone: Option<String>,
    user: Option<String>,
    contact: Node<'a>,
}

impl<'a> Person<'a> {
    /// The writer of a message. Its contact stands beside it and is found by either name.
    fn of(value: Node<'a>, phone: Option<String>, user: Option<String>) -> Self {
        let contacts = || value.list("contacts");
        let contact = contacts().find(|contact| {
            let is = |name, id: &Option<String>| id.is_some() && contact.id(name) == *id;
            is("user_id", &user) || is("wa_id", &phone)
        });
        // A message that names nobody is of the only contact there is.
        let alone =
            || contacts().next().filter(|_| phone.is_none() && user.is_none() && contacts().count() == 1);
        let contact = contact.or_else(alone).unwrap_or_else(|| value.get("no contact"));
        let user = user.or_else(|| contact.id("user_id"));
        Self { phone: phone.or_else(|| contact.id("wa_id")), user, contact }
    }

    fn address(&self) -> Option<&str> {
        self.user.as_deref().or(self.phone.as_deref())
    }

    fn name(&self) -> Option<String> {
        let profile = self.contact.get("profile");
        profile.text("name").or_else(|| profile.text("username")).map(str::to_owned)
    }
}

fn message<'a>(account: &Arc<Account>, value: Node<'a>, node: Node<'a>, heard: &mut Vec<Heard<'a>>) {
    let person = Person::of(value, node.id("from"), node.id("from_user_id"));
    let address = person.address().unwrap_or_default();
    let item = Item { account, node, person: address, at: node.moment("timestamp") };
    if address.is_empty() {
        heard.push(item.ignored("nobody"));
        return;
    }
    if node.has("group_id") {
        heard.push(item.ignored("group"));
        return;
    }
    if let (Some(from), Some(to)) = (&person.phone, &person.user) {
        // Who wrote by phone number before is the same person under the id.
        heard.push(item.happened(Happening::Moved { from: from.clone(), to: to.clone() }));
    }
    match node.text("type").unwrap_or_default() {
        "reaction" => heard.push(item.ignored("reaction")),
        "system" => heard.push(system(item, node.get("system"))),
        "request_welcome" => heard.push(item.ignored("welcome")),
        "interactive" if node.get("interactive").has("call_permission_reply") => {
            heard.push(item.ignored("call_permission"));
        }
        "edit" => heard.push(edit(item, node.get("edit"))),
        "revoke" => heard.push(match node.get("revoke").id("original_message_id") {
            Some(external) => item.happened(Happening::Withdrawn { external }),
            None => item.ignored("withdrawn_unknown"),
        }),
        kind => heard.push(said(item, kind, person.name())),
    }
}

fn said<'a>(item: Item<'a, '_>, kind: &str, name: Option<String>) -> Heard<'a> {
    let (text, mut attachments) = content::of(kind, item.node);
    let referral = item.node.get("referral");
    if let Some(shown) = referral.text("headline").or_else(|| referral.text("source_url")) {
        attachments.push(super::attachments::note(AttachmentKind::Link, shown));
    }
    let text = button::title(text).unwrap_or(text);
    let external = item.node.id("id").unwrap_or_else(|| item.key(kind, text));
    item.said(external, text, Details { name, attachments, ..Details::default() })
}

fn edit<'a>(item: Item<'a, '_>, edit: Node<'a>) -> Heard<'a> {
    let message = edit.get("message");
    let (text, _) = content::of(message.text("type").unwrap_or_default(), message);
    match edit.id("original_message_id") {
        Some(external) => item.happened(Happening::Edited { external, text: text.to_owned() }),
        None => item.ignored("edit_unknown"),
    }
}

/// A person changed their number, or their id with it (cloud-api, system messages).
fn system<'a>(item: Item<'a, '_>, system: Node<'a>) -> Heard<'a> {
    let kind = system.text("type").unwrap_or_default();
    let to = match kind {
        "user_changed_user_id" => system.id("user_id"),
        "user_changed_number" | "customer_changed_number" => {
            // Known by an id, they keep it.
            let is_phone = item.node.id("from").as_deref() == Some(item.person);
            system.id("wa_id").or_else(|| system.id("new_wa_id")).filter(|_| is_phone)
        }
        "customer_identity_changed" => return item.ignored("identity_changed"),
        _ => return item.ignored("unknown_system"),
    };
    match to {
        Some(to) => item.happened(Happening::Moved { from: item.person.to_owned(), to }),
        None => item.ignored("number_changed"),
    }
}

/// What a human of the brand wrote in the phone's own app beside us (coexistence).
fn echo<'a>(account: &Arc<Account>, value: Node<'a>, node: Node<'a>) -> Heard<'a> {
    let person = Person::of(value, node.id("to"), node.id("to_user_id"));
    let address = person.address().unwrap_or_default();
    let item = Item { account, node, person: address, at: node.moment("timestamp") };
    match node.text("type").unwrap_or_default() {
        _ if address.is_empty() => item.ignored("nobody"),
        "edit" => item.ignored("human_edit"),
        "revoke" => item.ignored("human_revoke"),
        "reaction" => item.ignored("reaction"),
        kind => {
            let (text, _) = content::of(kind, node);
            let external = node.id("id").unwrap_or_else(|| item.key("echo", text));
            let (address, text) = (address.to_owned(), text.to_owned());
            item.happened(Happening::HumanReplied { address, external, text })
        }
    }
}
