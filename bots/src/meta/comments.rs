//! Comments under the posts of a page or an Instagram account: public mentions. Only what names nobody else and stands at
//! the top is taken as said to the brand; what people say to each other below is listened to.

use super::accounts::Account;
use super::attachments;
use super::heard::{Heard, Item};
use super::node::Node;
use lara_core::model::{AttachmentKind, Visibility};
use lara_core::ports::{Details, Happening};
use std::sync::Arc;

/// Before the address of somebody who commented.
const COMMENT: &str = "comment:";

/// Where a message of ours goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// To a person.
    Person(&'a str),
    /// Into the thread of a comment.
    Comment {
        /// The comment at its top.
        thread: &'a str,
    },
}

/// Reads an address as [`address`] writes it; anything else is a person.
pub(super) fn place(address: &str) -> Place<'_> {
    match address.strip_prefix(COMMENT).and_then(|rest| rest.split_once(':')) {
        Some((thread, _)) => Place::Comment { thread },
        None => Place::Person(address),
    }
}

/// The address of a person in the thread of a comment. Ids of Meta hold digits and underscores.
fn address(thread: &str, person: &str) -> String {
    format!("{COMMENT}{thread}:{person}")
}

/// A change of a page's feed (graph-api webhooks reference, page `feed`).
pub(super) fn feed<'a>(account: &Arc<Account>, node: Node<'a>, heard: &mut Vec<Heard<'a>>) {
    let value = node.get("value");
    let comment = Comment {
        account,
        node,
        author: value.get("from").id("id"),
        name: value.get("from").text("name"),
        id: value.id("comment_id"),
        above: value.id("parent_id").filter(|parent| Some(parent) != value.id("post_id").as_ref()),
        text: value.text("message").unwrap_or_default(),
        names_others: tags_others(account, value),
        picture: value.text("photo"),
        link: value.get("post").text("permalink_url"),
        at: value.moment("created_time"),
    };
    heard.push(match (value.text("item"), value.text("verb")) {
        (Some("comment"), Some("add")) => comment.said(),
        (Some("comment"), Some("edited" | "edit")) => {
            comment.changed(|external, text| Happening::Edited { external, text: text.to_owned() })
        }
        (Some("comment"), Some("remove")) => comment.changed(|external, _| Happening::Withdrawn { external }),
        (Some("comment"), _) => comment.ignored("comment_verb"),
        (Some("post" | "status" | "photo" | "video" | "share" | "album" | "link"), _) => {
            comment.ignored("page_post")
        }
        (Some("reaction" | "like"), _) => comment.ignored("reaction"),
        _ => comment.ignored("unknown_item"),
    });
}

/// A comment on Instagram (instagram-platform webhooks, `comments` and `live_comments`).
pub(super) fn instagram<'a>(account: &Arc<Account>, node: Node<'a>, heard: &mut Vec<Heard<'a>>) {
    let value = node.get("value");
    let text = value.text("text").unwrap_or_default();
    let comment = Comment {
        account,
        node,
        author: value.get("from").id("id"),
        name: value.get("from").text("username"),
        id: value.id("id"),
        above: value.id("parent_id"),
        text,
        names_others: text.split_whitespace().any(|word| word.starts_with('@') && word.len() > 1),
        picture: None,
        link: value.get("media").text("permalink"),
        at: None,
    };
    heard.push(comment.said());
}

/// Whether the text tags people or pages other than this one.
fn tags_others(account: &Account, value: Node<'_>) -> bool {
    value.list("message_tags").any(|tag| tag.id("id").is_some_and(|id| id != account.id))
}

struct Comment<'a, 'b> {
    account: &'b Arc<Account>,
    node: Node<'a>,
    author: Option<String>,
    name: Option<&'a str>,
    id: Option<String>,
    /// The comment this one stands under; none at the top.
    above: Option<String>,
    text: &'a str,
    names_others: bool,
    picture: Option<&'a str>,
    link: Option<&'a str>,
    at: Option<lara_core::model::Timestamp>,
}

impl<'a> Comment<'a, '_> {
    fn item<'c>(&'c self, person: &'c str) -> Item<'a, 'c> {
        Item { account: self.account, node: self.node, person, at: self.at }
    }

    fn ignored(&self, code: &'static str) -> Heard<'a> {
        self.item("").ignored(code)
    }

    fn said(&self) -> Heard<'a> {
        let (Some(author), Some(id)) = (&self.author, &self.id) else { return self.ignored("nobody") };
        if *author == self.account.id {
            return self.item("").own_comment(id.clone(), self.text);
        }
        let address = address(self.above.as_ref().unwrap_or(id), author);
        let is_to_brand = self.above.is_none() && !self.names_others;
        let visibility = if is_to_brand { Visibility::PublicAddressed } else { Visibility::Public };
        let picture = self.picture.map(|url| attachments::linked(AttachmentKind::Image, url));
        let details = Details {
            name: self.name.map(str::to_owned),
            link: self.linked(id),
            attachments: picture.into_iter().collect(),
            ..Details::default()
        };
        self.item(&address).said_in(id.clone(), self.text, details, visibility)
    }

    /// The comment itself, below its post.
    fn linked(&self, id: &str) -> Option<String> {
        let own = id.rsplit('_').next().unwrap_or(id);
        let link = self.link.filter(|link| link.starts_with("https://"))?;
        let joint = if link.contains('?') { '&' } else { '?' };
        Some(format!("{link}{joint}comment_id={own}"))
    }

    fn changed(&self, happening: impl Fn(String, &str) -> Happening) -> Heard<'a> {
        match (&self.author, &self.id) {
            (Some(author), _) if *author == self.account.id => self.ignored("own_comment"),
            (_, Some(id)) => {
                // In the lane of its author's words, so that it comes behind them.
                let thread = self.above.as_ref().unwrap_or(id);
                let person = address(thread, self.author.as_deref().unwrap_or_default());
                self.item(&person).happened(happening(id.clone(), self.text))
            }
            (_, None) => self.ignored("nobody"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_whether_it_is_a_person_or_a_thread() {
        assert_eq!(place("1423587017700273"), Place::Person("1423587017700273"));
        assert_eq!(place("CO.1047385771169864"), Place::Person("CO.1047385771169864"));
        assert_eq!(place(&address("1_3", "7")), Place::Comment { thread: "1_3" });
    }
}
