//! Messages written and corrected. Shapes: `discord-api-docs` resources/message.mdx and events/gateway-events.mdx.

use super::{Known, Odd, attachments, ignored};
use crate::discord::ids::{Address, Nonce, Snowflake};
use crate::discord::shape;
use lara_core::listen::{Envelope, Event};
use lara_core::model::Visibility;
use lara_core::ports::{Details, HandedTo, Happening, Progress, ReceiptOf};
use serde_json::Value;
use std::sync::Arc;

/// Types of messages that people write: an ordinary one, and a reply.
const WRITTEN: [u64; 2] = [0, 19];
/// The flag of a message that came from a channel of another server ("Message Flags").
const FOLLOWED: u64 = 1 << 1;
/// The type of a direct channel (resources/channel.mdx, "Channel Types").
const DIRECT: u64 = 1;

/// Who wrote, where.
struct Author {
    id: Snowflake,
    place: Snowflake,
    guild: Option<Snowflake>,
    in_private: bool,
}

/// A new message.
pub(super) fn created(known: &Known<'_>, message: &Value) -> Result<Event, Odd> {
    let id = shape::id(message, "id").ok_or(Odd("no_id"))?;
    let author = match author(known, message)? {
        Ok(author) => author,
        Err("own") => return Ok(own(known, id, message)),
        Err(why) => return Ok(ignored(why)),
    };
    if !WRITTEN.contains(&shape::number(message, "type")) {
        return Ok(ignored("system_message"));
    }
    if shape::flag(message, "flags", FOLLOWED) {
        return Ok(ignored("other_server"));
    }
    match whose(known, message, &author) {
        Whose::Nobody(why) => Ok(ignored(why)),
        Whose::Colleague(address) => Ok(colleague(known, address, id, message)),
        Whose::Customer(address, visibility) => Ok(said(known, message, id, &author, (address, visibility))),
    }
}

/// A corrected message. An update without a time of editing is Discord's own: a link that got its picture, a thread that
/// was opened.
pub(super) fn edited(known: &Known<'_>, message: &Value) -> Result<Event, Odd> {
    let id = shape::id(message, "id").ok_or(Odd("no_id"))?;
    if !shape::member(message, "edited_timestamp").is_string()
        || !shape::member(message, "content").is_string()
    {
        return Ok(ignored("not_an_edit"));
    }
    if let Err(why) = author(known, message)? {
        return Ok(ignored(why));
    }
    let text = words(known, message);
    let in_guild = shape::id(message, "guild_id").is_some();
    if text.is_empty() && (in_guild || attachments::of(message).is_empty()) {
        // Without the intent for content it is always empty: that is no correction to nothing.
        return Ok(ignored("no_content"));
    }
    Ok(Event::Happened(Arc::clone(known.channel), Happening::Edited { external: id.to_string(), text }))
}

