//! What is missing before a Discord channel works. The codes are explained in `core/src/wording/troubles`.

use super::api::{Api, Failure, Pace};
use super::settings::Settings;
use super::shape;
use crate::Shared;
use futures_util::future::BoxFuture;
use lara_core::model::{Channel, Finding};
use std::sync::Arc;

/// Flags of an application that may read the content of messages: approved, or small enough not to need it
/// (resources/application.mdx, "Application Flags").
const MAY_READ: u64 = 1 << 18;
const MAY_READ_LIMITED: u64 = 1 << 19;
/// The name people know the privilege by.
const INTENT: &str = "MESSAGE_CONTENT";
/// Watched channels that are looked at.
const MOST_PLACES: usize = 10;

/// Asks Discord.
pub(super) fn check(shared: &Shared, channel: Channel) -> BoxFuture<'static, Vec<Finding>> {
    let shared = shared.clone();
    Box::pin(async move {
        let settings = match Settings::of(&channel) {
            Ok(settings) => settings,
            Err(error) => return vec![Finding::broken("settings_wrong").with(error.to_string())],
        };
        let pace = Arc::new(Pace::new(Arc::clone(&shared.clock)));
        let Ok(api) = Api::new(&shared, &channel, &settings, &pace) else {
            return vec![Finding::broken("token_missing")];
        };
        match api.me().await {
            Ok(me) => {
                let name = format!("@{}", shape::text(&me, "username"));
                let mut findings = vec![Finding::fine("token_valid").with(name)];
                findings.extend(intent(&api, &settings).await);
                findings.extend(guild(&api, &settings).await);
                findings.extend(places(&api, &settings).await);
                findings
            }
            Err(failure) => vec![trouble(failure)],
        }
    })
}

fn trouble(failure: Failure) -> Finding {
    match failure {
        Failure::Refused { status: 401, .. } => Finding::broken("token_invalid"),
        Failure::Refused { status, code } => {
            Finding::warning("platform_error").with(format!("{status}/{code}"))
        }
        Failure::TooMany(..) | Failure::HeldBack(..) => Finding::warning("rate_limited"),
        Failure::Unreachable | Failure::Unknown(_) => Finding::warning("platform_unreachable"),
    }
}

/// Without the privilege, the gateway refuses who asks for it; and who does not ask sees empty messages.
async fn intent(api: &Api, settings: &Settings) -> Option<Finding> {
    if !settings.message_content {
        let blind = !settings.watched.is_empty();
        return blind.then(|| Finding::warning("intent_missing").with(format!("{INTENT} (message_content)")));
    }
    let application = api.get("/applications/@me").await.ok()?;
    let flags = shape::number(&application, "flags");
    (flags & (MAY_READ | MAY_READ_LIMITED) == 0).then(|| Finding::broken("intent_missing").with(INTENT))
}

/// A bot that shares no server with anybody can be written to by nobody.
async fn guild(api: &Api, settings: &Settings) -> Option<Finding> {
    let guilds = api.get("/users/@me/guilds").await.ok()?;
    let guilds = guilds.as_array()?;
    let there = match settings.guild {
        Some(ours) => guilds.iter().any(|guild| shape::id(guild, "id") == Some(ours)),
        None => !guilds.is_empty(),
    };
    (!there).then(|| Finding::broken("guild_missing"))
}

async fn places(api: &Api, settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for place in settings.watched.iter().take(MOST_PLACES) {
        if let Err(Failure::Refused { .. }) = api.get(&format!("/channels/{place}/messages?limit=1")).await {
            findings.push(Finding::warning("place_unreadable").with(place.to_string()));
        }
    }
    findings
}
