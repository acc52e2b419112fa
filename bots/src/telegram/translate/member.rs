//! What became of the bot in a chat: blocked, let in again, added to a group.

use super::{Ear, Heard, happened};
use crate::telegram::node::Node;
use lara_core::ports::Happening;

/// `my_chat_member`: in a private chat `kicked` means blocked (core.telegram.org/bots/api#chatmemberupdated).
pub(super) fn changed(ear: Ear<'_>, change: Node<'_>) -> Heard {
    let chat = change.at("chat");
    if chat.str("type") != Some("private") {
        return Heard::ignored("group_membership");
    }
    let Some(id) = chat.int("id") else {
        return Heard::odd("member_without_chat");
    };
    let reachable = match change.at("new_chat_member").str("status") {
        Some("kicked" | "left") => false,
        Some("member" | "administrator" | "creator") => true,
        _ => return Heard::ignored("other_membership"),
    };
    Heard::of(happened(ear, Happening::Reach { address: id.to_string(), reachable }))
}
