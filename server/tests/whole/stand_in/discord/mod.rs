//! A Discord of one server and its direct messages: REST and a gateway that can be lost, resumed or not, while people go on writing.

mod gateway;
mod rest;

use super::{Faults, Line, Wires};
use axum::Router;
use gateway::Session;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The bot.
pub(crate) const BOT: &str = "4000";
/// The server ("guild") of the brand.
pub(crate) const GUILD: &str = "1000";
/// A public channel of it.
pub(crate) const GENERAL: &str = "2000";
/// A customer.
pub(crate) const LAN: &str = "3000";
/// Another one.
pub(crate) const MINH: &str = "3002";

/// What the gateway answers to RESUME.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resume {
    /// What was missed comes again.
    Replays,
    /// "Invalid session": start anew, what was missed is gone.
    Refused,
}

/// The platform and what it knows.
#[derive(Debug, Clone)]
pub(crate) struct Discord {
    /// The `api_url` of the channel.
    pub(crate) rest: String,
    /// The `gateway_url` of the channel.
    pub(crate) gateway: String,
    /// The bot's token.
    pub(crate) token: String,
    /// What fails, and what was sent; `to` is a channel.
    pub(crate) sends: Faults,
    inner: Arc<Mutex<Inner>>,
    up: Arc<watch::Sender<bool>>,
    connected: Arc<watch::Sender<usize>>,
}

#[derive(Debug)]
struct Inner {
    last: u64,
    channels: BTreeMap<String, Channel>,
    sessions: BTreeMap<String, Session>,
    resume: Resume,
    nonces: BTreeMap<(String, String), String>,
    calls: Vec<Call>,
    closed_to: Vec<String>,
    identified: usize,
}

/// A place where messages are.
#[derive(Debug, Clone)]
struct Channel {
    about: Value,
    messages: Vec<Value>,
}

/// A REST call that is neither a send nor a read.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// `POST /interactions/1/t/callback`.
    pub(crate) what: String,
    /// Its body.
    pub(crate) body: Value,
}

