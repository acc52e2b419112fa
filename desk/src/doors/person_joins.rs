//! How a person came together, and who else they may be, as it is shown.

use super::people::{PersonRow, person_row};
use super::people_view::{Look, level_tone};
use super::queue::channel_icon;
use crate::frame::texts;
use crate::words::{self, PeopleWords, codes};
use lara_core::model::JoinHow;
use lara_core::model::{ConversationId, CustomerId, JoinId, SuggestionId};
use lara_store::pages::{FoundPerson, LoosePlace, Other, PersonJoin, SuggestionShown};

/// A join as it is shown.
pub(crate) struct JoinView {
    pub(crate) id: JoinId,
    pub(crate) what: String,
    pub(crate) how: String,
    pub(crate) when: String,
    pub(crate) undone: Option<String>,
    /// Whether the reader did it themselves.
    pub(crate) own: bool,
    /// The button that takes it back, and what will be restored.
    pub(crate) undo: &'static str,
    pub(crate) restores: String,
}

/// An address nobody has proven to be anybody's.
pub(crate) struct LooseView {
    pub(crate) icon: &'static str,
    pub(crate) channel: String,
    pub(crate) name: String,
    pub(crate) level: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) conversation: Option<ConversationId>,
}

/// Either side of a suggestion.
pub(crate) enum SideView {
    Person(Box<PersonRow>),
    Place(LooseView),
}

/// A suggestion as it is shown.
pub(crate) struct SuggestionView {
    pub(crate) id: SuggestionId,
    /// Left out on the page of this very person.
    pub(crate) about: Option<Box<PersonRow>>,
    pub(crate) other: SideView,
    pub(crate) evidence: String,
    pub(crate) since: String,
    pub(crate) title: String,
}

const fn how(p: &PeopleWords, how: JoinHow) -> &'static str {
    match how {
        JoinHow::Code => p.how_code,
        JoinHow::Link => p.how_link,
        JoinHow::OrderProof => p.how_order_proof,
        JoinHow::Agent => p.how_agent,
    }
}

/// A join as it is shown.
pub(crate) fn join_view(look: &Look<'_>, join: &PersonJoin) -> JoinView {
    let (p, language) = (look.words(), look.language());
    let called = |name: Option<&String>| name.cloned().unwrap_or_else(|| p.nameless.to_owned());
    let into = called(join.into.1.as_ref());
    let channel = join.address.as_ref().map(|(_, kind, name)| {
        let kind = kind.map_or(p.an_address, |kind| codes::channel(language, kind));
        name.as_ref().map_or_else(|| kind.to_owned(), |name| format!("{kind} · {name}"))
    });
    let mut told = vec![how(p, join.how).to_owned()];
    told.extend(join.agent.as_deref().map(|name| words::fill(p.join_by, &[("name", name)])));
    let undone = join.undone.as_ref().map(|(at, who)| {
        let day = look.zone.day(*at);
        match who {
            Some(name) => words::fill(p.join_undone_by, &[("name", name), ("day", &day)]),
            None => words::fill(p.join_undone, &[("day", &day)]),
        }
    });
    let (what, undo, restores) = if let Some((_, name)) = &join.merged {
        let merged = called(name.as_ref());
        let what = words::fill(p.join_merged, &[("what", &merged), ("into", &into)]);
        (what, p.undo_merge, words::fill(p.undo_merge_line, &[("what", &merged)]))
    } else {
        let channel = channel.unwrap_or_else(|| p.an_address.to_owned());
        let level = join.level_before.map_or(p.know_nothing, |level| codes::level(language, level));
        let what = words::fill(p.join_address, &[("channel", &channel), ("into", &into)]);
        (what, p.undo_tie, words::fill(p.undo_tie_line, &[("level", level)]))
    };
    JoinView {
        id: join.id,
        what,
        how: told.join(" · "),
        when: look.zone.moment(join.at),
        undone,
        own: join.agent_id.is_some_and(|by| look.visitor.signed().is_ok_and(|agent| agent.id == by)),
        undo,
        restores,
    }
}

/// An address as a side of a suggestion, or of a tie.
pub(crate) fn loose_view(look: &Look<'_>, place: &LoosePlace) -> LooseView {
    let language = look.language();
    LooseView {
        icon: channel_icon(place.channel_kind),
        channel: format!("{} · {}", codes::channel(language, place.channel_kind), place.channel_name),
        name: place.shown.clone().unwrap_or_else(|| texts(look.visitor).visitor.to_owned()),
        level: codes::level(language, place.level),
        tone: level_tone(place.level),
        conversation: place.conversation,
    }
}

/// What speaks for a suggestion, in words.
fn evidence(p: &'static PeopleWords, codes: &str) -> String {
    let word = |code: &str| match code {
        "same_email" => Some(p.same_email),
        "same_phone" => Some(p.same_phone),
        "said_email" => Some(p.said_email),
        "said_phone" => Some(p.said_phone),
        "same_address" => Some(p.same_address),
        "code" => Some(p.said_code),
        _ => None,
    };
    let told: Vec<&str> =
        codes.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter_map(word).collect();
    told.join(", ")
}

/// A suggestion as it is shown; on the page of one of the two only the other.
pub(crate) fn suggestion_view(
    look: &Look<'_>,
    suggestion: &SuggestionShown,
    here: Option<CustomerId>,
) -> SuggestionView {
    let row = |person: &FoundPerson| Box::new(person_row(look, person));
    let (about, other) = match (&suggestion.other, here) {
        (Other::Person(other), Some(here)) if other.id == here => {
            (None, SideView::Person(row(&suggestion.person)))
        }
        (Other::Person(other), here) => {
            (here.is_none().then(|| row(&suggestion.person)), SideView::Person(row(other)))
        }
        (Other::Place(place), here) => {
            let about = (here != Some(suggestion.person.id)).then(|| row(&suggestion.person));
            (about, SideView::Place(loose_view(look, place)))
        }
    };
    SuggestionView {
        id: suggestion.id,
        about,
        other,
        evidence: evidence(look.words(), &suggestion.evidence),
        since: look.ago(suggestion.at),
        title: look.zone.moment(suggestion.at),
    }
}
