//! Events of Messenger and Instagram conversations: one shape, developers.facebook.com, messenger-platform and
//! instagram-platform webhook reference. Pure and total.

use super::accounts::Account;
use super::attachments;
use super::button;
use super::heard::{Heard, Item};
use super::node::Node;
use crate::ways;
use lara_core::model::{ChannelKind, MessageId};
use lara_core::ports::{Details, HandedTo, Happening, Progress, ReceiptOf, Symptom};
use lara_core::relate::code::OneTimeCode;
use std::sync::Arc;

/// The app id of Meta's own Page Inbox, in which humans answer (messenger-platform, handover protocol).
const PAGE_INBOX: &str = "263902037430900";

/// Events that ask nothing of us.
const IGNORED: &[&str] = &[
    "reaction",
    "account_linking",
    "request_thread_control",
    "app_roles",
    "messaging_feedback",
    "message_context",
    "response_feedback",
    "game_play",
    "payment",
    "pre_checkout",
    "checkout_update",
];

/// Events that say which link somebody came by: `m.me/<page>?ref=` and `ig.me/m/<name>?ref=` where there was a talk before, and
/// the plugin "Send to Messenger" (messenger-platform, `messaging_referrals` and `messaging_optins`).
const LINKS: &[&str] = &["referral", "optin"];

/// Who has the thread while an event is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thread {
    /// We.
    Ours,
    /// Another app or a human: we are told what is said, and say nothing.
    Standby,
}

/// One member of `messaging` or `standby`.
pub(super) fn event<'a>(account: &Arc<Account>, node: Node<'a>, thread: Thread, heard: &mut Vec<Heard<'a>>) {
    let ends = [node.get("sender").id("id"), node.get("recipient").id("id")];
    let person = ends.into_iter().flatten().find(|id| *id != account.id).unwrap_or_default();
    let item = Item { account, node, person: &person, at: node.moment("timestamp") };
    if node.has("policy_enforcement") {
        heard.push(policy(item, node.get("policy_enforcement")));
    } else if let Some(code) = IGNORED.iter().find(|name| node.has(name)) {
        heard.push(item.ignored(code));
    } else if person.is_empty() {
        heard.push(item.ignored("nobody"));
    } else if node.has("message") {
        message(item, node.get("message"), thread, heard);
    } else if node.has("message_edit") {
        heard.push(edit(item, node.get("message_edit")));
    } else if node.has("postback") {
        standing_by(item, thread, heard);
        heard.push(postback(item, node.get("postback")));
    } else if let Some(link) = LINKS.iter().find(|name| node.has(name)) {
        linked(item, link, node.get(link), thread, heard);
    } else if node.has("delivery") {
        receipts(item, node.get("delivery"), Progress::Delivered, heard);
    } else if node.has("read") {
        receipts(item, node.get("read"), Progress::Read, heard);
    } else if node.has("pass_thread_control") {
        heard.push(handed(item, node.get("pass_thread_control")));
    } else if node.has("take_thread_control") {
        heard.push(taken(item, node.get("take_thread_control")));
    } else {
        heard.push(item.ignored("unknown_event"));
    }
}

/// What is said while others have the thread is for them: Lara only listens.
fn standing_by<'a>(item: Item<'a, '_>, thread: Thread, heard: &mut Vec<Heard<'a>>) {
    if thread == Thread::Standby {
        let address = item.person.to_owned();
        heard.push(item.happened(Happening::Handed { address, to: HandedTo::Others }));
    }
}

/// What the link somebody came by says, if it carries a one-time code.
fn code_of(link: Node<'_>) -> Option<String> {
    link.text("ref").and_then(OneTimeCode::find).map(|code| ways::says(&code))
}

/// Who comes by a link with a one-time code says the code by that. By any other link nothing is said.
fn linked<'a>(
    item: Item<'a, '_>,
    name: &'static str,
    link: Node<'a>,
    thread: Thread,
    heard: &mut Vec<Heard<'a>>,
) {
    match code_of(link) {
        Some(code) => {
            standing_by(item, thread, heard);
            heard.push(item.said(item.key("referral", &code), &code, Details::default()));
        }
        None => heard.push(item.ignored(name)),
    }
}

fn message<'a>(item: Item<'a, '_>, message: Node<'a>, thread: Thread, heard: &mut Vec<Heard<'a>>) {
    if message.truth("is_echo") {
        heard.push(echo(item, message));
        return;
    }
    let mid = message.id("mid");
    if message.truth("is_deleted") {
        heard.push(match mid {
            Some(external) => item.happened(Happening::Withdrawn { external }),
            None => item.ignored("withdrawn_unknown"),
        });
        return;
    }
    let shown = message.text("text").unwrap_or_default();
    let said = message.get("quick_reply").text("payload").and_then(button::title).unwrap_or(shown);
    let external = mid.unwrap_or_else(|| item.key("message", said));
    let details = Details { attachments: attachments::of(message), ..Details::default() };
    let said = item.said(external, said, details);
    if said.channel().is_some() {
        standing_by(item, thread, heard);
    }
    // A first message names the link by which its sender came.
    let code = code_of(message.get("referral"));
    heard.extend(code.map(|code| item.said(item.key("referral", &code), &code, Details::default())));
    heard.push(said);
}