/// Who wrote it, or why that does not matter.
fn author(known: &Known<'_>, message: &Value) -> Result<Result<Author, &'static str>, Odd> {
    let place = shape::id(message, "channel_id").ok_or(Odd("no_channel"))?;
    if message.get("webhook_id").is_some_and(|id| !id.is_null()) {
        return Ok(Err("webhook"));
    }
    let by = shape::member(message, "author");
    let id = shape::id(by, "id").ok_or(Odd("no_author"))?;
    if known.bot == Some(id) {
        return Ok(Err("own"));
    }
    if shape::is(by, "bot") || shape::is(by, "system") {
        return Ok(Err("other_bot"));
    }
    let guild = shape::id(message, "guild_id");
    if guild.is_some_and(|guild| known.settings.guild.is_some_and(|ours| ours != guild)) {
        return Ok(Err("other_server"));
    }
    let kind = shape::member(message, "channel_type").as_u64();
    let in_private = guild.is_none() && kind.is_none_or(|kind| kind == DIRECT);
    Ok(Ok(Author { id, place, guild, in_private }))
}

/// Our own message, seen on the gateway: proof that it stands there, if it says which it is.
fn own(known: &Known<'_>, id: Snowflake, message: &Value) -> Event {
    // Only the last piece proves the whole.
    match Nonce::of(shape::member(message, "nonce")).filter(|nonce| nonce.last) {
        Some(nonce) => Event::Happened(
            Arc::clone(known.channel),
            Happening::Receipt {
                of: ReceiptOf::Ours(nonce.message, Some(id.to_string())),
                state: Progress::Sent,
                at: id.at().unwrap_or_default(),
            },
        ),
        None => ignored("own"),
    }
}

/// Whose talk a message belongs to.
enum Whose {
    Customer(Address, Visibility),
    Colleague(Address),
    Nobody(&'static str),
}

fn whose(known: &Known<'_>, message: &Value, author: &Author) -> Whose {
    if author.in_private {
        return Whose::Customer(Address::Direct(author.id), Visibility::Direct);
    }
    let thread = known.places.threads.get(&author.place).copied();
    if let Some(thread) = thread {
        if thread.of.user() == author.id {
            let visibility = if thread.private { Visibility::Direct } else { Visibility::PublicAddressed };
            return Whose::Customer(thread.of, visibility);
        }
        // Only the brand's own people can come into a private thread.
        if thread.private || is_colleague(known, message, author.id) {
            return Whose::Colleague(thread.of);
        }
    }
    if is_colleague(known, message, author.id) {
        let to = shape::member(shape::member(message, "referenced_message"), "author");
        return match shape::id(to, "id").filter(|_| !shape::is(to, "bot")) {
            Some(user) => Whose::Colleague(Address::Place { channel: author.place, user }),
            None => Whose::Nobody("colleague"),
        };
    }
    let address = Address::Place { channel: author.place, user: author.id };
    if addresses_us(known, message) {
        return Whose::Customer(address, Visibility::PublicAddressed);
    }
    let parent = known.places.parents.get(&author.place);
    let watched = known.settings.watched.iter().any(|id| *id == author.place || Some(id) == parent);
    if !watched {
        Whose::Nobody("not_addressed")
    } else if is_empty(message) {
        Whose::Nobody("no_content")
    } else {
        Whose::Customer(address, Visibility::Public)
    }
}

fn is_colleague(known: &Known<'_>, message: &Value, author: Snowflake) -> bool {
    let roles = shape::list(shape::member(message, "member"), "roles");
    known.settings.colleagues.contains(&author)
        || roles.iter().filter_map(Snowflake::of).any(|role| known.settings.colleague_roles.contains(&role))
}

/// Whether the bot is mentioned or replied to.
fn addresses_us(known: &Known<'_>, message: &Value) -> bool {
    let Some(bot) = known.bot else { return false };
    let mentioned = shape::list(message, "mentions").iter().any(|user| shape::id(user, "id") == Some(bot));
    let text = shape::text(message, "content");
    let named = [format!("<@{bot}>"), format!("<@!{bot}>")].iter().any(|mark| text.contains(mark.as_str()));
    let replied =
        shape::id(shape::member(shape::member(message, "referenced_message"), "author"), "id") == Some(bot);
    mentioned || named || replied
}

/// Whether there is nothing to read: so come messages of a server without the intent for their content.
fn is_empty(message: &Value) -> bool {
    shape::text(message, "content").trim().is_empty() && attachments::of(message).is_empty()
}

fn colleague(known: &Known<'_>, address: Address, id: Snowflake, message: &Value) -> Event {
    let (address, external) = (address.to_string(), id.to_string());
    let text = words(known, message);
    let happening = if text.is_empty() {
        // A picture, or words we may not see: a take-over all the same.
        Happening::Handed { address, to: HandedTo::Others }
    } else {
        Happening::HumanReplied { address, external, text }
    };
    Event::Happened(Arc::clone(known.channel), happening)
}

fn said(
    known: &Known<'_>,
    message: &Value,
    id: Snowflake,
    author: &Author,
    (address, visibility): (Address, Visibility),
) -> Event {
    let attachments = attachments::of(message);
    let text = words(known, message);
    if text.is_empty() && attachments.is_empty() && author.in_private {
        return ignored("empty");
    }
    let place = author.place;
    let link = author
        .guild
        .filter(|_| visibility != Visibility::Direct)
        .map(|guild| format!("https://discord.com/channels/{guild}/{place}/{id}"));
    Event::Said(Box::new(Envelope {
        channel: Arc::clone(known.channel),
        address: address.to_string(),
        external: id.to_string(),
        text,
        visibility,
        at: None,
        details: Details {
            name: name(shape::member(message, "member"), shape::member(message, "author")),
            language: None,
            said_at: id.at(),
            attachments,
            link,
        },
    }))
}

/// The name a person shows: in the server, on Discord, or the one they log in by.
pub(super) fn name(member: &Value, user: &Value) -> Option<String> {
    let names =
        [shape::text(member, "nick"), shape::text(user, "global_name"), shape::text(user, "username")];
    names.into_iter().map(str::trim).find(|name| !name.is_empty()).map(ToOwned::to_owned)
}

/// What a message says: its own words and those it passes on, as a reader sees them.
fn words(known: &Known<'_>, message: &Value) -> String {
    let own = shape::text(message, "content");
    let passed_on = attachments::snapshots(message).map(|snapshot| shape::text(snapshot, "content"));
    let question = shape::text(shape::member(shape::member(message, "poll"), "question"), "text");
    let parts = std::iter::once(own).chain(passed_on).chain([question]);
    let parts: Vec<String> = parts.map(|part| readable(known, message, part)).collect();
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// A text with the bot's mention left out and Discord's marks for people and emoji as a reader sees them.
fn readable(known: &Known<'_>, message: &Value, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let marked =
            after.split_once('>').and_then(|(mark, after)| Some((shown(known, message, mark)?, after)));
        if let Some((mark, after)) = marked {
            out.push_str(&mark);
            rest = if mark.is_empty() { after.trim_start_matches([' ', ',']) } else { after };
        } else {
            out.push('<');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// What stands for a mark (reference.mdx, "Message Formatting"); `None` when it is none of these.
fn shown(known: &Known<'_>, message: &Value, mark: &str) -> Option<String> {
    if let Some(id) = mark.strip_prefix('@').map(|id| id.trim_start_matches('!')) {
        let id: Snowflake = id.parse().ok()?;
        if known.bot == Some(id) {
            return Some(String::new());
        }
        let user = shape::list(message, "mentions").iter().find(|user| shape::id(user, "id") == Some(id))?;
        return name(shape::member(user, "member"), user).map(|name| format!("@{name}"));
    }
    let (_, named) = mark.split_once(':').filter(|(kind, _)| matches!(*kind, "" | "a"))?;
    let (emoji, id) = named.split_once(':')?;
    id.parse::<Snowflake>().ok()?;
    Some(format!(":{emoji}:"))
}
