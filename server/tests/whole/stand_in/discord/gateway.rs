//! The gateway: hello, identify or resume, events with their numbers.

use super::{BOT, Discord, GUILD, Inner, Resume, person};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

/// One session: events are numbered and kept, whether somebody listens or not.
#[derive(Debug, Default)]
pub(super) struct Session {
    events: Vec<Value>,
    listening: Option<mpsc::UnboundedSender<Value>>,
}

impl Session {
    fn push(&mut self, name: &str, data: &Value) {
        let event = json!({ "op": 0, "t": name, "s": self.events.len() + 1, "d": data });
        if let Some(listening) = &self.listening {
            listening.send(event.clone()).ok();
        }
        self.events.push(event);
    }
}

impl Inner {
    /// Tells every session.
    pub(super) fn dispatch(&mut self, name: &str, data: &Value) {
        for session in self.sessions.values_mut() {
            session.push(name, data);
        }
    }
}

/// Accepts connections for ever; while the gateway is down it hangs up at once.
pub(super) async fn serve(listener: TcpListener, discord: Discord) {
    while let Ok((stream, _)) = listener.accept().await {
        if *discord.up.borrow() {
            tokio::spawn(listen(stream, discord.clone()));
        }
    }
}

/// One connection until it ends or the gateway goes down.
async fn listen(stream: TcpStream, discord: Discord) {
    let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
    let mut up = discord.up.subscribe();
    let mut session = None;
    tokio::select! {
        _ = talk(&mut socket, &discord, &mut session) => {}
        _ = up.wait_for(|up| !up) => {}
    }
    if let Some(id) = session {
        if let Some(session) = discord.inner().sessions.get_mut(&id) {
            session.listening = None;
        }
        discord.connected.send_modify(|many| *many -= 1);
    }
}

async fn talk(
    socket: &mut WebSocketStream<TcpStream>,
    discord: &Discord,
    session: &mut Option<String>,
) -> Result<(), Error> {
    let (events, mut coming) = mpsc::unbounded_channel();
    say(socket, &json!({ "op": 10, "d": { "heartbeat_interval": 20_000 }, "s": null, "t": null })).await?;
    loop {
        let heard = tokio::select! {
            Some(event) = coming.recv() => {
                say(socket, &event).await?;
                continue;
            }
            heard = socket.next() => heard,
        };
        let text = match heard {
            Some(Ok(Message::Text(text))) => text.to_string(),
            Some(Ok(Message::Binary(bytes))) => String::from_utf8_lossy(&bytes).into_owned(),
            Some(Ok(Message::Close(_))) | None => return Ok(()),
            Some(Ok(_)) => continue,
            Some(Err(error)) => return Err(error),
        };
        let said: Value = serde_json::from_str(&text).unwrap_or_default();
        match said["op"].as_u64() {
            Some(1) => say(socket, &json!({ "op": 11, "d": null, "s": null, "t": null })).await?,
            Some(2 | 6) if !token_is(&said, &discord.token) => {
                let frame =
                    CloseFrame { code: CloseCode::from(4004), reason: "Authentication failed.".into() };
                return socket.close(Some(frame)).await;
            }
            Some(2) => *session = Some(identify(discord, events.clone())),
            Some(6) => match resume(discord, &said["d"], &events) {
                Some(id) => *session = Some(id),
                None => say(socket, &json!({ "op": 9, "d": false, "s": null, "t": null })).await?,
            },
            _ => {}
        }
    }
}

async fn say(socket: &mut WebSocketStream<TcpStream>, event: &Value) -> Result<(), Error> {
    socket.send(Message::text(event.to_string())).await
}

fn token_is(said: &Value, token: &str) -> bool {
    said["d"]["token"].as_str().is_some_and(|given| given.trim_start_matches("Bot ") == token)
}

/// A session anew: ready, then the server.
fn identify(discord: &Discord, events: mpsc::UnboundedSender<Value>) -> String {
    let mut inner = discord.inner();
    let id = format!("session-{}", inner.snowflake());
    inner.identified += 1;
    let channels: Vec<Value> = inner
        .channels
        .values()
        .map(|channel| channel.about.clone())
        .filter(|about| about["type"] == 0)
        .collect();
    let mut session = Session { events: Vec::new(), listening: Some(events) };
    session.push(
        "READY",
        &json!({
            "v": 10, "user": person(BOT), "guilds": [{ "id": GUILD, "unavailable": true }], "session_id": id,
            "resume_gateway_url": discord.gateway, "application": { "id": BOT, "flags": 565_248 }, "shard": [0, 1],
        }),
    );
    session.push("GUILD_CREATE", &guild(&channels));
    inner.sessions.insert(id.clone(), session);
    drop(inner);
    discord.connected.send_modify(|many| *many += 1);
    id
}

/// A session that goes on, when that is allowed and it is known: what was missed, then "resumed".
fn resume(discord: &Discord, asked: &Value, events: &mpsc::UnboundedSender<Value>) -> Option<String> {
    let mut inner = discord.inner();
    let id = asked["session_id"].as_str()?.to_owned();
    if inner.resume == Resume::Refused {
        inner.sessions.remove(&id);
        return None;
    }
    let session = inner.sessions.get_mut(&id)?;
    let heard = usize::try_from(asked["seq"].as_u64()?).unwrap();
    for missed in session.events.get(heard..)? {
        events.send(missed.clone()).ok();
    }
    session.listening = Some(events.clone());
    session.push("RESUMED", &json!({}));
    drop(inner);
    discord.connected.send_modify(|many| *many += 1);
    Some(id)
}

fn guild(channels: &[Value]) -> Value {
    json!({
        "id": GUILD, "name": "Shop", "icon": null, "splash": null, "discovery_splash": null, "owner_id": "3999",
        "afk_channel_id": null, "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 0,
        "explicit_content_filter": 0, "roles": [{
            "id": GUILD, "name": "@everyone", "color": 0, "colors": { "primary_color": 0 }, "hoist": false,
            "position": 0, "permissions": "1071698660929", "managed": false, "mentionable": false, "flags": 0,
        }],
        "emojis": [], "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null,
        "system_channel_flags": 0, "rules_channel_id": null, "vanity_url_code": null, "description": null,
        "banner": null, "premium_tier": 0, "preferred_locale": "en-US", "public_updates_channel_id": null,
        "nsfw_level": 0, "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null, "stickers": [],
        "joined_at": "2026-01-01T00:00:00Z", "large": false, "unavailable": false, "member_count": 3,
        "voice_states": [], "members": [], "channels": channels, "threads": [], "presences": [],
        "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
    })
}
