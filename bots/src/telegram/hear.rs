//! What is done with an update: translated, put into words where it has none, stored. The same for polling and webhook.

use super::settings::Account;
use super::start;
use super::translate::{Ear, Heard, translate};
use crate::Shared;
use crate::hearing::{Hearing, NotStored};
use lara_core::listen::Event;
use lara_core::model::{AddressId, Channel, CustomerId, Level, Visibility};
use lara_core::ports::{Person, StoreResult};
use serde_json::Value;

/// Takes an update. `Ok` means that all of it is stored, and holds the button press that waits for an answer.
pub(super) async fn hear(
    shared: &Shared,
    account: &Account,
    username: Option<&str>,
    update: &Value,
) -> Result<Option<String>, NotStored> {
    let (channel, settings, hearing) = (&account.channel, &account.settings, Hearing::new(shared));
    let heard = translate(Ear { channel, settings, bot: account.bot, username }, update);
    let Heard { events, press, phone, odd } = heard;
    for event in events {
        take(shared, &hearing, event, || update.to_string()).await?;
    }
    if let Some((address, phone)) = phone {
        tie(shared, channel, &address, phone).await?;
    }
    if let Some(why) = odd {
        hearing.keep_aside(channel, why, &update.to_string()).await?;
    }
    Ok(press)
}

/// Stores an event, put into words where it has none.
async fn take(
    shared: &Shared,
    hearing: &Hearing,
    event: Event,
    raw: impl FnOnce() -> String,
) -> Result<(), NotStored> {
    let event = match event {
        Event::Said(mut envelope) if envelope.visibility == Visibility::Direct => {
            start::in_words(shared, &mut envelope).await?;
            Event::Said(envelope)
        }
        other => other,
    };
    hearing.take(event, raw).await
}

/// A phone number that Telegram vouches for makes a stranger somebody who can be called. It opens nothing: the shop's own
/// customers are found by what the shop signs, and who is known already stays who they are.
async fn tie(shared: &Shared, channel: &Channel, address: &str, phone: String) -> StoreResult<()> {
    let known = shared.transcripts.address(channel.id, address).await?;
    if known.is_some_and(|address| address.customer.is_some()) {
        return Ok(());
    }
    let person = Person { phone: Some(phone), ..Person::default() };
    let ids = (AddressId::new(shared.ids.next()), CustomerId::new(shared.ids.next()));
    shared.directory.tie(channel, address, &person, Level::Claimed, ids, shared.clock.now()).await?;
    Ok(())
}
