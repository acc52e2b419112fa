//! What each platform takes in one message, counted as the platform counts. Longer texts are split
//! ([`pieces`](super::pieces)), more buttons than these are left to the adapter, which knows what to do without them.

use crate::model::ChannelKind;

/// What a platform counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Unicode characters (scalar values).
    Chars,
    /// UTF-16 code units: an emoji counts two.
    Utf16,
    /// Bytes of UTF-8: `ệ` counts three.
    Bytes,
}

impl Unit {
    /// How many the text has.
    #[must_use]
    pub fn count(self, text: &str) -> usize {
        match self {
            Self::Chars => text.chars().count(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Bytes => text.len(),
        }
    }
}

/// The buttons that fit beside one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buttons {
    /// How many.
    pub most: usize,
    /// Longest title, in characters.
    pub title: usize,
    /// Longest payload, in bytes.
    pub payload: usize,
}

/// What one message may hold. `None`: the platform names no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// What is counted.
    pub unit: Unit,
    /// Longest text.
    pub text: Option<usize>,
    /// Longest text beside a picture or file, where that is less.
    pub caption: Option<usize>,
    /// Longest text beside buttons, where that is less.
    pub with_buttons: Option<usize>,
    /// Buttons; `None` where the customer's side shows as many as there are.
    pub buttons: Option<Buttons>,
}

impl Limits {
    /// The limit of a text beside buttons, or without.
    #[must_use]
    pub const fn of_text(&self, has_buttons: bool) -> Option<usize> {
        match self.with_buttons {
            Some(limit) if has_buttons => Some(limit),
            _ => self.text,
        }
    }
}

/// Discord: 2,000 characters (`discord-api-docs` resources/message.mdx, "Create Message"); five buttons a row and five rows,
/// label 80, `custom_id` 100 characters (components/reference.mdx).
const DISCORD: Limits = Limits {
    unit: Unit::Chars,
    text: Some(2_000),
    caption: None,
    with_buttons: None,
    buttons: Some(Buttons { most: 25, title: 80, payload: 100 }),
};

/// Telegram: 4,096 UTF-16 units after entities are parsed, caption 1,024 (core.telegram.org/bots/api#sendmessage,
/// #sendphoto); `callback_data` 64 bytes (#inlinekeyboardbutton). A keyboard takes 100 buttons; titles are cut to about 64 on phones.
const TELEGRAM: Limits = Limits {
    unit: Unit::Utf16,
    text: Some(4_096),
    caption: Some(1_024),
    with_buttons: None,
    buttons: Some(Buttons { most: 100, title: 64, payload: 64 }),
};

/// Messenger: "UTF-8 and less than 2000 characters" (developers.facebook.com, messenger-platform Send API), hence 1,999; 13 quick
/// replies, title 20, payload 1,000 characters (quick replies reference). Characters outside the BMP may count two there,
/// so UTF-16 units are counted.
const MESSENGER: Limits = Limits {
    unit: Unit::Utf16,
    text: Some(1_999),
    caption: None,
    with_buttons: None,
    buttons: Some(Buttons { most: 13, title: 20, payload: 1_000 }),
};

/// Instagram: 1,000 bytes of UTF-8 and 13 quick replies of 20 characters (developers.facebook.com, Instagram messaging
/// Send API).
const INSTAGRAM: Limits = Limits {
    unit: Unit::Bytes,
    text: Some(1_000),
    caption: None,
    with_buttons: None,
    buttons: Some(Buttons { most: 13, title: 20, payload: 1_000 }),
};

/// WhatsApp Cloud API: body 4,096, of interactive messages and captions 1,024; three reply buttons, title 20, id 256
/// (developers.facebook.com, cloud-api messages reference).
const WHATSAPP: Limits = Limits {
    unit: Unit::Chars,
    text: Some(4_096),
    caption: Some(1_024),
    with_buttons: Some(1_024),
    buttons: Some(Buttons { most: 3, title: 20, payload: 256 }),
};

/// The widget, the app and the terminal are ours.
const OURS: Limits =
    Limits { unit: Unit::Chars, text: None, caption: None, with_buttons: None, buttons: None };

/// What a channel of this kind takes in one message.
#[must_use]
pub const fn limits(kind: ChannelKind) -> Limits {
    match kind {
        ChannelKind::Discord => DISCORD,
        ChannelKind::Telegram => TELEGRAM,
        ChannelKind::Messenger => MESSENGER,
        ChannelKind::Instagram => INSTAGRAM,
        ChannelKind::Whatsapp => WHATSAPP,
        ChannelKind::Web | ChannelKind::App | ChannelKind::Local => OURS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_counts_in_its_own_unit() {
        let text = "Dạ 👍";
        assert_eq!([Unit::Chars, Unit::Utf16, Unit::Bytes].map(|unit| unit.count(text)), [4, 5, 9]);
        assert_eq!(limits(ChannelKind::Instagram).unit, Unit::Bytes);
        assert_eq!(limits(ChannelKind::Telegram).of_text(true), Some(4_096));
        assert_eq!(limits(ChannelKind::Whatsapp).of_text(true), Some(1_024));
        assert_eq!(limits(ChannelKind::Web).of_text(false), None);
    }
}
