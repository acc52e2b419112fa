//! A customer: writes on the web or in the brand's app, and hears what is said to them.

use super::lara::APP_TOKEN;
use super::{Lara, PATIENCE};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Author {
    Customer,
    Lara,
    Agent,
}

/// One line of the talk, as the customer's side shows it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) author: Author,
    pub(crate) text: String,
    pub(crate) raw: Value,
}

/// Which door the customer uses.
#[derive(Debug, Clone)]
enum Door {
    Web { visitor: String },
    App { address: String, token: String },
}

/// What the door answered to a message.
#[derive(Debug, Clone)]
pub(crate) struct Receipt {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

/// A person on one address.
#[derive(Debug, Clone)]
pub(crate) struct Customer {
    http: reqwest::Client,
    base: String,
    door: Door,
    cursor: Option<String>,
    /// What was said before the test began, in the demo brand's made-up past, is not part of its talk.
    began: Option<String>,
    waiting: VecDeque<Line>,
    /// The conversation, once the app's door told it.
    pub(crate) conversation: Option<String>,
}

impl Customer {
    /// Opens the chat on the demo brand's page, as somebody known or as a stranger.
    pub(crate) async fn on_the_web(lara: &Lara, known_as: Option<&str>) -> Self {
        let identity = match known_as {
            None => Value::Null,
            Some(name) => {
                let asked =
                    lara.http.post(lara.url("/web/demo/demo-token")).json(&json!({ "as": name })).send();
                let answer = asked.await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK, "the demo page lets one be {name}");
                answer.json::<Value>().await.unwrap()["identity"].clone()
            }
        };
        let answer = Self::greet(lara, &json!({ "identity": identity })).await;
        assert_eq!(answer.status, StatusCode::OK, "a visitor is let in: {}", answer.body);
        assert_eq!(answer.body["known"], json!(known_as.is_some()), "{}", answer.body);
        let visitor = answer.body["visitor"].as_str().unwrap().to_owned();
        let mut customer = Self::with(lara, Door::Web { visitor });
        customer.polls(0).await;
        customer.waiting.clear();
        customer.began = customer.cursor.clone();
        customer
    }

    /// Asks for a visitor token.
    pub(crate) async fn greet(lara: &Lara, body: &Value) -> Receipt {
        let answer = lara.http.post(lara.url("/web/demo/visitor")).json(body).send().await.unwrap();
        Receipt { status: answer.status(), body: answer.json().await.unwrap_or_default() }
    }

    /// Somebody in the brand's app.
    pub(crate) fn in_the_app(lara: &Lara, address: &str) -> Self {
        Self::with_token(lara, address, APP_TOKEN)
    }

    /// Somebody in the app that has this token.
    pub(crate) fn with_token(lara: &Lara, address: &str, token: &str) -> Self {
        Self::with(lara, Door::App { address: address.to_owned(), token: token.to_owned() })
    }

