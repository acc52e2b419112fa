//! What people press: the slash command and buttons. Shapes: `discord-api-docs` interactions/receiving-and-responding.mdx.

use super::{Known, Odd, ignored, message};
use crate::discord::ids::{Address, Button, Snowflake};
use crate::discord::shape;
use lara_core::listen::{Envelope, Event};
use lara_core::model::{Language, MessageId, Visibility};
use lara_core::ports::Details;
use serde_json::Value;
use std::sync::Arc;

/// The slash command that reaches a human, in private.
pub(crate) const HELP_ME: &str = "help-me";

/// The slash command that says a one-time code, which leads from another channel to this one.
pub(crate) const LINK: &str = "link";

/// Types of interactions: a command, a button.
const COMMAND: u64 = 2;
const COMPONENT: u64 = 3;

/// The flag of a message only one person sees.
const EPHEMERAL: u64 = 1 << 6;

/// What was pressed, by whom, where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Press {
    /// The interaction.
    pub(crate) id: Snowflake,
    /// Where the talk it belongs to is.
    pub(crate) address: Address,
    /// What it means.
    pub(crate) means: Means,
    /// How it is answered at once.
    pub(crate) answer: Answer,
    /// Whether what follows is between the brand and the person.
    pub(crate) private: bool,
}

/// What a press means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Means {
    /// It says something.
    Says(String),
    /// It opens what was said in private beside a public line.
    OpensAside(MessageId),
    /// Nothing to us.
    Nothing(&'static str),
}

/// The first answer, due within three seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// "Lara is thinking", for one person only or in the open; the words follow (type 5).
    Later {
        /// Whether only the person sees it.
        hidden: bool,
    },
    /// Seen, and nothing to show (type 6).
    Silently,
    /// None: it is not ours.
    None,
}

/// What an interaction is.
pub(crate) fn press(known: &Known<'_>, interaction: &Value) -> Result<Press, Odd> {
    let id = shape::id(interaction, "id").ok_or(Odd("no_id"))?;
    let user = user(interaction);
    let user = shape::id(user, "id").ok_or(Odd("no_author"))?;
    let place = shape::id(interaction, "channel_id")
        .or_else(|| shape::id(shape::member(interaction, "channel"), "id"));
    let in_guild = shape::id(interaction, "guild_id").is_some();
    let thread = place.and_then(|place| known.places.threads.get(&place));
    let address = match (in_guild, thread, place) {
        (false, ..) => Address::Direct(user),
        // A code is said between the brand and the person, wherever it is typed: what it opens is told there alone.
        _ if is_command(interaction, LINK) => Address::Direct(user),
        (true, Some(thread), _) if thread.of.user() == user => thread.of,
        (true, _, Some(channel)) => Address::Place { channel, user },
        (true, _, None) => return Err(Odd("no_channel")),
    };
    let hidden_before = shape::flag(shape::member(interaction, "message"), "flags", EPHEMERAL);
    let private = !in_guild || hidden_before || thread.is_some_and(|thread| thread.private);
    let (means, answer) = meaning(interaction, in_guild, hidden_before);
    let asks_privately = answer == (Answer::Later { hidden: true });
    Ok(Press { id, address, means, answer, private: private || asks_privately })
}

fn meaning(interaction: &Value, in_guild: bool, hidden_before: bool) -> (Means, Answer) {
    let data = shape::member(interaction, "data");
    match shape::number(interaction, "type") {
        COMMAND if is_command(interaction, HELP_ME) => {
            (Means::Says(help(interaction)), Answer::Later { hidden: in_guild })
        }
        COMMAND if is_command(interaction, LINK) => match option(interaction, "code") {
            "" => (Means::Nothing("no_code"), Answer::None),
            code => (Means::Says(code.to_owned()), Answer::Later { hidden: in_guild }),
        },
        COMMAND => (Means::Nothing("other_command"), Answer::None),
        COMPONENT => match Button::of(shape::text(data, "custom_id")) {
            Some(Button::Say { title, .. }) if hidden_before => {
                (Means::Says(title), Answer::Later { hidden: true })
            }
            Some(Button::Say { title, .. }) => (Means::Says(title), Answer::Silently),
            Some(Button::Aside(message)) => (Means::OpensAside(message), Answer::Later { hidden: true }),
            None => (Means::Nothing("foreign_button"), Answer::None),
        },
        _ => (Means::Nothing("other_interaction"), Answer::None),
    }
}

/// Whether a slash command of ours was used.
fn is_command(interaction: &Value, name: &str) -> bool {
    let data = shape::member(interaction, "data");
    shape::number(interaction, "type") == COMMAND
        && shape::text(data, "name") == name
        && matches!(shape::number(data, "type"), 0 | 1)
}

/// What was typed into an option of a command.
fn option<'a>(interaction: &'a Value, name: &str) -> &'a str {
    let options = shape::list(shape::member(interaction, "data"), "options");
    let typed = options.iter().find(|option| shape::text(option, "name") == name);
    typed.map(|option| shape::text(option, "value").trim()).unwrap_or_default()
}

/// What a press says.
pub(super) fn pressed(known: &Known<'_>, interaction: &Value) -> Result<Event, Odd> {
    let press = press(known, interaction)?;
    let text = match press.means {
        Means::Nothing(why) => return Ok(ignored(why)),
        Means::OpensAside(_) => return Ok(ignored("opens_aside")),
        Means::Says(text) => text,
    };
    let user = user(interaction);
    if shape::is(user, "bot") {
        return Ok(ignored("other_bot"));
    }
    let guild = shape::id(interaction, "guild_id");
    if guild.is_some_and(|guild| known.settings.guild.is_some_and(|ours| ours != guild)) {
        return Ok(ignored("other_server"));
    }
    let visibility = if press.private { Visibility::Direct } else { Visibility::PublicAddressed };
    Ok(Event::Said(Box::new(Envelope {
        channel: Arc::clone(known.channel),
        address: press.address.to_string(),
        external: press.id.to_string(),
        text,
        visibility,
        at: None,
        details: Details {
            name: message::name(shape::member(interaction, "member"), user),
            language: language(interaction),
            said_at: press.id.at(),
            ..Details::default()
        },
    })))
}

/// The person, in a server or in private.
fn user(interaction: &Value) -> &Value {
    let member = shape::member(shape::member(interaction, "member"), "user");
    if member.is_object() { member } else { &interaction["user"] }
}

/// The language the person has set Discord to, of those Lara speaks.
fn language(interaction: &Value) -> Option<Language> {
    let locale = shape::text(interaction, "locale");
    locale.split('-').next().and_then(|language| language.parse().ok())
}

/// What somebody says who asks for help: a word that always reaches a human, in their language, and what they wrote.
fn help(interaction: &Value) -> String {
    match (language(interaction), option(interaction, "message")) {
        (Some(Language::Vietnamese), "") => "Gặp nhân viên".to_owned(),
        (_, "") => "A human".to_owned(),
        (Some(Language::Vietnamese), about) => format!("Tôi muốn gặp nhân viên: {about}"),
        (_, about) => format!("I want to talk to a human: {about}"),
    }
}
