//! The way to a bot: a link whose `start` says the code (core.telegram.org/bots/features#deep-linking). `startgroup` is never
//! offered: a group is no place for a code.

use super::settings;
use super::who;
use crate::Shared;
use crate::ways::Way;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lara_core::model::Channel;
use lara_core::ports::StoreResult;

pub(super) fn find<'a>(
    shared: &'a Shared,
    channel: &'a Channel,
    code: &'a str,
) -> BoxFuture<'a, StoreResult<Option<Way>>> {
    async move {
        let told = settings::read(channel).ok().and_then(|settings| settings.username);
        let username = match told {
            Some(username) => Some(username.trim_start_matches('@').to_owned()),
            None => shared.marks.mark(channel.id, who::MARK).await?,
        };
        let username = username.filter(|name| !name.is_empty());
        Ok(username.and_then(|username| Way::link(&format!("https://t.me/{username}?start={code}"))))
    }
    .boxed()
}
