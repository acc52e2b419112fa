//! What a check of a channel found, and the last error of one, in words: what it means, and what to do next. The only
//! place; the command, the doctor and the desk all say it so.

mod common;
mod platforms;

use crate::model::{ChannelKind, Language};

/// A code in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// What is so.
    pub what: String,
    /// What to do about it, if there is anything to do.
    pub next: Option<String>,
}

/// What a code of a channel's check or of its last error means to a person. A code this Lara does not know is shown as it
/// is: an adapter that is newer than these words still says something.
#[must_use]
pub fn channel_trouble(kind: ChannelKind, code: &str, detail: Option<&str>, language: Language) -> Explained {
    let Some(line) = table().find(|line| line.code == code) else {
        let what = match language {
            Language::English => format!("{}: {}", name(kind), code.replace('_', " ")),
            Language::Vietnamese => format!("{}: mã lỗi {code}", name(kind)),
        };
        return Explained {
            what: detail.map_or(what.clone(), |detail| format!("{what} ({detail})")),
            next: None,
        };
    };
    let [what, next] = match language {
        Language::English => line.en,
        Language::Vietnamese => line.vi,
    };
    let said = |text: &str| {
        text.replace("{platform}", name(kind))
            .replace("{guide}", &format!("docs/channels/{kind}.md"))
            // Last, so that nothing in it is taken for a place.
            .replace("{detail}", detail.unwrap_or("?"))
    };
    Explained { what: said(what), next: (!next.is_empty()).then(|| said(next)) }
}

/// What people call a kind of channel; the same in both languages.
#[must_use]
pub const fn name(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Web => "Web chat",
        ChannelKind::App => "App",
        ChannelKind::Discord => "Discord",
        ChannelKind::Telegram => "Telegram",
        ChannelKind::Messenger => "Messenger",
        ChannelKind::Instagram => "Instagram",
        ChannelKind::Whatsapp => "WhatsApp",
        ChannelKind::Local => "Terminal",
    }
}

/// One code: what it means and what to do, in each language.
struct Line {
    code: &'static str,
    en: [&'static str; 2],
    vi: [&'static str; 2],
}

const fn line(code: &'static str, en: [&'static str; 2], vi: [&'static str; 2]) -> Line {
    Line { code, en, vi }
}

/// Every code.
fn table() -> impl Iterator<Item = &'static Line> {
    common::TABLE.iter().chain(platforms::TABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_said_once_and_fully_in_both_languages() {
        for (place, line) in table().enumerate() {
            let twin = table().skip(place + 1).any(|other| other.code == line.code);
            assert!(!twin, "{} stands twice", line.code);
            assert!(!line.en[0].is_empty() && !line.vi[0].is_empty(), "{}", line.code);
            assert_eq!(line.en[1].is_empty(), line.vi[1].is_empty(), "{}", line.code);
            let asks = |texts: [&str; 2]| texts.concat().contains("{detail}");
            assert_eq!(asks(line.en), asks(line.vi), "{}", line.code);
        }
    }

    #[test]
    fn it_says_what_is_wrong_and_what_to_do() {
        let said = channel_trouble(
            ChannelKind::Discord,
            "intent_missing",
            Some("MESSAGE_CONTENT"),
            Language::English,
        );
        assert_eq!(said.what, "Discord does not let the bot read: MESSAGE_CONTENT is not enabled.");
        assert!(said.next.unwrap().contains("Privileged Gateway Intents"));
        let said = channel_trouble(ChannelKind::Messenger, "token_invalid", None, Language::Vietnamese);
        assert!(said.what.starts_with("Messenger từ chối mã truy cập"), "{}", said.what);
        let said =
            channel_trouble(ChannelKind::Telegram, "token_valid", Some("@moc {platform}"), Language::English);
        assert_eq!((said.what.as_str(), said.next), ("Telegram knows the token: @moc {platform}.", None));
    }

    #[test]
    fn a_code_from_the_future_still_says_something() {
        let said = channel_trouble(ChannelKind::Telegram, "moon_phase", Some("full"), Language::English);
        assert_eq!((said.what.as_str(), said.next), ("Telegram: moon phase (full)", None));
        let said = channel_trouble(ChannelKind::Telegram, "moon_phase", None, Language::Vietnamese);
        assert_eq!(said.what, "Telegram: mã lỗi moon_phase");
    }
}
