//! Replies sent to Telegram.

use super::api::{Api, CallError, PATIENCE};
use super::place::{Place, Thread, number};
use super::settings::Account;
use super::translate::SAY;
use super::{start, who};
use crate::Shared;
use async_trait::async_trait;
use lara_core::deliver::limits::limits;
use lara_core::listen::Event;
use lara_core::model::{Channel, ChannelKind, Millis, QuickReply};
use lara_core::ports::{Dispatch, Happening, Piece, PieceTo, Push, Scope, SendError, Symptom};
use serde_json::{Value, json};
use std::sync::Arc;
use teloxide::payloads::{SendChatAction, SendMessage, SendMessageSetters as _};
use teloxide::types::{
    BusinessConnectionId, ChatAction, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions,
    MessageId, ParseMode, ReplyParameters, ThreadId,
};

/// What the button says that leads from a group into private. In both languages: a group has readers of either.
const IN_PRIVATE: &str = "💬 Nhắn riêng · In private";

/// Titles up to this many characters stand two in a row.
const SHORT_TITLE: usize = 16;

/// The pause after Telegram said that the token is not valid: nothing else will help before somebody mends it.
const TOKEN_PAUSE: Millis = Millis::minutes(5);

/// The pause after "too many requests" without a time: a minute's worth of a group is 20 messages.
const PAUSE: Millis = Millis::seconds(3);

/// A wait this long in a private chat is not about that chat: it is the bot that is too fast.
const LONG_WAIT: Millis = Millis::seconds(5);

/// Sends through the Bot API.
pub(super) struct Sender(Shared);

impl Sender {
    pub(super) fn new(shared: &Shared) -> Self {
        Self(shared.clone())
    }

    /// The button that opens the private chat with the word of what it is about; `None` when the bot's name is not to be had.
    async fn way_aside(
        &self,
        account: &Account,
        api: &Api,
        dispatch: &Dispatch,
    ) -> Option<InlineKeyboardButton> {
        let place: Place = dispatch.address.parse().ok()?;
        let answered = dispatch.reply_to.as_deref().and_then(number);
        let token = start::token(&place, answered?)?;
        let username = who::username(&self.0, account, api).await?;
        let url = url::Url::parse(&format!("https://t.me/{username}?start={token}")).ok()?;
        Some(InlineKeyboardButton::url(IN_PRIVATE, url))
    }

    /// What follows a call that did not succeed.
    async fn after(&self, channel: &Channel, place: &Place, error: CallError) -> Result<(), SendError> {
        let code = error.code();
        let follows = match error {
            CallError::NotModified => return Ok(()),
            CallError::Token => {
                self.0.health.note(channel, Symptom::Died(code.to_owned())).await;
                return Err(SendError::Retry(Some(TOKEN_PAUSE), code));
            }
            CallError::Migrated(to) => {
                let (from, to) = (format!("{}:", place.chat()), format!("{to}:"));
                let moved = Event::Happened(Arc::new(channel.clone()), Happening::PlaceMoved { from, to });
                // When that is not stored either, the next try is told the same.
                let _ = self.0.listener.take(moved).await;
                return Err(SendError::Retry(Some(Millis::seconds(1)), code));
            }
            CallError::TooMany(wish) => return Err(too_fast(place, wish.unwrap_or(PAUSE), code)),
            CallError::Forbidden(_) => return Err(SendError::Gone(code)),
            CallError::Unreachable | CallError::Conflict => SendError::Retry(None, code),
            CallError::Markup | CallError::Refused(_) => SendError::Rejected(code),
            CallError::Lost(_) => SendError::Uncertain(code),
        };
        self.0.health.note(channel, Symptom::Failed(code.to_owned())).await;
        Err(follows)
    }
}

