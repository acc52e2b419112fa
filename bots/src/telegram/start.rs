//! The word that a private chat begins with: `/start`, with a token where somebody comes from a group, or with a one-time
//! code where they come from another channel.
//!
//! The token names the person, the group and the message that was answered there. It is no secret and needs none: only the
//! person it names is believed, whom Telegram proves, and all it does is repeat in private what they said in public. So a
//! complaint goes on in private without being told twice.

use super::place::{Place, Thread};
use crate::{Shared, ways};
use lara_core::listen::Envelope;
use lara_core::model::{Direction, Language};
use lara_core::ports::StoreResult;
use lara_core::relate::code::OneTimeCode;

/// How many of a person's messages are looked through for the one meant.
const LOOK_BACK: u32 = 50;

/// The token of a message that somebody wrote in a group: at most 64 of `A-Za-z0-9_-` (core.telegram.org/bots/features#deep-linking).
pub(super) fn token(place: &Place, message: i64) -> Option<String> {
    let Place::Group { chat, thread, who } = place else { return None };
    let topic = match thread {
        None => 0,
        Some(Thread::Topic(topic)) => *topic,
        Some(Thread::DirectMessages(_)) => return None,
    };
    Some(format!("say_{chat}_{topic}_{who}_{message}")).filter(|token| token.len() <= 64)
}

/// The place and the message a token names.
fn read(token: &str) -> Option<(Place, i64)> {
    let mut parts = token.strip_prefix("say_")?.split('_').map(|part| part.parse::<i64>().ok());
    let mut next = || parts.next().flatten();
    let (chat, topic, who, message) = (next()?, next()?, next()?, next()?);
    let thread = (topic != 0).then_some(Thread::Topic(topic));
    Some((Place::Group { chat, thread, who }, message))
}

/// What follows `/start` in a private chat; `None` when the text is something else.
fn start(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("/start")?;
    (rest.is_empty() || rest.starts_with(' ')).then(|| rest.trim())
}

/// A private `/start` in words: what the person said in the group they come from, else a greeting - pressing Start is no
/// more than that. Who wanted no more messages wants them again by it, so that theirs stays as it is.
pub(super) async fn in_words(shared: &Shared, envelope: &mut Envelope) -> StoreResult<()> {
    let Some(token) = start(&envelope.text) else { return Ok(()) };
    let Ok(Place::Private { chat: person, .. }) = envelope.address.parse::<Place>() else { return Ok(()) };
    // Whoever wants no messages may still follow the brand's link: it ties without a word, and theirs stays as it is.
    if let Some(code) = OneTimeCode::find(token) {
        envelope.text = ways::says(&code);
        return Ok(());
    }
    let here = shared.transcripts.address(envelope.channel.id, &envelope.address).await?;
    if here.is_some_and(|address| address.opted_out_at.is_some()) {
        "/start".clone_into(&mut envelope.text);
        return Ok(());
    }
    let said = match read(token) {
        Some((Place::Group { chat, thread, who }, message)) if who == person => {
            said(shared, envelope, &Place::Group { chat, thread, who }, message).await?
        }
        _ => None,
    };
    envelope.text = said.unwrap_or_else(|| hello(envelope.details.language).to_owned());
    Ok(())
}

/// What a person said in a group.
async fn said(
    shared: &Shared,
    envelope: &Envelope,
    place: &Place,
    message: i64,
) -> StoreResult<Option<String>> {
    let Some(there) = shared.transcripts.address(envelope.channel.id, &place.to_string()).await? else {
        return Ok(None);
    };
    let external = place.message(message);
    let latest = shared.transcripts.latest(there.id, LOOK_BACK).await?;
    let meant = latest
        .into_iter()
        .find(|one| one.direction == Direction::In && one.external.as_deref() == Some(external.as_str()));
    Ok(meant.map(|message| message.text).filter(|text| !text.trim().is_empty()))
}

fn hello(language: Option<Language>) -> &'static str {
    match language {
        Some(Language::English) => "Hello",
        _ => "Xin chào",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_fits_a_link() {
        let place: Place = "-1001555296434/123456789:6962620676".parse().unwrap();
        let token = token(&place, 123_456_789).unwrap();
        assert!(token.len() <= 64 && token.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)));
        assert_eq!(read(&token), Some((place, 123_456_789)));
        assert_eq!((read("ref_42"), read("say_1_2"), read("say_a_b_c_d")), (None, None, None));
    }

    #[test]
    fn only_start_is_start() {
        assert_eq!((start("/start ref_42"), start("/start")), (Some("ref_42"), Some("")));
        assert_eq!((start("/started"), start("start")), (None, None));
    }
}
