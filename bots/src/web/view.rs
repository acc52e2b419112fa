//! A message as the widget gets it.

use super::WebState;
use crate::http::reader::cursor;
use crate::http::{Problem, rfc3339};
use lara_core::act::markup;
use lara_core::model::{AgentId, Author, Direction, Message, QuickReply};
use serde::Serialize;
use std::collections::HashMap;

/// A message as the widget gets it.
#[derive(Debug, Serialize)]
pub(crate) struct MessageView {
    cursor: String,
    id: String,
    /// The id the widget gave its own message.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    author: Author,
    /// Who answers, when a human does.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    html: String,
    text: String,
    quick_replies: Vec<QuickReply>,
    at: String,
}

impl MessageView {
    /// Where the message stands.
    pub(crate) fn cursor(&self) -> &str {
        &self.cursor
    }

    fn new(message: Message, address: &str, names: &HashMap<AgentId, String>) -> Self {
        let (html, text, client_id) = if message.direction == Direction::In {
            let own = message.external.as_deref().and_then(|external| client_id(address, external));
            (escape_html(&message.text), message.text.clone(), own.map(str::to_owned))
        } else {
            let document = markup::parse(&message.text);
            (markup::to_html(&document), markup::to_plain(&document), None)
        };
        Self {
            cursor: cursor(&message).to_string(),
            id: message.id.to_string(),
            client_id,
            author: message.author,
            name: message.agent.and_then(|agent| names.get(&agent).cloned()),
            html,
            text,
            quick_replies: message.quick_replies,
            at: rfc3339(message.at),
        }
    }
}

impl WebState {
    /// The views of messages of one address.
    pub(crate) async fn views(
        &self,
        address: &str,
        messages: Vec<Message>,
    ) -> Result<Vec<MessageView>, Problem> {
        let names = if messages.iter().any(|message| message.agent.is_some()) {
            self.names.all().await?
        } else {
            std::sync::Arc::default()
        };
        Ok(messages.into_iter().map(|message| MessageView::new(message, address, &names)).collect())
    }
}

/// The unique key of a visitor's message: their own id of it, kept apart from every other visitor's.
pub(crate) fn external_id(address: &str, client_id: &str) -> String {
    format!("{address}:{client_id}")
}

fn client_id<'a>(address: &str, external: &'a str) -> Option<&'a str> {
    external.strip_prefix(address)?.strip_prefix(':')
}

/// Plain text as HTML.
pub(crate) fn escape_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' => html.push_str("<br>"),
            c => html.push(c),
        }
    }
    html
}
