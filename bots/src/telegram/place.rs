//! Where somebody is spoken to on Telegram, and its text form: the address of a person, and the first half of the id of a
//! message.
//!
//! | Text | Where |
//! |---|---|
//! | `77` | the private chat with 77 |
//! | `77@bc1` | the same chat with the brand's own account, connection `bc1` (Telegram Business) |
//! | `-100:77` | person 77 in the group -100 |
//! | `-100/4:77` | person 77 in topic 4 of that group |
//! | `-100~9:77` | person 77 in the direct messages of a channel, thread 9 |

use std::fmt;
use std::str::FromStr;

/// One person at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A private chat; its id is the person's.
    Private {
        /// Chat and person.
        chat: i64,
        /// The business connection it is reached through.
        business: Option<String>,
    },
    /// A group.
    Group {
        /// Chat.
        chat: i64,
        /// The topic within it.
        thread: Option<Thread>,
        /// The person, or the channel that somebody writes as.
        who: i64,
    },
}

/// A part of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thread {
    /// A forum topic: `message_thread_id`.
    Topic(i64),
    /// A person's thread in the direct messages of a channel: `direct_messages_topic_id`.
    DirectMessages(i64),
}

/// A text that is no address of Telegram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address of Telegram")]
pub(super) struct NoPlace;

impl Place {
    /// The chat.
    #[must_use]
    pub(super) const fn chat(&self) -> i64 {
        match self {
            Self::Private { chat, .. } | Self::Group { chat, .. } => *chat,
        }
    }

    /// The id of a message there: business chats count their own, so that theirs must not be taken for those of the bot.
    #[must_use]
    pub(super) fn message(&self, id: i64) -> String {
        match self {
            Self::Private { chat, business: Some(connection) } => format!("{chat}@{connection}:{id}"),
            Self::Private { chat, .. } | Self::Group { chat, .. } => format!("{chat}:{id}"),
        }
    }
}

/// The number of the message in an id made by [`Place::message`].
pub(super) fn number(external: &str) -> Option<i64> {
    external.rsplit_once(':').and_then(|(_, number)| number.parse().ok())
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private { chat, business: None } => write!(f, "{chat}"),
            Self::Private { chat, business: Some(connection) } => write!(f, "{chat}@{connection}"),
            Self::Group { chat, thread: None, who } => write!(f, "{chat}:{who}"),
            Self::Group { chat, thread: Some(Thread::Topic(topic)), who } => {
                write!(f, "{chat}/{topic}:{who}")
            }
            Self::Group { chat, thread: Some(Thread::DirectMessages(topic)), who } => {
                write!(f, "{chat}~{topic}:{who}")
            }
        }
    }
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let int = |text: &str| text.parse::<i64>().map_err(|_| NoPlace);
        if let Some((chat, connection)) = text.split_once('@') {
            let business = Some(connection.to_owned()).filter(|connection| !connection.is_empty());
            return Ok(Self::Private { chat: int(chat)?, business: Some(business.ok_or(NoPlace)?) });
        }
        let Some((place, who)) = text.split_once(':') else {
            return Ok(Self::Private { chat: int(text)?, business: None });
        };
        let (chat, thread) = if let Some((chat, topic)) = place.split_once('/') {
            (chat, Some(Thread::Topic(int(topic)?)))
        } else if let Some((chat, topic)) = place.split_once('~') {
            (chat, Some(Thread::DirectMessages(int(topic)?)))
        } else {
            (place, None)
        };
        Ok(Self::Group { chat: int(chat)?, thread, who: int(who)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_back_as_it_was_written() {
        for text in ["77", "77@bc1", "-1001555:77", "-1001555/4:77", "-1001555~9:77", "-1:-1001", "77@a:b/c"]
        {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
        for text in ["", "x", "77@", "1:2:3", "-1/:2", "-1/x:2", ":", "@bc"] {
            assert_eq!(text.parse::<Place>(), Err(NoPlace), "{text}");
        }
    }

    #[test]
    fn a_business_chat_counts_its_own_messages() {
        let place: Place = "77@bc1".parse().unwrap();
        assert_eq!((place.message(5), number(&place.message(5))), ("77@bc1:5".to_owned(), Some(5)));
        let place: Place = "-100/4:77".parse().unwrap();
        assert_eq!((place.message(5), place.chat()), ("-100:5".to_owned(), -100));
        assert_eq!(number("callback:12a"), None);
    }
}
