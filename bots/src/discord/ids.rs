//! Ids of Discord and of ours on Discord: snowflakes, addresses, nonces, buttons.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lara_core::model::{MessageId, Timestamp};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Discord's epoch, 2015-01-01, in Unix milliseconds (`discord-api-docs` reference.mdx, "Snowflakes").
const EPOCH: i64 = 1_420_070_400_000;

/// An id of Discord. Greater is later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Snowflake(pub(crate) u64);

impl Snowflake {
    /// When it was made, by Discord's clock. `None` for what is too small to be a real one.
    pub(crate) fn at(self) -> Option<Timestamp> {
        let millis = i64::try_from(self.0 >> 22).ok().filter(|millis| *millis > 0)?;
        Some(Timestamp::from_millis(millis.saturating_add(EPOCH)))
    }

    /// An id as JSON has it: a string, or a number from those who do it wrong.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_u64().filter(|id| *id > 0).map(Self),
            _ => None,
        }
    }
}

impl fmt::Display for Snowflake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is no id of Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of Discord; ids are numbers, copied with developer mode switched on")]
pub(crate) struct NotAnId;

impl FromStr for Snowflake {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|id| digits && *id > 0).map(Self).ok_or(NotAnId)
    }
}

/// Where one person is reached: in private, or in a place of a server. Written `3000` and `2000:3000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Address {
    /// In direct messages.
    Direct(Snowflake),
    /// In a channel or thread of a server.
    Place {
        /// The channel or thread.
        channel: Snowflake,
        /// The person.
        user: Snowflake,
    },
}

impl Address {
    /// The person.
    pub(crate) const fn user(self) -> Snowflake {
        match self {
            Self::Direct(user) | Self::Place { user, .. } => user,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct(user) => user.fmt(f),
            Self::Place { channel, user } => write!(f, "{channel}:{user}"),
        }
    }
}

impl FromStr for Address {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        match text.split_once(':') {
            None => text.parse().map(Self::Direct),
            Some((channel, user)) => Ok(Self::Place { channel: channel.parse()?, user: user.parse()? }),
        }
    }
}

/// What makes two tries of one send the same message: our message and which piece of it. At most 25 characters
/// (resources/message.mdx, "Create Message").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nonce {
    /// The message.
    pub(crate) message: MessageId,
    /// Which piece, from 0.
    pub(crate) place: u32,
    /// Whether it is the last piece: then the whole message stands there.
    pub(crate) last: bool,
}

/// Characters of an id in a nonce: 16 bytes in base64.
const ID_LENGTH: usize = 22;

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = URL_SAFE_NO_PAD.encode(self.message.get().as_bytes());
        // Of more than a hundred pieces nobody would read the last.
        write!(f, "{id}{:02}{}", self.place.min(99), if self.last { "." } else { "" })
    }
}

impl Nonce {
    /// The nonce of a message of ours; `None` for one that is not ours.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        let (id, rest) = value.as_str()?.split_at_checked(ID_LENGTH)?;
        let bytes: [u8; 16] = URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok()?;
        let (place, last) = match rest.strip_suffix('.') {
            Some(place) => (place, true),
            None => (rest, false),
        };
        let place = place.parse().ok().filter(|_| place.len() == 2)?;
        Some(Self { message: MessageId::new(Uuid::from_bytes(bytes)), place, last })
    }
}

/// A button of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Button {
    /// A quick reply: pressing it says its title.
    Say {
        /// Its place among those of its message; ids must differ.
        place: usize,
        /// What it says.
        title: String,
    },
    /// Opens what was said in private beside a public line.
    Aside(MessageId),
}

/// Longest title, in characters (components/reference.mdx, "Button").
const LONGEST_TITLE: usize = 80;

impl Button {
    /// A quick reply, its title cut to what fits.
    pub(crate) fn say(place: usize, title: &str) -> Self {
        let title = title.trim();
        let title = if title.chars().count() > LONGEST_TITLE {
            title.chars().take(LONGEST_TITLE.saturating_sub(1)).chain(['…']).collect()
        } else {
            title.to_owned()
        };
        Self::Say { place, title }
    }

    /// The button behind a `custom_id`; `None` for one that is not ours. Whoever presses may have made it up, so nothing is
    /// believed of it but that it says something.
    pub(crate) fn of(custom_id: &str) -> Option<Self> {
        let rest = custom_id.strip_prefix("lara:")?;
        if let Some(id) = rest.strip_prefix("aside:") {
            return id.parse().ok().map(Self::Aside);
        }
        let (place, title) = rest.strip_prefix("say:")?.split_once(':')?;
        let place = place.parse().ok()?;
        let fits = !title.trim().is_empty() && title.chars().count() <= LONGEST_TITLE;
        fits.then(|| Self::Say { place, title: title.to_owned() })
    }
}

/// The `custom_id`: at most 100 characters.
impl fmt::Display for Button {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Say { place, title } => write!(f, "lara:say:{place}:{title}"),
            Self::Aside(message) => write!(f, "lara:aside:{message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_snowflake_tells_when_it_was_made() {
        let id: Snowflake = "1573831167247908864".parse().unwrap();
        assert_eq!(Snowflake::of(&json!(1_573_831_167_247_908_864_u64)), Some(id));
        let at = jiff::Timestamp::from_millisecond(id.at().unwrap().millis()).unwrap();
        assert!(at.to_string().starts_with("2026-11-21T22:"), "{at}");
        assert_eq!(Snowflake(5).at(), None);
        for wrong in ["", "0", "-1", "+7", "12a", "99999999999999999999999"] {
            assert!(wrong.parse::<Snowflake>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_says_where_a_person_is_reached() {
        for (text, user) in [("3000", 3_000), ("2000:3000", 3_000)] {
            let address: Address = text.parse().unwrap();
            assert_eq!((address.to_string(), address.user()), (text.to_owned(), Snowflake(user)));
        }
        assert!("2000:".parse::<Address>().is_err() && "2000:3000:1".parse::<Address>().is_err());
    }

    #[test]
    fn a_nonce_is_short_and_comes_back() {
        let message = MessageId::new(Uuid::from_u128(u128::MAX - 7));
        for (place, last) in [(0, false), (7, true), (99, true)] {
            let nonce = Nonce { message, place, last };
            let text = nonce.to_string();
            assert!(text.len() <= 25, "{text}");
            assert_eq!(Nonce::of(&json!(text)), Some(nonce));
        }
        for foreign in [json!("outbox-42"), json!(7), json!(null), json!("éééééééééééééééééééééé00")]
        {
            assert_eq!(Nonce::of(&foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_button_of_ours_is_known_by_its_id() {
        let button = Button::say(3, &"Đổi hàng ".repeat(20));
        let id = button.to_string();
        assert!(id.chars().count() <= 100, "{id}");
        assert_eq!(Button::of(&id), Some(button));
        let aside = Button::Aside(MessageId::new(Uuid::from_u128(7)));
        assert_eq!(Button::of(&aside.to_string()), Some(aside));
        for foreign in ["buy:1", "lara:", "lara:say:x:y", "lara:say:1:", "lara:aside:", "lara:say:1: "] {
            assert_eq!(Button::of(foreign), None, "{foreign}");
        }
    }
}
