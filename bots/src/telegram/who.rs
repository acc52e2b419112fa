//! What the bot is called: its settings say so, or Telegram does, once.

use super::api::Api;
use super::settings::Account;
use crate::Shared;
use teloxide::payloads::GetMe;

/// Where the username is kept.
pub(super) const MARK: &str = "username";

/// The username, if it is known already.
pub(super) async fn known(shared: &Shared, account: &Account) -> Option<String> {
    match &account.settings.username {
        Some(name) => Some(name.trim_start_matches('@').to_owned()),
        None => shared.marks.mark(account.channel.id, MARK).await.ok().flatten(),
    }
}

/// The username, asked for if need be.
pub(super) async fn username(shared: &Shared, account: &Account, api: &Api) -> Option<String> {
    if let Some(name) = known(shared, account).await {
        return Some(name);
    }
    let me = api.call(&GetMe::new()).await.ok()?;
    let name = me.get("username")?.as_str()?.to_owned();
    keep(shared, account, &name).await;
    Some(name)
}

/// Keeps the username Telegram named. One that is not kept is asked for again.
pub(super) async fn keep(shared: &Shared, account: &Account, name: &str) {
    let _ = shared.marks.set_mark(account.channel.id, MARK, name, shared.clock.now()).await;
}
