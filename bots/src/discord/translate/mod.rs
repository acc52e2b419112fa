//! From what Discord sends to what Lara takes. Pure and total: every event becomes events of ours, or is ignored by name,
//! or is odd and kept. It reads JSON, not the models of a library, so that one member nobody expected loses no message.

mod attachments;
mod interaction;
mod message;

pub(crate) use interaction::{Answer, HELP_ME, LINK, Means, Press, press};

use super::ids::Snowflake;
use super::places::Places;
use super::settings::Settings;
use super::shape;
use lara_core::listen::Event;
use lara_core::model::{Channel, ChannelKind};
use lara_core::ports::Happening;
use serde_json::Value;
use std::sync::Arc;

/// What is known when an event is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    /// The channel.
    pub(crate) channel: &'a Arc<Channel>,
    /// Its settings.
    pub(crate) settings: &'a Settings,
    /// The bot.
    pub(crate) bot: Option<Snowflake>,
    /// Threads.
    pub(crate) places: &'a Places,
}

/// An event that says less than it must: a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Odd(pub(crate) &'static str);

/// What an event of this name and data means.
pub(crate) fn translate(known: &Known<'_>, name: &str, data: &Value) -> Result<Vec<Event>, Odd> {
    match name {
        "MESSAGE_CREATE" => message::created(known, data).map(|event| vec![event]),
        "MESSAGE_UPDATE" => message::edited(known, data).map(|event| vec![event]),
        "MESSAGE_DELETE" => {
            let id = shape::id(data, "id").ok_or(Odd("no_id"))?;
            Ok(vec![withdrawn(known, id)])
        }
        "MESSAGE_DELETE_BULK" => {
            let ids = shape::member(data, "ids").as_array().ok_or(Odd("no_ids"))?;
            Ok(ids.iter().filter_map(Snowflake::of).map(|id| withdrawn(known, id)).collect())
        }
        "INTERACTION_CREATE" => interaction::pressed(known, data).map(|event| vec![event]),
        "TYPING_START" => Ok(vec![ignored("typing")]),
        _ => Ok(vec![ignored("no_message")]),
    }
}

/// Nothing for us.
fn ignored(why: &'static str) -> Event {
    Event::Ignored(ChannelKind::Discord, why)
}

fn withdrawn(known: &Known<'_>, id: Snowflake) -> Event {
    let external = id.to_string();
    Event::Happened(Arc::clone(known.channel), Happening::Withdrawn { external })
}

#[cfg(test)]
mod tests;
