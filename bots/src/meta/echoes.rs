//! What was sent a moment ago. Instagram's echoes of our own messages name neither our app nor our id of them, and may come
//! before the answer to the send: without this book Lara would take herself for a human.

use lara_core::model::{ChannelId, MessageId, Millis, Timestamp};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How long an echo may be under way.
const REMEMBERED: Millis = Millis::minutes(30);
/// The most pieces remembered; at full pace (300 a second) this is a minute.
const MOST: usize = 20_000;

#[derive(Debug)]
struct Sent {
    channel: ChannelId,
    to: To,
    /// Without blanks: platforms trim and fold them.
    text: String,
    message: MessageId,
    at: Timestamp,
}

/// To whom something is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum To {
    /// To this person.
    Person(String),
    /// To whoever wrote a comment: Meta knows the person, and we only once they are told.
    Commenter,
}

/// The book. Cheap to clone; each process has its own.
#[derive(Debug, Clone, Default)]
pub struct Echoes(Arc<Mutex<VecDeque<Sent>>>);

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl Echoes {
    /// A piece is about to be sent.
    pub(super) fn sending(&self, channel: ChannelId, to: To, text: &str, message: MessageId, at: Timestamp) {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while sent.len() >= MOST || sent.front().is_some_and(|first| at.since(first.at) > REMEMBERED) {
            sent.pop_front();
        }
        sent.push_back(Sent { channel, to, text: bare(text), message, at });
    }

    /// The message of ours an echo repeats, if it does.
    pub(super) fn ours(
        &self,
        channel: ChannelId,
        address: &str,
        text: &str,
        now: Timestamp,
    ) -> Option<MessageId> {
        let (text, person) = (bare(text), To::Person(address.to_owned()));
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |one: &&Sent| {
            one.channel == channel
                && (one.to == To::Commenter || one.to == person)
                && one.text == text
                && now.since(one.at) <= REMEMBERED
        };
        sent.iter().rev().find(is_it).map(|one| one.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_echo_is_known_by_person_and_words_for_a_while() {
        let (book, id) = (Echoes::default(), Uuid::from_u128(1));
        let (channel, message) = (ChannelId::new(id), MessageId::new(id));
        let at = |minutes| Timestamp::from_millis(0).plus(Millis::minutes(minutes));
        let lan = || To::Person("lan".to_owned());
        book.sending(channel, lan(), "Dạ, đơn của chị\n\nđang giao ạ", message, at(0));
        let asked = |address, text, minutes| book.ours(channel, address, text, at(minutes));
        assert_eq!(asked("lan", "Dạ, đơn của chị đang giao ạ", 1), Some(message));
        assert_eq!(asked("mai", "Dạ, đơn của chị đang giao ạ", 1), None);
        assert_eq!(asked("lan", "Dạ, để em xem", 1), None);
        assert_eq!(asked("lan", "Dạ, đơn của chị đang giao ạ", 31), None);
        book.sending(channel, lan(), "x", message, at(40));
        assert_eq!(book.0.lock().unwrap().len(), 1, "old ones are forgotten");
        book.sending(channel, To::Commenter, "Em nhắn riêng chị ạ", message, at(41));
        assert_eq!(asked("somebody", "Em nhắn riêng chị ạ", 42), Some(message));
    }
}
