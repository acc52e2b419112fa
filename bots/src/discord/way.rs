//! The way to a bot of Discord: no link says anything there, so the code is typed with the command `/link`. The link opens the
//! brand's server where it has one, else the bot itself.

use super::settings::Settings;
use super::translate::LINK;
use crate::Shared;
use crate::ways::Way;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lara_core::model::Channel;
use lara_core::ports::StoreResult;
use url::Url;

pub(super) fn find<'a>(
    _: &'a Shared,
    channel: &'a Channel,
    code: &'a str,
) -> BoxFuture<'a, StoreResult<Option<Way>>> {
    let guild = Settings::of(channel).ok().and_then(|settings| settings.guild);
    let at = match (guild, &channel.account) {
        (Some(guild), _) => Some(format!("https://discord.com/channels/{guild}")),
        (None, Some(bot)) => Some(format!("https://discord.com/users/{bot}")),
        (None, None) => None,
    };
    let url = at.and_then(|url| Url::parse(&url).ok());
    let say = Some(format!("/{LINK} code:{code}"));
    std::future::ready(Ok(Some(Way { url, say }))).boxed()
}
