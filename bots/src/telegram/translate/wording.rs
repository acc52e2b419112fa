//! Words within a message: whether they name the bot, what is left without its name, what a button says.

use crate::telegram::node::Node;
use std::ops::Range;

/// What the data of our own buttons begins with; the title follows where 64 bytes hold it.
pub(crate) const SAY: &str = "say:";

/// Whether and how a text names the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// It is addressed: mentioned, or given a command.
    pub(super) addressed: bool,
    /// A command is given to another bot.
    pub(super) other_bot: bool,
    /// The text without the bot's name, unless nothing else is left.
    pub(super) text: String,
}

/// Looks for the bot in a text. Entities count in UTF-16 code units (core.telegram.org/bots/api#messageentity).
pub(super) fn named(text: &str, entities: &[Node<'_>], bot: i64, username: Option<&str>) -> Named {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let (mut addressed, mut other_bot) = (false, false);
    for entity in entities {
        let Some((range, word)) = slice(*entity, &units) else { continue };
        match entity.str("type") {
            Some("mention") if is(username, word.trim_start_matches('@')) => {
                addressed = true;
                cuts.push(range);
            }
            Some("text_mention") if entity.at("user").int("id") == Some(bot) => {
                addressed = true;
                cuts.push(range);
            }
            Some("bot_command") => {
                // `/help@shop_bot`; without a name it is meant for any bot of a group, and for none.
                let Some((command, name)) = word.split_once('@') else { continue };
                if is(username, name) {
                    addressed = true;
                    cuts.push(range.start.saturating_add(command.encode_utf16().count())..range.end);
                } else {
                    other_bot = true;
                }
            }
            _ => {}
        }
    }
    let text = without(&units, &cuts).filter(|_| addressed).unwrap_or_else(|| text.to_owned());
    Named { addressed, other_bot: other_bot && !addressed, text }
}

fn is(username: Option<&str>, name: &str) -> bool {
    username.is_some_and(|username| username.eq_ignore_ascii_case(name))
}

fn slice(entity: Node<'_>, units: &[u16]) -> Option<(Range<usize>, String)> {
    let start = usize::try_from(entity.int("offset")?).ok()?;
    let end = start.checked_add(usize::try_from(entity.int("length")?).ok()?)?;
    let word = String::from_utf16_lossy(units.get(start..end)?);
    Some((start..end, word))
}

/// The text without these parts and the blanks beside them; `None` when nothing is left.
fn without(units: &[u16], cuts: &[Range<usize>]) -> Option<String> {
    let kept: Vec<u16> = (0..)
        .zip(units)
        .filter(|(at, _)| !cuts.iter().any(|cut| cut.contains(at)))
        .map(|(_, unit)| *unit)
        .collect();
    let kept = String::from_utf16_lossy(&kept);
    let lines: Vec<String> = kept
        .lines()
        .map(|line| line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
        .collect();
    let text = lines.join("\n").trim().to_owned();
    let says = text.chars().any(|c| !c.is_whitespace() && !matches!(c, ',' | ':' | '.'));
    says.then(|| text.trim_start_matches([',', ':']).trim_start().to_owned())
}

/// What the button with this data under a message says. Of a message that Telegram does not show us any more, the words
/// the data carries.
pub(super) fn button<'a>(message: Node<'a>, data: &'a str) -> Option<&'a str> {
    let rows = message.at("reply_markup").items("inline_keyboard");
    let mut buttons = rows.flat_map(Node::each);
    match buttons.find(|button| button.str("callback_data") == Some(data)) {
        Some(button) => button.str("text"),
        None if message.has("reply_markup") => None,
        None => data.strip_prefix(SAY),
    }
    .map(str::trim)
    .filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn look(text: &str, entities: &Value) -> Named {
        let entities: Vec<Node<'_>> = entities.as_array().unwrap().iter().map(Node::new).collect();
        named(text, &entities, 1, Some("shop_bot"))
    }

    #[test]
    fn a_mention_addresses_the_bot_and_is_not_part_of_what_is_said() {
        let mention = |offset| json!([{"type": "mention", "offset": offset, "length": 9}]);
        assert_eq!(look("@shop_bot đơn hàng của tôi?", &mention(0)).text, "đơn hàng của tôi?");
        // An emoji counts two.
        assert_eq!(look("👋🏽 @Shop_Bot, giao chưa?", &mention(5)).text, "👋🏽 , giao chưa?");
        assert_eq!(look("@shop_bot", &mention(0)).text, "@shop_bot");
        assert!(look("@shop_bot", &mention(0)).addressed);
        assert!(!look("@shop_box hi", &mention(0)).addressed);
    }

    #[test]
    fn a_command_is_for_the_bot_it_names() {
        let command = |length| json!([{"type": "bot_command", "offset": 0, "length": length}]);
        let ours = look("/help@shop_bot please", &command(14));
        assert_eq!((ours.addressed, ours.text.as_str()), (true, "/help please"));
        assert!(look("/help@other_bot please", &command(15)).other_bot);
        let any = look("/help please", &command(5));
        assert!(!any.addressed && !any.other_bot);
    }

    #[test]
    fn entities_that_lie_harm_nobody() {
        for entity in [
            json!([{"type": "mention", "offset": 4, "length": 900}]),
            json!([{"type": "mention", "offset": -1, "length": 3}]),
            json!([{"type": "mention", "offset": i64::MAX, "length": i64::MAX}]),
            json!([{"type": 7}, 8, null]),
        ] {
            assert_eq!(look("hi 👋", &entity).text, "hi 👋");
        }
    }

    #[test]
    fn a_button_says_its_title_and_forged_data_says_nothing() {
        let message = json!({"reply_markup": {"inline_keyboard": [[{"text": "Đổi size", "callback_data": "say:Đổi size"}]]}});
        assert_eq!(button(Node::new(&message), "say:Đổi size"), Some("Đổi size"));
        assert_eq!(button(Node::new(&message), "say:DROP"), None);
        assert_eq!(button(Node::new(&json!({"date": 0})), "say:Đổi size"), Some("Đổi size"));
        assert_eq!(button(Node::new(&json!({"date": 0})), "check:35"), None);
    }
}
