//! The connection to Discord's gateway, kept by serenity, and everything it gets wrong for us: order, gaps, events it cannot
//! read, sessions it would burn (docs/decisions/0008-serenity-and-its-rustls.md).

mod gaps;
mod handler;
mod seen;
mod station;
mod vigil;
mod worker;

#[cfg(test)]
pub(crate) use handler::read;
pub(crate) use station::Station;

use super::api::{Api, Failure, Pace};
use super::ids::Snowflake;
use super::settings::{self, Settings};
use super::shape;
use crate::Shared;
use crate::running;
use futures_util::future::BoxFuture;
use handler::Handler;
use lara_core::model::{Channel, ChannelKind};
use lara_core::ports::Symptom;
use secrecy::ExposeSecret as _;
use seen::SeenBook;
use serenity::Client;
use serenity::client::ClientBuilder;
use serenity::gateway::GatewayError;
use serenity::http::HttpBuilder;
use serenity::model::gateway::GatewayIntents;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use worker::Worker;

/// Pause before something only a human can mend is tried again. New settings or a new token end it at once.
const MEND: Duration = Duration::from_mins(10);
/// Pause when Discord cannot be reached.
const AGAIN: Duration = Duration::from_secs(5);
/// Pause when a connection was lost and did not come back: a new one may.
const AT_ONCE: Duration = Duration::from_millis(100);
/// How long ending the connection may take.
const ENDING: Duration = Duration::from_secs(3);
/// How long storing what is left may take.
const STORING: Duration = Duration::from_secs(10);
/// Session starts that are left for others and for better days (events/gateway.mdx, "Session Start Limit").
const SPARE: u64 = 20;

/// Listens for every Discord channel, until the server stops.
pub(super) fn run(shared: Shared) -> BoxFuture<'static, ()> {
    let listen: running::Listen =
        Arc::new(|shared, channel, stop| Box::pin(async move { listen(&shared, channel, stop).await }));
    Box::pin(running::supervise(shared, ChannelKind::Discord, |_| true, listen))
}

