//! The ways to a page, an Instagram account and a number of WhatsApp. A page is reached by its id; what the others are called
//! is learnt whenever they are checked.

use crate::Shared;
use crate::ways::Way;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lara_core::model::{Channel, ChannelKind};
use lara_core::ports::StoreResult;

/// Where the name an account is reached by is kept: Instagram's username, the digits of WhatsApp's number.
const MARK: &str = "public_name";

pub(super) fn find<'a>(
    shared: &'a Shared,
    channel: &'a Channel,
    code: &'a str,
) -> BoxFuture<'a, StoreResult<Option<Way>>> {
    async move {
        // m.me takes the id as well as the name (messenger-platform, "m.me Links").
        let name = match channel.kind {
            ChannelKind::Messenger => channel.account.clone(),
            _ => shared.marks.mark(channel.id, MARK).await?,
        };
        let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(None) };
        Ok(Way::link(&match channel.kind {
            ChannelKind::Messenger => format!("https://m.me/{name}?ref={code}"),
            ChannelKind::Instagram => format!("https://ig.me/m/{name}?ref={code}"),
            _ => format!("https://wa.me/{name}?text={code}"),
        }))
    }
    .boxed()
}

/// Keeps what the platform calls the account. One that is not kept is learnt at the next check.
pub(super) async fn learn(shared: &Shared, channel: &Channel, called: &str) {
    let name: String = match channel.kind {
        ChannelKind::Whatsapp => called.chars().filter(char::is_ascii_digit).collect(),
        _ => called.to_owned(),
    };
    if !name.is_empty() {
        let _ = shared.marks.set_mark(channel.id, MARK, &name, shared.clock.now()).await;
    }
}