impl Discord {
    /// Listens.
    pub(crate) async fn start() -> Self {
        let (wires, address) = Wires::listen().await;
        let sockets = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gateway = format!("ws://{}", sockets.local_addr().unwrap());
        let general =
            json!({ "id": GENERAL, "type": 0, "guild_id": GUILD, "name": "general", "position": 0 });
        let channels =
            BTreeMap::from([(GENERAL.to_owned(), Channel { about: general, messages: Vec::new() })]);
        let discord = Self {
            rest: format!("http://{address}"),
            gateway,
            token: "NDAwMA.token.of-the-stand-in".to_owned(),
            sends: Faults::default(),
            inner: Arc::new(Mutex::new(Inner {
                last: 0,
                channels,
                sessions: BTreeMap::new(),
                resume: Resume::Replays,
                nonces: BTreeMap::new(),
                calls: Vec::new(),
                closed_to: Vec::new(),
                identified: 0,
            })),
            up: Arc::new(watch::Sender::new(true)),
            connected: Arc::default(),
        };
        let app = Router::new().fallback(rest::call).with_state(discord.clone());
        let service = app.into_make_service_with_connect_info::<Line>();
        tokio::spawn(async move { axum::serve(wires, service).await });
        tokio::spawn(gateway::serve(sockets, discord.clone()));
        discord
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    // ---------------------------------------------------------------------------------------------- the customers' side

    /// Somebody writes in a channel of the server; the id of the message.
    pub(crate) fn writes(&self, person: &str, channel: &str, text: &str) -> String {
        let mut message = self.inner().message(person, channel, text);
        message["guild_id"] = json!(GUILD);
        self.publish(channel, &message)
    }

    /// Somebody writes to the bot in private; the id of the message.
    pub(crate) fn whispers(&self, person: &str, text: &str) -> String {
        let channel = self.inner().direct(person);
        let mut message = self.inner().message(person, &channel, text);
        message["channel_type"] = json!(1);
        self.publish(&channel, &message)
    }

    /// The private channel of somebody and the bot.
    pub(crate) fn direct(&self, person: &str) -> String {
        self.inner().direct(person)
    }

    /// Somebody presses a button under a message; the interaction's id.
    pub(crate) fn presses(&self, person: &str, channel: &str, message: &str, custom_id: &str) -> String {
        let mut inner = self.inner();
        let id = inner.snowflake();
        let about = inner.channels[channel].about.clone();
        let under = inner.channels[channel].messages.iter().find(|one| one["id"] == message).cloned();
        let mut interaction = json!({
            "id": id, "application_id": BOT, "type": 3, "token": format!("interaction-{id}"), "version": 1,
            "channel_id": channel, "channel": about, "message": under, "locale": "vi", "entitlements": [],
            "data": { "custom_id": custom_id, "component_type": 2 }, "app_permissions": "8",
            "authorizing_integration_owners": {}, "attachment_size_limit": 10_485_760,
        });
        interaction.with_person(person, &about);
        inner.dispatch("INTERACTION_CREATE", &interaction);
        id
    }

    /// Somebody uses a slash command; the interaction's id.
    pub(crate) fn commands(&self, person: &str, channel: &str, name: &str) -> String {
        self.command(person, channel, &json!({ "id": "5000", "name": name, "type": 1 }))
    }

    /// Somebody types a one-time code with the command for it.
    pub(crate) fn links(&self, person: &str, channel: &str, code: &str) -> String {
        let options = json!([{ "name": "code", "type": 3, "value": code }]);
        self.command(person, channel, &json!({ "id": "5001", "name": "link", "type": 1, "options": options }))
    }

    fn command(&self, person: &str, channel: &str, data: &Value) -> String {
        let mut inner = self.inner();
        let id = inner.snowflake();
        let about = inner.channels[channel].about.clone();
        let mut interaction = json!({
            "id": id, "application_id": BOT, "type": 2, "token": format!("interaction-{id}"), "version": 1,
            "channel_id": channel, "channel": about, "locale": "vi", "entitlements": [], "app_permissions": "8",
            "data": data, "authorizing_integration_owners": {},
            "attachment_size_limit": 10_485_760,
        });
        interaction.with_person(person, &about);
        inner.dispatch("INTERACTION_CREATE", &interaction);
        id
    }

    /// Somebody closes their private messages to the bot (50007).
    pub(crate) fn closes_to(&self, person: &str) {
        self.inner().closed_to.push(person.to_owned());
    }

    /// The same event once more on the gateway, word for word.
    pub(crate) fn repeats(&self, channel: &str, message: &str) {
        let mut inner = self.inner();
        let again =
            inner.channels[channel].messages.iter().find(|one| one["id"] == message).cloned().unwrap();
        inner.dispatch("MESSAGE_CREATE", &again);
    }

    fn publish(&self, channel: &str, message: &Value) -> String {
        let mut inner = self.inner();
        let id = message["id"].as_str().unwrap().to_owned();
        inner.channels.get_mut(channel).unwrap().messages.push(message.clone());
        inner.dispatch("MESSAGE_CREATE", message);
        id
    }

    // ------------------------------------------------------------------------------------------------------ the gateway

    /// What RESUME does from now on.
    pub(crate) fn resumes(&self, resume: Resume) {
        self.inner().resume = resume;
    }

    /// Ends every connection and refuses new ones.
    pub(crate) fn goes_down(&self) {
        self.up.send_replace(false);
    }

    /// Lets connections in again.
    pub(crate) fn comes_up(&self) {
        self.up.send_replace(true);
    }

    /// Waits until the bot listens on the gateway.
    pub(crate) async fn is_connected(&self) {
        let mut connected = self.connected.subscribe();
        let waited =
            tokio::time::timeout(2 * crate::harness::PATIENCE, connected.wait_for(|many| *many > 0)).await;
        waited.expect("the bot connects to the gateway").unwrap();
    }

    /// How many sessions were begun.
    pub(crate) fn identified(&self) -> usize {
        self.inner().identified
    }

    /// Calls that were neither sends nor reads and whose line begins like this.
    pub(crate) fn calls(&self, what: &str) -> Vec<Call> {
        self.inner().calls.iter().filter(|call| call.what.starts_with(what)).cloned().collect()
    }

    /// What is in a channel, oldest first.
    pub(crate) fn shows(&self, channel: &str) -> Vec<Value> {
        self.inner().channels.get(channel).map(|channel| channel.messages.clone()).unwrap_or_default()
    }
}

impl Inner {
    /// A new id, greater than all before.
    fn snowflake(&mut self) -> String {
        const DISCORD_EPOCH_MS: u128 = 1_420_070_400_000;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() - DISCORD_EPOCH_MS;
        self.last = (u64::try_from(now).unwrap() << 22).max(self.last + 1);
        self.last.to_string()
    }

    fn message(&mut self, author: &str, channel: &str, text: &str) -> Value {
        let mentions: Vec<Value> =
            if text.contains(&format!("<@{BOT}>")) { vec![person(BOT)] } else { Vec::new() };
        json!({
            "id": self.snowflake(), "channel_id": channel, "author": person(author), "content": text,
            "timestamp": jiff::Timestamp::now().to_string(), "edited_timestamp": null, "tts": false,
            "mention_everyone": false, "mentions": mentions, "mention_roles": [], "attachments": [], "embeds": [],
            "components": [], "pinned": false, "type": 0, "flags": 0,
        })
    }

    fn direct(&mut self, person_id: &str) -> String {
        let id = format!("9{person_id}");
        self.channels.entry(id.clone()).or_insert_with(|| Channel {
            about: json!({ "id": id, "type": 1, "recipients": [person(person_id)], "last_message_id": null }),
            messages: Vec::new(),
        });
        id
    }
}

/// Fields that say who it was, in the place where Discord puts them.
trait WithPerson {
    fn with_person(&mut self, id: &str, channel: &Value);
}

impl WithPerson for Value {
    fn with_person(&mut self, id: &str, channel: &Value) {
        if channel["type"] == 1 {
            self["user"] = person(id);
            self["context"] = json!(1);
        } else {
            self["guild_id"] = json!(GUILD);
            self["guild_locale"] = json!("en-US");
            self["context"] = json!(0);
            self["member"] = json!({
                "user": person(id), "roles": [], "joined_at": "2026-01-01T00:00:00Z", "deaf": false, "mute": false,
                "flags": 0, "permissions": "1099511627775",
            });
        }
    }
}

fn person(id: &str) -> Value {
    let name = match id {
        BOT => "shopbot",
        LAN => "lan",
        MINH => "minh",
        _ => "somebody",
    };
    json!({ "id": id, "username": name, "global_name": name, "discriminator": "0", "avatar": null, "bot": id == BOT })
}