#[async_trait]
impl Push for Sender {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Telegram
    }

    /// A bot cannot write to somebody first. What is said aside of a group is a button under the public line: who presses
    /// it and then Start says in private what they said in the group ([`super::start`]), and is answered there.
    fn compose(&self, dispatch: &Dispatch) -> Result<Vec<Piece>, SendError> {
        let mut pieces = lara_core::deliver::compose(dispatch);
        pieces.retain(|piece| piece.to == PieceTo::Here);
        Ok(pieces)
    }

    /// A group has one pace for all who are in it.
    fn place(&self, dispatch: &Dispatch, _: &Piece) -> String {
        match dispatch.address.parse::<Place>() {
            Ok(place) => place.chat().to_string(),
            Err(_) => dispatch.address.clone(),
        }
    }

    async fn send(
        &self,
        dispatch: &Dispatch,
        piece: &Piece,
        place_of_piece: u32,
    ) -> Result<Option<String>, SendError> {
        let channel = Arc::new(dispatch.channel.clone());
        let account = Account::open(&channel).map_err(|_| SendError::Rejected("settings_unreadable"))?;
        let place: Place = dispatch.address.parse().map_err(|_| SendError::Rejected("no_address"))?;
        let api = Api::new(self.0.platforms.clone(), &account);
        let mut rows = keyboard(&piece.quick_replies);
        let last =
            self.compose(dispatch)?.len() == usize::try_from(place_of_piece).unwrap_or(0).saturating_add(1);
        if dispatch.message.aside.is_some() && last {
            rows.extend(self.way_aside(&account, &api, dispatch).await.map(|button| vec![button]));
        }
        let reply_to = dispatch.reply_to.as_deref().filter(|_| place_of_piece == 0);
        let mut body = body(&place, &piece.text, rows, reply_to);
        let mut sent = api.post("sendMessage", &body, PATIENCE).await;
        if sent == Err(CallError::Markup) {
            // Better without bold than not at all.
            if let Some(members) = body.as_object_mut() {
                members.remove("parse_mode");
                members.insert("text".to_owned(), plain(&piece.text).into());
            }
            sent = api.post("sendMessage", &body, PATIENCE).await;
        }
        match sent {
            Ok(message) => {
                self.0.health.note(&channel, Symptom::Sent).await;
                Ok(message.get("message_id").and_then(Value::as_i64).map(|id| place.message(id)))
            }
            Err(error) => self.after(&channel, &place, error).await.map(|()| None),
        }
    }

    async fn typing(&self, channel: &Channel, address: &str) {
        let channel = Arc::new(channel.clone());
        let (Ok(account), Ok(place)) = (Account::open(&channel), address.parse::<Place>()) else { return };
        let mut action = SendChatAction::new(ChatId(place.chat()), ChatAction::Typing);
        match place {
            Place::Private { business, .. } => {
                action.business_connection_id = business.map(BusinessConnectionId);
            }
            Place::Group { thread: Some(Thread::Topic(topic)), .. } => {
                action.message_thread_id = topic_id(topic);
            }
            Place::Group { .. } => {}
        }
        // It says nothing that must be said.
        let _ = Api::new(self.0.platforms.clone(), &account).call(&action).await;
    }
}

/// Whom a "too many requests" holds up: Telegram does not say whether the chat or the bot was too fast.
fn too_fast(place: &Place, wait: Millis, code: &'static str) -> SendError {
    let account = matches!(place, Place::Private { .. }) && wait > LONG_WAIT;
    SendError::TooFast(if account { Scope::Account } else { Scope::Place }, wait, code)
}

/// The request of one message. Links show no preview: the shop's words are enough, and a foreign page must not speak for it.
fn body(place: &Place, text: &str, rows: Vec<Vec<InlineKeyboardButton>>, reply_to: Option<&str>) -> Value {
    let quiet = LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    };
    let mut message =
        SendMessage::new(ChatId(place.chat()), text).parse_mode(ParseMode::Html).link_preview_options(quiet);
    if !rows.is_empty() {
        message = message.reply_markup(InlineKeyboardMarkup::new(rows));
    }
    let mut direct = None;
    match place {
        Place::Private { business, .. } => {
            message.business_connection_id = business.clone().map(BusinessConnectionId);
        }
        Place::Group { thread, .. } => {
            let answered = reply_to.and_then(number).and_then(|id| i32::try_from(id).ok());
            message.reply_parameters =
                answered.map(|id| ReplyParameters::new(MessageId(id)).allow_sending_without_reply());
            match thread {
                Some(Thread::Topic(topic)) => message.message_thread_id = topic_id(*topic),
                Some(Thread::DirectMessages(topic)) => direct = Some(*topic),
                None => {}
            }
        }
    }
    // The payload is plain data: it always serialises.
    let mut body = serde_json::to_value(&message).unwrap_or_default();
    if let (Some(topic), Some(members)) = (direct, body.as_object_mut()) {
        // Newer than teloxide 0.17 (Bot API 9.2).
        members.insert("direct_messages_topic_id".to_owned(), json!(topic));
    }
    body
}

