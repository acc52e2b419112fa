//! The reply window: until when a platform lets a brand write to a person who wrote to it, and what is lawful after.
//!
//! It is asked twice: before an agent's text is accepted, so that the agent is told why and what to do instead, and just
//! before a send, because time passes in the outbox. Public answers have no window; nor have the platforms not named here.

use crate::model::{Author, ChannelKind, Millis, Timestamp, Visibility};

/// Messenger and Instagram "standard messaging", WhatsApp "customer service window": 24 hours from the person's last
/// message (developers.facebook.com, messenger-platform policy; whatsapp cloud-api, send messages).
pub const STANDARD: Millis = Millis::minutes(24 * 60);

/// Messenger and Instagram, tag `HUMAN_AGENT`: seven days, for what a human typed (developers.facebook.com,
/// messenger-platform message tags).
pub const HUMAN_AGENT: Millis = Millis::minutes(7 * 24 * 60);

/// Under which of the platform's rules a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tag {
    /// As an answer.
    #[default]
    Standard,
    /// As a human's late answer: the adapter says so to the platform.
    HumanAgent,
}

/// What may be done instead of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// Only an agent may still write, until then.
    AnAgentWrites(Timestamp),
    /// A template the platform has approved, sent in the platform's own tools.
    ApprovedTemplate,
    /// Wait: the window opens again when the person writes.
    PersonWrites,
}

impl Instead {
    /// A stable code, as stored and shown.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AnAgentWrites(_) => "an_agent_writes",
            Self::ApprovedTemplate => "approved_template",
            Self::PersonWrites => "person_writes",
        }
    }
}

/// Whether a message may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// It may, until then where there is an end.
    Open(Option<Timestamp>),
    /// It may until then, because a human typed it, under [`Tag::HumanAgent`].
    OpenForAgent(Timestamp),
    /// It may not.
    Closed(Instead),
}

/// Why a message outside the window was not sent: a stable code.
pub const CLOSED: &str = "window_closed";

/// What a platform does when the standard window is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// It has no window.
    AlwaysOpen,
    /// A human may still answer for a while.
    HumansLonger,
    /// Only templates it has approved go.
    TemplatesOnly,
}

const fn rule(kind: ChannelKind) -> Rule {
    match kind {
        ChannelKind::Messenger | ChannelKind::Instagram => Rule::HumansLonger,
        ChannelKind::Whatsapp => Rule::TemplatesOnly,
        ChannelKind::Web
        | ChannelKind::App
        | ChannelKind::Discord
        | ChannelKind::Telegram
        | ChannelKind::Local => Rule::AlwaysOpen,
    }
}

impl Window {
    /// Whether the windows of such a channel ever close.
    #[must_use]
    pub const fn has_an_end(kind: ChannelKind) -> bool {
        !matches!(rule(kind), Rule::AlwaysOpen)
    }

    /// The window of a channel of this kind for this author, when the person wrote last at `last_in_at`.
    #[must_use]
    pub fn of(
        kind: ChannelKind,
        visibility: Visibility,
        author: Author,
        last_in_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        if visibility != Visibility::Direct || !Self::has_an_end(kind) {
            return Self::Open(None);
        }
        let ends = |span: Millis| last_in_at.map(|at| at.plus(span)).filter(|end| now < *end);
        if let Some(end) = ends(STANDARD) {
            return Self::Open(Some(end));
        }
        if rule(kind) == Rule::TemplatesOnly {
            return Self::Closed(Instead::ApprovedTemplate);
        }
        match ends(HUMAN_AGENT) {
            Some(end) if author == Author::Agent => Self::OpenForAgent(end),
            Some(end) => Self::Closed(Instead::AnAgentWrites(end)),
            None => Self::Closed(Instead::PersonWrites),
        }
    }

    /// The tag a message is sent under; `None` when it may not be sent.
    #[must_use]
    pub const fn tag(self) -> Option<Tag> {
        match self {
            Self::Open(_) => Some(Tag::Standard),
            Self::OpenForAgent(_) => Some(Tag::HumanAgent),
            Self::Closed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WROTE: Timestamp = Timestamp::from_millis(1_000_000);

    fn after(kind: ChannelKind, author: Author, hours: i64) -> Window {
        Window::of(kind, Visibility::Direct, author, Some(WROTE), WROTE.plus(Millis::minutes(hours * 60)))
    }

    fn end(span: Millis) -> Timestamp {
        WROTE.plus(span)
    }

    #[test]
    fn messenger_and_instagram_are_open_for_a_day_and_for_a_human_for_a_week() {
        for kind in [ChannelKind::Messenger, ChannelKind::Instagram] {
            assert_eq!(after(kind, Author::Bot, 23), Window::Open(Some(end(STANDARD))));
            assert_eq!(after(kind, Author::Agent, 23), Window::Open(Some(end(STANDARD))));
            let agent_may = Window::Closed(Instead::AnAgentWrites(end(HUMAN_AGENT)));
            assert_eq!(after(kind, Author::Bot, 24), agent_may);
            assert_eq!(after(kind, Author::Agent, 24), Window::OpenForAgent(end(HUMAN_AGENT)));
            assert_eq!(after(kind, Author::Agent, 24).tag(), Some(Tag::HumanAgent));
            assert_eq!(after(kind, Author::Agent, 7 * 24), Window::Closed(Instead::PersonWrites));
            assert_eq!(after(kind, Author::Agent, 7 * 24).tag(), None);
        }
    }

    #[test]
    fn on_whatsapp_only_an_approved_template_goes_after_a_day() {
        assert_eq!(after(ChannelKind::Whatsapp, Author::Agent, 23).tag(), Some(Tag::Standard));
        for author in [Author::Bot, Author::Agent] {
            assert_eq!(after(ChannelKind::Whatsapp, author, 24), Window::Closed(Instead::ApprovedTemplate));
        }
    }

    #[test]
    fn who_never_wrote_is_not_written_to_where_there_is_a_window() {
        let never = |kind| Window::of(kind, Visibility::Direct, Author::Agent, None, WROTE).tag();
        assert_eq!(never(ChannelKind::Messenger), None);
        assert_eq!(never(ChannelKind::Whatsapp), None);
        assert_eq!(never(ChannelKind::Telegram), Some(Tag::Standard));
    }

    #[test]
    fn the_others_and_public_places_are_always_open() {
        for kind in [ChannelKind::Web, ChannelKind::App, ChannelKind::Discord, ChannelKind::Telegram] {
            assert_eq!(after(kind, Author::Bot, 24 * 365), Window::Open(None));
        }
        let year = WROTE.plus(Millis::minutes(24 * 60 * 365));
        let public = Visibility::PublicAddressed;
        let comment = Window::of(ChannelKind::Instagram, public, Author::Bot, Some(WROTE), year);
        assert_eq!(comment, Window::Open(None));
    }
}
