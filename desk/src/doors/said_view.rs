//! The messages of a conversation as they are shown.

use super::part_view::{PartView, part_view};
use super::talk_view::{ReadingView, reading};
use crate::auth::Visitor;
use crate::frame::texts;
use crate::view::Zone;
use crate::words::{self, SaidWords, codes};
use lara_core::act::markup;
use lara_core::model::{Author, Direction, MessageState, Visibility};
use lara_store::pages::{Decided, Said};

/// Messages of one author closer than this are shown as one block.
const TOGETHER: i64 = 5 * 60_000;

pub(crate) struct StateView {
    pub(crate) code: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: &'static str,
    pub(crate) title: String,
    pub(crate) fault: Option<String>,
}

pub(crate) struct MessageView {
    pub(crate) seq: i64,
    pub(crate) day: Option<String>,
    pub(crate) class: String,
    pub(crate) follows: bool,
    pub(crate) by: String,
    pub(crate) machine: String,
    pub(crate) title: String,
    pub(crate) clock: String,
    /// Where in public it was said, and where that can be looked at.
    pub(crate) place: Option<&'static str>,
    pub(crate) link: Option<String>,
    pub(crate) edited: Option<String>,
    pub(crate) is_html: bool,
    pub(crate) html: String,
    /// Empty when there is nothing to show.
    pub(crate) text: String,
    /// What was said in private beside it, as HTML.
    pub(crate) aside: Option<String>,
    pub(crate) parts: Vec<PartView>,
    pub(crate) picks: Vec<String>,
    pub(crate) state: Option<StateView>,
    pub(crate) reading: Option<ReadingView>,
}

/// How far a message to the customer is; what arrived needs no word but `sent`.
fn state(visitor: &Visitor, zone: &Zone, said: &Said) -> Option<StateView> {
    if said.direction != Direction::Out {
        return None;
    }
    let s = words::said(visitor.language);
    let arrived = match (said.after.read_at, said.after.delivered_at) {
        _ if said.state != MessageState::Sent => None,
        (Some(at), _) => Some(("read", "ticks", s.read, at)),
        (None, Some(at)) => Some(("delivered", "ticks", s.delivered, at)),
        (None, None) => None,
    };
    if let Some((code, icon, text, at)) = arrived {
        return Some(StateView { code, icon, text, title: zone.moment(at), fault: None });
    }
    Some(StateView {
        code: said.state.as_str(),
        icon: match said.state {
            MessageState::Accepted | MessageState::Sent => "check",
            MessageState::Queued | MessageState::Sending => "clock",
            MessageState::Failed | MessageState::Uncertain | MessageState::Cancelled => "warn",
        },
        text: codes::state(visitor.language, said.state),
        title: String::new(),
        fault: said.fault.as_deref().map(|code| words::fault(visitor.language, code).into_owned()),
    })
}

/// Who said it. An agent without a name of ours wrote from the platform's own inbox.
fn by(visitor: &Visitor, s: &SaidWords, said: &Said, name: &str) -> String {
    let w = texts(visitor);
    let me = visitor.agent.as_ref().map(|agent| agent.id);
    match (said.author, &said.agent) {
        (Author::Customer, _) => name.to_owned(),
        (Author::Bot, _) => w.said_lara.to_owned(),
        (Author::Agent, Some((id, _))) if Some(*id) == me => w.you.to_owned(),
        (Author::Agent, Some((_, name))) if !name.is_empty() => name.clone(),
        (Author::Agent, Some(_)) => w.said_agent.to_owned(),
        (Author::Agent, None) => s.elsewhere.to_owned(),
    }
}

/// An address a browser may be sent to; a platform's own word for others is not.
pub(crate) fn outside(link: &str) -> Option<String> {
    let link = url::Url::parse(link).ok()?;
    matches!(link.scheme(), "http" | "https").then(|| link.to_string())
}

fn message(visitor: &Visitor, zone: &Zone, said: &Said, name: &str) -> MessageView {
    let (w, s) = (texts(visitor), words::said(visitor.language));
    let is_html = said.direction != Direction::In;
    let html = if is_html { markup::to_html(&markup::parse(&said.text)) } else { String::new() };
    let withdrawn = said.after.withdrawn_at.is_some();
    let mut class = format!("{} {}", said.direction.as_str(), said.author.as_str());
    if said.state == MessageState::Cancelled {
        class.push_str(" cancelled");
    }
    if withdrawn {
        class.push_str(" withdrawn");
    }
    let text = if withdrawn {
        s.withdrawn.to_owned()
    } else if said.text.is_empty() && said.parts.is_empty() {
        w.said_nothing.to_owned()
    } else {
        said.text.clone()
    };
    MessageView {
        seq: said.seq,
        day: None,
        class,
        follows: false,
        by: by(visitor, s, said, name),
        machine: Zone::machine(said.at),
        title: zone.moment(said.at),
        clock: zone.clock(said.at),
        place: match said.visibility {
            Visibility::Direct => None,
            Visibility::PublicAddressed if said.direction == Direction::In => Some(s.said_mention),
            Visibility::Public | Visibility::PublicAddressed => Some(s.said_public),
        },
        link: said.after.link.as_deref().and_then(outside),
        edited: said.after.edited_at.filter(|_| !withdrawn).map(|at| zone.moment(at)),
        is_html,
        html,
        text,
        aside: said.aside.as_deref().map(|aside| markup::to_html(&markup::parse(aside))),
        parts: said.parts.iter().map(|part| part_view(visitor, part)).collect(),
        picks: said.quick_replies.iter().map(|reply| reply.title.clone()).collect(),
        state: state(visitor, zone, said),
        reading: None,
    }
}

/// The messages, oldest first, with the decisions about them.
pub(crate) fn messages(
    visitor: &Visitor,
    zone: &Zone,
    said: &[Said],
    decisions: &[Decided],
    name: &str,
) -> Vec<MessageView> {
    let last_out = said.iter().rev().find(|one| one.direction == Direction::Out).map(|one| one.seq);
    let mut day = String::new();
    let mut before: Option<(String, i64)> = None;
    let mut shown = Vec::with_capacity(said.len());
    for one in said {
        let (seq, at) = (one.seq, one.at);
        let mut view = message(visitor, zone, one, name);
        let today = zone.day(at);
        if today != day {
            day.clone_from(&today);
            view.day = Some(today);
            before = None;
        }
        // Where it was said, and that it was edited, stand in the line of the name.
        let plain = view.place.is_none() && view.edited.is_none();
        let block = format!("{} {}", view.class, view.by);
        view.follows = plain
            && before.as_ref().is_some_and(|(last, then)| *last == block && at.millis() - then < TOGETHER);
        before = Some((block, at.millis()));
        // "Sent" is worth a word only under the newest; trouble always is.
        if one.state == MessageState::Sent && Some(seq) != last_out {
            view.state = None;
        }
        view.reading =
            decisions.iter().find(|decided| decided.last_seq == seq).map(|one| reading(visitor, one));
        if view.reading.is_some() {
            before = None;
        }
        shown.push(view);
    }
    shown
}