/// Why listening ended.
enum Ended {
    /// It was to.
    Stopped,
    /// Somebody has to mend something: a stable code.
    Broken(&'static str),
    /// It may go better in a while.
    Later(&'static str, Duration),
}

async fn listen(shared: &Shared, channel: Arc<Channel>, stop: CancellationToken) {
    let (symptom, pause) = match connect(shared, &channel, &stop).await {
        Ended::Stopped => return,
        Ended::Broken(code) => (Symptom::Died(code.to_owned()), MEND),
        Ended::Later(code, pause) => (Symptom::Failed(code.to_owned()), pause),
    };
    tracing::warn!(channel = %channel.id, ?symptom, seconds = pause.as_secs(), "not listening to Discord for now");
    shared.health.note(&channel, symptom).await;
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(pause) => {}
    }
}

async fn connect(shared: &Shared, channel: &Arc<Channel>, stop: &CancellationToken) -> Ended {
    let settings = match Settings::of(channel) {
        Ok(settings) => settings,
        Err(error) => {
            tracing::error!(channel = %channel.id, %error, "the settings of a Discord channel cannot be used");
            return Ended::Broken("settings_wrong");
        }
    };
    let pace = Arc::new(Pace::new(Arc::clone(&shared.clock)));
    let Ok(api) = Api::new(shared, channel, &settings, &pace) else { return Ended::Broken("token_missing") };
    // A token that is refused here would burn a session start there.
    let me = match api.me().await {
        Ok(me) => shape::id(&me, "id"),
        Err(failure) if failure.is_unauthorized() => return Ended::Broken("token_revoked"),
        Err(Failure::Refused { .. }) => None,
        Err(_) => return Ended::Later("platform_unreachable", AGAIN),
    };
    let url = match gateway_url(&api, &settings).await {
        Ok(url) => url,
        Err(ended) => return ended,
    };
    let station = Arc::new(Station::new(shared.clone(), Arc::clone(channel), settings, api));
    if let Some(me) = me {
        station.set_bot(me);
    }
    let seen = match station.kept.seen().await {
        Ok(seen) => seen,
        Err(error) => {
            tracing::warn!(%error, "marks could not be read");
            return Ended::Later("store_unavailable", AGAIN);
        }
    };
    hold(&station, &url, seen, stop).await
}

/// Where the gateway is, if a session may be started now.
async fn gateway_url(api: &Api, settings: &Settings) -> Result<String, Ended> {
    let answer = api.get("/gateway/bot").await;
    if let Ok(answer) = &answer {
        let limit = shape::member(answer, "session_start_limit");
        if shape::member(limit, "remaining").as_u64().is_some_and(|left| left <= SPARE) {
            let wait = shape::number(limit, "reset_after");
            return Err(Ended::Later("sessions_used_up", Duration::from_millis(wait).max(AGAIN)));
        }
    }
    if let Some(url) = &settings.gateway {
        return Ok(url.clone());
    }
    match answer {
        Ok(answer) => shape::member(&answer, "url")
            .as_str()
            .map(ToOwned::to_owned)
            .ok_or(Ended::Later("no_gateway", AGAIN)),
        Err(failure) if failure.is_unauthorized() => Err(Ended::Broken("token_revoked")),
        Err(_) => Err(Ended::Later("platform_unreachable", AGAIN)),
    }
}

/// Keeps the connection until it ends for good.
async fn hold(
    station: &Arc<Station>,
    url: &str,
    seen: HashMap<Snowflake, super::places::Seen>,
    stop: &CancellationToken,
) -> Ended {
    let (sender, queue) = unbounded_channel();
    let (told, sessions) = watch::channel(0);
    let handler = Handler { station: Arc::clone(station), queue: sender, sessions: told };
    let mut client = match client(station, handler, url).await {
        Ok(client) => client,
        Err(ended) => return ended,
    };
    let storing = CancellationToken::new();
    let worker = Worker {
        station: Arc::clone(station),
        queue,
        stop: storing.clone(),
        seen: SeenBook::new(seen),
        whereabouts: HashMap::new(),
    };
    let (manager, address) = (Arc::clone(&client.shard_manager), Arc::clone(&client.ws_url));
    let connection = async {
        let ended = tokio::select! {
            ended = client.start() => judge(ended),
            () = vigil::lost(&address, sessions) => Ended::Later("platform_unreachable", AT_ONCE),
            () = stop.cancelled() => Ended::Stopped,
        };
        let _ = tokio::time::timeout(ENDING, manager.shutdown_all()).await;
        storing.cancel();
        ended
    };
    let stored = async {
        tokio::select! {
            () = worker.run() => {}
            // What it could not store in time is fetched by the next one: its marks have not moved.
            () = async { storing.cancelled().await; tokio::time::sleep(STORING).await } => {}
        }
    };
    tokio::join!(connection, stored).0
}

async fn client(station: &Station, handler: Handler, url: &str) -> Result<Client, Ended> {
    let Ok(token) = settings::token(&station.channel) else { return Err(Ended::Broken("token_missing")) };
    let mut http = HttpBuilder::new(token.expose_secret());
    if station.settings.own_api {
        // Limits are those of whoever stands there; serenity's own would wait for answers a stand-in never gives.
        http = http.proxy(station.settings.api.as_str().trim_end_matches('/')).ratelimiter_disabled(true);
    }
    let intents = intents(&station.settings);
    let client = ClientBuilder::new_with_http(http.build(), intents).raw_event_handler(handler).await;
    let client = client.map_err(|_| Ended::Later("platform_unreachable", AGAIN))?;
    // serenity takes Discord's own gateway when it cannot ask: never what we mean.
    url.clone_into(&mut *client.ws_url.lock().await);
    Ok(client)
}

/// What the bot wants to hear (events/gateway.mdx, "Gateway Intents"). The content of messages that neither mention the bot
/// nor come in private is a privilege.
fn intents(settings: &Settings) -> GatewayIntents {
    let mut intents =
        GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES;
    if settings.message_content {
        intents |= GatewayIntents::MESSAGE_CONTENT;
    }
    intents
}

/// What the end of a connection means. Close codes 4004, 4013 and 4014 must not be tried again (events/gateway.mdx, "Gateway
/// Close Event Codes").
fn judge(ended: Result<(), serenity::Error>) -> Ended {
    match ended {
        Ok(()) => Ended::Later("gateway_closed", AGAIN),
        Err(serenity::Error::Gateway(error)) => match error {
            GatewayError::InvalidAuthentication => Ended::Broken("token_revoked"),
            GatewayError::DisallowedGatewayIntents => Ended::Broken("intent_missing"),
            GatewayError::InvalidGatewayIntents => Ended::Broken("intents_invalid"),
            GatewayError::OverloadedShard => Ended::Broken("too_many_servers"),
            _ => Ended::Later("gateway_failed", AGAIN),
        },
        Err(_) => Ended::Later("gateway_failed", AGAIN),
    }
}
