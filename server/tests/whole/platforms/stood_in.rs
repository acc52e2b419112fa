//! Customers on the stand-ins of our own.

use super::emulated::{discord_message, messenger_message, text};
use super::talk::{Button, Heard, Shape, Talk};
use crate::harness::eventually;
use crate::stand_in::discord::{BOT, Discord};
use crate::stand_in::graph::{self, Graph};
use crate::stand_in::telegram::Telegram;
use serde_json::{Value, json};

/// Which of Meta's platforms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meta {
    Messenger,
    Instagram,
    Whatsapp,
}

impl Meta {
    /// The brand's account there: page, professional account, phone number.
    pub(crate) fn account(self) -> &'static str {
        match self {
            Self::Messenger => "404217156637689",
            Self::Instagram => "17841405822304914",
            Self::Whatsapp => "1122334455667",
        }
    }

    /// The body of a webhook that carries a text.
    pub(crate) fn text(self, person: &str, id: &str, text: &str) -> Value {
        self.message(person, id, json!({ "text": text }))
    }

    /// The body of a webhook that carries a press on a button.
    pub(crate) fn press(self, person: &str, id: &str, button: &Button) -> Value {
        if self == Self::Whatsapp {
            let reply = json!({ "id": button.payload, "title": button.title });
            let interactive = json!({ "type": "button_reply", "button_reply": reply });
            return Self::whatsapp(
                person,
                json!({ "id": id, "type": "interactive", "interactive": interactive }),
            );
        }
        self.message(
            person,
            id,
            json!({ "text": button.title, "quick_reply": { "payload": button.payload } }),
        )
    }

    fn message(self, person: &str, id: &str, mut content: Value) -> Value {
        let now = jiff::Timestamp::now().as_millisecond();
        let object = match self {
            Self::Messenger => "page",
            Self::Instagram => "instagram",
            Self::Whatsapp => {
                return Self::whatsapp(
                    person,
                    json!({ "id": id, "type": "text", "text": { "body": content["text"] } }),
                );
            }
        };
        content["mid"] = json!(id);
        json!({ "object": object, "entry": [{ "id": self.account(), "time": now, "messaging": [{
            "sender": { "id": person }, "recipient": { "id": self.account() }, "timestamp": now, "message": content,
        }]}]})
    }

    fn whatsapp(person: &str, mut message: Value) -> Value {
        message["from"] = json!(person);
        message["timestamp"] = json!(jiff::Timestamp::now().as_second().to_string());
        json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1234567890987654321", "changes": [{
            "field": "messages",
            "value": {
                "messaging_product": "whatsapp",
                "metadata": { "display_phone_number": "84901234567", "phone_number_id": Self::Whatsapp.account() },
                "contacts": [{ "profile": { "name": "Lan" }, "wa_id": person }],
                "messages": [message],
            },
        }]}]})
    }

    /// What the Graph API got, as a customer sees it.
    pub(crate) fn shown(self, body: &Value, id: &str) -> Heard {
        if self != Self::Whatsapp {
            return messenger_message(&body["message"], id);
        }
        let interactive = &body["interactive"];
        let replies = interactive["action"]["buttons"].as_array().cloned().unwrap_or_default();
        let buttons = replies.iter().map(|button| &button["reply"]);
        let buttons = buttons
            .map(|reply| Button { title: text(&reply["title"]), payload: text(&reply["id"]) })
            .collect();
        let said = if body["text"]["body"].is_string() {
            &body["text"]["body"]
        } else {
            &interactive["body"]["text"]
        };
        Heard { text: text(said), buttons, id: id.to_owned() }
    }
}

/// Somebody on one of Meta's platforms.
#[derive(Debug)]
pub(crate) struct OnMeta<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) webhook: String,
    pub(crate) platform: Meta,
    pub(crate) person: String,
    pub(crate) seen: usize,
}

impl OnMeta<'_> {
    async fn delivers(&self, body: &Value) {
        let status = graph::delivers(&crate::harness::client(), &self.webhook, body).await.unwrap();
        assert!(status.is_success(), "the webhook takes {body}: {status}");
    }
}

impl Talk for OnMeta<'_> {
    async fn says(&mut self, text: &str) {
        let id = format!("m_in-{}", self.graph.number());
        self.delivers(&self.platform.text(&self.person, &id, text)).await;
    }

    async fn presses(&mut self, _: &Heard, button: &Button) {
        let id = format!("m_in-{}", self.graph.number());
        self.delivers(&self.platform.press(&self.person, &id, button)).await;
    }

    async fn hears(&mut self, _: Shape) -> Heard {
        self.seen += 1;
        let sent = self.graph.sends.reach(&self.person, self.seen).await;
        let sent = &sent[self.seen - 1];
        self.platform.shown(&sent.body, sent.id.as_deref().unwrap_or_default())
    }
}

/// Somebody in a private chat on the Bot API stand-in, to a bot that polls.
#[derive(Debug)]
pub(crate) struct OnTelegram<'a> {
    pub(crate) telegram: &'a Telegram,
    pub(crate) person: i64,
    pub(crate) seen: usize,
}

impl Talk for OnTelegram<'_> {
    async fn says(&mut self, text: &str) {
        self.telegram.writes(self.person, text);
    }

    async fn presses(&mut self, heard: &Heard, button: &Button) {
        let press = self.telegram.press(self.person, heard.id.parse().unwrap(), &button.payload);
        self.telegram.offers([press]);
    }

    async fn hears(&mut self, _: Shape) -> Heard {
        self.seen += 1;
        let sent = self.telegram.sends.reach(&self.person.to_string(), self.seen).await;
        let sent = &sent[self.seen - 1];
        let rows = sent.body["reply_markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
        let buttons = rows.iter().flat_map(|row| row.as_array().unwrap());
        let buttons = buttons
            .map(|one| Button { title: text(&one["text"]), payload: text(&one["callback_data"]) })
            .collect();
        Heard { text: text(&sent.body["text"]), buttons, id: sent.id.clone().unwrap_or_default() }
    }
}

/// Somebody writing to the bot in private on the Discord stand-in.
#[derive(Debug)]
pub(crate) struct OnDiscord<'a> {
    pub(crate) discord: &'a Discord,
    pub(crate) person: &'static str,
    pub(crate) seen: usize,
}

impl Talk for OnDiscord<'_> {
    async fn says(&mut self, text: &str) {
        self.discord.whispers(self.person, text);
    }

    async fn presses(&mut self, heard: &Heard, button: &Button) {
        self.discord.presses(self.person, &self.discord.direct(self.person), &heard.id, &button.payload);
    }

    async fn hears(&mut self, _: Shape) -> Heard {
        let channel = self.discord.direct(self.person);
        eventually("the bot answers in private", async || {
            let shown = self.discord.shows(&channel);
            let heard =
                shown.iter().filter(|one| one["author"]["id"] == BOT).nth(self.seen).map(discord_message)?;
            self.seen += 1;
            Some(heard)
        })
        .await
    }
}
