//! Customers on the servers of others.

use super::talk::{Button, Heard, Shape, Talk};
use crate::harness::{Emulator, eventually};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// A bot's token as the Telegram emulator takes any.
pub(crate) const TELEGRAM_TOKEN: &str = "123456789:AAA-the-emulators-bot";

/// Somebody in a private chat on telegram-test-api.
#[derive(Debug)]
pub(crate) struct OnTelegram<'a> {
    pub(crate) emulator: &'a Emulator,
    pub(crate) person: i64,
    pub(crate) name: &'static str,
    waiting: VecDeque<Heard>,
}

impl<'a> OnTelegram<'a> {
    pub(crate) fn new(emulator: &'a Emulator, person: i64, name: &'static str) -> Self {
        Self { emulator, person, name, waiting: VecDeque::new() }
    }

    fn about(&self) -> (Value, Value) {
        let from =
            json!({ "id": self.person, "is_bot": false, "first_name": self.name, "language_code": "en" });
        (from, json!({ "id": self.person, "type": "private", "first_name": self.name }))
    }
}

impl Talk for OnTelegram<'_> {
    async fn says(&mut self, text: &str) {
        let (from, chat) = self.about();
        let date = jiff::Timestamp::now().as_second();
        let message =
            json!({ "botToken": TELEGRAM_TOKEN, "date": date, "text": text, "from": from, "chat": chat });
        self.emulator.people("sendMessage", &message).await;
    }

    async fn presses(&mut self, heard: &Heard, button: &Button) {
        let (from, chat) = self.about();
        let under = json!({ "message_id": heard.id.parse::<i64>().unwrap(), "date": 1, "chat": chat, "text": heard.text });
        let press = json!({ "botToken": TELEGRAM_TOKEN, "date": 1, "from": from, "message": under, "data": button.payload });
        self.emulator.people("sendCallback", &press).await;
    }

    async fn hears(&mut self, _: Shape) -> Heard {
        eventually("the bot answers on Telegram", async || {
            let ask = json!({ "token": TELEGRAM_TOKEN, "chatId": self.person });
            let got = self.emulator.people("getUpdates", &ask).await;
            self.waiting.extend(got["result"].as_array().unwrap().iter().map(telegram_message));
            self.waiting.pop_front()
        })
        .await
    }
}

/// What the emulator keeps of a message of the bot.
fn telegram_message(kept: &Value) -> Heard {
    let message = &kept["message"];
    let rows = message["reply_markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
    let buttons = rows
        .iter()
        .flat_map(|row| row.as_array().unwrap())
        .map(|button| Button { title: text(&button["text"]), payload: text(&button["callback_data"]) });
    Heard { text: text(&message["text"]), buttons: buttons.collect(), id: kept["messageId"].to_string() }
}

/// Somebody in the brand's server on discord-digital-twin, who names the bot in every message.
#[derive(Debug)]
pub(crate) struct OnDiscord<'a> {
    pub(crate) emulator: &'a Emulator,
    pub(crate) person: &'static str,
    seen: usize,
}

impl<'a> OnDiscord<'a> {
    pub(crate) fn new(emulator: &'a Emulator, person: &'static str) -> Self {
        Self { emulator, person, seen: 0 }
    }

    /// Waits until the bot listens on the gateway.
    pub(crate) async fn bot_is_there(&self) {
        eventually("the bot connects to the gateway", async || {
            (self.emulator.people("connected", &json!({})).await.as_u64() > Some(0)).then_some(())
        })
        .await;
    }
}

impl Talk for OnDiscord<'_> {
    async fn says(&mut self, text: &str) {
        let message = json!({ "user": self.person, "content": format!("<@4000> {text}") });
        self.emulator.people("say", &message).await;
    }

    async fn presses(&mut self, heard: &Heard, button: &Button) {
        let press = json!({ "user": self.person, "id": heard.id, "custom_id": button.payload });
        let interaction = self.emulator.people("click", &press).await;
        self.emulator.people("ack", &json!({ "id": interaction["id"] })).await;
    }

    async fn hears(&mut self, _: Shape) -> Heard {
        eventually("the bot answers on Discord", async || {
            let shown = self.emulator.people("messages", &json!({})).await;
            let said = shown.as_array().unwrap().iter().filter(|message| message["author"]["id"] == "4000");
            let found = said.clone().nth(self.seen).map(discord_message)?;
            self.seen += 1;
            Some(found)
        })
        .await
    }
}

/// A message as Discord's API has it.
pub(super) fn discord_message(message: &Value) -> Heard {
    let rows = message["components"].as_array().cloned().unwrap_or_default();
    let buttons = rows.iter().flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    let buttons = buttons
        .filter(|button| button["type"] == 2)
        .map(|button| Button { title: text(&button["label"]), payload: text(&button["custom_id"]) });
    Heard { text: text(&message["content"]), buttons: buttons.collect(), id: text(&message["id"]) }
}

/// Somebody writing to a page on messenger-bot-tester, which plays scripts: what was said is played when something is heard.
#[derive(Debug)]
pub(crate) struct OnMessenger<'a> {
    pub(crate) emulator: &'a Emulator,
    pub(crate) person: &'static str,
    pub(crate) page: &'static str,
    steps: Vec<Value>,
}

impl<'a> OnMessenger<'a> {
    pub(crate) fn new(emulator: &'a Emulator, person: &'static str, page: &'static str) -> Self {
        Self { emulator, person, page, steps: Vec::new() }
    }
}

impl Talk for OnMessenger<'_> {
    async fn says(&mut self, text: &str) {
        self.steps.push(json!({ "says": text }));
    }

    async fn presses(&mut self, _: &Heard, button: &Button) {
        self.steps.push(json!({ "presses": button.payload, "title": button.title }));
    }

    async fn hears(&mut self, shape: Shape) -> Heard {
        let kind = if shape == Shape::Text { "text" } else { "quick_replies" };
        self.steps.push(json!({ "hears": "", "as": kind }));
        let steps = std::mem::take(&mut self.steps);
        let script = json!({ "person": self.person, "page": self.page, "steps": steps });
        let played = self.emulator.people("plays", &script).await;
        assert_eq!(played["failed"], Value::Null, "{played}");
        messenger_message(&played["heard"][0], "")
    }
}

/// A message as the Send API takes it.
pub(super) fn messenger_message(message: &Value, id: &str) -> Heard {
    let template = &message["attachment"]["payload"];
    let replies = message["quick_replies"].as_array().or_else(|| template["buttons"].as_array());
    let buttons = replies
        .into_iter()
        .flatten()
        .map(|button| Button { title: text(&button["title"]), payload: text(&button["payload"]) });
    let said = if message["text"].is_string() { &message["text"] } else { &template["text"] };
    Heard { text: text(said), buttons: buttons.collect(), id: id.to_owned() }
}

/// The text of a JSON string; of nothing, nothing.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
