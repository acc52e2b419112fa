//! Sending: the Graph API of Messenger, Instagram and WhatsApp differs in bodies and error codes only.

mod api;
mod bodies;
pub(super) mod errors;

pub(super) use api::{Api, CallError, Unready};

use super::comments::{Place, place};
use super::echoes::{Echoes, To};
use super::node::Node;
use super::settings::MetaSettings;
use crate::{HealthBook, Shared};
use async_trait::async_trait;
use lara_core::deliver::limits::limits;
use lara_core::model::{Channel, ChannelKind, Direction};
use lara_core::ports::{Clock, Dispatch, Piece, PieceTo, Push, SendError, Symptom, Transcripts};
use serde::Deserialize as _;
use serde_json::{Value, json};
use std::sync::Arc;

/// How far back the last message of a person is looked for, to show it as read.
const LOOK_BACK: u32 = 10;

/// The sender of one kind.
pub(super) struct Graph {
    kind: ChannelKind,
    client: reqwest::Client,
    health: HealthBook,
    clock: Arc<dyn Clock>,
    transcripts: Arc<dyn Transcripts>,
    echoes: Echoes,
}

impl Graph {
    /// The sender of `kind`.
    pub(super) fn new(kind: ChannelKind, shared: &Shared) -> Self {
        Self {
            kind,
            client: shared.platforms.clone(),
            health: shared.health.clone(),
            clock: Arc::clone(&shared.clock),
            transcripts: Arc::clone(&shared.transcripts),
            echoes: shared.echoes.clone(),
        }
    }

    async fn post(
        &self,
        dispatch: &Dispatch,
        piece: &Piece,
        number: u32,
    ) -> Result<Option<String>, SendError> {
        let now = self.clock.now();
        let api = Api::of(&self.client, &dispatch.channel).map_err(|unready| match unready {
            Unready::Settings => SendError::Rejected("settings_unreadable"),
            Unready::Token => SendError::Rejected(errors::TOKEN),
        })?;
        let Some(call) = bodies::call(dispatch, piece, number, &api.settings, now)? else { return Ok(None) };
        let (channel, message) = (dispatch.channel.id, dispatch.message.id);
        let to = match place(&dispatch.address) {
            Place::Person(person) => To::Person(person.to_owned()),
            Place::Comment { .. } => To::Commenter,
        };
        self.echoes.sending(channel, to, &piece.text, message, now);
        match api.post(&call.path, &call.body).await {
            Ok(answer) => Ok(id(&answer)),
            Err(CallError::NotSent) => Err(SendError::Retry(None, "platform_unreachable")),
            Err(CallError::NoAnswer) => Err(SendError::Uncertain("no_answer")),
            Err(CallError::Refused(refusal)) => Err(errors::judge(refusal)),
        }
    }

    /// The platform's id of the last thing the person said.
    async fn last_said(&self, channel: &Channel, address: &str) -> Option<String> {
        let known = self.transcripts.address(channel.id, address).await.ok()??;
        let latest = self.transcripts.latest(known.id, LOOK_BACK).await.ok()?;
        latest.into_iter().rev().find(|message| message.direction == Direction::In)?.external
    }
}

/// The id of what was sent: `message_id` (Send API), `messages[0].id` (cloud-api), `id` (comments).
fn id(answer: &Value) -> Option<String> {
    let answer = Node::new(answer);
    let listed = || answer.list("messages").next().and_then(|message| message.id("id"));
    answer.id("message_id").or_else(listed).or_else(|| answer.id("id"))
}

/// A comment may be answered in private once (messenger-platform, private replies): of what does not fit one message the
/// beginning is sent.
fn keep_one_aside(kind: ChannelKind, pieces: &mut Vec<Piece>) {
    let Some(first) = pieces.iter().position(|piece| piece.to == PieceTo::Aside) else { return };
    let one = first.saturating_add(1);
    if pieces.len() <= one {
        return;
    }
    pieces.truncate(one);
    let limits = limits(kind);
    if let (Some(piece), Some(most)) = (pieces.last_mut(), limits.text) {
        while limits.unit.count(&piece.text) + limits.unit.count("…") > most && piece.text.pop().is_some() {
        }
        piece.text.push('…');
    }
}

#[async_trait]
impl Push for Graph {
    fn kind(&self) -> ChannelKind {
        self.kind
    }

    fn compose(&self, dispatch: &Dispatch) -> Result<Vec<Piece>, SendError> {
        let mut pieces = lara_core::deliver::compose(dispatch);
        if matches!(place(&dispatch.address), Place::Comment { .. }) {
            keep_one_aside(self.kind, &mut pieces);
        }
        Ok(pieces)
    }

    fn goes_late(&self, channel: &Channel) -> bool {
        // Instagram knows no templates.
        self.kind != ChannelKind::Instagram
            && MetaSettings::deserialize(&channel.settings)
                .is_ok_and(|settings| settings.late_template.is_some())
    }

    async fn send(
        &self,
        dispatch: &Dispatch,
        piece: &Piece,
        place: u32,
    ) -> Result<Option<String>, SendError> {
        let sent = self.post(dispatch, piece, place).await;
        let symptom = match sent {
            Ok(_) => Some(Symptom::Sent),
            Err(error) => errors::symptom(error),
        };
        if let Some(symptom) = symptom {
            self.health.note(&dispatch.channel, symptom).await;
        }
        sent
    }

    async fn typing(&self, channel: &Channel, address: &str) {
        let (Ok(api), Place::Person(person)) = (Api::of(&self.client, channel), place(address)) else {
            return;
        };
        if self.kind == ChannelKind::Whatsapp {
            let (Some(account), Some(last)) = (&channel.account, self.last_said(channel, address).await)
            else {
                return;
            };
            // One call marks as read and shows the dots, for 25 seconds or until the answer (cloud-api, typing indicators).
            let body = json!({
                "messaging_product": "whatsapp", "status": "read", "message_id": last,
                "typing_indicator": { "type": "text" },
            });
            let _ = api.post(&format!("{account}/messages"), &body).await;
            return;
        }
        for action in ["mark_seen", "typing_on"] {
            let body = json!({ "recipient": { "id": person }, "sender_action": action });
            let _ = api.post("me/messages", &body).await;
        }
    }
}
