//! What a body of a webhook holds, translated: events in the order of the body, each with the person whose order must hold.

use super::accounts::Account;
use super::node::Node;
use crate::seal::sha256_hex;
use lara_core::listen::{Envelope, Event};
use lara_core::model::{ChannelKind, Timestamp, Visibility};
use lara_core::ports::{Details, Happening, Symptom};
use serde_json::Value;
use std::sync::Arc;

/// One event of a body.
#[derive(Debug, Clone)]
pub struct Heard<'a> {
    /// Whose events keep their order: account and person.
    pub lane: String,
    /// When it happened, by the platform's clock.
    pub at: Option<Timestamp>,
    /// What.
    pub what: What,
    /// As it came; kept aside when it cannot be taken.
    pub raw: Option<&'a Value>,
}

/// What was heard.
#[derive(Debug, Clone)]
pub enum What {
    /// Something for the listener.
    Event(Event),
    /// Something about the channel itself.
    Symptom(Arc<Account>, Symptom),
    /// A comment of the brand itself: ours, if we said that a moment ago.
    OwnComment {
        /// Where.
        account: Arc<Account>,
        /// The platform's id of it.
        external: String,
        /// What it says.
        text: String,
    },
}

impl Heard<'_> {
    /// The channel it is about, where there is one.
    #[must_use]
    pub fn channel(&self) -> Option<&Arc<lara_core::model::Channel>> {
        match &self.what {
            What::Event(Event::Said(envelope)) => Some(&envelope.channel),
            What::Event(Event::Happened(channel, _)) => Some(channel),
            What::Event(Event::Ignored(..)) => None,
            What::Symptom(account, _) | What::OwnComment { account, .. } => Some(&account.channel),
        }
    }
}

/// One event being translated: who, when, and where it stands in the body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a, 'b> {
    pub(super) account: &'b Arc<Account>,
    pub(super) node: Node<'a>,
    pub(super) person: &'b str,
    pub(super) at: Option<Timestamp>,
}

impl<'a> Item<'a, '_> {
    fn heard(self, what: What) -> Heard<'a> {
        let lane = format!("{}/{}", self.account.id, self.person);
        Heard { lane, at: self.at, what, raw: self.node.value() }
    }

    /// A direct message of the person.
    pub(super) fn said(self, external: String, text: &str, details: Details) -> Heard<'a> {
        self.said_in(external, text, details, Visibility::Direct)
    }

    /// A message of the person. One in which there is nothing is nothing.
    pub(super) fn said_in(
        self,
        external: String,
        text: &str,
        details: Details,
        visibility: Visibility,
    ) -> Heard<'a> {
        if details.attachments.is_empty() && lara_core::listen::clean(text).trim().is_empty() {
            return self.ignored("blank");
        }
        let details = Details { said_at: details.said_at.or(self.at), ..details };
        self.heard(What::Event(Event::Said(Box::new(Envelope {
            channel: Arc::clone(&self.account.channel),
            address: self.person.to_owned(),
            external,
            text: text.to_owned(),
            visibility,
            at: None,
            details,
        }))))
    }

    /// Something else that counts.
    pub(super) fn happened(self, happening: Happening) -> Heard<'a> {
        self.heard(What::Event(Event::Happened(Arc::clone(&self.account.channel), happening)))
    }

    /// Nothing for us, by name.
    pub(super) fn ignored(self, code: &'static str) -> Heard<'a> {
        self.heard(What::Event(Event::Ignored(self.account.channel.kind, code)))
    }

    /// Something about the channel.
    pub(super) fn symptom(self, symptom: Symptom) -> Heard<'a> {
        self.heard(What::Symptom(Arc::clone(self.account), symptom))
    }

    /// A comment of the brand itself.
    pub(super) fn own_comment(self, external: String, text: &str) -> Heard<'a> {
        let account = Arc::clone(self.account);
        self.heard(What::OwnComment { account, external, text: text.to_owned() })
    }

    /// The key of an event the platform gave no id: the same event has the same key however often it comes.
    pub(super) fn key(self, what: &str, payload: &str) -> String {
        let at = self.at.map(Timestamp::millis).unwrap_or_default();
        let hash = sha256_hex(&format!("{}\0{at}\0{what}\0{payload}", self.person));
        format!("sha256:{hash}")
    }
}

/// Something of a body that names no channel of ours.
pub(super) fn nobodys<'a>(kind: ChannelKind, code: &'static str, node: Node<'a>) -> Heard<'a> {
    Heard { lane: String::new(), at: None, what: What::Event(Event::Ignored(kind, code)), raw: node.value() }
}
