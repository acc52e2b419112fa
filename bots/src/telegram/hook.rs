//! The webhook at Telegram: set when the channel begins, looked after while it runs, never removed - what is said while we
//! restart waits there.

use super::api::{Api, WANTED};
use super::check;
use super::settings::Account;
use super::webhook::PATH;
use crate::Shared;
use lara_core::model::{Channel, Gravity};
use lara_core::ports::Symptom;
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use std::time::Duration;
use teloxide::payloads::{SetWebhook, SetWebhookSetters as _};
use tokio_util::sync::CancellationToken;
use url::Url;

/// Deliveries at once, over different chats; Telegram keeps each chat in order (core.telegram.org/bots/api#setwebhook).
const CONNECTIONS: u8 = 40;
/// How often it is looked after.
const LOOK: Duration = Duration::from_mins(10);
/// How often it is tried anew while it cannot be set.
const AGAIN: Duration = Duration::from_mins(1);

/// Where Telegram delivers to.
pub(super) fn url(public: &Url, account: &Account) -> Url {
    let mut url = public.clone();
    let path = format!("{}{PATH}{}", public.path().trim_end_matches('/'), account.channel.id);
    url.set_path(&path);
    url
}

/// Whether deliveries can come to this address: Telegram takes https alone, a server of the operator's own takes either.
pub(super) fn reaches(public: &Url, account: &Account) -> bool {
    public.scheme() == "https" || account.settings.api_url.is_some()
}

/// Sets the webhook and looks after it until told to stop.
pub(super) async fn keep(shared: Shared, channel: Arc<Channel>, stop: CancellationToken) {
    let account = match Account::open(&channel) {
        Ok(account) => account,
        Err(error) => {
            tracing::error!(channel = %channel.id, %error, "a Telegram channel cannot be used");
            shared.health.note(&channel, Symptom::Died("settings_wrong".to_owned())).await;
            return stop.cancelled().await;
        }
    };
    let api = Api::new(shared.platforms.clone(), &account);
    let mut right = false;
    loop {
        let looked = async {
            if !right {
                set(&shared, &account, &api).await;
            }
            let findings = check::findings(&shared, &account, &api).await;
            let right = findings.iter().all(|finding| finding.gravity != Gravity::Broken);
            shared.health.note(&account.channel, Symptom::Checked(findings)).await;
            right
        };
        tokio::select! {
            () = stop.cancelled() => return,
            looked = looked => right = looked,
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(if right { LOOK } else { AGAIN }) => {}
        }
    }
}

async fn set(shared: &Shared, account: &Account, api: &Api) {
    if !reaches(&shared.public_url, account) {
        // The check says so.
        return;
    }
    let hook = SetWebhook::new(url(&shared.public_url, account))
        .secret_token(account.webhook_secret.expose_secret())
        .max_connections(CONNECTIONS)
        .allowed_updates(WANTED);
    if let Err(error) = api.call(&hook).await {
        tracing::warn!(channel = %account.channel.id, code = error.code(), "the webhook could not be set");
    }
}