fn topic_id(topic: i64) -> Option<ThreadId> {
    i32::try_from(topic).ok().map(|topic| ThreadId(MessageId(topic)))
}

/// Buttons in rows: two short ones side by side, a long one alone.
fn keyboard(replies: &[QuickReply]) -> Vec<Vec<InlineKeyboardButton>> {
    let most = limits(ChannelKind::Telegram).buttons.map_or(0, |buttons| buttons.most);
    let mut rows: Vec<Vec<InlineKeyboardButton>> = Vec::new();
    let mut open = false;
    for (index, reply) in replies.iter().take(most).enumerate() {
        let button = InlineKeyboardButton::callback(reply.title.clone(), data(index, &reply.title));
        let short = reply.title.chars().count() <= SHORT_TITLE;
        if let Some(row) = rows.last_mut().filter(|_| open && short) {
            row.push(button);
            open = false;
        } else {
            rows.push(vec![button]);
            open = short;
        }
    }
    rows
}

/// What a button carries: its words where 64 bytes hold them, so that a press is understood even when Telegram shows the
/// message no more; else its number.
fn data(index: usize, title: &str) -> String {
    let most = limits(ChannelKind::Telegram).buttons.map_or(0, |buttons| buttons.payload);
    let words = format!("{SAY}{title}");
    if words.len() <= most { words } else { format!("say#{index}") }
}

/// HTML as `core::act::markup` writes it for Telegram, without its tags.
fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut tag = false;
    for c in html.chars() {
        match c {
            '<' => tag = true,
            '>' if tag => tag = false,
            _ if tag => {}
            _ => out.push(c),
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    entities.iter().fold(out, |text, (entity, c)| text.replace(entity, c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replies(titles: &[&str]) -> Vec<QuickReply> {
        titles.iter().map(|title| QuickReply { title: (*title).to_owned() }).collect()
    }

    #[test]
    fn buttons_carry_their_words_within_64_bytes() {
        let long = "Tôi muốn đổi sang cỡ khác và giao lại vào cuối tuần này";
        let rows = serde_json::to_value(keyboard(&replies(&["MH-1", "MH-2", long, "Khác"]))).unwrap();
        assert_eq!(
            rows,
            json!([
                [{"text": "MH-1", "callback_data": "say:MH-1"}, {"text": "MH-2", "callback_data": "say:MH-2"}],
                [{"text": long, "callback_data": "say#2"}],
                [{"text": "Khác", "callback_data": "say:Khác"}],
            ])
        );
    }

    #[test]
    fn a_reply_goes_to_the_topic_and_to_the_message_it_answers() {
        let place: Place = "-100/4:77".parse().unwrap();
        let group = body(&place, "<b>Dạ</b>", Vec::new(), Some("-100:9"));
        assert_eq!(
            group,
            json!({"chat_id": -100, "text": "<b>Dạ</b>", "parse_mode": "HTML", "message_thread_id": 4,
                "link_preview_options": {"is_disabled": true},
                "reply_parameters": {"message_id": 9, "allow_sending_without_reply": true}})
        );
        let business = body(&"77@bc1".parse().unwrap(), "Dạ", Vec::new(), Some("77@bc1:9"));
        assert_eq!(business["business_connection_id"], "bc1");
        assert!(business.get("reply_parameters").is_none());
        assert_eq!(
            body(&"-100~9:77".parse().unwrap(), "Dạ", Vec::new(), None)["direct_messages_topic_id"],
            9
        );
    }

    #[test]
    fn html_without_its_tags_is_what_was_meant() {
        assert_eq!(
            plain("<b>1 &lt; 2</b> &amp;lt; <a href=\"https://x.y/?a&amp;b\">đây</a>"),
            "1 < 2 &lt; đây"
        );
    }
}