    /// Asks in the widget to go on elsewhere: a one-time code and the links that take it along.
    pub(crate) async fn takes_a_code(&self) -> Value {
        let Door::Web { visitor } = &self.door else { panic!("codes are given in the widget") };
        let request = self.http.post(format!("{}/web/demo/link", self.base)).bearer_auth(visitor);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "who is signed in is given a code");
        answer.json().await.unwrap()
    }

    /// The way to a kind of channel, once Lara has learnt what she is called there.
    pub(crate) async fn finds_a_way_to(&self, kind: &str) -> Value {
        super::eventually(&format!("a way to {kind}"), async || {
            let told =
                self.http.post(format!("{}/web/demo/demo-token", self.base)).json(&json!({ "as": "lan" }));
            let identity = told.send().await.unwrap().json::<Value>().await.unwrap();
            let visit = self.http.post(format!("{}/web/demo/visitor", self.base)).json(&identity);
            let visit = visit.send().await.unwrap().json::<Value>().await.unwrap();
            visit["elsewhere"].as_array()?.iter().any(|offered| offered == kind).then_some(())
        })
        .await;
        let given = self.takes_a_code().await;
        let found = given["links"].as_array().unwrap().iter().find(|link| link["kind"] == kind);
        found.unwrap_or_else(|| panic!("a way to {kind}: {given}")).clone()
    }

    /// The same person, whose next request goes to another node.
    pub(crate) fn by_way_of(&self, node: &Lara) -> Self {
        Self { base: node.base.clone(), http: node.http.clone(), ..self.clone() }
    }

    fn with(lara: &Lara, door: Door) -> Self {
        Self {
            http: lara.http.clone(),
            base: lara.base.clone(),
            door,
            cursor: None,
            began: None,
            waiting: VecDeque::new(),
            conversation: None,
        }
    }

    /// The same person with the page opened anew: nothing heard yet.
    pub(crate) fn with_a_fresh_page(&self) -> Self {
        Self { cursor: self.began.clone(), waiting: VecDeque::new(), ..self.clone() }
    }

    /// The same person, who has read everything so far.
    pub(crate) async fn with_only_what_follows(&self) -> Self {
        let mut reader = self.clone();
        loop {
            reader.waiting.clear();
            reader.polls(0).await;
            if reader.waiting.is_empty() {
                return reader;
            }
        }
    }

    // ------------------------------------------------------------------------------------------------------- speaking

    /// Writes a message; the door must take it.
    pub(crate) async fn says(&mut self, text: &str) {
        let receipt = self.delivers(&Uuid::now_v7().to_string(), text).await;
        assert_eq!(receipt.status, StatusCode::ACCEPTED, "{text:?} is accepted: {}", receipt.body);
    }

    /// Writes a message with its own id once; whatever the door answers.
    pub(crate) async fn delivers(&mut self, id: &str, text: &str) -> Receipt {
        self.tries(id, text).await.expect("the door answers")
    }

    /// Writes a message with its own id again and again until the door takes it: what a good client does while Lara
    /// is down.
    pub(crate) async fn insists(&mut self, id: &str, text: &str) -> Receipt {
        let deadline = Instant::now() + 2 * PATIENCE;
        loop {
            if let Ok(receipt) = self.tries(id, text).await
                && receipt.status == StatusCode::ACCEPTED
            {
                return receipt;
            }
            assert!(Instant::now() < deadline, "the door never took {text:?}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Writes a message once; nothing when nobody is there to take it.
    pub(crate) async fn delivers_if_alive(&mut self, id: &str, text: &str) -> Option<Receipt> {
        self.tries(id, text).await.ok()
    }

    async fn tries(&mut self, id: &str, text: &str) -> reqwest::Result<Receipt> {
        let request = match &self.door {
            Door::Web { visitor } => self
                .http
                .post(format!("{}/web/demo/messages", self.base))
                .bearer_auth(visitor)
                .json(&json!({ "id": id, "text": text })),
            Door::App { address, token } => self
                .http
                .post(format!("{}/app/v1/messages", self.base))
                .bearer_auth(token)
                .header("Idempotency-Key", id)
                .json(&json!({ "address": address, "text": text })),
        };
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        if let Some(conversation) = body["conversation_id"].as_str() {
            self.conversation = Some(conversation.to_owned());
        }
        Ok(Receipt { status, body })
    }

    // -------------------------------------------------------------------------------------------------------- hearing

    /// The next line that Lara or an agent says.
    pub(crate) async fn hears(&mut self) -> Line {
        let deadline = Instant::now() + PATIENCE;
        loop {
            while let Some(line) = self.waiting.pop_front() {
                if line.author != Author::Customer {
                    return line;
                }
            }
            assert!(Instant::now() < deadline, "nobody said anything");
            self.polls(10).await;
        }
    }

    /// The next line is Lara's and contains `part`.
    pub(crate) async fn lara_says(&mut self, part: &str) -> String {
        let line = self.hears().await;
        assert_eq!(line.author, Author::Lara, "Lara speaks, not {line:?}");
        assert!(line.text.contains(part), "Lara says {part:?}, but said: {}", line.text);
        assert_presentable(&line.text);
        line.text
    }

    /// The next line is an agent's and is just this.
    pub(crate) async fn agent_says(&mut self, text: &str) {
        let line = self.hears().await;
        assert_eq!((line.author, line.text.as_str()), (Author::Agent, text), "an agent speaks");
    }

    /// Everything said since the test began, without waiting.
    pub(crate) async fn transcript(&self) -> Vec<Line> {
        let mut fresh = self.with_a_fresh_page();
        let mut all = Vec::new();
        loop {
            fresh.polls(0).await;
            if fresh.waiting.is_empty() {
                return all;
            }
            all.extend(fresh.waiting.drain(..));
        }
    }

    /// Reads what is new, waiting up to `wait` seconds for it. A server that is down is like one with nothing new.
    pub(crate) async fn polls(&mut self, wait: u8) {
        let (path, token) = match &self.door {
            Door::Web { visitor } => ("/web/demo/messages".to_owned(), visitor),
            Door::App { address, token } => (format!("/app/v1/replies?address={address}"), token),
        };
        let mut request = self.http.get(format!("{}{path}", self.base)).bearer_auth(token);
        request = request.query(&[("wait", wait.to_string())]);
        if let Some(cursor) = &self.cursor {
            request = request.query(&[("after", cursor)]);
        }
        let answer = match request.send().await {
            Ok(answer) if answer.status().is_server_error() => None,
            Ok(answer) => answer.error_for_status().expect("reading is allowed").json::<Value>().await.ok(),
            Err(_) => None,
        };
        let Some(answer) = answer else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            return;
        };
        if let Some(cursor) = answer["cursor"].as_str() {
            self.cursor = Some(cursor.to_owned());
        }
        let lines =
            answer.get("messages").or_else(|| answer.get("replies")).and_then(Value::as_array).unwrap();
        self.waiting.extend(lines.iter().map(line));
    }
}

fn line(raw: &Value) -> Line {
    let author = match raw["author"].as_str() {
        Some("customer") => Author::Customer,
        Some("bot") => Author::Lara,
        Some("agent") => Author::Agent,
        other => panic!("an author: {other:?}"),
    };
    Line { author, text: raw["text"].as_str().unwrap().to_owned(), raw: raw.clone() }
}

/// No reply is empty, unrendered or escaped twice.
pub(crate) fn assert_presentable(text: &str) {
    assert!(!text.trim().is_empty(), "an empty reply");
    for odd in ["{{", "}}", "null", "None", "undefined", "&amp;", "\\*"] {
        assert!(!text.contains(odd), "{odd:?} in a reply: {text}");
    }
}
