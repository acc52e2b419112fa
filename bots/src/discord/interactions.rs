//! Buttons and the slash command: answered before anything else, for Discord waits three seconds
//! (interactions/receiving-and-responding.mdx); what is said follows.

use super::api::Failure;
use super::gateway::Station;
use super::ids::{Address, Snowflake};
use super::places::{Follow, Private};
use super::send;
use super::shape;
use super::translate::{Answer, HELP_ME, LINK, Means, Press, press};
use lara_core::model::{Message, MessageId, Millis};
use lara_core::ports::StoreResult;
use reqwest::Method;
use serde_json::{Value, json};

/// How long the token of an interaction is used: it lives 15 minutes.
const LIFE: Millis = Millis::minutes(14);
/// Types of first answers: "thinking", and nothing to show.
const LATER: u64 = 5;
const SILENTLY: u64 = 6;
/// Only the person sees it.
const EPHEMERAL: u64 = 1 << 6;
/// Somebody answered it already: another process of ours, or this one a moment ago.
const ANSWERED: u64 = 40_060;
/// How many messages are looked through for the one a button opens.
const LOOKED_THROUGH: u32 = 50;

/// Answers an interaction at once. What it says is taken afterwards, by whoever calls this.
pub(super) async fn answer(station: &Station, interaction: &Value) {
    let pressed = press(&station.known(&station.places()), interaction);
    let Ok(press) = pressed else { return };
    let callback = match press.answer {
        Answer::None => return,
        Answer::Silently => json!({ "type": SILENTLY }),
        Answer::Later { hidden } => {
            json!({ "type": LATER, "data": { "flags": if hidden { EPHEMERAL } else { 0 } } })
        }
    };
    let token = shape::text(interaction, "token");
    let path = format!("/interactions/{}/{token}/callback", press.id);
    let mut called = station.api.answer(Method::POST, &path, &callback).await;
    if matches!(called, Err(Failure::Unknown(_) | Failure::Unreachable)) {
        called = station.api.answer(Method::POST, &path, &callback).await;
    }
    match called {
        Ok(_) => {}
        Err(failure) if failure.code() == ANSWERED => {}
        Err(failure) => {
            // Too late, or nobody there: what it says is taken all the same, and answered the ordinary way.
            tracing::warn!(channel = %station.channel.id, ?failure, "an interaction was not answered in time");
            return;
        }
    }
    let Answer::Later { hidden } = press.answer else { return };
    let Some(app) = shape::id(interaction, "application_id").or(station.application()) else { return };
    let done = match press.means {
        Means::OpensAside(message) => open(station, &press, message, (app, token)).await,
        _ => owe(station, &press, (app, token), hidden).await,
    };
    if let Err(error) = done {
        tracing::warn!(channel = %station.channel.id, %error, "an interaction was not noted");
    }
}

/// Notes that an answer is owed, so that the reply goes there.
async fn owe(
    station: &Station,
    press: &Press,
    (app, token): (Snowflake, &str),
    hidden: bool,
) -> StoreResult<()> {
    let now = station.shared.clock.now();
    let follow = Follow { app: app.0, token: token.to_owned(), until: now.plus(LIFE), owed: true, hidden };
    station.kept.set_follow(press.address, Some(&follow), now).await?;
    let in_server = matches!(press.address, Address::Place { .. });
    if in_server && press.private && station.kept.private(press.address).await?.is_none() {
        station.kept.set_private(press.address, Private::Wanted, now).await?;
    }
    Ok(())
}

/// Shows what was said in private, to the person it was said to and nobody else.
async fn open(
    station: &Station,
    press: &Press,
    message: MessageId,
    (app, token): (Snowflake, &str),
) -> StoreResult<()> {
    let said = said_to(station, press.address, message).await?;
    let texts = match &said {
        Some(said) => send::opened(said.aside.as_deref().unwrap_or(&said.text)),
        None => send::opened("🔒"),
    };
    let root = format!("/webhooks/{app}/{token}");
    for (place, text) in texts.iter().enumerate() {
        let call = if place == 0 {
            station.api.answer(Method::PATCH, &format!("{root}/messages/@original"), text).await
        } else {
            station.api.answer(Method::POST, &root, text).await
        };
        if let Err(failure) = call {
            tracing::warn!(channel = %station.channel.id, ?failure, "a private answer was not shown");
            return Ok(());
        }
    }
    if said.is_some() {
        // What follows in the next minutes goes there too.
        let now = station.shared.clock.now();
        let until = now.plus(LIFE);
        let follow = Follow { app: app.0, token: token.to_owned(), until, owed: false, hidden: true };
        station.kept.set_follow(press.address, Some(&follow), now).await?;
    }
    Ok(())
}

/// The message, if it was written to this address. While it is being sent it does not stand among what was sent yet.
async fn said_to(station: &Station, address: Address, message: MessageId) -> StoreResult<Option<Message>> {
    let transcripts = &station.shared.transcripts;
    let Some(address) = transcripts.address(station.channel.id, &address.to_string()).await? else {
        return Ok(None);
    };
    let latest = transcripts.latest(address.id, LOOKED_THROUGH).await?;
    Ok(latest.into_iter().find(|known| known.id == message))
}

/// The slash command for a human.
fn help_me() -> Value {
    json!({
        "name": HELP_ME,
        "type": 1,
        "description": "Talk to a human, in private",
        "description_localizations": { "vi": "Gặp nhân viên, riêng tư" },
        "options": [{
            "type": 3,
            "name": "message",
            "name_localizations": { "vi": "noi-dung" },
            "description": "What is it about?",
            "description_localizations": { "vi": "Bạn cần hỗ trợ việc gì?" },
            "required": false,
            "max_length": 1_000,
        }],
    })
}

/// The slash command for a one-time code.
fn link() -> Value {
    json!({
        "name": LINK,
        "type": 1,
        "description": "Continue here what you began elsewhere, with your code",
        "description_localizations": { "vi": "Tiếp tục tại đây bằng mã của bạn" },
        "options": [{
            "type": 3,
            "name": "code",
            "name_localizations": { "vi": "ma" },
            "description": "The code you were given, LARA-XXXX-XXXX",
            "description_localizations": { "vi": "Mã bạn đã nhận, dạng LARA-XXXX-XXXX" },
            "required": true,
            "max_length": 40,
        }],
    })
}

/// Makes the slash commands known to Discord; those of the same names are replaced. They are never taken back.
pub(super) async fn register(station: &Station, application: Snowflake) {
    let path = match station.settings.guild {
        // Known at once in one server; everywhere it may take an hour.
        Some(guild) => format!("/applications/{application}/guilds/{guild}/commands"),
        None => format!("/applications/{application}/commands"),
    };
    for (name, command) in [(HELP_ME, help_me()), (LINK, link())] {
        if let Err(failure) = station.api.post(&path, &command).await {
            tracing::warn!(channel = %station.channel.id, ?failure, command = name, "a command was not registered");
        }
    }
}