/// A message the brand sent: ours, or one a human or another tool of the brand wrote beside us.
fn echo<'a>(item: Item<'a, '_>, message: Node<'a>) -> Heard<'a> {
    if message.list("attachments").any(|one| one.text("type") == Some("story_mention")) {
        // The brand mentioned the person in its story; nobody answered anything.
        return item.ignored("story_mention_echo");
    }
    let (app, mid) = (message.id("app_id"), message.id("mid"));
    let ours: Option<MessageId> = message.text("metadata").and_then(|metadata| metadata.parse().ok());
    let is_ours = match (&item.account.settings.app_id, &app) {
        (Some(ours), Some(app)) => ours == app,
        (None, Some(app)) => app != PAGE_INBOX,
        (_, None) => ours.is_some(),
    };
    let text = message.text("text").unwrap_or_default();
    if is_ours {
        let of = match (ours, mid) {
            (Some(ours), mid) => ReceiptOf::Ours(ours, mid),
            (None, Some(mid)) => ReceiptOf::External(mid),
            (None, None) => return item.ignored("own_echo"),
        };
        let at = item.at.unwrap_or_default();
        return item.happened(Happening::Receipt { of, state: Progress::Sent, at });
    }
    let external = mid.unwrap_or_else(|| item.key("echo", text));
    let (address, text) = (item.person.to_owned(), text.to_owned());
    item.happened(Happening::HumanReplied { address, external, text })
}

fn edit<'a>(item: Item<'a, '_>, edit: Node<'a>) -> Heard<'a> {
    match (edit.id("mid"), edit.text("text")) {
        (Some(external), Some(text)) => item.happened(Happening::Edited { external, text: text.to_owned() }),
        _ => item.ignored("edit_unknown"),
    }
}

/// A button that stands for its title. A payload of our own says the whole title, however short it was shown.
fn postback<'a>(item: Item<'a, '_>, postback: Node<'a>) -> Heard<'a> {
    let payload = postback.text("payload").unwrap_or_default();
    if let Some(code) = code_of(postback.get("referral")) {
        // "Get started" stands for nothing but that they came.
        return item.said(item.key("referral", &code), &code, Details::default());
    }
    let said = button::title(payload).or_else(|| postback.text("title")).unwrap_or(payload);
    let external = postback.id("mid").unwrap_or_else(|| item.key("postback", payload));
    let details = Details { attachments: attachments::referral(postback), ..Details::default() };
    item.said(external, said, details)
}

/// Messages named by id, or all until a watermark.
fn receipts<'a>(item: Item<'a, '_>, node: Node<'a>, state: Progress, heard: &mut Vec<Heard<'a>>) {
    let watermark = node.moment("watermark");
    let at = watermark.or(item.at).unwrap_or_default();
    let named = node.value().and_then(|value| value.get("mids")?.as_array()).into_iter().flatten();
    let named = named.filter_map(|mid| mid.as_str().map(str::to_owned)).chain(node.id("mid"));
    let receipt = |of| item.happened(Happening::Receipt { of, state, at });
    let before = heard.len();
    heard.extend(named.map(|mid| receipt(ReceiptOf::External(mid))));
    if heard.len() > before {
        return;
    }
    heard.push(match watermark {
        Some(until) => receipt(ReceiptOf::Until(item.person.to_owned(), until)),
        None => item.ignored("receipt_unknown"),
    });
}

/// Who has the thread now. Nobody (idle mode) is as good as we: whoever writes first has it.
fn handed<'a>(item: Item<'a, '_>, control: Node<'a>) -> Heard<'a> {
    let owner = control.id("new_owner_app_id");
    let is_ours = match (&item.account.settings.app_id, &owner) {
        (_, None) => true,
        (Some(ours), Some(owner)) => ours == owner,
        (None, Some(owner)) => owner != PAGE_INBOX,
    };
    let to = if is_ours { HandedTo::Lara } else { HandedTo::Others };
    item.happened(Happening::Handed { address: item.person.to_owned(), to })
}

/// Somebody took the thread, which only those it is taken from are told: others have it, unless it says that we do.
fn taken<'a>(item: Item<'a, '_>, control: Node<'a>) -> Heard<'a> {
    let owner = control.id("new_owner_app_id");
    let is_ours = owner.is_some() && owner == item.account.settings.app_id;
    let to = if is_ours { HandedTo::Lara } else { HandedTo::Others };
    item.happened(Happening::Handed { address: item.person.to_owned(), to })
}

/// Meta blocks a page that breaks its policies, and unblocks it (messenger-platform, `messaging_policy_enforcement`).
fn policy<'a>(item: Item<'a, '_>, policy: Node<'a>) -> Heard<'a> {
    item.symptom(match policy.text("action") {
        Some("block") => Symptom::Died("policy_block".to_owned()),
        Some("unblock") => Symptom::Checked(Vec::new()),
        _ => Symptom::Failed("policy_warning".to_owned()),
    })
}

/// An event of `object` `page` or `instagram` that came as a change (`Instagram login` apps, and the dashboard's tests).
pub(super) fn change<'a>(account: &Arc<Account>, change: Node<'a>, heard: &mut Vec<Heard<'a>>) -> bool {
    let is_message = matches!(
        change.text("field"),
        Some(
            "messages"
                | "messaging_postbacks"
                | "message_echoes"
                | "message_reactions"
                | "messaging_seen"
                | "messaging_referral"
                | "messaging_handover"
                | "message_edit"
                | "message_edits"
                | "message_deliveries"
                | "message_reads"
                | "messaging_optins"
        )
    );
    match (is_message, change.text("field")) {
        (true, _) => event(account, change.get("value"), Thread::Ours, heard),
        (false, Some("standby")) => event(account, change.get("value"), Thread::Standby, heard),
        (false, _) => return false,
    }
    true
}

/// What an entry of `object` `page` or `instagram` is about, when its id names no channel: tests from the dashboard say so.
pub(super) fn stranger(kind: ChannelKind, entry: Node<'_>) -> (ChannelKind, &'static str) {
    let is_test = entry.id("id").as_deref() == Some("0");
    (kind, if is_test { "dashboard_test" } else { "not_our_account" })
}
