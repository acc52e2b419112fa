//! Whether a bot can work, as Telegram tells: its token, its name, its rights in groups, its webhook. The codes are those of
//! `lara_core::wording::channel_trouble`.

use super::api::{Api, CallError};
use super::settings::{Account, Groups, Mode, SettingsError};
use super::{hook, who};
use crate::Shared;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lara_core::model::{Channel, Finding};
use serde_json::Value;
use std::sync::Arc;
use teloxide::payloads::{GetMe, GetWebhookInfo};

/// More updates than this that wait at Telegram mean that we do not keep up.
const MANY: i64 = 100;

/// Asks about a channel.
pub(super) fn check(shared: &Shared, channel: Channel) -> BoxFuture<'static, Vec<Finding>> {
    let shared = shared.clone();
    async move {
        let account = match Account::open(&Arc::new(channel)) {
            Ok(account) => account,
            Err(SettingsError::NoToken) => return vec![Finding::broken("token_missing")],
            Err(SettingsError::BadToken) => return vec![Finding::broken("token_invalid")],
            Err(error @ (SettingsError::Member(..) | SettingsError::BadSecret)) => {
                return vec![Finding::broken("settings_wrong").with(error.to_string())];
            }
        };
        let api = Api::new(shared.platforms.clone(), &account);
        findings(&shared, &account, &api).await
    }
    .boxed()
}

/// What is found about an account whose settings are right.
pub(super) async fn findings(shared: &Shared, account: &Account, api: &Api) -> Vec<Finding> {
    let mut found = match api.call(&GetMe::new()).await {
        Ok(me) => of_bot(shared, account, &me).await,
        Err(CallError::Token) => return vec![Finding::broken("token_invalid")],
        Err(error) => return vec![unheard(error)],
    };
    match api.call(&GetWebhookInfo::new()).await {
        Ok(info) => found.extend(of_webhook(shared, account, &info)),
        // Not every self-hosted server or stand-in knows it; polling does without.
        Err(_) if account.settings.mode == Mode::Polling => {}
        Err(error) => found.push(unheard(error)),
    }
    found
}

fn unheard(error: CallError) -> Finding {
    match error {
        CallError::Unreachable | CallError::Lost(_) => Finding::warning("platform_unreachable"),
        other => Finding::warning("platform_error").with(other.code()),
    }
}

async fn of_bot(shared: &Shared, account: &Account, me: &Value) -> Vec<Finding> {
    let username = me.get("username").and_then(Value::as_str).unwrap_or_default();
    let mut found = vec![Finding::fine("token_valid").with(format!("@{username}"))];
    if !username.is_empty() {
        who::keep(shared, account, username).await;
    }
    let reads_all = me.get("can_read_all_group_messages").and_then(Value::as_bool);
    if reads_all == Some(false) && account.settings.groups == Groups::Listen {
        found.push(Finding::warning("privacy_mode").with(format!("@{username}")));
    }
    found
}

fn of_webhook(shared: &Shared, account: &Account, info: &Value) -> Vec<Finding> {
    let url = info.get("url").and_then(Value::as_str).unwrap_or_default();
    if account.settings.mode == Mode::Polling {
        // The next start of the poller takes it away.
        return if url.is_empty() {
            Vec::new()
        } else {
            vec![Finding::warning("webhook_elsewhere").with(url)]
        };
    }
    let mut found = Vec::new();
    let ours = hook::url(&shared.public_url, account);
    if !hook::reaches(&shared.public_url, account) {
        found.push(Finding::broken("public_url_not_https").with(shared.public_url.as_str()));
    } else if url.is_empty() {
        found.push(Finding::broken("webhook_missing"));
    } else if url != ours.as_str() {
        found.push(Finding::broken("webhook_elsewhere").with(url));
    } else {
        found.push(Finding::fine("webhook_set").with(url));
    }
    let moment = |member| info.get(member).and_then(Value::as_i64);
    let now = shared.clock.now().millis().div_euclid(1_000);
    if moment("last_error_date").is_some_and(|at| now.saturating_sub(at) < 60 * 60) {
        let words = info.get("last_error_message").and_then(Value::as_str).unwrap_or_default();
        found.push(Finding::warning("webhook_failing").with(words));
    }
    let waiting = moment("pending_update_count").unwrap_or_default();
    if waiting > MANY {
        found.push(Finding::warning("webhook_pending").with(waiting.to_string()));
    }
    found
}
